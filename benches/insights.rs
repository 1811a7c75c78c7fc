//! The week in numbers of a grown board, beside one pass over the entries that it is counted from.

use std::ops::ControlFlow;

use chrono::{Days, NaiveDate};
use gangplank::insights::forecast::ForecastMonth;
use gangplank::insights::window::{CountedDays, WindowStep};
use gangplank::insights::{Insights, InsightsQuestion};
use gangplank::session::Session;
use gangplank::state::{Board, Roster};
use gangplank::store::{FileStore, Store as _};

use crate::table::{Table, Times};
use crate::world::World;

/// How often each is measured.
const RUNS: usize = 5;

pub(crate) fn insights(world: &World, table: &mut Table) {
    let (mut first, mut again, mut pass, mut years, mut month) =
        (Times::default(), Times::default(), Times::default(), Times::default(), Times::default());
    let today = world.now().today();
    let eight_weeks = today.checked_sub_days(Days::new(55)).expect("a day");
    let ever = NaiveDate::from_ymd_opt(2015, 1, 1).expect("a day");
    for _ in 0..RUNS {
        let mut opened = FileStore::open(&world.dir, world.config.pipeline.clone()).expect("the store opens");
        let board = opened.board;
        first.note(|| count(world, &board, eight_weeks));
        again.note(|| count(world, &board, eight_weeks));
        years.note(|| count(world, &board, ever));
        pass.note(|| {
            let mut events = 0;
            let read = opened.store.for_each(board.seq(), &mut |entry| {
                events += entry.events.len();
                ControlFlow::Continue(())
            });
            read.expect("the journal can be read");
            events
        });
        let mut session = Session::new(Box::new(opened.store), board, world.config.playbooks.clone());
        let window = CountedDays::new(eight_weeks, today, WindowStep::Week).expect("days");
        let of = ForecastMonth::of(&window, &world.now());
        // The end of the process frees them at once.
        std::mem::forget(month.note(|| session.boards_at(of.moments)).expect("the journal can be read"));
        std::mem::forget(session);
    }
    let pass = pass.best();
    let floor = Some(("one pass over the entries", pass));
    table.time("the week in numbers, after the start", first.best(), floor, "≤ 1.5, and 300 ms");
    table.time("the same again", again.best(), floor, "≤ 1.5, and 300 ms");
    table.time("the same of all years", years.best(), floor, "≤ 1.5");
    table.time("the boards of a month, for its forecast", month.best(), floor, "≤ 1.5");
}

fn count(world: &World, board: &Board, first: NaiveDate) -> usize {
    let now = world.now();
    let window = CountedDays::new(first, now.today(), WindowStep::Week).expect("days");
    let question = InsightsQuestion { board, now, window, month: None, weights: world.config.forecast };
    let insights = Insights::of(&question, board.accounts().map(|account| &**account));
    insights.sections(board, &Roster::default(), &now).iter().map(|section| section.rows.len()).sum()
}
