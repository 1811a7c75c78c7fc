//! `gangplank show`.

use std::io::{self, Write};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use clap::Args;

use super::json::{self, AccountDetailsJson};
use super::output::{LEAST, Output, TextRole};
use super::table::wrapped;
use super::{CliError, Context, account};
use crate::playbook::Playbooks;
use crate::prose::checklists;
use crate::prose::follow_ups::alert_text;
use crate::prose::{self, dates, runs};
use crate::state::query::attention;
use crate::state::query::checklists::{AccountPoint, points_of};
use crate::state::query::timeline::{MOST_READ, TimelineEvent, TimelineItem, timeline};
use crate::state::values::signal::{Call, CallOutcome};
use crate::state::{
    Account, Alert, AlertState, Board, Entry, FactKey, Now, Position, RiskLevel, Task, TaskId,
};
use crate::text;

/// The width of the titles above the sections.
const TITLE_CELLS: usize = 16;

/// Show everything known about an account
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank show A-1\n\
    \x20 gangplank show \"Acme Ltd\"")]
pub struct ShowArgs {
    /// The account's external id or full name
    account: String,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &ShowArgs, context: &mut Context) -> Result<(), CliError> {
    let mut session = context.open()?;
    let (board, now) = (session.board().clone(), context.config.now());
    let board = &board;
    let account = account::find(board, &args.account)?;
    let reasons = attention::reasons_of(board, account, &now, &context.attention_rules());
    if args.json {
        return json::write(&mut context.out, &AccountDetailsJson::new(account, &reasons, board, &now));
    }
    let journal = session.entries_about(&board.ids_of(&account.id), MOST_READ)?;
    let report = AccountReport { account, board, playbooks: &context.config.playbooks, now };
    let out = &mut context.out;
    report.head(out)?;
    let reasons = reasons.iter().map(|reason| [prose::reasons::text(reason, &now)]);
    section(out, "Needs a person today", reasons.collect())?;
    section(out, "Facts", report.facts())?;
    section(out, "Alerts", report.alerts())?;
    section(out, "Tasks", report.tasks())?;
    section(out, "Calls", report.calls())?;
    section(out, &report.checklist_title(), report.points())?;
    section(out, "First entered", report.stamps())?;
    Ok(section(out, "Timeline", report.timeline(&journal))?)
}

/// The rows of each section, as text from outside: `section` makes it safe for a terminal.
struct AccountReport<'a> {
    account: &'a Account,
    board: &'a Board,
    playbooks: &'a Playbooks,
    now: Now,
}

