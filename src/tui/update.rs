//! What a message does to the screen, and what it asks of the world outside. No I/O happens here.

mod ahead;
mod alerts;
mod aloud;
mod arrange;
mod beside;
mod board;
mod bulk;
mod checklist;
mod clear;
mod dragging;
mod emails;
mod filter;
mod focus;
mod groups;
mod imports;
mod leaving;
mod links;
mod list_columns;
mod marks;
mod mouse;
mod moves;
mod notices;
pub mod palette;
mod past;
mod picker;
mod programs;
mod prompt;
mod quick_actions;
mod reading;
mod reports;
mod sideways;
mod stages;
mod tabs;
mod themes;
mod today_flow;
mod tour;
mod typed_query;

use chrono::NaiveDate;

use self::quick_actions::{ask, record};
use self::reading::{open, read_on, see, show_brief, toggle_preview};
use crate::prose::lists::plural;
use crate::state::{AccountId, AlertChange, Command, Commands, SignalData};
use crate::text;
use crate::tui::input::action::{Action, Motion};
use crate::tui::input::chord::Chord;
use crate::tui::input::keymap::InputMode;
use crate::tui::layout::{self, lines::ListLines};
use crate::tui::model::app::App;
use crate::tui::model::focus::{Overlay, View};
use crate::tui::model::msg::{CopiedTo, Effect, Msg, Tell};
use crate::tui::model::prompt::{Confirmation, Prompt, Purpose};
use crate::tui::model::screens::ScreenId;
use crate::tui::model::status::{Status, Tone};
use crate::tui::model::which_key::{self, Pressed};
use crate::tui::screens::{self, activity, explain, insights, playbooks, unmatched};

/// Takes in `msg`, which came at `app.now`.
pub fn update(app: &mut App, msg: Msg) -> Option<Effect> {
    let (body, mode) = (layout::areas(app).body, app.mode());
    app.recent.fade(app.now.at);
    let effect = take_in(app, msg);
    // A sequence that was begun goes on only where it was begun.
    if app.mode() != mode {
        app.begun_keys.clear();
    }
    // What is long to say takes lines away from what is seen; the focus stays among those that are left.
    if layout::areas(app).body != body {
        app.settle();
    }
    app.stretch_range();
    if app.view == View::Today {
        app.queue.look_ahead(&app.board, &app.now);
    }
    tour::follow(app);
    activity::look(app);
    let effect = past::allowed(app, effect);
    effect.or_else(|| screens::wanted(app))
}

fn take_in(app: &mut App, msg: Msg) -> Option<Effect> {
    match msg {
        Msg::Key(chord) => return key(app, chord),
        Msg::Paste(text) => prompt::paste(app, &text),
        Msg::Mouse(mouse, x, y) => {
            app.begun_keys.clear();
            return mouse::point(app, mouse, x, y);
        }
        Msg::Resize(width, height) => {
            app.size = (width, height);
            app.status.fit(width);
            app.fit_notices();
            app.settle();
            app.settle_over();
            list_columns::refresh(app);
        }
        Msg::Board(board) => beside::follow(app, board),
        Msg::Beside(result) => beside::take(app, result),
        Msg::Report(report) => {
            let open = app.focus.account.clone();
            reports::hear(app, report);
            let is_next_open = matches!(app.overlay, Some(Overlay::Detail(_))) && app.focus.account != open;
            return is_next_open.then(|| see(app)).flatten();
        }
        Msg::EmailEdited(email, page) => emails::edited(app, *email, page),
        Msg::Edited(account, edited) => return prompt::edited(app, account, edited),
        Msg::Copied(text, to) => {
            // Several lines would not be seen as such.
            let text = if text.contains('\n') { plural(text.lines().count(), "line", "lines") } else { text };
            let words = match to {
                CopiedTo::Clipboard => format!("Copied {text}"),
                CopiedTo::Tmux => format!("Copied {text} to tmux, and to your clipboard if tmux may set it"),
                CopiedTo::Terminal => {
                    format!("Sent {text} to the terminal's clipboard; not every terminal takes it")
                }
            };
            app.say(Tone::Plain, &words);
        }
        Msg::ViewSaved(view, result) => tabs::saved(app, *view, result),
        Msg::ThemeKept(name, result) => themes::kept(app, &name, result),
        Msg::PathCompleted(typed, path) => imports::completed(app, &typed, path),
        Msg::ImportPreviewed(preview) => imports::previewed(app, preview),
        Msg::Background(background) => themes::follow(app, background),
        // What is shown was worked out a moment ago.
        Msg::Opened => return Some(Effect::Sweep),
        Msg::Tick => {
            if app.columns.today() == app.now.today() {
                app.follow_time();
            } else {
                app.rebuild();
            }
            return Some(Effect::Sweep);
        }
        Msg::Progress(percent) => imports::come(app, percent),
        Msg::WaitsFor(holder) => app.waits_for = holder,
        Msg::Ran(run, outcome) => return programs::ran(app, run, outcome),
        Msg::Source(news) => reports::source(app, news),
        Msg::Receivers(news) => reports::receivers(app, news),
        Msg::Notice(text) => app.say(Tone::Plain, &text),
    }
    None
}

