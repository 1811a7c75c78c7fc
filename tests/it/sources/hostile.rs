//! Answers that mean harm, or that nobody meant: nothing falls over, nothing goes on for ever, nothing leaks, and the next
//! reading is as it should be.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use gangplank::config::{Config, Overrides};
use gangplank::sources::plan::plan;
use gangplank::sources::{
    LiveSource, ProviderRequest, ProviderResponse, Pull, Pulled, ReadingContext, ReadingTerms, SourceFailure,
    SourceStatus, pace,
};
use gangplank::state::{Actor, Board, FactKey, FactValue};
use gangplank::sync::status;
use serde_json::{Value, json};

use super::answers::{KINDS, RealAnswer, real, real_to};
use crate::support::dice::Dice;
use crate::support::home::{Home, account, now};
use crate::support::mutations::{assert_clean, everything_said, mutated, mutated_text, mutations};
use crate::support::provider::FakeProvider;

const SECRET: &str = "key_never_to_be_seen";

/// Where nobody listens.
const NOWHERE: &str = "http://127.0.0.1:9";

/// A home with a source of `kind` at `address`, and a customer that its answers are about.
fn home(kind: &str, address: &str) -> Home {
    let home = Home::empty();
    let emails = FactValue::List(vec!["ana@acme.test".into()]);
    home.import(&[
        account("A-1", "Acme", Some("83600"), Some("2024-12-22")).with(FactKey::AdminEmails, emails),
        account("A-2", "Bolt", Some("50000"), Some("2024-12-20")),
    ]);
    home.config("config.toml", "specialists = [\"dan@team.test\"]\n");
    home.config("posthog.toml", include_str!("../data/providers/posthog.toml"));
    let (secret, more) = match kind {
        "ics" => (format!("{address}/{SECRET}/basic.ics"), ""),
        "posthog" => (SECRET.to_owned(), "project = 4711\n"),
        "caldav" => (SECRET.to_owned(), "user = \"dan\"\n"),
        _ => (SECRET.to_owned(), ""),
    };
    home.config(
        "sources.toml",
        &format!(
            "[source.real]\nkind = \"{kind}\"\naddress = \"{address}\"\nsecret_command = [\"printf\", \"{secret}\"]\n{more}"
        ),
    );
    home
}

/// The source in `home`, and what it is read by.
fn source(home: &Home) -> (LiveSource, Arc<ReadingTerms>, PathBuf) {
    let overrides = Overrides {
        data_dir: Some(home.data()),
        config_dir: Some(home.0.path().join("config")),
        ..Overrides::default()
    };
    let config = Config::load(&overrides).expect("a good configuration");
    (config.sources[0].clone(), config.terms, config.paths.sources_dir())
}

/// A reading whose requests are answered by `answer`.
fn reading(
    source: &LiveSource,
    terms: &ReadingTerms,
    board: &Board,
    cursor: Option<&str>,
    mut answer: impl FnMut(&ProviderRequest) -> ProviderResponse,
) -> Result<Pulled, SourceFailure> {
    let now = now();
    let context = ReadingContext { terms, board, now: &now };
    let mut pull = Pull::begin(source, cursor, &context).expect("it asks over a network");
    while let Some(request) = pull.next_request() {
        pull.take(&answer(&request))?;
    }
    let mut pulled = pull.finish();
    pulled.settle(&source.kind, &context)?;
    Ok(pulled)
}

fn answered(body: Vec<u8>) -> ProviderResponse {
    ProviderResponse { status: 200, body, ..ProviderResponse::default() }
}

fn broken(answer: RealAnswer, dice: &mut Dice) -> Vec<u8> {
    match answer {
        RealAnswer::Json(value) => mutated(&[value], dice),
        RealAnswer::Text(text) => mutated_text(text.as_bytes(), dice),
    }
}

/// Which of the answers to a reading are broken: one of the first few.
fn places(kind: &str) -> usize {
    match kind {
        "calendly" => 5,
        "posthog" | "ics" | "caldav" => 1,
        _ => 2,
    }
}

