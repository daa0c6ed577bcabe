//! A record against a JWT with the same claims: sealing and opening, signing and verifying.

use std::error::Error;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use sekisho::{
    Binding, Entropy, Environment, KeyRing, Method, Purpose, RecordFields, RecordId, Requirement,
    Session, Subject, Timestamp, VerificationRecord,
};
use serde::{Deserialize, Serialize};

use crate::sides::take_turns;

const SUBJECT: &str = "u4f9c2d71b0ae";
const SESSION: &str = "s-7d1f0c9a2b34";
const ID: [u8; 16] = *b"0123456789abcdef";
const CALLS: u32 = 5_000;

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: String,
    sid: String,
    amr: String,
    purpose: String,
    jti: String,
    iat: u64,
    exp: u64,
}

pub(crate) fn measure(_target: &Path) -> Result<String, Box<dyn Error>> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| error.to_string())?;

    let time = Timestamp::from_unix_seconds(now)?;
    let keys = KeyRing::generate(Environment::Production, time, &Entropy::from_bytes(seed)?)?;
    let (encoding, decoding) = (EncodingKey::from_secret(&seed), DecodingKey::from_secret(&seed));
    let validation = validation();
    let binding = Binding {
        session: Some(Session::parse(SESSION)?),
        ..Binding::to_subject(Subject::parse(SUBJECT)?)
    };

    // Once in the open, so that a side that fails is not taken for a quick one.
    ours(&keys, &binding, time)?;
    theirs(now, &encoding, &decoding, &validation)?;

    let (we, they) = take_turns(
        CALLS,
        || ours(&keys, &binding, time),
        || theirs(now, &encoding, &decoding, &validation),
    );
    Ok(format!(
        "## Record: seal, open and check against JWT HS256 sign and verify, the same claims\n\n\
         | side | median ns | least ns | pairs/s |\n| --- | ---: | ---: | ---: |\n\
         | sekisho, record of 183 characters | {:.0} | {:.0} | {:.0} |\n\
         | jsonwebtoken 11, HS256 (aws-lc) | {:.0} | {:.0} | {:.0} |\n\n\
         Ratio of medians: {:.2}.\n",
        we.median,
        we.least,
        1e9 / we.median,
        they.median,
        they.least,
        1e9 / they.median,
        they.median / we.median,
    ))
}

fn ours(keys: &KeyRing, binding: &Binding, now: Timestamp) -> Result<(), sekisho::Error> {
    let fields = RecordFields {
        id: RecordId::from_bytes(ID),
        method: Method::Password,
        purpose: Purpose::UserPermissionValidation,
        identifier: None,
        binding,
    };
    let token = VerificationRecord::new(keys, &fields, now, now.after(600)).seal(keys, now)?;
    let record = VerificationRecord::open(&token, keys, now)?;
    let requirement = Requirement { same_session: true, ..Requirement::permission() };
    requirement.check(&record, binding, keys, now)
}

fn theirs(
    now: u64,
    encoding: &EncodingKey,
    decoding: &DecodingKey,
    validation: &Validation,
) -> Result<(), Box<dyn Error>> {
    let claims = Claims {
        sub: SUBJECT.into(),
        sid: SESSION.into(),
        amr: "password".into(),
        purpose: "UserPermissionValidation".into(),
        jti: RecordId::from_bytes(ID).to_string(),
        iat: now,
        exp: now + 600,
    };
    let token = encode(&Header::new(Algorithm::HS256), &claims, encoding)?;
    let opened = decode::<Claims>(&token, decoding, validation)?.claims;
    let fits = opened.sid == SESSION
        && opened.amr == "password"
        && opened.purpose == "UserPermissionValidation"
        && opened.iat <= now;
    if fits { Ok(()) } else { Err("the claims changed".into()) }
}

fn validation() -> Validation {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_required_spec_claims(&["exp", "sub"]);
    validation.sub = Some(SUBJECT.into());
    validation
}
