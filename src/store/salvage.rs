//! The entries of a damaged journal: every whole one, in order, and a mark where some are lost.
//!
//! Reading and repairing use the same list, so what is shown of a damaged store is what a repair keeps.
//!
//! Numbers stay what they are, as long as they can: a mark takes the number of the entry that is lost. Where two programs
//! wrote at once and a number stands twice, both entries are kept, and the later ones are numbered anew.
//!
//! A snapshot knows the board after some entry, though not the entries. What it knows of accounts that lost entries may
//! have changed is put at the end, in an entry of its own: between the others it would be changed twice by those that
//! follow.

mod evidence;
mod numbering;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use chrono::DateTime;

use self::evidence::Evidence;
use self::numbering::Numbering;
use super::damage::{DamageReport, DamagedPlace, LostEntries};
use super::snapshot::Mark;
use super::survey::{StretchProblem, Survey};
use super::{format1, journal};
use crate::state::{AccountId, Actor, Board, Entry, Event, Pipeline, Seq};

/// How many lost entries in a row get a mark each, so that those after them keep their numbers. More get one mark together:
/// a journal that says it lacks a million entries must not become a million lines.
const MARKED_ONE_BY_ONE: u64 = 10_000;

/// What is left of a journal.
pub(super) struct Salvage {
    /// The version of its lines.
    pub(super) version: u32,
    /// Numbered from 1.
    pub(super) entries: Vec<SalvagedEntry>,
    pub(super) board: Board,
    pub(super) report: DamageReport,
}

pub(super) struct SalvagedEntry {
    pub(super) entry: Arc<Entry>,
    /// The number it had.
    former: Seq,
    /// Where its JSON stands in the journal; `None` where it has to be written anew.
    pub(super) json: Option<Range<usize>>,
}

/// What a snapshot knows.
pub(super) struct KnownBoard {
    pub(super) mark: Mark,
    pub(super) board: Board,
}

/// A whole line, read.
struct FoundEntry {
    line: usize,
    checksum: u32,
    json: Range<usize>,
    entry: Arc<Entry>,
}

/// What gets a number.
enum Slot {
    Kept(FoundEntry),
    Lost(LostRun),
}

/// One lost entry, or several.
#[derive(Default)]
struct LostRun {
    /// The number of the first.
    first: Seq,
    /// How many; `None` at the end of a journal, where nothing tells.
    count: Option<u64>,
    /// What still stands there may name accounts.
    accounts: BTreeSet<AccountId>,
    /// Where they stood, if anything stands there.
    line: Option<usize>,
}

/// Why nothing can be salvaged: line and reason. The line is whole, but a newer program wrote it.
pub(super) struct UnknownLine {
    pub(super) line: usize,
    pub(super) why: String,
}

