//! The palette: everything one may do or go to, by its name.

use std::sync::Arc;

use tui_input::Input;

use crate::query::words;
use crate::state::{AccountId, StageId};
use crate::text::folded;
use crate::tui::input::action::Action;
use crate::tui::model::filter::index::Finder;

/// How many accounts are offered beside the rest.
const ACCOUNTS: usize = 12;

/// What is typed into the palette, and what it means.
#[derive(Clone, Debug)]
pub struct Palette {
    pub input: Input,
    /// What was found for it, the best first.
    pub found: Vec<PaletteItem>,
    /// The chosen one of `found`.
    pub row: usize,
    all: Arc<[PaletteItem]>,
    finder: Finder,
}

/// Something to do or to go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaletteItem {
    /// What it is, in a word: `Stage`, `View`; empty for what a key does.
    pub kind: &'static str,
    /// Its name, already clean.
    pub label: String,
    /// The keys that do the same.
    pub keys: String,
    /// Why it cannot be done now.
    pub refused: Option<String>,
    pub choice: PaletteChoice,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaletteChoice {
    /// Does what a key does.
    Act(Action),
    /// Goes to the column of a stage.
    Stage(StageId),
    /// Opens the view of the tab at this place.
    View(usize),
    /// Shows a playbook.
    Playbook(Arc<str>),
    /// Runs the own command at this place.
    OwnCommand(usize),
    /// Shows the page of the documentation at this place.
    Page(usize),
    /// Opens an account.
    Account(AccountId),
}

impl Palette {
    pub(in crate::tui) fn new(items: Vec<PaletteItem>, finder: Finder) -> Self {
        Self { input: Input::default(), found: items.clone(), row: 0, all: items.into(), finder }
    }

    /// Finds what is typed by now; `name` answers what people call an account, and where it stands.
    pub(in crate::tui) fn search(&mut self, name: impl Fn(&AccountId) -> String) {
        self.row = 0;
        let typed = words::words(self.input.value());
        if typed.is_empty() {
            self.found = self.all.to_vec();
            return;
        }
        let fits =
            |item: &PaletteItem| words::stand_in(&typed, &folded(&format!("{} {}", item.label, item.kind)));
        let mut fitting: Vec<(u32, &PaletteItem)> =
            self.all.iter().filter_map(|item| Some((fits(item)?, item))).collect();
        // What cannot be done now comes after what can.
        fitting.sort_by_key(|(score, item)| (item.refused.is_some(), std::cmp::Reverse(*score)));
        let accounts =
            self.finder.find(self.input.value().trim(), ACCOUNTS).into_iter().map(|id| PaletteItem {
                kind: "Account",
                label: name(&id),
                keys: String::new(),
                refused: None,
                choice: PaletteChoice::Account(id),
            });
        self.found = fitting.into_iter().map(|(_, item)| item.clone()).chain(accounts).collect();
    }

    pub(in crate::tui) fn chosen(&self) -> Option<&PaletteItem> {
        self.found.get(self.row)
    }
}
