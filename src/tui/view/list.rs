//! The same accounts as a table, with as many columns as fit.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::card::{badges_width, highlight, put_badges};
use super::name_role;
use crate::state::query::ownership::Whose;
use crate::state::{Account, Money, Position, RiskLevel};
use crate::text;
use crate::tui::canvas::{focus_bar, put, put_mark};
use crate::tui::model::app::App;
use crate::tui::model::badges::{badges, owner, renewal, week};
use crate::tui::theme::Role;

/// A column of the table, in the order they stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum ListColumn {
    Name,
    Stage,
    Mrr,
    Renewal,
    Days,
    Week,
    Owner,
    Risk,
    Id,
    Segments,
}

impl ListColumn {
    /// In the order they are given room; the name takes what is left.
    const BY_WORTH: [Self; 9] = [
        Self::Stage,
        Self::Days,
        Self::Mrr,
        Self::Owner,
        Self::Renewal,
        Self::Week,
        Self::Risk,
        Self::Id,
        Self::Segments,
    ];

    /// Its title, its width, and whether it is set to the right.
    fn heading(self, wide: bool) -> (&'static str, usize, bool) {
        match self {
            Self::Name => ("Name", 16, false),
            Self::Stage => ("Stage", if wide { 28 } else { 5 }, false),
            Self::Mrr => ("Forecast", 11, true),
            Self::Days => ("Renews", 8, true),
            Self::Renewal => ("Renewal", 10, false),
            Self::Owner => ("Owner", 12, false),
            Self::Week => ("Week", 5, false),
            Self::Risk => ("Risk", 6, false),
            Self::Id => ("Id", 12, false),
            Self::Segments => ("Segments", 22, false),
        }
    }

    fn width(self, wide: bool) -> usize {
        self.heading(wide).1
    }

    fn cell(self, app: &App, account: &Account, wide: bool) -> (String, Role) {
        match self {
            Self::Name => (account.name().to_owned(), Role::Name),
            Self::Stage => (stage(app, account, wide), Role::Text),
            Self::Mrr => {
                (account.forecasted_mrr().map_or_else(|| "—".to_owned(), Money::rounded), Role::Money)
            }
            Self::Days => renewal(app, account),
            Self::Renewal => {
                let date = account.next_renewal(app.now.today());
                (date.map_or_else(|| "—".to_owned(), |date| date.to_string()), Role::Text)
            }
            Self::Owner => (owner(app, account).0, Role::Text),
            Self::Week => week(app, account).unwrap_or_else(|| ("—".to_owned(), Role::Dim)),
            Self::Risk => match account.risk.level {
                RiskLevel::None => (String::new(), Role::Dim),
                RiskLevel::High => ("high".to_owned(), Role::Danger),
                level @ (RiskLevel::Low | RiskLevel::Medium) => (level.to_string(), Role::Warning),
            },
            Self::Id => (account.id.to_string(), Role::Dim),
            Self::Segments => {
                (account.segments.iter().map(|segment| &**segment).collect::<Vec<_>>().join(", "), Role::Dim)
            }
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
fn fields(width: usize) -> (Vec<(ListColumn, usize)>, bool) {
    let wide = width >= 118;
    let mut left = width.saturating_sub(1 + ListColumn::Name.width(wide));
    let mut chosen = vec![ListColumn::Name];
    for field in ListColumn::BY_WORTH {
        let needed = field.width(wide) + 1;
        if needed > left {
            break;
        }
        left -= needed;
        chosen.push(field);
    }
    // What is left goes to names, up to where they stop getting longer.
    let name = (ListColumn::Name.width(wide) + left).min(40).min(width.saturating_sub(1));
    chosen.sort_unstable();
    let sized = chosen
        .into_iter()
        .map(|field| (field, if field == ListColumn::Name { name } else { field.width(wide) }));
    (sized.collect(), wide)
}

/// One row per account.
pub(super) fn draw(app: &App, all: bool, area: Rect, buf: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let theme = app.setup.theme;
    let (fields, wide) = fields(usize::from(area.width));
    let mut x = area.x + 1;
    for (field, width) in &fields {
        let title = aligned(*field, field.heading(wide).0, *width);
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
            let (cell, role) = field.cell(app, account, wide);
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
            let end = put(buf, line, x, line.y, &aligned(*field, &cell, *width), style);
            if is_name {
                let area = Rect { x, width: end - x, ..line };
                highlight(app, area, &cell, &cell, buf);
                put_badges(theme, area, &badges, buf);
            }
            x = end + 1;
        }
    }
}

fn aligned(field: ListColumn, cell: &str, width: usize) -> String {
    if field.heading(false).2 { text::fit_right(cell, width) } else { text::fit(cell, width) }
}
