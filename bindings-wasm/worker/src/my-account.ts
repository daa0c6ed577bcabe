/** The user's own account, as the token's scopes and the field policy let it be seen. */

import { ok } from "./answer";
import type { Access } from "./policy";
import type { Request } from "./router";
import { canVerify } from "./users";

/** `GET /api/my-account`. */
export async function showAccount(c: Request): Promise<Response> {
  const { app, caller } = c.var;
  const { fields } = app.policy;
  const user = await caller.user();
  const has = (scope: string) => caller.token.scopes.has(scope);
  const ofProfile = has("profile");
  const shown = [
    ["id", true, user.id],
    ["username", ofProfile, user.username],
    ["name", ofProfile, user.name],
    ["primaryEmail", has("email") && isShown(fields.email), user.primary_email],
    ["primaryPhone", has("phone") && isShown(fields.phone), user.primary_phone],
    ["hasPassword", ofProfile && isShown(fields.password), user.password_hash !== null],
    ["hasSecurityVerificationMethod", true, canVerify(user)],
    ["createdAt", ofProfile, user.created_at],
    ["updatedAt", ofProfile, user.updated_at],
    ["lastSignInAt", ofProfile, user.last_sign_in_at],
  ] as const;
  return ok(200, Object.fromEntries(shown.flatMap(([name, isSeen, value]) => (isSeen ? [[name, value]] : []))));
}

function isShown(access: Access): boolean {
  return access !== "Off";
}
