// The package's types, in a strict project that checks those of its packages too.
import { execFileSync } from "node:child_process";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";

import { install } from "./project.mjs";

const project = install();
after(() => project.remove());
cpSync(join(import.meta.dirname, "types.ts"), join(project.folder, "types.ts"));

for (const [what, options] of [
  ["of today", { lib: ["esnext", "dom"] }],
  ["of the oldest runtimes", { lib: ["es2022", "dom"] }],
  ["of a worker that is bundled", { lib: ["es2022", "webworker"], module: "esnext", moduleResolution: "bundler" }],
]) {
  test(`types accept what is right and refuse what is wrong, with the library ${what}`, () => {
    const strict = { strict: true, exactOptionalPropertyTypes: true, noEmit: true, skipLibCheck: false };
    const compilerOptions = { ...strict, target: "es2022", module: "nodenext", types: [], ...options };
    const config = join(project.folder, "tsconfig.json");
    writeFileSync(config, JSON.stringify({ compilerOptions, files: ["types.ts"] }));
    const compiler = join(import.meta.dirname, "../node_modules/.bin/tsc");
    try {
      execFileSync(compiler, ["--project", config], { encoding: "utf8" });
    } catch (error) {
      throw new Error(error.stdout, { cause: error });
    }
  });
}
