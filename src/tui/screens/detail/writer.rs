//! The lines a page about an account is written in.

use chrono::{DateTime, Utc};
use ratatui::text::{Line, Span};

use super::GAP;
use crate::prose::dates;
use crate::text;
use crate::tui::canvas::hanging;
use crate::tui::model::account_page::{AccountPage, LineLink, LineTick};
use crate::tui::model::app::App;
use crate::tui::theme::Role;

/// From this width on, moments stand with the time of the day before what happened then.
const WITH_CLOCK: usize = 46;

/// Writes a page, or a part of one, `width` cells wide.
pub(super) struct PageWriter<'a> {
    pub(super) app: &'a App,
    pub(super) width: usize,
    /// The cells of the name of a field.
    pub(super) label: usize,
    pub(super) page: AccountPage,
}

impl<'a> PageWriter<'a> {
    pub(super) fn new(app: &'a App, width: usize) -> Self {
        Self { app, width, label: (width / 3).clamp(8, 18), page: AccountPage::default() }
    }

    /// Both parts beside each other.
    pub(super) fn beside(self, right: Self) -> AccountPage {
        let (at, height) = (self.width + GAP.len(), self.page.lines.len().max(right.page.lines.len()));
        let mut page = self.page;
        page.lines.resize(height, Line::default());
        // What begins with a space between two parts begins at the top here.
        let is_empty = |line: &Line<'_>| line.width() == 0;
        let skipped = usize::from(right.page.lines.first().is_some_and(is_empty));
        for (line, beside) in page.lines.iter_mut().zip(right.page.lines.into_iter().skip(skipped)) {
            let style = std::mem::take(&mut line.style);
            for span in &mut line.spans {
                span.style = style.patch(span.style);
            }
            let pad = at.saturating_sub(line.width());
            line.push_span(Span::raw(" ".repeat(pad)));
            line.spans.extend(
                beside
                    .spans
                    .into_iter()
                    .map(|span| Span::styled(span.content, beside.style.patch(span.style))),
            );
        }
        page.links.extend(right.page.links.into_iter().map(|link| LineLink {
            line: link.line.saturating_sub(skipped),
            x: link.x + at,
            ..link
        }));
        page.ticks.extend(right.page.ticks.into_iter().map(|tick| LineTick {
            line: tick.line.saturating_sub(skipped),
            cells: tick.cells.start + at..tick.cells.end + at,
            ..tick
        }));
        page
    }

    /// Whether the page is heard line by line, and not seen.
    pub(super) fn is_heard(&self) -> bool {
        self.app.setup.plain
    }

    pub(super) fn heading(&mut self, words: &str) {
        if !self.is_heard() {
            self.page.lines.push(Line::default());
        }
        // Not the line: a key behind them is no heading.
        self.page.lines.push(Line::from(Span::styled(words.to_owned(), self.app.theme.style(Role::Header))));
    }

    /// A heading, and the key that does something about what is under it.
    pub(super) fn heading_with_key(&mut self, words: &str, key: Option<&str>, does: &str) {
        self.heading(&text::clean(words));
        let role = super::key_role(self.app).filter(|_| !self.is_heard());
        if let (Some(key), Some(role), Some(line)) = (key, role, self.page.lines.last_mut()) {
            let theme = &self.app.theme;
            line.push_span(Span::styled(format!("  {key}"), theme.style(role)));
            line.push_span(Span::styled(format!(" {does}"), theme.style(Role::Dim)));
        }
    }

    /// Has the key look like `role` with which the name of the field at `line` begins.
    pub(super) fn lead(&mut self, line: usize, role: Role) {
        let key = |name: &str| {
            name.find(' ').filter(|end| *end > 0).map(|end| (name[..end].to_owned(), name[end..].to_owned()))
        };
        let theme = &self.app.theme;
        if let Some(line) = self.page.lines.get_mut(line).filter(|_| !self.app.setup.plain)
            && let Some((key, does)) = line.spans.first().and_then(|name| key(&name.content))
        {
            let parts = [Span::styled(key, theme.style(role)), Span::styled(does, theme.style(Role::Dim))];
            line.spans.splice(..1, parts);
        }
    }

    /// Words, and a remark behind them or under them.
    pub(super) fn remarked(&mut self, words: &str, remark: &str) {
        self.say(Role::Text, words);
        if remark.is_empty() {
            return;
        }
        let fits = |line: &&mut Line<'static>| line.width() + 2 + text::width(remark) <= self.width;
        match self.page.lines.last_mut().filter(fits) {
            Some(line) => {
                line.push_span(Span::styled(format!("  {remark}"), self.app.theme.style(Role::Dim)));
            }
            None => self.say(Role::Dim, &format!("  {remark}")),
        }
    }

