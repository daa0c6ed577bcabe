/** Loads the module in browsers, service workers included, and wherever a bundler serves it. */

import { start } from "./wasm.js";

start(await WebAssembly.compileStreaming(fetch(new URL("./glue/sekisho_bg.wasm", import.meta.url))));

export * from "./index.js";
