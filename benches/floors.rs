//! What gangplank costs, each measure beside the least that the same work can cost on the same machine.
//!
//! `cargo bench` measures a grown store (100,000 accounts, a million events); the first run makes it under
//! `target/bench-data`. `cargo bench -- quick` measures a small one within seconds, to see that everything runs.
//! `--features sqlite-floor` adds SQLite as a floor. Words after that pick what to measure: `appends`, `loads`,
//! `frames`, `changes`, `insights`, `many`, `batches`, `starts`, `keys`, and `scale`: the program at 1,000 to 100,000
//! accounts, 2,000 of them open, and with the word `million` at a million; and `peers`: its start beside that of other boards
//! ([`peers`]).
//!
//! Seconds say more about the machine and its neighbours than about the program: compare the ratios.

#![expect(clippy::cast_precision_loss, reason = "nothing counted here comes near 2^52")]
#![expect(clippy::doc_markdown, reason = "SQLite is a name, not code")]

mod batches;
mod insights;
mod many;
mod peers;
mod pty;
mod scale;
mod screen;
#[cfg(feature = "sqlite-floor")]
mod sqlite;
mod store;
mod table;
mod world;

use gangplank::store::FileStore;

fn main() {
    // Cargo itself adds `--bench`.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let quick = words.iter().any(|word| word == "quick");
    let million = words.iter().any(|word| word == "million");
    let picked: Vec<_> = words.iter().filter(|word| !["quick", "million"].contains(&word.as_str())).collect();
    let wanted = |what: &str| picked.is_empty() || picked.iter().any(|word| *word == what);

    let mut table = table::Table::new();
    if wanted("scale") {
        let mut sizes = if quick { vec![1_000, 2_000, 4_000] } else { vec![1_000, 2_000, 10_000, 100_000] };
        sizes.extend(million.then_some(1_000_000));
        let dir = tempfile::tempdir().expect("a directory");
        scale::scale(dir.path(), &sizes, &mut table);
    }
    if wanted("peers") {
        let dir = tempfile::tempdir().expect("a directory");
        peers::starts(dir.path(), quick, &mut table);
    }
    if picked.iter().all(|word| ["scale", "peers"].contains(&word.as_str())) && !picked.is_empty() {
        return table.print();
    }
    let world = world::World::of(if quick { world::SMALL } else { world::GROWN });
    if wanted("appends") {
        store::appends(&world, &mut table);
    }
    if wanted("loads") {
        store::loads(&world, &mut table);
    }
    if wanted("insights") {
        insights::insights(&world, &mut table);
    }
    let opened = FileStore::open(&world.dir, world.config.pipeline.clone()).expect("the store opens");
    let board = opened.board;
    drop(opened.store);
    if wanted("frames") {
        screen::frames(&world, &board, &mut table);
    }
    if wanted("changes") {
        screen::changes(&world, &board, &mut table);
    }
    if wanted("many") {
        many::many(&world, &board, &mut table);
    }
    if wanted("batches") {
        batches::batches(&world, if quick { 1_000 } else { 20_000 }, &mut table);
    }
    if wanted("starts") {
        pty::starts(&world, &board, &mut table);
    }
    if wanted("keys") {
        pty::keys(&world, &board, &mut table);
    }
    table.print();
}
