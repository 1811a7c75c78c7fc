//! The columns of the list, switched on and off.

use tui_input::Input;

use crate::config::views::ListColumn;
use crate::text;
use crate::tui::layout;
use crate::tui::layout::list_columns::{fields, heading};
use crate::tui::model::app::App;
use crate::tui::model::choices::{Choice, Choices, Picked};
use crate::tui::model::picker::{Picker, PickerPurpose};
use crate::tui::model::prompt::Prompt;

/// Each of `columns`, with its key, as a switch.
pub(super) fn switches(app: &App, columns: impl IntoIterator<Item = (String, ListColumn)>) -> Vec<Choice> {
    let (on, with_room) = (app.columns_that_are_on(), app.columns_with_room());
    let switch = |(key, column): (String, ListColumn)| {
        let (title, ..) = heading(&column, true);
        let is_on = on.contains(&column);
        let note = if is_on && !with_room.contains(&column) { "no room" } else { told(&column) };
        Choice {
            key,
            is_on: Some(is_on),
            note: note.to_owned(),
            ..Choice::new(text::clean(&title), Picked::Column(column))
        }
    };
    columns.into_iter().map(switch).collect()
}

/// What a column tells, where its title may be taken for another one's.
fn told(column: &ListColumn) -> &'static str {
    match column {
        ListColumn::Forecast => "monthly, rounded",
        ListColumn::Renews => "days to the next renewal",
        ListColumn::Renewal => "date of the next renewal",
        ListColumn::Fact(_) => "from the export",
        ListColumn::Name
        | ListColumn::Stage
        | ListColumn::Owner
        | ListColumn::Week
        | ListColumn::Risk
        | ListColumn::Id
        | ListColumn::Segments => "",
    }
}

/// Switches a column on or off, and goes on asking.
pub(super) fn toggle(app: &mut App, mut picker: Box<Picker>, column: &ListColumn) {
    let mut columns = app.columns_that_are_on();
    match columns.iter().position(|known| known == column) {
        Some(at) => drop(columns.remove(at)),
        None => columns.push(column.clone()),
    }
    // None at all would mean as many as fit.
    app.list_columns = if columns.is_empty() { vec![ListColumn::Name] } else { columns };
    let row = picker.choices.all().iter().filter_map(keyed).position(|(_, known)| known == *column);
    renew(app, &mut picker);
    picker.choices.choose(row.unwrap_or(0));
    picker.input = Input::default();
    app.prompt = Some(Prompt::Pick(picker));
}

fn renew(app: &App, picker: &mut Picker) {
    let columns: Vec<(String, ListColumn)> = picker.choices.all().iter().filter_map(keyed).collect();
    picker.choices = Choices::new(switches(app, columns), None);
}

/// Says of the switches anew which columns are on and have room: on a screen of another size, others do.
pub(super) fn refresh(app: &mut App) {
    let is_asked = |prompt: &mut Prompt| matches!(prompt, Prompt::Pick(picker) if picker.purpose == PickerPurpose::Columns && picker.input.value().is_empty());
    if let Some(Prompt::Pick(mut picker)) = app.prompt.take_if(is_asked) {
        let row = picker.choices.row();
        renew(app, &mut picker);
        if let Some(row) = row {
            picker.choices.choose(row);
        }
        app.prompt = Some(Prompt::Pick(picker));
    }
}

/// The column that `choice` switches, with its key.
fn keyed(choice: &Choice) -> Option<(String, ListColumn)> {
    let Picked::Column(column) = &choice.picked else { return None };
    Some((choice.key.clone(), column.clone()))
}

impl App {
    /// The columns of the list, as they stand: those that were chosen, or else as many as fit.
    pub(super) fn columns_that_are_on(&self) -> Vec<ListColumn> {
        if self.list_columns.is_empty() { self.columns_with_room() } else { self.list_columns.clone() }
    }

    fn columns_with_room(&self) -> Vec<ListColumn> {
        let width = usize::from(layout::areas(self).body.width);
        fields(&self.list_columns, width).0.into_iter().map(|(column, _)| column).collect()
    }
}
