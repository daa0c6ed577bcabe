/** What dev mode has beside the application, one for all isolates. */

import { DurableObject } from "cloudflare:workers";
import { KeyRing } from "sekisho";

import { type Message, subject, text } from "../message";
import { type AccountPolicy, parsePolicy } from "../policy";
import { TRANSFER } from "./transfers";

/** What every request of dev mode is judged by. */
export interface DevState {
  /** Seconds that the clock is ahead of the system's. */
  readonly advanced: number;
  readonly policy: AccountPolicy;
  /** A development ring's text. */
  readonly keys: string;
  /** Signs access tokens. */
  readonly secret: Uint8Array;
}

/** A message as the control surface shows it. */
export interface Sent {
  readonly channel: "email" | "sms";
  readonly to: string;
  readonly templateType: string;
  readonly code: string;
  readonly locale: string;
  readonly subject?: string;
  readonly text: string;
}

/** A century: far enough for any test. */
const MAX_ADVANCE = 100 * 366 * 86_400;

/** Keeps the clock, the policy, the keys and the outbox. */
export class DevObject extends DurableObject {
  constructor(state: DurableObjectState, env: unknown) {
    super(state, env as never);
    state.storage.sql.exec("CREATE TABLE IF NOT EXISTS outbox (recipient TEXT NOT NULL, message TEXT NOT NULL)");
  }

  read(): DevState {
    const kept = this.ctx.storage.kv.get<DevState>("state");
    return kept ?? this.#write(newState());
  }

  advance(seconds: number): number {
    const state = this.read();
    const advanced = Math.min(state.advanced + seconds, MAX_ADVANCE);
    return this.#write({ ...state, advanced }).advanced;
  }

  replacePolicy(policy: AccountPolicy): void {
    this.#write({ ...this.read(), policy });
  }

  keep(message: Message): void {
    const sent = JSON.stringify(describe(message));
    this.ctx.storage.sql.exec("INSERT INTO outbox VALUES (?, ?)", message.to.value, sent);
  }

  /** The messages to this recipient, oldest first; to all without one. */
  outbox(to: string | null): Sent[] {
    const sql = "SELECT message FROM outbox WHERE ?1 IS NULL OR recipient = ?1 ORDER BY rowid";
    const rows = this.ctx.storage.sql.exec<{ message: string }>(sql, to).toArray();
    return rows.map(({ message }) => JSON.parse(message) as Sent);
  }

  /** All as at start. New keys make every counter a new one. */
  reset(): void {
    this.ctx.storage.sql.exec("DELETE FROM outbox");
    this.#write({ ...newState(), secret: this.read().secret });
  }

  #write(state: DevState): DevState {
    this.ctx.storage.kv.put("state", state);
    return state;
  }
}

function newState(): DevState {
  using ring = KeyRing.generate("development");
  const secret = crypto.getRandomValues(new Uint8Array(32));
  return { advanced: 0, policy: parsePolicy({ operations: TRANSFER }), keys: ring.toText(), secret };
}

function describe(message: Message): Sent {
  const { to, purpose: templateType, code, locale } = message;
  const sent = { to: to.value, templateType, code, locale, text: text(message) };
  return to.type === "email" ? { channel: "email", ...sent, subject: subject(message) } : { channel: "sms", ...sent };
}
