//! What an import did, for scripts and for people.

use std::collections::{HashMap, HashSet};
use std::io::{self, Write};
use std::sync::Arc;

use serde::Serialize;

use crate::cli::meanwhile::DoneMeanwhile;
use crate::cli::{Context, shell_word};
use crate::intake::{Meaning, ParsedAccounts};
use crate::prose::entries::plain_numbers;
use crate::prose::lists::plural;
use crate::prose::reasons;
use crate::state::query::import_outcome::{ImportOutcome, StageDifference};
use crate::state::{AccountId, Change, Entry, FactKey, Now, PossibleDuplicate, Reason, Seq, StageId};
use crate::text;

/// How many of anything are listed before a line says how many more there are.
const LISTED: usize = 20;

/// How many labels that are no stages are named where there are more.
const UNKNOWN_LISTED: usize = 10;

/// How many cells an id may take in a list; longer ones are cut.
const ID_CELLS: usize = 40;

/// `import --json`. A contract: fields may be added, never renamed.
#[derive(Debug, Serialize)]
pub(crate) struct ImportJson<'a> {
    read: usize,
    new: usize,
    updated: usize,
    unchanged: usize,
    rejected: Vec<RejectedJson<'a>>,
    entered: usize,
    stage_differences: &'a [StageDifference],
    unmapped: &'a [String],
    #[serde(skip_serializing_if = "is_zero")]
    superseded: usize,
    #[serde(skip_serializing_if = "is_zero")]
    unmatched_found: usize,
    #[serde(skip_serializing_if = "is_zero")]
    unmatched_recorded: usize,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    left: &'a [AccountId],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    returned: &'a [AccountId],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    gone: Vec<GoneJson<'a>>,
    #[serde(skip_serializing_if = "is_zero")]
    cleared: usize,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    back_again: &'a [AccountId],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    possible_duplicates: Vec<DuplicateJson<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    new_owners: &'a [Arc<str>],
    /// Only where somebody else took in the same just before.
    #[serde(skip_serializing_if = "Option::is_none")]
    meanwhile: Option<DoneMeanwhile>,
    /// Only of a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    columns: Option<Vec<ColumnJson<'a>>>,
}

/// What became of a column, with the first value in it.
#[derive(Debug, Serialize)]
struct ColumnJson<'a> {
    header: &'a str,
    became: Vec<String>,
    sample: Option<&'a str>,
}

/// An open card of which the file says that they are gone.
#[derive(Debug, Serialize)]
struct GoneJson<'a> {
    id: &'a AccountId,
    text: String,
}

/// A new account that may be a known one.
#[derive(Debug, Serialize)]
struct DuplicateJson<'a> {
    id: &'a AccountId,
    known: &'a AccountId,
    same: String,
}

impl<'a> DuplicateJson<'a> {
    fn new(PossibleDuplicate { id, known, same, .. }: &'a PossibleDuplicate) -> Self {
        Self { id, known, same: same.to_string() }
    }
}

/// A row or line of a file that was not taken, and why.
#[derive(Debug, Serialize)]
pub(crate) struct RejectedJson<'a> {
    pub(crate) line: usize,
    pub(crate) reason: &'a str,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl<'a> ImportJson<'a> {
    pub(crate) fn with_meanwhile(self, meanwhile: Option<DoneMeanwhile>) -> Self {
        Self { meanwhile, ..self }
    }

    pub(crate) fn new(
        reading: &'a ParsedAccounts,
        outcome: &'a ImportOutcome,
        dry_run: bool,
        now: &Now,
    ) -> Self {
        let columns = reading.columns.iter().map(|column| ColumnJson {
            header: &column.header,
            became: column.became.iter().map(ToString::to_string).collect(),
            sample: column.sample.as_deref(),
        });
        let rejected =
            reading.rejected.iter().map(|row| RejectedJson { line: row.line, reason: &row.reason });
        Self {
            read: reading.read,
            new: outcome.new,
            updated: outcome.updated,
            unchanged: outcome.unchanged,
            rejected: rejected.collect(),
            entered: outcome.entered,
            stage_differences: &outcome.stage_differences,
            unmapped: &outcome.unmapped,
            superseded: reading.superseded,
            unmatched_found: outcome.found,
            unmatched_recorded: outcome.recorded,
            left: &outcome.left,
            returned: &outcome.returned,
            gone: outcome
                .gone
                .iter()
                .map(|(id, why)| GoneJson { id, text: reasons::text(why, now) })
                .collect(),
            cleared: outcome.cleared,
            back_again: &outcome.back_again,
            possible_duplicates: outcome.possible_duplicates.iter().map(DuplicateJson::new).collect(),
            meanwhile: None,
            new_owners: &outcome.new_owners,
            columns: dry_run.then(|| columns.collect()),
        }
    }
}

