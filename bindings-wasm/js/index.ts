/** Security verification at the edge. */

// What is disposable says so in its types, which projects without this library could not read.
/// <reference lib="esnext.disposable" preserve="true" />

export { ERROR_CODES, type ErrorCode } from "./codes.js";
export { MemoryCounters } from "./counters/memory.js";
export { RedisCounters, type RedisEval } from "./counters/redis.js";
export type { CounterOp, CounterStore } from "./counters/store.js";
export { isSekishoError, SekishoError } from "./error.js";
export { drive, type Flow } from "./flow.js";
export { canonical, type Identifier } from "./identifier.js";
export { type CallOptions, type Environment, KeyRing, type KeyTimes } from "./key-ring.js";
export { renderMessage } from "./message-template.js";
export type { OperationInput } from "./operation.js";
export {
  type ForbiddenInPassword,
  PasswordAcceptance,
  type PasswordAcceptanceOptions,
  type PasswordRejection,
} from "./password-acceptance.js";
export {
  type Argon2Cost,
  PasswordPolicy,
  type PasswordPolicyOptions,
  type Pepper,
  type Verification,
} from "./password-policy.js";
export type { Policy } from "./policy.js";
export { type Guard, type RefusedBody, requireVerification } from "./require-verification.js";
export {
  type AskedVerification,
  fromChallenge,
  type Method,
  type Purpose,
  type Requirement,
  toChallenge,
} from "./requirement.js";
export { Steps, type TimeOption, type VerifierOptions } from "./steps.js";
export type * from "./verification.js";
export * from "./verifier.js";
