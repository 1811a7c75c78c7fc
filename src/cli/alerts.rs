//! `gangplank alerts`.

use std::sync::Arc;

use clap::{Args, Subcommand};

use super::json::{self, AlertJson};
use super::output::TextRole;
use super::owner::{AnywayArgs, owner_named};
use super::snooze::ahead;
use super::table::{TextColumn, TextTable, known, plain, quiet};
use super::where_query::WhereArgs;
use super::{CliError, Context, notify};
use crate::prose::{dates, follow_ups::alert_text};
use crate::state::query::attention::alert_place;
use crate::state::query::ownership::is_given;
use crate::state::{Alert, AlertChange, AlertKey, AlertState, Batch, Board, Command, Now, Roster};

/// List the alerts, the most urgent first, or change them
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank alerts --mine\n\
    \x20 gangplank alerts ack failed_payment:in_1\n\
    \x20 gangplank alerts snooze in_1 --until mon\n\
    \x20 gangplank alerts close in_1 in_2 --outcome \"paid by bank transfer\"")]
#[command(args_conflicts_with_subcommands = true)]
pub struct AlertsArgs {
    /// Include closed alerts
    #[arg(long)]
    closed: bool,
    /// Only alerts assigned to you
    #[arg(long)]
    mine: bool,
    #[command(flatten)]
    chosen: WhereArgs,
    /// Write JSON
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    change: Option<AlertsCommand>,
}

#[derive(Debug, Subcommand)]
enum AlertsCommand {
    /// Acknowledge alerts: you are working on them
    Ack(AlertKeys),
    /// Snooze alerts
    Snooze {
        #[command(flatten)]
        keys: AlertKeys,
        /// Until when: tomorrow, mon, in 3 days, 15:00, 2024-12-20
        #[arg(long, value_name = "WHEN")]
        until: String,
    },
    /// Assign alerts
    Assign {
        #[command(flatten)]
        keys: AlertKeys,
        /// The assignee
        #[arg(long, value_name = "NAME", required_unless_present = "none")]
        to: Option<String>,
        /// Remove the assignee
        #[arg(long, conflicts_with = "to")]
        none: bool,
        #[command(flatten)]
        anyway: AnywayArgs,
    },
    /// Close alerts
    Close {
        #[command(flatten)]
        keys: AlertKeys,
        /// The outcome
        #[arg(long, value_name = "TEXT")]
        outcome: Arc<str>,
    },
    /// Reopen alerts
    Reopen(AlertKeys),
}

#[derive(Args, Debug)]
struct AlertKeys {
    /// Keys of alerts, as `gangplank alerts` lists them; the part after the first colon is enough
    #[arg(required = true, value_name = "KEY")]
    keys: Vec<String>,
}

pub(super) fn run(args: &AlertsArgs, context: &mut Context) -> Result<(), CliError> {
    let (keys, word, change) = match &args.change {
        None => return list(args, context),
        Some(AlertsCommand::Ack(keys)) => (keys, "ack", AlertChange::Acknowledge),
        Some(AlertsCommand::Snooze { keys, until }) => {
            (keys, "snooze", AlertChange::Snooze { until: ahead(until, context)? })
        }
        Some(AlertsCommand::Assign { keys, to, none, anyway }) => {
            let to = to.as_ref().filter(|_| !none);
            let assignee = to.map(|name| owner_named(name, anyway, context)).transpose()?;
            (keys, "assign", AlertChange::Assign { assignee })
        }
        Some(AlertsCommand::Close { outcome, .. }) if outcome.trim().is_empty() => {
            return Err(CliError::usage("add an outcome: --outcome \"paid by bank transfer\""));
        }
        Some(AlertsCommand::Close { keys, outcome }) => {
            (keys, "close", AlertChange::Close { outcome: outcome.trim().into() })
        }
        Some(AlertsCommand::Reopen(keys)) => (keys, "reopen", AlertChange::Reopen),
    };
    let mut session = context.open_to_change(false)?;
    let change =
        |text: &String| Command::ChangeAlert { key: find(session.board(), text), change: change.clone() };
    let commands: Vec<Command> = keys.keys.iter().map(change).collect();
    let entry = if let [one] = &commands[..] {
        session.submit(one, context)?
    } else {
        let words = format!("alerts {word} {}", keys.keys.join(" ")).into();
        session.submit(&Batch { words, commands }, context)?
    };
    context.confirm(&session, entry.as_deref())
}

