//! Everything about one account: where it stands, what is known and from where, and how it came here.

mod checklist;
mod contacts;
mod facts;
mod links;
mod path;
mod summary;
mod timeline;
mod writer;

use std::sync::Arc;

use chrono::Timelike;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use self::writer::PageWriter;
use crate::state::{Account, Entry, Now, PointId, Seq};
use crate::text;
use crate::tui::canvas::{TextLink, framed, out_of_sight, put_lines};
use crate::tui::input::keymap::InputMode;
use crate::tui::layout;
use crate::tui::model::account_journal::AccountJournal;
use crate::tui::model::account_page::{AccountPage, LineLink, PageKey};
use crate::tui::model::app::App;
use crate::tui::model::focus::Overlay;
use crate::tui::model::msg::Effect;
use crate::tui::theme::Role;

/// From this many cells on, the page has two columns.
const TWO_COLUMNS_FROM: usize = 92;
/// The widest the right one gets.
const RIGHT_COLUMN: usize = 48;
/// What is between them.
const GAP: &str = "   ";

/// How many things that happened are told of an open account, and of one that is passed over.
const MOST: usize = 400;
const MOST_IN_PREVIEW: usize = 60;

/// How many lines there are about the focused account.
pub(super) fn height(app: &App) -> usize {
    page(app).lines.len()
}

/// The lines about the focused account, for who hears them.
pub fn spoken(app: &App) -> Vec<String> {
    page(app).lines.iter().map(ToString::to_string).collect()
}

/// The page about the focused account.
fn page(app: &App) -> Arc<AccountPage> {
    let area = layout::areas(app).account_pane();
    // What is heard is never broken into lines.
    let width = if app.setup.plain {
        usize::from(u16::MAX)
    } else {
        usize::from(area.width.saturating_sub(4)).max(8)
    };
    let most = if matches!(app.overlay, Some(Overlay::Detail(_))) { MOST } else { MOST_IN_PREVIEW };
    page_about(app, app.focused().map(|account| &**account), width, most)
}

/// The lines about `account`, `width` cells wide, as they stand beside what it is chosen in.
pub(super) fn preview(app: &App, account: &Account, width: usize) -> Arc<AccountPage> {
    page_about(app, Some(account), width, MOST_IN_PREVIEW)
}

fn page_about(app: &App, account: Option<&Account>, width: usize, most: usize) -> Arc<AccountPage> {
    let minute = app.now.at.with_second(0).and_then(|at| at.with_nanosecond(0)).unwrap_or(app.now.at);
    let key = PageKey {
        account: account.map(|account| account.id.clone()),
        seq: app.board.seq(),
        now: Now { at: minute, ..app.now },
        width,
        theme: app.theme.clone(),
        reasons: account.map(|account| app.queue.reasons(&account.id).to_vec()).unwrap_or_default(),
        filter: app.timeline,
        journal: app
            .journal
            .as_ref()
            .filter(|it| account.is_some_and(|account| account.id == it.account))
            .map(AccountJournal::version),
        key_role: key_role(app),
        most,
    };
    app.page.page(key, || match account {
        Some(account) if width >= TWO_COLUMNS_FROM && !app.setup.plain => {
            in_two_columns(app, account, width, most)
        }
        Some(account) => in_one_column(app, account, width, most),
        None => {
            let mut writer = PageWriter::new(app, width);
            writer.say(Role::Dim, "No account chosen");
            writer.page
        }
    })
}

/// How the keys of an account look on its page. On a screen and among the alerts, they mean something else and are not named;
/// under a question, they keep their place.
fn key_role(app: &App) -> Option<Role> {
    (app.screen.is_none() && !app.alerts_have_keys()).then(|| app.account_key_role())
}

fn in_one_column(app: &App, account: &Account, width: usize, most: usize) -> AccountPage {
    let mut writer = PageWriter::new(app, width);
    writer.summary(account);
    writer.path(account);
    writer.reasons(account);
    writer.open(account);
    writer.contacts(account);
    writer.pages(account);
    writer.checklist(account);
    writer.timeline(account, most);
    writer.facts(account);
    writer.stamps(account);
    writer.page
}

