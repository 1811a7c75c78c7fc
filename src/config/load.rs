//! Putting it together: defaults, then files, then what the environment and the flags say.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, SubsecRound, Utc};
use chrono_tz::Tz;

use super::mistake::Mistake;
use super::paths::{NoHomeDirectory, Paths};
use super::settings::{self, RenewalDays};
use super::{pipeline, playbooks};
use crate::playbook::Playbooks;
use crate::state::{Currency, Now, Pipeline, RiskWeights};
use crate::store::StoreAddress;

/// Everything set, checked, ready to use.
#[derive(Clone, Debug)]
pub struct Config {
    /// Who works here: changes are signed with it.
    pub me: Arc<str>,
    /// What time it is.
    pub clock: Clock,
    /// The currency of amounts that name none.
    pub currency: Currency,
    /// When a renewal is near.
    pub renewal: RenewalDays,
    /// How much of an amount is counted on at each payment risk.
    pub forecast: RiskWeights,
    /// The stages.
    pub pipeline: Arc<Pipeline>,
    /// The automations.
    pub playbooks: Arc<Playbooks>,
    /// Where files lie.
    pub paths: Paths,
    pub store: StoreAddress,
}

/// What flags and environment say; it wins over every file.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// Another data directory.
    pub data_dir: Option<PathBuf>,
    /// Another config directory.
    pub config_dir: Option<PathBuf>,
    /// A moment at which time stands still.
    pub now: Option<DateTime<Utc>>,
    /// Who works here.
    pub me: Option<Arc<str>>,
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file says something it should not.
    #[error(transparent)]
    Mistake(#[from] Mistake),
    /// A file is there and cannot be read.
    #[error("cannot read {path}: {source}; make it readable, or take it away to go on without it", path = path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Nobody knows where files belong.
    #[error(transparent)]
    NoHomeDirectory(#[from] NoHomeDirectory),
}

impl Config {
    /// Reads the files in the config directory, and lets `overrides` win over them.
    ///
    /// # Errors
    /// When a file cannot be read or has a mistake in it. A file that is not there is no error.
    pub fn load(overrides: &Overrides) -> Result<Self, LoadError> {
        let paths = Paths::find(overrides.data_dir.as_deref(), overrides.config_dir.as_deref())?;
        let settings = parsed(&paths.config("config.toml"), settings::parse)?.unwrap_or_default();
        let pipeline = match parsed(&paths.config("pipeline.toml"), pipeline::parse)? {
            Some(pipeline) => pipeline,
            None => pipeline::parse(pipeline::DEFAULT, "built-in pipeline.toml")?,
        };
        let file = paths.config("playbooks.toml");
        let playbooks = match parsed(&file, |text, name| playbooks::overlaid(text, name, &pipeline))? {
            Some(playbooks) => playbooks,
            None => playbooks::overlaid("", &file.display().to_string(), &pipeline)?,
        };
        let zone = settings.time_zone.unwrap_or_else(machine_zone);
        Ok(Self {
            me: overrides.me.clone().or(settings.me).unwrap_or_else(login),
            clock: Clock { stopped: overrides.now, zone },
            currency: settings.currency,
            renewal: settings.renewal,
            forecast: settings.forecast,
            pipeline: Arc::new(pipeline),
            playbooks: Arc::new(Playbooks { all: playbooks, team: settings.team }),
            store: StoreAddress::Directory(paths.data_dir.clone()),
            paths,
        })
    }

    /// The moment it is.
    pub fn now(&self) -> Now {
        self.clock.now()
    }
}

/// The value in the file at `path`; nothing when it is not there.
///
/// # Errors
/// When the file cannot be read, or `parse` finds a mistake in it.
pub fn parsed<T>(
    path: &Path,
    parse: impl Fn(&str, &str) -> Result<T, Mistake>,
) -> Result<Option<T>, LoadError> {
    match std::fs::read(path) {
        Ok(bytes) => {
            let file = path.display().to_string();
            let text = std::str::from_utf8(&bytes).map_err(|error| Mistake::of_utf8(&file, &bytes, error))?;
            // Some editors put a byte order mark first; it says nothing.
            let text = text.strip_prefix('\u{feff}').unwrap_or(text);
            Ok(Some(parse(text, &file)?))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(LoadError::Read { path: path.to_owned(), source }),
    }
}

/// What time it is: really, or by a clock that was stopped for a script or a demonstration.
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

    /// The moment it is, to the millisecond: finer than that, times would be long to read and no truer.
    pub fn now(&self) -> Now {
        Now { at: self.stopped.unwrap_or_else(Utc::now).trunc_subsecs(3), zone: self.zone }
    }

    /// The zone whose calendar days count.
    pub fn zone(&self) -> Tz {
        self.zone
    }
}

/// The machine's own time zone: TZ where it names one, else what the system is set to, else UTC.
fn machine_zone() -> Tz {
    let named = |name: String| name.trim_start_matches(':').parse().ok();
    let told = std::env::var("TZ").ok().and_then(named);
    told.or_else(|| named(iana_time_zone::get_timezone().ok()?)).unwrap_or(Tz::UTC)
}

/// The name the user is logged in by.
fn login() -> Arc<str> {
    let mut names = ["USER", "USERNAME"].into_iter().filter_map(|name| std::env::var(name).ok());
    names.find_map(|name| settings::person(&name).ok()).unwrap_or_else(|| "me".into())
}
