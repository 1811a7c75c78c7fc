//! A person at a board in memory: keys go in, what must happen outside happens at once, and the screen can be drawn.

use std::path::PathBuf;
use std::sync::Arc;

use gangplank::cli::docs;
use gangplank::cli::import::preview::previewer;
use gangplank::config::Config;
use gangplank::config::load::Overrides;
use gangplank::config::views;
use gangplank::demo;
use gangplank::insights::forecast::ForecastMonth;
use gangplank::session::past::PastAnswer;
use gangplank::session::progress::WorkProgress;
use gangplank::session::{Report, Session, SubmitError};
use gangplank::state::{
    Account, AccountFacts, AccountId, Actor, Board, Cause, Command, Entry, FactKey, FactValue, Money, Now,
    Risk, RiskLevel, StageId, Submission,
};
use gangplank::store::{Appended, MemoryStore, Store};
use gangplank::tui::input::chord::Chord;
use gangplank::tui::model::app::{App, Setup};
use gangplank::tui::model::msg::{Effect, Msg};
use gangplank::tui::shell::run::PreviewImport;
use gangplank::tui::theme::choice::ThemeChoice;
use gangplank::tui::theme::{Background, Depth};
use gangplank::tui::update::update;
use gangplank::tui::view;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// A Friday morning, with some of the day's work done.
const NOW: &str = "2026-11-27T09:41:00Z";

/// A Monday five weeks later.
const LATER: &str = "2027-01-04T09:41:00Z";

/// Who is at the keyboard: one of the two who look after the demonstration's accounts.
const ME: &str = "magda@example.com";

/// What a screen begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// Nothing was imported yet.
    Empty,
    /// The demonstration.
    Demo,
    /// The same, with the tour through it.
    Tour,
    /// The demonstration five weeks later: files said what was paid, some payments were at risk, and some moves were forced.
    Later,
}

/// What all screens are made from. The demonstration's months are lived through once; each screen goes on from there.
pub(crate) struct Material {
    config: Config,
    me: Actor,
    now: Now,
    demo: Board,
    entries: Vec<Arc<Entry>>,
    preview: PreviewImport,
}

impl Material {
    pub(crate) fn new() -> Self {
        // Directories that do not exist: pictures show what the program comes with, and nothing of a person's own.
        let nowhere = PathBuf::from("/nonexistent/gangplank");
        let overrides = Overrides {
            data_dir: Some(nowhere.clone()),
            config_dir: Some(nowhere),
            now: Some(NOW.parse().expect("a moment")),
            me: Some(ME.into()),
            store: None,
        };
        let config = Config::load(&overrides).expect("what the program comes with is tested");
        let (me, now) = (Actor::Person(ME.into()), Now::utc(NOW.parse().expect("a moment")));
        let mut session = demo::session(&config.pipeline, &config.playbooks, now);
        let board = session.board().clone();
        let count = usize::try_from(board.seq()).expect("a demonstration is short");
        let entries = session.entries(board.seq(), count).expect("a store in memory can be read");
        Self { preview: previewer(&config, &me), config, me, now, demo: board, entries }
    }

    fn now(&self, start: Start) -> Now {
        if start == Start::Later { Now::utc(LATER.parse().expect("a moment")) } else { self.now }
    }

    fn session(&self, start: Start) -> Session {
        let mut store = MemoryStore::new();
        let board = match start {
            Start::Empty => Board::new(self.config.pipeline.clone()),
            Start::Demo | Start::Tour | Start::Later => {
                for entry in &self.entries {
                    let appended = store.append(entry);
                    assert!(matches!(appended, Ok(Appended::Yes)), "a store in memory takes what follows");
                }
                self.demo.clone()
            }
        };
        let mut session = Session::new(Box::new(store), board, self.config.playbooks.clone());
        if start == Start::Later {
            live_on(&mut session);
        }
        session
    }

    fn setup(&self, start: Start) -> Setup {
        Setup {
            themes: ThemeChoice::new(Depth::TrueColor, Background::Dark),
            demo: start != Start::Empty,
            kept_in: ("Everything stays on this machine, in", "~/.local/share/gangplank".to_owned()),
            pages: docs::pages(),
            views: views::shipped(),
            ..Setup::new(self.me.clone(), self.config.playbooks.clone())
        }
    }
}

