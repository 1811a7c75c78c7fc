//! `gangplank today`.

use std::sync::Arc;

use clap::Args;

use super::at::AtArgs;
use super::json::{self, DoneJson, TodayJson};
use super::output::TextRole;
use super::table::{TextCell, TextColumn, TextTable, known, plain, quiet};
use super::where_query::WhereArgs;
use super::{CliError, Context, notify, shell_word};
use crate::config::settings::person;
use crate::prose::{self, dates, entries, lists::plural, reasons};
use crate::state::query::attention::today;
use crate::state::query::ownership::{Whose, owns, today_of};
use crate::state::query::upcoming::upcoming;
use crate::state::query::workload::Workload;
use crate::state::{Account, Attention, Board, DoneChange, DoneToday, Now, Position, Priority, Roster};

/// List the accounts that need a person today, and why, the most urgent first
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank today\n\
    \x20 gangplank today --mine\n\
    \x20 gangplank today --owner dana@example.com\n\
    \x20 gangplank today --done")]
pub struct TodayArgs {
    #[command(flatten)]
    at: AtArgs,
    /// Only what waits for you: your accounts and their tasks, and alerts you were given
    #[arg(long, conflicts_with = "owner")]
    mine: bool,
    /// Only what waits for somebody
    #[arg(long, value_name = "NAME", value_parser = person)]
    owner: Option<Arc<str>>,
    #[command(flatten)]
    chosen: WhereArgs,
    /// List what you did today instead, the latest first
    #[arg(long, conflicts_with = "owner")]
    done: bool,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &TodayArgs, context: &mut Context) -> Result<(), CliError> {
    let mut session = args.at.open(context)?;
    let now = context.config.now();
    let rules = context.attention_rules();
    let who = args.owner.clone().or_else(|| args.mine.then(|| context.config.me.clone()));
    let whose = who.clone().map_or(Whose::Everybodys, Whose::Of);
    let mut done = DoneToday::new(&now);
    // What others did is not told.
    if args.done || (!args.json && args.owner.is_none()) {
        let me = context.me();
        for entry in session.0.entries_of_day(&me, &now)? {
            done.take(&entry, &me, &now);
        }
    }
    let board = session.board();
    let mut done = done.all_done(board, &now, &rules, &whose);
    if args.done {
        let chosen = args.chosen.choose(board, context)?;
        done.retain(|(account, _)| chosen.has(account));
        return write_done(&done, args.json, board, context);
    }
    let mut rows = today_of(&whose, board, &now, &rules);
    let everybody = rows.len();
    let chosen = args.chosen.choose(board, context)?;
    rows.retain(|row| chosen.has_id(&row.account));
    if !args.json && chosen.is_everybody() {
        retired(board, context, who.as_deref());
        if who.is_none() && !rules.roster.is_empty() {
            let workload = Workload::new(board);
            let text = prose::workload::text(&workload, &rules.roster, usize::MAX);
            notify(&format!("open accounts: {}", text.unwrap_or_default()));
        }
    }
    if args.json {
        let rows = rows.iter().filter_map(|row| TodayJson::new(row, board, &now));
        return json::write_all(&mut context.out, rows);
    }
    if rows.is_empty() && (session.is_new() || !board.is_empty()) {
        notify(&match &who {
            _ if everybody > 0 && !chosen.is_everybody() => {
                "none of these accounts needs a person now".to_owned()
            }
            Some(name) if !board.is_empty() => {
                nothing_for(name, today(board, &now, &rules).len(), board, &rules.roster)
            }
            Some(_) | None => reasons::nobody_now(board, upcoming(board, &now, &rules).as_ref(), &now),
        });
    }
    if !rows.is_empty() || !context.out.aligned {
        table(&rows, board, &now, &rules.roster).write(&mut context.out)?;
    }
    match (done.len(), everybody) {
        (0, _) => {}
        (done, 0) => notify(&format!("{done} done: `gangplank today --done` lists what you did")),
        (done, left) => notify(&format!("{done} done · {left} left")),
    }
    Ok(())
}