/// Salvages what `survey` found. `known` may help; `copy` is the name that a repair gives a copy.
pub(super) fn salvage(
    survey: &Survey,
    known: Vec<KnownBoard>,
    pipeline: &Arc<Pipeline>,
    copy: &str,
) -> Result<Salvage, UnknownLine> {
    let bytes = &survey.bytes[..];
    let (version, found) = read(bytes, survey)?;
    let mut places = Vec::new();
    let known = known.into_iter().find(|known| is_of_journal(known, &found));
    let (seqs, found) = in_order(bytes, found, &mut places);
    let slots = slots(bytes, survey, &seqs, found, known.as_ref().map(|known| known.mark.seq), &mut places);
    let kept = slots.iter().filter(|slot| matches!(slot, Slot::Kept(_))).count();
    let numbering = Numbering::of(&slots);
    // Of two entries with one number, a snapshot may know only one.
    let known = known.filter(|known| numbering.is_unambiguous_up_to(known.mark.seq));
    let mut evidence = Evidence::default();
    let (mut entries, board) = number(slots, &numbering, &mut evidence, pipeline, copy);
    // The marks say more than they did.
    let mut board = if evidence.is_empty() { board } else { fold(pipeline, &entries) };
    let mut report =
        DamageReport { kept: kept as u64, renumbered: numbering.renumbered(), ..Default::default() };
    if let Some(known) = known.filter(|known| evidence.has_lost_up_to(known.mark.seq)) {
        report.snapshot = Some(known.mark.seq);
        let mut wanted = known.board;
        for it in entries.iter().filter(|it| it.former > known.mark.seq) {
            wanted.apply(it.entry.clone());
        }
        let taken_back = board.taken_back_on(&wanted);
        if !taken_back.is_empty() {
            evidence.take_back(&mut entries, known.mark.seq, &taken_back);
            board = fold(pipeline, &entries);
        }
        let command = format!("repair (a snapshot of entry {})", known.mark.seq);
        let mut mend = entry_of_repair(board.seq() + 1, &entries, command);
        mend.events = board.difference(&wanted, &mend);
        if !mend.events.is_empty() {
            let restored: BTreeSet<&AccountId> = mend.events.iter().filter_map(Event::account).collect();
            report.restored = restored.into_iter().cloned().collect();
            let entry = Arc::new(mend);
            board.apply(entry.clone());
            entries.push(SalvagedEntry { former: entry.seq, entry, json: None });
        }
    }
    report.lost = evidence.lost(&entries);
    places.sort_by_key(|place| place.line);
    report.places = places;
    Ok(Salvage { version, entries, board, report })
}

/// An entry that a repair puts after `entries`, without events yet.
fn entry_of_repair(seq: Seq, entries: &[SalvagedEntry], command: String) -> Entry {
    Entry {
        seq,
        at: entries.last().map_or(DateTime::UNIX_EPOCH, |last| last.entry.at),
        by: Actor::Source("repair".into()),
        command: command.into(),
        undoes: Vec::new(),
        redoes: Vec::new(),
        events: Vec::new(),
    }
}

fn fold(pipeline: &Arc<Pipeline>, entries: &[SalvagedEntry]) -> Board {
    let mut board = Board::new(pipeline.clone());
    for it in entries {
        board.apply(it.entry.clone());
    }
    board
}

/// Reads the whole lines. Where no header says it, their version is the older one in which any line is written.
fn read(bytes: &[u8], survey: &Survey) -> Result<(u32, Vec<FoundEntry>), UnknownLine> {
    let mut version = survey.version;
    let mut found = Vec::with_capacity(survey.lines.len());
    for line in &survey.lines {
        let json = &bytes[line.json.clone()];
        let newer = || serde_json::from_slice(json);
        let entry = match version {
            Some(1) => format1::entry(json),
            Some(_) => newer(),
            None => newer().or_else(|error| {
                let older = format1::entry(json).map_err(|_| error)?;
                version = Some(1);
                Ok(older)
            }),
        };
        let entry = entry.map_err(|error| UnknownLine { line: line.number, why: error.to_string() })?;
        let checksum = journal::checksum(&bytes[line.start..]);
        let (line, json) = (line.number, line.json.clone());
        found.push(FoundEntry { line, checksum, json, entry: Arc::new(entry) });
    }
    Ok((version.unwrap_or(journal::VERSION), found))
}

/// Whether a snapshot was taken of this journal. Its last entry says so, or if that is lost, all that it knows of others.
fn is_of_journal(known: &KnownBoard, found: &[FoundEntry]) -> bool {
    let mut its_last = found.iter().filter(|it| it.entry.seq == known.mark.seq).peekable();
    if its_last.peek().is_some() {
        return its_last.any(|it| it.checksum == known.mark.last);
    }
    let entries: BTreeMap<Seq, &Entry> = found.iter().map(|it| (it.entry.seq, &*it.entry)).collect();
    let mut steps = known.board.accounts().flat_map(|account| &account.history);
    steps.all(|step| entries.get(&step.seq).is_none_or(|entry| entry.at == step.at && entry.by == step.by))
}

