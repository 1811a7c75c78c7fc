//! Without a command: the board itself.

use std::sync::Arc;

use super::at::past_day;
use super::backup::DailyBackups;
use super::context::OpeningFindings;
use super::docs::pages;
use super::import::preview::previewer;
use super::output::BackgroundChoice;
use super::{CliError, Context, notify, shell_word};
use crate::config::error::ConfigError;
use crate::config::files::{self, LoadError, parsed};
use crate::config::links::{self, Link};
use crate::config::theme::NamedTheme;
use crate::config::views::{self, SavedView};
use crate::demo;
use crate::emails::file::EmailTemplates;
use crate::hooks::HookRunner;
use crate::prose::lists::plural;
use crate::session::{Session, spawn_with_hooks};
use crate::state::values::past_day::PastDay;
use crate::store::StoreAddress;
use crate::store::bookmark::Bookmark;
use crate::sync::status::{self, ReceiverStates};
use crate::sync::worker::{SourceWorkers, Surroundings};
use crate::text;
use crate::tui::input::keymap::Keymap;
use crate::tui::input::own_commands::{self, OwnCommand};
use crate::tui::layout::PLAIN_SIZE;
use crate::tui::model::app::{App, Setup};
use crate::tui::screens::activity::MOST_NEWS;
use crate::tui::shell::run::{Closed, Exit, ScreenError, run as show};
use crate::tui::shell::terminal::{is_dumb, is_interactive};
use crate::tui::theme::choice::ThemeChoice;
use crate::tui::theme::file::{DIRECTORY, Themes};
use crate::tui::theme::{Background, Depth};

/// What the board shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// The accounts in the store.
    Store,
    /// Made-up ones.
    Demo,
    /// The same, with a tour through them.
    Tour,
}

/// Opens the board.
pub(super) fn run(
    shown: Shown,
    background: Option<BackgroundChoice>,
    at: Option<&str>,
    context: &Context,
) -> Result<(), CliError> {
    if !is_interactive() {
        return Err(CliError::Usage(
            "the board needs a terminal; without one, use `gangplank list`, `today`, `show`, `import`, `record`, \
             `move`, `undo` or another command that `gangplank --help` lists"
                .to_owned(),
        ));
    }
    if is_dumb() && !context.config.plain {
        return Err(CliError::usage(
            "this terminal cannot show the board, because TERM names none that can: set TERM, for example to \
             xterm-256color, have everything said line by line with `gangplank --plain`, or use a command that \
             `gangplank --help` lists",
        ));
    }
    let at = at.map(|text| past_day(text, &context.config.now())).transpose()?.flatten();
    let own = parsed(&context.config.paths.config("keymap.toml"), |text, file| {
        Keymap::default().overlaid(text, file)
    })?;
    let keymap = own.unwrap_or_default();
    let links = parsed(&context.config.paths.config("links.toml"), links::parse)?.unwrap_or_default();
    let read = |text: &str, file: &str| own_commands::parse(text, file, &keymap);
    let commands = parsed(&context.config.paths.config("commands.toml"), read)?.unwrap_or_default();
    let own = OwnFiles {
        keymap,
        commands,
        links,
        views: context.views()?,
        themes: theme_choice(context, background)?,
        emails: context.email_templates()?,
    };
    let mut shown = shown;
    loop {
        let (config, now) = (&context.config, context.config.now());
        let (session, found) = match shown {
            Shown::Store => {
                let (session, found) = context.open_board()?;
                (session.into_session(), found)
            }
            Shown::Demo | Shown::Tour => {
                (demo::session(&config.pipeline, &config.playbooks, now), OpeningFindings::default())
            }
        };
        match once(session, found, shown, at, &own, context)? {
            Exit::Quit => return Ok(()),
            Exit::Demo => shown = Shown::Demo,
            Exit::Signal(signal) => {
                return signal.exit_code().map_or(Ok(()), |code| Err(CliError::Ended(code)));
            }
        }
    }
}

/// What a team's files say of keys, programs, pages, views and emails.
struct OwnFiles {
    keymap: Keymap,
    commands: Vec<OwnCommand>,
    links: Vec<Link>,
    views: Vec<SavedView>,
    themes: ThemeChoice,
    emails: EmailTemplates,
}

/// That a repair could not keep everything, which `lost_marks` entries say.
pub(super) fn lost_words(lost_marks: u64) -> String {
    let places = plural(usize::try_from(lost_marks).unwrap_or(usize::MAX), "place", "places");
    format!(
        "Changes are lost in {places}: a repair could not keep them; `gangplank log` shows there which accounts they may have changed"
    )
}

/// How this program was started.
fn program() -> String {
    let named = std::env::args_os().next().map(|program| program.to_string_lossy().into_owned());
    let named = named.filter(|program| !program.is_empty()).unwrap_or_else(|| "gangplank".to_owned());
    shell_word(&text::clean(&named))
}

