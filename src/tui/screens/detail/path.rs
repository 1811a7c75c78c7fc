//! The way of an account through the stages, with how long it stood in each.

use ratatui::text::{Line, Span};

use super::writer::PageWriter;
use crate::prose::aloud;
use crate::state::Account;
use crate::text;
use crate::tui::model::badges::phase;
use crate::tui::model::columns::ColumnId;
use crate::tui::theme::Role;

/// How many steps are drawn.
const STEPS: usize = 24;

impl PageWriter<'_> {
    /// `1 3d → 2 12d → ● 3a 9d`: the last one is where it stands. What was undone is no step.
    pub(super) fn path(&mut self, account: &Account) {
        let app = self.app;
        let mut steps = account.steps();
        steps.reverse();
        if self.is_heard() && !steps.is_empty() {
            let path = aloud::path(&steps, &app.now);
            return self.field("Path", &path, "");
        }
        let skipped = steps.len().saturating_sub(STEPS);
        let mut parts: Vec<Vec<Span<'static>>> = Vec::new();
        if skipped > 0 {
            parts.push(vec![Span::styled("…", app.theme.style(Role::Dim))]);
        }
        for (at, step) in steps.iter().enumerate().skip(skipped) {
            let until = steps.get(at + 1).map_or(app.now.at, |next| next.at);
            let days = (app.now.date(until) - app.now.date(step.at)).num_days().max(0);
            let position = step.to.as_ref().and_then(|to| app.board.pipeline().position(to));
            let role = match (&step.to, position) {
                (None, _) => Role::Dim,
                (Some(_), None) => Role::Warning,
                (Some(_), Some(at)) => phase(app, ColumnId::Stage(at)),
            };
            let name = step.to.as_ref().map_or("off", |to| to.as_str());
            let is_now = at + 1 == steps.len();
            let style = app.theme.style(role);
            let mut part = vec![Span::styled(format!("{} ", text::clean(name)), style)];
            if is_now {
                part.insert(0, Span::styled("● ", style));
            }
            let role = if is_now { Role::Text } else { Role::Dim };
            part.push(Span::styled(format!("{days}d"), app.theme.style(role)));
            parts.push(part);
        }
        if parts.is_empty() {
            return;
        }
        self.page.lines.push(Line::default());
        self.flow(&parts, " → ");
    }

    /// `parts` one after the other in as many lines as they need, with `between` in dim letters.
    fn flow(&mut self, parts: &[Vec<Span<'static>>], between: &'static str) {
        let mut line: Vec<Span<'static>> = Vec::new();
        let mut taken = 0;
        for (at, part) in parts.iter().enumerate() {
            let arrow = if at + 1 < parts.len() { between.trim_end() } else { "" };
            let wide = part.iter().map(Span::width).sum::<usize>() + text::width(arrow);
            if taken > 0 && taken + 1 + wide > self.width {
                self.page.lines.push(Line::from(std::mem::take(&mut line)));
                taken = 0;
            }
            if taken > 0 {
                line.push(Span::raw(" "));
                taken += 1;
            }
            line.extend(part.iter().cloned());
            line.push(Span::styled(arrow, self.app.theme.style(Role::Dim)));
            taken += wide;
        }
        self.page.lines.push(Line::from(line));
    }
}