/// The entries by their numbers, each once, and the numbers as they stand. Notes in `places` what was out of order.
fn in_order(
    bytes: &[u8],
    found: Vec<FoundEntry>,
    places: &mut Vec<DamagedPlace>,
) -> (Vec<Seq>, Vec<FoundEntry>) {
    let seqs = found.iter().map(|it| it.entry.seq).collect();
    let mut known: BTreeMap<Seq, Vec<(usize, Range<usize>)>> = BTreeMap::new();
    let (mut kept, mut highest) = (Vec::with_capacity(found.len()), 0);
    for it in found {
        let seq = it.entry.seq;
        let same_number = known.entry(seq).or_default();
        let mut twice = same_number.iter().filter(|(_, json)| bytes[json.clone()] == bytes[it.json.clone()]);
        if let Some((line, _)) = twice.next() {
            places.push(DamagedPlace::new(it.line, format!("it repeats line {line}")));
            continue;
        }
        if let Some((line, _)) = same_number.first() {
            let problem =
                format!("entry {seq} stands on line {line}, too, because two programs wrote at once");
            places.push(DamagedPlace::new(it.line, problem));
        } else if seq < highest {
            let problem = format!("entry {seq} stands there, after entry {highest}");
            places.push(DamagedPlace::new(it.line, problem));
        }
        same_number.push((it.line, it.json.clone()));
        highest = highest.max(seq);
        kept.push(it);
    }
    kept.sort_by_key(|it| it.entry.seq);
    (seqs, kept)
}

/// What gets a number: the entries, and the lost ones between them. `seqs` are the numbers of all whole lines as they
/// stand, `until` the last entry of a snapshot.
fn slots(
    bytes: &[u8],
    survey: &Survey,
    seqs: &[Seq],
    found: Vec<FoundEntry>,
    until: Option<Seq>,
    places: &mut Vec<DamagedPlace>,
) -> Vec<Slot> {
    // The lost entries, by the number of the first.
    let mut runs: BTreeMap<Seq, LostRun> = BTreeMap::new();
    let mut next = 1;
    for it in &found {
        let seq = it.entry.seq;
        if seq > next {
            runs.insert(next, LostRun { first: next, count: Some(seq - next), ..LostRun::default() });
        }
        next = next.max(seq.saturating_add(1));
    }
    if let Some(count) = until.and_then(|until| (until + 1).checked_sub(next)).filter(|count| *count > 0) {
        runs.insert(next, LostRun { first: next, count: Some(count), ..LostRun::default() });
    }
    // The bytes of each run. What stands at the end, after all whole lines, may be of any number of entries.
    let mut parts: BTreeMap<Seq, Vec<&[u8]>> = BTreeMap::new();
    for stretch in &survey.stretches {
        places.push(DamagedPlace::new(stretch.number, stretch.problem.words().to_owned()));
        // Of the entries around it, one stands where it should.
        let after_last = stretch.after.checked_sub(1).map_or(0, |last| seqs[last]).saturating_add(1);
        let before_next = seqs.get(stretch.after).map_or(0, |next| next.saturating_sub(1));
        let holds = |run: &LostRun, seq: Seq| (run.first..run.first + run.count.unwrap_or(1)).contains(&seq);
        let run_of = |seq: Seq| runs.values().find(|run| holds(run, seq)).map(|run| run.first);
        let is_small = matches!(stretch.problem, StretchProblem::LineBreak | StretchProblem::SecondHeader);
        let is_last = stretch.after == seqs.len() && stretch.problem != StretchProblem::Header;
        if stretch.problem == StretchProblem::FlippedBit {
            continue;
        }
        let run = match run_of(after_last).or_else(|| run_of(before_next)) {
            Some(first) => first,
            // Nothing is lost there.
            None if is_small || !is_last => continue,
            None => next,
        };
        let run = runs.entry(run).or_insert_with(|| LostRun { first: run, ..LostRun::default() });
        run.line.get_or_insert(stretch.number);
        let lines = bytes[stretch.bytes.clone()].split_inclusive(|byte| *byte == b'\n');
        parts.entry(run.first).or_default().extend(lines);
    }
    let mut slots = Vec::with_capacity(found.len() + runs.len());
    let mut found = found.into_iter().peekable();
    for (first, run) in runs {
        while let Some(it) = found.next_if(|it| it.entry.seq < first) {
            slots.push(Slot::Kept(it));
        }
        if run.line.is_none() {
            let (line, last) = (found.peek().map(|it| it.line), first + run.count.unwrap_or(1) - 1);
            let which = if first == last {
                format!("entry {first} is")
            } else {
                format!("entries {first} to {last} are")
            };
            let at = line.map_or("at the end", |_| "before it");
            let line = line.unwrap_or_else(|| survey.lines.last().map_or(1, |last| last.number));
            places.push(DamagedPlace::new(line, format!("{which} missing {at}")));
        }
        let parts = parts.remove(&first).unwrap_or_default();
        slots.extend(run.split(&parts, found.peek().is_some()).into_iter().map(Slot::Lost));
    }
    slots.extend(found.map(Slot::Kept));
    slots
}