impl App {
    pub(super) fn say(&mut self, tone: Tone, text: &str) {
        self.status = Status::new(tone, text::clean(text).into_owned(), self.size.0);
    }

    /// Asks `question`, which need not be clean; yes does what `commands` ask for.
    pub(super) fn confirm(&mut self, question: &str, commands: impl Into<Commands>) {
        self.status = Status::default();
        self.prompt = Some(Prompt::Confirm(Confirmation::new(question, commands)));
    }

    /// Says that something was done, and the `keys` that take it back or go on. Unless it `wraps`, it has one line.
    pub(super) fn say_done(&mut self, text: &str, keys: &str, wraps: bool) {
        let keys = text::clean(keys).into_owned();
        self.status = Status::with_keys(Tone::Done, &text::clean(text), keys, wraps, self.size.0);
    }

    pub(super) fn submit(&mut self, commands: impl Into<Commands>) -> Effect {
        let commands = commands.into();
        if self.past.is_some() {
            // It is refused on its way out.
            return Effect::Submit(commands);
        }
        self.pending += 1;
        alerts::begin_work(self, &commands);
        // Reading is not finishing.
        let is_way_back = matches!(
            commands,
            Commands::One(Command::Undo | Command::UndoEntry(_) | Command::Redo | Command::RedoEntry(_))
        );
        if !is_way_back && !matches!(commands, Commands::One(Command::MarkSeen { .. })) {
            self.begin_work();
        }
        Effect::Submit(commands)
    }

    /// The account a key is about; says so where none is chosen.
    pub(super) fn focused_id(&mut self) -> Option<AccountId> {
        let account = self.focused().map(|account| account.id.clone());
        if account.is_none() {
            self.say(Tone::Plain, "Choose a card first");
        }
        account
    }
}

fn key(app: &mut App, chord: Chord) -> Option<Effect> {
    if tour::key(app, chord) {
        return None;
    }
    let mode = app.mode();
    // Any key lets a carried card stay where it is.
    if app.dragged.take().is_some() {
        app.settle();
        return None;
    }
    let mut pressed = std::mem::take(&mut app.begun_keys);
    if matches!(mode, InputMode::Prompt | InputMode::Menu | InputMode::Confirm) {
        let action = app.setup.keymap.action(mode, chord);
        return prompt::key(app, chord, action);
    }
    pressed.push(chord);
    if mode == InputMode::Board && app.is_first_run() && pressed.len() == 1 {
        match chord.typed() {
            Some('d') => return Some(Effect::Demo),
            Some('i') => {
                imports::ask(app);
                return None;
            }
            _ => {}
        }
    }
    let action = match which_key::meaning(app, mode, &pressed) {
        Pressed::Action(action) => action,
        Pressed::OwnCommand(command) => return programs::own(app, &command),
        Pressed::Begun => {
            app.begun_keys = pressed;
            return None;
        }
        Pressed::Nothing => {
            let is_canceled =
                pressed.len() > 1 && app.setup.keymap.action(mode, chord) == Some(Action::Clear);
            if !is_canceled {
                say_nothing_here(app, mode, &pressed);
            }
            return None;
        }
    };
    // What was said is about what was done; whoever looks on has read it. What broke stays to be read.
    if action.looks_on() && app.status.tone != Tone::Failed {
        app.status = Status::default();
    }
    dispatch(app, action, chord)
}

