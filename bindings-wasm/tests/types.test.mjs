// The package's types, in a strict project that checks those of its packages too.
import { execFileSync } from "node:child_process";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";

import { install } from "./project.mjs";

const project = install();
after(() => project.remove());
for (const file of ["types.ts", "verify-element.ts"]) {
  cpSync(join(import.meta.dirname, file), join(project.folder, file));
}

for (const [what, options] of [
  ["of today", { lib: ["esnext", "dom"] }],
  ["of the oldest runtimes", { lib: ["es2022", "dom"] }],
  ["of a worker that is bundled", { lib: ["es2022", "webworker"], module: "esnext", moduleResolution: "bundler" }],
]) {
  test(`types accept what is right and refuse what is wrong, with the library ${what}`, () =>
    compile("types.ts", options));
}

test("types of the element accept what is right and refuse what is wrong", () =>
  compile("verify-element.ts", { lib: ["es2022", "dom"] }));

function compile(file, options) {
  const strict = { strict: true, exactOptionalPropertyTypes: true, noEmit: true, skipLibCheck: false };
  const compilerOptions = { ...strict, target: "es2022", module: "nodenext", types: [], ...options };
  const config = join(project.folder, "tsconfig.json");
  writeFileSync(config, JSON.stringify({ compilerOptions, files: [file] }));
  const compiler = join(import.meta.dirname, "../node_modules/.bin/tsc");
  try {
    execFileSync(compiler, ["--project", config], { encoding: "utf8" });
  } catch (error) {
    throw new Error(error.stdout, { cause: error });
  }
}
