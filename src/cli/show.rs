//! `gangplank show`.

use crate::prose::dates;
use std::io::{self, Write};

use chrono::{DateTime, Utc};
use clap::Args;

use super::json::{self, AccountDetailsJson};
use super::output::{LEAST, Output, TextRole};
use super::table::wrapped;
use super::{CliError, Context, account};
use crate::playbook::Playbooks;
use crate::prose::follow_ups::alert_text;
use crate::prose::{self, lists::plural, runs, signals};
use crate::state::values::signal::CallOutcome;
use crate::state::{Account, AlertState, Board, Cause, FactKey, HistoryItem, Now, Position, RiskLevel};
use crate::text;

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
    let session = context.open()?;
    let (board, now) = (session.board(), context.config.now());
    let account = account::find(board, &args.account)?;
    if args.json {
        return json::write(&mut context.out, &AccountDetailsJson::new(account, board, &now));
    }
    let playbooks = context.config.playbooks.clone();
    let mut page = AccountReport { out: &mut context.out, board, playbooks: &playbooks, now };
    page.head(account)?;
    page.facts(account)?;
    page.alerts(account)?;
    page.tasks(account)?;
    page.calls(account)?;
    page.history(account)?;
    page.signals(account)?;
    page.stamps(account)?;
    Ok(page.notes(account)?)
}

/// What is known of one account, for people.
struct AccountReport<'a> {
    out: &'a mut Output,
    board: &'a Board,
    playbooks: &'a Playbooks,
    now: Now,
}

