//! Password checks by the reference server at saturation against the same checks by the core alone,
//! and what memory they take.

use std::error::Error;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::account::Account;
use crate::kept_memory::{Check, PASSWORD};
use crate::load::{Request, post, send};
use crate::machine;
use crate::server::{Installation, Server, without_neighbours};

const PATH: &str = "/api/verifications/password/verify";
const CONNECTIONS: usize = 16;
const USERS: usize = 16;

/// Checks in one turn of a side, and how often its turn comes, now first and now second: a minute
/// for both in all.
const CHECKS: usize = 96;
const TURNS: usize = 30;

/// What the server holds for a check.
const MEMORY_MIB: f64 = 19.0;

pub(crate) fn measure(target: &Path) -> Result<String, Box<dyn Error>> {
    let installation = Installation::new(target)?;
    let accounts = Account::add(&installation, USERS, PASSWORD)?;
    let threads = thread::available_parallelism()?.get();
    let server = installation.start(without_neighbours())?;
    thread::sleep(Duration::from_millis(500));
    let at_rest = server.resident_mib()?;
    let (by_server, by_core) = take_turns(&server, &accounts, threads)?;
    let peak = server.peak_mib()?;
    let pool = MEMORY_MIB * float(threads);
    Ok(format!(
        "## Password checks: `POST …/password/verify` against the core alone, {threads} threads each\n\n\
         {CONNECTIONS} connections kept alive, {USERS} users, right passwords, every answer 201; \
         medians of {TURNS} turns of {CHECKS} checks.\n\n\
         | side | checks/s | ms for one | processor ms for one |\n| --- | ---: | ---: | ---: |\n\
         {}{}\n\
         Overhead, the median over the turns: {:.1} % of the time, {:.1} % of the processors.\n\n\
         | server's resident memory | MiB |\n| --- | ---: |\n\
         | at rest | {at_rest:.0} |\n\
         | the pool's figure: {threads} threads of {MEMORY_MIB:.0} MiB | {pool:.0} |\n\
         | at its peak under this load | {peak:.0} |\n",
        row("core alone, kept memory", &by_core)?,
        row("reference server", &by_server)?,
        overhead(&by_server, &by_core, |turn| turn.time)?,
        overhead(&by_server, &by_core, |turn| turn.processor)?,
    ))
}

/// Milliseconds for one check: of the clock while all threads work, and of the processors.
struct Turn {
    time: f64,
    processor: f64,
}

fn row(side: &str, turns: &[Turn]) -> Result<String, Box<dyn Error>> {
    let time = median(turns.iter().map(|turn| turn.time).collect())?;
    let processor = median(turns.iter().map(|turn| turn.processor).collect())?;
    Ok(format!("| {side} | {:.1} | {time:.2} | {processor:.2} |\n", 1e3 / time))
}

/// Per cent that the server takes more than the core, by turns: what slows the machine for a while
/// slows both.
fn overhead(
    by_server: &[Turn],
    by_core: &[Turn],
    of: impl Fn(&Turn) -> f64,
) -> Result<f64, Box<dyn Error>> {
    let pairs = by_server.iter().zip(by_core);
    median(pairs.map(|(server, core)| 100.0 * (of(server) / of(core) - 1.0)).collect())
}

fn take_turns(
    server: &Server,
    accounts: &[Account],
    threads: usize,
) -> Result<(Vec<Turn>, Vec<Turn>), Box<dyn Error>> {
    let check = Check::new(threads)?;
    let (mut by_server, mut by_core) = (Vec::new(), Vec::new());
    for turn in 0..=TURNS {
        let is_server_first = turn.is_multiple_of(2);
        let before = (!is_server_first).then(|| time_core(&check, threads)).transpose()?;
        let turn_of_server = time_server(server, accounts)?;
        let turn_of_core = before.map_or_else(|| time_core(&check, threads), Ok)?;
        // The first one is to warm up.
        if turn > 0 {
            by_server.push(turn_of_server);
            by_core.push(turn_of_core);
        }
    }
    Ok((by_server, by_core))
}

fn time_server(server: &Server, accounts: &[Account]) -> Result<Turn, Box<dyn Error>> {
    let accounts = accounts.iter().cycle().take(CHECKS);
    let requests: Vec<Request> =
        accounts.map(|account| password(account, PASSWORD)).collect::<Result<_, _>>()?;
    let before = server.processor_milliseconds()?;
    let answers = send(server.address, CONNECTIONS, requests)?.all("201")?;
    Ok(turn(answers.took, server.processor_milliseconds()? - before, CHECKS))
}

/// A request to check this password.
pub(crate) fn password(account: &Account, password: &str) -> Result<Request, Box<dyn Error>> {
    post(PATH, &account.token, &json!({ "password": password }))
}

fn time_core(check: &Check, threads: usize) -> Result<Turn, Box<dyn Error>> {
    let before = machine::processor_milliseconds("self")?;
    let started = Instant::now();
    let left = AtomicUsize::new(CHECKS);
    let take = || left.try_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
    thread::scope(|scope| {
        let work = || {
            while take().is_ok() {
                check.run()?;
            }
            Ok::<_, sekisho::Error>(())
        };
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            worker.join().map_err(|_| "a check panicked")??;
        }
        Ok::<_, Box<dyn Error>>(())
    })?;
    let took = started.elapsed();
    Ok(turn(took, machine::processor_milliseconds("self")? - before, CHECKS))
}

fn turn(took: Duration, processor: f64, checks: usize) -> Turn {
    Turn { time: took.as_secs_f64() * 1e3 / float(checks), processor: processor / float(checks) }
}

#[expect(clippy::cast_precision_loss, reason = "so many threads or checks there never are")]
fn float(count: usize) -> f64 {
    count as f64
}

/// The one in the middle.
pub(crate) fn median(mut figures: Vec<f64>) -> Result<f64, Box<dyn Error>> {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().ok_or("no figure".into())
}
