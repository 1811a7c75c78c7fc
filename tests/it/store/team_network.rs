//! A board of a team over a network that delays, cuts, resets, and swallows: nobody waits for longer than they want to, and no
//! change is lost or made twice.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Barrier};
use std::time::Duration;

use gangplank::session::{Session, SubmitError};
use gangplank::state::command::AccountFacts;
use gangplank::state::{AccountId, Actor, Change, Command, Entry, Event, Now};
use gangplank::store::lock::LockHolder;
use gangplank::store::postgres::{CopiedStore, TeamDatabase};
use gangplank::store::team::TeamRole::Writer;
use gangplank::store::{LockWaiting, Opened, OpenedFor, Patience, StoreError, TeamAddress};

use super::team_copy::follow_until;
use crate::support::bad_network::{BadNetwork, NetworkFault};
use crate::support::cluster::{Cluster, OWNER};
use crate::support::sample_entries::{picture, pipeline};

/// How many changes each makes under each fault, unless `GANGPLANK_TEAM_NETWORK` says so.
const EACH: usize = 8;

/// How long each wants to wait for one thing.
const LIMIT: Duration = Duration::from_millis(1_500);

/// What one thing may take beyond that: a connection, and three answers that are never waited for less than a second.
const BEYOND: Duration = Duration::from_secs(4);

/// Waits as everybody does, and counts it.
struct CountedPatience {
    waiting: LockWaiting,
    waited: AtomicU64,
}

impl CountedPatience {
    fn count(&self, time: Duration) {
        let micros = u64::try_from(time.as_micros()).expect("a short while");
        self.waited.fetch_add(micros, Ordering::Relaxed);
    }

    /// How long was waited since the last time.
    fn take(&self) -> Duration {
        Duration::from_micros(self.waited.swap(0, Ordering::Relaxed))
    }
}

impl Patience for CountedPatience {
    fn program(&self) -> &str {
        self.waiting.program()
    }

    fn limit(&self) -> Duration {
        self.waiting.limit()
    }

    fn pause(&self, time: Duration) -> bool {
        self.count(time);
        self.waiting.pause(time)
    }

    fn went_by(&self, time: Duration) -> bool {
        self.count(time);
        self.waiting.went_by(time)
    }

    fn hear(&self, holder: Option<&LockHolder>) {
        self.waiting.hear(holder);
    }
}

struct Machine {
    address: TeamAddress,
    patience: Arc<CountedPatience>,
    session: Session,
    is_board: bool,
}

impl Machine {
    fn new(network: &BadNetwork, login: &str, board: &str, dir: &Path, purpose: OpenedFor) -> Self {
        let address = TeamAddress::parse(&network.url(login, board), |_| None).expect("an address");
        let address = TeamAddress { copies: Some(dir.join(login)), ..address };
        let waiting = LockWaiting::new("test", LIMIT);
        let patience = Arc::new(CountedPatience { waiting, waited: AtomicU64::new(0) });
        let waits: Arc<dyn Patience> = patience.clone();
        let copy = address.copy_dir().expect("a copy");
        let opened = CopiedStore::open(address.clone(), &copy, &pipeline(), &waits, purpose);
        let Opened { store, board, .. } = opened.unwrap_or_else(|error| panic!("{login}: {error}"));
        let session = Session::new(Box::new(store), board, Arc::default());
        let is_board = purpose == OpenedFor::Board;
        if !is_board {
            // What a board's own reader waits for is counted, too, and holds nobody up.
            patience.take();
        }
        Self { address, patience, session, is_board }
    }

    /// Makes a change, asked for again until somebody says that it is kept. Answers its number.
    fn change(&mut self, login: &str, text: &str, now: Now) -> u64 {
        let command = Command::AddNote { account: AccountId::new("A-1"), text: text.into() };
        let by = Actor::Person(login.into());
        loop {
            if self.is_board {
                self.session.follow();
                std::thread::yield_now();
            }
            self.patience.take();
            let done = self.session.submit(&command, &by, now);
            let waited = self.patience.take();
            assert!(self.is_board || waited <= LIMIT + BEYOND, "{login} waited for {waited:?}: {done:?}");
            match done {
                Ok(Some(entry)) => return entry.seq,
                Err(SubmitError::Store(StoreError::Unanswered { .. } | StoreError::Access { .. })) => {}
                other => panic!("{login}: {other:?}"),
            }
        }
    }

