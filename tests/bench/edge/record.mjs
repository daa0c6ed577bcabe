// In Node.js: a record against a JSON Web Token of HS256 with the same claims.

import { createSigner, createVerifier } from "fast-jwt";
import { jwtVerify, SignJWT } from "jose";
import jsonwebtoken from "jsonwebtoken";
import { KeyRing, Verifier } from "sekisho";

import { SESSION, SUBJECT, Visitor } from "./flow.mjs";
import { takeTurns } from "./sides.mjs";
import { section, timing } from "./table.mjs";

const LIFETIME = 600;
const ASKED = { "fast-jwt": 3, jose: 40 };

export async function measure() {
  const visitor = new Visitor(new Verifier({ keys: KeyRing.generate("production") }));
  const { fastJwt, jose, older } = await libraries();
  const pair = await takeTurns({
    sekisho: { calls: 2_000, prepare: (calls) => visitor.prepare(calls), turn: repeat(() => visitor.sealAndOpen()) },
    "fast-jwt": { calls: 2_000, turn: repeat(() => fastJwt.verify(fastJwt.sign())) },
    jose: { calls: 200, turn: repeatAsync(async () => jose.verify(await jose.sign())) },
    jsonwebtoken: { calls: 50, turn: repeat(() => older.verify(older.sign())) },
  });
  const challenges = [fastJwt.sign(), await jose.sign()];
  const whole = await takeTurns({
    sekisho: { calls: 1_000, turn: repeat(() => visitor.checkCodeAndPresent()) },
    "fast-jwt": { calls: 1_000, turn: repeat(() => [fastJwt.verify(challenges[0]), fastJwt.verify(fastJwt.sign())]) },
    jose: {
      calls: 200,
      turn: repeatAsync(async () => [await jose.verify(challenges[1]), await jose.verify(await jose.sign())]),
    },
  });
  return [
    section(
      "Node.js: a record sealed and opened, against a JWT signed and verified",
      rows(pair),
      ratios(pair, ASKED),
      SEALED,
    ),
    section(
      "Node.js: a code checked and the record presented, against three operations on JWTs",
      rows(whole),
      ratios(whole),
      WHOLE,
    ),
  ].join("\n");
}

const SEALED = `sekisho: \`resume\` and \`outcome\` of the last step of a code check, which seal the record, and \`present\`, which
opens it and compares user and session; the package has no call that seals without a check.
The others: HS256 under a secret of 32 bytes that is prepared once (a \`CryptoKey\` for jose), algorithm and subject
checked, session, method and purpose compared; fast-jwt without its cache.`;

const WHOLE = `sekisho: all steps of a code check (the challenge opened, the code compared, keys of six counters
digested, the record sealed) and of \`present\`, with counters that answer at once. The others do no more than verify
one token, sign one, and verify that: no code, no counters.`;

async function libraries() {
  const secret = crypto.getRandomValues(new Uint8Array(32));
  const key = Buffer.from(secret);
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const josesKey = await crypto.subtle.importKey("raw", secret, algorithm, false, ["sign", "verify"]);
  const sign = createSigner({ key, algorithm: "HS256" });
  const verify = createVerifier({ key, algorithms: ["HS256"], allowedSub: SUBJECT });
  const checks = { algorithms: ["HS256"], subject: SUBJECT };
  return {
    fastJwt: { sign: () => sign(claims()), verify: (token) => compare(verify(token)) },
    jose: {
      sign: () => new SignJWT(claims()).setProtectedHeader({ alg: "HS256" }).sign(josesKey),
      verify: async (token) => compare((await jwtVerify(token, josesKey, checks)).payload),
    },
    older: {
      sign: () => jsonwebtoken.sign(claims(), key, { algorithm: "HS256" }),
      verify: (token) => compare(jsonwebtoken.verify(token, key, checks)),
    },
  };
}

function claims() {
  const now = Math.floor(Date.now() / 1000);
  return {
    sub: SUBJECT,
    sid: SESSION,
    amr: "email_code",
    purpose: "UserPermissionValidation",
    jti: "30313233343536373839616263646566",
    iat: now,
    exp: now + LIFETIME,
  };
}

function compare({ sid, amr, purpose, iat }) {
  const fits =
    sid === SESSION && amr === "email_code" && purpose === "UserPermissionValidation" && iat <= Date.now() / 1000;
  if (!fits) throw new Error("the claims changed");
}

function rows(measured) {
  return [
    ["side", "median µs", "least µs", "a second"],
    ...Object.entries(measured).map(([name, times]) => timing(name, times)),
  ];
}

function ratios({ sekisho, ...others }, asked = {}) {
  const ratio = ([name, { median }]) => {
    const wanted = asked[name] ? ` (asked: ${asked[name]})` : "";
    return `${(median / sekisho.median).toFixed(2)} times the rate of ${name}${wanted}`;
  };
  return `By the medians, sekisho has ${Object.entries(others).map(ratio).join(", ")}.`;
}

function repeat(call) {
  return (calls) => {
    for (let made = 0; made < calls; made += 1) call();
  };
}

function repeatAsync(call) {
  return async (calls) => {
    for (let made = 0; made < calls; made += 1) await call();
  };
}
