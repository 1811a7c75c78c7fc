//! Loads the configuration: defaults, then files, then the environment and the flags.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, SubsecRound, Utc};
use chrono_tz::Tz;

use super::error::ConfigError;
use super::files::{LoadError, parsed};
use super::mail::MailCommand;
use super::paths::Paths;
use super::settings::{self, RenewalDays, Settings};
use super::theme::ThemeSettings;
use super::{mappings, pipeline, playbooks, receivers, sources};
use crate::hooks::Hooks;
use crate::intake::ImportOptions;
use crate::intake::people::TeamAddresses;
use crate::intake::providers::Provider;
use crate::playbook::{Playbooks, Team};
use crate::sources::receiver::LiveReceiver;
use crate::sources::{LiveSource, ReadingTerms};
use crate::state::{Currency, Now, Pipeline, RiskWeights};
use crate::store::backup::KeptBackups;
use crate::store::{StoreAddress, StoreChoice, TeamAddress};

#[derive(Clone, Debug)]
pub struct Config {
    /// The name that changes are signed with.
    pub me: Arc<str>,
    /// Who says so.
    pub me_is_from: NameSource,
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
    /// How many backups are kept of those that are made by themselves; nothing where none are.
    pub backups: Option<KeptBackups>,
    pub pipeline: Arc<Pipeline>,
    pub playbooks: Arc<Playbooks>,
    pub paths: Paths,
    pub store: StoreAddress,
    /// Where the board hears from by itself.
    pub sources: Vec<LiveSource>,
    /// What they are read by.
    pub terms: Arc<ReadingTerms>,
    /// Who may tell it of what happened, while `gangplank serve` runs.
    pub receivers: Vec<LiveReceiver>,
}

/// Who says which name changes are signed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameSource {
    /// A flag, the environment, or the settings.
    Person,
    /// What the board of a team or this machine calls them.
    Surroundings,
}

/// What the flags and the environment set. It wins over every file.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    pub data_dir: Option<PathBuf>,
    pub config_dir: Option<PathBuf>,
    /// The moment at which the clock is stopped.
    pub now: Option<DateTime<Utc>>,
    pub me: Option<Arc<str>>,
    pub store: Option<StoreChoice>,
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
        let pipeline = Arc::new(pipeline);
        let file = paths.config("playbooks.toml");
        let overlaid = |text: &str, name: &str| playbooks::overlaid(text, name, &pipeline);
        let built_in = || overlaid("", &file.display().to_string());
        let playbooks = parsed(&file, overlaid)?.map_or_else(built_in, Ok)?;
        let sources =
            parsed(&paths.config(sources::FILE), |text, file| sources::parse(text, file, &pipeline))?
                .unwrap_or_default();
        let receivers = parsed(&paths.config(receivers::FILE), receivers::parse)?.unwrap_or_default();
        let zone = settings.time_zone.unwrap_or_else(machine_zone);
        let store = store(overrides.store.clone(), &settings, &paths)?;
        // Whichever of their names they sign with, they are one person.
        let named = overrides.me.clone().or(settings.me).map(|me| settings.team.roster.owner(&me));
        let me_is_from = if named.is_some() { NameSource::Person } else { NameSource::Surroundings };
        let me = named.or_else(|| store.known_signature());
        let me = me.unwrap_or_else(|| settings.team.roster.owner(&login()));
        let import = import_options(settings.currency, &settings.team, &pipeline);
        let providers: Vec<Provider> = sources.iter().filter_map(|source| source.kind.provider()).collect();
        let terms = ReadingTerms {
            mappings: mappings::load(&providers, &paths, import)?,
            team: TeamAddresses::new(&settings.team.roster, &settings.team.specialists),
        };
        Ok(Self {
            me,
            me_is_from,
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
            backups: settings.backups,
            pipeline,
            playbooks: Arc::new(Playbooks { all: playbooks, team: settings.team }),
            store,
            sources,
            terms: Arc::new(terms),
            receivers,
            paths,
        })
    }

    /// What a file with accounts is read by, unless it says otherwise.
    pub fn import_options(&self) -> ImportOptions {
        import_options(self.currency, &self.playbooks.team, &self.pipeline)
    }

    pub fn now(&self) -> Now {
        self.clock.now()
    }

    /// Lets the clock stand at that moment from now on.
    pub fn stop_clock(&mut self, at: DateTime<Utc>) {
        self.clock.stopped = Some(at);
    }
}

/// The store that is `chosen`, else that of the settings, else the data directory.
fn store(
    chosen: Option<StoreChoice>,
    settings: &Settings,
    paths: &Paths,
) -> Result<StoreAddress, ConfigError> {
    let set = settings.store.as_ref().filter(|_| chosen.is_none());
    let set = set.map(|(written, place)| {
        StoreChoice::parse(written, environment)
            .map_err(|error| ConfigError { what: error.to_string(), ..place.clone() })
    });
    Ok(match chosen.map_or_else(|| set.transpose(), |chosen| Ok(Some(chosen)))? {
        None | Some(StoreChoice::Local) => StoreAddress::Directory(paths.data_dir.clone()),
        Some(StoreChoice::Team(address)) => {
            let password_command = settings.password_command.clone();
            let copies = Some(paths.team_dir());
            let zone = settings.time_zone.unwrap_or_else(machine_zone);
            StoreAddress::Team(Box::new(TeamAddress { password_command, copies, zone, ..address }))
        }
    })
}

/// A variable of the environment, where it is text.
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn import_options(currency: Currency, team: &Team, pipeline: &Arc<Pipeline>) -> ImportOptions {
    ImportOptions {
        default_currency: currency,
        roster: team.specialists.clone(),
        pipeline: Some(pipeline.clone()),
        ..ImportOptions::default()
    }
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
