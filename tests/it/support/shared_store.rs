//! Stores that several sessions share, for what must hold on every kind of them.

use std::cell::Cell;
use std::sync::Arc;

use gangplank::store::{FileStore, Store};
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use super::pipeline_with_checklists;

/// Opens one more handle of a store.
pub(crate) type OpenShared<'a> = dyn Fn() -> Box<dyn Store> + 'a;

/// How many cases there are on a disk, and on a server, unless `GANGPLANK_STORE_CASES` says so.
const ON_DISK: u32 = 12;
#[cfg(all(unix, feature = "team"))]
const ON_A_TEAM: u32 = 4;

fn run<T: Strategy>(cases: u32, strategy: &T, check: impl Fn(T::Value) -> Result<(), TestCaseError>) -> u32 {
    let said = std::env::var("GANGPLANK_STORE_CASES").ok().and_then(|said| said.parse().ok());
    let config = Config { cases: said.unwrap_or(cases), failure_persistence: None, ..Config::default() };
    let done = Cell::new(0);
    let checked = TestRunner::new(config).run(strategy, |value| {
        done.set(done.get() + 1);
        check(value)
    });
    checked.unwrap_or_else(|error| panic!("{error}"));
    done.get()
}

/// Checks some values on a journal on a disk, a new one for each.
pub(crate) fn on_disk<T: Strategy>(
    strategy: &T,
    check: impl Fn(T::Value, &OpenShared<'_>) -> Result<(), TestCaseError>,
) {
    run(ON_DISK, strategy, |value| {
        let dir = tempfile::tempdir().expect("a directory");
        let open = || -> Box<dyn Store> {
            Box::new(FileStore::open(dir.path(), pipeline_with_checklists()).expect("it opens").store)
        };
        check(value, &open)
    });
}

/// The same on a board in a database.
#[cfg(all(unix, feature = "team"))]
pub(crate) fn on_a_team<T: Strategy>(
    strategy: &T,
    check: impl Fn(T::Value, &OpenShared<'_>) -> Result<(), TestCaseError>,
) {
    use gangplank::store::postgres::PostgresStore;

    use super::cluster::Cluster;
    use crate::store::team::SignedByEach;

    let Some(cluster) = Cluster::start().map(Arc::new) else { return };
    let number = Cell::new(0);
    run(ON_A_TEAM, strategy, |value| {
        let board = format!("case-{}", number.replace(number.get() + 1));
        cluster.board(&board, &[]);
        let open = || -> Box<dyn Store> {
            let (of, at) = (cluster.clone(), board.clone());
            let as_login = move |login: &str| -> Box<dyn Store> {
                let opened = PostgresStore::open(
                    of.address(login, &at),
                    pipeline_with_checklists(),
                    Arc::new(gangplank::store::LockWaiting::default()),
                );
                Box::new(opened.unwrap_or_else(|error| panic!("{login}: {error}")).store)
            };
            Box::new(SignedByEach::new(cluster.clone(), &board, as_login))
        };
        check(value, &open)
    });
}
