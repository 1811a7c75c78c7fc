//! What is said while something is waited for, and how one leaves then.

use super::{EventLoop, Next};
use crate::tui::input::chord::Chord;
use crate::tui::model::msg::Msg;

impl EventLoop {
    /// Whether `chord` leaves, whatever else it does: while somebody else's lock is waited for, nobody has to close
    /// questions first.
    pub(super) fn leaves(&self, chord: Chord) -> bool {
        self.app.waits_for.is_some() && chord == Chord::CTRL_C
    }

    pub(super) fn take_progress(&mut self) -> Next {
        let holder = self.session.waiting.holder().map(|holder| holder.to_string());
        if holder != self.app.waits_for {
            let said = holder.as_ref().filter(|_| self.app.setup.plain);
            let said = said.map(|holder| Msg::Notice(format!("Waiting for {holder}; Ctrl-C leaves")));
            said.map(|said| self.handle(said));
            return self.handle(Msg::WaitsFor(holder));
        }
        let come = self.session.progress.percent().or_else(|| self.come.percent());
        // What is heard is not said bit by bit.
        let news = come.filter(|_| !self.app.setup.plain && come != std::mem::replace(&mut self.told, come));
        news.map_or(Next::Wait, |percent| self.handle(Msg::Progress(percent)))
    }
}
