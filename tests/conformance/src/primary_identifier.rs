//! Setting and removing the primary e-mail and phone (contract, section 7).

use std::sync::Arc;

use libtest_mimic::Trial;
use serde_json::json;

use crate::client::{Api, section, trial};
use crate::identifier_kind::{EMAIL_KIND, Kind, PHONE_KIND, Permitted, set_without_record};
use crate::journey::{EMAIL, NEW_EMAIL, PASSWORD};

const DENIED: &str = "verification_record.permission_denied";
const NOT_EDITABLE: &str = "account_center.field_not_editable";
const NO_SCOPE: &str = "auth.unauthorized";
const THIRD_PARTY: &str = "auth.third_party_application_forbidden";
const NOT_PROVEN: &str = "verification_record.not_found";
const LAST_METHOD: &str = "user.last_sign_in_method_required";
const NOT_ALLOWED: &str = "session.email_blocklist.email_not_allowed";

/// The trials of a kind, named after the functions that hold them.
macro_rules! rows {
    ($api:expr, $kind:expr; $($test:ident),+ $(,)?) => {
        vec![$(trial(
            $api,
            format!("{}::{}", $kind.section, stringify!($test)),
            async move |api: &Api| $test(api, $kind).await,
        )),+]
    };
}

pub(crate) fn trials(api: &Arc<Api>) -> Vec<Trial> {
    let mut trials = section![api, "primary_email":
        proof_in_another_case_is_another_value,
        in_use_without_regard_to_case,
        blocklisted,
        first_party_before_blocklist,
        blocklist_before_proof,
    ];
    for kind in [EMAIL_KIND, PHONE_KIND] {
        trials.extend(rows![api, kind;
            account_shows_the_new_one,
            id_from_the_send_proves_it_too,
            user_with_none_sets_one,
            permission_before_field,
            field_off,
            field_read_only,
            field_before_scope,
            missing_scope,
            missing_scope_on_delete,
            scope_before_first_party,
            third_party,
            third_party_on_delete,
            first_party_before_proof,
            unknown_proof,
            unverified_proof,
            proof_of_another_value,
            proof_asked_for_by_another_user,
            expired_proof,
            proof_of_another_kind,
            proof_before_in_use,
            in_use,
            account_shows_it_deleted,
            last_sign_in_method,
            first_party_before_last_sign_in_method,
        ]);
    }
    trials
}

async fn account_shows_the_new_one(api: &Api, kind: &Kind) {
    let ada = Permitted::new(api).await;
    let proof = ada.prove(api, kind, kind.new).await;
    ada.set(api, kind, kind.new, &proof).await.is(204);
    ada.shows(api, kind, kind.new).await;
    // It is the own current value from here on.
    let own = (kind.identifier)(kind.new);
    api.send_code(&ada.user.token, &own).await.is(201);
    let message = api.last_message(kind.new).await;
    assert_eq!(message["templateType"], "UserPermissionValidation", "{message}");
}

async fn id_from_the_send_proves_it_too(api: &Api, kind: &Kind) {
    let ada = Permitted::new(api).await;
    let challenge = api.challenge(&ada.user, (kind.identifier)(kind.new)).await;
    api.verified(&ada.user, &challenge).await;
    ada.set(api, kind, kind.new, &challenge.id).await.is(204);
    ada.shows(api, kind, kind.new).await;
}

async fn user_with_none_sets_one(api: &Api, kind: &Kind) {
    let profile = json!({ "username": "carol", "password": PASSWORD });
    let user = api.user(profile).await;
    let record = api.password_record(&user).await;
    let carol = Permitted { user, record };
    let proof = carol.prove(api, kind, kind.new).await;
    carol.set(api, kind, kind.new, &proof).await.is(204);
    carol.shows(api, kind, kind.new).await;
}

async fn permission_before_field(api: &Api, kind: &Kind) {
    let ada = Permitted::new(api).await;
    api.restrict_field(kind.field, "Off").await;
    let call = set_without_record(api, &ada.user.token, kind, kind.new, "an-id");
    call.await.is_error(401, DENIED);
}

async fn not_editable(api: &Api, kind: &Kind, access: &str) {
    let ada = Permitted::new(api).await;
    let proof = ada.prove(api, kind, kind.new).await;
    api.restrict_field(kind.field, access).await;
    let reply = ada.set(api, kind, kind.new, &proof).await;
    reply.is_error(400, NOT_EDITABLE);
    let reply = ada.delete(api, kind).await;
    reply.is_error(400, NOT_EDITABLE);
    api.restrict_field(kind.field, "Edit").await;
    ada.shows(api, kind, kind.own).await;
}

