//! The corpora of the programs in `tests/fuzz`, and broken forms of them, through the same functions.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

#[path = "../fuzz/targets.rs"]
pub(crate) mod targets;

type Target = fn(&[u8]);

const TARGETS: [(&str, Target); 7] = [
    ("journal", targets::journal),
    ("entries", targets::entries),
    ("snapshot", targets::snapshot),
    ("accounts", targets::accounts),
    ("signals", targets::signals),
    ("providers", targets::providers),
    ("settings", targets::settings),
];

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(name);
    let files = std::fs::read_dir(&dir).unwrap_or_else(|error| panic!("{}: {error}", dir.display()));
    files.map(|file| std::fs::read(file.expect("it is listed").path()).expect("it is read")).collect()
}

#[test]
fn every_program_has_a_corpus_that_breaks_nothing() {
    for (name, target) in TARGETS {
        let corpus = corpus(name);
        assert!(corpus.len() >= 2, "{name}");
        for bytes in &corpus {
            target(bytes);
        }
    }
}

#[test]
fn nor_does_what_is_cut_flipped_or_doubled() {
    for (name, target) in TARGETS {
        let seeds = corpus(name);
        let mutated = (0..seeds.len(), any::<[prop::sample::Index; 2]>(), any::<u8>(), 0..4_u8);
        let mutated = mutated.prop_map(move |(seed, places, byte, how)| {
            let mut bytes = seeds[seed].clone();
            let [from, to] = places.map(|place| place.index(bytes.len() + 1));
            let (from, to) = (from.min(to), from.max(to));
            match how {
                0 => bytes.truncate(to),
                1 => bytes[from..to].fill(byte),
                2 => drop(bytes.drain(from..to)),
                _ => {
                    let part = bytes[from..to].to_vec();
                    bytes.splice(to..to, part);
                }
            }
            bytes
        });
        let mut runner = TestRunner::new(Config { cases: 64, ..Config::with_source_file(file!()) });
        let run = runner.run(&mutated, |bytes| {
            target(&bytes);
            Ok(())
        });
        run.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}
