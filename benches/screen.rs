//! Drawing, keys and changes on a grown board, beside writing the same cells with nothing to work out.

use std::cell::Cell;
use std::io::{self, Write};
use std::rc::Rc;
use std::sync::Arc;

use gangplank::config::Config;
use gangplank::playbook::transact;
use gangplank::state::board::BoardMeta;
use gangplank::state::{Account, AccountId, Actor, Board, Cause, Command, Phase, StageId};
use gangplank::text;
use gangplank::tui::input::action::Action;
use gangplank::tui::input::keymap::InputMode;
use gangplank::tui::layout;
use gangplank::tui::model::app::{App, Setup};
use gangplank::tui::model::msg::Msg;
use gangplank::tui::theme::choice::ThemeChoice;
use gangplank::tui::theme::{Background, Depth};
use gangplank::tui::update::update;
use gangplank::tui::view;
use ratatui::backend::CrosstermBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::{Terminal, TerminalOptions, Viewport};

use crate::table::{Table, Times};
use crate::world::World;

/// How many frames are drawn, one per key.
const FRAMES: usize = 300;

/// How many moved cards are followed.
const MOVES: usize = 200;

/// A terminal that only counts.
struct Counter(Rc<Cell<usize>>);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.set(self.0.get() + bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Paper {
    terminal: Terminal<CrosstermBackend<Counter>>,
    written: Rc<Cell<usize>>,
}

impl Paper {
    fn new((width, height): (u16, u16)) -> Self {
        let written = Rc::new(Cell::new(0));
        let backend = CrosstermBackend::new(Counter(written.clone()));
        let viewport = Viewport::Fixed(Rect { x: 0, y: 0, width, height });
        let terminal = Terminal::with_options(backend, TerminalOptions { viewport }).expect("a terminal");
        Self { terminal, written }
    }

    fn draw(&mut self, app: &App) {
        let draw = |frame: &mut ratatui::Frame<'_>| {
            view::draw(app, frame.buffer_mut());
        };
        self.terminal.draw(draw).expect("a counter takes everything");
    }

    fn paste(&mut self, picture: &Picture) {
        self.terminal.draw(|frame| picture.paste(frame.buffer_mut())).expect("a counter takes everything");
    }

    /// What `app` looks like, as it was just drawn.
    fn picture(app: &App) -> Picture {
        let mut buffer = Buffer::empty(Rect { x: 0, y: 0, width: app.size.0, height: app.size.1 });
        view::draw(app, &mut buffer);
        Picture::of(&buffer)
    }
}

/// A finished screen: runs of text in one style.
struct Picture(Vec<(u16, u16, String, Style)>);

impl Picture {
    fn of(buffer: &Buffer) -> Self {
        let mut runs: Vec<(u16, u16, String, Style)> = Vec::new();
        for y in buffer.area.rows().map(|row| row.y) {
            let mut fresh = true;
            for x in 0..buffer.area.width {
                let cell = &buffer[(x, y)];
                let style = cell.style();
                match runs.last_mut().filter(|run| !fresh && run.3 == style) {
                    Some(run) => run.2.push_str(cell.symbol()),
                    None => runs.push((x, y, cell.symbol().to_owned(), style)),
                }
                fresh = false;
            }
        }
        // What is blank already need not be written.
        let blank = buffer.area.width > 0;
        runs.retain(|run| {
            !blank || !run.2.trim().is_empty() || run.3 != ratatui::buffer::Cell::EMPTY.style()
        });
        Self(runs)
    }

    fn paste(&self, buffer: &mut Buffer) {
        for (x, y, text, style) in &self.0 {
            buffer.set_string(*x, *y, text, *style);
        }
    }
}

/// A screen over `board`, as the program sets it up.
pub(crate) fn app(config: &Config, board: Board, size: (u16, u16)) -> App {
    let setup = Setup {
        themes: ThemeChoice::new(Depth::TrueColor, Background::Dark),
        urgent_days: config.renewal.urgent.into(),
        soon_days: config.renewal.soon.into(),
        currency: config.currency,
        weights: config.forecast,
        ..Setup::new(Actor::from(Arc::from("ann")), config.playbooks.clone())
    };
    App::new(board, config.now(), size, Arc::new(setup))
}

pub(crate) fn press(app: &mut App, key: &str) {
    update(app, Msg::Key(key.parse().expect("a key")));
}

fn act(app: &mut App, action: Action) {
    let keys = app.setup.keymap.sequences(InputMode::Board, action)[0].clone();
    for chord in keys.chords() {
        update(app, Msg::Key(*chord));
    }
}

/// A board that looks the same on screen, but knows only the accounts the keys below come near.
fn small(big: &App) -> Board {
    let near = |column_id| if column_id == big.focus.column_id { FRAMES + 100 } else { 60 };
    let ids = big
        .columns
        .column_ids()
        .flat_map(|column_id| big.columns.column(column_id).shown().iter().take(near(column_id)));
    let accounts = ids.filter_map(|row| big.board.get(&row.id)).map(|account| (**account).clone());
    Board::restore(big.board.pipeline().clone(), accounts, BoardMeta::default())
}

