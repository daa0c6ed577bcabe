"""What the service refuses by itself, with the contract's codes and statuses."""

#: Status, code and message of each.
REFUSALS = {
    "authorization_header_missing": (
        401,
        "auth.authorization_header_missing",
        "The Authorization header is missing.",
    ),
    "token_type_not_supported": (
        401,
        "auth.authorization_token_type_not_supported",
        "The Authorization header must be of the type Bearer.",
    ),
    "unauthorized": (401, "auth.unauthorized", "The access token is not valid. Sign in again."),
    "forbidden": (403, "auth.forbidden", "The access token does not have the scope openid."),
    "third_party_forbidden": (
        403,
        "auth.third_party_application_forbidden",
        "A third-party application may not do this.",
    ),
    "account_api_not_enabled": (400, "account_center.not_enabled", "The Account API is switched off."),
    "field_not_editable": (400, "account_center.field_not_editable", "This field may not be changed."),
    "scope_missing": (
        400,
        "auth.unauthorized",
        "The access token does not have the scope that this field needs.",
    ),
    "body_too_large": (413, "request.body_too_large", "The request body is too large."),
    "user_suspended": (401, "user.suspended", "This account is suspended."),
    "user_not_found": (404, "entity.not_found", "The access token's user is not known here."),
    "same_password": (
        422,
        "user.same_password",
        "The new password is the old one. Choose another one.",
    ),
    "email_in_use": (
        422,
        "user.email_already_in_use",
        "This e-mail address belongs to another account.",
    ),
    "phone_in_use": (
        422,
        "user.phone_already_in_use",
        "This phone number belongs to another account.",
    ),
    "username_in_use": (
        422,
        "user.username_already_in_use",
        "This username belongs to another account.",
    ),
    "last_sign_in_method": (
        400,
        "user.last_sign_in_method_required",
        "This is the only way left to sign in, so it cannot be removed.",
    ),
    "email_not_allowed": (
        422,
        "session.email_blocklist.email_not_allowed",
        "This e-mail address may not be used here.",
    ),
    "subaddress_not_allowed": (
        422,
        "session.email_blocklist.email_subaddressing_not_allowed",
        "An e-mail address with a + in it may not be used here.",
    ),
    "connector_not_found": (
        501,
        "connector.not_found",
        "No provider is set up for this kind of message.",
    ),
    "connector_failed": (400, "connector.general", "The provider did not take the message."),
    "operation_unknown": (
        400,
        "operation.unknown",
        "No operation of this type is known here, so it cannot be approved.",
    ),
    "operation_too_long": (400, "operation_invalid", "The operation is longer than anybody reads."),
    "path_not_found": (404, "entity.not_found", "There is nothing at this path."),
    "method_not_allowed": (
        405,
        "request.method_not_allowed",
        "This path has other methods: see Allow.",
    ),
}
