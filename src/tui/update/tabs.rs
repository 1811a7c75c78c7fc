//! Views: going from tab to tab, how many accounts each means, and saving what is on the screen as one.

use std::collections::BTreeSet;

use tui_input::Input;

use crate::config::views::{SavedView, ViewLayout, check_name};
use crate::state::query::ownership::Whose;
use crate::state::{Account, AccountId};
use crate::text;
use crate::tui::input::action::Action;
use crate::tui::input::chord::Chord;
use crate::tui::input::text_field;
use crate::tui::model::app::App;
use crate::tui::model::focus::View;
use crate::tui::model::msg::Effect;
use crate::tui::model::prompt::Prompt;
use crate::tui::model::status::{Status, Tone};
use crate::tui::model::tabs::Tab;

impl App {
    /// The tab whose view is on the screen; nothing where a filter of one's own is.
    pub fn current_tab(&self) -> Option<usize> {
        let filter = self.filter.as_ref().filter(|filter| filter.accounts().is_none());
        self.tab_of(filter.map_or("", |filter| filter.text.trim()))
    }

    /// The tab whose view is laid out like the screen, with the query `typed`.
    fn tab_of(&self, typed: &str) -> Option<usize> {
        let is_meant = |tab: &Tab, is_laid_out: &dyn Fn(ViewLayout) -> bool| {
            let is_plain = self.mine.is_none() && !self.lists_only();
            is_plain && is_laid_out(tab.view.layout) && tab.view.query.trim() == typed
        };
        let layout = match self.view {
            View::Today => ViewLayout::Today,
            View::Board => ViewLayout::Board,
            View::List { all: true } => ViewLayout::All,
            View::List { all: false } => ViewLayout::List,
        };
        let tabs = &self.tabs.tabs;
        let is_on_screen = |tab: &Tab| is_meant(tab, &|its| its == layout);
        let last = tabs.get(self.tabs.last).filter(|tab| is_on_screen(tab)).map(|_| self.tabs.last);
        // A list and columns of the same accounts are the same view, looked at another way.
        let is_turned = |tab: &Tab| {
            let turned = [ViewLayout::Board, ViewLayout::List];
            is_meant(tab, &|its| turned.contains(&layout) && turned.contains(&its))
        };
        last.or_else(|| tabs.iter().position(is_on_screen)).or_else(|| tabs.iter().position(is_turned))
    }

    /// The tab whose view a filter of one's own was typed over: that is where clearing it leads.
    pub fn filtered_tab(&self) -> Option<usize> {
        let is_typed = self.filter.is_some() && self.current_tab().is_none();
        if is_typed { self.tab_of("") } else { None }
    }

    /// What the view is called that is on the screen.
    pub fn view_name(&self) -> Option<&str> {
        self.current_tab().map(|at| &*self.tabs.tabs[at].view.name)
    }

    /// Shows the view of the tab at `at`.
    pub fn open_tab(&mut self, at: usize) {
        let Some(SavedView { query, layout, order, columns, .. }) =
            self.tabs.tabs.get(at).map(|tab| tab.view.clone())
        else {
            return;
        };
        self.leave_alerts();
        (self.overlay, self.screen) = (None, None);
        self.history.clear();
        self.marks.end_range();
        self.status = Status::default();
        self.tabs.last = at;
        self.list_columns = columns;
        if self.mine.take().is_some() {
            self.whose = Whose::Everybodys;
            self.queue = self.new_queue();
        }
        self.view = match layout {
            ViewLayout::Today => View::Today,
            ViewLayout::Board => View::Board,
            ViewLayout::List => View::List { all: false },
            ViewLayout::All => View::List { all: true },
        };
        if let Some(order) = order.filter(|order| *order != self.columns.sort()) {
            self.sort_anew(order);
        }
        self.filter_by(&query);
        self.focus_row(0);
    }

    pub(super) fn is_in_layout(&self, account: &Account, layout: ViewLayout) -> bool {
        match layout {
            ViewLayout::All => true,
            ViewLayout::Board | ViewLayout::List => account.placement.is_some(),
            ViewLayout::Today => !self.queue.reasons(&account.id).is_empty(),
        }
    }

