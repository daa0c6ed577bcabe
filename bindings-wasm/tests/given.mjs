/** What vectors give and what is made of it, without the package. */

export const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16));
export const orUndefined = (value) => (value === null ? undefined : value);

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** The token changed in every way that the rule says. */
export function changed(token, rule) {
  if (rule === "append_every_character") return [...ALPHABET].map((character) => token + character);
  if (rule === "truncate_at_every_length") return [...token].map((_, length) => token.slice(0, length));
  const start = token.indexOf("1_") + 2;
  return [...token.slice(start)].flatMap((character, at) => {
    const place = ALPHABET.indexOf(character);
    const others =
      rule === "replace_every_character"
        ? [...ALPHABET].filter((other) => other !== character)
        : [1, 2, 4, 8, 16, 32].map((bit) => ALPHABET[place ^ bit]);
    return others.map((other) => token.slice(0, start + at) + other + token.slice(start + at + 1));
  });
}

export function same(found, expected) {
  const [one, other] = [found, expected].map((value) => JSON.stringify(value));
  if (one !== other) throw new Error(`${one} is not ${other}`);
}

export const utf8 = (text) => new TextEncoder().encode(text);
export const hexadecimal = (given) => [...given].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export function base64url(given) {
  return btoa(String.fromCharCode(...given))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** The bytes of a record or challenge. */
export function decoded(token) {
  const text = token.slice("sekisho_r1_".length).replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

export async function mac(keyHex, message) {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", bytes(keyHex), algorithm, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, message));
}

/** A verifier without counters, in the shape of the step form. It has nothing to unblock or give back. */
export class AtOnce {
  constructor(verifier) {
    const nothing = () => ({ outcome: () => undefined });
    this.unblock = nothing;
    for (const name of ["checkPassword", "resendCode", "checkCode", "present", "revoke", "revokeByLink"]) {
      this[name] = (...input) => ({ outcome: () => verifier[name](...input) });
    }
    this.sendCode = (...input) => ({ outcome: () => ({ ...verifier.sendCode(...input), cancel: nothing }) });
  }
}

/** The outcome of a flow that is the first to touch each of its counters. */
export function finish(flow) {
  for (let ops = flow.ops; ops; ops = flow.ops) flow.resume(ops.map(({ delta }) => Math.max(0, delta)));
  return flow.outcome();
}

export function drawn({ challenge, code, revocation, purpose, expiresAt, limits }) {
  return { challenge, code, revocation, purpose, expires_at: expiresAt, limits };
}

export function issued({ record, expiresAt, limits }) {
  return { record, expires_at: expiresAt, limits };
}

export function binding({ subject, session, operation }) {
  return { subject, session, operationJson: orUndefined(operation) };
}

export function requirement({ methods, purpose, max_age, same_session, identifier, single_use }) {
  return {
    methods,
    purpose,
    maxAge: orUndefined(max_age),
    sameSession: same_session,
    identifier: orUndefined(identifier),
    singleUse: single_use,
  };
}

export function policy({ record_lifetime, code, failures, sends }) {
  const { alphabet, length, lifetime, max_tries } = code;
  return {
    recordLifetime: record_lifetime,
    code: { alphabet, length, lifetime, maxTries: max_tries },
    failures: {
      limit: failures.limit,
      window: failures.window,
      block: failures.block,
      sessionLimit: failures.session_limit,
    },
    sends,
  };
}
