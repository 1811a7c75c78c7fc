//! What the database of a team holds by itself: at the simple level, and with the tables of an older version.

use std::path::Path;
use std::sync::Arc;

use gangplank::store::postgres::{PostgresStore, TABLES, TeamDatabase};
use gangplank::store::team::TeamLevel::{Guarded, Simple};
use gangplank::store::team::TeamRole::{Owner, Reader, Writer};
use gangplank::store::{Appended, FileStore, LockWaiting, Store};

use super::team::SignedByEach;
use crate::support::cluster::{Cluster, OWNER};
use crate::support::sample_entries::{note, pipeline, story};

fn open(cluster: &Cluster, login: &str, board: &str) -> PostgresStore {
    let opened =
        PostgresStore::open(cluster.address(login, board), pipeline(), Arc::new(LockWaiting::default()));
    opened.unwrap_or_else(|error| panic!("{login}: {error}")).store
}

/// Two handles of one new board at the simple level.
pub(super) fn open_twice(_: &Path) -> Option<[Box<dyn Store>; 2]> {
    let cluster = Arc::new(Cluster::start()?);
    cluster.board_at(Simple, "contract", &[]);
    let one = || -> Box<dyn Store> {
        let of = cluster.clone();
        let open = move |login: &str| -> Box<dyn Store> { Box::new(open(&of, login, "contract")) };
        Box::new(SignedByEach::new(cluster.clone(), "contract", open))
    };
    Some([one(), one()])
}

