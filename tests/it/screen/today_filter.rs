//! Who is to be seen: a filter in the day's queue, and what is mine. One order, wherever the queue is shown.

use gangplank::state::query::attention::{Attention, AttentionRules, today};
use gangplank::state::query::ownership::{Whose, today_of};
use gangplank::state::{AlertChange, Command};
use gangplank::tui::model::focus::View;
use gangplank::tui::model::msg::Msg;

use crate::support::desk::Desk;
use crate::support::{World, id, rows_of, team_board};

const SIZE: (u16, u16) = (80, 24);
fn rules() -> AttentionRules {
    AttentionRules::new(14, 10)
}

/// The day's rows, top to bottom.
fn rows(desk: &Desk) -> Vec<&str> {
    desk.app.queue.rows().iter().map(|row| row.id.as_str()).collect()
}

fn ids(day: &[Attention]) -> Vec<&str> {
    day.iter().map(|each| each.account.as_str()).collect()
}

fn desk() -> Desk {
    let mut desk = Desk::new(team_board(), SIZE);
    desk.keys("d g g");
    assert!(rows(&desk).len() > 5, "{:?}", rows(&desk));
    desk
}

#[test]
fn the_day_is_in_one_order_for_the_board_and_the_verbs() {
    let named = ["zeta", "Éclair", "acme", "Acme", "bolt", "Zeta"];
    let ids_of_them = ["9", "8", "7", "6", "5", "4"];
    let table: Vec<[&str; 7]> = named
        .iter()
        .zip(ids_of_them)
        .map(|(name, id)| [id, name, "300 USD", "2024-12-20", "dana", "1", "EU"])
        .collect();
    let mut desk = Desk::new(World::of(&rows_of(&table)), SIZE);
    let day = today(desk.world.board(), &desk.world.now, &rules());
    desk.keys("d");
    assert_eq!(rows(&desk), ids(&day));
    let order: Vec<&str> = day.iter().map(|each| desk.world.account(each.account.as_str()).name()).collect();
    assert_eq!(order, ["Acme", "acme", "bolt", "Éclair", "Zeta", "zeta"], "by name, then by id");
}

#[test]
fn a_filter_narrows_the_day_in_place() {
    let mut desk = desk();
    let all: Vec<String> = rows(&desk).into_iter().map(str::to_owned).collect();
    let found = all[3].clone();
    desk.keys("/").types(&found);
    assert_eq!((desk.app.view, rows(&desk), desk.app.matches()), (View::Today, vec![&*found], Some(1)));
    assert_eq!(desk.focused(), found);
    let lines = desk.lines();
    assert!(lines[0].contains(&format!("filter {found} · 1 match ")), "{}", lines[0]);
    desk.keys("enter z").types("monday").keys("enter");
    assert_eq!(rows(&desk), Vec::<&str>::new(), "it was worked on");
    let screen = desk.lines().join("\n");
    assert!(screen.contains(&format!("Nothing in today matches “{found}”: esc shows all")), "{screen}");
    desk.keys("u");
    assert_eq!(rows(&desk), [&*found], "what comes back is let through");
    desk.keys("esc");
    assert_eq!((rows(&desk), desk.app.view), (all.iter().map(String::as_str).collect(), View::Today));
    desk.keys("/").types("zzzz").keys("esc");
    assert_eq!(rows(&desk), all);
}

#[test]
fn what_was_filtered_elsewhere_is_filtered_in_today() {
    let mut desk = desk();
    let found = rows(&desk)[3].to_owned();
    for arrive in ["d", "g t"] {
        desk.keys("esc g b /").types(&found).keys("enter").keys(arrive);
        assert_eq!(
            (desk.app.view, rows(&desk), desk.app.matches()),
            (View::Today, vec![&*found], Some(1)),
            "{arrive}"
        );
    }
}

