// The element in the package: the server's own files, and nothing that the package's main entry brings.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";

import { build } from "esbuild";

import { install } from "./project.mjs";

const project = install();
after(() => project.remove());

/** The files of the package that a bundle of this program has, with what they import. */
async function bundled(program) {
  const { metafile } = await build({
    stdin: { contents: program, resolveDir: project.folder },
    bundle: true,
    format: "esm",
    conditions: ["browser"],
    external: ["*.wasm"],
    metafile: true,
    write: false,
    logLevel: "error",
  });
  return Object.keys(metafile.inputs).flatMap((input) => input.split("node_modules/sekisho/dist/")[1] ?? []);
}

test("the main entry does not bring the element, nor the element the main entry", async () => {
  const main = await bundled('import { Verifier } from "sekisho"; console.log(Verifier)');
  assert.ok(main.includes("browser.js"));
  assert.deepEqual(
    main.filter((file) => file.startsWith("verify-element/")),
    [],
  );
  const element = await bundled('import "sekisho/verify-element"');
  assert.ok(element.includes("verify-element/sekisho-verify/element.js"));
  assert.deepEqual(
    element.filter((file) => !file.startsWith("verify-element/")),
    [],
  );
});

test("the element is the server's, file by file", async () => {
  const web = join(import.meta.dirname, "../../server-example/web");
  for (const file of await bundled('import "sekisho/verify-element"')) {
    const packed = readFileSync(join(project.folder, "node_modules/sekisho/dist", file), "utf8");
    assert.equal(packed, readFileSync(join(web, file.replace("verify-element/", "")), "utf8"), file);
  }
});
