/** Loads the module in Cloudflare Workers and other hosts that compile it beforehand. */

import module from "./glue/sekisho_bg.wasm";

import { start } from "./wasm.js";

start(module);

export * from "./index.js";