async fn field_off(api: &Api, kind: &Kind) {
    not_editable(api, kind, "Off").await;
}

async fn field_read_only(api: &Api, kind: &Kind) {
    not_editable(api, kind, "ReadOnly").await;
}

async fn field_before_scope(api: &Api, kind: &Kind) {
    let ada = Permitted::new(api).await;
    let token = api.scoped_token(&ada.user, kind.scopes_without).await;
    api.restrict_field(kind.field, "ReadOnly").await;
    let reply = ada.set_with(api, &token, kind, kind.new, "an-id").await;
    reply.is_error(400, NOT_EDITABLE);
    let reply = ada.delete_with(api, &token, kind).await;
    reply.is_error(400, NOT_EDITABLE);
}

async fn missing_scope(api: &Api, kind: &Kind) {
    let ada = Permitted::new(api).await;
    let proof = ada.prove(api, kind, kind.new).await;
    for scopes in [kind.scopes_without, "openid"] {
        let token = api.scoped_token(&ada.user, scopes).await;
        let reply = ada.set_with(api, &token, kind, kind.new, &proof).await;
        reply.is_error(400, NO_SCOPE);
    }
}

async fn missing_scope_on_delete(api: &Api, kind: &Kind) {
    let ada = Permitted::new(api).await;
    for scopes in [kind.scopes_without, "openid"] {
        let token = api.scoped_token(&ada.user, scopes).await;
        let reply = ada.delete_with(api, &token, kind).await;
        reply.is_error(400, NO_SCOPE);
    }
}

async fn scope_before_first_party(api: &Api, kind: &Kind) {
    let ada = Permitted::new(api).await;
    let changes = json!({
        "firstParty": false, "clientId": "a-third-party", "scope": kind.scopes_without,
    });
    let token = api.token(&ada.user.id, changes).await;
    let reply = ada.set_with(api, &token, kind, kind.new, "an-id").await;
    reply.is_error(400, NO_SCOPE);
    let reply = ada.delete_with(api, &token, kind).await;
    reply.is_error(400, NO_SCOPE);
}

async fn third_party(api: &Api, kind: &Kind) {
    let ada = Permitted::new(api).await;
    let proof = ada.prove(api, kind, kind.new).await;
    let token = api.third_party_token(&ada.user).await;
    let reply = ada.set_with(api, &token, kind, kind.new, &proof).await;
    reply.is_error(403, THIRD_PARTY);
}

async fn third_party_on_delete(api: &Api, kind: &Kind) {
    let ada = Permitted::new(api).await;
    let token = api.third_party_token(&ada.user).await;
    let reply = ada.delete_with(api, &token, kind).await;
    reply.is_error(403, THIRD_PARTY);
}

async fn first_party_before_proof(api: &Api, kind: &Kind) {
    let ada = Permitted::new(api).await;
    let token = api.third_party_token(&ada.user).await;
    let reply = ada.set_with(api, &token, kind, kind.new, "an-id").await;
    reply.is_error(403, THIRD_PARTY);
}

async fn unknown_proof(api: &Api, kind: &Kind) {
    let ada = Permitted::new(api).await;
    let real = ada.prove(api, kind, kind.new).await;
    for proof in ["an-id", &format!("{real}A"), &real[..real.len() - 1]] {
        let reply = ada.set(api, kind, kind.new, proof).await;
        reply.is_error(400, NOT_PROVEN);
    }
}

async fn unverified_proof(api: &Api, kind: &Kind) {
    let ada = Permitted::new(api).await;
    let challenge = api.challenge(&ada.user, (kind.identifier)(kind.new)).await;
    let reply = ada.set(api, kind, kind.new, &challenge.id).await;
    reply.is_error(400, NOT_PROVEN);
    api.wrong_code(&ada.user, &challenge).await.is(400);
    let reply = ada.set(api, kind, kind.new, &challenge.id).await;
    reply.is_error(400, NOT_PROVEN);
}

async fn proof_of_another_value(api: &Api, kind: &Kind) {
    let ada = Permitted::new(api).await;
    let proof = ada.prove(api, kind, kind.new).await;
    let reply = ada.set(api, kind, kind.other, &proof).await;
    reply.is_error(400, NOT_PROVEN);
    ada.shows(api, kind, kind.own).await;
}

async fn proof_in_another_case_is_another_value(api: &Api) {
    let ada = Permitted::new(api).await;
    let proof = ada.prove(api, EMAIL_KIND, "new@example.com").await;
    for value in ["New@example.com", "new@Example.com"] {
        let reply = ada.set(api, EMAIL_KIND, value, &proof).await;
        reply.is_error(400, NOT_PROVEN);
    }
}

