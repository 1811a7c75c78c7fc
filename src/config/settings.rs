//! `config.toml`: the settings. Every key is optional.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use chrono_tz::Tz;
use serde::Deserialize;
use toml::Spanned;

use super::error::ConfigError;
use super::mail::MailCommand;
use super::theme::{AUTO, NamedTheme, ThemeSettings};
use crate::hooks::Hooks;
use crate::playbook::{ExchangeRates, Team};
use crate::state::values::actor::SOURCE;
use crate::state::{Currency, PersonColor, RiskWeights, Roster, Specialist};
use crate::store::backup::KeptBackups;

/// The default settings: every key, commented out, with the value that holds without it.
pub const DEFAULT: &str = include_str!("../../assets/config.toml");

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    pub me: Option<Arc<str>>,
    pub time_zone: Option<Tz>,
    /// The currency of amounts that name none.
    pub currency: Currency,
    /// The days before a renewal at which it is soon and urgent.
    pub renewal: RenewalDays,
    /// The specialists, and who gets the alerts of accounts without an owner.
    pub team: Team,
    /// The share of an amount that is expected at each payment risk.
    pub forecast: RiskWeights,
    /// Whether the board takes the mouse, which then selects no text.
    pub mouse: bool,
    /// Whether the board is said line by line, for a screen reader.
    pub plain: bool,
    /// Whether the chosen account stands beside Today and the list without being asked for.
    pub preview: bool,
    pub theme: ThemeSettings,
    /// How long an escape key waits for what may belong to it.
    pub escape_wait: Duration,
    /// The programs that are told of what happened.
    pub hooks: Hooks,
    /// The program that emails are handed to; nothing for what the system has for `mailto:`.
    pub mail: Option<MailCommand>,
    /// How many backups are kept of those that are made by themselves; nothing where none are.
    pub backups: Option<KeptBackups>,
    /// Which store holds the board, as it is written, and what is to be said where that is nothing.
    pub store: Option<(String, ConfigError)>,
    /// The program that prints the password of a database, and its arguments.
    pub password_command: Option<Vec<String>>,
}

/// The days before a renewal at which it is soon and urgent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RenewalDays {
    /// At most so many days: soon.
    pub soon: u32,
    /// At most so many days: urgent.
    pub urgent: u32,
}

impl Default for RenewalDays {
    /// Outreach is due two weeks ahead, and ten days ahead is the handbook's last call.
    fn default() -> Self {
        Self { soon: 14, urgent: 10 }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            me: None,
            time_zone: None,
            currency: Currency::USD,
            renewal: RenewalDays::default(),
            team: Team { retired_segments: vec!["Onboarding - engaged".into()], ..Team::default() },
            forecast: RiskWeights::default(),
            mouse: true,
            plain: false,
            preview: true,
            theme: ThemeSettings::default(),
            escape_wait: Duration::from_millis(30),
            hooks: Hooks::default(),
            mail: None,
            backups: Some(KeptBackups::default()),
            store: None,
            password_command: None,
        }
    }
}

#[derive(Clone, Copy, Deserialize)]
#[serde(untagged, expecting = "write false, or { keep_daily = 7, keep_weekly = 4 }")]
enum BackupsKey {
    Switch(bool),
    Kept(KeptTable),
}

#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptTable {
    keep_daily: Option<NonZeroU32>,
    keep_weekly: Option<u32>,
}

