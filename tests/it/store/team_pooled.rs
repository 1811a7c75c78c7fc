//! The board of a team behind a pooler of connections in transaction mode, where nothing is kept in a session.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use gangplank::session::Session;
use gangplank::store::postgres::{CopiedStore, TeamDatabase};
use gangplank::store::team::TeamRole::Writer;
use gangplank::store::{Appended, LockWaiting, Opened, OpenedFor, Patience, Store, TeamAddress};

use super::team::SignedByEach;
use super::team_copy::follow_until;
use crate::support::cluster::{Cluster, OWNER};
use crate::support::pooler::Pooler;
use crate::support::sample_entries::{note, pipeline};

/// Whoever the contract has act.
const LOGINS: [&str; 7] = [OWNER, "ann", "ben", "cid", "dana", "eve", "import"];

fn address(cluster: &Cluster, pooler: &Pooler, login: &str, board: &str, dir: &Path) -> TeamAddress {
    let url = pooler.by(&cluster.url(login, board), cluster);
    let address = TeamAddress::parse(&url, |_| None).expect("an address");
    TeamAddress { copies: Some(dir.to_owned()), ..address }
}

fn open(address: &TeamAddress, purpose: OpenedFor) -> Opened<CopiedStore> {
    let patience: Arc<dyn Patience> = Arc::new(LockWaiting::new("test", Duration::from_secs(30)));
    let dir = address.copy_dir().expect("a copy");
    CopiedStore::open(address.clone(), &dir, &pipeline(), &patience, purpose)
        .unwrap_or_else(|error| panic!("{address}: {error}"))
}

/// Two handles of one new board.
pub(super) fn open_twice(dir: &Path) -> Option<[Box<dyn Store>; 2]> {
    let cluster = Arc::new(Cluster::start()?);
    let pooler = Arc::new(Pooler::start(&cluster, &LOGINS)?);
    cluster.board("contract", &[]);
    let one = || -> Box<dyn Store> {
        let (of, pooler, dir) = (cluster.clone(), pooler.clone(), dir.to_owned());
        let open = move |login: &str| -> Box<dyn Store> {
            Box::new(open(&address(&of, &pooler, login, "contract", &dir), OpenedFor::Changing).store)
        };
        Box::new(SignedByEach::new(cluster.clone(), "contract", open))
    };
    Some([one(), one()])
}

/// What others notify does not arrive: that is noticed and said, and the board looks for itself.
#[test]
fn what_nobody_hears_of_is_looked_for() {
    let Some(cluster) = Cluster::start() else { return };
    let Some(pooler) = Pooler::start(&cluster, &LOGINS) else { return };
    cluster.board("b", &[("ann", Writer)]);
    let dir = tempfile::tempdir().expect("a directory");
    let at = |login: &str, machine: &str| address(&cluster, &pooler, login, "b", &dir.path().join(machine));
    let hears = |address: TeamAddress| {
        TeamDatabase::new(address, Arc::new(LockWaiting::default())).hears_others().expect("it is there")
    };
    assert!(!hears(at("ann", "one")), "nothing is kept in a session");
    assert!(hears(cluster.address("ann", "b")));

    let Opened { store, board, .. } = open(&at(OWNER, "two"), OpenedFor::Board);
    let mut session = Session::new(Box::new(store), board, Arc::default());
    let mut ann = open(&at("ann", "one"), OpenedFor::Changing).store;
    for seq in 1..4 {
        assert_eq!(ann.append(&note(seq, "ann", "seen")).expect("she may"), Appended::Yes);
        follow_until(&mut session, |session| session.board().seq() == seq);
    }
    // The server starts anew behind it.
    cluster.crash();
    assert_eq!(ann.append(&note(4, "ann", "seen, too")).expect("it is asked again"), Appended::Yes);
    follow_until(&mut session, |session| session.board().seq() == 4 && session.trouble().is_none());
}
