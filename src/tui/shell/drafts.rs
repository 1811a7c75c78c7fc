//! Notes and emails from an editor, until the board or the person has them.

use std::sync::Arc;

use crate::editor::{Draft, KeptDraft};
use crate::session::Report;
use crate::state::Change;

/// Notes from an editor that the board does not have.
#[derive(Default)]
pub(super) struct Drafts {
    /// An editor has it, or had it just now.
    pub(super) written: Option<Draft>,
    /// The board was asked to record it.
    pub(super) asked: Option<Draft>,
    /// What the board was asked for last, as a person would type it.
    words: Arc<str>,
    /// An email that was written, until it was handed on.
    pub(super) email: Option<Draft>,
    /// Where one is that was not recorded: the screen says so, and no key was pressed since.
    pub(super) kept: KeptDraft,
}

impl Drafts {
    /// Takes in a report. Answers where the note is that will not be recorded.
    pub(super) fn take_report(&mut self, report: &Report) -> KeptDraft {
        if records_note(report) {
            if let Some(draft) = self.asked.take() {
                draft.discard();
            }
        } else if not_done(report).is_some()
            && let Some(draft) = self.asked.take()
        {
            return self.keep(draft);
        }
        KeptDraft::default()
    }

    /// The board is asked for what `words` say, with what was written for it.
    pub(super) fn ask(&mut self, words: Arc<str>) {
        self.words = words;
        if let Some(draft) = self.written.take() {
            self.asked = Some(draft);
        }
    }

    /// What was not kept, and why, if `report` says so.
    pub(super) fn not_kept(&self, report: &Report) -> Option<String> {
        let why = not_done(report)?;
        Some(match report {
            Report::Failed(_) => format!("`{}`: {why}", self.words),
            _ => why,
        })
    }

    pub(super) fn keep(&mut self, draft: Draft) -> KeptDraft {
        self.kept = draft.keep();
        self.kept.clone()
    }

    /// Where notes are once the board is closed and these are its last reports, a sentence each.
    pub(super) fn left(mut self, reports: &[Report]) -> Vec<String> {
        for report in reports {
            self.take_report(report);
        }
        let written = self.written.map_or(self.kept, Draft::keep);
        let asked = self.asked.map(Draft::keep).unwrap_or_default();
        let email = self.email.map(Draft::keep).unwrap_or_default();
        let told = [
            ("the text was not recorded", written),
            ("it is unknown whether the note was recorded", asked),
            ("the email was not handed on", email),
        ];
        told.into_iter()
            .filter(|(_, kept)| !kept.is_nothing())
            .map(|(what, kept)| format!("{what}{kept}"))
            .collect()
    }
}

fn records_note(report: &Report) -> bool {
    let (Report::Done(entry) | Report::DoneBefore(entry)) = report else { return false };
    entry.events.iter().any(|event| matches!(event.change(), Some(Change::NoteAdded { .. })))
}

/// Why what was asked for was not done, if it was not.
pub(super) fn not_done(report: &Report) -> Option<String> {
    match report {
        Report::Failed(error) => Some(error.clone()),
        Report::Refused(_, refusal) => Some(refusal.to_string()),
        Report::Done(_)
        | Report::DoneBefore(_)
        | Report::Same(_)
        | Report::FailedUnasked(_)
        | Report::Entries { .. }
        | Report::EntriesOfDay(_)
        | Report::Found(_)
        | Report::Trouble(_)
        | Report::Past(_)
        | Report::PastUnread(..)
        | Report::Reread { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::DraftKind;

    /// The journal may be found damaged between the command and its answer.
    #[test]
    fn a_failure_that_answers_nothing_keeps_the_draft_waiting() {
        let draft = Draft::new(DraftKind::Note, "They pay by card.", "Acme").expect("there is room");
        let mut drafts = Drafts { asked: Some(draft), ..Drafts::default() };
        assert!(drafts.take_report(&Report::FailedUnasked("damaged".into())).is_nothing());
        assert!(drafts.asked.is_some());
        assert!(!drafts.take_report(&Report::Failed("damaged".into())).is_nothing());
        let kept = drafts.kept.to_string();
        let path = kept.trim_start_matches("; what you wrote is kept in ");
        std::fs::remove_file(path).expect("it was kept");
    }
}
