//! Writing text and frames into the cells of the screen.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Clear, Widget};

use crate::text;
use crate::tui::layout::middle;
use crate::tui::theme::{Role, Theme};

/// Text in one line of the screen that leads to an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextLink {
    pub x: u16,
    pub y: u16,
    pub text: String,
    pub address: String,
}

/// Writes `text`, which is clean, from `x` on; returns the column after it.
pub fn put(buf: &mut Buffer, area: Rect, x: u16, y: u16, text: &str, style: Style) -> u16 {
    let room = area.right().saturating_sub(x);
    if room == 0 || y >= area.bottom() {
        return x;
    }
    buf.set_stringn(x, y, text, usize::from(room), style).0
}

/// Writes `lines` into `area`, from line `top` on.
pub fn put_lines(buf: &mut Buffer, area: Rect, lines: &[Line<'_>], top: usize) {
    for (line, row) in lines.iter().skip(top).zip(area.rows()) {
        buf.set_line(row.x, row.y, line, row.width);
    }
}

/// Writes `text`, which is clean, at the right end of the first line of `area`.
pub fn put_right(buf: &mut Buffer, area: Rect, text: &str, style: Style) {
    let width = u16::try_from(text::width(text)).unwrap_or(u16::MAX);
    put(buf, area, area.right().saturating_sub(width).max(area.x), area.y, text, style);
}

/// The same, where nothing stands there yet. Answers whether there was room.
pub fn put_in_gap(buf: &mut Buffer, area: Rect, text: &str, style: Style) -> bool {
    let width = u16::try_from(text::width(text)).unwrap_or(u16::MAX);
    let gap = Rect { x: area.right().saturating_sub(width), width, ..area };
    let is_free = |at| buf.cell(at).is_some_and(|cell| cell.symbol() == " ");
    let has_room = width <= area.width && !area.is_empty() && gap.positions().all(is_free);
    if has_room {
        put_right(buf, area, text, style);
    }
    has_room
}

/// What is said of rows out of sight, so many above and so many below those in view: at length, and in short. Nothing where there
/// are none.
pub fn out_of_sight((above, below): (usize, usize)) -> Option<[String; 2]> {
    let words = |more: &str| {
        let parts = [(above, "↑"), (below, "↓")].into_iter().filter(|(count, _)| *count > 0);
        let parts = parts.map(|(count, way)| format!("{count}{more} {way}")).collect::<Vec<_>>();
        format!(" {} ", parts.join(" · "))
    };
    (above + below > 0).then(|| [words(" more"), words("")])
}

/// The same at length of rows below alone; empty where there are none.
pub fn more_below(below: usize) -> String {
    out_of_sight((0, below)).map_or_else(String::new, |[words, _]| words)
}

/// Says so at the right end of the first line of `area`, as far as nothing stands there: a heading is worth more. Answers whether
/// there is nothing left to be said.
pub fn put_out_of_sight(theme: &Theme, rows: (usize, usize), area: Rect, buf: &mut Buffer) -> bool {
    let Some(words) = out_of_sight(rows) else { return true };
    let head = Rect { height: area.height.min(1), ..area };
    words.iter().any(|words| put_in_gap(buf, head, words, theme.style(Role::Dim)))
}

/// Shows that `row` is the chosen one, as `role` does: [`Role::Selection`], or [`Role::Unfocused`] while the keys go elsewhere.
/// The whole row is lit where the theme has a colour for that: the eye finds the other end of it, too.
pub fn chosen_row(theme: &Theme, role: Role, row: Rect, buf: &mut Buffer) {
    if let Some(behind) = theme.style(role).bg {
        buf.set_style(row, Style::new().bg(behind));
    }
    put(buf, row, row.x, row.y, "▌", theme.style(chosen_bar(role)));
}

/// How the bar before what is chosen looks.
pub fn chosen_bar(role: Role) -> Role {
    if role == Role::Selection { Role::Accent } else { Role::Dim }
}

/// Shows that the account of `row` is marked, and whether it is the chosen one as well.
pub fn put_mark(theme: &Theme, row: Rect, is_chosen: bool, buf: &mut Buffer) {
    let (mark, role) = if is_chosen { ("◈", Role::Accent) } else { ("◆", Role::Highlight) };
    put(buf, row, row.x, row.y, mark, theme.style(role));
}

/// The line over what is said about the chosen row of a screen: `title`, which need not be clean, and a rule.
pub fn rule(theme: &Theme, title: &str, area: Rect, buf: &mut Buffer) {
    let line = "─".repeat(usize::from(area.width));
    put(buf, area, area.x, area.y, &line, theme.style(Role::Border));
    let room = usize::from(area.width.saturating_sub(1));
    let title = text::cut(&text::clean(&format!(" {title} ")), room).into_owned();
    put(buf, area, area.x + 1, area.y, &title, theme.style(Role::Dim));
}

/// What is said about the chosen row of a screen: a rule with `title`, which need not be clean, and lines as wide as they
/// may be.
pub fn put_details(
    theme: &Theme,
    title: &str,
    area: Rect,
    buf: &mut Buffer,
    lines: impl FnOnce(usize) -> Vec<Line<'static>>,
) {
    rule(theme, title, area, buf);
    let (width, height) = (area.width.saturating_sub(2), area.height.saturating_sub(1));
    let inner = Rect { x: area.x + 1, y: area.y + 1, width, height };
    put_lines(buf, inner, &lines(usize::from(width)), 0);
}

/// `words`, which need not be clean, in lines of `width` cells behind `mark`. Of more than `most` lines, the last one
/// shown says that there are others.
pub fn hanging(
    mark: &Span<'static>,
    words: &str,
    style: Style,
    width: usize,
    most: usize,
) -> Vec<Line<'static>> {
    let words = text::clean(words);
    let indent = mark.width();
    let parts = text::wrapped(&words, width, indent);
    let line = |(at, part): (usize, &std::borrow::Cow<'_, str>)| {
        let mark = if at == 0 { mark.clone() } else { Span::styled(" ".repeat(indent), mark.style) };
        let is_cut = at + 1 == most && parts.len() > most;
        let words = if is_cut { format!("{part} …") } else { part.to_string() };
        Line::from(vec![mark, Span::styled(words, style)])
    };
    parts.iter().take(most).enumerate().map(line).collect()
}

