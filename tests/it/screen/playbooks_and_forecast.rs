//! The screens of the playbooks and of the forecast: what they say, and what is done in them.

use std::collections::{BTreeMap, BTreeSet};

use gangplank::playbook::{PlaybookRuns, Playbooks};
use gangplank::state::query::forecast::{Forecast, RiskWeights};
use gangplank::state::{AccountFacts, Actor, Command, FactKey, Risk, RiskLevel, Submission};
use gangplank::tui::input::keymap::{InputMode, Keymap};
use gangplank::tui::model::app::Setup;
use gangplank::tui::model::focus::View;
use gangplank::tui::model::msg::{Mouse, Msg};
use gangplank::tui::model::screens::{ForecastLine, ForecastLineKind, PlaybookRow, ScreenId, ScreenRows};
use gangplank::tui::theme::Depth;

use super::snapshots::Snapshots;
use crate::support::desk::{Desk, setup};
use crate::support::{World, amount, id, import, only, pipeline, playbooks, row, team_board};

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (20, 5)];

/// A desk over the team's accounts on which the playbooks act.
pub(super) fn alive(size: (u16, u16)) -> Desk {
    let quiet = team_board();
    let mut world = World::with(&quiet.store, playbooks());
    world.now = quiet.now;
    Desk::new(world, size)
}

/// Everything that is to be looked at.
pub(super) fn snapshots() -> Snapshots {
    let mut snapshots = Snapshots::default();
    for add in [playbooks_screens, forecast_screens, own_playbook] {
        add(&mut snapshots);
    }
    snapshots
}

#[test]
fn the_screens_look_like_this() {
    snapshots().check();
}

fn playbook_rows(desk: &Desk) -> &[PlaybookRow] {
    match desk.app.screen.as_ref().map(|screen| &screen.rows) {
        Some(ScreenRows::Playbooks(playbook_rows)) => playbook_rows,
        _ => panic!("the playbooks are open"),
    }
}

fn playbook_row<'a>(desk: &'a Desk, playbook: &str) -> &'a PlaybookRow {
    playbook_rows(desk).iter().find(|playbook_row| *playbook_row.id == *playbook).expect("it is listed")
}

fn chosen(desk: &Desk) -> &PlaybookRow {
    desk.app.screen.as_ref().and_then(|screen| screen.playbook_row()).expect("a playbook is chosen")
}

fn playbooks_screens(snapshots: &mut Snapshots) {
    for size in SIZES {
        snapshots.take("playbooks", alive(size).keys("p"));
        let mut desk = alive(size);
        desk.world.session.submit(Submission::Sweep, &Actor::Clock, desk.world.now).expect("a sweep");
        desk.notify(Msg::Board(desk.world.board().clone()));
        desk.keys("p");
        let at = playbook_rows(&desk)
            .iter()
            .position(|playbook_row| !playbook_row.recent_runs.is_empty())
            .expect("one did something");
        desk.app.choose(at);
        snapshots.take("playbooks_swept", desk.keys("space"));
        snapshots.take("playbooks_end", alive(size).keys("p G"));
    }
    snapshots.take("playbooks_none", Desk::with(World::without_playbooks(), (80, 24), bare()).keys("p"));
}

/// Set up without playbooks.
fn bare() -> Setup {
    Setup { playbooks: std::sync::Arc::default(), ..setup(Depth::Mono) }
}

#[test]
fn every_playbook_is_listed_and_can_be_chosen() {
    let mut desk = alive((80, 24));
    desk.keys("p");
    let mut seen = BTreeSet::new();
    for playbook in &playbooks().all {
        assert_eq!(chosen(&desk).id, playbook.id.0);
        let lines = desk.lines();
        let shown = lines.iter().any(|line| line.starts_with('▌'));
        assert!(shown, "the chosen row of {} is in view: {lines:#?}", playbook.id);
        seen.insert(playbook.id.0.clone());
        desk.keys("j");
    }
    assert_eq!(seen.len(), playbooks().all.len());
    desk.keys("esc");
    assert_eq!((desk.app.mode(), desk.app.screen.is_none()), (InputMode::Board, true));
}

