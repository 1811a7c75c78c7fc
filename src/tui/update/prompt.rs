//! Questions, and what becomes of their answers.

use super::{
    bulk, checklist, dispatch, emails, imports, leaving, past, picker, quick_actions, tabs, typed_query,
};
use crate::state::{AccountId, Command};
use crate::tui::input::action::{Action, ActionGroup, Motion};
use crate::tui::input::chord::Chord;
use crate::tui::input::text_field;
use crate::tui::layout::choices::BoxTarget;
use crate::tui::model::answers::{self, picks};
use crate::tui::model::app::App;
use crate::tui::model::focus::Overlay;
use crate::tui::model::msg::{Edited, Effect, Mouse};
use crate::tui::model::picker::PickerPurpose;
use crate::tui::model::prompt::{AskedLine, Confirmation, ON_ITS_WAY, Prompt, Purpose, TypedQuery};
use crate::tui::model::status::{Status, Tone};
use crate::tui::screens::{account_choice, activity, insights};

pub(super) fn key(app: &mut App, chord: Chord, action: Option<Action>) -> Option<Effect> {
    let answers_nothing =
        |it: &Action| it.group() == ActionGroup::Aloud || matches!(it, Action::Redraw | Action::Suspend);
    if let Some(action) = action.filter(answers_nothing) {
        return dispatch(app, action, chord);
    }
    if action == Some(Action::Clear) {
        cancel(app);
        return None;
    }
    match app.prompt.take()? {
        Prompt::Filter(query) => {
            typed_query::key(app, query, chord, action);
            None
        }
        Prompt::Line(AskedLine { accounts, purpose: Purpose::Note, input, .. })
            if action == Some(Action::NoteInEditor) && accounts.len() == 1 =>
        {
            Some(Effect::Edit { account: accounts[0].clone(), typed: input.value().to_owned() })
        }
        Prompt::Line(asked) => answer(app, asked, chord, action),
        Prompt::Account(choice) => account_choice::key(app, choice, chord, action),
        Prompt::Pick(asked) => picker::key(app, asked, chord, action),
        Prompt::Confirm(asked)
            if action == Some(Action::Accept) && !(asked.is_unread && chord == Chord::ENTER) =>
        {
            Some(app.submit(asked.commands))
        }
        Prompt::Confirm(Confirmation { leaving: Some(account), .. }) if action == Some(Action::Checklist) => {
            checklist::ask_about(app, vec![account], None);
            None
        }
        Prompt::Confirm(Confirmation { leaving: Some(account), commands, .. })
            if action == Some(Action::TickAll) =>
        {
            Some(leaving::tick_and_go_on(app, &account, commands))
        }
        Prompt::Confirm(asked) => {
            app.prompt = Some(Prompt::Confirm(Confirmation { is_unread: true, ..asked }));
            None
        }
        Prompt::Bulk(panel) => bulk::key(app, panel, action),
        Prompt::HelpSearch(mut input) => {
            if let Some(motion) = action.and_then(Action::motion) {
                app.scroll_over(motion);
            } else if text_field::edit(&mut input, chord, action) {
                app.overlay = Some(Overlay::Help(0));
            }
            app.prompt = Some(Prompt::HelpSearch(input));
            None
        }
        Prompt::SaveView(input) => tabs::key(app, input, chord, action),
        Prompt::PastDay(input) => past::key(app, input, chord, action),
        Prompt::ImportPath(input) => imports::key(app, input, chord, action),
        Prompt::Import(panel) => imports::panel_key(app, panel, action),
    }
}

/// Takes in a key while a line is typed. The question stays until its answer was taken.
fn answer(app: &mut App, mut asked: AskedLine, chord: Chord, action: Option<Action>) -> Option<Effect> {
    let mut effect = None;
    match action {
        Some(Action::Accept) if asked.sent => app.say(Tone::Plain, ON_ITS_WAY),
        Some(Action::Accept) => match accept(app, &mut asked) {
            Accepted::Asked => {}
            Accepted::Sent(sent) => {
                asked.sent = sent.is_some();
                effect = sent;
            }
            // What it would do to marked accounts is asked about next.
            Accepted::Proposed => return None,
        },
        Some(Action::Complete) => complete(app, &mut asked),
        Some(Action::CompleteBack) => asked.choices.go(Motion::Up),
        other => {
            if let Some(motion) = other.and_then(Action::motion) {
                asked.choices.go(motion);
                app.status = Status::default();
            } else if text_field::edit(&mut asked.input, chord, action) {
                // The objection was to another answer.
                app.status = Status::default();
                picks::narrow(app, &asked.purpose, asked.input.value(), &mut asked.choices);
                let is_digit = asked.input.value().parse::<usize>().is_ok();
                let picks = picks::digits_pick(&asked.purpose, asked.accounts.len());
                if picks && is_digit && asked.choices.chosen().is_some() {
                    return answer(app, asked, chord, Some(Action::Accept));
                }
            }
        }
    }
    app.prompt = Some(Prompt::Line(asked));
    effect
}