/// December goes by.
fn live_on(session: &mut Session) {
    let magda = Actor::Person(ME.into());
    let is_on_board = |account: &&Arc<Account>| account.placement.is_some();
    let amount = |account: &Arc<Account>| Some((account.id.clone(), account.forecasted_mrr()?));
    let mut paying: Vec<(AccountId, Money)> =
        session.board().accounts().filter(is_on_board).filter_map(amount).collect();
    // The board keeps them in no order.
    paying.sort_by(|(one, _), (other, _)| one.cmp(other));
    // Every sixth pays nothing, another half, and that was to be seen of most of these.
    let levels = [RiskLevel::None, RiskLevel::Low, RiskLevel::None, RiskLevel::Medium, RiskLevel::High];
    let percent = |at: usize| [100, 100, 100, 50, 0, 90][at % 6];
    let file = |months: i64, paid: &dyn Fn(usize) -> i64| {
        let row = |(at, (id, money)): (usize, &(AccountId, Money))| {
            let ltv = Money::new(money.minor * months + money.minor * paid(at) / 100, money.currency);
            AccountFacts::new(id.as_str()).with(FactKey::Ltv, FactValue::Money(ltv))
        };
        let rows: Vec<AccountFacts> = paying.iter().enumerate().map(row).collect();
        Command::Import { source: "import billing.csv".into(), rows: rows.into(), take_stages: false }
    };
    let mut does = |command: &Command, date: &str| {
        session.submit(command, &magda, at(date)).expect("it is allowed");
    };
    does(&file(6, &|_| 0), "2026-11-30");
    for (at, (id, _)) in paying.iter().enumerate().filter(|(at, _)| levels[at % 5] != RiskLevel::None) {
        let reason = Some("card is about to expire".into());
        let risk = Risk { level: levels[at % 5], reason };
        does(&Command::SetRisk { account: id.clone(), risk }, "2026-11-30");
    }
    let dan = Actor::Person("dan@example.com".into());
    let is_early = |account: &&AccountId| {
        let place = session.board().get(account).and_then(|account| account.placement.as_ref());
        place.is_some_and(|place| ["1", "2"].contains(&place.stage.as_str()))
    };
    let early: Vec<AccountId> = paying.iter().map(|(id, _)| id).filter(is_early).cloned().collect();
    for (number, (account, (to, reason, date))) in early.iter().zip(FORCED).enumerate() {
        let by = if number % 3 == 0 { &dan } else { &magda };
        let forced = Command::Move {
            account: account.clone(),
            to: StageId::new(to),
            reason: Some(reason.into()),
            force: true,
            cause: Cause::Hand,
        };
        session.submit(&forced, by, at(date)).expect("it is forced");
    }
    session.submit(&Command::Undo, &dan, at("2026-12-23")).expect("the last one was his");
    session.submit(&file(6, &percent), &magda, at("2026-12-28")).expect("it is allowed");
}

/// Where accounts were moved against the board's advice, why, and when.
const FORCED: [(&str, &str, &str); 7] = [
    ("4a", "Met them at the trade fair, no call was booked", "2026-12-03"),
    ("3a", "They answered by phone", "2026-12-07"),
    ("4a", "Called from another number", "2026-12-10"),
    ("3a", "They wrote to sales", "2026-12-11"),
    ("6a", "They asked us to leave them alone until spring", "2026-12-16"),
    ("3a", "They wrote to sales", "2026-12-18"),
    ("4b", "Moved by mistake", "2026-12-22"),
];

/// Ten in the morning of a day.
fn at(date: &str) -> Now {
    Now::utc(format!("{date}T10:00:00Z").parse().expect("a moment"))
}

/// One screen.
pub(crate) struct Screen<'a> {
    material: &'a Material,
    now: Now,
    session: Session,
    app: App,
}

impl<'a> Screen<'a> {
    /// A screen of `size` cells after `keys`, which stand apart by spaces and are written as in the keymap; what stands in
    /// quotes is typed letter by letter, a `␣` as a space.
    pub(crate) fn new(material: &'a Material, start: Start, size: (u16, u16), keys: &str) -> Self {
        let (session, now) = (material.session(start), material.now(start));
        let setup = material.setup(start);
        let app = App::new(session.board().clone(), now, size, Arc::new(setup)).beginning_today();
        let app = if start == Start::Tour { app.touring() } else { app };
        let mut screen = Self { material, now, session, app };
        screen.notify(Msg::Tick);
        // As a person does, who looks before the first key.
        screen.press("");
        screen.press(keys);
        screen
    }

