/** The WebAssembly module: set up once by a loader, before anything else is called. */

import * as glue from "./glue/sekisho_bg.js";

export {
  Flow,
  KeyRing,
  PasswordAcceptance,
  PasswordPolicy,
  Verifier,
  canonical,
  fromChallenge,
  purposeOfCode,
  toChallenge,
} from "./glue/sekisho_bg.js";
export type { CancelableSend } from "./glue/sekisho_bg.js";

/** What the glue exports beside its declarations. */
interface Glue {
  __wbg_set_wasm(exports: WebAssembly.Exports): void;
}

/** Instantiates the compiled module. Every loader of this package calls it. */
export function start(module: WebAssembly.Module): void {
  const imports = { "./sekisho_bg.js": glue as unknown as WebAssembly.ModuleImports };
  const { exports } = new WebAssembly.Instance(module, imports);
  (glue as unknown as Glue).__wbg_set_wasm(exports);
  (exports["__wbindgen_start"] as () => void)();
}