    /// A name, its value, and a remark that is left out where it does not fit.
    pub(super) fn field(&mut self, name: &str, value: &str, remark: &str) {
        let theme = &self.app.theme;
        let label = self.label;
        let (name, value, remark) = (text::clean(name), text::clean(value), text::clean(remark));
        if self.is_heard() {
            let named = [&*name, &*value].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
            let remark = if remark.is_empty() { String::new() } else { format!(", {remark}") };
            return self.page.lines.push(Line::raw(format!("{}{remark}", named.join(": "))));
        }
        let room = self.width.saturating_sub(label + 1);
        let mut wrapped = wrapped(&value, room).into_iter();
        let first = wrapped.next().unwrap_or_default();
        let left = room.saturating_sub(text::width(&first) + 2);
        let mut line = Line::from(vec![
            Span::styled(text::fit(&name, label), theme.style(Role::Dim)),
            Span::raw(" "),
            Span::styled(first, theme.style(Role::Text)),
        ]);
        if !remark.is_empty() && text::width(&remark) <= left {
            line.push_span(Span::styled(format!("  {remark}"), theme.style(Role::Dim)));
            self.page.lines.push(line);
            return;
        }
        self.page.lines.push(line);
        let remarks = self::wrapped(&remark, room).into_iter();
        let indent = " ".repeat(label + 1);
        for part in wrapped {
            self.page.lines.push(Line::styled(format!("{indent}{part}"), theme.style(Role::Text)));
        }
        for part in remarks.filter(|part| !part.is_empty()) {
            self.page.lines.push(Line::styled(format!("{indent}{part}"), theme.style(Role::Dim)));
        }
    }

    /// Words behind a mark, which alone looks like its role.
    pub(super) fn marked(&mut self, (mark, role): (&'static str, Role), words: &str) {
        let mark = Span::styled(mark, self.app.theme.style(role));
        let lines = hanging(&mark, words, self.app.theme.style(Role::Text), self.width, usize::MAX);
        self.page.lines.extend(lines);
    }

    pub(super) fn say(&mut self, role: Role, words: &str) {
        let indent = words.len() - words.trim_start().len();
        self.hang(role, words, indent);
    }

    /// Words whose lines stand `indent` cells to the right from the second on.
    fn hang(&mut self, role: Role, words: &str, indent: usize) {
        let style = self.app.theme.style(role);
        let indent = " ".repeat(if indent + 4 < self.width { indent } else { 0 });
        let options = in_whole_words(self.width.max(4)).subsequent_indent(&indent);
        for part in textwrap::wrap(&text::clean(words), options) {
            self.page.lines.push(Line::styled(part.into_owned(), style));
        }
    }

    /// What happened when, the words under each other.
    pub(super) fn dated(&mut self, rows: Vec<(DateTime<Utc>, String)>) {
        // Where there is little room, what it was comes before the minute.
        let is_narrow = self.width < WITH_CLOCK && !self.is_heard();
        let moment = |at| if is_narrow { self.day(at) } else { self.moment(at) };
        let moments: Vec<String> = rows.iter().map(|(at, _)| moment(*at)).collect();
        let width = moments.iter().map(|moment| text::width(moment)).max().unwrap_or(0);
        for (moment, (_, words)) in moments.iter().zip(rows) {
            self.hang(Role::Text, &format!("{}  {words}", text::fit(moment, width)), width + 2);
        }
    }

    /// Has `shown` lead to `address`, where it stands in one piece in one of the lines from line `first` on.
    pub(super) fn link(&mut self, first: usize, shown: &str, address: String) {
        let is_part = |c: char| c.is_alphanumeric() || "@._-+".contains(c);
        for (line, spans) in self.page.lines.iter().enumerate().skip(first) {
            let text = spans.to_string();
            let place = text
                .match_indices(shown)
                .map(|(at, _)| at)
                .find(|at| !text[..*at].ends_with(is_part) && !text[at + shown.len()..].starts_with(is_part));
            if let Some(at) = place {
                let (x, text) = (text::width(&text[..at]), shown.to_owned());
                return self.page.links.push(LineLink { line, x, text, address });
            }
        }
    }

    pub(super) fn day(&self, at: DateTime<Utc>) -> String {
        dates::day(&self.app.now, self.app.now.date(at))
    }

    pub(super) fn moment(&self, at: DateTime<Utc>) -> String {
        dates::moment(&self.app.now, at)
    }
}

/// `words`, which are clean, in lines of `width` cells. An address or a name with a hyphen stays in one piece.
pub(super) fn wrapped(words: &str, width: usize) -> Vec<String> {
    let lines = textwrap::wrap(words, in_whole_words(width.max(4))).into_iter();
    lines.map(std::borrow::Cow::into_owned).collect()
}

fn in_whole_words<'a>(width: usize) -> textwrap::Options<'a> {
    textwrap::Options::new(width).word_splitter(textwrap::WordSplitter::NoHyphenation)
}