fn say_nothing_here(app: &mut App, mode: InputMode, pressed: &[Chord]) {
    let help = app.key_in(mode, Action::Help).unwrap_or_default();
    // Over the help itself there is no key for it.
    let hint = if help.is_empty() { String::new() } else { format!("; {help} shows the keys") };
    let keys = pressed.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let keys = app.spelled(keys);
    app.say(Tone::Plain, &format!("{keys} does nothing here{hint}"));
}

/// Does what `action` means where the keys go.
#[expect(clippy::too_many_lines, reason = "one arm per action, so that the compiler asks for every one")]
fn dispatch(app: &mut App, action: Action, chord: Chord) -> Option<Effect> {
    let mode = app.mode();
    if matches!(mode, InputMode::Screen(_)) && !action.works_over_cards() {
        return None;
    }
    if app.past.is_some() && action.changes_board() {
        past::refuse(app);
        return None;
    }
    if let Some(motion) = action.motion() {
        go(app, motion);
        return None;
    }
    uncover(app, action);
    match action {
        Action::FocusLeft => sideways::step(app, -1),
        Action::FocusRight => sideways::step(app, 1),
        Action::FirstColumn => sideways::to_end(app, chord, Motion::First),
        Action::LastColumn => sideways::to_end(app, chord, Motion::Last),
        Action::NextCard => return read_on(app, 1),
        Action::PreviousCard => return read_on(app, -1),
        Action::Jump => return stages::ask_to_go(app, chord),
        Action::Undo if mode == InputMode::Screen(ScreenId::Activity) => return activity::undo(app),
        Action::Redo if mode == InputMode::Screen(ScreenId::Activity) => return activity::redo(app),
        Action::Undo => return undo(app),
        Action::Redo => return Some(app.submit(Command::Redo)),
        Action::Filter => typed_query::ask(app),
        Action::Clear if mode == InputMode::Alerts => alerts::leave(app),
        Action::Clear => clear::clear(app),
        Action::NextSection => insights::step(app, 1),
        Action::PreviousSection => insights::step(app, -1),
        Action::GoToSection => insights::go_to(app, chord),
        Action::EarlierDays if insights::is_open(app) => insights::shift(app, 1),
        Action::LaterDays if insights::is_open(app) => insights::shift(app, -1),
        Action::EarlierDays => return past::step(app, NaiveDate::pred_opt),
        Action::LaterDays => return past::step(app, NaiveDate::succ_opt),
        Action::CountedStep => insights::change_step(app),
        Action::CountedOwner => arrange::ask_counted_owner(app),
        Action::PastDay => past::ask(app),
        Action::ReturnToToday => past::back_to_today(app),
        Action::Sort => arrange::ask_order(app),
        Action::Columns => arrange::ask_columns(app),
        Action::Views => arrange::ask_view(app),
        Action::Themes => arrange::ask_theme(app),
        Action::Preview => toggle_preview(app),
        Action::Timeline => arrange::ask_timeline(app),
        Action::Open => match mode {
            InputMode::Alerts => alerts::open(app),
            InputMode::Screen(screen) => return screens::open(app, screen),
            InputMode::Board
            | InputMode::Detail
            | InputMode::Help
            | InputMode::Prompt
            | InputMode::Menu
            | InputMode::Confirm => return open(app),
        },
        Action::ToggleList => toggle_list(app),
        Action::ShowToday => show(app, View::Today),
        Action::ShowBoard => show(app, View::Board),
        Action::ShowList => show(app, View::List { all: false }),
        Action::ToggleToday => {
            app.leave_alerts();
            app.view = if app.view == View::Today { View::Board } else { View::Today };
            app.settle();
        }
        Action::ToggleAll => toggle_all(app),
        Action::Mine => app.toggle_mine(),
        Action::Snoozed => app.list_snoozed(),
        Action::Retired => app.list_retired(),
        Action::Brief => show_brief(app),
        Action::Copy if mode == InputMode::Help => return links::copy_shown(app),
        Action::Copy => links::ask_copy(app),
        Action::OpenLink => return links::open_link(app),
        Action::Alerts => alerts::toggle(app),
        Action::Show(ScreenId::Explain) => explain::toggle(app),
        Action::Show(screen) => app.toggle_screen(screen),
        Action::Palette => palette::open(app),
        Action::TourSkip | Action::TourEnd => tour::none(app),
        Action::Import => imports::ask(app),
        Action::Help => app.lay_over(Overlay::Help(0)),
        Action::Redraw => return Some(Effect::Redraw),
        Action::Suspend => return Some(Effect::Suspend),
        Action::Quit => return Some(Effect::Quit),
        Action::OutreachSent => return record(app, &SignalData::OutreachSent),
        Action::Replied => return record(app, &SignalData::ReplyReceived { auto: false }),
        Action::CallBooked => ask(app, Purpose::CallBooked),
        Action::CallHeld => return record(app, &SignalData::CallHeld { call: None }),
        Action::NoShow => return record(app, &SignalData::CallNoShow { call: None }),
        Action::FinalOutreachSent => return record(app, &SignalData::FinalOutreachSent),
        Action::Handoff => ask(app, Purpose::Handoff),
        Action::Churned => return record(app, &SignalData::SubscriptionCanceled),
        Action::PaidCall => return record(app, &SignalData::PaidCallPurchased),
        Action::NextStage => return moves::to_next_stage(app),
        Action::PreviousStage => moves::to_previous_stage(app),
        Action::MoveTo => moves::to_stage(app),
        Action::AcceptBetter => return moves::accept_better(app),
        Action::Force => moves::force(app),
        Action::Risk => ask(app, Purpose::Risk),
        Action::Take => return quick_actions::take(app),
        Action::Owner => ask(app, Purpose::Owner),
        Action::Segment => ask(app, Purpose::Segment),
        Action::ClearFact => quick_actions::clear_fact(app),
        Action::Note => ask(app, Purpose::Note),
        Action::Refund => ask(app, Purpose::Refund),
        Action::Checklist => checklist::ask(app),
        Action::NoteInEditor => return quick_actions::note_in_editor(app),
        Action::Write => emails::ask(app),
        Action::Task => ask(app, Purpose::Task),
        Action::TaskDone => return quick_actions::task_done(app),
        Action::Snooze => ask(app, Purpose::Snooze),
        Action::Merge => quick_actions::merge(app),
        Action::DismissReason => return quick_actions::dismiss(app),
        Action::NextView => tabs::step(app, 1),
        Action::PreviousView => tabs::step(app, -1),
        Action::SaveView => tabs::ask_name(app),
        Action::Mark => marks::toggle(app),
        Action::MarkRange => marks::toggle_range(app),
        Action::MarkShown => marks::mark_shown(app),
        Action::AlertAck => return alerts::acknowledge(app),
        Action::AlertReopen => return alerts::change(app, &AlertChange::Reopen),
        Action::AlertSnooze => alerts::ask(app, Purpose::AlertSnooze),
        Action::AlertAssign => alerts::ask(app, Purpose::AlertAssign),
        Action::AlertClose => alerts::ask(app, Purpose::AlertClose),
        Action::AlertsClosed => alerts::toggle_closed(app),
        Action::Switch => return playbooks::switch(app),
        Action::SayWhere => return aloud::tell(app, Tell::Where, chord),
        Action::SayAgain => return aloud::tell(app, Tell::Again, chord),
        Action::SayAll => return aloud::tell(app, Tell::All, chord),
        Action::SayKeys => return aloud::tell(app, Tell::Keys, chord),
        Action::Pick => return unmatched::pick(app, chord),
        Action::Dismiss => return unmatched::dismiss(app),
        // Motions went on above; questions answer to the others.
        Action::FocusDown
        | Action::FocusUp
        | Action::TickAll
        | Action::First
        | Action::Last
        | Action::PageDown
        | Action::PageUp
        | Action::Accept
        | Action::Complete
        | Action::CompleteBack => {}
    }
    None
}

