//! The screen of the signals that fit no account, or several: what it says, and whose they become.

use gangplank::intake::signals;
use gangplank::prose::lists::sentence_case;
use gangplank::state::{AccountFacts, Command, FactKey, SignalId};
use gangplank::tui::input::keymap::InputMode;
use gangplank::tui::model::msg::{Mouse, Msg};
use gangplank::tui::model::prompt::Prompt;
use gangplank::tui::model::screens::ScreenId;

use super::snapshots::Snapshots;
use crate::support::desk::Desk;
use crate::support::{World, id, import, playbooks, row, team_board};

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (20, 5)];

/// What waits, one signal on each line: whose account nobody knows, and whose could be two.
const WAITING: [&str; 4] = [
    r#"{"id":"evt-2","signal":"invoice.payment_failed","account":{"email":"billing@nowhere.example"},"at":"2024-12-14T11:00:00Z","source":"stripe","invoice":"in_1","amount":{"minor":34000,"currency":"USD"},"attempt":2}"#,
    r#"{"id":"evt-3","signal":"reply.received","account":{"domain":"twin.example"},"at":"2024-12-14T12:00:00Z","by":"eve@twin.example","source":"gmail"}"#,
    r#"{"id":"evt-4","signal":"call.booked","account":{"id":{"calendly":"xx"}},"at":"2024-12-14T13:00:00Z","source":"calendly","call_id":"c-9","starts_at":"2024-12-18T15:00:00Z","ends_at":"2024-12-18T15:30:00Z"}"#,
    r#"{"id":"evt\u001b[31m-5","signal":"facts.changed","account":{"domain":"\u001b]0;x\u0007evil.example"},"at":"2024-12-14T14:00:00Z","source":"a\u202eb","facts":{"extra.Tier":"st\u001bartup","region":"EU"}}"#,
];

fn signal(json: &str) -> Command {
    let (account, signal) = signals::parse(json.as_bytes()).expect("a signal");
    Command::RecordSignal { account, signal }
}

/// A desk over the team's accounts on which the playbooks act, with everything in [`WAITING`] waiting.
fn desk(size: (u16, u16)) -> Desk {
    let quiet = team_board();
    let mut world = World::with(&quiet.store, playbooks());
    world.now = quiet.now;
    let twin = |account: &str| AccountFacts::new(account).text(FactKey::Domain, "twin.example");
    world.does(&import(&[twin("hive"), twin("iris")]));
    for json in WAITING {
        world.does(&signal(json));
    }
    Desk::new(world, size)
}

/// The ids of those that wait, as the screen lists them.
fn listed(desk: &Desk) -> Vec<String> {
    let screen = desk.app.screen.as_ref().expect("the screen is open");
    let mut screen = screen.clone();
    let mut ids = Vec::new();
    for row in 0..screen.rows.len() {
        screen.row = row;
        ids.extend(screen.unmatched().map(|it| it.signal.id.to_string()));
    }
    ids
}

fn waits(desk: &Desk, signal: &str) -> bool {
    desk.world.board().unmatched().any(|it| it.signal.id.as_str() == signal && !it.dismissed)
}

/// Everything that is to be looked at.
pub(super) fn snapshots() -> Snapshots {
    let mut snapshots = Snapshots::default();
    for size in SIZES {
        snapshots.take("unmatched", desk(size).keys("U j"));
        snapshots.take("unmatched_asked", desk(size).keys("U j enter"));
        snapshots.take("unmatched_typed", desk(size).keys("U G enter").types("o").keys("down down"));
    }
    snapshots.take("unmatched_today", desk((80, 24)).keys("d"));
    snapshots.take("unmatched_failed", desk((80, 24)).keys("U"));
    snapshots.take("unmatched_end", desk((80, 24)).keys("U G"));
    snapshots.take("unmatched_none", Desk::new(team_board(), (80, 24)).keys("U"));
    snapshots
}

#[test]
fn the_unmatched_as_people_see_them() {
    snapshots().check();
}

#[test]
fn a_number_gives_it_to_a_candidate_and_the_playbooks_act() {
    let mut desk = desk((80, 24));
    desk.keys("U j 1");
    assert_eq!(desk.world.stage("hive"), "3a");
    assert_eq!(desk.said(), "Hive Mind: → 3a. Engaged — Email, reply received · u undoes it");
    assert!(!waits(&desk, "evt-3") && listed(&desk).len() == 3);
    desk.keys("u");
    assert_eq!(desk.world.stage("hive"), "2");
    assert!(
        waits(&desk, "evt-3") && listed(&desk).len() == 4,
        "it waits again, and the open screen shows it"
    );
    let chosen = |desk: &Desk| {
        desk.app.screen.as_ref().and_then(|screen| screen.unmatched()).map(|it| it.signal.id.to_string())
    };
    assert_eq!(chosen(&desk).as_deref(), Some("evt-3"), "and has it chosen");
    desk.keys("x G u");
    assert_eq!(chosen(&desk).as_deref(), Some("evt-3"), "wherever one went meanwhile");
    let seq = desk.world.board().seq();
    desk.keys("g g j 3");
    assert_eq!(desk.said(), "No account has the number 3");
    desk.keys("g g 1");
    assert_eq!((desk.said(), desk.world.board().seq()), ("No account has the number 1", seq));
}

