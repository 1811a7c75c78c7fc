//! Verbs about all accounts that are marked. What would become of them is shown first; then it is one entry, and one undo.

use std::collections::BTreeMap;

use crate::playbook::bulk::{Preview, preview};
use crate::prose::follow_ups::snoozed_past;
use crate::prose::lists::plural;
use crate::prose::{entries, refusals, signals};
use crate::state::query::checklists::left_open;
use crate::state::{AccountId, AlertChange, Batch, Command, PointChange, Refusal, StageId, TaskChange};
use crate::text;
use crate::tui::input::action::{Action, Motion};
use crate::tui::model::app::App;
use crate::tui::model::bulk::{BulkPanel, Part};
use crate::tui::model::msg::Effect;
use crate::tui::model::prompt::{ON_ITS_WAY, Prompt};
use crate::tui::model::status::Tone;
use crate::tui::theme::Role;

/// How many of those refused are named one by one: more than anybody reads.
const NAMED: usize = 200;

/// How many accounts are named in one line.
const NAMED_IN_LINE: usize = 5;

/// How many different outcomes are counted one by one.
const OUTCOMES: usize = 12;

/// How many lines a page goes through.
const PAGE: usize = 10;

/// The accounts that a verb is about: those that are marked, else the focused one.
pub(super) fn targets(app: &mut App) -> Option<Vec<AccountId>> {
    if app.marks.is_empty() { Some(vec![app.focused_id()?]) } else { Some(app.marked()) }
}

/// Does what `make` answers for the focused account, or asks first what it would do to those that are marked.
pub(super) fn each(app: &mut App, make: impl Fn(&App, &AccountId) -> Part) -> Option<Effect> {
    let accounts = targets(app)?;
    let parts = accounts.iter().map(|id| make(app, id)).collect();
    carry_out(app, &accounts, parts)
}

/// Does `parts`, what is asked for about each of `accounts`. What is asked for about marked ones is shown first.
pub(super) fn carry_out(app: &mut App, accounts: &[AccountId], mut parts: Vec<Part>) -> Option<Effect> {
    if !app.marks.is_empty() {
        propose(app, accounts, parts);
        return None;
    }
    match parts.pop()? {
        Ok(mut commands) if commands.len() == 1 => commands.pop().map(|command| app.submit(command)),
        Ok(commands) => {
            let batch = batch(accounts.len(), commands);
            batch.map(|batch| app.submit(batch))
        }
        Err(why) => {
            app.say(Tone::Refused, why.text());
            None
        }
    }
}

/// What `command` asks for, as menus call it; nothing of what is never asked of many accounts.
fn verb(command: &Command) -> Option<&'static str> {
    Some(match command {
        Command::Move { .. } => "Move",
        Command::AssignOwner { owner: Some(_), .. } | Command::Cover { .. } => "Assign",
        Command::AssignOwner { owner: None, .. } => "Remove owner",
        Command::KeepCover { .. } => "Keep",
        Command::SetRisk { .. } => "Set risk",
        Command::Snooze { until: Some(_), .. } => "Snooze",
        Command::Snooze { until: None, .. } => "Wake",
        Command::AddNote { .. } => "Add note",
        Command::ChangeTask { change: TaskChange::Add { .. }, .. } => "Add task",
        Command::ChangeTask { change: TaskChange::Done, .. } => "Task done",
        Command::ChangeTask { change: TaskChange::Reopen, .. } => "Reopen task",
        Command::CheckPoint { change: PointChange::Tick { .. }, .. } => "Check",
        Command::CheckPoint { change: PointChange::Untick, .. } => "Uncheck",
        Command::RecordRefund { kind, .. } => kind.title(),
        Command::JoinSegment { .. } => "Add to segment",
        Command::LeaveSegment { .. } => "Take out of segment",
        Command::ClearFact { .. } => "Clear fact",
        Command::DismissFinding { .. } => "Dismiss",
        Command::RecordSignal { signal, .. } => signals::title(&signal.data),
        Command::ChangeAlert { change, .. } => match change {
            AlertChange::Acknowledge => "Acknowledge alerts",
            AlertChange::Snooze { .. } => "Snooze alerts",
            AlertChange::Assign { .. } => "Assign alerts",
            AlertChange::Close { .. } => "Close alerts",
            AlertChange::Reopen => "Reopen alerts",
            AlertChange::Raise(_) | AlertChange::Settle { .. } => return None,
        },
        Command::Import { .. }
        | Command::CompareExport { .. }
        | Command::MarkSeen { .. }
        | Command::MatchSignal { .. }
        | Command::SetStamp { .. }
        | Command::Merge { .. }
        | Command::SwitchPlaybook { .. }
        | Command::NoteSourceRead { .. }
        | Command::NotePushed { .. }
        | Command::Undo
        | Command::UndoEntry(_)
        | Command::Redo
        | Command::RedoEntry(_) => return None,
    })
}

