/** The counter stores: each keeps the contract of `CounterStore`, Redis in a server of its own. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";

import { Redis } from "ioredis";
import { createClient } from "redis";

import { install } from "./project.mjs";
import { inWorkerd } from "./runtimes.mjs";

const project = install();
const installed = pathToFileURL(join(project.folder, "node_modules/sekisho/dist/node.js"));
const { KeyRing, MemoryCounters, RedisCounters, Verifier, isSekishoError } = await import(installed);

class RedisServer {
  static async start() {
    const server = new RedisServer();
    server.folder = mkdtempSync(join(tmpdir(), "sekisho-redis-"));
    server.socket = join(server.folder, "socket");
    const options = ["--port", "0", "--unixsocket", server.socket, "--dir", server.folder, "--save", ""];
    server.process = spawn("redis-server", options, { stdio: ["ignore", "ignore", "inherit"] });
    server.ended = once(server.process, "exit");
    server.process.on("error", (cause) => {
      throw new Error("There is no redis-server: `make setup` installs it.", { cause });
    });
    for (const deadline = Date.now() + 10_000; !existsSync(server.socket); await sleep(20)) {
      if (Date.now() > deadline) throw new Error("redis-server does not listen");
    }
    return server;
  }

  async stop() {
    this.process.kill("SIGTERM");
    await this.ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Clients as the README has them: where the server is away a command fails and does not wait for it. */
const CLIENTS = {
  async redis(path) {
    const client = createClient({ socket: { path }, disableOfflineQueue: true });
    client.on("error", () => {});
    await client.connect();
    const evaluate = (script, keys, args) => client.eval(script, { keys, arguments: args });
    return { evaluate, ttl: (key) => client.ttl(key), end: () => client.destroy() };
  },
  async ioredis(path) {
    const client = new Redis({ path, enableOfflineQueue: false });
    client.on("error", () => {});
    await once(client, "ready");
    const evaluate = (script, keys, args) => client.eval(script, keys.length, ...keys, ...args);
    return { evaluate, ttl: (key) => client.ttl(key), end: () => client.disconnect() };
  },
};

let server;
before(async () => (server = await RedisServer.start()));
after(async () => {
  await server.stop();
  project.remove();
});

describe("MemoryCounters", () => keepsTheContract(() => new MemoryCounters()));

describe("DurableObjectCounters", () => {
  let workerd;
  before(async () => {
    writeFileSync(join(project.folder, "counters.js"), WORKER);
    const durableObjects = { COUNTERS: { className: "CounterObject", useSQLite: true } };
    workerd = await inWorkerd(project.folder, "counters.js", { durableObjects });
  });
  after(() => workerd.dispose());

  keepsTheContract(() => ({
    async add(ops) {
      const answer = await workerd.dispatchFetch("http://worker/", { method: "POST", body: JSON.stringify(ops) });
      return answer.json();
    },
  }));

  test("a code is sent again and revoked by its link, whichever objects count that", async () => {
    const answer = await workerd.dispatchFetch("http://worker/");
    assert.deepEqual(await answer.json(), {
      again: "the same code",
      tooSoon: "request.message_rate_limited",
      sends: "request.message_rate_limited",
      revoked: "verification_code.not_found",
      forged: "is not valid for this namespace",
    });
  });
});

const WORKER = `
  import { CounterObject, DurableObjectCounters } from "sekisho/cloudflare";
  import { KeyRing, Verifier } from "sekisho";
  export { CounterObject };

  async function tell({ COUNTERS }) {
    const verifier = new Verifier({ keys: KeyRing.generate("development"), policy: { sends: { limit: 2 } } });
    const [subject, to] = ["user-2", { type: "email", value: "ana@example.com" }];
    const now = Math.floor(Date.now() / 1000);
    const sent = await verifier.sendCode({ subject, to }, DurableObjectCounters.forSending(COUNTERS));
    const again = { subject, to, challenge: sent.challenge };
    const resend = (now) => verifier.resendCode(again, DurableObjectCounters.forResending(COUNTERS, subject), { now });
    const code = (refused) => refused.then(() => "accepted", ({ code }) => code);
    const resent = await resend(now + 31);
    const tooSoon = await code(resend(now + 32));
    const sends = await code(verifier.sendCode({ subject, to }, DurableObjectCounters.forSending(COUNTERS)));
    const link = COUNTERS.idFromName(subject).toString();
    await verifier.revokeByLink(sent.revocation, new DurableObjectCounters(COUNTERS, COUNTERS.idFromString(link)));
    const check = { ...again, code: sent.code };
    const revoked = await code(verifier.checkCode(check, new DurableObjectCounters(COUNTERS, subject)));
    return { again: resent.code === sent.code ? "the same code" : "another", tooSoon, sends, revoked, forged: forged(COUNTERS, link) };
  }

  function forged(namespace, link) {
    try {
      namespace.idFromString((link[0] === "0" ? "1" : "0") + link.slice(1));
      return "accepted";
    } catch ({ message }) {
      return /is not valid for this namespace/.exec(message)?.[0] ?? message;
    }
  }

  export default {
    fetch: async (request, env) =>
      Response.json(
        request.method === "POST"
          ? await new DurableObjectCounters(env.COUNTERS, "user-1").add(await request.json())
          : await tell(env),
      ),
  };
`;

