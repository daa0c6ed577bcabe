//! Code checks by the reference server on SQLite: how many a second, how soon, and that its
//! budgets are exact afterwards.

use std::error::Error;
use std::iter::repeat_n;
use std::path::Path;

use serde_json::json;

use crate::account::{Account, Sender, Sent};
use crate::load::{Answers, Request, post, send};
use crate::server::{Installation, Server, without_neighbours};

const PATH: &str = "/api/verifications/verification-code/verify";
const CONNECTIONS: usize = 32;
const USERS: usize = 400;

/// Right codes for each user, each of a challenge of its own.
const RIGHT: usize = 80;

/// Wrong codes for each user, so many for each challenge: below what blocks and what is refused.
const WRONG: usize = 90;
const WRONG_OF_ONE: usize = 9;

/// The default policy's failures of one user in an hour.
const FAILURES: usize = 100;

pub(crate) fn measure(target: &Path) -> Result<String, Box<dyn Error>> {
    let installation = Installation::new(target)?;
    let accounts = Account::add(&installation, USERS, "")?;
    let sender = Sender::new(&installation)?;
    let server = installation.start(without_neighbours())?;
    let used = challenges(&sender, &accounts, RIGHT)?;
    let right = used.iter().map(|(account, sent)| check(account, sent, &sent.code));
    let right = row("right, each once", "200", &server, right)?;
    let tried = challenges(&sender, &accounts, WRONG / WRONG_OF_ONE)?;
    let wrong = tried.iter().flat_map(|tried| repeat_n(tried, WRONG_OF_ONE));
    let wrong = wrong.map(|(account, sent)| check(account, sent, &other(&sent.code)));
    let wrong = row("wrong", "400 verification_code.code_mismatch", &server, wrong)?;
    require_exact_budgets(&server, &used, &tried)?;
    Ok(format!(
        "## Code checks: `POST …/verification-code/verify`, SQLite, synchronous=FULL\n\n\
         {CONNECTIONS} connections kept alive, each sends as soon as it has its answer; {USERS} users; \
         the client has a share of the same cores.\n\n\
         | codes | requests | requests/s | median ms | p99 ms | p99.9 ms | server's processor µs each |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n{right}{wrong}\n\
         Every answer was the expected one. Afterwards each user had exactly {} failures left, and a \
         used code was refused.\n",
        FAILURES - WRONG,
    ))
}

/// Sends the requests, all of which must be answered as expected, and makes a row of it.
fn row(
    what: &str,
    expected: &str,
    server: &Server,
    requests: impl Iterator<Item = Result<Request, Box<dyn Error>>>,
) -> Result<String, Box<dyn Error>> {
    let before = server.processor_milliseconds()?;
    let answers = run(server, requests)?.all(expected)?;
    let processor = 1e3 * (server.processor_milliseconds()? - before) / answers.count();
    let [median, p99, p999] = [500, 990, 999].map(|place| answers.milliseconds(place));
    let (count, rate) = (answers.count(), answers.per_second());
    Ok(format!(
        "| {what} | {count:.0} | {rate:.0} | {median:.1} | {p99:.1} | {p999:.1} | {processor:.0} |\n"
    ))
}

pub(crate) type Challenge<'a> = (&'a Account, Sent);

/// So many challenges of each user, the users in turn.
pub(crate) fn challenges<'a>(
    sender: &Sender,
    accounts: &'a [Account],
    of_each: usize,
) -> Result<Vec<Challenge<'a>>, Box<dyn Error>> {
    let turns = (0..of_each).flat_map(|_| accounts);
    turns.map(|account| Ok((account, sender.send(account)?))).collect()
}

/// A used code of each user is refused, which is a failure; then there are as many left as the
/// budget says, and the last one blocks.
fn require_exact_budgets(
    server: &Server,
    used: &[Challenge<'_>],
    tried: &[Challenge<'_>],
) -> Result<(), Box<dyn Error>> {
    let first = used.iter().take(USERS);
    run(server, first.map(|(account, sent)| check(account, sent, &sent.code)))?
        .all("400 verification_code.not_found")?;
    for (place, expected) in [
        (0..FAILURES - WRONG - 2, "400 verification_code.not_found"),
        (0..1, "400 session.verification_blocked_too_many_attempts"),
    ] {
        let rest = place.flat_map(|_| tried.iter().take(USERS));
        run(server, rest.map(|(account, sent)| check(account, sent, "")))?.all(expected)?;
    }
    Ok(())
}

fn run(
    server: &Server,
    requests: impl Iterator<Item = Result<Request, Box<dyn Error>>>,
) -> Result<Answers, Box<dyn Error>> {
    send(server.address, CONNECTIONS, requests.collect::<Result<_, _>>()?)
}

/// A request to check this code against the challenge.
pub(crate) fn check(account: &Account, sent: &Sent, code: &str) -> Result<Request, Box<dyn Error>> {
    let identifier = json!({ "type": "email", "value": account.email });
    let body = json!({ "identifier": identifier, "verificationId": sent.challenge, "code": code });
    post(PATH, &account.token, &body)
}

/// A code that is not this one.
pub(crate) fn other(code: &str) -> String {
    let number: u32 = code.parse().unwrap_or_default();
    format!("{:06}", (number + 1) % 1_000_000)
}
