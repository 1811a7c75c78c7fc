//! The board for who hears it: whole sessions as they are said, and what must be true of everything that is said.

use std::sync::Arc;

use chrono::TimeDelta;
use gangplank::tui::input::keymap::{InputMode, Keymap};
use gangplank::tui::layout::PLAIN_SIZE;
use gangplank::tui::model::app::Setup;
use gangplank::tui::model::msg::{Effect, Msg};
use gangplank::tui::plain::Narrator;
use gangplank::tui::theme::Depth;
use proptest::prelude::*;
use proptest::sample::select;

use super::today::demo_desk;
use crate::support::desk::{Desk, setup};
use crate::support::{World, id, import, note, row, team_board};

/// Somebody who hears the board.
struct Ear {
    desk: Desk,
    narrator: Narrator,
    /// What was said, with the keys before it.
    session: String,
}

impl Ear {
    fn new(world: World) -> Self {
        let setup = Setup { plain: true, ..setup(Depth::Mono) };
        let Desk { world, app, .. } = Desk::with(world, PLAIN_SIZE, setup);
        let desk = Desk { world, app: app.beginning_today(), effects: Vec::new() };
        let mut ear = Self { desk, narrator: Narrator::default(), session: String::new() };
        let said = ear.hear(false);
        ear.note("", &said);
        ear
    }

    /// At the demonstration's morning.
    fn demo() -> Self {
        Self::new(demo_desk(PLAIN_SIZE).world)
    }

    /// What is new, as the loop says it: what was asked for, else what changed.
    fn hear(&mut self, pressed: bool) -> String {
        match self.desk.effects.pop() {
            Some(Effect::Tell(what)) => self.narrator.tell(&self.desk.app, what),
            Some(_) | None => self.narrator.hear(&self.desk.app, pressed),
        }
    }

    /// Presses `key`, and answers what is said then.
    fn press(&mut self, key: &str) -> String {
        self.desk.keys(key);
        self.hear(true)
    }

    /// Presses `keys`, and answers what is said to the last one.
    fn keys(&mut self, keys: &str) -> String {
        let mut said = String::new();
        for key in keys.split_whitespace() {
            said = self.press(key);
            self.note(key, &said);
        }
        said
    }

    /// Types `text`.
    fn types(&mut self, text: &str) -> String {
        let keys = text.chars().map(|c| if c == ' ' { "space".to_owned() } else { c.to_string() });
        let said: String = keys.map(|key| self.press(&key)).collect();
        self.note(&format!("types {text}"), &said);
        said
    }

    fn note(&mut self, what: &str, said: &str) {
        let said = said.replace("\r\n", "\n");
        self.session.extend(["[", what, "]\n", &said]);
        if !said.is_empty() && !said.ends_with('\n') {
            self.session.push('\n');
        }
    }

    /// Something that is no key happens; what is said to it.
    fn happens(&mut self, what: impl FnOnce(&mut Desk)) -> String {
        what(&mut self.desk);
        let said = self.hear(false);
        self.note("meanwhile", &said);
        said
    }
}

fn lines(said: &str) -> Vec<&str> {
    said.split_terminator("\r\n").collect()
}

#[test]
fn a_morning_in_plain_words() {
    let mut ear = Ear::demo();
    ear.keys("f5 j j k f2 f4 a o u n");
    ear.types("called them");
    ear.keys("enter R 2");
    ear.types("card expired");
    ear.keys("enter z j 1 enter enter j j ctrl-d k esc h l space space esc A j a z 1 enter esc");
    insta::assert_snapshot!(ear.session);
}

#[test]
fn every_screen_in_plain_words() {
    let mut ear = Ear::demo();
    ear.keys("g b l l j h m");
    ear.types("2");
    ear.keys("enter esc / ");
    ear.types("fox");
    ear.keys("backspace enter esc t i F j l enter esc esc p j space u f4 esc U f4 x u esc H j f4 u esc esc");
    ear.keys("E j f4 esc ? j ctrl-d / ");
    ear.types("snooze");
    ear.keys("esc esc Y esc : ");
    ear.types("forecast");
    ear.keys("esc s esc g t M M M * X esc esc + 1 esc g q up");
    insta::assert_snapshot!(ear.session);
}

#[test]
fn the_first_start_says_how_to_begin() {
    let mut ear = Ear::new(World::new());
    ear.keys("f2 f5 j i esc");
    insta::assert_snapshot!(ear.session);
}

