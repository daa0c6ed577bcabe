//! Whether a new password is good enough.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use sekisho::Error;
use sekisho::password::{Forbidden, LeakedPasswords};

use crate::answer::Answer;
use crate::argument::Arguments;
use crate::held::Value;

/// Leaked passwords, one a line, in the lower case of their NFKC form.
pub(crate) fn list(arguments: &mut Arguments<'_>) -> Value {
    // As of several characters: for one, the search is made for long texts, and large.
    let lines = arguments.text().split(['\n']);
    Value::LeakedPasswords(LeakedPasswords::from_forms(lines))
}

/// Why a new password is not acceptable; empty where it is. Password, its NFKC form, the lower case
/// of that; how many of what follows are the user's own data, and that; the words. Both as they are
/// sought.
pub(crate) fn judge(
    leaked: &LeakedPasswords,
    arguments: &mut Arguments<'_>,
) -> Result<Answer, Error> {
    let password = arguments.password()?;
    let lower_case = arguments.text();
    let own_count = arguments.number_or(0_u32);
    let own_data: Vec<&str> = (0..own_count).map_while(|_| arguments.text_if_any()).collect();
    let mut words: Vec<String> = Vec::new();
    while !arguments.is_at_end() {
        words.push(arguments.text().to_owned());
    }
    let forbidden = Forbidden { own_data: &own_data, words: &words, leaked: Some(leaked) };
    let mut answer = Answer::new();
    if let Err(rejections) = password.accept_from_forms(lower_case, forbidden) {
        for rejection in rejections {
            answer.text(rejection.as_str());
        }
    }
    Ok(answer)
}
