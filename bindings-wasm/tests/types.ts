// A program of a user that TypeScript accepts, and below what it must refuse.
import {
  type CounterStore,
  canonical,
  drive,
  type ErrorCode,
  type Flow,
  fromChallenge,
  isSekishoError,
  KeyRing,
  MemoryCounters,
  PasswordPolicy,
  type Policy,
  purposeOfCode,
  RedisCounters,
  type Requirement,
  renderMessage,
  requireVerification,
  toChallenge,
  type Verified,
  Verifier,
} from "sekisho";

const policy: Policy = { code: { length: 8, alphabet: "base32" } };
const keys = KeyRing.generate("production", { now: 1_700_000_000 });
const verifier = new Verifier({ keys, policy, passwords: new PasswordPolicy({ memoryKib: 19_456 }) });
const counters: CounterStore = { add: async (ops) => ops.map(({ delta }) => Math.max(0, delta)) };
const to = { type: "email", value: "ana@example.com" } as const;

export async function accepted(session: string | null, code: string): Promise<(string | number)[]> {
  const sent = await verifier.sendCode({ subject: "user-1", to, session, operation: { amount: "1.00" } }, counters);
  await sent.cancel();
  const check = { subject: "user-1", to, session, challenge: sent.challenge, code };
  const flow: Flow<Verified> = verifier.steps.checkCode(check);
  while (flow.ops) flow.resume(await counters.add(flow.ops));
  const verified = await drive(verifier.steps.checkCode(check), new MemoryCounters());
  const guard = { verifier, counters, subject: "user-1", maxAge: 300, methods: ["password"] as const };
  const refused = await requireVerification(verified.record, guard);
  const requirement: Requirement = { singleUse: true, identifier: to };
  const { methods, maxAge } = fromChallenge(toChallenge(requirement));
  return [refused?.status ?? 200, maxAge ?? 0, ...methods, canonical(to), purposeOfCode(to, [to])];
}

export function told(caught: unknown): [ErrorCode, number] | undefined {
  return isSekishoError(caught) ? [caught.code, caught.retryAfter ?? 0] : undefined;
}

export const redis = new RedisCounters(async (script, names, values) => [script, ...names, ...values]);

export function refused(): unknown[] {
  const own = { subject: "user-1", to };
  const shown = { subject: "user-1", record: "" };
  return [
    // @ts-expect-error There is no such environment.
    () => KeyRing.generate("prod"),
    // @ts-expect-error Rings are parsed or generated.
    () => new KeyRing(),
    // @ts-expect-error Keys are missing.
    () => new Verifier({}),
    // @ts-expect-error There is no such alphabet.
    () => new Verifier({ keys, policy: { code: { alphabet: "hex" } } }),
    // @ts-expect-error A limit is not a policy of sends.
    () => new Verifier({ keys, policy: { sends: 3 } }),
    // @ts-expect-error A cost is not a password policy.
    () => new Verifier({ keys, passwords: { memoryKib: 19_456 } }),
    // @ts-expect-error Counters are missing.
    () => verifier.sendCode(own),
    // @ts-expect-error A subject is a string.
    () => verifier.sendCode({ ...own, subject: 1 }, counters),
    // @ts-expect-error There is no such type.
    () => verifier.sendCode({ ...own, to: { type: "fax", value: "1" } }, counters),
    // @ts-expect-error A time is a number.
    () => verifier.sendCode(own, counters, { now: new Date() }),
    // @ts-expect-error Counts are numbers.
    () => verifier.sendCode(own, { add: async () => ["1"] }),
    // @ts-expect-error It is a promise.
    () => verifier.sendCode(own, counters).code,
    // @ts-expect-error The challenge carries the operation.
    () => verifier.checkCode({ ...own, challenge: "", code: "", operation: {} }, counters),
    // @ts-expect-error A code has leading zeros.
    () => verifier.checkCode({ ...own, challenge: "", code: 123_456 }, counters),
    // @ts-expect-error The challenge is missing.
    () => verifier.resendCode(own, counters),
    // @ts-expect-error It is a record of somebody's.
    () => verifier.revoke("", counters),
    // @ts-expect-error There is no such method.
    () => verifier.checkResumeHandle({ ...own, handle: "", method: "sms" }),
    // @ts-expect-error It is named: operation, or operationJson.
    () => renderMessage("Pay {amount}", { amount: "1" }),
    // @ts-expect-error A record is missing.
    () => verifier.present({ ...shown, record: null }, counters),
    // @ts-expect-error There is no such method.
    () => verifier.present({ ...shown, requirement: { methods: ["sms"] } }, counters),
    // @ts-expect-error It is a boolean.
    () => verifier.present({ ...shown, requirement: { singleUse: "yes" } }, counters),
    // @ts-expect-error It is misspelt.
    () => verifier.present({ ...shown, requirement: { singleuse: true } }, counters),
    // @ts-expect-error There is none to compare with.
    () => verifier.present({ ...shown, requirement: { identifier: null } }, counters),
    // @ts-expect-error Counters are missing.
    () => requireVerification("", { verifier, subject: "user-1" }),
    // @ts-expect-error A guard counts.
    () => requireVerification("", { verifier: Verifier.withoutCounters({ keys }), counters, subject: "user-1" }),
    // @ts-expect-error There is no such code.
    () => isSekishoError(undefined, "nonsense"),
  ];
}