/// Where it stands and what happened at the left; what is to be done, whom to write to and what is known at the right.
fn in_two_columns(app: &App, account: &Account, width: usize, most: usize) -> AccountPage {
    let right = (width * 3 / 7).min(RIGHT_COLUMN);
    let left = width - right - GAP.len();
    let (mut left, mut right) = (PageWriter::new(app, left), PageWriter::new(app, right));
    left.summary(account);
    left.path(account);
    left.reasons(account);
    left.open(account);
    left.timeline(account, most);
    right.checklist(account);
    right.contacts(account);
    right.pages(account);
    right.facts(account);
    right.stamps(account);
    left.beside(right)
}

/// What of the journal is to be read for the open account.
pub fn wanted(app: &mut App) -> Option<Effect> {
    let is_open = matches!(app.overlay, Some(Overlay::Detail(_)));
    let id = app.focused().filter(|_| is_open)?.id.clone();
    let board = &app.board;
    let journal = match &mut app.journal {
        Some(journal) if journal.account == id => {
            journal.follow(board);
            journal
        }
        journal => journal.insert(AccountJournal::new(board, &id)),
    };
    if app.reading {
        return None;
    }
    let (last, count) = journal.wanted()?;
    app.reading = true;
    Some(Effect::Read { last, count })
}

/// Takes in the entries up to entry `last` that were read, newest last.
pub fn take(app: &mut App, last: Seq, read: &[Arc<Entry>]) {
    app.reading = false;
    if let Some(journal) = &mut app.journal {
        journal.take(last, read);
    }
}

/// Those of `links` that are in view in `inner`, where their lines are drawn from line `top` on.
fn in_view(links: &[LineLink], top: usize, inner: Rect) -> Vec<TextLink> {
    let in_view = links.iter().filter_map(|link| {
        let line = u16::try_from(link.line.checked_sub(top)?).ok().filter(|line| *line < inner.height)?;
        let x = inner.x.checked_add(u16::try_from(link.x).ok()?)?;
        Some(TextLink { x, y: inner.y + line, text: link.text.clone(), address: link.address.clone() })
    });
    in_view.collect()
}

/// The point of the checklist that a press on the cell at `x`, `y` ticks.
pub fn point_at(app: &App, x: u16, y: u16) -> Option<PointId> {
    let areas = layout::areas(app);
    let top = match app.overlay {
        Some(Overlay::Detail(top)) => top,
        None if !areas.dock.is_empty() => app.preview_top(),
        Some(Overlay::Help(_) | Overlay::Output(_) | Overlay::Brief(_)) | None => return None,
    };
    let inner = inner(areas.account_pane());
    if !inner.contains(ratatui::layout::Position { x, y }) {
        return None;
    }
    let (line, cell) = (top + usize::from(y - inner.y), usize::from(x - inner.x));
    let page = page(app);
    let tick = page.ticks.iter().find(|tick| tick.line == line && tick.cells.contains(&cell));
    tick.map(|tick| tick.point.clone())
}

/// Where the lines stand in the frame around `area`.
pub(super) fn inner(area: Rect) -> Rect {
    let (width, height) = (area.width.saturating_sub(4), area.height.saturating_sub(2));
    Rect { x: area.x + 2, y: area.y + 1, width, height }
}

/// Draws the focused account from line `top` on, and answers the links in view.
pub fn draw(app: &App, top: usize, area: Rect, buf: &mut Buffer) -> Vec<TextLink> {
    let theme = &app.theme;
    let has_keys = app.mode() == InputMode::Detail;
    // A mark beside the name, so that one sees without colour too where the keys go.
    let mark = if has_keys { "▸ " } else { "" };
    let name = match app.focused() {
        Some(account) if account.name() == account.id.as_str() => account.id.to_string(),
        Some(account) => format!("{} · {}", account.name(), account.id),
        None => "no account".to_owned(),
    };
    let room = usize::from(area.width.saturating_sub(6));
    let title = format!(" {mark}{} ", text::cut(&text::clean(&name), room));
    let page = page(app);
    let inner = inner(area);
    let below = page.lines.len().saturating_sub(top + usize::from(inner.height));
    let more = out_of_sight((top, below)).map_or_else(String::new, |[words, _]| words);
    let role = if has_keys { Role::Accent } else { Role::Border };
    if framed(theme, role, area, &title, more, buf).is_none() {
        return Vec::new();
    }
    put_lines(buf, inner, &page.lines, top);
    in_view(&page.links, top, inner)
}
