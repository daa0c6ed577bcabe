/** The server, a browser, and the demo's page in it. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

import { chromium } from "playwright-core";

const binary = process.env.SEKISHO_SERVER_BIN;
assert.ok(binary, "SEKISHO_SERVER_BIN must name the server");

/** Leads to the server as the address of a machine in the local network would: a browser does not trust it. */
export const LAN = "lan.example";

/** Starts a server in dev mode and a browser; `stop` ends both. */
export async function start() {
  const server = spawn(binary, ["serve", "--dev", "--listen", "127.0.0.1:0"], {
    stdio: ["ignore", "pipe", "ignore"],
    env: { PATH: process.env.PATH },
  });
  const url = await addressOf(server);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", `--host-resolver-rules=MAP ${LAN} 127.0.0.1`],
  });
  const stop = async () => {
    await browser.close();
    server.kill();
  };
  return { url, browser, stop };
}

async function addressOf(server) {
  for await (const line of createInterface(server.stdout)) {
    if (line.startsWith("http://")) {
      server.stdout.resume();
      return line;
    }
  }
  throw new Error("the server did not start");
}

/** The demo in a new browser profile, on a server as after its start. */
export class Demo {
  /** What the browser complains of: a policy of contents that forbids something, an error of ours. */
  complaints = [];
  /** The URL of everything that was asked for. */
  requested = [];

  /** @param options As `browser.newContext` takes them. */
  static async open({ url, browser }, options = {}) {
    await fetch(`${url}/dev/reset`, { method: "POST" });
    const context = await browser.newContext({ locale: "en-GB", baseURL: url, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    return new Demo(url, context, page);
  }

  constructor(url, context, page) {
    Object.assign(this, { url, context, page });
    page.on("pageerror", (error) => this.complaints.push(String(error)));
    page.on("request", (request) => this.requested.push(request.url()));
    page.on("console", (message) => {
      const isComplaint = ["error", "warning"].includes(message.type());
      // Refused requests are part of the stories.
      const isRefusal = message.text().startsWith("Failed to load resource");
      if (isComplaint && !isRefusal) this.complaints.push(message.text());
    });
  }

  /** Closes it; nothing may have been complained of, and nothing asked of anybody else. */
  async close() {
    await this.context.close();
    assert.deepEqual(this.complaints, []);
    const ofOthers = this.requested.filter((url) => !url.startsWith(`${this.url}/`) && url !== "data:,");
    assert.deepEqual(ofOthers, []);
  }

  async signIn() {
    await this.page.goto("/");
    await this.page.getByRole("button", { name: "Sign in as the demo user" }).click();
    await this.page.getByText("demo@example.com", { exact: true }).waitFor();
  }

  /** The part of the page that has this title. */
  story(title) {
    return this.page.getByRole("region", { name: title });
  }

  /** The element within it. */
  panel(title) {
    return this.story(title).getByRole("group");
  }

  /** Begins to approve the transfer in the form. */
  async beginTransfer() {
    await this.story("Approve a transfer").getByRole("button", { name: "Transfer" }).click();
    return this.panel("Approve a transfer");
  }

  /** The messages that were sent, oldest first. */
  async outbox(to) {
    return (await fetch(`${this.url}/dev/outbox?to=${encodeURIComponent(to)}`)).json();
  }

  /** The code of the last message, once there are that many. */
  async code(to, messages = 1) {
    for (let tries = 0; tries < 100; tries += 1) {
      const sent = await this.outbox(to);
      if (sent.length >= messages) return sent.at(-1).code;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`fewer than ${messages} messages to ${to}`);
  }

  /** Changes the server's policy. */
  async setPolicy(policy) {
    const answer = await fetch(`${this.url}/dev/policy`, { method: "PATCH", ...json(policy) });
    assert.equal(answer.status, 200, await answer.text());
  }

  /** Moves the server's clock and the browser's, which must be installed. */
  async wait(seconds) {
    await fetch(`${this.url}/dev/clock`, { method: "POST", ...json({ advance: seconds }) });
    await this.page.clock.fastForward(seconds * 1000);
  }
}

export const EMAIL = "demo@example.com";
export const PHONE = "12125550147";
export const PASSWORD = "seven barriers on the road";

/** Another code of as many digits. */
export const another = (code) => String((Number(code) + 1) % 10 ** code.length).padStart(code.length, "0");

/** A body and its header. */
export const json = (body) => ({ headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
