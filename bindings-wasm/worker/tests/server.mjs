// Starts the worker as serve.mjs does, and stops it.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("..", import.meta.url));

/** The address once it accepts connections, its process, what it has printed, and how to stop it. */
export async function start(options, variables = {}) {
  const args = ["serve.mjs", "--listen", "127.0.0.1:0", ...options];
  const server = spawn(process.execPath, args, { cwd: folder, env: { ...process.env, ...variables } });
  let printed = "";
  const ended = once(server, "exit");
  const url = await new Promise((found, failed) => {
    for (const stream of [server.stdout, server.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        printed += text;
        const line = /^http:\/\/\S+$/m.exec(printed);
        if (line) found(line[0]);
      });
    }
    ended.then(() => failed(new Error(`the worker did not start:\n${printed}`)));
  });
  const stop = async () => {
    server.kill("SIGTERM");
    await ended;
  };
  // What a worker logs is printed a moment later.
  const logs = async (pattern) => {
    for (const deadline = Date.now() + 10_000; !pattern.test(printed); await setTimeout(50)) {
      if (Date.now() > deadline) throw new Error(`${pattern} was not logged:\n${printed}`);
    }
  };
  return { url, pid: server.pid, log: () => printed, logs, stop };
}

/** Runs SQL on the users of a state folder. */
export function execute(state, sql) {
  const args = ["d1", "execute", "sekisho", "--local", "--persist-to", state, "--command", sql];
  const { status, stderr } = spawnSync("node_modules/.bin/wrangler", args, { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}
