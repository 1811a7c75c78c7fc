//! `gangplank sources add`.

use std::io::{self, BufRead, IsTerminal, Write};

use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::cli::sync::{Reading, read_once};
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

/// A key of a source, and how it is asked for.
struct SourceQuestion {
    key: &'static str,
    /// Before the answer is typed.
    asks: &'static str,
}

const SECRET: &str = "secret";

/// What a source of `kind` needs.
fn questions(kind: &str) -> Vec<SourceQuestion> {
    let question = |key, asks| SourceQuestion { key, asks };
    match kind {
        "stripe" => vec![question(SECRET, "A restricted key that may read events")],
        "calendly" => vec![question(SECRET, "A personal access token")],
        "posthog" => vec![
            question("project", "The number of the project, which stands in the address of its pages"),
            question(SECRET, "A personal API key with the scope query:read"),
        ],
        "vitally" => vec![
            question(
                "address",
                "The address, https://YOURS.rest.vitally.io/resources or https://rest.vitally-eu.io/resources",
            ),
            question(SECRET, "The REST API key"),
        ],
        "hubspot" => {
            vec![question(SECRET, "The token of a private app with the scope crm.objects.companies.read")]
        }
        "maildir" => vec![question("path", "The directory that holds your mail, such as ~/Mail")],
        "imap" => vec![
            question("address", "The address, such as imaps://mail.example.com"),
            question("user", "The name that you log in with, such as dan@example.com"),
            question(SECRET, "The password, or an app password of your provider"),
        ],
        "ics" => vec![
            question(
                "address",
                "The address of the calendar; where it is a secret, only its host, such as https://calendar.google.com",
            ),
            question(SECRET, "The calendar's secret address in iCal format"),
        ],
        "caldav" => vec![
            question(
                "address",
                "The address of the calendar, such as https://dav.example.com/calendars/dan/work/",
            ),
            question("user", "The name that it is read with"),
            question(SECRET, "Its password, or an app password"),
        ],
        _ => Vec::new(),
    }
}

/// What was answered so far: keys and their values, as TOML.
struct SourceDraft {
    name: String,
    kind: String,
    keys: Vec<(&'static str, toml_edit::Value)>,
}

impl SourceDraft {
    fn has(&self, key: &str) -> bool {
        self.keys.iter().any(|(known, _)| *known == key || (key == SECRET && known.starts_with(SECRET)))
    }

    /// The lines for `sources.toml`.
    fn to_toml(&self) -> String {
        let head = format!("[source.{}]\nkind = {}\n", self.name, toml_edit::Value::from(&self.kind));
        self.keys.iter().fold(head, |lines, (key, value)| lines + key + " = " + &value.to_string() + "\n")
    }

    /// Whether it names a calendar whose address is no secret.
    fn is_public_calendar(&self) -> bool {
        let address =
            self.keys.iter().find(|(key, _)| *key == "address").and_then(|(_, value)| value.as_str());
        let path = address.and_then(|address| address.split_once("://")?.1.split_once('/'));
        self.kind == "ics" && path.is_some_and(|(_, path)| !path.is_empty())
    }

