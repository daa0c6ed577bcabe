/** The example of a protected operation: a transfer of money. It moves none, and is in dev mode alone. */

import { ok } from "../answer";
import { approvalOf } from "../approval";
import { Fields } from "../body";
import type { OperationPolicy } from "../operation";
import { requireApproval } from "../protected-operation";
import type { Request, Route } from "../router";

/** What is demanded for it. */
export const TRANSFER = {
  transfer: {
    methods: ["password", "email_code", "phone_code"],
    match: "any",
    maxAgeSeconds: 300,
    bound: true,
    singleUse: true,
    sameSession: false,
    message: { en: "Transfer {amount} {currency} to {payee}", ja: "{payee} に {amount} {currency} を送金" },
  },
} as const satisfies Record<string, OperationPolicy>;

export const EXAMPLES: readonly Route[] = [["POST", "/api/transfers", makeTransfer]];

/** `POST /api/transfers`. */
async function makeTransfer(c: Request): Promise<Response> {
  const { app, caller } = c.var;
  const body = await Fields.read(c);
  const transfer = read(body);
  body.end();
  caller.requireFirstParty();
  const user = await caller.activeUser();
  const approval = approvalOf({ type: "transfer", ...transfer }, app.policy.operations);
  const { id } = await requireApproval(c, approval, user);
  // The same for the same use of the record, so that a repetition is answered as the first was.
  return ok(201, { id: id.slice(0, 16), ...transfer });
}

function read(body: Fields): Record<string, string> {
  const reference = body.matchingIfAny("reference", within(140), "must have 1 to 140 characters");
  return {
    amount: body.matching("amount", isAmount, 'must be an amount such as "120.00", above 0'),
    currency: body.matching("currency", (text) => /^[A-Z]{3}$/.test(text), "must be three capital letters"),
    payee: body.matching("payee", within(70), "must have 1 to 70 characters"),
    ...(reference === undefined ? {} : { reference }),
  };
}

/** Up to twelve digits without needless zeros, and up to two decimals. */
function isAmount(text: string): boolean {
  return /^(0|[1-9]\d{0,11})(\.\d{1,2})?$/.test(text) && /[1-9]/.test(text);
}

function within(most: number): (text: string) => boolean {
  return (text) => [...text].length <= most;
}
