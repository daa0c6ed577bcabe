/** Loads the module in Node.js. */

import { readFileSync } from "node:fs";

import { start } from "./wasm.js";

start(new WebAssembly.Module(readFileSync(new URL("./glue/sekisho_bg.wasm", import.meta.url))));

export * from "./index.js";
