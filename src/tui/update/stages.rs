//! Asking for a stage: to go there, or to move accounts there.

use super::picker;
use crate::parallel;
use crate::prose::lists::plural;
use crate::state::decide::Via;
use crate::state::{AccountId, Command, Refusal, Stage, StageId, decide};
use crate::text;
use crate::tui::input::chord::Chord;
use crate::tui::model::app::App;
use crate::tui::model::choices::{Choice, Picked};
use crate::tui::model::columns::ColumnId;
use crate::tui::model::msg::Effect;
use crate::tui::model::picker::{Picker, PickerPurpose};

/// For more accounts, nobody works out beforehand which stages would refuse them: it takes longer than a key may.
const FORESEEN: usize = 1_000;

/// Asks for the stage to go to, whose id begins with what was pressed.
pub(super) fn ask_to_go(app: &mut App, chord: Chord) -> Option<Effect> {
    let stages = app.board.pipeline().stages().iter().enumerate();
    let choices = stages.map(|(at, stage)| choice(app, at, stage)).collect();
    let picker = Picker::new(PickerPurpose::GoToStage, "Go to stage", choices, None);
    picker::open(app, picker);
    picker::typed(app, chord)
}

/// Asks for the stage to move `movers` to.
pub(super) fn ask_to_move(app: &mut App, movers: Vec<AccountId>) {
    let whom = match &movers[..] {
        [account] => app.short_name(account),
        several => plural(several.len(), "account", "accounts"),
    };
    let stages = app.board.pipeline().stages().iter().enumerate();
    let choices = stages.map(|(at, stage)| {
        let mut choice = choice(app, at, stage);
        if movers.len() <= FORESEEN {
            foresee(app, &movers, &stage.id, &mut choice);
        }
        choice
    });
    let mut choices: Vec<Choice> = choices.collect();
    // Where they may go comes first.
    choices.sort_by_key(|choice| choice.refused.is_some());
    picker::open(
        app,
        Picker::new(PickerPurpose::MoveTo(movers), &format!("Move {whom} to stage"), choices, None),
    );
}

fn choice(app: &App, at: usize, stage: &Stage) -> Choice {
    // Its id stands beside it already.
    let name = stage.label.strip_prefix(stage.id.as_str()).map(|name| name.trim_start_matches(['.', ' ']));
    let name = name.filter(|name| !name.is_empty()).unwrap_or(&stage.label);
    Choice {
        key: text::clean(stage.id.as_str()).into_owned(),
        note: app.columns.column(ColumnId::Stage(at)).len().to_string(),
        ..Choice::new(text::clean(name), Picked::Stage(stage.id.clone()))
    }
}

/// Says of `choice` which of `movers` the board would not move there, and why.
fn foresee(app: &App, movers: &[AccountId], to: &StageId, choice: &mut Choice) {
    let answers = parallel::map(movers, |id| {
        let command = Command::move_to(id, to);
        decide(&app.board, &command, &app.setup.me, Via::Request, app.now.at)
    });
    if let ([account], [answer]) = (movers, &answers[..]) {
        match answer {
            Ok(decision) if decision.events.is_empty() => {
                choice.refused = Some("is there already".to_owned());
            }
            Ok(_) => {}
            Err(refusal) => choice.refused = Some(in_short(app, account, refusal)),
        }
        return;
    }
    let refused = answers.iter().filter(|answer| answer.is_err()).count();
    match movers.len() - refused {
        _ if refused == 0 => {}
        0 => choice.refused = Some(format!("all {refused} refused")),
        moved => choice.note = format!("{moved} move, {refused} refused · {}", choice.note),
    }
}

/// Why the board would not move `movers` to `to`, in short, if it would move none of them.
pub(super) fn refusal(app: &App, movers: &[AccountId], to: &StageId) -> Option<String> {
    if movers.len() > FORESEEN {
        return None;
    }
    let mut choice = Choice::new("", Picked::Stage(to.clone()));
    foresee(app, movers, to, &mut choice);
    choice.refused
}

/// Why the board says no to `account`, without what to do instead: choosing it all the same says that.
fn in_short(app: &App, account: &AccountId, refusal: &Refusal) -> String {
    let words = refusal.to_string();
    let name = app.board.get(account).map_or("", |account| account.name());
    let words = words.strip_prefix(name).map_or(&*words, str::trim_start);
    let end = [": ", ", so "].into_iter().filter_map(|end| words.find(end)).min();
    let words = &words[..end.unwrap_or(words.len())];
    text::clean(words).into_owned()
}
