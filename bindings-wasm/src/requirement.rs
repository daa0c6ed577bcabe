//! What an operation demands.

use alloc::vec::Vec;

use sekisho::{Error, Purpose, Requirement};

use crate::answer::Answer;
use crate::argument::Arguments;

/// The value of `WWW-Authenticate` that tells a client what to do (RFC 9470): requirement.
pub(crate) fn to_challenge(arguments: &mut Arguments<'_>) -> Result<Answer, Error> {
    Ok(Answer::of(&arguments.requirement()?.to_challenge()))
}

/// Reads such a value: the greatest age and the methods.
pub(crate) fn from_challenge(arguments: &mut Arguments<'_>) -> Result<Answer, Error> {
    let asked = Requirement::from_challenge(arguments.text())?;
    let mut answer = Answer::new();
    answer.number_if_any(asked.max_age);
    for method in asked.methods {
        answer.text(method.as_str());
    }
    Ok(answer)
}

/// What a code that goes to an identifier will be good for: purpose asked for or undefined,
/// identifier, then those of the user.
pub(crate) fn purpose_of_code(arguments: &mut Arguments<'_>) -> Result<Answer, Error> {
    let asked = arguments.purpose_if_any()?;
    let to = arguments.identifier()?;
    let mut own = Vec::new();
    while !arguments.is_at_end() {
        own.push(arguments.identifier()?);
    }
    Ok(Answer::of(Purpose::of_code(&to, &own, asked).as_str()))
}
