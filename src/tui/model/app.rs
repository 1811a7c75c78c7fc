//! Everything the screen knows: a board, the order it is shown in, and where the person is.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use crate::config::RenewalDays;
use crate::config::links::Link;
use crate::config::mail::MailCommand;
use crate::config::views::{ListColumn, SavedView};
use crate::emails::file::EmailTemplates;
use crate::playbook::Playbooks;
use crate::query::QueryContext;
use crate::sources::receiver::{LiveReceiver, ReceiverStatus};
use crate::sources::{LiveSource, SourceStatus};
use crate::state::query::attention::{
    AttentionRules, RenewalThresholds, RenewalUrgency, alert_place, renewal_urgency,
};
use crate::state::query::forecast::RiskWeights;
use crate::state::query::ownership::Whose;
use crate::state::query::timeline::TimelineFilter;
use crate::state::query::workload::Workload;
use crate::state::values::past_day::PastDay;
use crate::state::{Account, AccountId, Actor, Alert, Board, Currency, DoneToday, Now, Roster, Seq, Stage};
use crate::text;
use crate::tui::input::action::Action;
use crate::tui::input::chord::Chord;
use crate::tui::input::keymap::{InputMode, Keymap};
use crate::tui::input::own_commands::OwnCommand;
use crate::tui::input::spelled::spelled;
use crate::tui::model::account_journal::AccountJournal;
use crate::tui::model::account_page::PageCache;
use crate::tui::model::beside::Beside;
use crate::tui::model::board_names::BoardNames;
use crate::tui::model::columns::{BoardColumns, ColumnId, Row, Visible, Walk};
use crate::tui::model::drag::DraggedCard;
use crate::tui::model::emails::EmailInWork;
use crate::tui::model::filter::index::Index;
use crate::tui::model::filter::{AsLongAs, Filter};
use crate::tui::model::focus::{AccountPreview, AlertsPane, Focus, LeftFocus, Overlay, Press, View};
use crate::tui::model::imports::Awaited;
use crate::tui::model::insights::InsightsState;
use crate::tui::model::marks::Marks;
use crate::tui::model::notices::Notices;
use crate::tui::model::past::ShownPast;
use crate::tui::model::programs::ProgramOutput;
use crate::tui::model::prompt::Prompt;
use crate::tui::model::recent::RecentChanges;
use crate::tui::model::screens::{HistoryStep, ScreenState};
use crate::tui::model::status::{Refused, Status};
use crate::tui::model::tabs::Tabs;
use crate::tui::model::today::{TodayQueue, WorkedRow};
use crate::tui::model::tour::Tour;
use crate::tui::theme::choice::ThemeChoice;
use crate::tui::theme::{Background, Depth, Theme};

