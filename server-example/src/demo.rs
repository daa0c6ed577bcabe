//! The demo user of dev mode, and three lines to paste.

use sekisho::{Error, Identifier, PasswordPolicy};

use crate::app::hash;
use crate::users::NewUser;

/// The demo user's id.
pub(crate) const ID: &str = "demo-user";
pub(crate) const EMAIL: &str = "demo@example.com";
const PHONE: &str = "12125550147";
pub(crate) const PASSWORD: &str = "seven barriers on the road";

/// How long the demo user's access token is good for, in seconds.
pub(crate) const TOKEN_LIFETIME: i64 = 12 * 3600;

/// A user with everything there is to verify with.
pub(crate) fn user(policy: &PasswordPolicy) -> Result<NewUser, Error> {
    Ok(NewUser {
        id: ID.to_owned(),
        username: Some("demo".to_owned()),
        email: Some(Identifier::email(EMAIL)?),
        phone: Some(Identifier::phone(PHONE)?),
        name: Some("Demo".to_owned()),
        password_hash: Some(hash(policy, PASSWORD)?),
        suspended: false,
    })
}

/// Three shell commands, each complete in itself, that verify the password, send and check a code,
/// and use a record to change the account.
pub(crate) fn commands(url: &str, access_token: &str) -> [Command; 3] {
    let curl = format!(
        "curl -sS -H 'Authorization: Bearer {access_token}' -H 'Content-Type: application/json'"
    );
    let verify = format!(
        "{curl} {url}/api/verifications/password/verify -d '{{\"password\":\"{PASSWORD}\"}}'"
    );
    let identifier = format!("\"identifier\":{{\"type\":\"email\",\"value\":\"{EMAIL}\"}}");
    let codes = format!("{url}/api/verifications/verification-code");
    let id = format!("{curl} {codes} -d '{{{identifier}}}' | {}", field("verificationRecordId"));
    let code = format!("curl -sS '{url}/dev/outbox?to={EMAIL}' | {}", field("code"));
    let check = format!(
        "ID=$({id}); CODE=$({code}); {curl} {codes}/verify \
         -d '{{{identifier},\"verificationId\":\"'$ID'\",\"code\":\"'$CODE'\"}}'; echo"
    );
    let change = format!(
        "RECORD=$({verify} | {}); {curl} {url}/api/my-account/primary-phone -X DELETE \
         -H \"logto-verification-id: $RECORD\" -w 'HTTP %{{http_code}}\\n'",
        field("verificationRecordId")
    );
    [
        Command { what: "verify the password", line: format!("{verify}; echo") },
        Command { what: "send a code and check it", line: check },
        Command { what: "use a record to remove the phone number", line: change },
    ]
}

/// A shell command and what it does.
pub(crate) struct Command {
    pub(crate) what: &'static str,
    pub(crate) line: String,
}

/// Takes the last value of a field out of JSON, with what every system has.
fn field(name: &str) -> String {
    format!("sed 's/.*\"{name}\":\"\\([^\"]*\\)\".*/\\1/'")
}
