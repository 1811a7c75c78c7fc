//! The day's queue: every account that needs a person, why, and what to press.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::card::{badges_width, highlight, put_badges};
use crate::prose::lists::{plural, sentence_case};
use crate::prose::reasons::{self, group_title};
use crate::prose::{dates, entries};
use crate::state::query::checklists;
use crate::state::query::ownership::Whose;
use crate::state::{Account, Money, Now, Position, Priority, Reason, TodayGroup};
use crate::text;
use crate::tui::canvas::{chosen_row, put, put_mark, put_out_of_sight, wipe};
use crate::tui::input::action::Action;
use crate::tui::input::keymap::InputMode;
use crate::tui::layout::{
    self,
    lines::{ListLine, ListLines, lines_in_view},
};
use crate::tui::model::app::App;
use crate::tui::model::badges::{owner, owner_width, recent, renewal};
use crate::tui::model::focus::View;
use crate::tui::model::hearing::key_role;
use crate::tui::model::hints::hint;
use crate::tui::model::today::{Empty, TodaySection};
use crate::tui::theme::Role;

/// The widest a key with its word gets.
const PRESS: usize = 17;
/// From this width on, words that follow a number stand apart from it.
const ROOMY: usize = 130;
/// How long ago the last contact was.
const TOUCHED: usize = 8;
/// Nearly every name, and how much of a checklist is ticked.
const WIDEST_NAME: usize = 27;
/// The longest that are usual, and a little more.
const USUAL_NAME: usize = 21;
const WIDE_NAME: usize = 23;
/// The key alone.
const KEY: usize = 5;
/// What stands in the row of an account that somebody read, and that needs nobody any more.
const DONE: &str = "✓ done for now";

/// How wide each part of a row is; none where there is no room for it. What to press never gives way.
struct Parts {
    name: usize,
    stage: usize,
    due: usize,
    money: usize,
    owner: usize,
    touched: usize,
    press: usize,
    why: usize,
    /// What stands before words that follow a number.
    apart: &'static str,
}

impl Parts {
    /// Those of a row of `width` cells, where the longest name of an owner has `owner` cells.
    fn of(width: usize, owner: usize) -> Self {
        let from = |least, part| if width >= least { part } else { 0 };
        // Where there is room, few names are longer than that. Where only the key of what to press stands, and in a usual
        // small terminal, names get a little more: cut ones are the first thing seen.
        let name = match width {
            112.. => WIDEST_NAME,
            80..112 => WIDE_NAME.min(width / 4),
            72..80 => USUAL_NAME.min(width * 4 / 15),
            60..72 => (USUAL_NAME - 1).min(width / 3),
            0..60 => (width / 4).max(4),
        };
        let (stage, due, money) = (from(30, 3), from(44, 7), from(100, 10));
        let apart = if width >= ROOMY { " " } else { "" };
        let (owner, touched) = (from(ROOMY, owner + 2 * apart.len()), from(150, TOUCHED));
        let is_after_number = touched > 0;
        let press = if width >= 72 { PRESS + usize::from(is_after_number) } else { from(16, KEY) };
        let parts = Self { name, stage, due, money, owner, touched, press, why: 0, apart };
        Self { why: width.saturating_sub(parts.before_why()), ..parts }
    }
}

impl Parts {
    /// Those of the rows in `area`.
    fn placed(app: &App, area: Rect) -> Self {
        // One cell on either side, as the rules have: what is said must not run into the frame of details. In a small
        // terminal, each cell is worth more.
        let margin = if area.width < 100 && layout::areas(app).dock.is_empty() { 1 } else { 2 };
        Self::of(usize::from(area.width.saturating_sub(margin)), owner_width(app))
    }

    /// The cells before the reasons.
    fn before_why(&self) -> usize {
        let Self { name, stage, due, money, owner, touched, press, .. } = *self;
        [name, stage, due, money, owner, touched, press]
            .into_iter()
            .filter(|part| *part > 0)
            .map(|part| part + 1)
            .sum()
    }

    /// What stands before what to press, where that follows a number.
    fn before_press(&self) -> &'static str {
        if self.touched > 0 { self.apart } else { "" }
    }
}

