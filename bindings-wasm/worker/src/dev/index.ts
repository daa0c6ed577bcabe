/**
 * Dev mode: the worker with a control surface, for tests and for trying out. It is an entry point of
 * its own, which `npm run dev` starts and no configuration file names: what is deployed has none of
 * it.
 */

import { PasswordPolicy, Verifier } from "sekisho";

import { AccessTokens } from "../access-token";
import type { App } from "../app";
import { Clock } from "../clock";
import { Counters } from "../counters";
import { toCore } from "../policy";
import { router } from "../router";
import { Users } from "../users";
import { CONTROL, type DevEnv, stateOf } from "./control";
import { devTokens } from "./token";
import { EXAMPLES } from "./transfers";

export { CounterObject } from "sekisho/cloudflare";
export { DevObject } from "./object";

export default router<DevEnv>(app, { examples: EXAMPLES, control: CONTROL });

/**
 * Far below what protects a password. A hundred checks at once at the full cost would hold the one
 * thread of a local workerd so long that it closes the connections of those that wait.
 */
const passwords = new PasswordPolicy({ memoryKib: 1024, passes: 1 });

async function app(env: DevEnv, request: Request): Promise<App> {
  const state = stateOf(env);
  const { advanced, policy, keys, secret } = await state.read();
  const clock = new Clock(advanced);
  return {
    clock,
    policy,
    verifier: new Verifier({ keys, policy: toCore(policy), passwords }),
    passwords,
    counters: new Counters(env.COUNTERS, clock),
    users: new Users(env.USERS),
    tokens: new AccessTokens(devTokens(secret)),
    delivery: { send: (message) => state.keep(message) },
    publicUrl: new URL(request.url).origin,
  };
}