impl AccountReport<'_> {
    fn head(&self, out: &mut Output) -> io::Result<()> {
        let Self { account, board, now, .. } = self;
        out.paint(TextRole::Title, &text::clean(account.name()))?;
        writeln!(out, "  {}", text::clean(account.id.as_str()))?;
        let (position, pipeline) = (board.position_of(account), board.pipeline());
        let mut stage = match position {
            Position::OffBoard => "off the board".to_owned(),
            Position::InStage(_, stage) => stage.label.to_string(),
            Position::Unmapped(label) => format!("Unmapped: {label}"),
        };
        if let Some(place) = &account.placement {
            let stay = dates::elapsed(now, place.since, now.at);
            stage = format!("{stage}, since {} ({stay})", self.date_time(place.since));
        }
        let is_closed = matches!(position, Position::InStage(_, stage) if stage.is_closed());
        let week = account.week(pipeline, now).filter(|_| !is_closed);
        let snooze = account.snooze.as_ref().filter(|_| account.is_snoozed(now.at));
        let renewal = account.next_renewal(now.today());
        let (level, reason) = (account.risk.level, account.risk.reason.as_ref());
        let risk = reason.map_or_else(|| level.to_string(), |reason| format!("{level}: {reason}"));
        let segments: Vec<_> = account.segments.iter().map(|segment| &**segment).collect();
        for (title, value) in [
            ("Stage", Some(stage)),
            ("Engagement", week.map(|week| format!("week {week} of {}", pipeline.target_weeks))),
            ("Engaged", account.engaged.map(|at| format!("since {}", self.date_time(at)))),
            ("Snoozed", snooze.map(|snooze| format!("until {}", self.date_time(snooze.until)))),
            ("Next renewal", renewal.map(|date| format!("{date}, {}", dates::distance_in_days(now, date)))),
            ("Forecasted MRR", account.forecasted_mrr().map(|money| money.to_string())),
            (
                "Owner",
                account.owner().map(|owner| {
                    let short = self.playbooks.team.roster.short(owner);
                    if short == owner { owner.to_owned() } else { format!("{short} ({owner})") }
                }),
            ),
            (
                "Held",
                account.cover.as_ref().map(|cover| {
                    let roster = &self.playbooks.team.roster;
                    let owner = account.covered_owner().map_or("nobody", |owner| roster.short(owner));
                    format!("for {owner} until {}", dates::end(now, cover.until))
                }),
            ),
            ("Payment risk", (level != RiskLevel::None).then_some(risk)),
            ("Segments", (!segments.is_empty()).then(|| segments.join(", "))),
        ] {
            let Some(value) = value else { continue };
            out.paint(TextRole::Quiet, &text::fit(title, TITLE_CELLS))?;
            out.prose(TextRole::Plain, TITLE_CELLS, TITLE_CELLS, &text::clean(&value))?;
        }
        Ok(())
    }

    /// The known facts in the order people read them, then other ids and extra facts.
    fn facts(&self) -> Vec<[String; 3]> {
        let facts = &self.account.facts;
        let others = facts.keys().filter(|key| matches!(key, FactKey::OtherId(_) | FactKey::Extra(_)));
        let keys = FactKey::known().chain(others.cloned());
        let row = |key: FactKey| {
            let fact = facts.get(&key)?;
            let origin = format!("{}, {}", fact.source, self.date_time(fact.at));
            Some([key.title().into_owned(), fact.value.to_string(), origin])
        };
        keys.filter_map(row).collect()
    }

    /// What happened, newest first: when, what with its reasons, and who did it.
    fn timeline(&self, journal: &[Arc<Entry>]) -> Vec<[String; 3]> {
        let mut rows = Vec::new();
        for item in timeline(self.board, self.account, journal) {
            let why = match &item.event {
                TimelineEvent::Moved { .. } => self.why(&item),
                _ => String::new(),
            };
            let words = prose::timeline::words(
                &item,
                self.account,
                self.board,
                &self.playbooks.team.roster,
                &self.now,
            );
            let by = if words.who.is_empty() { String::new() } else { format!(" · {}{why}", words.who) };
            let seq = item.seq.map_or_else(String::new, |seq| format!("#{seq}"));
            rows.push([self.date_time(item.at), seq, format!("{}{by}", words.what)]);
            rows.extend(
                words.more.into_iter().map(|line| [String::new(), String::new(), format!("  {line}")]),
            );
        }
        rows
    }

    /// Why a playbook moved the account: its occasion while the entry is kept, else its trigger.
    fn why(&self, item: &TimelineItem) -> String {
        let Some(id) = &item.playbook else { return String::new() };
        let entry = self.board.recent().find(|entry| Some(entry.seq) == item.seq);
        if let Some(cause) = entry.and_then(|entry| runs::reason_of(&self.account.id, id, entry, &self.now)) {
            return format!(" ({cause})");
        }
        let playbook = self.playbooks.all.iter().find(|playbook| playbook.id.0 == *id);
        let trigger = playbook.map(|playbook| prose::playbooks::trigger(&playbook.on));
        trigger.map_or_else(String::new, |trigger| format!(" (when {trigger})"))
    }

    fn alerts(&self) -> Vec<[String; 4]> {
        let mut alerts: Vec<_> = self.board.alerts_of(&self.account.id).collect();
        alerts.sort_by_cached_key(|alert| alert.urgency(self.now.at));
        let row = |alert: &Arc<Alert>| {
            let state = match &alert.state {
                _ if alert.is_open(self.now.at) => "open".to_owned(),
                AlertState::Open => "open".to_owned(),
                AlertState::Snoozed { until } => format!("until {}", self.date_time(*until)),
                AlertState::Closed { outcome, .. } => format!("closed: {outcome}"),
            };
            let assignee = alert.assignee.as_deref().unwrap_or("unassigned");
            [alert_text(alert, &self.now), state, assignee.to_owned(), alert.key.to_string()]
        };
        alerts.into_iter().map(row).collect()
    }

    fn tasks(&self) -> Vec<[String; 3]> {
        let mut tasks: Vec<_> = self.account.tasks.iter().collect();
        tasks.sort_by_key(|(_, task)| (task.done, task.urgency()));
        let row = |(id, task): (&TaskId, &Task)| {
            let state = match (task.done, task.at, task.due) {
                (Some(at), ..) => format!("done {}", self.date_time(at)),
                (None, Some(at), _) => format!("due {}", self.date_time(at)),
                (None, None, Some(due)) => format!("due {due}"),
                (None, None, None) => "open".to_owned(),
            };
            [state, task.title.to_string(), id.to_string()]
        };
        tasks.into_iter().map(row).collect()
    }

    /// `Checklist: Audit`.
    fn checklist_title(&self) -> String {
        let checklist = self.board.stage_of(self.account).and_then(|stage| stage.checklist.as_ref());
        checklist.map_or_else(|| "Checklist".to_owned(), |list| format!("Checklist: {}", list.title))
    }

    fn points(&self) -> Vec<[String; 4]> {
        let row = |point: AccountPoint<'_>| {
            let touched = point.state.map(|state| format!("{} by {}", self.date_time(state.at), state.by));
            let state = match (point.is_ticked(), touched) {
                (true, Some(touched)) => format!("checked {touched}"),
                (false, Some(touched)) => format!("open, {touched}"),
                (_, None) => "open".to_owned(),
            };
            let observation = point.state.and_then(|state| state.observation.as_deref()).unwrap_or_default();
            [state, point.id.to_string(), checklists::title(&point), observation.to_owned()]
        };
        points_of(self.board, self.account).into_iter().map(row).collect()
    }

    fn calls(&self) -> Vec<[String; 2]> {
        let mut calls: Vec<_> = self.account.calls.values().collect();
        calls.sort_by_key(|call| call.starts_at);
        let row = |call: &Call| {
            let state = match call.outcome {
                Some(CallOutcome::Held) => "held",
                Some(CallOutcome::NoShow) => "no-show",
                Some(CallOutcome::Canceled) => "canceled",
                None if call.ends_at <= self.now.at => "ended, outcome unknown",
                None => "booked",
            };
            [self.date_time(call.starts_at), state.to_owned()]
        };
        calls.into_iter().map(row).collect()
    }

    fn stamps(&self) -> Vec<[String; 2]> {
        let moment = |at: DateTime<Utc>| {
            let imported = if self.account.is_imported(at) { ", as imported" } else { "" };
            format!("{}{imported}", self.date_time(at))
        };
        self.account.stamps.iter().map(|(stamp, at)| [stamp.to_string(), moment(*at)]).collect()
    }

    fn date_time(&self, at: DateTime<Utc>) -> String {
        dates::in_figures(&self.now, at)
    }
}

