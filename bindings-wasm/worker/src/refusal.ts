/** What the worker refuses by itself, with the contract's codes and statuses. */

/** Status, code and message of each. */
export const REFUSALS = {
  authorizationHeaderMissing: [401, "auth.authorization_header_missing", "The Authorization header is missing."],
  tokenTypeNotSupported: [
    401,
    "auth.authorization_token_type_not_supported",
    "The Authorization header must be of the type Bearer.",
  ],
  unauthorized: [401, "auth.unauthorized", "The access token is not valid. Sign in again."],
  forbidden: [403, "auth.forbidden", "The access token does not have the scope openid."],
  thirdPartyForbidden: [403, "auth.third_party_application_forbidden", "A third-party application may not do this."],
  accountApiNotEnabled: [400, "account_center.not_enabled", "The Account API is switched off."],
  fieldNotEditable: [400, "account_center.field_not_editable", "This field may not be changed."],
  scopeMissing: [400, "auth.unauthorized", "The access token does not have the scope that this field needs."],
  bodyTooLarge: [413, "request.body_too_large", "The request body is too large."],
  userSuspended: [401, "user.suspended", "This account is suspended."],
  userNotFound: [404, "entity.not_found", "The access token's user is not known here."],
  samePassword: [422, "user.same_password", "The new password is the old one. Choose another one."],
  emailInUse: [422, "user.email_already_in_use", "This e-mail address belongs to another account."],
  phoneInUse: [422, "user.phone_already_in_use", "This phone number belongs to another account."],
  usernameInUse: [422, "user.username_already_in_use", "This username belongs to another account."],
  idInUse: [422, "entity.duplicate_id", "This id belongs to another account."],
  lastSignInMethod: [
    400,
    "user.last_sign_in_method_required",
    "This is the only way left to sign in, so it cannot be removed.",
  ],
  emailNotAllowed: [422, "session.email_blocklist.email_not_allowed", "This e-mail address may not be used here."],
  subaddressNotAllowed: [
    422,
    "session.email_blocklist.email_subaddressing_not_allowed",
    "An e-mail address with a + in it may not be used here.",
  ],
  operationUnknown: [400, "operation.unknown", "No operation of this type is known here, so it cannot be approved."],
  enrolmentRequired: [
    403,
    "verification.enrolment_required",
    "This user has no way yet to verify for this. Something has to be set up first.",
  ],
  sessionRequired: [
    403,
    "verification.session_required",
    "This is done within a session alone, and the access token names none: it has no sid.",
  ],
  connectorNotFound: [501, "connector.not_found", "No provider is set up for this kind of message."],
  connectorRateLimited: [
    429,
    "connector.rate_limit_exceeded",
    "The provider takes no more messages for now. Try again later.",
  ],
  connectorFailed: [400, "connector.general", "The provider did not take the message."],
  pathNotFound: [404, "entity.not_found", "There is nothing at this path."],
  methodNotAllowed: [405, "request.method_not_allowed", "This path has other methods: see Allow."],
} as const satisfies Record<string, readonly [status: number, code: string, message: string]>;

export type Refusal = keyof typeof REFUSALS;
