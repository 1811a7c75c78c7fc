//! Loads the configuration: defaults, then files, then the environment and the flags.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, SubsecRound, Utc};
use chrono_tz::Tz;

use super::error::ConfigError;
use super::mail::MailCommand;
use super::paths::{NoHomeDirectory, Paths};
use super::settings::{self, RenewalDays};
use super::theme::ThemeSettings;
use super::{pipeline, playbooks, sources};
use crate::hooks::Hooks;
use crate::playbook::Playbooks;
use crate::sources::LiveSource;
use crate::state::{Currency, Now, Pipeline, RiskWeights};
use crate::store::StoreAddress;

#[derive(Clone, Debug)]
pub struct Config {
    /// The name that changes are signed with.
    pub me: Arc<str>,
    /// Real or stopped.
    pub clock: Clock,
    /// The currency of amounts that name none.
    pub currency: Currency,
    /// The days before a renewal at which it is soon and urgent.
    pub renewal: RenewalDays,
    /// The share of an amount that is expected at each payment risk.
    pub forecast: RiskWeights,
    /// Whether the board takes the mouse.
    pub mouse: bool,
    /// Whether the board is said line by line.
    pub plain: bool,
    pub preview: bool,
    pub theme: ThemeSettings,
    /// How long an escape key waits for what may belong to it.
    pub escape_wait: Duration,
    /// The programs that are told of what happened.
    pub hooks: Hooks,
    /// The program that emails are handed to.
    pub mail: Option<MailCommand>,
    pub pipeline: Arc<Pipeline>,
    pub playbooks: Arc<Playbooks>,
    pub paths: Paths,
    pub store: StoreAddress,
    /// Where the board hears from by itself.
    pub sources: Vec<LiveSource>,
}

/// What the flags and the environment set. It wins over every file.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    pub data_dir: Option<PathBuf>,
    pub config_dir: Option<PathBuf>,
    /// The moment at which the clock is stopped.
    pub now: Option<DateTime<Utc>>,
    pub me: Option<Arc<str>>,
}

#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error(transparent)]
    ConfigError(#[from] ConfigError),
    #[error("cannot read {path}: {source}; make it readable, or remove it to use the defaults", path = path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error(transparent)]
    NoHomeDirectory(#[from] NoHomeDirectory),
}

impl Config {
    /// Reads the files in the config directory, and lets `overrides` win over them.
    ///
    /// # Errors
    /// When a file cannot be read or has an error in it. A file that does not exist is not an error.
    pub fn load(overrides: &Overrides) -> Result<Self, LoadError> {
        let paths = Paths::find(overrides.data_dir.as_deref(), overrides.config_dir.as_deref())?;
        let settings = parsed(&paths.config("config.toml"), settings::parse)?.unwrap_or_default();
        let built_in = || pipeline::parse(pipeline::DEFAULT, "built-in pipeline.toml");
        let pipeline = parsed(&paths.config("pipeline.toml"), pipeline::parse)?.map_or_else(built_in, Ok)?;
        let file = paths.config("playbooks.toml");
        let overlaid = |text: &str, name: &str| playbooks::overlaid(text, name, &pipeline);
        let built_in = || overlaid("", &file.display().to_string());
        let playbooks = parsed(&file, overlaid)?.map_or_else(built_in, Ok)?;
        let sources = parsed(&paths.config(sources::FILE), sources::parse)?.unwrap_or_default();
        let zone = settings.time_zone.unwrap_or_else(machine_zone);
        let me = overrides.me.clone().or(settings.me).unwrap_or_else(login);
        Ok(Self {
            // Whichever of their names they sign with, they are one person.
            me: settings.team.roster.owner(&me),
            clock: Clock { stopped: overrides.now, zone },
            currency: settings.currency,
            renewal: settings.renewal,
            forecast: settings.forecast,
            mouse: settings.mouse,
            plain: settings.plain,
            preview: settings.preview,
            theme: settings.theme,
            escape_wait: settings.escape_wait,
            hooks: settings.hooks,
            mail: settings.mail,
            pipeline: Arc::new(pipeline),
            playbooks: Arc::new(Playbooks { all: playbooks, team: settings.team }),
            store: StoreAddress::Directory(paths.data_dir.clone()),
            sources,
            paths,
        })
    }

    pub fn now(&self) -> Now {
        self.clock.now()
    }
}

/// The value in the file at `path`; nothing when it is not there.
///
/// # Errors
/// When the file cannot be read, or `parse` finds an error in it.
pub fn parsed<T>(
    path: &Path,
    parse: impl Fn(&str, &str) -> Result<T, ConfigError>,
) -> Result<Option<T>, LoadError> {
    match std::fs::read(path) {
        Ok(bytes) => {
            let file = path.display().to_string();
            let text =
                std::str::from_utf8(&bytes).map_err(|error| ConfigError::of_utf8(&file, &bytes, error))?;
            // Some editors write a byte order mark first; it is not part of the text.
            let text = text.strip_prefix('\u{feff}').unwrap_or(text);
            Ok(Some(parse(text, &file)?))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(LoadError::Read { path: path.to_owned(), source }),
    }
}

/// The files with `extension` in `directory`, which need not exist, by name: the name without the extension, the file, and
/// its text.
///
/// # Errors
/// The first that cannot be read.
pub fn texts(directory: &Path, extension: &str) -> Result<Vec<(Arc<str>, String, String)>, LoadError> {
    let Ok(entries) = std::fs::read_dir(directory) else { return Ok(Vec::new()) };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|it| it == extension));
    paths.sort_unstable();
    let mut texts = Vec::new();
    for path in paths {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().as_ref().into();
        let text = parsed(&path, |text, file| Ok((file.to_owned(), text.to_owned())))?;
        texts.extend(text.map(|(file, text)| (name, file, text)));
    }
    Ok(texts)
}

/// The real time, or a moment at which time was stopped for a script or a demonstration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    stopped: Option<DateTime<Utc>>,
    zone: Tz,
}

impl Clock {
    /// A clock that counts days in `zone`; it stands still when `stopped` says at which moment.
    pub fn new(stopped: Option<DateTime<Utc>>, zone: Tz) -> Self {
        Self { stopped, zone }
    }

    /// The current moment, to the millisecond: anything finer makes times longer to read.
    pub fn now(&self) -> Now {
        Now { at: self.stopped.unwrap_or_else(Utc::now).trunc_subsecs(3), zone: self.zone }
    }

    pub fn zone(&self) -> Tz {
        self.zone
    }
}

/// The machine's own time zone: TZ where it names one, else what the system is set to, else UTC.
fn machine_zone() -> Tz {
    let named = |name: String| name.trim_start_matches(':').parse().ok();
    let configured = std::env::var("TZ").ok().and_then(named);
    configured.or_else(|| named(iana_time_zone::get_timezone().ok()?)).unwrap_or(Tz::UTC)
}

/// The name the user is logged in by.
fn login() -> Arc<str> {
    let mut names = ["USER", "USERNAME"].into_iter().filter_map(|name| std::env::var(name).ok());
    names.find_map(|name| settings::person(&name).ok()).unwrap_or_else(|| "me".into())
}