/// Fails where the next reading of `source` would begin after now.
fn assert_is_past(cursor: Option<&str>, kind: &str) {
    let Some(cursor) = cursor else { return };
    let at = match cursor.parse::<i64>() {
        Ok(seconds) => DateTime::from_timestamp(seconds, 0),
        Err(_) => cursor.parse::<DateTime<Utc>>().ok(),
    };
    assert!(at.is_some_and(|at| at <= now().at), "{kind}: the next reading begins at {cursor}");
}

fn check(kind: &str) {
    let answers = mutations();
    let home = home(kind, NOWHERE);
    let (source, terms, directory) = source(&home);
    let mut session = home.session();
    let mut known = SourceStatus::default();
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let (mut succeeded, mut failed) = (0, 0);
    for number in 0..answers {
        let place = dice.roll(places(kind));
        let mut requests = 0;
        let board = session.board().clone();
        let cursor = known.cursor(board.source_read(&source.name));
        assert_is_past(cursor.as_deref(), kind);
        let outcome = reading(&source, &terms, &board, cursor.as_deref(), |request| {
            requests += 1;
            assert!(requests < 100, "{kind} {number}: it has no end");
            let real = real_to(kind, request);
            if requests != place + 1 {
                return answered(real.bytes());
            }
            let mut response = answered(broken(real, &mut dice));
            if dice.roll(10) == 0 {
                response.status = *dice.pick(&[100, 204, 302, 400, 401, 403, 404, 429, 429, 500, 999]);
                let waits = [0, 60, 1 << 40, 9_000_000_000_000_000, u64::MAX];
                response.retry_after = Some(Duration::from_secs(*dice.pick(&waits)));
            }
            response
        });
        let now = now().at;
        match &outcome {
            Ok(pulled) => {
                succeeded += 1;
                let planned = plan(&source, pulled, &board, now);
                for batch in planned.batches {
                    let by = Actor::Source(source.name.clone());
                    let kept = session.submit(&batch, &by, crate::support::home::now());
                    assert!(
                        kept.is_ok(),
                        "{kind} {number}: one record is in the way of all others: {kept:?}"
                    );
                }
                known.succeeded(&source.kind, pulled, now, now);
                known.reached = planned.reached;
            }
            Err(why) => {
                failed += 1;
                let asked = match why {
                    SourceFailure::Limited { retry_after } => *retry_after,
                    _ => None,
                };
                let wait = pace::wait_after(known.failures + 1, source.every, asked, 1.0);
                known.failed(why, now, now + TimeDelta::from_std(wait).expect("a wait with an end"));
            }
        }
    }
    assert!(
        succeeded >= answers / 10 && failed >= answers / 25,
        "{kind}: {succeeded} succeeded, {failed} failed"
    );
    status::save(&known, &directory, &source);
    drop(session);
    assert_clean(&everything_said(&home), SECRET);
    // A reading in which all is well finds what is right, whatever came before.
    let session = home.session();
    let real = |request: &ProviderRequest| answered(real_to(kind, request).bytes());
    let whole = reading(&source, &terms, session.board(), None, real);
    assert!(whole.is_ok_and(|whole| whole.translation.records > 0), "{kind}");
}

#[test]
fn answers_of_stripe() {
    check("stripe");
}

#[test]
fn answers_of_calendly() {
    check("calendly");
}

#[test]
fn answers_of_posthog() {
    check("posthog");
}

#[test]
fn answers_of_vitally() {
    check("vitally");
}

#[test]
fn answers_of_hubspot() {
    check("hubspot");
}

#[cfg(feature = "mail")]
#[test]
fn answers_of_a_calendar() {
    check("ics");
}

#[cfg(feature = "mail")]
#[test]
fn answers_of_caldav() {
    check("caldav");
}

/// Whether sources of `kind` are built in.
fn is_built(kind: &str) -> bool {
    cfg!(feature = "mail") || !["ics", "caldav"].contains(&kind)
}