/// What became of an answer.
enum Accepted {
    /// It is asked for again, or for more.
    Asked,
    Sent(Option<Effect>),
    Proposed,
}

fn accept(app: &mut App, asked: &mut AskedLine) -> Accepted {
    let (answer, goes_on) = picks::answer_so_far(&asked.purpose, asked.input.value(), &asked.choices);
    if goes_on {
        set(app, asked, format!("{answer} "));
        return Accepted::Asked;
    }
    if let Some(doubt) = answers::doubt(app, &asked.purpose, &answer)
        && app.status.text != doubt
    {
        app.say(Tone::Refused, &doubt);
        return Accepted::Asked;
    }
    match answers::answered(app, &asked.accounts, &asked.purpose, &answer) {
        Ok(parts) if !app.marks.is_empty() => {
            bulk::carry_out(app, &asked.accounts, parts);
            Accepted::Proposed
        }
        Ok(parts) => Accepted::Sent(bulk::carry_out(app, &asked.accounts, parts)),
        Err(what) => {
            app.say(Tone::Refused, &what);
            Accepted::Asked
        }
    }
}

/// Types what is chosen, or as much as all names that begin so have in common.
fn complete(app: &mut App, asked: &mut AskedLine) {
    let typed = asked.input.value();
    let (chosen, goes_on) = picks::answer_so_far(&asked.purpose, typed, &asked.choices);
    let whole = if goes_on { format!("{chosen} ") } else { chosen };
    let instead = if whole == typed {
        answers::completed(app, &asked.accounts, &asked.purpose, typed)
    } else {
        Some(whole)
    };
    match instead {
        Some(instead) => set(app, asked, instead),
        None => app.say(Tone::Plain, "Nothing to complete"),
    }
}

fn set(app: &mut App, asked: &mut AskedLine, typed: String) {
    app.status = Status::default();
    asked.input = typed.into();
    picks::narrow(app, &asked.purpose, asked.input.value(), &mut asked.choices);
}

/// Takes in a note from an editor. What was typed before it opened is asked for again, where nothing came of it.
pub(super) fn edited(app: &mut App, account: AccountId, edited: Edited) -> Option<Effect> {
    let (typed, tone, words) = match edited {
        Edited::Note(text) => return Some(app.submit(Command::AddNote { account, text: text.into() })),
        Edited::Nothing { typed } if typed.is_empty() => (typed, Tone::Plain, "No note added".to_owned()),
        Edited::Nothing { typed } => (typed, Tone::Refused, "The editor changed nothing".to_owned()),
        Edited::Failed { why, typed } => (typed, Tone::Refused, why),
    };
    if !typed.is_empty() {
        quick_actions::note(app, account, &typed);
    }
    app.say(tone, &words);
    None
}

/// What the mouse does while there is a box of choices.
pub(super) fn point(app: &mut App, mouse: Mouse, under: BoxTarget) -> Option<Effect> {
    match (mouse, under) {
        (Mouse::WheelDown, _) => step(app, Motion::Down),
        (Mouse::WheelUp, _) => step(app, Motion::Up),
        (Mouse::Press | Mouse::PressToMark, BoxTarget::Choice(row)) => return press(app, row),
        (Mouse::Press | Mouse::PressToMark, BoxTarget::Outside) => {
            // What was typed is not lost by a press of the mouse.
            let typed = app.prompt.as_ref().and_then(Prompt::typed);
            if typed.is_none_or(str::is_empty) {
                cancel(app);
            }
        }
        (Mouse::Press | Mouse::PressToMark, BoxTarget::Inside) | (Mouse::Drag | Mouse::Release, _) => {}
    }
    None
}

fn step(app: &mut App, motion: Motion) {
    match &mut app.prompt {
        Some(Prompt::Line(AskedLine { choices, .. })) => choices.go(motion),
        Some(Prompt::Pick(picker)) => picker.choices.go(motion),
        Some(Prompt::Filter(TypedQuery { completion, .. })) => completion.go(motion),
        Some(Prompt::Account(_)) => account_choice::step(app, motion),
        Some(Prompt::Import(panel)) => imports::scroll(panel, motion),
        Some(
            Prompt::HelpSearch(_)
            | Prompt::SaveView(_)
            | Prompt::PastDay(_)
            | Prompt::Bulk(_)
            | Prompt::Confirm(_)
            | Prompt::ImportPath(_),
        )
        | None => {}
    }
}