/// Frames and keys.
pub(crate) fn frames(world: &World, board: &Board, table: &mut Table) {
    let mut start = Times::default();
    let mut big = start.note(|| app(&world.config, board.clone(), (200, 60)));
    let few = small(&big);
    let name = format!("{} accounts", thousands(few.len()));
    let all = format!("{} accounts", thousands(board.len()));

    let mut small = app(&world.config, few.clone(), (200, 60));
    let [mut ours, mut less] = Drawn::in_turns([&mut big, &mut small]);
    let frame = format!("frame 200×60, {} columns, {all}", layout::columns(&big).placed.len());
    for (percent, aim) in [(50, ""), (99, "< 2 ms")] {
        let floor = ours.floor.percentile(percent);
        table.time(
            format!("{frame}, p{percent}"),
            ours.frame.percentile(percent),
            Some(("same cells, direct", floor)),
            aim,
        );
    }
    let same = format!("same picture, {name}");
    for (percent, aim) in [(50, "≤ 1.5"), (99, "≤ 1.5")] {
        let floor = less.frame.percentile(percent);
        table.time(format!("{frame}, p{percent}"), ours.frame.percentile(percent), Some((&same, floor)), aim);
    }
    table.count(
        "  allocations per frame",
        ours.frame_allocations,
        Some(("same cells, direct", ours.floor_allocations)),
        "",
    );
    table.count(
        "  allocations per frame",
        ours.frame_allocations,
        Some((&same, less.frame_allocations)),
        "≤ 1.5",
    );

    let less_key = less.key.percentile(99);
    table.time(
        format!("key j, update + draw, {all}, p99"),
        ours.key.percentile(99),
        Some((&same, less_key)),
        "≤ 1.5",
    );
    table.count("  allocations per key", ours.key_allocations, Some((&same, less.key_allocations)), "≤ 1.5");
    table.count("  bytes written per key", ours.bytes, Some((&same, less.bytes)), "≤ 1.5");

    let [mut wide] = Drawn::in_turns([&mut app(&world.config, board.clone(), (240, 60))]);
    let floor = wide.floor.percentile(99);
    table.time(
        "frame 240×60, 12 columns, p99",
        wide.frame.percentile(99),
        Some(("same cells, direct", floor)),
        "< 2 ms",
    );

    // Either has the preview of the chosen account beside it, which changes with every key.
    for (view, actions) in [
        ("list", [Action::ShowList, Action::ToggleAll].as_slice()),
        ("today", [Action::ShowToday].as_slice()),
    ] {
        let mut shown = app(&world.config, board.clone(), (200, 60));
        for action in actions {
            act(&mut shown, *action);
        }
        shown.focus_row(0);
        let [mut drawn] = Drawn::in_turns([&mut shown]);
        let floor = drawn.floor.percentile(99);
        table.time(
            format!("frame 200×60, {view} and preview, {all}, p99"),
            drawn.frame.percentile(99),
            Some(("same cells, direct", floor)),
            "< 2 ms",
        );
        table.time(
            format!("key j, {view} and preview, {all}, p99"),
            drawn.key.percentile(99),
            None,
            "< 8 ms",
        );
        table.count(
            "  allocations per frame",
            drawn.frame_allocations,
            Some(("same cells, direct", drawn.floor_allocations)),
            "",
        );
    }

    let mut first = Times::default();
    for _ in 0..3 {
        drop(first.note(|| app(&world.config, board.clone(), (200, 60))));
    }
    table.time(format!("a first screen of {all}, sorted"), first.best(), None, "");
}

/// What drawing after each of many keys took.
struct Drawn {
    frame: Times,
    floor: Times,
    key: Times,
    frame_allocations: f64,
    floor_allocations: f64,
    key_allocations: f64,
    bytes: f64,
}

impl Drawn {
    /// Presses keys on every one of `apps` in turns, so that a busy moment hits all alike.
    fn in_turns<const N: usize>(mut apps: [&mut App; N]) -> [Self; N] {
        let mut drawn: Vec<_> = apps.iter_mut().map(|app| Drawing::new(app)).collect();
        for _ in 0..FRAMES {
            drawn.iter_mut().zip(&mut apps).for_each(|(drawing, app)| drawing.time(app));
        }
        let mut apps = apps.into_iter();
        drawn
            .into_iter()
            .map(|drawing| drawing.count(apps.next().expect("one each")))
            .collect::<Vec<_>>()
            .try_into()
            .unwrap_or_else(|_| unreachable!("as many as there were"))
    }
}

/// A screen being drawn, ours and directly.
struct Drawing {
    ours: Paper,
    direct: Paper,
    before: usize,
    frame: Times,
    floor: Times,
    key: Times,
}

impl Drawing {
    fn new(app: &App) -> Self {
        let (mut ours, mut direct) = (Paper::new(app.size), Paper::new(app.size));
        ours.draw(app);
        direct.paste(&Paper::picture(app));
        let before = ours.written.get();
        Self { ours, direct, before, frame: Times::default(), floor: Times::default(), key: Times::default() }
    }

