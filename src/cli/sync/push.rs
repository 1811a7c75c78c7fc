//! `gangplank sync --push`.

use std::io::{self, Write};
use std::sync::Arc;

use serde::Serialize;

use crate::cli::{CliError, Context, SessionGuard};
use crate::prose::lists::plural;
use crate::prose::sources::pushed_field;
use crate::sources::push::{PushCandidate, PushConflict};
use crate::sources::{LiveSource, PushMapping, SourceFailure, plan_push};
use crate::state::{Actor, Batch, Command, PushedFields};
use crate::sync::SourceLock;
use crate::sync::push::{Pusher, begun};
use crate::text;

/// After how many accounts the board notes what was told. Whoever is interrupted before it finds there what was told.
const NOTED_AFTER: usize = 20;

/// How many differences are listed before a line says how many more there are.
const LISTED: usize = 20;

#[derive(Clone, Copy)]
pub(super) struct PushFlags {
    pub(super) dry_run: bool,
    pub(super) overwrite: bool,
}

/// What was told, or would be.
#[derive(Default)]
pub(super) struct PushReport {
    accounts: Vec<ToldAccount>,
    unchanged: usize,
    unknown: usize,
    gone: Vec<String>,
    pub(super) failure: Option<SourceFailure>,
}

struct ToldAccount {
    id: String,
    name: String,
    written: PushedFields,
    conflicts: Vec<PushConflict>,
}

/// The part of `sync --json` about what was told. A contract: fields may be added, never renamed.
#[derive(Serialize)]
pub(super) struct PushedJson {
    told: Vec<ToldJson>,
    conflicts: Vec<ConflictJson>,
    unchanged: usize,
    unknown: usize,
    gone: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

#[derive(Serialize)]
struct ToldJson {
    id: String,
    fields: serde_json::Map<String, serde_json::Value>,
}

#[derive(Serialize)]
struct ConflictJson {
    id: String,
    field: String,
    theirs: serde_json::Value,
    ours: serde_json::Value,
}

/// Tells `source` what changed on the board. What its side made of it is in the report, a failure too.
pub(super) fn run(
    source: &LiveSource,
    mapping: &PushMapping,
    flags: PushFlags,
    session: &mut SessionGuard,
    context: &Context,
) -> Result<PushReport, CliError> {
    let mut report = PushReport::default();
    let directory = context.config.paths.sources_dir();
    let _lock = match SourceLock::take(&directory, source) {
        Ok(lock) => lock,
        Err(why) => return Ok(PushReport { failure: Some(why), ..report }),
    };
    let begun = begun(source, &directory);
    let plan = plan_push(source, mapping, session.board(), &begun, &context.config.now());
    (report.unchanged, report.unknown) = (plan.unchanged, plan.unknown);
    if plan.accounts.is_empty() {
        return Ok(report);
    }
    let mut pusher = match Pusher::open(source, &directory, begun) {
        Ok(pusher) => pusher,
        Err(why) => return Ok(PushReport { failure: Some(why), ..report }),
    };
    let mut noted = Vec::new();
    for candidate in &plan.accounts {
        match pusher.tell(candidate, flags.overwrite, flags.dry_run) {
            Ok(outcome) if outcome.is_gone => report.gone.push(candidate.account.to_string()),
            Ok(outcome) => {
                noted.push(Command::NotePushed {
                    account: candidate.account.clone(),
                    source: source.name.clone(),
                    fields: outcome.told.clone(),
                });
                report.add(candidate, outcome.told, &outcome.written, outcome.conflicts);
            }
            Err(why) => {
                report.failure = Some(why);
                break;
            }
        }
        if noted.len() >= NOTED_AFTER {
            note(source, &mut noted, flags, session, context)?;
            pusher.noted();
        }
    }
    note(source, &mut noted, flags, session, context)?;
    pusher.noted();
    Ok(report)
}

/// Has the board keep what was told.
fn note(
    source: &LiveSource,
    noted: &mut Vec<Command>,
    flags: PushFlags,
    session: &mut SessionGuard,
    context: &Context,
) -> Result<(), CliError> {
    let commands = std::mem::take(noted);
    if commands.is_empty() || flags.dry_run {
        return Ok(());
    }
    let batch = Batch { words: format!("push {}", source.name).into(), commands };
    session.submit_by(&Actor::Source(source.name.clone()), false, &batch, context)?;
    Ok(())
}

impl PushReport {
    fn add(
        &mut self,
        candidate: &PushCandidate,
        told: PushedFields,
        written: &[Arc<str>],
        conflicts: Vec<PushConflict>,
    ) {
        let written: PushedFields = told.into_iter().filter(|(field, _)| written.contains(field)).collect();
        let id = candidate.account.to_string();
        self.accounts.push(ToldAccount { id, name: candidate.name.clone(), written, conflicts });
    }

