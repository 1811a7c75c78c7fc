//! What may be picked for an answer, instead of typing it.

use super::{PICKS, WAKE, are_snoozed, default, fact_names, owners};
use crate::prose::dates;
use crate::prose::lists::plural;
use crate::state::values::when;
use crate::state::{AccountId, RiskLevel};
use crate::text;
use crate::tui::model::app::App;
use crate::tui::model::choices::{Choice, Choices, Picked};
use crate::tui::model::prompt::Purpose;

/// What an answer names, where that can be picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Named {
    Owner,
    Assignee,
    Day,
    Risk,
    Segment,
    Fact,
}

fn named(purpose: &Purpose) -> Option<Named> {
    match purpose {
        Purpose::Owner => Some(Named::Owner),
        Purpose::AlertAssign(_) => Some(Named::Assignee),
        Purpose::Snooze | Purpose::AlertSnooze(_) => Some(Named::Day),
        Purpose::Risk => Some(Named::Risk),
        Purpose::Segment => Some(Named::Segment),
        Purpose::ClearFact => Some(Named::Fact),
        Purpose::Force(_)
        | Purpose::Back
        | Purpose::Nothing(_)
        | Purpose::CallBooked
        | Purpose::Handoff
        | Purpose::Note
        | Purpose::Observation(_)
        | Purpose::Refund
        | Purpose::Task
        | Purpose::AlertClose(_) => None,
    }
}

/// What may be picked for `purpose`, with what enter alone takes as the chosen one.
pub(in crate::tui) fn choices(app: &App, accounts: &[AccountId], purpose: &Purpose) -> Choices {
    let all = match named(purpose) {
        Some(Named::Owner) => marked_present(app, accounts, owners::choices(app, accounts.len() > 1)),
        Some(Named::Assignee) => owners::choices(app, false),
        Some(Named::Day) => numbered(days(app, *purpose == Purpose::Snooze && are_snoozed(app, accounts))),
        Some(Named::Risk) => numbered(risks(app, accounts)),
        Some(Named::Segment) => numbered(segments(app, accounts)),
        Some(Named::Fact) => numbered(facts(app, accounts)),
        None => Vec::new(),
    };
    let default = default(app, accounts, purpose);
    let start = default.and_then(|default| all.iter().position(|choice| answer(choice) == default));
    Choices::new(all, start)
}

/// `owners`, of whom the one is marked who looks after all of `accounts` now.
fn marked_present(app: &App, accounts: &[AccountId], mut owners: Vec<Choice>) -> Vec<Choice> {
    for choice in &mut owners {
        let looks_after = |id| match app.board.get(id).and_then(|account| account.owner()) {
            Some(owner) => app.roster().is_same(owner, answer(choice)),
            None => answer(choice) == owners::NO_OWNER,
        };
        if accounts.iter().all(looks_after) {
            choice.note = format!("now · {}", choice.note);
        }
    }
    owners
}

/// The same, each with its number as key.
fn numbered(mut choices: Vec<Choice>) -> Vec<Choice> {
    for (number, choice) in (1..).zip(&mut choices) {
        choice.key = number.to_string();
    }
    choices
}

/// The text that `choice` stands for.
fn answer(choice: &Choice) -> &str {
    if let Picked::Answer { text, .. } = &choice.picked { text } else { &choice.label }
}

fn choice(label: &str, note: String) -> Choice {
    let picked = Picked::Answer { text: label.to_owned(), goes_on: false };
    Choice { note, ..Choice::new(text::clean(label), picked) }
}

fn days(app: &App, may_wake: bool) -> Vec<Choice> {
    let date = |day| when::parse(day, &app.now).map(|when| dates::day(&app.now, when.date));
    let days = PICKS.into_iter().map(|day| choice(day, date(day).unwrap_or_default()));
    days.chain(may_wake.then(|| choice(WAKE, "now".to_owned()))).collect()
}

/// Every level, with how many of `accounts` have it now.
fn risks(app: &App, accounts: &[AccountId]) -> Vec<Choice> {
    let known: Vec<RiskLevel> =
        accounts.iter().filter_map(|id| app.board.get(id)).map(|account| account.risk.level).collect();
    let risk = |level: &RiskLevel| {
        let goes_on = *level != RiskLevel::None;
        let now = match known.iter().filter(|has| *has == level).count() {
            0 => String::new(),
            all if all == known.len() => "now".to_owned(),
            some => format!("{some} of {} now", known.len()),
        };
        let parts = [&*now, if goes_on { "and a reason" } else { "" }];
        let note = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
        let word = level.to_string();
        Choice { picked: Picked::Answer { text: word.clone(), goes_on }, ..choice(&word, note) }
    };
    RiskLevel::ALL.iter().map(risk).collect()
}

