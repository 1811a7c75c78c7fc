//! Completions: what a shell may offer next, asked at every press of tab.
//!
//! A shell calls the program with `COMPLETE` set to its name and the words typed so far. Whatever is wrong with the
//! settings or the store then, there are fewer candidates, and no word about it. Nothing is locked or written.

mod arguments;
mod bash;

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use clap::Command;
use clap::builder::StyledStr;
use clap_complete::CompleteEnv;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate, ValueCompleter};
use clap_complete::env::{Bash, Elvish, EnvCompleter, Fish, Powershell, Shells, Zsh};
use strum::VariantArray;

use self::arguments::{ARGUMENTS, EVERYWHERE, Names, Value};
use self::bash::{BashLine, Line};
use super::{CliError, command_line, overrides};
use crate::config::files::{self, parsed};
use crate::config::{Config, views};
use crate::emails::file::{DIRECTORY, EmailTemplates};
use crate::query::Subject;
use crate::query::completion::{KnownNames, continuations};
use crate::state::RefundKind;
use crate::state::values::signal::SignalKind;
use crate::store::StoredNames;
use crate::store::names::NamedAccount;
use crate::text;

/// The variable in which a shell names itself.
const VARIABLE: &str = "COMPLETE";

const SHELLS: Shells<'static> = Shells(&[&BashLine, &Elvish, &Fish, &Powershell, &Zsh]);

/// What `--until` and `--due` are often told. Anything else that `docs command-line` lists does as well.
const WHEN: [&str; 12] = [
    "today",
    "tomorrow",
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
    "sat",
    "sun",
    "in 3 days",
    "in 1 week",
    "in 2 weeks",
];

const RISKS: [&str; 4] = ["none", "low", "medium", "high"];

/// Answers a shell that asks for completions; false when none does.
///
/// # Errors
/// When the shell is unknown.
pub fn answer() -> Result<bool, CliError> {
    let Some(shell) = std::env::var_os(VARIABLE).filter(|shell| !shell.is_empty()) else { return Ok(false) };
    // As `$SHELL` has it, it is a path.
    let name = Path::new(&shell).file_stem().unwrap_or_default().to_string_lossy();
    let Some(completer) = SHELLS.completer(&name) else {
        let known = SHELLS.names().collect::<Vec<_>>().join(", ");
        return Err(CliError::usage(format!(
            "the environment variable {VARIABLE}: `{name}` is none of {known}"
        )));
    };
    let is = |shell: &dyn EnvCompleter| completer.name() == shell.name();
    let words = if is(&BashLine) { Line::typed().words } else { words(std::env::args_os()) };
    let quotes = is(&Powershell);
    let source = Arc::new(TypedLine { words, quotes, config: OnceLock::new(), names: OnceLock::new() });
    let current_dir = std::env::current_dir().ok();
    let answered = CompleteEnv::with_factory(|| completing(&source))
        .var(VARIABLE)
        .shells(SHELLS)
        .bin("gangplank")
        .completer("gangplank")
        .try_complete(std::env::args_os(), current_dir.as_deref());
    // Whoever presses tab wants candidates; a shell that does not listen wants nothing.
    Ok(answered.unwrap_or(true))
}

/// Writes what a shell has to read once for it to ask.
///
/// # Errors
/// When it cannot be written.
pub(super) fn write_registration(shell: clap_complete::Shell, out: &mut dyn Write) -> std::io::Result<()> {
    let name = shell.to_string();
    let completer = SHELLS.completer(&name).unwrap_or(&Bash);
    completer.write_registration(VARIABLE, "gangplank", "gangplank", "gangplank", out)
}

/// The words of the line that is completed: those after `--`.
fn words(args: impl Iterator<Item = OsString>) -> Vec<String> {
    let words = args.skip_while(|arg| arg != "--").skip(1);
    words.map(|word| word.to_string_lossy().into_owned()).collect()
}

/// The command line, whose arguments know what they name.
fn completing(source: &Arc<TypedLine>) -> Command {
    let mut command = everywhere(command_line(), source);
    for (path, id, names) in ARGUMENTS {
        command = with_completer(command, path, id, &Completer { source: source.clone(), names: *names });
    }
    command
}

fn with_completer(command: Command, path: &[&str], id: &str, completer: &Completer) -> Command {
    match path {
        [] => command.mut_arg(id, |arg| arg.add(ArgValueCompleter::new(completer.clone()))),
        [first, rest @ ..] => command.mut_subcommand(first, |it| with_completer(it, rest, id, completer)),
    }
}

