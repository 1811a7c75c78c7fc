//! What one wants to know of an account in the minute before a call: at most [`LINES`] lines, its title among them.

use std::fmt::Write;

use super::follow_ups::{alert_text, risk_is, task_with_due};
use super::lists::lower_case;
use super::summary::plain;
use super::workload::without_domain;
use super::{dates, reasons, signals};
use crate::state::query::attention::{self, AttentionRules};
use crate::state::query::checklists::points_of;
use crate::state::query::upcoming::upcoming_among;
use crate::state::values::signal::Touch;
use crate::state::{Account, Board, FactKey, FactValue, Now, Position, Reason, RiskLevel, Roster};

/// How many lines there are at most.
pub const LINES: usize = 15;

/// How many of the latest touches are named.
const TOUCHES: usize = 3;

/// How many next steps are named.
const STEPS: usize = 2;

/// The account in a few lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brief {
    /// Its name and its id.
    pub title: String,
    /// Never empty.
    pub lines: Vec<BriefLine>,
}

/// Not clean: names and notes come from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BriefLine {
    /// What it is about. Empty where it goes on with what the line before is about.
    pub label: &'static str,
    pub text: String,
}

/// What is asked for the brief, beside the account.
#[derive(Clone, Copy, Debug)]
pub struct BriefContext<'a> {
    pub board: &'a Board,
    pub roster: &'a Roster,
    pub rules: &'a AttentionRules,
    pub now: Now,
}

/// The brief of `account`.
pub fn brief(account: &Account, context: &BriefContext<'_>) -> Brief {
    let mut lines = Vec::with_capacity(LINES);
    let mut add = |label, text: String| lines.push(BriefLine { label, text: on_one_line(&text) });
    add("Stage", stage(account, context));
    add("Owner", owner(account, context));
    add("Contacts", contacts(account));
    add("Money", money(account));
    add("Renewal", renewal(account, &context.now));
    if let Some(call) = account.next_call(context.now.at) {
        add("Call", format!("booked for {}", dates::moment(&context.now, call.starts_at)));
    }
    if let Some(alert) = alert(account, context) {
        add("Alert", alert);
    }
    if let Some(seen) = observations(account, context.board) {
        add("Observed", seen);
    }
    add_all(&mut add, "Last contact", touches(account, context));
    if let Some(note) = account.notes.last() {
        let (day, by) =
            (dates::day(&context.now, context.now.date(note.at)), short(context.roster, &note.by));
        add("Note", format!("{day}, {by}: {}", note.text));
    }
    add_all(&mut add, "Next step", next_steps(account, context));
    if let Some(open) = open_points(account, context.board) {
        add("Open points", open);
    }
    Brief { title: format!("{} ({})", account.name(), account.id), lines }
}