    fn time(&mut self, app: &mut App) {
        let start = std::time::Instant::now();
        press(app, "j");
        self.frame.note(|| self.ours.draw(app));
        self.key.push(start.elapsed());
        let picture = Paper::picture(app);
        self.floor.note(|| self.direct.paste(&picture));
    }

    fn count(mut self, app: &mut App) -> Drawn {
        let bytes = (self.ours.written.get() - self.before) as f64 / FRAMES as f64;
        let (mut of_frames, mut of_floor, mut of_keys) = (0, 0, 0);
        let counted = FRAMES / 10;
        for _ in 0..counted {
            of_keys += allocations(|| press(app, "j"));
            of_frames += allocations(|| self.ours.draw(app));
            let picture = Paper::picture(app);
            of_floor += allocations(|| self.direct.paste(&picture));
        }
        let each = |count: u64| count as f64 / counted as f64;
        Drawn {
            frame: self.frame,
            floor: self.floor,
            key: self.key,
            frame_allocations: each(of_frames),
            floor_allocations: each(of_floor),
            key_allocations: each(of_keys + of_frames),
            bytes,
        }
    }
}

fn allocations(work: impl FnOnce()) -> u64 {
    allocation_counter::measure(work).count_total
}

/// Changes made by this board or another, and the filter.
pub(crate) fn changes(world: &World, board: &Board, table: &mut Table) {
    let mut big = app(&world.config, board.clone(), (200, 60));
    let few = small(&big);
    let what = format!("{} accounts", thousands(few.len()));
    let mut small = app(&world.config, few, (200, 60));
    let [mut ours, mut less] = moves(world, &mut [&mut big, &mut small]);
    let all = thousands(board.len());
    for (percent, aim) in [(50, "≤ 1.5"), (99, "")] {
        let floor = less.1.percentile(percent);
        table.time(
            format!("a moved card reaches the screen, {all}, p{percent}"),
            ours.1.percentile(percent),
            Some((&what, floor)),
            aim,
        );
    }
    let floor = less.0.median();
    table.time(
        format!("a move is decided and folded, {all}, p50"),
        ours.0.median(),
        Some((&what, floor)),
        "",
    );

    let mut typed = Times::default();
    act(&mut big, Action::Filter);
    let mut first = Times::default();
    first.note(|| press(&mut big, "h"));
    for key in
        ["a", "r", "b", "o", "backspace", "backspace", "backspace", "backspace", "e", "m", "b", "e", "r"]
    {
        typed.note(|| press(&mut big, key));
    }
    let names: Vec<String> = board.accounts().map(|account| text::folded(account.name())).collect();
    let mut floor = Times::default();
    for word in
        ["h", "ha", "har", "harb", "harbo", "harb", "har", "ha", "h", "he", "em", "emb", "embe", "ember"]
    {
        floor.note(|| names.iter().filter(|name| name.contains(word)).count());
    }
    let (half, most) = (floor.median(), floor.percentile(99));
    table.time(
        format!("filter key, {all}, p50"),
        typed.median(),
        Some(("str::contains, names alone", half)),
        "",
    );
    table.time(
        format!("filter key, {all}, worst"),
        typed.percentile(99),
        Some(("str::contains, names alone", most)),
        "",
    );
    table.time(
        format!("first filter key, {all}, with its index"),
        first.median(),
        Some(("str::contains, names alone", most)),
        "",
    );
}

/// Moves cards in turns, as another process would: how long deciding took, and taking in the new board.
fn moves(world: &World, apps: &mut [&mut App; 2]) -> [(Times, Times); 2] {
    let by = Actor::from(Arc::from("ben"));
    let mut times = [(Times::default(), Times::default()), (Times::default(), Times::default())];
    let mut boards = [apps[0].board.clone(), apps[1].board.clone()];
    // Those the small board knows, the big one knows too.
    let pipeline = boards[1].pipeline().clone();
    let is_open = |account: &Account| {
        let stage = account.placement.as_ref().and_then(|place| pipeline.stage(&place.stage));
        stage.is_some_and(|stage| stage.phase != Phase::Closed)
    };
    let open = boards[1].accounts().filter(|account| is_open(account)).map(|account| account.id.clone());
    for account in open.take(MOVES).collect::<Vec<AccountId>>() {
        let stands = boards[1].get(&account).and_then(|account| account.placement.as_ref());
        let to =
            StageId::new(if stands.is_some_and(|place| place.stage.as_str() == "3a") { "3b" } else { "3a" });
        let reason = Some("as agreed".into());
        let command = Command::Move { account, to, reason, force: true, cause: Cause::Hand };
        for (at, board) in boards.iter_mut().enumerate() {
            times[at].0.note(|| {
                let entry = transact(board, &world.config.playbooks, &command, &by, world.now());
                board.apply(Arc::new(entry.expect("not refused").expect("a change")));
            });
            let next = board.clone();
            times[at].1.note(|| update(apps[at], Msg::Board(next)));
        }
    }
    times
}

pub(crate) fn thousands(count: usize) -> String {
    if count < 1_000 { count.to_string() } else { format!("{},{:03}", count / 1_000, count % 1_000) }
}
