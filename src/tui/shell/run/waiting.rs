//! What is said while something is waited for, and how one leaves then.

use super::{EventLoop, Next};
use crate::tui::input::chord::Chord;
use crate::tui::model::msg::Msg;

impl EventLoop {
    /// Why what was asked for now is not even tried: what came before it was not answered.
    pub(super) fn not_tried(&self) -> String {
        let awaited = self.session.waiting.awaited();
        let awaited = awaited.map_or_else(|| "the disk".to_owned(), |awaited| awaited.to_string());
        format!("Still waiting for {awaited}, so nothing was done: try again later")
    }

    /// Whether `chord` leaves, whatever else it does: while somebody is waited for, nobody has to close
    /// questions first.
    pub(super) fn leaves(&self, chord: Chord) -> bool {
        self.app.waits_for.is_some() && chord == Chord::CTRL_C
    }

    pub(super) fn take_progress(&mut self) -> Next {
        let is_plain = self.app.setup.plain;
        // What is heard is not said again each second.
        let words = |awaited| if is_plain { format!("{awaited}") } else { format!("{awaited:#}") };
        let awaited = self.session.waiting.awaited().map(words);
        if awaited != self.app.waits_for {
            let said = awaited.as_ref().filter(|_| is_plain);
            let said = said.map(|awaited| Msg::Notice(format!("Waiting for {awaited}; Ctrl-C leaves")));
            said.map(|said| self.handle(said));
            return self.handle(Msg::WaitsFor(awaited));
        }
        let come = self.session.progress.percent().or_else(|| self.come.percent());
        // What is heard is not said bit by bit.
        let news = come.filter(|_| !self.app.setup.plain && come != std::mem::replace(&mut self.told, come));
        news.map_or(Next::Wait, |percent| self.handle(Msg::Progress(percent)))
    }
}
