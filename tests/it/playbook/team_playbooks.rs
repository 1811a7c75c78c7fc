//! A team's playbooks laid over the shipped ones: by id they are replaced, added, and switched off.

use std::sync::Arc;

use chrono::TimeDelta;
use gangplank::config::{pipeline as pipeline_file, playbooks as file};
use gangplank::playbook::{Origin, Playbook, Playbooks};
use gangplank::prose::reasons;
use gangplank::state::query::attention::{RenewalThresholds, today};
use gangplank::state::{AccountRef, Command, FactKey, FactValue, Refusal, Signal, SignalData, SignalId};
use gangplank::store::MemoryStore;

use crate::support::{World, id, import, pipeline, row};

const TEAM: &str = r#"
off = ["paid-call"]
segments = ["VIP"]

[[playbook]]
id = "nudge"
title = "Nudge"
on = { days_since_touch = 5 }
when = [{ any = [{ segment = "Sales Lead" }, { segment = "VIP" }] }]
then = [{ task = { title = "nudge them" } }]

[[playbook]]
id = "replied"
title = "They replied"
on = { signal = ["reply.received"] }
when = [{ stage = ["2"] }]
then = [{ move = "3a" }]
"#;

fn shipped() -> Vec<Playbook> {
    file::overlaid("", "playbooks.toml", &pipeline()).expect("ours")
}

fn teams() -> Vec<Playbook> {
    file::overlaid(TEAM, "playbooks.toml", &pipeline()).expect("theirs")
}

#[test]
fn what_the_team_says_replaces_adds_and_switches_off_by_id() {
    let (shipped, teams) = (shipped(), teams());
    for (was, is) in shipped.iter().zip(&teams) {
        let expected = match &*is.id.0 {
            "replied" => {
                let when = was.when[..1].to_vec();
                Playbook { title: "They replied".into(), when, origin: Origin::Team, ..was.clone() }
            }
            id => Playbook { off_in_file: id == "paid-call", ..was.clone() },
        };
        assert_eq!(*is, expected, "each in its place");
    }
    let added: Vec<_> = teams[shipped.len()..].iter().map(|each| (&*each.id.0, each.origin)).collect();
    assert_eq!(added, [("nudge", Origin::Team)], "what is new comes last");
}

#[test]
fn what_the_file_switches_off_stays_off() {
    let bought = |playbooks: Vec<Playbook>| {
        let mut world = World::with(&MemoryStore::new(), Arc::new(playbooks.into()));
        world.does(&import(&[row("acme", "Acme").in_stage("1")]));
        let what = SignalData::PaidCallPurchased;
        let signal = Signal {
            template: None,
            id: SignalId::new("evt-1"),
            at: world.now.at,
            by: None,
            source: "test".into(),
            data: what,
        };
        world.does(&Command::RecordSignal { account: AccountRef::Id(id("acme")), signal });
        world.stage("acme").to_owned()
    };
    assert_eq!(bought(shipped()), "7");
    assert_eq!(bought(teams()), "1");

    let teams = teams();
    let paid_call = teams.iter().find(|playbook| playbook.off_in_file).expect("one is off");
    assert_eq!(paid_call.switch(true), Err(Refusal::OffInFile { id: "paid-call".into() }));
    let off = Command::SwitchPlaybook { playbook: "paid-call".into(), on: false };
    assert_eq!(paid_call.switch(false), Ok(off), "it may be off twice over");
}

#[test]
fn a_team_with_stages_of_its_own_replaces_the_shipped_ones_or_does_without() {
    let text = include_str!("../data/config/good/pipeline_short.toml");
    let stages = pipeline_file::parse(text, "pipeline.toml").expect("a good pipeline");
    let said = |text: &str| {
        let error = file::overlaid(text, "/here/playbooks.toml", &stages).expect_err("it does not fit");
        error.to_string()
    };
    let first = said("");
    assert!(first.starts_with("built-in playbooks.toml:") && first.contains("unknown stage `1`"));
    let way_out = "or write your own `new-non-startup` in /here/playbooks.toml, or off = [\"new-non-startup\"], \
                   or built_in = false to use only your own";
    assert!(first.ends_with(way_out), "{first}");
    assert!(said("off = [\"new-non-startup\"]").contains("`new-startup`"), "the next one is named");
    assert_eq!(file::overlaid("built_in = false", "/here/playbooks.toml", &stages), Ok(Vec::new()));
}

/// The shipped condition, and the two that stand beside it as comments.
#[test]
fn today_names_the_reading_of_the_rule_that_asks_for_the_final_outreach() {
    let theirs = |when: &str| {
        let text = format!(
            "[[playbook]]\nid = \"final-outreach-due\"\ntitle = \"Final\"\non = {{ days_before_renewal = 10 }}\n\
             when = [{{ stage = [\"2\"] }}{when}]\nthen = [{{ move = \"5\" }}]\n"
        );
        file::overlaid(&text, "playbooks.toml", &pipeline()).expect("theirs")
    };
    for (playbooks, said) in [
        (shipped(), "Final outreach is due: renews in 6 days, and the first outreach is at least 7 days old"),
        (
            theirs(", { renewed_since = \"2\" }"),
            "Final outreach is due: renews in 6 days, after a first renewal",
        ),
        (theirs(""), "Final outreach is due: renews in 6 days, however new the account is"),
    ] {
        let playbooks = Arc::new(Playbooks::from(playbooks));
        let mut world = World::with(&MemoryStore::new(), playbooks.clone());
        let acme = row("acme", "Acme")
            .in_stage("2")
            .with(FactKey::NextRenewal, FactValue::Date("2024-12-20".parse().expect("a day")))
            .text(FactKey::BillingInterval, "monthly");
        world.now.at -= TimeDelta::days(40);
        world.does(&import(&[acme]));
        world.now.at += TimeDelta::days(39);
        world.sweeps().expect("it is due");
        let rules = playbooks.attention_rules(RenewalThresholds { soon: 14, urgent: 10 });
        let reason = || {
            let today = today(world.board(), &world.now, &rules);
            today[0]
                .reasons
                .iter()
                .map(|reason| reasons::text(reason, &world.now))
                .find(|it| it.starts_with("Final"))
        };
        assert_eq!(reason().as_deref(), Some(said));
    }
    // Who is put there by hand is asked for it whatever the rule.
    let playbooks = Arc::new(Playbooks::from(shipped()));
    let mut world = World::with(&MemoryStore::new(), playbooks.clone());
    world.does(&import(&[row("acme", "Acme").in_stage("5")]));
    let rules = playbooks.attention_rules(RenewalThresholds { soon: 14, urgent: 10 });
    let [first, ..] = &today(world.board(), &world.now, &rules)[0].reasons[..] else { panic!("a reason") };
    assert_eq!(reasons::text(first, &world.now), "Final outreach is due");
}
