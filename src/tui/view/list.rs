//! The same accounts as a table, with as many columns as fit.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::card::{badges_width, highlight, put_badges};
use super::name_role;
use crate::config::views::ListColumn;
use crate::state::query::ownership::Whose;
use crate::state::{Account, FactKind, Money, Position, RiskLevel};
use crate::text;
use crate::tui::canvas::{focus_bar, put, put_mark};
use crate::tui::model::app::App;
use crate::tui::model::badges::{badges, owner, renewal, week};
use crate::tui::theme::Role;

/// In the order they are given room; the name takes what is left.
const BY_WORTH: [ListColumn; 9] = [
    ListColumn::Stage,
    ListColumn::Renews,
    ListColumn::Forecast,
    ListColumn::Owner,
    ListColumn::Renewal,
    ListColumn::Week,
    ListColumn::Risk,
    ListColumn::Id,
    ListColumn::Segments,
];

/// The title of a column, its width, and whether it is set to the right.
fn heading(column: &ListColumn, wide: bool) -> (String, usize, bool) {
    let (title, width, is_right) = match column {
        ListColumn::Name => ("Name", 16, false),
        ListColumn::Stage => ("Stage", if wide { 28 } else { 5 }, false),
        ListColumn::Forecast => ("Forecast", 11, true),
        ListColumn::Renews => ("Renews", 8, true),
        ListColumn::Renewal => ("Renewal", 10, false),
        ListColumn::Owner => ("Owner", 12, false),
        ListColumn::Week => ("Week", 5, false),
        ListColumn::Risk => ("Risk", 6, false),
        ListColumn::Id => ("Id", 12, false),
        ListColumn::Segments => ("Segments", 22, false),
        ListColumn::Fact(key) => {
            let title = key.title().into_owned();
            let is_right = matches!(key.kind(), FactKind::Number | FactKind::Money);
            let width = text::width(&title).clamp(8, 16);
            return (title, width, is_right);
        }
    };
    (title.to_owned(), width, is_right)
}

fn width(column: &ListColumn, wide: bool) -> usize {
    heading(column, wide).1
}

fn cell(column: &ListColumn, app: &App, account: &Account, wide: bool) -> (String, Role) {
    let unknown = || "—".to_owned();
    match column {
        ListColumn::Name => (account.name().to_owned(), Role::Name),
        ListColumn::Stage => (stage(app, account, wide), Role::Text),
        ListColumn::Forecast => (account.forecasted_mrr().map_or_else(unknown, Money::rounded), Role::Money),
        ListColumn::Renews => renewal(app, account),
        ListColumn::Renewal => {
            let date = account.next_renewal(app.now.today());
            (date.map_or_else(unknown, |date| date.to_string()), Role::Text)
        }
        ListColumn::Owner => (owner(app, account).0, Role::Text),
        ListColumn::Week => week(app, account).unwrap_or_else(|| (unknown(), Role::Dim)),
        ListColumn::Risk => match account.risk.level {
            RiskLevel::None => (String::new(), Role::Dim),
            RiskLevel::High => ("high".to_owned(), Role::Danger),
            level @ (RiskLevel::Low | RiskLevel::Medium) => (level.to_string(), Role::Warning),
        },
        ListColumn::Id => (account.id.to_string(), Role::Dim),
        ListColumn::Segments => {
            (account.segments.iter().map(|segment| &**segment).collect::<Vec<_>>().join(", "), Role::Dim)
        }
        ListColumn::Fact(key) => {
            let fact = account.fact(key);
            (fact.map_or_else(unknown, ToString::to_string), Role::Text)
        }
    }
}

fn stage(app: &App, account: &Account, wide: bool) -> String {
    match app.board.position_of(account) {
        Position::OffBoard => if wide { "off the board" } else { "off" }.to_owned(),
        Position::InStage(_, stage) => if wide { &*stage.label } else { stage.id.as_str() }.to_owned(),
        Position::Unmapped(label) if wide => format!("? {label}"),
        Position::Unmapped(_) => "?".to_owned(),
    }
}

