//! What takes a look at so many accounts that it is worked out beside the screen, which goes on hearing keys.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::parallel;
use crate::playbook::Playbooks;
use crate::query::Sort;
use crate::state::query::attention::AttentionRules;
use crate::state::query::ownership::Whose;
use crate::state::query::workload::Workload;
use crate::state::{Account, AccountId, Actor, Board, DoneToday, Now};
use crate::tui::model::columns::{AsleepRows, BoardColumns};
use crate::tui::model::insights::{InsightsJob, InsightsPages};
use crate::tui::model::today::TodayQueue;

/// What is worked out beside the screen.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// Whether something is.
    pub is_running: bool,
    /// Whether another board was read since that began.
    pub is_outdated: bool,
    /// The latest board, where so much changed that it is taken in once all of it is arranged.
    pub ahead: Option<Board>,
    /// Whether everyone who is asleep was read and is in memory.
    pub has_read_asleep: bool,
    /// Whom somebody went to while they had no rows: on this screen, they are awake.
    pub woken: BTreeSet<AccountId>,
}

/// Something to be worked out.
pub enum SideJob {
    /// Those who are asleep on a board.
    Asleep(Box<AsleepJob>),
    /// Everything about a board that many changes led to.
    Board(Box<BoardJob>),
    /// The week in numbers.
    Insights(Box<InsightsJob>),
}

/// What came of it.
#[derive(Debug)]
pub enum SideResult {
    Asleep(Asleep),
    Board(Box<ArrangedBoard>),
    Insights(Box<InsightsPages>),
}

pub struct AsleepJob {
    pub board: Board,
    pub now: Now,
    pub sort: Sort,
    pub whose: Whose,
    pub playbooks: Arc<Playbooks>,
    /// Whether all of them are to stay in memory.
    pub keeps: bool,
}

/// Those who were asleep on a board.
#[derive(Debug)]
pub struct Asleep {
    pub rows: AsleepRows,
    /// Those of them that are somebody's, with their numbers.
    pub theirs: Vec<(AccountId, usize)>,
    pub of: Whose,
    pub are_kept: bool,
}

pub struct BoardJob {
    pub before: Board,
    pub board: Board,
    pub now: Now,
    pub sort: Sort,
    pub rules: AttentionRules,
    pub whose: Whose,
    pub done: DoneToday,
    pub me: Actor,
}

/// A board with everything the screen keeps of it.
#[derive(Debug)]
pub struct ArrangedBoard {
    pub board: Board,
    pub columns: BoardColumns,
    pub queue: TodayQueue,
    pub done: DoneToday,
    pub workload: Workload,
}

impl SideJob {
    /// Works it out.
    pub fn run(self) -> SideResult {
        match self {
            Self::Asleep(job) => SideResult::Asleep(job.run()),
            Self::Board(job) => SideResult::Board(Box::new(job.run())),
            Self::Insights(job) => SideResult::Insights(Box::new(job.run())),
        }
    }
}

impl AsleepJob {
    fn run(self) -> Asleep {
        let Self { board, now, sort, whose, playbooks, keeps } = self;
        if keeps {
            board.read_asleep();
        }
        // Of those who are asleep, no alert is open, and nobody is back.
        let is_theirs =
            |account: &Account| !whose.is_everybodys() && whose.has_account(account, &playbooks.team.roster);
        let (rows, theirs) = AsleepRows::read(&board, &now, sort, is_theirs);
        Asleep { rows, theirs, of: whose, are_kept: keeps }
    }
}

impl BoardJob {
    fn run(self) -> ArrangedBoard {
        let Self { before, board, now, sort, rules, whose, mut done, me } = self;
        for entry in board.entries_since(before.seq()).into_iter().flatten() {
            done.take(entry, &me, &now);
        }
        let (columns, queue) = arranged(&board, &now, sort, rules, whose, &done);
        let workload = Workload::new(&board);
        ArrangedBoard { board, columns, queue, done, workload }
    }
}

/// Everyone in order, and who needs a person.
pub fn arranged(
    board: &Board,
    now: &Now,
    sort: Sort,
    rules: AttentionRules,
    whose: Whose,
    done: &DoneToday,
) -> (BoardColumns, TodayQueue) {
    parallel::join(|| BoardColumns::new(board, now, sort), || TodayQueue::new(board, now, rules, whose, done))
}
