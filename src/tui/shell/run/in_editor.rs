//! The person's editor, which has the terminal while a note or an email is written.

use std::io;
use std::ops::ControlFlow;
use std::process::ExitStatus;

use super::{EventLoop, Exit, MINUTE, ScreenError};
use crate::editor::{Draft, DraftKind, EditorError, Outcome};
use crate::session::is_to_fail;
use crate::state::AccountId;
use crate::tui::model::emails::EmailInWork;
use crate::tui::model::msg::{Edited, Msg};
use crate::tui::shell::surface::Surface;
use crate::tui::shell::terminal::{ProcessSignal, ProcessSignals, terminate};

/// What ended while an editor had the terminal.
enum Ended {
    Editor(ExitStatus),
    Us(Exit),
}

impl EventLoop {
    /// Lets the person write a note on `account` in their editor.
    pub(super) async fn edit(
        &mut self,
        surface: &mut Surface,
        signals: &mut ProcessSignals,
        account: &AccountId,
        typed: String,
    ) -> Result<Option<Exit>, ScreenError> {
        let draft = Draft::new(DraftKind::Note, &typed, &self.about(account));
        let outcome = match self.in_editor(surface, signals, draft).await? {
            ControlFlow::Continue(outcome) => outcome,
            ControlFlow::Break(exit) => return Ok(Some(exit)),
        };
        let edited = match outcome {
            Ok(Outcome::Written(text, draft)) => {
                self.drafts.written = Some(draft);
                Edited::Note(text)
            }
            Ok(Outcome::Unchanged) => Edited::Nothing { typed },
            Ok(Outcome::Empty) => Edited::Nothing { typed: String::new() },
            Err(error) => {
                self.drafts.kept = error.kept();
                Edited::Failed { why: error.to_string(), typed }
            }
        };
        self.handle(Msg::Edited(account.clone(), edited));
        Ok(None)
    }

    /// Lets the person go on with `email` in their editor.
    pub(super) async fn edit_email(
        &mut self,
        surface: &mut Surface,
        signals: &mut ProcessSignals,
        email: Box<EmailInWork>,
    ) -> Result<Option<Exit>, ScreenError> {
        let draft = Draft::new(DraftKind::Email, &email.email.page(), &self.about(&email.account));
        let outcome = match self.in_editor(surface, signals, draft).await? {
            ControlFlow::Continue(outcome) => outcome,
            ControlFlow::Break(exit) => return Ok(Some(exit)),
        };
        let page = match outcome {
            Ok(Outcome::Written(page, draft)) => {
                if let Some(before) = self.drafts.email.replace(draft) {
                    before.discard();
                }
                Ok(Some(page))
            }
            Ok(Outcome::Unchanged | Outcome::Empty) => Ok(None),
            Err(error) => {
                self.drafts.kept = error.kept();
                Err(error.to_string())
            }
        };
        self.handle(Msg::EmailEdited(email, page));
        Ok(None)
    }

    /// An account as the editor names it.
    fn about(&self, account: &AccountId) -> String {
        let name = self.app.board.get(account).map_or(account.as_str(), |account| account.name());
        format!("{name} ({account})")
    }

    /// Lets the person write `draft` in their editor, which has the terminal meanwhile. The board goes on listening to
    /// everything but keys; nothing is drawn.
    async fn in_editor(
        &mut self,
        surface: &mut Surface,
        signals: &mut ProcessSignals,
        draft: Result<Draft, EditorError>,
    ) -> Result<ControlFlow<Exit, Result<Outcome, EditorError>>, ScreenError> {
        let draft = match draft {
            Ok(draft) => draft,
            Err(error) => return Ok(ControlFlow::Continue(Err(error))),
        };
        let editor = draft.editor();
        // Where it is found on every way out.
        self.drafts.written = Some(draft);
        let lent = surface.lend()?;
        let ended = match self.wait_for_editor(signals, editor).await {
            Ok(Ended::Editor(status)) => Ok(status),
            // The editor may still be busy with it.
            Ok(Ended::Us(exit)) => return Ok(ControlFlow::Break(exit)),
            Err(error) => Err(error),
        };
        assert!(!is_to_fail("editor"), "GANGPLANK_PANIC asked for this panic after the editor");
        surface.take_back(&lent)?;
        self.measure(surface)?;
        Ok(ControlFlow::Continue(match self.drafts.written.take() {
            Some(draft) => draft.finish(ended),
            None => Ok(Outcome::Empty),
        }))
    }

    /// Starts `editor` and waits until it, or this program, is to end.
    async fn wait_for_editor(
        &mut self,
        signals: &mut ProcessSignals,
        editor: std::process::Command,
    ) -> io::Result<Ended> {
        let mut editor = tokio::process::Command::from(editor).spawn()?;
        let mut minute = tokio::time::interval(MINUTE);
        loop {
            tokio::select! {
                biased;
                signal = signals.next() => match signal {
                    // They were meant for the editor.
                    ProcessSignal::Interrupt | ProcessSignal::Quit | ProcessSignal::Resumed => {}
                    signal => {
                        terminate(&editor);
                        return Ok(Ended::Us(Exit::Signal(signal)));
                    }
                },
                status = editor.wait() => return status.map(Ended::Editor),
                Some(report) = self.session.reports.recv() => { self.take_report(report); }
                Ok(()) = self.session.boards.changed() => { self.take_board(); }
                _ = minute.tick() => { self.handle(Msg::Tick); }
            }
        }
    }
}