/// The screen's state. `update` changes it, `view` reads it, and neither touches anything else.
pub struct App {
    /// The latest board.
    pub board: Board,
    /// Its accounts in order.
    pub columns: BoardColumns,
    /// What is worked out beside the screen.
    pub beside: Beside,
    /// The moment the screen shows.
    pub now: Now,
    /// What the clock says.
    pub clock: Now,
    /// The earlier day that is shown, if one is; and the one that is being read.
    pub past: Option<ShownPast>,
    pub past_asked: Option<PastDay>,
    /// Where the person is.
    pub focus: Focus,
    /// Who needs a person today.
    pub queue: TodayQueue,
    /// What the person did today.
    pub done: DoneToday,
    /// Whether more of that may stand in the store than was taken in.
    pub is_done_unread: bool,
    /// Board, list or today.
    pub view: View,
    /// What lies over it.
    pub overlay: Option<Overlay>,
    /// The focused account beside Today and the list.
    pub preview: AccountPreview,
    /// What the page about the focused account says.
    pub page: PageCache,
    /// What the journal tells of it, once it was opened.
    pub journal: Option<AccountJournal>,
    /// What of its timeline is to be seen.
    pub timeline: TimelineFilter,
    /// The alerts under it, if they are to be seen.
    pub alerts: Option<AlertsPane>,
    /// Where the person was before the keys went to the alerts.
    pub before_alerts: Option<LeftFocus>,
    /// The screen of its own that is open, such as the forecast.
    pub screen: Option<ScreenState>,
    /// What the week in numbers is asked, and what it answered last.
    pub insights: InsightsState,
    /// What was to be seen before, the latest last.
    pub history: Vec<HistoryStep>,
    /// What is being asked or typed.
    pub prompt: Option<Prompt>,
    /// The keys of a sequence that was begun.
    pub begun_keys: Vec<Chord>,
    /// What words search; nothing, or only a part of it, until somebody searches.
    pub index: Option<Arc<Index>>,
    /// The names on the board; of nobody yet, or of an earlier board, until somebody asks.
    pub names: BoardNames,
    /// How the live sources fare, by their names.
    pub sources: BTreeMap<Arc<str>, SourceStatus>,
    /// How each receiver fares, as far as it was looked at.
    pub receivers: BTreeMap<Arc<str>, ReceiverStatus>,
    /// At which change of the board, and in which minute, that was asked for last.
    pub receivers_asked: Option<(Seq, i64)>,
    /// The filter, if there is one.
    pub filter: Option<Filter>,
    /// The views.
    pub tabs: Tabs,
    /// The columns of the list; as many as fit where none is named.
    pub list_columns: Vec<ListColumn>,
    /// The accounts that are marked.
    pub marks: Marks,
    /// What changed a moment ago.
    pub recent: RecentChanges,
    /// Whose accounts and alerts are to be seen.
    pub whose: Whose,
    /// Which accounts that are, while it is not everybody's.
    pub mine: Option<Visible>,
    /// What stands over the board until it is over, or was read.
    pub notices: Notices,
    /// What just happened.
    pub status: Status,
    /// How many of the alerts that are to be seen are open.
    pub open_alerts: usize,
    /// How many of them somebody acknowledged.
    pub acknowledged_alerts: usize,
    /// How many open accounts each person looks after.
    pub workload: Workload,
    /// Those who owned something when an owner was asked for, in the order of their digits.
    pub offered_owners: Vec<Arc<str>>,
    /// Who is still in a retired segment, as far as was looked.
    pub retired: HashSet<AccountId>,
    /// How far that is.
    pub retired_walk: Walk,
    /// Width and height of the screen, in cells.
    pub size: (u16, u16),
    /// Which role looks how.
    pub theme: Theme,
    /// Which theme that is.
    pub themes: ThemeChoice,
    /// What does not change while the program runs.
    pub setup: Arc<Setup>,
    /// The last press of the mouse, to know a double click.
    pub last_press: Option<Press>,
    /// The card that the mouse carries.
    pub dragged: Option<DraggedCard>,
    /// How many commands are on their way to the disk.
    pub pending: usize,
    /// Who else is writing, while a command waits for that.
    pub waits_for: Option<String>,
    /// What is done with a file, until it is done.
    pub awaited: Option<Awaited>,
    /// What the latest program wrote that was run for a pane.
    pub output: Option<ProgramOutput>,
    /// The email that was written and neither recorded nor given up.
    pub email: Option<EmailInWork>,
    /// The tour, while one is taken.
    pub tour: Option<Tour>,
    /// The last entry before this screen was opened.
    pub began: Seq,
    /// The entry up to which was looked at what others did.
    pub looked: Seq,
    /// How many entries others made since then.
    pub by_others: usize,
    /// Whether entries are being read.
    pub reading: bool,
    /// The row of the day's queue that is being worked on.
    pub working: Option<WorkedRow>,
}

