//! The palette: what it offers where one is.

use std::sync::LazyLock;

use super::picker;
use crate::prose::lists::plural;
use crate::text;
use crate::tui::input::action::{Action, ActionGroup};
use crate::tui::input::keymap::{InputMode, Keymap};
use crate::tui::model::app::App;
use crate::tui::model::choices::{Choice, Picked};
use crate::tui::model::picker::{Picker, PickerPurpose};
use crate::tui::named_keys;

/// Asks what to do or where to go.
pub(super) fn open(app: &mut App) {
    let whom = match (app.marks.len(), app.focused()) {
        (0, Some(account)) if app.screen.is_none() => Some(app.short_name(&account.id)),
        (0, _) => None,
        (marked, _) => Some(plural(marked, "marked account", "marked accounts")),
    };
    let title = whom.map_or_else(|| "Find".to_owned(), |whom| format!("Find something, or act on {whom}"));
    let picker = Picker::new(PickerPurpose::Find, &title, items(app), Some(0));
    picker::open(app, picker);
}

/// Everything there is, what can be done now first.
pub fn items(app: &App) -> Vec<Choice> {
    let mode = app.mode();
    let item = |kind, label: &str, picked| Choice { kind, ..Choice::new(text::clean(label), picked) };
    let mut offered: Vec<Action> = Action::all().filter(|action| is_offered(*action)).collect();
    // What fits where one is, as the foot of the screen names it, then what is looked up soonest.
    let fitting: Vec<Action> = named_keys::hints(app).into_iter().map(|(action, _)| action).collect();
    offered.sort_by_key(|action| {
        let fits = fitting.iter().position(|it| it == action).unwrap_or(fitting.len());
        (fits, ActionGroup::SOUGHT_FIRST.iter().position(|group| *group == action.group()))
    });
    let (mut items, impossible): (Vec<Choice>, Vec<Choice>) = offered
        .into_iter()
        .map(|action| Choice {
            note: app.setup.keymap.keys_anywhere(action).join(", "),
            refused: refused(app, mode, action),
            ..item("", action.help(), Picked::Act(action))
        })
        .partition(|item| item.refused.is_none());
    let views = app.tabs.tabs.iter().enumerate();
    items.extend(views.map(|(at, tab)| item("View", &tab.view.name, Picked::View(at))));
    let stages = app.board.pipeline().stages().iter();
    items.extend(stages.map(|stage| item("Stage", &stage.label, Picked::Stage(stage.id.clone()))));
    let own = app.setup.own_commands.iter().enumerate();
    items.extend(own.map(|(at, command)| Choice {
        note: command.keys.to_string(),
        ..item("Own command", &command.title, Picked::OwnCommand(at))
    }));
    let playbooks = app.setup.playbooks.all.iter();
    items.extend(playbooks.map(|it| item("Playbook", &it.title, Picked::Playbook(it.id.0.clone()))));
    let pages = app.setup.pages.iter().enumerate();
    items.extend(pages.map(|(at, page)| item("Page", &page.about, Picked::Page(at))));
    items.extend(impossible);
    items
}

/// Whether the palette offers `action`: not what only makes sense as a key, such as a step to the next line.
pub fn is_offered(action: Action) -> bool {
    action.motion().is_none()
        && action.group() != ActionGroup::Aloud
        && !matches!(
            action,
            Action::FocusLeft
                | Action::FocusRight
                | Action::FirstColumn
                | Action::LastColumn
                | Action::Accept
                | Action::Complete
                | Action::CompleteBack
                | Action::Pick
                | Action::Palette
                | Action::TickAll
                | Action::TourSkip
                | Action::TourEnd
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
        | ActionGroup::Questions
        | ActionGroup::Program
        | ActionGroup::Aloud => false,
    };
    let covers = matches!(mode, InputMode::Screen(_));
    match action {
        _ if app.past.is_some() && action.changes_board() => Some("the past is read only".to_owned()),
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