#[test]
fn what_the_question_promises_is_what_comes_of_it() {
    for (row, account) in
        [(0, "hive"), (0, "acme"), (1, "iris"), (1, "acme"), (2, "hive"), (2, "acme"), (3, "hive")]
    {
        let mut desk = desk((120, 40));
        desk.keys("U");
        for _ in 0..row {
            desk.keys("j");
        }
        desk.keys("enter").types(account);
        let Some(Prompt::Account(choice)) = &desk.app.prompt else { panic!("it is asked") };
        assert_eq!(choice.found().first(), Some(&&id(account)));
        let would = choice.outcome.split(" (playbook").next().expect("something").to_owned();
        // Where it stands then goes without saying after, unless there is a reason.
        let stays = would.rsplit_once("; stays in ").filter(|(_, rest)| !rest.contains("because"));
        let would = stays.map_or(&*would, |(would, _)| would).to_owned();
        desk.keys("enter");
        let name = desk.world.account(account).name().to_owned();
        let said = desk.said().split(" · u undoes").next().unwrap_or_default().to_owned();
        assert_eq!(said, format!("{name}: {}", sentence_case(&would)), "signal {row} for {account}");
        assert_eq!(listed(&desk).len(), 3);
    }
}

#[test]
fn any_account_is_found_by_typing_and_the_arrows_choose() {
    let mut desk = desk((80, 24));
    desk.keys("U / down down up").types("iris");
    assert_eq!(desk.app.mode(), InputMode::Prompt);
    desk.keys("enter");
    assert!(
        desk.world.board().alerts().any(|alert| alert.account == id("iris")),
        "the failed payment is theirs"
    );
    desk.keys("/").types("zzzz").keys("enter");
    assert!(matches!(desk.app.prompt, Some(Prompt::Account(_))), "nobody was found, and it is still asked");
    assert_eq!(desk.said(), "No account matches “zzzz”");
    desk.keys("esc");
    assert_eq!((desk.app.mode(), desk.said()), (InputMode::Screen(ScreenId::Unmatched), "Canceled"));
    desk.keys("enter");
    desk.notify(Msg::Paste("iris".to_owned()));
    let Some(Prompt::Account(choice)) = &desk.app.prompt else { panic!("it is asked") };
    assert_eq!(choice.found().first(), Some(&&id("iris")), "pasted text is typed too");
}

#[test]
fn an_address_is_remembered_with_one_key_and_later_signals_match_by_themselves() {
    for size in [(120, 40), (80, 24)] {
        let mut desk = desk(size);
        desk.keys("U enter").types("iris");
        assert!(desk.lines().join("\n").contains("tab Remember the address"), "{}", desk.picture());
        desk.keys("tab");
        let lines = desk.lines().join("\n");
        assert!(
            lines.contains("Assign “Payment failed” to, and remember billing@nowhere.example?"),
            "{lines}"
        );
        let Some(Prompt::Account(choice)) = &desk.app.prompt else { panic!("it is asked") };
        assert!(
            choice.outcome.contains("billing@nowhere.example remembered as a contact"),
            "{}",
            choice.outcome
        );
        desk.keys("tab");
        let Some(Prompt::Account(choice)) = &desk.app.prompt else { panic!("it is asked") };
        assert!(!choice.outcome.contains("remembered"), "it can be taken back: {}", choice.outcome);
        desk.keys("tab enter");
        assert!(desk.said().contains("billing@nowhere.example remembered as a contact"), "{}", desk.said());
        let later = signal(&WAITING[0].replace("evt-2", "evt-9").replace("in_1", "in_2"));
        desk.elsewhere("eve", &later);
        assert_eq!(desk.world.board().alerts().filter(|alert| alert.account == id("iris")).count(), 2);
        assert!(!waits(&desk, "evt-9"));

        let mut desk = self::desk(size);
        desk.keys("U enter").types("iris").keys("tab enter u");
        assert!(waits(&desk, "evt-2"), "one undo takes back both");
        desk.elsewhere("eve", &later);
        assert!(waits(&desk, "evt-9"));
        // What names no address cannot be remembered by one.
        desk.keys("G k enter tab");
        assert_eq!(desk.said(), "This signal names no address to remember");
    }
}

#[test]
fn what_is_nobodys_is_dismissed_and_that_is_undone() {
    let mut desk = desk((80, 24));
    desk.keys("U x");
    assert!(!waits(&desk, "evt-2"));
    assert_eq!(desk.said(), "Signal dismissed: Payment failed (billing@nowhere.example) · u undoes it");
    desk.keys("u");
    assert!(waits(&desk, "evt-2"));
    desk.keys("x x x x x");
    assert_eq!((listed(&desk).len(), desk.said()), (0, "There is no unmatched signal"));
}

