//! Plain moves: a stage on, a stage back, and what becomes of a refusal.

use super::quick_actions::{ask, ask_about, ask_nothing};
use super::{bulk, leaving, reports, stages};
use crate::prose::lists::lower_case;
use crate::prose::{reasons, refusals};
use crate::state::decide::placement::{skips_bucket, stage_after, stage_before};
use crate::state::{Account, Cause, Command, Position, Reason, StageId};
use crate::tui::input::action::Action;
use crate::tui::model::app::App;
use crate::tui::model::bulk::Unavailable;
use crate::tui::model::msg::Effect;
use crate::tui::model::prompt::Purpose;
use crate::tui::model::status::{Refused, Tone};

/// To the next stage that fits. One key leads no further than to the next bucket; beyond that, it is offered.
pub(super) fn to_next_stage(app: &mut App) -> Option<Effect> {
    if !app.marks.is_empty() {
        return bulk::each(app, |app, id| match stage_after(&app.board, id) {
            Ok(to) if !skips_bucket(&app.board, id, &to) => Ok(vec![Command::move_to(id, &to)]),
            Ok(to) => Err(Unavailable::Named(format!("{} {}", app.short_name(id), never_engaged(&to)))),
            Err(refusal) => Err(refusal.into()),
        });
    }
    let account = app.focused_id()?;
    let name = app.short_name(&account);
    let [replied, by_id] =
        [Action::Replied, Action::MoveTo].map(|action| app.board_key(action).unwrap_or_default());
    match stage_after(&app.board, &account) {
        Ok(to) if !skips_bucket(&app.board, &account, &to) => {
            leaving::submit_or_ask(app, Command::move_to(&account, &to), None)
        }
        Ok(to) => {
            let accounts = vec![account];
            let refused = Refused { accounts, to: to.clone(), better: Some(to), can_be_forced: false };
            let offer = reports::offer(app, &refused);
            let why = never_engaged(&refused.to);
            app.say(Tone::Refused, &format!("{name} {why}{offer} · {replied} Reply received"));
            app.status.refused = Some(refused);
            None
        }
        Err(refusal) => {
            let known = app.board.get(&account).map(|account| app.board.position_of(account));
            let words = match known {
                Some(Position::Unmapped(label)) => {
                    format!("{name} is in {label}, which is not a stage: move it by id")
                }
                _ => refusals::text(&refusal),
            };
            app.say(Tone::Refused, &format!("{words} · {by_id} Move to…"));
            None
        }
    }
}

/// Why an account does not go on one stage.
fn never_engaged(to: &StageId) -> String {
    format!("never engaged with us, so no stage before {to} fits")
}

/// Going back always takes a reason, so it is asked for at once.
pub(super) fn to_previous_stage(app: &mut App) {
    if !app.marks.is_empty() {
        return ask(app, Purpose::Back);
    }
    let Some(account) = app.focused_id() else { return };
    match stage_before(&app.board, &account) {
        Ok(to) => ask_about(app, vec![account], Purpose::Force(to)),
        Err(refusal) => ask_nothing(app, account, &refusals::text(&refusal)),
    }
}

/// Asks for the stage to move cards to.
pub(super) fn to_stage(app: &mut App) {
    if let Some(movers) = bulk::targets(app) {
        stages::ask_to_move(app, movers);
    }
}

pub(super) fn accept_better(app: &mut App) -> Option<Effect> {
    if let Some(Refused { accounts, better: Some(better), .. }) = app.status.refused.clone() {
        return leaving::move_to(app, &accounts, &better, None);
    }
    bulk::each(app, |app, id| {
        let command = app.board.get(id).and_then(|account| suggested(app, account));
        command.map(|command| vec![command]).ok_or(Unavailable::Unnamed("There is no suggested move"))
    })
}

/// What Today suggests for `account`: the way back onto the board, for the reason why it is back; or back to its owner.
fn suggested(app: &App, account: &Account) -> Option<Command> {
    app.queue.reasons(&account.id).iter().find_map(|reason| match reason {
        Reason::BackAgain { start, .. } => Some(Command::Move {
            account: account.id.clone(),
            to: start.clone(),
            reason: Some(lower_case(&reasons::text(reason, &app.now)).into()),
            force: false,
            cause: Cause::Hand,
        }),
        Reason::CoverEnded { .. } => Some(Command::AssignOwner {
            account: account.id.clone(),
            owner: account.cover.as_ref().and_then(|cover| cover.owner.clone()),
        }),
        _ => None,
    })
}

pub(super) fn force(app: &mut App) {
    if let Some(Refused { accounts, to, can_be_forced: true, .. }) = app.status.refused.clone() {
        return ask_about(app, accounts, Purpose::Force(to));
    }
    let why = "There is no refused move to force";
    // Whoever was refused something may go on typing a reason, which is no command.
    match app.focus.account.clone().filter(|_| app.status.tone == Tone::Refused) {
        Some(account) => ask_nothing(app, account, why),
        None => app.say(Tone::Plain, why),
    }
}
