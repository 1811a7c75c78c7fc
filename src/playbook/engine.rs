//! A command, and what playbooks make of it, in one entry.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::late_signals::{corrections, leads_on};
use super::rule::condition::applies_all;
use super::rule::reaction::new_alert;
use super::rule::trigger::Occurrence;
use super::rule::{EvalContext, Playbook, Playbooks};
use super::schedule;
use super::transacted::Transacted;
use crate::parallel;
use crate::state::decide::{Decision, Via, decide_signal, take_in};
use crate::state::query::attention::gone_by_file;
use crate::state::query::unmatched;
use crate::state::{
    Account, AccountId, AccountLookup, AccountRef, Actor, Alert, AlertChange, AlertKey, AlertKind, Board,
    Cause, Change, Command, Entry, Event, HistoryItem, Now, Occasion, Placement, Refusal, Signal, Submission,
    decide,
};

/// How many rounds of reactions one command may set off. A real chain has two or three links; more means that
/// playbooks chase each other.
pub const MAX_ROUNDS: usize = 8;

/// Answers `submission`, lets `playbooks` react until they are quiet, and puts everything into one entry: atomic with
/// its cause, and never run again on replay.
///
/// Nothing when nothing would change. What a playbook wants and the board refuses is left out and becomes an alert
/// about the playbook; so do playbooks that chase each other. The person's own change stands either way.
///
/// # Errors
/// The refusal, when the rules say no to what was submitted itself.
pub fn transact<'a>(
    board: &Board,
    playbooks: &Playbooks,
    submission: impl Into<Submission<'a>>,
    by: &Actor,
    now: Now,
) -> Result<Option<Entry>, Refusal> {
    let done = transact_with(board, playbooks, submission, by, now, &|_, _| {})?;
    Ok(done.map(|done| done.entry))
}

/// Like [`transact`], and tells `progress` of a long one how much of how much is done.
///
/// # Errors
/// As there.
pub fn transact_with<'a>(
    board: &Board,
    playbooks: &Playbooks,
    submission: impl Into<Submission<'a>>,
    by: &Actor,
    now: Now,
    progress: &dyn Fn(usize, usize),
) -> Result<Option<Transacted>, Refusal> {
    let submission = submission.into();
    let mut run = Transaction::new(board, playbooks, submission, by, now, progress);
    match submission {
        Submission::One(command) => run.step(command)?,
        Submission::Batch(batch) => run.batch(&batch.commands)?,
        Submission::Sweep => run.sweep(),
    }
    let Transaction { scratch: tried, entry, .. } = run;
    Ok((!entry.events.is_empty()).then_some(Transacted { entry, tried }))
}

/// An entry in the making, and the board as it will be after it.
struct Transaction<'a> {
    scratch: Board,
    playbooks: &'a Playbooks,
    entry: Entry,
    now: Now,
    progress: &'a dyn Fn(usize, usize),
}

/// From so many on, it is told how many of them are done. Less takes no time.
const MANY: usize = 64;

impl<'a> Transaction<'a> {
    fn new(
        board: &Board,
        playbooks: &'a Playbooks,
        submission: Submission,
        by: &Actor,
        now: Now,
        progress: &'a dyn Fn(usize, usize),
    ) -> Self {
        let entry = Entry {
            seq: board.seq() + 1,
            at: now.at,
            by: by.clone(),
            command: submission.words(),
            undoes: Vec::new(),
            redoes: Vec::new(),
            events: Vec::new(),
        };
        Self { scratch: board.clone(), playbooks, entry, now, progress }
    }

    /// Commands one after the other. Whom a signal means is looked up in an [`AccountLookup`]: a look at every account
    /// would answer the same, in many times as long.
    fn batch(&mut self, commands: &[Command]) -> Result<(), Refusal> {
        self.scratch.expect_look_ups(commands.iter().filter_map(Command::records_for));
        let mut lookup = None;
        for (at, each) in commands.iter().enumerate() {
            self.tell(at, commands.len());
            let from = self.entry.events.len();
            match each {
                Command::RecordSignal { account, signal } if !matches!(account, AccountRef::Id(_)) => {
                    let lookup = lookup.get_or_insert_with(|| AccountLookup::of(&self.scratch));
                    let found = lookup.candidates(&self.scratch, account);
                    let (by, now) = (&self.entry.by, self.now.at);
                    self.apply(decide_signal(&self.scratch, account, &found, signal, by, now)?);
                }
                other => self.step(other)?,
            }
            if let Some(lookup) = &mut lookup {
                lookup.learn(&self.entry.events[from..]);
            }
        }
        Ok(())
    }

