//! What somebody who heard everything knows: what differs from it is said.

use super::place::Place;
use super::question::SpokenQuestion;
use super::row::{self, SpokenRow};
use crate::query::Sort;
use crate::state::Seq;
use crate::state::query::ownership::Whose;
use crate::tui::input::chord::Chord;
use crate::tui::model::app::App;
use crate::tui::model::focus::Overlay;
use crate::tui::model::status::Tone;
use crate::tui::model::tour::Tour;

/// What a person who heard everything knows.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) place: Place,
    pub(super) view: KnownView,
    pub(super) row: Option<SpokenRow>,
    /// The number that is chosen in the forecast.
    pub(super) number: Option<String>,
    /// The line of a text one is at.
    pub(super) line: usize,
    pub(super) question: Option<SpokenQuestion>,
    pub(super) status: (Tone, String),
    pub(super) marks: usize,
    pub(super) seq: Seq,
    pub(super) waiting: usize,
    pub(super) tour: Option<usize>,
    pub(super) begun: Vec<Chord>,
    /// What is wrong with the store.
    pub(super) trouble: Option<String>,
    /// How many notices are still there.
    pub(super) found: usize,
}

/// What there is to see of everything, and in which order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KnownView {
    pub(super) filter: String,
    pub(super) whose: Whose,
    pub(super) sort: Sort,
    pub(super) closed_alerts: bool,
}

impl Known {
    pub(super) fn of(app: &App) -> Self {
        let place = Place::of(app);
        let line = match app.overlay {
            Some(
                Overlay::Detail(line) | Overlay::Help(line) | Overlay::Output(line) | Overlay::Brief(line),
            ) => line,
            None => 0,
        };
        let narrowed = app.screen.as_ref().and_then(|screen| screen.activity()?.narrowed.as_ref());
        let filter = app.filter.as_ref().map(|filter| filter.text.as_str());
        Self {
            row: row::chosen(app, &place),
            number: app.screen.as_ref().and_then(row::number),
            place,
            view: KnownView {
                filter: narrowed.map(|it| it.text.as_str()).or(filter).unwrap_or_default().to_owned(),
                whose: app.whose.clone(),
                sort: app.columns.sort(),
                closed_alerts: app.alerts.is_some_and(|pane| pane.has_keys && pane.closed_too),
            },
            line,
            question: SpokenQuestion::of(app),
            status: (app.status.tone, app.status.text.clone()),
            marks: app.marks.len(),
            seq: app.board.seq(),
            waiting: app.queue.len(),
            tour: app.tour.as_ref().map(Tour::number),
            begun: app.begun_keys.clone(),
            trouble: app.notices.trouble.clone(),
            found: app.notices.found.len(),
        }
    }
}