/// Lists what was done today.
fn write_done(
    done: &[(&Account, &DoneChange)],
    is_json: bool,
    board: &Board,
    context: &mut Context,
) -> Result<(), CliError> {
    let now = context.config.now();
    if is_json {
        let done = done.iter().map(|(account, change)| DoneJson::new(account, change, board, &now));
        return json::write_all(&mut context.out, done);
    }
    if done.is_empty() {
        notify("nothing is done today yet");
        if context.out.aligned {
            return Ok(());
        }
    }
    let mut table = TextTable::new(&[
        TextColumn::cut("NAME", 12),
        TextColumn::whole("ID", 12),
        TextColumn::cut("STAGE", 5),
        TextColumn::text("TIME"),
        TextColumn::wrapped("DONE", 40),
        TextColumn::number("ENTRY").spare(),
    ]);
    for (account, change) in done {
        table.row([
            plain(account.name()),
            quiet(&account.id),
            stage_cell(account, board),
            plain(&dates::clock(&now, change.entry.at)),
            plain(&entries::done(change, &account.id, board, &now)),
            quiet(&change.seq()),
        ]);
    }
    Ok(table.write(&mut context.out)?)
}

fn stage_cell(account: &Account, board: &Board) -> TextCell {
    match board.position_of(account) {
        Position::OffBoard => quiet("off"),
        Position::InStage(_, stage) => plain(&stage.id),
        Position::Unmapped(label) => (format!("Unmapped: {label}"), TextRole::Soon),
    }
}

/// Says how many accounts, of `who` if of somebody, are still in a segment that the team is about to give up.
fn retired(board: &Board, context: &Context, who: Option<&str>) {
    let team = &context.config.playbooks.team;
    if team.retired_segments.is_empty() {
        return;
    }
    let left =
        team.in_retired_segments(board, |account| who.is_none_or(|name| owns(name, account, &team.roster)));
    for (segment, count) in left {
        let are = plural(count, "account is", "accounts are");
        let list = format!("gangplank list --segment {}", shell_word(segment));
        notify(&format!("{are} still in the retired segment {segment}: `{list}` lists them"));
    }
}

/// What to say where nothing waits for `name`, while `count` accounts need somebody.
fn nothing_for(name: &str, count: usize, board: &Board, roster: &Roster) -> String {
    let owns_it = |account: &Arc<Account>| owns(name, account, roster);
    if !board.awake().any(owns_it) && !board.accounts().any(owns_it) {
        return format!(
            "{name} owns no account: set your name with `--as NAME`, or an owner with `gangplank owner ACCOUNT NAME`"
        );
    }
    match count {
        0 => format!("nothing waits for {name} now, nor for anybody else"),
        1 => format!("nothing waits for {name} now; 1 account waits for others: `gangplank today` names it"),
        _ => format!(
            "nothing waits for {name} now; {count} accounts wait for others: `gangplank today` lists them"
        ),
    }
}

fn table(rows: &[Attention], board: &Board, now: &Now, roster: &Roster) -> TextTable {
    let mut table = TextTable::new(&[
        TextColumn::cut("NAME", 12),
        TextColumn::whole("ID", 12),
        TextColumn::cut("STAGE", 5),
        TextColumn::wrapped("WHY", 40),
        TextColumn::text("MORE"),
        TextColumn::text("RENEWAL").spare(),
        TextColumn::number("DAYS").spare(),
        TextColumn::cut("OWNER", 8),
    ]);
    let mut group = None;
    for row in rows {
        let Some(account) = board.get(&row.account) else { continue };
        if group.replace(row.group()) != Some(row.group()) {
            let count = rows.iter().filter(|other| other.group() == row.group()).count();
            table.heading(&format!("{} · {count}", reasons::group_title(row.group())));
        }
        let role = match row.reasons[0].pressing() {
            Priority::Now => TextRole::Urgent,
            Priority::Soon => TextRole::Soon,
            Priority::Later => TextRole::Plain,
        };
        let more = row.reasons.len() - 1;
        table.row([
            plain(account.name()),
            quiet(&account.id),
            stage_cell(account, board),
            (reasons::in_row(&row.reasons[0], now), role),
            quiet(&if more == 0 { String::new() } else { format!("+{more}") }),
            known(row.next_renewal),
            known(row.next_renewal.map(|date| now.days_until(date))),
            known(account.owner().map(|owner| roster.short(owner))),
        ]);
    }
    table
}
