//! Drives a board without a screen and without a disk: `cargo run --example session`.

use std::error::Error;
use std::sync::Arc;

use chrono::Utc;
use gangplank::config::{pipeline, playbooks};
use gangplank::session::Session;
use gangplank::state::{AccountFacts, AccountId, Actor, Board, Command, FactKey, Now, StageId};
use gangplank::store::MemoryStore;

fn main() -> Result<(), Box<dyn Error>> {
    let pipeline = pipeline::parse(pipeline::DEFAULT, "pipeline.toml")?;
    let playbooks = playbooks::overlaid("", "playbooks.toml", &pipeline)?;
    let board = Board::new(Arc::new(pipeline));
    let mut session = Session::new(Box::new(MemoryStore::new()), board, Arc::new(playbooks.into()));
    let (dana, now) = (Actor::Person("dana".into()), Now::utc(Utc::now()));

    let rows = vec![AccountFacts::new("A-1").text(FactKey::Name, "Acme").in_stage("1. New Account")];
    session.submit(
        &Command::Import { source: "crm".into(), rows: rows.into(), take_stages: false },
        &dana,
        now,
    )?;
    let acme = AccountId::new("A-1");
    for stage in ["2", "6b"] {
        match session.submit(&Command::move_to(&acme, &StageId::new(stage)), &dana, now) {
            Ok(_) => println!("moved to {stage}"),
            Err(refused) => println!("not moved to {stage}: {refused}"),
        }
    }

    for step in &session.board().account(&acme)?.history {
        println!("{}: to {}", step.by, step.to.as_ref().map_or("no stage", StageId::as_str));
    }
    Ok(())
}
