//! An issuer that publishes its key until it is told to hang.

use std::convert::Infallible;
use std::error::Error;
use std::future::pending;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::json;

pub(crate) struct Issuer {
    pub(crate) url: String,
    pub(crate) key: EncodingKey,
    pub(crate) key_id: String,
    pub(crate) algorithm: Algorithm,
    hangs: Arc<AtomicBool>,
}

impl Issuer {
    pub(crate) fn start() -> Result<Self, Box<dyn Error>> {
        let (algorithm, key_id) = (Algorithm::ES256, "bench".to_owned());
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random)?;
        let key = EncodingKey::from_ec_der(pkcs8.as_ref());
        let mut jwk = Jwk::from_encoding_key(&key, algorithm)?;
        jwk.common.key_id = Some(key_id.clone());

        let listener = TcpListener::bind("127.0.0.1:0")?;
        let url = format!("http://{}", listener.local_addr()?);
        let documents = Documents::new(&url, jwk)?;
        let hangs = Arc::clone(&documents.hangs);
        thread::spawn(move || serve(listener, &Arc::new(documents)));
        Ok(Self { url, key, key_id, algorithm, hangs })
    }

    /// From now on it takes every request and answers none.
    pub(crate) fn hang(&self) {
        self.hangs.store(true, Ordering::SeqCst);
    }
}

struct Documents {
    discovery: String,
    keys: String,
    hangs: Arc<AtomicBool>,
}

impl Documents {
    fn new(url: &str, jwk: Jwk) -> Result<Self, Box<dyn Error>> {
        let discovery = json!({
            "issuer": url,
            "jwks_uri": format!("{url}/keys"),
            "introspection_endpoint": format!("{url}/introspection"),
        });
        let keys = serde_json::to_string(&JwkSet { keys: vec![jwk] })?;
        Ok(Self { discovery: discovery.to_string(), keys, hangs: Arc::default() })
    }

    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        if self.hangs.load(Ordering::SeqCst) {
            pending::<()>().await;
        }
        let body = if request.uri().path() == "/keys" { &self.keys } else { &self.discovery };
        Response::new(Full::from(body.clone()))
    }
}

fn serve(listener: TcpListener, documents: &Arc<Documents>) -> Result<(), std::io::Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        loop {
            let (stream, _) = listener.accept().await?;
            let documents = Arc::clone(documents);
            let service = service_fn(move |request| {
                let documents = Arc::clone(&documents);
                async move { Ok::<_, Infallible>(documents.answer(request).await) }
            });
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    })
}
