//! The store of a team, against a real server: what it refuses and in which words, what a broken connection costs, and who
//! may do what.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use gangplank::session::Session;
use gangplank::state::{AccountId, Actor, Command, Entry, Now};
use gangplank::store::postgres::{PostgresStore, TeamDatabase};
use gangplank::store::team::TeamRole::{self, Owner, Reader, Writer};
use gangplank::store::{Appended, FileStore, LockWaiting, Opened, Store, StoreError, TeamAddress};

use crate::support::cluster::{Cluster, OWNER};
use crate::support::cut_wire::{Cut, CutWire};
use crate::support::sample_entries::{note, notes, pipeline, story};

fn open_at(url: &str, patience: Duration) -> Result<Opened<PostgresStore>, StoreError> {
    let address = TeamAddress::parse(url, |_| None).expect("an address");
    PostgresStore::open(address, pipeline(), Arc::new(LockWaiting::new("test", patience)))
}

fn open(cluster: &Cluster, login: &str, board: &str) -> PostgresStore {
    let opened = open_at(&cluster.url(login, board), Duration::from_secs(30));
    opened.unwrap_or_else(|error| panic!("{login}: {error}")).store
}

/// Two handles of one new board. Whoever signs an entry, it is their login that appends it.
pub(crate) fn open_twice() -> Option<[Box<dyn Store>; 2]> {
    let cluster = Arc::new(Cluster::start()?);
    cluster.board("contract", &[]);
    let one = || -> Box<dyn Store> {
        let cluster = cluster.clone();
        Box::new(SignedByEach::new(cluster.clone(), "contract", move |login| {
            Box::new(open(&cluster, login, "contract"))
        }))
    };
    Some([one(), one()])
}

/// Opens the store for a login.
type OpenAs = dyn Fn(&str) -> Box<dyn Store> + Send;

/// A store to which each entry is appended by the login that signs it.
pub(crate) struct SignedByEach {
    board: String,
    reading: Box<dyn Store>,
    writing: Vec<(String, Box<dyn Store>)>,
    open: Box<OpenAs>,
    cluster: Arc<Cluster>,
}

impl SignedByEach {
    pub(crate) fn new(
        cluster: Arc<Cluster>,
        board: &str,
        open: impl Fn(&str) -> Box<dyn Store> + Send + 'static,
    ) -> Self {
        Self {
            board: board.to_owned(),
            reading: open(OWNER),
            writing: Vec::new(),
            open: Box::new(open),
            cluster,
        }
    }
}

impl Store for SignedByEach {
    fn read_after(&mut self, seq: u64) -> Result<Vec<Arc<Entry>>, StoreError> {
        self.reading.read_after(seq)
    }

    fn append(&mut self, entry: &Entry) -> Result<Appended, StoreError> {
        let Actor::Person(name) = &entry.by else { return self.reading.append(entry) };
        if !self.writing.iter().any(|(login, _)| **login == **name) {
            self.cluster.add(&self.board, name, Writer)?;
            self.writing.push((name.to_string(), (self.open)(name)));
        }
        let (_, store) =
            self.writing.iter_mut().find(|(login, _)| **login == **name).expect("it is there now");
        store.append(entry)
    }

    fn latest(&mut self, last: u64, count: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        self.reading.latest(last, count)
    }

    fn latest_about(
        &mut self,
        last: u64,
        count: usize,
        ids: &BTreeSet<AccountId>,
    ) -> Result<Vec<Arc<Entry>>, StoreError> {
        self.reading.latest_about(last, count, ids)
    }

    fn latest_wanted(
        &mut self,
        last: u64,
        count: usize,
        wanted: &mut dyn FnMut(&Entry) -> bool,
    ) -> Result<Vec<Arc<Entry>>, StoreError> {
        self.reading.latest_wanted(last, count, wanted)
    }

    fn for_each(
        &mut self,
        last: u64,
        take: &mut dyn FnMut(Arc<Entry>) -> std::ops::ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.reading.for_each(last, take)
    }
}

