//! Some who change one board of a team at the same time are killed anywhere while its server crashes again and again: what was
//! confirmed is there once, and every board is the same.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command as Process, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use gangplank::session::{Session, SubmitError};
use gangplank::state::command::AccountFacts;
use gangplank::state::{AccountId, Actor, Cause, Command, Now, Seq, StageId};
use gangplank::store::postgres::CopiedStore;
use gangplank::store::team::TeamRole::Writer;
use gangplank::store::{LockWaiting, Opened, OpenedFor, Patience, Store as _, StoreError, TeamAddress};

use crate::support::cluster::{Cluster, OWNER};
use crate::support::dice::Dice;
use crate::support::pooler::Pooler;
use crate::support::sample_entries::{picture, pipeline};

/// How many rounds there are, how many people, and how many commands each of them has in a round, unless
/// `GANGPLANK_TEAM_STORM` says so: `20x8x500`.
const STORM: [usize; 3] = [2, 3, 25];

const ACCOUNTS: usize = 12;

/// Tells a process of the test what to do.
const TOLD: &str = "GANGPLANK_TEAM_STORM_OF";

/// What one of them does: who it is, where its copy and its records are, and from which command to which.
struct Told {
    url: String,
    login: String,
    copies: PathBuf,
    records: PathBuf,
    from: usize,
    until: usize,
}

impl Told {
    fn words(&self) -> String {
        let Self { url, login, copies, records, from, until } = self;
        format!("{url}\n{login}\n{}\n{}\n{from}\n{until}", copies.display(), records.display())
    }

    fn read(words: &str) -> Option<Self> {
        let [url, login, copies, records, from, until] = words.lines().collect::<Vec<_>>()[..] else {
            return None;
        };
        let (from, until) = (from.parse().ok()?, until.parse().ok()?);
        Some(Self {
            url: url.into(),
            login: login.into(),
            copies: copies.into(),
            records: records.into(),
            from,
            until,
        })
    }

    fn open(&self) -> Opened<CopiedStore> {
        let address = TeamAddress::parse(&self.url, |_| None).expect("an address");
        let address = TeamAddress { copies: Some(self.copies.clone()), ..address };
        let patience: Arc<dyn Patience> = Arc::new(LockWaiting::new("test", Duration::from_secs(60)));
        let dir = address.copy_dir().expect("a copy");
        CopiedStore::open(address, &dir, &pipeline(), &patience, OpenedFor::Changing)
            .unwrap_or_else(|error| panic!("{}: {error}", self.login))
    }
}

/// One of them, in a process of its own; nothing where nobody told it what to do.
#[test]
fn one_of_the_storm() {
    let Some(told) = std::env::var(TOLD).ok().and_then(|words| Told::read(&words)) else { return };
    let mut records = OpenOptions::new().create(true).append(true).open(&told.records).expect("a file");
    let Opened { store, board, .. } = told.open();
    let mut session = Session::new(Box::new(store), board, Arc::default());
    let by = Actor::Person(told.login.as_str().into());
    let now = Now::utc("2024-12-20T09:00:00Z".parse().expect("a time"));
    for number in told.from..told.until {
        let command = command(&told.login, number);
        writeln!(records, "asked {number}").expect("it is written");
        let done = loop {
            match session.submit(&command, &by, now) {
                // What nobody knows is asked for again.
                Err(SubmitError::Store(StoreError::Unanswered { .. })) => {}
                done => break done,
            }
        };
        let said = match done {
            Ok(Some(entry)) => format!("kept {number} {}", entry.seq),
            Ok(None) | Err(SubmitError::Refused(_)) => format!("nothing {number}"),
            Err(SubmitError::Store(error)) => panic!("{}: {error}", told.login),
        };
        writeln!(records, "{said}").expect("it is written");
    }
}

/// What somebody does: half of it are notes that differ from each other.
fn command(login: &str, number: usize) -> Command {
    let mut dice = Dice(1 + number as u64 * 7919 + login.bytes().map(u64::from).sum::<u64>() * 104_729);
    for _ in 0..4 {
        dice.roll(2);
    }
    let account = AccountId::new(&format!("A-{}", dice.roll(ACCOUNTS)));
    match dice.roll(4) {
        0 => Command::Move {
            account,
            to: StageId::new(["1", "2", "3"][dice.roll(3)]),
            reason: Some("a storm".into()),
            force: true,
            cause: Cause::Hand,
        },
        1 => {
            Command::JoinSegment { account, segment: format!("{login} {number}").into(), cause: Cause::Hand }
        }
        _ => Command::AddNote { account, text: text(login, number).into() },
    }
}