#[test]
fn the_program_says_what_is_wrong_and_nothing_else() {
    for kind in KINDS.into_iter().filter(|kind| is_built(kind)) {
        let mut dice = Dice(0xD1B5_4A32_D192_ED03);
        let mut left = 0;
        let provider = FakeProvider::start(move |asked| {
            let real = real(kind, &asked.path, &asked.body);
            let is_broken = left == 0;
            left = if is_broken { dice.roll(places(kind)) } else { left - 1 };
            let body = if is_broken { broken(real, &mut dice) } else { real.bytes() };
            (200, Vec::new(), String::from_utf8_lossy(&body).into_owned())
        });
        let home = home(kind, &provider.address);
        let mut said = String::new();
        for args in [&["sync", "--dry-run"][..], &["sync"], &["sync", "--json"], &["sync"]] {
            let output = home.gangplank(args).output().expect("it runs");
            assert!(matches!(output.status.code(), Some(0 | 1)), "{kind}: {output:?}");
            said += &String::from_utf8(output.stdout).expect("UTF-8");
            said += &String::from_utf8(output.stderr).expect("UTF-8");
        }
        assert_clean(&(said + &everything_said(&home)), SECRET);
    }
}

/// How a reading of `kind` ends whose answers `change` has made something else of, by the number of the request; and how
/// many requests it took.
fn ended(kind: &str, mut change: impl FnMut(&mut Value, usize)) -> (Result<Pulled, SourceFailure>, usize) {
    let home = home(kind, NOWHERE);
    let (source, terms, _) = source(&home);
    let session = home.session();
    let (mut requests, mut pages) = (0, BTreeMap::new());
    let outcome = reading(&source, &terms, session.board(), None, |request| {
        requests += 1;
        let url = request.url.split('?').next().unwrap_or_default();
        // Always the first page.
        let page = pages.entry(url.to_owned()).or_insert_with(|| match real(kind, url, "") {
            RealAnswer::Json(page) => page,
            RealAnswer::Text(_) => panic!("{kind} has no pages"),
        });
        let mut page = page.clone();
        change(&mut page, requests);
        answered(page.to_string().into_bytes())
    });
    (outcome, requests)
}

#[test]
fn a_list_that_begins_anew_is_read_once() {
    for kind in ["stripe", "calendly", "posthog", "vitally", "hubspot"] {
        let (outcome, requests) = ended(kind, |page, _| {
            if kind == "posthog" {
                let row = page["results"][0].clone();
                page["results"] = vec![row; 1_000].into();
            }
        });
        let why = outcome.err().map(|why| why.to_string()).unwrap_or_default();
        assert!(why.contains("begins anew"), "{kind}: {why}");
        assert!(requests <= 3, "{kind}: {requests}");
    }
}

#[test]
fn a_list_without_an_end_is_given_up() {
    for kind in ["stripe", "calendly", "vitally", "hubspot"] {
        let (outcome, requests) = ended(kind, |page, number| {
            let next = json!(format!("page-{number}"));
            match kind {
                "stripe" => {
                    page["data"] = json!([{"id": next, "object": "event", "type": "charge.captured"}]);
                }
                "calendly" if number > 1 => page["pagination"]["next_page_token"] = next,
                "calendly" => {}
                "vitally" => *page = json!({"results": [{"id": next}], "next": next, "atEnd": false}),
                _ => *page = json!({"results": [{"id": next}], "paging": {"next": {"after": next}}}),
            }
        });
        let why = outcome.err().map(|why| why.to_string()).unwrap_or_default();
        assert!(why.contains("the provider's list has no end after 5000 requests"), "{kind}: {why}");
        assert_eq!(requests, 5_001, "{kind}");
    }
}

#[test]
fn what_is_dated_ahead_hides_nothing_that_comes_later() {
    for kind in ["stripe", "calendly", "posthog", "vitally", "hubspot"] {
        let home = home(kind, NOWHERE);
        let (source, terms, _) = source(&home);
        let session = home.session();
        let ahead = |text: String| {
            text.replace("2024-12-14T08:", "9999-12-14T08:")
                .replace("2024-12-01T08:", "9999-12-01T08:")
                .replace("\"created\":1733821200", "\"created\":99999999999")
        };
        let mut cursor = None;
        for _ in 0..2 {
            let pulled = reading(&source, &terms, session.board(), cursor.as_deref(), |request| {
                let real = String::from_utf8(real_to(kind, request).bytes()).expect("UTF-8");
                answered(ahead(real).into_bytes())
            });
            cursor = pulled.unwrap_or_else(|why| panic!("{kind}: {why}")).cursor;
            assert!(cursor.is_some(), "{kind}");
            assert_is_past(cursor.as_deref(), kind);
        }
    }
}