#[test]
fn what_a_timed_playbook_would_touch_is_what_a_sweep_does() {
    let mut desk = alive((120, 40));
    desk.keys("p");
    let swept = desk.world.session.preview(Submission::Sweep, &Actor::Clock, desk.world.now);
    let mut firings = PlaybookRuns::default();
    firings.take(&swept.expect("nothing is against it").expect("something is due"));
    let mut any = false;
    for playbook_row in playbook_rows(&desk).iter().filter(|playbook_row| playbook_row.timed) {
        let did: BTreeSet<String> =
            firings.of(&playbook_row.id).map(|firing| firing.account.to_string()).collect();
        assert_eq!(
            playbook_row.accounts,
            did.len(),
            "{}: {did:?} and {:?}",
            playbook_row.id,
            playbook_row.names
        );
        any |= playbook_row.accounts > 0;
    }
    assert!(any, "the team has something due");
    let clock = desk.world.now;
    desk.world.session.submit(Submission::Sweep, &Actor::Clock, clock).expect("a sweep");
    desk.notify(Msg::Board(desk.world.board().clone()));
    for playbook_row in playbook_rows(&desk).iter().filter(|playbook_row| playbook_row.timed) {
        assert_eq!(
            playbook_row.accounts, 0,
            "{} has done its work, and the open screen knows",
            playbook_row.id
        );
        assert_eq!(playbook_row.runs, firings.of(&playbook_row.id).len(), "{}", playbook_row.id);
    }
}

#[test]
fn a_playbook_is_switched_off_and_that_is_undone() {
    let mut desk = alive((80, 24));
    desk.keys("p j");
    let playbook = chosen(&desk).id.clone();
    for _ in 0..2 {
        desk.keys("space");
        assert!(!chosen(&desk).on && !desk.world.board().is_on(&playbook), "it is off");
        assert!(desk.said().starts_with(&format!("Playbook {playbook} switched off")), "{}", desk.said());
        desk.keys("u");
        assert!(chosen(&desk).on && desk.world.board().is_on(&playbook), "u switches it on again");
    }
    desk.elsewhere("eve", &Command::SwitchPlaybook { playbook: playbook.clone(), on: false });
    assert!(!playbook_row(&desk, &playbook).on, "what somebody else did is seen");
    desk.keys("space");
    assert!(desk.world.board().is_on(&playbook), "and switched on by the same key");
}

#[test]
fn keys_of_the_board_do_nothing_to_cards_nobody_sees() {
    for screen in ["p", "F"] {
        // Not even where the team binds them here.
        let own = "[playbooks]\n'>' = 'next_stage'\n'o' = 'outreach_sent'\n[forecast]\n'>' = 'next_stage'\n";
        let keymap = Keymap::default().overlaid(own, "keymap.toml").expect("a keymap");
        let world = alive((80, 24)).world;
        let mut desk = Desk::with(world, (80, 24), Setup { keymap, ..setup(Depth::Mono) });
        desk.focus("acme").keys(screen);
        let seq = desk.world.board().seq();
        desk.keys("> o r z m");
        assert_eq!(desk.world.board().seq(), seq);
        desk.keys(screen);
        assert_eq!(desk.app.mode(), InputMode::Board, "{screen} closes what it opened");
        assert_eq!(desk.focused(), "acme");
    }
    let mut desk = alive((80, 24));
    desk.keys("p F");
    assert_eq!(desk.app.mode(), InputMode::Screen(ScreenId::Forecast), "one leads to the other");
}

