// Processor time of a code check in workerd: by the package alone, and by the whole edge worker, with D1 and
// Durable Objects as they are on this machine.

import { deploy, PASSWORD } from "../../../bindings-wasm/worker/tests/deployed.mjs";

import { processorMilliseconds, workerdOf } from "./processor.mjs";
import { summary } from "./sides.mjs";
import { section } from "./table.mjs";
import { Workerd } from "./workerd.mjs";

const REQUESTS = 1_000;
const WARM_UP = 300;
const PASSWORD_REQUESTS = 100;
const CODES = "/api/verifications/verification-code";

export async function measure() {
  const head = ["request", "mean ms", "median ms", "p99 ms"];
  const { echo, check } = await ofThePackage();
  const worker = await ofTheWorker();
  const more = (figure) => (check[figure] - echo[figure]).toFixed(2);
  return section(
    "workerd: processor time of one request",
    [
      head,
      row("a worker that answers what it was sent", echo),
      row("a worker that checks a code, counters in memory", check),
      row("the edge worker: a path that is not known", worker.unknown),
      row("the edge worker: show the account", worker.account),
      row("the edge worker: check a code", worker.code),
      row("the edge worker: check a password", worker.password),
    ],
    `One request at a time; HTTP is in it, and for the edge worker the local D1 and Durable Objects, of which Cloudflare
does not bill all. What the package takes of a code check is what the second request takes more than the first, in the
mean ${more("mean")} ms (asked: below 1 ms at p99; the p99s are ${more("p99")} ms apart). One request cannot be divided
so: collecting garbage and HTTP decide its p99.`,
  );
}

async function ofThePackage() {
  const workerd = await Workerd.start();
  try {
    const pid = workerdOf(process.pid);
    const checks = [];
    for (let number = 0; number < REQUESTS + WARM_UP; number += 1) {
      const send = { subject: `user-${number}`, to: { type: "email", value: `ana${number}@example.com` } };
      checks.push({ ...send, ...(await workerd.request("send", send)) });
    }
    return await times(pid, REQUESTS, {
      echo: () => workerd.request("echo", checks[0]),
      check: () => workerd.request("check", checks.pop()),
    });
  } finally {
    await workerd.stop();
  }
}

async function ofTheWorker() {
  const worker = await deploy();
  try {
    const pid = workerdOf(worker.pid);
    const token = await worker.issuer.token({ exp: Math.floor(Date.now() / 1000) + 3600 });
    const call = async (path, body, expected) => {
      const { status } = await worker.call(path, body, { token });
      if (status !== expected) throw new Error(`${path}: HTTP status ${status}`);
    };
    const checks = await send(worker, token, REQUESTS + WARM_UP);
    const often = await times(pid, REQUESTS, {
      unknown: async () => (await fetch(`${worker.url}/unknown`)).arrayBuffer(),
      account: () => call("/api/my-account", undefined, 200),
      code: () => call(`${CODES}/verify`, checks.pop(), 200),
    });
    const password = () => call("/api/verifications/password", { password: PASSWORD }, 201);
    return { ...often, ...(await times(pid, PASSWORD_REQUESTS, { password })) };
  } finally {
    await worker.stop();
  }
}

async function send(worker, token, count) {
  const checks = [];
  for (let number = 0; number < count; number += 1) {
    const identifier = { type: "email", value: `new${number}@example.com` };
    const { body } = await worker.call(CODES, { identifier }, { token });
    const { code } = worker.provider.last().event.data;
    checks.push({ identifier, verificationId: body.verificationRecordId, code });
  }
  return checks;
}

/** What each request takes, by its name. They take turns, after some to warm up. */
async function times(pid, requests, byName) {
  const measured = Object.fromEntries(Object.keys(byName).map((name) => [name, []]));
  const warmUp = Math.min(WARM_UP, requests);
  for (let number = -warmUp; number < requests; number += 1) {
    for (const [name, request] of Object.entries(byName)) {
      const before = processorMilliseconds(pid);
      await request();
      if (number >= 0) measured[name].push(processorMilliseconds(pid) - before);
    }
  }
  return Object.fromEntries(
    Object.entries(measured).map(([name, all]) => [name, { ...summary(all), mean: mean(all) }]),
  );
}

function mean(measured) {
  return measured.reduce((sum, one) => sum + one, 0) / measured.length;
}

function row(name, { mean, median, p99 }) {
  return [name, mean.toFixed(2), median.toFixed(2), p99.toFixed(2)];
}