/// Each failure says what is wrong and what to do, and nothing of a password.
#[test]
#[expect(clippy::too_many_lines, reason = "a list of all there is")]
fn every_failure_is_one_clear_sentence() {
    let Some(cluster) = Cluster::start() else { return };
    let moment = Duration::ZERO;
    let said = |url: &str| open_at(url, moment).err().map_or_else(String::new, |error| error.to_string());
    let check = |url: &str, parts: &[&str]| {
        let said = said(url);
        for part in parts {
            assert!(said.contains(part), "{url}: {said}");
        }
    };
    let url = |login: &str| cluster.url(login, "b");
    check(&url(OWNER), &["no team board in this database yet", "gangplank team init"]);
    cluster.board("b", &[("ann", Writer), ("rea", Reader)]);
    cluster.login("eve");
    check(
        &url("eve"),
        &["eve is no member of a board `b` there", "gangplank team member add eve --role writer"],
    );
    check(&url("nobody-known"), &["does not let nobody-known in", "pg_hba.conf"]);
    check(&cluster.url(OWNER, "other"), &["owner is no member of a board `other`"]);
    check(
        &url(OWNER).replace("/postgres?", "/elsewhere?"),
        &["no database `elsewhere`", "createdb elsewhere"],
    );
    check(
        &url(OWNER).replace("5599", "5600"),
        &["no server listens at", ".s.PGSQL.5600", "check the address"],
    );
    check("postgres://ann@127.0.0.1:1/b", &["no server listens at 127.0.0.1:1"]);
    check(
        "postgres://ann@no-such-host.invalid/b",
        &["no-such-host.invalid:5432 cannot be reached", "network"],
    );

    let mut ann = open(&cluster, "ann", "b");
    assert_eq!(ann.append(&note(1, "ann", "one")).expect("she may"), Appended::Yes);
    let refused = |store: &mut PostgresStore, entry: &Entry| store.append(entry).expect_err("no").to_string();
    let forged = refused(&mut ann, &note(2, "ben", "forged"));
    assert!(forged.contains("ann signs as ann there, and this change is signed by ben"), "{forged}");
    let opened = open_at(&url("rea"), moment).expect("a reader reads");
    let why = opened.refused.expect("it is said at once");
    assert!(
        why.contains("You only read this board") && why.contains("rea is a reader of the board `b`"),
        "{why}"
    );
    let mut rea = opened.store;
    assert!(rea.writable().is_err());
    assert!(refused(&mut rea, &note(2, "rea", "no")).contains("rea is a reader"));

    // The causes are made by the owner; what the server says then is its own.
    let owner = |sql: &str| cluster.sql(OWNER, sql).expect("the owner may");
    owner(
        "create function pg_temp_full() returns trigger language plpgsql as $$ begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$; create trigger full_disk before insert on gangplank.entry execute function pg_temp_full()",
    );
    let full = ann.append(&note(2, "ann", "no room")).expect_err("no");
    assert!(matches!(full, StoreError::Full { .. }), "{full}");
    assert!(full.to_string().contains("No space left on device"), "{full}");
    owner("drop trigger full_disk on gangplank.entry");
    owner("alter database postgres set default_transaction_read_only = on");
    let mut late = open(&cluster, "ann", "b");
    let why = refused(&mut late, &note(2, "ann", "no"));
    assert!(why.contains("the database can only be read") && why.contains("nothing was changed"), "{why}");
    owner("set transaction read write; alter database postgres reset default_transaction_read_only");
    let version = |url: &str| match open_at(url, moment).map(|_| ()) {
        Err(StoreError::Version { found, known, .. }) => (found, known),
        other => panic!("{other:?}"),
    };
    owner("update gangplank.installation set format = 3");
    assert_eq!(version(&url("ann")), (3, 2));
    owner("update gangplank.installation set format = 2; update gangplank.board set format = 99");
    assert_eq!(version(&url("ann")).0, 99);
    owner("update gangplank.board set format = 2");
    // What somebody changed by hand is noticed, and what is missing.
    assert_eq!(ann.append(&note(2, "ann", "two")).expect("it works again"), Appended::Yes);
    for (break_it, mend, place) in [
        (
            "update gangplank.entry set line = replace(line, 'one', 'eno') where seq = 1",
            "update gangplank.entry set line = replace(line, 'eno', 'one') where seq = 1",
            "entry 1",
        ),
        (
            "update gangplank.entry set seq = 7 where seq = 2",
            "update gangplank.entry set seq = 2 where seq = 7",
            "entry 2",
        ),
        ("update gangplank.board set seq = 3", "update gangplank.board set seq = 2", "entry 3"),
    ] {
        owner(break_it);
        match open_at(&url("ann"), moment).map(|_| ()).and_then(|()| ann.read_after(2).map(drop)) {
            Err(StoreError::Damaged { place: found, .. }) => assert_eq!(found, place, "{break_it}"),
            other => panic!("{break_it}: {other:?}"),
        }
        owner(mend);
    }
    // An older state of the database, put back under an open board.
    owner("delete from gangplank.entry where seq = 2; update gangplank.board set seq = 1");
    assert!(matches!(ann.read_after(2), Err(StoreError::Replaced { .. })));
    assert_eq!(ann.append(&note(3, "ann", "three")).expect("no failure"), Appended::Behind);
    // A member no longer.
    cluster.database(OWNER, "b").remove_member("ann").expect("the owner may");
    assert!(ann.read_after(1).expect_err("no").to_string().contains("no member"));
    assert!(refused(&mut ann, &note(2, "ann", "no")).contains("no member"));
    cluster.stop();
    let away = rea.read_after(1).expect_err("nobody is there");
    assert!(
        away.to_string().contains("no server listens") || away.to_string().contains("the connection broke"),
        "{away}"
    );
}

