//! What there is a picture of: every screen, in every theme, at four sizes; and a morning, key by key.

use gangplank::tui::theme::Background;
use gangplank::tui::theme::file::Themes;

use super::screen::Start;

/// A small terminal, two usual ones, and a wide one.
pub(crate) const SIZES: [(u16, u16); 4] = [(80, 24), (120, 40), (160, 48), (240, 60)];

/// A screen: its name, what it is for those who cannot see it, and the keys that lead to it.
pub(crate) struct Scene {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) start: Start,
    pub(crate) keys: &'static str,
}

const fn demo(name: &'static str, title: &'static str, keys: &'static str) -> Scene {
    Scene { name, title, start: Start::Demo, keys }
}

const fn empty(name: &'static str, title: &'static str, keys: &'static str) -> Scene {
    Scene { name, title, start: Start::Empty, keys }
}

const fn later(name: &'static str, title: &'static str, keys: &'static str) -> Scene {
    Scene { name, title, start: Start::Later, keys }
}

/// Every screen. A new one needs a line here.
pub(crate) const SCENES: &[Scene] = &[
    empty("welcome", "The first screen: what to begin with", ""),
    empty(
        "import",
        "What importing a file would do",
        "i 'tests/it/data/ravenstack/accounts-export.csv' enter",
    ),
    demo("today", "Today: every account that needs a person, the most urgent first", ""),
    demo("today-moved", "Today, after the first account was worked on", "o"),
    demo("board-past", "The board as it was on an earlier day", "{ '3␣days␣ago' enter g b 3 a"),
    demo("board", "The board: a column per stage, a card per account", "g b 3 a j"),
    demo("refused", "A move that the rules refuse, and a better one", "g b 4 a m 6 a"),
    demo("list", "The list of all accounts", "g l j j"),
    demo("filter", "The list of the accounts that a query means", "g l / 'mrr>500' enter"),
    demo("filtering", "A query while it is typed", "g l / 'owner:'"),
    demo("columns", "Which columns the list has", "g l C"),
    demo("sort", "What the list is sorted by", "g l s"),
    demo("alerts", "The alerts below Today", "A j"),
    demo("account", "An account: its facts, its notes, its timeline", "enter"),
    demo("account-end", "The end of an account's page", "g b 3 a enter G"),
    demo("brief", "An account in a few lines, for the minute before a call", "Y"),
    demo("forecast", "The forecast: what renews when, by stage", "F"),
    demo("numbers", "The week in numbers: what became of the entries into each stage", "I j l l"),
    demo("numbers-cohorts", "The week in numbers: how far those came who came together", "I 2 j"),
    demo(
        "numbers-ageing",
        "The week in numbers: how long every open account has been in its stage",
        "I 3 j j $",
    ),
    demo("numbers-flow", "The week in numbers: who stood where, day by day", "I 6"),
    demo("numbers-people", "The week in numbers: who has how much in hand", "I shift-tab shift-tab"),
    later(
        "numbers-forced",
        "The week in numbers: moves against the board's advice, and why",
        "I shift-tab shift-tab shift-tab j",
    ),
    later("numbers-forecast", "The week in numbers: a month's forecast, and what came", "I shift-tab j"),
    demo("playbooks", "The playbooks: what happens by itself", "p j"),
    demo("playbook", "A playbook, and what it did", "p j j j j j j j j j j"),
    demo("explain", "What each playbook makes of one account", "E"),
    demo("activity", "Who did what, the latest first", "H j"),
    demo("unmatched", "Signals that fit no account", "U"),
    demo("help", "Every key of this screen", "?"),
    demo("palette", "Everything by its name: a search", ": 'own'"),
    demo("move", "Where to move an account", "g b 3 a m"),
    demo("owner", "Who shall own an account", "O"),
    demo("snooze", "Until when an account is snoozed", "z"),
    demo("risk", "How likely a payment fails", "R"),
    demo("note", "A note while it is typed", "n 'Met␣Ana'"),
    demo("checklist", "What is to be looked at in a stage", "+"),
    demo("confirm", "A question before a change that ends much", "X"),
    demo("bulk", "A change of three marked accounts, before it is made", "g l space space space >"),
    demo("write", "Which email to write", "w"),
    demo("which-key", "How a sequence of keys may go on", "g"),
    demo("themes", "Which theme to choose", "g c"),
    demo("views", "Which view to go to", "V"),
    Scene { name: "tour", title: "The tour's first step", start: Start::Tour, keys: "" },
];

/// A theme on a background.
#[derive(Clone)]
pub(crate) struct Look {
    pub(crate) theme: String,
    pub(crate) background: Background,
    /// The theme's name; with the background, where the theme goes with both.
    pub(crate) name: String,
}

/// Every theme the program comes with, on every background it is meant for.
pub(crate) fn looks() -> Vec<Look> {
    let on = |theme: &str, background, name| Look { theme: theme.to_owned(), background, name };
    let of = |(theme, colors): (&std::sync::Arc<str>, &gangplank::tui::theme::file::ThemeColors)| match colors
        .background
    {
        Background::Dark | Background::Light => vec![on(theme, colors.background, theme.to_string())],
        Background::Unknown => [(Background::Dark, "dark"), (Background::Light, "light")]
            .map(|(background, word)| on(theme, background, format!("{theme}-{word}")))
            .to_vec(),
    };
    Themes::shipped().iter().flat_map(of).collect()
}

/// The theme of the README's pictures.
pub(crate) fn readme_look() -> Look {
    Look { theme: "dark".to_owned(), background: Background::Dark, name: "dark".to_owned() }
}

/// The README's pictures: a scene and a size. A README is about 900 pixels wide, so more columns make smaller letters.
pub(crate) const README: [(&str, (u16, u16)); 5] = [
    ("today", (120, 36)),
    ("board", (200, 50)),
    ("alerts", (120, 36)),
    ("account", (120, 40)),
    ("numbers-ageing", (120, 30)),
];

/// The terminal that the morning is recorded in.
pub(crate) const MORNING_SIZE: (u16, u16) = (110, 32);

/// A moment of the morning: what is pressed, what that means, and how long one looks at what comes of it.
pub(crate) struct Moment {
    pub(crate) keys: &'static str,
    pub(crate) says: &'static str,
    pub(crate) milliseconds: u32,
}

const fn moment(keys: &'static str, says: &'static str, milliseconds: u32) -> Moment {
    Moment { keys, says, milliseconds }
}

/// A morning's work, to be watched in half a minute.
pub(crate) const MORNING: &[Moment] = &[
    moment("", "Today: who needs you, and why", 2200),
    moment("a", "Acknowledge the failed payment; the next account is chosen", 1700),
    moment("j j", "Two further down", 600),
    moment("enter", "Open the account", 1600),
    moment("esc", "Back to Today", 600),
    moment("r", "They replied: the rules move the card to 3a", 1700),
    moment("b", "They want a call", 900),
    moment("'mon␣10:00'", "On Monday", 900),
    moment("enter", "Booked: the card moves on to 3b", 1800),
    moment("j", "Next", 500),
    moment("c", "Yesterday's call was held: 4a", 1600),
    moment("x", "And this one was a no-show", 1500),
    moment("u", "No, it was not: undo", 1600),
    moment("j o", "Outreach sent; the checklist has open points, so it asks", 1500),
    moment("y", "Yes: the card goes to 2", 1600),
    moment("A", "The alerts", 1200),
    moment("j a", "Acknowledge one", 1500),
    moment("esc", "Close them", 500),
    moment("g", "One key after the other", 800),
    moment("b", "The board", 2200),
    moment("d", "Back to Today, where less is left", 2000),
];
