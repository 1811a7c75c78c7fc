//! Why a command changed nothing.

use super::entries::owned;
use super::{follow_ups, signals};
use crate::state::{AccountRef, AlertChange, Board, Command, Now};

/// Why `command` changes nothing on `board`, in one short sentence without a full stop that says what is so.
pub fn text(command: &Command, board: &Board, now: &Now) -> String {
    let so = match command {
        Command::RecordSignal { account: AccountRef::Id(account), signal } => {
            Some((account, format!("{} is known already", signals::with_time(&signal.what, now))))
        }
        Command::Move { account, to, .. } => {
            Some((account, format!("stands in {} already", board.pipeline().label(to))))
        }
        Command::AssignOwner { account, owner } => {
            Some((account, format!("{} already", owned(owner.as_deref(), account, board))))
        }
        Command::SetRisk { account, risk } => Some((account, format!("{} already", follow_ups::risk(risk)))),
        Command::Snooze { account, until: None } => Some((account, "is not snoozed".to_owned())),
        Command::Snooze { account, until: Some(until) } => {
            Some((account, format!("{} already", follow_ups::snoozed(*until, now))))
        }
        Command::ChangeAlert { key, change } => board.alert(key).and_then(|alert| {
            let so = match change {
                AlertChange::Assign { assignee } => {
                    let whose = assignee.as_deref().unwrap_or("nobody");
                    return Some((&alert.account, format!("the alert is given to {whose} already")));
                }
                AlertChange::Acknowledge => "the alert is acknowledged already",
                AlertChange::Snooze { .. } => "the alert is snoozed until then already",
                AlertChange::Reopen => "the alert is open already",
                AlertChange::Close { .. } => "the alert is closed already",
                AlertChange::Raise { .. } | AlertChange::Settle { .. } => return None,
            };
            Some((&alert.account, so.to_owned()))
        }),
        Command::SwitchPlaybook { playbook, on } => {
            let on = if *on { "on" } else { "off" };
            return format!("nothing to change: playbook {playbook} is {on} already");
        }
        _ => None,
    };
    match so {
        Some((id, so)) => {
            let name = board.get(id).map_or(id.as_str(), |account| account.name());
            format!("nothing to change: {name}: {so}")
        }
        None => "nothing to change: it is so already".to_owned(),
    }
}
