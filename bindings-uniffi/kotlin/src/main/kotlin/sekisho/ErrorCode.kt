package sekisho

import sekisho.internal.ErrorCode as RustErrorCode

/** What went wrong, the same in every language. */
public enum class ErrorCode(
    /** The stable text form. */
    public val text: String,
) {
    /** The password does not match, or the user has none. */
    INVALID_CREDENTIALS("session.invalid_credentials"),
    /** Too many failures of this user; [SekishoException.retryAfter] tells how long it lasts. */
    VERIFICATION_BLOCKED("session.verification_blocked_too_many_attempts"),
    /** The challenge or record is unknown, forged, expired, of another kind or of another user. */
    RECORD_NOT_FOUND("verification_record.not_found"),
    /** The record does not give the permission asked for. */
    PERMISSION_DENIED("verification_record.permission_denied"),
    /** No code was given, or the challenge's code has been used already. */
    CODE_NOT_FOUND("verification_code.not_found"),
    /** The challenge was for another e-mail address. */
    CODE_EMAIL_MISMATCH("verification_code.email_mismatch"),
    /** The challenge was for another phone number. */
    CODE_PHONE_MISMATCH("verification_code.phone_mismatch"),
    /** The code is older than its policy allows. */
    CODE_EXPIRED("verification_code.expired"),
    /** The challenge's tries are used up, even for the right code. */
    CODE_TRIES_USED_UP("verification_code.exceed_max_try"),
    /** The code is not the one that was sent. */
    CODE_MISMATCH("verification_code.code_mismatch"),
    /** Too many messages to one recipient; [SekishoException.retryAfter] tells how long to wait. */
    MESSAGE_RATE_LIMITED("request.message_rate_limited"),
    /** A new password is not acceptable. */
    PASSWORD_REJECTED("password.rejected"),
    /** An identifier is not an e-mail address or phone number as the contract has them. */
    IDENTIFIER_INVALID("identifier_invalid"),
    /** A subject or session is empty, too long or holds control characters. */
    CONTEXT_INVALID("context_invalid"),
    /** An operation is not JSON that has one meaning (RFC 7493). */
    OPERATION_INVALID("operation_invalid"),
    /** A message has a field that the operation does not have, or that is not to be shown. */
    OPERATION_NOT_DISPLAYABLE("operation_not_displayable"),
    /** The template of a message is not one. */
    MESSAGE_TEMPLATE_INVALID("message_template_invalid"),
    /** A password is empty or longer than 4096 bytes. */
    PASSWORD_INVALID("password_invalid"),
    /** A policy value is outside its bounds. */
    POLICY_INVALID("policy_invalid"),
    /** The key ring's text form cannot be read. */
    KEY_RING_MALFORMED("key_ring_malformed"),
    /** A key is short, zero or repeats itself. */
    KEY_WEAK("key_weak"),
    /** The ring is full: all its keys still open. */
    KEY_RING_FULL("key_ring_full"),
    /** Two keys of the ring have the same id or the same secret. */
    KEY_REPEATED("key_repeated"),
    /** The ring has no key that may seal at this time. */
    KEY_NONE_SEALS("key_none_seals"),
    /** The ring has no key of this id. */
    KEY_UNKNOWN("key_unknown"),
    /** The key cannot be retired or dropped while it is the one that seals. */
    KEY_STILL_SEALS("key_still_seals"),
    /** The bytes given as randomness are not random. */
    ENTROPY_UNUSABLE("entropy_unusable"),
    /** The time is outside what a token can carry. */
    TIME_INVALID("time_invalid"),
    /** A stored password hash is not of a form that can be checked. */
    PASSWORD_HASH_INVALID("password_hash_invalid"),
    /** A stored password hash asks for more memory or time than is allowed. */
    PASSWORD_HASH_TOO_COSTLY("password_hash_too_costly"),
    /** A stored password hash names a pepper that is not configured. */
    PEPPER_UNKNOWN("pepper_unknown"),
    /** The password computation could not get its memory. */
    OUT_OF_MEMORY("out_of_memory"),
    /** The record is bound to another session. */
    RECORD_SESSION_MISMATCH("record_session_mismatch"),
    /** The record is bound to another operation, or to none while one is asked for. */
    RECORD_OPERATION_MISMATCH("record_operation_mismatch"),
    /** The record's method or purpose is not one that the requirement allows. */
    RECORD_METHOD_NOT_ALLOWED("record_method_not_allowed"),
    /** The record is older than the requirement allows. */
    RECORD_TOO_OLD("record_too_old"),
    /** The record was for single use and has been used. */
    RECORD_USED("record_used"),
    /** The requirement cannot be parsed, or asks for nothing that can be met. */
    REQUIREMENT_INVALID("requirement_invalid"),
    /** Counters are needed and the verifier was made without. */
    COUNTERS_REQUIRED("counters_required"),
    /** The counter store answered what no counter store can answer. */
    COUNTER_STORE_FAILED("counter_store_failed"),
    ;

    internal fun lower(): RustErrorCode = RustErrorCode.entries[ordinal]
}
