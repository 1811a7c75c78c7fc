//! What the board answers: a new board, what became of a command, and what somebody else did meanwhile.

use super::{alerts, bulk, checklist, notices, past};
use crate::playbook::schedule::stopped;
use crate::playbook::{stays, transact};
use crate::prose::{entries, follow_ups, lists::sentence_case, no_effect, refusals, unchanged};
use crate::session::Report;
use crate::sources::SourceNews;
use crate::sources::receiver::ReceiverNews;
use crate::state::{AccountId, Actor, Board, Change, Command, Commands, Entry, Event, Refusal, Seq, StageId};
use crate::tui::input::action::Action;
use crate::tui::layout;
use crate::tui::model::app::App;
use crate::tui::model::beside::ArrangedBoard;
use crate::tui::model::focus::{Overlay, View};
use crate::tui::model::hints::hint;
use crate::tui::model::prompt::{AskedLine, Prompt, Purpose};
use crate::tui::model::screens::ScreenId;
use crate::tui::model::status::{Refused, Status, Tone};
use crate::tui::screens::{activity, detail};

/// Takes in a new board, which may be `arranged` already.
pub(super) fn follow(app: &mut App, board: Board, arranged: Option<ArrangedBoard>) {
    let news = (app.pending == 0).then(|| news(app, &board)).flatten();
    app.by_others += activity::by_others(&board, app.board.seq(), &app.setup.me);
    // What is done to alerts moves them up and down; the chosen one stays chosen as long as it is to be seen.
    let chosen = app.alerts.and_then(|pane| Some(app.shown_alerts().get(pane.row)?.key.clone()));
    match arranged {
        Some(arranged) => app.take_arranged(arranged),
        None => app.take(board),
    }
    checklist::refresh(app);
    let place = chosen.and_then(|key| app.shown_alerts().iter().position(|alert| alert.key == key));
    if let (Some(pane), Some(row)) = (&mut app.alerts, place) {
        pane.row = row;
        app.settle();
    }
    if let Some((tone, news)) = news {
        app.say(tone, &news);
    }
}

/// What someone else did last, in words. What the clock did to the account that is looked at, or was just worked,
/// comes first.
fn news(app: &App, board: &Board) -> Option<(Tone, String)> {
    let entries: Vec<_> = board.entries_since(app.board.seq())?.collect();
    let mut clock = entries.iter().rev().filter(|entry| entry.by == Actor::Clock);
    if let Some(news) = clock.find_map(|entry| moved_by_clock(app, board, entry)) {
        return Some(news);
    }
    // That a source had nothing new is no news.
    let is_news =
        |entry: &&&std::sync::Arc<Entry>| !matches!(entry.by, Actor::Source(_)) || entry.changes_something();
    let entry = entries.iter().rev().find(is_news)?;
    // What else the clock did is no reason to take away how to undo what the person did.
    if entry.by == Actor::Clock && app.status.tone == Tone::Done {
        return None;
    }
    Some((Tone::Plain, format!("{}: {}", entry.by, entries::text(entry, board, &app.now))))
}

