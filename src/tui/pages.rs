//! What the screens of the playbooks and of the forecast show: worked out when one is opened and when the board
//! changes under it, never for a frame.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::action::Action;
use super::app::{App, Filter, Overlay, View, scrolled};
use super::filter::Index;
use super::layout;
use crate::playbook::explain::reaches;
use crate::playbook::occasion::is_timed;
use crate::playbook::{Firings, Playbook, words};
use crate::state::forecast::{Amounts, Forecast, Stand};
use crate::state::words::deeds;
use crate::state::{AccountId, Currency, Entry, Event};

/// An open screen: what it shows, and where the person is in it.
#[derive(Clone, Debug)]
pub struct Page {
    /// The chosen row.
    pub row: usize,
    /// The first visible row.
    pub top: usize,
    /// The chosen number of the row, in the forecast.
    pub column: usize,
    /// Its rows.
    pub rows: Rows,
}

/// The rows of a screen.
#[derive(Clone, Debug)]
pub enum Rows {
    /// One per playbook.
    Playbooks(Vec<Sheet>),
    /// One per currency and stage, and their totals.
    Forecast(Vec<Line>),
}

/// A playbook, whom it would touch, and what it did.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// Its id.
    pub id: Arc<str>,
    /// What people call it.
    pub title: Arc<str>,
    /// Whether it is on.
    pub on: bool,
    /// Whether time sets it off.
    pub timed: bool,
    /// What sets it off, in words.
    pub trigger: String,
    /// What it does, in words.
    pub does: String,
    /// How many accounts it would touch: now, where time sets it off, else if that happened to them.
    pub reach: usize,
    /// The first of them by name, in the board's order.
    pub names: Vec<String>,
    /// What it did, newest first, as far as the board remembers.
    pub lately: Vec<Deed>,
}

/// What a playbook did once.
#[derive(Clone, Debug)]
pub struct Deed {
    /// When.
    pub at: DateTime<Utc>,
    /// For whom.
    pub name: String,
    /// What, in words.
    pub words: String,
}

/// A line of the forecast.
#[derive(Clone, Debug)]
pub struct Line {
    /// The currency; nothing where no amount is known.
    pub currency: Option<Currency>,
    /// Its currency and stage in short, or what the line is otherwise.
    pub name: String,
    /// The same at length.
    pub label: String,
    /// Whether it adds up others.
    pub is_total: bool,
    /// What is expected, and of whom.
    pub amounts: Amounts,
}

/// Accounts that alone are listed: those behind a number of the forecast.
#[derive(Clone, Debug)]
pub struct Only {
    /// Who.
    pub accounts: HashSet<AccountId>,
    /// The row and the number of the forecast they stand behind, and its first visible row.
    from: (usize, usize, usize),
    /// What was to be seen under the forecast.
    view: View,
}

/// How many names of whom a playbook would touch are kept.
const NAMES: usize = 24;

impl Page {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        match &self.rows {
            Rows::Playbooks(sheets) => sheets.len(),
            Rows::Forecast(lines) => lines.len(),
        }
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The first of the rows to draw where `visible` fit, so that the chosen one is among them.
    pub fn first(&self, visible: usize) -> usize {
        scrolled(self.top, self.row, visible.max(1), self.len())
    }

    /// The chosen playbook.
    pub fn sheet(&self) -> Option<&Sheet> {
        match &self.rows {
            Rows::Playbooks(sheets) => sheets.get(self.row),
            Rows::Forecast(_) => None,
        }
    }
}

impl Line {
    /// The accounts behind the number in `column`, counted from the left.
    pub fn accounts(&self, column: usize) -> &[AccountId] {
        match column {
            0 => &self.amounts.accounts,
            1 | 2 => &self.amounts.forecasted.accounts,
            _ => &self.amounts.upcoming.accounts,
        }
    }
}

impl App {
    /// Opens one of the screens, or closes it when it is open.
    pub fn toggle_page(&mut self, overlay: Overlay) {
        self.overlay = if self.overlay == Some(overlay) { None } else { Some(overlay) };
        self.page = None;
        self.refresh_page();
        self.settle();
    }

    /// Works out anew what the open screen shows.
    pub fn refresh_page(&mut self) {
        let rows = match self.overlay {
            Some(Overlay::Playbooks) => Rows::Playbooks(sheets(self)),
            Some(Overlay::Forecast) => Rows::Forecast(lines(self)),
            Some(Overlay::Detail(_) | Overlay::Help(_)) | None => {
                self.page = None;
                return;
            }
        };
        let (row, top, column) =
            self.page.as_ref().map_or((0, 0, 0), |page| (page.row, page.top, page.column));
        self.page = Some(Page { row, top, column, rows });
        self.choose(row);
    }

    /// Chooses a row of the open screen, or the nearest there is, and brings it into view.
    pub fn choose(&mut self, row: usize) {
        let visible = layout::page_rows(self);
        let Some(page) = &mut self.page else { return };
        page.row = row.min(page.len().saturating_sub(1));
        page.top = page.first(visible);
    }

    /// Goes up or down in the open screen. False when `action` does something else.
    pub fn scroll_page(&mut self, action: Action) -> bool {
        let step = layout::page_rows(self).max(1);
        let Some(row) = self.page.as_ref().map(|page| page.row) else { return false };
        let row = match action {
            Action::FocusDown => row + 1,
            Action::FocusUp => row.saturating_sub(1),
            Action::PageDown => row + step,
            Action::PageUp => row.saturating_sub(step),
            Action::First => 0,
            Action::Last => usize::MAX,
            _ => return false,
        };
        self.choose(row);
        true
    }

