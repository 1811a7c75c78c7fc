//! What happened, and where the card goes: every row of `rules.toml`, played on a board.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use gangplank::playbook::{ExchangeRates, Playbooks, Team, stays};
use gangplank::prose::no_effect;
use gangplank::state::query::attention::{self, RenewalThresholds};
use gangplank::state::query::unmatched;
use gangplank::state::values::signal::{CallOutcome, SignalKind};
use gangplank::state::{
    AccountFacts, AccountRef, AlertChange, AlertKey, AlertState, Command, FactKey, FactKind, FactValue,
    FindingKind, PossibleDuplicate, Signal, SignalData, SignalId, SignalKey, Submission,
};
use gangplank::store::MemoryStore;
use serde::Deserialize;

use crate::support::{World, amount, day, forced, id, import, moved, playbooks, row};

/// `rules.toml`, which people read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    rule: Vec<Rule>,
}

/// One row.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    says: String,
    #[serde(default = "nowhere")]
    start: String,
    #[serde(default)]
    facts: String,
    #[serde(default)]
    bolt: Option<String>,
    #[serde(default = "utc")]
    zone: Tz,
    happens: Vec<String>,
    expect: Vec<String>,
    today: Option<Vec<String>>,
    #[serde(default)]
    stamps: BTreeMap<String, String>,
    told: Option<String>,
}

fn nowhere() -> String {
    "off".to_owned()
}

fn utc() -> Tz {
    Tz::UTC
}

/// The shipped playbooks, of a team of two; Magda gets the alerts of accounts nobody owns.
pub(crate) fn of_a_team() -> Arc<Playbooks> {
    let specialists = vec!["dan@example.com".into(), "magda@example.com".into()];
    let mut rates = ExchangeRates::default();
    let of = |code: &str| code.parse().expect("a currency");
    assert!(rates.insert(of("TRY"), of("USD"), 0.03));
    let team = Team { specialists, fallback: Some("magda@example.com".into()), rates, ..Team::default() };
    Arc::new(Playbooks { team, ..(*playbooks()).clone() })
}

/// Reads `forecasted_mrr = 836 USD; plan = startup`.
fn facts(text: &str) -> gangplank::state::FactValues {
    let each = text.split(';').map(str::trim).filter(|said| !said.is_empty());
    let each = each.map(|said| {
        let (key, value) = said.split_once(" = ").expect("a fact is written KEY = VALUE");
        let key = FactKey::parse(key).expect("a fact we know");
        let value = match key.kind() {
            FactKind::Money => amount(value),
            FactKind::Date => day(value),
            FactKind::Number => FactValue::Number(value.parse().expect("a number")),
            FactKind::Text => FactValue::Text(value.into()),
            FactKind::Flag => FactValue::Flag(value == "yes"),
            FactKind::List => FactValue::List(value.split(", ").map(Into::into).collect()),
        };
        (key, value)
    });
    each.collect()
}

/// The words of a line that are still to be read.
struct Words<'a>(Vec<&'a str>);

impl<'a> Words<'a> {
    fn next(&mut self) -> Option<&'a str> {
        (!self.0.is_empty()).then(|| self.0.remove(0))
    }

    fn must(&mut self, what: &str) -> &'a str {
        self.next().unwrap_or_else(|| panic!("{what} is missing"))
    }

    /// What follows `word`: so many words, joined.
    fn after(&mut self, word: &str, count: usize) -> Option<String> {
        let at = self.0.iter().position(|known| *known == word)?;
        let end = at.saturating_add(count).saturating_add(1).min(self.0.len());
        let said = self.0.drain(at..end).skip(1).collect::<Vec<_>>().join(" ");
        Some(said)
    }
}

fn moment(text: &str, zone: Tz) -> DateTime<Utc> {
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("YYYY-MM-DD HH:MM");
    zone.from_local_datetime(&local).earliest().expect("a time there is").to_utc()
}

/// A rule while it is played.
struct Play<'a> {
    rule: &'a Rule,
    world: World,
    signals: Vec<Command>,
    refused: Vec<String>,
    told: String,
}

