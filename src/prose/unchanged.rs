//! Why a command changed nothing.

use super::follow_ups::{risk_is, snoozed};
use super::lists::lower_case;
use super::signals;
use crate::state::{AccountId, AccountRef, AlertChange, Board, Command, Now, PointChange};

/// Why `command` changes nothing on `board`, in one short sentence that says what is so.
pub fn text(command: &Command, board: &Board, now: &Now) -> String {
    let what_is_so = what_is_so(command, board, now);
    what_is_so.map_or_else(|| "nothing to change".to_owned(), |so| format!("nothing to change: {so}"))
}

fn what_is_so(command: &Command, board: &Board, now: &Now) -> Option<String> {
    let name = |id: &AccountId| board.get(id).map_or(id.as_str(), |account| account.name()).to_owned();
    Some(match command {
        Command::RecordSignal { account: AccountRef::Id(id), signal } => {
            format!("{} is already recorded for {}", signals::title(&signal.data), name(id))
        }
        Command::Move { account, to, .. } => {
            format!("{} is already in {}", name(account), board.pipeline().label(to))
        }
        Command::JoinSegment { account, segment, .. } => format!("{} is already in {segment}", name(account)),
        Command::LeaveSegment { account, segment, .. } => format!("{} is not in {segment}", name(account)),
        Command::ClearFact { account, key } => {
            format!("nothing is known of {} of {}", lower_case(&key.title()), name(account))
        }
        Command::KeepCover { account } => format!("{} is held for nobody", name(account)),
        Command::AssignOwner { account, .. } | Command::Cover { account, .. } => {
            match board.get(account).and_then(|account| account.owner()) {
                Some(owner) => format!("{owner} already owns {}", name(account)),
                None => format!("{} already has no owner", name(account)),
            }
        }
        Command::SetRisk { account, risk } => {
            format!("the payment risk of {} is already {}", name(account), risk_is(risk))
        }
        Command::CheckPoint { account, point, change } => {
            let title = board.pipeline().point(point).map_or(&**point, |point| &*point.title);
            let state = match change {
                PointChange::Tick { .. } => "is checked already",
                PointChange::Untick => "is not checked",
            };
            format!("{title} {state} for {}", name(account))
        }
        Command::Snooze { account, until: None } => format!("{} is not snoozed", name(account)),
        Command::Snooze { account, until: Some(until) } => {
            format!("{} is already {}", name(account), snoozed(*until, now))
        }
        Command::ChangeAlert { key, change } => {
            let state = match change {
                AlertChange::Assign { assignee: Some(assignee) } => format!("assigned to {assignee}"),
                AlertChange::Assign { assignee: None } => "unassigned".to_owned(),
                AlertChange::Acknowledge => "acknowledged".to_owned(),
                AlertChange::Snooze { .. } => "snoozed until then".to_owned(),
                AlertChange::Reopen => "open".to_owned(),
                AlertChange::Close { .. } => "closed".to_owned(),
                AlertChange::Raise(_) | AlertChange::Settle { .. } => return None,
            };
            format!("the alert of {} is already {state}", name(&board.alert(key)?.account))
        }
        Command::Merge { from, into } => format!("{from} and {into} are one account already"),
        Command::DismissFinding { account, .. } => format!("{} has nothing to dismiss", name(account)),
        Command::SwitchPlaybook { playbook, on } => {
            format!("playbook {playbook} is already {}", if *on { "on" } else { "off" })
        }
        // Of these, only one that asks for what is so already comes to nothing, and what was asked says it all.
        Command::RecordSignal { .. }
        | Command::Import { .. }
        | Command::CompareExport { .. }
        | Command::NoteSourceRead { .. }
        | Command::NotePushed { .. }
        | Command::AddNote { .. }
        | Command::RecordRefund { .. }
        | Command::MarkSeen { .. }
        | Command::MatchSignal { .. }
        | Command::ChangeTask { .. }
        | Command::SetStamp { .. }
        | Command::Undo
        | Command::UndoEntry(_)
        | Command::Redo
        | Command::RedoEntry(_) => return None,
    })
}
