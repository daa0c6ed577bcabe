package accountapi

/** What the service refuses by itself, with the contract's codes and statuses. */
enum class Refusal(
    val status: Int,
    val code: String,
    val message: String,
) {
    AUTHORIZATION_HEADER_MISSING(401, "auth.authorization_header_missing", "The Authorization header is missing."),
    TOKEN_TYPE_NOT_SUPPORTED(
        401,
        "auth.authorization_token_type_not_supported",
        "The Authorization header must be of the type Bearer.",
    ),
    UNAUTHORIZED(401, "auth.unauthorized", "The access token is not valid. Sign in again."),
    FORBIDDEN(403, "auth.forbidden", "The access token does not have the scope openid."),
    THIRD_PARTY_FORBIDDEN(
        403,
        "auth.third_party_application_forbidden",
        "A third-party application may not do this.",
    ),
    ACCOUNT_API_NOT_ENABLED(400, "account_center.not_enabled", "The Account API is switched off."),
    FIELD_NOT_EDITABLE(400, "account_center.field_not_editable", "This field may not be changed."),
    SCOPE_MISSING(400, "auth.unauthorized", "The access token does not have the scope that this field needs."),
    BODY_TOO_LARGE(413, "request.body_too_large", "The request body is too large."),
    USER_SUSPENDED(401, "user.suspended", "This account is suspended."),
    USER_NOT_FOUND(404, "entity.not_found", "The access token's user is not known here."),
    SAME_PASSWORD(422, "user.same_password", "The new password is the old one. Choose another one."),
    EMAIL_IN_USE(422, "user.email_already_in_use", "This e-mail address belongs to another account."),
    PHONE_IN_USE(422, "user.phone_already_in_use", "This phone number belongs to another account."),
    USERNAME_IN_USE(422, "user.username_already_in_use", "This username belongs to another account."),
    LAST_SIGN_IN_METHOD(
        400,
        "user.last_sign_in_method_required",
        "This is the only way left to sign in, so it cannot be removed.",
    ),
    EMAIL_NOT_ALLOWED(
        422,
        "session.email_blocklist.email_not_allowed",
        "This e-mail address may not be used here.",
    ),
    SUBADDRESS_NOT_ALLOWED(
        422,
        "session.email_blocklist.email_subaddressing_not_allowed",
        "An e-mail address with a + in it may not be used here.",
    ),
    CONNECTOR_NOT_FOUND(501, "connector.not_found", "No provider is set up for this kind of message."),
    CONNECTOR_FAILED(400, "connector.general", "The provider did not take the message."),
    OPERATION_UNKNOWN(
        400,
        "operation.unknown",
        "No operation of this type is known here, so it cannot be approved.",
    ),
    OPERATION_TOO_LONG(400, "operation_invalid", "The operation is longer than anybody reads."),
    PATH_NOT_FOUND(404, "entity.not_found", "There is nothing at this path."),
    METHOD_NOT_ALLOWED(405, "request.method_not_allowed", "This path has other methods: see Allow."),
}
