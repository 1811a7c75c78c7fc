//! `gangplank sources add`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::person::PersonAsked;
use super::questions::{SECRET, SourceQuestion, about, command_words, kind_named, objection_to, questions};
use crate::cli::sync::{Reading, ReadingBegin, read_once};
use crate::cli::{CliError, Context, notify, output_file};
use crate::config::files::read_file;
use crate::config::sources::{FILE, kinds, objection_to_name, parse};
use crate::sources::LiveSource;
use crate::text;

/// Add a live source
///
/// On a terminal it asks for what the flags leave open. Then it reads the source and shows what would come, and only after
/// that it writes into sources.toml. Secrets are not written there: it says where to find one.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank sources add\n\
    \x20 gangplank sources add stripe --name billing --secret-command \"pass show stripe/gangplank\"\n\
    \x20 gangplank sources add maildir --path ~/Mail --yes")]
pub(super) struct AddSourceArgs {
    /// What it is
    #[arg(value_parser = PossibleValuesParser::new(kinds()))]
    kind: Option<String>,
    /// What to call it: lower-case letters, digits, - and _
    #[arg(long)]
    name: Option<String>,
    /// The command that prints the secret
    #[arg(long, value_name = "COMMAND", conflicts_with = "secret_env")]
    secret_command: Option<String>,
    /// The environment variable that holds the secret
    #[arg(long, value_name = "NAME")]
    secret_env: Option<String>,
    /// The address of the provider, where it is not the usual one
    #[arg(long, value_name = "URL")]
    address: Option<String>,
    /// The number of a PostHog project
    #[arg(long, value_name = "NUMBER")]
    project: Option<String>,
    /// The directory that holds the mail
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    path: Option<String>,
    /// The name to log in with on a mail server
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// A mailbox on a mail server, INBOX and Sent where none is named; may be repeated
    #[arg(long, value_name = "NAME")]
    mailbox: Vec<String>,
    /// The secret is an access token of OAuth, not a password
    #[arg(long)]
    token: bool,
    /// Move cards to the stages that its accounts name
    #[arg(long)]
    take_stages: bool,
    /// How long to wait between two readings, such as 5m
    #[arg(long, value_name = "TIME")]
    every: Option<String>,
    /// Write it without asking, if it can be read
    #[arg(long)]
    yes: bool,
}

/// What was answered so far: keys and their values, as TOML.
struct SourceDraft {
    name: String,
    kind: String,
    keys: Vec<(&'static str, toml_edit::Value)>,
}

impl SourceDraft {
    /// The lines for `sources.toml`.
    fn to_toml(&self) -> String {
        let head = format!("[source.{}]\nkind = {}\n", self.name, toml_edit::Value::from(&self.kind));
        self.keys.iter().fold(head, |lines, (key, value)| lines + key + " = " + &value.to_string() + "\n")
    }

    /// Sets `key`, as it was asked for.
    fn set(&mut self, key: &'static str, answer: &str) -> Result<(), String> {
        let (key, value) = match (key, answer.strip_prefix('$')) {
            (SECRET, Some(variable)) => ("secret_env", variable.into()),
            (SECRET, None) => ("secret_command", command(answer)?),
            (key, _) => (key, answer.into()),
        };
        self.keys.push((key, value));
        Ok(())
    }
}

/// The words of a command, as TOML.
fn command(text: &str) -> Result<toml_edit::Value, String> {
    Ok(toml_edit::Value::Array(command_words(text)?.into_iter().collect()))
}

pub(super) fn run(args: &AddSourceArgs, context: &mut Context) -> Result<(), CliError> {
    let mut person = PersonAsked::at_terminal();
    let path = context.config.paths.config(FILE);
    let file = path.display().to_string();
    let read = |path| String::from_utf8(read_file(path)?).map_err(io::Error::other);
    let before = match read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(CliError::error(format!("cannot read {file}: {error}"))),
    };
    let mut said = SaidAnswers { kind: args.kind.clone(), name: args.name.clone(), keys: BTreeMap::new() };
    if let Some(person) = &person {
        person.say(
            "Enter takes what stands in [ ], < goes back, and ctrl-c leaves. Nothing is written before you agree.",
        );
    }
    let mut first = 0;
    let (draft, after) = loop {
        let asked = interview(args, &context.config.sources, &mut person, &mut said, first)?;
        let draft = draft(args, &context.config.sources, &said)?;
        let added = draft.to_toml();
        let after = format!("{before}{}{added}", gap(&before));
        let sources = match parse(&after, &file, &context.config.pipeline) {
            Ok(sources) => sources,
            Err(error) => return Err(CliError::usage(error.to_string())),
        };
        let Some(source) = sources.iter().find(|source| *source.name == *draft.name) else {
            return Err(CliError::error(format!("{file} cannot be read with the new source in it")));
        };
        let mut session = context.open()?;
        if person.is_some() {
            notify("");
            notify(&format!("Reading {}, which changes nothing…", draft.name));
        }
        let begin = ReadingBegin::WhereItEnded;
        let can_be_read = match read_once(source, Reading::Trial, begin, &mut session, context)? {
            Ok(done) => {
                for line in added.lines() {
                    writeln!(context.out, "{}", text::clean(line))?;
                }
                write!(context.out, "\nIt would bring: ")?;
                done.write(&mut context.out, &session)?;
                context.out.flush()?;
                true
            }
            Err(why) if person.is_none() => {
                return Err(CliError::error(format!("it cannot be read, so nothing was written: {why}")));
            }
            Err(why) => {
                if let Some(person) = &person {
                    person.say(&format!("It cannot be read: {why}."));
                }
                false
            }
        };
        if args.yes && can_be_read {
            break (draft, after);
        }
        let Some(person) = &mut person else {
            notify("nothing was written: --yes writes it");
            return Ok(());
        };
        match agreement(person, can_be_read)? {
            Agreement::Add => break (draft, after),
            Agreement::Change if asked > 0 => first = asked - 1,
            Agreement::Change | Agreement::Leave => {
                notify("nothing was written");
                return Ok(());
            }
        }
    };
    if let Some(dir) = path.parent() {
        std::fs::create_dir_all(dir)
            .map_err(|error| CliError::error(format!("cannot make {}: {error}", dir.display())))?;
    }
    output_file::save(&path, true, |out| Ok(out.write_all(after.as_bytes())?))?;
    writeln!(
        context.out,
        "{} is in {}. `gangplank sync {}` reads it now; a board reads it by itself once it is opened again.",
        draft.name,
        text::clean(&file),
        draft.name
    )?;
    Ok(())
}

