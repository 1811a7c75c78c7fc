//! What a key can mean.
//!
//! One table names every action once. The keymap, the help, the footer and `docs/keys.md` read it; none of them
//! lists an action by itself.

use std::fmt;

/// The headings of the help, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActionGroup {
    /// Getting from card to card.
    MoveAround,
    /// What happened, said with one key; the rules place the card.
    Happened,
    /// What changes an account.
    Cards,
    /// What is shown, and in which order.
    View,
    /// What is done with an alert.
    Alerts,
    /// What is done with a playbook.
    Playbooks,
    /// What is done with a signal that waits for its account.
    Unmatched,
    /// The program itself.
    Program,
}

impl ActionGroup {
    /// Every group, in the help's order.
    pub const ALL: [Self; 8] = [
        Self::MoveAround,
        Self::Happened,
        Self::Cards,
        Self::View,
        Self::Alerts,
        Self::Playbooks,
        Self::Unmatched,
        Self::Program,
    ];

    /// The heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::MoveAround => "Move around",
            Self::Happened => "What happened",
            Self::Alerts => "In the alerts",
            Self::Playbooks => "In the playbooks",
            Self::Unmatched => "In the unmatched signals",
            Self::Cards => "Cards",
            Self::View => "View",
            Self::Program => "Program",
        }
    }
}

/// Makes the enum and everything the rest of the program asks about it from one table.
macro_rules! actions {
    ($($variant:ident $name:literal $group:ident $help:literal)+) => {
        /// What a key can mean. What it does is one arm of `update`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action {
            $(#[doc = $help] $variant,)+
        }

        impl Action {
            /// Every action, group by group.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Its name in `keymap.toml`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// What it does, in a few words.
            pub fn help(self) -> &'static str {
                match self { $(Self::$variant => $help),+ }
            }

            /// Under which heading the help shows it.
            pub fn group(self) -> ActionGroup {
                match self { $(Self::$variant => ActionGroup::$group),+ }
            }
        }
    };
}

actions! {
    FocusLeft     "focus_left"     MoveAround "column to the left"
    FocusDown     "focus_down"     MoveAround "next card, or line"
    FocusUp       "focus_up"       MoveAround "previous card, or line"
    FocusRight    "focus_right"    MoveAround "column to the right"
    First         "first"          MoveAround "first card"
    Last          "last"           MoveAround "last card"
    NextCard      "next_card"      MoveAround "next card, also while one is open"
    PreviousCard  "previous_card"  MoveAround "previous card, also while one is open"
    PageDown      "page_down"      MoveAround "a page down"
    PageUp        "page_up"        MoveAround "a page up"
    FirstColumn   "first_column"   MoveAround "first column"
    LastColumn    "last_column"    MoveAround "last column"
    Jump          "jump"           MoveAround "to the stage whose id you type"

    OutreachSent  "outreach_sent"  Happened   "you wrote to them first"
    Replied       "replied"        Happened   "they answered"
    CallBooked    "call_booked"    Happened   "they booked a call, for when?"
    CallHeld      "call_held"      Happened   "the call took place"
    NoShow        "no_show"        Happened   "nobody came to the call"
    FinalOutreachSent "final_outreach_sent" Happened "you wrote to them for the last time"
    Handoff       "handoff"        Happened   "sales takes over, and why"
    Churned       "churned"        Happened   "they canceled"
    PaidCall      "paid_call"      Happened   "they bought a consultation"

    NextStage     "next_stage"     Cards      "move to the next stage that fits"
    PreviousStage "previous_stage" Cards      "move back a stage"
    MoveTo        "move_to"        Cards      "move to a stage, by its id"
    AcceptBetter  "accept_better"  Cards      "do the better move just proposed"
    Force         "force"          Cards      "do what was just refused, with a reason"
    Risk          "risk"           Cards      "payment risk, and why"
    Owner         "owner"          Cards      "who looks after it"
    Note          "note"           Cards      "write something down"
    NoteInEditor  "note_in_editor" Cards      "the same in your editor: $VISUAL or $EDITOR"
    Task          "task"           Cards      "something to do, and by when"
    TaskDone      "task_done"      Cards      "the task that is due first is done"
    Snooze        "snooze"         Cards      "snooze it, until when?"
    Undo          "undo"           Cards      "undo your last change"
    Redo          "redo"           Cards      "redo what you undid"

    Open          "open"           View       "open the account"
    Filter        "filter"         View       "filter by name, id, owner or fact"
    Clear         "clear"          View       "close, or drop the filter"
    Accept        "accept"         View       "take what is typed or chosen"
    Snoozed       "snoozed"        View       "who is snoozed"
    Copy          "copy"           View       "copy their email address"
    Complete      "complete"       View       "go on with the name you began"
    Sort          "sort"           View       "choose the order"
    Alerts        "alerts"         View       "the alerts, or back to the board"
    ToggleToday   "toggle_today"   View       "who needs you today, or the board"
    Mine          "mine"           View       "only what is yours, or everybody's"
    ToggleList    "toggle_list"    View       "list or board"
    Playbooks     "playbooks"      View       "the playbooks: what happens by itself"
    Explain       "explain"        View       "what the playbooks make of the account"
    Forecast      "forecast"       View       "what is expected to come in"
    Unmatched     "unmatched"      View       "signals that wait for an account"
    ToggleAll     "toggle_all"     View       "list accounts off the board too"

    AlertAck      "alert_ack"      Alerts     "acknowledge it: you are on it"
    AlertSnooze   "alert_snooze"   Alerts     "snooze it, until when?"
    AlertAssign   "alert_assign"   Alerts     "give it to somebody"
    AlertClose    "alert_close"    Alerts     "close it, and how it ended"
    AlertReopen   "alert_reopen"   Alerts     "open it again"
    AlertsClosed  "alerts_closed"  Alerts     "closed ones too"

    Switch        "switch"         Playbooks  "switch the playbook on or off"

    Pick          "pick"           Unmatched  "give it to the account of that number"
    Dismiss       "dismiss"        Unmatched  "it is nobody's"

    Help          "help"           Program    "all keys"
    Redraw        "redraw"         Program    "draw the screen anew"
    Suspend       "suspend"        Program    "back to the shell; `fg` returns"
    Quit          "quit"           Program    "quit: everything is saved already"
}

impl Action {
    /// The action called `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.name() == name)
    }

    /// The actions of `group`, in the table's order.
    pub fn in_group(group: ActionGroup) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |action| action.group() == group)
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_its_own() {
        for action in Action::ALL {
            assert_eq!(Action::named(action.name()), Some(*action));
            assert!(!action.help().is_empty() && action.help().len() < 48, "{action}: {}", action.help());
        }
        assert_eq!(Action::named("none"), None, "`none` is how a keymap takes a key away");
    }

    #[test]
    fn the_groups_follow_the_helps_order() {
        assert!(Action::ALL.is_sorted_by_key(|action| action.group()));
        assert_eq!(
            ActionGroup::ALL.iter().map(|group| Action::in_group(*group).count()).sum::<usize>(),
            Action::ALL.len()
        );
    }
}
