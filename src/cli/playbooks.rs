//! `gangplank playbooks`.

use clap::{Args, Subcommand};

use super::json::{self, PlaybookJson};
use super::out::Role;
use super::table::{Column, Table};
use super::{Failure, Shell, tell};
use crate::playbook::{Playbook, Playbooks};
use crate::prose;
use crate::state::Refusal;
use crate::suggest::{either, near};

/// List the playbooks: what sets each off, how often it did its work, and when last
///
/// What was undone does not count. `gangplank explain ACCOUNT` says what they make of an account.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank playbooks\n\
    \x20 gangplank playbooks off satisfaction-survey")]
#[command(args_conflicts_with_subcommands = true)]
pub struct PlaybooksArgs {
    /// Write JSON
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    switch: Option<Switch>,
}

#[derive(Debug, Subcommand)]
enum Switch {
    /// Switch a playbook on
    On(Which),
    /// Switch a playbook off
    Off(Which),
}

#[derive(Args, Debug)]
struct Which {
    /// Its id
    id: String,
}

pub(super) fn run(args: &PlaybooksArgs, shell: &mut Shell) -> Result<(), Failure> {
    match &args.switch {
        None => list(args.json, shell),
        Some(Switch::On(Which { id })) => switch(id, true, shell),
        Some(Switch::Off(Which { id })) => switch(id, false, shell),
    }
}

fn switch(id: &str, on: bool, shell: &mut Shell) -> Result<(), Failure> {
    let mut door = shell.open()?;
    let playbooks = shell.config.playbooks.clone();
    let playbook = find(&playbooks, id)?;
    let entry = door.submit(&playbook.switch(on)?, shell)?;
    if entry.is_none() {
        tell(&format!("{} is {} already", playbook.id, if on { "on" } else { "off" }));
    }
    shell.confirm(&door, entry.as_deref())
}

/// The playbook by that id, whatever the case.
///
/// # Errors
/// When there is none, with those it may have meant.
pub(super) fn find<'a>(playbooks: &'a Playbooks, id: &str) -> Result<&'a Playbook, Failure> {
    let id = id.trim();
    let found = playbooks.all.iter().find(|playbook| playbook.id.0.eq_ignore_ascii_case(id));
    found.ok_or_else(|| {
        let known = playbooks.all.iter().map(|it| (format!("`{}`", it.id), [&*it.id.0, &*it.title]));
        let near = near(id, known);
        let known = if near.is_empty() {
            "`playbooks` lists them".to_owned()
        } else {
            format!("did you mean {}?", either(&near))
        };
        Refusal::NoSuchPlaybook { id: id.into(), known }.into()
    })
}

fn list(json: bool, shell: &mut Shell) -> Result<(), Failure> {
    let door = shell.open()?;
    let board = door.board();
    let firings = board.playbook_runs();
    let (playbooks, now) = (shell.config.playbooks.clone(), shell.config.now());
    let rows = playbooks.all.iter().map(|playbook| {
        let done = firings.of(&playbook.id.0);
        PlaybookJson {
            id: &playbook.id.0,
            title: &playbook.title,
            on: playbook.is_on(board),
            trigger: prose::playbooks::trigger(&playbook.on),
            actions: playbook.then.iter().map(prose::playbooks::action).collect(),
            fired: firings.times(&playbook.id.0),
            last_fired: done.last().map(|firing| firing.at),
            last_account: done.last().map(|firing| firing.account.as_str()),
        }
    });
    if json {
        return json::write_all(&mut shell.out, rows);
    }
    let mut table = Table::new(&[
        Column::whole("ID", 24),
        Column::text("ON"),
        Column::number("FIRED"),
        Column::text("LAST"),
        Column::below("WHEN"),
        Column::below("TITLE"),
    ]);
    for row in rows {
        let role = if row.on { Role::Plain } else { Role::Quiet };
        let fired = if row.fired == 0 { String::new() } else { row.fired.to_string() };
        table.row([
            (row.id.to_owned(), role),
            (if row.on { "on" } else { "off" }.to_owned(), role),
            (fired, role),
            (row.last_fired.map(|at| now.moment_in_figures(at)).unwrap_or_default(), role),
            (row.trigger, role),
            (row.title.to_owned(), role),
        ]);
    }
    Ok(table.write(&mut shell.out)?)
}
