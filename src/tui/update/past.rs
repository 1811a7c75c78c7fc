//! The board as of an earlier day: asked for by its date or day by day, read only, and left with one key.

use chrono::NaiveDate;
use tui_input::Input;

use crate::prose::lists::sentence_case;
use crate::session::past::{PastAnswer, PastBoard, PastRequest};
use crate::state::values::past_day::{NotPast, PastDay};
use crate::state::{Board, DoneToday, Now};
use crate::tui::input::action::Action;
use crate::tui::input::chord::Chord;
use crate::tui::input::text_field;
use crate::tui::model::activity::Activity;
use crate::tui::model::app::App;
use crate::tui::model::msg::Effect;
use crate::tui::model::past::ShownPast;
use crate::tui::model::programs::OutputTo;
use crate::tui::model::prompt::Prompt;
use crate::tui::model::recent::RecentChanges;
use crate::tui::model::screens::ScreenRows;
use crate::tui::model::status::{Status, Tone};
use crate::tui::screens::{activity, insights};

/// Asks for the day.
pub(super) fn ask(app: &mut App) {
    app.status = Status::default();
    app.prompt = Some(Prompt::PastDay(Input::default()));
}

/// What a key does while the day is typed.
pub(super) fn key(app: &mut App, mut input: Input, chord: Chord, action: Option<Action>) -> Option<Effect> {
    if action == Some(Action::Accept) {
        let day = PastDay::named(input.value(), &app.clock);
        if day.is_err() {
            app.prompt = Some(Prompt::PastDay(input));
        }
        return go_to(app, day);
    }
    if text_field::edit(&mut input, chord, action) {
        app.status = Status::default();
    }
    app.prompt = Some(Prompt::PastDay(input));
    None
}

/// Goes a day back, or on.
pub(super) fn step(app: &mut App, next: impl Fn(&NaiveDate) -> Option<NaiveDate>) -> Option<Effect> {
    let shown = app.past.as_ref().map_or_else(|| app.clock.today(), |past| past.day.day);
    // Whoever presses faster than it is read means the days after that.
    let from = app.past_asked.map_or(shown, |asked| asked.day);
    if from == app.clock.today() && next(&from).is_none_or(|next| next > from) {
        app.say(Tone::Plain, "This is today");
        return None;
    }
    let day = next(&from).ok_or(NotPast::EndOfCalendar).and_then(|day| PastDay::of(day, &app.clock));
    go_to(app, day)
}

fn go_to(app: &mut App, day: Result<Option<PastDay>, NotPast>) -> Option<Effect> {
    match day {
        Err(why) => app.say(Tone::Refused, &why.to_string()),
        Ok(None) if app.past.is_none() && app.past_asked.is_none() => app.say(Tone::Plain, "This is today"),
        Ok(None) => back_to_today(app),
        Ok(Some(_)) if app.pending > 0 => {
            app.say(
                Tone::Refused,
                "A change is still on its way to the disk: go back in time once it is there",
            );
        }
        Ok(Some(day)) => {
            app.past_asked = Some(day);
            let words = day.day.format("Reading the board as of %a %-d %b %Y…").to_string();
            app.say(Tone::Plain, &words);
            return Some(Effect::ReadPast(day));
        }
    }
    None
}

/// Takes in boards as they were.
pub(super) fn take(app: &mut App, answer: PastAnswer) {
    match answer {
        PastAnswer::Day(past) => take_day(app, past),
        PastAnswer::Moments(moments, boards) => insights::take_month(app, moments, boards),
    }
}

/// Takes in that boards could not be worked out: whoever waits for them hears why, and may ask again.
pub(super) fn fail(app: &mut App, asked: &PastRequest, why: String) {
    match asked {
        PastRequest::Day { day, .. } => {
            if app.past_asked.take_if(|asked| asked == day).is_some() {
                let words = day.day.format("The board as of %a %-d %b %Y could not be read");
                app.say(Tone::Failed, &format!("{words}: {why}"));
            }
        }
        PastRequest::Moments(moments) => insights::fail_month(app, *moments, why),
    }
}