/// Empties `area`, for what is to lie over it.
pub fn wipe(buf: &mut Buffer, area: Rect) {
    let area = area.intersection(buf.area);
    // A wide letter that reaches into it would take its first cell along.
    for (x, y) in (area.y..area.bottom()).filter_map(|y| Some((area.x.checked_sub(1)?, y))) {
        if let Some(cell) = buf.cell_mut((x, y)).filter(|cell| text::width(cell.symbol()) > 1) {
            cell.set_symbol(" ");
        }
    }
    Clear.render(area, buf);
}

/// Takes away what would be left of words that `area` covers in part: of `18d` it would leave `8d`, which is something else.
fn take_away_cut_words(buf: &mut Buffer, area: Rect) {
    let area = area.intersection(buf.area);
    for row in area.rows() {
        let is_cut =
            |buf: &Buffer, out: u16, within: u16| is_word(buf, out, row.y) && is_word(buf, within, row.y);
        if let Some(before) = row.x.checked_sub(1).filter(|before| is_cut(buf, *before, row.x)) {
            let word =
                (buf.area.x..=before).rev().take_while(|x| is_word(buf, *x, row.y)).collect::<Vec<_>>();
            blank(buf, &word, row.y);
        }
        let after = row.right();
        if row.width > 0 && after < buf.area.right() && is_cut(buf, after, after - 1) {
            let word = (after..buf.area.right()).take_while(|x| is_word(buf, *x, row.y)).collect::<Vec<_>>();
            blank(buf, &word, row.y);
        }
    }
}

fn blank(buf: &mut Buffer, cells: &[u16], y: u16) {
    for x in cells {
        buf[(*x, y)].set_symbol(" ");
    }
}

