// Everything outside that the worker talks to as it is deployed: an issuer, a provider, a user.
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { KeyRing, PasswordPolicy } from "sekisho";
import { Webhook } from "standardwebhooks";

import { execute, start } from "./server.mjs";

const ISSUER = "https://id.example.com";
const AUDIENCE = "https://account.example.com";
const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

/** Where the page of a message's link is. */
export const PUBLIC_URL = "https://account.example.com";

const PAYOUT = { methods: ["email_code", "phone_code"], message: { en: "Pay {amount} out", ja: "{amount} を出金" } };

export const PASSWORD = "Vq7-lantern-orchard";

/** The worker in production mode, with all it needs. */
export async function deploy() {
  const state = mkdtempSync(join(tmpdir(), "sekisho-worker-test-"));
  const issuer = await anIssuer();
  const provider = await aProvider();
  const worker = await start(["--state", state], {
    SEKISHO_KEYS: KeyRing.generate("production").toText(),
    SEKISHO_ACCESS_TOKEN_ISSUER: ISSUER,
    SEKISHO_ACCESS_TOKEN_AUDIENCE: AUDIENCE,
    SEKISHO_ACCESS_TOKEN_JWKS_URL: issuer.url,
    SEKISHO_FIRST_PARTY_CLIENTS: "shop, app",
    SEKISHO_POLICY: JSON.stringify({ passwordWords: ["sekisho"], operations: { payout: PAYOUT } }),
    SEKISHO_PUBLIC_URL: PUBLIC_URL,
    SEKISHO_MAIL_URL: `${provider.url}/mail`,
    SEKISHO_MAIL_SECRET: SECRET,
    SEKISHO_SMS_URL: `${provider.url}/sms`,
    SEKISHO_SMS_SECRET: SECRET,
  });
  addAna(state);
  const stop = async () => {
    await worker.stop();
    issuer.server.close();
    provider.server.close();
    rmSync(state, { recursive: true, force: true });
  };
  return { url: worker.url, issuer, provider, pid: worker.pid, call: caller(worker.url, issuer), stop };
}

export function seconds() {
  return Math.floor(Date.now() / 1000);
}

export function usual(claims) {
  const exp = seconds() + 60;
  const scope = "openid profile email phone";
  return { iss: ISSUER, aud: AUDIENCE, sub: "ana", scope, client_id: "shop", exp, ...claims };
}

function addAna(state) {
  const hash = new PasswordPolicy().hash(PASSWORD);
  execute(
    state,
    `INSERT INTO users (id, username, primary_email, primary_email_canonical, primary_phone, password_hash,
                        created_at, updated_at)
     VALUES ('ana', 'ana', 'Ana@example.com', 'ana@example.com', '819012345678', '${hash}', 0, 0)`,
  );
}

function caller(url, issuer) {
  return async (path, sent, { token, headers } = {}) => {
    const authorization = `Bearer ${token ?? (await issuer.token({}))}`;
    const response = await fetch(url + path, {
      method: sent === undefined ? "GET" : "POST",
      headers: { authorization, "content-type": "application/json", ...headers },
      ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
  };
}

async function anIssuer() {
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  const jwk = { ...(await exportJWK(publicKey)), kid: "k1", alg: "ES256", use: "sig" };
  const { server, url } = await listen((_, response) => {
    response.setHeader("content-type", "application/json").end(JSON.stringify({ keys: [jwk] }));
  });
  const token = (claims, header = {}) =>
    new SignJWT(usual(claims)).setProtectedHeader({ alg: "ES256", kid: "k1", ...header }).sign(privateKey);
  return { server, url, jwk, token };
}

async function aProvider() {
  const webhook = new Webhook(SECRET);
  const heard = [];
  let status = 204;
  const { server, url } = await listen(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    heard.push({ path: request.url, event: webhook.verify(body, request.headers) });
    response.writeHead(status, status === 302 ? { location: "/elsewhere" } : {}).end();
  });
  return { server, url, last: () => heard.at(-1), answer: (given) => (status = given) };
}

async function listen(handler) {
  const server = createServer(handler).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, url: `http://127.0.0.1:${server.address().port}` };
}