/// Without functions, the grants of each login say what it may do: nobody changes what is there.
#[test]
fn grants_hold_the_roles_of_the_simple_level() {
    let Some(cluster) = Cluster::start() else { return };
    cluster.board_at(Simple, "b", &[("wri", Writer), ("rea", Reader), ("own", Owner), ("was", Writer)]);
    cluster.login("eve");
    let mut database = cluster.database(OWNER, "b");
    assert!(database.remove_member("was").expect("the owner may"));
    assert!(!database.remove_member("was").expect("the owner may"));
    cluster.add("b", "rea", Writer).expect("the owner may");
    cluster.add("b", "rea", Reader).expect("the owner may");
    let mut wri = open(&cluster, "wri", "b");
    assert_eq!(wri.append(&note(1, "wri", "one")).expect("a writer may"), Appended::Yes);
    let insert = "insert into gangplank.entry (board, seq, line, crc, token) values ('b', 2, 'x', 0, 't'); delete from gangplank.entry";
    let statements: &[(&str, [&str; 5])] = &[
        ("select count(*) from gangplank.entry", ["denied", "1", "1", "1", "denied"]),
        ("select count(*) from gangplank.member", ["denied", "4", "4", "4", "denied"]),
        (insert, ["denied"; 5]),
        ("update gangplank.entry set line = 'x'", ["denied"; 5]),
        ("truncate gangplank.entry", ["denied"; 5]),
        ("update gangplank.board set seq = seq", ["denied", "denied", "", "", "denied"]),
        ("update gangplank.member set role = role", ["denied"; 5]),
        ("delete from gangplank.board", ["denied"; 5]),
        ("update gangplank.installation set format = 1", ["denied"; 5]),
        (
            "drop table gangplank.entry",
            ["denied", "must be owner", "must be owner", "must be owner", "denied"],
        ),
    ];
    let mut wrong = Vec::new();
    for (sql, answers) in statements {
        for (login, wanted) in ["eve", "rea", "wri", "own", "was"].into_iter().zip(answers) {
            let (Ok(found) | Err(found)) = cluster.sql(login, sql);
            let is_it = if wanted.len() > 1 { found.contains(wanted) } else { found == *wanted };
            if !is_it {
                wrong.push(format!("{login}: {sql}: wanted {wanted}, found {found}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // What is said is as clear as elsewhere.
    let said = |done: Result<Appended, gangplank::store::StoreError>| done.expect_err("no").to_string();
    let forged = said(wri.append(&note(2, "own", "no")));
    assert!(forged.contains("wri signs as wri there"), "{forged}");
    let no = said(open(&cluster, "rea", "b").append(&note(2, "rea", "no")));
    assert!(no.contains("rea is a reader of the board"), "{no}");
    let ours = cluster.database("own", "b").remove_member("rea").expect_err("not theirs").to_string();
    assert!(ours.contains("own does not own the tables"), "{ours}");
    assert!(database.remove_member("own").expect("another one is left"));
    let last = database.remove_member(OWNER).expect_err("nobody would be left").to_string();
    assert!(last.contains("would have no owner left"), "{last}");
    let other = cluster.database(OWNER, "second").init(OWNER, Simple).expect_err("one board").to_string();
    assert!(other.contains("the database has a board at the simple level"), "{other}");
    let evil = "'; drop table gangplank.entry; --\"";
    cluster.add("b", evil, Reader).expect("it is a name");
    assert_eq!(open(&cluster, evil, "b").read_after(0).expect("a reader reads").len(), 1);
}

#[test]
fn a_journal_goes_to_the_simple_level_and_back() {
    let Some(cluster) = Cluster::start() else { return };
    let dir = tempfile::tempdir().expect("a directory");
    let (ours, pulled) = (dir.path().join("ours"), dir.path().join("pulled"));
    let mut local = FileStore::open(&ours, pipeline()).expect("a new store").store;
    for entry in story() {
        assert_eq!(local.append(&entry).expect("it is written"), Appended::Yes);
    }
    cluster.board_at(Simple, "b", &[]);
    let mut database = cluster.database(OWNER, "b");
    database.push(&ours, false, &mut |_, _| {}).expect("it may");
    let seq = database.pull(&pulled, false, &mut |_, _| {}).expect("it can be written");
    let bytes = |dir: &Path| std::fs::read(dir.join("journal.jsonl")).expect("it is there");
    assert_eq!((seq, bytes(&pulled)), (story().len() as u64, bytes(&ours)));
    assert_eq!(
        open(&cluster, OWNER, "b").append(&note(seq + 1, OWNER, "there")).expect("it may"),
        Appended::Yes
    );
    assert_eq!(local.append(&note(seq + 1, OWNER, "there")).expect("it is written"), Appended::Yes);
    assert_eq!(local.append(&note(seq + 2, OWNER, "here")).expect("it is written"), Appended::Yes);
    let told = database.push(&ours, false, &mut |_, _| {}).expect_err("it has changes").to_string();
    assert!(told.contains("has changes already"), "{told}");
}

/// The tables of the first version work as they are, and are brought up to date by their owner.
#[test]
fn tables_of_an_older_version_are_brought_up_to_date() {
    let Some(cluster) = Cluster::start() else { return };
    cluster.board_at(Guarded, "b", &[("ann", Writer)]);
    // As the first version made it, which checked less.
    let first = include_str!("../data/golden/team-tables-1.sql");
    cluster.sql(OWNER, first).expect("it is SQL");
    let torn = "select gangplank.append('b', 1, '{\"seq\":2,\"at\":\"x\",\"by\":\"ann\",', 0, 't')";
    let mut ann = open(&cluster, "ann", "b");
    assert_eq!(ann.append(&note(1, "ann", "one")).expect("she may"), Appended::Yes);
    assert_eq!(cluster.sql("ann", &format!("begin; {torn}; rollback")).expect("it was not looked at"), "2");
    let mut database = cluster.database(OWNER, "b");
    assert_eq!(database.status().expect("it is there").tables, 1);
    let told = cluster.database("ann", "b").upgrade().expect_err("not hers").to_string();
    assert!(told.contains("ann may not do that"), "{told}");
    assert_eq!(database.upgrade().expect("the owner may"), Some(1));
    assert_eq!(database.upgrade().expect("the owner may"), None);
    assert_eq!(i64::from(database.status().expect("it is there").tables), i64::from(TABLES));
    let said = cluster.sql("ann", torn).expect_err("it is looked at");
    assert!(said.contains("invalid input syntax for type json"), "{said}");
    assert_eq!(ann.append(&note(2, "ann", "two")).expect("she may"), Appended::Yes);
    // What an administrator is shown does the same.
    cluster.sql(OWNER, first).expect("it is SQL");
    cluster.sql(OWNER, &TeamDatabase::upgrade_sql()).expect("it is SQL");
    assert_eq!(i64::from(database.status().expect("it is there").tables), i64::from(TABLES));
    assert!(cluster.sql("ann", torn).is_err());
}