async fn proof_asked_for_by_another_user(api: &Api, kind: &Kind) {
    let ada = Permitted::new(api).await;
    let bob = api.bob().await;
    let proof = api.code_record(&bob, (kind.identifier)(kind.new)).await;
    let reply = ada.set(api, kind, kind.new, &proof).await;
    reply.is_error(400, NOT_PROVEN);
}

async fn expired_proof(api: &Api, kind: &Kind) {
    let mut ada = Permitted::new(api).await;
    let proof = ada.prove(api, kind, kind.new).await;
    api.advance(601).await;
    ada.record = api.password_record(&ada.user).await;
    let reply = ada.set(api, kind, kind.new, &proof).await;
    reply.is_error(400, NOT_PROVEN);
}

async fn proof_of_another_kind(api: &Api, kind: &Kind) {
    let ada = Permitted::new(api).await;
    let other = api.code_record(&ada.user, (kind.of_another)()).await;
    for proof in [&ada.record, &other] {
        let reply = ada.set(api, kind, kind.new, proof).await;
        reply.is_error(400, NOT_PROVEN);
    }
}

async fn proof_before_in_use(api: &Api, kind: &Kind) {
    let ada = Permitted::new(api).await;
    api.bob().await;
    let reply = ada.set(api, kind, kind.taken, "an-id").await;
    reply.is_error(400, NOT_PROVEN);
}

async fn in_use(api: &Api, kind: &Kind) {
    let ada = Permitted::new(api).await;
    api.bob().await;
    let proof = ada.prove(api, kind, kind.taken).await;
    let reply = ada.set(api, kind, kind.taken, &proof).await;
    reply.is_error(422, kind.in_use);
    ada.shows(api, kind, kind.own).await;
}

async fn in_use_without_regard_to_case(api: &Api) {
    let ada = Permitted::new(api).await;
    api.bob().await;
    for value in ["Bob@example.com", "BOB@EXAMPLE.COM"] {
        let proof = ada.prove(api, EMAIL_KIND, value).await;
        let reply = ada.set(api, EMAIL_KIND, value, &proof).await;
        reply.is_error(422, EMAIL_KIND.in_use);
    }
}

async fn blocklisted(api: &Api) {
    let ada = Permitted::new(api).await;
    let proof = ada.prove(api, EMAIL_KIND, NEW_EMAIL).await;
    api.block_email(NEW_EMAIL).await;
    let reply = ada.set(api, EMAIL_KIND, NEW_EMAIL, &proof).await;
    reply.is_error(422, NOT_ALLOWED);
    ada.shows(api, EMAIL_KIND, EMAIL).await;
}

async fn first_party_before_blocklist(api: &Api) {
    let ada = Permitted::new(api).await;
    api.block_email(NEW_EMAIL).await;
    let token = api.third_party_token(&ada.user).await;
    let call = ada.set_with(api, &token, EMAIL_KIND, NEW_EMAIL, "an-id");
    call.await.is_error(403, THIRD_PARTY);
}

async fn blocklist_before_proof(api: &Api) {
    let ada = Permitted::new(api).await;
    api.block_email(NEW_EMAIL).await;
    let reply = ada.set(api, EMAIL_KIND, NEW_EMAIL, "an-id").await;
    reply.is_error(422, NOT_ALLOWED);
}

async fn account_shows_it_deleted(api: &Api, kind: &Kind) {
    let ada = Permitted::new(api).await;
    ada.delete(api, kind).await.is(204);
    let account = api.account(&ada.user).await;
    assert!(account[kind.account_field].is_null(), "{account}");
    // Anyone may have it now.
    let profile = json!({ "username": "carol", kind.account_field: kind.own });
    api.user(profile).await;
}

/// A user whose only way to sign in is the value itself.
async fn with_nothing_else(api: &Api, kind: &Kind) -> Permitted {
    let user = api.user(json!({ kind.account_field: kind.own })).await;
    let record = api.code_record(&user, (kind.identifier)(kind.own)).await;
    Permitted { user, record }
}

async fn last_sign_in_method(api: &Api, kind: &Kind) {
    let user = with_nothing_else(api, kind).await;
    let reply = user.delete(api, kind).await;
    reply.is_error(400, LAST_METHOD);
    user.shows(api, kind, kind.own).await;
}

async fn first_party_before_last_sign_in_method(api: &Api, kind: &Kind) {
    let user = with_nothing_else(api, kind).await;
    let token = api.third_party_token(&user.user).await;
    let reply = user.delete_with(api, &token, kind).await;
    reply.is_error(403, THIRD_PARTY);
}
