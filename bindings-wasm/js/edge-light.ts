/** Loads the module in the edge runtime of Next.js and Vercel, which ask for it by `?module`. */

import module from "./glue/sekisho_bg.wasm?module";

import { start } from "./wasm.js";

start(module);

export * from "./index.js";
