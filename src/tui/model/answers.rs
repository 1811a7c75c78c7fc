//! What a line that is typed about an account means.

mod owners;
pub(in crate::tui) use self::owners::offered;
pub(in crate::tui) mod picks;
mod refunds;
pub(in crate::tui) mod remark;
mod times;

use crate::prose::dates;
use crate::prose::lists::{plural, sentence_case};
use crate::state::decide::placement::stage_before;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{Datelike, TimeDelta, Weekday};

use crate::state::values::signal::{KEY_SOURCE, SignalKind};
use crate::state::values::when;
use crate::state::{
    Account, AccountId, AccountRef, AlertChange, AlertKey, Cause, Command, FactKey, Now, Reason, Refusal,
    Risk, RiskLevel, Segment, Signal, SignalData, SignalId, StageId, TaskChange,
};
use crate::text;
use crate::tui::model::app::App;
use crate::tui::model::bulk::{Part, Unavailable};
use crate::tui::model::checklist;
use crate::tui::model::prompt::Purpose;

/// How long a call lasts when nobody says.
const CALL: TimeDelta = TimeDelta::minutes(30);

/// The purpose in words.
pub(in crate::tui) fn label(app: &App, accounts: &[AccountId], purpose: &Purpose) -> String {
    let name = match accounts {
        [one] => app.short_name(one),
        several => plural(several.len(), "account", "accounts"),
    };
    let alerts = |keys: &[AlertKey]| match keys {
        [_] => format!("{name}'s alert"),
        several => plural(several.len(), "alert", "alerts"),
    };
    match purpose {
        Purpose::CallBooked => format!("Call with {name} at?"),
        Purpose::Handoff => format!("Reason to hand {name} off to sales?"),
        Purpose::Risk => format!("Payment risk of {name}?"),
        Purpose::Owner => format!("Owner of {name}?"),
        Purpose::Segment => format!("Segment for {name} to join or leave?"),
        Purpose::ClearFact => format!("Clear which fact of {name}?"),
        Purpose::Note => format!("Note on {name}:"),
        Purpose::Observation(point) => {
            let title = app.board.pipeline().point(point).map_or(&**point, |point| &*point.title);
            format!("{title}: what did you see at {name}?")
        }
        Purpose::Refund => format!("Refund of {name}:"),
        Purpose::Task => format!("Task for {name}:"),
        Purpose::Snooze if are_snoozed(app, accounts) => {
            format!("Snooze {name} until, or wake?")
        }
        Purpose::Snooze => format!("Snooze {name} until?"),
        Purpose::Force(to) => format!("Reason to move {name} to {to}?"),
        Purpose::Back => format!("Reason to move {name} back a stage?"),
        Purpose::Nothing(_) => "why?".to_owned(),
        Purpose::AlertSnooze(keys) => format!("Snooze {} until?", alerts(keys)),
        Purpose::AlertAssign(keys) => format!("Assign {} to?", alerts(keys)),
        Purpose::AlertClose(keys) => format!("Outcome of {}?", alerts(keys)),
    }
}

/// What an empty answer to `purpose` means: who looks after it now, else the person at this keyboard; the first day there
/// is to pick, unless a snooze may just as well be ended.
fn default(app: &App, accounts: &[AccountId], purpose: &Purpose) -> Option<String> {
    let now = match purpose {
        Purpose::Owner => same(accounts.iter().map(|id| app.board.get(id)?.owner())),
        Purpose::AlertAssign(keys) => same(keys.iter().map(|key| app.board.alert(key)?.assignee.as_deref())),
        Purpose::Snooze if are_snoozed(app, accounts) => return None,
        Purpose::Snooze | Purpose::AlertSnooze(_) => return Some(next_working_day(&app.now).to_owned()),
        // What is to be left by all anyway.
        Purpose::Segment => {
            let retired = |id| app.setup.playbooks.team.retired_segment(app.board.get(id)?);
            return accounts.iter().find_map(retired).map(ToString::to_string);
        }
        Purpose::CallBooked
        | Purpose::Handoff
        | Purpose::Risk
        | Purpose::ClearFact
        | Purpose::Note
        | Purpose::Observation(_)
        | Purpose::Refund
        | Purpose::Task
        | Purpose::Force(_)
        | Purpose::Back
        | Purpose::Nothing(_)
        | Purpose::AlertClose(_) => return None,
    };
    let now = now.map_or_else(|| app.setup.me.to_string(), str::to_owned);
    Some(app.roster().short(&now).to_owned())
}

