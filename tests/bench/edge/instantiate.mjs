// What the package's `start` does at its first call, and only then.

import * as glue from "../../../bindings-wasm/dist/glue/sekisho_bg.js";

export function instantiate(module) {
  const { exports } = new WebAssembly.Instance(module, { "./sekisho_bg.js": glue });
  glue.__wbg_set_wasm(exports);
  exports.__wbindgen_start?.();
}