/// Picks the choice at `row`.
fn press(app: &mut App, row: usize) -> Option<Effect> {
    match app.prompt.take()? {
        Prompt::Line(mut asked) => {
            asked.choices.choose(row);
            if let Some(choice) = asked.choices.chosen().filter(|_| !asked.sent) {
                let (typed, _) = picks::taken(&asked.purpose, asked.input.value(), choice);
                asked.input = typed.into();
            }
            picks::narrow(app, &asked.purpose, asked.input.value(), &mut asked.choices);
            answer(app, asked, Chord::ENTER, Some(Action::Accept))
        }
        Prompt::Pick(mut picker) => {
            picker.choices.choose(row);
            picker::accept(app, picker)
        }
        filter @ Prompt::Filter(_) => {
            app.prompt = Some(filter);
            typed_query::take(app, row);
            None
        }
        Prompt::Account(mut choice) => {
            choice.choices.choose(row);
            account_choice::accept(app, choice)
        }
        other => {
            app.prompt = Some(other);
            None
        }
    }
}

fn cancel(app: &mut App) {
    match app.prompt.take() {
        Some(Prompt::Filter(_)) if activity::is_open(app) => activity::narrow(app, ""),
        Some(Prompt::Filter(_)) if insights::is_open(app) => insights::narrow(app, ""),
        Some(Prompt::Filter(TypedQuery { from, .. })) => {
            app.filter_by("");
            app.focus = *from;
            app.settle();
        }
        Some(Prompt::Line(AskedLine { sent: true, .. })) => app.say(Tone::Plain, ON_ITS_WAY),
        Some(Prompt::Import(panel)) => imports::back(app, &panel),
        Some(Prompt::Bulk(panel)) if panel.sent => app.say(Tone::Plain, ON_ITS_WAY),
        Some(
            Prompt::Line(_)
            | Prompt::Account(_)
            | Prompt::SaveView(_)
            | Prompt::PastDay(_)
            | Prompt::Bulk(_)
            | Prompt::Confirm(_)
            | Prompt::ImportPath(_),
        ) => app.say(Tone::Plain, "Canceled"),
        Some(Prompt::Pick(picker)) if matches!(picker.purpose, PickerPurpose::MoveTo(_)) => {
            app.say(Tone::Plain, "Canceled");
        }
        Some(Prompt::Pick(picker))
            if matches!(picker.purpose, PickerPurpose::SendEmail | PickerPurpose::RecordEmail) =>
        {
            emails::left(app);
        }
        Some(Prompt::Pick(picker)) if picker.purpose == PickerPurpose::Theme => {
            app.theme = app.themes.theme();
        }
        Some(Prompt::Pick(_) | Prompt::HelpSearch(_)) | None => {}
    }
}

pub(super) fn paste(app: &mut App, text: &str) {
    // A note may have several lines; anything else is one.
    let has_lines = matches!(app.prompt, Some(Prompt::Line(AskedLine { purpose: Purpose::Note, .. })));
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let keep = |c: char| if c.is_control() && !(has_lines && c == '\n') { ' ' } else { c };
    let pasted: String = text.chars().map(keep).take(text_field::MAX_ANSWER).collect();
    match &mut app.prompt {
        Some(Prompt::Line(AskedLine { input, .. })) => {
            text_field::insert(input, &pasted);
            narrow(app);
        }
        Some(Prompt::Filter(_)) => typed_query::paste(app, &pasted),
        Some(Prompt::SaveView(input) | Prompt::HelpSearch(input) | Prompt::PastDay(input)) => {
            text_field::insert(input, &pasted);
        }
        Some(Prompt::Account(_)) => account_choice::paste(app, &pasted),
        Some(Prompt::Pick(_)) => picker::paste(app, &pasted),
        Some(Prompt::ImportPath(_)) => imports::paste(app, &pasted),
        Some(Prompt::Bulk(_) | Prompt::Confirm(_) | Prompt::Import(_)) | None => {}
    }
}

/// Shows which choices fit what is typed by now.
fn narrow(app: &mut App) {
    let mut prompt = app.prompt.take();
    if let Some(Prompt::Line(AskedLine { purpose, input, choices, .. })) = &mut prompt {
        picks::narrow(app, purpose, input.value(), choices);
    }
    app.prompt = prompt;
}
