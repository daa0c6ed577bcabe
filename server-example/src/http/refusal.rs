//! What the server refuses by itself, with the contract's codes and statuses.

/// Problems that are not the core's, as the contract has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    AuthorizationHeaderMissing,
    TokenTypeNotSupported,
    Unauthorized,
    Forbidden,
    ThirdPartyForbidden,
    AccountApiNotEnabled,
    FieldNotEditable,
    /// The token lacks this scope, beside `openid`.
    ScopeMissing(&'static str),
    BodyTooLarge,
    UserSuspended,
    UserNotFound,
    SamePassword,
    EmailInUse,
    PhoneInUse,
    UsernameInUse,
    IdInUse,
    LastSignInMethod,
    EmailNotAllowed,
    SubaddressNotAllowed,
    ConnectorNotFound,
    ConnectorRateLimited,
    ConnectorFailed,
    OperationUnknown,
    EnrolmentRequired,
    SessionRequired,
    PathNotFound,
    MethodNotAllowed,
}

impl Refusal {
    /// Status, code and message.
    pub(super) const fn parts(self) -> (u16, &'static str, &'static str) {
        match self {
            Self::AuthorizationHeaderMissing => {
                (401, "auth.authorization_header_missing", "The Authorization header is missing.")
            }
            Self::TokenTypeNotSupported => (
                401,
                "auth.authorization_token_type_not_supported",
                "The Authorization header must be of the type Bearer.",
            ),
            Self::Unauthorized => {
                (401, "auth.unauthorized", "The access token is not valid. Sign in again.")
            }
            Self::Forbidden => {
                (403, "auth.forbidden", "The access token does not have the scope openid.")
            }
            Self::ThirdPartyForbidden => (
                403,
                "auth.third_party_application_forbidden",
                "A third-party application may not do this.",
            ),
            Self::AccountApiNotEnabled => {
                (400, "account_center.not_enabled", "The Account API is switched off.")
            }
            Self::FieldNotEditable => {
                (400, "account_center.field_not_editable", "This field may not be changed.")
            }
            Self::ScopeMissing(_) => (
                400,
                "auth.unauthorized",
                "The access token does not have the scope that this field needs.",
            ),
            Self::BodyTooLarge => (413, "request.body_too_large", "The request body is too large."),
            Self::UserSuspended => (401, "user.suspended", "This account is suspended."),
            Self::UserNotFound => {
                (404, "entity.not_found", "The access token's user is not known here.")
            }
            Self::SamePassword => {
                (422, "user.same_password", "The new password is the old one. Choose another one.")
            }
            Self::EmailInUse => (
                422,
                "user.email_already_in_use",
                "This e-mail address belongs to another account.",
            ),
            Self::PhoneInUse => {
                (422, "user.phone_already_in_use", "This phone number belongs to another account.")
            }
            Self::UsernameInUse => {
                (422, "user.username_already_in_use", "This username belongs to another account.")
            }
            Self::IdInUse => (422, "entity.duplicate_id", "This id belongs to another account."),
            Self::LastSignInMethod => (
                400,
                "user.last_sign_in_method_required",
                "This is the only way left to sign in, so it cannot be removed.",
            ),
            Self::EmailNotAllowed => (
                422,
                "session.email_blocklist.email_not_allowed",
                "This e-mail address may not be used here.",
            ),
            Self::SubaddressNotAllowed => (
                422,
                "session.email_blocklist.email_subaddressing_not_allowed",
                "An e-mail address with a + in it may not be used here.",
            ),
            Self::ConnectorNotFound => {
                (501, "connector.not_found", "No provider is set up for this kind of message.")
            }
            Self::ConnectorRateLimited => (
                429,
                "connector.rate_limit_exceeded",
                "The provider takes no more messages for now. Try again later.",
            ),
            Self::ConnectorFailed => {
                (400, "connector.general", "The provider did not take the message.")
            }
            Self::OperationUnknown => (
                400,
                "operation.unknown",
                "No operation of this type is known here, so it cannot be approved.",
            ),
            Self::EnrolmentRequired => (
                403,
                "verification.enrolment_required",
                "This user has no way yet to verify for this. Something has to be set up first.",
            ),
            Self::SessionRequired => (
                403,
                "verification.session_required",
                "This is done within a session alone, and the access token names none: it has no sid.",
            ),
            Self::PathNotFound => (404, "entity.not_found", "There is nothing at this path."),
            Self::MethodNotAllowed => {
                (405, "request.method_not_allowed", "This path has other methods: see Allow.")
            }
        }
    }
}