    /// Takes in how everyone in `touched` stands now; `numbers` are theirs.
    pub(super) fn follow_tabs(&mut self, touched: &BTreeSet<AccountId>, numbers: &[usize]) {
        let mut tabs = std::mem::take(&mut self.tabs.tabs);
        let rules = self.setup.attention_rules();
        let context = self.query_context(&rules);
        for Tab { view, count, members } in &mut tabs {
            let Some(members) = members else { continue };
            for (id, number) in touched.iter().zip(numbers) {
                let account = self.board.get(id).filter(|account| self.is_in_layout(account, view.layout));
                let is_meant = account.is_some_and(|account| members.query.means(account, &context));
                members.set(*number, is_meant);
            }
            if members.walk.is_over() {
                *count = Some(members.count);
            }
        }
        self.tabs.tabs = tabs;
    }
}

/// Goes to the tab `by` places on; from the last to the first.
pub(super) fn step(app: &mut App, by: isize) {
    let current = app.current_tab();
    let shown: Vec<usize> = app.tabs.shown(current).collect();
    if shown.is_empty() {
        app.say(Tone::Plain, "There are no views: views.toml hides all of them");
        return;
    }
    // Whoever filtered goes on from the view where that began.
    let from = current.unwrap_or(app.tabs.last);
    let at = shown.iter().position(|at| *at == from);
    let len = shown.len().cast_signed();
    let to = at.map_or(0, |at| (at.cast_signed() + by).rem_euclid(len));
    app.open_tab(shown[to.cast_unsigned()]);
}

/// Asks under which name what is on the screen is saved.
pub(super) fn ask_name(app: &mut App) {
    if app.lists_only() || app.mine.is_some() {
        app.say(Tone::Plain, "This list has no query to save: filter with / and save that");
        return;
    }
    let name = app.current_tab().map(|at| app.tabs.tabs[at].view.name.clone()).unwrap_or_default();
    app.status = Status::default();
    app.prompt = Some(Prompt::SaveView(name.into()));
}

/// What a key does while the name of a view is typed.
pub(super) fn key(app: &mut App, mut input: Input, chord: Chord, action: Option<Action>) -> Option<Effect> {
    if action == Some(Action::Accept) {
        let name = input.value().trim().to_owned();
        if let Err(what) = check_name(&name) {
            app.say(Tone::Refused, &what);
            app.prompt = Some(Prompt::SaveView(input));
            return None;
        }
        if let Some(doubt) = doubt(app, &name)
            && app.status.text != doubt
        {
            app.say(Tone::Refused, &doubt);
            app.prompt = Some(Prompt::SaveView(input));
            return None;
        }
        return Some(Effect::SaveView(Box::new(on_screen(app, name))));
    }
    if text_field::edit(&mut input, chord, action) {
        app.status = Status::default();
    }
    app.prompt = Some(Prompt::SaveView(input));
    None
}

/// What to ask before what is on the screen is saved as `name`: said again, it is.
fn doubt(app: &App, name: &str) -> Option<String> {
    let known = app.tabs.tabs.iter().find(|tab| tab.view.is_called(name))?;
    let doubt = format!("There is a view called {}: enter again replaces it", known.view.name);
    Some(text::clean(&doubt).into_owned())
}

/// What is on the screen, as a view called `name`.
fn on_screen(app: &App, name: String) -> SavedView {
    let known = app.tabs.tabs.iter().find(|tab| tab.view.is_called(&name)).map(|tab| tab.view.clone());
    let layout = match app.view {
        View::Today => ViewLayout::Today,
        View::Board => ViewLayout::Board,
        View::List { all: false } => ViewLayout::List,
        View::List { all: true } => ViewLayout::All,
    };
    SavedView {
        query: app.filter.as_ref().map(|filter| filter.typed().trim().to_owned()).unwrap_or_default(),
        layout,
        order: (layout != ViewLayout::Today).then(|| app.columns.sort()),
        columns: app.list_columns.clone(),
        ..known.unwrap_or_else(|| SavedView::new(name))
    }
}

/// Takes in that `view` was saved, or why it was not.
pub(super) fn saved(app: &mut App, view: SavedView, result: Result<String, String>) {
    match result {
        Ok(file) => {
            let name = view.name.clone();
            let at = app.tabs.put(view);
            app.tabs.last = at;
            app.say(Tone::Plain, &format!("Saved the view {name} in {file}"));
        }
        Err(why) => app.say(Tone::Failed, &format!("The view was not saved: {why}")),
    }
}
