//! What is made of times: of calls, of tasks, and of how long something is snoozed.

use chrono::{DateTime, Utc};

use super::Understood;
use crate::prose::{dates, follow_ups, lists::sentence_case};
use crate::state::values::when::{self, NotWhen, When};
use crate::state::{AccountId, Now};
use crate::tui::model::app::App;

/// What one may write for a time, a task and a day.
const A_CALL: &str = "e.g. tomorrow 15:00, next tue 3pm or 20 dec 9:30";

const A_TASK: &str = "e.g. send the guide fri (the date is optional)";

pub(super) const A_DAY: &str = "e.g. fri, next tue 3pm, 20 dec, in 2 weeks or 15:00";

/// When a call is.
pub(super) fn call(answer: &str, now: &Now) -> Understood {
    match when::exactly(answer, now) {
        Ok(at) if at < now.at => Understood::Doubtful(is_over(at, now)),
        Ok(at) => Understood::Meant(said(When { date: now.date(at), at: Some(at) }, now)),
        // As long as one is typing, that is no objection.
        Err(NotWhen::NoMoment | NotWhen::UnknownMoment(_)) => Understood::Hint(A_CALL.to_owned()),
        Err(error) => Understood::Hint(sentence_case(&error.to_string())),
    }
}

/// What a task is called, and when it is due.
pub(super) fn task(answer: &str, now: &Now) -> Result<String, String> {
    match when::task(answer, now) {
        _ if answer.is_empty() => Err(A_TASK.to_owned()),
        Ok((Some(when), title)) if answer.starts_with(title) && !title.is_empty() => {
            Ok(format!("due {} (in quotes: no date): {title}", said(when, now)))
        }
        Ok((Some(when), title)) => Ok(format!("due {}: {title}", said(when, now))),
        Ok((None, title)) => Ok(format!("no due date: {title}")),
        Err(error) => Err(sentence_case(&error.to_string())),
    }
}

/// Until when `answer` snoozes `accounts`, and what that is past.
pub(super) fn snooze(app: &App, accounts: &[AccountId], answer: &str) -> Understood {
    let when = match until(app, answer) {
        Ok(when) => when,
        Err(NotWhen::Empty | NotWhen::Unknown(_)) => return Understood::Hint(A_DAY.to_owned()),
        Err(error) => return Understood::Hint(sentence_case(&error.to_string())),
    };
    let accounts = accounts.iter().filter_map(|id| app.board.get(id)).map(|account| &**account);
    let until = when.moment(&app.now);
    match follow_ups::snoozed_past(accounts, until, &app.now) {
        Some(past) => Understood::Doubtful(format!("until {}, {past}", dates::end(&app.now, until))),
        None => Understood::Meant(format!("until {}", said(when, &app.now))),
    }
}

/// Until when something is snoozed: a time to come.
fn until(app: &App, answer: &str) -> Result<When, NotWhen> {
    let when = when::parse(answer, &app.now)?;
    if when.moment(&app.now) > app.now.at { Ok(when) } else { Err(NotWhen::Behind(answer.to_owned())) }
}

/// `Tue 17 Dec, 15:00, in 2 days`.
fn said(when: When, now: &Now) -> String {
    let distance = dates::distance(now, when.date);
    match when.at {
        Some(at) => format!("{}, {distance}", dates::moment(now, at)),
        None => format!("{}, {distance}", dates::day(now, when.date)),
    }
}

/// That the moment of a call has passed.
fn is_over(at: DateTime<Utc>, now: &Now) -> String {
    let day = match now.date(at) {
        date if date == now.today() => "today".to_owned(),
        date if Some(date) == now.today().pred_opt() => "yesterday".to_owned(),
        date => dates::day(now, date),
    };
    format!("{day} {}, already over: enter books it anyway", dates::clock(now, at))
}

/// The moment until which something is snoozed.
pub(super) fn moment(app: &App, answer: &str) -> Result<DateTime<Utc>, String> {
    until(app, answer).map(|when| when.moment(&app.now)).map_err(|error| sentence_case(&error.to_string()))
}
