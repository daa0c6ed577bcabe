import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { install } from "./project.mjs";
import { RUNTIMES } from "./runtimes.mjs";

let project;
before(() => (project = install()));
after(() => project.remove());

for (const [name, run] of Object.entries(RUNTIMES)) {
  test(`every vector holds in ${name}`, async () => {
    const { counts, differences } = await run(project.folder);
    assert.deepEqual(differences, []);
    assert.ok(Object.values(counts).every((count) => count > 0));
    assert.equal(Object.keys(counts).length, 26);
  });
}
