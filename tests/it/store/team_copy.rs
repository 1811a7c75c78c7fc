//! The copy of a team's board: it opens without the server, and is never anything but what the server has.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use gangplank::store::postgres::CopiedStore;
use gangplank::store::team::TeamRole::Writer;
use gangplank::store::{
    Appended, LockWaiting, Opened, OpenedFor, Patience, Store, StoreAddress, StoreError, TeamAddress,
};

use super::team::SignedByEach;
use crate::support::cluster::{Cluster, OWNER};
use crate::support::sample_entries::{fold, note, notes, picture, pipeline, story};

/// Where the board is, and its copy below `dir`.
fn address(cluster: &Cluster, login: &str, board: &str, dir: &Path) -> TeamAddress {
    TeamAddress { copies: Some(dir.to_owned()), ..cluster.address(login, board) }
}

fn open(address: &TeamAddress, purpose: OpenedFor) -> Result<Opened<CopiedStore>, StoreError> {
    let patience: Arc<dyn Patience> = Arc::new(LockWaiting::new("test", Duration::ZERO));
    CopiedStore::open(address.clone(), &address.copy_dir().expect("a copy"), &pipeline(), &patience, purpose)
}

fn opened(address: &TeamAddress, purpose: OpenedFor) -> Opened<CopiedStore> {
    open(address, purpose).unwrap_or_else(|error| panic!("{address}: {error}"))
}

fn journal(address: &TeamAddress) -> PathBuf {
    address.copy_dir().expect("a copy").join("journal.jsonl")
}

/// Two handles of one new board, which share a copy, too.
pub(super) fn open_twice(dir: &Path) -> Option<[Box<dyn Store>; 2]> {
    let cluster = Arc::new(Cluster::start()?);
    cluster.board("contract", &[]);
    let one = || -> Box<dyn Store> {
        let (cluster, dir) = (cluster.clone(), dir.to_owned());
        let open = {
            let cluster = cluster.clone();
            move |login: &str| -> Box<dyn Store> {
                Box::new(opened(&address(&cluster, login, "contract", &dir), OpenedFor::Changing).store)
            }
        };
        Box::new(SignedByEach::new(cluster, "contract", open))
    };
    Some([one(), one()])
}

/// A board with the first `count` notes by its owner.
fn board_of(cluster: &Cluster, board: &str, count: usize) {
    cluster.board(board, &[("ann", Writer)]);
    let dir = tempfile::tempdir().expect("a directory");
    let mut store = opened(&address(cluster, OWNER, board, dir.path()), OpenedFor::Changing).store;
    for mut entry in notes(count) {
        entry.by = gangplank::state::Actor::Person(OWNER.into());
        assert_eq!(store.append(&entry).expect("the owner may"), Appended::Yes);
    }
}

#[test]
fn a_board_opens_without_its_server_and_goes_on_when_it_is_back() {
    let Some(cluster) = Cluster::start() else { return };
    board_of(&cluster, "b", 3);
    let dir = tempfile::tempdir().expect("a directory");
    let ann = address(&cluster, "ann", "b", dir.path());
    let Opened { mut store, board, notices, .. } = opened(&ann, OpenedFor::Reading);
    assert_eq!((board.seq(), notices.as_slice()), (3, &[][..]));
    assert_eq!(store.append(&note(4, "ann", "four")).expect("she may"), Appended::Yes);
    let whole = picture(&opened(&ann, OpenedFor::Reading).board);

    cluster.stop();
    // Moments are said as everywhere: in the time zone of the team, here of one without summer time.
    let said_in = |zone| {
        let said = opened(&TeamAddress { zone, ..ann.clone() }, OpenedFor::Reading).notices.remove(0);
        let (_, rest) = said.split_once("was last reached at ").expect("it is said");
        chrono::NaiveDateTime::parse_from_str(&rest[..16], "%Y-%m-%d %H:%M").expect("a moment")
    };
    let (utc, kolkata) = (said_in(chrono_tz::UTC), said_in(chrono_tz::Asia::Kolkata));
    assert_eq!((kolkata - utc).num_minutes(), 330);
    let away = opened(&ann, OpenedFor::Reading);
    assert_eq!(picture(&away.board), whole);
    let [said] = &away.notices[..] else { panic!("{:?}", away.notices) };
    for part in
        ["was last reached at 20", "no server listens", "nothing can be changed until the server is back"]
    {
        assert!(said.contains(part), "{said}");
    }
    let mut store = away.store;
    assert_eq!(store.latest(4, 2).expect("the copy has them").len(), 2);
    let to_change = opened(&ann, OpenedFor::Changing);
    assert!(to_change.notices.is_empty(), "it is said once");
    let why = to_change.store.writable().expect_err("nothing can be changed").to_string();
    assert!(why.contains("no server listens") && why.contains("nothing was changed"), "{why}");
    let why = store.append(&note(5, "ann", "no")).expect_err("nobody is there").to_string();
    assert!(why.contains("no server listens"), "{why}");
    // Whoever was never here needs the server once.
    let ben = address(&cluster, OWNER, "b", dir.path());
    assert!(open(&ben, OpenedFor::Reading).is_err(), "nobody knows whether they may read it");

    // A board that is open all the while.
    let Opened { store, board, .. } = opened(&ann, OpenedFor::Board);
    let mut session = gangplank::session::Session::new(Box::new(store), board, Arc::default());
    follow_until(&mut session, |session| session.trouble().is_some());
    assert_eq!(picture(session.board()), whole);
    cluster.begin();
    let mut other = opened(&address(&cluster, OWNER, "b", &dir.path().join("other")), OpenedFor::Changing);
    assert_eq!(other.store.append(&note(5, OWNER, "five")).expect("it is back"), Appended::Yes);
    follow_until(&mut session, |session| session.trouble().is_none() && session.board().seq() == 5);
    assert_eq!(
        fs::read(journal(&ann)).expect("a copy"),
        fs::read(journal(&other_address(&cluster, &dir))).expect("a copy")
    );
}

