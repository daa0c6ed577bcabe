/** An empty project into which the packed package is installed, as a user would. */

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

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
  const scripts = ["entry", "print", "service-worker", "worker", "given", "token-vectors", "vectors"];
  for (const file of [...scripts.map((name) => `${name}.mjs`), "page.html"]) {
    cpSync(join(here, file), join(folder, file));
  }
  const files = vectors();
  writeFileSync(join(folder, "files.mjs"), `export default ${JSON.stringify(files)};`);
  return { folder, files, remove: () => rmSync(folder, { recursive: true }) };
}

function vectors() {
  const from = join(here, "../../tests/vectors");
  const names = readdirSync(from).filter((name) => name.endsWith(".json"));
  return Object.fromEntries(
    names.map((name) => [basename(name, ".json"), JSON.parse(readFileSync(join(from, name), "utf8"))]),
  );
}