    fn tell(&self, done: usize, all: usize) {
        if all >= MANY {
            (self.progress)(done, all);
        }
    }

    /// One command, and what it sets off.
    fn step(&mut self, command: &Command) -> Result<(), Refusal> {
        let before = matches!(command, Command::Import { .. }).then(|| self.scratch.clone());
        self.apply(decide(&self.scratch, command, &self.entry.by, Via::Request, self.now.at)?);
        if let Some(before) = before {
            self.take_in_found(&before);
        }
        Ok(())
    }

    /// Records the signals that waited for an account by its id or address, which has come since `before`.
    fn take_in_found(&mut self, before: &Board) {
        let after = self.scratch.clone();
        for found in unmatched::found(before, &after) {
            // What is refused goes on waiting.
            if found.was_unknown
                && unmatched::names_exactly(found.unmatched)
                && let Ok(events) = take_in(&self.scratch, found.unmatched, &found.account)
            {
                self.apply(Decision::from(events));
            }
        }
    }

    fn apply(&mut self, Decision { events, undoes, redoes }: Decision) {
        // What playbooks did in an entry's wake is part of it, so an undo or redo puts that back by itself.
        let is_way_back = !undoes.is_empty() || !redoes.is_empty();
        self.entry.undoes.extend(undoes);
        self.entry.redoes.extend(redoes);
        let from = self.entry.events.len();
        self.push(events);
        if !is_way_back {
            self.cascade(from);
        }
    }

    fn push(&mut self, events: Vec<Event>) {
        self.scratch.apply_events(&events, &self.entry);
        self.entry.add(events);
    }

    /// Lets playbooks react to the events from `from` on, and to each other, until they are quiet. If they never are,
    /// what they did is dropped.
    fn cascade(&mut self, from: usize) {
        let mut news = self.news(from);
        // While nothing reacts, the board is shared with nobody: what is shared, the next change copies.
        if !news.iter().any(|news| self.may_react_to(news)) {
            return;
        }
        let (before, kept) = (self.scratch.clone(), self.entry.events.len());
        let mut busy = Vec::new();
        for _ in 0..MAX_ROUNDS {
            let from = self.entry.events.len();
            let all = news.len();
            let of_each = |(at, news)| {
                self.tell(at, all);
                self.react(news)
            };
            busy = news.iter().enumerate().flat_map(of_each).collect();
            if self.entry.events.len() == from {
                return;
            }
            news = self.news(from);
        }
        let going_on = !news.is_empty();
        if going_on && let Some((account, playbook)) = busy.pop() {
            self.scratch = before;
            self.entry.events.truncate(kept);
            let text = format!(
                "it and other playbooks triggered each other more than {MAX_ROUNDS} times, so none of their changes was saved: change what triggers them"
            );
            self.raise_alert(playbook, &account, &text);
        }
    }

    /// What may set playbooks off of the events from `from` on.
    fn news(&self, from: usize) -> Vec<Occurrence> {
        self.entry.events[from..].iter().filter_map(Occurrence::of).collect()
    }

    /// Whether playbooks may have something to do because of `news`.
    fn may_react_to(&self, news: &Occurrence) -> bool {
        self.late_signal(news).is_some() || self.playbooks.all.iter().any(|each| news.sets_off(&each.on))
    }

