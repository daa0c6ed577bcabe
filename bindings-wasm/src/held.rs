//! What JavaScript holds, and how it calls.
//!
//! One class with one method: each class takes a table of its own, and each method its checks.

use alloc::sync::Arc;
use alloc::vec::Vec;

use sekisho::password::LeakedPasswords;
use sekisho::{CodeSent, Error, ErrorCode, KeyRing, PasswordPolicy};
use wasm_bindgen::prelude::*;
use zeroize::Zeroizing;

use crate::answer::Answer;
use crate::argument::Arguments;
use crate::call::Call;
use crate::flow::{self, Flow};
use crate::verifier::{self, Verifier};
use crate::{identifier, key_ring, message, password_acceptance, password_policy, requirement};

/// A value of the rules, or none yet.
#[wasm_bindgen]
#[derive(Default)]
pub struct Held(Value);

/// A value of the rules.
#[derive(Default)]
pub(crate) enum Value {
    #[default]
    Nothing,
    KeyRing(Arc<KeyRing>),
    PasswordPolicy(Arc<PasswordPolicy>),
    LeakedPasswords(LeakedPasswords),
    Verifier(Verifier),
    Flow(Flow),
    CodeSent(CodeSent),
}

#[wasm_bindgen]
impl Held {
    /// Holds nothing.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Calls with what is held here and in others, and with arguments. Answers with bytes.
    pub fn call(&mut self, call: Call, of: &Self, with: &Self, arguments: Vec<u8>) -> Vec<u8> {
        let arguments = Zeroizing::new(arguments);
        let answer = self.0.call(call, &of.0, &with.0, Arguments::new(&arguments));
        answer.unwrap_or_else(Answer::failure).into_bytes()
    }
}

impl Value {
    fn call(
        &mut self,
        call: Call,
        of: &Self,
        with: &Self,
        mut arguments: Arguments<'_>,
    ) -> Result<Answer, Error> {
        let arguments = &mut arguments;
        *self = match call {
            Call::Canonical => return identifier::canonical(arguments),
            Call::RenderMessage => return message::render(arguments),
            Call::ToChallenge => return requirement::to_challenge(arguments),
            Call::FromChallenge => return requirement::from_challenge(arguments),
            Call::PurposeOfCode => return requirement::purpose_of_code(arguments),
            Call::KeysToText => return Ok(Answer::of(&of.keys()?.to_text())),
            Call::Environment => return Ok(Answer::of(of.keys()?.environment().as_str())),
            Call::KeyTimes => return Ok(key_ring::times(of.keys()?)),
            Call::SealsWith => return key_ring::seals_with(of.keys()?, arguments),
            Call::HashPassword => return password_policy::hash(of.passwords()?, arguments),
            Call::VerifyPassword => return password_policy::verify(of.passwords()?, arguments),
            Call::JudgePassword => return password_acceptance::judge(of.leaked()?, arguments),
            Call::IssueResumeHandle => return of.verifier()?.issue_resume_handle(arguments),
            Call::CheckResumeHandle => return of.verifier()?.check_resume_handle(arguments),
            Call::ParseKeys => key_ring::parse(arguments)?,
            Call::GenerateKeys => key_ring::generate(arguments)?,
            Call::RotateKeys => key_ring::rotate(of.keys()?, arguments)?,
            Call::RetireKey => key_ring::retire(of.keys()?, arguments)?,
            Call::MakePasswordPolicy => password_policy::make(arguments)?,
            Call::ListLeakedPasswords => password_acceptance::list(arguments),
            Call::MakeVerifier => verifier::make(of.keys()?, with.passwords()?, arguments)?,
            _ => {
                let answer;
                (*self, answer) = self.go_on(call, of.verifier(), arguments)?;
                return Ok(answer);
            }
        };
        Ok(Answer::new())
    }

    /// Has a flow started or go on.
    fn go_on(
        &mut self,
        call: Call,
        of: Result<&Verifier, Error>,
        arguments: &mut Arguments<'_>,
    ) -> Result<(Self, Answer), Error> {
        Ok(match (call, core::mem::take(self)) {
            (Call::Resume, Self::Flow(flow)) => flow::resume(flow, arguments),
            (Call::CheckPassword, _) => flow::stands(of?.check_password(arguments)?),
            (Call::SendCode, _) => flow::stands(of?.send_code(arguments)?),
            (Call::ResendCode, _) => flow::stands(of?.resend_code(arguments)?),
            (Call::CheckCode, _) => flow::stands(of?.check_code(arguments)?),
            (Call::Present, _) => flow::stands(of?.present(arguments)?),
            (Call::Cancel, Self::CodeSent(sent)) => flow::stands(sent.cancel()),
            (Call::Revoke, _) => flow::stands(of?.revoke(arguments)?),
            (Call::RevokeByLink, _) => flow::stands(of?.revoke_by_link(arguments)?),
            (Call::Unblock, _) => flow::stands(of?.unblock(arguments)?),
            _ => return Err(of_another_kind()),
        })
    }

    fn keys(&self) -> Result<&Arc<KeyRing>, Error> {
        if let Self::KeyRing(keys) = self { Ok(keys) } else { Err(of_another_kind()) }
    }

    fn passwords(&self) -> Result<&Arc<PasswordPolicy>, Error> {
        if let Self::PasswordPolicy(policy) = self { Ok(policy) } else { Err(of_another_kind()) }
    }

    fn leaked(&self) -> Result<&LeakedPasswords, Error> {
        if let Self::LeakedPasswords(leaked) = self { Ok(leaked) } else { Err(of_another_kind()) }
    }

    fn verifier(&self) -> Result<&Verifier, Error> {
        if let Self::Verifier(verifier) = self { Ok(verifier) } else { Err(of_another_kind()) }
    }
}

/// A program that TypeScript does not check gave one value for another.
fn of_another_kind() -> Error {
    ErrorCode::PolicyInvalid.into()
}
