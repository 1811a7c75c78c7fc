//! What an import did, for scripts and for people.

use std::fmt;

use serde::Serialize;

use crate::intake::{Meaning, ParsedAccounts, RejectedRow};
use crate::state::query::import_outcome::{ImportOutcome, StageDifference};
use crate::state::{Change, Entry, Event, FactKey, StageId};
use crate::text;

/// How many differences and rejected rows are listed before a sentence says how many more there are.
const LISTED: usize = 20;

/// How many cells an id may take in a list; longer ones are cut.
const ID_CELLS: usize = 40;

/// `import --json`. A contract: fields may be added, never renamed.
#[derive(Debug, Serialize)]
pub(super) struct ImportJson<'a> {
    read: usize,
    new: usize,
    updated: usize,
    unchanged: usize,
    rejected: Vec<RejectedRowJson<'a>>,
    entered: usize,
    stage_differences: &'a [StageDifference],
    unmapped: &'a [String],
    #[serde(skip_serializing_if = "is_zero")]
    superseded: usize,
    #[serde(skip_serializing_if = "is_zero")]
    unmatched_found: usize,
}

#[derive(Debug, Serialize)]
struct RejectedRowJson<'a> {
    line: usize,
    reason: &'a str,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl<'a> ImportJson<'a> {
    pub(super) fn new(reading: &'a ParsedAccounts, outcome: &'a ImportOutcome) -> Self {
        Self {
            read: reading.read,
            new: outcome.new,
            updated: outcome.updated,
            unchanged: outcome.unchanged,
            rejected: reading
                .rejected
                .iter()
                .map(|RejectedRow { line, reason, .. }| RejectedRowJson { line: *line, reason })
                .collect(),
            entered: outcome.entered,
            stage_differences: &outcome.stage_differences,
            unmapped: &outcome.unmapped,
            superseded: reading.superseded,
            unmatched_found: outcome.found.len(),
        }
    }
}

/// What an import did, in a few lines for people. Everything from outside in it is made safe for a terminal.
#[derive(Debug)]
pub(super) struct ImportSummary<'a> {
    pub(super) reading: &'a ParsedAccounts,
    pub(super) outcome: &'a ImportOutcome,
    pub(super) entry: Option<&'a Entry>,
    pub(super) dry_run: bool,
    /// How to take it back.
    pub(super) undo: &'a str,
}

impl fmt::Display for ImportSummary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.counts(f)?;
        self.columns(f)?;
        self.differences(f)?;
        self.unmapped(f)?;
        self.found(f)?;
        self.rejected(f)?;
        match (self.dry_run, self.entry) {
            (true, _) => writeln!(f, "This was a dry run: nothing was written."),
            (false, None) => writeln!(f, "Nothing changed."),
            (false, Some(_)) => writeln!(f, "To undo: {}", text::clean(self.undo)),
        }
    }
}