impl From<BackupsKey> for Option<KeptBackups> {
    fn from(key: BackupsKey) -> Self {
        let count = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        match key {
            BackupsKey::Switch(on) => on.then(KeptBackups::default),
            BackupsKey::Kept(KeptTable { keep_daily, keep_weekly }) => {
                let usual = KeptBackups::default();
                let daily = keep_daily.map_or(usual.daily, |daily| count(daily.get()));
                Some(KeptBackups { daily, weekly: keep_weekly.map_or(usual.weekly, count) })
            }
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SettingsFile {
    me: Option<Person>,
    time_zone: Option<Zone>,
    currency: Option<Currency>,
    renewal_soon_days: Option<Spanned<u32>>,
    renewal_urgent_days: Option<Spanned<u32>>,
    #[serde(default)]
    specialists: Vec<Person>,
    alerts_go_to: Option<Person>,
    #[serde(default)]
    specialist: Vec<SpecialistTable>,
    retired_segments: Option<Vec<String>>,
    #[serde(default)]
    rates: BTreeMap<Currency, BTreeMap<Currency, Spanned<f64>>>,
    #[serde(default)]
    forecast: Percentages,
    mouse: Option<bool>,
    plain: Option<bool>,
    preview: Option<bool>,
    theme: Option<Spanned<String>>,
    dark_theme: Option<Spanned<String>>,
    light_theme: Option<Spanned<String>>,
    escape_wait_ms: Option<Milliseconds>,
    #[serde(default)]
    hooks: HooksTable,
    mail: Option<Vec<Spanned<String>>>,
    backups: Option<BackupsKey>,
    store: Option<Spanned<String>>,
    password_command: Option<Spanned<Vec<String>>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct HooksTable {
    alert: Vec<String>,
    r#move: Vec<String>,
    done: Vec<String>,
}

/// A name of a person that may be typed for an owner.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct MemberName(Arc<str>);

impl TryFrom<String> for MemberName {
    type Error = NotAPerson;

    fn try_from(name: String) -> Result<Self, NotAPerson> {
        let name = person(&name)?;
        let is_reserved = RESERVED.iter().any(|word| name.eq_ignore_ascii_case(word));
        if is_reserved { Err(NotAPerson::Reserved(name)) } else { Ok(Self(name)) }
    }
}

/// What means nobody, anybody or oneself where an owner is written.
const RESERVED: [&str; 4] = ["none", "nobody", "any", "me"];

/// One `[[specialist]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SpecialistTable {
    name: Spanned<MemberName>,
    address: Option<MemberName>,
    short: Option<MemberName>,
    color: Option<PersonColor>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Percentages {
    none: Option<Percentage>,
    low: Option<Percentage>,
    medium: Option<Percentage>,
    high: Option<Percentage>,
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Person(Arc<str>);

impl TryFrom<String> for Person {
    type Error = NotAPerson;

    fn try_from(name: String) -> Result<Self, NotAPerson> {
        person(&name).map(Self)
    }
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Zone(Tz);

impl TryFrom<String> for Zone {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let what = || format!("`{name}` is not a time zone: write an IANA name, such as Europe/Berlin");
        name.parse().map(Self).map_err(|_| what())
    }
}

#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "u32")]
struct Percentage(u8);

impl TryFrom<u32> for Percentage {
    type Error = String;

    fn try_from(percent: u32) -> Result<Self, String> {
        let what = || format!("{percent} is not a percentage: write a whole number from 0 to 100");
        u8::try_from(percent).ok().filter(|percent| *percent <= 100).map(Self).ok_or_else(what)
    }
}

#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "u64")]
struct Milliseconds(u64);

impl TryFrom<u64> for Milliseconds {
    type Error = String;

    fn try_from(milliseconds: u64) -> Result<Self, String> {
        let what = || format!("{milliseconds} is too long to wait: write milliseconds, 1000 at most");
        Some(milliseconds).filter(|it| *it <= 1_000).map(Self).ok_or_else(what)
    }
}

/// Reads `text` as settings.
///
/// # Errors
/// The first error, with its line and what to write instead.
pub fn parse(text: &str, file_name: &str) -> Result<Settings, ConfigError> {
    let file: SettingsFile =
        toml::from_str(text).map_err(|error| ConfigError::of_toml(file_name, text, &error))?;
    let (default, percent) =
        (Settings::default(), |set: Option<Percentage>, default| set.map_or(default, |it| it.0));
    let days = |set: &Option<Spanned<u32>>, default| set.as_ref().map_or(default, |days| *days.get_ref());
    let soon = days(&file.renewal_soon_days, default.renewal.soon);
    let urgent = days(&file.renewal_urgent_days, default.renewal.urgent);
    if urgent > soon {
        let span = file.renewal_urgent_days.or(file.renewal_soon_days).map_or(0..0, |days| days.span());
        let what = format!(
            "urgent ({urgent} days) is more than soon ({soon} days): write a renewal_urgent_days that is at most \
             renewal_soon_days"
        );
        return Err(ConfigError::at(file_name, text, span, what));
    }
    let mut rates = ExchangeRates::default();
    for (to, all) in &file.rates {
        for (from, rate) in all {
            if !rates.insert(*from, *to, *rate.get_ref()) {
                let what = format!(
                    "{} is no rate: write how many {to} one {from} is worth, such as 0.03",
                    rate.get_ref()
                );
                return Err(ConfigError::at(file_name, text, rate.span(), what));
            }
        }
    }
    let theme = |written: Option<Spanned<String>>| {
        let written = written.filter(|written| written.get_ref() != AUTO)?;
        let place = ConfigError::at(file_name, text, written.span(), "");
        Some(NamedTheme { name: written.get_ref().as_str().into(), place })
    };
    let theme = ThemeSettings {
        always: theme(file.theme),
        on_dark: theme(file.dark_theme),
        on_light: theme(file.light_theme),
    };
    let spans: Vec<_> = file.specialist.iter().map(|table| table.name.span()).collect();
    let roster = Roster::new(file.specialist.into_iter().map(SpecialistTable::member).collect());
    let roster = roster.map_err(|(at, name)| {
        let what = format!("two specialists go by `{name}`: give one of them another name, address or short");
        ConfigError::at(file_name, text, spans[at].clone(), what)
    })?;
    let counted: Vec<_> = file.specialists.into_iter().map(|name| name.0).collect();
    let store = file.store.map(|store| {
        let place = ConfigError::at(file_name, text, store.span(), "");
        (store.into_inner(), place)
    });
    let program = |command: &Spanned<Vec<String>>| {
        if command.get_ref().first().is_some_and(|program| !program.is_empty()) {
            return Ok(());
        }
        let what = "the program is missing: write [\"pass\", \"show\", \"gangplank\"]";
        Err(ConfigError::at(file_name, text, command.span(), what))
    };
    file.password_command.as_ref().map_or(Ok(()), program)?;
    let mail = file.mail.map(|words| MailCommand::parse(&words, text, file_name)).transpose()?;
    let everybody = || roster.people().iter().map(|person| person.name.clone()).collect();
    Ok(Settings {
        me: file.me.map(|me| me.0),
        time_zone: file.time_zone.map(|zone| zone.0),
        currency: file.currency.unwrap_or(default.currency),
        renewal: RenewalDays { soon, urgent },
        team: Team {
            specialists: if counted.is_empty() { everybody() } else { counted },
            roster,
            fallback: file.alerts_go_to.map(|name| name.0),
            rates,
            retired_segments: file.retired_segments.map_or(default.team.retired_segments, |named| {
                named.iter().map(|segment| segment.trim().into()).collect()
            }),
        },
        forecast: RiskWeights {
            none: percent(file.forecast.none, default.forecast.none),
            low: percent(file.forecast.low, default.forecast.low),
            medium: percent(file.forecast.medium, default.forecast.medium),
            high: percent(file.forecast.high, default.forecast.high),
        },
        mouse: file.mouse.unwrap_or(default.mouse),
        plain: file.plain.unwrap_or(default.plain),
        preview: file.preview.unwrap_or(default.preview),
        theme,
        backups: file.backups.map_or(default.backups, Into::into),
        store,
        password_command: file.password_command.map(Spanned::into_inner),
        hooks: Hooks { alert: file.hooks.alert, moved: file.hooks.r#move, done: file.hooks.done },
        mail,
        escape_wait: file.escape_wait_ms.map_or(default.escape_wait, |it| Duration::from_millis(it.0)),
    })
}

impl SpecialistTable {
    fn member(self) -> Specialist {
        let name = self.name.into_inner().0;
        let before_at = name.split('@').next().filter(|short| !short.is_empty()).unwrap_or(&name);
        let short = self.short.map_or_else(|| before_at.into(), |short| short.0);
        Specialist { address: self.address.map(|address| address.0), short, color: self.color, name }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAPerson {
    #[error("the name is empty: write your name or your email address")]
    Empty,
    #[error("`clock` is reserved for changes that time makes: write another name")]
    Clock,
    #[error("`{0}` would be taken for a live source: write another name")]
    Source(Arc<str>),
    #[error("`{0}` means something else where an owner is written: write another name")]
    Reserved(Arc<str>),
}

/// The name of a person, without spaces around it.
///
/// # Errors
/// When it is empty, or reserved.
pub fn person(name: &str) -> Result<Arc<str>, NotAPerson> {
    match name.trim() {
        "" => Err(NotAPerson::Empty),
        "clock" => Err(NotAPerson::Clock),
        name if name.starts_with(SOURCE) => Err(NotAPerson::Source(name.into())),
        name => Ok(name.into()),
    }
}