/// Where the rest of a report is found: a command line has its flags, the board has none.
#[derive(Clone, Copy)]
pub(in crate::cli) struct ReportPlace {
    /// How to get all of a list.
    all: &'static str,
    /// The same of the rows that were rejected.
    rejected: &'static str,
    /// Where what waits for a person stands.
    today: &'static str,
    unmatched: &'static str,
    is_command_line: bool,
    /// Whether it is said before it is done.
    is_ahead: bool,
}

impl ReportPlace {
    pub(in crate::cli) const COMMAND_LINE: Self = Self {
        all: "--json lists them all",
        rejected: "--save-rejected writes them all",
        today: "`gangplank today`",
        unmatched: "see `gangplank unmatched`",
        is_command_line: true,
        is_ahead: false,
    };

    /// The same where rejected rows are listed by `rejected`.
    pub(in crate::cli) fn with_rejected(self, rejected: &'static str) -> Self {
        Self { rejected, ..self }
    }

    /// The same of what is not done, or not yet, where it `is_ahead`.
    pub(in crate::cli) fn ahead(self, is_ahead: bool) -> Self {
        Self { is_ahead, ..self }
    }

    /// `done`, or `would_be` of what is only ahead.
    fn told<'a>(self, done: &'a str, would_be: &'a str) -> &'a str {
        if self.is_ahead { would_be } else { done }
    }

    pub(super) const BOARD: Self = Self {
        all: "",
        rejected: "",
        today: "Today",
        unmatched: "the title counts them",
        is_command_line: false,
        is_ahead: true,
    };
}

