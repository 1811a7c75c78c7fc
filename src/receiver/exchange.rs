//! One request and its answer, within bounds of size and time.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use hyper::body::{Body as _, Incoming};
use hyper::header::{ALLOW, CONTENT_TYPE, EXPECT, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use serde::Serialize;
use tokio::time::{Instant, timeout_at};

use super::endpoint::{DeliveryOutcome, Endpoint, Keeping};
use super::signature::Delivery;
use crate::sources::receiver::{HEALTH, ReceiverKind, ReceiverStatus};

/// The largest body that is taken, in bytes. Providers send a few kilobytes.
const LARGEST: usize = 1 << 20;

/// How much of a larger body is heard out, so that the answer is not lost: whoever is still sending does not listen.
const HEARD_OUT: usize = 8 << 20;

/// Every address there is.
pub(super) struct Endpoints {
    all: Vec<Endpoint>,
    keeping: Keeping,
}

/// Where a request goes, or why nowhere.
enum Route {
    Health,
    /// The receiver at this place.
    Receiver(usize),
    No(StatusCode, Option<&'static str>),
}

impl Endpoints {
    pub(super) fn new(all: Vec<Endpoint>, keeping: Keeping) -> Self {
        Self { all, keeping }
    }

    /// Has a person told of `sentence`.
    pub(super) fn tell(&self, sentence: &str) {
        (self.keeping.tell)(sentence);
    }

    /// Answers `request`, which must have arrived by `deadline`.
    pub(super) async fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
        deadline: Instant,
    ) -> Response<String> {
        let (head, body) = request.into_parts();
        let route = self.route(&head.method, head.uri.path());
        let declared = body.size_hint().lower();
        let asks_first = head.headers.contains_key(EXPECT);
        if declared > HEARD_OUT as u64 || asks_first && declared > LARGEST as u64 {
            return said(StatusCode::PAYLOAD_TOO_LARGE, TOO_LARGE);
        }
        let Ok(arrived) = timeout_at(deadline, arrive(body)).await else {
            return said(StatusCode::REQUEST_TIMEOUT, "the request did not arrive in time");
        };
        let place = match route {
            Route::Health => return self.health(),
            Route::No(status, allowed) => {
                let mut response = Response::new(String::new());
                *response.status_mut() = status;
                let allowed = allowed.map(|allowed| (ALLOW, HeaderValue::from_static(allowed)));
                response.headers_mut().extend(allowed);
                return response;
            }
            Route::Receiver(place) => place,
        };
        let body = match arrived {
            Ok(body) => body,
            Err(refused) => return refused,
        };
        // Whoever waits for the disk holds up nobody else.
        let taken = tokio::task::spawn_blocking(move || {
            let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
            let delivery =
                Delivery { method: head.method.as_str(), target, headers: &head.headers, body: &body };
            let endpoint = &self.all[place];
            respond(&endpoint.receiver.kind, endpoint.take(&delivery, &self.keeping))
        });
        // A delivery that brought a thread down was not kept.
        taken.await.unwrap_or_else(|_| said(StatusCode::SERVICE_UNAVAILABLE, NOT_KEPT))
    }

    fn route(&self, method: &Method, path: &str) -> Route {
        if path == HEALTH {
            return match *method {
                Method::GET | Method::HEAD => Route::Health,
                _ => Route::No(StatusCode::METHOD_NOT_ALLOWED, Some("GET, HEAD")),
            };
        }
        match self.all.iter().position(|endpoint| *endpoint.receiver.path == *path) {
            None => Route::No(StatusCode::NOT_FOUND, None),
            Some(place) if *method == Method::POST => Route::Receiver(place),
            Some(_) => Route::No(StatusCode::METHOD_NOT_ALLOWED, Some("POST")),
        }
    }

    /// How all receivers fare.
    fn health(&self) -> Response<String> {
        let status = |endpoint: &Endpoint| {
            let kind = endpoint.receiver.kind.word();
            (endpoint.receiver.name.to_string(), ReceiverHealth::new(kind, endpoint.status()))
        };
        let receivers: BTreeMap<String, ReceiverHealth> = self.all.iter().map(status).collect();
        let ok = receivers.values().all(|receiver| receiver.error.is_none());
        let health = AllHealth { ok, receivers };
        let status = if ok { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        json(status, &health)
    }
}

const TOO_LARGE: &str = "the body is larger than 1 MiB";
const NOT_KEPT: &str = "it could not be kept: deliver it again later";

/// The whole body, or what to answer instead.
async fn arrive(mut body: Incoming) -> Result<Vec<u8>, Response<String>> {
    let (mut bytes, mut length) = (Vec::new(), 0);
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let frame = frame.map_err(|_| said(StatusCode::BAD_REQUEST, "the body is cut off"))?;
        // What is no data stands behind it, and means nothing here.
        let Ok(data) = frame.into_data() else { continue };
        length += data.len();
        if length > HEARD_OUT {
            break;
        }
        if length <= LARGEST {
            bytes.extend_from_slice(&data);
        }
    }
    if length <= LARGEST { Ok(bytes) } else { Err(said(StatusCode::PAYLOAD_TOO_LARGE, TOO_LARGE)) }
}

/// The answer to a delivery. Never a redirect, and never 410, which ends a subscription of Calendly.
fn respond(kind: &ReceiverKind, outcome: DeliveryOutcome) -> Response<String> {
    match outcome {
        DeliveryOutcome::Kept(receipt) if *kind == ReceiverKind::Signals => json(StatusCode::OK, &receipt),
        DeliveryOutcome::Kept(_) => said(StatusCode::OK, ""),
        DeliveryOutcome::Ignored => said(StatusCode::NO_CONTENT, ""),
        DeliveryOutcome::Refused(why) => said(StatusCode::UNAUTHORIZED, &why.to_string()),
        DeliveryOutcome::NotKept => said(StatusCode::SERVICE_UNAVAILABLE, NOT_KEPT),
    }
}

/// An answer for whoever looks into the provider's list of deliveries.
fn said(status: StatusCode, sentence: &str) -> Response<String> {
    let body = if sentence.is_empty() { String::new() } else { format!("{sentence}\n") };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    if !sentence.is_empty() {
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    }
    response
}

fn json(status: StatusCode, value: &impl Serialize) -> Response<String> {
    let mut response = Response::new(serde_json::to_string(value).unwrap_or_default() + "\n");
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// What `/health` says. A contract: fields may be added, never renamed.
#[derive(Serialize)]
struct AllHealth {
    /// Whether the latest delivery of each receiver could be kept.
    ok: bool,
    receivers: BTreeMap<String, ReceiverHealth>,
}

/// One receiver, in numbers alone: who asks is not known.
#[derive(Serialize)]
struct ReceiverHealth {
    kind: &'static str,
    last_success: Option<DateTime<Utc>>,
    taken: u64,
    known: u64,
    ignored: usize,
    rejected: u64,
    /// In a row, since the latest success.
    refused: u64,
    #[serde(skip)]
    error: Option<String>,
}

impl ReceiverHealth {
    fn new(kind: &'static str, status: ReceiverStatus) -> Self {
        Self {
            kind,
            last_success: status.received_at,
            taken: status.taken,
            known: status.known,
            ignored: status.ignored.total(),
            rejected: status.unreadable,
            refused: status.refused,
            error: status.error,
        }
    }
}