impl ImportSummary<'_> {
    fn counts(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { reading, outcome, .. } = self;
        write!(f, "{} read", reading.read)?;
        for (count, what) in [
            (outcome.new, "new"),
            (outcome.updated, "updated"),
            (outcome.unchanged, "unchanged"),
            (reading.superseded, "superseded by newer rows"),
            (reading.rejected.len(), "rejected"),
        ] {
            if count > 0 {
                write!(f, " · {count} {what}")?;
            }
        }
        for (stage, count) in entered(self.entry) {
            let name = text::clean(stage.as_str());
            if outcome.unmapped.iter().any(|label| label == stage.as_str()) {
                write!(f, " · {count} entered Unmapped, as “{name}”")?;
            } else {
                write!(f, " · {count} entered stage {name}")?;
            }
        }
        writeln!(f)
    }

    /// Which signals that waited can be given to somebody now.
    fn found(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.outcome.found.len() {
            0 => Ok(()),
            1 => writeln!(f, "1 unmatched signal now fits one account: see `gangplank unmatched`."),
            more => {
                writeln!(f, "{more} unmatched signals now fit one account each: see `gangplank unmatched`.")
            }
        }
    }

    /// What is not plain from the columns' names: which became extra facts, and which lost to another.
    fn columns(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = &self.reading.columns;
        let extra = columns.iter().filter(|column| {
            column.why.is_none() && matches!(&column.became[..], [Meaning::Fact(FactKey::Extra(_))])
        });
        let names: Vec<_> = extra.map(|column| text::clean(&column.header)).collect();
        if !names.is_empty() {
            let more = names.len().saturating_sub(LISTED);
            write!(f, "Kept as extra facts: {}", names[..names.len().min(LISTED)].join(", "))?;
            writeln!(f, "{}", if more > 0 { format!(" and {more} more") } else { String::new() })?;
        }
        for column in columns {
            if let Some(why) = &column.why {
                writeln!(
                    f,
                    "Kept as an extra fact: {}, because {}",
                    text::clean(&column.header),
                    text::clean(why)
                )?;
            }
        }
        Ok(())
    }

    fn differences(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let differences = &self.outcome.stage_differences;
        if differences.is_empty() {
            return Ok(());
        }
        let (stand, them) =
            if differences.len() == 1 { ("account stands", "it") } else { ("accounts stand", "them") };
        writeln!(
            f,
            "{} {stand} elsewhere on the board, which keeps {them}; --take-stages moves {them}:",
            differences.len()
        )?;
        let ids: Vec<_> = differences.iter().take(LISTED).map(|it| text::clean(it.id.as_str())).collect();
        let width = ids.iter().map(|id| text::width(id)).max().unwrap_or(0).min(ID_CELLS);
        for (id, difference) in ids.iter().zip(differences) {
            let board = difference.board.as_ref().map_or("off the board", StageId::as_str);
            let (board, file) = (text::clean(board), text::clean(difference.file.as_str()));
            writeln!(f, "  {}  board: {}  file: {file}", text::fit(id, width), text::fit(&board, 4))?;
        }
        more(f, differences.len(), "--json lists them all")
    }

    fn unmapped(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for label in self.outcome.unmapped.iter().take(LISTED) {
            writeln!(f, "No stage is called `{}`: its accounts are under Unmapped", text::clean(label))?;
        }
        more(f, self.outcome.unmapped.len(), "--json lists them all")
    }

    fn rejected(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rejected = &self.reading.rejected;
        if rejected.is_empty() {
            return Ok(());
        }
        writeln!(
            f,
            "{} rejected:",
            if rejected.len() == 1 {
                "1 row was".to_owned()
            } else {
                format!("{} rows were", rejected.len())
            }
        )?;
        let shown = &rejected[..rejected.len().min(LISTED)];
        let width = shown.iter().map(|row| row.line.to_string().len()).max().unwrap_or(0);
        for RejectedRow { line, reason, .. } in shown {
            writeln!(f, "  line {line:>width$}  {}", text::clean(reason))?;
        }
        more(f, rejected.len(), "--save-rejected writes them all")
    }
}

fn more(f: &mut fmt::Formatter<'_>, all: usize, hint: &str) -> fmt::Result {
    match all.saturating_sub(LISTED) {
        0 => Ok(()),
        more => writeln!(f, "  and {more} more; {hint}"),
    }
}

/// How many accounts came onto the board in each stage, in the order of their first.
fn entered(entry: Option<&Entry>) -> Vec<(&StageId, usize)> {
    let mut entered: Vec<(&StageId, usize)> = Vec::new();
    for event in entry.map_or(&[][..], |entry| &entry.events) {
        if let Event::Account { change: Change::Moved { from: None, to: Some(place), .. }, .. } = event {
            match entered.iter_mut().find(|(stage, _)| *stage == &place.stage) {
                Some((_, count)) => *count += 1,
                None => entered.push((&place.stage, 1)),
            }
        }
    }
    entered
}
