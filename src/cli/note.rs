//! `gangplank note`.

use std::io::{self, Read};
use std::ops::ControlFlow;
use std::process::{Command, ExitStatus};
use std::sync::Arc;

use clap::Args;

use super::bulk::{self, BulkArgs};
use super::{CliError, Context, account, notify};
use crate::editor::{Draft, DraftKind, EditorError, LONGEST, Outcome};
use crate::state::{self, Account};
use crate::tui::shell::terminal::is_interactive;
#[cfg(unix)]
use crate::tui::shell::terminal::{HUNG_UP, TERMINATED, terminate};

/// Add a note to accounts
///
/// Without a note, on a terminal, opens $VISUAL or $EDITOR.
#[derive(Args, Debug)]
#[command(
    override_usage = "gangplank note ACCOUNT… TEXT\n       gangplank note TEXT --where QUERY\n       gangplank note ACCOUNT [--edit]"
)]
#[command(after_help = "Examples:\n\
    \x20 gangplank note Acme \"they asked for the guide\"\n\
    \x20 gangplank note Acme - < meeting.txt")]
pub struct NoteArgs {
    /// The accounts, by external id or full name; then the note, in quotes, or - to read it from the standard input
    #[arg(value_name = "ACCOUNT… TEXT", required = true)]
    words: Vec<String>,
    /// Continue in $VISUAL or $EDITOR
    #[arg(long, short)]
    edit: bool,
    #[command(flatten)]
    bulk: BulkArgs,
}

pub(super) fn run(args: NoteArgs, context: &mut Context) -> Result<(), CliError> {
    let NoteArgs { mut words, edit: is_edited, bulk } = args;
    let typed = if is_edited { words.split_off(1) } else { Vec::new() };
    let (named, typed) = match words.len() {
        1 if bulk.is_plain() => (words, typed),
        _ => {
            let (named, text) = bulk.split(words, "note ACCOUNT… TEXT")?;
            (named, vec![text])
        }
    };
    let Some(name) = bulk.only(&named) else {
        let text: Arc<str> = match &typed[..] {
            [dash] if dash == "-" => read()?.into(),
            words => words.join(" ").into(),
        };
        return bulk::each("note", &named, &bulk, context, |account| state::Command::AddNote {
            account: account.id.clone(),
            text: text.clone(),
        });
    };
    let mut session = context.open_to_change(false)?;
    let account = account::find(session.board(), name)?.clone();
    let (text, draft) = match &typed[..] {
        [] if !is_edited && !is_interactive() => {
            return Err(CliError::usage(
                "there is no note: write it after the account, or - to read it from the standard input",
            ));
        }
        [dash] if dash == "-" && !is_edited => (read()?, None),
        words if words.is_empty() || is_edited => {
            let Some((text, draft)) = edit(&words.join(" "), &account)? else {
                notify("no note added");
                return Ok(());
            };
            (text, Some(draft))
        }
        words => (words.join(" "), None),
    };
    let command = state::Command::AddNote { account: account.id.clone(), text: text.into() };
    let recorded = session.submit(&command, context);
    match (&recorded, draft) {
        (Ok(_), Some(draft)) => draft.discard(),
        (Err(_), Some(draft)) => notify(&format!("the note was not recorded{}", draft.keep())),
        (_, None) => {}
    }
    context.confirm(&session, recorded?.as_deref())
}

/// The note as it was written in an editor, and its file; `None` when there is no note.
fn edit(typed: &str, account: &Account) -> Result<Option<(String, Draft)>, CliError> {
    if !is_interactive() {
        return Err(CliError::usage("an editor needs a terminal: leave --edit out"));
    }
    let failed = |error: EditorError| CliError::error(error.to_string());
    let draft = Draft::new(DraftKind::Note, typed, &format!("{} ({})", account.name(), account.id))
        .map_err(failed)?;
    let ended = match wait(draft.editor()) {
        Ok(ControlFlow::Continue(status)) => Ok(status),
        Ok(ControlFlow::Break(signal)) => {
            // The editor may still be busy with it.
            notify(&format!("the note was not recorded{}", draft.keep()));
            return Err(CliError::Ended(signal));
        }
        Err(error) => Err(error),
    };
    match draft.finish(ended).map_err(failed)? {
        Outcome::Written(text, draft) => Ok(Some((text, draft))),
        Outcome::Unchanged | Outcome::Empty => Ok(None),
    }
}

/// Waits until `program`, an editor or a pager, has ended; breaks off with an exit code when this program is told to end.
/// Ctrl-C and ctrl-\ are keys of that program meanwhile. If it ends because of them, this one still keeps what was written.
#[cfg(unix)]
pub(super) fn wait(program: Command) -> io::Result<ControlFlow<u8, ExitStatus>> {
    use tokio::signal::unix::{SignalKind, signal};
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let _caught = (signal(SignalKind::interrupt())?, signal(SignalKind::quit())?);
        let (mut terminated, mut hung_up) = (signal(SignalKind::terminate())?, signal(SignalKind::hangup())?);
        let mut child = tokio::process::Command::from(program).spawn()?;
        let code = tokio::select! {
            biased;
            _ = terminated.recv() => TERMINATED,
            _ = hung_up.recv() => HUNG_UP,
            status = child.wait() => return status.map(ControlFlow::Continue),
        };
        terminate(&child);
        Ok(ControlFlow::Break(code))
    })
}

#[cfg(not(unix))]
pub(super) fn wait(mut program: Command) -> io::Result<ControlFlow<u8, ExitStatus>> {
    program.status().map(ControlFlow::Continue)
}

fn read() -> Result<String, CliError> {
    let mut text = String::new();
    let read = io::stdin().lock().take(LONGEST as u64 + 1).read_to_string(&mut text);
    read.map_err(|error| CliError::error(format!("cannot read the note: {error}")))?;
    if text.len() > LONGEST {
        let kib = LONGEST / 1024;
        return Err(CliError::usage(format!(
            "the note is longer than {kib} KiB: write down what matters, and keep the rest elsewhere"
        )));
    }
    Ok(text)
}