/// Writes `rows` under a heading, their columns aligned; nothing if there are none.
fn section<const N: usize>(out: &mut Output, title: &str, rows: Vec<[String; N]>) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    heading(out, title)?;
    let rows: Vec<_> = rows.into_iter().map(|row| row.map(|cell| text::clean(&cell).into_owned())).collect();
    let widths: [usize; N] =
        std::array::from_fn(|place| rows.iter().map(|row| text::width(&row[place])).max().unwrap_or(0));
    // The last cell is wrapped within its column.
    let before: usize = 2 + widths.iter().rev().skip(1).map(|width| width + 2).sum::<usize>();
    let room = out.width.and_then(|room| room.checked_sub(before)).filter(|room| *room >= LEAST);
    for row in &rows {
        if out.width.is_some() && room.is_none() {
            // The other columns leave the last one no room.
            out.prose(TextRole::Plain, 0, 6, &format!("  {}", row.join("  ")))?;
            continue;
        }
        let [cells @ .., last] = &row[..] else { continue };
        let cells = cells.iter().zip(widths).map(|(cell, width)| text::fit(cell, width) + "  ");
        let mut start = cells.collect::<String>();
        for part in wrapped(last, room, false) {
            writeln!(out, "  {}", format!("{start}{part}").trim_end())?;
            start = " ".repeat(before - 2);
        }
    }
    Ok(())
}

fn heading(out: &mut Output, title: &str) -> io::Result<()> {
    writeln!(out)?;
    out.paint(TextRole::Title, title)?;
    writeln!(out)
}
