//! E-mail addresses and phone numbers.

use sekisho::Error;

use crate::answer::Answer;
use crate::argument::Arguments;

/// The form under which different spellings of one recipient are the same: identifier.
pub(crate) fn canonical(arguments: &mut Arguments<'_>) -> Result<Answer, Error> {
    Ok(Answer::of(&arguments.identifier()?.canonical()))
}
