//! What a key can mean.
//!
//! One table names every action once. The keymap, the help, the footer and `docs/keys.md` read it; none of them
//! lists an action by itself.

use std::fmt;

use serde::Deserialize;
use strum::VariantArray;

use crate::tui::model::screens::ScreenId;

/// The headings of the help, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
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
    /// What answers a question.
    Questions,
    /// The program itself.
    Program,
    /// What is said on demand in plain mode.
    Aloud,
}

impl ActionGroup {
    /// Every group, in the help's order.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// Every group in the order of what one looks up: how to get around is known soonest.
    pub const SOUGHT_FIRST: [Self; 10] = [
        Self::Happened,
        Self::Cards,
        Self::View,
        Self::Alerts,
        Self::Playbooks,
        Self::Unmatched,
        Self::MoveAround,
        Self::Questions,
        Self::Program,
        Self::Aloud,
    ];

    /// The heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::MoveAround => "Move around",
            Self::Happened => "What happened",
            Self::Alerts => "Alerts",
            Self::Playbooks => "Playbooks",
            Self::Unmatched => "Unmatched signals",
            Self::Cards => "Cards",
            Self::View => "View",
            Self::Questions => "In a question",
            Self::Program => "Program",
            Self::Aloud => "In plain mode",
        }
    }
}

/// Makes the enum and everything the rest of the program asks about it from one table.
macro_rules! actions {
    ($($variant:ident $name:literal $group:ident $help:literal)+) => {
        /// What a key can mean. What it does is one arm of `dispatch` in `update`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
        #[serde(try_from = "String")]
        pub enum Action {
            $(#[doc = $help] $variant,)+
            /// Show or close a screen.
            Show(ScreenId),
        }

        impl Action {
            /// Those of the table.
            const LISTED: &[Self] = &[$(Self::$variant),+];

            /// Its name in `keymap.toml`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ Self::Show(screen) => screen.name() }
            }

            /// What it does, in a few words.
            pub fn help(self) -> &'static str {
                match self { $(Self::$variant => $help,)+ Self::Show(screen) => screen.help() }
            }

            /// Under which heading the help shows it.
            pub fn group(self) -> ActionGroup {
                match self { $(Self::$variant => ActionGroup::$group,)+ Self::Show(_) => ActionGroup::View }
            }
        }
    };
}

