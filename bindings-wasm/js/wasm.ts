/** The WebAssembly module: set up once by a loader, before anything else is called. */

import * as glue from "./glue/sekisho_bg.js";
import { Answer, type Argument, encoded } from "./message.js";

export { Call, Held } from "./glue/sekisho_bg.js";

/** What the glue exports beside its declarations. */
interface Glue {
  __wbg_set_wasm(exports: WebAssembly.Exports): void;
}

/** What a call goes by beside its arguments. */
interface Holders {
  /** Where what the call makes is put; what a flow's call goes on with. */
  readonly into?: glue.Held | undefined;
  readonly of?: glue.Held | undefined;
  readonly with?: glue.Held | undefined;
}

let isStarted = false;

/** Instantiates the compiled module, once. Every loader of this package calls it. */
export function start(module: WebAssembly.Module): void {
  // What lives has its place in the instance's memory; in another's there would be something else.
  if (isStarted) return;
  const imports = { "./sekisho_bg.js": glue as unknown as WebAssembly.ModuleImports };
  const { exports } = new WebAssembly.Instance(module, imports);
  (glue as unknown as Glue).__wbg_set_wasm(exports);
  (exports.__wbindgen_start as (() => void) | undefined)?.();
  isStarted = true;
}

/** Hold nothing, for calls that need no more: two, since none may be changed that is read. */
let none: { readonly into: glue.Held; readonly of: glue.Held } | undefined;

/** @throws SekishoError where the rules refuse. */
export function call(called: glue.Call, holders: Holders, ...values: readonly Argument[]): Answer {
  none ??= { into: new glue.Held(), of: new glue.Held() };
  const { into = none.into, of = none.of, with: other = none.of } = holders;
  const answer = new Answer(into.call(called, of, other, encoded(values)));
  if (!answer.isFailure) return answer;
  throw answer.failure();
}

/** What a call makes. */
export function made(called: glue.Call, { of, with: other }: Holders, ...values: readonly Argument[]): glue.Held {
  const into = new glue.Held();
  call(called, { into, of, with: other }, ...values);
  return into;
}
