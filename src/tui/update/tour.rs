//! Going through the tour.

use crate::tui::input::action::Action;
use crate::tui::input::chord::Chord;
use crate::tui::input::keymap::InputMode;
use crate::tui::model::app::App;
use crate::tui::model::columns::ColumnId;
use crate::tui::model::focus::{Overlay, View};
use crate::tui::model::picker::PickerPurpose;
use crate::tui::model::prompt::Prompt;
use crate::tui::model::screens::ScreenId;
use crate::tui::model::status::Tone;
use crate::tui::model::tour::{Tour, TourGoal};

impl App {
    /// The same screen, with a tour through it.
    #[must_use]
    pub fn touring(mut self) -> Self {
        self.tour = step(&self, 0);
        self
    }
}

/// Goes on where what was asked for is done. Nothing is while a command is on its way.
pub(super) fn follow(app: &mut App) {
    let Some(tour) = app.tour.take_if(|_| app.pending == 0) else { return };
    if !is_done(app, &tour) {
        app.tour = Some(tour);
        return;
    }
    go_on(app, &tour);
}

fn go_on(app: &mut App, tour: &Tour) {
    app.tour = step(app, tour.at + 1);
    if app.tour.is_none() {
        let quit = app.board_key(Action::Quit).unwrap_or_default();
        app.say(Tone::Done, &format!("That was the tour: go on as you like, nothing is saved. {quit} quits"));
    }
}

/// Takes in a key that is about the tour, wherever one is: it is never text.
pub(super) fn key(app: &mut App, chord: Chord) -> bool {
    let action = app.setup.keymap.action(InputMode::Board, chord);
    match (action, app.tour.take()) {
        (Some(Action::TourSkip), Some(tour)) => go_on(app, &tour),
        (Some(Action::TourEnd), Some(_)) => app.say(Tone::Plain, "The tour is over"),
        (_, tour) => {
            app.tour = tour;
            return false;
        }
    }
    true
}

/// Says that there is no tour to skip or end.
pub(super) fn none(app: &mut App) {
    let program = app.setup.program.clone();
    app.say(Tone::Plain, &format!("There is no tour: `{program} tour` begins one"));
}

/// The tour at its step number `at`, as things stand now; nothing behind the last one.
fn step(app: &App, at: usize) -> Option<Tour> {
    (at < Tour::steps().len()).then(|| Tour {
        at,
        account: app.focus.account.clone(),
        change: app.board.latest_of(&app.setup.me),
        undo: app.board.latest_undo_of(&app.setup.me),
    })
}

/// Whether what is asked for was done.
fn is_done(app: &App, tour: &Tour) -> bool {
    let is_open = app.overlay.is_some() || app.screen.is_some();
    match tour.step().goal {
        TourGoal::OtherAccount => app.focus.account.is_some() && app.focus.account != tour.account,
        TourGoal::AccountOpen => matches!(app.overlay, Some(Overlay::Detail(_))),
        TourGoal::NothingOpen => !is_open,
        TourGoal::NothingAsked => app.prompt.is_none(),
        TourGoal::Brief => matches!(app.overlay, Some(Overlay::Brief(_))),
        TourGoal::Board => app.view == View::Board && !is_open,
        TourGoal::FirstStage => {
            app.view == View::Board && app.focus.column_id == ColumnId::Stage(0) && app.prompt.is_none()
        }
        TourGoal::Changed => app.board.latest_of(&app.setup.me) > tour.change,
        TourGoal::Undone => app.board.latest_undo_of(&app.setup.me) > tour.undo,
        TourGoal::Filtered => app.filter.is_some() && app.prompt.is_none(),
        TourGoal::Unfiltered => app.filter.is_none() && app.prompt.is_none(),
        TourGoal::Forecast => app.screen.as_ref().is_some_and(|screen| screen.id == ScreenId::Forecast),
        TourGoal::Palette => {
            matches!(&app.prompt, Some(Prompt::Pick(picker)) if picker.purpose == PickerPurpose::Find)
        }
        TourGoal::Help => matches!(app.overlay, Some(Overlay::Help(_))),
    }
}