actions! {
    FocusLeft     "focus_left"     MoveAround "Column to the left; in Today, fold the group"
    FocusDown     "focus_down"     MoveAround "Next card or line"
    FocusUp       "focus_up"       MoveAround "Previous card or line"
    FocusRight    "focus_right"    MoveAround "Column to the right; in Today, unfold"
    First         "first"          MoveAround "First card"
    Last          "last"           MoveAround "Last card"
    NextCard      "next_card"      MoveAround "Next card, even while one is open"
    PreviousCard  "previous_card"  MoveAround "Previous card, even while one is open"
    PageDown      "page_down"      MoveAround "Page down"
    PageUp        "page_up"        MoveAround "Page up"
    FirstColumn   "first_column"   MoveAround "First column; in Today, fold other groups"
    LastColumn    "last_column"    MoveAround "Last column; in Today, unfold all"
    Jump          "jump"           MoveAround "Go to a stage by its id"
    NextSection   "next_section"   MoveAround "Next section of the numbers"
    PreviousSection "previous_section" MoveAround "Previous section of the numbers"
    GoToSection   "go_to_section"  MoveAround "Go to a section of the numbers"

    OutreachSent  "outreach_sent"  Happened   "Outreach sent"
    Replied       "replied"        Happened   "Reply received"
    CallBooked    "call_booked"    Happened   "Book call"
    CallHeld      "call_held"      Happened   "Call held"
    NoShow        "no_show"        Happened   "No-show"
    FinalOutreachSent "final_outreach_sent" Happened "Final outreach sent"
    Handoff       "handoff"        Happened   "Hand off to sales"
    Churned       "churned"        Happened   "Mark churned"
    PaidCall      "paid_call"      Happened   "Paid call purchased"

    Mark          "mark"           Cards      "Mark, and go on to the next"
    MarkRange     "mark_range"     Cards      "Begin or end a range of marks"
    MarkShown     "mark_shown"     Cards      "Mark all that are shown"
    NextStage     "next_stage"     Cards      "Move to the next stage that fits"
    PreviousStage "previous_stage" Cards      "Move back a stage"
    MoveTo        "move_to"        Cards      "Move to a stage by its id"
    AcceptBetter  "accept_better"  Cards      "Make the suggested move"
    Force         "force"          Cards      "Force the refused move, with a reason"
    Risk          "risk"           Cards      "Set the payment risk"
    Take          "take"          Cards      "Take the account: you own it"
    Owner         "owner"          Cards      "Assign an owner"
    Segment       "segment"        Cards      "Add to a segment, or take out of one"
    ClearFact     "clear_fact"     Cards      "Clear a fact of the open account"
    Note          "note"           Cards      "Add a note"
    Checklist     "checklist"      Cards      "Tick points of the checklist"
    Refund        "refund"         Cards      "Record a refund or an adjustment"
    NoteInEditor  "note_in_editor" Cards      "Write a note in $VISUAL or $EDITOR"
    Write         "write"          Cards      "Write an email from a template"
    Task          "task"           Cards      "Add a task"
    TickAll       "tick_all"      Questions  "Tick all open points of the checklist"
    TaskDone      "task_done"      Cards      "Mark the most urgent task as done"
    Merge         "merge"          Cards      "Merge another account into this one"
    Snooze        "snooze"         Cards      "Snooze"
    DismissReason "dismiss_reason" Cards      "Dismiss what Today asks about it"
    Undo          "undo"           Cards      "Undo your last change"
    Redo          "redo"           Cards      "Redo what you undid"

    Open          "open"           View       "Open the account"
    Brief         "brief"          View       "Show the account in fifteen lines"
    Filter        "filter"         View       "Filter by name, id, owner or fact"
    Clear         "clear"          View       "Close, or clear the filter"
    Accept        "accept"         Questions  "Save or choose"
    Snoozed       "snoozed"        View       "Show snoozed accounts"
    Retired       "retired"        View       "Show accounts in a retired segment"
    Copy          "copy"           View       "Copy an address, the id, a link, a summary"
    Preview       "preview"        View       "Show or hide the account beside the list"
    Timeline      "timeline"       View       "Choose what the timeline shows"
    OpenLink      "open_link"      View       "Open the account's page in another system"
    Complete      "complete"       Questions  "Complete the name or the query"
    CompleteBack  "complete_back"  Questions  "Complete with the one before"
    Sort          "sort"           View       "Sort"
    EarlierDays   "earlier_days"   View       "Day before; in the numbers, weeks or months"
    LaterDays     "later_days"     View       "Day after; in the numbers, weeks or months"
    CountedStep   "counted_step"   View       "Count by week, or by month"
    CountedOwner  "counted_owner"  View       "Count the accounts of one person"
    PastDay       "past_day"       View       "Show the board as of a past day"
    ReturnToToday "return_to_today" View      "Return to today"
    Columns       "columns"        View       "Choose the columns of the list"
    Alerts        "alerts"         View       "Show or hide the alerts"
    ShowToday     "show_today"     View       "Go to Today"
    ShowBoard     "show_board"     View       "Go to the board"
    ShowList      "show_list"      View       "Go to the list"
    ToggleToday   "toggle_today"   View       "Today, or the board"
    Mine          "mine"           View       "Show yours; then unowned too; then all"
    ToggleList    "toggle_list"    View       "List, or board"
    ToggleAll     "toggle_all"     View       "Include accounts off the board"

    NextView      "next_view"      View       "Next view"
    PreviousView  "previous_view"  View       "Previous view"
    Views         "views"          View       "Go to a view, with its count"
    Themes        "themes"         View       "Choose how the board looks"
    SaveView      "save_view"      View       "Save what is shown as a view"

    AlertAck      "alert_ack"      Alerts     "Acknowledge the alert, or close it"
    AlertSnooze   "alert_snooze"   Alerts     "Snooze"
    AlertAssign   "alert_assign"   Alerts     "Assign"
    AlertClose    "alert_close"    Alerts     "Close, with an outcome"
    AlertReopen   "alert_reopen"   Alerts     "Reopen"
    AlertsClosed  "alerts_closed"  Alerts     "Show closed alerts too"

    Switch        "switch"         Playbooks  "Turn the playbook on or off"

    Pick          "pick"           Unmatched  "Assign to the account with this number"
    Dismiss       "dismiss"        Unmatched  "Dismiss"

    Palette       "palette"        Program    "Find an action, an account, a view or a page"
    Import        "import"         Program    "Import accounts from a file"
    Help          "help"           Program    "Show all keys"
    TourSkip      "tour_skip"      Program    "Skip a step of the tour"
    TourEnd       "tour_end"       Program    "End the tour"
    Redraw        "redraw"         Program    "Redraw the screen"
    Suspend       "suspend"        Program    "Suspend to the shell; `fg` returns"
    Quit          "quit"           Program    "Quit; everything is saved already"

    SayWhere      "say_where"      Aloud      "Say where you are, and what waits"
    SayAgain      "say_again"      Aloud      "Say it again"
    SayAll        "say_all"        Aloud      "Say all about what is chosen"
    SayKeys       "say_keys"       Aloud      "Say the keys for what is chosen"
}

