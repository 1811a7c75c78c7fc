//! A person at the board: keys go in, what must happen outside happens at once, and the screen can be read.

use std::sync::{Arc, LazyLock};

use chrono::TimeDelta;
use gangplank::insights::forecast::ForecastMonth;
use gangplank::session::past::PastAnswer;
use gangplank::session::{Report, SubmitError};
use gangplank::sources::LiveSource;
use gangplank::sources::receiver::LiveReceiver;
use gangplank::state::{Command, Commands};
use gangplank::tui::input::chord::Chord;
use gangplank::tui::input::key_sequence::KeySequence;
use gangplank::tui::model::app::{App, Setup};
use gangplank::tui::model::msg::{Effect, Mouse, Msg};
use gangplank::tui::theme::choice::ThemeChoice;
use gangplank::tui::theme::{Background, Depth};
use gangplank::tui::{layout, update, view};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Modifier;

use super::{World, id, person};

/// A screen over a [`World`].
pub(crate) struct Desk {
    pub(crate) world: World,
    pub(crate) app: App,
    /// What was asked of the outside, commands apart.
    pub(crate) effects: Vec<Effect>,
}

/// What everything is set to.
pub(crate) fn setup(depth: Depth) -> Setup {
    Setup {
        themes: ThemeChoice::new(depth, Background::Unknown),
        kept_in: ("Everything stays on this machine, in", "/home/dana/.local/share/gangplank".into()),
        opener: vec!["open-it".into()],
        sources: SOURCES.clone(),
        receivers: RECEIVERS.clone(),
        ..Setup::new(person("dana"), super::playbooks())
    }
}

static SOURCES: LazyLock<Vec<LiveSource>> = LazyLock::new(sources);
static RECEIVERS: LazyLock<Vec<LiveReceiver>> = LazyLock::new(receivers);

/// Three live sources, of which nothing is known yet.
fn sources() -> Vec<LiveSource> {
    let text = "[source.billing]\nkind = 'stripe'\nsecret_env = 'A'\n[source.calls]\nkind = 'calendly'\nsecret_env = 'B'\n\
                [source.billing-eu]\nkind = 'stripe'\nsecret_env = 'C'\n";
    let stages = gangplank::config::pipeline::parse(gangplank::config::pipeline::DEFAULT, "pipeline.toml");
    gangplank::config::sources::parse(text, "sources.toml", &stages.expect("stages")).expect("three sources")
}

/// Two receivers.
fn receivers() -> Vec<LiveReceiver> {
    let text = "[receiver.billing-hook]\nkind = 'stripe'\nsecret_env = 'D'\npath = '/stripe'\n\
                [receiver.scripts]\nkind = 'signals'\nsecret_env = 'E'\n";
    gangplank::config::receivers::parse(text, "receivers.toml").expect("two receivers")
}

impl Desk {
    /// A screen of `size` cells over `world`, with the shipped keys and no colours.
    pub(crate) fn new(world: World, size: (u16, u16)) -> Self {
        Self::with(world, size, setup(Depth::Mono))
    }

    /// The same, set up otherwise.
    pub(crate) fn with(world: World, size: (u16, u16), setup: Setup) -> Self {
        let app = App::new(world.board().clone(), world.now, size, Arc::new(setup));
        Self { world, app, effects: Vec::new() }
    }

    /// Presses `keys`, which stand apart by spaces and are written as in the keymap.
    pub(crate) fn keys(&mut self, keys: &str) -> &mut Self {
        for key in keys.split_whitespace() {
            let chord: Chord = key.parse().expect("a key is written as in the keymap");
            self.notify(Msg::Key(chord));
        }
        self
    }

    /// Presses the keys of a sequence.
    pub(crate) fn press(&mut self, keys: &KeySequence) -> &mut Self {
        for chord in keys.chords() {
            self.notify(Msg::Key(*chord));
        }
        self
    }