impl<'a> Play<'a> {
    fn new(rule: &'a Rule) -> Self {
        let store = MemoryStore::new();
        let mut before = World::with(&store, Arc::default());
        let first = moment(&rule.happens[0][..16], rule.zone);
        before.now.at = first - TimeDelta::days(1);
        before.now.zone = rule.zone;
        let mut way = rule.start.split(" > ");
        let mut acme = row("acme", "Acme");
        acme.facts.extend(facts(&rule.facts));
        acme.stage = way.next().filter(|stage| *stage != "off").map(Into::into);
        let mut rows = vec![acme];
        if let Some(known) = &rule.bolt {
            let mut bolt = row("bolt", "Bolt");
            bolt.facts.extend(facts(known));
            rows.push(bolt);
        }
        before.does(&import(&rows));
        for stage in way {
            before.does(&forced("acme", stage, "it went that way"));
        }
        let mut world = World::with(&store, of_a_team());
        world.now = before.now;
        Self { rule, world, signals: Vec::new(), refused: Vec::new(), told: String::new() }
    }

    fn step(&mut self, line: &str) {
        self.world.now.at = moment(&line[..16], self.rule.zone);
        let mut words = Words(line[16..].split_whitespace().collect());
        let said = match &line[16..] {
            " clock" => Ok(self.world.sweeps()),
            " sweep" => self.world.tries(Submission::Sweep),
            _ => {
                let command = self.command(&mut words);
                if matches!(command, Command::RecordSignal { .. }) {
                    self.signals.push(command.clone());
                }
                self.world.tries(&command)
            }
        };
        match said {
            Ok(entry) => {
                let (board, now) = (self.world.board(), self.world.now);
                let why = entry
                    .and_then(|entry| stays(board, &of_a_team(), &entry, now).map(|it| no_effect::text(&it)));
                self.told = why.unwrap_or_default();
            }
            Err(refusal) => self.refused.push(format!("refused: {refusal}")),
        }
    }

    fn command(&self, words: &mut Words<'_>) -> Command {
        let zone = self.rule.zone;
        let reason = words.after("because", usize::MAX);
        let verb = words.must("what happened");
        if let Some(kind) = SignalKind::parse(verb) {
            return self.signal(kind, words, reason);
        }
        match verb {
            "import" => Command::Import {
                source: "import accounts.csv".into(),
                rows: vec![AccountFacts { facts: facts(&words.0.join(" ")), ..AccountFacts::new("acme") }]
                    .into(),
                take_stages: false,
            },
            "whole-export" => compared(words.must("a file"), words.next() == Some("with"), true, None),
            "part-of-export" => compared(words.must("a file"), words.next() == Some("with"), false, None),
            "looks-like" => {
                let known = words.must("an account");
                compared("crm.csv", true, false, Some(("acme", known, words.must("a fact"))))
            }
            "bolt-looks-like-acme" => {
                compared("crm.csv", false, true, Some(("bolt", "acme", words.must("a fact"))))
            }
            "not-so" => Command::DismissFinding {
                account: id("acme"),
                finding: FindingKind::ALL
                    .into_iter()
                    .find(|kind| kind.word() == words.0[0])
                    .expect("a finding"),
            },
            "merge" => Command::Merge { from: id(words.must("an account")), into: id("acme") },
            "import-blank" => {
                let cleared = [FactKey::parse(words.must("a fact")).expect("a fact we know")].into();
                Command::Import {
                    source: "import accounts.csv".into(),
                    rows: vec![AccountFacts { cleared, ..AccountFacts::new("acme") }].into(),
                    take_stages: false,
                }
            }
            "undo" => Command::Undo,
            "redo" => Command::Redo,
            "move" => {
                let to = words.must("a stage");
                reason.map_or_else(|| moved("acme", to), |reason| forced("acme", to, &reason))
            }
            "snooze" => Command::Snooze {
                account: id("acme"),
                until: words.after("until", 2).map(|text| moment(&text, zone)),
            },
            "match" | "match-and-remember" => Command::MatchSignal {
                signal: SignalId::new(words.must("a signal")),
                account: Some(id(words.must("an account"))),
                remember: verb == "match-and-remember",
            },
            "dismiss" => Command::MatchSignal {
                signal: SignalId::new(words.must("a signal")),
                account: None,
                remember: false,
            },
            "own" => Command::AssignOwner { account: id("acme"), owner: words.next().map(Into::into) },
            "assign" => Command::ChangeAlert {
                key: AlertKey::parse(words.must("an alert")),
                change: AlertChange::Assign { assignee: words.next().map(Into::into) },
            },
            "close" => Command::ChangeAlert {
                key: AlertKey::parse(words.must("an alert")),
                change: AlertChange::Close { outcome: reason.expect("how it ended").into() },
            },
            "switch-off" => Command::SwitchPlaybook { playbook: words.must("a playbook").into(), on: false },
            other => panic!("nothing is called `{other}`"),
        }
    }

