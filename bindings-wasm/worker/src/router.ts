/** The contract's paths, and what every request passes through on its way. */

import { type Context, type Handler, Hono } from "hono";
import { cors } from "hono/cors";

import type { App } from "./app";
import { authenticate, type Caller } from "./authentication";
import type { Env } from "./env";
import { removeEmail, removePhone, setEmail, setPhone } from "./identifier";
import { showAccount } from "./my-account";
import { setPassword } from "./password";
import { Problem } from "./problem";
import { checkCode, sendCode, verifyPassword } from "./verifications";

/** What handlers find in their context. */
export interface Scope<E extends Env = Env> {
  Bindings: E;
  Variables: { app: App; caller: Caller };
}

export type Request = Context<Scope>;

/** A method, a path and what answers there. */
export type Route<E extends Env = Env> = readonly [method: string, path: string, handler: Handler<Scope<E>>];

const CONTRACT: readonly Route[] = [
  ["POST", "/api/verifications/password/verify", verifyPassword],
  ["POST", "/api/verifications/password", verifyPassword],
  ["POST", "/api/verifications/verification-code", sendCode],
  ["POST", "/api/verifications/verification-code/verify", checkCode],
  ["GET", "/api/my-account", showAccount],
  ["POST", "/api/my-account/password", setPassword],
  ["POST", "/api/my-account/primary-email", setEmail],
  ["DELETE", "/api/my-account/primary-email", removeEmail],
  ["POST", "/api/my-account/primary-phone", setPhone],
  ["DELETE", "/api/my-account/primary-phone", removePhone],
];

/**
 * Serves the contract's paths, and those of `control`, which need no access token.
 *
 * @param app What handlers need, made from the environment.
 */
export function router<E extends Env>(
  app: (env: E) => Promise<App>,
  control: readonly Route<E>[] = [],
): ExportedHandler<E> {
  // Trailing slashes match.
  const hono = new Hono<Scope<E>>({ strict: false });
  hono.use(share);
  hono.use(async (c, next) => {
    c.set("app", await app(c.env));
    await next();
  });
  for (const [method, path, handler] of CONTRACT) hono.on(method, path, authenticate, handler as Handler);
  for (const [method, path, handler] of control) hono.on(method, path, handler);
  for (const [path, methods] of methodsByPath([...CONTRACT, ...control])) {
    hono.all(path, () => Problem.of("methodNotAllowed", { headers: { Allow: methods } }).toResponse());
  }
  hono.notFound(() => Problem.of("pathNotFound").toResponse());
  hono.onError((thrown) => Problem.from(thrown).toResponse());
  return {
    fetch(request, env, context) {
      const answer = Promise.resolve(hono.fetch(request, env, context));
      // A client that hangs up cuts no flow in half: what it reserved would stay counted.
      context.waitUntil(answer);
      return answer;
    },
  };
}

/** Cross-origin requests (Fetch standard): any origin may call, none with cookies. */
const share = cors({
  origin: (origin) => origin || "*",
  allowMethods: ["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH"],
  exposeHeaders: ["*"],
});

function methodsByPath(routes: readonly (readonly [string, string, unknown])[]): Map<string, string> {
  const methods = new Map<string, string>();
  for (const [method, path] of routes) {
    const known = methods.get(path);
    const added = method === "GET" ? "GET,HEAD" : method;
    methods.set(path, known === undefined ? added : `${known},${added}`);
  }
  return methods;
}