#[test]
fn a_password_is_asked_for_and_shown_nowhere() {
    let Some(cluster) = Cluster::start() else { return };
    cluster.board("b", &[("ann", Writer)]);
    cluster.sql(OWNER, "alter role ann password 'sesame'").expect("the owner may");
    let hba = cluster.data().join("pg_hba.conf");
    std::fs::write(&hba, "local all owner trust\nlocal all all scram-sha-256\n").expect("it can be written");
    cluster.sql(OWNER, "select pg_reload_conf()").expect("the owner may");
    let with = |command: &[&str]| {
        let mut address = cluster.address("ann", "b");
        address.password_command = Some(command.iter().map(|word| (*word).to_owned()).collect());
        let patience = Arc::new(LockWaiting::new("test", Duration::ZERO));
        PostgresStore::open(address, pipeline(), patience)
            .map_or_else(|error| error.to_string(), |_| "in".to_owned())
    };
    assert_eq!(with(&["echo", "sesame"]), "in");
    for (command, wanted) in [
        (&["echo", "wrong-sesame"][..], "the server does not take the password of ann"),
        (&["false"], "no password from `false`: it failed"),
        (&["true"], "no password from `true`: it printed nothing"),
        (&["no-such-program"], "no password from `no-such-program`: it does not start"),
    ] {
        let said = with(command);
        assert!(said.contains(wanted) && said.contains("password_command"), "{said}");
        assert!(!said.contains("sesame"), "{said}");
    }
    let said = open_at(&cluster.url("ann", "b"), Duration::ZERO).err().expect("none is known").to_string();
    assert!(said.contains("the server wants a password for ann") && said.contains("PGPASSWORD"), "{said}");
}