impl AccountReport<'_> {
    fn head(&mut self, account: &Account) -> io::Result<()> {
        self.out.paint(TextRole::Title, &text::clean(account.name()))?;
        writeln!(self.out, "  {}", text::clean(account.id.as_str()))?;
        let standing = match self.board.position_of(account) {
            Position::OffBoard => "off the board".to_owned(),
            Position::InStage(_, stage) => stage.label.to_string(),
            Position::Unmapped(label) => format!("Unmapped: {label}"),
        };
        let since = account.place.as_ref().map(|place| {
            format!("since {} ({})", self.date_time(place.since), self.time_between(place.since, self.now.at))
        });
        let is_over =
            matches!(self.board.position_of(account), Position::InStage(_, stage) if stage.is_closed());
        let week = account
            .week(self.board.pipeline(), &self.now)
            .filter(|_| !is_over)
            .map(|week| format!("week {week} of {}", self.board.pipeline().target_weeks));
        let renewal = account.next_renewal(self.now.today()).map(|date| {
            let days = match self.now.days_until(date) {
                0 => "today".to_owned(),
                days @ 1.. => format!("in {}", days_in_words(days)),
                days => format!("{} ago", days_in_words(-days)),
            };
            format!("{date}, {days}")
        });
        let risk = account.risk.reason.as_ref().map_or_else(
            || account.risk.level.to_string(),
            |reason| format!("{}: {reason}", account.risk.level),
        );
        let segments: Vec<_> = account.segments.iter().map(|segment| &**segment).collect();
        self.line("Stage", &[Some(standing), since].into_iter().flatten().collect::<Vec<_>>().join(", "))?;
        self.maybe("Engagement", week)?;
        self.maybe("Engaged", account.engaged.map(|at| format!("since {}", self.date_time(at))))?;
        let snoozed = account.snooze.as_ref().filter(|_| account.is_snoozed(self.now.at));
        self.maybe("Snoozed", snoozed.map(|snooze| format!("until {}", self.date_time(snooze.until))))?;
        self.maybe("Next renewal", renewal)?;
        self.maybe("Forecasted MRR", account.forecasted_mrr().map(|money| money.to_string()))?;
        self.maybe("Owner", account.owner().map(str::to_owned))?;
        self.maybe("Payment risk", (account.risk.level != RiskLevel::None).then_some(risk))?;
        self.maybe("Segments", (!segments.is_empty()).then(|| segments.join(", ")))
    }

    fn facts(&mut self, account: &Account) -> io::Result<()> {
        // Those with a title of their own first, in the order people read them.
        let others =
            account.facts.keys().filter(|key| matches!(key, FactKey::OtherId(_) | FactKey::Extra(_)));
        let keys: Vec<_> = FactKey::known().chain(others.cloned()).collect();
        let facts: Vec<_> = keys.iter().filter_map(|key| Some((key, account.facts.get(key)?))).collect();
        let rows = facts.into_iter().map(|(key, fact)| {
            let origin = format!("{}, {}", fact.source, self.date_time(fact.at));
            [key.title().into_owned(), fact.value.to_string(), origin]
        });
        let rows = rows.collect();
        self.section("Facts", rows)
    }

    fn history(&mut self, account: &Account) -> io::Result<()> {
        let ends = account.history.iter().skip(1).map(|item| item.at).chain([self.now.at]);
        let rows = account.history.iter().zip(ends).map(|(item, end)| {
            let why = self.why(account, item);
            let (place, stayed) = match &item.to {
                Some(stage) => {
                    (self.board.pipeline().label(stage).to_owned(), self.time_between(item.at, end))
                }
                None => ("off the board".to_owned(), String::new()),
            };
            [self.date_time(item.at), place, stayed, provenance(item, &why)]
        });
        let rows = rows.collect();
        self.section("History", rows)
    }

    /// What made a playbook move `account`: exactly, while that entry is kept, else what it waits for.
    fn why(&self, account: &Account, item: &HistoryItem) -> String {
        let Cause::Playbook(id) = &item.cause else { return String::new() };
        let entry = self.board.recent().find(|entry| entry.seq == item.seq);
        if let Some(cause) = entry.and_then(|entry| runs::reason_of(&account.id, id, entry, &self.now)) {
            return format!(" ({cause})");
        }
        let playbook = self.playbooks.all.iter().find(|playbook| playbook.id.0 == *id);
        playbook.map_or_else(String::new, |playbook| {
            format!(" (when {})", prose::playbooks::trigger(&playbook.on))
        })
    }

    fn alerts(&mut self, account: &Account) -> io::Result<()> {
        let mut alerts: Vec<_> = self.board.alerts_of(&account.id).collect();
        alerts.sort_by_cached_key(|alert| alert.urgency(self.now.at));
        let rows = alerts.into_iter().map(|alert| {
            let state = match &alert.state {
                _ if alert.is_open(self.now.at) => "open".to_owned(),
                AlertState::Open => "open".to_owned(),
                AlertState::Snoozed { until } => format!("until {}", self.date_time(*until)),
                AlertState::Closed { outcome, .. } => format!("closed: {outcome}"),
            };
            let assignee = alert.assignee.as_deref().unwrap_or("unassigned");
            [alert_text(alert, &self.now), state, assignee.to_owned(), alert.key.to_string()]
        });
        let rows = rows.collect();
        self.section("Alerts", rows)
    }

    fn tasks(&mut self, account: &Account) -> io::Result<()> {
        let mut tasks: Vec<_> = account.tasks.iter().collect();
        tasks.sort_by_key(|(_, task)| (task.done, task.urgency()));
        let rows = tasks.into_iter().map(|(id, task)| {
            let state = match (task.done, task.at, task.due) {
                (Some(at), ..) => format!("done {}", self.date_time(at)),
                (None, Some(at), _) => format!("due {}", self.date_time(at)),
                (None, None, Some(due)) => format!("due {due}"),
                (None, None, None) => "open".to_owned(),
            };
            [state, task.title.to_string(), id.to_string()]
        });
        let rows = rows.collect();
        self.section("Tasks", rows)
    }

    fn calls(&mut self, account: &Account) -> io::Result<()> {
        let mut calls: Vec<_> = account.calls.values().collect();
        calls.sort_by_key(|call| call.starts_at);
        let rows = calls.into_iter().map(|call| {
            let state = match call.outcome {
                Some(CallOutcome::Held) => "held",
                Some(CallOutcome::NoShow) => "no-show",
                Some(CallOutcome::Canceled) => "canceled",
                None if call.ends_at <= self.now.at => "ended, outcome unknown",
                None => "booked",
            };
            [self.date_time(call.starts_at), state.to_owned()]
        });
        let rows = rows.collect();
        self.section("Calls", rows)
    }

    fn signals(&mut self, account: &Account) -> io::Result<()> {
        let rows = account.signals.iter().map(|signal| {
            let by = signal.by.as_ref().map_or_else(String::new, |by| format!("by {by}, "));
            [
                self.date_time(signal.at),
                signals::title(&signal.what).to_owned(),
                format!("{by}from {}", signal.source),
            ]
        });
        let rows = rows.collect();
        self.section("What happened", rows)
    }

    fn stamps(&mut self, account: &Account) -> io::Result<()> {
        let rows =
            account.stamps.iter().map(|(stamp, at)| [stamp.to_string(), self.date_time(*at)]).collect();
        self.section("First entered", rows)
    }

    fn notes(&mut self, account: &Account) -> io::Result<()> {
        if account.notes.is_empty() {
            return Ok(());
        }
        self.title("Notes")?;
        for note in &account.notes {
            writeln!(self.out, "  {}  {}", self.date_time(note.at), text::clean(&note.by))?;
            for line in note.text.lines() {
                self.out.prose(TextRole::Plain, 0, 4, format!("    {}", text::clean(line)).trim_end())?;
            }
        }
        Ok(())
    }

    /// Rows under a title, their columns aligned; nothing where there are no rows.
    fn section<const N: usize>(&mut self, title: &str, rows: Vec<[String; N]>) -> io::Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        self.title(title)?;
        let rows: Vec<_> =
            rows.into_iter().map(|row| row.map(|cell| text::clean(&cell).into_owned())).collect();
        let widths: [usize; N] =
            std::array::from_fn(|place| rows.iter().map(|row| text::width(&row[place])).max().unwrap_or(0));
        // What stands last goes on below itself where a line is too short for it.
        let before: usize = 2 + widths.iter().rev().skip(1).map(|width| width + 2).sum::<usize>();
        let room = self.out.width.and_then(|room| room.checked_sub(before)).filter(|room| *room >= LEAST);
        for row in &rows {
            if self.out.width.is_some() && room.is_none() {
                // Something in a column is so long that nothing fits beside it.
                self.out.prose(TextRole::Plain, 0, 6, &format!("  {}", row.join("  ")))?;
                continue;
            }
            let [cells @ .., last] = &row[..] else { continue };
            let cells = cells.iter().zip(widths).map(|(cell, width)| text::fit(cell, width) + "  ");
            let mut start = cells.collect::<String>();
            for part in wrapped(last, room, false) {
                writeln!(self.out, "  {}", format!("{start}{part}").trim_end())?;
                start = " ".repeat(before - 2);
            }
        }
        Ok(())
    }

    fn title(&mut self, title: &str) -> io::Result<()> {
        writeln!(self.out)?;
        self.out.paint(TextRole::Title, title)?;
        writeln!(self.out)
    }

    fn maybe(&mut self, what: &str, value: Option<String>) -> io::Result<()> {
        value.map_or(Ok(()), |value| self.line(what, &value))
    }

    fn line(&mut self, what: &str, value: &str) -> io::Result<()> {
        self.out.paint(TextRole::Quiet, &text::fit(what, 16))?;
        self.out.prose(TextRole::Plain, 16, 16, &text::clean(value))
    }

    fn date_time(&self, at: DateTime<Utc>) -> String {
        dates::in_figures(&self.now, at)
    }

    /// How long it was from `start` to `end`, in calendar days, or less than that.
    fn time_between(&self, start: DateTime<Utc>, end: DateTime<Utc>) -> String {
        let days = (self.now.date(end) - self.now.date(start)).num_days();
        let minutes = (end - start).num_minutes();
        match (days, minutes) {
            (1.., 1440..) => days_in_words(days),
            (_, 60..) => format!("{} h", minutes / 60),
            (_, 1..) => format!("{minutes} min"),
            _ => "under a minute".to_owned(),
        }
    }
}

fn days_in_words(days: i64) -> String {
    plural(usize::try_from(days).unwrap_or_default(), "day", "days")
}

/// Who did it, how, why, and in which entry.
fn provenance(item: &HistoryItem, why: &str) -> String {
    let how = prose::entries::cause(&item.cause).map_or_else(String::new, |how| format!(", {how}{why}"));
    let why = item.reason.as_ref().map_or_else(String::new, |reason| format!(": {reason}"));
    format!("#{} by {}{how}{why}", item.seq, item.by)
}