/// One row per account that needs a person.
pub(super) fn draw(app: &App, area: Rect, buf: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let theme = &app.theme;
    let parts = Parts::placed(app, area);
    let before_press = parts.before_press();
    let titles = [
        (text::fit("Name", parts.name), parts.name),
        (text::fit("St.", parts.stage), parts.stage),
        (text::fit_right("Renews", parts.due), parts.due),
        (text::fit_right("Forecast", parts.money), parts.money),
        (text::fit(&format!("{}Owner", parts.apart), parts.owner), parts.owner),
        (text::fit_right("Touched", parts.touched), parts.touched),
        (text::fit(&format!("{before_press}Press"), parts.press), parts.press),
        (text::cut("Why", parts.why).into_owned(), parts.why),
    ];
    let titles = titles.into_iter().filter(|(_, width)| *width > 0).map(|(title, _)| title);
    let titles = titles.collect::<Vec<_>>().join(" ");
    put(buf, area, area.x + 1, area.y, &titles, theme.style(Role::Header));
    put_out_of_sight(theme, out_of_sight(app), area, buf);
    let rows = Rect { y: area.y + 1, height: area.height - 1, ..area };
    if let Some(words) = empty_message(app) {
        let words = text::clean(&words);
        // What was done stands over it.
        let above = lines_in_view(app).count();
        let free = rows.rows().skip(if above > 0 { above + 1 } else { 0 });
        let width = usize::from(area.width.saturating_sub(2)).max(4);
        for (line, row) in textwrap::wrap(&words, width).iter().zip(free) {
            put(buf, row, row.x + 1, row.y, line, theme.style(Role::Ok));
        }
    }
    for (shown, line) in lines_in_view(app).zip(rows.rows()) {
        match shown {
            ListLine::Heading(section) => heading(app, section, line, buf),
            ListLine::Row(at) => {
                if let Some(account) = app.rows().get(at).and_then(|row| app.board.get(&row.id)) {
                    row(app, account, &parts, line, buf);
                }
            }
        }
    }
}

/// Takes away what is left beside a box of the reasons that it covers in part: the end of one says something else.
pub(super) fn clear_beside_box(app: &App, area: Rect, over: Rect, buf: &mut Buffer) {
    let before = u16::try_from(Parts::placed(app, area).before_why()).unwrap_or(u16::MAX);
    let why = (area.x + 1).saturating_add(before);
    if app.view == View::Today && app.screen.is_none() && over.x < area.right() && over.right() > why {
        let left = Rect { x: over.right(), width: area.right().saturating_sub(over.right()), ..over };
        wipe(buf, left.intersection(area));
    }
}

/// The heading of a group: whether it is folded, what its accounts have in common, and how many they are.
fn heading(app: &App, section: TodaySection, line: Rect, buf: &mut Buffer) {
    let theme = &app.theme;
    let mark = if section.is_folded { "▸" } else { "▾" };
    let mut x = line.x + 1;
    for (part, role) in [
        (format!("{mark} "), Role::Dim),
        (group_title(section.group).to_owned(), group_role(section.group)),
        (format!(" · {} ", section.count), Role::Dim),
    ] {
        x = put(buf, line, x, line.y, &part, theme.style(role));
    }
    let rule = "─".repeat(usize::from(line.right().saturating_sub(x + 1)));
    put(buf, line, x, line.y, &rule, theme.style(Role::Border));
}

