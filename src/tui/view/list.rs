//! The same accounts as a table, with as many columns as fit.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::card::{badges_width, highlight, put_badges};
use crate::config::views::ListColumn;
use crate::prose::dates;
use crate::prose::lists::plural;
use crate::query::Sort;
use crate::state::query::ownership::Whose;
use crate::state::{Account, FactValue, Money, Position, RiskLevel};
use crate::text;
use crate::tui::canvas::{chosen_row, put, put_mark, put_out_of_sight};
use crate::tui::layout::list_columns::{fields, gap, heading};
use crate::tui::layout::sort_by;
use crate::tui::model::app::App;
use crate::tui::model::badges::{RISK_MARK, badges, owner, renewal, week};
use crate::tui::theme::Role;

fn cell(column: &ListColumn, app: &App, account: &Account, wide: bool) -> (String, Role) {
    let unknown = || "—".to_owned();
    match column {
        ListColumn::Name => (account.name().to_owned(), Role::Name),
        ListColumn::Stage => (stage(app, account, wide), Role::Text),
        ListColumn::Forecast => (account.forecasted_mrr().map_or_else(unknown, Money::rounded), Role::Money),
        ListColumn::Renews => renewal(app, account),
        ListColumn::Renewal => {
            let date = account.next_renewal(app.now.today());
            (date.map_or_else(unknown, |date| dates::short_day(&app.now, date)), Role::Text)
        }
        ListColumn::Owner => (owner(app, account).0, Role::Text),
        ListColumn::Week => week(app, account).unwrap_or_else(|| (unknown(), Role::Dim)),
        ListColumn::Risk => match account.risk.level {
            RiskLevel::None => (String::new(), Role::Dim),
            RiskLevel::Low => ("low".to_owned(), Role::Dim),
            RiskLevel::Medium => ("medium".to_owned(), Role::Warning),
            RiskLevel::High => ("high".to_owned(), Role::Danger),
        },
        ListColumn::Id => (account.id.to_string(), Role::Dim),
        ListColumn::Segments => {
            (account.segments.iter().map(|segment| &**segment).collect::<Vec<_>>().join(", "), Role::Dim)
        }
        ListColumn::Fact(key) => {
            let words = match account.fact(key) {
                Some(FactValue::Date(date)) => dates::short_day(&app.now, *date),
                Some(value) => value.to_string(),
                None => unknown(),
            };
            (words, Role::Text)
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

/// One row per account.
pub(super) fn draw(app: &App, all: bool, area: Rect, buf: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let theme = &app.theme;
    let (fields, wide) = fields(&app.list_columns, usize::from(area.width));
    let gap = gap(wide);
    let mut x = area.x + 1;
    for (field, width) in &fields {
        let mut words = heading(field, wide).0;
        // In which order they stand, at the column they are ordered by.
        if sort_by(field) == Some(app.columns.sort())
            && *field != ListColumn::Renewal
            && text::width(&words) + 2 <= *width
        {
            words.push_str(if app.columns.sort() == Sort::Mrr { " ↓" } else { " ↑" });
        }
        let title = aligned(field, &words, *width);
        x = put(buf, area, x, area.y, &title, theme.style(Role::Header)) + gap;
    }
    let shown = app.columns.list(all).shown();
    let rows = Rect { y: area.y + 1, height: area.height - 1, ..area };
    let unread = app.columns.list(all).unread();
    if unread > 0 {
        let words = format!("Reading {}…", plural(unread, "finished account", "finished accounts"));
        // Behind the last row, where there is room.
        let after = u16::try_from(shown.len().saturating_sub(app.focus.list_top)).unwrap_or(u16::MAX);
        if after < rows.height {
            put(buf, rows, rows.x + 1, rows.y + after, &words, theme.style(Role::Dim));
        }
    } else if shown.is_empty() {
        let words = match (&app.filter, &app.whose) {
            // The query of a view was not typed: nobody looks for what it matches.
            (Some(_), _) => match app.view_name() {
                Some(view) => format!("No accounts in {}", text::clean(view)),
                None => "No account matches".to_owned(),
            },
            (None, Whose::Of(_)) => "None of these accounts is yours".to_owned(),
            (None, Whose::OfOrNobodys(_)) => {
                "None of these accounts is yours, or without an owner".to_owned()
            }
            (None, Whose::Everybodys) => "No account is on the board".to_owned(),
        };
        put(buf, rows, rows.x + 1, rows.y, &words, theme.style(Role::Dim));
    }
    // Names are long, and what they are called is short: that leaves room where the last columns have none.
    let above = app.focus.list_top.min(shown.len());
    let below = shown.len().saturating_sub(above + usize::from(rows.height));
    if !put_out_of_sight(
        theme,
        (above, below),
        Rect { x, width: area.right().saturating_sub(x), ..area },
        buf,
    ) && let Some((_, width)) = fields.iter().find(|(field, _)| *field == ListColumn::Name)
    {
        let before = fields.iter().take_while(|(field, _)| *field != ListColumn::Name);
        let before: u16 = before.map(|(_, width)| u16::try_from(*width).unwrap_or(0) + gap).sum();
        let name = Rect { x: area.x + 1 + before, width: u16::try_from(*width).unwrap_or(0), ..area };
        put_out_of_sight(theme, (above, below), name.intersection(area), buf);
    }
    let has_risk = fields.iter().any(|(field, _)| *field == ListColumn::Risk);
    for (row, line) in shown.iter().skip(app.focus.list_top).zip(rows.rows()) {
        let Some(account) = app.board.get(&row.id) else { continue };
        let focused = app.focus.account.as_ref() == Some(&row.id);
        let mut x = line.x + 1;
        if focused {
            chosen_row(theme, app.chosen_role(), line, buf);
        }
        if app.marks.contains(&row.id) {
            put_mark(theme, line, focused, buf);
        }
        for (field, width) in &fields {
            let (cell, role) = cell(field, app, account, wide);
            let cell = text::clean(&cell);
            let is_name = *field == ListColumn::Name;
            let mut badges = if is_name { badges(app, account) } else { Vec::new() };
            // What has a column is not said by a mark as well.
            badges.retain(|(badge, _)| !(has_risk && badge.starts_with(RISK_MARK)));
            // A name can be guessed from its beginning, a mark cannot.
            let cell = text::cut(&cell, width.saturating_sub(badges_width(&badges)));
            let role = if focused && is_name { app.chosen_role() } else { role };
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
            x = end + gap;
        }
    }
}

fn aligned(field: &ListColumn, cell: &str, width: usize) -> String {
    if heading(field, false).2 { text::fit_right(cell, width) } else { text::fit(cell, width) }
}