fn other_address(cluster: &Cluster, dir: &tempfile::TempDir) -> TeamAddress {
    address(cluster, OWNER, "b", &dir.path().join("other"))
}

/// Has it look again and again until that is so, or too often.
pub(super) fn follow_until(
    session: &mut gangplank::session::Session,
    is_so: impl Fn(&gangplank::session::Session) -> bool,
) {
    for _ in 0..3_000 {
        session.follow();
        if is_so(session) {
            return;
        }
        std::thread::yield_now();
        std::thread::park_timeout(Duration::from_millis(10));
    }
    panic!("it never was so: {:?}", session.trouble());
}

/// A copy is a cache: whatever becomes of it, what is shown is what the server has.
#[test]
fn a_copy_that_is_damaged_or_of_another_board_is_pulled_anew() {
    let Some(cluster) = Cluster::start() else { return };
    board_of(&cluster, "b", 6);
    let dir = tempfile::tempdir().expect("a directory");
    let ann = address(&cluster, "ann", "b", dir.path());
    let whole = opened(&ann, OpenedFor::Reading).board;
    let bytes = fs::read(journal(&ann)).expect("a copy");
    let aside = ann.copy_dir().expect("a copy").join("aside/journal.jsonl");
    let mut flipped = bytes.clone();
    flipped[bytes.len() / 2] ^= 1;
    let garbage = b"this is no journal\n".to_vec();
    for damaged in [&flipped, &garbage] {
        fs::write(journal(&ann), damaged).expect("it can be written");
        let found = opened(&ann, OpenedFor::Reading);
        assert_eq!(picture(&found.board), picture(&whole));
        assert!(found.notices[0].contains("was damaged: it was moved to"), "{:?}", found.notices);
        assert_eq!(&fs::read(&aside).expect("it is kept"), damaged);
        assert_eq!(fs::read(journal(&ann)).expect("a new copy"), bytes);
    }
    // Damaged behind the back of an open board: what was is read from the server.
    let Opened { mut store, .. } = opened(&ann, OpenedFor::Reading);
    fs::write(journal(&ann), &flipped).expect("it can be written");
    assert_eq!(store.latest(6, 6).expect("the server has them").len(), 6);
    assert_eq!(store.append(&note(7, "ann", "seven")).expect("she may"), Appended::Yes);
    assert_eq!(opened(&ann, OpenedFor::Reading).board.seq(), 7);
    // A torn end is no word worth, and a copy that fell behind is brought forward.
    fs::write(journal(&ann), &bytes[..bytes.len() - 3]).expect("it can be written");
    let found = opened(&ann, OpenedFor::Reading);
    assert_eq!((found.board.seq(), found.notices.len()), (7, 0));

    // The database was put back, and went on otherwise.
    cluster
        .sql(OWNER, "delete from gangplank.entry where seq > 5; update gangplank.board set seq = 5")
        .expect("the owner may");
    let mut other =
        opened(&address(&cluster, OWNER, "b", &dir.path().join("other")), OpenedFor::Changing).store;
    let mut session = {
        let Opened { store, board, .. } = opened(&ann, OpenedFor::Board);
        gangplank::session::Session::new(Box::new(store), board, Arc::default())
    };
    for seq in 6..9 {
        assert_eq!(other.append(&note(seq, OWNER, "otherwise")).expect("the owner may"), Appended::Yes);
    }
    follow_until(&mut session, |session| session.board().seq() == 8);
    let last = session.entries(8, 3).expect("it is read anew");
    assert!(last.iter().zip(6..).all(|(entry, seq)| entry.events == note(seq, OWNER, "otherwise").events));
    fs::write(journal(&ann), &bytes).expect("it can be written");
    cluster
        .sql(OWNER, "delete from gangplank.entry where seq > 4; update gangplank.board set seq = 4")
        .expect("the owner may");
    let found = opened(&ann, OpenedFor::Changing);
    assert_eq!(found.board.seq(), 4);
    assert!(found.notices[0].contains("another board than the copy"), "{:?}", found.notices);
}

