//! What docs/guides/approve-a-payment.md shows, up to the first test, and that it does what it says.

use sekisho::message::MessageTemplate;
use sekisho::{
    Binding, CodeCheck, CodeSend, CounterOp, Entropy, Error, Identifier, Method, Operation,
    Presentation, Purpose, Requirement, Subject, Timestamp, Verifier,
};

struct Payments<Add, Mail> {
    verifier: Verifier,
    demanded: Requirement,
    add: Add, // your counters
    mail: Mail,
}

impl<Add, Mail> Payments<Add, Mail>
where
    Add: FnMut(&[CounterOp]) -> Result<Vec<u64>, Error>,
    Mail: FnMut(&Identifier, &str),
{
    fn refuse(&self, user: &str, transfer: &str, now: Timestamp) -> Result<String, Error> {
        let binding = bound(user, transfer)?;
        Ok(self.verifier.issue_resume_handle(&self.demanded, &binding, now)?.token)
    }

    fn send(
        &mut self,
        user: &str,
        to: &Identifier,
        transfer: &str,
        handle: &str,
        now: Timestamp,
        entropy: Entropy,
    ) -> Result<String, Error> {
        let (binding, purpose) = (bound(user, transfer)?, Purpose::UserPermissionValidation);
        self.verifier.check_resume_handle(handle, &binding, Method::EmailCode, now)?;
        let template = MessageTemplate::parse("Transfer {amount} {currency} to {payee}")?;
        let sentence = template.render(transfer)?;
        let send = CodeSend { binding, to: to.clone(), purpose };
        let sent = self.verifier.send_code(send, now, entropy).drive(&mut self.add)??;
        let link = format!("https://bank.example.com/not-me#{}", sent.revocation.token);
        let code = sent.code.as_str();
        (self.mail)(to, &format!("{sentence}. Your code is {code}. Not you? {link}"));
        Ok(sent.challenge.token)
    }

    fn check(
        &mut self,
        user: &str,
        to: Identifier,
        challenge: String,
        code: String,
        now: Timestamp,
    ) -> Result<String, Error> {
        let binding = Binding::to_subject(Subject::parse(user)?);
        let typed = CodeCheck { binding, to, challenge, code: code.into() };
        Ok(self.verifier.check_code(typed, now).drive(&mut self.add)??.record.token)
    }

    fn accept(
        &mut self,
        user: &str,
        token: String,
        transfer: &str,
        key: &str,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let (binding, idempotency_key) = (bound(user, transfer)?, Some(key.to_owned()));
        let shown = Presentation { token, binding, idempotency_key };
        let used = self.verifier.present(shown, &self.demanded, now).drive(&mut self.add)??;
        Ok(used.repeated)
    }
}

fn bound(user: &str, transfer: &str) -> Result<Binding, Error> {
    let operation = Some(Operation::from_json(transfer)?);
    Ok(Binding { operation, ..Binding::to_subject(Subject::parse(user)?) })
}

#[test]
fn the_guide_shows_it() {
    let guide = include_str!("../../docs/guides/approve-a-payment.md");
    let (_, file) = include_str!("approve_payment.rs").split_once("\n\n").unwrap();
    let (shown, _) = file.split_once("\n#[test]\n").unwrap();
    assert!(guide.contains(&format!("```rust\n{shown}```\n")), "the guide shows another");
}

#[test]
fn the_payment_that_was_approved_is_accepted_once_and_no_other() {
    use std::cell::RefCell;
    use std::collections::HashMap;

    use sekisho::ErrorCode::{RecordNotFound, RecordOperationMismatch, RecordUsed};
    use sekisho::{Environment, KeyRing, Policy};

    const TRANSFER: &str =
        r#"{"type":"transfer","amount":"120.00","currency":"EUR","payee":"Ana"}"#;
    const OTHER: &str = r#"{"type":"transfer","amount":"920.00","currency":"EUR","payee":"Ana"}"#;
    let now = Timestamp::from_unix_seconds(1_764_000_000).unwrap();
    let random = |byte| {
        let mut bytes = [byte; 32];
        bytes[0] = 0;
        Entropy::from_bytes(bytes).unwrap()
    };
    let keys = KeyRing::generate(Environment::Development, now, &random(1)).unwrap();
    let mut counters = HashMap::<String, u64>::new();
    let messages = RefCell::new(Vec::new());
    let mut payments = Payments {
        verifier: Verifier::new(keys, Policy::default()).unwrap(),
        demanded: Requirement {
            methods: vec![Method::EmailCode],
            max_age: Some(300),
            single_use: true,
            ..Requirement::permission()
        },
        add: |ops: &[CounterOp]| {
            let one = |op: &CounterOp| {
                let count = counters.entry(op.key.to_string()).or_default();
                *count = count.saturating_add_signed(op.delta);
                *count
            };
            Ok(ops.iter().map(one).collect())
        },
        mail: |_: &Identifier, text: &str| messages.borrow_mut().push(text.to_owned()),
    };
    let to = Identifier::email("ana@example.com").unwrap();

    let handle = payments.refuse("user-1", TRANSFER, now).unwrap();
    let other = payments.send("user-1", &to, OTHER, &handle, now, random(2));
    assert_eq!(other.unwrap_err().code(), RecordOperationMismatch);
    let challenge = payments.send("user-1", &to, TRANSFER, &handle, now, random(3)).unwrap();
    let message: String = messages.take().concat();
    let (sentence, rest) = message.split_once(". Your code is ").unwrap();
    let (code, link) = rest.split_once(". Not you? ").unwrap();
    assert_eq!(sentence, "Transfer 120.00 EUR to Ana");
    assert!(link.starts_with("https://bank.example.com/not-me#sekisho_x1_"), "{link}");
    let record = payments.check("user-1", to, challenge, code.to_owned(), now).unwrap();
    let mut accept = |user: &str, transfer: &str, key: &str| {
        let accepted = payments.accept(user, record.clone(), transfer, key, now);
        accepted.map_err(|error| error.code())
    };
    assert_eq!(accept("user-1", OTHER, "request-1"), Err(RecordOperationMismatch));
    assert_eq!(accept("user-2", TRANSFER, "request-1"), Err(RecordNotFound));
    assert_eq!(accept("user-1", TRANSFER, "request-1"), Ok(false));
    assert_eq!(accept("user-1", TRANSFER, "request-1"), Ok(true));
    assert_eq!(accept("user-1", TRANSFER, "request-2"), Err(RecordUsed));
}