    fn signal(&self, kind: SignalKind, words: &mut Words<'_>, reason: Option<String>) -> Command {
        let zone = self.rule.zone;
        let by = words.after("by", 1).map(Into::into);
        let at = words.after("late", 2).map_or(self.world.now.at, |text| moment(&text, zone));
        let said = words.after("id", 1);
        let signal_id = said.unwrap_or_else(|| format!("evt-{}", self.signals.len() + 1));
        let named = words.after("to", 2).map_or(AccountRef::Id(id("acme")), |named| {
            let (how, who) = named.split_once(' ').expect("to KIND WHO");
            match how {
                "email" => AccountRef::Email(who.into()),
                "domain" => AccountRef::Domain(who.into()),
                "account" => AccountRef::Id(id(who)),
                system => AccountRef::Other(system.into(), who.into()),
            }
        });
        let what = what(kind, words, reason, zone);
        assert!(words.0.is_empty(), "nobody reads {:?}", words.0);
        let signal = Signal {
            template: None,
            id: SignalId::new(&signal_id),
            at,
            by,
            source: "test".into(),
            data: what,
        };
        Command::RecordSignal { account: named, signal }
    }

    /// All that is known in the end.
    fn picture(&self) -> Vec<String> {
        let world = &self.world;
        let local = |at: DateTime<Utc>| at.with_timezone(&self.rule.zone).format("%Y-%m-%d %H:%M");
        let acme = world.account("acme");
        let mut said = match acme.history.last() {
            Some(last) if acme.placement.is_some() => {
                let cause = last.cause.to_string();
                vec![format!("{} by {}", world.stage("acme"), cause.trim_start_matches("playbook:"))]
            }
            _ => vec![world.stage("acme").to_owned()],
        };
        said.extend(acme.engaged.map(|_| "engaged".to_owned()));
        said.extend(acme.segments.iter().map(|segment| format!("in {segment}")));
        said.extend(acme.calls.iter().map(|(call, known)| {
            let outcome = match known.outcome {
                None => "",
                Some(CallOutcome::Held) => ", held",
                Some(CallOutcome::NoShow) => ", nobody came",
                Some(CallOutcome::Canceled) => ", canceled",
            };
            format!("call {call} {}{outcome}", local(known.starts_at))
        }));
        said.extend(
            acme.tasks.values().map(|task| {
                format!("task {}{}", task.title, if task.done.is_some() { ", done" } else { "" })
            }),
        );
        said.extend(acme.snooze.as_ref().map(|snooze| format!("snoozed until {}", local(snooze.until))));
        for alert in world.board().alerts() {
            let state = match &alert.state {
                AlertState::Open => "open".to_owned(),
                AlertState::Snoozed { .. } => "snoozed".to_owned(),
                AlertState::Closed { outcome, .. } => format!("closed ({outcome})"),
            };
            let mut line = format!("alert {} {state}", alert.key);
            line.extend(alert.assignee.iter().map(|who| format!(", for {who}")));
            line.extend(alert.amount.iter().map(|amount| format!(", {amount}")));
            line.extend((alert.attempts > 0).then(|| format!(", attempt {}", alert.attempts)));
            line.extend(alert.due.iter().map(|due| format!(", due {due}")));
            line.extend(alert.text.iter().map(|text| format!(": {text}")));
            said.push(line);
        }
        for waiting in world.board().unmatched() {
            let state = if waiting.dismissed { "dismissed" } else { "waits" };
            let by_now = unmatched::waiting(world.board());
            let by_now = by_now.iter().find(|it| it.unmatched.signal.id == waiting.signal.id);
            let candidates = by_now.map_or(&waiting.candidates, |it| &it.candidates);
            let candidates: Vec<String> = candidates.iter().map(ToString::to_string).collect();
            said.push(format!(
                "{state}: {} ({}): {}",
                waiting.signal.id,
                waiting.named,
                candidates.join(", ")
            ));
        }
        said.extend(self.refused.iter().cloned());
        said
    }