fn row(app: &App, account: &Account, parts: &Parts, line: Rect, buf: &mut Buffer) {
    let theme = &app.theme;
    let reasons = app.queue.reasons(&account.id);
    let first = reasons.first();
    let is_done = app.queue.group_of(&account.id) == Some(TodayGroup::Done);
    let dim = |style| if is_done { theme.style(Role::Dim) } else { style };
    let focused = app.focus.account.as_ref() == Some(&account.id);
    if focused {
        chosen_row(theme, app.chosen_role(), line, buf);
    }
    if app.marks.contains(&account.id) {
        put_mark(&app.theme, line, focused, buf);
    } else if let Some((mark, role)) = recent(app, account).filter(|_| !focused) {
        put(buf, line, line.x, line.y, &mark, theme.style(role));
    }
    let role = match (focused, is_done) {
        (true, _) => app.chosen_role(),
        (false, true) => Role::Dim,
        (false, false) => Role::Name,
    };
    let whole = text::clean(account.name());
    // A whole name comes before its checklist.
    let mut open = if is_done { Vec::new() } else { open_points(app, account) };
    open.retain(|_| text::width(&whole) + text::width("0/0") < parts.name);
    let shown = text::cut(&whole, parts.name.saturating_sub(badges_width(&open)));
    let name = Rect { x: line.x + 1, width: u16::try_from(parts.name).unwrap_or(u16::MAX), ..line };
    put(buf, line, name.x, line.y, &text::fit(&shown, parts.name), theme.style(role));
    highlight(app, name, &whole, &shown, buf);
    put_badges(theme, name.intersection(line), &open, buf);
    let mut x = name.right() + 1;
    let stage = match app.board.position_of(account) {
        Position::OffBoard => "off",
        Position::InStage(_, stage) => stage.id.as_str(),
        Position::Unmapped(_) => "?",
    };
    let (due, urgency) = renewal(app, account);
    let money = account.forecasted_mrr().map_or_else(|| "—".to_owned(), Money::rounded);
    let touched = account.last_touch().map_or_else(|| "—".to_owned(), |at| dates::short_age(&app.now, at));
    let press = first.map_or_else(String::new, |first| hint(app, account, first));
    let press = if parts.press == KEY { press.split(' ').next().unwrap_or_default() } else { &press };
    let (owner, color) = owner(app, account);
    let (owner, shown_press) =
        (format!("{}{owner}", parts.apart), format!("{}{press}", parts.before_press()));
    for (cell, width, style) in [
        (text::fit(&text::clean(stage), parts.stage), parts.stage, theme.style(Role::Text)),
        (text::fit_right(&due, parts.due), parts.due, theme.style(urgency)),
        (text::fit_right(&money, parts.money), parts.money, theme.style(Role::Money)),
        (text::fit(&owner, parts.owner), parts.owner, theme.person(color, Role::Text)),
        (text::fit_right(&touched, parts.touched), parts.touched, theme.style(Role::Dim)),
        (text::fit(&shown_press, parts.press), parts.press, theme.style(Role::Dim)),
    ] {
        if width > 0 {
            x = put(buf, line, x, line.y, &cell, dim(style)) + 1;
        }
    }
    // Of what to press, the key leads.
    let key = press.split(' ').next().unwrap_or_default();
    // On its page, they mean the account that is open alone.
    let heard = app.hears_account_keys() && (focused || app.mode() != InputMode::Detail);
    let before = parts.before_press().len();
    let start = x.saturating_sub(u16::try_from((parts.press + 1).saturating_sub(before)).unwrap_or(0));
    put(buf, line, start, line.y, key, dim(theme.style(key_role(heard))));
    let room = u16::try_from(parts.why).unwrap_or(u16::MAX);
    let area = Rect { x, width: line.right().saturating_sub(x).min(room), ..line };
    match done_in_words(app, account).filter(|_| is_done) {
        Some(words) => {
            let words = text::clean(&words).into_owned();
            put(buf, area, x, area.y, &text::cut(&words, room.into()), theme.style(Role::Dim));
        }
        None => why(app, reasons, area, buf),
    }
}

/// How much of the checklist of its stage is ticked, where points are open: what moves it on asks about them.
fn open_points(app: &App, account: &Account) -> Vec<(String, Role)> {
    let open = checklists::progress(&app.board, account).filter(|(ticked, all)| ticked < all);
    open.map(|(ticked, all)| (format!("{ticked}/{all}"), Role::Dim)).into_iter().collect()
}

/// What was done today about an account, and when: `✓ 09:14 Outreach sent, 1 → 2`.
pub(in crate::tui) fn done_in_words(app: &App, account: &Account) -> Option<String> {
    let latest = app.done.latest(&account.id, &app.board)?;
    let what = entries::done(latest, &account.id, &app.board, &app.now);
    Some(format!("✓ {} {what}", dates::clock(&app.now, latest.entry.at)))
}

