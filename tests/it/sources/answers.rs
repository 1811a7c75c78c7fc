//! What providers answer to a reading, when all is well. Lists have two pages.

use serde_json::{Value, json};

use gangplank::sources::ProviderRequest;

use crate::support::provider::purchases;

/// Each kind of source that asks over HTTP.
pub(super) const KINDS: [&str; 7] = ["stripe", "calendly", "posthog", "vitally", "hubspot", "ics", "caldav"];

/// The records of `provider` that tests of its translation have, one by one.
fn examples(provider: &str) -> Vec<Value> {
    let path = format!("{}/tests/it/data/providers/{provider}.jsonl", env!("CARGO_MANIFEST_DIR"));
    let lines = std::fs::read_to_string(path).expect("examples");
    lines.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// The address of a path at Calendly.
fn uri(path: &str) -> String {
    format!("https://api.calendly.com/{path}")
}

fn calendly(path: &str, is_second: bool) -> Value {
    let event = |id: &str, day: u32| {
        json!({
            "uri": uri(&format!("scheduled_events/{id}")), "name": "Onboarding", "status": "active",
            "start_time": format!("2024-12-{day}T10:00:00.000000Z"), "end_time": format!("2024-12-{day}T10:30:00.000000Z"),
            "created_at": "2024-12-14T08:00:00.000000Z", "updated_at": "2024-12-14T08:00:00.000000Z",
            "event_memberships": [{"user_email": "dan@team.test"}],
        })
    };
    let page = |collection: Value| {
        let next = (!is_second).then_some("next");
        json!({"collection": collection, "pagination": {"count": 1, "next_page_token": next}})
    };
    match path {
        "/users/me" => {
            json!({"resource": {"uri": uri("users/U"), "current_organization": uri("organizations/O")}})
        }
        "/scheduled_events" if is_second => page(json!([event("EV2", 19)])),
        "/scheduled_events" => page(json!([event("EV1", 18)])),
        _ => {
            let (number, email) = if is_second { (2, "nobody@acme.test") } else { (1, "ana@acme.test") };
            let event = path.trim_start_matches('/').trim_end_matches("/invitees");
            page(json!([{
                "uri": uri(&format!("{event}/invitees/I{number}")), "email": email, "status": "active",
                "created_at": "2024-12-14T08:00:00.000000Z", "updated_at": "2024-12-14T08:00:00.000000Z",
                "rescheduled": false, "old_invitee": null, "new_invitee": null, "no_show": null,
            }]))
        }
    }
}

fn posthog() -> Value {
    let events = [["0191-a", "2024-12-14T08:00:00Z"], ["0191-b", "2024-12-14T09:30:00Z"]];
    purchases(&events, "{\"items\":[{\"title\":\"Onboarding consultation\"}]}", "ana@acme.test")
}

fn calendar() -> String {
    let event = |number: u32, more: &str| {
        format!(
            "BEGIN:VEVENT\r\nUID:call-{number}\r\nDTSTAMP:20241214T080000Z\r\nDTSTART:2024121{number}T100000Z\r\n\
             DTEND:2024121{number}T103000Z\r\nSUMMARY:Onboarding\r\nORGANIZER:mailto:dan@team.test\r\n{more}\
             ATTENDEE;PARTSTAT=ACCEPTED:mailto:dan@team.test\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:ana@acme.test\r\n\
             END:VEVENT\r\n"
        )
    };
    let weekly = event(7, "RRULE:FREQ=WEEKLY;COUNT=3\r\n");
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n{}{weekly}{}END:VCALENDAR\r\n",
        event(6, ""),
        event(8, "STATUS:CANCELLED\r\nSEQUENCE:1\r\n")
    )
}

fn collection() -> String {
    let data = calendar().replace('&', "&amp;").replace('<', "&lt;");
    format!(
        "<?xml version=\"1.0\"?><d:multistatus xmlns:d=\"DAV:\" xmlns:cal=\"urn:ietf:params:xml:ns:caldav\">\
         <d:response><d:href>/dan/work/1.ics</d:href><d:propstat><d:prop><cal:calendar-data>{data}</cal:calendar-data>\
         </d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response></d:multistatus>"
    )
}

/// What is answered.
pub(super) enum RealAnswer {
    Json(Value),
    Text(String),
}

impl RealAnswer {
    pub(super) fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Json(value) => value.to_string().into_bytes(),
            Self::Text(text) => text.clone().into_bytes(),
        }
    }
}

/// What a provider of `kind` answers to a request for `url` with `body`.
pub(super) fn real(kind: &str, url: &str, body: &str) -> RealAnswer {
    let path = url.trim_start_matches("http://127.0.0.1:9").split('?').next().unwrap_or_default();
    let is_second = ["starting_after=", "&from=", "page_token="].iter().any(|next| url.contains(next))
        || body.contains("\"after\":");
    let half = |all: Vec<Value>| -> Vec<Value> {
        let middle = all.len() / 2;
        if is_second { all[middle..].to_vec() } else { all[..middle].to_vec() }
    };
    RealAnswer::Json(match kind {
        "stripe" => json!({"object": "list", "has_more": !is_second, "data": half(examples(kind))}),
        "calendly" => calendly(path, is_second),
        "posthog" => posthog(),
        "vitally" => {
            let mut accounts = examples(kind);
            accounts.retain(|account| account["updatedAt"].is_string());
            let next = (!is_second).then_some("2");
            json!({"results": half(accounts), "next": next, "atEnd": is_second})
        }
        "hubspot" => {
            let mut companies = examples(kind);
            companies.retain(|company| company["id"].is_string());
            let mut page = json!({"total": companies.len(), "results": half(companies)});
            if !is_second {
                page["paging"] = json!({"next": {"after": "2"}});
            }
            page
        }
        "ics" => return RealAnswer::Text(calendar()),
        "caldav" => return RealAnswer::Text(collection()),
        other => panic!("nobody knows what {other} answers"),
    })
}

/// The same to a request of a reading.
pub(super) fn real_to(kind: &str, request: &ProviderRequest) -> RealAnswer {
    real(kind, &request.url, request.body.as_deref().unwrap_or_default())
}
