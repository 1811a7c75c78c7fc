//! The week in numbers: what became of the accounts, section by section, as charts and tables whose numbers open the accounts
//! behind them.

mod bars;
mod details;
mod page;

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};

pub(super) use self::page::draw;
use crate::insights::forecast::{ForecastMonth, MonthBoards};
use crate::insights::report::SectionCell;
use crate::insights::window::WindowStep;
use crate::prose::lists::{plural, sentence_case};
use crate::query::Query;
use crate::state::{AccountId, Board};
use crate::tui::input::action::Action;
use crate::tui::input::chord::Chord;
use crate::tui::layout::insights::{PlacedInsights, placed};
use crate::tui::model::app::App;
use crate::tui::model::focus::Overlay;
use crate::tui::model::hints::Hint;
use crate::tui::model::insights::charts::PageChart;
use crate::tui::model::insights::{
    AskedInsights, ChosenNumber, CountedOwner, FORECAST, InsightsJob, InsightsPages, shown,
};
use crate::tui::model::msg::Effect;
use crate::tui::model::screens::{ScreenId, ScreenState};
use crate::tui::model::status::{Status, Tone};

pub(super) const HINTS: &[Hint] = &[
    (Action::Clear, "Back"),
    (Action::Open, "Accounts"),
    (Action::NextSection, "Next section"),
    (Action::FocusRight, "Next number"),
    (Action::EarlierDays, "Earlier"),
    (Action::LaterDays, "Later"),
    (Action::CountedStep, "Weeks or months"),
    (Action::CountedOwner, "Whose"),
    (Action::Filter, "Filter"),
    (Action::PreviousSection, "Previous section"),
    (Action::FocusLeft, "Previous number"),
    (Action::Help, "Help"),
];

/// What the screen would ask now.
fn asked(app: &App) -> AskedInsights {
    let has_month = month_at_hand(app).is_some();
    AskedInsights {
        scope: app.insights.scope.clone(),
        seq: app.board.seq(),
        today: app.now.today(),
        has_month,
    }
}

pub fn is_open(app: &App) -> bool {
    app.screen.as_ref().is_some_and(|screen| screen.id == ScreenId::Insights)
}

/// Whether the numbers are to be counted: the screen is open, and those there are answer something else.
pub fn is_wanted(app: &App) -> bool {
    is_open(app) && app.insights.pages.as_ref().is_none_or(|pages| pages.asked != asked(app))
}

/// What counts them.
pub fn job(app: &App) -> InsightsJob {
    InsightsJob {
        asked: asked(app),
        board: app.board.clone(),
        now: app.now,
        playbooks: app.setup.playbooks.clone(),
        rules: app.setup.attention_rules(),
        me: app.me().cloned().unwrap_or_else(|| "".into()),
        currency: app.setup.currency,
        month: month_at_hand(app),
        weights: app.setup.weights,
    }
}

/// The month whose forecast is looked at again.
fn month(app: &App) -> ForecastMonth {
    ForecastMonth::of(&app.insights.scope.window(app.now.today()), &app.now)
}

fn month_at_hand(app: &App) -> Option<Arc<MonthBoards>> {
    app.insights.month.clone().filter(|boards| boards.month == month(app))
}

/// The boards of the month that is looked at, where they are to be read: that takes a pass through the journal, which is made
/// only for whoever comes to it.
pub(super) fn wanted(app: &mut App) -> Option<Effect> {
    if !is_forecast(app) {
        // Whoever comes to it again asks again.
        app.insights.month_unread = None;
        return None;
    }
    let month = month(app);
    if month_at_hand(app).is_some() || app.insights.month_asked == Some(month) || unread(app).is_some() {
        return None;
    }
    app.insights.month_asked = Some(month);
    Some(Effect::ReadMonth(month))
}

/// Whether the forecast of a month is looked at.
fn is_forecast(app: &App) -> bool {
    let pages = app.insights.pages.as_ref().filter(|_| is_open(app));
    let place = pages.zip(app.screen.as_ref()).map(|(pages, screen)| (pages, pages.place(screen.row).0));
    place.and_then(|(pages, place)| pages.sections.get(place)).is_some_and(|section| section.id == FORECAST)
}

/// Why the month that is looked at could not be read, where it could not.
fn unread(app: &App) -> Option<&str> {
    let (failed, why) = app.insights.month_unread.as_ref()?;
    (*failed == month(app)).then_some(why)
}

/// Takes in that the boards of a month could not be read.
pub fn fail_month(app: &mut App, moments: [DateTime<Utc>; 2], why: String) {
    if let Some(month) = app.insights.month_asked.take_if(|month| month.moments == moments) {
        app.insights.month_unread = Some((month, why));
    }
}

/// Takes in the boards of a month.
pub fn take_month(app: &mut App, moments: [DateTime<Utc>; 2], [began, ended]: [Board; 2]) {
    if let Some(month) = app.insights.month_asked.take_if(|month| month.moments == moments) {
        app.insights.month = Some(Arc::new(MonthBoards { month, began, ended }));
    }
}