/// A broken connection never makes a change twice, and never loses one that was confirmed.
#[test]
fn an_answer_that_is_lost_is_found_again() {
    let Some(cluster) = Cluster::start() else { return };
    cluster.board("b", &[("ann", Writer), ("ben", Writer)]);
    let wire = CutWire::to(cluster.sockets());
    let url = wire.by(&cluster.url("ann", "b"), cluster.sockets());
    let mut ann = open_at(&url, Duration::from_secs(20)).expect("she may").store;
    let mut ben = open(&cluster, "ben", "b");
    let count =
        || cluster.sql(OWNER, "select count(*) || '/' || max(seq) from gangplank.entry").expect("a number");
    for (seq, cut) in (1..).zip([Cut::Before, Cut::After, Cut::Before, Cut::After]) {
        wire.set(Some(cut));
        assert_eq!(
            ann.append(&note(seq, "ann", "kept")).expect("it is asked again"),
            Appended::Yes,
            "{cut:?}"
        );
        assert_eq!(count(), format!("{seq}/{seq}"), "{cut:?}");
    }
    // Somebody else is first while it is not known.
    assert_eq!(ben.read_after(0).expect("he reads").len(), 4);
    assert_eq!(ben.append(&note(5, "ben", "first")).expect("he may"), Appended::Yes);
    wire.set(Some(Cut::Before));
    assert_eq!(ann.append(&note(5, "ann", "second")).expect("it is asked again"), Appended::Behind);
    assert_eq!(count(), "5/5");
}

/// Where nobody can be asked any more, that is said; and the same asked for again is not made twice.
#[test]
fn what_nobody_knows_is_said_and_not_done_twice() {
    let Some(cluster) = Cluster::start() else { return };
    cluster.board("b", &[("ann", Writer)]);
    let wire = CutWire::to(cluster.sockets());
    let url = wire.by(&cluster.url("ann", "b"), cluster.sockets());
    let patience = Duration::from_millis(200);
    let mut first = open(&cluster, OWNER, "b");
    let mut account = notes(1)[0].clone();
    account.by = Actor::Person(OWNER.into());
    assert_eq!(first.append(&account).expect("the owner may"), Appended::Yes);
    let Opened { store, board, .. } = open_at(&url, patience).expect("she may");
    let mut session = Session::new(Box::new(store), board, Arc::default());
    let (ann, now) = (Actor::Person("ann".into()), Now::utc("2024-12-20T09:00:00Z".parse().expect("a time")));
    let called = Command::AddNote { account: AccountId::new("A-1"), text: "called".into() };
    wire.set(Some(Cut::ForGood));
    let said = session.submit(&called, &ann, now).expect_err("nobody answers").to_string();
    assert!(said.contains("may be kept or lost") && !said.contains("disk"), "{said}");
    wire.set(None);
    let kept = session.submit(&called, &ann, now).expect("it works again").expect("it was kept");
    assert!(session.was_kept_before());
    assert_eq!((kept.seq, session.board().seq()), (2, 2));
    let again = session.submit(&called, &ann, now).expect("it works").expect("another note");
    assert_eq!((again.seq, session.was_kept_before()), (3, false));
    // A server that hears nothing is not waited for longer than was said.
    wire.set(Some(Cut::Silence));
    let done = session.submit(&called, &ann, now).map(|entry| entry.map(|entry| entry.seq));
    assert!(matches!(done, Ok(Some(4)) | Err(_)), "{done:?}");
    assert!(first.read_after(0).expect("the owner reads").len() <= 4);
}

