// The worker in dev mode, with its control surface.
import { start } from "./server.mjs";

/** A worker of its own, and what tests do with it. */
export async function develop() {
  const worker = await start(["--dev"]);
  const call = (method, path, body, headers = {}) => request(worker.url + path, method, body, headers);
  const control = async (method, path, body) => (await call(method, `/dev/${path}`, body)).body;

  /** A user with a session; `call` is theirs. */
  async function signIn(fields, claims = {}) {
    const { id } = await control("POST", "users", fields);
    return { id, ...(await session(id, claims)) };
  }

  async function session(sub, claims = {}) {
    const { accessToken } = await control("POST", "tokens", { sub, ...claims });
    const authorization = `Bearer ${accessToken}`;
    return { call: (method, path, body, headers) => call(method, path, body, { authorization, ...headers }) };
  }

  const lastMessage = async (to) => (await control("GET", `outbox?to=${encodeURIComponent(to)}`)).at(-1);
  return { url: worker.url, stop: worker.stop, call, control, signIn, session, lastMessage };
}

async function request(url, method, body, headers) {
  const response = await fetch(url, {
    method,
    headers: { "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
}
