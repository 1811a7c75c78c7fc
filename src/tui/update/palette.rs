//! The palette: what it offers where one is, and what becomes of a choice.

use std::sync::LazyLock;

use super::{dispatch, programs};
use crate::state::StageId;
use crate::text;
use crate::tui::input::action::{Action, ActionGroup};
use crate::tui::input::chord::Chord;
use crate::tui::input::keymap::{InputMode, Keymap};
use crate::tui::input::text_field;
use crate::tui::model::app::App;
use crate::tui::model::columns::ColumnId;
use crate::tui::model::filter::index::Finder;
use crate::tui::model::focus::{Overlay, View};
use crate::tui::model::msg::Effect;
use crate::tui::model::palette::{Palette, PaletteChoice, PaletteItem};
use crate::tui::model::programs::ProgramOutput;
use crate::tui::model::prompt::Prompt;
use crate::tui::model::screens::{ScreenId, ScreenRows};
use crate::tui::model::status::{Status, Tone};

/// How many items a page goes through.
const PAGE: usize = 10;

/// Asks what to do or where to go.
pub(super) fn open(app: &mut App) {
    app.status = Status::default();
    let finder = Finder::new(&app.board, &app.columns, app.roster());
    app.prompt = Some(Prompt::Palette(Box::new(Palette::new(items(app), finder))));
}

/// Everything there is, what can be done now first.
pub fn items(app: &App) -> Vec<PaletteItem> {
    let mode = app.mode();
    let item = |kind, label: &str, choice| PaletteItem {
        kind,
        label: text::clean(label).into_owned(),
        keys: String::new(),
        refused: None,
        choice,
    };
    let offered = Action::all().filter(|action| is_offered(*action));
    let (mut items, impossible): (Vec<PaletteItem>, Vec<PaletteItem>) = offered
        .map(|action| PaletteItem {
            keys: app.setup.keymap.keys_anywhere(action).join(", "),
            refused: refused(app, mode, action),
            ..item("", action.help(), PaletteChoice::Act(action))
        })
        .partition(|item| item.refused.is_none());
    let views = app.tabs.tabs.iter().enumerate();
    items.extend(views.map(|(at, tab)| item("View", &tab.view.name, PaletteChoice::View(at))));
    let stages = app.board.pipeline().stages().iter();
    items.extend(stages.map(|stage| item("Stage", &stage.label, PaletteChoice::Stage(stage.id.clone()))));
    let own = app.setup.own_commands.iter().enumerate();
    items.extend(own.map(|(at, command)| PaletteItem {
        keys: command.keys.to_string(),
        ..item("Own command", &command.title, PaletteChoice::OwnCommand(at))
    }));
    let playbooks = app.setup.playbooks.all.iter();
    items.extend(playbooks.map(|it| item("Playbook", &it.title, PaletteChoice::Playbook(it.id.0.clone()))));
    let pages = app.setup.pages.iter().enumerate();
    items.extend(pages.map(|(at, page)| item("Page", &page.about, PaletteChoice::Page(at))));
    items.extend(impossible);
    items
}

/// Whether the palette offers `action`: not what only makes sense as a key, such as a step to the next line.
pub fn is_offered(action: Action) -> bool {
    action.motion().is_none()
        && !matches!(
            action,
            Action::FocusLeft
                | Action::FocusRight
                | Action::FirstColumn
                | Action::LastColumn
                | Action::Accept
                | Action::Complete
                | Action::Pick
                | Action::Palette
        )
}

/// Why `action` cannot be done where the keys go to `mode`; nothing where it can.
pub fn refused(app: &App, mode: InputMode, action: Action) -> Option<String> {
    if !works(app, mode, action) {
        let elsewhere = InputMode::all().find(|mode| works(app, *mode, action));
        return Some(elsewhere.map_or_else(|| "no key does it".to_owned(), |mode| place(app, mode)));
    }
    let is_about_account = match action.group() {
        ActionGroup::Happened => true,
        ActionGroup::Cards => !matches!(
            action,
            Action::Undo | Action::Redo | Action::MarkShown | Action::AcceptBetter | Action::Force
        ),
        ActionGroup::View => matches!(action, Action::Open | Action::Copy),
        ActionGroup::MoveAround
        | ActionGroup::Alerts
        | ActionGroup::Playbooks
        | ActionGroup::Unmatched
        | ActionGroup::Program => false,
    };
    let covers = matches!(mode, InputMode::Screen(_));
    match action {
        _ if is_about_account && !covers && app.focused().is_none() => Some("choose a card first".to_owned()),
        Action::Force if app.status_refused().is_none() => Some("no move was refused".to_owned()),
        _ => None,
    }
}