fn everywhere(command: Command, source: &Arc<TypedLine>) -> Command {
    let has = |id: &str| command.get_arguments().any(|arg| arg.get_id() == id);
    let known = EVERYWHERE.map(|(id, value)| (has(id), id, value));
    let command = command.mut_subcommands(|command| everywhere(command, source));
    known.into_iter().filter(|(has, ..)| *has).fold(command, |command, (_, id, value)| {
        with_completer(command, &[], id, &Completer { source: source.clone(), names: Names::Only(value) })
    })
}

/// What is known where a line is completed, read when it is first asked for.
struct TypedLine {
    /// The whole line up to the cursor.
    words: Vec<String>,
    /// Whether names with spaces must be offered in quotes: the shell does not add them by itself.
    quotes: bool,
    config: OnceLock<Option<Config>>,
    names: OnceLock<StoredNames>,
}

impl TypedLine {
    fn config(&self) -> Option<&Config> {
        let load = || {
            let set = |flag: &str| self.flag(flag).map(Into::into);
            let overrides = overrides(
                set("--data-dir"),
                set("--config-dir"),
                None,
                None,
                self.flag("--store").map(Into::into),
            );
            let overrides = overrides.ok()?;
            Config::load(&overrides).ok()
        };
        self.config.get_or_init(load).as_ref()
    }

    fn names(&self) -> &StoredNames {
        self.names.get_or_init(|| self.read_names())
    }

    fn read_names(&self) -> StoredNames {
        self.config().and_then(|config| config.store.names()).unwrap_or_default()
    }

    /// The value that the line gives a flag.
    fn flag(&self, flag: &str) -> Option<&str> {
        let words = self.words.iter().zip(self.words.iter().skip(1));
        let mut values = words.filter_map(|(word, next)| match word.strip_prefix(flag) {
            Some("") => Some(next.as_str()),
            Some(rest) => rest.strip_prefix('='),
            None => None,
        });
        values.next()
    }

    fn has_flag(&self, flag: &str) -> bool {
        self.words
            .iter()
            .any(|word| word.strip_prefix(flag).is_some_and(|rest| rest.is_empty() || rest.starts_with('=')))
    }

