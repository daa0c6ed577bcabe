//! A path of the contract: what answers there, and how that is documented.

use std::sync::Arc;

use axum::handler::Handler;
use axum::routing::MethodRouter;
use utoipa::openapi::HttpMethod;

use super::Route;
use super::openapi::Operation;
use crate::app::App;

/// A path with its methods. A method comes with its [`Operation`], so that none is left out of the
/// API document.
pub(super) struct Endpoint {
    pub(super) path: &'static str,
    pub(super) operations: Vec<(HttpMethod, Operation)>,
    methods: MethodRouter<Arc<App>>,
}

impl Endpoint {
    pub(super) fn at(path: &'static str) -> Self {
        Self { path, operations: Vec::new(), methods: MethodRouter::new() }
    }

    pub(super) fn get<H, T>(mut self, operation: Operation, handler: H) -> Self
    where
        H: Handler<T, Arc<App>>,
        T: 'static,
    {
        self.operations.push((HttpMethod::Get, operation));
        Self { methods: self.methods.get(handler), ..self }
    }

    pub(super) fn post<H, T>(mut self, operation: Operation, handler: H) -> Self
    where
        H: Handler<T, Arc<App>>,
        T: 'static,
    {
        self.operations.push((HttpMethod::Post, operation));
        Self { methods: self.methods.post(handler), ..self }
    }

    pub(super) fn delete<H, T>(mut self, operation: Operation, handler: H) -> Self
    where
        H: Handler<T, Arc<App>>,
        T: 'static,
    {
        self.operations.push((HttpMethod::Delete, operation));
        Self { methods: self.methods.delete(handler), ..self }
    }

    pub(super) fn into_route(self) -> Route {
        (self.path, self.methods)
    }
}
