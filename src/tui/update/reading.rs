//! Opening an account, going on to the next one, and showing it beside the list.

use crate::state::Command;
use crate::tui::model::app::App;
use crate::tui::model::focus::{AccountPreview, Overlay};
use crate::tui::model::msg::Effect;
use crate::tui::model::status::Tone;

pub(super) fn open(app: &mut App) -> Option<Effect> {
    app.focused_id()?;
    app.leave_alerts();
    let top = app.preview_top();
    app.lay_over(Overlay::Detail(top));
    see(app)
}

/// Shows the focused account in a few lines.
pub(super) fn show_brief(app: &mut App) {
    if app.focused_id().is_some() {
        app.lay_over(Overlay::Brief(0));
    }
}

/// Shows the chosen account beside Today and the list, or no longer.
pub(super) fn toggle_preview(app: &mut App) {
    app.preview = AccountPreview { is_hidden: !app.preview.is_hidden, ..AccountPreview::default() };
    let words = match (app.preview.is_hidden, app.size.0 < AccountPreview::FROM) {
        (true, _) => "The preview is hidden".to_owned(),
        (false, false) => "The preview stands beside Today and the list".to_owned(),
        (false, true) => format!("The preview needs {} columns", AccountPreview::FROM),
    };
    app.say(Tone::Plain, &words);
    app.settle();
}

/// Goes to the card beside; while one is open, to read it.
pub(super) fn read_on(app: &mut App, by: isize) -> Option<Effect> {
    let row = app.row_beside(by);
    let is_open = matches!(app.overlay, Some(Overlay::Detail(_)));
    if is_open {
        app.overlay = Some(Overlay::Detail(0));
    }
    app.focus_row(row);
    if is_open { see(app) } else { None }
}

/// What is open has been looked at.
pub(super) fn see(app: &mut App) -> Option<Effect> {
    // Whoever reads of an earlier day has not looked at how it stands now.
    let account = app.focused().filter(|account| account.is_unseen() && app.past.is_none())?.id.clone();
    Some(app.submit(Command::MarkSeen { account }))
}