/// Whether a part of a word stands at a cell: neither nothing, nor a line, a bar or a mark.
fn is_word(buf: &Buffer, x: u16, y: u16) -> bool {
    let symbol = buf.cell((x, y)).map_or(" ", |cell| cell.symbol());
    !matches!(symbol.chars().next(), None | Some(' ' | '\u{2500}'..='\u{25FF}'))
}

/// Lines in the rows of `area`, over whatever stood there.
pub fn put_rows<'a>(buf: &mut Buffer, area: Rect, lines: impl IntoIterator<Item = Line<'a>>) {
    for (line, row) in lines.into_iter().zip(area.rows()) {
        wipe(buf, row);
        buf.set_line(row.x, row.y, &line, row.width);
    }
}

/// A frame with room for `width` by `height` cells in the middle of `area`, with `title` above and `below` under it. What lies
/// over everything has the keys, and the frame says so.
/// Answers what is inside; nothing where there is no room.
pub fn popup(
    theme: &Theme,
    area: Rect,
    (width, height): (u16, usize),
    title: &str,
    below: String,
    buf: &mut Buffer,
) -> Option<Rect> {
    let area = middle(area, width, u16::try_from(height + 2).unwrap_or(u16::MAX));
    framed(theme, Role::Accent, area, title, below, buf)
}

/// `lines` from line `top` on, in a frame of at most `width` cells in the middle of `area`, with a clean `title` above and how
/// much lies below.
pub fn text_popup(
    theme: &Theme,
    area: Rect,
    (width, top): (u16, usize),
    title: &str,
    lines: &[Line<'_>],
    buf: &mut Buffer,
) {
    let shown = lines.len().min(usize::from(area.height.saturating_sub(2)));
    let top = top.min(lines.len() - shown);
    let below = out_of_sight((top, lines.len() - shown - top)).map_or_else(String::new, |[words, _]| words);
    let title = format!(" {} ", text::cut(title, usize::from(width.saturating_sub(4))));
    if let Some(inner) = popup(theme, area, (width, lines.len()), &title, below, buf) {
        put_lines(buf, beside_frame(inner), lines, top);
    }
}

/// What is inside of a frame without the cells beside it, so that text does not touch it.
pub fn beside_frame(inner: Rect) -> Rect {
    Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner }
}

/// A frame around `area` that looks like `role`, with `title` above and `below` under it. Answers what is inside; nothing where there is no room.
pub fn framed(
    theme: &Theme,
    role: Role,
    area: Rect,
    title: &str,
    below: String,
    buf: &mut Buffer,
) -> Option<Rect> {
    if area.width < 4 || area.height < 3 {
        return None;
    }
    take_away_cut_words(buf, area);
    wipe(buf, area);
    let block = Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(theme.style(role))
        .title(Span::styled(title.to_owned(), theme.style(Role::Accent)))
        .title_bottom(Line::styled(below, theme.style(Role::Dim)).right_aligned());
    let inner = block.inner(area);
    block.render(area, buf);
    Some(inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::theme::choice::ThemeChoice;
    use crate::tui::theme::{Background, Depth};

    #[test]
    fn a_box_leaves_no_part_of_a_word_behind() {
        let theme = ThemeChoice::new(Depth::Mono, Background::Unknown).theme();
        let area = Rect::new(0, 0, 24, 3);
        let mut buf = Buffer::empty(area);
        for (y, line) in ["renews in 18d       today", "────────────────────────", "!!3d 19d ab 27d  $1,200"]
            .iter()
            .enumerate()
        {
            buf.set_stringn(0, u16::try_from(y).expect("three lines"), line, 24, Style::default());
        }
        framed(&theme, Role::Accent, Rect::new(7, 0, 13, 3), "", String::new(), &mut buf);
        let line = |y: u16| (0..24).map(|x| buf[(x, y)].symbol()).collect::<String>();
        assert_eq!(line(0), "renews ╭───────────╮toda", "what is whole stays");
        assert_eq!(line(1), "───────│           │────", "lines are no words");
        assert_eq!(line(2), "!!3d   ╰───────────╯    ", "neither is left of");
    }
}