    /// Sets the key that `question` asks for.
    fn set(&mut self, question: &SourceQuestion, answer: &str) -> Result<(), String> {
        let (key, value) = match (question.key, answer.strip_prefix('$')) {
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
    match shlex::split(text) {
        Some(words) if !words.is_empty() => Ok(toml_edit::Value::Array(words.into_iter().collect())),
        Some(_) => Err("the command is missing".to_owned()),
        None => Err("the command has a quote or a backslash too many".to_owned()),
    }
}

pub(super) fn run(args: &AddSourceArgs, context: &mut Context) -> Result<(), CliError> {
    // Only a person can answer questions: they need a terminal for input and output.
    let mut person = (io::stdin().is_terminal() && io::stderr().is_terminal()).then(|| io::stdin().lock());
    let path = context.config.paths.config(FILE);
    let file = path.display().to_string();
    let read = |path| String::from_utf8(read_file(path)?).map_err(io::Error::other);
    let before = match read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(CliError::error(format!("cannot read {file}: {error}"))),
    };
    let draft = draft(args, &context.config.sources, &mut person)?;
    let added = draft.to_toml();
    let gap = if before.is_empty() || before.ends_with("\n\n") {
        ""
    } else if before.ends_with('\n') {
        "\n"
    } else {
        "\n\n"
    };
    let after = format!("{before}{gap}{added}");
    let sources =
        parse(&after, &file, &context.config.pipeline).map_err(|error| CliError::usage(error.to_string()))?;
    let Some(source) = sources.iter().find(|source| *source.name == *draft.name) else {
        return Err(CliError::error(format!("{file} cannot be read with the new source in it")));
    };
    let mut session = context.open()?;
    let can_be_read = match read_once(source, Reading::Trial, &mut session, context)? {
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
            notify(&format!("It cannot be read: {why}"));
            false
        }
    };
    let agreed = match &mut person {
        _ if args.yes && can_be_read => true,
        Some(person) => {
            let said = if can_be_read { "Add it?" } else { "Add it all the same?" };
            let answer = ask(person, &format!("{said} (y or n)"), "n")?;
            matches!(answer.to_lowercase().as_str(), "y" | "yes")
        }
        None => {
            notify("nothing was written: --yes writes it");
            return Ok(());
        }
    };
    if !agreed {
        notify("nothing was written");
        return Ok(());
    }
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

/// What the flags say, and a person where they say nothing.
fn draft(
    args: &AddSourceArgs,
    sources: &[LiveSource],
    person: &mut Option<io::StdinLock<'_>>,
) -> Result<SourceDraft, CliError> {
    let kind = match (&args.kind, &mut *person) {
        (Some(kind), _) => kind.clone(),
        (None, Some(person)) => loop {
            let kind = ask(person, &format!("What is read: {}?", kinds().join(", ")), "")?;
            if kinds().contains(&kind.as_str()) {
                break kind;
            }
        },
        (None, None) => {
            let kinds = kinds().join(", ");
            return Err(CliError::usage(format!("say what is read, `gangplank sources add KIND`: {kinds}")));
        }
    };
    let is_free = |name: &str| !sources.iter().any(|source| *source.name == *name);
    let usual = (1..).map(|number| if number == 1 { kind.clone() } else { format!("{kind}-{number}") });
    let usual = usual.into_iter().find(|name| is_free(name)).unwrap_or_else(|| kind.clone());
    let name = match (&args.name, &mut *person) {
        (Some(name), _) => name.clone(),
        (None, Some(person)) => ask(person, "What to call it", &usual)?,
        (None, None) => usual,
    };
    if let Some(what) = objection_to_name(&name) {
        return Err(CliError::usage(what));
    }
    if !is_free(&name) {
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
    for question in questions(&draft.kind) {
        let is_known = draft.has(question.key) || (question.key == SECRET && draft.is_public_calendar());
        let (false, Some(person)) = (is_known, &mut *person) else { continue };
        if question.key == SECRET {
            notify(
                "Secrets are not written down here. Say how to find it: a command that prints it, such as",
            );
            notify(&format!("  pass show {}/gangplank", draft.kind));
            notify("or an environment variable, such as $GANGPLANK_KEY.");
        }
        loop {
            let answer = ask(person, question.asks, "")?;
            match draft.set(&question, &answer) {
                Ok(()) => break,
                Err(why) => notify(&why),
            }
        }
    }
    Ok(draft)
}

/// What a person answers; `usual` where they press enter alone, and once more where there is nothing usual.
fn ask(person: &mut io::StdinLock<'_>, question: &str, usual: &str) -> Result<String, CliError> {
    let shown = if usual.is_empty() { format!("{question}: ") } else { format!("{question} [{usual}]: ") };
    loop {
        // Nothing more can be done about a terminal that takes no prompt.
        let _ = write!(io::stderr(), "{}", text::clean(&shown));
        let _ = io::stderr().flush();
        let mut line = String::new();
        let read = person.read_line(&mut line).unwrap_or(0);
        match line.trim() {
            _ if read == 0 => return Err(CliError::usage("nothing was written")),
            "" if usual.is_empty() => {}
            "" => return Ok(usual.to_owned()),
            answer => return Ok(answer.to_owned()),
        }
    }
}
