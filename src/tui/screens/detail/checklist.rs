//! The checklist in the open account: its points, who ticked them and what was observed. A press of the mouse ticks.

use ratatui::text::{Line, Span};

use super::writer::{PageWriter, wrapped};
use crate::prose::aloud;
use crate::prose::checklists::{self, who_and_when};
use crate::state::Account;
use crate::state::query::checklists::{AccountPoint, points_of, progress};
use crate::text;
use crate::tui::input::action::Action;
use crate::tui::model::account_page::LineTick;
use crate::tui::theme::Role;

impl PageWriter<'_> {
    /// The points about `account`; a press on the lines of one ticks it.
    pub(super) fn checklist(&mut self, account: &Account) {
        let app = self.app;
        let points = points_of(&app.board, account);
        if points.is_empty() {
            return;
        }
        let stage = app.board.stage_of(account);
        let title = stage.and_then(|stage| stage.checklist.as_ref()).map_or("Checklist", |list| &*list.title);
        let between = if self.is_heard() { " of " } else { "/" };
        let sum = progress(&app.board, account).map(|(ticked, all)| format!(" {ticked}{between}{all}"));
        let key = app.board_key(Action::Checklist);
        self.heading_with_key(&format!("{title}{}", sum.unwrap_or_default()), key.as_deref(), "Tick");
        for point in points {
            let first = self.page.lines.len();
            self.point(&point);
            self.page.ticks.extend((first..self.page.lines.len()).map(|line| LineTick {
                line,
                cells: 0..self.width,
                point: point.id.clone(),
            }));
        }
    }

    fn point(&mut self, point: &AccountPoint<'_>) {
        let theme = &self.app.theme;
        if self.is_heard() {
            let kept = point.state.iter().flat_map(|kept| {
                let observed = kept.observation.iter().map(|text| format!("“{text}”"));
                observed.chain([who_and_when(kept, &self.app.now)])
            });
            let words = std::iter::once(aloud::point(point)).chain(kept).collect::<Vec<_>>().join(", ");
            return self.say(Role::Text, &words);
        }
        // With room for a mark before them.
        let room = self.width.saturating_sub(2);
        let (mark, role) = if point.is_ticked() { ("☑", Role::Ok) } else { ("☐", Role::Dim) };
        let mut mark = Span::styled(format!("{mark} "), theme.style(role));
        for part in wrapped(&text::clean(&checklists::title(point)), room) {
            self.page.lines.push(Line::from(vec![mark, Span::styled(part, theme.style(Role::Text))]));
            mark = Span::raw("  ");
        }
        let Some(kept) = point.state else { return };
        let observation = kept.observation.iter().map(|text| (format!("“{text}”"), Role::Text));
        let touched = (who_and_when(kept, &self.app.now), Role::Dim);
        for (words, role) in observation.chain([touched]) {
            for part in wrapped(&text::clean(&words), room) {
                self.page.lines.push(Line::styled(format!("  {part}"), theme.style(role)));
            }
        }
    }
}
