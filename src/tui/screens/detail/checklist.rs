//! The checklist in the open account: its points, who ticked them and what was observed. A press of the mouse ticks.

use ratatui::text::{Line, Span};

use super::writer::{PageWriter, wrapped};
use crate::prose::checklists::{self, who_and_when};
use crate::state::query::checklists::{points_of, progress};
use crate::state::{Account, PointId};
use crate::text;
use crate::tui::input::action::Action;
use crate::tui::model::account_page::LineTick;
use crate::tui::model::app::App;
use crate::tui::theme::Role;

impl PageWriter<'_> {
    pub(super) fn checklist(&mut self, account: &Account) {
        for (line, point) in lines(self.app, account, self.width) {
            let (at, cells) = (self.page.lines.len(), 0..self.width);
            self.page.ticks.extend(point.map(|point| LineTick { line: at, cells, point }));
            self.page.lines.push(line);
        }
    }
}

/// The lines about `account`, `width` cells wide, each with the point that a press on it ticks. None where there is no
/// point.
fn lines(app: &App, account: &Account, width: usize) -> Vec<(Line<'static>, Option<PointId>)> {
    let points = points_of(&app.board, account);
    if points.is_empty() {
        return Vec::new();
    }
    let stage = app.board.stage_of(account);
    let title = stage.and_then(|stage| stage.checklist.as_ref()).map_or("Checklist", |list| &*list.title);
    let sum = progress(&app.board, account).map(|(ticked, all)| format!(" {ticked}/{all}"));
    let key = app.board_key(Action::Checklist).map(|key| format!("  {key} Tick"));
    let heading = vec![
        Span::styled(
            format!("{}{}", text::clean(title), sum.unwrap_or_default()),
            app.theme.style(Role::Header),
        ),
        Span::styled(key.unwrap_or_default(), app.theme.style(Role::Dim)),
    ];
    let mut lines = vec![(Line::default(), None), (Line::from(heading), None)];
    // With room for a mark before them.
    let room = width.saturating_sub(2);
    for point in points {
        let (mark, role) = if point.is_ticked() { ("☑", Role::Ok) } else { ("☐", Role::Dim) };
        let id = Some(point.id.clone());
        let mut mark = Span::styled(format!("{mark} "), app.theme.style(role));
        for part in wrapped(&text::clean(&checklists::title(&point)), room) {
            lines.push((
                Line::from(vec![mark.clone(), Span::styled(part, app.theme.style(Role::Text))]),
                id.clone(),
            ));
            mark = Span::raw("  ");
        }
        let Some(kept) = point.state else { continue };
        let observation = kept.observation.iter().map(|text| (format!("“{text}”"), Role::Text));
        let touched = (who_and_when(kept, &app.now), Role::Dim);
        for (words, role) in observation.chain([touched]) {
            for part in wrapped(&text::clean(&words), room) {
                lines.push((Line::styled(format!("  {part}"), app.theme.style(role)), id.clone()));
            }
        }
    }
    lines
}