/// Where the clock put the account that is looked at, or the one that was worked last.
fn moved_by_clock(app: &App, board: &Board, entry: &Entry) -> Option<(Tone, String)> {
    let mine = app.board.recent().find(|entry| entry.by == app.setup.me);
    let worked = mine.and_then(|entry| entry.events.iter().find_map(Event::account));
    let concerns = |id: &&AccountId| Some(*id) == worked || Some(*id) == app.focus.account.as_ref();
    let moves = entry.events.iter().rev().filter_map(|event| {
        let Change::Moved { to: Some(to), .. } = event.change()? else { return None };
        Some((event.account()?, to))
    });
    let (id, to) = moves.filter(|(id, _)| concerns(id)).max_by_key(|(id, _)| Some(*id) == worked)?;
    let words = entries::moved_by_clock(board.get(id)?, &to.stage, board, app.setup.soon_days, &app.now);
    let tone = if Some(id) == worked { Tone::Done } else { Tone::Plain };
    // How an import would be undone takes seconds to find out, and nobody undoes one for a single account.
    let last = mine.filter(|last| tone == Tone::Done && is_of_one(last));
    let undo = last.map(|_| transact(board, &app.setup.playbooks, &Command::Undo, &app.setup.me, app.now));
    // It may go together with what the person did, and is taken back with it then.
    let goes_along = |undo: &Entry| {
        undo.events.iter().filter(|event| event.is_move()).any(|event| event.account() == Some(id))
    };
    let undo = undo.and_then(Result::ok).flatten().filter(goes_along);
    let key = app.board_key(Action::Undo).zip(undo);
    let hint = key.map(|(key, _)| format!(" · {key} undoes this and your last step"));
    let hint = hint.unwrap_or_default();
    Some((tone, format!("{words}{hint}")))
}

pub(super) fn hear(app: &mut App, report: Report) {
    let report = match report {
        Report::Trouble(trouble) => return notices::take_trouble(app, trouble),
        Report::Found(sentence) => return notices::take_found(app, sentence),
        Report::Reread { board, trouble } => return notices::take_anew(app, *board, trouble),
        Report::Past(answer) => return past::take(app, *answer),
        Report::PastUnread(asked, why) => return past::fail(app, &asked, why),
        report => report,
    };
    if let Report::Entries { last, entries } = &report {
        detail::take(app, *last, entries);
        return activity::take(app, *last, entries);
    }
    if let Report::EntriesOfDay(entries) = &report {
        return app.take_day(entries);
    }
    if let Report::DoneBefore(entry) = report {
        hear(app, Report::Done(entry));
        return app.say(Tone::Done, &sentence_case(no_effect::KEPT_BEFORE));
    }
    if !matches!(report, Report::FailedUnasked(_)) {
        app.pending = app.pending.saturating_sub(1);
        app.awaited = None;
        app.waits_for = None;
        let was_taken = matches!(report, Report::Done(_) | Report::Same(_));
        let answered = app.prompt.take_if(|prompt| matches!(prompt, Prompt::Bulk(panel) if panel.sent));
        if let Some(Prompt::Bulk(panel)) = answered {
            hear(app, report);
            if was_taken {
                bulk::finish(app, *panel);
            }
            return;
        }
        if let Some(Prompt::Line(AskedLine { sent: sent @ true, .. })) = &mut app.prompt {
            *sent = false;
            let answered = app.prompt.take_if(|_| was_taken);
            // The point that was observed is one of several.
            if let Some(Prompt::Line(AskedLine { purpose: Purpose::Observation(point), accounts, .. })) =
                answered
            {
                checklist::ask_about(app, accounts, Some(&point));
            }
        }
    }
    match report {
        Report::Same(commands) => {
            let so = match &commands {
                // Nobody asked for it.
                Commands::One(Command::MarkSeen { .. }) => return,
                Commands::One(command) => sentence_case(&unchanged::text(command, &app.board, &app.now)),
                Commands::Batch(_) => "Nothing to change".to_owned(),
            };
            app.say(Tone::Plain, &so);
        }
        Report::Done(entry) if !entry.is_undoable() => {}
        Report::Done(entry) => {
            let worked = app.focus.account.clone();
            app.work_on(&entry);
            if entry.is_way_back() {
                alerts::go_back_to(app, &entry);
            } else {
                alerts::go_on(app, &entry);
            }
            let hint = way_back(app, &entry);
            let stays = stays(&app.board, &app.setup.playbooks, &entry, app.now);
            let stays = stays.map(|it| format!("; {}", no_effect::text(&it))).unwrap_or_default();
            let stopped = stopped(&app.board, &app.setup.playbooks, &entry, &app.now);
            let stopped = stopped.map(|it| format!("; {}", no_effect::stopped_text(&it, &app.now)));
            let past = snoozed_past(app, &entry).map(|past| format!(", {past}")).unwrap_or_default();
            let stays = stays + &stopped.unwrap_or_default();
            let next = next(app, worked.as_ref(), &entry).unwrap_or_default();
            let said = format!("{}{past}{stays}{next}", entries::text(&entry, &app.board, &app.now));
            // What nobody asked for is not cut.
            let is_unasked = !stays.is_empty() || (!past.is_empty() && is_of_one(&entry));
            // One line is left for what the account needs.
            let has_room = layout::status_room(app) > 2;
            app.say_done(&said, &hint, is_unasked || has_room);
        }
        Report::Refused(Commands::Batch(_), refusal) => {
            // Every one of them was allowed when it was asked for: somebody else changed something meanwhile.
            app.say(Tone::Refused, &format!("Nothing was done, the board has changed meanwhile: {refusal}"));
        }
        Report::Refused(Commands::One(command), refusal) => {
            // Where a question is still open, the answer to it is mended there.
            let refused = refused(command, &refusal).filter(|_| app.prompt.is_none());
            let offer = refused.as_ref().map(|refused| offer(app, refused)).unwrap_or_default();
            let why = refusals::text(&refusal);
            // What to do instead is said with its key.
            let why =
                if offer.is_empty() { &*why } else { why.split_once(": ").map_or(&*why, |(why, _)| why) };
            app.say(Tone::Refused, why);
            app.status = Status::with_keys(Tone::Refused, &app.status.text, offer, true, app.size.0);
            app.status.refused = refused;
        }
        Report::Failed(error) | Report::FailedUnasked(error) => app.say(Tone::Failed, &error),
        Report::DoneBefore(_)
        | Report::Entries { .. }
        | Report::EntriesOfDay(_)
        | Report::Found(_)
        | Report::Trouble(_)
        | Report::Past(_)
        | Report::PastUnread(..)
        | Report::Reread { .. } => {}
    }
}

