//! What can be called.

#![expect(clippy::float_cmp, reason = "so wasm-bindgen tells the numbers of an enum apart")]

use wasm_bindgen::prelude::*;

/// What can be called. Those that make a value put it where the call was made.
#[wasm_bindgen]
#[derive(Clone, Copy)]
#[expect(missing_docs, reason = "the function of that name tells")]
pub enum Call {
    Canonical,
    RenderMessage,
    ToChallenge,
    FromChallenge,
    PurposeOfCode,
    ParseKeys,
    GenerateKeys,
    RotateKeys,
    RetireKey,
    KeysToText,
    Environment,
    KeyTimes,
    SealsWith,
    MakePasswordPolicy,
    HashPassword,
    VerifyPassword,
    ListLeakedPasswords,
    JudgePassword,
    MakeVerifier,
    IssueResumeHandle,
    CheckResumeHandle,
    CheckPassword,
    SendCode,
    ResendCode,
    CheckCode,
    Present,
    Revoke,
    RevokeByLink,
    Unblock,
    Resume,
    Cancel,
}