/// Writes what an import did, in a few lines for people. All text from the file is made safe for a terminal.
pub(crate) fn summary(
    out: &mut impl Write,
    place: ReportPlace,
    reading: &ParsedAccounts,
    outcome: &ImportOutcome,
    entry: Option<&Entry>,
    now: &Now,
) -> io::Result<()> {
    write!(out, "{} read", reading.read)?;
    nonzero_counts(
        out,
        &[
            (outcome.new, "new"),
            (outcome.updated, "updated"),
            (outcome.unchanged, "unchanged"),
            (reading.superseded, "superseded by newer rows"),
            (reading.rejected.len(), "rejected"),
        ],
    )?;
    let unknown: HashSet<&str> = outcome.unmapped.iter().map(String::as_str).collect();
    let (unmapped, mapped): (Vec<_>, Vec<_>) =
        entrances(entry).into_iter().partition(|(stage, _)| unknown.contains(stage.as_str()));
    let entered = place.told("entered", "would enter");
    for (stage, count) in mapped {
        write!(out, " · {count} {entered} stage {}", text::clean(stage.as_str()))?;
    }
    if let [(label, count)] = unmapped[..] {
        write!(out, " · {count} {entered} Unmapped, as “{}”", text::clean(label.as_str()))?;
    } else if !unmapped.is_empty() {
        let count: usize = unmapped.iter().map(|(_, count)| count).sum();
        write!(out, " · {count} {entered} Unmapped")?;
    }
    writeln!(out)?;
    columns(out, reading)?;
    if !outcome.new_owners.is_empty() {
        let names: Vec<_> = outcome.new_owners.iter().take(LISTED).map(|name| text::clean(name)).collect();
        writeln!(out, "Owners seen for the first time: {}", names.join(", "))?;
        more(out, outcome.new_owners.len(), place.all)?;
    }
    differences(out, place, &outcome.stage_differences)?;
    gone(out, place, &outcome.gone, now)?;
    let labels =
        outcome.unmapped.iter().take(UNKNOWN_LISTED).map(|label| format!("`{}`", text::clean(label)));
    if outcome.unmapped.len() > UNKNOWN_LISTED {
        let (count, hint) = (outcome.unmapped.len(), hinted(place.all));
        let labels = labels.collect::<Vec<_>>().join(", ");
        writeln!(out, "{count} labels are no stages: {labels}, …{hint}. Their accounts are under Unmapped")?;
    } else {
        for label in labels {
            writeln!(out, "No stage is called {label}: its accounts are under Unmapped")?;
        }
    }
    let ids = |ids: &[AccountId]| {
        let more = ids.len().saturating_sub(LISTED);
        let shown: Vec<_> = ids.iter().take(LISTED).map(|id| text::clean(id.as_str())).collect();
        let more = if more > 0 { format!(" and {more} more{}", hinted(place.all)) } else { String::new() };
        format!("{}{more}", shown.join(", "))
    };
    for PossibleDuplicate { id, known, same, .. } in outcome.possible_duplicates.iter().take(LISTED) {
        let merge = format!("gangplank merge {} {}", shell_word(known.as_str()), shell_word(id.as_str()));
        let words =
            format!("{id} is new and may be {known}, which also has {same}: `{merge}` makes them one");
        writeln!(out, "{}", text::clean(&words))?;
    }
    more(out, outcome.possible_duplicates.len(), place.all)?;
    if !outcome.left.is_empty() {
        let are = plural(outcome.left.len(), "open account is", "open accounts are");
        let wait = if outcome.left.len() == 1 { "waits" } else { "wait" };
        let left = ids(&outcome.left);
        writeln!(out, "{are} in this export no longer, and {wait} in {}: {left}", place.today)?;
    }
    if !outcome.returned.is_empty() {
        let are = plural(outcome.returned.len(), "account that had left is", "accounts that had left are");
        writeln!(out, "{are} in this export again: {}", ids(&outcome.returned))?;
    }
    cleared(out, place, outcome.cleared)?;
    if !outcome.back_again.is_empty() {
        let are = plural(outcome.back_again.len(), "finished account is", "finished accounts are");
        let wait = if outcome.back_again.len() == 1 { "waits" } else { "wait" };
        let back = ids(&outcome.back_again);
        writeln!(out, "{are} back again, and {wait} in {}: {back}", place.today)?;
    }
    recorded(out, place, outcome.recorded)?;
    match outcome.found {
        0 => {}
        1 => writeln!(out, "1 unmatched signal now fits one account: {}.", place.unmatched)?,
        found => {
            writeln!(out, "{found} unmatched signals now fit one account each: {}.", place.unmatched)?;
        }
    }
    let lines = reading.rejected.iter().map(|row| (row.line, &*row.reason));
    listed_lines(out, ["row was rejected", "rows were rejected"], lines, place.rejected)
}

/// How many facts a blank cell takes away.
fn cleared(out: &mut impl Write, place: ReportPlace, count: usize) -> io::Result<()> {
    match count {
        0 => Ok(()),
        1 => {
            let was = place.told("was", "would be");
            writeln!(out, "1 fact {was} cleared, because its cell is blank")
        }
        several => {
            let were = place.told("were", "would be");
            writeln!(out, "{several} facts {were} cleared, because their cells are blank")
        }
    }
}

