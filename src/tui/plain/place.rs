//! Where one is: what it is called, and what there is to say on arriving.

use super::words::sentences;
use crate::prose::lists::{plural, sentence_case};
use crate::state::AccountId;
use crate::state::query::ownership::Whose;
use crate::tui::input::action::Action;
use crate::tui::layout::tabs::day_and_person;
use crate::tui::model::app::App;
use crate::tui::model::focus::{Overlay, View};
use crate::tui::model::screens::ScreenId;
use crate::tui::screens::{self, brief, detail, help, output};
use crate::tui::{named_keys, view};

/// What has the keys, questions apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Nothing was ever imported.
    Welcome,
    Today,
    Board,
    List {
        all: bool,
    },
    Alerts,
    Screen(ScreenId, Option<AccountId>),
    Account(Option<AccountId>),
    Help,
    Brief(Option<AccountId>),
    Output,
}

impl Place {
    pub(super) fn of(app: &App) -> Self {
        let account = || app.focus.account.clone();
        match (app.overlay, &app.screen) {
            (Some(Overlay::Help(_)), _) => Self::Help,
            (Some(Overlay::Brief(_)), _) => Self::Brief(account()),
            (Some(Overlay::Output(_)), _) => Self::Output,
            _ if app.alerts_have_keys() => Self::Alerts,
            (Some(Overlay::Detail(_)), _) => Self::Account(account()),
            (None, Some(screen)) => Self::Screen(screen.id, screen.about.clone()),
            (None, None) if app.is_first_run() => Self::Welcome,
            (None, None) => match app.view {
                View::Today => Self::Today,
                View::Board => Self::Board,
                View::List { all } => Self::List { all },
            },
        }
    }

    /// The lines of a text that is read line by line; nothing where one goes through rows.
    pub(super) fn lines(&self, app: &App) -> Option<Vec<String>> {
        match self {
            Self::Account(_) => Some(detail::spoken(app)),
            Self::Help => Some(help::spoken(app)),
            Self::Output => Some(output::lines(app).iter().map(ToString::to_string).collect()),
            Self::Brief(_) => Some(brief_lines(app, "")),
            Self::Welcome
            | Self::Today
            | Self::Board
            | Self::List { .. }
            | Self::Alerts
            | Self::Screen(..) => None,
        }
    }

    /// What is said on arriving, before the row one arrives at.
    pub(super) fn heading(&self, app: &App) -> String {
        let lines = || plural(self.lines(app).map_or(0, |lines| lines.len()), "line", "lines");
        match self {
            Self::Welcome => sentences([
                "There are no accounts yet",
                "i imports accounts from a file, after it said what that would do",
                "d opens a demonstration, of which nothing is saved",
                &format!("{} {}", app.setup.kept_in.0, app.setup.kept_in.1),
            ]),
            Self::Today => {
                let (done, waiting) = (app.queue.done(), app.queue.len());
                let waiting = match waiting {
                    0 => String::new(),
                    1 => "1 account needs you".to_owned(),
                    more => format!("{more} accounts need you"),
                };
                let done = if done > 0 { format!("{done} done today") } else { String::new() };
                let empty = view::today::empty_message(app).map(|words| sentence_case(&words));
                let parts = [named(app, "Today"), waiting, done, narrowed(app), empty.unwrap_or_default()];
                sentences(parts)
            }
            Self::Board => {
                let on_board = plural(app.columns.list(false).len(), "account", "accounts");
                let sort = app.columns.sort().title();
                sentences([named(app, "Board"), format!("{on_board}, by {sort}"), narrowed(app)])
            }
            Self::List { all } => {
                let list = app.columns.list(*all);
                let count = plural(list.shown_count(), "account", "accounts");
                if let Some(filter) = app.filter.as_ref().filter(|_| app.lists_only()) {
                    return sentences([format!("List of {}", filter.text), count]);
                }
                let what = if *all { "List of all accounts" } else { "List" };
                let sort = app.columns.sort().title();
                sentences([named(app, what), format!("{count}, by {sort}"), narrowed(app)])
            }
            Self::Alerts => {
                let alerts = app.shown_alerts();
                let open = alerts.iter().filter(|alert| alert.is_open(app.now.at)).count();
                let closed = alerts.iter().filter(|alert| alert.is_closed()).count();
                let snoozed = alerts.len() - open - closed;
                let counts = [(open, "open"), (snoozed, "snoozed"), (closed, "closed")].into_iter();
                let counts = counts.filter(|(count, state)| *count > 0 || *state == "open");
                let counts: Vec<String> = counts.map(|(count, state)| format!("{count} {state}")).collect();
                let empty = if alerts.is_empty() { view::alerts::empty_message(&app.whose) } else { "" };
                sentences(["Alerts", &counts.join(", "), whose(app), empty])
            }
            Self::Screen(..) => {
                let Some(screen) = &app.screen else { return String::new() };
                sentence_case(&screens::title(app, screen))
            }
            Self::Account(_) => {
                let name = app.focused().map_or("No account", |account| account.name());
                format!("{name}, open, {}", lines())
            }
            Self::Help => format!("Keys, {}", lines()),
            Self::Brief(_) => "Brief".to_owned(),
            Self::Output => {
                let title = app.output.as_ref().map_or("", |output| &output.title);
                format!("{title}, {}", lines())
            }
        }
    }
}