/// Takes in what was counted.
pub fn take(app: &mut App, pages: InsightsPages) {
    app.insights.pages = Some(pages.into());
    if is_open(app) {
        app.refresh_screen();
    }
}

/// What the first line says: the days, and whose accounts. Where it is cut, the days are what is left.
pub(super) fn title(app: &App, pages: Option<&InsightsPages>) -> String {
    let scope = app.insights.scope.words(&app.now);
    let count = match pages.filter(|pages| pages.asked.scope == app.insights.scope) {
        Some(pages) => plural(pages.accounts, "account", "accounts"),
        None => "counting…".to_owned(),
    };
    format!("{scope} · {count} · numbers")
}

/// The section and the row that are chosen, and the number in it.
fn chosen<'a>(pages: &'a InsightsPages, screen: &ScreenState) -> (usize, usize, Option<ChosenNumber<'a>>) {
    let (place, row) = pages.place(screen.row);
    (place, row, pages.chosen(place, row, screen.column))
}

pub(super) fn leads_somewhere(pages: &InsightsPages, screen: &ScreenState) -> bool {
    chosen(pages, screen).2.is_some_and(|number| !number.is_empty())
}

/// Lists the accounts behind the chosen number; opens the only one. Where a month could not be read, it is asked for again.
pub(super) fn open(app: &mut App) {
    if is_forecast(app) && app.insights.month_unread.take().is_some() {
        return;
    }
    let Some((pages, screen)) = app.insights.pages.clone().zip(app.screen.as_ref()) else { return };
    let (place, row, number) = chosen(&pages, screen);
    let behind = match &number {
        Some(ChosenNumber::Count(column, _)) => standing(app, &pages, (place, row), *column),
        number => number.iter().flat_map(|number| number.accounts(usize::MAX)).collect(),
    };
    let known = behind.iter().filter_map(|id| app.board.find(id).cloned());
    let accounts: HashSet<AccountId> = known.map(|account| account.id.clone()).collect();
    let Some(number) = number.filter(|_| !accounts.is_empty()) else {
        return app.say(Tone::Plain, "There is no account behind this number");
    };
    let first = pages.sections[place].rows.get(row).and_then(|cells| cells.first());
    let label = first.map_or_else(String::new, |cell| shown(cell, &app.now));
    let name = format!("{label}, {}", pages.title_of(place, &number).to_lowercase());
    let is_one = accounts.len() == 1;
    app.list_only(name, accounts);
    if is_one {
        app.lay_over(Overlay::Detail(0));
    }
}

/// Who stood in the bucket of that column on the day of that row.
fn standing(app: &App, pages: &InsightsPages, (place, row): (usize, usize), column: usize) -> Vec<AccountId> {
    let section = &pages.sections[place];
    let bucket = section.columns.get(column).and_then(|column| column.id.strip_prefix("buckets."));
    match (section.rows.get(row).and_then(|cells| cells.first()), bucket) {
        (Some(SectionCell::Date(day)), Some(bucket)) => job(app).standing(*day, bucket),
        _ => Vec::new(),
    }
}

/// Chooses the number `by` places to the right in the row, of those behind which somebody stands.
pub fn sideways(app: &mut App, by: isize) {
    let Some((pages, screen)) = app.insights.pages.clone().zip(app.screen.as_mut()) else { return };
    if screen.id != ScreenId::Insights {
        return;
    }
    let (place, row) = pages.place(screen.row);
    let count = pages.numbers(place, row).count();
    let somebody = pages.numbers(place, row).enumerate().filter(|(_, number)| !number.is_empty());
    let mut columns: Vec<usize> = somebody.map(|(at, _)| at).collect();
    let now = screen.column.min(count.saturating_sub(1));
    if by < 0 {
        columns.retain(|at| *at < now);
        columns.reverse();
    } else {
        columns.retain(|at| *at > now);
    }
    if let Some(last) = columns.len().checked_sub(1) {
        screen.column = columns[by.unsigned_abs().saturating_sub(1).min(last)];
    }
}

/// Goes `by` sections on; behind the last one comes the first.
pub fn step(app: &mut App, by: isize) {
    let Some((pages, screen)) = app.insights.pages.clone().zip(app.screen.as_ref()) else { return };
    let count = pages.sections.len();
    let (place, _) = pages.place(screen.row);
    let to = (place + count).saturating_add_signed(by) % count.max(1);
    go(app, &pages, to);
}

/// Goes to the section whose digit was pressed.
pub fn go_to(app: &mut App, chord: Chord) {
    let Some(pages) = app.insights.pages.clone() else { return };
    let digit = chord.typed().and_then(|c| c.to_digit(10)).and_then(|digit| usize::try_from(digit).ok());
    match digit.and_then(|digit| digit.checked_sub(1)).filter(|at| *at < pages.sections.len()) {
        Some(to) => go(app, &pages, to),
        None => app.say(Tone::Plain, "There is no section with this number"),
    }
}