    fn today(&self) -> Vec<String> {
        let rules = of_a_team().attention_rules(RenewalThresholds { soon: 14, urgent: 10 });
        let mut all = attention::today(self.world.board(), &self.world.now, &rules);
        all.retain(|each| each.account == id("acme"));
        let reasons = all.into_iter().flat_map(|each| each.reasons);
        reasons.map(|reason| reason.word().to_owned()).collect()
    }
}

/// A file that has acme in it, or not, was compared with the board; perhaps one of them is new and may be a known account.
fn compared(file: &str, has_acme: bool, is_whole: bool, like: Option<(&str, &str, &str)>) -> Command {
    let duplicate = |(new, known, fact): (&str, &str, &str)| PossibleDuplicate {
        id: id(new),
        known: id(known),
        same: AccountRef::Domain("acme.example".into()),
        by: FactKey::parse(fact).expect("a fact we know"),
    };
    Command::CompareExport {
        export: file.into(),
        ids: has_acme.then(|| id("acme")).into_iter().collect(),
        is_whole,
        duplicates: like.map(duplicate).into_iter().collect(),
    }
}

fn what(kind: SignalKind, words: &mut Words<'_>, reason: Option<String>, zone: Tz) -> SignalData {
    let call = |words: &mut Words<'_>| Arc::<str>::from(words.must("a call"));
    let times = |words: &mut Words<'_>| {
        let text = words.0.drain(..2).collect::<Vec<_>>().join(" ");
        let starts_at = moment(&text, zone);
        (starts_at, starts_at + TimeDelta::minutes(30))
    };
    let of =
        |words: &mut Words<'_>| words.after("of", 2).expect("of AMOUNT CURRENCY").parse().expect("an amount");
    match kind {
        SignalKind::OutreachSent => SignalData::OutreachSent,
        SignalKind::ReplyReceived => SignalData::ReplyReceived { auto: words.next() == Some("auto") },
        SignalKind::EmailBounced => SignalData::EmailBounced {
            outreach: words.after("of", 1).map(|id| SignalId::new(&id)),
            to: std::iter::from_fn(|| words.next().map(Into::into)).collect(),
        },
        SignalKind::CallBooked => {
            let call = call(words);
            let (starts_at, ends_at) = times(words);
            SignalData::CallBooked { call, event: None, starts_at, ends_at }
        }
        SignalKind::CallRescheduled => {
            let call = call(words);
            let (starts_at, ends_at) = times(words);
            SignalData::CallRescheduled { call, was: None, event: None, starts_at, ends_at }
        }
        SignalKind::CallCanceled => SignalData::CallCanceled { call: call(words) },
        SignalKind::CallHeld => SignalData::CallHeld { call: words.next().map(Into::into) },
        SignalKind::CallNoShow => SignalData::CallNoShow { call: words.next().map(Into::into) },
        SignalKind::CallNoShowWithdrawn => SignalData::CallNoShowWithdrawn { call: call(words) },
        SignalKind::FinalOutreachSent => SignalData::FinalOutreachSent,
        SignalKind::Handoff => SignalData::Handoff { reason: reason.unwrap_or_default().into() },
        SignalKind::SubscriptionCanceled => match words.next() {
            None => SignalData::SubscriptionCanceled,
            Some(subscription) => SignalData::SubscriptionEnded { subscription: subscription.into() },
        },
        SignalKind::SubscriptionCancelScheduled => SignalData::SubscriptionCancelScheduled {
            period_end: words.after("until", 1).expect("until DAY").parse().expect("a day"),
            subscription: words.must("a subscription").into(),
        },
        SignalKind::SubscriptionCancelWithdrawn => {
            SignalData::SubscriptionCancelWithdrawn { subscription: words.must("a subscription").into() }
        }
        SignalKind::PaidCallPurchased => SignalData::PaidCallPurchased,
        SignalKind::InvoiceUpcoming => SignalData::InvoiceUpcoming {
            amount: of(words),
            period_end: words.after("until", 1).expect("until DAY").parse().expect("a day"),
            subscription: words.must("a subscription").into(),
        },
        SignalKind::InvoicePaymentFailed => SignalData::InvoicePaymentFailed {
            amount: of(words),
            attempt: words.after("attempt", 1).map_or(1, |text| text.parse().expect("a number")),
            subscription: words.after("for", 1).map(Into::into),
            invoice: words.must("an invoice").into(),
            next_attempt: None,
        },
        SignalKind::InvoicePaid => {
            let subscription = words.after("for", 1).map(Into::into);
            SignalData::InvoicePaid { invoice: words.must("an invoice").into(), subscription }
        }
        SignalKind::InvoiceVoided => {
            SignalData::InvoiceVoided { invoice: words.must("an invoice").into(), subscription: None }
        }
        SignalKind::InvoiceUncollectible => {
            SignalData::InvoiceUncollectible { invoice: words.must("an invoice").into(), subscription: None }
        }
        SignalKind::FactsChanged => {
            SignalData::FactsChanged { facts: facts(&words.0.drain(..).collect::<Vec<_>>().join(" ")) }
        }
    }
}

