/** Access tokens: who is calling, through which client, with which scopes. */

import {
  createRemoteJWKSet,
  errors,
  type JWTHeaderParameters,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from "jose";

import type { Env } from "./env";
import { Problem } from "./problem";
import { required, url } from "./setting";

/** Those of issuers: no secret is published, so no symmetric one is accepted. */
const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA", "Ed25519"];

/** RFC 9068 §2.1 names the first; issuers that do not follow it write the last or nothing. */
const TYPES = ["at+jwt", "application/at+jwt", "jwt"];

/** Seconds that the issuer's clock may be ahead. An expiry has no leeway. */
const CLOCK_SKEW = 60;

/** How the issuer's keys are fetched, in milliseconds. */
const FETCHING = { timeoutDuration: 5_000, cooldownDuration: 2_000, cacheMaxAge: 300_000 };

/** What a valid access token says. */
export interface AccessToken {
  readonly subject: string;
  /** To which records are then bound. */
  readonly session: string | null;
  readonly isFirstParty: boolean;
  readonly scopes: ReadonlySet<string>;
}

/** Which access tokens are accepted. */
export interface AccessTokenSettings {
  readonly issuer: string;
  readonly audience: string;
  readonly algorithms: string[];
  readonly key: Uint8Array | JWTVerifyGetKey;
  readonly isFirstParty: (client: string | undefined) => boolean;
}

/** Checks access tokens. */
export class AccessTokens {
  readonly #settings: AccessTokenSettings;

  constructor(settings: AccessTokenSettings) {
    this.#settings = settings;
  }

  /** Tokens that are signed with the keys an issuer publishes. */
  static ofIssuer(env: Env): AccessTokens {
    const own = env.SEKISHO_FIRST_PARTY_CLIENTS?.split(",").map((id) => id.trim());
    return new AccessTokens({
      issuer: required(env, "SEKISHO_ACCESS_TOKEN_ISSUER"),
      audience: required(env, "SEKISHO_ACCESS_TOKEN_AUDIENCE"),
      algorithms: ALGORITHMS,
      key: createRemoteJWKSet(url(env, "SEKISHO_ACCESS_TOKEN_JWKS_URL"), FETCHING),
      isFirstParty: (client) => own === undefined || (client !== undefined && own.includes(client)),
    });
  }

  /** Reads a token, which may come from an attacker. `now` is in seconds. */
  async check(token: string, now: number): Promise<AccessToken> {
    const { issuer, audience, algorithms, key } = this.#settings;
    const options: JWTVerifyOptions = {
      issuer,
      audience,
      algorithms,
      currentDate: new Date(now * 1000),
      clockTolerance: CLOCK_SKEW,
      requiredClaims: ["sub", "exp"],
    };
    try {
      // The two overloads of the library, told apart.
      const verified = typeof key === "function" ? jwtVerify(token, key, options) : jwtVerify(token, key, options);
      const { protectedHeader, payload } = await verified;
      return this.#read(protectedHeader, payload, now);
    } catch (thrown) {
      throw judge(thrown);
    }
  }

  #read({ typ }: JWTHeaderParameters, claims: JWTPayload, now: number): AccessToken {
    const { sub, sid, scope, client_id, azp, exp = 0 } = claims;
    const hasExpired = exp <= now;
    const isOfType = typ === undefined || TYPES.includes(typ.toLowerCase());
    const texts = [sub, sid, scope, client_id, azp].every((claim) => claim == null || typeof claim === "string");
    if (!sub || !texts || !isOfType || hasExpired) throw Problem.of("unauthorized");
    return {
      subject: sub,
      session: (sid as string | undefined) ?? null,
      isFirstParty: this.#settings.isFirstParty((client_id ?? azp) as string | undefined),
      scopes: new Set(((scope as string | undefined) ?? "").split(/\s+/)),
    };
  }
}

/** A token that is not valid, or one that cannot be judged because the issuer does not answer. */
function judge(thrown: unknown): unknown {
  if (thrown instanceof Problem) return thrown;
  const isOfTheIssuer = !(thrown instanceof errors.JOSEError) || ISSUER_FAILURES.includes(thrown.code);
  return isOfTheIssuer ? Problem.unavailable(thrown) : Problem.of("unauthorized");
}

const ISSUER_FAILURES = [errors.JOSEError.code, errors.JWKSTimeout.code, errors.JWKSInvalid.code];
