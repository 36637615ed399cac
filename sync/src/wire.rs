//! Connections to a store: made here, so that no variable of the environment changes where they go.

use crate::access::Access;
use crate::said::Said;
use async_trait::async_trait;
use http::header::{DATE, IF_NONE_MATCH};
use http::{HeaderValue, Method};
use http_body_util::BodyExt;
use jingui_schema::facts::is_unprintable;
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpResponseBody,
    HttpService,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What is read of an answer that says why not.
const REFUSAL_BYTES_MAX: usize = 64 << 10;

/// Sends requests and tells answers that are no success as [`Said`].
#[derive(Clone, Debug)]
pub(crate) struct Wire {
    client: reqwest::Client,
    /// Whether uploads in parts are ended on condition that nothing has the name: what the client library leaves out.
    pub conditional: Arc<AtomicBool>,
}

impl Wire {
    /// Errors: the certificates that were given are none.
    pub fn new(access: &Access) -> Result<Self, String> {
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("jingui/", env!("CARGO_PKG_VERSION")))
            // A redirection leads a signed request to where it was not signed for; what it says is told instead.
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .http1_only()
            .connect_timeout(access.patience.connect)
            .timeout(access.patience.request);
        if let Some(pem) = &access.certificates {
            let certificates =
                reqwest::Certificate::from_pem_bundle(pem.as_bytes()).map_err(|e| chain(&e))?;
            if certificates.is_empty() {
                return Err("there is no certificate in it".into());
            }
            builder = builder.tls_certs_merge(certificates);
        }
        let client = builder.build().map_err(|error| chain(&error))?;
        Ok(Self { client, conditional: Arc::default() })
    }
}

impl HttpConnector for Wire {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

#[async_trait]
impl HttpService for Wire {
    async fn call(&self, mut request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let ends_upload = *request.method() == Method::POST
            && request.uri().query().is_some_and(|query| query.contains("uploadId="));
        if ends_upload && self.conditional.load(Ordering::Relaxed) {
            // Not among the headers that are signed, so it may be added behind the signature.
            request.headers_mut().insert(IF_NONE_MATCH, HeaderValue::from_static("*"));
        }
        let response = HttpService::call(&self.client, request).await?;
        if response.status().is_success() {
            return Ok(response);
        }
        let (parts, body) = response.into_parts();
        let header = |name: &str| parts.headers.get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
        let (date, region) = (header(DATE.as_str()), header("x-amz-bucket-region"));
        let said = Said { date, region, ..Said::of(parts.status.as_u16(), &beginning(body).await) };
        // As an error of the wire it comes through the client library whole, and is not asked again by it.
        Err(HttpError::new(HttpErrorKind::Unknown, said))
    }
}

async fn beginning(mut body: HttpResponseBody) -> String {
    let mut bytes = Vec::new();
    while let Some(Ok(frame)) = body.frame().await {
        if let Ok(data) = frame.into_data() {
            bytes.extend_from_slice(&data);
        }
        if bytes.len() > REFUSAL_BYTES_MAX {
            break;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// An error with its causes, each said once.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let text = cause.to_string();
        if !said.contains(&text) {
            said = format!("{said}: {text}");
        }
        next = cause.source();
    }
    said.chars().filter(|c| !is_unprintable(*c)).take(400).collect()
}