#[test]
fn the_chosen_signal_stays_chosen_whatever_comes_and_goes() {
    let mut desk = desk((80, 24));
    desk.keys("U j j");
    let chosen = |desk: &Desk| {
        desk.app.screen.as_ref().and_then(|screen| screen.unmatched()).map(|it| it.signal.id.to_string())
    };
    assert_eq!(chosen(&desk).as_deref(), Some("evt-4"));
    desk.elsewhere(
        "eve",
        &Command::MatchSignal { signal: SignalId::new("evt-2"), account: None, remember: false },
    );
    assert_eq!(chosen(&desk).as_deref(), Some("evt-4"), "one above it went");
    let early = WAITING[1].replace("evt-3", "evt-1").replace("12-14T12", "12-13T12");
    desk.elsewhere("eve", &signal(&early));
    assert_eq!(chosen(&desk).as_deref(), Some("evt-4"), "one above it came");
    desk.elsewhere(
        "eve",
        &Command::MatchSignal { signal: SignalId::new("evt-4"), account: None, remember: false },
    );
    assert_eq!(chosen(&desk).as_deref(), Some("evt\u{1b}[31m-5"), "it went itself: the next one");
}

#[test]
fn one_given_away_meanwhile_is_given_to_nobody_else() {
    let mut desk = desk((80, 24));
    desk.keys("U j enter");
    desk.elsewhere(
        "eve",
        &Command::MatchSignal { signal: SignalId::new("evt-3"), account: Some(id("iris")), remember: false },
    );
    desk.keys("enter");
    assert!(desk.said().starts_with("No signal `evt-3` waits for an account"), "{}", desk.said());
    assert_eq!(desk.world.stage("hive"), "2");
}

#[test]
fn the_title_counts_them_until_none_waits() {
    let mut desk = desk((120, 40));
    for view in ["", "t", "d"] {
        desk.keys(view);
        assert!(desk.lines()[0].contains("4 unmatched signals (U)"), "{}", desk.lines()[0]);
    }
    desk.keys("U x x x x esc");
    assert!(!desk.lines()[0].contains("unmatched"), "{}", desk.lines()[0]);
}

#[test]
fn the_mouse_chooses_a_signal_opens_it_and_chooses_an_account() {
    let mut desk = desk((80, 24));
    desk.keys("U").mouse(Mouse::Press, (10, 4));
    assert_eq!(desk.app.screen.as_ref().map(|screen| screen.row), Some(1));
    desk.mouse(Mouse::Press, (10, 4));
    assert!(matches!(desk.app.prompt, Some(Prompt::Account(_))), "two clicks ask whose it is");
    let lines = desk.lines();
    let at = lines.iter().position(|line| line.contains("Iris Optik (iris)")).expect("it is on offer");
    let y = u16::try_from(at).expect("a screen");
    desk.mouse(Mouse::Press, (10, y));
    let Some(Prompt::Account(choice)) = &desk.app.prompt else { panic!("it is asked") };
    assert_eq!(choice.choices.row(), Some(1));
    desk.mouse(Mouse::WheelUp, (10, y)).mouse(Mouse::WheelDown, (10, y)).mouse(Mouse::Press, (10, y));
    assert_eq!(desk.world.stage("iris"), "3a", "a click on the chosen one takes it");
}

#[test]
fn a_long_inbox_scrolls_with_the_chosen_one_in_view() {
    let mut desk = desk((80, 24));
    for number in 0..60 {
        let more = WAITING[1].replace("evt-3", &format!("more-{number}"));
        desk.elsewhere("eve", &signal(&more));
    }
    desk.keys("U");
    for key in ["G", "pgup", "k", "g g", "pgdn", "j"] {
        desk.keys(key);
        assert!(desk.lines().iter().any(|line| line.starts_with('▌')), "after {key}");
    }
    desk.elsewhere("eve", &import(&(0..80).map(|at| row(&format!("o{at}"), "Oslo")).collect::<Vec<_>>()));
    desk.keys("enter").types("oslo");
    for _ in 0..60 {
        desk.keys("down");
        assert_eq!(desk.lines().iter().filter(|line| line.starts_with('▌')).count(), 2, "signal and account");
    }
}

/// The id of a message says nothing to a person: over what is said of a signal stands who it is from, and when.
#[test]
fn what_is_said_of_a_signal_is_called_by_who_sent_it_and_when() {
    for size in [(80, 24), (160, 48)] {
        let mut desk = desk(size);
        let shown = desk.keys("U").lines();
        let it = desk.app.screen.as_ref().and_then(|screen| screen.unmatched()).expect("one is chosen");
        let who = it.signal.by.as_deref().unwrap_or(&it.named).to_owned();
        let is_title = |line: &&String| line.contains('─') && line.contains(&who) && line.contains(" · ");
        let title = shown.iter().find(is_title).unwrap_or_else(|| panic!("{size:?}: {shown:#?}"));
        assert!(!title.contains(it.signal.id.as_str()), "{title}");
    }
}
