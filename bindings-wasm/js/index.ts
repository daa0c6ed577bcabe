/** Security verification at the edge. */

export { ERROR_CODES, type ErrorCode } from "./codes.js";
export { MemoryCounters } from "./counters/memory.js";
export { RedisCounters, type RedisEval } from "./counters/redis.js";
export type { CounterOp, CounterStore } from "./counters/store.js";
export { SekishoError, isSekishoError } from "./error.js";
export { type Flow, drive } from "./flow.js";
export { type Identifier, canonical } from "./identifier.js";
export { type CallOptions, type Environment, KeyRing, type KeyTimes } from "./key-ring.js";
export type { OperationInput } from "./operation.js";
export {
  type ForbiddenInPassword,
  PasswordAcceptance,
  type PasswordAcceptanceOptions,
  type PasswordRejection,
} from "./password-acceptance.js";
export { type Argon2Cost, PasswordPolicy, type PasswordPolicyOptions, type Pepper, type Verification } from "./password-policy.js";
export { type Guard, requireVerification } from "./require-verification.js";
export {
  type AskedVerification,
  type Method,
  type Purpose,
  type Requirement,
  fromChallenge,
  toChallenge,
} from "./requirement.js";
export * from "./verifier.js";