/// The key that `text` is, else the one key that ends with it, else what was written: the board refuses it by name.
fn find(board: &Board, text: &str) -> AlertKey {
    let key = AlertKey::parse(text.trim());
    if board.alert(&key).is_some() {
        return key;
    }
    // `in_1` or `A-1:in_1` of `failed_payment:A-1:in_1`.
    let ends_so = |alert: &&Arc<Alert>| {
        let rest = alert.key.as_str().strip_suffix(text.trim());
        rest.is_some_and(|rest| rest.ends_with(':') && !text.trim().is_empty())
    };
    let mut found = board.alerts().filter(ends_so);
    match (found.next(), found.next()) {
        (Some(alert), None) => alert.key.clone(),
        (Some(_), Some(_)) | (None, _) => key,
    }
}

fn list(args: &AlertsArgs, context: &mut Context) -> Result<(), CliError> {
    let session = context.open()?;
    let (board, now) = (session.board(), context.config.now());
    let roster = &context.config.playbooks.team.roster;
    let chosen = args.chosen.choose(board, context)?;
    let is_listed = |alert: &&Arc<Alert>| {
        chosen.has_id(&alert.account)
            && (args.closed || !alert.is_closed())
            && (!args.mine || is_given(&context.config.me, alert, roster))
    };
    let asleep = args.closed.then(|| board.asleep_alerts()).into_iter().flatten();
    let mut alerts: Vec<&Arc<Alert>> = board.awake_alerts().chain(asleep).filter(is_listed).collect();
    alerts.sort_by_cached_key(|alert| alert_place(alert, board, &now));
    if args.json {
        let rows = alerts.iter().map(|alert| AlertJson::new(alert, board, &now));
        return json::write_all(&mut context.out, rows);
    }
    if alerts.is_empty() {
        notify(match (args.mine, chosen.is_everybody()) {
            (true, _) => "no alert is assigned to you",
            (false, false) => "no alert of these accounts is open",
            (false, true) => "no alert is open",
        });
        if context.out.aligned {
            return Ok(());
        }
    }
    Ok(table(&alerts, board, &now, roster).write(&mut context.out)?)
}

fn table(alerts: &[&Arc<Alert>], board: &Board, now: &Now, roster: &Roster) -> TextTable {
    let mut table = TextTable::new(&[
        TextColumn::cut("NAME", 12),
        TextColumn::wrapped("WHAT", 38),
        TextColumn::cut("STATE", 16),
        TextColumn::cut("ASSIGNEE", 8),
        TextColumn::below("KEY"),
    ]);
    for alert in alerts {
        let name = board.get(&alert.account).map_or(alert.account.as_str(), |account| account.name());
        let (state, role) = match &alert.state {
            _ if alert.is_open(now.at) => match &alert.acknowledged {
                None => ("open".to_owned(), TextRole::Urgent),
                Some(by) if is_given(by, alert, roster) => ("acknowledged".to_owned(), TextRole::Soon),
                Some(by) => (format!("acknowledged by {}", roster.short(by)), TextRole::Soon),
            },
            AlertState::Open => ("open".to_owned(), TextRole::Urgent),
            AlertState::Snoozed { until } => quiet(&format!("until {}", dates::in_figures(now, *until))),
            AlertState::Closed { outcome, .. } => quiet(&format!("closed: {outcome}")),
        };
        table.row([
            plain(name),
            (alert_text(alert, now), role),
            (state, role),
            known(alert.assignee.as_deref().map(|assignee| roster.short(assignee))),
            quiet(&alert.key),
        ]);
    }
    table
}
