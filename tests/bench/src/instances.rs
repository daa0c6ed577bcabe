//! One, two and three servers on PostgreSQL and Redis behind `HAProxy`: what they do together, and what a
//! request costs.

use std::env;
use std::error::Error;
use std::fmt::Write;
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::account::{Account, Sender};
use crate::balancer::Balancer;
use crate::code_checks::{challenges, check};
use crate::kept_memory::PASSWORD;
use crate::load::{Request, send};
use crate::machine;
use crate::password_checks::{median, password};
use crate::server::{Installation, Server, without_neighbours};
use crate::tell;

const MOST: usize = 3;
const CONNECTIONS: usize = 32;
const USERS: usize = 32;

/// How often each number of servers has its turn; the figures are medians.
const TURNS: usize = 9;

/// Checks in a turn: codes for each user, and passwords in all.
const CODES_OF_EACH: usize = 100;
const PASSWORDS: usize = 192;

pub(crate) fn measure(target: &Path) -> Result<(), Box<dyn Error>> {
    let stores = vec![
        ("SEKISHO_DATABASE", given("BENCH_DATABASE")?),
        ("SEKISHO_COUNTERS", given("BENCH_COUNTERS")?),
    ];
    let installation = Installation::with_stores(target, stores)?;
    let accounts = Account::add(&installation, USERS, PASSWORD)?;
    let sender = Sender::new(&installation)?;
    let mut settings = without_neighbours();
    // So that a server is one processor's worth of passwords.
    settings.push(("SEKISHO_PASSWORD_THREADS", "1".to_owned()));
    let start = |_| installation.start(settings.clone());
    let servers = (0..MOST).map(start).collect::<Result<Vec<_>, _>>()?;
    thread::sleep(Duration::from_millis(500));
    let at_rest = memory(&servers)?;
    let addresses: Vec<_> = servers.iter().map(|server| server.address).collect();
    let balancers =
        (1..=MOST).map(|count| Balancer::start(addresses.get(..count).unwrap_or(&addresses)));
    let balancers = balancers.collect::<Result<Vec<_>, _>>()?;
    let before = machine::load_average()?;
    let mut figures: Vec<Figures> = (0..MOST).map(|_| Figures::default()).collect();
    for turn in 0..=TURNS {
        for (balancer, figures) in balancers.iter().zip(&mut figures) {
            let codes = challenges(&sender, &accounts, CODES_OF_EACH)?;
            let codes = codes.iter().map(|(account, sent)| check(account, sent, &sent.code));
            let codes = run(balancer, &servers, codes, "200")?;
            let passwords = accounts.iter().cycle().take(PASSWORDS);
            let passwords = passwords.map(|account| password(account, PASSWORD));
            let passwords = run(balancer, &servers, passwords, "201")?;
            // The first one is to warm up.
            if turn > 0 {
                figures.codes.push(codes);
                figures.passwords.push(passwords);
            }
        }
    }
    let report = format!(
        "## Servers on PostgreSQL and Redis (`appendfsync always`) behind HAProxy\n\n\
         {CONNECTIONS} connections kept alive, each sends as soon as it has its answer; right codes, each \
         once, and right passwords, one password thread for each server. The stores, HAProxy and the client \
         share the cores with the servers. Medians of {TURNS} turns; load average before {before}, after \
         {}.\n\n\
         | servers | codes/s | ratio | servers' processor µs each | passwords/s | ratio | servers' processor \
         ms each |\n| ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n{}\n\
         A server's resident memory at rest: {at_rest:.1} MiB, the mean of {MOST}.\n",
        machine::load_average()?,
        rows(figures)?,
    );
    tell(&[report], target, "instances.md")
}

fn given(variable: &str) -> Result<String, Box<dyn Error>> {
    env::var(variable)
        .map_err(|_| format!("{variable} is missing: run tests/bench/instances.sh").into())
}

fn memory(servers: &[Server]) -> Result<f64, Box<dyn Error>> {
    let memory = servers.iter().map(Server::resident_mib);
    let memory: Vec<_> = memory.collect::<Result<_, _>>()?;
    Ok(memory.iter().sum::<f64>() / f64::from(u32::try_from(memory.len())?))
}

/// Of one turn: checks a second, and microseconds of the servers' processors for each.
type Turn = (f64, f64);

#[derive(Default)]
struct Figures {
    codes: Vec<Turn>,
    passwords: Vec<Turn>,
}

fn run(
    balancer: &Balancer,
    servers: &[Server],
    requests: impl Iterator<Item = Result<Request, Box<dyn Error>>>,
    expected: &str,
) -> Result<Turn, Box<dyn Error>> {
    let requests = requests.collect::<Result<_, _>>()?;
    let before = processor_milliseconds(servers)?;
    let answers = send(balancer.address, CONNECTIONS, requests)?.all(expected)?;
    let processor = processor_milliseconds(servers)? - before;
    Ok((answers.per_second(), 1e3 * processor / answers.count()))
}

fn processor_milliseconds(servers: &[Server]) -> Result<f64, Box<dyn Error>> {
    servers.iter().map(Server::processor_milliseconds).sum()
}

fn rows(figures: Vec<Figures>) -> Result<String, Box<dyn Error>> {
    let mut rows = String::new();
    let mut first = None;
    for (count, Figures { codes, passwords }) in (1..).zip(figures) {
        let (codes, code_cost) = medians(codes)?;
        let (passwords, password_cost) = medians(passwords)?;
        let (codes_of_one, passwords_of_one) = *first.get_or_insert((codes, passwords));
        writeln!(
            rows,
            "| {count} | {codes:.0} | {:.2} | {code_cost:.0} | {passwords:.0} | {:.2} | {:.2} |",
            codes / codes_of_one,
            passwords / passwords_of_one,
            password_cost / 1e3,
        )?;
    }
    Ok(rows)
}

fn medians(turns: Vec<Turn>) -> Result<Turn, Box<dyn Error>> {
    let (rates, costs) = turns.into_iter().unzip();
    Ok((median(rates)?, median(costs)?))
}
