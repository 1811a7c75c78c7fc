//! `receivers.toml`: who may tell the board of what happened, through `gangplank serve`.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;

use super::error::ConfigError;
use super::secret_keys::{is_name, secret};
use crate::sources::receiver::{HEALTH, LiveReceiver, ReceiverKind};

/// The file's name.
pub const FILE: &str = "receivers.toml";

/// The header with PostHog's secret where the file names none.
const HEADER: &str = "x-gangplank-secret";

/// The longest path, in bytes.
const LONGEST_PATH: usize = 200;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReceiversFile {
    #[serde(default)]
    receiver: BTreeMap<Spanned<String>, Spanned<ReceiverTable>>,
}

/// One `[receiver.NAME]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReceiverTable {
    kind: Spanned<KindWord>,
    secret_env: Option<Spanned<String>>,
    secret_command: Option<Spanned<Vec<String>>>,
    path: Option<Spanned<String>>,
    header: Option<Spanned<String>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum KindWord {
    Stripe,
    Calendly,
    CalCom,
    PostHog,
    HubSpot,
    Signals,
}

/// Reads `text` as receivers, in the order of the file.
///
/// # Errors
/// The first error, with its line and what to write instead.
pub fn parse(text: &str, file: &str) -> Result<Vec<LiveReceiver>, ConfigError> {
    let ReceiversFile { receiver } =
        toml::from_str(text).map_err(|error| ConfigError::of_toml(file, text, &error))?;
    let mut tables: Vec<_> = receiver.into_iter().collect();
    tables.sort_by_key(|(_, table)| table.span().start);
    let mut receivers: Vec<LiveReceiver> = Vec::new();
    for (name, table) in tables {
        let place = table.get_ref().path.as_ref().map_or(table.span(), Spanned::span);
        let read = receiver_of(&name, table, text, file)?;
        if let Some(other) = receivers.iter().find(|other| other.path == read.path) {
            let what = format!("`{}` has the path {} already: write another one", other.name, other.path);
            let key = format!("receiver.{}.path", read.name);
            return Err(ConfigError { key, ..ConfigError::at(file, text, place, what) });
        }
        receivers.push(read);
    }
    Ok(receivers)
}

fn receiver_of(
    name: &Spanned<String>,
    table: Spanned<ReceiverTable>,
    text: &str,
    file: &str,
) -> Result<LiveReceiver, ConfigError> {
    let header = table.span();
    let table = table.into_inner();
    let word = name.get_ref();
    let at = |span: Range<usize>, what: String| ConfigError::at(file, text, span, what);
    if !is_name(word) {
        let what = "a receiver's name has only lower-case letters, digits, - and _: write [receiver.stripe]";
        return Err(ConfigError { key: word.clone(), ..at(name.span(), what.to_owned()) });
    }
    let wrong = |span: Range<usize>, key: &str, what: &str| ConfigError {
        key: format!("receiver.{word}.{key}"),
        ..at(span, what.to_owned())
    };
    let kind = *table.kind.get_ref();
    let kind = match (kind, table.header) {
        (KindWord::PostHog, None) => ReceiverKind::PostHog { header: HEADER.into() },
        (KindWord::PostHog, Some(header)) => {
            let own = own_header(header.get_ref()).ok_or_else(|| {
                let what = "this is no header of your own: write one such as X-Gangplank-Secret";
                wrong(header.span(), "header", what)
            });
            ReceiverKind::PostHog { header: own? }
        }
        (_, Some(header)) => {
            let what = "only PostHog sends its secret in a header of your choice: remove it";
            return Err(wrong(header.span(), "header", what));
        }
        (KindWord::Stripe, None) => ReceiverKind::Stripe,
        (KindWord::Calendly, None) => ReceiverKind::Calendly,
        (KindWord::CalCom, None) => ReceiverKind::CalCom,
        (KindWord::HubSpot, None) => ReceiverKind::HubSpot,
        (KindWord::Signals, None) => ReceiverKind::Signals,
    };
    let Some(secret) = secret(table.secret_env, table.secret_command, wrong)? else {
        let kind = kind.word();
        let what = format!(
            "a receiver of kind `{kind}` needs it: add secret_command = [\"pass\", \"show\", \"{kind}-webhook\"], or \
             secret_env with the name of a variable"
        );
        return Err(wrong(header, "secret_command", &what));
    };
    let path: Arc<str> = match &table.path {
        None => format!("/{word}").into(),
        Some(path) if is_path(path.get_ref()) => path.get_ref().as_str().into(),
        Some(path) => {
            let what = "this is no path: write one such as /stripe, of letters, digits, -, _, . and /";
            return Err(wrong(path.span(), "path", what));
        }
    };
    if *path == *HEALTH {
        let span = table.path.as_ref().map_or(header, Spanned::span);
        return Err(wrong(span, "path", "this path says how the receivers fare: write another one"));
    }
    Ok(LiveReceiver { name: word.as_str().into(), kind, secret, path })
}

/// `text` as the name of a header that no program sends by itself.
fn own_header(text: &str) -> Option<Arc<str>> {
    let name = text.trim().to_ascii_lowercase();
    let rest = name.strip_prefix("x-")?;
    let is_token = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (!rest.is_empty() && name.len() <= 100 && rest.chars().all(is_token)).then(|| name.into())
}

/// Whether `text` is a path that needs no encoding, so that it is written in one way only.
fn is_path(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.~".contains(c);
    let part = |part: &str| !part.is_empty() && part.chars().all(is_plain) && !["..", "."].contains(&part);
    text.len() <= LONGEST_PATH && text.strip_prefix('/').is_some_and(|rest| rest.split('/').all(part))
}
