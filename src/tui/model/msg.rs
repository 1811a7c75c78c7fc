//! What can wake the screen, and what it may ask for in return.

use std::sync::Arc;

use crate::config::views::SavedView;
use crate::insights::forecast::ForecastMonth;
use crate::session::Report;
use crate::sources::SourceNews;
use crate::sources::receiver::ReceiverNews;
use crate::state::values::past_day::PastDay;
use crate::state::{AccountId, Board, Commands, Seq};
use crate::tui::input::chord::Chord;
use crate::tui::model::beside::SideResult;
use crate::tui::model::emails::EmailInWork;
use crate::tui::model::imports::{CompletedPath, ImportPreview};
use crate::tui::model::programs::{ProgramRun, RunOutcome};
use crate::tui::theme::Background;

/// What can wake the screen.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "one is handled at a time; none is kept")]
pub enum Msg {
    /// A key.
    Key(Chord),
    /// Text pasted at once.
    Paste(String),
    /// The mouse did something at a cell.
    Mouse(Mouse, u16, u16),
    /// The screen has a new size, in cells.
    Resize(u16, u16),
    /// There is a new board.
    Board(Board),
    /// Something was worked out beside the screen.
    Beside(SideResult),
    /// A command was answered.
    Report(Report),
    /// The editor is closed that a note on this account was opened in.
    Edited(AccountId, Edited),
    /// The editor is closed that this email was opened in. It left this page, nothing, or nothing for this reason.
    EmailEdited(Box<EmailInWork>, Result<Option<String>, String>),
    /// This text was copied.
    Copied(String, CopiedTo),
    /// A program has ended, or goes on by itself.
    Ran(ProgramRun, RunOutcome),
    /// This view was saved, in that file; or why it was not.
    ViewSaved(Box<SavedView>, Result<String, String>),
    /// The theme of this name was kept, in that file; or why it was not.
    ThemeKept(String, Result<String, String>),
    /// The path that was typed may go on so.
    PathCompleted(String, CompletedPath),
    /// This is what a file would do, or why it cannot be imported.
    ImportPreviewed(Result<ImportPreview, String>),
    /// The terminal said what its background is.
    Background(Background),
    /// A live source was read, or could not be.
    Source(SourceNews),
    /// This is how the receivers fare.
    Receivers(Vec<ReceiverNews>),
    /// So many in a hundred parts of what is waited for are done.
    Progress(usize),
    /// A command waits until this one has written; nothing once it no longer does.
    WaitsFor(Option<String>),
    /// The board was opened.
    Opened,
    /// Time passed.
    Tick,
    /// Something to say that is no answer to a command.
    Notice(String),
}

/// What came of a note in an editor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edited {
    /// It was written.
    Note(String),
    /// Nothing was written. What was typed before the editor opened is as it was.
    Nothing {
        /// What was typed.
        typed: String,
    },
    /// It could not be written.
    Failed {
        /// Why, in a sentence.
        why: String,
        /// What was typed before the editor opened.
        typed: String,
    },
}

/// Where copied text went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopiedTo {
    /// The clipboard has it.
    Clipboard,
    /// Tmux has it, and gives it to the terminal if it may.
    Tmux,
    /// It was sent to the terminal, which does not answer.
    Terminal,
}

/// What a mouse does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mouse {
    /// The main button went down.
    Press,
    /// The same, while ctrl or alt was held.
    PressToMark,
    /// The mouse went to another cell while the main button was down.
    Drag,
    /// The main button was let go.
    Release,
    /// The wheel went towards the hand: down the list.
    WheelDown,
    /// The wheel went away from the hand: up the list.
    WheelUp,
}

/// What somebody may ask to be told, who hears the board and does not see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tell {
    /// Where one is, and what waits.
    Where,
    /// What was said last.
    Again,
    /// All about what is chosen.
    All,
    /// The keys for what is chosen.
    Keys,
}

/// What must happen outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Ask the board.
    Submit(Commands),
    /// Let the playbooks that go by time do what is due.
    Sweep,
    /// Read the latest `count` entries up to entry `last`.
    Read { last: Seq, count: usize },
    /// Work out the board as it was at the end of this day.
    ReadPast(PastDay),
    /// Work out the boards as of which this month began and ended.
    ReadMonth(ForecastMonth),
    /// Open an editor for a note.
    Edit {
        /// On whom.
        account: AccountId,
        /// What was typed of it already.
        typed: String,
    },
    /// Open an editor for an email.
    EditEmail(Box<EmailInWork>),
    /// Give this text to the person's clipboard.
    Copy(String),
    /// Run this program beside the board.
    Run(ProgramRun),
    /// Save a view in `views.toml`.
    SaveView(Box<SavedView>),
    /// Keep the theme of this name in the settings.
    KeepTheme(String),
    /// Say how this path may go on.
    CompletePath(String),
    /// Read the file at this path, and say what importing it would do.
    PreviewImport(String),
    /// Read this live source at once.
    ReadSource(Arc<str>),
    /// Say how the receivers fare.
    LookAtReceivers,
    /// Say this.
    Tell(Tell),
    /// Stop until the shell says to go on.
    Suspend,
    /// Draw everything anew, whatever the terminal shows.
    Redraw,
    /// Leave.
    Quit,
    /// Leave, and come back with the demonstration.
    Demo,
}
