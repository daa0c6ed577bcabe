// CPU time of workerd for each request, by Linux's count of it: `node tests/measure.mjs`.
//
// It is more than Cloudflare would bill: HTTP, the local proxy, the Durable Object and D1 are in it.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

import { PASSWORD, deploy } from "./deployed.mjs";

const ROUNDS = 10;
const REQUESTS = 100;
const CODES = "/api/verifications/verification-code";
const TICKS_PER_SECOND = Number(execFileSync("getconf", ["CLK_TCK"]).toString());

const worker = await deploy();
const token = await worker.issuer.token({ exp: Math.floor(Date.now() / 1000) + 3600 });
try {
  const codes = await send(ROUNDS * REQUESTS + REQUESTS);
  await report("answer that a path is not known", async () => ({ status: (await fetch(`${worker.url}/unknown`)).status - 204 }));
  await report("show the account", () => worker.call("/api/my-account", undefined, { token }));
  await report("check a code", () => worker.call(`${CODES}/verify`, codes.pop(), { token }));
  await report("check a password", () =>
    worker.call("/api/verifications/password", { password: PASSWORD }, { token }), 1);
} finally {
  await worker.stop();
}

async function send(count) {
  const codes = [];
  for (let number = 0; number < count; number += 1) {
    const identifier = { type: "email", value: `new${number}@example.com` };
    const { body } = await worker.call(CODES, { identifier }, { token });
    const { code } = worker.provider.last().event.data;
    codes.push({ identifier, verificationId: body.verificationRecordId, code });
  }
  return codes;
}

async function report(what, request, rounds = ROUNDS) {
  await repeat(request);
  const means = [];
  for (let round = 0; round < rounds; round += 1) {
    const before = cpuMilliseconds();
    await repeat(request);
    means.push((cpuMilliseconds() - before) / REQUESTS);
  }
  means.sort((a, b) => a - b);
  const shown = [means[0], means[means.length >> 1], means.at(-1)].map((mean) => mean.toFixed(2));
  console.log(`${what}: ${shown[1]} ms each (rounds of ${REQUESTS} from ${shown[0]} to ${shown[2]})`);
}

async function repeat(request) {
  for (let number = 0; number < REQUESTS; number += 1) {
    const { status } = await request();
    if (status >= 300) throw new Error(`HTTP status ${status}`);
  }
}

/** Of all workerd processes that serve.mjs has started. */
function cpuMilliseconds() {
  const pids = execFileSync("pgrep", ["-P", worker.pid]).toString().trim().split("\n");
  const ticks = pids.map((pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
    return Number(fields[11]) + Number(fields[12]);
  });
  return (ticks.reduce((sum, one) => sum + one, 0) * 1000) / TICKS_PER_SECOND;
}
