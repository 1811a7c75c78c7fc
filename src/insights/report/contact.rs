//! What our mails and calls came to.

use super::{Section, SectionCell, accounts, columns, text};
use crate::insights::LEAST_TIMES;
use crate::insights::response::{DAYS_BEFORE_RENEWAL, Replies, Response, TemplateName};
use crate::state::AccountId;

pub(super) fn replies(response: &Response) -> Section {
    let row = |name: &str, it: &Replies| {
        vec![
            text(name),
            accounts(&it.written_to),
            accounts(&it.replied),
            SectionCell::Share(it.replied.len(), it.written_to.len()),
            SectionCell::Minutes(it.median),
        ]
    };
    let templates = response.by_template.iter().map(|(name, it)| match name {
        TemplateName::Called(name) => row(name, it),
        TemplateName::None => row("no template", it),
    });
    Section {
        id: "replies",
        title: "Replies",
        meaning: format!(
            "Everybody's first outreach in the window, whether a person answered it by the end of the window, and in how much time half of those did; that is said from {LEAST_TIMES} answers on."
        ),
        columns: columns(&[
            ("template", "Template"),
            ("written_to", "Written to"),
            ("replied", "Replied"),
            ("rate", "Rate"),
            ("median", "Half within"),
        ]),
        rows: std::iter::once(row("all", &response.outreach)).chain(templates).collect(),
    }
}

pub(super) fn calls(response: &Response) -> Section {
    let row = |what: &str, ids: &[AccountId], of: usize| {
        vec![text(what), accounts(ids), SectionCell::Share(if of == 0 { 0 } else { ids.len() }, of)]
    };
    let due = response.calls_held.len() + response.no_shows.len();
    let written = response.in_time.len() + response.too_late.len() + response.renewal_unknown.len();
    Section {
        id: "calls",
        title: "Calls, and outreach in time",
        meaning: format!(
            "Calls count each time; held and no-shows are shares of both. An outreach is in time when it came at least {DAYS_BEFORE_RENEWAL} days before the next renewal."
        ),
        columns: columns(&[("what", "What"), ("accounts", "Times"), ("share", "Share")]),
        rows: vec![
            row("calls booked", &response.calls_booked, 0),
            row("calls held", &response.calls_held, due),
            row("no-shows", &response.no_shows, due),
            row("outreach in time", &response.in_time, written),
            row("outreach too late", &response.too_late, written),
            row("renewal unknown", &response.renewal_unknown, written),
        ],
    }
}