fn login(number: usize) -> String {
    format!("person-{number}")
}

fn text(login: &str, number: usize) -> String {
    format!("{login} {number}.")
}

fn storm() -> [usize; 3] {
    let said = std::env::var("GANGPLANK_TEAM_STORM").unwrap_or_default();
    let numbers: Vec<usize> = said.split('x').filter_map(|number| number.parse().ok()).collect();
    numbers.try_into().unwrap_or(STORM)
}

fn start(told: &Told) -> Child {
    let mut process = Process::new(std::env::current_exe().expect("this test"));
    process.args(["--exact", "store::team_kills::one_of_the_storm", "--nocapture"]).env(TOLD, told.words());
    process.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it starts")
}

/// How many commands were asked for, of whom `records` tells.
fn asked(records: &Path) -> usize {
    let text = fs::read_to_string(records).unwrap_or_default();
    text.lines()
        .filter_map(|line| line.strip_prefix("asked ")?.parse::<usize>().ok())
        .max()
        .map_or(0, |last| last + 1)
}

#[test]
fn nothing_confirmed_is_lost_or_done_twice_in_a_storm() {
    let [rounds, people, each] = storm();
    let Some(cluster) = Cluster::start() else { return };
    rounds_of_the_storm(&cluster, None, 0..rounds, people, each);
}

/// The same where several people share a session of the server, and none keeps one.
#[test]
fn nothing_confirmed_is_lost_or_done_twice_in_a_storm_behind_a_pooler() {
    let [_, people, each] = storm();
    let Some(cluster) = Cluster::start() else { return };
    let logins: Vec<String> = (0..people).map(login).collect();
    let logins: Vec<&str> = logins.iter().map(String::as_str).chain([OWNER]).collect();
    let Some(pooler) = Pooler::start(&cluster, &logins) else { return };
    rounds_of_the_storm(&cluster, Some(&pooler), 100..101, people, each);
}

fn rounds_of_the_storm(
    cluster: &Cluster,
    pooler: Option<&Pooler>,
    rounds: std::ops::Range<usize>,
    people: usize,
    each: usize,
) {
    let version = cluster.sql(OWNER, "show server_version").expect("it says so");
    for round in rounds {
        let isolation = ["read committed", "serializable"][round % 2];
        cluster
            .sql(OWNER, &format!("alter database postgres set default_transaction_isolation = '{isolation}'"))
            .expect("the owner may");
        let figures = one_round(cluster, pooler, round, people, each);
        let way = if pooler.is_some() { ", behind a pooler" } else { "" };
        // Said as it goes: a whole storm takes an hour.
        println!("round {round}, PostgreSQL {version}, {isolation}{way}: {figures}");
    }
}

