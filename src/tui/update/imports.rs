//! Importing a file from the board: its path, what it would do, and then doing it.

use tui_input::Input;

use crate::session::progress::{DECIDED, WHOLE};
use crate::text;
use crate::tui::input::action::{Action, Motion};
use crate::tui::input::chord::Chord;
use crate::tui::input::text_field;
use crate::tui::model::app::App;
use crate::tui::model::imports::{Awaited, CompletedPath, ImportPanel, ImportPreview};
use crate::tui::model::msg::Effect;
use crate::tui::model::prompt::Prompt;
use crate::tui::model::status::{Status, Tone};

/// How many lines a page of the preview goes through.
const PAGE: usize = 10;

/// How many names a path may go on with are listed.
const NAMES: usize = 12;

/// Asks for the path of a file.
pub(super) fn ask(app: &mut App) {
    again(app, "");
}

fn again(app: &mut App, path: &str) {
    app.status = Status::default();
    app.prompt = Some(Prompt::ImportPath(path.into()));
}

/// Takes in a key while the path is typed.
pub(super) fn key(app: &mut App, mut input: Input, chord: Chord, action: Option<Action>) -> Option<Effect> {
    let typed = input.value().trim().to_owned();
    let effect = match action {
        Some(Action::Accept) if typed.is_empty() => {
            app.say(Tone::Refused, "Type the path of a CSV or JSON file, such as ~/Downloads/accounts.csv");
            None
        }
        Some(Action::Accept) => {
            app.say(Tone::Plain, "Reading…");
            app.awaited = Some(Awaited::Reading);
            Some(Effect::PreviewImport(typed))
        }
        Some(Action::Complete | Action::CompleteBack) => Some(Effect::CompletePath(typed)),
        other => {
            if text_field::edit(&mut input, chord, other) {
                app.status = Status::default();
            }
            None
        }
    };
    app.prompt = Some(Prompt::ImportPath(input));
    effect
}

/// The cells of a bar that says how far the work has come.
const BAR: usize = 24;

/// Says that so many in a hundred parts of what is waited for are done. Nobody is told of what takes no time.
pub(super) fn come(app: &mut App, percent: usize) {
    let done = (percent * BAR / 100).min(BAR);
    let bar = format!("{}{} {percent} %", "▇".repeat(done), "░".repeat(BAR - done));
    let words = match &app.awaited {
        None => return,
        Some(Awaited::Reading) => format!("Reading  {bar}"),
        // The disk says nothing of how far it is.
        Some(Awaited::Importing(path)) if percent * WHOLE >= DECIDED * 100 => {
            format!("Importing {path}  {bar} · saving")
        }
        Some(Awaited::Importing(path)) => format!("Importing {path}  {bar}"),
    };
    app.say(Tone::Plain, &words);
}

/// Takes in how the path that was typed may go on.
pub(super) fn completed(app: &mut App, typed: &str, completed: CompletedPath) {
    let Some(Prompt::ImportPath(input)) = &mut app.prompt else { return };
    // Something else was typed meanwhile.
    if input.value().trim() != typed {
        return;
    }
    let CompletedPath { path, names } = completed;
    let is_same = path == typed;
    *input = path.into();
    let more = names.len().saturating_sub(NAMES);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    match &names[..] {
        [] if is_same => app.say(Tone::Plain, "No file begins so"),
        [] => app.status = Status::default(),
        names => app.say(Tone::Plain, &format!("{}{more}", names[..names.len().min(NAMES)].join("  "))),
    }
}

/// Takes in what the file would do, or why it cannot be read: then its path is asked for again.
pub(super) fn previewed(app: &mut App, preview: Result<ImportPreview, String>) {
    app.awaited = None;
    if !matches!(app.prompt, Some(Prompt::ImportPath(_))) {
        return;
    }
    match preview {
        Ok(preview) => {
            app.status = Status::default();
            app.prompt = Some(Prompt::Import(Box::new(ImportPanel { preview, top: 0 })));
        }
        Err(why) => app.say(Tone::Refused, &why),
    }
}

/// Takes in a key while the preview is shown.
pub(super) fn panel_key(
    app: &mut App,
    mut panel: Box<ImportPanel>,
    action: Option<Action>,
) -> Option<Effect> {
    if action == Some(Action::Accept) {
        let Some(batch) = panel.preview.batch else {
            again(app, &panel.preview.path);
            app.say(Tone::Refused, "Nothing of it can be imported: name another file");
            return None;
        };
        // Thousands take a while, in which nothing else is to be seen.
        let path = &panel.preview.path;
        app.say(Tone::Plain, &format!("Importing {path}… The accounts stand here as soon as they are saved"));
        app.awaited = Some(Awaited::Importing(path.clone()));
        return Some(app.submit(batch));
    }
    if let Some(motion) = action.and_then(Action::motion) {
        scroll(&mut panel, motion);
    }
    app.prompt = Some(Prompt::Import(panel));
    None
}

/// Goes through the lines of the preview.
pub(super) fn scroll(panel: &mut ImportPanel, motion: Motion) {
    panel.top = motion.from(panel.top, PAGE).min(panel.preview.lines.len().saturating_sub(1));
}

/// Goes back from the preview to the path.
pub(super) fn back(app: &mut App, panel: &ImportPanel) {
    again(app, &panel.preview.path);
    app.say(Tone::Plain, "Nothing was imported");
}

/// Takes in a pasted path, as terminals write one that is dropped on them.
pub(super) fn paste(app: &mut App, pasted: &str) {
    if let Some(Prompt::ImportPath(input)) = &mut app.prompt {
        let path = pasted.trim().trim_matches(['\'', '"']);
        text_field::insert(input, &text::clean(path));
        app.status = Status::default();
    }
}
