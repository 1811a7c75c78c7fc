//! The first lines: what this is, how much there is, and every stage at a glance.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget;

use super::super::layout;
use super::{bucket_line, put, screen_title};
use crate::prose::lists::plural;
use crate::text;
use crate::tui::input::action::Action;
use crate::tui::input::keymap::InputMode;
use crate::tui::model::app::App;
use crate::tui::model::columns::ColumnId;
use crate::tui::model::focus::View;
use crate::tui::theme::Role;

/// From this width on, the demonstration is named at length.
const ROOMY: u16 = 80;

/// The program's name, totals, filter and order; the day and the person.
pub(super) struct Title<'a>(pub(super) &'a App);

impl Widget for Title<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let Self(app) = self;
        if area.is_empty() {
            return;
        }
        let theme = &app.setup.theme;
        let day = app.now.today().format("%a %-d %b %Y");
        let who = text::clean(&app.setup.me.to_string()).into_owned();
        let right = format!("{day} · {who} ");
        let mut x = put(buf, area, area.x, area.y, " Gangplank ", theme.style(Role::Header));
        if app.setup.demo {
            // Where there is little room, what it is about comes before what everybody knows by then.
            let demo = if area.width < ROOMY { "demo · " } else { "demo, nothing is saved · " };
            x = put(buf, area, x, area.y, demo, theme.style(Role::Warning));
        }
        let room = usize::from(area.right().saturating_sub(x));
        // What is searched says more than what the rest is in order of.
        let filter = app.filter.as_ref().filter(|_| app.page.is_none()).map(|filter| {
            let found = plural(app.matches().unwrap_or(0), "match", "matches");
            [FILTER.to_owned(), text::clean(&filter.query).into_owned(), format!(" · {found}")]
        });
        let taken = filter.iter().flatten().map(|part| text::width(part)).sum();
        let words = whole(&summary(app), room.saturating_sub(taken));
        let mut x = put(buf, area, x, area.y, &words, theme.style(Role::Text));
        for (part, role) in filter.iter().flatten().zip([Role::Dim, Role::Highlight, Role::Text]) {
            x = put(buf, area, x, area.y, part, theme.style(role));
        }
        let start = area.right().saturating_sub(u16::try_from(text::width(&right)).unwrap_or(u16::MAX));
        if start > x {
            put(buf, area, start, area.y, &right, theme.style(Role::Dim));
        }
    }
}

/// What stands before what was typed.
const FILTER: &str = " · filter ";

/// As many of the parts of `summary` as fit whole into `width` cells.
fn whole(summary: &str, width: usize) -> String {
    let fits = |parts: &[&str]| text::width(&parts.join(" · ")) <= width;
    let mut parts: Vec<&str> = summary.split(" · ").collect();
    while parts.len() > 1 && !fits(&parts) {
        parts.pop();
    }
    parts.join(" · ")
}

fn summary(app: &App) -> String {
    let on_board = app.columns.list(false).len();
    let sort = app.columns.sort().title();
    let mine = if app.mine.is_some() { "only mine · " } else { "" };
    if let Some(page) = &app.page {
        return screen_title(app, page);
    }
    let unmatched = match app.unmatched_count() {
        0 => String::new(),
        waiting => {
            let key = app.setup.keymap.key(InputMode::Board, Action::Unmatched);
            let key = key.map(|key| format!(" ({key})")).unwrap_or_default();
            format!(" · {waiting} unmatched{key}")
        }
    };
    match app.view {
        _ if app.is_first_run() => String::new(),
        View::Board | View::List { all: false } => {
            format!("{mine}{on_board} on the board{unmatched} · by {sort}")
        }
        View::Today => {
            let needy = match app.queue.len() {
                0 => "nothing needs you".to_owned(),
                1 => "1 account needs you".to_owned(),
                waiting => format!("{waiting} accounts need you"),
            };
            format!("today · {mine}{needy}{unmatched} · {on_board} on the board")
        }
        View::List { all: true } => {
            let known = plural(app.board.len(), "account", "accounts");
            format!("{mine}{known} · {on_board} on the board{unmatched} · by {sort}")
        }
    }
}

/// Every column with its count, wherever the board is scrolled to.
pub(super) struct StageStrip<'a>(pub(super) &'a App);

impl Widget for StageStrip<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let Self(app) = self;
        if area.is_empty() || app.is_first_run() {
            return;
        }
        let theme = &app.setup.theme;
        let visible: Vec<ColumnId> =
            layout::columns(app).placed.iter().map(|placed| placed.column_id).collect();
        let in_view = |column_id: &ColumnId| app.view == View::Board && visible.contains(column_id);
        let says = |room: Room| {
            let tokens = app
                .columns
                .column_ids()
                .map(|column_id| (column_id, token(app, column_id, room, in_view(&column_id))));
            tokens.collect::<Vec<(ColumnId, String)>>()
        };
        let wide =
            |tokens: &[(ColumnId, String)]| tokens.iter().map(|(_, token)| text::width(token)).sum::<usize>();
        // The last cell is only there to keep the last token off a neighbour it does not have.
        let fits = |tokens: &Vec<(ColumnId, String)>| wide(tokens) <= usize::from(area.width) + 1;
        let tokens = [Room::Ample, Room::Tight].into_iter().map(says).find(fits);
        let tokens = tokens.unwrap_or_else(|| says(Room::Scant));
        let width = |(_, token): &(ColumnId, String)| text::width(token);
        let focus = tokens.iter().position(|(column_id, _)| *column_id == app.focus.column_id).unwrap_or(0);
        let mut skip = 0;
        while skip < focus && tokens[skip..=focus].iter().map(width).sum::<usize>() > usize::from(area.width)
        {
            skip += 1;
        }
        let mut x = area.x;
        for (at, (column_id, token)) in tokens.iter().enumerate().skip(skip) {
            let seen = app.view != View::Board || visible.contains(column_id);
            let role = match (*column_id == app.focus.column_id, seen) {
                (true, _) => Role::Selection,
                (false, true) => Role::Text,
                (false, false) => Role::Dim,
            };
            // The cells on either side stay plain: what is between two stages belongs to neither.
            let end = put(buf, area, x, area.y, token, theme.style(Role::Text));
            put(buf, area, x + 1, area.y, token.trim(), theme.style(role));
            if at > 0
                && at > skip
                && bucket_line::bucket(app, tokens[at - 1].0) != bucket_line::bucket(app, *column_id)
            {
                put(buf, area, x - 1, area.y, "│", theme.style(Role::Border));
            }
            x = end;
        }
    }
}

/// How much room the ruler has. No stage is ever missing from it, so counts go first: those one sees anyway over
/// their columns, then all.
#[derive(Clone, Copy)]
enum Room {
    Ample,
    Tight,
    Scant,
}

/// What the ruler says of a column, with a cell before and after, so that neighbours do not touch. An id and a count that
/// a space alone kept apart would read as one number.
fn token(app: &App, column_id: ColumnId, room: Room, in_view: bool) -> String {
    let count = app.columns.column(column_id).shown().len();
    let name = match (app.stage(column_id), room) {
        (Some(stage), _) => text::clean(stage.id.as_str()),
        (None, Room::Ample) => "Unmapped".into(),
        (None, Room::Tight | Room::Scant) => "?".into(),
    };
    match room {
        Room::Ample => format!(" {name}·{count} "),
        Room::Tight if !in_view => format!(" {name}·{count} "),
        Room::Tight | Room::Scant => format!(" {name} "),
    }
}
