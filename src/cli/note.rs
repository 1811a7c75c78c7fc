//! `gangplank note`.

use std::io::{self, Read};
use std::ops::ControlFlow;
use std::process::{Command, ExitStatus};

use clap::Args;

use super::{CliError, Context, account, notify};
use crate::editor::{Draft, LONGEST, Outcome};
use crate::state::{self, Account};
use crate::tui::shell::terminal::is_interactive;
#[cfg(unix)]
use crate::tui::shell::terminal::{HUNG_UP, TERMINATED, terminate};

/// Add a note to an account
///
/// Without a note, on a terminal, opens $VISUAL or $EDITOR.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank note Acme they asked for the guide\n\
    \x20 gangplank note Acme - < meeting.txt")]
pub struct NoteArgs {
    /// The account's external id or full name
    account: String,
    /// The note; - reads it from the standard input
    text: Vec<String>,
    /// Continue in $VISUAL or $EDITOR
    #[arg(long, short)]
    edit: bool,
}

pub(super) fn run(args: &NoteArgs, context: &mut Context) -> Result<(), CliError> {
    let mut session = context.open()?;
    let account = account::find(session.board(), &args.account)?.clone();
    let (text, draft) = match &args.text[..] {
        [] if !args.edit && !is_interactive() => {
            return Err(CliError::Usage(
                "there is no note: write it after the account, or - to read it from the standard input"
                    .to_owned(),
            ));
        }
        [dash] if dash == "-" && !args.edit => (read()?, None),
        words if words.is_empty() || args.edit => {
            let Some((text, draft)) = edit(&words.join(" "), &account)? else {
                notify("no note added");
                return Ok(());
            };
            (text, Some(draft))
        }
        words => (words.join(" "), None),
    };
    let written =
        session.submit(&state::Command::AddNote { account: account.id.clone(), text: text.into() }, context);
    match (&written, draft) {
        (Ok(_), Some(draft)) => draft.discard(),
        (Err(_), Some(draft)) => notify(&format!("the note was not recorded{}", draft.keep())),
        (_, None) => {}
    }
    context.confirm(&session, written?.as_deref())
}

/// The note as it comes out of an editor, and the file it stands in; nothing where none was written.
fn edit(typed: &str, account: &Account) -> Result<Option<(String, Draft)>, CliError> {
    if !is_interactive() {
        return Err(CliError::Usage("an editor needs a terminal: leave --edit out".to_owned()));
    }
    let draft = Draft::new(typed, &format!("{} ({})", account.name(), account.id));
    let draft = draft.map_err(|error| CliError::Error(error.to_string()))?;
    let ended = match wait(draft.editor()) {
        Ok(ControlFlow::Continue(status)) => Ok(status),
        Ok(ControlFlow::Break(signal)) => {
            // The editor may still be busy with it.
            notify(&format!("the note was not recorded{}", draft.keep()));
            return Err(CliError::Ended(signal));
        }
        Err(error) => Err(error),
    };
    match draft.finish(ended).map_err(|error| CliError::Error(error.to_string()))? {
        Outcome::Note(text, draft) => Ok(Some((text, draft))),
        Outcome::Unchanged | Outcome::Empty => Ok(None),
    }
}

/// Waits until `editor`, or a pager, has ended; breaks off with an exit code where this program is to end. Ctrl-C and ctrl-\ are keys
/// of the editor's meanwhile: whoever presses them there wants something of it, or it ends of them, and then what was
/// written is still ours to keep.
#[cfg(unix)]
pub(super) fn wait(editor: Command) -> io::Result<ControlFlow<u8, ExitStatus>> {
    use tokio::signal::unix::{SignalKind, signal};
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let _heard = (signal(SignalKind::interrupt())?, signal(SignalKind::quit())?);
        let (mut told, mut hung_up) = (signal(SignalKind::terminate())?, signal(SignalKind::hangup())?);
        let mut editor = tokio::process::Command::from(editor).spawn()?;
        let code = tokio::select! {
            biased;
            _ = told.recv() => TERMINATED,
            _ = hung_up.recv() => HUNG_UP,
            status = editor.wait() => return status.map(ControlFlow::Continue),
        };
        terminate(&editor);
        Ok(ControlFlow::Break(code))
    })
}

/// Waits until `editor` has ended.
#[cfg(not(unix))]
pub(super) fn wait(mut editor: Command) -> io::Result<ControlFlow<u8, ExitStatus>> {
    editor.status().map(ControlFlow::Continue)
}

fn read() -> Result<String, CliError> {
    let mut text = String::new();
    let read = io::stdin().lock().take(LONGEST as u64 + 1).read_to_string(&mut text);
    match read {
        Ok(length) if length > LONGEST => Err(CliError::Usage(format!(
            "the note is longer than {} KiB: write down what matters, and keep the rest elsewhere",
            LONGEST / 1024
        ))),
        Ok(_) => Ok(text),
        Err(error) => Err(CliError::Error(format!("cannot read the note: {error}"))),
    }
}
