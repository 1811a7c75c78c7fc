//! An account in a few lines of Markdown, to paste into a message.

use std::fmt::Write;

use crate::prose::{dates, follow_ups::task_with_due, signals};
use crate::state::{Account, Board, FactKey, Now, Position};

/// How many of the latest touches and notes there are.
const LATEST: usize = 3;

/// What a colleague should know of `account`.
pub fn markdown(account: &Account, board: &Board, now: &Now) -> String {
    let mut lines =
        vec![format!("**{}** ({})", plain(account.name()), plain(account.id.as_str())), String::new()];
    let mut line = |name: &str, value: &str| lines.push(format!("- {name}: {}", plain(value)));
    match board.position_of(account) {
        Position::OffBoard => line("Stage", "off the board"),
        Position::InStage(_, stage) => {
            let since = account.placement.as_ref().map(|place| dates::day(now, now.date(place.since)));
            line("Stage", &format!("{}, since {}", stage.label, since.unwrap_or_default()));
        }
        Position::Unmapped(label) => line("Stage", &format!("unmapped: {label}")),
    }
    line("Owner", account.owner().unwrap_or("no owner"));
    let renewal = account.next_renewal(now.today());
    let renewal = renewal.map(|date| format!("{} ({})", dates::day(now, date), dates::distance(now, date)));
    line("Renewal", renewal.as_deref().unwrap_or("unknown"));
    for key in [FactKey::Mrr, FactKey::ForecastedMrr] {
        if let Some(value) = account.fact(&key) {
            line(&key.title(), &value.to_string());
        }
    }
    for signal in account.signals.iter().rev().take(LATEST) {
        let by = signal.by.as_deref().map(|by| format!(" by {by}")).unwrap_or_default();
        line(&dates::day(now, now.date(signal.at)), &format!("{}{by}", signals::titled(signal)));
    }
    for task in account.tasks.values().filter(|task| task.done.is_none()) {
        line("To do", &task_with_due(task, now));
    }
    for note in account.notes.iter().rev().take(LATEST) {
        line(&format!("Note of {}, {}", dates::day(now, now.date(note.at)), plain(&note.by)), &note.text);
    }
    lines.iter().fold(String::new(), |mut out, line| {
        let _ = writeln!(out, "{line}");
        out
    })
}

/// `text` on one line, and as it is: what Markdown takes for a sign is escaped.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.split_whitespace().collect::<Vec<_>>().join(" ").chars().filter(|c| !c.is_control()) {
        if r"\`*_[]<>#|~".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