    /// The account and the signal of `news`, if that is a signal that came late.
    fn late_signal<'n>(&self, news: &'n Occurrence) -> Option<(&Arc<Account>, &'n Signal)> {
        let (account, signal) = (self.scratch.get(news.account())?, news.signal()?);
        account.signals.last().is_some_and(|last| last.at > signal.at).then_some((account, signal))
    }

    /// What every playbook does that `news` sets off; which ones did, and for whom. A signal that comes late leads where
    /// it would have led in time.
    fn react(&mut self, news: &Occurrence) -> Vec<(AccountId, &'a Playbook)> {
        let Some((in_order, events)) = self.in_order(news) else { return self.react_now(news) };
        let (before, kept) = (self.scratch.clone(), self.entry.events.len());
        let fired = self.react_now(news);
        let stage = |account: &Account| account.placement.as_ref().map(|place| place.stage.clone());
        let Some(known) = self.scratch.get(news.account()) else { return fired };
        if stage(known) == stage(&in_order) && known.stamps == in_order.stamps {
            return fired;
        }
        self.scratch = before;
        self.entry.events.truncate(kept);
        let fired = self.set_off(news, |playbook| !leads_on(playbook));
        if let Some(known) = self.scratch.get(news.account()).cloned() {
            self.push(corrections(&known, &in_order, &events));
        }
        fired
    }

    fn entry_without_events(&self) -> Entry {
        let Entry { by, command, undoes, redoes, .. } = &self.entry;
        let (by, command) = (by.clone(), command.clone());
        let (undoes, redoes) = (undoes.clone(), redoes.clone());
        Entry { by, command, undoes, redoes, events: Vec::new(), ..self.entry }
    }

    /// The account of `news` as it would be had all its signals come in order, and what would have happened, if `news`
    /// is a signal that came late. Only the signals since a person or the clock last placed it count: where one did
    /// after `news`, that stands.
    fn in_order(&self, news: &Occurrence) -> Option<(Arc<Account>, Vec<Event>)> {
        let (known, signal) = self.late_signal(news)?;
        let steps = known.steps();
        let by_signal = |item: &HistoryItem| {
            matches!(item.cause, Cause::Playbook(_)) && item.by != Actor::Clock && item.from.is_some()
        };
        let base = steps.iter().position(|item| !by_signal(item))?;
        let HistoryItem { to: Some(to), at, .. } = steps[base] else { return None };
        // What happened before a file or its facts brought it here leads on, too.
        let is_open_ended =
            matches!(steps[base].cause, Cause::Import | Cause::Playbook(_)) && steps[base].by != Actor::Clock;
        if !is_open_ended && *at >= signal.at {
            return None;
        }
        let pipeline = self.scratch.pipeline();
        let before = steps[base..].iter().filter_map(|item| pipeline.stage(item.to.as_ref()?));
        let before: Vec<[&str; 2]> = before.map(|stage| [stage.id.as_str(), &*stage.bucket]).collect();
        let (later, earlier): (Vec<_>, Vec<_>) =
            known.signals.iter().cloned().partition(|known| is_open_ended || known.at > *at);
        let mut account = (**known).clone();
        let since = match &known.placement {
            Some(place) if base == 0 => place.since,
            Some(_) | None => known.stamps.get(to.as_str()).copied().unwrap_or(*at),
        };
        account.placement = Some(Placement { stage: to.clone(), since });
        // A file may have brought stamps of stages that it never stood in here.
        let is_led = |at: &DateTime<Utc>| {
            later.iter().any(|it| it.at == *at) || steps[..base].iter().any(|item| item.at == *at)
        };
        account
            .stamps
            .retain(|stamp, at| !is_led(at) || before.iter().flatten().any(|known| *known == &**stamp));
        account.history.retain(|item| item.seq <= steps[base].seq);
        account.engaged =
            account.engaged.filter(|at| !later.iter().any(|it| it.data.engages() && it.at == *at));
        account.signals = Arc::new(earlier);
        let mut replay = Transaction {
            scratch: self.scratch.clone(),
            playbooks: self.playbooks,
            entry: self.entry_without_events(),
            now: self.now,
            progress: self.progress,
        };
        let id = account.id.clone();
        replay.scratch.insert_account(Arc::new(account));
        for signal in later {
            let is_first = replay.scratch.get(&id)?.engaged.is_none() && signal.data.engages();
            let first = is_first.then_some(Change::EngagementChanged { from: None, to: Some(signal.at) });
            let recorded = Change::SignalRecorded { signal: signal.clone() };
            replay.push([recorded].into_iter().chain(first).map(|change| change.on(&id)).collect());
            replay.set_off(&Occurrence::Signal(id.clone(), Box::new(signal)), leads_on);
        }
        let mut in_order = replay.scratch.get(&id)?.clone();
        // What a signal dated ahead did, it did when it was told, which is before now.
        for (stamp, at) in
            Arc::make_mut(&mut in_order).stamps.iter_mut().filter(|(_, at)| **at >= self.now.at)
        {
            *at = known.stamps.get(stamp).copied().unwrap_or(*at);
        }
        Some((in_order, replay.entry.events))
    }

    /// What every playbook does that `news` sets off. Where that puts a card somewhere in the past, what happened since and
    /// is recorded already leads on from there.
    fn react_now(&mut self, news: &Occurrence) -> Vec<(AccountId, &'a Playbook)> {
        let from = self.entry.events.len();
        let mut fired = self.set_off(news, |_| true);
        let moved = self.entry.events[from..].iter().any(Event::is_move);
        for later in news.at().filter(|_| moved).map(|at| self.since(news.account(), at)).unwrap_or_default()
        {
            fired.extend(self.set_off(&later, leads_on));
        }
        fired
    }

    /// What happened to `account` after `at`, as it is recorded.
    fn since(&self, account: &AccountId, at: DateTime<Utc>) -> Vec<Occurrence> {
        let Some(known) = self.scratch.get(account) else { return Vec::new() };
        let later = known.signals.iter().filter(|signal| signal.at > at);
        later.map(|signal| Occurrence::Signal(account.clone(), Box::new(signal.clone()))).collect()
    }

    /// What those playbooks do that `news` sets off and `which` admits.
    fn set_off(
        &mut self,
        news: &Occurrence,
        which: impl Fn(&Playbook) -> bool,
    ) -> Vec<(AccountId, &'a Playbook)> {
        let mut fired = Vec::new();
        let playbooks = self.playbooks;
        for playbook in playbooks.all.iter().filter(|each| which(each)) {
            if news.sets_off(&playbook.on)
                && playbook.is_on(&self.scratch)
                && self.applies(playbook, news.account(), news.signal())
                && self.fire(playbook, news.account(), Some(news), &news.occasion(), false)
            {
                fired.push((news.account().clone(), playbook));
            }
        }
        fired
    }

    fn applies(&self, playbook: &Playbook, account: &AccountId, signal: Option<&Signal>) -> bool {
        self.scratch.get(account).is_some_and(|account| applies(playbook, &self.context(account, signal)))
    }

    fn context<'c>(&'c self, account: &'c Account, signal: Option<&'c Signal>) -> EvalContext<'c> {
        EvalContext { board: &self.scratch, account, signal, team: &self.playbooks.team, now: self.now }
    }

    /// Does what `playbook` says. False when that changed nothing.
    fn fire(
        &mut self,
        playbook: &Playbook,
        account: &AccountId,
        news: Option<&Occurrence>,
        occasion: &Occasion,
        once: bool,
    ) -> bool {
        let (signal, since) = (news.and_then(Occurrence::signal), news.and_then(Occurrence::at));
        let id = playbook.id.0.clone();
        let mark = Event::Account {
            account: account.clone(),
            change: Change::PlaybookRan { playbook: id, occasion: occasion.clone(), once },
        };
        let start = self.entry.events.len();
        self.push(vec![mark]);
        let mut refused = None;
        for action in &playbook.then {
            let Some(known) = self.scratch.get(account).cloned() else { break };
            let context = self.context(&known, signal);
            let Some(command) = action.command(playbook, &context) else { continue };
            match decide(&self.scratch, &command, &self.entry.by, Via::Playbook, self.now.at) {
                Ok(mut decision) => {
                    if let Some(since) = since {
                        at_its_time(&mut decision.events, &known, since, self.now);
                    }
                    self.push(decision.events);
                }
                Err(refusal) => refused = Some(refusal),
            }
        }
        if let Some(refusal) = refused {
            self.raise_alert(playbook, account, &refusal.to_string());
        }
        let did = self.entry.events.len() > start + 1;
        if !did && !once {
            self.entry.events.truncate(start);
        }
        did
    }

    /// Raises an alert about `playbook`, once per account until somebody closes it.
    fn raise_alert(&mut self, playbook: &Playbook, account: &AccountId, text: &str) {
        let key = AlertKey::new(AlertKind::Playbook, &format!("{}:{account}", playbook.id));
        let alert = Alert {
            text: Some(format!("{}: {text}", playbook.title).into()),
            ..new_alert(&key, AlertKind::Playbook, account, &self.scratch, &self.playbooks.team, self.now)
        };
        let raise = Command::ChangeAlert { key, change: AlertChange::Raise(Box::new(alert)) };
        if let Ok(decision) = decide(&self.scratch, &raise, &self.entry.by, Via::Playbook, self.now.at) {
            self.push(decision.events);
        }
    }

    /// Lets the playbooks that go by time do what is due, each once per occasion.
    fn sweep(&mut self) {
        self.close_past();
        let timed: Vec<&Playbook> = self.playbooks.all.iter().filter(|each| each.on.is_timed()).collect();
        let known = schedule::concerned(&timed, &self.scratch);
        // Every minute every account is asked, while a key may wait for the answer.
        let now = &self.now;
        let due = parallel::map(&known, |account| {
            timed.iter().any(|each| schedule::unserved(each, account, now).is_some())
        });
        let due = known.into_iter().zip(due).filter(|(_, is_due)| *is_due);
        let mut accounts: Vec<AccountId> = due.map(|(account, _)| account.id.clone()).collect();
        accounts.sort();
        for id in &accounts {
            for playbook in &timed {
                let Some(account) = self.scratch.get(id) else { continue };
                let Some(occasion) = schedule::unserved(playbook, account, &self.now) else { continue };
                if !playbook.is_on(&self.scratch)
                    || !self.applies(playbook, id, None)
                    || gone_by_file(&self.scratch, account, &self.now).is_some()
                {
                    continue;
                }
                let from = self.entry.events.len();
                self.fire(playbook, id, None, &occasion, true);
                self.cascade(from);
            }
        }
    }

    /// A bill whose day has passed is no longer upcoming.
    fn close_past(&mut self) {
        let today = self.now.today();
        let past = self.scratch.awake_alerts().filter(|alert| {
            alert.kind == AlertKind::LargeInvoice
                && !alert.is_closed()
                && alert.due.is_some_and(|due| due < today)
        });
        let keys: Vec<AlertKey> = past.map(|alert| alert.key.clone()).collect();
        for key in keys {
            let change = AlertChange::Close { outcome: "its day has passed".into() };
            let close = Command::ChangeAlert { key, change };
            if let Ok(decision) = decide(&self.scratch, &close, &self.entry.by, Via::Playbook, self.now.at) {
                self.push(decision.events);
            }
        }
    }
}

/// Lets a card enter where what was so `since` then puts it at that time, not when we heard of it; but not before the
/// signal that put it where it stood, nor in the future.
fn at_its_time(events: &mut [Event], account: &Account, since: DateTime<Utc>, now: Now) {
    let put = account
        .placement
        .as_ref()
        .filter(|place| account.signals.iter().any(|known| known.at == place.since));
    let then = put.map_or(since, |place| place.since.max(since)).min(now.at);
    for event in events {
        match event {
            Event::Account { change: Change::Moved { to: Some(place), .. }, .. } => place.since = then,
            Event::Account { change: Change::StampSet { at, .. }, .. }
            | Event::Account { change: Change::EngagementChanged { to: Some(at), .. }, .. } => *at = then,
            _ => {}
        }
    }
}

/// Whether every condition of `playbook` holds in `context`.
pub fn applies(playbook: &Playbook, context: &EvalContext<'_>) -> bool {
    applies_all(playbook.when.iter(), context)
}