#[test]
fn a_key_that_changes_nothing_is_answered() {
    let mut ear = Ear::demo();
    assert_eq!(ear.keys("k"), "No change. Foxglove Bio, 1 of 33\r\n");
    let refused = ear.keys("Q");
    assert_eq!(ear.keys("Q"), refused, "what was wrong still is");
    assert_eq!(ear.keys("G G").lines().next(), Some("No change. Halfmoon Clinics, 33 of 33"));
    ear.keys("z");
    assert_eq!(ear.keys("up"), "No change. 1 of 4: tomorrow, Tuesday 24 November\r\n");
}

#[test]
fn what_was_heard_is_not_said_again() {
    let mut ear = Ear::demo();
    let (all, again) = (ear.keys("j"), ear.keys("enter esc"));
    assert!(all.starts_with("Étoile Musique. Alert: "), "{all}");
    assert_eq!(lines(&again), ["Today. 33 accounts need you", "Étoile Musique, 2 of 33"]);
    assert_eq!(ear.keys("k f3"), ear.keys("f3"), "unless one asks");
    assert!(ear.hear(false).is_empty() && ear.hear(false).is_empty());
    ear.desk.keys("j");
    assert!(ear.hear(true).starts_with("Étoile Musique. Alert: "), "after others it is said");
}

#[test]
fn what_others_and_the_clock_do_is_one_line() {
    let mut ear = Ear::new(team_board());
    let said = ear.happens(|desk| {
        desk.elsewhere("omar", &note("acme", "They called"));
    });
    assert_eq!(lines(&said), ["omar: Acme Ltd: Note added: They called"]);
    let said = ear.happens(|desk| {
        for text in ["1", "2", "3", "4"] {
            desk.elsewhere("omar", &note("acme", text));
        }
    });
    assert_eq!(lines(&said), ["4 changes by others: capital H shows them"]);
    let said = ear.happens(|desk| {
        desk.later(TimeDelta::minutes(1));
    });
    assert_eq!(said, "", "nothing is new");
    let said = ear.happens(|desk| desk.notify(Msg::Notice("Still waiting for the disk".to_owned())));
    assert_eq!(lines(&said), ["Still waiting for the disk"]);
}

#[test]
fn what_is_typed_is_written_as_it_is_typed() {
    let mut ear = Ear::demo();
    ear.keys("n");
    assert_eq!(ear.types("a note"), "a note", "in one line that has not ended");
    assert_eq!(ear.keys("backspace"), "\r\na not\r\n");
    assert_eq!(ear.keys("left"), "t\r\n", "the letter the cursor is at");
    let pasted = ear.happens(|desk| desk.notify(Msg::Paste("hing".to_owned())));
    assert_eq!(pasted, "a nohingt\r\n");
    assert_eq!(lines(&ear.keys("enter"))[0], "Foxglove Bio: Note added: a nohingt, u undoes it");
}

#[test]
fn a_question_says_its_choices_and_how_to_answer() {
    let mut ear = Ear::demo();
    let asked = ear.keys("R");
    assert_eq!(
        lines(&asked),
        [
            "Payment risk of Foxglove Bio? 1 none; 2 low; 3 medium; 4 high",
            "enter takes it, esc cancels. a digit picks the level",
        ]
    );
    assert_eq!(ear.keys("down down down"), "3 of 4: medium, and a reason\r\n");
    assert_eq!(ear.keys("esc"), "Canceled\r\n");
    let asked = ear.keys("X");
    assert_eq!(
        lines(&asked).last(),
        Some(&"enter: Yes; asterisk: Tick all, and go on; plus: Tick some; esc: No"),
        "{asked}"
    );
}

#[test]
fn every_state_is_a_word() {
    let mut ear = Ear::demo();
    ear.keys("g b 0");
    let mut heard = String::new();
    for _ in 0..13 {
        for _ in 0..14 {
            heard += &ear.keys("j");
        }
        heard += &ear.keys("l");
    }
    for state in [
        "payment risk",
        "snoozed until",
        "new, not opened yet",
        "Alert: ",
        " note",
        "checklist ",
        "week ",
        "urgent",
        "owner ",
        "No owner",
    ] {
        assert!(heard.to_lowercase().contains(&state.to_lowercase()), "{state}");
    }
    let mut world = World::of(&[row("acme", "Acme").in_stage("1"), row("beta", "Beta").in_stage("1")]);
    world.does(&import(&[row("beta", "Beta").in_stage("2")]));
    let mut ear = Ear::new(world);
    let heard = ear.keys("g b 0 j k") + &ear.session;
    assert!(heard.contains("the last import names another stage"), "{heard}");
}