/// Moves through the rows or lines that have the keys.
fn go(app: &mut App, motion: Motion) {
    match app.mode() {
        InputMode::Alerts => alerts::scroll(app, motion),
        InputMode::Detail | InputMode::Help | InputMode::Screen(_) => app.scroll_over(motion),
        InputMode::Board | InputMode::Prompt | InputMode::Menu | InputMode::Confirm => {
            let row = app.focus.row;
            app.focus_row(match motion {
                Motion::Down => app.row_beside(1),
                Motion::Up => app.row_beside(-1),
                Motion::PageDown | Motion::PageUp if app.view != View::Board => {
                    let page = layout::list_rows(app).max(1);
                    ListLines::of(app).page_from(row, page, motion == Motion::PageDown)
                }
                Motion::First | Motion::Last | Motion::PageDown | Motion::PageUp => {
                    motion.from(row, layout::cards_per_column(app).max(1))
                }
            });
        }
    }
}

/// Closes an account that covers what `action` is to show.
fn uncover(app: &mut App, action: Action) {
    let looks_elsewhere = [
        Action::ShowToday,
        Action::ShowBoard,
        Action::ShowList,
        Action::ToggleToday,
        Action::ToggleList,
        Action::ToggleAll,
        Action::Filter,
        Action::Jump,
    ];
    let is_covered = matches!(app.overlay, Some(Overlay::Detail(_))) && layout::areas(app).dock.is_empty();
    if is_covered && looks_elsewhere.contains(&action) {
        app.close();
    }
}

