//! What an account is copied as, and the pages about it in other systems.

use super::{picker, programs};
use crate::prose::summary;
use crate::text;
use crate::tui::model::app::App;
use crate::tui::model::choices::{Choice, Picked};
use crate::tui::model::focus::Overlay;
use crate::tui::model::msg::Effect;
use crate::tui::model::picker::{Picker, PickerPurpose};
use crate::tui::model::status::Tone;
use crate::tui::screens::brief;

/// Asks what of the focused account to copy; the first key again is its address.
pub(super) fn ask_copy(app: &mut App) {
    if app.focused_id().is_none() {
        return;
    }
    let Some(account) = app.focused() else { return };
    let emails: Vec<&str> = account.emails().collect();
    let mut choices = Vec::new();
    let mut add = |key: char, what: &str, copied: String| {
        let copied = text::clean(&copied).into_owned();
        let label = format!("{what:<10} {copied}");
        choices.push(Choice { key: key.into(), ..Choice::new(label, Picked::Copy(copied)) });
    };
    if let [first, ..] = &emails[..] {
        add('y', "Address", (*first).to_owned());
    }
    if emails.len() > 1 {
        add('a', "Addresses", emails.join(", "));
    }
    add('i', "Id", account.id.to_string());
    let links = app.setup.links.iter().filter_map(|link| Some((link, link.address(account).ok()?)));
    for ((link, address), key) in links.zip('1'..='9') {
        add(key, &link.name, address);
    }
    let copied = summary::markdown(account, &app.board, &app.now);
    let label = format!("{:<10} as Markdown", "Summary");
    choices.push(Choice { key: 'm'.into(), ..Choice::new(label, Picked::Copy(text::clean_lines(&copied))) });
    if let Some(brief) = brief::of_focused(app) {
        let label = format!("{:<10} as Markdown", "Brief");
        choices.push(Choice {
            key: 'b'.into(),
            ..Choice::new(label, Picked::Copy(text::clean_lines(&brief.markdown())))
        });
    }
    let missing = emails.is_empty().then(|| format!("{} has no email address", account.name()));
    picker::open(app, Picker::new(PickerPurpose::Copy, "Copy", choices, Some(0)));
    if let Some(missing) = missing {
        app.say(Tone::Plain, &missing);
    }
}

/// Copies what lies over the board: the brief, or what a program wrote.
pub(super) fn copy_shown(app: &mut App) -> Option<Effect> {
    let shown = match app.overlay {
        Some(Overlay::Brief(_)) => brief::of_focused(app).map(|brief| brief.markdown()),
        Some(Overlay::Output(_)) => app.output.as_ref().map(|output| output.text.clone()),
        Some(Overlay::Help(_) | Overlay::Detail(_)) | None => None,
    };
    if shown.is_none() {
        app.say(Tone::Plain, "There is nothing to copy here");
    }
    shown.map(|shown| Effect::Copy(text::clean_lines(&shown)))
}

/// Opens the page about the focused account, or asks which one.
pub(super) fn open_link(app: &mut App) -> Option<Effect> {
    let id = app.focused_id()?;
    let account = app.focused()?.clone();
    if app.setup.links.is_empty() {
        app.say(
            Tone::Plain,
            "There are no links: write them into links.toml; `gangplank docs commands` says how",
        );
        return None;
    }
    let links = app.setup.links.iter().map(|link| (link.name.clone(), link.address(&account)));
    let (known, missing): (Vec<_>, Vec<_>) = links.partition(|(_, address)| address.is_ok());
    let mut known: Vec<(String, String)> =
        known.into_iter().filter_map(|(name, address)| Some((name, address.ok()?))).collect();
    if let ([], [(name, Err(error)), ..]) = (&known[..], &missing[..]) {
        app.say(Tone::Refused, &format!("{error}, which the link `{name}` needs"));
        return None;
    }
    if known.len() == 1 {
        return known.pop().map(|(name, address)| programs::open(app, id, &name, address));
    }
    let keys = ('1'..='9').chain('a'..='z');
    let choices = known.into_iter().zip(keys).map(|((name, address), key)| {
        let label = text::clean(&format!("{name:<12} {address}")).into_owned();
        let account = id.clone();
        Choice { key: key.into(), ..Choice::new(label, Picked::OpenLink { account, name, address }) }
    });
    let choices = choices.collect();
    picker::open(app, Picker::new(PickerPurpose::OpenLink, "Open", choices, Some(0)));
    None
}
