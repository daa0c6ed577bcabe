//! Sending a code, and sending it again.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::State;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::{HeaderMap, StatusCode};
use sekisho::{
    Binding, CodeResend, CodeSend, CodeSent, Error, ErrorCode, Identifier, Issued, Purpose, Step,
};

use super::issued;
use super::purpose::{Asked, DEMANDS, FOR_OPERATION};
use crate::app::{App, entropy};
use crate::delivery::{AcceptLanguage, Message};
use crate::http::answer::Answer;
use crate::http::authentication::Caller;
use crate::http::body::Fields;
use crate::http::openapi::{
    BODY, EVERY_PATH, FIRST_PARTY, Failure, Operation, RequestHeader, Success, Tag, schema,
};
use crate::http::{Problem, Refusal};
use crate::telemetry::Decision;

/// The operation of [`send_code`].
pub(crate) const SEND_CODE: Operation = Operation {
    id: "sendCode",
    tag: Tag::Verification,
    summary: "Send a code",
    description: "Sends a one-time code by e-mail or text message. Sent to the user's own current \
                  address or number, it leads to a record that gives permission; sent to any \
                  other, to one that proves that the user owns the new value. Whether another \
                  account has the value is not told. Each send is a verification of its own, and \
                  earlier codes stay valid. One recipient gets 10 messages in 10 minutes. With an \
                  `operation` the message shows it, and the record is for that one alone.",
    scopes: &["openid"],
    headers: &[RequestHeader::AcceptLanguage],
    body: Some(&schema::CODE_TO_SEND),
    success: Success {
        status: StatusCode::CREATED,
        description: "The provider has taken the message. The id goes into `verificationId` of \
                      the check.",
        body: Some(&schema::ISSUED),
    },
    failures: &[
        EVERY_PATH,
        BODY,
        FIRST_PARTY,
        FOR_OPERATION,
        DEMANDS,
        &[
            Failure::Refused(Refusal::EmailNotAllowed),
            Failure::Refused(Refusal::SubaddressNotAllowed),
            Failure::Core(ErrorCode::MessageRateLimited),
            Failure::Refused(Refusal::ConnectorNotFound),
            Failure::Refused(Refusal::ConnectorRateLimited),
            Failure::Refused(Refusal::ConnectorFailed),
        ],
    ],
};

/// `POST /api/verifications/verification-code`: sends a code.
pub(crate) async fn send_code(
    State(app): State<Arc<App>>,
    caller: Caller,
    headers: HeaderMap,
    mut body: Fields,
) -> Answer {
    let fields =
        (body.identifier("identifier"), body.template("templateType"), Asked::read(&mut body));
    let (Some(to), Some(template), Some(asked)) = fields else { return Err(body.problem()) };
    caller.require_first_party()?;
    let asked = asked.of_operation(&caller)?;
    asked.check_demands(&caller, to.method(), app.now())?;
    let user = caller.active_user(&app).await?;
    let purpose = Purpose::of_code(&to, &user.identifiers(), template);
    asked.check_purpose(purpose)?;
    let decision = Decision::code_send(caller.keys(), &caller.token, &to, purpose);
    let sending = send_new(Arc::clone(&app), caller, to, purpose, asked, languages(&headers));
    Ok(issued(&app.decide(decision, sending).await?))
}

/// The operation of [`resend_code`].
pub(crate) const RESEND_CODE: Operation = Operation {
    id: "resendCode",
    tag: Tag::Verification,
    summary: "Send a code again",
    description: "Sends the same code once more, for who has not got the message. The id, the end and \
                  the tries stay those of the first message; between two messages are 30 seconds at \
                  least, and each counts among the recipient's. Nobody keeps where a code went: name \
                  a new address or number again, and the operation, if it was sent for one.",
    scopes: &["openid"],
    headers: &[RequestHeader::AcceptLanguage],
    body: Some(&schema::CODE_TO_RESEND),
    success: Success {
        status: StatusCode::CREATED,
        description: "The provider has taken the message. The id is the one that was given.",
        body: Some(&schema::ISSUED),
    },
    failures: &[
        EVERY_PATH,
        BODY,
        FIRST_PARTY,
        FOR_OPERATION,
        &[
            Failure::Core(ErrorCode::RecordNotFound),
            Failure::Core(ErrorCode::RecordOperationMismatch),
            Failure::Core(ErrorCode::CodeEmailMismatch),
            Failure::Core(ErrorCode::CodePhoneMismatch),
            Failure::Core(ErrorCode::CodeExpired),
            Failure::Core(ErrorCode::CodeTriesUsedUp),
            Failure::Core(ErrorCode::CodeNotFound),
            Failure::Core(ErrorCode::MessageRateLimited),
            Failure::Refused(Refusal::ConnectorNotFound),
            Failure::Refused(Refusal::ConnectorRateLimited),
            Failure::Refused(Refusal::ConnectorFailed),
        ],
    ],
};