    /// Types `text`, letter by letter.
    pub(crate) fn types(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            let key = if c == ' ' { "space".to_owned() } else { c.to_string() };
            self.keys(&key);
        }
        self
    }

    /// Uses the mouse.
    pub(crate) fn mouse(&mut self, mouse: Mouse, (x, y): (u16, u16)) -> &mut Self {
        self.notify(Msg::Mouse(mouse, x, y));
        self
    }

    /// Tells the screen `msg`, and does what it asks for.
    pub(crate) fn notify(&mut self, msg: Msg) {
        let mut next = Some(msg);
        // One after the other: what is read in many pieces would not fit on the stack.
        while let Some(msg) = next.take() {
            self.app.tell_time(self.world.now);
            let effect = update::update(&mut self.app, msg);
            while let Some(job) = self.app.next_job() {
                let _ = update::update(&mut self.app, Msg::Beside(job.run()));
            }
            match effect {
                None => {}
                Some(Effect::Submit(commands)) => self.submit(commands),
                Some(Effect::Read { last, count }) => {
                    let entries = self.world.session.entries(last, count);
                    let entries = entries.expect("a store in memory can be read");
                    next = Some(Msg::Report(Report::Entries { last, entries }));
                }
                Some(Effect::ReadMonth(ForecastMonth { moments, .. })) => {
                    let boards =
                        self.world.session.boards_at(moments).expect("a store in memory can be read");
                    next = Some(Msg::Report(Report::Past(Box::new(PastAnswer::Moments(moments, boards)))));
                }
                Some(Effect::ReadPast(day)) => {
                    let (by, zone) = (self.app.setup.me.clone(), self.world.now.zone);
                    let past = self.world.session.past_board(day, &by, zone);
                    let past = past.expect("a store in memory can be read");
                    next = Some(Msg::Report(Report::Past(Box::new(PastAnswer::Day(past)))));
                }
                Some(effect) => self.effects.push(effect),
            }
        }
    }

    fn submit(&mut self, commands: Commands) {
        let report = match self.world.session.submit(&commands, &self.app.setup.me, self.world.now) {
            Ok(Some(entry)) => Report::Done(entry),
            Ok(None) => Report::Same(commands),
            Err(SubmitError::Refused(refusal)) => Report::Refused(commands, refusal),
            Err(SubmitError::Store(error)) => panic!("a store in memory does not fail: {error}"),
        };
        self.follow();
        self.notify(Msg::Report(report));
    }

    /// Lets `who` do something at another keyboard.
    pub(crate) fn elsewhere(&mut self, who: &str, command: &Command) -> &mut Self {
        self.world.try_as(who, command).expect("it is allowed").expect("it changes something");
        self.follow();
        self
    }

    /// Counts whom each view means, as the loop does between keys.
    pub(crate) fn counts_tabs(&mut self) -> &mut Self {
        while self.app.has_work_ahead() {
            self.app.work_ahead();
        }
        self
    }

    fn follow(&mut self) {
        if self.world.board().seq() != self.app.board.seq() {
            let board = self.world.board().clone();
            self.notify(Msg::Board(board));
        }
    }

    /// Lets time pass.
    pub(crate) fn later(&mut self, time: TimeDelta) -> &mut Self {
        self.world.now.at += time;
        self.notify(Msg::Tick);
        self
    }

    /// The focused account's id.
    pub(crate) fn focused(&self) -> &str {
        self.app.focused().map_or("nobody", |account| account.id.as_str())
    }

    /// Puts the focus on an account.
    pub(crate) fn focus(&mut self, account: &str) -> &mut Self {
        self.app.focus_account(&id(account));
        assert_eq!(self.focused(), account);
        self
    }

    /// The status line's words.
    pub(crate) fn said(&self) -> &str {
        &self.app.status.text
    }

    /// The screen's cells, and where the cursor stands in them.
    pub(crate) fn draw(&self) -> (Buffer, Option<Position>) {
        let (width, height) = self.app.size;
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
        let cursor = view::draw(&self.app, &mut buffer);
        (buffer, cursor)
    }

    /// The screen's lines.
    pub(crate) fn lines(&self) -> Vec<String> {
        lines(&self.draw().0)
    }

    /// The question in the box near what it is about, however it is broken into lines.
    pub(crate) fn asked(&self) -> String {
        let lines = layout::question::placed(&self.app).map_or_else(Vec::new, |placed| placed.asked);
        lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
    }

    /// What stands in the box under what is typed: what the answer means, or what is wrong with it.
    pub(crate) fn remarked(&self) -> String {
        let lines = match layout::question::placed(&self.app) {
            Some(placed) => placed.remark,
            None => layout::choices::placed(&self.app)
                .map_or_else(Vec::new, |placed| layout::choices::foot(&self.app, placed.area.width - 4)),
        };
        lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
    }

    /// The screen as text: its lines, and where it is reversed.
    pub(crate) fn picture(&self) -> String {
        let (width, height) = self.app.size;
        self.picture_of(Rect::new(0, 0, width, height))
    }

    /// The same of whole lines of the screen. Empty, if nothing stands in them.
    pub(crate) fn picture_of(&self, area: Rect) -> String {
        let (buffer, cursor) = self.draw();
        let mut picture = String::new();
        let rows = usize::from(area.top())..usize::from(area.bottom());
        for line in &lines(&buffer)[rows] {
            picture.push_str(line.trim_end());
            picture.push('\n');
        }
        let marked = |modifier| marked(&buffer, area, modifier);
        for (name, words) in
            [("reverse", marked(Modifier::REVERSED)), ("underlined", marked(Modifier::UNDERLINED))]
        {
            if !words.is_empty() {
                picture = format!("{picture}{name}: {}\n", words.join(" "));
            }
        }
        if let Some(Position { x, y }) = cursor.filter(|cursor| area.contains(*cursor)) {
            picture = format!("{picture}cursor: {x},{y}\n");
        }
        picture
    }
}

/// The lines of `buffer`, every one of them as wide as it.
pub(crate) fn lines(buffer: &Buffer) -> Vec<String> {
    let row = |y: u16| {
        let mut line = String::new();
        let mut covered = 0;
        for x in buffer.area.left()..buffer.area.right() {
            if covered > 0 {
                covered -= 1;
                continue;
            }
            let symbol = buffer[(x, y)].symbol();
            line.push_str(symbol);
            covered = gangplank::text::width(symbol).saturating_sub(1);
        }
        line
    };
    (buffer.area.top()..buffer.area.bottom()).map(row).collect()
}

/// The runs of cells with `modifier` in whole lines of `buffer`, as `12,3 [Company]`.
fn marked(buffer: &Buffer, area: Rect, modifier: Modifier) -> Vec<String> {
    let mut runs: Vec<String> = Vec::new();
    for y in area.top()..area.bottom() {
        let mut run: Option<(u16, String)> = None;
        for x in buffer.area.left()..buffer.area.right() {
            let cell = &buffer[(x, y)];
            if cell.modifier.contains(modifier) {
                run.get_or_insert_with(|| (x, String::new())).1.push_str(cell.symbol());
            } else if let Some((from, text)) = run.take() {
                runs.push(format!("{from},{y} [{}]", text.trim_end()));
            }
        }
        if let Some((from, text)) = run {
            runs.push(format!("{from},{y} [{}]", text.trim_end()));
        }
    }
    runs
}
