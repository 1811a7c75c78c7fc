//! What the board answers: a new board, what became of a command, and what somebody else did meanwhile.

use super::super::action::Action;
use super::super::app::{App, Prompt, Refused, Tone};
use super::super::keymap::Mode;
use crate::session::Report;
use crate::state::{Actor, Board, Command, Refusal, words};

pub(super) fn follow(app: &mut App, board: Board) {
    let news = (app.waiting == 0).then(|| news(app, &board)).flatten();
    // What others do moves alerts up and down; what I do to one brings the next to hand.
    let chosen = app.alerts.filter(|_| app.waiting == 0);
    let chosen = chosen.and_then(|pane| Some(app.shown_alerts().get(pane.row)?.key.clone()));
    app.take(board);
    let place = chosen.and_then(|key| app.shown_alerts().iter().position(|alert| alert.key == key));
    if let (Some(pane), Some(row)) = (&mut app.alerts, place) {
        pane.row = row;
    }
    if let Some(news) = news {
        app.say(Tone::Plain, &news);
    }
}

/// What someone else did last, in words.
fn news(app: &App, board: &Board) -> Option<String> {
    let entry = board.entries_since(app.board.seq())?.last()?;
    // What the clock did is no reason to take away how to undo what the person did.
    if entry.by == Actor::Clock && app.status.tone == Tone::Done {
        return None;
    }
    Some(format!("{}: {}", entry.by, words::of(entry, board, &app.now)))
}

pub(super) fn hear(app: &mut App, report: Report) {
    app.waiting = app.waiting.saturating_sub(1);
    let was_taken = matches!(report, Report::Done(_));
    if let Some(Prompt::Line { sent: sent @ true, .. }) = &mut app.prompt {
        *sent = false;
        app.prompt.take_if(|_| was_taken);
    }
    let key = |app: &App, action| app.setup.keymap.key(Mode::Board, action);
    match report {
        Report::Done(None) => app.say(Tone::Plain, "nothing to change: it is so already"),
        Report::Done(Some(entry)) if !entry.is_undoable() => {}
        Report::Done(Some(entry)) => {
            app.work_on(&entry);
            let (back, action) =
                if entry.undoes.is_some() { ("redoes", Action::Redo) } else { ("undoes", Action::Undo) };
            let hint = key(app, action).map(|key| format!(" · {key} {back}")).unwrap_or_default();
            let said = words::of(&entry, &app.board, &app.now);
            app.say(Tone::Done, &format!("{said}{hint}"));
            if app.status.lines.len() > 1 {
                // Better without than in the way of the board; the key stands in the line below.
                app.say(Tone::Done, &said);
            }
        }
        Report::Refused(command, refusal) => {
            // Where a question is still open, the answer to it is mended there.
            let refused = refused(&command, &refusal).filter(|_| app.prompt.is_none());
            let offer = refused.as_ref().map(|refused| offer(app, refused)).unwrap_or_default();
            app.say(Tone::Refused, &format!("{refusal}{offer}"));
            app.status.refused = refused;
        }
        Report::Failed(error) => app.say(Tone::Failed, &error),
    }
}

fn refused(command: &Command, refusal: &Refusal) -> Option<Refused> {
    let Command::Move { account, to, .. } = command else { return None };
    Some(Refused {
        account: account.clone(),
        to: to.clone(),
        better: refusal.better().cloned(),
        can_be_forced: refusal.can_be_forced(),
    })
}

/// The keys that go on from a refusal.
pub(super) fn offer(app: &App, refused: &Refused) -> String {
    let mut offers = Vec::new();
    let key = |action| app.setup.keymap.key(Mode::Board, action);
    if let (Some(better), Some(key)) = (&refused.better, key(Action::AcceptBetter)) {
        offers.push(format!("{key} moves it to {better}"));
    }
    if let (true, Some(key)) = (refused.can_be_forced, key(Action::Force)) {
        offers.push(format!("{key} forces it"));
    }
    if offers.is_empty() { String::new() } else { format!(" · {}", offers.join(" · ")) }
}