impl Action {
    /// Every action, group by group.
    pub fn all() -> impl Iterator<Item = Self> {
        ActionGroup::ALL.iter().copied().flat_map(Self::in_group)
    }

    /// The actions of `group`: those of the table, then those that show a screen.
    pub fn in_group(group: ActionGroup) -> impl Iterator<Item = Self> {
        let screens = ScreenId::ALL.iter().copied().map(Self::Show);
        Self::LISTED.iter().copied().chain(screens).filter(move |action| action.group() == group)
    }

    /// The action called `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|action| action.name() == name)
    }

    /// Whether it only looks at something else.
    pub(in crate::tui) fn looks_on(self) -> bool {
        match self.group() {
            ActionGroup::MoveAround => true,
            ActionGroup::View => !matches!(self, Self::Clear | Self::Copy | Self::Brief | Self::OpenLink),
            ActionGroup::Program => self == Self::Help,
            ActionGroup::Happened
            | ActionGroup::Cards
            | ActionGroup::Alerts
            | ActionGroup::Playbooks
            | ActionGroup::Unmatched
            | ActionGroup::Questions
            | ActionGroup::Aloud => false,
        }
    }

    /// Whether it does something while a screen covers the cards.
    pub(in crate::tui) fn works_over_cards(self) -> bool {
        match self.group() {
            ActionGroup::MoveAround => !matches!(self, Self::NextCard | Self::PreviousCard | Self::Jump),
            ActionGroup::Cards => matches!(self, Self::Undo | Self::Redo),
            ActionGroup::View => {
                matches!(
                    self,
                    Self::Open
                        | Self::Filter
                        | Self::Clear
                        | Self::Alerts
                        | Self::Show(_)
                        | Self::EarlierDays
                        | Self::LaterDays
                        | Self::CountedStep
                        | Self::CountedOwner
                        | Self::PastDay
                        | Self::ReturnToToday
                        | Self::ShowToday
                        | Self::ShowBoard
                        | Self::ShowList
                        | Self::Views
                        | Self::Themes
                )
            }
            ActionGroup::Playbooks | ActionGroup::Unmatched | ActionGroup::Program | ActionGroup::Aloud => {
                true
            }
            ActionGroup::Happened | ActionGroup::Alerts | ActionGroup::Questions => false,
        }
    }

    /// Whether it changes something on the board, or asks what to change: not what only chooses, or shows.
    pub fn changes_board(self) -> bool {
        match self.group() {
            ActionGroup::Happened | ActionGroup::Playbooks | ActionGroup::Unmatched => true,
            ActionGroup::Cards => !matches!(self, Self::Mark | Self::MarkRange | Self::MarkShown),
            ActionGroup::Alerts => self != Self::AlertsClosed,
            ActionGroup::Program => self == Self::Import,
            ActionGroup::MoveAround | ActionGroup::View | ActionGroup::Questions | ActionGroup::Aloud => {
                false
            }
        }
    }

    /// The step through rows or lines that it is, if it is one.
    pub fn motion(self) -> Option<Motion> {
        Motion::ALL.into_iter().find(|motion| motion.action() == self)
    }
}

/// A step through rows or lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Motion {
    Down,
    Up,
    PageDown,
    PageUp,
    First,
    Last,
}

impl Motion {
    const ALL: [Self; 6] = [Self::Down, Self::Up, Self::PageDown, Self::PageUp, Self::First, Self::Last];

    fn action(self) -> Action {
        match self {
            Self::Down => Action::FocusDown,
            Self::Up => Action::FocusUp,
            Self::PageDown => Action::PageDown,
            Self::PageUp => Action::PageUp,
            Self::First => Action::First,
            Self::Last => Action::Last,
        }
    }

    /// Where it leads from row `at`, where a page has `page` rows. That may lie beyond the last row.
    pub fn from(self, at: usize, page: usize) -> usize {
        match self {
            Self::Down => at.saturating_add(1),
            Self::Up => at.saturating_sub(1),
            Self::PageDown => at.saturating_add(page),
            Self::PageUp => at.saturating_sub(page),
            Self::First => 0,
            Self::Last => usize::MAX,
        }
    }
}

impl TryFrom<String> for Action {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        Self::named(&name).ok_or_else(|| format!("`{name}` is not an action"))
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
        for action in Action::all() {
            assert_eq!(Action::named(action.name()), Some(action));
            assert!(!action.help().is_empty() && action.help().len() < 48, "{action}: {}", action.help());
        }
        assert_eq!(Action::all().count(), Action::LISTED.len() + ScreenId::ALL.len());
        assert_eq!(Action::named("none"), None, "`none` is how a keymap takes a key away");
    }
}