fn go(app: &mut App, pages: &InsightsPages, to: usize) {
    app.choose(pages.first_of(to));
    if let Some(screen) = &mut app.screen {
        screen.column = 0;
    }
}

/// Asks about the weeks or months before, or after.
pub fn shift(app: &mut App, by: i64) {
    let scope = &mut app.insights.scope;
    match u32::try_from(i64::from(scope.back) + by) {
        Ok(back) if back <= FARTHEST => scope.back = back,
        Ok(_) => app.say(Tone::Plain, "Nothing is counted so far back"),
        Err(_) => app.say(Tone::Plain, "These are the latest days"),
    }
}

/// So many windows back, nobody has had a board.
const FARTHEST: u32 = 200;

/// Counts by month in place of weeks, and back.
pub fn change_step(app: &mut App) {
    let scope = &mut app.insights.scope;
    scope.back = 0;
    scope.step = match scope.step {
        WindowStep::Week => WindowStep::Month,
        WindowStep::Month => WindowStep::Week,
    };
}

/// Counts the accounts of `whose`.
pub fn count_of(app: &mut App, whose: CountedOwner) {
    app.insights.scope.whose = whose;
}

/// Counts the accounts that `query` means.
pub fn narrow(app: &mut App, query: &str) {
    let rules = app.setup.attention_rules();
    if let Err(error) = Query::parse(query, &app.query_context(&rules)) {
        // Half a field is typed: what is seen stays as it is meanwhile.
        return app.say(Tone::Refused, &sentence_case(&error.to_string()));
    }
    app.status = Status::default();
    query.trim().clone_into(&mut app.insights.scope.query);
}

/// What a query that is typed finds by now.
pub fn found(app: &App) -> Option<String> {
    let pages = app.insights.pages.as_ref().filter(|_| is_open(app))?;
    let is_counted = pages.asked.scope == app.insights.scope;
    Some(if is_counted { plural(pages.accounts, "account", "accounts") } else { "counting…".to_owned() })
}

/// The number of the chosen row at a cell, counted from the left.
pub fn column_at(app: &App, (x, _): (u16, u16)) -> Option<usize> {
    let (pages, placed) = placed(app)?;
    let numbers: Vec<_> = pages.numbers(placed.place, placed.row).collect();
    let in_column = placed.columns.iter().find(|column| (column.x..column.end()).contains(&x));
    if let Some(column) = in_column {
        return numbers.iter().position(|it| it.column() == Some(column.column));
    }
    let cell = x.checked_sub(placed.bars.x).filter(|cell| *cell < placed.bars.width)?;
    match pages.charts[placed.place] {
        PageChart::Dots => dot_at(pages, &placed, &numbers, cell),
        PageChart::Parts { .. } => bars::part_at(pages, &placed, &numbers, cell),
        PageChart::Table
        | PageChart::Columns { .. }
        | PageChart::Days { .. }
        | PageChart::Percent { .. }
        | PageChart::Bands => None,
    }
}

/// The dot next to a cell of the bars.
fn dot_at(
    pages: &InsightsPages,
    placed: &PlacedInsights,
    numbers: &[ChosenNumber<'_>],
    cell: u16,
) -> Option<usize> {
    let axis = bars::days(pages, placed.bars.width);
    let dots = numbers.iter().enumerate().filter_map(|(at, number)| match number {
        ChosenNumber::Dot(stay) => Some((bars::cell_of(stay.minutes, &axis).abs_diff(cell), at)),
        ChosenNumber::Cell(..) | ChosenNumber::Count(..) | ChosenNumber::Row(_) => None,
    });
    dots.min().map(|(_, at)| at)
}

/// The chosen row for who hears it: what it is known by, what it is called, and its numbers.
pub fn aloud(pages: &InsightsPages, at: usize) -> (String, String, String) {
    let (place, row) = pages.place(at);
    let section = &pages.sections[place];
    let key = format!("{}, {row}", section.id);
    let Some(cells) = section.rows.get(row) else {
        return (key, section.title.to_owned(), "Nothing".to_owned());
    };
    let named = cells.iter().zip(&section.columns).skip(1);
    let words = named.map(|(cell, column)| format!("{} {}", column.title, cell.words())).collect::<Vec<_>>();
    (key, format!("{}: {}", section.title, pages.label(place, row)), words.join(", "))
}

/// All there is to say of the chosen row.
pub fn all_aloud(app: &App, pages: &InsightsPages, screen: &ScreenState) -> Vec<String> {
    let (place, _, number) = chosen(pages, screen);
    let accounts = number.iter().flat_map(|number| number.accounts(MOST_ALOUD));
    let mut lines = vec![pages.sections[place].meaning.clone()];
    if let Some(number) = &number {
        lines.push(format!("Chosen: {}", pages.title_of(place, number)));
    }
    lines.extend(accounts.map(|id| app.account_line(&id)));
    lines
}

/// More would be said for minutes.
const MOST_ALOUD: usize = 20;
