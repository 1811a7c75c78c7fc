//! Merging two accounts with one key.

use gangplank::state::{AccountId, AccountRef, Command, FactKey, PossibleDuplicate, SignalData};
use gangplank::tui::layout::choices::placed;
use gangplank::tui::model::msg::Mouse;
use gangplank::tui::model::prompt::Prompt;

use crate::support::desk::Desk;
use crate::support::{World, id, import, note, row};

/// Acme by its old id and by a new one, Acme East, which shares nothing, and a suspicion.
fn desk(size: (u16, u16)) -> Desk {
    let mut world = World::without_playbooks();
    let acme = |name: &str| row(name, "Acme").text(FactKey::Domain, "acme.example").in_stage("1");
    world.does(&import(&[acme("A-1").in_stage("3a"), row("A-2", "Acme East").in_stage("2")]));
    world.does(&note("A-1", "they like tea"));
    let outreach = gangplank::state::Signal {
        template: None,
        id: gangplank::state::SignalId::new("evt-1"),
        at: world.now.at,
        by: Some("dana".into()),
        source: "test".into(),
        data: SignalData::OutreachSent,
    };
    world.does(&Command::RecordSignal { account: AccountRef::Id(id("A-1")), signal: outreach });
    world.does(&import(&[acme("B-1")]));
    let duplicate = PossibleDuplicate {
        id: id("B-1"),
        known: id("A-1"),
        same: AccountRef::Domain("acme.example".into()),
        by: FactKey::Domain,
    };
    world.does(&Command::CompareExport {
        export: "crm.csv".into(),
        ids: [id("A-2"), id("B-1")].into(),
        is_whole: false,
        duplicates: vec![duplicate],
    });
    Desk::new(world, size)
}

fn stands(desk: &Desk) -> (usize, String) {
    (
        desk.world.board().len(),
        desk.world.account("B-1").placement.as_ref().expect("a card").stage.to_string(),
    )
}

#[test]
fn the_suspected_duplicate_is_offered_with_what_merging_would_do() {
    for (size, foot) in [((160, 48), 47), ((80, 24), 23)] {
        let mut desk = desk(size);
        desk.keys("d").focus("B-1");
        assert!(desk.lines().join("\n").contains("Possibly the same as Acme (A-1)"), "{}", desk.picture());
        desk.keys("=");
        let lines = desk.lines();
        assert!(lines.join("\n").contains("╭ Merge which account into Acme? ─"), "{}", desk.picture());
        let screen = lines.join(" ").replace(['│', '▌'], " ");
        let words = screen.split_whitespace().collect::<Vec<_>>().join(" ");
        for would in ["→ Acme (A-1) brings 1 signal and 1 note; the card", "stands in 3a. Engaged — Email"]
        {
            assert!(words.contains(would), "{would}: {}", desk.picture());
        }
        assert!(lines[foot].contains("enter Merge  esc Cancel"), "{}", lines[foot]);
        assert_eq!(stands(&desk), (3, "1".to_owned()), "nothing happens before enter");
        desk.keys("enter");
        assert_eq!(stands(&desk), (2, "3a".to_owned()), "{}", desk.said());
        let said = desk.said();
        assert!(said.starts_with("Acme: A-1 merged into it") && said.ends_with(" · u undoes it"), "{said}");
        desk.keys("u");
        assert_eq!(stands(&desk), (3, "1".to_owned()), "{}", desk.said());
    }
}

#[test]
fn any_other_account_is_found_by_typing() {
    let mut desk = desk((120, 40));
    desk.focus("A-2").keys("=");
    let found = |desk: &Desk| {
        let Some(Prompt::Account(choice)) = &desk.app.prompt else { panic!("it is asked") };
        choice.found().into_iter().cloned().collect::<Vec<_>>()
    };
    assert_eq!(found(&desk), [], "nobody is suspected");
    assert!(desk.lines()[39].contains("Type a name, an id"), "{}", desk.picture());
    desk.keys("enter");
    assert_eq!(desk.said(), "Type a name, an id, an email or another fact of the account");
    desk.types("east");
    assert_eq!(found(&desk), [], "an account is no part of itself");
    desk.keys("enter");
    assert_eq!(desk.said(), "No account matches “east”");
    desk.keys("esc =").types("acme.example");
    assert_eq!(found(&desk), [id("A-1"), id("B-1")]);
    // They stand in a box, where the mouse picks one, too.
    let boxed = placed(&desk.app).expect("there is a box").area;
    desk.mouse(Mouse::Press, (boxed.x + 2, boxed.y + 3));
    assert!(desk.world.board().get(&id("B-1")).is_none(), "{}", desk.said());
    desk.keys("u =").types("acme.example").keys("down enter");
    assert!(desk.world.board().get(&id("B-1")).is_none(), "{}", desk.said());
    assert_eq!(desk.said(), "Acme East: B-1 merged into it · u undoes it");
    desk.keys("= esc");
    assert_eq!(desk.said(), "Canceled");
}

#[test]
fn who_is_another_one_is_dismissed_with_one_key() {
    let mut desk = desk((120, 40));
    desk.keys("d").focus("B-1").keys("-");
    assert_eq!(desk.said(), "Acme: Not the same as A-1 · next is Acme East · u undoes it");
    assert!(!desk.lines().join("\n").contains("Possibly the same"), "{}", desk.picture());
    desk.focus("B-1").keys("-");
    assert_eq!(desk.said(), "Nothing that can be dismissed is asked about Acme");
    desk.keys("= ");
    let Some(Prompt::Account(choice)) = &desk.app.prompt else { panic!("it is asked") };
    assert_eq!(choice.found(), Vec::<&AccountId>::new(), "and not offered any more");
    desk.keys("esc u");
    assert!(desk.lines().join("\n").contains("Possibly the same"), "{}", desk.picture());
}
