//! Questions, and what becomes of their answers.

use crossterm::event::KeyCode;
use tui_input::Input;

use super::{bulk, dispatch, menu, palette, quick_actions, tabs};
use crate::state::{AccountId, Command, StageId};
use crate::tui::input::action::Action;
use crate::tui::input::chord::Chord;
use crate::tui::input::text_field;
use crate::tui::model::answers;
use crate::tui::model::app::App;
use crate::tui::model::columns::ColumnId;
use crate::tui::model::focus::{Focus, Overlay};
use crate::tui::model::msg::{Edited, Effect};
use crate::tui::model::prompt::{ON_ITS_WAY, Prompt, Purpose};
use crate::tui::model::status::{Status, Tone};
use crate::tui::screens::{account_choice, activity};

pub(super) fn key(app: &mut App, chord: Chord, action: Option<Action>) -> Option<Effect> {
    if let Some(action @ (Action::Redraw | Action::Suspend)) = action {
        return dispatch(app, action, chord);
    }
    if action == Some(Action::Clear) {
        cancel(app);
        return None;
    }
    match app.prompt.take()? {
        Prompt::Filter { input, from } => {
            filter(app, input, from, chord, action);
            None
        }
        Prompt::Stage { typed, movers } => match (action, chord.key()) {
            (Some(Action::Accept), _) => accept_stage(app, typed, movers),
            (_, KeyCode::Backspace) => {
                let mut typed = typed;
                app.status = Status::default();
                if typed.pop().is_some() {
                    app.prompt = Some(Prompt::Stage { typed, movers });
                }
                None
            }
            _ => type_stage(app, typed, movers, chord),
        },
        Prompt::Line { accounts, purpose: Purpose::Note, input, .. }
            if action == Some(Action::NoteInEditor) && accounts.len() == 1 =>
        {
            Some(Effect::Edit { account: accounts[0].clone(), typed: input.value().to_owned() })
        }
        Prompt::Line { label, accounts, purpose, mut input, mut sent } => {
            let mut effect = None;
            if action == Some(Action::Accept) && sent {
                app.say(Tone::Plain, ON_ITS_WAY);
            } else if action == Some(Action::Accept)
                && let Some(doubt) = answers::doubt(app, &purpose, input.value())
                && app.status.text != doubt
            {
                app.say(Tone::Refused, &doubt);
            } else if action == Some(Action::Accept) {
                match answers::answered(app, &accounts, &purpose, input.value()) {
                    Ok(parts) if !app.marks.is_empty() => return bulk::carry_out(app, &accounts, parts),
                    Ok(parts) => {
                        effect = bulk::carry_out(app, &accounts, parts);
                        sent = effect.is_some();
                    }
                    Err(what) => app.say(Tone::Refused, &what),
                }
            } else {
                let typed = input.value();
                let instead = match action {
                    Some(Action::FocusDown) => answers::pick(app, &purpose, typed, 1),
                    Some(Action::FocusUp) => answers::pick(app, &purpose, typed, -1),
                    Some(Action::Complete) => answers::completed(app, &accounts, &purpose, typed),
                    _ => None,
                };
                let has_changed = match instead {
                    Some(instead) => {
                        input = instead.into();
                        true
                    }
                    None => text_field::edit(&mut input, chord, action),
                };
                if action == Some(Action::Complete) && !has_changed {
                    app.say(Tone::Plain, "Nothing to complete");
                } else if has_changed {
                    // The objection was to another answer.
                    app.status = Status::default();
                }
            }
            app.prompt = Some(Prompt::Line { label, accounts, purpose, input, sent });
            effect
        }
        Prompt::Account(choice) => account_choice::key(app, choice, chord, action),
        Prompt::Menu(menu) => menu::key(app, menu, chord, action),
        Prompt::Confirm(asked) if action == Some(Action::Accept) => Some(app.submit(asked.commands)),
        Prompt::Confirm(asked) => {
            app.prompt = Some(Prompt::Confirm(asked));
            None
        }
        Prompt::Bulk(panel) => bulk::key(app, panel, action),
        Prompt::Palette(palette) => palette::key(app, palette, chord, action),
        Prompt::HelpSearch(mut input) => {
            if let Some(motion) = action.and_then(Action::motion) {
                app.scroll_over(motion);
            } else if text_field::edit(&mut input, chord, action) {
                app.overlay = Some(Overlay::Help(0));
            }
            app.prompt = Some(Prompt::HelpSearch(input));
            None
        }
        Prompt::SaveView(input) => tabs::key(app, input, chord, action),
    }
}

/// Takes in a note from an editor. What was typed before it opened is asked for again, where nothing came of it.
pub(super) fn edited(app: &mut App, account: AccountId, edited: Edited) -> Option<Effect> {
    let (typed, tone, words) = match edited {
        Edited::Note(text) => return Some(app.submit(Command::AddNote { account, text: text.into() })),
        Edited::Nothing { typed } if typed.is_empty() => (typed, Tone::Plain, "No note added".to_owned()),
        Edited::Nothing { typed } => (typed, Tone::Refused, "The editor changed nothing".to_owned()),
        Edited::Failed { why, typed } => (typed, Tone::Refused, why),
    };
    if !typed.is_empty() {
        quick_actions::note(app, account, &typed);
    }
    app.say(tone, &words);
    None
}

