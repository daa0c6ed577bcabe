/** The control surface: users, tokens, outbox, clock and policy. */

import type { Context } from "hono";
import { canonical, type Identifier, Verifier } from "sekisho";

import { noContent, ok } from "../answer";
import { Clock } from "../clock";
import type { Env } from "../env";
import { type AccountPolicy, parsePolicy, toCore } from "../policy";
import { Problem } from "../problem";
import type { Route, Scope } from "../router";
import type { DevObject } from "./object";
import { mint } from "./token";

/** The environment, with dev mode's own object. */
export interface DevEnv extends Env {
  readonly DEV: DurableObjectNamespace<DevObject>;
}

type Request = Context<Scope<DevEnv>>;

export const CONTROL: readonly Route<DevEnv>[] = [
  ["POST", "/dev/users", addUser],
  ["POST", "/dev/tokens", mintToken],
  ["GET", "/dev/outbox", showOutbox],
  ["POST", "/dev/clock", advanceClock],
  ["PATCH", "/dev/policy", changePolicy],
  ["POST", "/dev/reset", reset],
];

/** Dev mode's one object. */
export function stateOf({ DEV }: DevEnv): DurableObjectStub<DevObject> {
  return DEV.get(DEV.idFromName("dev"));
}

async function addUser(c: Request): Promise<Response> {
  const input = await read(c, {
    username: "string",
    primaryEmail: "string",
    primaryPhone: "string",
    password: "string",
    passwordHash: "string",
    suspended: "boolean",
  });
  const { users, passwords, clock } = c.var.app;
  const id = crypto.randomUUID().replaceAll("-", "").slice(0, 16);
  const passwordHash = input.password === undefined ? input.passwordHash : passwords.hash(input.password);
  const email = identifier("email", input.primaryEmail);
  const phone = identifier("phone", input.primaryPhone);
  const user = { id, username: input.username, email, phone, passwordHash, suspended: input.suspended };
  await users.add(user, clock.milliseconds());
  return ok(201, { id });
}

async function mintToken(c: Request): Promise<Response> {
  const input = await read(c, {
    sub: "string",
    scope: "string",
    clientId: "string",
    firstParty: "boolean",
    expiresIn: "number",
    sessionId: "string",
  });
  const { sub, scope = "openid profile email phone", clientId = "dev-client" } = input;
  const { firstParty = true, expiresIn = 3600, sessionId } = input;
  if (sub === undefined) throw Problem.invalidInput("sub is required");
  const { secret } = await stateOf(c.env).read();
  const request = { sub, scope, clientId, firstParty, expiresIn, sessionId };
  return ok(201, { accessToken: await mint(request, secret, c.var.app.clock.seconds()) });
}

async function showOutbox(c: Request): Promise<Response> {
  return ok(200, await stateOf(c.env).outbox(c.req.query("to") ?? null));
}

async function advanceClock(c: Request): Promise<Response> {
  const { advance } = await read(c, { advance: "number" });
  const isWhole = advance !== undefined && Number.isSafeInteger(advance) && advance >= 0;
  if (!isWhole) throw Problem.invalidInput("advance must be whole seconds");
  const advanced = await stateOf(c.env).advance(advance);
  return ok(200, { now: new Clock(advanced).seconds() });
}

async function changePolicy(c: Request): Promise<Response> {
  const { policy, keys } = await stateOf(c.env).read();
  const changed = judge(await json(c), policy, keys);
  await stateOf(c.env).replacePolicy(changed);
  return ok(200, changed);
}

async function reset(c: Request): Promise<Response> {
  await c.var.app.users.clear();
  await stateOf(c.env).reset();
  return noContent();
}

/** The bounds of the policy's numbers are all that a verifier checks of it. */
function judge(patch: unknown, policy: AccountPolicy, keys: string): AccountPolicy {
  try {
    const changed = parsePolicy(patch, policy);
    new Verifier({ keys, policy: toCore(changed) })[Symbol.dispose]();
    return changed;
  } catch (thrown) {
    throw Problem.invalidInput(thrown instanceof Error ? thrown.message : "The policy is malformed.");
  }
}

interface Types {
  string: string;
  number: number;
  boolean: boolean;
}

type Input<S extends Record<string, keyof Types>> = { [name in keyof S]?: Types[S[name]] };

/** A JSON object with no other fields than these; `null` is none. */
async function read<const S extends Record<string, keyof Types>>(c: Request, shape: S): Promise<Input<S>> {
  const body = await json(c);
  if (typeof body !== "object" || body === null) throw Problem.invalidInput("The body must be an object.");
  const input: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(body)) {
    if (!Object.hasOwn(shape, name)) throw Problem.invalidInput(`${name} is not known`);
    if (value === null) continue;
    if (typeof value !== shape[name]) throw Problem.invalidInput(`${name} must be a ${shape[name]}`);
    input[name] = value;
  }
  return input as Input<S>;
}

async function json(c: Request): Promise<unknown> {
  try {
    return await c.req.json();
  } catch {
    throw Problem.invalidInput("The body is not JSON.");
  }
}

function identifier(type: Identifier["type"], value: string | undefined): Identifier | undefined {
  if (value === undefined) return undefined;
  canonical({ type, value });
  return { type, value };
}