#[test]
fn a_machine_that_can_keep_no_copy_works_without() {
    let Some(cluster) = Cluster::start() else { return };
    board_of(&cluster, "b", 3);
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("file");
    fs::write(&file, "").expect("it can be written");
    let Opened { mut store, board, notices, .. } =
        opened(&address(&cluster, "ann", "b", &file), OpenedFor::Changing);
    assert_eq!(board.seq(), 3);
    assert!(notices[0].contains("No copy of the board can be kept on this machine"), "{notices:?}");
    assert_eq!(store.append(&note(4, "ann", "four")).expect("she may"), Appended::Yes);
    assert_eq!(store.latest(4, 2).expect("the server has them").len(), 2);
}

/// Those who share a copy find in it what any of them has read.
#[test]
fn several_share_a_copy() {
    let Some(cluster) = Cluster::start() else { return };
    cluster.board("b", &[("ann", Writer)]);
    let dir = tempfile::tempdir().expect("a directory");
    let (ann, owner) = (address(&cluster, "ann", "b", dir.path()), address(&cluster, OWNER, "b", dir.path()));
    assert_eq!(ann.copy_dir(), owner.copy_dir());
    let mut stores = [opened(&ann, OpenedFor::Changing).store, opened(&owner, OpenedFor::Changing).store];
    let mut known = [0, 0];
    for turn in 0..30 {
        let who = usize::from(turn * 7 % 5 < 2);
        let name = ["ann", OWNER][who];
        while stores[who].append(&note(known[who] + 1, name, &format!("turn {turn}"))).expect("they may")
            == Appended::Behind
        {
            known[who] += stores[who].read_after(known[who]).expect("they may").len() as u64;
        }
        known[who] += 1;
    }
    let pulled = dir.path().join("pulled");
    let count = cluster.database(OWNER, "b").pull(&pulled, false, &mut |_, _| {}).expect("it can be written");
    assert_eq!(count, 30);
    assert_eq!(
        fs::read(journal(&ann)).expect("a copy"),
        fs::read(pulled.join("journal.jsonl")).expect("the same")
    );
    // Names are completed from it, and it is remembered there what was looked at.
    let _ = StoreAddress::Team(Box::new(ann)).names().expect("it is a journal like any other");
}

/// What a board is opened from does not matter to what is on it.
#[test]
fn a_copy_folds_to_the_same_board() {
    let Some(cluster) = Cluster::start() else { return };
    cluster.board("b", &[]);
    let dir = tempfile::tempdir().expect("a directory");
    let local = dir.path().join("local");
    let mut file = gangplank::store::FileStore::open(&local, pipeline()).expect("a new store").store;
    for entry in story() {
        assert_eq!(file.append(&entry).expect("it is written"), Appended::Yes);
    }
    cluster.database(OWNER, "b").push(&local, false, &mut |_, _| {}).expect("the owner may");
    let owner = address(&cluster, OWNER, "b", dir.path());
    for _ in 0..2 {
        assert_eq!(picture(&opened(&owner, OpenedFor::Reading).board), picture(&fold(&story())));
    }
    assert_eq!(
        fs::read(journal(&owner)).expect("a copy"),
        fs::read(local.join("journal.jsonl")).expect("it")
    );
}