#[test]
fn what_names_hold_reaches_no_terminal() {
    let mut ear = Ear::new(World::of(&[row("evil", "Evil\u{1b}[2J\nName\u{202e}").in_stage("1")]));
    ear.desk.focus("evil");
    let said = ear.keys("j f4 enter j Y") + &ear.session;
    assert!(said.contains("Evil␛[2J␊Name�"), "{said}");
    assert_eq!(wrong(&said.replace(['\n', '\r'], "")), None);
    assert!(ear.desk.app.board.get(&id("evil")).is_some());
}

#[test]
fn the_keys_that_speak_are_of_use_only_there() {
    let mut desk = demo_desk((80, 24));
    desk.keys("f2");
    assert_eq!(desk.said(), "f2 speaks in plain mode, which begins with --plain");
    assert!(desk.effects.is_empty());
    let keymap = Keymap::default();
    for mode in InputMode::all() {
        for key in ["f2", "f3", "f4", "f5"] {
            assert!(keymap.action(mode, key.parse().expect("a key")).is_some(), "{mode:?} {key}");
        }
    }
    let mine = keymap.overlaid("[everywhere]\n\"f9\" = \"say_where\"\n", "keymap.toml").expect("a keymap");
    let mut ear = Ear::demo();
    let plain = Setup { plain: true, keymap: mine, ..setup(Depth::Mono) };
    ear.desk.app.setup = Arc::new(plain);
    assert!(ear.keys("f9").starts_with("Today. "), "{}", ear.session);
}

/// What of `said` is not for ears; nothing where all is.
fn wrong(said: &str) -> Option<char> {
    let is_wrong = |c: char| {
        c.is_control()
            || matches!(c, '\u{2190}'..='\u{21ff}' | '\u{2500}'..='\u{25ff}' | '\u{2600}'..='\u{26ff}' | '\u{2700}'..='\u{27bf}' | '\u{e000}'..='\u{f8ff}')
    };
    said.replace("\r\n", "").chars().find(|c| is_wrong(*c))
}

fn any_key() -> impl Strategy<Value = String> {
    let keymap = Keymap::default();
    let letters = ('!'..='~').map(|c| c.to_string());
    let named = [
        "enter",
        "esc",
        "tab",
        "space",
        "backspace",
        "up",
        "down",
        "left",
        "right",
        "f2",
        "f3",
        "f4",
        "f5",
        "ctrl-d",
        "ctrl-u",
        "ctrl-r",
        "pgdn",
        "home",
        "end",
    ];
    let keys: Vec<String> = letters
        .chain(named.map(str::to_owned))
        .filter(|key| {
            keymap.action(InputMode::Board, key.parse().expect("a key")).is_none_or(|it| it.name() != "quit")
        })
        .collect();
    prop_oneof![3 => select(keys), 1 => select(vec!["j".to_owned(), "k".to_owned(), "enter".to_owned(), "esc".to_owned()])]
}

/// Presses `keys`, and sees that each of them is answered in words, once.
fn well_answered(keys: &[String]) -> Result<(), TestCaseError> {
    let mut ear = Ear::demo();
    let mut last = String::new();
    for key in keys {
        let said = ear.press(key);
        let session = || keys.join(" ");
        prop_assert_eq!(wrong(&said), None, "{} in {}: {}", key, session(), said);
        prop_assert!(
            !said.is_empty() || ear.desk.app.pending > 0,
            "{} is not answered in {}",
            key,
            session()
        );
        // A line that was typed ends first.
        let ended = usize::from(said.starts_with("\r\n"));
        let all = lines(&said);
        prop_assert!(all.iter().skip(ended).all(|line| !line.is_empty()), "{}: {:?}", session(), said);
        prop_assert!(all.windows(2).all(|two| two[0] != two[1]), "{}: {}", session(), said);
        // A line comes again only where one asks again, or where a key is refused again.
        let is_asked = ear.desk.app.prompt.is_some();
        let is_again = !is_asked && all.len() == 1 && !last.is_empty() && all[0] == last;
        // At the end of a list, there is no other one in that direction, however often one asks.
        let is_end = last.starts_with("No change") || last.starts_with("No more ");
        prop_assert!(!is_again || !key.starts_with(['j', 'k']) || is_end, "{}: {}", session(), said);
        prop_assert!(ear.hear(false).is_empty(), "{} is said twice in {}", key, session());
        last = all.last().map_or(String::new(), |line| (*line).to_owned());
    }
    Ok(())
}

/// What a random walk found: keys that were answered badly once.
#[test]
fn walks_that_went_wrong_once() {
    for keys in ["A w enter k k", "w enter k k"] {
        well_answered(&keys.split(' ').map(str::to_owned).collect::<Vec<_>>()).expect(keys);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn whatever_one_presses_is_answered_in_words(keys in prop::collection::vec(any_key(), 1..40)) {
        well_answered(&keys)?;
    }
}