/// What all of `items` are, where they are all the same.
fn same<T: PartialEq>(mut items: impl Iterator<Item = Option<T>>) -> Option<T> {
    let first = items.next()??;
    items.all(|item| item.as_ref() == Some(&first)).then_some(first)
}

/// The same, as it stands behind a question that offers it nowhere else.
pub(in crate::tui) fn taken(app: &App, accounts: &[AccountId], purpose: &Purpose) -> String {
    default(app, accounts, purpose).map(|name| format!(" ({})", text::clean(&name))).unwrap_or_default()
}

fn are_snoozed(app: &App, accounts: &[AccountId]) -> bool {
    accounts.iter().all(|id| app.board.get(id).is_some_and(|account| account.is_snoozed(app.now.at)))
}

/// Typed for ending a snooze.
const WAKE: &str = "wake";

/// `typed` as far as the names that begin with it go on alike, if the answer to `purpose` is a name.
pub(in crate::tui) fn completed(
    app: &App,
    accounts: &[AccountId],
    purpose: &Purpose,
    typed: &str,
) -> Option<String> {
    let names: BTreeSet<String> = match purpose {
        Purpose::Owner | Purpose::AlertAssign(_) => owners::names(app, typed),
        Purpose::Segment => app.names.segments().map(|(segment, _)| segment.to_string()).collect(),
        Purpose::ClearFact => {
            app.board.get(accounts.first()?).map(|account| fact_names(account).collect())?
        }
        Purpose::Force(_)
        | Purpose::Back
        | Purpose::Nothing(_)
        | Purpose::CallBooked
        | Purpose::Handoff
        | Purpose::Risk
        | Purpose::Note
        | Purpose::Observation(_)
        | Purpose::Refund
        | Purpose::Task
        | Purpose::Snooze
        | Purpose::AlertSnooze(_)
        | Purpose::AlertClose(_) => return None,
    };
    let begins = |name: &String| name.to_lowercase().starts_with(&typed.to_lowercase());
    let alike = names.into_iter().filter(begins).reduce(|common, name| {
        let both = common.chars().zip(name.chars()).take_while(|(a, b)| a == b);
        both.map(|(a, _)| a).collect()
    })?;
    Some(alike).filter(|alike| alike.chars().count() > typed.chars().count())
}

fn fact_names(account: &Account) -> impl Iterator<Item = String> {
    account.facts.keys().map(|key| key.title().into_owned())
}

/// The fact of `account` that `typed` names.
fn fact_named(account: &Account, typed: &str) -> Result<FactKey, String> {
    let is_it = |key: &&FactKey| {
        key.title().to_lowercase() == typed.to_lowercase() || key.to_string() == typed.to_lowercase()
    };
    let found = account.facts.keys().find(is_it).cloned();
    found.ok_or_else(|| format!("No fact of {} is called {typed}", account.name()))
}

/// The segment that `typed` names, as it is written, and whether all of `accounts` are in it.
fn segment_named(app: &App, accounts: &[AccountId], typed: &str) -> (Segment, bool) {
    let is_it = |known: &&Segment| known.to_lowercase() == typed.to_lowercase();
    let named = |id: &AccountId| app.board.get(id)?.segments.iter().find(is_it).cloned();
    let known = accounts.iter().find_map(named);
    let are_in = accounts.iter().all(|id| named(id).is_some());
    known.map_or_else(|| (typed.into(), false), |known| (known, are_in))
}

/// Days people snooze things until, by what they type for them.
const PICKS: [&str; 4] = ["tomorrow", "monday", "in 3 days", "in 1 week"];

/// Which of them is the next day that people work on.
fn next_working_day(now: &Now) -> &'static str {
    match now.today().weekday() {
        Weekday::Fri | Weekday::Sat => PICKS[1],
        Weekday::Mon | Weekday::Tue | Weekday::Wed | Weekday::Thu | Weekday::Sun => PICKS[0],
    }
}