/// Several commands as one; nothing where there is none.
fn batch(accounts: usize, commands: Vec<Command>) -> Option<Batch> {
    // As a person would type it at the command line.
    let verb = commands.first()?.words();
    let verb = verb.split(' ').next().unwrap_or_default();
    let words = format!("{verb} {}", plural(accounts, "account", "accounts")).into();
    Some(Batch { words, commands })
}

/// Shows what would become of `accounts`, and asks whether to do it.
fn propose(app: &mut App, accounts: &[AccountId], parts: Vec<Part>) {
    let commands: Vec<Vec<Command>> = parts.iter().map(|part| part.clone().unwrap_or_default()).collect();
    let previews = preview(&app.board, &app.setup.playbooks, &commands, &app.setup.me, app.now);
    let mut plan = Plan { verb: commands.iter().flatten().find_map(verb), ..Plan::default() };
    for (((id, part), commands), preview) in accounts.iter().zip(parts).zip(commands).zip(previews) {
        match (part, preview) {
            (Err(why), _) => {
                plan.refused.push(why.text_about(&app.short_name(id)));
            }
            (Ok(_), Preview::Refused(refusal)) => plan.refuse(id, &commands, &refusal),
            (Ok(_), Preview::Same) => plan.same.push(id.clone()),
            (Ok(_), Preview::Changes(events)) => {
                plan.left_open
                    .extend(left_open(&app.board, &events).iter().map(|left| left.account.id.clone()));
                let words = entries::in_short(&events, &app.board, &app.now);
                plan.outcomes.entry(words).or_default().push(id.clone());
                plan.changed.push(id.clone());
                plan.commands.extend(commands);
            }
        }
    }
    plan.missed = missed(app, &plan.commands);
    let panel = plan.into_panel(app);
    app.prompt = Some(Prompt::Bulk(Box::new(panel)));
}

/// The accounts that `commands` snooze past a renewal or a call.
fn missed(app: &App, commands: &[Command]) -> Vec<AccountId> {
    let missed = commands.iter().filter_map(|command| {
        let Command::Snooze { account, until: Some(until) } = command else { return None };
        snoozed_past([&**app.board.get(account)?], *until, &app.now).map(|_| account.clone())
    });
    missed.collect()
}

/// What would become of the marked accounts.
#[derive(Default)]
struct Plan {
    /// What is asked for, in a word or two.
    verb: Option<&'static str>,
    /// Who would become what, in words.
    outcomes: BTreeMap<String, Vec<AccountId>>,
    commands: Vec<Command>,
    changed: Vec<AccountId>,
    same: Vec<AccountId>,
    /// Those that leave a stage with open points.
    left_open: Vec<AccountId>,
    /// Those snoozed past a renewal or a call.
    missed: Vec<AccountId>,
    refused: Vec<String>,
    to_force: Option<(StageId, Vec<AccountId>)>,
}

impl Plan {
    fn refuse(&mut self, id: &AccountId, commands: &[Command], refusal: &Refusal) {
        if let ([Command::Move { to, .. }], true) = (commands, refusal.can_be_forced()) {
            let (_, accounts) = self.to_force.get_or_insert_with(|| (to.clone(), Vec::new()));
            accounts.push(id.clone());
        }
        self.refused.push(refusals::text(refusal));
    }

