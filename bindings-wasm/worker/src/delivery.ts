/** Delivery: a code on its way to the user, by a webhook of the operator's that calls the provider. */

import { SekishoError } from "sekisho";
import { Webhook } from "standardwebhooks";

import type { Env } from "./env";
import { type Message, subject, text } from "./message";
import type { AccountPolicy } from "./policy";
import { Problem } from "./problem";
import { segments } from "./segment";
import { required, url } from "./setting";

/** Hands messages to their provider. */
export interface Delivery {
  /** When this answers, the provider has taken the message; what it throws is a {@link Problem}. */
  send(message: Message): Promise<void>;
}

/** The longest a webhook may take, in milliseconds. */
const TIME_LIMIT = 15_000;

/** `whsec_` and 24 to 64 bytes in base64, as Standard Webhooks has it. */
const SECRET = /^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/;

/** Refuses what no channel delivers. */
export function requireProvider({ providers }: AccountPolicy, { to }: Message): void {
  if (!(to.type === "email" ? providers.email : providers.sms)) throw Problem.of("connectorNotFound");
}

/** The most segments of a text message that says what is approved. */
const MAX_SEGMENTS = 4;

/** Refuses what makes a text message too long to be sent. */
export function requireShort(message: Message): void {
  if (message.to.type === "email" || message.operation === "" || segments(text(message)) <= MAX_SEGMENTS) return;
  const why = `its text message would have more than ${MAX_SEGMENTS} parts.`;
  throw new SekishoError("operation_not_displayable", `The operation cannot be shown to its user: ${why}`);
}

/** A webhook for each kind of recipient, signed by Standard Webhooks. */
export class Webhooks implements Delivery {
  readonly #mail: Endpoint | undefined;
  readonly #sms: Endpoint | undefined;

  constructor(env: Env) {
    this.#mail = env.SEKISHO_MAIL_URL ? endpoint(env, "SEKISHO_MAIL") : undefined;
    this.#sms = env.SEKISHO_SMS_URL ? endpoint(env, "SEKISHO_SMS") : undefined;
  }

  async send(message: Message): Promise<void> {
    const webhook = message.to.type === "email" ? this.#mail : this.#sms;
    if (webhook === undefined) throw Problem.of("connectorNotFound");
    judge(await post(webhook, JSON.stringify(event(message))));
  }
}

interface Endpoint {
  readonly url: URL;
  readonly key: Webhook;
}

function endpoint(env: Env, name: "SEKISHO_MAIL" | "SEKISHO_SMS"): Endpoint {
  const secret = required(env, `${name}_SECRET`).trim();
  if (SECRET.test(secret)) return { url: url(env, `${name}_URL`), key: new Webhook(secret) };
  throw new Error(`${name}_SECRET must be whsec_ and then 24 to 64 bytes in base64.`);
}

/** What the webhook gets. */
function event(message: Message): unknown {
  const { to, purpose: templateType, locale, code, operation, notMeUrl } = message;
  const timestamp = new Date().toISOString();
  // JSON has no members that are undefined.
  const data = { templateType, locale, code, text: text(message), operation: operation || undefined };
  const ofMail = { subject: subject(message), notMeUrl: notMeUrl || undefined };
  return to.type === "email"
    ? { type: "email.verification_code", timestamp, data: { to: to.value, ...data, ...ofMail } }
    : { type: "sms.verification_code", timestamp, data: { to: `+${to.value}`, ...data } };
}

/** Once: nobody could tell whether one that failed was heard. */
async function post({ url, key }: Endpoint, body: string): Promise<Response> {
  const id = `msg_${crypto.randomUUID().replaceAll("-", "")}`;
  const now = new Date();
  const headers = {
    "content-type": "application/json",
    "user-agent": "sekisho-worker",
    "webhook-id": id,
    "webhook-timestamp": Math.floor(now.getTime() / 1000).toString(),
    "webhook-signature": key.sign(id, now, body),
  };
  try {
    const signal = AbortSignal.timeout(TIME_LIMIT);
    return await fetch(url, { method: "POST", headers, body, redirect: "manual", signal });
  } catch (cause) {
    console.error("the webhook could not be reached, or took too long:", cause);
    throw Problem.of("connectorFailed");
  }
}

function judge({ ok, status }: Response): void {
  if (ok) return;
  console.error(`the webhook answered with HTTP status ${status}`);
  throw Problem.of(status === 429 ? "connectorRateLimited" : "connectorFailed");
}
