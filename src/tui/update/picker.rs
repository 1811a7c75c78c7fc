//! Questions that are answered by picking: what a key does, and what becomes of what was picked.

use crossterm::event::KeyCode;

use super::{checklist, dispatch, emails, list_columns, programs, quick_actions, reading, themes};
use crate::state::{Stage, StageId};
use crate::text;
use crate::tui::input::action::{Action, Motion};
use crate::tui::input::chord::Chord;
use crate::tui::input::keymap::InputMode;
use crate::tui::input::text_field;
use crate::tui::model::app::App;
use crate::tui::model::choices::{Choice, Picked};
use crate::tui::model::columns::ColumnId;
use crate::tui::model::focus::{Overlay, View};
use crate::tui::model::msg::Effect;
use crate::tui::model::picker::{Picker, PickerPurpose};
use crate::tui::model::programs::ProgramOutput;
use crate::tui::model::prompt::Prompt;
use crate::tui::model::screens::{ScreenId, ScreenRows};
use crate::tui::model::status::{Status, Tone};
use crate::tui::screens::insights;

/// How many accounts the palette offers beside the rest.
const ACCOUNTS: usize = 12;

/// Asks what `picker` asks.
pub(super) fn open(app: &mut App, picker: Picker) {
    app.status = Status::default();
    app.prompt = Some(Prompt::Pick(Box::new(picker)));
}

/// Takes in a key while the question is asked.
pub(super) fn key(
    app: &mut App,
    mut picker: Box<Picker>,
    chord: Chord,
    action: Option<Action>,
) -> Option<Effect> {
    if action == Some(Action::Accept) && picker.purpose == PickerPurpose::Columns {
        app.status = Status::default();
        return None;
    }
    if action == Some(Action::Accept) {
        return accept(app, picker);
    }
    let is_menu = picker.purpose.is_menu();
    let is_checklist = matches!(picker.purpose, PickerPurpose::Checklist(_));
    if (is_checklist || picker.purpose == PickerPurpose::Columns) && chord.typed() == Some(' ') {
        return accept(app, picker);
    }
    if is_menu && let Some(key) = chord.typed() {
        let mut named = picker.choices.by_key(&key.to_lowercase().to_string());
        if let Some(choice) = named.pop().filter(|_| named.is_empty()) {
            return pick(app, picker, choice);
        }
    }
    if action == Some(Action::Note) && is_checklist {
        checklist::observe(app, picker);
        return None;
    } else if action == Some(Action::TickAll) && is_checklist {
        return checklist::tick_all(app, picker);
    } else if action == Some(Action::TickAll) {
        app.say(Tone::Plain, "Only points of a checklist are ticked");
    } else if action == Some(Action::Note) {
        app.say(Tone::Plain, "Only points of a checklist have observations");
    }
    let motion = match action {
        Some(Action::Complete) => Some(Motion::Down),
        Some(Action::CompleteBack) => Some(Motion::Up),
        other => other.and_then(Action::motion),
    };
    if let Some(motion) = motion {
        picker.choices.go(motion);
    } else if picker.purpose.is_stage()
        && chord.key() == KeyCode::Backspace
        && picker.input.value().is_empty()
    {
        app.status = Status::default();
        return None;
    } else if !is_menu && text_field::edit(&mut picker.input, chord, action) {
        return look(app, picker);
    }
    themes::preview(app, &picker);
    app.prompt = Some(Prompt::Pick(picker));
    None
}

/// Takes in a key as text.
pub(super) fn typed(app: &mut App, chord: Chord) -> Option<Effect> {
    let Some(Prompt::Pick(picker)) = app.prompt.take() else { return None };
    key(app, picker, chord, None)
}

/// Finds anew what was typed: more accounts are known by now.
pub(super) fn search_again(app: &mut App) {
    let Some(Prompt::Pick(mut picker)) = app.prompt.take_if(|it| matches!(it, Prompt::Pick(_))) else {
        return;
    };
    if picker.purpose == PickerPurpose::Find {
        let row = picker.choices.row();
        // What is found picks nothing by itself.
        let _ = search(app, &mut picker);
        if let Some(row) = row {
            picker.choices.choose(row);
        }
    }
    app.prompt = Some(Prompt::Pick(picker));
}

/// Takes in pasted text.
pub(super) fn paste(app: &mut App, text: &str) {
    let Some(Prompt::Pick(mut picker)) = app.prompt.take() else { return };
    if !picker.purpose.is_menu() {
        text_field::insert(&mut picker.input, text);
        // What is pasted picks nothing: it is only looked for.
        let found = search(app, &mut picker);
        if let Some(found) = found {
            picker.choices.show(vec![found], Some(0));
        }
    }
    app.prompt = Some(Prompt::Pick(picker));
}

/// Finds what is typed by now: in the palette, accounts, too.
fn search(app: &mut App, picker: &mut Picker) -> Option<Choice> {
    let typed = picker.input.value().trim();
    let finds_accounts = picker.purpose == PickerPurpose::Find && !typed.is_empty();
    let found = if finds_accounts { app.find_by_words(typed, ACCOUNTS) } else { Vec::new() };
    picker.search(found.into_iter().map(|id| (id.clone(), app.account_line(&id))).collect())
}

/// Looks for what is typed by now.
fn look(app: &mut App, mut picker: Box<Picker>) -> Option<Effect> {
    app.status = Status::default();
    if let Some(found) = search(app, &mut picker) {
        return pick(app, picker, found);
    }
    if picker.purpose.is_stage() && picker.choices.shown().is_empty() {
        app.say(Tone::Refused, &objection(app, &picker));
    }
    themes::preview(app, &picker);
    app.prompt = Some(Prompt::Pick(picker));
    None
}