/// Whether `action` works in `mode`: what the shipped keys say, too, as a key that somebody took away takes no action from
/// the palette.
fn works(app: &App, mode: InputMode, action: Action) -> bool {
    static SHIPPED: LazyLock<Keymap> = LazyLock::new(Keymap::default);
    [&*SHIPPED, &app.setup.keymap].into_iter().any(|keymap| !keymap.sequences(mode, action).is_empty())
}

/// Where something works, in words.
fn place(app: &App, mode: InputMode) -> String {
    let key = |action| app.board_key(action).map(|key| format!(" ({key})")).unwrap_or_default();
    match mode {
        InputMode::Board => "on the board".to_owned(),
        InputMode::Detail => format!("in an open account{}", key(Action::Open)),
        InputMode::Alerts => format!("in the alerts{}", key(Action::Alerts)),
        InputMode::Screen(screen) => format!("in {}{}", screen.name(), key(Action::Show(screen))),
        InputMode::Help => format!("in the help{}", key(Action::Help)),
        InputMode::Prompt | InputMode::Menu | InputMode::Confirm => "in a question".to_owned(),
    }
}

/// What a key does while the palette is open.
pub(super) fn key(
    app: &mut App,
    mut palette: Box<Palette>,
    chord: Chord,
    action: Option<Action>,
) -> Option<Effect> {
    if action == Some(Action::Accept) {
        return accept(app, palette, chord);
    }
    if let Some(motion) = action.and_then(Action::motion) {
        palette.row = motion.from(palette.row, PAGE).min(palette.found.len().saturating_sub(1));
    } else if text_field::edit(&mut palette.input, chord, action) {
        app.status = Status::default();
        palette.search(|id| app.account_line(id));
    }
    app.prompt = Some(Prompt::Palette(palette));
    None
}

/// Takes in pasted text.
pub(super) fn paste(app: &mut App, text: &str) {
    let Some(Prompt::Palette(mut palette)) = app.prompt.take() else { return };
    text_field::insert(&mut palette.input, text);
    palette.search(|id| app.account_line(id));
    app.prompt = Some(Prompt::Palette(palette));
}

/// Does what the chosen item says.
pub(super) fn accept(app: &mut App, palette: Box<Palette>, chord: Chord) -> Option<Effect> {
    let Some(PaletteItem { label, refused, choice, .. }) = palette.chosen().cloned() else {
        app.say(Tone::Refused, "Nothing is called that");
        app.prompt = Some(Prompt::Palette(palette));
        return None;
    };
    if let Some(why) = refused {
        app.say(Tone::Refused, &format!("{label}: {why}"));
        app.prompt = Some(Prompt::Palette(palette));
        return None;
    }
    match choice {
        PaletteChoice::Act(action) => return dispatch(app, action, chord),
        PaletteChoice::Stage(stage) => go_to_stage(app, &stage),
        PaletteChoice::View(at) => app.open_tab(at),
        PaletteChoice::Playbook(id) => {
            if !matches!(app.mode(), InputMode::Screen(ScreenId::Playbooks)) {
                dispatch(app, Action::Show(ScreenId::Playbooks), chord);
            }
            let row = app.screen.as_ref().and_then(|screen| match &screen.rows {
                ScreenRows::Playbooks(_) => screen.rows.position(&id),
                _ => None,
            });
            if let Some(row) = row {
                app.choose(row);
            }
        }
        PaletteChoice::OwnCommand(at) => {
            let own = app.setup.own_commands.get(at).cloned();
            return own.and_then(|command| programs::own(app, &command));
        }
        PaletteChoice::Page(at) => {
            if let Some(page) = app.setup.pages.get(at) {
                let (title, text) = (page.about.clone(), page.text.to_owned());
                app.output = Some(ProgramOutput { title, text });
                app.lay_over(Overlay::Output(0));
            }
        }
        PaletteChoice::Account(id) => {
            app.leave_alerts();
            app.leave_for_good();
            app.go_to(&id);
            return super::open(app);
        }
    }
    None
}

fn go_to_stage(app: &mut App, stage: &StageId) {
    if let Some(position) = app.board.pipeline().position(stage) {
        app.leave_alerts();
        app.leave_for_good();
        app.view = View::Board;
        app.focus_column(ColumnId::Stage(position));
    }
}
