//! A team's board gives the numbers of its journal.

use std::sync::Arc;
use std::time::Duration;

use gangplank::state::{Actor, Entry};
use gangplank::store::postgres::CopiedStore;
use gangplank::store::{FileStore, LockWaiting, Opened, OpenedFor, Patience, Store as _, TeamAddress};

use super::trust::counted;
use super::{day, lived, nine, shipped_pipeline};
use crate::support::cluster::{Cluster, OWNER};

#[test]
fn a_team_board_and_its_copy_give_the_numbers_of_their_journal() {
    let Some(cluster) = Cluster::start() else { return };
    cluster.board("numbers", &[]);
    let dir = tempfile::tempdir().expect("a directory");
    let address =
        TeamAddress { copies: Some(dir.path().join("copies")), ..cluster.address(OWNER, "numbers") };
    let open = |purpose| -> Opened<CopiedStore> {
        let patience: Arc<dyn Patience> = Arc::new(LockWaiting::new("test", Duration::ZERO));
        let copy = address.copy_dir().expect("a copy");
        CopiedStore::open(address.clone(), &copy, &shipped_pipeline(), &patience, purpose).expect("it opens")
    };
    let mut session = lived(3);
    let mut team = open(OpenedFor::Changing).store;
    let mut journal = FileStore::open(dir.path(), shipped_pipeline()).expect("it opens");
    for entry in session.entries(session.board().seq(), usize::MAX).expect("memory can be read") {
        let entry = Entry { by: Actor::Person(OWNER.into()), ..(*entry).clone() };
        let _ = team.append(&entry).expect("the owner may");
        let _ = journal.store.append(&entry).expect("room enough");
    }
    drop((team, journal));
    let now = nine(day("2024-04-02"));
    let wanted = counted(&FileStore::open(dir.path(), shipped_pipeline()).expect("it opens").board, now);
    assert!(wanted.iter().any(|section| !section.says_nothing()), "something happened");
    assert_eq!(counted(&open(OpenedFor::Reading).board, now), wanted, "of the server");
    cluster.stop();
    assert_eq!(counted(&open(OpenedFor::Reading).board, now), wanted, "of the copy alone");
}