    fn into_panel(self, app: &App) -> BulkPanel {
        let Self { verb, outcomes, commands, changed, same, left_open, missed, refused, to_force } = self;
        let mut counted: Vec<(String, Vec<AccountId>)> = outcomes.into_iter().collect();
        counted.sort_by_key(|(_, accounts)| std::cmp::Reverse(accounts.len()));
        let mut lines: Vec<(String, Role)> = Vec::new();
        for (words, accounts) in counted.iter().take(OUTCOMES) {
            let count = accounts.len();
            lines.push((text::clean(&format!("{count:>6}  {words}")).into_owned(), Role::Ok));
            lines.push((text::clean(&format!("        {}", names(app, accounts))).into_owned(), Role::Name));
        }
        let mut line = |count: usize, words: &str, role| {
            lines.push((text::clean(&format!("{count:>6}  {words}")).into_owned(), role));
        };
        match counted.iter().skip(OUTCOMES).map(|(_, accounts)| accounts.len()).sum() {
            0 => {}
            others => line(others, "other changes", Role::Ok),
        }
        if !left_open.is_empty() {
            let words = if left_open.len() == 1 {
                "of them leaves a stage with open points of its checklist"
            } else {
                "of them leave a stage with open points of their checklist"
            };
            line(left_open.len(), &format!("{words}: {}", names(app, &left_open)), Role::Warning);
        }
        if !missed.is_empty() {
            let words = format!("past a renewal or a call: {}", names(app, &missed));
            line(missed.len(), &words, Role::Warning);
        }
        if !same.is_empty() {
            let stay = if same.len() == 1 { "stays as it is" } else { "stay as they are" };
            line(same.len(), &format!("{stay}, it is so already: {}", names(app, &same)), Role::Dim);
        }
        let hidden = app.hidden_marks();
        if hidden > 0 {
            line(hidden, "of them are not to be seen in this view", Role::Dim);
        }
        if !refused.is_empty() {
            let stay = if refused.len() == 1 { "stays" } else { "stay" };
            line(refused.len(), &format!("refused, and {stay} marked:"), Role::Warning);
            let named = refused
                .iter()
                .take(NAMED)
                .map(|why| (format!("        {}", text::clean(why)), Role::Warning));
            lines.extend(named);
            if refused.len() > NAMED {
                lines.push((format!("        and {} more", refused.len() - NAMED), Role::Warning));
            }
        }
        let marked = app.marks.len();
        let batch = batch(changed.len(), commands);
        let accounts = plural(marked, "account", "accounts");
        let accounts = match changed.len() {
            0 => format!("none of {accounts}"),
            all if all == marked => accounts,
            some => format!("{some} of {accounts}"),
        };
        let title = verb.map_or_else(|| accounts.clone(), |verb| format!("{verb}: {accounts}"));
        let finished = changed.into_iter().chain(same).collect();
        BulkPanel { title, lines, top: 0, batch, finished, refused: refused.len(), to_force, sent: false }
    }
}

/// The names of the first of `accounts`, and how many there are besides.
fn names(app: &App, accounts: &[AccountId]) -> String {
    let names: Vec<String> = accounts.iter().take(NAMED_IN_LINE).map(|id| app.short_name(id)).collect();
    let more = match accounts.len().saturating_sub(NAMED_IN_LINE) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    names.join(", ") + &more
}

/// What a key does while it is asked whether to go on.
pub(super) fn key(app: &mut App, mut panel: Box<BulkPanel>, action: Option<Action>) -> Option<Effect> {
    let mut effect = None;
    match action {
        Some(Action::Accept) if panel.sent => app.say(Tone::Plain, ON_ITS_WAY),
        Some(Action::Accept) => {
            let Some(batch) = panel.batch.clone() else {
                finish(app, *panel);
                return None;
            };
            panel.sent = true;
            effect = Some(app.submit(batch));
        }
        other => {
            if let Some(motion) = other.and_then(Action::motion) {
                scroll(&mut panel, motion);
            }
        }
    }
    app.prompt = Some(Prompt::Bulk(panel));
    effect
}

pub(super) fn scroll(panel: &mut BulkPanel, motion: Motion) {
    panel.top = motion.from(panel.top, PAGE).min(panel.lines.len().saturating_sub(1));
}

/// Takes away the marks that are needed no more, and offers to force what was refused.
pub(super) fn finish(app: &mut App, panel: BulkPanel) {
    app.marks.end_range();
    app.marks.unmark(&panel.finished);
    app.marks_changed();
    let was_done = panel.batch.is_some();
    let refused = match panel.refused {
        0 => None,
        1 => Some("1 refused account stays marked".to_owned()),
        several => Some(format!("{several} refused accounts stay marked")),
    };
    if was_done {
        if let Some(refused) = refused {
            let (said, keys) = (format!("{} · {refused}", app.status.words()), app.status.keys.clone());
            app.say_done(&said, &keys, true);
        }
    } else {
        app.say(
            Tone::Plain,
            &format!("Nothing to do{}", refused.map(|it| format!(": {it}")).unwrap_or_default()),
        );
    }
    if let Some((to, accounts)) = panel.to_force {
        app.offer_to_force(accounts, to);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_called_as_a_person_would_type_it() {
        let command = Command::AssignOwner { account: AccountId::new("A-1"), owner: Some("dan".into()) };
        let batch = batch(12, vec![command]).expect("there is a command");
        assert_eq!(&*batch.words, "owner 12 accounts");
    }
}