/// From this width on, what was done leaves room for who is next.
const ROOMY: u16 = 100;

/// Where the work went on after `entry`, if it did: the next key is about another account than the last one. Of an open
/// account that still needs somebody, for what.
fn next(app: &App, worked: Option<&AccountId>, entry: &Entry) -> Option<String> {
    let (worked, next) = (worked?, app.focus.account.as_ref()?);
    let is_read = matches!(app.overlay, Some(Overlay::Detail(_))) && app.view == View::Today;
    if is_read && worked == next && !entry.is_way_back() {
        // It stays open as long as it needs somebody; whoever goes on pressing must know that.
        let account = app.board.get(worked)?;
        let left = app.queue.reasons(worked).first().map(|reason| hint(app, account, reason))?;
        return Some(format!(" · still open here: {left}"));
    }
    let went_on = worked != next && !entry.is_way_back() && !app.alerts_have_keys();
    // Where an open account covers the rows, nothing else says that it is another one.
    let is_covered = app.overlay.is_some() && layout::areas(app).dock.is_empty();
    (went_on && (app.size.0 >= ROOMY || is_covered)).then(|| format!(" · next is {}", app.short_name(next)))
}

/// Whether `entry` is about one account.
fn is_of_one(entry: &Entry) -> bool {
    let mut accounts = entry.events.iter().filter_map(Event::account);
    let first = accounts.next();
    accounts.all(|id| Some(id) == first)
}

/// What lies before the end of the snooze that a person set with `entry`.
fn snoozed_past(app: &App, entry: &Entry) -> Option<String> {
    let snoozed = entry.events.iter().filter_map(|event| match event.change()? {
        Change::SnoozeChanged { to: Some(snooze), .. } => {
            Some((&**app.board.get(event.account()?)?, snooze.until))
        }
        _ => None,
    });
    let (accounts, until): (Vec<_>, Vec<_>) = snoozed.unzip();
    follow_ups::snoozed_past(accounts, until.into_iter().max()?, &app.now)
}

