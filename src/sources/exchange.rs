//! A request to a provider and its answer, as data.

use std::sync::Arc;
use std::time::Duration;

/// What is asked of a provider. The secret is not in it: it is added where the request is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderRequest {
    pub method: RequestMethod,
    /// The whole address, with the query.
    pub url: String,
    pub login: Login,
    /// Other headers.
    pub headers: Vec<(&'static str, String)>,
    /// What is sent along, as JSON where no header says otherwise.
    pub body: Option<String>,
}

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "UPPERCASE")]
pub enum RequestMethod {
    /// Reads.
    Get,
    /// Reads, with a question in the body, or adds something.
    Post,
    /// Changes parts of something.
    Put,
    /// Changes parts of something.
    Patch,
    /// Reads what a query in the body describes: CalDAV.
    Report,
}

/// How the secret is sent along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Login {
    /// Not at all.
    None,
    /// `Authorization: Bearer SECRET`.
    Bearer,
    /// As the user name of basic authentication, with an empty password.
    BasicUser,
    /// As the password of basic authentication, with this name.
    BasicAs(Arc<str>),
    /// It is the address itself, on the host of the configured one.
    Address,
}

/// What a provider answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProviderResponse {
    /// The status of HTTP, such as 200.
    pub status: u16,
    /// How long to wait before the next request, where the provider says so.
    pub retry_after: Option<Duration>,
    /// Which version of a document this is, where the provider says so.
    pub etag: Option<String>,
    pub body: Vec<u8>,
}

impl ProviderRequest {
    /// A plain question.
    pub fn get(url: String, login: Login) -> Self {
        Self { method: RequestMethod::Get, url, login, headers: Vec::new(), body: None }
    }

    /// A question with a body of JSON.
    pub fn post(url: String, login: Login, body: String) -> Self {
        Self::send(RequestMethod::Post, url, login, body)
    }

    /// A request with a body of JSON.
    pub fn send(method: RequestMethod, url: String, login: Login, body: String) -> Self {
        Self { method, url, login, headers: Vec::new(), body: Some(body) }
    }
}