/// Picks what is chosen.
pub(super) fn accept(app: &mut App, picker: Box<Picker>) -> Option<Effect> {
    if let Some(choice) = picker.choices.chosen().cloned() {
        return pick(app, picker, choice);
    }
    let words = match &picker.purpose {
        PickerPurpose::GoToStage | PickerPurpose::MoveTo(_) => objection(app, &picker),
        PickerPurpose::Columns if !picker.choices.shown().is_empty() => "Choose a column first".to_owned(),
        PickerPurpose::Find
        | PickerPurpose::Sort
        | PickerPurpose::Columns
        | PickerPurpose::Checklist(_)
        | PickerPurpose::View
        | PickerPurpose::Theme
        | PickerPurpose::Timeline
        | PickerPurpose::CountedOwner
        | PickerPurpose::Copy
        | PickerPurpose::OpenLink
        | PickerPurpose::Template(_)
        | PickerPurpose::SendEmail
        | PickerPurpose::RecordEmail => "Nothing is called that".to_owned(),
    };
    app.say(Tone::Refused, &words);
    app.prompt = Some(Prompt::Pick(picker));
    None
}

fn pick(app: &mut App, picker: Box<Picker>, choice: Choice) -> Option<Effect> {
    let Choice { label, refused, picked, .. } = choice;
    // A move is refused by the board, which says what to do instead.
    if let (PickerPurpose::Find, Some(why)) = (&picker.purpose, refused) {
        app.say(Tone::Refused, &format!("{label}: {why}"));
        app.prompt = Some(Prompt::Pick(picker));
        return None;
    }
    match picked {
        Picked::Stage(stage) => return pick_stage(app, &stage, &picker.purpose),
        // What a key would have to say beside that is asked for.
        Picked::Act(action) => return dispatch(app, action, Chord::ENTER),
        Picked::View(at) => app.open_tab(at),
        Picked::Theme(name) => return Some(themes::take(app, &name)),
        Picked::Timeline(filter) => app.timeline = filter,
        Picked::CountedOwner(whose) => insights::count_of(app, whose),
        Picked::Playbook(id) => show_playbook(app, &id),
        Picked::OwnCommand(at) => {
            let own = app.setup.own_commands.get(at).cloned();
            return own.and_then(|command| programs::own(app, &command));
        }
        Picked::Page(at) => show_page(app, at),
        Picked::Account(id) => {
            app.visit(&id);
            return reading::see(app);
        }
        Picked::Sort(sort) => app.sort_by(sort),
        Picked::Copy(text) => return Some(Effect::Copy(text)),
        Picked::OpenLink { account, name, address } => {
            return Some(programs::open(app, account, &name, address));
        }
        Picked::Template(at) => {
            let PickerPurpose::Template(account) = &picker.purpose else { return None };
            return emails::begin(app, account, at);
        }
        Picked::EmailInWork => emails::ask_way(app),
        Picked::Email(step) => return emails::go_on(app, step),
        Picked::Point(point) => return checklist::toggle(app, picker, &point),
        Picked::Column(column) => list_columns::toggle(app, picker, &column),
        Picked::Answer { .. } => {}
    }
    None
}

fn pick_stage(app: &mut App, stage: &StageId, purpose: &PickerPurpose) -> Option<Effect> {
    if let PickerPurpose::MoveTo(movers) = purpose {
        return quick_actions::move_to(app, movers, stage);
    }
    let position = app.board.pipeline().position(stage)?;
    if *purpose == PickerPurpose::Find {
        app.leave_alerts();
        app.leave_for_good();
    }
    app.view = View::Board;
    app.focus_column(ColumnId::Stage(position));
    None
}

/// Shows the playbook `id` on the screen of playbooks.
fn show_playbook(app: &mut App, id: &str) {
    if !matches!(app.mode(), InputMode::Screen(ScreenId::Playbooks)) {
        dispatch(app, Action::Show(ScreenId::Playbooks), Chord::ENTER);
    }
    let row = app.screen.as_ref().and_then(|screen| match &screen.rows {
        ScreenRows::Playbooks(_) => screen.rows.position(id),
        _ => None,
    });
    if let Some(row) = row {
        app.choose(row);
    }
}

/// Shows the page of the documentation at `at`.
fn show_page(app: &mut App, at: usize) {
    if let Some(page) = app.setup.pages.get(at) {
        let (title, text) = (page.about.clone(), page.text.to_owned());
        app.output = Some(ProgramOutput { title, text });
        app.lay_over(Overlay::Output(0));
    }
}

/// What is wrong with what was typed, or with nothing chosen.
fn objection(app: &App, picker: &Picker) -> String {
    let typed = picker.input.value().to_lowercase();
    // In the order of the board, which people know.
    let is_shown = |stage: &&Stage| {
        let id = text::clean(stage.id.as_str());
        picker.choices.shown().iter().any(|choice| choice.key == id)
    };
    let stages = app.board.pipeline().stages().iter().filter(is_shown);
    let ids = stages.map(|stage| text::clean(stage.id.as_str())).collect::<Vec<_>>().join(", ");
    match typed.trim() {
        _ if picker.choices.shown().is_empty() => {
            format!("No stage starts with {typed}: use {}", app.board.pipeline().ids())
        }
        "" => format!("Type a stage: one of {ids}"),
        typed => format!("{typed} could be {ids}: type one of them"),
    }
}