/// What does not change while the program runs.
#[expect(clippy::struct_excessive_bools, reason = "each is a setting that people switch by itself")]
pub struct Setup {
    /// Who is at this keyboard.
    pub me: Actor,
    /// Which key does what.
    pub keymap: Keymap,
    /// Which theme is shown at first.
    pub themes: ThemeChoice,
    /// Renewals this many days away or fewer are urgent.
    pub urgent_days: i64,
    /// Renewals this many days away or fewer are near.
    pub soon_days: i64,
    /// What happens by itself.
    pub playbooks: Arc<Playbooks>,
    /// The currency of amounts that name none.
    pub currency: Currency,
    /// How much of an amount is counted on at each payment risk.
    pub weights: RiskWeights,
    /// Whether this is the demonstration, which keeps nothing.
    pub demo: bool,
    /// Where the store is, for people: a sentence that goes on with a place.
    pub kept_in: (&'static str, String),
    /// Whether the mouse is taken.
    pub mouse: bool,
    /// Whether everything is said line by line, and nothing is drawn.
    pub plain: bool,
    /// Whether the chosen account stands beside Today and the list at first.
    pub preview: bool,
    /// Programs of the team's own.
    pub own_commands: Vec<OwnCommand>,
    /// Pages about an account in other systems.
    pub links: Vec<Link>,
    /// The program that opens an address, with its first arguments.
    pub opener: Vec<String>,
    /// The templates of emails.
    pub emails: EmailTemplates,
    /// The program that emails are handed to.
    pub mail: Option<MailCommand>,
    /// The pages of the documentation.
    pub pages: Vec<DocumentationPage>,
    /// The views, each a tab.
    pub views: Vec<SavedView>,
    /// How this program was started, to name it in a sentence.
    pub program: String,
    /// Where views are saved.
    pub views_file: PathBuf,
    /// Where the board hears from by itself.
    pub sources: Vec<LiveSource>,
    pub receivers: Vec<LiveReceiver>,
    /// Where the theme is kept.
    pub settings_file: PathBuf,
}

/// A page of the documentation.
#[derive(Clone, Debug)]
pub struct DocumentationPage {
    /// What it is about.
    pub about: String,
    /// Markdown.
    pub text: &'static str,
}

impl Setup {
    /// What holds for `me` where nothing else is set.
    pub fn new(me: Actor, playbooks: Arc<Playbooks>) -> Self {
        let near = RenewalDays::default();
        Self {
            me,
            keymap: Keymap::default(),
            themes: ThemeChoice::new(Depth::Mono, Background::Unknown),
            urgent_days: near.urgent.into(),
            soon_days: near.soon.into(),
            playbooks,
            currency: Currency::USD,
            weights: RiskWeights::default(),
            demo: false,
            kept_in: ("Everything stays on this machine, in", String::new()),
            mouse: true,
            plain: false,
            preview: true,
            own_commands: Vec::new(),
            links: Vec::new(),
            opener: Vec::new(),
            emails: EmailTemplates::shipped().clone(),
            mail: None,
            pages: Vec::new(),
            views: Vec::new(),
            program: "gangplank".to_owned(),
            views_file: PathBuf::new(),
            sources: Vec::new(),
            receivers: Vec::new(),
            settings_file: PathBuf::new(),
        }
    }

    pub(in crate::tui) fn thresholds(&self) -> RenewalThresholds {
        RenewalThresholds { soon: self.soon_days, urgent: self.urgent_days }
    }

    pub(in crate::tui) fn attention_rules(&self) -> AttentionRules {
        self.playbooks.attention_rules(self.thresholds())
    }
}

impl App {
    /// The focused account.
    pub fn focused(&self) -> Option<&Arc<Account>> {
        self.board.get(self.focus.account.as_ref()?)
    }

    /// By how many lines the preview of the focused account is scrolled down.
    pub(in crate::tui) fn preview_top(&self) -> usize {
        if self.preview.of == self.focus.account { self.preview.top } else { 0 }
    }

