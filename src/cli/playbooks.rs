//! `gangplank playbooks`.

use clap::{Args, Subcommand};

use super::json::{self, PlaybookJson};
use super::output::TextRole;
use super::table::{TextColumn, TextTable};
use super::{CliError, Context, notify};
use crate::playbook::{Playbook, Playbooks};
use crate::prose::{self, dates};
use crate::state::Refusal;
use crate::suggest::{either, near};

/// List the playbooks: what triggers each, how often it ran, and when last
///
/// Undone runs do not count. `gangplank explain ACCOUNT` explains what they would do for an account.
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
    On(PlaybookArg),
    /// Switch a playbook off
    Off(PlaybookArg),
}

#[derive(Args, Debug)]
struct PlaybookArg {
    /// The playbook's id
    id: String,
}

pub(super) fn run(args: &PlaybooksArgs, context: &mut Context) -> Result<(), CliError> {
    match &args.switch {
        None => list(args.json, context),
        Some(Switch::On(PlaybookArg { id })) => switch(id, true, context),
        Some(Switch::Off(PlaybookArg { id })) => switch(id, false, context),
    }
}

fn switch(id: &str, on: bool, context: &mut Context) -> Result<(), CliError> {
    let mut session = context.open_to_change(false)?;
    let playbooks = context.config.playbooks.clone();
    let playbook = find(&playbooks, id)?;
    let entry = session.submit(&playbook.switch(on)?, context)?;
    if entry.is_none() {
        notify(&format!("{} is already {}", playbook.id, if on { "on" } else { "off" }));
    }
    context.confirm(&session, entry.as_deref())
}

/// The playbook with that id, in any case.
///
/// # Errors
/// When there is none, with the ids that it may mean.
pub(super) fn find<'a>(playbooks: &'a Playbooks, id: &str) -> Result<&'a Playbook, CliError> {
    let id = id.trim();
    let found = playbooks.all.iter().find(|playbook| playbook.id.0.eq_ignore_ascii_case(id));
    found.ok_or_else(|| {
        let known = playbooks.all.iter().map(|it| (format!("`{}`", it.id), [&*it.id.0, &*it.title]));
        let known = match &near(id, known)[..] {
            [] => "`playbooks` lists them".to_owned(),
            near => format!("did you mean {}?", either(near)),
        };
        Refusal::NoSuchPlaybook { id: id.into(), known }.into()
    })
}

fn list(json: bool, context: &mut Context) -> Result<(), CliError> {
    let session = context.open()?;
    let board = session.board();
    let runs = board.playbook_runs();
    let (playbooks, now) = (context.config.playbooks.clone(), context.config.now());
    let rows = playbooks.all.iter().map(|playbook| {
        let last = runs.of(&playbook.id.0).next_back();
        PlaybookJson {
            id: &playbook.id.0,
            title: &playbook.title,
            on: playbook.is_on(board),
            trigger: prose::playbooks::trigger(&playbook.on),
            actions: playbook.then.iter().map(prose::playbooks::action).collect(),
            fired: runs.times(&playbook.id.0),
            last_fired: last.map(|run| run.at),
            last_account: last.map(|run| run.account.as_str()),
        }
    });
    if json {
        return json::write_all(&mut context.out, rows);
    }
    let mut table = TextTable::new(&[
        TextColumn::whole("ID", 24),
        TextColumn::text("ON"),
        TextColumn::number("FIRED"),
        TextColumn::text("LAST"),
        TextColumn::below("WHEN"),
        TextColumn::below("TITLE"),
    ]);
    for row in rows {
        let role = if row.on { TextRole::Plain } else { TextRole::Quiet };
        let fired = if row.fired == 0 { String::new() } else { row.fired.to_string() };
        table.row([
            (row.id.to_owned(), role),
            (if row.on { "on" } else { "off" }.to_owned(), role),
            (fired, role),
            (row.last_fired.map(|at| dates::in_figures(&now, at)).unwrap_or_default(), role),
            (row.trigger, role),
            (row.title.to_owned(), role),
        ]);
    }
    Ok(table.write(&mut context.out)?)
}