    /// The accounts that the line names before the cursor.
    fn named_accounts(&self) -> impl Iterator<Item = Cow<'_, NamedAccount>> {
        let before = self.words.len().saturating_sub(1);
        self.words[..before].iter().filter_map(|word| self.names().account(word))
    }

    /// Whether accounts are named before the cursor, or come on the standard input.
    fn means_somebody(&self) -> bool {
        self.words.iter().any(|word| word == "-") || self.named_accounts().next().is_some()
    }

    /// The values of `kind` that begin with `typed`, each with what people should know about it.
    fn values(&self, kind: Value, typed: &str) -> Vec<(String, String)> {
        let bare = |words: &[&str]| words.iter().map(|word| ((*word).to_owned(), String::new())).collect();
        match kind {
            Value::Stage => self.stages().collect(),
            Value::StageFilter => {
                let buckets = self.buckets();
                let others = [("none", "Off the board"), ("unmapped", "Under a label of no stage")];
                let others = others.map(|(word, about)| (word.to_owned(), about.to_owned()));
                self.stages().chain(buckets).chain(others).collect()
            }
            Value::Owner => {
                self.owners().into_iter().map(|owner| (owner.to_owned(), String::new())).collect()
            }
            Value::Segment if self.has_flag("--leave") => {
                let segments = self.named_accounts().flat_map(|account| account.into_owned().segments);
                segments.map(|segment| (segment, String::new())).collect()
            }
            Value::Segment => bare(&self.names().segments().into_iter().collect::<Vec<_>>()),
            Value::Playbook => {
                let playbooks = self.config().into_iter().flat_map(|config| &config.playbooks.all);
                playbooks.map(|playbook| (playbook.id.to_string(), playbook.title.to_string())).collect()
            }
            Value::OpenAlert => self.open_alerts(),
            Value::ClosedAlert => self.closed_alerts(),
            Value::OpenTask => self.tasks(false),
            Value::DoneTask => self.tasks(true),
            Value::Signal => {
                SignalKind::ALL.iter().map(|(_, word)| ((*word).to_owned(), String::new())).collect()
            }
            Value::Risk => bare(&RISKS),
            Value::Point => self.points(),
            Value::RefundKind => bare(&RefundKind::VARIANTS.iter().map(<&str>::from).collect::<Vec<_>>()),
            Value::When => bare(&WHEN),
            Value::Query => self.queries(typed),
            Value::View => self.views(),
            Value::Template => self.templates(),
            Value::Source => self.sources(),
        }
    }

    fn sources(&self) -> Vec<(String, String)> {
        let sources = self.config().into_iter().flat_map(|config| &config.sources);
        sources.map(|source| (source.name.to_string(), source.kind.word().to_owned())).collect()
    }

    fn stages(&self) -> impl Iterator<Item = (String, String)> {
        let stages = self.config().into_iter().flat_map(|config| config.pipeline.stages());
        stages.map(|stage| (stage.id.to_string(), stage.label.to_string()))
    }

    /// The points of the checklists; one that the pipeline no longer has is rarely unticked.
    fn points(&self) -> Vec<(String, String)> {
        let points = self.config().into_iter().flat_map(|config| config.pipeline.points());
        points.map(|point| (point.id.to_string(), point.title.to_string())).collect()
    }

    /// Buckets of several stages; any other is called as its only stage.
    fn buckets(&self) -> Vec<(String, String)> {
        let pipeline = self.config().map(|config| &config.pipeline);
        let mut buckets: Vec<(String, String)> = Vec::new();
        for stage in pipeline.into_iter().flat_map(|pipeline| pipeline.stages()) {
            let known = buckets.iter().any(|(bucket, _)| *bucket == *stage.bucket)
                || *stage.bucket == *stage.id.as_str();
            if !known {
                buckets.push((stage.bucket.to_string(), format!("All stages of {}", stage.bucket)));
            }
        }
        buckets
    }

    fn owners(&self) -> std::collections::BTreeSet<&str> {
        let mut owners = self.names().owners();
        if let Some(config) = self.config() {
            owners.insert(&config.me);
            owners.extend(config.playbooks.team.specialists.iter().map(|name| &**name));
        }
        owners
    }

    fn open_alerts(&self) -> Vec<(String, String)> {
        let names = self.names();
        let about = |id: &str| names.with_id(id).and_then(|account| account.name.clone()).unwrap_or_default();
        names.open_alerts().map(|(key, alert)| (key.to_string(), about(&alert.account))).collect()
    }

    fn closed_alerts(&self) -> Vec<(String, String)> {
        let (accounts, alerts) = self.read_names().everything();
        let about =
            |id: &String| accounts.get(id).and_then(|account| account.name.clone()).unwrap_or_default();
        let closed = alerts.iter().filter(|(_, alert)| alert.is_closed);
        closed.map(|(key, alert)| (key.to_string(), about(&alert.account))).collect()
    }

    fn tasks(&self, done: bool) -> Vec<(String, String)> {
        let tasks = self.named_accounts().flat_map(|account| account.into_owned().tasks);
        let tasks: Vec<_> = tasks.filter(|(_, task)| task.is_done == done).collect();
        let is_unique = |title: &str| tasks.iter().filter(|(_, task)| task.title == title).count() == 1;
        let named = tasks.iter().map(|(id, task)| {
            if is_unique(&task.title) {
                (task.title.clone(), String::new())
            } else {
                (id.clone(), task.title.clone())
            }
        });
        named.collect()
    }

    /// The views of the team's file, each with its query; whether one can be read is nothing to say here.
    fn views(&self) -> Vec<(String, String)> {
        let file = self.config().map(|config| config.paths.config(views::FILE));
        let read = |text: &str, file: &str| views::overlaid(text, file, |_| Ok(()));
        let own = file.and_then(|file| parsed(&file, read).ok());
        let all = own.map(|own| own.unwrap_or_else(views::shipped)).unwrap_or_default();
        all.into_iter().map(|view| (view.name, view.query)).collect()
    }

    fn templates(&self) -> Vec<(String, String)> {
        let directory = self.config().map(|config| config.paths.config(DIRECTORY));
        let own = directory.and_then(|directory| files::texts(&directory, "md").ok()).unwrap_or_default();
        let all = EmailTemplates::new(own).unwrap_or_else(|_| EmailTemplates::shipped().clone());
        all.all().iter().map(|it| (it.name.to_string(), it.title.to_string())).collect()
    }

    fn queries(&self, typed: &str) -> Vec<(String, String)> {
        let Some(config) = self.config() else { return Vec::new() };
        let names = self.names();
        let known = KnownNames {
            subject: Subject::Accounts,
            pipeline: &config.pipeline,
            owners: &self.owners(),
            segments: &names.segments(),
            columns: names.columns(),
        };
        let all = continuations(typed, &known).into_iter();
        all.map(|it| (it.query, it.about.unwrap_or_default())).collect()
    }

    /// The accounts whose id or name begins with `typed`. Names come with the first letter: all of them beside all ids
    /// would be no choice.
    fn accounts(&self, typed: &str) -> Vec<(String, String)> {
        let is_called = |name: Option<&str>| !typed.is_empty() && name.is_some_and(|it| begins(it, typed));
        let mut called = self.names().called(|id, name| begins(id, typed) || is_called(name));
        called.sort_unstable();
        let words = called.into_iter().map(|(id, name)| {
            let name = name.unwrap_or_default();
            if begins(&id, typed) { (id, name) } else { (name, id) }
        });
        words.collect()
    }
}

