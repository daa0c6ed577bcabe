import { execFileSync } from "node:child_process";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";

import { install } from "./project.mjs";

const project = install();
after(() => project.remove());
const imported = ["api.mjs", "api-approval.mjs"].map((file) => {
  cpSync(join(import.meta.dirname, file), join(project.folder, file));
  return import(pathToFileURL(join(project.folder, file)));
});
for (const rows of await Promise.all(imported)) {
  for (const [name, run] of Object.entries(rows)) test(name.replaceAll("_", " "), run);
}

test("where there is no Symbol.dispose yet, every call works", () => {
  // Node.js has it, and not as something that can be taken away.
  const without = `
    const { Symbol } = globalThis;
    globalThis.Symbol = new Proxy(function () {}, {
      get: (_, name) => (name === "dispose" ? undefined : Symbol[name]),
      apply: (_, __, given) => Symbol(...given),
    });
    const { KeyRing, Verifier } = await import("sekisho");
    const verifier = Verifier.withoutCounters({ keys: KeyRing.generate("development") });
    const [subject, to] = ["user-1", { type: "email", value: "ana@example.com" }];
    const { challenge, code } = verifier.sendCode({ subject, to });
    const { record } = verifier.checkCode({ subject, to, challenge, code });
    verifier.present({ subject, record });`;
  writeFileSync(join(project.folder, "without-dispose.mjs"), without);
  execFileSync(process.execPath, ["without-dispose.mjs"], { cwd: project.folder });
});

test("before a module is started, the error says what to do", () => {
  const early = `
    import { KeyRing } from "sekisho/custom";
    try {
      KeyRing.generate("production");
    } catch (error) {
      if (error instanceof TypeError && /call start/.test(error.message)) process.exit(0);
    }
    process.exit(1);`;
  writeFileSync(join(project.folder, "early.mjs"), early);
  execFileSync(process.execPath, ["early.mjs"], { cwd: project.folder });
});
