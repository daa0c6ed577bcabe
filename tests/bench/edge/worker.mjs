// What is measured in workerd. Its clock stands still while it computes, so the time is taken outside: each
// request makes as many calls as it is asked for.

import { KeyRing, MemoryCounters, Verifier } from "sekisho";
import module from "sekisho/wasm";
import { Visitor } from "./flow.mjs";
import { instantiate } from "./instantiate.mjs";

const ENCODER = new TextEncoder();

/** As long as a record's token. */
const MESSAGE = "r".repeat(183);

/** Each makes as many calls as it is asked for. */
const CALLS = {
  nothing() {},
  async prepare(calls) {
    const { visitor } = await made();
    visitor.prepare(calls);
  },
  async sealAndOpen(calls) {
    const { visitor } = await made();
    for (let call = 0; call < calls; call += 1) visitor.sealAndOpen();
  },
  async hmac(calls) {
    const { key } = await made();
    for (let call = 0; call < calls; call += 1) {
      const message = ENCODER.encode(MESSAGE);
      const mac = await crypto.subtle.sign("HMAC", key, message);
      if (!(await crypto.subtle.verify("HMAC", key, mac, message))) throw new Error("the MAC changed");
    }
  },
  /** Whatever was made before is of another instance: a worker that does this does nothing else. */
  instantiate(calls) {
    for (let call = 0; call < calls; call += 1) instantiate(module);
  },
};

/** What a request asks for, as a worker's routes do. */
const ROUTES = {
  echo: (input) => input,
  async send(input) {
    const { verifier, counters } = await made();
    const { challenge, code } = await verifier.sendCode(input, counters);
    return { challenge, code };
  },
  async check(input) {
    const { verifier, counters } = await made();
    return verifier.checkCode(input, counters);
  },
};

let parts;

function made() {
  parts ??= make();
  return parts;
}

async function make() {
  const verifier = new Verifier({ keys: KeyRing.generate("production") });
  const secret = crypto.getRandomValues(new Uint8Array(32));
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", secret, algorithm, false, ["sign", "verify"]);
  return { verifier, visitor: new Visitor(verifier), counters: new MemoryCounters(), key };
}

export default {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    const name = pathname.slice(1);
    if (name in ROUTES) return Response.json(await ROUTES[name](await request.json()));
    await CALLS[name](Number(searchParams.get("calls")));
    return new Response(null, { status: 204 });
  },
};