/// How many signals that waited find their account.
fn recorded(out: &mut impl Write, place: ReportPlace, count: usize) -> io::Result<()> {
    match count {
        0 => Ok(()),
        1 => {
            let was = place.told("was", "would be");
            writeln!(out, "1 signal that waited for one of these accounts {was} recorded.")
        }
        several => {
            let were = place.told("were", "would be");
            writeln!(out, "{several} signals that waited for these accounts {were} recorded.")
        }
    }
}

/// The columns whose meaning their names do not say: those kept as extra facts, and why some of them were.
fn columns(out: &mut impl Write, reading: &ParsedAccounts) -> io::Result<()> {
    let is_extra = |became: &[Meaning]| matches!(became, [Meaning::Fact(FactKey::Extra(_))]);
    let extra = reading.columns.iter().filter(|column| column.why.is_none() && is_extra(&column.became));
    let names: Vec<_> = extra.map(|column| text::clean(&column.header)).collect();
    if !names.is_empty() {
        let more = names.len().saturating_sub(LISTED);
        write!(out, "Kept as extra facts: {}", names[..names.len().min(LISTED)].join(", "))?;
        writeln!(out, "{}", if more > 0 { format!(" and {more} more") } else { String::new() })?;
    }
    for column in &reading.columns {
        if let Some(why) = &column.why {
            let (header, why) = (text::clean(&column.header), text::clean(why));
            writeln!(out, "Kept as an extra fact: {header}, because {why}")?;
        }
        if column.unread > 0 {
            let (header, rows) = (text::clean(&column.header), plural(column.unread, "row", "rows"));
            writeln!(out, "Kept as an extra fact in {rows}, because it cannot be read: {header}")?;
        }
    }
    Ok(())
}

