//! `sources.toml`: where the board hears from by itself.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use strum::VariantNames;
use toml::Spanned;

use super::error::ConfigError;
use super::paths::expanded;
use super::secret_keys::{is_name, secret};
use crate::sources::origin::{objection, objection_to_mail};
use crate::sources::{ImapAccount, LiveSource, PushMapping, SecretFrom, SourceKind};
use crate::state::Pipeline;

/// The file's name.
pub const FILE: &str = "sources.toml";

/// How long a source waits between two readings where the file does not say.
const EVERY: Duration = Duration::from_secs(5 * 60);

/// The same for mail on a server: a reading without news is two short questions.
const EVERY_ON_SERVER: Duration = Duration::from_secs(60);

/// The same for what lies on this machine.
const EVERY_ON_DISK: Duration = Duration::from_secs(30);

/// The shortest wait: more often, providers take it for an attack.
const SHORTEST: Duration = Duration::from_secs(10);

/// The longest wait.
const LONGEST: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// What is read on a mail server where the file does not say.
const MAILBOXES: [&str; 2] = ["INBOX", "Sent"];

/// The property of HubSpot's tasks that holds our id of them where the file does not say.
const TASK_KEY: &str = "gangplank_key";

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
    path: Option<Spanned<PathBuf>>,
    user: Option<Spanned<String>>,
    mailboxes: Option<Spanned<Vec<String>>>,
    token: Option<Spanned<bool>>,
    take_stages: Option<Spanned<bool>>,
    push: Option<Spanned<PushTable>>,
}

/// `[source.NAME.push]`: the fields that are told, by what they become.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct PushTable {
    stage: Option<Spanned<String>>,
    owner: Option<Spanned<String>>,
    payment_risk: Option<Spanned<String>>,
    #[serde(default)]
    entered: BTreeMap<Spanned<String>, Spanned<String>>,
    tasks: Option<Spanned<bool>>,
    task_key: Option<Spanned<String>>,
}