/// Some who write at the same time, while the server dies, and where transactions are serializable.
#[test]
fn those_who_write_at_the_same_time_lose_nothing() {
    const EACH: usize = 40;
    let Some(cluster) = Cluster::start() else { return };
    for (board, isolation) in [("plain", "read committed"), ("strict", "serializable")] {
        let people = ["ann", "ben", "cid"];
        cluster.board(board, &people.map(|login| (login, Writer)));
        cluster
            .sql(OWNER, &format!("alter database postgres set default_transaction_isolation = '{isolation}'"))
            .expect("the owner may");
        std::thread::scope(|scope| {
            for who in people {
                let mut store = open(&cluster, who, board);
                scope.spawn(move || {
                    let mut known = 0;
                    for number in 0..EACH {
                        let text = format!("note {number}");
                        while store.append(&note(known + 1, who, &text)).expect("it is asked again")
                            == Appended::Behind
                        {
                            known += store.read_after(known).expect("it is asked again").len() as u64;
                        }
                        known += 1;
                    }
                });
            }
            for _ in 0..2 {
                cluster.crash();
            }
        });
        let all = open(&cluster, OWNER, board).read_after(0).expect("it is read");
        assert!(all.iter().zip(1..).all(|(entry, seq)| entry.seq == seq), "{board}");
        for who in people {
            let texts: Vec<String> = all
                .iter()
                .filter(|entry| entry.by == Actor::Person(who.into()))
                .map(|entry| format!("{:?}", entry.events))
                .collect();
            let in_order =
                texts.iter().enumerate().all(|(number, text)| text.contains(&format!("note {number}\"")));
            assert!(texts.len() == EACH && in_order, "{board}: {who} has {}", texts.len());
        }
    }
}