    /// Which keys are in force.
    pub fn mode(&self) -> InputMode {
        match (&self.prompt, self.overlay) {
            (Some(Prompt::Bulk(_) | Prompt::Import(_)), _) => InputMode::Menu,
            (Some(Prompt::Pick(picker)), _) if picker.purpose.is_menu() => InputMode::Menu,
            (Some(Prompt::Confirm(_)), _) => InputMode::Confirm,
            (Some(_), _) => InputMode::Prompt,
            (None, Some(Overlay::Help(_) | Overlay::Output(_) | Overlay::Brief(_))) => InputMode::Help,
            (None, Some(Overlay::Detail(_))) if self.alerts_have_keys() => InputMode::Alerts,
            (None, Some(Overlay::Detail(_))) => InputMode::Detail,
            (None, None) => self.mode_beneath(),
        }
    }

    /// Which keys are in force once details, help and questions are gone.
    pub fn mode_beneath(&self) -> InputMode {
        match &self.screen {
            _ if self.alerts_have_keys() => InputMode::Alerts,
            Some(screen) => InputMode::Screen(screen.id),
            None => InputMode::Board,
        }
    }

    /// Whether keys go to the alerts.
    pub fn alerts_have_keys(&self) -> bool {
        self.alerts.is_some_and(|pane| pane.has_keys)
    }

    /// The alerts of the pane: what presses first, closed ones last.
    pub fn shown_alerts(&self) -> Vec<&Arc<Alert>> {
        let mut alerts: Vec<_> = self.unsorted_alerts().collect();
        alerts.sort_by_cached_key(|alert| alert_place(alert, &self.board, &self.now));
        alerts
    }

    /// How many alerts the pane has.
    pub fn alert_count(&self) -> usize {
        self.unsorted_alerts().count()
    }

    fn unsorted_alerts(&self) -> impl Iterator<Item = &Arc<Alert>> {
        let closed_too = self.alerts.is_some_and(|pane| pane.closed_too);
        let asleep = closed_too.then(|| self.board.asleep_alerts()).into_iter().flatten();
        let alerts = self.board.awake_alerts().filter(move |alert| closed_too || !alert.is_closed());
        alerts.chain(asleep).filter(|alert| self.is_for_me(alert))
    }

    /// The chosen alert of the pane, if keys go to it.
    pub fn chosen_alert(&self) -> Option<&Arc<Alert>> {
        let pane = self.alerts.filter(|pane| pane.has_keys)?;
        self.shown_alerts().get(pane.row).copied()
    }

    /// The move that was refused last, as long as that is said.
    pub fn status_refused(&self) -> Option<&Refused> {
        self.status.refused.as_ref().filter(|refused| refused.can_be_forced)
    }

    /// Whether nothing was ever imported: the screen then says what this is.
    pub fn is_first_run(&self) -> bool {
        self.board.is_empty() && self.notices.trouble.is_none() && self.past.is_none()
    }

    /// The rows the focus moves through: the focused column, or the list.
    pub fn rows(&self) -> &[Row] {
        match self.view {
            View::Board => self.columns.column(self.focus.column_id).shown(),
            View::List { all } => self.columns.list(all).shown(),
            View::Today => self.queue.rows(),
        }
    }

    /// Where an account stands among the rows the focus moves through.
    pub(in crate::tui) fn position(&self, id: &AccountId) -> Option<usize> {
        match self.view {
            View::Board | View::List { .. } => self.columns.position(id, self.rows()),
            View::Today => self.queue.position(id),
        }
    }

    pub fn renewal_urgency(&self, account: &Account) -> RenewalUrgency {
        renewal_urgency(&self.board, account, &self.now, self.setup.thresholds())
    }

    /// The key to name in a sentence for what `action` does on the board; nothing when no key means it.
    pub(in crate::tui) fn board_key(&self, action: Action) -> Option<String> {
        self.key_in(InputMode::Board, action)
    }

    /// The same of what it does in `mode`.
    pub(in crate::tui) fn key_in(&self, mode: InputMode, action: Action) -> Option<String> {
        self.setup.keymap.key(mode, action).map(|keys| self.spelled(keys))
    }