/// The columns that are recognised, each with what it becomes and the first value in it, `–` where it has none.
pub(crate) fn samples(out: &mut impl Write, reading: &ParsedAccounts) -> io::Result<()> {
    let is_known = |meaning: &Meaning| {
        !matches!(meaning, Meaning::Fact(FactKey::Extra(_)) | Meaning::Extra | Meaning::Ignore)
    };
    let known = reading.columns.iter().filter(|column| column.became.iter().any(is_known));
    let known = known.map(|column| (column, column.sample.as_deref().unwrap_or("–")));
    let rows: Vec<[String; 3]> = known
        .map(|(column, sample)| {
            let became: Vec<String> = column.became.iter().map(ToString::to_string).collect();
            [&column.header, &became.join(", "), sample].map(|text| text::clean(text).into_owned())
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "Columns, what they become, and the first value:")?;
    let width =
        |index: usize| rows.iter().map(|row| text::width(&row[index])).max().unwrap_or(0).min(ID_CELLS);
    let (header_width, word_width) = (width(0), width(1));
    for [header, became, sample] in &rows {
        let (header, became) = (text::fit(header, header_width), text::fit(became, word_width));
        writeln!(out, "  {header}  {became}  {}", text::fit(sample, text::width(sample).min(ID_CELLS)))?;
    }
    Ok(())
}

fn gone(out: &mut impl Write, place: ReportPlace, gone: &[(AccountId, Reason)], now: &Now) -> io::Result<()> {
    if gone.is_empty() {
        return Ok(());
    }
    let (they, wait) = match gone.len() {
        1 => ("1 card stays where it is".to_owned(), "it waits"),
        several => (format!("{several} cards stay where they are"), "they wait"),
    };
    writeln!(
        out,
        "{they}, though the file says they churned or others look after them; {wait} in {}:",
        place.today
    )?;
    let ids: Vec<_> = gone.iter().take(LISTED).map(|(id, _)| text::clean(id.as_str())).collect();
    let width = ids.iter().map(|id| text::width(id)).max().unwrap_or(0).min(ID_CELLS);
    for (id, (_, why)) in ids.iter().zip(gone) {
        writeln!(out, "  {}  {}", text::fit(id, width), text::clean(&reasons::text(why, now)))?;
    }
    more(out, gone.len(), place.all)
}

fn differences(out: &mut impl Write, place: ReportPlace, differences: &[StageDifference]) -> io::Result<()> {
    if differences.is_empty() {
        return Ok(());
    }
    let stand = plural(differences.len(), "account stands", "accounts stand");
    let them = if differences.len() == 1 { "it" } else { "them" };
    let flag = if place.is_command_line { format!("; --take-stages moves {them}") } else { String::new() };
    writeln!(out, "{stand} elsewhere on the board, which keeps {them}{flag}:")?;
    let ids: Vec<_> = differences.iter().take(LISTED).map(|it| text::clean(it.id.as_str())).collect();
    let width = ids.iter().map(|id| text::width(id)).max().unwrap_or(0).min(ID_CELLS);
    for (id, difference) in ids.iter().zip(differences) {
        let board = difference.board.as_ref().map_or("off the board", StageId::as_str);
        let (board, file) = (text::clean(board), text::clean(difference.file.as_str()));
        writeln!(out, "  {}  board: {}  file: {file}", text::fit(id, width), text::fit(&board, 4))?;
    }
    more(out, differences.len(), place.all)
}

/// Writes those of `counts` that are not zero: ` · 3 recorded`.
pub(crate) fn nonzero_counts(out: &mut impl Write, counts: &[(usize, &str)]) -> io::Result<()> {
    counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .try_for_each(|(count, what)| write!(out, " · {count} {what}"))
}

/// Writes the first of `lines`, each with its reason.
pub(crate) fn listed_lines<'a>(
    out: &mut impl Write,
    [one, many]: [&str; 2],
    lines: impl ExactSizeIterator<Item = (usize, &'a str)>,
    hint: &str,
) -> io::Result<()> {
    let all = lines.len();
    if all > 0 {
        writeln!(out, "{}:", plural(all, one, many))?;
    }
    let shown: Vec<_> =
        lines.take(LISTED).map(|(line, reason)| (line.to_string(), text::clean(reason))).collect();
    let width = shown.iter().map(|(line, _)| line.len()).max().unwrap_or(0);
    for (line, reason) in shown {
        writeln!(out, "  line {line:>width$}  {reason}")?;
    }
    more(out, all, hint)
}

/// Writes how to undo `entries`.
pub(crate) fn undo_hint(context: &mut Context, dry_run: bool, entries: &[Seq]) -> io::Result<()> {
    let undo = context.call(&format!("undo {}", plain_numbers(entries)));
    let out = &mut context.out;
    match (dry_run, entries) {
        (true, _) => writeln!(out, "This was a dry run: nothing was written."),
        (false, []) => writeln!(out, "Nothing changed."),
        (false, _) => writeln!(out, "To undo: {}", text::clean(&undo)),
    }
}

fn more(out: &mut impl Write, all: usize, hint: &str) -> io::Result<()> {
    match all.saturating_sub(LISTED) {
        0 => Ok(()),
        more => writeln!(out, "  and {more} more{}", hinted(hint)),
    }
}

/// `hint` behind what it is about, if there is one.
fn hinted(hint: &str) -> String {
    if hint.is_empty() { String::new() } else { format!("; {hint}") }
}

/// How many accounts entered the board in each stage, in the order of their first.
fn entrances(entry: Option<&Entry>) -> Vec<(&StageId, usize)> {
    let mut entered: Vec<(&StageId, usize)> = Vec::new();
    let mut places = HashMap::new();
    for event in entry.map_or(&[][..], |entry| &entry.events) {
        if let Some(Change::Moved { from: None, to: Some(place), .. }) = event.change() {
            let at = *places.entry(&place.stage).or_insert(entered.len());
            if at == entered.len() {
                entered.push((&place.stage, 0));
            }
            entered[at].1 += 1;
        }
    }
    entered
}
