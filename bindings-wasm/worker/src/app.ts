/** The application: everything a request handler needs, in one place. */

import { KeyRing, PasswordPolicy, Verifier } from "sekisho";

import { AccessTokens } from "./access-token";
import { Clock } from "./clock";
import { Counters } from "./counters";
import { type Delivery, Webhooks } from "./delivery";
import type { Env } from "./env";
import { type AccountPolicy, parsePolicy, toCore } from "./policy";
import { required, url } from "./setting";
import { Users } from "./users";

/** The worker's parts. */
export interface App {
  readonly clock: Clock;
  readonly policy: AccountPolicy;
  readonly verifier: Verifier;
  readonly passwords: PasswordPolicy;
  readonly counters: Counters;
  readonly users: Users;
  readonly tokens: AccessTokens;
  readonly delivery: Delivery;
  /** Where users reach the page of a message's link; undefined where there is none. */
  readonly publicUrl: string | undefined;
}

/** The parts that the settings name: made once for an isolate, which knows one environment. */
export async function production(env: Env): Promise<App> {
  made ??= make(env);
  return made;
}

let made: App | undefined;

function make(env: Env): App {
  const clock = new Clock();
  const policy = parsePolicy(policyOf(env));
  const passwords = new PasswordPolicy();
  return {
    clock,
    policy,
    verifier: new Verifier({ keys: productionKeys(env), policy: toCore(policy), passwords }),
    passwords,
    counters: new Counters(env.COUNTERS, clock),
    users: new Users(env.USERS),
    tokens: AccessTokens.ofIssuer(env),
    delivery: new Webhooks(env),
    publicUrl: env.SEKISHO_PUBLIC_URL ? publicUrl(env) : undefined,
  };
}

/** An object of wrangler.jsonc, or JSON text. */
function policyOf({ SEKISHO_POLICY = {} }: Env): unknown {
  return typeof SEKISHO_POLICY === "string" ? JSON.parse(SEKISHO_POLICY) : SEKISHO_POLICY;
}

/** Scheme and host alone; with HTTPS, but on this machine. */
function publicUrl(env: Env): string {
  const { origin, protocol, hostname, href } = url(env, "SEKISHO_PUBLIC_URL");
  const isLocal = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
  if (href === `${origin}/` && (protocol === "https:" || isLocal)) return origin;
  throw new Error(
    "SEKISHO_PUBLIC_URL must be the scheme and host of an HTTPS URL, such as https://account.example.com.",
  );
}

function productionKeys(env: Env): KeyRing {
  const keys = KeyRing.parse(required(env, "SEKISHO_KEYS"));
  if (keys.environment === "production") return keys;
  throw new Error("SEKISHO_KEYS is a development key ring. Take what `sekisho-server keys generate` prints.");
}
