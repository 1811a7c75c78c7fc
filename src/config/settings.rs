//! `config.toml`: the settings. Every key is optional.

use std::ops::Range;
use std::sync::Arc;

use chrono_tz::Tz;
use serde::Deserialize;
use toml::Spanned;

use super::error::ConfigError;
use crate::playbook::Team;
use crate::state::{Currency, RiskWeights};

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
            team: Team::default(),
            forecast: RiskWeights::default(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SettingsFile {
    me: Option<Spanned<String>>,
    time_zone: Option<Spanned<String>>,
    currency: Option<Spanned<String>>,
    renewal_soon_days: Option<Spanned<u32>>,
    renewal_urgent_days: Option<Spanned<u32>>,
    #[serde(default)]
    specialists: Vec<Spanned<String>>,
    alerts_go_to: Option<Spanned<String>>,
    #[serde(default)]
    forecast: Percentages,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Percentages {
    none: Option<Spanned<u32>>,
    low: Option<Spanned<u32>>,
    medium: Option<Spanned<u32>>,
    high: Option<Spanned<u32>>,
}

/// Reads `text` as settings.
///
/// # Errors
/// The first error, with its line and what to write instead.
pub fn parse(text: &str, file_name: &str) -> Result<Settings, ConfigError> {
    let wrong = |value: &Spanned<String>, what: String| ConfigError::at(file_name, text, value.span(), what);
    let file: SettingsFile =
        toml::from_str(text).map_err(|error| ConfigError::of_toml(file_name, text, &error))?;
    let mut settings = Settings::default();
    if let Some(me) = &file.me {
        settings.me = Some(person(me.get_ref()).map_err(|error| wrong(me, error.to_string()))?);
    }
    if let Some(zone) = &file.time_zone {
        let parsed = zone.get_ref().parse();
        let what =
            || format!("`{}` is not a time zone: write an IANA name, such as Europe/Berlin", zone.get_ref());
        settings.time_zone = Some(parsed.map_err(|_| wrong(zone, what()))?);
    }
    if let Some(currency) = &file.currency {
        settings.currency =
            currency.get_ref().parse().map_err(|error| wrong(currency, format!("{error}")))?;
    }
    for name in &file.specialists {
        settings
            .team
            .specialists
            .push(person(name.get_ref()).map_err(|error| wrong(name, error.to_string()))?);
    }
    if let Some(name) = &file.alerts_go_to {
        settings.team.fallback =
            Some(person(name.get_ref()).map_err(|error| wrong(name, error.to_string()))?);
    }
    let days = |set: &Option<Spanned<u32>>, default| set.as_ref().map_or(default, |days| *days.get_ref());
    let renewal = &mut settings.renewal;
    renewal.soon = days(&file.renewal_soon_days, renewal.soon);
    renewal.urgent = days(&file.renewal_urgent_days, renewal.urgent);
    if renewal.urgent > renewal.soon {
        let span = file.renewal_urgent_days.or(file.renewal_soon_days).map_or(0..0, |days| days.span());
        let what = format!(
            "urgent ({} days) is more than soon ({} days): write a renewal_urgent_days that is at most renewal_soon_days",
            renewal.urgent, renewal.soon
        );
        return Err(ConfigError::at(file_name, text, span, what));
    }
    settings.forecast = file.forecast.read(|span, what| ConfigError::at(file_name, text, span, what))?;
    Ok(settings)
}

impl Percentages {
    fn read(&self, wrong: impl Fn(Range<usize>, String) -> ConfigError) -> Result<RiskWeights, ConfigError> {
        let mut weights = RiskWeights::default();
        for (percent, set) in [
            (&mut weights.none, &self.none),
            (&mut weights.low, &self.low),
            (&mut weights.medium, &self.medium),
            (&mut weights.high, &self.high),
        ] {
            let Some(set) = set else { continue };
            *percent =
                u8::try_from(*set.get_ref()).ok().filter(|percent| *percent <= 100).ok_or_else(|| {
                    let what =
                        format!("{} is not a percentage: write a whole number from 0 to 100", set.get_ref());
                    wrong(set.span(), what)
                })?;
        }
        Ok(weights)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAPerson {
    #[error("the name is empty: write your name or your email address")]
    Empty,
    #[error("`clock` is reserved for changes that time makes: write another name")]
    Clock,
}

/// Checks the name of a person.
///
/// # Errors
/// When it is empty, or taken by the clock.
pub fn person(name: &str) -> Result<Arc<str>, NotAPerson> {
    match name.trim() {
        "" => Err(NotAPerson::Empty),
        "clock" => Err(NotAPerson::Clock),
        name => Ok(name.into()),
    }
}
