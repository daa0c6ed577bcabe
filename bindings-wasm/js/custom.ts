/** For bundlers and hosts that have a loader of their own: call `start` before anything else. */

export * from "./index.js";
export { start } from "./wasm.js";
