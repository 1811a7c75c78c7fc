//! Plain moves: a stage on, a stage back, and what becomes of a refusal.

use std::collections::BTreeSet;

use super::{NOBODY, prompt, quick_actions, reports, submit};
use crate::state::decide::placement::{stage_after, stage_before};
use crate::state::{AccountId, Command, Position, StageId};
use crate::tui::input::action::Action;
use crate::tui::input::keymap::InputMode;
use crate::tui::model::app::App;
use crate::tui::model::msg::Effect;
use crate::tui::model::prompt::Prompt;
use crate::tui::model::status::{Refused, Tone};

/// Moves the focused card, or asks what it must know for it; nothing when `action` is no move, and `Err` when there is
/// nothing to send.
pub(super) fn act(app: &mut App, action: Action) -> Option<Result<Effect, ()>> {
    let moves: fn(&mut App, AccountId) -> Result<Effect, ()> = match action {
        Action::NextStage => on,
        Action::PreviousStage => back,
        Action::MoveTo => |app, account| {
            app.prompt = Some(Prompt::Stage { typed: String::new(), mover: Some(account) });
            Err(())
        },
        Action::AcceptBetter => return Some(accept_better(app)),
        Action::Force => return Some(force(app)),
        _ => return None,
    };
    let Some(account) = app.focus.account.clone() else {
        app.say(Tone::Plain, NOBODY);
        return Some(Err(()));
    };
    Some(moves(app, account))
}

/// To the next stage that fits. One key leads no further than to the next bucket; beyond that, it is offered.
fn on(app: &mut App, account: AccountId) -> Result<Effect, ()> {
    let name = app.short_name(&account);
    let key = |action| app.setup.keymap.key(InputMode::Board, action).unwrap_or_default();
    let (replied, by_id) = (key(Action::Replied), key(Action::MoveTo));
    match stage_after(&app.board, &account) {
        Ok(to) if !skips_a_bucket(app, &account, &to) => Ok(submit(app, Command::move_to(&account, &to))),
        Ok(to) => {
            let refused = Refused { account, to: to.clone(), better: Some(to), can_be_forced: false };
            let offer = reports::offer(app, &refused);
            app.say(
                Tone::Refused,
                &format!(
                    "{name} never engaged with us, so no stage before {} fits{offer} · {replied} Reply received",
                    refused.to
                ),
            );
            app.status.refused = Some(refused);
            Err(())
        }
        Err(refusal) => {
            let known = app.board.get(&account).map(|account| app.board.position_of(account));
            let words = match known {
                Some(Position::Unmapped(label)) => {
                    format!("{name} is in {label}, which is not a stage: move it by id")
                }
                _ => refusal.to_string(),
            };
            app.say(Tone::Refused, &format!("{words} · {by_id} Move to…"));
            Err(())
        }
    }
}

/// Whether `account` would skip a whole bucket on its way to `to`.
fn skips_a_bucket(app: &App, account: &AccountId, to: &StageId) -> bool {
    let pipeline = app.board.pipeline();
    let from = app.board.get(account).and_then(|account| match app.board.position_of(account) {
        Position::InStage(position, _) => Some(position),
        Position::OffBoard | Position::Unmapped(_) => None,
    });
    let Some((from, to)) = from.zip(pipeline.position(to)) else { return false };
    let buckets: BTreeSet<_> = pipeline.stages()[from..=to].iter().map(|stage| &stage.bucket).collect();
    buckets.len() > 2
}

/// Going back always takes a reason, so it is asked for at once.
fn back(app: &mut App, account: AccountId) -> Result<Effect, ()> {
    match stage_before(&app.board, &account) {
        Ok(to) => prompt::ask_reason(app, account, to),
        Err(refusal) => quick_actions::put_nothing(app, account, &refusal.to_string()),
    }
    Err(())
}

fn accept_better(app: &mut App) -> Result<Effect, ()> {
    let Some(Refused { account, better: Some(better), .. }) = app.status.refused.clone() else {
        app.say(Tone::Plain, "There is no suggested move");
        return Err(());
    };
    Ok(submit(app, Command::move_to(&account, &better)))
}

fn force(app: &mut App) -> Result<Effect, ()> {
    if let Some(Refused { account, to, can_be_forced: true, .. }) = app.status.refused.clone() {
        prompt::ask_reason(app, account, to);
        return Err(());
    }
    let why = "There is no refused move to force";
    // Whoever was refused something may go on typing a reason, which is no command.
    match app.focus.account.clone().filter(|_| app.status.tone == Tone::Refused) {
        Some(account) => quick_actions::put_nothing(app, account, why),
        None => app.say(Tone::Plain, why),
    }
    Err(())
}
