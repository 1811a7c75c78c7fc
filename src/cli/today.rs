//! `gangplank today`.

use clap::Args;

use super::json::{self, TodayJson};
use super::out::Role;
use super::table::{Column, Table};
use super::{Failure, Shell, tell};
use crate::state::attention::{Nearness, today};
use crate::state::{Attention, Board, Now, Standing, Upcoming, upcoming};

/// List the accounts that need a person today, and why, the most urgent first
#[derive(Args, Debug)]
pub struct TodayArgs {
    /// Write JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &TodayArgs, shell: &mut Shell) -> Result<(), Failure> {
    let door = shell.open()?;
    let (board, now) = (door.board(), shell.config.now());
    let renewal = shell.config.renewal;
    let nearness = Nearness { soon: renewal.soon.into(), urgent: renewal.urgent.into() };
    let rows = today(board, &now, nearness);
    if args.json {
        let rows = rows.iter().filter_map(|row| TodayJson::new(row, board));
        return json::write_all(&mut shell.out, rows);
    }
    if rows.is_empty() {
        tell(&nobody(board, &now, upcoming(board, &now, nearness)));
        if shell.out.aligned {
            return Ok(());
        }
    }
    Ok(table(&rows, board, &now).write(&mut shell.out)?)
}

fn nobody(board: &Board, now: &Now, next: Option<Upcoming>) -> String {
    if board.is_empty() {
        return "no account is known yet: bring some in with `gangplank import FILE`".to_owned();
    }
    let Some(Upcoming { at, account, text }) = next else {
        return "nobody needs you now, and nothing comes by itself".to_owned();
    };
    let name = board.get(&account).map_or(account.as_str(), |account| account.name());
    let day = now.date(at).format("%a %-d %b");
    let when = match now.days_until(now.date(at)) {
        0 => format!("today at {}", at.with_timezone(&now.zone).format("%H:%M")),
        1 => format!("tomorrow, {day}"),
        days => format!("on {day}, in {days} days"),
    };
    format!("nobody needs you now; next is {name}, {when}: {text}")
}

fn table(rows: &[Attention], board: &Board, now: &Now) -> Table {
    let mut table = Table::new(&[
        Column::cut("NAME", 12),
        Column::text("ID"),
        Column::cut("STAGE", 5),
        Column::cut("WHY", 20),
        Column::text("MORE"),
        Column::text("RENEWAL"),
        Column::number("DAYS"),
        Column::cut("OWNER", 8),
    ]);
    for row in rows {
        let Some(account) = board.get(&row.account) else { continue };
        let stage = match board.standing(account) {
            Standing::Off => ("off".to_owned(), Role::Quiet),
            Standing::In(_, stage) => (stage.id.to_string(), Role::Plain),
            Standing::Unmapped(label) => (format!("Unmapped: {label}"), Role::Soon),
        };
        let role = match row.reasons[0].rank() {
            0..=2 => Role::Urgent,
            3..=5 => Role::Soon,
            _ => Role::Plain,
        };
        let more = row.reasons.len() - 1;
        table.row([
            (account.name().to_owned(), Role::Plain),
            (account.id.to_string(), Role::Quiet),
            stage,
            (row.reasons[0].text().to_owned(), role),
            (if more == 0 { String::new() } else { format!("+{more}") }, Role::Quiet),
            (row.next_renewal.map(|date| date.to_string()).unwrap_or_default(), Role::Plain),
            (row.next_renewal.map(|date| now.days_until(date).to_string()).unwrap_or_default(), Role::Plain),
            (account.owner().unwrap_or_default().to_owned(), Role::Plain),
        ]);
    }
    table
}
