//! Asking how accounts are shown.

use std::collections::HashSet;

use super::{list_columns, picker};
use crate::config::theme::AUTO;
use crate::config::views::ListColumn;
use crate::prose::lists::plural;
use crate::prose::timeline::filter_title;
use crate::query::Sort;
use crate::state::FactKey;
use crate::state::query::timeline::TimelineFilter;
use crate::text;
use crate::tui::input::action::Action;
use crate::tui::layout;
use crate::tui::model::app::App;
use crate::tui::model::choices::{Choice, Picked, digit};
use crate::tui::model::focus::{Overlay, View};
use crate::tui::model::insights::CountedOwner;
use crate::tui::model::picker::{Picker, PickerPurpose};
use crate::tui::model::status::Tone;
use crate::tui::theme::Background;

/// Asks for the order.
pub(super) fn ask_order(app: &mut App) {
    if app.view == View::Today {
        return app.say(Tone::Plain, "Today is sorted by urgency, then next renewal, then name");
    }
    let current = app.columns.sort();
    let choices = Sort::ALL.iter().zip('1'..).map(|(sort, key)| Choice {
        key: key.into(),
        note: sort.direction().to_owned(),
        ..Choice::new(sort.title(), Picked::Sort(*sort))
    });
    let start = Sort::ALL.iter().position(|sort| *sort == current);
    picker::open(app, Picker::new(PickerPurpose::Sort, "Sort by", choices.collect(), start));
}

/// Asks which view to go to.
pub(super) fn ask_view(app: &mut App) {
    if app.tabs.is_empty() {
        return app.say(Tone::Plain, "There are no views: views.toml hides all of them");
    }
    let current = app.current_tab();
    let choices = app.tabs.tabs.iter().enumerate().map(|(at, tab)| Choice {
        key: digit(at),
        note: tab.count.map_or_else(String::new, |count| count.to_string()),
        ..Choice::new(text::clean(&tab.view.name), Picked::View(at))
    });
    let choices = choices.collect();
    picker::open(app, Picker::new(PickerPurpose::View, "View", choices, current));
}

/// Asks for a theme; the one on the screen is chosen.
pub(super) fn ask_theme(app: &mut App) {
    let auto = Choice {
        note: "by the terminal's background".to_owned(),
        ..Choice::new(AUTO, Picked::Theme(AUTO.into()))
    };
    let named = app.themes.themes.iter().map(|(name, theme)| {
        let note = match theme.background {
            Background::Dark => "dark",
            Background::Light => "light",
            Background::Unknown => "any background",
        };
        Choice { note: note.to_owned(), ..Choice::new(&**name, Picked::Theme(name.clone())) }
    });
    let choices: Vec<Choice> = std::iter::once(auto).chain(named).collect();
    let current = app.themes.named.as_deref().unwrap_or(AUTO);
    let start = choices.iter().position(|choice| choice.label == current);
    picker::open(app, Picker::new(PickerPurpose::Theme, "Theme", choices, start));
}

/// Asks which of the things that happened to the account are to be seen.
pub(super) fn ask_timeline(app: &mut App) {
    if !matches!(app.overlay, Some(Overlay::Detail(_))) && layout::areas(app).dock.is_empty() {
        return app.say(Tone::Plain, "Open an account first: this chooses what its timeline shows");
    }
    let choices = TimelineFilter::ALL.iter().enumerate().map(|(at, filter)| Choice {
        key: digit(at),
        ..Choice::new(filter_title(*filter), Picked::Timeline(*filter))
    });
    let start = TimelineFilter::ALL.iter().position(|filter| *filter == app.timeline);
    picker::open(app, Picker::new(PickerPurpose::Timeline, "Timeline", choices.collect(), start));
}

/// Asks whose accounts the week in numbers counts.
pub(super) fn ask_counted_owner(app: &mut App) {
    let people = app.workload.people(app.roster()).into_iter();
    let of = |(name, count): (std::sync::Arc<str>, usize)| Choice {
        note: plural(count, "open account", "open accounts"),
        ..Choice::new(text::clean(&name), Picked::CountedOwner(CountedOwner::Of(name.clone())))
    };
    let everybody = Choice::new("Everybody", Picked::CountedOwner(CountedOwner::Everybody));
    let nobody = Choice::new("No owner", Picked::CountedOwner(CountedOwner::Nobody));
    let all = std::iter::once(everybody).chain(people.map(of)).chain([nobody]);
    let choices: Vec<Choice> =
        all.enumerate().map(|(at, choice)| Choice { key: digit(at), ..choice }).collect();
    let current = Picked::CountedOwner(app.insights.scope.whose.clone());
    let start = choices.iter().position(|choice| choice.picked == current);
    picker::open(app, Picker::new(PickerPurpose::CountedOwner, "Count the accounts of", choices, start));
}

/// Asks which columns the list has.
pub(super) fn ask_columns(app: &mut App) {
    if !matches!(app.view, View::List { .. }) {
        let key = app.board_key(Action::ToggleList).unwrap_or_default();
        return app.say(Tone::Plain, &format!("Only the list has columns to choose: {key} opens it"));
    }
    let shown = app.columns_that_are_on();
    let facts: HashSet<&FactKey> = app.board.accounts().flat_map(|account| account.facts.keys()).collect();
    let mut facts: Vec<FactKey> = facts.into_iter().filter(|fact| **fact != FactKey::Name).cloned().collect();
    facts.sort_unstable();
    let others = ListColumn::OWN.into_iter().chain(facts.into_iter().map(ListColumn::Fact));
    let others = others.filter(|column| !shown.contains(column) && *column != ListColumn::Name);
    // Whose row it is, is always said.
    let named = shown.iter().filter(|column| **column != ListColumn::Name);
    let keyed = named.cloned().chain(others).enumerate().map(|(at, column)| (digit(at), column));
    let all = list_columns::switches(app, keyed);
    picker::open(app, Picker::new(PickerPurpose::Columns, "Columns", all, None));
}
