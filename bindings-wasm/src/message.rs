//! What a person reads before approving an operation.

use sekisho::Error;
use sekisho::message::MessageTemplate;

use crate::answer::Answer;
use crate::argument::Arguments;

/// The sentence for an operation: template, operation.
pub(crate) fn render(arguments: &mut Arguments<'_>) -> Result<Answer, Error> {
    let template = MessageTemplate::parse(arguments.text())?;
    Ok(Answer::of(&template.render(arguments.text())?))
}