#[expect(clippy::too_many_lines, reason = "one story")]
fn one_round(cluster: &Cluster, pooler: Option<&Pooler>, round: usize, people: usize, each: usize) -> String {
    let board = format!("storm-{round}");
    let logins: Vec<String> = (0..people).map(login).collect();
    let url = |login: &str| {
        let url = cluster.url(login, &board);
        pooler.map_or_else(|| url.clone(), |pooler| pooler.by(&url, cluster))
    };
    let members: Vec<(&str, _)> = logins.iter().map(|login| (login.as_str(), Writer)).collect();
    cluster.board(&board, &members);
    let dir = tempfile::tempdir().expect("a directory");
    // Two on each machine.
    let told = |number: usize, login: &str, from| Told {
        url: url(login),
        login: login.to_owned(),
        copies: dir.path().join(format!("machine-{}", number / 2)),
        records: dir.path().join(format!("records-{login}")),
        from,
        until: each,
    };
    {
        let Opened { store, board, .. } = told(0, OWNER, 0).open();
        let rows: Vec<AccountFacts> =
            (0..ACCOUNTS).map(|number| AccountFacts::new(&format!("A-{number}"))).collect();
        let import = Command::Import { source: "import a.csv".into(), rows: rows.into(), take_stages: false };
        let now = Now::utc("2024-12-20T08:00:00Z".parse().expect("a time"));
        let mut session = Session::new(Box::new(store), board, Arc::default());
        session.submit(&import, &Actor::Person(OWNER.into()), now).expect("it works").expect("they are new");
    }
    let mut dice = Dice(4_711 + round as u64);
    let mut running: Vec<Option<Child>> =
        logins.iter().enumerate().map(|(number, login)| Some(start(&told(number, login, 0)))).collect();
    let (mut kills, mut crashes, began) = (0, 0, Instant::now());
    let (mut next_kill, mut next_crash) = (Duration::from_millis(300), Duration::from_millis(1_500));
    while running.iter().any(Option::is_some) {
        std::thread::park_timeout(Duration::from_millis(20));
        for (number, login) in logins.iter().enumerate() {
            let Some(mut child) = running[number].take() else { continue };
            match child.try_wait().expect("it is ours") {
                None => running[number] = Some(child),
                Some(status) if status.success() => {}
                Some(_) => {
                    let output = child.wait_with_output().expect("it is over");
                    panic!("{login}: {}", String::from_utf8_lossy(&output.stderr));
                }
            }
        }
        if began.elapsed() >= next_kill {
            let number = dice.roll(people);
            if let Some(mut child) = running[number].take() {
                child.kill().expect("it is ours");
                child.wait().expect("it is ours");
                kills += 1;
                let told = told(number, &logins[number], 0);
                let from = asked(&told.records);
                running[number] = (from < each).then(|| start(&Told { from, ..told }));
            }
            next_kill = began.elapsed() + Duration::from_millis(200 + dice.roll(600) as u64);
        }
        if began.elapsed() >= next_crash {
            cluster.crash();
            crashes += 1;
            next_crash = began.elapsed() + Duration::from_millis(2_000 + dice.roll(3_000) as u64);
        }
    }

    // What the server has is what was confirmed, and at most what was asked by somebody who was killed.
    let all = told(0, OWNER, 0).open().store.read_after(0).expect("the owner reads");
    assert!(all.iter().zip(1..).all(|(entry, seq)| entry.seq == seq), "there is a gap");
    let (mut confirmed, mut unknown, mut nothing) = (BTreeMap::<Seq, String>::new(), 0, 0);
    for login in &logins {
        let records = fs::read_to_string(told(0, login, 0).records).expect("it wrote some");
        let mut open = BTreeSet::new();
        for line in records.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            let number: usize = words[1].parse().expect("a number");
            match words[0] {
                "asked" => {
                    open.insert(number);
                }
                "kept" => {
                    open.remove(&number);
                    let seq: Seq = words[2].parse().expect("a number");
                    assert!(confirmed.insert(seq, login.clone()).is_none(), "#{seq} is of two");
                    let entry = &all[usize::try_from(seq - 1).expect("few")];
                    assert_eq!(entry.by, Actor::Person(login.as_str().into()), "#{seq}");
                    if let Command::AddNote { text, .. } = command(login, number) {
                        assert!(format!("{:?}", entry.events).contains(&*text), "#{seq}: {text}");
                    }
                }
                _ => {
                    open.remove(&number);
                    nothing += 1;
                }
            }
        }
        unknown += open.len();
    }
    let of_killed = all.len() - 1 - confirmed.len();
    assert!(of_killed <= unknown, "{of_killed} entries of {unknown} that nobody heard of");
    for login in &logins {
        for number in 0..each {
            let Command::AddNote { text, .. } = command(login, number) else { continue };
            let found = all.iter().filter(|entry| {
                entry.by == Actor::Person(login.as_str().into())
                    && format!("{:?}", entry.events).contains(&*text)
            });
            assert!(found.count() <= 1, "{text} was done twice");
        }
    }
    // Every copy is the board.
    let pulled = dir.path().join("pulled");
    cluster.database(OWNER, &board).pull(&pulled, false, &mut |_, _| {}).expect("it can be written");
    let pulled = fs::read(pulled.join("journal.jsonl")).expect("it was written");
    let boards = logins.iter().enumerate().map(|(number, login)| {
        let told = told(number, login, 0);
        let opened = told.open();
        let address = TeamAddress::parse(&told.url, |_| None).expect("an address");
        let copy = TeamAddress { copies: Some(told.copies), ..address }.copy_dir().expect("a copy");
        assert!(fs::read(copy.join("journal.jsonl")).expect("a copy") == pulled, "{login} has another copy");
        assert!(!copy.join("aside").exists(), "a copy of {login} was damaged");
        picture(&opened.board)
    });
    let boards: Vec<_> = boards.collect();
    assert!(boards.windows(2).all(|pair| pair[0] == pair[1]));
    format!(
        "{} entries, {} confirmed, {of_killed} of {unknown} unheard kept, {nothing} changed nothing, {kills} kills, {crashes} crashes, {} s",
        all.len(),
        confirmed.len(),
        began.elapsed().as_secs()
    )
}