/// Every segment there is: those of `accounts` first, then the one of most accounts.
fn segments(app: &App, accounts: &[AccountId]) -> Vec<Choice> {
    let has = |segment: &str| {
        let mut known = accounts.iter().filter_map(|id| app.board.get(id));
        known.all(|account| account.segments.iter().any(|of| **of == *segment))
    };
    let counted = app.names.segments();
    let mut segments: Vec<_> = counted.map(|(name, count)| (!has(name), name, count)).collect();
    segments.sort_by_key(|(is_new, _, count)| (*is_new, std::cmp::Reverse(*count)));
    let choices = segments.into_iter().map(|(is_new, name, count)| Choice {
        is_on: Some(!is_new),
        ..choice(name, plural(count, "account", "accounts"))
    });
    choices.collect()
}

fn facts(app: &App, accounts: &[AccountId]) -> Vec<Choice> {
    let Some(account) = accounts.first().and_then(|id| app.board.get(id)) else { return Vec::new() };
    let values = account
        .facts
        .keys()
        .map(|key| account.fact(key).map_or_else(String::new, |value| dates::fact(&app.now, value)));
    fact_names(account)
        .zip(values)
        .map(|(name, value)| choice(&name, text::clean(&value).into_owned()))
        .collect()
}

/// Shows which choices fit what is `typed` for `purpose`, and chooses the one that is meant: by its number, by its name,
/// or by the beginning of it where only what can be picked can be meant.
pub(in crate::tui) fn narrow(app: &App, purpose: &Purpose, typed: &str, choices: &mut Choices) {
    let written = last_part(purpose, typed);
    let typed = written.to_lowercase();
    if typed.is_empty() {
        return choices.reset();
    }
    let is_it =
        |choice: &Choice| [&choice.label, answer(choice)].iter().any(|name| name.to_lowercase() == typed);
    let begins = |choice: &Choice| {
        [&choice.label, answer(choice)].iter().any(|name| name.to_lowercase().starts_with(&typed))
    };
    let number = choices.all().iter().position(|choice| choice.key == typed);
    if let Some(row) = number.filter(|_| !choices.all().iter().any(is_it)) {
        choices.reset();
        return choices.choose(row);
    }
    let mut shown: Vec<Choice> = choices.all().iter().filter(|choice| begins(choice)).cloned().collect();
    let may_be_new = !shown.iter().any(is_it);
    let newcomer = match named(purpose) {
        Some(Named::Owner | Named::Assignee) if may_be_new => owners::newcomer(app, written),
        Some(Named::Owner | Named::Assignee | Named::Day | Named::Risk | Named::Segment | Named::Fact)
        | None => None,
    };
    let is_only = shown.len() == 1 || shown.is_empty() && newcomer.is_some();
    let row = shown.iter().position(is_it).or((is_only && !is_open(purpose)).then_some(0));
    shown.extend(newcomer);
    choices.show(shown, row);
}

/// Whether any other name may be meant as well.
fn is_open(purpose: &Purpose) -> bool {
    named(purpose) == Some(Named::Segment)
}

/// What of `typed` names one thing: of people who take turns, the last one.
fn last_part<'a>(purpose: &Purpose, typed: &'a str) -> &'a str {
    match (purpose, typed.rsplit_once(',')) {
        (Purpose::Owner, Some((_, last))) => last.trim_start(),
        _ => typed.trim_start(),
    }
}

/// The whole answer with `choice` in place of what names one thing, and whether something must follow it.
pub(in crate::tui) fn taken(purpose: &Purpose, typed: &str, choice: &Choice) -> (String, bool) {
    let last = last_part(purpose, typed);
    let before = typed.strip_suffix(last).unwrap_or_default();
    let goes_on = matches!(choice.picked, Picked::Answer { goes_on: true, .. });
    (format!("{before}{}", answer(choice)), goes_on)
}

/// The answer so far: what is chosen, or else what is `typed`; and whether something must follow it.
pub(in crate::tui) fn answer_so_far(purpose: &Purpose, typed: &str, choices: &Choices) -> (String, bool) {
    match choices.chosen() {
        // What is chosen from the start stands for an empty answer, not for one more name after a comma.
        Some(choice) if !(last_part(purpose, typed).is_empty() && choices.is_at_start()) => {
            taken(purpose, typed, choice)
        }
        Some(_) | None => (typed.to_owned(), false),
    }
}

/// Whether a digit picks at once what `purpose` asks of so many accounts: no answer can begin with one, and no other may
/// follow it.
pub(in crate::tui) fn digits_pick(purpose: &Purpose, accounts: usize) -> bool {
    match named(purpose) {
        Some(Named::Risk | Named::Assignee) => true,
        Some(Named::Owner) => accounts == 1,
        Some(Named::Day | Named::Segment | Named::Fact) | None => false,
    }
}

/// What the choices are of, over their box.
pub(in crate::tui) fn title(purpose: &Purpose) -> &'static str {
    match named(purpose) {
        Some(Named::Owner) => "Owner",
        Some(Named::Assignee) => "Assign to",
        Some(Named::Day) => "Snooze until",
        Some(Named::Risk) => "Payment risk",
        Some(Named::Segment) => "Segment",
        Some(Named::Fact) => "Fact",
        None => "",
    }
}
