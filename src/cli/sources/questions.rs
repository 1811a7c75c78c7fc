//! What `gangplank sources add` asks a person about each kind of source.

use std::path::{Path, PathBuf};

use crate::config::paths::expanded;
use crate::config::sources::kinds;
use crate::sources::origin::{objection, objection_to_mail};
use crate::suggest;
use crate::text;

/// The key that is asked for how to get at a secret: `secret_command` or `secret_env`.
pub(super) const SECRET: &str = "secret";

/// A key of a source, and how it is asked for.
pub(super) struct SourceQuestion {
    pub(super) key: &'static str,
    /// Before the answer is typed.
    pub(super) asks: &'static str,
    /// What is taken where nothing is typed.
    pub(super) usual: Option<String>,
}

/// What a source of `kind` brings.
pub(super) fn about(kind: &str) -> &'static str {
    match kind {
        "stripe" => "failed payments, upcoming invoices, cancellations",
        "calendly" => "calls that are booked, moved and canceled",
        "posthog" => "events that you name, such as purchases",
        "vitally" => "accounts and their facts",
        "hubspot" => "companies and their facts",
        "maildir" => "outreach and replies, from mail on this machine",
        "imap" => "outreach and replies, from a mail server",
        "ics" => "calls, from a calendar at an address",
        "caldav" => "calls, from a calendar that CalDAV keeps",
        _ => "",
    }
}

/// What a source of `kind` needs.
pub(super) fn questions(kind: &str) -> Vec<SourceQuestion> {
    let question = |key, asks| SourceQuestion { key, asks, usual: None };
    let secret = |asks| SourceQuestion { key: SECRET, asks, usual: usual_secret(kind) };
    match kind {
        "stripe" => vec![secret("A restricted key that may read events.")],
        "calendly" => vec![secret("A personal access token.")],
        "posthog" => vec![
            SourceQuestion {
                usual: Some("https://us.posthog.com".to_owned()),
                ..question("address", "The address of your PostHog; in the EU, https://eu.posthog.com.")
            },
            question("project", "The number of the project, which stands in the address of its pages."),
            secret("A personal API key with the scope query:read."),
        ],
        "vitally" => vec![
            question(
                "address",
                "The address: https://YOURS.rest.vitally.io/resources, or in the EU \
                 https://rest.vitally-eu.io/resources.",
            ),
            secret("The REST API key."),
        ],
        "hubspot" => vec![secret("The token of a private app with the scope crm.objects.companies.read.")],
        "maildir" => vec![SourceQuestion {
            usual: ["~/Mail", "~/Maildir", "~/.mail"]
                .into_iter()
                .find(|path| is_directory(path))
                .map(str::to_owned),
            ..question("path", "The directory that holds your mail, as Maildirs.")
        }],
        "imap" => vec![
            question("address", "The mail server, such as imaps://mail.example.com."),
            question("user", "The name that you log in with, such as dan@example.com."),
            secret("The password, or an app password of your provider."),
        ],
        "ics" => vec![
            question(
                "address",
                "The address of the calendar. Where it is a secret, only its host, such as https://calendar.google.com.",
            ),
            secret("The calendar's secret address in iCal format."),
        ],
        "caldav" => vec![
            question(
                "address",
                "The address of the calendar, such as https://dav.example.com/calendars/dan/work/.",
            ),
            question("user", "The name that it is read with."),
            secret("Its password, or an app password."),
        ],
        _ => Vec::new(),
    }
}

/// What is wrong with an answer for `key` of a source of `kind`; nothing where it may be right.
pub(super) fn objection_to(kind: &str, key: &str, answer: &str) -> Option<String> {
    match (kind, key) {
        ("imap", "address") => objection_to_mail(answer).map(str::to_owned),
        (_, "address") => objection(answer).map(str::to_owned),
        ("maildir", "path") => (!is_directory(answer)).then(|| "there is no such directory".to_owned()),
        (_, "project") => (!answer.chars().all(|c| c.is_ascii_digit()))
            .then(|| "write its number alone, such as 12345".to_owned()),
        (_, SECRET) => objection_to_secret(answer),
        _ => None,
    }
}

/// The kind that `answer` names, by its number or its word.
///
/// # Errors
/// That there is none, and which may have been meant.
pub(super) fn kind_named(answer: &str) -> Result<String, String> {
    let number = answer.parse::<usize>().ok().and_then(|number| kinds().get(number.checked_sub(1)?));
    if let Some(kind) = number.or_else(|| kinds().iter().find(|kind| **kind == answer)) {
        return Ok((*kind).to_owned());
    }
    let near = suggest::near(answer, kinds().iter().map(|kind| (*kind, [*kind])));
    Err(match near.first() {
        Some(near) => format!("there is no `{}`; did you mean {near}?", text::clean(answer)),
        None => format!("there is no `{}`: write a number or a name of the list", text::clean(answer)),
    })
}

/// The program that a command starts, and its arguments.
pub(super) fn command_words(text: &str) -> Result<Vec<String>, String> {
    match shlex::split(text) {
        Some(words) if !words.is_empty() => Ok(words),
        Some(_) => Err("the command is missing".to_owned()),
        None => Err("the command has a quote or a backslash too many".to_owned()),
    }
}

/// A secret is said by a program that prints it, or by a variable. Whatever is neither may be the secret itself, so it is not
/// repeated.
fn objection_to_secret(answer: &str) -> Option<String> {
    if let Some(name) = answer.strip_prefix('$') {
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        return (!is_name).then(|| "write the name of a variable, such as $GANGPLANK_KEY".to_owned());
    }
    match command_words(answer) {
        Err(why) => Some(why),
        Ok(words) if is_program(&words[0]) => None,
        Ok(_) => Some(
            "that does not begin with a program of this machine. If it is the secret itself: it is not kept. Put it into \
             your password store, and write the command that prints it"
                .to_owned(),
        ),
    }
}

/// The command of a password store, where there is one.
fn usual_secret(kind: &str) -> Option<String> {
    is_program("pass").then(|| format!("pass show {kind}/gangplank"))
}

fn is_program(name: &str) -> bool {
    if name.contains('/') {
        return expanded(PathBuf::from(name)).is_ok_and(|path| path.is_file());
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|dir| dir.join(name).is_file())
}

fn is_directory(path: &str) -> bool {
    expanded(Path::new(path).to_owned()).is_ok_and(|path| path.is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_taken_for_none() {
        for answer in ["rk_live_51Hx", "https://calendar.google.com/private-1/basic.ics", "Bearer abc", "'x"]
        {
            let objection = objection_to_secret(answer).expect("it is refused");
            assert!(!objection.contains(answer), "{objection}");
        }
        for answer in ["sh -c 'echo x'", "$GANGPLANK_KEY"] {
            assert_eq!(objection_to_secret(answer), None, "{answer}");
        }
        assert!(objection_to_secret("$not a name").is_some());
    }

    #[test]
    fn a_kind_is_named_by_its_number_or_its_word() {
        assert_eq!(kind_named("1").as_deref(), Ok("stripe"));
        assert_eq!(kind_named("ics").as_deref(), Ok("ics"));
        assert_eq!(kind_named("strip"), Err("there is no `strip`; did you mean stripe?".to_owned()));
        for nonsense in ["0", "99", "qqqq"] {
            assert!(kind_named(nonsense).is_err(), "{nonsense}");
        }
    }
}
