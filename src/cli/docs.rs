//! `gangplank docs`.

use std::io::{Seek, Write};
use std::ops::ControlFlow;
use std::process::Command;

use clap::{Args, ValueEnum};

use super::note::wait;
use super::output::{Output, TextRole, paragraph};
use super::table::{TextColumn, TextTable};
use super::{CliError, notify};
use crate::tui::model::app::DocumentationPage;

/// The widest line of a page, in cells: longer ones are hard to read.
const WIDEST: usize = 100;

/// Where what follows the first cell of a table's row begins, in cells of the terminal.
const BESIDE: usize = 26;

/// What a shell answers for a program it cannot start, or cannot find.
const NOT_STARTED: [i32; 2] = [126, 127];

/// Show a page of the documentation
///
/// On a terminal, the page goes through the pager that $PAGER names, if it names one. Without a topic, the pages are
/// listed.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank docs\n\
    \x20 gangplank docs importing")]
pub struct DocsArgs {
    /// Which page
    topic: Option<Topic>,
}

/// A page of `docs/`. `docs/README.md` has the same line about each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Topic {
    /// Every key, and what each screen does
    Keys,
    /// Every command and flag, exit codes, forecast and export
    CommandLine,
    /// What `--json` writes: a contract for scripts
    Json,
    /// Files, columns, mappings, dates and amounts
    Importing,
    /// Which accounts are meant, for `/` and `--where`
    Queries,
    /// Views, and work on many accounts at once
    Views,
    /// What happened, recorded by hand or by a script
    Signals,
    /// Where the board hears from by itself: payments, calls, mail, the CRM
    Sources,
    /// Webhooks: providers and scripts tell the board at once
    Receivers,
    /// The automations, and how to change them
    Playbooks,
    /// Emails from templates, placeholders, the mail program
    Templates,
    /// Colours: those there are, and your own
    Themes,
    /// The board said line by line, for a screen reader
    ScreenReaders,
    /// Links, copying, programs of your own, and hooks
    Commands,
    /// What became of the accounts in some weeks: what each number means
    Insights,
    /// Where everything is, backup, damage, sharing, settings
    FilesAndBackup,
    /// One board in a database: setup, roles, passwords, what is promised
    Team,
    /// What is promised, under which failures, how that is tested, the format of the journal
    Durability,
    /// What a grown board costs, measured at several sizes
    Scaling,
    /// What to do when something is wrong
    Troubleshooting,
    /// The words of the board and of its code
    Glossary,
}

impl Topic {
    /// The whole page, as Markdown.
    pub fn page(self) -> &'static str {
        match self {
            Self::Keys => include_str!("../../docs/keys.md"),
            Self::CommandLine => include_str!("../../docs/command-line.md"),
            Self::Json => include_str!("../../docs/json.md"),
            Self::Importing => include_str!("../../docs/importing.md"),
            Self::Queries => include_str!("../../docs/queries.md"),
            Self::Views => include_str!("../../docs/views.md"),
            Self::Signals => include_str!("../../docs/signals.md"),
            Self::Sources => include_str!("../../docs/sources.md"),
            Self::Receivers => include_str!("../../docs/receivers.md"),
            Self::Playbooks => include_str!("../../docs/playbooks.md"),
            Self::Templates => include_str!("../../docs/templates.md"),
            Self::Themes => include_str!("../../docs/themes.md"),
            Self::ScreenReaders => include_str!("../../docs/screen-readers.md"),
            Self::Commands => include_str!("../../docs/commands.md"),
            Self::FilesAndBackup => include_str!("../../docs/files-and-backup.md"),
            Self::Team => include_str!("../../docs/team.md"),
            Self::Durability => include_str!("../../docs/durability.md"),
            Self::Insights => include_str!("../../docs/insights.md"),
            Self::Scaling => include_str!("../../docs/scaling.md"),
            Self::Troubleshooting => include_str!("../../docs/troubleshooting.md"),
            Self::Glossary => include_str!("../../docs/glossary.md"),
        }
    }
}

pub(super) fn run(args: &DocsArgs, out: &mut Output) -> Result<(), CliError> {
    let Some(topic) = args.topic else { return list(out) };
    let Some(width) = out.width else { return Ok(out.write_all(topic.page().as_bytes())?) };
    let page = readable(topic.page(), width.min(WIDEST));
    let pager = std::env::var("PAGER").ok().filter(|pager| !pager.trim().is_empty());
    match pager {
        Some(pager) if shown(&pager, &page)? => Ok(()),
        Some(_) | None => Ok(out.write_all(page.as_bytes())?),
    }
}

/// Every page, as the board shows it.
pub fn pages() -> Vec<DocumentationPage> {
    let topics = Topic::value_variants().iter();
    let about = |topic: &Topic| topic.to_possible_value()?.get_help().map(ToString::to_string);
    topics.filter_map(|topic| Some(DocumentationPage { about: about(topic)?, text: topic.page() })).collect()
}

fn list(out: &mut Output) -> Result<(), CliError> {
    let mut table = TextTable::new(&[TextColumn::text("TOPIC"), TextColumn::wrapped("WHAT IT IS ABOUT", 30)]);
    for topic in Topic::value_variants().iter().filter_map(ValueEnum::to_possible_value) {
        let about = topic.get_help().map(ToString::to_string).unwrap_or_default();
        table.row([(topic.get_name().to_owned(), TextRole::Plain), (about, TextRole::Plain)]);
    }
    Ok(table.write(out)?)
}