impl LostRun {
    /// A run for each lost entry, where others follow whose numbers should stay; `parts` are the lines they left.
    fn split(self, parts: &[&[u8]], is_followed: bool) -> Vec<Self> {
        let count = self.count.unwrap_or(1);
        if !is_followed || count > MARKED_ONE_BY_ONE {
            let accounts = parts.iter().flat_map(|part| evidence::accounts_in(part)).collect();
            return vec![Self { accounts, ..self }];
        }
        let one = |at: u64| {
            // Where each left a line, each has its own.
            let own =
                usize::try_from(at).ok().filter(|_| parts.len() as u64 == count).map(|at| &parts[at..=at]);
            let accounts = own.unwrap_or(parts).iter().flat_map(|part| evidence::accounts_in(part)).collect();
            Self { first: self.first + at, count: Some(1), accounts, line: self.line }
        };
        (0..count).map(one).collect()
    }
}

/// The entries with their numbers, folded. What later entries tell of lost ones becomes `evidence`, and stands in the marks.
fn number(
    slots: Vec<Slot>,
    numbering: &Numbering,
    evidence: &mut Evidence,
    pipeline: &Arc<Pipeline>,
    copy: &str,
) -> (Vec<SalvagedEntry>, Board) {
    let mut board = Board::new(pipeline.clone());
    let mut entries: Vec<SalvagedEntry> = Vec::with_capacity(slots.len());
    for (slot, seq) in slots.into_iter().zip(1..) {
        match slot {
            Slot::Kept(it) => {
                let former = it.entry.seq;
                let renumbered = numbering.renumber(&it.entry, seq);
                let json = renumbered.is_none().then_some(it.json);
                let entry = renumbered.map_or(it.entry, Arc::new);
                evidence.look_at(&entry, &mut board);
                board.apply(entry.clone());
                entries.push(SalvagedEntry { entry, former, json });
            }
            Slot::Lost(run) => {
                let line = run.line.map_or_else(|| "a line".to_owned(), |line| format!("line {line}"));
                let entry = Arc::new(entry_of_repair(seq, &entries, format!("repair ({line} of {copy})")));
                evidence.lose(seq, run.first, run.count, run.accounts);
                board.apply(entry.clone());
                entries.push(SalvagedEntry { entry, former: run.first, json: None });
            }
        }
    }
    evidence.mark(&mut entries);
    (entries, board)
}

impl LostEntries {
    fn of(entry: &Entry) -> Option<Self> {
        entry.events.iter().find_map(|event| match event {
            Event::EntryLost { count, accounts, .. } => {
                Some(Self { seq: entry.seq, count: *count, accounts: accounts.clone() })
            }
            _ => None,
        })
    }
}