    /// What was told, a line for each account.
    pub(super) fn write(&self, out: &mut impl Write, source: &LiveSource, dry_run: bool) -> io::Result<()> {
        let told = self.accounts.iter().filter(|account| !account.written.is_empty());
        let would = if dry_run { "would be told of" } else { "was told of" };
        let count = told.clone().count();
        write!(out, "{} {would} {}", source.name, plural(count, "account", "accounts"))?;
        let counts = [
            (self.unchanged, "unchanged"),
            (self.unknown, "not known there"),
            (self.gone.len(), "not there any more"),
        ];
        for (count, what) in counts.into_iter().filter(|(count, _)| *count > 0) {
            write!(out, " · {count} {what}")?;
        }
        writeln!(out)?;
        for account in told.take(if dry_run { usize::MAX } else { LISTED }) {
            let fields: Vec<String> =
                account.written.iter().map(|(field, value)| pushed_field(field, value)).collect();
            let line = format!("{} ({}): {}", account.name, account.id, fields.join(", "));
            writeln!(out, "  {}", text::clean(&line))?;
        }
        if count > LISTED && !dry_run {
            writeln!(out, "  and {} more: --json lists them all", count - LISTED)?;
        }
        let conflicts = self
            .accounts
            .iter()
            .flat_map(|account| account.conflicts.iter().map(move |conflict| (account, conflict)));
        let all = conflicts.clone().count();
        if all > 0 {
            let stand = plural(all, "field was changed there", "fields were changed there");
            writeln!(out, "{stand} by somebody else, and left alone. --overwrite writes over:")?;
        }
        for (account, PushConflict { field, theirs, ours }) in conflicts.take(LISTED) {
            let line = format!(
                "{} ({}): {} there, {} here",
                account.name,
                account.id,
                pushed_field(field, theirs),
                pushed_field(field, ours)
            );
            writeln!(out, "  {}", text::clean(&line))?;
        }
        if all > LISTED {
            writeln!(out, "  and {} more: --json lists them all", all - LISTED)?;
        }
        Ok(())
    }

    pub(super) fn json(&self) -> PushedJson {
        let value = |text: &str| serde_json::from_str(text).unwrap_or_default();
        let told =
            self.accounts.iter().filter(|account| !account.written.is_empty()).map(|account| ToldJson {
                id: account.id.clone(),
                fields: account
                    .written
                    .iter()
                    .map(|(field, text)| (field.to_string(), value(text)))
                    .collect(),
            });
        let conflicts = self.accounts.iter().flat_map(|account| {
            account.conflicts.iter().map(|PushConflict { field, theirs, ours }| ConflictJson {
                id: account.id.clone(),
                field: field.to_string(),
                theirs: value(theirs),
                ours: value(ours),
            })
        });
        PushedJson {
            told: told.collect(),
            conflicts: conflicts.collect(),
            unchanged: self.unchanged,
            unknown: self.unknown,
            gone: self.gone.clone(),
            error: self.failure.as_ref().map(ToString::to_string),
        }
    }
}
