//! A query while it is typed: what is found by now, and how it may go on.

use tui_input::Input;

use super::dispatch;
use crate::query::Subject;
use crate::tui::input::action::Action;
use crate::tui::input::chord::Chord;
use crate::tui::input::keymap::InputMode;
use crate::tui::input::text_field;
use crate::tui::model::app::App;
use crate::tui::model::completion::{NameSources, needs_names};
use crate::tui::model::filter::Filter;
use crate::tui::model::focus::{Focus, Overlay};
use crate::tui::model::prompt::{Prompt, TypedQuery};
use crate::tui::model::screens::ScreenId;
use crate::tui::model::status::{Status, Tone};
use crate::tui::screens::{activity, insights, unmatched};

/// Asks for a query, or for a word in the help.
pub(super) fn ask(app: &mut App) {
    match app.overlay {
        Some(Overlay::Help(_)) => {
            app.status = Status::default();
            app.prompt = Some(Prompt::HelpSearch(Input::default()));
            app.overlay = Some(Overlay::Help(0));
            return;
        }
        Some(Overlay::Output(_) | Overlay::Brief(_)) => {
            return app.say(Tone::Plain, "Only the keys can be searched");
        }
        Some(Overlay::Detail(_)) | None => {}
    }
    if let InputMode::Screen(screen) = app.mode() {
        // Of the screens, only these are searched.
        if screen == ScreenId::Unmatched {
            unmatched::open(app);
        } else if screen == ScreenId::Insights {
            app.status = Status::default();
            begin(app, app.insights.scope.query.clone());
        } else if let Some(query) = activity::query(app).map(str::to_owned) {
            app.status = Status::default();
            begin(app, query);
        }
        return;
    }
    let typed = app.filter.as_ref().map_or("", Filter::typed);
    // Another word goes on behind it.
    let query = if typed.is_empty() { String::new() } else { format!("{typed} ") };
    begin(app, query);
}

/// Lets one go on with `query`.
fn begin(app: &mut App, query: String) {
    let from = Box::new(app.focus.clone());
    app.prompt = Some(Prompt::Filter(TypedQuery { input: query.into(), from, completion: Box::default() }));
}

/// Whether it is about an open screen, and not about the accounts under it.
fn is_of_screen(app: &App) -> bool {
    activity::is_open(app) || insights::is_open(app)
}

/// Narrows what is open to what `query` means.
fn look_for(app: &mut App, query: &str, from: &Focus) {
    if activity::is_open(app) {
        activity::narrow(app, query);
    } else if insights::is_open(app) {
        insights::narrow(app, query);
    } else {
        app.look_for(query, from);
    }
}

/// What the query that is typed may name.
fn names(app: &App) -> NameSources<'_> {
    let subject = if activity::is_open(app) { Subject::Entries } else { Subject::Accounts };
    let (board, names) = (&app.board, &app.names);
    NameSources { subject, board, names, workload: &app.workload, roster: app.roster() }
}

/// Offers how the query may go on.
fn offer(app: &mut App, query: &mut TypedQuery) {
    if needs_names(query.input.value()) {
        app.know_names();
    }
    query.completion.offer(names(app), query.input.value());
}

/// Filters while typing; the arrows move through what is left, and tab through how the query may go on.
pub(super) fn key(app: &mut App, mut query: TypedQuery, chord: Chord, action: Option<Action>) {
    match action {
        Some(Action::Accept) if app.status.objection().is_empty() => {
            // A word that may have become a field was left out so far.
            let is_left_out =
                app.filter.as_ref().map_or("", Filter::typed).trim() != query.input.value().trim();
            if is_left_out && !is_of_screen(app) {
                app.look_for(query.input.value(), &query.from);
            }
            return;
        }
        Some(Action::Accept) => {}
        Some(action @ (Action::FocusUp | Action::FocusDown | Action::PageUp | Action::PageDown)) => {
            if let Some(motion) = action.motion().filter(|_| is_of_screen(app)) {
                app.scroll_over(motion);
            } else {
                drop(dispatch(app, action, chord));
                // The question takes lines of the screen: what is chosen is to be seen beside it.
                app.prompt = Some(Prompt::Filter(query));
                return app.settle();
            }
        }
        Some(Action::Complete | Action::CompleteBack) => {
            let is_back = action == Some(Action::CompleteBack);
            app.know_names();
            match query.completion.next(names(app), query.input.value(), is_back) {
                Some(whole) => {
                    query.input = whole.into();
                    look_for(app, query.input.value(), &query.from);
                    // The only way to go on leaves nothing to choose from.
                    if query.completion.choices().shown().len() == 1 {
                        offer(app, &mut query);
                    }
                }
                None => app.say(Tone::Plain, "Nothing to complete"),
            }
        }
        _ => {
            if text_field::edit(&mut query.input, chord, action) {
                follow(app, &mut query);
            }
        }
    }
    app.prompt = Some(Prompt::Filter(query));
}

/// Takes in pasted text.
pub(super) fn paste(app: &mut App, text: &str) {
    let Some(Prompt::Filter(mut query)) = app.prompt.take() else { return };
    text_field::insert(&mut query.input, text);
    follow(app, &mut query);
    app.prompt = Some(Prompt::Filter(query));
}

/// Finds what is typed by now, and offers how it may go on.
fn follow(app: &mut App, query: &mut TypedQuery) {
    look_for(app, query.input.value(), &query.from);
    offer(app, query);
    // What is no name may become a field: as long as it is typed, nobody is hidden for it.
    let is_begun = !query.completion.begun().is_empty();
    if is_begun && app.matches() == Some(0) && !is_of_screen(app) {
        app.look_for_rest(query.input.value(), &query.from);
    }
}

/// Takes the way at `row` to go on with the query, and offers what comes after it.
pub(super) fn take(app: &mut App, row: usize) {
    let Some(Prompt::Filter(mut query)) = app.prompt.take() else { return };
    if let Some(whole) = query.completion.take(row) {
        query.input = whole.into();
        follow(app, &mut query);
    }
    app.prompt = Some(Prompt::Filter(query));
}