/// Who may do what, whatever program they do it with.
#[test]
fn the_server_itself_lets_nobody_do_more_than_their_role() {
    let Some(cluster) = Cluster::start() else { return };
    cluster.board("b", &[("wri", Writer), ("rea", Reader), ("own", Owner)]);
    cluster.board("theirs", &[("else", Owner)]);
    cluster.login("eve");
    let mut wri = open(&cluster, "wri", "b");
    assert_eq!(wri.append(&note(1, "wri", "one")).expect("a writer may"), Appended::Yes);
    let line = |seq: u64, by: &str| {
        let json = serde_json::to_string(&note(seq, by, "x")).expect("JSON").replace('\'', "''");
        format!("select gangplank.append('b', {}, '{json}', 0, 't')", seq - 1)
    };
    let insert = "insert into gangplank.entry (board, seq, line, crc, token, login) values ('b', 2, 'x', 0, 't', 'own')";
    let join = "insert into gangplank.member values ('b', 'eve', 'eve', 'owner')";
    let raw = |rest: &str| {
        format!("select gangplank.append('b', 3, '{{\"seq\":4,\"at\":\"x\",\"by\":\"wri\",{rest}', 0, 't')")
    };
    let (torn, said_twice) = (raw("\"events\":["), raw("\"seq\":5}"));
    let long = raw("\"command\":\"' || repeat('x', 268435456) || '\"}");
    let escaped = raw("\"\\u0062y\":\"own\"}");
    let forge_source = line(2, "wri").replace("\"by\":\"wri\"", "\"by\":\"x\",\"by\":\"wri\"");
    // What they do, and what each answers: eve, rea, wri, own. What changes something is undone by the one who asked.
    let statements: &[(&str, [&str; 4])] = &[
        ("select count(*) from gangplank.entry", ["0", "1", "1", "1"]),
        ("select count(*) from gangplank.board", ["0", "1", "1", "1"]),
        ("select count(*) from gangplank.member where board = 'theirs'", ["0", "0", "0", "0"]),
        ("select count(*) from gangplank.member", ["0", "4", "4", "4"]),
        (insert, ["denied", "denied", "denied", "denied"]),
        (join, ["denied", "denied", "denied", "denied"]),
        ("update gangplank.board set seq = 9", ["denied", "denied", "denied", "denied"]),
        ("update gangplank.member set role = 'owner'", ["denied", "denied", "denied", "denied"]),
        ("delete from gangplank.entry", ["denied", "denied", "denied", "denied"]),
        ("truncate gangplank.entry", ["denied", "denied", "denied", "denied"]),
        ("drop table gangplank.entry", ["must be owner", "must be owner", "must be owner", "must be owner"]),
        ("set session authorization owner", ["denied", "denied", "denied", "denied"]),
        (&line(2, "own"), ["no member", "only a reader", "signed by another", "2"]),
        (&line(3, "rea"), ["no member", "only a reader", "signed by another", "signed by another"]),
        (&forge_source, ["no member", "only a reader", "said twice", "said twice"]),
        (&escaped, ["no member", "only a reader", "said twice", "said twice"]),
        (&line(3, "wri"), ["no member", "only a reader", "3", "signed by another"]),
        (
            "select gangplank.append('b', 3, '{\"seq\":9}', 0, 't')",
            ["no member", "only a reader", "not an entry", "not an entry"],
        ),
        (&torn, ["no member", "only a reader", "invalid input syntax", "invalid input syntax"]),
        (&long, ["no member", "only a reader", "too long", "too long"]),
        (&said_twice, ["no member", "only a reader", "said twice", "said twice"]),
        (
            "select gangplank.append('theirs', 0, '{}', 0, 't')",
            ["no member", "no member", "no member", "no member"],
        ),
        (
            "select gangplank.load('b', 4, array['x'], array[0])",
            ["no owner", "no owner", "no owner", "not empty"],
        ),
        (
            "select gangplank.set_member('b', 'eve', 'eve', 'writer')",
            ["no owner", "no owner", "no owner", ""],
        ),
        ("select gangplank.remove_member('b', 'eve')", ["no owner", "no owner", "no owner", "t"]),
        (
            "select gangplank.set_member('theirs', 'wri', 'wri', 'owner')",
            ["no owner", "no owner", "no owner", "no owner"],
        ),
        (
            "select gangplank.set_member('b', 'x', 'clock', 'writer')",
            ["no owner", "no owner", "no owner", "check constraint"],
        ),
        (
            "select gangplank.set_member('b', 'x', 'source:y', 'writer')",
            ["no owner", "no owner", "no owner", "check constraint"],
        ),
        (
            "select gangplank.set_member('b', 'x', 'WRI', 'writer')",
            ["no owner", "no owner", "no owner", "duplicate key"],
        ),
    ];
    let mut wrong = Vec::new();
    for (sql, answers) in statements {
        for (login, wanted) in ["eve", "rea", "wri", "own"].into_iter().zip(answers) {
            let (Ok(found) | Err(found)) = cluster.sql(login, sql);
            let is_it = match *wanted {
                "" => found.is_empty(),
                number if number.len() == 1 => found == number,
                wanted => found.contains(wanted),
            };
            if !is_it {
                wrong.push(format!("{login}: {sql}: wanted {wanted}, found {found}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // The last owners stay.
    let mut database = cluster.database("own", "b");
    assert!(database.remove_member(OWNER).expect("another one is left"));
    let said = database.remove_member("own").expect_err("nobody would be left").to_string();
    assert!(said.contains("would have no owner left"), "{said}");
    let said = cluster.database("wri", "b").remove_member("rea").expect_err("no owner").to_string();
    assert!(said.contains("wri is no owner of the board `b`"), "{said}");
}

/// What looks like SQL is text, whatever field it stands in.
#[test]
fn what_looks_like_sql_is_text() {
    let Some(cluster) = Cluster::start() else { return };
    let evil = [
        "'; drop table gangplank.entry; --",
        "\\'; select 1; --",
        "$$; drop schema gangplank cascade; $$",
        "a\"b\\u0000\u{1F4A9}\n\t\u{202e}",
        "%s%n{}$1",
    ];
    cluster.board("b", &[("ann", Writer)]);
    let mut ann = open(&cluster, "ann", "b");
    for (seq, text) in (1..).zip(evil) {
        assert_eq!(ann.append(&note(seq, "ann", text)).expect("it is text"), Appended::Yes, "{text}");
        let sql = TeamDatabase::init_sql(&cluster.address(OWNER, &format!("b{seq}")), text.trim(), None);
        cluster.sql(OWNER, &sql).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(
            cluster.database(OWNER, &format!("b{seq}")).status().expect("it is there").me.signs_as.as_ref(),
            text.trim()
        );
        // As a login and as a name, too.
        cluster.add("b", text.trim(), Reader).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(open(&cluster, text.trim(), "b").read_after(0).expect("a reader reads").len() as u64, seq);
    }
    // A login cannot hold that one.
    let evil = evil.into_iter().chain(["a\0\\\0"]);
    assert_eq!(ann.append(&note(6, "ann", "a\0\\\0")).expect("it is text"), Appended::Yes);
    let texts = ann.read_after(0).expect("it is read");
    assert_eq!(texts.len(), 6);
    assert!(texts.iter().zip((1..).zip(evil)).all(|(entry, (seq, text))| **entry == note(seq, "ann", text)));
}

/// A board comes back as it went, and nobody's changes are written over.
#[test]
fn a_journal_goes_there_and_back_byte_for_byte() {
    let Some(cluster) = Cluster::start() else { return };
    let dir = tempfile::tempdir().expect("a directory");
    let (ours, pulled, other) =
        (dir.path().join("ours"), dir.path().join("pulled"), dir.path().join("other"));
    let mut local = FileStore::open(&ours, pipeline()).expect("a new store").store;
    for entry in story() {
        assert_eq!(local.append(&entry).expect("it is written"), Appended::Yes);
    }
    let bytes = |dir: &std::path::Path| std::fs::read(dir.join("journal.jsonl")).expect("it is there");
    cluster.board("b", &[("ann", Writer)]);
    let mut database = cluster.database(OWNER, "b");
    let nothing = &mut |_, _| {};
    assert_eq!(database.pull(&pulled, false, nothing).expect("there is nothing yet"), 0);
    let all = story().len() as u64;
    let told = cluster.database("ann", "b").push(&ours, false, nothing).expect_err("no owner").to_string();
    assert!(told.contains("ann is no owner"), "{told}");
    let dry = database.push(&ours, true, nothing).expect("it may");
    assert_eq!((dry.entries, dry.known, database.status().expect("it is there").seq), (all, 0, 0));
    database.push(&ours, false, nothing).expect("it may");
    let again = database.push(&ours, false, nothing).expect("it is there already");
    assert_eq!((again.entries, again.known), (all, all));
    assert_eq!(database.pull(&pulled, false, nothing).expect("it can be written"), all);
    assert_eq!(bytes(&pulled), bytes(&ours));
    let told = database.pull(&pulled, false, nothing).expect_err("there is one").to_string();
    assert!(told.contains("holds a board already"), "{told}");
    // What grows here goes there; what differs does not.
    let seq = all + 1;
    assert_eq!(local.append(&note(seq, "ann", "later")).expect("it is written"), Appended::Yes);
    database.push(&ours, false, nothing).expect("it may");
    let mut foreign = FileStore::open(&other, pipeline()).expect("a new store").store;
    for entry in notes(usize::try_from(seq).expect("few") + 1) {
        assert_eq!(foreign.append(&entry).expect("it is written"), Appended::Yes);
    }
    let told = database.push(&other, false, nothing).expect_err("it is another").to_string();
    assert!(told.contains("holds another board"), "{told}");
    // From the first change there on, it grows there alone.
    assert_eq!(
        open(&cluster, "ann", "b").append(&note(seq + 1, "ann", "there")).expect("she may"),
        Appended::Yes
    );
    assert_eq!(local.append(&note(seq + 1, "ann", "there")).expect("it is written"), Appended::Yes);
    assert_eq!(local.append(&note(seq + 2, "ann", "here")).expect("it is written"), Appended::Yes);
    let told = database.push(&ours, false, nothing).expect_err("it has changes").to_string();
    assert!(told.contains("has changes already"), "{told}");
    let last = dir.path().join("last");
    assert_eq!(database.pull(&last, false, nothing).expect("it can be written"), seq + 1);
    assert!(bytes(&ours).starts_with(&bytes(&last)));
}

#[test]
fn a_role_is_written_as_it_is_typed() {
    let words: Vec<String> = [Reader, Writer, Owner].iter().map(ToString::to_string).collect();
    assert_eq!(words, ["reader", "writer", "owner"]);
    assert_eq!("owner".parse(), Ok(TeamRole::Owner));
}
