//! Asking how accounts are shown.

use super::picker;
use crate::query::Sort;
use crate::tui::model::app::App;
use crate::tui::model::choices::{Choice, Picked};
use crate::tui::model::focus::View;
use crate::tui::model::picker::{Picker, PickerPurpose};
use crate::tui::model::status::Tone;

/// Asks for the order.
pub(super) fn ask_order(app: &mut App) {
    if app.view == View::Today {
        return app.say(Tone::Plain, "Today is sorted by urgency, then next renewal, then name");
    }
    let current = app.columns.sort();
    let choices = Sort::ALL
        .iter()
        .zip('1'..)
        .map(|(sort, key)| Choice { key: key.into(), ..Choice::new(sort.title(), Picked::Sort(*sort)) });
    let start = Sort::ALL.iter().position(|sort| *sort == current);
    picker::open(app, Picker::new(PickerPurpose::Sort, "Sort by", choices.collect(), start));
}
