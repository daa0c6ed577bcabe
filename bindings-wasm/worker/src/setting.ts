/** Settings that are missing or wrong stop every request, with a log that says what to do. */

import type { Env } from "./env";

type Name = Exclude<keyof Env, "COUNTERS" | "USERS" | "SEKISHO_POLICY">;

/** @throws Error where it is not set. */
export function required(env: Env, name: Name): string {
  const value = env[name];
  if (!value) throw new Error(`${name} is not set: see the settings in the worker's README.`);
  return value;
}

/** @throws Error for what is no http: or https: URL. */
export function url(env: Env, name: Name): URL {
  const given = required(env, name);
  const parsed = URL.canParse(given) ? new URL(given) : undefined;
  const isWeb = parsed !== undefined && ["https:", "http:"].includes(parsed.protocol);
  if (!isWeb || parsed.username || parsed.password) {
    throw new Error(`${name} must be https://… or http://…, without user and password.`);
  }
  return parsed;
}