/// Whether `name` begins with `typed`, whatever the case.
fn begins(name: &str, typed: &str) -> bool {
    // A hundred thousand names are looked at while somebody waits. Most begin with another letter, and of nearly all of them
    // a byte tells.
    if let (Some(first), Some(wanted)) = (name.bytes().next(), typed.bytes().next())
        && first.is_ascii()
        && wanted.is_ascii()
        && !first.eq_ignore_ascii_case(&wanted)
    {
        return false;
    }
    if name.is_ascii() && typed.is_ascii() {
        return name.get(..typed.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(typed));
    }
    let mut letters = name.chars().flat_map(char::to_lowercase);
    typed.chars().flat_map(char::to_lowercase).all(|c| letters.next() == Some(c))
}

#[derive(Clone)]
struct Completer {
    source: Arc<TypedLine>,
    names: Names,
}

impl ValueCompleter for Completer {
    fn complete(&self, current: &OsStr) -> Vec<CompletionCandidate> {
        let Some(typed) = current.to_str() else { return Vec::new() };
        let source = &self.source;
        let found = match self.names {
            // The value may be next as soon as somebody is meant, and is what most people want then.
            Names::AccountsThen(value) if source.has_flag("--where") => source.values(value, typed),
            Names::AccountsThen(value) if source.means_somebody() => {
                let values = source.values(value, typed).into_iter();
                let accounts = if typed.is_empty() { Vec::new() } else { source.accounts(typed) };
                values.chain(accounts).collect()
            }
            Names::Accounts | Names::AccountsThen(_) => source.accounts(typed),
            Names::Only(value) => source.values(value, typed),
        };
        let found = found.into_iter().filter(|(value, _)| begins(value, typed));
        found.filter_map(|(value, about)| candidate(value, &about, source.quotes)).collect()
    }
}

/// What a shell may be told: a name that cannot be shown as it is would be another name.
fn candidate(value: String, about: &str, quotes: bool) -> Option<CompletionCandidate> {
    if value.is_empty() || text::clean(&value) != value {
        return None;
    }
    let is_plain = |c: char| c.is_alphanumeric() || "_@%+=:,./-".contains(c);
    let value = if quotes && !value.chars().all(is_plain) {
        format!("'{}'", value.replace('\'', "''"))
    } else {
        value
    };
    let about = text::clean(about).into_owned();
    let help = (!about.is_empty()).then(|| StyledStr::from(about));
    Some(CompletionCandidate::new(value).help(help))
}

#[cfg(test)]
mod tests {
    use clap::ValueHint;

    use super::*;

    /// What is anything a person writes.
    const FREE: [&str; 43] = [
        "day",
        "from",
        "to",
        "store",
        "login",
        "signs_as",
        "now",
        "wait",
        "reason",
        "observation",
        "limit",
        "at",
        "call",
        "starts",
        "ends",
        "length",
        "invoice",
        "amount",
        "attempt",
        "next_attempt",
        "subscription",
        "period_end",
        "facts",
        "source",
        "id",
        "currency",
        "outcome",
        "signal",
        "date_format",
        "finding",
        "decimal",
        "encoding",
        "clear_blank",
        "seqs",
        "listen",
        "name",
        "secret_command",
        "secret_env",
        "address",
        "project",
        "user",
        "mailbox",
        "every",
    ];

    fn check(command: &Command, path: &str, missing: &mut Vec<String>) {
        for arg in
            command.get_arguments().filter(|arg| arg.get_num_args().is_some_and(|it| it.takes_values()))
        {
            let id = arg.get_id().as_str();
            let is_completed = arg.get::<ArgValueCompleter>().is_some()
                || !arg.get_possible_values().is_empty()
                || arg.get_value_hint() != ValueHint::Unknown;
            if !is_completed && !FREE.contains(&id) {
                missing.push(format!("{path} {id}"));
            }
        }
        for command in command.get_subcommands().filter(|command| command.get_name() != "help") {
            check(command, &format!("{path} {}", command.get_name()), missing);
        }
    }

    #[test]
    fn every_argument_is_completed_or_free() {
        let source =
            TypedLine { words: Vec::new(), quotes: false, config: OnceLock::new(), names: OnceLock::new() };
        let mut command = completing(&Arc::new(source));
        command.build();
        let mut missing = Vec::new();
        check(&command, "gangplank", &mut missing);
        assert_eq!(missing, [""; 0], "nothing completes these, and they are not free");
    }
}