/// The key that takes `entry` back, in words: ` · u undoes it`. Nothing where that key means another.
fn way_back(app: &App, entry: &Entry) -> String {
    let me = &app.setup.me;
    let (action, words) = if entry.undoes.is_empty() {
        let latest = app.board.latest_of(me);
        let is_it = |seq: &Seq| *seq == entry.seq || app.board.redone_by(entry.seq).contains(seq);
        (Action::Undo, latest.filter(is_it).map(|_| "undoes it"))
    } else {
        let is_it = app.board.latest_undo_of(me) == Some(entry.seq);
        (Action::Redo, is_it.then_some("redoes it"))
    };
    let key = app.board_key(action);
    key.zip(words).map(|(key, words)| format!(" · {key} {words}")).unwrap_or_default()
}

fn refused(command: Command, refusal: &Refusal) -> Option<Refused> {
    let Command::Move { account, to, .. } = command else { return None };
    Some(Refused {
        accounts: vec![account],
        to,
        better: refusal.better().cloned(),
        can_be_forced: refusal.can_be_forced(),
    })
}

impl App {
    /// Says that `accounts`, who were refused, may be forced to go to the stage `to`.
    pub(super) fn offer_to_force(&mut self, accounts: Vec<AccountId>, to: StageId) {
        let refused = Refused { accounts, to, better: None, can_be_forced: true };
        let Status { tone, keys, .. } = &self.status;
        let keys = format!("{keys}{}", offer(self, &refused));
        self.status = Status::with_keys(*tone, self.status.words(), keys, true, self.size.0);
        self.status.refused = Some(refused);
    }
}

/// The keys that go on from a refusal.
pub(super) fn offer(app: &App, refused: &Refused) -> String {
    let mut offers = Vec::new();
    let them = if refused.accounts.len() == 1 { "it" } else { "them" };
    if let (Some(better), Some(key)) = (&refused.better, app.board_key(Action::AcceptBetter)) {
        offers.push(format!("{key} moves {them} to {better}"));
    }
    if let (true, Some(key)) = (refused.can_be_forced, app.board_key(Action::Force)) {
        offers.push(format!("{key} forces {them}, with a reason"));
    }
    // A stage that was mistyped a moment ago is taken back, not forced.
    let moved = |event: &&Event| event.is_move() && event.account() == refused.accounts.first();
    let slip = app.board.latest_of(&app.setup.me).filter(|seq| {
        let mut entries = app.board.recent().filter(|entry| entry.seq == *seq);
        refused.better.is_none()
            && refused.accounts.len() == 1
            && entries.any(|entry| entry.events.iter().find(moved).is_some())
    });
    if let Some((_, key)) = slip.zip(app.board_key(Action::Undo)) {
        offers.push(format!("{key} undoes the last move"));
    }
    if offers.is_empty() { String::new() } else { format!(" · {}", offers.join(" · ")) }
}

/// Takes in how the receivers fare.
pub(super) fn receivers(app: &mut App, news: Vec<ReceiverNews>) {
    app.receivers = news.into_iter().map(|news| (news.receiver, news.status)).collect();
    if app.screen.as_ref().is_some_and(|screen| screen.id == ScreenId::Sources) {
        app.refresh_screen();
    }
}

/// Takes in how a source fared. Whoever looks at the sources sees it there; a source that just began to need somebody is
/// named once.
pub(super) fn source(app: &mut App, news: SourceNews) {
    let SourceNews { source, status } = news;
    let before = app.sources.insert(source.clone(), status.clone());
    let is_new = status.needs_a_person && !before.is_some_and(|before| before.needs_a_person);
    if is_new && let Some(why) = &status.error {
        app.say(Tone::Refused, &format!("{source} was not read: {why}"));
    }
    if app.screen.as_ref().is_some_and(|screen| screen.id == ScreenId::Sources) {
        app.refresh_screen();
    }
}
