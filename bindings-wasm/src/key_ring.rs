//! The key ring.

use alloc::sync::Arc;

use sekisho::{Environment, Error, KeyId, KeyRing, Timestamp};

use crate::answer::Answer;
use crate::argument::Arguments;
use crate::held::Value;

/// Reads the ring's text.
pub(crate) fn parse(arguments: &mut Arguments<'_>) -> Result<Value, Error> {
    KeyRing::parse(arguments.text()).map(held)
}

/// Draws a ring of one key: whether it is for production, time, entropy.
pub(crate) fn generate(arguments: &mut Arguments<'_>) -> Result<Value, Error> {
    let is_production = arguments.is_true();
    let environment =
        if is_production { Environment::Production } else { Environment::Development };
    KeyRing::generate(environment, arguments.time()?, &arguments.entropy()?).map(held)
}

/// The ring with one more key: `sealsFrom`, time, entropy.
pub(crate) fn rotate(keys: &KeyRing, arguments: &mut Arguments<'_>) -> Result<Value, Error> {
    keys.rotate(arguments.time()?, arguments.time()?, &arguments.entropy()?).map(held)
}

/// The ring in which a key opens nothing from a time on: kid, time.
pub(crate) fn retire(keys: &KeyRing, arguments: &mut Arguments<'_>) -> Result<Value, Error> {
    keys.retire(KeyId::parse(arguments.text())?, arguments.time()?).map(held)
}

/// Its keys, as kid, `sealsFrom`, `opensUntil`, kid, …
pub(crate) fn times(keys: &KeyRing) -> Answer {
    let mut answer = Answer::new();
    for key in keys.keys() {
        answer.text(&key.id.to_text());
        answer.number(key.seals_from.unix_seconds());
        answer.number_if_any(key.opens_until.map(Timestamp::unix_seconds));
    }
    answer
}

/// The id of the key that seals at a time.
pub(crate) fn seals_with(keys: &KeyRing, arguments: &mut Arguments<'_>) -> Result<Answer, Error> {
    Ok(Answer::of(&keys.seals_with(arguments.time()?)?.to_text()))
}

fn held(keys: KeyRing) -> Value {
    Value::KeyRing(Arc::new(keys))
}
