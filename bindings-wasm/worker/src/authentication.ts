/** Who is calling: the first check of every request. */

import type { Next } from "hono";

import type { AccessToken } from "./access-token";
import type { App } from "./app";
import type { Access } from "./policy";
import { Problem } from "./problem";
import type { Request } from "./router";
import type { User } from "./users";

/** The signed-in user of a request. */
export class Caller {
  readonly #app: App;
  readonly token: AccessToken;

  constructor(app: App, token: AccessToken) {
    this.#app = app;
    this.token = token;
  }

  /** What a record made for this request is bound to. */
  get binding(): { subject: string; session: string | null } {
    return { subject: this.token.subject, session: this.token.session };
  }

  /** Turns away the clients that are not the operator's own. */
  requireFirstParty(): void {
    if (!this.token.isFirstParty) throw Problem.of("thirdPartyForbidden");
  }

  /** Turns away tokens without the scope that a field needs. */
  requireScope(scope: string): void {
    if (this.token.scopes.has(scope)) return;
    throw Problem.of("scopeMissing", { details: `It needs the scope ${scope}, beside openid.` });
  }

  /** The caller's account. */
  async user(): Promise<User> {
    const user = await this.#app.users.user(this.token.subject);
    if (user === undefined) throw Problem.of("userNotFound");
    return user;
  }

  /** The caller's account, where it may change anything. */
  async activeUser(): Promise<User> {
    const user = await this.user();
    if (user.suspended) throw Problem.of("userSuspended");
    return user;
  }
}

/** Lets nobody through without a valid token: who has none learns nothing about their body. */
export async function authenticate(c: Request, next: Next): Promise<void> {
  const { app } = c.var;
  const token = await app.tokens.check(bearerToken(c.req.header("authorization")), app.clock.seconds());
  if (!token.scopes.has("openid")) throw Problem.of("forbidden");
  if (!app.policy.enabled) throw Problem.of("accountApiNotEnabled");
  c.set("caller", new Caller(app, token));
  await next();
}

/** Refuses a change to a field that users may not change. */
export function requireEditable(access: Access): void {
  if (access !== "Edit") throw Problem.of("fieldNotEditable");
}

/** The token of `Authorization: Bearer TOKEN` (RFC 6750 §2.1); the scheme in any case (RFC 9110 §11.1). */
function bearerToken(header: string | undefined): string {
  const [scheme, ...rest] = (header ?? "").trim().split(/ +/);
  if (!scheme) throw Problem.of("authorizationHeaderMissing");
  if (scheme.toLowerCase() === "bearer") return rest.join(" ");
  throw Problem.of("tokenTypeNotSupported", { data: { supportedTypes: ["Bearer"] } });
}
