/** Dev mode issues its own access tokens. */

import { SignJWT } from "jose";

import type { AccessTokenSettings } from "../access-token";

const ISSUER = "urn:sekisho:dev";
const AUDIENCE = "urn:sekisho:dev:account-api";

/** Client ids that begin like this are third parties'. */
const THIRD_PARTY = "third-party:";

/** What an access token shall say. */
export interface TokenRequest {
  readonly sub: string;
  readonly scope: string;
  readonly clientId: string;
  readonly firstParty: boolean;
  /** Seconds; negative for one that has expired. */
  readonly expiresIn: number;
  readonly sessionId: string | undefined;
}

/** Which access tokens are accepted: those signed with this secret. */
export function devTokens(secret: Uint8Array): AccessTokenSettings {
  return {
    issuer: ISSUER,
    audience: AUDIENCE,
    algorithms: ["HS256"],
    key: secret,
    isFirstParty: (client) => !client?.startsWith(THIRD_PARTY),
  };
}

/** An access token, valid from then on; the time is in seconds. */
export function mint(request: TokenRequest, secret: Uint8Array, issuedAt: number): Promise<string> {
  const client_id = `${request.firstParty ? "" : THIRD_PARTY}${request.clientId}`;
  const claims = { scope: request.scope, client_id, sid: request.sessionId };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: "HS256", typ: "at+jwt" })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(request.sub)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + request.expiresIn)
    .sign(secret);
}