#[test]
fn the_wheel_goes_through_rows_and_a_press_chooses_one() {
    let mut desk = alive((80, 24));
    desk.keys("p").mouse(Mouse::WheelDown, (10, 5));
    assert_eq!(desk.app.screen.as_ref().map(|screen| screen.row), Some(3));
    desk.mouse(Mouse::Press, (10, 4));
    assert_eq!(desk.app.screen.as_ref().map(|screen| screen.row), Some(1));
    desk.keys("G").mouse(Mouse::Press, (10, 3));
    let screen = desk.app.screen.as_ref().expect("it is open");
    assert!(
        screen.top > 0 && screen.row == screen.top,
        "the row under the mouse, wherever it is scrolled to"
    );
}

#[test]
fn a_playbook_that_waits_touches_whoever_meets_its_conditions() {
    let text = "
        [[playbook]]
        id = \"welcome\"
        title = \"Welcome\"
        on = { signal = [\"reply.received\"] }
        when = [{ stage = [\"2\"] }, { automatic = false }]
        then = [{ move = \"3a\" }]
    ";
    let setup = Setup { playbooks: only(text), ..setup(Depth::Mono) };
    let mut desk = Desk::with(team_board(), (120, 40), setup);
    desk.keys("p");
    // Who sends, nobody knows before it is sent.
    assert_eq!(
        (playbook_row(&desk, "welcome").accounts, &*playbook_row(&desk, "welcome").names),
        (2, &["Hive Mind".to_owned(), "Iris Optik".to_owned()][..])
    );
}

/// A desk over the team's accounts, some of whom have an invoice coming.
fn expecting(size: (u16, u16)) -> Desk {
    let mut world = team_board();
    let invoice = |account: &str, money: &str| {
        let mut row = AccountFacts::new(account);
        row.facts.insert(FactKey::UpcomingInvoice, amount(money));
        row
    };
    world.does(&import(&[
        invoice("kite", "2500.50 USD"),
        invoice("juno", "900 EUR"),
        invoice("alba", "12000000.25 USD"),
        row("nemo", "Nemo").in_stage("1"),
    ]));
    Desk::new(world, size)
}

fn lines_of(desk: &Desk) -> &[ForecastLine] {
    match desk.app.screen.as_ref().map(|screen| &screen.rows) {
        Some(ScreenRows::Forecast(table)) => &table.lines,
        _ => panic!("the forecast is open"),
    }
}

fn forecast_screens(snapshots: &mut Snapshots) {
    for size in SIZES {
        snapshots.take("forecast", expecting(size).keys("F"));
        snapshots.take("forecast_end", expecting(size).keys("F G l l l"));
    }
    snapshots.take("forecast_opened", expecting((80, 24)).keys("F j j l enter"));
    snapshots.take("forecast_none", Desk::new(World::new(), (80, 24)).keys("F"));
}

#[test]
fn the_currency_of_most_accounts_comes_first_and_what_churned_is_in_no_total() {
    let mut desk = expecting((120, 40));
    let screen = desk.keys("F").lines();
    let labels: Vec<&str> = lines_of(&desk).iter().map(|line| &*line.label).collect();
    assert_eq!(labels[0], "USD open", "{screen:#?}");
    let sum = |desk: &Desk, label: &str| {
        let line = lines_of(desk).iter().find(|line| line.label.trim_start().starts_with(label));
        line.map(|line| (line.amounts.accounts.len(), line.amounts.forecasted.plain)).expect(label)
    };
    let (open, won, both) = (sum(&desk, "USD open"), sum(&desk, "USD won"), sum(&desk, "USD open and won"));
    assert_eq!((open.0 + won.0, open.1 + won.1), both);
    let lost = sum(&desk, "USD lost: 6d Churned");
    assert!(lost.1 > 0);
    desk.elsewhere("eve", &crate::support::moved("bolt", "6d"));
    assert!(sum(&desk, "USD open and won").1 < both.1, "{:#?}", desk.lines());
    assert!(sum(&desk, "USD lost: 6d Churned").1 > lost.1);
}

#[test]
fn whole_units_stand_under_whole_units() {
    let mut desk = expecting((120, 40));
    let screen = desk.keys("F").lines();
    let end = |words: &str| {
        let line = screen.iter().find(|line| line.contains(words)).expect("it is in view");
        let at = line.find(words).expect("it is there") + words.len();
        line[..at].chars().count()
    };
    assert_eq!(end("$4,361"), end(" $3,570"));
}

#[test]
fn the_forecast_says_what_the_board_expects() {
    let mut desk = expecting((120, 40));
    desk.keys("F");
    let forecast = Forecast::of(desk.world.board(), &RiskWeights::default());
    let rows = lines_of(&desk).iter().filter_map(|line| match (line.currency, line.kind) {
        (Some(currency), ForecastLineKind::Row(row)) => Some(((currency, row), line.amounts.clone())),
        _ => None,
    });
    assert_eq!(rows.collect::<BTreeMap<_, _>>(), forecast.lines);
    let unknown: usize = forecast.unknown.values().map(|amounts| amounts.accounts.len()).sum();
    let last = lines_of(&desk).last().expect("there is one");
    assert_eq!((last.currency, last.amounts.accounts.len(), unknown), (None, 1, 1));
}

/// How many lines lie below is said where the heading leaves room, else under the lines; never over the title of a column.
#[test]
fn what_lies_below_takes_no_title_from_a_column() {
    for (size, weighted, is_told) in [((80, 24), 1, false), ((160, 20), 2, true)] {
        let lines = expecting(size).keys("F").lines();
        let heading = lines.iter().find(|line| line.starts_with(" Stage")).expect("there is a heading");
        assert!(heading.to_lowercase().matches("weighted").count() >= weighted, "{size:?}: {heading}");
        assert_eq!(heading.contains("more ↓"), is_told, "{size:?}: {heading}");
        assert_eq!(lines.iter().filter(|line| line.contains("more ↓")).count(), 1, "{size:?}: {lines:#?}");
    }
}

/// The bars are as long as what is expected, and say how much of it is at risk.
#[test]
fn bars_are_in_proportion_and_fit_the_screen() {
    for size in [(80, 24), (120, 40), (160, 48), (240, 60)] {
        let mut desk = expecting(size);
        let screen = desk.keys("F").lines();
        // Of the line of 1 in dollars: everything is counted on; of 3a: a part.
        let cells = |label: &str, mark: char| {
            let line = screen.iter().find(|line| line.contains(label)).expect("it is in view");
            line.chars().filter(|c| *c == mark).count()
        };
        let (new, engaged) = ("  1 New Account", "  3a Engaged — Email");
        if size.0 < 120 {
            assert!(!screen.iter().any(|line| line.contains(['▇', '▂'])), "{screen:#?}");
            continue;
        }
        let [all, counted, at_risk] = [cells(new, '▇'), cells(engaged, '▇'), cells(engaged, '▂')];
        assert_eq!(cells(new, '▂'), 0);
        // $4,361.50 against $3,570, of which $1,986 are counted on.
        let near = |cells: usize, cents: usize| (cells * 436_150).abs_diff(all * cents) <= 436_150;
        assert!(near(counted, 198_600) && near(counted + at_risk, 357_000), "{screen:#?}");
        assert_eq!((cells("USD open", '▇'), cells("USD lost", '▇')), (0, 0), "{screen:#?}");
        // What the longest one stands for: in each currency, where its lines begin.
        for (line, scale) in [("USD open", "longest"), ("EUR open", "longest")] {
            let line = screen.iter().find(|it| it.contains(line)).expect("it is in view");
            assert!(line.contains(scale), "{size:?}: {line}");
        }
        assert_eq!(cells("USD won", 'l'), 0, "it is said once: {screen:#?}");
    }
}

/// What is at risk has the colour of the rest of its bar, as a theme has them checked, and no shade of it.
#[test]
fn what_is_at_risk_is_as_plain_as_the_rest_of_its_bar() {
    let mut desk = expecting((160, 48));
    let (picture, _) = desk.keys("F").draw();
    let cells = picture.content().iter().filter(|cell| cell.symbol() == "▂");
    let colors: BTreeSet<String> = cells.map(|cell| format!("{:?}", cell.fg)).collect();
    let bars = picture.content().iter().filter(|cell| cell.symbol() == "▇");
    let bars: BTreeSet<String> = bars.map(|cell| format!("{:?}", cell.fg)).collect();
    assert!(!colors.is_empty() && colors.is_subset(&bars), "{colors:?} of {bars:?}");
}

#[test]
fn no_two_numbers_of_the_forecast_have_one_name() {
    let desk = &mut expecting((160, 48));
    let heading = desk.keys("F").lines().into_iter().find(|line| line.starts_with(" Stage"));
    let heading = heading.expect("there is a heading");
    let names: Vec<&str> = heading.split("  ").map(str::trim).filter(|name| !name.is_empty()).collect();
    let unlike: BTreeSet<&&str> = names.iter().collect();
    assert_eq!(unlike.len(), names.len(), "{heading}");
}

#[test]
fn every_number_opens_the_accounts_behind_it_and_esc_comes_back() {
    let mut desk = expecting((120, 40));
    desk.keys("F");
    for row in 0..lines_of(&desk).len() {
        for column in 0..5 {
            let line = &lines_of(&desk)[row];
            let mut behind: Vec<String> = line.accounts(column).iter().map(ToString::to_string).collect();
            behind.sort();
            behind.dedup();
            desk.app.choose(row);
            desk.keys("0");
            for _ in 0..column {
                desk.keys("l");
            }
            desk.keys("enter");
            if behind.is_empty() {
                assert_eq!(desk.said(), "No accounts in this number");
                continue;
            }
            assert_eq!((desk.app.mode(), desk.app.view), (InputMode::Board, View::List { all: true }));
            let mut listed: Vec<String> = desk.app.rows().iter().map(|row| row.id.to_string()).collect();
            listed.sort();
            assert_eq!(listed, behind, "row {row}, number {column}");
            assert!(desk.app.focused().is_some());
            desk.keys("esc");
            assert!(desk.app.filter.is_none());
            let screen = desk.app.screen.as_ref().expect("the forecast is open again");
            assert_eq!((screen.row, screen.column), (row, column));
        }
    }
    desk.keys("esc");
    assert_eq!((desk.app.mode(), desk.app.view), (InputMode::Board, View::Board));
}

#[test]
fn accounts_behind_a_number_are_worked_on_like_any_others() {
    let mut desk = expecting((80, 24));
    desk.keys("F j enter");
    let listed = desk.app.rows().len();
    assert!(listed > 1, "several accounts stand in 1");
    desk.focus("acme").keys(">");
    assert_eq!(desk.world.stage("acme"), "2");
    assert_eq!((desk.app.rows().len(), desk.focused()), (listed, "zinc"), "those who were listed stay");
    desk.elsewhere("eve", &import(&[row("newt", "Newt").in_stage("1")]));
    assert_eq!(desk.app.rows().len(), listed, "and nobody joins them");
    desk.keys("/").types("bolt").keys("enter");
    assert_eq!(desk.focused(), "bolt", "a filter of one's own takes their place");
    desk.keys("esc");
    assert_eq!((desk.app.mode(), desk.app.filter.is_none()), (InputMode::Board, true));
}

#[test]
fn an_open_forecast_follows_the_board() {
    let mut desk = expecting((80, 24));
    desk.keys("F");
    let weighted =
        |desk: &Desk| lines_of(desk).iter().map(|line| line.amounts.forecasted.weighted).sum::<i128>();
    let before = weighted(&desk);
    let risk = Risk { level: RiskLevel::High, reason: Some("they said so".into()) };
    desk.elsewhere("eve", &Command::SetRisk { account: id("bolt"), risk });
    // 1250 USD, of which a fifth is counted on from now on: in its line, in what is open, and in the total.
    assert_eq!(before - weighted(&desk), 3 * 100_000);
    desk.mouse(Mouse::WheelDown, (10, 10));
    assert_eq!(desk.app.screen.as_ref().map(|screen| screen.row), Some(3));
}

#[test]
fn time_alone_makes_a_playbook_due_while_its_screen_is_open() {
    let mut desk = alive((80, 24));
    desk.keys("p");
    let due = |desk: &Desk| {
        playbook_rows(desk)
            .iter()
            .filter(|playbook_row| playbook_row.timed)
            .map(|playbook_row| playbook_row.accounts)
            .sum::<usize>()
    };
    let before = due(&desk);
    desk.later(chrono::TimeDelta::days(5));
    assert!(due(&desk) > before, "more renewals are near: {before}, then {}", due(&desk));
}

#[test]
fn a_click_chooses_a_number_and_a_second_one_opens_it() {
    let mut desk = expecting((120, 40));
    desk.keys("F");
    let lines = desk.lines();
    let title = &lines[2];
    let x = |words: &str| {
        let end = title.find(words).expect("a heading") + words.len();
        u16::try_from(title[..end].chars().count() - 1).expect("a screen")
    };
    for (heading, column) in [("Accounts", 0), ("Forecast", 1), ("Upcoming", 3)] {
        desk.mouse(Mouse::Press, (x(heading), 5));
        let screen = desk.app.screen.as_ref().expect("it is open");
        assert_eq!((screen.row, screen.column), (2, column), "{heading}");
    }
    desk.mouse(Mouse::Press, (2, 3));
    assert_eq!(
        desk.app.screen.as_ref().map(|screen| (screen.row, screen.column)),
        Some((0, 3)),
        "a label keeps the number"
    );
    desk.mouse(Mouse::Press, (x("Forecast"), 4));
    let behind = lines_of(&desk)[1].accounts(1).len();
    assert!(behind > 0, "somebody stands behind it");
    desk.mouse(Mouse::Press, (x("Forecast"), 4));
    assert_eq!((desk.app.mode(), desk.app.rows().len()), (InputMode::Board, behind));
    desk.mouse(Mouse::Press, (2, 3)).keys("esc");
    assert_eq!(desk.app.screen.as_ref().map(|screen| (screen.row, screen.column)), Some((1, 1)));
}

#[test]
fn a_playbook_lists_whom_it_touches_and_esc_comes_back_to_it() {
    let mut desk = alive((80, 24));
    desk.keys("d j p");
    let under = (desk.app.view, desk.focused().to_owned());
    for row in 0..playbook_rows(&desk).len() {
        desk.app.choose(row);
        let reach = chosen(&desk).accounts;
        desk.keys("enter");
        if reach == 0 {
            assert_eq!(desk.said(), "It would act on no account");
            continue;
        }
        assert_eq!((desk.app.mode(), desk.app.rows().len()), (InputMode::Board, reach));
        desk.keys("esc");
        assert_eq!(desk.app.screen.as_ref().map(|screen| screen.row), Some(row));
    }
    desk.keys("esc");
    assert_eq!((desk.app.view, desk.focused().to_owned()), under);
}

/// A team's own playbook is due, and a shipped one is switched off.
fn own_playbook_due() -> Desk {
    let text = "
        off = [\"replied\"]
        [[playbook]]
        id = \"nudge\"
        title = \"Nudge after five quiet days\"
        on = { days_since_touch = 5 }
        when = [{ stage = [\"2\"] }]
        then = [{ task = { title = \"write once more\", due_in_days = 0 } }]
    ";
    let all =
        gangplank::config::playbooks::overlaid(text, "playbooks.toml", &pipeline()).expect("a playbook");
    let own: std::sync::Arc<Playbooks> = std::sync::Arc::new(all.into());
    let quiet = team_board();
    let mut world = World::with(&quiet.store, own.clone());
    world.now = quiet.now;
    let mut desk = Desk::with(world, (120, 40), Setup { playbooks: own, ..setup(Depth::Mono) });
    desk.later(chrono::TimeDelta::days(5));
    desk.keys("p G");
    desk
}

fn own_playbook(snapshots: &mut Snapshots) {
    snapshots.take("playbooks_own", &own_playbook_due());
}

#[test]
fn a_playbook_of_the_teams_own_and_one_switched_off_are_told_without_colour() {
    let mut desk = own_playbook_due();
    let reach = chosen(&desk).accounts;
    assert_eq!(reach, 2, "both in 2 are quiet");
    let clock = desk.world.now;
    desk.world.session.submit(Submission::Sweep, &Actor::Clock, clock).expect("a sweep");
    desk.notify(Msg::Board(desk.world.board().clone()));
    assert_eq!((chosen(&desk).accounts, chosen(&desk).runs), (0, reach), "it did its work, and says so");
    let at = playbook_rows(&desk)
        .iter()
        .position(|playbook_row| &*playbook_row.id == "replied")
        .expect("it is listed");
    desk.app.choose(at);
    assert!(desk.lines().iter().any(|line| line.starts_with("▌○ off ")));
    assert!(desk.lines().iter().any(|line| line.contains("replied · off in playbooks.toml")));
    desk.keys("space");
    assert!(desk.said().contains("playbooks.toml"), "a key does not overrule the file: {}", desk.said());
}

/// What a playbook asks for is said with what sets it off and what it does: under the list, and in it where there is room.
#[test]
fn a_playbook_shows_its_conditions() {
    for size in [(80, 24), (160, 48), (240, 60)] {
        let mut desk = alive(size);
        desk.keys("p");
        while &*chosen(&desk).id != "new-non-startup" {
            desk.keys("j");
        }
        let shown = desk.lines();
        let line = shown.iter().find(|line| line.starts_with(" If ")).unwrap_or_else(|| panic!("{shown:#?}"));
        assert!(line.contains("it is off the board, forecasted MRR is above $100"), "{line}");
        let row = shown.iter().find(|line| line.starts_with('▌')).expect("it is in view");
        assert_eq!(row.contains("When its facts change, move it to 1"), size.0 >= 160, "{row}");
    }
}

/// As many as the board has, at most; whoever is off it is said besides. Where there is nobody, no key leads to them.
#[test]
fn a_playbook_counts_the_accounts_of_the_board() {
    let mut desk = alive((120, 40));
    desk.keys("p");
    let on_board = desk.app.board.accounts().filter(|account| account.placement.is_some()).count();
    let mut seen = (false, false);
    for _ in 0..playbook_rows(&desk).len() {
        let row = chosen(&desk);
        let (accounts, off) = (row.accounts, row.off_board);
        assert!(accounts - off <= on_board, "{}: {accounts} of {on_board}", row.id);
        let lines = desk.lines();
        let foot = lines.last().expect("there are lines");
        assert_eq!(foot.contains("Accounts"), accounts > 0, "{}: {foot}", chosen(&desk).id);
        if 0 < off && off < accounts {
            assert!(
                lines.join("\n").contains(&format!("{accounts} accounts ({off} off the board)")),
                "{lines:#?}"
            );
        }
        seen = (seen.0 || accounts == 0, seen.1 || (0 < off && off < accounts));
        desk.keys("j");
    }
    assert_eq!(seen, (true, true));
}

#[test]
fn no_key_leads_to_the_accounts_of_an_empty_number() {
    let mut desk = expecting((160, 48));
    desk.keys("F");
    assert!(desk.lines().last().is_some_and(|foot| foot.contains("Accounts")));
    let at =
        lines_of(&desk).iter().position(|line| line.accounts(4).is_empty()).expect("one has no invoices");
    desk.app.choose(at);
    desk.keys("l l l l");
    assert!(desk.lines().last().is_some_and(|foot| !foot.contains("Accounts")), "{:#?}", desk.lines());
}