/// What to ask about an answer that may not be meant: taken again, it is.
pub(in crate::tui) fn doubt(app: &App, purpose: &Purpose, answer: &str) -> Option<String> {
    let doubt = match purpose {
        Purpose::Owner => owners::doubt(app, owners::parts(answer).0),
        Purpose::AlertAssign(_) => owners::doubt_about(app, answer),
        Purpose::Force(_)
        | Purpose::Back
        | Purpose::Nothing(_)
        | Purpose::CallBooked
        | Purpose::Handoff
        | Purpose::Risk
        | Purpose::Segment
        | Purpose::ClearFact
        | Purpose::Note
        | Purpose::Observation(_)
        | Purpose::Refund
        | Purpose::Task
        | Purpose::Snooze
        | Purpose::AlertSnooze(_)
        | Purpose::AlertClose(_) => None,
    };
    doubt.map(|doubt| text::clean(&doubt).into_owned())
}

/// What is made of the answer so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::tui) enum Understood {
    /// What it means.
    Meant(String),
    /// What it means, and why that may not be what is wanted. Enter takes it all the same.
    Doubtful(String),
    /// What one may write.
    Hint(String),
}

impl From<Result<String, String>> for Understood {
    fn from(result: Result<String, String>) -> Self {
        match result {
            Ok(meant) => Self::Meant(meant),
            Err(hint) => Self::Hint(hint),
        }
    }
}

/// What is understood of the answer so far, where that is no plain text; what one may write, before anything is.
pub(in crate::tui) fn understood(
    app: &App,
    accounts: &[AccountId],
    purpose: &Purpose,
    answer: &str,
) -> Option<Understood> {
    let now = &app.now;
    Some(Understood::from(match (purpose, answer.trim()) {
        (Purpose::Owner, "") => Err(owners::hint(app, true, accounts.len() > 1)),
        (Purpose::AlertAssign(_), "") => Err(owners::hint(app, false, false)),
        (Purpose::CallBooked, answer) => return Some(times::call(answer, now)),
        (Purpose::Handoff, "") => Ok(handoff_reason(app, accounts)?),
        (Purpose::Task, answer) => times::task(answer, now),
        (Purpose::Refund, answer) => refunds::understood(app, accounts, answer),
        (Purpose::Snooze, WAKE) => Ok("no longer snoozed".to_owned()),
        (Purpose::Snooze, answer) => return Some(times::snooze(app, accounts, answer)),
        (Purpose::AlertSnooze(_), answer) => return Some(times::snooze(app, &[], answer)),
        (Purpose::Owner, answer) => owners::understood_change(app, answer)?,
        (Purpose::AlertAssign(_), answer) => Ok(owners::understood(app, answer)?),
        (Purpose::Risk, "") => Err("a level and a reason: high card expired twice".to_owned()),
        (Purpose::Risk, answer) => risk(answer).and_then(|Risk { level, reason }| match (reason, level) {
            (None, RiskLevel::None) => Ok(level.to_string()),
            (None, RiskLevel::Low | RiskLevel::Medium | RiskLevel::High) => {
                Err(format!("A {level} risk needs a reason"))
            }
            (Some(reason), _) => Ok(format!("{level}: {reason}")),
        }),
        (Purpose::ClearFact, answer) => {
            let account = app.board.get(accounts.first()?)?;
            let named = fact_named(account, answer);
            named
                .map(|key| {
                    format!(
                        "clears {}: {}",
                        key.title(),
                        account.fact(&key).map_or_else(String::new, |value| dates::fact(now, value))
                    )
                })
                .map_err(|_| fact_names(account).collect::<Vec<_>>().join(" · "))
        }
        (Purpose::Segment, "") if let Some(retired) = default(app, accounts, purpose) => {
            return understood(app, accounts, purpose, &retired);
        }
        (Purpose::Segment, "") => {
            let all = accounts.iter().filter_map(|id| app.board.get(id)).flat_map(|known| &known.segments);
            let segments: BTreeSet<&str> = all.map(|segment| &**segment).collect();
            let segments = segments.into_iter().collect::<Vec<_>>().join(" · ");
            Err(if segments.is_empty() { "in no segment".to_owned() } else { format!("in {segments}") })
        }
        (Purpose::Segment, answer) => match (segment_named(app, accounts, answer), accounts.len()) {
            ((segment, true), 1) => Ok(format!("leaves {segment}")),
            ((segment, false), 1) => Ok(format!("joins {segment}")),
            ((segment, true), _) => Ok(format!("all leave {segment}")),
            ((segment, false), _) => Ok(format!("all join {segment}")),
        },
        (
            Purpose::Handoff
            | Purpose::Note
            | Purpose::Observation(_)
            | Purpose::Force(_)
            | Purpose::Back
            | Purpose::Nothing(_)
            | Purpose::AlertClose(_),
            _,
        ) => return None,
    }))
}