/// The number of a project, which people also write as a text.
#[derive(Deserialize)]
#[serde(untagged)]
enum ProjectId {
    Written(String),
    Number(i64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, strum::IntoStaticStr, strum::VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
enum Kind {
    Stripe,
    Calendly,
    Posthog,
    Vitally,
    Hubspot,
    Maildir,
    Imap,
    Ics,
    Caldav,
}

impl Kind {
    /// Whether it has the `key`, which only some kinds have.
    fn has(self, key: &str) -> bool {
        let own: &[&str] = match self {
            Self::Stripe | Self::Calendly | Self::Ics => &["address"],
            Self::Posthog => &["address", "project"],
            Self::Vitally | Self::Hubspot => &["address", "take_stages", "push"],
            Self::Maildir => &["path"],
            Self::Imap => &["address", "mailboxes", "token", "user"],
            Self::Caldav => &["address", "user"],
        };
        own.contains(&key)
    }

    fn needs_secret(self) -> bool {
        match self {
            Self::Stripe
            | Self::Calendly
            | Self::Posthog
            | Self::Vitally
            | Self::Hubspot
            | Self::Imap
            | Self::Caldav => true,
            Self::Maildir | Self::Ics => false,
        }
    }

    /// How long it waits between two readings where the file does not say.
    fn every(self) -> Duration {
        match self {
            Self::Maildir => EVERY_ON_DISK,
            Self::Imap => EVERY_ON_SERVER,
            _ => EVERY,
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

/// The words of all kinds.
pub fn kinds() -> &'static [&'static str] {
    Kind::VARIANTS
}

/// Reads `text` as sources, in the order of the file. `pipeline` has the stages that can be entered.
///
/// # Errors
/// The first error, with its line and what to write instead.
pub fn parse(text: &str, file: &str, pipeline: &Pipeline) -> Result<Vec<LiveSource>, ConfigError> {
    let SourcesFile { source } =
        toml::from_str(text).map_err(|error| ConfigError::of_toml(file, text, &error))?;
    let mut sources = Vec::new();
    for (name, table) in source {
        let begins = table.span().start;
        sources.push((begins, live(&name, table, [text, file], pipeline)?));
    }
    sources.sort_by_key(|(begins, _)| *begins);
    Ok(sources.into_iter().map(|(_, source)| source).collect())
}

/// What is wrong with a source's name; nothing where all is well.
pub fn objection_to_name(name: &str) -> Option<&'static str> {
    let what = "a source's name has only lower-case letters, digits, - and _: write [source.stripe]";
    (!is_name(name)).then_some(what)
}

fn live(
    name: &Spanned<String>,
    table: Spanned<SourceTable>,
    [text, file]: [&str; 2],
    pipeline: &Pipeline,
) -> Result<LiveSource, ConfigError> {
    let word = name.get_ref();
    if let Some(what) = objection_to_name(word) {
        let error = ConfigError::at(file, text, name.span(), what.to_owned());
        return Err(ConfigError { key: word.clone(), ..error });
    }
    let header = table.span();
    let table = table.into_inner();
    let reader = TableReader { name: word, kind: *table.kind.get_ref(), header, text, file, pipeline };
    reader.refuse_foreign_keys(&table)?;
    let every = table.every.map_or(reader.kind.every(), |every| every.0);
    let secret = reader.secret(&table)?;
    let push = table.push.as_ref().map(|push| reader.push(push.get_ref())).transpose()?;
    Ok(LiveSource { name: word.as_str().into(), kind: reader.kind(table)?, secret, every, push })
}

/// Reads one table.
struct TableReader<'a> {
    name: &'a str,
    kind: Kind,
    /// Where the table stands.
    header: Range<usize>,
    text: &'a str,
    file: &'a str,
    pipeline: &'a Pipeline,
}

impl TableReader<'_> {
    fn wrong(&self, span: Range<usize>, key: &str, what: impl Into<String>) -> ConfigError {
        let error = ConfigError::at(self.file, self.text, span, what.into());
        ConfigError { key: format!("source.{}.{key}", self.name), ..error }
    }

    fn missing(&self, key: &str, example: &str) -> ConfigError {
        let kind: &str = self.kind.into();
        let what = format!("a source of kind `{kind}` needs it: add {example}");
        self.wrong(self.header.clone(), key, what)
    }

    fn refuse_foreign_keys(&self, table: &SourceTable) -> Result<(), ConfigError> {
        let own = [
            ("address", table.address.as_ref().map(Spanned::span)),
            ("mailboxes", table.mailboxes.as_ref().map(Spanned::span)),
            ("path", table.path.as_ref().map(Spanned::span)),
            ("project", table.project.as_ref().map(Spanned::span)),
            ("take_stages", table.take_stages.as_ref().map(Spanned::span)),
            ("push", table.push.as_ref().map(Spanned::span)),
            ("token", table.token.as_ref().map(Spanned::span)),
            ("user", table.user.as_ref().map(Spanned::span)),
        ];
        let foreign =
            own.into_iter().find_map(|(key, span)| Some((key, span?)).filter(|_| !self.kind.has(key)));
        let Some((key, span)) = foreign else { return Ok(()) };
        let kind: &str = self.kind.into();
        Err(self.wrong(span, key, format!("a source of kind `{kind}` does not have it: remove it")))
    }

    fn secret(&self, table: &SourceTable) -> Result<Option<SecretFrom>, ConfigError> {
        let wrong = |span: Range<usize>, key: &str, what: &str| self.wrong(span, key, what);
        let found = secret(table.secret_env.clone(), table.secret_command.clone(), wrong)?;
        if found.is_none() && self.kind.needs_secret() {
            let kind: &str = self.kind.into();
            let example = format!(
                "secret_command = [\"pass\", \"show\", \"{kind}\"], or secret_env with the name of a variable"
            );
            return Err(self.missing("secret_command", &example));
        }
        Ok(found)
    }

    fn push(&self, table: &PushTable) -> Result<PushMapping, ConfigError> {
        let named = |key: &str, field: &Spanned<String>| -> Result<Arc<str>, ConfigError> {
            let name = field.get_ref().trim();
            if name.is_empty() || name.contains(['"', '&', '?', '#']) {
                let what =
                    "this is no name of a field: write one such as \"vitally.custom.onboardingPipeline\"";
                return Err(self.wrong(field.span(), &format!("push.{key}"), what));
            }
            Ok(name.into())
        };
        let one = |key: &str, field: &Option<Spanned<String>>| {
            field.as_ref().map(|field| named(key, field)).transpose()
        };
        let mut entered = BTreeMap::new();
        for (stamp, field) in &table.entered {
            let key = format!("entered.{}", stamp.get_ref());
            let name = stamp.get_ref().as_str();
            let mut stages = self.pipeline.stages().iter();
            if !stages.any(|stage| stage.id.as_str() == name || &*stage.bucket == name) {
                let known: Vec<&str> = self.pipeline.stages().iter().map(|stage| stage.id.as_str()).collect();
                let what = format!("there is no such stage or bucket: write one of {}", known.join(", "));
                return Err(self.wrong(stamp.span(), &format!("push.{key}"), what));
            }
            entered.insert(stamp.get_ref().as_str().into(), named(&key, field)?);
        }
        let has_tasks = table.tasks.as_ref().is_some_and(|tasks| *tasks.get_ref());
        let task_key = one("task_key", &table.task_key)?;
        if let Some(key) = table.task_key.as_ref().filter(|_| !has_tasks || self.kind != Kind::Hubspot) {
            let what = "only tasks of HubSpot need it: remove it, or add tasks = true";
            return Err(self.wrong(key.span(), "push.task_key", what));
        }
        let task_key = match self.kind {
            Kind::Hubspot => task_key.unwrap_or_else(|| TASK_KEY.into()),
            _ => "externalId".into(),
        };
        let mapping = PushMapping {
            stage: one("stage", &table.stage)?,
            owner: one("owner", &table.owner)?,
            payment_risk: one("payment_risk", &table.payment_risk)?,
            entered,
            tasks: has_tasks.then_some(task_key),
        };
        if mapping == PushMapping::default() {
            return Err(self.missing(
                "push",
                "what is to be told, such as stage = \"vitally.custom.onboardingPipeline\"",
            ));
        }
        Ok(mapping)
    }

    fn kind(&self, table: SourceTable) -> Result<SourceKind, ConfigError> {
        let written = |written: &Spanned<String>| -> Result<Arc<str>, ConfigError> {
            match objection(written.get_ref()) {
                Some(what) => Err(self.wrong(written.span(), "address", what)),
                None => Ok(written.get_ref().trim_end_matches('/').into()),
            }
        };
        let address = |usual: &str| table.address.as_ref().map_or_else(|| Ok(usual.into()), written);
        let take_stages = table.take_stages.as_ref().is_some_and(|take| *take.get_ref());
        Ok(match self.kind {
            Kind::Stripe => SourceKind::Stripe { address: address("https://api.stripe.com")? },
            Kind::Calendly => SourceKind::Calendly { address: address("https://api.calendly.com")? },
            Kind::Posthog => {
                let project = match table.project.as_ref().map(Spanned::get_ref) {
                    Some(ProjectId::Written(project)) if !project.trim().is_empty() => project.trim().into(),
                    Some(ProjectId::Number(project)) => project.to_string().into(),
                    Some(ProjectId::Written(_)) | None => {
                        let example = "project = \"12345\", the number in the address of the project's pages";
                        return Err(self.missing("project", example));
                    }
                };
                SourceKind::PostHog { address: address("https://us.posthog.com")?, project }
            }
            Kind::Vitally => {
                let Some(own) = &table.address else {
                    let example = "address = \"https://YOURS.rest.vitally.io/resources\", or in the EU \
                                   \"https://rest.vitally-eu.io/resources\"";
                    return Err(self.missing("address", example));
                };
                SourceKind::Vitally { address: written(own)?, take_stages }
            }
            Kind::Hubspot => SourceKind::HubSpot { address: address("https://api.hubapi.com")?, take_stages },
            Kind::Ics => {
                let Some(own) = &table.address else {
                    let example = "address = \"https://example.com/calendar.ics\"; where that is a secret, only its host, such as \
                                   \"https://calendar.google.com\", and a secret_command that prints all of it";
                    return Err(self.missing("address", example));
                };
                SourceKind::Ics { address: written(own)? }
            }
            Kind::Caldav => {
                let Some(own) = &table.address else {
                    let example = "address = \"https://dav.example.com/calendars/dan/work/\"";
                    return Err(self.missing("address", example));
                };
                let user = table.user.as_ref().map(|user| user.get_ref().trim());
                let Some(user) = user.filter(|user| !user.is_empty() && !user.contains(':')) else {
                    return Err(self.missing(
                        "user",
                        "user = \"dan@example.com\", the name that the calendar is read with",
                    ));
                };
                SourceKind::CalDav { address: written(own)?, user: user.into() }
            }
            Kind::Maildir => {
                let Some(path) = table.path.filter(|path| !path.get_ref().as_os_str().is_empty()) else {
                    return Err(self.missing("path", "path = \"~/Mail\", the directory that holds your mail"));
                };
                let span = path.span();
                let path = expanded(path.into_inner());
                SourceKind::Maildir { path: path.map_err(|why| self.wrong(span, "path", why.to_string()))? }
            }
            Kind::Imap => SourceKind::Imap(self.imap(&table)?),
        })
    }

    fn imap(&self, table: &SourceTable) -> Result<ImapAccount, ConfigError> {
        let Some(address) = &table.address else {
            return Err(self.missing("address", "address = \"imaps://mail.example.com\""));
        };
        if let Some(what) = objection_to_mail(address.get_ref()) {
            return Err(self.wrong(address.span(), "address", what));
        }
        let is_name = |name: &str| !name.trim().is_empty() && !name.contains(char::is_control);
        let Some(user) = &table.user else {
            return Err(self.missing("user", "user = \"dan@example.com\", the name that you log in with"));
        };
        if !is_name(user.get_ref()) {
            return Err(self.wrong(user.span(), "user", "write the name that you log in with"));
        }
        let mailboxes = match &table.mailboxes {
            None => MAILBOXES.map(Into::into).into(),
            Some(names)
                if names.get_ref().is_empty() || !names.get_ref().iter().all(|name| is_name(name)) =>
            {
                let what = "write the names of mailboxes: [\"INBOX\", \"Sent\"]";
                return Err(self.wrong(names.span(), "mailboxes", what));
            }
            Some(names) => names.get_ref().iter().map(|name| name.as_str().into()).collect(),
        };
        Ok(ImapAccount {
            address: address.get_ref().trim_end_matches('/').into(),
            user: user.get_ref().as_str().into(),
            mailboxes,
            has_token: table.token.as_ref().is_some_and(|token| *token.get_ref()),
        })
    }
}
