//! The lines a page about an account is written in.

use chrono::{DateTime, Utc};
use ratatui::text::{Line, Span};

use crate::prose::dates;
use crate::text;
use crate::tui::model::account_page::{AccountPage, LineLink};
use crate::tui::model::app::App;
use crate::tui::theme::Role;

/// Writes a page, or a part of one, `width` cells wide.
pub(super) struct PageWriter<'a> {
    pub(super) app: &'a App,
    pub(super) width: usize,
    pub(super) page: AccountPage,
}

impl<'a> PageWriter<'a> {
    pub(super) fn new(app: &'a App, width: usize) -> Self {
        Self { app, width, page: AccountPage::default() }
    }

    pub(super) fn heading(&mut self, words: &str) {
        self.page.lines.push(Line::default());
        self.page.lines.push(Line::styled(words.to_owned(), self.app.theme.style(Role::Header)));
    }

    /// A name, its value, and a remark that is left out where it does not fit.
    pub(super) fn field(&mut self, name: &str, value: &str, remark: &str) {
        let theme = &self.app.theme;
        let label = self.label();
        let (name, value, remark) = (text::clean(name), text::clean(value), text::clean(remark));
        let room = self.width.saturating_sub(label + 1);
        let mut wrapped = textwrap::wrap(&value, room.max(4)).into_iter().map(std::borrow::Cow::into_owned);
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
        let remarks = textwrap::wrap(&remark, room.max(4)).into_iter().map(std::borrow::Cow::into_owned);
        let indent = " ".repeat(label + 1);
        for part in wrapped {
            self.page.lines.push(Line::styled(format!("{indent}{part}"), theme.style(Role::Text)));
        }
        for part in remarks.filter(|part| !part.is_empty()) {
            self.page.lines.push(Line::styled(format!("{indent}{part}"), theme.style(Role::Dim)));
        }
    }

    pub(super) fn say(&mut self, role: Role, words: &str) {
        let style = self.app.theme.style(role);
        let indent = " ".repeat(words.len() - words.trim_start().len());
        let options = textwrap::Options::new(self.width).subsequent_indent(&indent);
        for part in textwrap::wrap(&text::clean(words), options) {
            self.page.lines.push(Line::styled(part.into_owned(), style));
        }
    }

    /// What happened when, the words under each other.
    pub(super) fn dated(&mut self, rows: Vec<(DateTime<Utc>, String)>) {
        let moments: Vec<String> = rows.iter().map(|(at, _)| self.moment(*at)).collect();
        let width = moments.iter().map(|moment| text::width(moment)).max().unwrap_or(0);
        for (moment, (_, words)) in moments.iter().zip(rows) {
            self.say(Role::Text, &format!("{}  {words}", text::fit(moment, width)));
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

    /// The cells of the name of a field.
    pub(super) fn label(&self) -> usize {
        (self.width / 3).clamp(8, 18)
    }

    pub(super) fn day(&self, at: DateTime<Utc>) -> String {
        dates::day(&self.app.now, self.app.now.date(at))
    }

    pub(super) fn moment(&self, at: DateTime<Utc>) -> String {
        dates::moment(&self.app.now, at)
    }
}