    /// Presses more keys.
    pub(crate) fn press(&mut self, keys: &str) {
        for word in keys.split_whitespace() {
            match word.strip_prefix('\'').and_then(|word| word.strip_suffix('\'')) {
                Some(text) => text.chars().for_each(|letter| match letter {
                    '␣' => self.key("space"),
                    letter => self.key(&letter.to_string()),
                }),
                None => self.key(word),
            }
        }
        while self.app.has_work_ahead() {
            self.app.work_ahead();
        }
    }

    fn key(&mut self, key: &str) {
        let chord: Chord = key.parse().expect("a key is written as in the keymap");
        self.notify(Msg::Key(chord));
    }

    fn notify(&mut self, msg: Msg) {
        let effect = update(&mut self.app, msg);
        while let Some(job) = self.app.next_job() {
            let _ = update(&mut self.app, Msg::Beside(job.run()));
        }
        if std::mem::take(&mut self.app.is_done_unread) {
            let entries = self.session.entries_of_day(&self.material.me, &self.now);
            let entries = entries.expect("a store in memory can be read");
            self.notify(Msg::Report(Report::EntriesOfDay(entries)));
        }
        match effect {
            None => {}
            Some(Effect::Submit(commands)) => {
                let report = match self.session.submit(&commands, &self.material.me, self.now) {
                    Ok(Some(entry)) => Report::Done(entry),
                    Ok(None) => Report::Same(commands),
                    Err(SubmitError::Refused(refusal)) => Report::Refused(commands, refusal),
                    Err(SubmitError::Store(error)) => panic!("a store in memory does not fail: {error}"),
                };
                self.notify(Msg::Board(self.session.board().clone()));
                self.notify(Msg::Report(report));
            }
            Some(Effect::Sweep) => {
                let swept = self.session.submit(Submission::Sweep, &Actor::Clock, self.now);
                if swept.expect("the clock is not refused").is_some() {
                    self.notify(Msg::Board(self.session.board().clone()));
                }
            }
            Some(Effect::Read { last, count }) => {
                let entries = self.session.entries(last, count).expect("a store in memory can be read");
                self.notify(Msg::Report(Report::Entries { last, entries }));
            }
            Some(Effect::ReadMonth(ForecastMonth { moments, .. })) => {
                let boards = self.session.boards_at(moments).expect("a store in memory can be read");
                self.notify(Msg::Report(Report::Past(Box::new(PastAnswer::Moments(moments, boards)))));
            }
            Some(Effect::ReadPast(day)) => {
                let (by, zone) = (self.material.me.clone(), self.now.zone);
                let past = self.session.past_board(day, &by, zone).expect("a store in memory can be read");
                self.notify(Msg::Report(Report::Past(Box::new(PastAnswer::Day(past)))));
            }
            Some(Effect::PreviewImport(path)) => {
                let preview =
                    (self.material.preview)(&path, &self.app.board, self.now, &WorkProgress::default());
                self.notify(Msg::ImportPreviewed(preview));
            }
            Some(effect) => panic!("no picture shows what {effect:?} leads to"),
        }
    }

    /// Gives the screen another size.
    pub(crate) fn resize(&mut self, (width, height): (u16, u16)) {
        if self.app.size != (width, height) {
            self.notify(Msg::Resize(width, height));
        }
    }

    /// Shows the rest in the theme of that name.
    pub(crate) fn wear(&mut self, theme: &str, background: Background) {
        let named = Some(theme.into());
        self.app.themes = ThemeChoice { named, ..ThemeChoice::new(Depth::TrueColor, background) };
        self.app.theme = self.app.themes.theme();
    }

    /// The screen's cells, and where the cursor stands in them.
    pub(crate) fn draw(&self) -> (Buffer, Option<Position>) {
        let (width, height) = self.app.size;
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
        let cursor = view::draw(&self.app, &mut buffer);
        (buffer, cursor)
    }
}