for (const [name, connect] of Object.entries(CLIENTS)) {
  describe(`RedisCounters over ${name}`, () => {
    let client;
    before(async () => (client = await connect(server.socket)));
    after(() => client.end());

    keepsTheContract(() => new RedisCounters(client.evaluate, `${name}:`));

    test("an expiry is set once, and is what the addition asked for", async () => {
      const counters = new RedisCounters(client.evaluate, `${name}:`);
      await counters.add([{ key: "lasting", delta: 1, ttl: 100 }]);
      await counters.add([{ key: "lasting", delta: 1, ttl: 9_000 }]);
      await counters.add([{ key: "lasting", delta: -1, ttl: 0 }]);
      const left = await client.ttl(`${name}:lasting`);
      assert.ok(left > 95 && left <= 100, `${left} seconds are left`);
    });

    test("a verifier counts tries over it, however many come at once", async () => {
      const counters = new RedisCounters(client.evaluate, `${name}:`);
      const { verifier, check, wrong } = await aCode(counters);
      const tries = await Promise.allSettled(
        Array.from({ length: 64 }, () => verifier.checkCode({ ...check, code: wrong }, counters)),
      );
      const compared = tries.filter(({ reason }) => reason.code === "verification_code.code_mismatch");
      assert.equal(compared.length, 10);
      await assert.rejects(verifier.checkCode(check, counters), coded("verification_code.exceed_max_try"));
    });

    test("where the server goes away, nobody gets through and the error says why", async () => {
      const mortal = await RedisServer.start();
      const lost = await connect(mortal.socket);
      try {
        const counters = new RedisCounters(lost.evaluate);
        const { verifier, check } = await aCode(counters);
        await mortal.stop();
        for (const attempt of [verifier.checkCode(check, counters), verifier.sendCode(check, counters)]) {
          await assert.rejects(
            attempt,
            (error) => coded("counter_store_failed")(error) && error.cause instanceof Error,
          );
        }
      } finally {
        lost.end();
      }
    });
  });
}

test("an answer that is no list of counts is refused", async () => {
  for (const answer of [null, "1", [], ["x"], [null], ["-1"]]) {
    const counters = new RedisCounters(async () => answer);
    const { verifier, check } = await aCode(new MemoryCounters());
    await assert.rejects(verifier.checkCode(check, counters), coded("counter_store_failed"));
  }
});

/** The rows of the contract; each has keys of its own. */
function keepsTheContract(make) {
  const one = async (counters, key, delta, ttl = 60) => (await counters.add([{ key, delta, ttl }]))[0];

  test("64 additions at once are all counted, each once", async () => {
    const counters = make();
    const counts = await Promise.all(Array.from({ length: 64 }, () => one(counters, "parallel", 1)));
    assert.deepEqual(
      counts.toSorted((a, b) => a - b),
      Array.from({ length: 64 }, (_, index) => index + 1),
    );
  });

  test("a batch is made and answered in its order", async () => {
    const counters = make();
    const ops = [
      { key: "b", delta: 5, ttl: 60 },
      { key: "a", delta: 1, ttl: 60 },
      { key: "b", delta: -2, ttl: 0 },
      { key: "none", delta: 0, ttl: 0 },
      { key: "a", delta: 1, ttl: 60 },
      { key: "b", delta: 0, ttl: 0 },
    ];
    assert.deepEqual(await counters.add(ops), [5, 1, 3, 0, 2, 3]);
    assert.deepEqual(await counters.add([]), []);
  });

  test("a negative delta makes no counter and takes none below zero", async () => {
    const counters = make();
    assert.equal(await one(counters, "negative", -1), 0);
    assert.equal(await one(counters, "negative", 2), 2);
    assert.equal(await one(counters, "negative", -(2 ** 52)), 0);
    assert.equal(await one(counters, "negative", 1), 1);
  });

  test("counts are exact far beyond the time of a block's end", async () => {
    const counters = make();
    const end = 253_402_300_799;
    assert.equal(await one(counters, "large", end), end);
    assert.equal(await one(counters, "large", 1), end + 1);
  });

  test("a counter ends with the time it was made for, whatever was added later", async () => {
    const counters = make();
    assert.equal(await one(counters, "brief", 1, 2), 1);
    assert.equal(await one(counters, "brief", 1, 60), 2);
    await sleep(2_100);
    assert.equal(await one(counters, "brief", 0), 0);
    assert.equal(await one(counters, "brief", 1), 1);
  });
}

async function aCode(counters) {
  const verifier = new Verifier({ keys: KeyRing.generate("development") });
  const [subject, to] = ["user-1", { type: "email", value: "ana@example.com" }];
  const { challenge, code } = await verifier.sendCode({ subject, to }, counters);
  const wrong = String((Number(code) + 1) % 1e6).padStart(6, "0");
  return { verifier, check: { subject, to, challenge, code }, wrong };
}

function coded(code) {
  return (error) => isSekishoError(error, code);
}
