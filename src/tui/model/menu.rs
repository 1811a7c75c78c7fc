//! A question with a few answers to choose from.

use crate::query::Sort;

/// A question, its answers, and which of them is chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Menu {
    /// What is asked, already clean.
    pub title: String,
    pub items: Vec<MenuItem>,
    /// The chosen one of `items`.
    pub row: usize,
}

/// One answer of a menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuItem {
    /// The key that chooses it at once, whatever that key means elsewhere.
    pub key: char,
    /// The answer in words, already clean.
    pub label: String,
    pub choice: MenuChoice,
}

/// What an answer of a menu does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MenuChoice {
    /// Sorts by this.
    Sort(Sort),
    /// Copies this text.
    Copy(String),
    /// Opens the page at this address.
    OpenLink { name: String, address: String },
}

impl Menu {
    /// What to sort by, with `current` chosen.
    pub fn sort(current: Sort) -> Self {
        let items = Sort::ALL.iter().zip('1'..).map(|(sort, key)| MenuItem {
            key,
            label: sort.title().to_owned(),
            choice: MenuChoice::Sort(*sort),
        });
        let row = Sort::ALL.iter().position(|sort| *sort == current).unwrap_or(0);
        Self { title: "Sort by".to_owned(), items: items.collect(), row }
    }

    /// The choice of the answer with this key.
    pub fn with_key(&self, key: char) -> Option<&MenuChoice> {
        self.items.iter().find(|item| item.key == key).map(|item| &item.choice)
    }

    /// The choice of the chosen answer.
    pub fn chosen(&self) -> Option<&MenuChoice> {
        self.items.get(self.row).map(|item| &item.choice)
    }
}
