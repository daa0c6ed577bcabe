//! The README's quick start. `core/tests/readme.rs` holds the two against each other.
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::collections::HashMap;

use sekisho::{
    Binding, CodeCheck, CodeSend, CounterOp, Entropy, Environment, Error, ErrorCode, Identifier,
    KeyRing, Policy, Presentation, Purpose, Requirement, Subject, Timestamp, Verifier,
};

fn main() -> Result<(), Error> {
    let now = Timestamp::from_unix_seconds(1_764_000_000)?; // your clock
    let keys = KeyRing::generate(Environment::Development, now, &entropy()?)?;
    let verifier = Verifier::new(keys, Policy::default())?;

    // The counter store. A real one is Redis, SQL, a Durable Object, and honours `op.ttl`.
    let mut counters = HashMap::<String, u64>::new();
    let mut add = |ops: &[CounterOp]| {
        let one = |op: &CounterOp| {
            let count = counters.entry(op.key.to_string()).or_default();
            *count = count.saturating_add_signed(op.delta);
            *count
        };
        Ok::<_, Error>(ops.iter().map(one).collect())
    };

    // Send a code to the user's own address …
    let binding = Binding::to_subject(Subject::parse("user-1")?);
    let to = Identifier::email("ana@example.com")?;
    let owned = [to.clone()]; // what your user table has
    let purpose = Purpose::of_code(&to, &owned, None);
    let send = CodeSend { binding: binding.clone(), to: to.clone(), purpose };
    let sent = verifier.send_code(send, now, entropy()?).drive(&mut add)??;
    println!("Your code is {}", sent.code.as_str()); // your mail

    // … check what the user typed …
    let code = sent.code.as_str().to_owned().into();
    let check = CodeCheck { binding: binding.clone(), to, challenge: sent.challenge.token, code };
    let record = verifier.check_code(check, now).drive(&mut add)??.record;

    // … and ask for the record where it matters.
    let shown = Presentation { token: record.token, binding, idempotency_key: None };
    verifier.present(shown, &Requirement::permission(), now).drive(&mut add)??;
    Ok(())
}

fn entropy() -> Result<Entropy, Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| ErrorCode::EntropyUnusable)?;
    Entropy::from_bytes(bytes)
}
