//! Without dev mode there is no control surface: each of its routes answers 404.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use libtest_mimic::{Completion, Trial};
use reqwest::Method;
use serde_json::json;
use tempfile::TempDir;

use crate::client::Api;
use crate::server::Server;

const ROUTES: [(&str, Method, &str); 6] = [
    ("users", Method::POST, "/dev/users"),
    ("tokens", Method::POST, "/dev/tokens"),
    ("outbox", Method::GET, "/dev/outbox?to=ada@example.com"),
    ("clock", Method::POST, "/dev/clock"),
    ("policy", Method::PATCH, "/dev/policy"),
    ("reset", Method::POST, "/dev/reset"),
];

/// An implementation without dev mode: one that runs, or one to start for the first row.
pub(crate) struct Production {
    url: Option<String>,
    binary: Option<PathBuf>,
    started: Option<(Server, TempDir)>,
}

impl Production {
    pub(crate) fn new(url: Option<String>, binary: Option<PathBuf>) -> Self {
        Self { url, binary, started: None }
    }

    fn base_url(&mut self) -> Result<Option<String>, String> {
        if let (None, Some(binary)) = (&self.url, &self.binary) {
            let directory = tempfile::tempdir().map_err(|cause| cause.to_string())?;
            let server = Server::start_production(binary, directory.path())?;
            self.url = Some(server.base_url().to_owned());
            self.started = Some((server, directory));
        }
        Ok(self.url.clone())
    }
}

pub(crate) fn trials(api: &Arc<Api>, production: Production) -> Vec<Trial> {
    let production = Arc::new(Mutex::new(production));
    ROUTES
        .into_iter()
        .map(|(route, method, path)| {
            let (api, production) = (Arc::clone(api), Arc::clone(&production));
            let name = format!("production::dev_{route}_is_not_found");
            Trial::ignorable_test(name, move || {
                let base_url = production.lock()?.base_url()?;
                let Some(base_url) = base_url else {
                    return Ok(Completion::ignored_with(
                        "needs --no-dev-base-url or SEKISHO_SERVER_BIN",
                    ));
                };
                let call = api.elsewhere(&base_url, method, path).json(&json!({}));
                api.run(async |_| {
                    call.await.is(404);
                });
                Ok(Completion::Completed)
            })
        })
        .collect()
}