    fn journal(&self) -> PathBuf {
        self.address.copy_dir().expect("a copy").join("journal.jsonl")
    }
}

fn text_of(entry: &Entry) -> Option<&str> {
    entry.events.iter().find_map(|event| match event {
        Event::Account { change: Change::NoteAdded { note }, .. } => Some(&*note.text),
        _ => None,
    })
}

/// Waits for long after the first try, while the network falls silent.
struct LatePatience {
    waiting: LockWaiting,
    network: BadNetwork,
    /// In milliseconds, between tries and for answers.
    paused: AtomicU64,
    waited: AtomicU64,
}

impl Patience for LatePatience {
    fn program(&self) -> &str {
        self.waiting.program()
    }

    fn limit(&self) -> Duration {
        self.waiting.limit()
    }

    fn pause(&self, _: Duration) -> bool {
        self.network.set(Some((NetworkFault::HalfOpen, 1)));
        self.paused.fetch_add(2_000, Ordering::Relaxed);
        self.waiting.pause(Duration::from_secs(2))
    }

    fn went_by(&self, time: Duration) -> bool {
        self.waited.fetch_add(u64::try_from(time.as_millis()).expect("a short while"), Ordering::Relaxed);
        true
    }

    fn hear(&self, _: Option<&LockHolder>) {}
}

/// However many tries there are, they have one bound.
#[test]
fn a_try_that_comes_late_has_what_is_left_of_the_bound() {
    let Some(cluster) = Cluster::start() else { return };
    cluster.board("b", &[("ann", Writer)]);
    let network = BadNetwork::before(&cluster, 1);
    network.set(Some((NetworkFault::Reset, 1)));
    let address = TeamAddress::parse(&network.url("ann", "b"), |_| None).expect("an address");
    let waiting = LockWaiting::new("test", Duration::from_secs(4));
    let (paused, waited) = (AtomicU64::new(0), AtomicU64::new(0));
    let patience = Arc::new(LatePatience { waiting, network, paused, waited });
    let said = TeamDatabase::new(address, patience.clone()).status().expect_err("it is silent").to_string();
    assert!(said.contains("the server did not answer within"), "{said}");
    let [paused, waited] = [&patience.paused, &patience.waited].map(|time| time.load(Ordering::Relaxed));
    assert!(paused == 2_000 && waited > 0 && waited <= 2_000, "paused {paused}, waited {waited}");
}

/// Slow is not silent: the bound is on the time in which nothing comes.
#[test]
fn a_slow_network_is_waited_for_as_long_as_something_comes() {
    let Some(cluster) = Cluster::start() else { return };
    cluster.board("b", &[("ann", Writer)]);
    let dir = tempfile::tempdir().expect("a directory");
    let network = BadNetwork::before(&cluster, 1);
    let mut ann = Machine::new(&network, "ann", "b", &dir.path().join("fast"), OpenedFor::Changing);
    let now = Now::utc("2024-12-20T09:00:00Z".parse().expect("a time"));
    let rows = (0..40_000).map(|number| AccountFacts::new(&format!("A-{number}"))).collect();
    let many = Command::Import { source: "import a.csv".into(), rows: Arc::new(rows), take_stages: false };
    let done = ann.session.submit(&many, &Actor::Person("ann".into()), now);
    assert!(matches!(done, Ok(Some(_))), "{done:?}");
    let size = fs::metadata(ann.journal()).expect("a copy").len();
    network.set(Some((NetworkFault::Delay(60), 1)));
    let slow = Machine::new(&network, "ann", "b", &dir.path().join("slow"), OpenedFor::Changing);
    let pieces = network.struck() as u64;
    assert!(pieces >= size / (16 << 10), "it came in {pieces} pieces");
    assert_eq!(fs::metadata(slow.journal()).expect("a copy").len(), size);
}