/// What opens an address: the browser that the person names, else what the system has for it.
fn opener() -> Vec<String> {
    let named = std::env::var("BROWSER").unwrap_or_default();
    let first = named.split(':').next().unwrap_or_default();
    let words: Vec<String> =
        first.split_whitespace().filter(|word| *word != "%s").map(str::to_owned).collect();
    if !words.is_empty() {
        return words;
    }
    let words: &[&str] = if cfg!(target_os = "macos") {
        &["open"]
    } else if cfg!(windows) {
        // Not `start`: that is a word of a shell, which would read the address.
        &["rundll32", "url.dll,FileProtocolHandler"]
    } else {
        &["xdg-open"]
    };
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// The themes there are, and which of them the settings and the terminal want. Of the background, what the person says wins
/// over the environment.
pub(super) fn theme_choice(
    context: &Context,
    said: Option<BackgroundChoice>,
) -> Result<ThemeChoice, CliError> {
    let variable = |name: &str| std::env::var(name).ok();
    let background = match said {
        Some(BackgroundChoice::Dark) => Background::Dark,
        Some(BackgroundChoice::Light) => Background::Light,
        None => Background::detect(variable),
    };
    let own = files::texts(&context.config.paths.config(DIRECTORY), "toml")?;
    let themes = Themes::new(own).map_err(LoadError::from)?;
    let named = |setting: &Option<NamedTheme>| -> Result<Option<Arc<str>>, CliError> {
        let Some(NamedTheme { name, place }) = setting else { return Ok(None) };
        if themes.get(name).is_some() {
            return Ok(Some(name.clone()));
        }
        let error = ConfigError { what: themes.unknown(name), ..place.clone() };
        Err(LoadError::from(error).into())
    };
    let settings = &context.config.theme;
    let (named, on_dark, on_light) =
        (named(&settings.always)?, named(&settings.on_dark)?, named(&settings.on_light)?);
    let depth = Depth::detect(context.color.wanted(), variable);
    Ok(ThemeChoice {
        themes: Arc::new(themes),
        depth,
        named,
        on_dark,
        on_light,
        background,
        is_background_known: said.is_some(),
    })
}

fn once(
    mut session: Session,
    OpeningFindings { mut notices, lost_marks }: OpeningFindings,
    shown: Shown,
    at: Option<PastDay>,
    own: &OwnFiles,
    context: &Context,
) -> Result<Exit, CliError> {
    let (config, demo) = (&context.config, shown != Shown::Store);
    let setup = Setup {
        me: context.me(),
        keymap: own.keymap.clone(),
        themes: own.themes.clone(),
        urgent_days: config.renewal.urgent.into(),
        soon_days: config.renewal.soon.into(),
        playbooks: config.playbooks.clone(),
        currency: config.currency,
        weights: config.forecast,
        demo,
        kept_in: match &config.store {
            StoreAddress::Team(address) => {
                ("Everything is in the database of your team, at", address.to_string())
            }
            StoreAddress::Directory(dir) => {
                ("Everything stays on this machine, in", dir.display().to_string())
            }
            StoreAddress::Memory => ("Everything is gone when this ends", String::new()),
        },
        mouse: config.mouse,
        plain: config.plain,
        preview: config.preview,
        own_commands: own.commands.clone(),
        links: own.links.clone(),
        opener: opener(),
        emails: own.emails.clone(),
        mail: config.mail.clone(),
        pages: pages(),
        program: program(),
        views: own.views.clone(),
        views_file: config.paths.config(views::FILE),
        sources: config.sources.clone(),
        receivers: config.receivers.clone(),
        settings_file: config.paths.config("config.toml"),
    };
    let closed = |error: ScreenError| CliError::error(error.to_string());
    let size = if config.plain {
        PLAIN_SIZE
    } else {
        crossterm::terminal::size().map_err(|error| closed(error.into()))?
    };
    let mut bookmark = if demo { Bookmark::default() } else { Bookmark::open(&config.me, &config.store) };
    if lost_marks > bookmark.lost_marks() {
        notices.push(lost_words(lost_marks));
    }
    let mut app = App::new(session.board().clone(), config.now(), size, Arc::new(setup)).beginning_today();
    app = app.noticing(notices, session.trouble());
    if shown == Shown::Tour {
        app = app.touring();
    }
    if let Some(looked) = bookmark.seq().filter(|looked| *looked < app.board.seq()) {
        let since = usize::try_from(app.board.seq() - looked).unwrap_or(usize::MAX);
        let news = session.news_of_others(&app.setup.me, since.min(MOST_NEWS + 1)).unwrap_or_default();
        (app.looked, app.by_others) = (looked, news.len());
    }
    if let Some(day) = at {
        app.look_back(session.past_board(day, &app.setup.me, config.now().zone)?);
    }
    // The demonstration happens to nobody.
    let hooks = if demo { HookRunner::none() } else { context.hooks.replace(HookRunner::none()) };
    // From here on, the board itself says for whom it waits.
    context.waiting.silence();
    let handle = spawn_with_hooks(session, hooks);
    let is_shared = matches!(config.store, StoreAddress::Team(_));
    // The server of a team has its own.
    let backups = (!demo && !is_shared).then(|| DailyBackups::beside(config));
    let mut sources = SourceWorkers::none();
    // The demonstration hears of nothing.
    if !demo {
        let (directory, clock) = (config.paths.sources_dir(), config.clock);
        for source in &config.sources {
            app.sources.insert(source.name.clone(), status::load(&directory, source));
        }
        let clock = Arc::new(move || clock.now());
        let around =
            Surroundings { directory, boards: handle.boards.clone(), clock, terms: config.terms.clone() };
        sources = SourceWorkers::start(&config.sources, &handle.requests, &around);
        let (directory, receivers) = (config.paths.receivers_dir(), config.receivers.clone());
        sources.receivers = ReceiverStates { directory, receivers };
    }
    let Closed { how, unrecorded } = show(
        app,
        handle,
        sources,
        config.clock,
        config.escape_wait,
        Box::new(move |seq, are_notices_read| {
            bookmark.set(seq);
            if are_notices_read {
                bookmark.set_lost_marks(lost_marks);
            }
        }),
        previewer(config, &context.me()),
    );
    let not_saved = backups.and_then(DailyBackups::end);
    for sentence in unrecorded.into_iter().chain(not_saved) {
        notify(&sentence);
    }
    how.map_err(closed)
}
