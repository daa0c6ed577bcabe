import { cpSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";

import { install } from "./project.mjs";

const project = install();
after(() => project.remove());
cpSync(join(import.meta.dirname, "api.mjs"), join(project.folder, "api.mjs"));

const rows = await import(pathToFileURL(join(project.folder, "api.mjs")));
for (const [name, run] of Object.entries(rows)) test(name.replaceAll("_", " "), run);