/// The commands that `answer` to `purpose` means for each of `accounts`.
///
/// # Errors
/// What is wrong with the answer, in a sentence.
pub(in crate::tui) fn answered(
    app: &App,
    accounts: &[AccountId],
    purpose: &Purpose,
    answer: &str,
) -> Result<Vec<Part>, String> {
    let default = default(app, accounts, purpose).unwrap_or_default();
    let answer = if answer.trim().is_empty() { &default } else { answer.trim() };
    let each =
        |make: &dyn Fn(&AccountId) -> Command| Ok(accounts.iter().map(|id| Ok(vec![make(id)])).collect());
    match purpose {
        Purpose::Nothing(why) => Err(why.clone()),
        Purpose::Force(to) if answer.is_empty() => Err(format!("Moving it to {to} needs a reason")),
        Purpose::Force(to) => each(&|id| forced(id, to, answer)),
        Purpose::Back if answer.is_empty() => Err("Moving back a stage needs a reason".to_owned()),
        Purpose::Back => {
            let back = |id| match stage_before(&app.board, id) {
                Ok(to) => Ok(vec![forced(id, &to, answer)]),
                Err(refusal) => Err(refusal.into()),
            };
            Ok(accounts.iter().map(back).collect())
        }
        Purpose::CallBooked => {
            let starts_at =
                when::exactly(answer, &app.now).map_err(|error| sentence_case(&error.to_string()))?;
            each(&|id| {
                let call = format!("{KEY_SOURCE}:{id}:{}", starts_at.timestamp()).into();
                signal(
                    app,
                    id,
                    SignalData::CallBooked { call, event: None, starts_at, ends_at: starts_at + CALL },
                )
            })
        }
        Purpose::Handoff => {
            let suggested = handoff_reason(app, accounts).filter(|_| answer.is_empty());
            let reason = suggested.as_deref().unwrap_or(answer);
            if reason.is_empty() {
                return Err("A handoff needs a reason".to_owned());
            }
            each(&|id| signal(app, id, SignalData::Handoff { reason: reason.into() }))
        }
        Purpose::Risk => {
            let risk = risk(answer)?;
            each(&|id| Command::SetRisk { account: id.clone(), risk: risk.clone() })
        }
        Purpose::Owner => {
            let answer = owners::answer(app, answer)?;
            let give = |(turn, id): (usize, &AccountId)| match (answer.at(turn).cloned(), answer.until) {
                (Some(owner), Some(until)) => Command::Cover { account: id.clone(), owner, until },
                (owner, _) => Command::AssignOwner { account: id.clone(), owner },
            };
            Ok(accounts.iter().enumerate().map(|turn| Ok(vec![give(turn)])).collect())
        }
        Purpose::Segment | Purpose::ClearFact if answer.is_empty() => {
            Err("Write a name, or complete one with tab".to_owned())
        }
        Purpose::Segment => {
            let (segment, leave) = segment_named(app, accounts, answer);
            each(&|id| {
                let (account, segment, cause) = (id.clone(), segment.clone(), Cause::Hand);
                if leave {
                    Command::LeaveSegment { account, segment, cause }
                } else {
                    Command::JoinSegment { account, segment, cause }
                }
            })
        }
        Purpose::ClearFact => {
            let known = accounts.first().and_then(|id| app.board.get(id));
            let known = known.ok_or_else(|| "This account no longer exists".to_owned())?;
            let key = fact_named(known, answer)?;
            each(&|id| Command::ClearFact { key: key.clone(), account: id.clone() })
        }
        Purpose::Observation(point) => Ok(checklist::observed(app, accounts, point, answer)),
        Purpose::Refund => refunds::answered(app, accounts, answer),
        Purpose::Note if answer.is_empty() => Err(sentence_case(&Refusal::EmptyNote.to_string())),
        Purpose::Note => each(&|id| Command::AddNote { account: id.clone(), text: answer.into() }),
        Purpose::Task if answer.is_empty() => Err(sentence_case(&Refusal::EmptyTask.to_string())),
        Purpose::Task => {
            let (due, title) =
                when::task(answer, &app.now).map_err(|error| sentence_case(&error.to_string()))?;
            each(&|id| Command::ChangeTask {
                account: id.clone(),
                task: None,
                change: TaskChange::Add { title: title.into(), due, done_on: Vec::new() },
            })
        }
        Purpose::AlertSnooze(keys) => {
            let until = times::moment(app, answer)?;
            Ok(alerts(app, accounts, keys, &AlertChange::Snooze { until }))
        }
        Purpose::AlertAssign(keys) => {
            Ok(alerts(app, accounts, keys, &AlertChange::Assign { assignee: owners::owner(app, answer) }))
        }
        Purpose::AlertClose(_) if answer.is_empty() => Err("Closing an alert needs an outcome".to_owned()),
        Purpose::AlertClose(keys) => {
            Ok(alerts(app, accounts, keys, &AlertChange::Close { outcome: answer.into() }))
        }
        Purpose::Snooze => {
            let until =
                if answer.eq_ignore_ascii_case(WAKE) { None } else { Some(times::moment(app, answer)?) };
            each(&|id| Command::Snooze { account: id.clone(), until })
        }
    }
}