/// `POST /api/verifications/verification-code/resend`: sends a code again.
pub(crate) async fn resend_code(
    State(app): State<Arc<App>>,
    caller: Caller,
    headers: HeaderMap,
    mut body: Fields,
) -> Answer {
    let fields = (
        body.id("verificationId"),
        body.identifier_if_any("identifier"),
        Asked::read_operation(&mut body),
    );
    let (Some(challenge), Some(to), Some(asked)) = fields else { return Err(body.problem()) };
    caller.require_first_party()?;
    let asked = asked.of_operation(&caller)?;
    let user = caller.active_user(&app).await?;
    let recipients = to.map_or_else(|| user.identifiers(), |to| vec![to]);
    let resend = |to: &Identifier| CodeResend {
        binding: asked.binding(&caller),
        to: to.clone(),
        challenge: challenge.clone(),
    };
    let steps = recipients
        .iter()
        .map(|to| (to.clone(), caller.rules.verifier.resend_code(resend(to), app.now())));
    let (to, step) = recipient_of(steps).ok_or_else(|| Error::from(ErrorCode::RecordNotFound))?;
    let purpose = Purpose::of_code(&to, &user.identifiers(), None);
    let decision = Decision::code_send(caller.keys(), &caller.token, &to, purpose);
    let languages = languages(&headers);
    let issued_at = caller.rules.verifier.issued_at(&challenge, app.now()).ok();
    let driver = Arc::clone(&app);
    let sending = async move {
        let sent = driver.drive_of_token(step, issued_at).await?;
        let age = issued_at.map_or(0, |at| driver.now().seconds_since(at));
        deliver(driver, caller, to, Code { sent, age }, asked, languages).await
    };
    Ok(issued(&app.decide(decision, sending).await?))
}

/// The recipient to whom the challenge's code went: the one that is not refused for being another.
fn recipient_of(
    steps: impl Iterator<Item = (Identifier, Step<CodeSent>)>,
) -> Option<(Identifier, Step<CodeSent>)> {
    let mut last = None;
    for (to, step) in steps {
        let is_another = matches!(&step, Step::Done(Err(error)) if is_of_another(error.code()));
        if !is_another {
            return Some((to, step));
        }
        last = Some((to, step));
    }
    last
}

const fn is_of_another(code: ErrorCode) -> bool {
    use ErrorCode as E;
    matches!(code, E::RecordNotFound | E::CodeEmailMismatch | E::CodePhoneMismatch)
}

async fn send_new(
    app: Arc<App>,
    caller: Caller,
    to: Identifier,
    purpose: Purpose,
    asked: Asked,
    languages: AcceptLanguage,
) -> Result<Issued, Problem> {
    if purpose == Purpose::BindNewIdentifier {
        caller.rules.policy.admit_new(&to)?;
    }
    let binding: Binding = asked.binding(&caller);
    let request = CodeSend { binding, to: to.clone(), purpose };
    let step = caller.rules.verifier.send_code(request, app.now(), entropy()?);
    let sent = app.drive(step, None).await?;
    deliver(app, caller, to, Code { sent, age: 0 }, asked, languages).await
}

/// What a message brings.
struct Code {
    sent: CodeSent,
    /// The seconds that have passed of its life.
    age: u64,
}

/// All of it or nothing: a message that nobody took is not counted.
async fn deliver(
    app: Arc<App>,
    caller: Caller,
    to: Identifier,
    Code { sent, age }: Code,
    asked: Asked,
    languages: AcceptLanguage,
) -> Result<Issued, Problem> {
    let policy = &caller.rules.policy;
    // That of a message sent again is known only now: the challenge says it.
    if let Err(problem) = asked.check_purpose(sent.purpose) {
        give_back(&app, sent).await;
        return Err(problem);
    }
    let message = Message {
        to: &to,
        purpose: sent.purpose,
        code: &sent.code,
        lifetime: policy.code.expiration_duration.saturating_sub(age),
        languages,
        approval: asked.approval(),
        revocation: &sent.revocation.token,
        sent_at: app.now(),
    };
    let started = Instant::now();
    let delivered = app.delivery.send(&message, &policy.providers).await;
    app.metrics.delivery(&to, started.elapsed());
    match delivered {
        Ok(()) => Ok(sent.challenge),
        Err(error) => {
            tracing::warn!(sekisho.channel = to.kind(), %error, "a code was not delivered");
            give_back(&app, sent).await;
            Err(error.into())
        }
    }
}

fn languages(headers: &HeaderMap) -> AcceptLanguage {
    let values = headers.get_all(ACCEPT_LANGUAGE).iter();
    AcceptLanguage::parse(values.filter_map(|value| value.to_str().ok()))
}

/// A message that nobody took does not count against its recipient.
async fn give_back(app: &App, sent: CodeSent) {
    if let Err(error) = app.drive(sent.cancel(), None).await {
        tracing::warn!(%error, "a send that failed stays counted");
    }
}
