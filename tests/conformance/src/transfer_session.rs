//! The session of a transfer: a record is good in its own, and can be demanded to be of the request's.

use std::sync::Arc;

use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::client::{Api, section};
use crate::operation::{operation, password_for};
use crate::transfer::{approved, make};

const SESSION_MISMATCH: &str = "record_session_mismatch";

pub(crate) fn trials(api: &Arc<Api>) -> Vec<Trial> {
    section![api, "transfer":
        with_a_record_of_another_session,
        in_the_very_session_alone,
        without_a_session_where_one_is_demanded,
    ]
}

async fn with_a_record_of_another_session(api: &Api) {
    let user = api.ada().await;
    let one = api.token(&user.id, json!({ "sessionId": "session-1" })).await;
    let other = api.token(&user.id, json!({ "sessionId": "session-2" })).await;
    let reply = password_for(api, &one, &operation()).await;
    let record = reply.is(201).text("verificationRecordId");
    make(api, &other, &record).await.is_error(401, SESSION_MISMATCH);
    make(api, &user.token, &record).await.is_error(401, SESSION_MISMATCH);
    make(api, &one, &record).await.is(201);
}

async fn in_the_very_session_alone(api: &Api) {
    let user = api.ada().await;
    let outside = approved(api, &user).await;
    api.set_operation(json!({ "sameSession": true })).await;
    let session = api.token(&user.id, json!({ "sessionId": "session-1" })).await;
    make(api, &session, &outside).await.is_error(401, SESSION_MISMATCH);
    let reply = password_for(api, &session, &operation()).await;
    let inside = reply.is(201).text("verificationRecordId");
    make(api, &session, &inside).await.is(201);
}

/// No verification could help, so none is asked for.
async fn without_a_session_where_one_is_demanded(api: &Api) {
    let user = api.ada().await;
    let record = approved(api, &user).await;
    api.set_operation(json!({ "sameSession": true })).await;
    for record in ["", &record] {
        let reply = make(api, &user.token, record).await;
        reply.is_error(403, "verification.session_required");
        assert_eq!(reply.json()["data"], Value::Null);
        reply.holds(reply.header("www-authenticate").is_empty(), "expected no challenge");
    }
    let session = api.token(&user.id, json!({ "sessionId": "session-1" })).await;
    let reply = password_for(api, &session, &operation()).await;
    let record = reply.is(201).text("verificationRecordId");
    make(api, &user.token, &record).await.is_error(403, "verification.session_required");
    make(api, &session, &record).await.is(201);
}