/// What stands between what was in the file and what is added.
fn gap(before: &str) -> &'static str {
    if before.is_empty() || before.ends_with("\n\n") {
        ""
    } else if before.ends_with('\n') {
        "\n"
    } else {
        "\n\n"
    }
}

/// What a person decides once it was read, or could not be.
enum Agreement {
    Add,
    Change,
    Leave,
}

fn agreement(person: &mut PersonAsked, can_be_read: bool) -> Result<Agreement, CliError> {
    let (asks, usual) = if can_be_read {
        ("Add it? y adds it, c changes an answer, n leaves.", "y")
    } else {
        ("c changes an answer, a adds it all the same, n leaves.", "c")
    };
    person.say(asks);
    let decided = person.ask(Some(usual), false, |answer| match &*answer.to_lowercase() {
        "y" | "yes" if can_be_read => Ok(Agreement::Add),
        "a" if !can_be_read => Ok(Agreement::Add),
        "c" => Ok(Agreement::Change),
        "n" | "no" | "q" => Ok(Agreement::Leave),
        _ => Err(format!("{} are the answers", if can_be_read { "y, c and n" } else { "c, a and n" })),
    })?;
    Ok(decided.unwrap_or(Agreement::Change))
}

/// What a person said.
struct SaidAnswers {
    kind: Option<String>,
    name: Option<String>,
    /// By the keys that were asked for.
    keys: BTreeMap<&'static str, String>,
}

/// One thing that is asked.
enum AskedStep {
    Kind,
    Name,
    Key(SourceQuestion),
}

/// What the flags leave open, as far as the answers so far decide it.
fn steps(args: &AddSourceArgs, said: &SaidAnswers) -> Vec<AskedStep> {
    let mut steps = Vec::new();
    if args.kind.is_none() {
        steps.push(AskedStep::Kind);
    }
    let Some(kind) = &said.kind else { return steps };
    if args.name.is_none() {
        steps.push(AskedStep::Name);
    }
    let address = args.address.as_ref().or(said.keys.get("address"));
    let path = address.and_then(|address| address.split_once("://")?.1.split_once('/'));
    let is_public = kind == "ics" && path.is_some_and(|(_, path)| !path.is_empty());
    let is_open = |question: &SourceQuestion| match question.key {
        SECRET => args.secret_command.is_none() && args.secret_env.is_none() && !is_public,
        "address" => args.address.is_none(),
        "project" => args.project.is_none(),
        "path" => args.path.is_none(),
        "user" => args.user.is_none(),
        _ => true,
    };
    steps.extend(questions(kind).into_iter().filter(is_open).map(AskedStep::Key));
    steps
}

/// Asks what is open, from the step `first` on, and says how many steps there were.
fn interview(
    args: &AddSourceArgs,
    sources: &[LiveSource],
    person: &mut Option<PersonAsked>,
    said: &mut SaidAnswers,
    first: usize,
) -> Result<usize, CliError> {
    let Some(person) = person else { return Ok(0) };
    let mut at = first;
    loop {
        let mut all = steps(args, said);
        if at >= all.len() {
            return Ok(all.len());
        }
        let is_answered = match all.swap_remove(at) {
            AskedStep::Kind => ask_kind(person, said)?,
            AskedStep::Name => ask_name(person, sources, said)?,
            AskedStep::Key(question) => ask_key(person, &question, said)?,
        };
        at = if is_answered { at + 1 } else { at.saturating_sub(1) };
    }
}