/// The fields that fit into `width` cells, in the order they stand in, each with its width; and whether stages have
/// room for their titles.
fn fields(app: &App, width: usize) -> (Vec<(ListColumn, usize)>, bool) {
    let wide = width >= 118;
    let mut left = width.saturating_sub(1 + self::width(&ListColumn::Name, wide));
    let mut chosen = vec![ListColumn::Name];
    let named = &app.list_columns;
    let wanted = if named.is_empty() { &BY_WORTH[..] } else { named };
    for column in wanted.iter().filter(|column| **column != ListColumn::Name) {
        let needed = self::width(column, wide) + 1;
        if needed > left {
            break;
        }
        left -= needed;
        chosen.push(column.clone());
    }
    // What is left goes to names, up to where they stop getting longer.
    let name = (self::width(&ListColumn::Name, wide) + left).min(40).min(width.saturating_sub(1));
    match named.iter().position(|column| *column == ListColumn::Name) {
        // The columns of a view stand as it says; whose row it is, is always said.
        Some(at) => {
            let last = at.min(chosen.len() - 1);
            chosen[..=last].rotate_left(1);
        }
        _ if named.is_empty() => chosen.sort_unstable(),
        _ => {}
    }
    let sized = chosen.into_iter().map(|column| {
        let width = if column == ListColumn::Name { name } else { self::width(&column, wide) };
        (column, width)
    });
    (sized.collect(), wide)
}

/// One row per account.
pub(super) fn draw(app: &App, all: bool, area: Rect, buf: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let theme = app.setup.theme;
    let (fields, wide) = fields(app, usize::from(area.width));
    let mut x = area.x + 1;
    for (field, width) in &fields {
        let title = aligned(field, &heading(field, wide).0, *width);
        x = put(buf, area, x, area.y, &title, theme.style(Role::Header)) + 1;
    }
    let shown = app.columns.list(all).shown();
    let rows = Rect { y: area.y + 1, height: area.height - 1, ..area };
    if shown.is_empty() {
        let words = match (&app.filter, &app.whose) {
            (Some(_), _) => "No account matches",
            (None, Whose::Of(_)) => "None of these accounts is yours",
            (None, Whose::OfOrNobodys(_)) => "None of these accounts is yours, or without an owner",
            (None, Whose::Everybodys) => "No account is on the board",
        };
        put(buf, rows, rows.x + 1, rows.y, words, theme.style(Role::Dim));
    }
    for (row, line) in shown.iter().skip(app.focus.list_top).zip(rows.rows()) {
        let Some(account) = app.board.get(&row.id) else { continue };
        let focused = app.focus.account.as_ref() == Some(&row.id);
        let mut x = line.x + 1;
        if focused {
            focus_bar(theme, line, buf);
        }
        if app.marks.contains(&row.id) {
            put_mark(theme, line, focused, buf);
        }
        for (field, width) in &fields {
            let (cell, role) = cell(field, app, account, wide);
            let cell = text::clean(&cell);
            let is_name = *field == ListColumn::Name;
            let badges = if is_name { badges(app, account) } else { Vec::new() };
            // A name can be guessed from its beginning, a mark cannot.
            let cell = text::cut(&cell, width.saturating_sub(badges_width(&badges)));
            let role = if focused && is_name { name_role(app, true) } else { role };
            let style = match field {
                ListColumn::Owner => theme.person(owner(app, account).1, role),
                _ => theme.style(role),
            };
            let end = put(buf, line, x, line.y, &aligned(field, &cell, *width), style);
            if is_name {
                let area = Rect { x, width: end - x, ..line };
                highlight(app, area, &cell, &cell, buf);
                put_badges(theme, area, &badges, buf);
            }
            x = end + 1;
        }
    }
}

fn aligned(field: &ListColumn, cell: &str, width: usize) -> String {
    if heading(field, false).2 { text::fit_right(cell, width) } else { text::fit(cell, width) }
}