fn forced(account: &AccountId, to: &StageId, reason: &str) -> Command {
    Command::Move {
        account: account.clone(),
        to: to.clone(),
        reason: Some(reason.into()),
        force: true,
        cause: Cause::Hand,
    }
}

/// The same change of the alerts of `keys`, by the accounts they are about.
pub(in crate::tui) fn alerts(
    app: &App,
    accounts: &[AccountId],
    keys: &[AlertKey],
    change: &AlertChange,
) -> Vec<Part> {
    let mut by_account: HashMap<&AccountId, Vec<Command>> = HashMap::new();
    for key in keys {
        if let Some(alert) = app.board.alert(key) {
            let command = Command::ChangeAlert { key: key.clone(), change: change.clone() };
            by_account.entry(&alert.account).or_default().push(command);
        }
    }
    accounts.iter().map(|id| by_account.remove(id).ok_or(NO_ALERT)).collect()
}

const NO_ALERT: Unavailable = Unavailable::Unnamed("There is no alert to change");

pub(in crate::tui) fn signal(app: &App, account: &AccountId, what: SignalData) -> Command {
    let by: Arc<str> = app.setup.me.clone().into();
    // The same key twice within a millisecond on one card is one press.
    let id = format!("{KEY_SOURCE}:{account}:{}:{}", what.kind().word(), app.now.at.timestamp_millis());
    let signal = Signal {
        template: None,
        id: SignalId::new(&id),
        at: app.now.at,
        by: Some(by),
        source: KEY_SOURCE.into(),
        data: what,
    };
    Command::RecordSignal { account: AccountRef::Id(account.clone()), signal }
}

fn risk(answer: &str) -> Result<Risk, String> {
    let (word, why) = answer.split_once(char::is_whitespace).unwrap_or((answer, ""));
    let word = word.trim_end_matches([',', ':']).to_lowercase();
    let level =
        RiskLevel::ALL.iter().copied().find(|level| !word.is_empty() && level.to_string().starts_with(&word));
    let level = level.ok_or_else(|| format!("`{word}` is not a risk: use none, low, medium or high"))?;
    let reason = (!why.trim().is_empty()).then(|| why.trim().into());
    Ok(Risk { level, reason })
}

/// Why the one of `accounts` should be handed off, where a task or a file says so: what an empty answer stands for.
fn handoff_reason(app: &App, accounts: &[AccountId]) -> Option<String> {
    let [account] = accounts else { return None };
    app.queue.reasons(account).iter().find_map(|reason| match reason {
        Reason::TaskDue { task } if task.done_on.contains(&SignalKind::Handoff) => {
            Some(task.title.split_once(": ").map_or(&*task.title, |(_, why)| why).to_owned())
        }
        Reason::TakenOverInFile { by } => Some(format!("{by} looks after them")),
        _ => None,
    })
}