#[test]
fn a_bad_network_loses_nothing_doubles_nothing_and_holds_nobody_up() {
    let each = std::env::var("GANGPLANK_TEAM_NETWORK").ok().and_then(|said| said.parse().ok());
    let each: usize = each.unwrap_or(EACH);
    let Some(cluster) = Cluster::start() else { return };
    let people = ["ann", "ben", "cid"];
    let now = Now::utc("2024-12-20T09:00:00Z".parse().expect("a time"));
    for (number, fault) in [
        (NetworkFault::Delay(60), 1),
        (NetworkFault::Cut, 10),
        (NetworkFault::Reset, 10),
        (NetworkFault::HalfOpen, 20),
    ]
    .into_iter()
    .enumerate()
    {
        let board = format!("b{number}");
        cluster.board(&board, &people.map(|login| (login, Writer)));
        let dir = tempfile::tempdir().expect("a directory");
        let network = BadNetwork::before(&cluster, 4_711 + number as u64);
        let mut owner = Machine::new(&network, OWNER, &board, dir.path(), OpenedFor::Changing);
        let account = Command::Import {
            source: "import a.csv".into(),
            rows: Arc::new(vec![AccountFacts::new("A-1")]),
            take_stages: false,
        };
        owner.session.submit(&account, &Actor::Person(OWNER.into()), now).expect("it is good yet");
        // The last of them has the board open.
        let purposes = [OpenedFor::Changing, OpenedFor::Changing, OpenedFor::Board];
        let mut machines: Vec<Machine> = people
            .iter()
            .zip(purposes)
            .map(|(login, purpose)| {
                drop(Machine::new(&network, login, &board, dir.path(), OpenedFor::Changing));
                Machine::new(&network, login, &board, dir.path(), purpose)
            })
            .collect();
        network.set(Some(fault));
        let begin = Barrier::new(people.len());
        let confirmed: Vec<Vec<u64>> = std::thread::scope(|scope| {
            let working: Vec<_> = people
                .iter()
                .zip(&mut machines)
                .map(|(login, machine)| {
                    let begin = &begin;
                    scope.spawn(move || {
                        begin.wait();
                        (0..each)
                            .map(|number| machine.change(login, &format!("{login} {number}"), now))
                            .collect()
                    })
                })
                .collect();
            working.into_iter().map(|worker| worker.join().expect("it ends well")).collect()
        });
        network.set(None);
        let struck = network.struck();
        println!("{fault:?}: struck {struck} times");
        assert!(struck > 0, "{fault:?}");

        owner.session.catch_up().expect("it is good again");
        let seq = owner.session.board().seq();
        let all = owner.session.entries(seq, usize::try_from(seq).expect("few")).expect("it is good again");
        assert!(all.iter().zip(1..).all(|(entry, seq)| entry.seq == seq), "{fault:?}: there is a gap");
        for (login, confirmed) in people.iter().zip(&confirmed) {
            for (number, seq) in confirmed.iter().enumerate() {
                let text = format!("{login} {number}");
                let found: Vec<u64> = all
                    .iter()
                    .filter(|entry| text_of(entry) == Some(&*text))
                    .map(|entry| entry.seq)
                    .collect();
                assert_eq!(found, [*seq], "{fault:?}: {text}");
            }
        }
        assert_eq!(all.len(), 1 + people.len() * each, "{fault:?}");
        // Every board and every copy is what the server has.
        let whole = picture(owner.session.board());
        let pulled = dir.path().join("pulled");
        cluster.database(OWNER, &board).pull(&pulled, false, &mut |_, _| {}).expect("it can be written");
        let pulled = fs::read(pulled.join("journal.jsonl")).expect("it was written");
        for (login, mut machine) in people.iter().zip(machines) {
            if machine.is_board {
                follow_until(&mut machine.session, |session| {
                    session.trouble().is_none() && session.board().seq() == seq
                });
            } else {
                machine.session.catch_up().expect("it is good again");
            }
            assert_eq!(picture(machine.session.board()), whole, "{fault:?}: {login}");
            assert!(
                fs::read(machine.journal()).expect("a copy") == pulled,
                "{fault:?}: {login} has another copy"
            );
        }
    }
}
