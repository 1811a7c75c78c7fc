//! Programs run for an account: starting one, and what came of it.

use super::emails;
use crate::state::{AccountId, Command};
use crate::text;
use crate::tui::input::own_commands::OwnCommand;
use crate::tui::input::text_field::MAX_ANSWER;
use crate::tui::model::app::App;
use crate::tui::model::focus::Overlay;
use crate::tui::model::msg::Effect;
use crate::tui::model::programs::{OutputTo, ProgramOutput, ProgramRun, RunOutcome};
use crate::tui::model::status::{Status, Tone};

/// Opens the page at `address` in the person's browser.
pub(super) fn open(app: &App, account: AccountId, name: &str, address: String) -> Effect {
    let words = app.setup.opener.iter().cloned().chain([address]).collect();
    Effect::Run(ProgramRun {
        account,
        title: text::clean(name).into_owned(),
        words,
        variables: Vec::new(),
        output: OutputTo::Background,
    })
}

/// Runs `command` for the focused account.
pub(super) fn own(app: &mut App, command: &OwnCommand) -> Option<Effect> {
    app.focused_id()?;
    match command.run_for(app.focused()?) {
        Ok(run) => {
            app.say(Tone::Plain, &format!("{}…", run.title));
            Some(Effect::Run(run))
        }
        Err(why) => {
            app.say(Tone::Refused, &format!("{}: {why}", command.title));
            None
        }
    }
}

/// Takes in how a program ended.
pub(super) fn ran(app: &mut App, run: ProgramRun, outcome: RunOutcome) -> Option<Effect> {
    let problem = outcome.problem();
    if let Some(problem) = &problem {
        let other_way = (run.output == OutputTo::Background).then(|| emails::not_handed_over(app)).flatten();
        let other_way = other_way.map_or_else(String::new, |way| format!(" · {way}"));
        app.say(Tone::Failed, &format!("{} {problem}{other_way}", run.title));
    }
    let output = match outcome {
        RunOutcome::Ended { output, .. } => output,
        RunOutcome::GoesOn | RunOutcome::TimedOut | RunOutcome::Failed(_) => String::new(),
    };
    let is_empty = output.trim().is_empty();
    match run.output {
        OutputTo::Pane if !is_empty => {
            if problem.is_none() {
                app.status = Status::default();
            }
            app.output = Some(ProgramOutput { title: run.title, text: output });
            app.lay_over(Overlay::Output(0));
        }
        OutputTo::Background | OutputTo::Nowhere | OutputTo::Pane | OutputTo::Note if problem.is_some() => {}
        OutputTo::Background => app.say(Tone::Plain, &format!("Opened {}", run.title)),
        OutputTo::Note if !is_empty => {
            let text: String = text::clean_lines(output.trim()).chars().take(MAX_ANSWER).collect();
            return Some(app.submit(Command::AddNote { account: run.account, text: text.into() }));
        }
        OutputTo::Note => app.say(Tone::Plain, &format!("{} wrote nothing, so there is no note", run.title)),
        OutputTo::Pane => app.say(Tone::Plain, &format!("{} is done and wrote nothing", run.title)),
        OutputTo::Nowhere => app.say(Tone::Plain, &format!("{} is done", run.title)),
    }
    None
}