#[test]
fn cards_go_where_the_table_says() {
    let table: Table = toml::from_str(include_str!("rules.toml")).expect("rules.toml is a table of rules");
    let mut wrong = Vec::new();
    for rule in &table.rule {
        let mut play = Play::new(rule);
        for line in &rule.happens {
            play.step(line);
        }
        let (picture, today) = (play.picture(), play.today());
        if picture != rule.expect {
            wrong.push(format!("{}:\n  it comes to {picture:#?}\n  table: {:#?}", rule.says, rule.expect));
        }
        if rule.today.as_ref().is_some_and(|expected| *expected != today) {
            wrong.push(format!("{}:\n  today says {today:?}\n  table: {:?}", rule.says, rule.today));
        }
        let entered = |stamp: &str| {
            let at = play.world.account("acme").stamps.get(stamp);
            at.map(|at| at.with_timezone(&rule.zone).format("%Y-%m-%d %H:%M").to_string())
        };
        for (stamp, at) in &rule.stamps {
            if entered(stamp).as_ref() != Some(at) {
                let is = entered(stamp);
                wrong.push(format!("{}:\n  it entered {stamp} {is:?}\n  table: {at}", rule.says));
            }
        }
        if rule.told.as_ref().is_some_and(|told| *told != play.told) {
            wrong.push(format!("{}:\n  told {:?}\n  table: {:?}", rule.says, play.told, rule.told));
        }
        // Whatever was told is told once more, and changes nothing.
        let seq = play.world.board().seq();
        for signal in &play.signals {
            if play.world.board().knows_signal(&signal_key(signal)) {
                assert_eq!(play.world.tries(signal), Ok(None), "{}: {}, twice", rule.says, signal.words());
            }
        }
        assert_eq!(play.world.board().seq(), seq, "{}", rule.says);
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn an_alert_is_open_since_it_happened() {
    let table: Table = toml::from_str(
        r#"
        [[rule]]
        says = "a payment that failed yesterday"
        start = "2"
        happens = ["2024-12-15 10:00 invoice.payment_failed in_1 of 340 USD late 2024-12-14 18:00"]
        expect = []
        "#,
    )
    .expect("a rule");
    let mut play = Play::new(&table.rule[0]);
    play.step(&table.rule[0].happens[0]);
    let opened: Vec<_> = play.world.board().alerts().map(|alert| alert.opened).collect();
    assert_eq!(opened, [moment("2024-12-14 18:00", Tz::UTC)]);
}

fn signal_key(command: &Command) -> SignalKey {
    match command {
        Command::RecordSignal { signal, .. } => signal.key(),
        other => panic!("{} is no signal", other.words()),
    }
}