fn ask_kind(person: &mut PersonAsked, said: &mut SaidAnswers) -> Result<bool, CliError> {
    person.say("What is to be read? Its number or its name.");
    for (kind, number) in kinds().iter().zip(1..) {
        person.say(&format!("{number:>4}  {kind:<10}{}", about(kind)));
    }
    let answer = person.ask(said.kind.as_deref(), false, kind_named)?;
    if answer.is_some() && answer != said.kind {
        said.keys.clear();
        said.name = None;
    }
    let is_answered = answer.is_some();
    said.kind = answer.or_else(|| said.kind.take());
    Ok(is_answered)
}

fn ask_name(
    person: &mut PersonAsked,
    sources: &[LiveSource],
    said: &mut SaidAnswers,
) -> Result<bool, CliError> {
    person.say("What do you call it? Lower-case letters, digits, - and _.");
    let usual =
        said.name.clone().unwrap_or_else(|| free_name(sources, said.kind.as_deref().unwrap_or_default()));
    let answer = person.ask(Some(&usual), false, |name| match objection_to_name(name) {
        Some(what) => Err(what.to_owned()),
        None if !is_free(sources, name) => Err(format!("there is a source `{name}` already")),
        None => Ok(name.to_owned()),
    })?;
    let is_answered = answer.is_some();
    said.name = answer.or_else(|| said.name.take());
    Ok(is_answered)
}

fn ask_key(
    person: &mut PersonAsked,
    question: &SourceQuestion,
    said: &mut SaidAnswers,
) -> Result<bool, CliError> {
    let kind = said.kind.clone().unwrap_or_default();
    let is_secret = question.key == SECRET;
    if is_secret {
        person.say(&format!(
            "{} It is not typed here: write the command that prints it, such as `pass show {kind}/gangplank`, or a \
             variable of the environment that holds it, such as $GANGPLANK_KEY.",
            question.asks
        ));
    } else {
        person.say(question.asks);
    }
    let usual = said.keys.get(question.key).cloned().or_else(|| question.usual.clone());
    let answer = person.ask(usual.as_deref(), is_secret, |answer| {
        match objection_to(&kind, question.key, answer) {
            Some(what) => Err(what),
            None => Ok(answer.to_owned()),
        }
    })?;
    let is_answered = answer.is_some();
    if let Some(answer) = answer {
        said.keys.insert(question.key, answer);
    }
    Ok(is_answered)
}

fn is_free(sources: &[LiveSource], name: &str) -> bool {
    !sources.iter().any(|source| *source.name == *name)
}

/// A name that no source has yet, made of its kind.
fn free_name(sources: &[LiveSource], kind: &str) -> String {
    let all = (1..).map(|number| if number == 1 { kind.to_owned() } else { format!("{kind}-{number}") });
    all.into_iter().find(|name| is_free(sources, name)).unwrap_or_default()
}

/// What the flags and the person say.
fn draft(args: &AddSourceArgs, sources: &[LiveSource], said: &SaidAnswers) -> Result<SourceDraft, CliError> {
    let Some(kind) = said.kind.clone() else {
        let kinds = kinds().join(", ");
        return Err(CliError::usage(format!("say what is read, `gangplank sources add KIND`: {kinds}")));
    };
    let name = said.name.clone().unwrap_or_else(|| free_name(sources, &kind));
    if let Some(what) = objection_to_name(&name) {
        return Err(CliError::usage(what));
    }
    if !is_free(sources, &name) {
        return Err(CliError::usage(format!(
            "there is a source `{}` already: choose another --name",
            text::clean(&name)
        )));
    }
    let mut draft = SourceDraft { name, kind, keys: Vec::new() };
    let wrong = |why: String| CliError::usage(why);
    if let Some(words) = &args.secret_command {
        draft.keys.push(("secret_command", command(words).map_err(wrong)?));
    }
    let flags = [
        ("secret_env", &args.secret_env),
        ("address", &args.address),
        ("project", &args.project),
        ("path", &args.path),
        ("user", &args.user),
        ("every", &args.every),
    ];
    for (key, value) in flags {
        draft.keys.extend(value.as_ref().map(|value| (key, toml_edit::Value::from(value))));
    }
    if !args.mailbox.is_empty() {
        draft.keys.push(("mailboxes", toml_edit::Value::Array(args.mailbox.iter().collect())));
    }
    if args.token {
        draft.keys.push(("token", true.into()));
    }
    if args.take_stages {
        draft.keys.push(("take_stages", true.into()));
    }
    for step in steps(args, said) {
        if let AskedStep::Key(question) = step
            && let Some(answer) = said.keys.get(question.key)
        {
            draft.set(question.key, answer).map_err(wrong)?;
        }
    }
    Ok(draft)
}