/// One that nobody waits for any more is not shown.
fn take_day(app: &mut App, past: PastBoard) {
    if app.past_asked.take_if(|asked| *asked == past.day).is_none() || app.pending > 0 {
        return;
    }
    app.look_back(past);
    let nothing = if app.board.seq() == 0 { ": nothing was recorded by then" } else { "" };
    let words = format!("The board {}, read only{nothing}", words(app));
    app.status = Status::with_keys(Tone::Plain, &words, way_back(app), true, app.size.0);
}

impl App {
    /// Takes in what the clock says. The moment the screen shows is another one while it shows an earlier day.
    pub fn tell_time(&mut self, clock: Now) {
        self.clock = clock;
        self.now = match &self.past {
            Some(past) => Now { at: past.day.end, zone: clock.zone },
            None => clock,
        };
    }

    /// Shows the board of an earlier day from now on.
    pub fn look_back(&mut self, past: PastBoard) {
        let PastBoard { day, board, done } = past;
        let latest = match self.past.take() {
            Some(past) => past.latest,
            None => self.board.clone(),
        };
        self.past = Some(ShownPast { day, latest });
        self.tell_time(self.clock);
        self.exchange(board);
        self.is_done_unread = false;
        self.done = DoneToday::new(&self.now);
        self.take_day(&done);
    }

    /// Shows `board`, which does not go on from the one that is shown.
    fn exchange(&mut self, board: Board) {
        // What was read or begun is about the other one.
        (self.journal, self.dragged, self.working) = (None, None, None);
        self.reading = false;
        self.marks.clear();
        self.recent = RecentChanges::default();
        let (seq, looked) = (board.seq(), self.looked);
        self.take_anew(board);
        if let Some(screen) = self.screen.as_mut()
            && let ScreenRows::Activity(activity) = &mut screen.rows
        {
            *activity = Activity::new(seq, looked);
        }
    }
}

/// Shows the latest board again.
pub(super) fn back_to_today(app: &mut App) {
    let was_asked = app.past_asked.take().is_some();
    let Some(past) = app.past.take() else {
        let words = if was_asked { "Still today" } else { "This is today" };
        return app.say(Tone::Plain, words);
    };
    app.tell_time(app.clock);
    app.exchange(past.latest);
    app.say(Tone::Plain, "Back to today");
}

/// Takes in a new board while an earlier day is shown: false where none is.
pub(super) fn follow(app: &mut App, board: &Board) -> bool {
    let Some(past) = &mut app.past else { return false };
    let before = std::mem::replace(&mut past.latest, board.clone());
    app.by_others += activity::by_others(board, before.seq(), &app.setup.me);
    true
}

/// Says that the past does not change, and how one returns.
pub(super) fn refuse(app: &mut App) {
    let words = format!("{}: the past is read only", sentence_case(&words(app)));
    app.status = Status::with_keys(Tone::Refused, &words, way_back(app), true, app.size.0);
}

fn words(app: &App) -> String {
    app.past.as_ref().map(ShownPast::words).unwrap_or_default()
}

/// The key that returns, in words.
fn way_back(app: &App) -> String {
    let key = app.board_key(Action::ReturnToToday);
    key.map(|key| format!(" · {key} returns to today")).unwrap_or_default()
}

/// Lets through what an earlier day allows to ask of the outside: nothing that changes the board, or goes on from it.
pub(super) fn allowed(app: &mut App, effect: Option<Effect>) -> Option<Effect> {
    let is_refused = app.past.is_some()
        && match effect.as_ref()? {
            Effect::Submit(_)
            | Effect::Edit { .. }
            | Effect::EditEmail(_)
            | Effect::PreviewImport(_)
            | Effect::ReadSource(_)
            | Effect::Demo => true,
            // A page in the browser is opened; a program of the team's own may change something.
            Effect::Run(run) => run.output != OutputTo::Background,
            Effect::Sweep
            | Effect::Read { .. }
            | Effect::ReadPast(_)
            | Effect::ReadMonth(_)
            | Effect::Copy(_)
            | Effect::SaveView(_)
            | Effect::KeepTheme(_)
            | Effect::CompletePath(_)
            | Effect::LookAtReceivers
            | Effect::Tell(_)
            | Effect::Suspend
            | Effect::Redraw
            | Effect::Quit => false,
        };
    if !is_refused {
        return effect;
    }
    app.prompt = None;
    refuse(app);
    None
}
