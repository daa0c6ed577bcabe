/** What wrangler.jsonc and the secrets give to the worker. */

import type { CounterNamespace } from "sekisho/cloudflare";

/** Bindings, variables and secrets. README.md says what each is. */
export interface Env {
  readonly COUNTERS: CounterNamespace;
  readonly USERS: D1Database;
  readonly SEKISHO_KEYS?: string;
  readonly SEKISHO_ACCESS_TOKEN_ISSUER?: string;
  readonly SEKISHO_ACCESS_TOKEN_AUDIENCE?: string;
  readonly SEKISHO_ACCESS_TOKEN_JWKS_URL?: string;
  readonly SEKISHO_PUBLIC_URL?: string;
  readonly SEKISHO_FIRST_PARTY_CLIENTS?: string;
  readonly SEKISHO_MAIL_URL?: string;
  readonly SEKISHO_MAIL_SECRET?: string;
  readonly SEKISHO_SMS_URL?: string;
  readonly SEKISHO_SMS_SECRET?: string;
  readonly SEKISHO_POLICY?: unknown;
}
