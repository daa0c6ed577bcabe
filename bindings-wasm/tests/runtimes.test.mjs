import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { install } from "./project.mjs";
import { bundled, RUNTIMES } from "./runtimes.mjs";
import { every } from "./vectors.mjs";

let project;
before(() => (project = install()));
after(() => project.remove());

for (const [name, run] of Object.entries(RUNTIMES)) {
  test(`every vector holds in ${name}`, async () => {
    const { ran, differences } = await run(project.folder);
    assert.deepEqual(differences, []);
    assert.deepEqual(ran.toSorted(), every(project.files).toSorted());
  });
}

test("a worker that draws randomness outside of its handler is told that this is the mistake", async () => {
  writeFileSync(
    join(project.folder, "global-scope.js"),
    `import { KeyRing, PasswordPolicy, Verifier } from "sekisho";

     const tell = (draw) => {
       try {
         draw();
       } catch ({ code, message }) {
         return { code, message };
       }
     };
     const keys = "sekisho_keys_1.production.${"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}.00000001:${"ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8"}:0:-";
     const { steps } = new Verifier({ keys });
     const told = [
       () => KeyRing.generate("production"),
       () => new PasswordPolicy({ memoryKib: 64, passes: 1 }).hash("a password"),
       () => steps.sendCode({ subject: "user-1", to: { type: "email", value: "ana@example.com" } }),
     ].map(tell);

     export default { fetch: () => Response.json({ told, inHandler: KeyRing.generate("production").keys.length }) };`,
  );
  const { told, inHandler } = await bundled(project.folder, "global-scope.js");
  assert.equal(inHandler, 1);
  for (const { code, message } of told) {
    assert.equal(code, "entropy_unusable");
    assert.match(message, /global scope/);
  }
});