/// Adds the first of `texts` under `label`, and the others below it.
fn add_all(add: &mut impl FnMut(&'static str, String), label: &'static str, texts: Vec<String>) {
    for (at, text) in texts.into_iter().enumerate() {
        add(if at == 0 { label } else { "" }, text);
    }
}

fn stage(account: &Account, BriefContext { board, now, .. }: &BriefContext<'_>) -> String {
    let position = board.position_of(account);
    let stage = match position {
        Position::OffBoard => return "off the board".to_owned(),
        Position::InStage(_, stage) => stage.label.to_string(),
        Position::Unmapped(label) => format!("unmapped: {label}"),
    };
    let since = account.placement.as_ref().map(|place| dates::day(now, now.date(place.since)));
    let since = since.map_or_else(String::new, |since| format!(", since {since}"));
    let is_closed = matches!(position, Position::InStage(_, stage) if stage.is_closed());
    let week = account.week(board.pipeline(), now).filter(|_| !is_closed);
    let target = board.pipeline().target_weeks;
    let week = week.map_or_else(String::new, |week| format!(" · week {week} of {target}"));
    format!("{stage}{since}{week}")
}

fn owner(account: &Account, BriefContext { roster, now, .. }: &BriefContext<'_>) -> String {
    let owner = account.owner().map_or("no owner", |owner| short(roster, owner));
    match account.engaged {
        Some(since) => format!("{owner} · the customer engaged on {}", dates::day(now, now.date(since))),
        None => format!("{owner} · the customer has never engaged"),
    }
}

/// Whom one talks to, by name where the files name people, and where they are.
fn contacts(account: &Account) -> String {
    let named = [FactKey::Contacts, FactKey::AdminEmails, FactKey::RememberedContacts];
    let named = named.iter().filter_map(|key| account.fact(key)).flat_map(|value| match value {
        FactValue::List(texts) => texts.iter().map(ToString::to_string).collect(),
        other => vec![other.to_string()],
    });
    let mut people: Vec<String> = Vec::new();
    for person in named.filter(|person| !person.trim().is_empty()) {
        if people.iter().all(|known| !known.eq_ignore_ascii_case(&person)) {
            people.push(person);
        }
    }
    if people.is_empty() {
        people.push("no address is known".to_owned());
    }
    let is_place = |key: &FactKey| {
        *key == FactKey::Region || PLACES.contains(&&*key.title().to_lowercase().replace(['_', '-'], " "))
    };
    let places =
        account.facts.iter().filter(|(key, _)| is_place(key)).map(|(_, fact)| fact.value.to_string());
    std::iter::once(people.join(", ")).chain(places).collect::<Vec<_>>().join(" · ")
}

/// What files call where a customer is, and what time it is there.
const PLACES: [&str; 5] = ["country", "city", "location", "time zone", "timezone"];

fn money(account: &Account) -> String {
    let known = |key: FactKey| Some(format!("{} {}", lower_case(&key.title()), account.fact(&key)?));
    let forecast = account.forecasted_mrr().map(|money| format!("{money} a month"));
    let risk = &account.risk;
    let risk = (risk.level != RiskLevel::None).then(|| format!("payment risk {}", risk_is(risk)));
    let refunded = account.refunded().into_iter().map(|sum| format!("refunded {sum}"));
    let facts = [FactKey::Mrr, FactKey::Ltv, FactKey::Plan].into_iter().filter_map(known);
    let all = forecast.into_iter().chain(risk).chain(refunded).chain(facts);
    let all: Vec<String> = all.collect();
    if all.is_empty() { "no amount is known".to_owned() } else { all.join(" · ") }
}

fn renewal(account: &Account, now: &Now) -> String {
    let Some(date) = account.next_renewal(now.today()) else { return "unknown".to_owned() };
    let invoice = account.money(&FactKey::UpcomingInvoice);
    let invoice = invoice.map_or_else(String::new, |amount| format!(" · upcoming invoice {amount}"));
    format!("{}, {}{invoice}", dates::day(now, date), dates::distance(now, date))
}

/// The open alert that presses most, and how many others there are.
fn alert(account: &Account, BriefContext { board, now, .. }: &BriefContext<'_>) -> Option<String> {
    let mut alerts = board.open_alerts_of(&account.id, now);
    alerts.sort_by_cached_key(|alert| alert.urgency(now.at));
    let more = if alerts.len() > 1 { format!(" · and {} more", alerts.len() - 1) } else { String::new() };
    alerts.first().map(|alert| format!("{}{more}", alert_text(alert, now)))
}

/// The latest contact, in or out, the last one first.
fn touches(account: &Account, BriefContext { roster, now, .. }: &BriefContext<'_>) -> Vec<String> {
    let touches = account.signals.iter().rev().filter(|signal| signal.data.touch().is_some());
    let words: Vec<String> = touches
        .take(TOUCHES)
        .map(|signal| {
            // What a customer did is nobody's of the team, whoever recorded it.
            let by = signal.by.as_deref().filter(|_| signal.data.touch() == Some(Touch::Outbound));
            let by = by.map_or_else(String::new, |by| format!(" by {}", short(roster, by)));
            format!("{}: {}{by}", dates::day(now, now.date(signal.at)), lower_case(&signals::titled(signal)))
        })
        .collect();
    if words.is_empty() { vec!["none yet".to_owned()] } else { words }
}

/// What it needs a person for, then its tasks; where there is neither, what comes next by itself.
fn next_steps(account: &Account, context: &BriefContext<'_>) -> Vec<String> {
    let BriefContext { board, rules, now, .. } = context;
    let reasons = attention::reasons_of(board, account, now, rules);
    // Alerts and the week stand above, and tasks follow.
    let is_elsewhere = |it: &Reason| {
        matches!(it, Reason::OpenAlert { .. } | Reason::TaskDue { .. } | Reason::OverTarget { .. })
    };
    let reasons = reasons.iter().filter(|reason| !is_elsewhere(reason));
    let reasons = reasons.map(|reason| reasons::in_row(reason, now));
    let mut tasks: Vec<_> = account.tasks.values().filter(|task| task.done.is_none()).collect();
    tasks.sort_by_key(|task| task.urgency());
    let steps: Vec<String> =
        reasons.chain(tasks.iter().map(|task| task_with_due(task, now))).take(STEPS).collect();
    if !steps.is_empty() {
        return steps;
    }
    if account.next_call(now.at).is_some() {
        return vec!["the call".to_owned()];
    }
    let next = board.get(&account.id).and_then(|it| upcoming_among([it], board, now, rules));
    vec![next.map_or_else(
        || "nothing is planned".to_owned(),
        |next| format!("{}: {}", dates::end(now, next.at), reasons::upcoming_text(&next, now)),
    )]
}

/// What is open in the checklist of its stage; nothing where that has none.
fn open_points(account: &Account, board: &Board) -> Option<String> {
    let checklist = board.stage_of(account)?.checklist.as_ref()?;
    let open: Vec<&str> = account.open_points(checklist).map(|point| &*point.title).collect();
    if open.is_empty() {
        return Some(format!("none: all {} of {} are checked", checklist.points.len(), checklist.title));
    }
    Some(format!("{} of {} open: {}", open.len(), checklist.points.len(), open.join(", ")))
}

/// What was seen at the points of all checklists: what there is to talk about.
fn observations(account: &Account, board: &Board) -> Option<String> {
    let points = points_of(board, account);
    let seen =
        points.iter().filter_map(|point| Some(format!("{}: {}", lower_case(point.title), point.observed()?)));
    let seen: Vec<String> = seen.collect();
    (!seen.is_empty()).then(|| seen.join(" · "))
}

/// How somebody is called, without the host of an address.
fn short<'a>(roster: &'a Roster, name: &'a str) -> &'a str {
    without_domain(roster.short(name))
}

/// `text` with its line ends and tabs as spaces.
fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Brief {
    /// The brief in Markdown, to paste elsewhere.
    pub fn markdown(&self) -> String {
        let mut out = format!("**{}**\n\n", plain(&self.title));
        for BriefLine { label, text } in &self.lines {
            let label = if label.is_empty() { String::new() } else { format!("{label}: ") };
            let indent = if label.is_empty() { "  " } else { "" };
            let _ = writeln!(out, "{indent}- {label}{}", plain(text));
        }
        out
    }
}
