//! Code checks and password checks together at a fixed rate for minutes: how soon they are answered, and
//! whether the server's memory stays as it is.

use std::env;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::account::{Account, Sender};
use crate::code_checks::{check, other};
use crate::kept_memory::PASSWORD;
use crate::machine;
use crate::password_checks::password;
use crate::server::{Installation, Server, without_neighbours};
use crate::tell;

use open_loop::{Next, Outcome, Stream};

mod open_loop;
mod plot;

/// Requests a second: some third of two cores.
const CODES: usize = 1000;
const PASSWORDS: usize = 40;

/// One of so many is wrong.
const WRONG_CODE: usize = 10;
const WRONG_PASSWORD: usize = 4;

/// What each user fails in all, below what blocks.
const FAILURES: usize = 80;

/// Minutes, where the environment says nothing.
const MINUTES: u64 = 3;
const VARIABLE: &str = "SOAK";

pub(crate) fn measure(target: &Path) -> Result<(), Box<dyn Error>> {
    let duration = duration()?;
    let installation = Installation::new(target)?;
    let accounts = Arc::new(Account::add(&installation, users(duration)?, PASSWORD)?);
    let sender = Arc::new(Sender::new(&installation)?);
    let server = installation.start(without_neighbours())?;
    let streams = vec![
        Stream { name: "codes", per_second: CODES, next: codes(&accounts, sender) },
        Stream { name: "passwords", per_second: PASSWORDS, next: passwords(&accounts) },
    ];
    let before = machine::load_average()?;
    let sample = || server.resident_mib().map_err(|error| error.to_string());
    let (outcomes, memory) = open_loop::run(server.address, streams, duration, sample)?;
    let memory = memory.into_iter().collect::<Result<Vec<_>, _>>()?;
    let folder = target.join("bench");
    fs::create_dir_all(&folder)?;
    plot::draw(&folder.join("load.svg"), &outcomes, &memory)?;
    let report =
        report(&outcomes, &memory, &server, accounts.len(), [&before, &machine::load_average()?])?;
    // Told first: what was not as expected is best understood beside the figures.
    tell(&[report], target, "load.md")?;
    require_expected(&outcomes)
}

fn duration() -> Result<Duration, Box<dyn Error>> {
    let minutes = match env::var(VARIABLE) {
        Ok(text) => text.parse().map_err(|_| format!("{VARIABLE} is {text:?}: give minutes"))?,
        Err(_) => MINUTES,
    };
    if !(1..=50).contains(&minutes) {
        return Err(
            format!("{VARIABLE} is {minutes}: 1 to 50 minutes, for tokens live an hour").into()
        );
    }
    Ok(Duration::from_secs(60 * minutes))
}

/// As many as can take the failures.
fn users(duration: Duration) -> Result<usize, Box<dyn Error>> {
    let a_second = CODES / WRONG_CODE + PASSWORDS / WRONG_PASSWORD;
    Ok((usize::try_from(duration.as_secs())? * a_second).div_ceil(FAILURES))
}

/// Right and wrong codes, each for a challenge of its own.
fn codes(accounts: &Arc<Vec<Account>>, sender: Arc<Sender>) -> Next {
    let accounts = Arc::clone(accounts);
    Box::new(move |number| {
        let (account, is_wrong) = turn(&accounts, number, WRONG_CODE)?;
        let sent = sender.send(account).map_err(|error| error.to_string())?;
        let code = if is_wrong { other(&sent.code) } else { sent.code.clone() };
        let request = check(account, &sent, &code).map_err(|error| error.to_string())?;
        Ok((request, if is_wrong { "400 verification_code.code_mismatch" } else { "200" }))
    })
}

fn passwords(accounts: &Arc<Vec<Account>>) -> Next {
    let accounts = Arc::clone(accounts);
    Box::new(move |number| {
        let (account, is_wrong) = turn(&accounts, number, WRONG_PASSWORD)?;
        let tried = if is_wrong { "wrong horse, wrong barrier" } else { PASSWORD };
        let request = password(account, tried).map_err(|error| error.to_string())?;
        Ok((request, if is_wrong { "422 session.invalid_credentials" } else { "201" }))
    })
}

/// Whose turn it is, and whether to fail: all users in turn, and those who fail in turn, too.
fn turn(accounts: &[Account], number: usize, wrong: usize) -> Result<(&Account, bool), String> {
    let is_wrong = number % wrong == wrong - 1;
    let place = if is_wrong { number / wrong } else { number };
    let account = accounts.get(place % accounts.len()).ok_or("there are no users")?;
    Ok((account, is_wrong))
}

fn report(
    outcomes: &[Outcome],
    memory: &[f64],
    server: &Server,
    users: usize,
    load: [&str; 2],
) -> Result<String, Box<dyn Error>> {
    let [first, last] = quarters(memory)?;
    let rows = outcomes.iter().map(row).collect::<String>();
    let took = outcomes.iter().map(|outcome| outcome.took).max().unwrap_or_default();
    let processors = server.processor_milliseconds()? / took.as_secs_f64() / 1e3;
    let [before, after] = load;
    Ok(format!(
        "## Load at a fixed rate for {:.0} minutes, SQLite, synchronous=FULL\n\n\
         Open loop: each request's time counts from when it was due. {users} users; one code of \
         {WRONG_CODE} and one password of {WRONG_PASSWORD} wrong, each code of a challenge of its own. The \
         driver has a share of the same cores. Load average of the machine before {before}, after {after}.\n\n\
         | checks | due a second | answered a second | requests | p50 ms | p99 ms | p99.9 ms | most ms | \
         other answers |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n{rows}\n\
         The server took {processors:.2} processors.\n\n\
         | server's resident memory, sampled each second | MiB |\n| --- | ---: |\n\
         | median of the first quarter | {first:.1} |\n| median of the last quarter | {last:.1} |\n\
         | at its peak | {:.1} |\n\nOver time: load.svg.\n",
        took.as_secs_f64() / 60.0,
        server.peak_mib()?,
    ))
}

#[expect(clippy::cast_precision_loss, reason = "so many requests nobody sends")]
fn row(outcome: &Outcome) -> String {
    let milliseconds = |quantile| outcome.whole.value_at_quantile(quantile) as f64 / 1e3;
    let count = outcome.whole.len();
    let unexpected: usize = outcome.unexpected.values().sum();
    format!(
        "| {} | {} | {:.0} | {count} | {:.2} | {:.1} | {:.1} | {:.1} | {unexpected} |\n",
        outcome.name,
        outcome.per_second,
        count as f64 / outcome.took.as_secs_f64(),
        milliseconds(0.5),
        milliseconds(0.99),
        milliseconds(0.999),
        milliseconds(1.0),
    )
}

/// The medians of the first and the last quarter.
fn quarters(samples: &[f64]) -> Result<[f64; 2], Box<dyn Error>> {
    let length = samples.len() / 4;
    let (first, rest) = samples.split_at(length);
    let (_, last) = rest.split_at(rest.len() - length);
    let median = |part: &[f64]| {
        let mut part = part.to_vec();
        part.sort_by(f64::total_cmp);
        part.get(part.len() / 2).copied().ok_or("too short for quarters")
    };
    Ok([median(first)?, median(last)?])
}

fn require_expected(outcomes: &[Outcome]) -> Result<(), Box<dyn Error>> {
    match outcomes.iter().find(|outcome| !outcome.unexpected.is_empty()) {
        Some(outcome) => {
            let Outcome { name, unexpected, .. } = outcome;
            Err(format!("{name}: not every answer was the expected one: {unexpected:?}").into())
        }
        None => Ok(()),
    }
}