    /// Keys as a sentence names them: by their names where they are heard and not seen.
    pub(in crate::tui) fn spelled(&self, keys: String) -> String {
        if self.setup.plain { spelled(&keys) } else { keys }
    }

    /// The account's name, clean and short, as questions name it.
    pub fn short_name(&self, id: &AccountId) -> String {
        let name = self.board.get(id).map_or(id.as_str(), |account| account.name());
        text::cut(&text::clean(name), 24).into_owned()
    }

    /// How many signals fit no account, or several.
    pub fn unmatched_count(&self) -> usize {
        self.board.unmatched().filter(|waiting| !waiting.dismissed).count()
    }

    /// The stage a column stands for.
    pub fn stage(&self, column_id: ColumnId) -> Option<&Stage> {
        match column_id {
            ColumnId::Unmapped => None,
            ColumnId::Stage(position) => self.board.pipeline().stages().get(position),
        }
    }

    /// How many the filter lets through in this view; nothing without a filter.
    pub fn matches(&self) -> Option<usize> {
        self.filter.as_ref()?;
        Some(match self.view {
            View::Board => self.columns.list(false).shown_count(),
            View::List { all } => self.columns.list(all).shown_count(),
            View::Today => self.queue.matching().len(),
        })
    }

    /// Whether `alert` is to be seen.
    pub(in crate::tui) fn is_for_me(&self, alert: &Alert) -> bool {
        self.whose.has_alert(alert, self.roster())
    }

    /// What a query is answered with; `rules` are those of the settings.
    pub(in crate::tui) fn query_context<'a>(&'a self, rules: &'a AttentionRules) -> QueryContext<'a> {
        let me = self.me().map_or("", |me| me);
        QueryContext {
            board: &self.board,
            now: self.now,
            me,
            rules,
            currency: self.setup.currency,
            retired: &self.setup.playbooks.team.retired_segments,
            marked: Some(self.marks.accounts()),
        }
    }

    pub(in crate::tui) fn roster(&self) -> &Roster {
        &self.setup.playbooks.team.roster
    }

    pub(in crate::tui) fn me(&self) -> Option<&Arc<str>> {
        match &self.setup.me {
            Actor::Person(name) => Some(name),
            Actor::Clock | Actor::Source(_) => None,
        }
    }

    /// Whether accounts are listed that a screen was left for.
    pub fn lists_only(&self) -> bool {
        self.filter.as_ref().is_some_and(|filter| filter.accounts().is_some())
    }

    /// Whether they are those who are snoozed.
    pub(in crate::tui) fn lists_snoozed(&self) -> bool {
        let only = self.filter.as_ref().and_then(Filter::accounts);
        only.is_some_and(|only| matches!(only.as_long_as, Some(AsLongAs::Snoozed)))
    }

    /// Whether an account of this id is in a retired segment.
    pub(in crate::tui) fn is_retired(&self, id: &AccountId) -> bool {
        let team = &self.setup.playbooks.team;
        self.board.get(id).is_some_and(|account| team.retired_segment(account).is_some())
    }

    /// The screen that was left for the accounts that are listed.
    pub(in crate::tui) fn left_screen(&self) -> Option<&ScreenState> {
        let mut steps = self.history.iter().rev().filter(|_| self.lists_only());
        steps.find(|step| step.under.is_some())?.screen.as_ref()
    }

    /// An account in one line, clean: its name, its id and where it stands.
    pub(in crate::tui) fn account_line(&self, id: &AccountId) -> String {
        let Some(account) = self.board.get(id) else { return text::clean(id.as_str()).into_owned() };
        text::clean(&format!("{} ({id}) · {}", account.name(), self.place_in_words(account))).into_owned()
    }

    /// Where an account stands, as people call it.
    pub(in crate::tui) fn place_in_words<'a>(&'a self, account: &'a Account) -> &'a str {
        let place = account.placement.as_ref();
        place.map_or("off the board", |place| self.board.pipeline().label(&place.stage))
    }
}
