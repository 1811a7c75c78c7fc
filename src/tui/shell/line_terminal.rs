//! A terminal that lines are appended to, for a screen reader that says what is appended.
//!
//! Keys come one by one; nothing is moved, coloured or taken back. The one mode that is set beside raw keys is
//! bracketed paste, which shows nothing: without it, a pasted text would be keys, and each would do something. A terminal
//! that knows no sequences at all is spared that one, too.

use std::io::{self, Write};

use crossterm::clipboard::CopyToClipboard;
use crossterm::queue;

use super::terminal::{
    SavedTermios, TerminalUse, drain_keys, is_dumb, leave, leave_before_panics, out, stop_group, take,
    undo_modes, watch, while_ours,
};

/// The terminal while it is ours. Dropping it gives it back.
pub(super) struct LineTerminal {
    out: Box<dyn Write + Send>,
    usage: TerminalUse,
}

impl LineTerminal {
    /// Takes the terminal, and from now on gives it back before any panic is reported.
    ///
    /// Call it from the main thread and before the first event stream.
    ///
    /// # Errors
    /// When the terminal cannot be set up; it is as before then.
    pub(super) fn enter() -> io::Result<Self> {
        leave_before_panics();
        let usage = TerminalUse::Lines { knows_sequences: !is_dumb() };
        take(usage)?;
        watch();
        Ok(Self { out: out().inspect_err(|_| leave())?, usage })
    }

    /// Appends `text` as it is, at once. After a panic anywhere, nothing is written.
    ///
    /// # Errors
    /// When the terminal does not take it: as a rule because it is gone.
    pub(super) fn write(&mut self, text: &str) -> io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        let out = &mut self.out;
        while_ours(|| out.write_all(text.as_bytes()).and_then(|()| out.flush()))
    }

    /// Gives `text` to the clipboard, by the terminal; says whether that is worth trying.
    ///
    /// # Errors
    /// When the terminal does not take it.
    pub(super) fn copy(&mut self, text: &str) -> io::Result<bool> {
        if self.usage != (TerminalUse::Lines { knows_sequences: true }) {
            return Ok(false);
        }
        let mut bytes = Vec::new();
        queue!(bytes, CopyToClipboard::to_clipboard_from(text))?;
        let out = &mut self.out;
        while_ours(|| out.write_all(&bytes).and_then(|()| out.flush()))?;
        Ok(true)
    }

    /// See [`Tui::suspend`](super::terminal::Tui::suspend).
    ///
    /// # Errors
    /// When the terminal cannot be taken again.
    pub(super) fn suspend(&mut self) -> io::Result<()> {
        leave();
        stop_group()?;
        self.resume()
    }

    /// See [`Tui::lend`](super::terminal::Tui::lend).
    ///
    /// # Errors
    /// When the terminal does not say how it is set.
    #[expect(clippy::unused_self, reason = "who lends it must have it")]
    pub(super) fn lend(&mut self) -> io::Result<SavedTermios> {
        leave();
        SavedTermios::now()
    }

    /// See [`Tui::take_back`](super::terminal::Tui::take_back).
    ///
    /// # Errors
    /// When the terminal cannot be taken.
    pub(super) fn take_back(&mut self, lent: &SavedTermios) -> io::Result<()> {
        lent.restore()?;
        undo_modes(self.usage)?;
        self.resume()?;
        drain_keys()
    }

    /// See [`Tui::resume`](super::terminal::Tui::resume).
    ///
    /// # Errors
    /// When the terminal cannot be taken.
    pub(super) fn resume(&mut self) -> io::Result<()> {
        take(self.usage)
    }
}

impl Drop for LineTerminal {
    fn drop(&mut self) {
        leave();
    }
}