fn cancel(app: &mut App) {
    match app.prompt.take() {
        Some(Prompt::Filter { .. }) if activity::is_open(app) => activity::narrow(app, ""),
        Some(Prompt::Filter { from, .. }) => {
            app.filter_by("");
            app.focus = *from;
            app.settle();
        }
        Some(Prompt::Line { sent: true, .. }) => app.say(Tone::Plain, ON_ITS_WAY),
        Some(Prompt::Bulk(panel)) if panel.sent => app.say(Tone::Plain, ON_ITS_WAY),
        Some(Prompt::Stage { movers, .. }) if movers.is_empty() => {}
        Some(
            Prompt::Stage { .. }
            | Prompt::Line { .. }
            | Prompt::Account(_)
            | Prompt::SaveView(_)
            | Prompt::Bulk(_)
            | Prompt::Confirm(_),
        ) => app.say(Tone::Plain, "Canceled"),
        Some(Prompt::Menu(_) | Prompt::Palette(_) | Prompt::HelpSearch(_)) | None => {}
    }
}

pub(super) fn paste(app: &mut App, text: &str) {
    // A note may have several lines; anything else is one.
    let has_lines = matches!(app.prompt, Some(Prompt::Line { purpose: Purpose::Note, .. }));
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let keep = |c: char| if c.is_control() && !(has_lines && c == '\n') { ' ' } else { c };
    let pasted: String = text.chars().map(keep).take(text_field::MAX_ANSWER).collect();
    match &mut app.prompt {
        Some(Prompt::Filter { input, from }) => {
            text_field::insert(input, &pasted);
            let (query, from) = (input.value().to_owned(), from.clone());
            look_for(app, &query, &from);
        }
        Some(Prompt::Line { input, .. } | Prompt::SaveView(input) | Prompt::HelpSearch(input)) => {
            text_field::insert(input, &pasted);
        }
        Some(Prompt::Account(_)) => account_choice::paste(app, &pasted),
        Some(Prompt::Palette(_)) => palette::paste(app, &pasted),
        Some(Prompt::Stage { .. } | Prompt::Menu(_) | Prompt::Bulk(_) | Prompt::Confirm(_)) | None => {}
    }
}

/// Narrows what is open to what `query` means.
fn look_for(app: &mut App, query: &str, from: &Focus) {
    if activity::is_open(app) {
        activity::narrow(app, query);
    } else {
        app.look_for(query, from);
    }
}

/// Filters while typing; the arrows move through what is left.
fn filter(app: &mut App, mut input: Input, from: Box<Focus>, chord: Chord, action: Option<Action>) {
    match action {
        Some(Action::Accept) if app.status.objection().is_empty() => return,
        Some(Action::Accept) => {}
        Some(action @ (Action::FocusUp | Action::FocusDown | Action::PageUp | Action::PageDown)) => {
            match action.motion().filter(|_| activity::is_open(app)) {
                Some(motion) => app.scroll_over(motion),
                None => drop(dispatch(app, action, chord)),
            }
        }
        _ => {
            if text_field::edit(&mut input, chord, action) {
                look_for(app, input.value(), &from);
            }
        }
    }
    app.prompt = Some(Prompt::Filter { input, from });
}

/// Adds a character to a stage's id, and goes there as soon as only one stage can be meant.
pub(super) fn type_stage(
    app: &mut App,
    mut typed: String,
    movers: Vec<AccountId>,
    chord: Chord,
) -> Option<Effect> {
    if let Some(c) = chord.typed() {
        app.status = Status::default();
        typed.extend(c.to_lowercase());
        match &starting_with(app, &typed)[..] {
            [only] => return choose(app, only, &movers),
            [] => app.say(Tone::Refused, &no_stage(app, &typed)),
            [_, _, ..] => {}
        }
    }
    app.prompt = Some(Prompt::Stage { typed, movers });
    None
}

fn accept_stage(app: &mut App, typed: String, movers: Vec<AccountId>) -> Option<Effect> {
    let meant = starting_with(app, &typed);
    let exact = meant.iter().find(|id| id.as_str().to_lowercase() == typed);
    // Going to `3` may well mean the first column of bucket 3; moving a card there must be said in full.
    let first = meant.first().filter(|_| movers.is_empty() && !typed.is_empty());
    if let Some(id) = exact.or(first) {
        return choose(app, id, &movers);
    }
    let ids = meant.iter().map(StageId::as_str).collect::<Vec<_>>().join(", ");
    let words = match &typed[..] {
        _ if meant.is_empty() => no_stage(app, &typed),
        "" => format!("Type a stage: one of {ids}"),
        typed => format!("{typed} could be {ids}: type one of them"),
    };
    app.say(Tone::Refused, &words);
    app.prompt = Some(Prompt::Stage { typed, movers });
    None
}

fn starting_with(app: &App, typed: &str) -> Vec<StageId> {
    let ids = app.board.pipeline().stages().iter().map(|stage| &stage.id);
    ids.filter(|id| id.as_str().to_lowercase().starts_with(typed)).cloned().collect()
}

fn no_stage(app: &App, typed: &str) -> String {
    format!("No stage starts with {typed}: use {}", app.board.pipeline().ids())
}

fn choose(app: &mut App, id: &StageId, movers: &[AccountId]) -> Option<Effect> {
    if !movers.is_empty() {
        let parts = movers.iter().map(|account| Ok(vec![Command::move_to(account, id)])).collect();
        return bulk::carry_out(app, movers, parts);
    }
    if let Some(position) = app.board.pipeline().position(id) {
        app.view = super::View::Board;
        app.focus_column(ColumnId::Stage(position));
    }
    None
}
