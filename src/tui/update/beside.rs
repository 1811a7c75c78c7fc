//! What is worked out beside the screen: what is wanted, and what becomes of what came of it.

use std::collections::BTreeSet;

use super::{past, reports};
use crate::state::query::ownership::Whose;
use crate::state::{AccountId, Board};
use crate::tui::model::app::App;
use crate::tui::model::beside::{Asleep, AsleepJob, BoardJob, SideJob, SideResult};
use crate::tui::model::filter::FilterMeaning;
use crate::tui::model::focus::View;
use crate::tui::model::prompt::Prompt;
use crate::tui::model::screens::ScreenId;
use crate::tui::screens::insights;

/// A board that more events than this lead to is arranged beside the screen: these take some tens of milliseconds.
const MANY: usize = 500;

impl App {
    /// What is to be worked out beside the screen next; nothing while something is.
    pub fn next_job(&mut self) -> Option<SideJob> {
        if self.beside.is_running {
            return None;
        }
        let job = match &self.beside.ahead {
            Some(board) => SideJob::Board(Box::new(self.board_job(board.clone()))),
            None if insights::is_wanted(self) => SideJob::Insights(Box::new(insights::job(self))),
            None if self.wants_asleep() => SideJob::Asleep(Box::new(self.asleep_job())),
            None => return None,
        };
        self.beside.is_running = true;
        Some(job)
    }

    fn board_job(&self, board: Board) -> BoardJob {
        BoardJob {
            before: self.board.clone(),
            board,
            now: self.now,
            sort: self.columns.sort(),
            rules: self.setup.attention_rules(),
            whose: self.whose.clone(),
            done: self.done.clone(),
            me: self.setup.me.clone(),
        }
    }

    fn asleep_job(&self) -> AsleepJob {
        AsleepJob {
            board: self.board.clone(),
            now: self.now,
            sort: self.columns.sort(),
            whose: if self.mine.is_some() { self.whose.clone() } else { Whose::Everybodys },
            playbooks: self.setup.playbooks.clone(),
            keeps: self.asks_about_asleep(),
        }
    }

    /// Whether something on the screen is about those who are asleep, and they are not there.
    fn wants_asleep(&self) -> bool {
        (!self.columns.is_whole() && self.shows_asleep())
            || (self.asks_about_asleep() && !self.can_ask_about_asleep())
    }

    /// Whether rows of those who are asleep belong on the screen.
    fn shows_asleep(&self) -> bool {
        let shows_cards = match self.view {
            View::List { .. } => true,
            View::Board => self.columns.column(self.focus.column_id).unread() > 0,
            View::Today => false,
        };
        let searches = matches!(self.prompt, Some(Prompt::Filter(_)));
        self.counts_asleep() || shows_cards || searches || self.filter.is_some() || self.mine.is_some()
    }

    /// Whether they are asked what only the whole account answers.
    fn asks_about_asleep(&self) -> bool {
        let queries = self.filter.as_ref().is_some_and(|it| matches!(it.means, FilterMeaning::Query { .. }));
        let lists_alerts = self.alerts.is_some_and(|pane| pane.closed_too);
        queries || lists_alerts || self.counts_asleep()
    }

    /// Whether a screen counts all whom something may happen to.
    fn counts_asleep(&self) -> bool {
        self.screen.as_ref().is_some_and(|screen| screen.id == ScreenId::Playbooks)
    }

    /// Whether those who are asleep can be asked without a wait.
    pub(in crate::tui) fn can_ask_about_asleep(&self) -> bool {
        self.beside.has_read_asleep || self.board.sleeps_little()
    }

    /// Gives the account with this id a row, if it sleeps and has none.
    pub(super) fn wake(&mut self, id: &AccountId) {
        if self.columns.number_of(id).is_none() && self.board.get(id).is_some() {
            let before = self.board.clone();
            self.board.wake(id);
            self.follow_narrowed(&before, &BTreeSet::from([id.clone()]));
            self.beside.woken.insert(id.clone());
        }
    }

    /// Whether so much leads to `board` that it is to be arranged beside the screen. A person's own change never is: the next
    /// key goes on from it.
    fn is_far(&self, board: &Board) -> bool {
        let many = || {
            let entries = board.entries_since(self.board.seq());
            entries.is_none_or(|entries| entries.map(|entry| entry.events.len()).sum::<usize>() > MANY)
        };
        self.beside.ahead.is_some() || (self.pending == 0 && many())
    }
}

/// Takes in a new board, now or once it is arranged.
pub(super) fn follow(app: &mut App, mut board: Board) {
    if past::follow(app, &board) {
        return;
    }
    for id in &app.beside.woken {
        board.wake(id);
    }
    if app.is_far(&board) {
        app.beside.ahead = Some(board);
    } else {
        reports::follow(app, board, None);
    }
}

/// Takes in what was worked out.
pub(super) fn take(app: &mut App, result: SideResult) {
    app.beside.is_running = false;
    if std::mem::take(&mut app.beside.is_outdated) {
        return;
    }
    match result {
        SideResult::Asleep(asleep) => take_asleep(app, asleep),
        SideResult::Insights(pages) => insights::take(app, *pages),
        SideResult::Board(arranged) => {
            let Some(latest) = app.beside.ahead.take() else { return };
            let seq = arranged.board.seq();
            reports::follow(app, arranged.board.clone(), Some(*arranged));
            if latest.seq() > seq {
                follow(app, latest);
            }
        }
    }
}

fn take_asleep(app: &mut App, Asleep { rows, theirs, of, are_kept }: Asleep) {
    app.beside.has_read_asleep |= are_kept;
    if app.mine.is_some() && of != app.whose {
        // Others are to be seen by now: nobody said of those who are asleep which are theirs.
        return;
    }
    if !app.columns.is_whole() && !app.columns.take_asleep(&app.board, rows) {
        return;
    }
    if let Some(mine) = &mut app.mine {
        for (id, number) in theirs {
            // Whoever woke up meanwhile was looked at then.
            if app.board.archive_place(&id).is_none() {
                mine.insert(number);
            }
        }
    }
    app.narrow();
    app.refresh_screen();
}
