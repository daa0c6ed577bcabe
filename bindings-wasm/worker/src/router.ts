/** The contract's paths, and what every request passes through on its way. */

import { type Context, type Handler, Hono } from "hono";
import { cors } from "hono/cors";

import type { App } from "./app";
import { authenticate, type Caller } from "./authentication";
import type { Env } from "./env";
import { removeEmail, removePhone, setEmail, setPhone } from "./identifier";
import { showAccount } from "./my-account";
import { page } from "./page";
import { setPassword } from "./password";
import { Problem } from "./problem";
import { revoke, revokeByLink } from "./revocations";
import { checkCode, resendCode, sendCode, verifyPassword } from "./verifications";

/** What handlers find in their context. */
export interface Scope<E extends Env = Env> {
  Bindings: E;
  Variables: { app: App; caller: Caller };
}

export type Request = Context<Scope>;

/** A method, a path and what answers there. */
export type Route<E extends Env = Env> = readonly [method: string, path: string, handler: Handler<Scope<E>>];

/** Those that need an access token. */
const CONTRACT: readonly Route[] = [
  ["POST", "/api/verifications/password/verify", verifyPassword],
  ["POST", "/api/verifications/password", verifyPassword],
  ["POST", "/api/verifications/verification-code", sendCode],
  ["POST", "/api/verifications/verification-code/resend", resendCode],
  ["POST", "/api/verifications/verification-code/verify", checkCode],
  ["GET", "/api/my-account", showAccount],
  ["POST", "/api/my-account/password", setPassword],
  ["POST", "/api/my-account/primary-email", setEmail],
  ["DELETE", "/api/my-account/primary-email", removeEmail],
  ["POST", "/api/my-account/primary-phone", setPhone],
  ["DELETE", "/api/my-account/primary-phone", removePhone],
  ["DELETE", "/api/verifications/:id", revoke],
];

/** What a link's page needs: the link is all that it has. */
const OPEN: readonly Route[] = [["POST", "/api/verifications/revoke", revokeByLink]];

/** What is served beside the contract. */
interface More<E extends Env> {
  /** Behind an access token. */
  readonly examples?: readonly Route[];
  /** For everybody. */
  readonly control?: readonly Route<E>[];
}

/**
 * Serves the contract's paths.
 *
 * @param app What handlers need, made for a request.
 */
export function router<E extends Env>(
  app: (env: E, request: globalThis.Request) => Promise<App>,
  { examples = [], control = [] }: More<E> = {},
): ExportedHandler<E> {
  // Trailing slashes match.
  const hono = new Hono<Scope<E>>({ strict: false });
  // Of no other origin's business, and there whatever the settings are.
  hono.route("/", page());
  hono.use(share);
  hono.use(async (c, next) => {
    c.set("app", await app(c.env, c.req.raw));
    await next();
  });
  const guarded = [...CONTRACT, ...examples].map(([method, path, handler]) => [method, path, authenticate, handler]);
  for (const [path, routes] of byPath([...guarded, ...OPEN, ...control] as AnyRoute[])) {
    for (const [method, , ...handlers] of routes) hono.on(method, path, ...handlers);
    const allowed = routes.map(([method]) => (method === "GET" ? "GET,HEAD" : method)).join();
    hono.all(path, () => Problem.of("methodNotAllowed", { headers: { Allow: allowed } }).toResponse());
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

type AnyRoute = readonly [method: string, path: string, ...handlers: [Handler, ...Handler[]]];

/** The routes of each path. One with a parameter comes after those that it would match, too. */
function byPath(routes: readonly AnyRoute[]): [path: string, routes: AnyRoute[]][] {
  const paths = new Map<string, AnyRoute[]>();
  for (const route of routes) paths.set(route[1], [...(paths.get(route[1]) ?? []), route]);
  const hasParameter = ([path]: [string, ...unknown[]]) => Number(path.includes(":"));
  return [...paths].sort((one, other) => hasParameter(one) - hasParameter(other));
}
