/** An empty project into which the packed package is installed, as a user would. */

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { FILES } from "./vectors.mjs";

const here = import.meta.dirname;
const npm = (folder, ...args) =>
  execFileSync("npm", args, { cwd: folder, stdio: ["ignore", "pipe", "inherit"], encoding: "utf8" });

/**
 * Makes the project with the tests in it; `remove` deletes it.
 *
 * @param others Packages of the tests' own folder that are linked in beside it.
 */
export function install(others = []) {
  const folder = mkdtempSync(join(tmpdir(), "sekisho-package-"));
  const packed = npm(join(here, ".."), "pack", "--silent", "--pack-destination", folder).trim();
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  npm(folder, "install", "--silent", "--no-audit", "--no-fund", "--offline", `./${packed}`);
  for (const name of others) {
    const link = join(folder, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(here, "node_modules", name), link);
  }
  for (const file of ["entry.mjs", "print.mjs", "worker.mjs", "page.html", "service-worker.mjs", "vectors.mjs"]) {
    cpSync(join(here, file), join(folder, file));
  }
  writeFileSync(join(folder, "files.mjs"), `export default ${JSON.stringify(vectors())};`);
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

function vectors() {
  const read = (name) => JSON.parse(readFileSync(join(here, "../../tests/vectors", `${name}.json`), "utf8"));
  return Object.fromEntries(FILES.map((name) => [name, read(name)]));
}
