//! `gangplank sync`.

mod push;

use std::io::Write;
use std::sync::Arc;

use clap::Args;
use serde::Serialize;

use self::push::{PushFlags, PushedJson};
use super::import::summary::{ImportJson, ReportPlace, samples, summary as import_summary};
use super::ingest::{IngestJson, LIST_HINT, SignalCounts, TranslatedEvents, summary};
use super::{CliError, Context, SessionGuard, json, notify};
use crate::prose::lists::plural;
use crate::sources::plan::{SyncPlan, plan};
use crate::sources::{LiveSource, Pulled, ReadingContext, SourceFailure, pace};
use crate::state::query::import_outcome::ImportOutcome;
use crate::state::{Actor, Batch, Entry, Now};
use crate::suggest;
use crate::sync::SourceLock;
use crate::sync::status;
use crate::text;

/// Read the live sources that sources.toml describes
///
/// What is new in them is recorded, as `gangplank ingest` would. Each source is read from where the last reading ended,
/// with some overlap; what is known already changes nothing. A board that is open reads its sources by itself.
///
/// With --push, a CRM is told of the stage of each account, and of what else [source.NAME.push] names. Only what changed is
/// written, and nothing over what somebody there changed meanwhile. --dry-run shows every change beforehand.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank sync\n\
    \x20 gangplank sync billing --dry-run\n\
    \x20 gangplank sync mail --again\n\
    \x20 gangplank sync crm --push --dry-run")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct SyncArgs {
    /// Read only these
    #[arg(value_name = "SOURCE")]
    sources: Vec<String>,
    /// Then tell the CRM of the accounts, as [source.NAME.push] says
    #[arg(long)]
    push: bool,
    /// Write over what somebody there changed meanwhile
    #[arg(long, requires = "push")]
    overwrite: bool,
    /// Read again from as far back as the first time: what accounts are about that were not known then
    #[arg(long)]
    again: bool,
    /// Show what would happen, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &SyncArgs, context: &mut Context) -> Result<(), CliError> {
    let sources = chosen(&args.sources, &context.config.sources)?;
    if args.push && !sources.iter().any(|source| source.push.is_some()) {
        return Err(CliError::usage(
            "none of these sources is told anything: add [source.NAME.push] to sources.toml, as `gangplank docs sources` shows",
        ));
    }
    let mut session = context.open_to_change(args.dry_run)?;
    let mut told = Vec::new();
    let mut failed = 0;
    for source in &sources {
        let reading = if args.dry_run { Reading::Trial } else { Reading::Real };
        let begin = if args.again { ReadingBegin::First } else { ReadingBegin::WhereItEnded };
        match read_once(source, reading, begin, &mut session, context)? {
            Ok(done) => {
                if !args.json {
                    write!(context.out, "{}: ", source.name)?;
                    done.write(&mut context.out, &session)?;
                }
                let mut json = SyncJson::done(source, &done)?;
                if let Some(mapping) = source.push.as_ref().filter(|_| args.push) {
                    let flags = PushFlags { dry_run: args.dry_run, overwrite: args.overwrite };
                    let pushed = push::run(source, mapping, flags, &mut session, context)?;
                    if !args.json {
                        context.out.flush()?;
                        pushed.write(&mut context.out, source, args.dry_run)?;
                    }
                    if let Some(why) = &pushed.failure {
                        failed += 1;
                        notify(&format!("{} was not told everything: {why}", source.name));
                    }
                    json.pushed = Some(pushed.json());
                }
                told.push(json);
            }
            Err(why) => {
                failed += 1;
                notify(&format!("{} was not read: {why}", source.name));
                told.push(SyncJson::failed(source, &why));
            }
        }
    }
    if args.json {
        json::write_all(&mut context.out, told)?;
    }
    if failed > 0 {
        let what = if args.push {
            ["source failed", "sources failed"]
        } else {
            ["source was not read", "sources were not read"]
        };
        let were = plural(failed, what[0], what[1]);
        return Err(CliError::error(format!("{were}: `gangplank sources` says more")));
    }
    Ok(())
}

/// The sources called `names`, or all.
pub(super) fn chosen(names: &[String], sources: &[LiveSource]) -> Result<Vec<LiveSource>, CliError> {
    if sources.is_empty() {
        return Err(CliError::usage(
            "there are no live sources yet: `gangplank sources add` asks what it needs, and \
             `gangplank docs sources` explains each",
        ));
    }
    if names.is_empty() {
        return Ok(sources.to_vec());
    }
    let known = |name: &String| {
        sources.iter().find(|source| *source.name == **name).cloned().ok_or_else(|| {
            let near = suggest::near(name, sources.iter().map(|source| (&*source.name, [&*source.name])));
            let known: Vec<&str> = sources.iter().map(|source| &*source.name).collect();
            let hint = match near.first() {
                Some(near) => format!("did you mean {near}?"),
                None => format!("there are: {}", known.join(", ")),
            };
            CliError::usage(format!("there is no source `{}`; {hint}", text::clean(name)))
        })
    };
    names.iter().map(known).collect()
}

/// What a reading did.
pub(super) struct Synced {
    source: LiveSource,
    pulled: Pulled,
    read: usize,
    entries: Vec<Arc<Entry>>,
    /// What the import of its accounts did.
    imported: Option<ImportOutcome>,
    dry_run: bool,
    now: Now,
}

