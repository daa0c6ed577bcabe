//! What others notice while the mail server, the provider of text messages and the issuer hang.

use std::error::Error;
use std::net::TcpListener;
use std::path::Path;
use std::thread;
use std::time::Duration;

use jsonwebtoken::Header;
use serde_json::json;

use crate::account::{Account, Sender, Sent, access_token};
use crate::code_checks::check;
use crate::issuer::Issuer;
use crate::load::{Answers, Request, get, post, send};
use crate::server::{AUDIENCE, Installation, Server, Settings};

const ACCOUNT: &str = "/api/my-account";
const SENDS: &str = "/api/verifications/verification-code";

const CONNECTIONS: usize = 8;
const USERS: usize = 50;
const REQUESTS_OF_EACH: usize = 80;

/// Requests that hang at once, of each of three kinds, and how many each connection has to send:
/// each takes five seconds or more, so there is no end to them.
const HANGING: usize = 20;
const IN_A_ROW: usize = 8;

pub(crate) fn measure(target: &Path) -> Result<String, Box<dyn Error>> {
    let installation = Installation::new(target)?;
    let issuer = Issuer::start()?;
    let silent = TcpListener::bind("127.0.0.1:0")?;
    let mut accounts = Account::add(&installation, USERS, "")?;
    let header = Header { kid: Some(issuer.key_id.clone()), ..Header::new(issuer.algorithm) };
    for account in &mut accounts {
        account.token = access_token(&header, &issuer.key, &issuer.url, &account.id)?;
    }
    let sender = Sender::new(&installation)?;
    let server = installation.start(settings(&issuer, &silent)?)?;
    let before = rows("nothing", &server, &accounts, &sender)?;

    issuer.hang();
    let hanging = hanging_requests(&accounts)?;
    let address = server.address;
    let stuck = thread::spawn(move || {
        send(address, 3 * HANGING, hanging).map(drop).map_err(|error| error.to_string())
    });
    thread::sleep(Duration::from_millis(500));
    let meanwhile = rows("all three", &server, &accounts, &sender)?;
    if stuck.is_finished() {
        return Err(format!("nothing hung: {:?}", stuck.join()).into());
    }
    Ok(format!(
        "## Other paths while the mail server, the SMS provider and the issuer hang\n\n\
         {CONNECTIONS} connections kept alive, JWTs by the issuer's published key; {} more requests \
         hang meanwhile: sends of mail, sends of text messages, opaque tokens.\n\n\
         | what hangs | path | requests | median ms | p99 ms | most ms |\n\
         | --- | --- | ---: | ---: | ---: | ---: |\n{before}{meanwhile}",
        3 * HANGING,
    ))
}

/// Whoever connects to `silent` is let wait: nobody accepts.
fn settings(issuer: &Issuer, silent: &TcpListener) -> Result<Settings, Box<dyn Error>> {
    let silent = silent.local_addr()?;
    Ok([
        ("SEKISHO_ACCESS_TOKEN_ISSUER", issuer.url.clone()),
        ("SEKISHO_ACCESS_TOKEN_AUDIENCE", AUDIENCE.to_owned()),
        ("SEKISHO_INTROSPECTION_CLIENT_ID", "bench".to_owned()),
        ("SEKISHO_INTROSPECTION_CLIENT_SECRET", "a secret that nobody asks for".to_owned()),
        ("SEKISHO_SMTP_URL", format!("smtp://{silent}")),
        ("SEKISHO_MAIL_FROM", "no-reply@example.com".to_owned()),
        ("SEKISHO_SMS_URL", format!("http://{silent}/messages")),
        ("SEKISHO_SMS_SECRET", "whsec_QSBzZWNyZXQgb2YgMzIgYnl0ZXMgZm9yIHRlc3Rz".to_owned()),
    ]
    .into())
}

fn hanging_requests(accounts: &[Account]) -> Result<Vec<Request>, Box<dyn Error>> {
    let mut requests = Vec::new();
    for (number, account) in accounts.iter().cycle().take(HANGING * IN_A_ROW).enumerate() {
        let phone = format!("81900{number:07}");
        let mail = json!({ "identifier": { "type": "email", "value": account.email } });
        let text = json!({ "identifier": { "type": "phone", "value": phone } });
        requests.push(post(SENDS, &account.token, &mail)?);
        requests.push(post(SENDS, &account.token, &text)?);
        requests.push(get(ACCOUNT, &format!("opaque{number}"))?);
    }
    Ok(requests)
}

fn rows(
    hangs: &str,
    server: &Server,
    accounts: &[Account],
    sender: &Sender,
) -> Result<String, Box<dyn Error>> {
    let turns = || (0..REQUESTS_OF_EACH).flat_map(|_| accounts);
    let shown = turns().map(|account| get(ACCOUNT, &account.token)).collect::<Result<_, _>>()?;
    let shown = send(server.address, CONNECTIONS, shown)?.all("200")?;
    let check_one = |account: &Account| {
        let sent: Sent = sender.send(account)?;
        check(account, &sent, &sent.code)
    };
    let checked = turns().map(check_one).collect::<Result<_, _>>()?;
    let checked = send(server.address, CONNECTIONS, checked)?.all("200")?;
    Ok(row(hangs, "`GET …/my-account`", &shown)
        + &row(hangs, "`POST …/verification-code/verify`", &checked))
}

fn row(hangs: &str, path: &str, answers: &Answers) -> String {
    let [median, p99, most] = [500, 990, 1000].map(|place| answers.milliseconds(place));
    format!("| {hangs} | {path} | {:.0} | {median:.1} | {p99:.1} | {most:.1} |\n", answers.count())
}