/// The brief of the chosen account, its title first. What `known` says already, in small letters, is left out.
pub(super) fn brief_lines(app: &App, known: &str) -> Vec<String> {
    let Some(brief) = brief::of_focused(app) else { return vec!["No account is chosen".to_owned()] };
    let mut lines = vec![brief.title];
    for line in brief.lines.into_iter().filter(|line| !known.contains(&line.text.to_lowercase())) {
        match lines.last_mut() {
            // What goes on with a label goes on with its line.
            Some(last) if line.label.is_empty() => *last = format!("{last}. {}", line.text),
            Some(_) | None => lines.push(format!("{}: {}", line.label, line.text)),
        }
    }
    lines
}

/// The name of the view that is open, where it is not that of what it shows.
fn named(app: &App, what: &str) -> String {
    let tab = app.current_tab().and_then(|at| app.tabs.tabs.get(at));
    let name = tab.map(|tab| &*tab.view.name).filter(|name| !name.eq_ignore_ascii_case(what));
    match name {
        Some(name) if !what.to_lowercase().contains(&name.to_lowercase()) => format!("{what}, view {name}"),
        Some(_) | None => what.to_owned(),
    }
}

/// What is left out: whose accounts they are, and the filter with how many it finds.
pub(super) fn narrowed(app: &App) -> String {
    let filter = app.filter.as_ref().map(|filter| {
        format!("Filter {}: {}", filter.text, plural(app.matches().unwrap_or(0), "match", "matches"))
    });
    sentences([whose(app), filter.as_deref().unwrap_or_default()])
}

fn whose(app: &App) -> &'static str {
    match app.whose {
        Whose::Everybodys => "",
        Whose::Of(_) => "Only mine",
        Whose::OfOrNobodys(_) => "Mine and those without an owner",
    }
}

/// What is known of the whole program: who and when, and what waits, wherever one is.
pub(super) fn whole(app: &App) -> String {
    let key = |action| app.board_key(action).map(|key| format!(", {key}")).unwrap_or_default();
    let counted = |count: usize, one: &str, many: &str, action| {
        if count == 0 { String::new() } else { format!("{}{}", plural(count, one, many), key(action)) }
    };
    let waiting = app.open_alerts.saturating_sub(app.acknowledged_alerts);
    let marks = plural(app.marks.len(), "account marked", "accounts marked");
    sentences([
        if app.setup.demo { "Demonstration, nothing is saved".to_owned() } else { String::new() },
        app.past.as_ref().map(|past| format!("The board {}, read only", past.words())).unwrap_or_default(),
        app.notices.trouble.clone().unwrap_or_default(),
        counted(app.queue.len(), "account needs you", "accounts need you", Action::ToggleToday),
        counted(waiting, "alert waits", "alerts wait", Action::Alerts),
        counted(app.acknowledged_alerts, "alert acknowledged", "alerts acknowledged", Action::Alerts),
        counted(
            app.unmatched_count(),
            "unmatched signal",
            "unmatched signals",
            Action::Show(ScreenId::Unmatched),
        ),
        counted(app.by_others, "change by others", "changes by others", Action::Show(ScreenId::Activity)),
        counted(
            app.retired.len(),
            "account in a retired segment",
            "accounts in a retired segment",
            Action::Retired,
        ),
        if app.marks.is_empty() { String::new() } else { marks },
        day_and_person(app),
    ])
}

/// The keys that matter where one is, the most useful first.
pub(super) fn keys(app: &App) -> String {
    let ways = [(Action::Palette, "find by name"), (Action::Help, "all keys")];
    let key = |(action, words)| app.key_in(app.mode(), action).map(|key| format!("{key}: {words}"));
    hints(app).into_iter().chain(ways.into_iter().filter_map(key)).collect::<Vec<_>>().join("; ")
}

/// The same, each with what it does, without the one for all others.
pub(super) fn hints(app: &App) -> Vec<String> {
    let mode = app.mode();
    let hints = named_keys::hints(app)
        .into_iter()
        .filter(|(action, _)| !matches!(action, Action::Help | Action::Palette));
    hints.filter_map(|(action, words)| Some(format!("{}: {words}", app.key_in(mode, action)?))).collect()
}