impl Synced {
    /// Says what came of it, a line or a few.
    pub(super) fn write(&self, out: &mut impl Write, session: &SessionGuard) -> Result<(), CliError> {
        let counts = SignalCounts::of(self.read, 0, &self.entries);
        let translation = &self.pulled.translation;
        if let (Some(accounts), Some(imported)) = (&self.pulled.accounts, &self.imported) {
            let place = ReportPlace::COMMAND_LINE.with_rejected(LIST_HINT).ahead(self.dry_run);
            let entry = self.entries.first().map(|entry| &**entry);
            import_summary(out, place, accounts, imported, entry, &self.now)?;
            if self.dry_run {
                samples(out, accounts)?;
            }
        }
        let events = TranslatedEvents::about(&self.source.kind, translation);
        if self.imported.is_some() && events.events == 0 {
            return Ok(());
        }
        Ok(summary(out, &counts, &translation.rejected, Some(&events), session.board().pipeline())?)
    }
}

/// Whether what a source brings is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    Real,
    /// Only to see what would come.
    Trial,
}

/// From where on a source is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ReadingBegin {
    /// From where the latest reading ended.
    WhereItEnded,
    /// From as far back as the first time.
    First,
}

/// Reads `source` and records what is new. The outer failure is ours, the inner one the source's.
pub(super) fn read_once(
    source: &LiveSource,
    reading: Reading,
    begin: ReadingBegin,
    session: &mut SessionGuard,
    context: &Context,
) -> Result<Result<Synced, SourceFailure>, CliError> {
    let dry_run = reading == Reading::Trial;
    let directory = context.config.paths.sources_dir();
    let lock = match SourceLock::take(&directory, source) {
        Ok(lock) => lock,
        Err(why) => return Ok(Err(why)),
    };
    let moment = context.config.now();
    let now = moment.at;
    let mut known = status::load(&directory, source);
    let next_at = |failures| now + wait(source, failures);
    let board = session.board().clone();
    let around = ReadingContext { terms: &context.config.terms, board: &board, now: &moment };
    let cursor = known.cursor(board.source_read(&source.name));
    let cursor = cursor.filter(|_| begin == ReadingBegin::WhereItEnded);
    let read = crate::sync::read(source, cursor.as_deref(), &around);
    let synced = match read {
        Ok(pulled) => {
            let SyncPlan { batches, reached, .. } = plan(source, &pulled, session.board(), now);
            let entries = record(source, batches, dry_run, session, context)?;
            known.succeeded(&source.kind, &pulled, now, next_at(0));
            known.reached = reached;
            let imported = pulled.accounts.as_ref().map(|accounts| {
                let entry = entries.first().map(|entry| &**entry);
                let take_stages = source.kind.take_stages();
                let outcome = ImportOutcome::of(&board, &accounts.rows, take_stages, entry, &moment);
                ImportOutcome { possible_duplicates: pulled.duplicates.clone(), ..outcome }
            });
            let read = pulled.translation.signals.len();
            Ok(Synced { source: source.clone(), read, pulled, entries, imported, dry_run, now: moment })
        }
        Err(why) => {
            known.failed(&why, now, next_at(known.failures + 1));
            Err(why)
        }
    };
    if !dry_run {
        status::save(&known, &directory, source);
    }
    drop(lock);
    Ok(synced)
}

fn wait(source: &LiveSource, failures: u32) -> chrono::TimeDelta {
    chrono::TimeDelta::from_std(pace::wait_after(failures, source.every, None, 0.0)).unwrap_or_default()
}

/// Records what is planned.
fn record(
    source: &LiveSource,
    mut planned: Vec<Batch>,
    dry_run: bool,
    session: &mut SessionGuard,
    context: &Context,
) -> Result<Vec<Arc<Entry>>, CliError> {
    let by = Actor::Source(source.name.clone());
    if dry_run {
        // All at once: each signal finds the board as those before it would leave it.
        let all = planned.iter_mut().flat_map(|batch| std::mem::take(&mut batch.commands)).collect();
        planned = vec![Batch { words: "sync".into(), commands: all }];
    }
    let mut entries = Vec::new();
    for batch in &planned {
        entries.extend(session.submit_by(&by, dry_run, batch, context)?);
    }
    Ok(entries)
}

/// One source of `sync --json`. A contract: fields may be added, never renamed.
#[derive(Serialize)]
struct SyncJson {
    source: String,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entries: Option<Vec<u64>>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    done: Option<serde_json::Value>,
    /// Only with --push.
    #[serde(skip_serializing_if = "Option::is_none")]
    pushed: Option<PushedJson>,
}

impl SyncJson {
    fn done(source: &LiveSource, done: &Synced) -> Result<Self, CliError> {
        let translation = &done.pulled.translation;
        let events = TranslatedEvents::about(&source.kind, translation);
        let counts = SignalCounts::of(done.read, 0, &done.entries);
        let accounts = done.pulled.accounts.as_ref().zip(done.imported.as_ref());
        let accounts =
            accounts.map(|(accounts, imported)| ImportJson::new(accounts, imported, done.dry_run, &done.now));
        let told = IngestJson::new(&counts, &translation.rejected, &[], Some(&events));
        let told = told.with_accounts(accounts);
        let told = serde_json::to_value(told).map_err(|error| CliError::error(error.to_string()))?;
        let entries = done.entries.iter().map(|entry| entry.seq).collect();
        Ok(Self {
            source: source.name.to_string(),
            kind: source.kind.word(),
            error: None,
            entries: Some(entries),
            done: Some(told),
            pushed: None,
        })
    }

    fn failed(source: &LiveSource, why: &SourceFailure) -> Self {
        Self {
            source: source.name.to_string(),
            kind: source.kind.word(),
            error: Some(why.to_string()),
            entries: None,
            done: None,
            pushed: None,
        }
    }
}