    /// Lists the accounts behind the chosen number of the forecast, and no others. False when there are none.
    pub fn open_number(&mut self) -> bool {
        let Some(Page { row, top, column, rows: Rows::Forecast(lines) }) = &self.page else { return false };
        let Some(line) = lines.get(*row) else { return false };
        let accounts: HashSet<AccountId> = line.accounts(*column).iter().cloned().collect();
        if accounts.is_empty() {
            return false;
        }
        let query = line.name.clone();
        let only = Only { accounts, from: (*row, *top, *column), view: self.view };
        self.filter = Some(Filter { query, index: Index::default(), only: Some(only) });
        (self.overlay, self.page) = (None, None);
        self.view = View::List { all: true };
        self.narrow();
        self.focus_row(0);
        true
    }

    /// Goes back from accounts behind a number to the forecast. False when they are not what is listed.
    pub fn close_number(&mut self) -> bool {
        let Some(only) = self.filter.as_ref().and_then(|filter| filter.only.clone()) else { return false };
        self.view = only.view;
        self.filter_by("");
        let (row, top, column) = only.from;
        self.overlay = Some(Overlay::Forecast);
        self.page = Some(Page { row, top, column, rows: Rows::Forecast(Vec::new()) });
        self.refresh_page();
        true
    }
}

fn sheets(app: &App) -> Vec<Sheet> {
    let mut entries: Vec<&Arc<Entry>> = app.board.recent().collect();
    entries.reverse();
    let mut firings = Firings::default();
    for entry in &entries {
        firings.take(entry);
    }
    app.setup.playbooks.all.iter().map(|playbook| sheet(app, playbook, &entries, &firings)).collect()
}

fn sheet(app: &App, playbook: &Playbook, entries: &[&Arc<Entry>], firings: &Firings) -> Sheet {
    let id = &playbook.id.0;
    let name = |id: &AccountId| app.board.get(id).map_or(id.as_str(), |account| account.name()).to_owned();
    let (mut reach, mut names) = (0, Vec::new());
    for row in app.shelf.list(true).all() {
        let Some(account) = app.board.get(&row.id) else { continue };
        if reaches(&app.board, &app.setup.playbooks, playbook, account, app.now) {
            reach += 1;
            if names.len() < NAMES {
                names.push(name(&row.id));
            }
        }
    }
    let deed = |firing: &crate::playbook::firings::Firing| {
        let entry = entries.iter().find(|entry| entry.seq == firing.seq)?;
        let done = done(entry, id, &firing.account);
        let words = deeds(done, &app.board);
        (!words.is_empty()).then(|| Deed { at: firing.at, name: name(&firing.account), words })
    };
    Sheet {
        id: id.clone(),
        title: playbook.title.clone(),
        on: playbook.is_on(&app.board),
        timed: is_timed(&playbook.on),
        trigger: words::trigger(&playbook.on),
        does: playbook.then.iter().map(words::action).collect::<Vec<_>>().join(" and "),
        reach,
        names,
        lately: firings.of(id).iter().rev().filter_map(deed).collect(),
    }
}

/// What `playbook` did for `account` in `entry`: what follows its mark, up to the next one.
fn done<'a>(entry: &'a Entry, playbook: &str, account: &AccountId) -> &'a [Event] {
    let is_mark = |event: &Event| matches!(event, Event::Fired { .. });
    let is_its_own = |event: &Event| matches!(event, Event::Fired { playbook: by, account: of, .. } if **by == *playbook && of == account);
    let Some(at) = entry.events.iter().position(is_its_own) else { return &[] };
    let after = &entry.events[at + 1..];
    &after[..after.iter().position(is_mark).unwrap_or(after.len())]
}

fn lines(app: &App) -> Vec<Line> {
    let forecast = Forecast::of(&app.board, &app.setup.weights);
    let mut lines = Vec::new();
    for currency in forecast.currencies() {
        let start = lines.len();
        for (stand, amounts) in forecast.of_currency(currency) {
            let [name, label] = named(app, stand).map(|words| format!("{currency} {words}"));
            let amounts = amounts.clone();
            lines.push(Line { currency: Some(currency), name, label, is_total: false, amounts });
        }
        if lines.len() - start > 1 {
            let amounts = Amounts::total(lines[start..].iter().map(|line| &line.amounts));
            let label = format!("{currency} in all");
            let name = label.clone();
            lines.push(Line { currency: Some(currency), name, label, is_total: true, amounts });
        }
    }
    let amounts = Amounts::total(forecast.unknown.values());
    if !amounts.accounts.is_empty() {
        let label = "no amount known".to_owned();
        lines.push(Line { currency: None, name: label.clone(), label, is_total: false, amounts });
    }
    lines
}

/// What people call where accounts stand: in short, and at length.
fn named(app: &App, stand: Stand) -> [String; 2] {
    match stand {
        Stand::Stage(position) => match app.board.pipeline().stages().get(position) {
            Some(stage) => [stage.id.to_string(), format!("{} {}", stage.id, stage.title())],
            None => Default::default(),
        },
        Stand::Unmapped => ["unmapped"; 2].map(str::to_owned),
        Stand::Off => ["off the board"; 2].map(str::to_owned),
    }
}
