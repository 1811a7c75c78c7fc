//! Folding the groups of today, and unfolding them.

use crate::prose::lists::plural;
use crate::prose::reasons::group_title;
use crate::state::TodayGroup;
use crate::tui::input::action::Action;
use crate::tui::model::app::App;
use crate::tui::model::status::Tone;

impl App {
    /// Folds `groups` and no others. A focus that this hides goes to the row that follows.
    fn fold(&mut self, groups: Vec<TodayGroup>) {
        let focused = self.focus.account.as_ref().and_then(|id| self.queue.group_of(id));
        self.queue.fold(groups);
        if let Some(group) = focused.filter(|group| self.queue.is_folded(*group)) {
            self.focus_row(self.first_row_of(group));
        } else {
            self.settle();
        }
    }

    /// Where the first row of `group` stands, or the row that follows where it is folded.
    fn first_row_of(&self, group: TodayGroup) -> usize {
        let before = self.queue.sections().into_iter().take_while(|section| section.group < group);
        before.map(|section| section.rows()).sum()
    }

    /// Unfolds `group` and goes to its first row, or folds it.
    pub(super) fn toggle_group(&mut self, group: TodayGroup) {
        let mut folded = self.queue.folded().to_vec();
        if self.queue.is_folded(group) {
            folded.retain(|other| *other != group);
            self.fold(folded);
            self.focus_row(self.first_row_of(group));
        } else {
            folded.push(group);
            self.fold(folded);
            self.say_folded(group);
        }
    }

    fn say_folded(&mut self, group: TodayGroup) {
        let sections = self.queue.sections();
        let count = sections.iter().find(|section| section.group == group).map_or(0, |section| section.count);
        let key = self.board_key(Action::FocusRight).map(|key| format!(" · {key} unfolds it"));
        let count = plural(count, "account", "accounts");
        self.say(Tone::Plain, &format!("Folded {}: {count}{}", group_title(group), key.unwrap_or_default()));
    }
}

/// What the keys that go from column to column do in today: one folds the focused group or unfolds the one folded last,
/// and those to the first and to the last column fold all others or unfold all.
pub(super) fn sideways(app: &mut App, by: isize) {
    if app.overlay.is_some() {
        let key = app.key_in(app.mode(), Action::Clear);
        let how = key.map(|key| format!(": {key} closes it")).unwrap_or_default();
        return app.say(Tone::Plain, &format!("Groups fold while no account is open{how}"));
    }
    let focused = app.focus.account.as_ref().and_then(|id| app.queue.group_of(id));
    match (by, focused, app.queue.last_folded()) {
        (isize::MIN, Some(focused), _) => {
            let others = TodayGroup::ALL.iter().copied().filter(|group| *group != focused);
            app.fold(others.collect());
            let key = app.board_key(Action::LastColumn).map(|key| format!(" · {key} unfolds all"));
            let words = format!("Folded all but {}{}", group_title(focused), key.unwrap_or_default());
            app.say(Tone::Plain, &words);
        }
        (..0, Some(focused), _) => app.toggle_group(focused),
        (..0, None, _) => app.say(Tone::Plain, "There is no group to fold"),
        (0.., _, None) => app.say(Tone::Plain, "No group is folded"),
        (isize::MAX, _, Some(_)) => {
            app.fold(Vec::new());
            app.say(Tone::Plain, "Unfolded all groups");
        }
        (0.., _, Some(last)) => app.toggle_group(last),
    }
}
