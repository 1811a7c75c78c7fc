//! What gangplank costs, each measure beside the least that the same work can cost on the same machine.
//!
//! `cargo bench` measures a grown store (100,000 accounts, a million events); the first run makes it under
//! `target/bench-data`. `cargo bench -- quick` measures a small one within seconds, to see that everything runs.
//! `--features sqlite-floor` adds SQLite as a floor. Words after that pick what to measure: `appends`, `loads`,
//! `frames`, `changes`, `many`, `batches`, `starts`, `keys`.
//!
//! Seconds say more about the machine and its neighbours than about the program: compare the ratios.

#![expect(clippy::cast_precision_loss, reason = "nothing counted here comes near 2^52")]
#![expect(clippy::doc_markdown, reason = "SQLite is a name, not code")]

mod batches;
mod many;
mod pty;
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
    let world = world::World::of(if quick { world::SMALL } else { world::GROWN });
    let picked: Vec<_> = words.iter().filter(|word| *word != "quick").collect();
    let wanted = |what: &str| picked.is_empty() || picked.iter().any(|word| *word == what);

    let mut table = table::Table::new();
    if wanted("appends") {
        store::appends(&world, &mut table);
    }
    if wanted("loads") {
        store::loads(&world, &mut table);
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