/// Every letter looks anew from where one stood before the first.
#[test]
fn a_filter_stays_where_it_began_or_goes_to_the_best_in_view() {
    let rows = rows_of(&[
        ["1", "Dora", "300 USD", "2024-12-16", "dana", "6d", "EU"],
        ["2", "Adora", "300 USD", "2024-12-17", "dana", "1", "EU"],
        ["3", "Dolo", "300 USD", "2024-12-18", "dana", "1", "EU"],
        ["4", "Dorn", "300 USD", "2024-12-19", "dana", "1", "EU"],
        ["5", "Dorothy", "300 USD", "2024-12-20", "dana", "1", "EU"],
        ["6", "Zeno", "300 USD", "2024-12-21", "dana", "1", "EU"],
    ]);
    for view in ["d", "", "t"] {
        for (from, query, found) in [
            ("6", "d", "3"),
            ("6", "do", "3"),
            ("6", "dor", "4"),
            ("4", "dor", "4"),
            ("5", "dor", "5"),
            ("5", "do", "5"),
            ("5", "doroth", "5"),
            ("5", "zeno", "6"),
            ("3", "dor", "4"),
        ] {
            let mut world = World::of(&rows);
            for account in ["1", "2", "3", "4", "5", "6"] {
                let _ = world.tries(&Command::MarkSeen { account: id(account) });
            }
            let mut desk = Desk::new(world, SIZE);
            desk.keys(view).focus(from).keys("/").types(query);
            if view == "d" {
                assert_eq!(desk.focused(), found, "from {from}: {query}; Dora is none of today's");
            }
            // It is the same typed at once, or after something else.
            let at_once = desk.focused().to_owned();
            desk.keys("x backspace");
            assert_eq!(desk.focused(), at_once, "{view} from {from}: {query}");
            desk.keys("esc");
            assert_eq!(desk.focused(), from);
        }
    }
}

#[test]
fn only_mine_is_what_i_own_and_the_alerts_i_was_given() {
    let mut desk = desk();
    let everyone: Vec<String> = rows(&desk).into_iter().map(str::to_owned).collect();
    let mine = |desk: &Desk| {
        let day = today_of(&Whose::Of("dana".into()), desk.world.board(), &desk.world.now, &rules());
        day.iter().map(|each| each.account.to_string()).collect::<Vec<_>>()
    };
    desk.keys("M");
    assert_eq!(rows(&desk), mine(&desk));
    assert!(rows(&desk).len() < everyone.len());
    assert!(desk.lines()[0].contains("today · only mine · "), "{}", desk.lines()[0]);
    // On the board and in the list, too; and it follows what changes.
    let theirs = everyone.iter().find(|id| !mine(&desk).contains(id)).expect("somebody else's").clone();
    desk.keys("d");
    let shown = |desk: &Desk, name: &str| {
        desk.app.columns.list(true).shown().iter().any(|row| row.id.as_str() == name)
    };
    assert!(!shown(&desk, &theirs) && desk.lines()[0].contains("only mine"));
    desk.elsewhere("eve", &Command::AssignOwner { account: id(&theirs), owner: Some("Dana".into()) });
    assert!(shown(&desk, &theirs), "whatever the case");
    desk.elsewhere("eve", &Command::AssignOwner { account: id(&theirs), owner: Some("eve".into()) });
    assert!(!shown(&desk, &theirs));
    let alert =
        desk.world.board().alerts().find(|alert| alert.account == id(&theirs)).map(|it| it.key.clone());
    if let Some(key) = alert {
        desk.elsewhere(
            "eve",
            &Command::ChangeAlert { key, change: AlertChange::Assign { assignee: Some("dana".into()) } },
        );
        assert!(shown(&desk, &theirs));
    }
    // A filter looks among them, and mine stays when it is dropped.
    desk.keys("d /").types(&theirs);
    assert_eq!(desk.app.matches(), Some(rows(&desk).len()));
    desk.keys("esc");
    assert_eq!(rows(&desk), mine(&desk));
    desk.notify(Msg::Resize(160, 24));
    assert!(desk.lines()[23].contains("M And no owner"), "{}", desk.lines()[23]);
    desk.keys("M M");
    assert_eq!(rows(&desk).len(), everyone.len());
    assert_eq!(desk.said(), "All accounts · M shows only yours");
    assert!(desk.lines()[23].contains("M Only mine"), "{}", desk.lines()[23]);
}

#[test]
fn where_nothing_is_mine_it_says_for_how_many_others_there_is_something() {
    let theirs = rows_of(&[["acme", "Acme", "300 USD", "2024-12-20", "eve", "1", "EU"]]);
    let mut desk = Desk::new(World::of(&theirs), SIZE);
    desk.keys("d M");
    let screen = desk.lines().join("\n");
    assert!(
        screen.contains("Nothing needs dana: 1 account needs others, M shows those without an owner"),
        "{screen}"
    );
    desk.keys("d");
    let screen = desk.lines().join("\n");
    assert!(screen.contains("None of yours"), "{screen}");
}