/// Shows `page` through `pager`, a line for a shell. False when there is no such program.
fn shown(pager: &str, page: &str) -> Result<bool, CliError> {
    let run = || {
        // A file rather than a pipe: the pager may leave before it has read all of it.
        let mut file = tempfile::tempfile()?;
        file.write_all(page.as_bytes())?;
        file.rewind()?;
        let mut command = if cfg!(unix) { Command::new("sh") } else { Command::new("cmd") };
        command.args([if cfg!(unix) { "-c" } else { "/C" }, pager]).stdin(file);
        wait(command)
    };
    match run() {
        Ok(ControlFlow::Continue(ended)) => Ok(!ended.code().is_some_and(|code| NOT_STARTED.contains(&code))),
        Ok(ControlFlow::Break(code)) => Err(CliError::Ended(code)),
        Err(error) => {
            notify(&format!("the pager `{pager}` does not start: {error}"));
            Ok(false)
        }
    }
}

/// `page` for a terminal of `width` cells: paragraphs and lists are wrapped, the first cell of a table's row stands
/// beside or above the others, code stays as it is.
fn readable(page: &str, width: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut text = String::new();
    let mut is_code = false;
    // The line after the last ends what came before it.
    for line in page.lines().chain([""]) {
        if line.starts_with("```") {
            is_code = !is_code;
            continue;
        }
        if is_code {
            lines.push(format!("    {line}"));
            continue;
        }
        let goes_on = !line.is_empty() && !line.starts_with(['#', '|', '<']) && item(line) == 0;
        if !goes_on && !text.is_empty() {
            let hang = item(&text);
            lines.extend(wrapped(&text, width, 0, hang));
            text.clear();
        }
        if line.starts_with('|') {
            lines.extend(row(line, width));
        } else if line.starts_with('#') {
            lines.push(line.to_owned());
        } else if line.is_empty() {
            if lines.last().is_some_and(|last| !last.is_empty()) {
                lines.push(String::new());
            }
        } else if !line.starts_with('<') {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(&plain(line.trim()));
        }
    }
    lines.join("\n")
}

/// How far the text of a list's item is set in; nothing for what is none.
fn item(line: &str) -> usize {
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    match &line[digits..] {
        rest if digits > 0 && rest.starts_with(". ") => digits + 2,
        rest if digits == 0 && rest.starts_with("- ") => 2,
        _ => 0,
    }
}

/// A row of a table; nothing for the line below its head.
fn row(line: &str, width: usize) -> Vec<String> {
    if line.starts_with("|---") {
        return Vec::new();
    }
    let line = line.replace("\\|", "\u{0}");
    let cells: Vec<String> =
        line.trim_matches('|').split('|').map(|cell| plain(&cell.trim().replace('\u{0}', "|"))).collect();
    let Some((label, others)) = cells.split_first() else { return Vec::new() };
    let label = format!("  {label}");
    let taken = crate::text::width(&label);
    let mut lines = wrapped(&others.join(" · "), width, BESIDE, BESIDE);
    if taken + 2 <= BESIDE {
        lines[0].replace_range(..BESIDE, &format!("{label}{:1$}", "", BESIDE - taken));
    } else {
        lines.splice(0..0, wrapped(&label, width, 0, 4));
    }
    lines
}

/// `text` in lines of `width` cells, the first set in by `first` of them, the others by `hang`.
fn wrapped(text: &str, width: usize, first: usize, hang: usize) -> Vec<String> {
    let lines = paragraph(text, Some(width), first, hang).into_iter().enumerate();
    lines.map(|(place, line)| format!("{:1$}{line}", "", if place == 0 { first } else { hang })).collect()
}

/// `text` without the addresses of its links and without bold type.
fn plain(text: &str) -> String {
    let mut rest = text;
    let mut shown = String::new();
    while let Some((before, target)) = rest.split_once("](") {
        let (before, name) = before.rsplit_once('[').unwrap_or((before, ""));
        shown.push_str(before);
        shown.push_str(name);
        rest = target.split_once(')').map_or("", |(_, after)| after);
    }
    shown.push_str(rest);
    shown.replace("**", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_wrapped_and_keeps_its_code() {
        let page = "# Title\n\nA **long** line with a\n[link](other.md) in it.\n\n- one item that is long\n- two\n\n\
            <!-- mark -->\n\n| Key | What |\n|---|---|\n| a | b | c |\n| `a\\|b` | does it |\n| `a command without room` | does it, and more |\n\n\
            ```sh\ngangplank list   # as it is\n```\n";
        let shown = [
            "# Title",
            "",
            "A long line with a link in it.",
            "",
            "- one item that is long",
            "- two",
            "",
            "  Key                     What",
            "  a                       b · c",
            "  `a|b`                   does it",
            "  `a command without room`",
            "                          does it, and more",
            "",
            "    gangplank list   # as it is",
            "",
        ];
        assert_eq!(readable(page, 60), shown.join("\n"));
    }
}
