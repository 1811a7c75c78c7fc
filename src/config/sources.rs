//! `sources.toml`: where the board hears from by itself.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

use super::error::ConfigError;
use super::secret_keys::{is_name, secret};
use crate::sources::origin::objection;
use crate::sources::{LiveSource, SourceKind};

/// The file's name.
pub const FILE: &str = "sources.toml";

/// How long a source waits between two readings where the file does not say.
const EVERY: Duration = Duration::from_secs(5 * 60);

/// The shortest wait: more often, providers take it for an attack.
const SHORTEST: Duration = Duration::from_secs(10);

/// The longest wait.
const LONGEST: Duration = Duration::from_secs(7 * 24 * 60 * 60);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourcesFile {
    #[serde(default)]
    source: BTreeMap<Spanned<String>, Spanned<SourceTable>>,
}

/// One `[source.NAME]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceTable {
    kind: Spanned<Kind>,
    secret_env: Option<Spanned<String>>,
    secret_command: Option<Spanned<Vec<String>>>,
    every: Option<Every>,
    address: Option<Spanned<String>>,
    project: Option<Spanned<ProjectId>>,
    take_stages: Option<Spanned<bool>>,
}

/// The number of a project, which people also write as a text.
#[derive(Deserialize)]
#[serde(untagged)]
enum ProjectId {
    Written(String),
    Number(i64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, strum::IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
enum Kind {
    Stripe,
    Calendly,
    Posthog,
    Vitally,
    Hubspot,
}

impl Kind {
    /// The keys that only some kinds have.
    fn own_keys(self) -> &'static [&'static str] {
        match self {
            Self::Stripe | Self::Calendly => &[],
            Self::Posthog => &["project"],
            Self::Vitally | Self::Hubspot => &["take_stages"],
        }
    }
}

/// A number and a unit: `30s`, `5m`, `2h`, `1d`.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
struct Every(Duration);

impl TryFrom<String> for Every {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong =
            || format!("`{text}`: write how long to wait between two readings, from 10s to 7d, such as 5m");
        let unit = text.chars().last().ok_or_else(wrong)?;
        let seconds: u64 = match unit {
            's' => 1,
            'm' => 60,
            'h' => 60 * 60,
            'd' => 24 * 60 * 60,
            _ => return Err(wrong()),
        };
        let number: u64 = text[..text.len() - 1].trim().parse().map_err(|_| wrong())?;
        let wait = number.checked_mul(seconds).map(Duration::from_secs).ok_or_else(wrong)?;
        if (SHORTEST..=LONGEST).contains(&wait) { Ok(Self(wait)) } else { Err(wrong()) }
    }
}

/// Reads `text` as sources, in the order of the file.
///
/// # Errors
/// The first error, with its line and what to write instead.
pub fn parse(text: &str, file: &str) -> Result<Vec<LiveSource>, ConfigError> {
    let SourcesFile { source } =
        toml::from_str(text).map_err(|error| ConfigError::of_toml(file, text, &error))?;
    let mut sources = Vec::new();
    for (name, table) in source {
        let begins = table.span().start;
        sources.push((begins, live(&name, table, text, file)?));
    }
    sources.sort_by_key(|(begins, _)| *begins);
    Ok(sources.into_iter().map(|(_, source)| source).collect())
}

fn live(
    name: &Spanned<String>,
    table: Spanned<SourceTable>,
    text: &str,
    file: &str,
) -> Result<LiveSource, ConfigError> {
    let header = table.span();
    let table = table.into_inner();
    let at = |span: std::ops::Range<usize>, key: &str, what: String| ConfigError {
        key: key.to_owned(),
        ..ConfigError::at(file, text, span, what)
    };
    let word = name.get_ref();
    if !is_name(word) {
        let what = "a source's name has only lower-case letters, digits, - and _: write [source.stripe]";
        return Err(at(name.span(), word, what.to_owned()));
    }
    let kind = *table.kind.get_ref();
    let kind_word: &'static str = kind.into();
    let key = |key: &str| format!("source.{word}.{key}");
    let missing = |missing: &str, example: &str| {
        let what = format!("a source of kind `{kind_word}` needs it: add {example}");
        at(header.clone(), &key(missing), what)
    };
    let wrong = |span: std::ops::Range<usize>, name: &str, what: &str| at(span, &key(name), what.to_owned());
    let secret = secret(table.secret_env, table.secret_command, wrong)?;
    if secret.is_none() {
        let example = format!(
            "secret_command = [\"pass\", \"show\", \"{kind_word}\"], or secret_env with the name of a variable"
        );
        return Err(missing("secret_command", &example));
    }
    let own = [
        ("project", table.project.as_ref().map(Spanned::span)),
        ("take_stages", table.take_stages.as_ref().map(Spanned::span)),
    ];
    for (name, span) in own {
        if let Some(span) = span.filter(|_| !kind.own_keys().contains(&name)) {
            let what = format!("a source of kind `{kind_word}` does not have it: remove it");
            return Err(at(span, &key(name), what));
        }
    }
    let written = |written: &Spanned<String>| -> Result<Arc<str>, ConfigError> {
        match objection(written.get_ref()) {
            Some(what) => Err(at(written.span(), &key("address"), what.to_owned())),
            None => Ok(written.get_ref().trim_end_matches('/').into()),
        }
    };
    let address = |default: &str| table.address.as_ref().map_or_else(|| Ok(default.into()), written);
    let take_stages = table.take_stages.is_some_and(Spanned::into_inner);
    let kind = match kind {
        Kind::Stripe => SourceKind::Stripe { address: address("https://api.stripe.com")? },
        Kind::Calendly => SourceKind::Calendly { address: address("https://api.calendly.com")? },
        Kind::Posthog => {
            let project = match table.project.map(Spanned::into_inner) {
                Some(ProjectId::Written(project)) if !project.trim().is_empty() => project.trim().into(),
                Some(ProjectId::Number(project)) => project.to_string().into(),
                Some(ProjectId::Written(_)) | None => {
                    let example = "project = \"12345\", the number in the address of the project's pages";
                    return Err(missing("project", example));
                }
            };
            SourceKind::PostHog { address: address("https://us.posthog.com")?, project }
        }
        Kind::Vitally => {
            let Some(own) = &table.address else {
                let example = "address = \"https://YOURS.rest.vitally.io/resources\", or in the EU \
                               \"https://rest.vitally-eu.io/resources\"";
                return Err(missing("address", example));
            };
            SourceKind::Vitally { address: written(own)?, take_stages }
        }
        Kind::Hubspot => SourceKind::HubSpot { address: address("https://api.hubapi.com")?, take_stages },
    };
    Ok(LiveSource {
        name: word.as_str().into(),
        kind,
        secret,
        every: table.every.map_or(EVERY, |every| every.0),
    })
}