/// The reasons, as many as fit whole, and how many others there are. Where the first does not fit, all are said in short;
/// of the first, at least its beginning.
fn why(app: &App, reasons: &[Reason], area: Rect, buf: &mut Buffer) {
    let theme = &app.theme;
    let Some((first, others)) = reasons.split_first() else {
        put(buf, area, area.x, area.y, &text::cut(DONE, area.width.into()), theme.style(Role::Ok));
        return;
    };
    let mut left = others.len();
    let room = usize::from(area.width);
    let whole = reasons::in_row(first, &app.now);
    // The dot makes way before a word does.
    let fits_with =
        |more: &str| text::width(&text::clean(&in_few_words(first, &app.now))) + text::width(more) <= room;
    let before = if fits_with(&format!(" · +{left}")) { " · " } else { " " };
    let more = |left: usize| if left > 0 { format!("{before}+{left}") } else { String::new() };
    let is_short = text::width(&text::clean(&whole)) + text::width(&more(left)) > room;
    let words = |reason: &Reason| {
        let words = if is_short { in_few_words(reason, &app.now) } else { reasons::in_row(reason, &app.now) };
        text::clean(&words).into_owned()
    };
    let first_words = text::cut(&words(first), room.saturating_sub(text::width(&more(left)))).into_owned();
    let mut x = put(buf, area, area.x, area.y, &first_words, theme.style(pressing(first)));
    for other in others {
        let words = format!(" · {}", words(other));
        let fits = text::width(&words) + text::width(&more(left - 1)) <= usize::from(area.right() - x);
        if !fits {
            break;
        }
        x = put(buf, area, x, area.y, &words, theme.style(pressing(other)));
        left -= 1;
    }
    put(buf, area, x, area.y, &more(left), theme.style(pressing(first)));
}

/// A reason where there is little room.
fn in_few_words(reason: &Reason, now: &Now) -> String {
    reasons::in_short_row(reason, now).unwrap_or_else(|| sentence_case(&reasons::in_short(reason, now)))
}

/// How many rows lie above and below those in view.
fn out_of_sight(app: &App) -> (usize, usize) {
    let lines = ListLines::of(app);
    let above = lines.rows_before(app.focus.list_top);
    (above, app.rows().len() - lines.rows_before(app.focus.list_top + layout::list_rows(app)))
}

/// What to say where there is no row.
pub(in crate::tui) fn empty_message(app: &App) -> Option<String> {
    let key = |action| app.board_key(action).unwrap_or_default();
    if let (Some(filter), true) = (&app.filter, app.queue.found().is_empty() && !app.queue.is_empty()) {
        if let Some(view) = app.view_name() {
            return Some(format!("Nobody in {view} needs you today"));
        }
        return Some(format!("Nothing in today matches “{}”: {} shows all", filter.text, key(Action::Clear)));
    }
    Some(match app.queue.empty()? {
        Empty::Next { next, snoozed: 0 } => reasons::nobody_now(&app.board, next.as_ref(), &app.now),
        Empty::Next { next, snoozed } => {
            let words = reasons::nobody_now(&app.board, next.as_ref(), &app.now);
            let snoozed = plural(*snoozed, "account is", "accounts are");
            // Whoever is on an alert knows of it; any other one would stand here, were its account not snoozed.
            let alerts = match app.open_alerts - app.acknowledged_alerts {
                0 => String::new(),
                open => format!(
                    " ({} open on them: {})",
                    plural(open, "alert is", "alerts are"),
                    key(Action::Alerts)
                ),
            };
            format!("{words}; {snoozed} snoozed{alerts}: {} lists them", key(Action::Snoozed))
        }
        Empty::Others(count) => {
            let others = plural(*count, "account needs", "accounts need");
            let (me, key) = (&app.setup.me, key(Action::Mine));
            match app.whose {
                Whose::Of(_) => {
                    format!("Nothing needs {me}: {others} others, {key} shows those without an owner")
                }
                Whose::OfOrNobodys(_) | Whose::Everybodys => {
                    format!("Nothing needs {me}, or nobody: {others} others, {key} shows all")
                }
            }
        }
    })
}

/// How the title of a group looks: colour says how much it presses, and stands on that word alone.
fn group_role(group: TodayGroup) -> Role {
    match group {
        TodayGroup::Urgent => Role::Danger,
        TodayGroup::FirstOutreach
        | TodayGroup::FinalOutreach
        | TodayGroup::CallsToBook
        | TodayGroup::Review
        | TodayGroup::Tasks
        | TodayGroup::Replies => Role::Warning,
        TodayGroup::New | TodayGroup::FollowUp | TodayGroup::DataToCheck => Role::Accent,
        TodayGroup::Done => Role::Ok,
    }
}

/// How a reason looks: plain, and dim where it can wait.
fn pressing(reason: &Reason) -> Role {
    match reason.pressing() {
        Priority::Now | Priority::Soon => Role::Text,
        Priority::Later => Role::Dim,
    }
}
