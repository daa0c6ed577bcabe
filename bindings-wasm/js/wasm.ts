/** The WebAssembly module: set up once by a loader, before anything else is called. */

import * as glue from "./glue/sekisho_bg.js";
import { Answer, type Argument, encoded } from "./message.js";

export { Call } from "./glue/sekisho_bg.js";

/** What the glue exports beside its declarations. */
interface Glue {
  __wbg_set_wasm(exports: WebAssembly.Exports): void;
}

/** What a call goes by beside its arguments. */
interface Holders {
  /** Where what the call makes is put; what a flow's call goes on with. */
  readonly into?: Held | undefined;
  readonly of?: Held | undefined;
  readonly with?: Held | undefined;
}

/**
 * A value of the rules. Whether it is disposed is known here: the module throws at a call with such a
 * one, and every error that leaves it in the middle takes its stack along, which soon is none.
 */
export class Held extends glue.Held {
  #isFree = false;

  constructor() {
    if (!isStarted) throw new TypeError("The WebAssembly module is not started: call start before anything else.");
    super();
  }

  override free(): void {
    if (this.#isFree) return;
    this.#isFree = true;
    super.free();
  }

  /** @throws TypeError for what is disposed, or has never been made by this package. */
  static check(held: Held): void {
    if (!(held instanceof Held)) throw new TypeError("This object was not made by its class of this package.");
    if (held.#isFree) throw new TypeError("This object was disposed and cannot be used any more: make a new one.");
  }
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
let none: { readonly into: Held; readonly of: Held } | undefined;

/** @throws SekishoError where the rules refuse. */
export function call(called: glue.Call, holders: Holders, ...values: readonly Argument[]): Answer {
  none ??= { into: new Held(), of: new Held() };
  const { into = none.into, of = none.of, with: other = none.of } = holders;
  Held.check(into);
  Held.check(of);
  Held.check(other);
  const answer = new Answer(into.call(called, of, other, encoded(values)));
  if (!answer.isFailure) return answer;
  throw answer.failure();
}

/** What a call makes. */
export function made(called: glue.Call, holders: Holders, ...values: readonly Argument[]): Held {
  return calledInto(called, holders, ...values)[0];
}

/** What a call makes, and its answer. Nothing is left of a call that fails. */
export function calledInto(
  called: glue.Call,
  { of, with: other }: Holders,
  ...values: readonly Argument[]
): [made: Held, answer: Answer] {
  const into = new Held();
  try {
    return [into, call(called, { into, of, with: other }, ...values)];
  } catch (caught) {
    into.free();
    throw caught;
  }
}