/// Goes to `view` from wherever one is.
fn show(app: &mut App, view: View) {
    if app.view == view && matches!(app.mode(), InputMode::Board | InputMode::Detail) && !app.lists_only() {
        let name = match view {
            View::Today => "Today",
            View::Board => "the board",
            View::List { .. } => "the list",
        };
        return app.say(Tone::Plain, &format!("This is {name}"));
    }
    app.leave_alerts();
    if app.lists_only() {
        app.filter_by("");
    }
    app.leave_for_good();
    app.view = view;
    app.status = Status::default();
    app.settle();
}

fn toggle_list(app: &mut App) {
    app.view = match app.view {
        View::Board | View::Today => View::List { all: false },
        View::List { .. } => View::Board,
    };
    app.status = Status::default();
    app.settle();
}

fn toggle_all(app: &mut App) {
    let all = !matches!(app.view, View::List { all: true });
    app.view = View::List { all };
    app.say(Tone::Plain, if all { "All accounts" } else { "Accounts on the board" });
    app.settle();
}

/// Takes back the person's last change; asks first where that was made before the board was opened: whoever presses the key
/// once too often means nothing that is older.
fn undo(app: &mut App) -> Option<Effect> {
    if let Some(seq) = app.board.latest_of(&app.setup.me).filter(|seq| *seq <= app.began) {
        let question = format!("Your last change, #{seq}, was made before this board was opened. Undo it?");
        app.confirm(&question, Command::Undo);
        return None;
    }
    Some(app.submit(Command::Undo))
}
