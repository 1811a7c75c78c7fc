//! Views: tabs with live counts, going from one to the next, and saving what is on the screen.

use chrono::TimeDelta;
use gangplank::config::views::{ListColumn, SavedView, ViewLayout, shipped};
use gangplank::state::{Command, FactKey};
use gangplank::tui::model::focus::View;
use gangplank::tui::model::msg::{Effect, Mouse, Msg};
use gangplank::tui::theme::Depth;

use crate::support::desk::{Desk, setup};
use crate::support::{id, import, moved, row, team_board};

/// A desk over the team's accounts, with the tabs that are shipped.
pub(super) fn with_tabs(size: (u16, u16)) -> Desk {
    desk_of(size)
}

fn desk_of(size: (u16, u16)) -> Desk {
    let setup = gangplank::tui::model::app::Setup { views: shipped(), ..setup(Depth::Mono) };
    let mut desk = Desk::with(team_board(), size, setup);
    desk.counts_tabs();
    desk
}

fn desk() -> Desk {
    desk_of((160, 40))
}

/// The name of the view on the screen.
fn current(desk: &Desk) -> &str {
    desk.app.current_tab().map_or("none", |at| &desk.app.tabs.tabs[at].view.name)
}

fn count(desk: &Desk, name: &str) -> usize {
    let tab = desk.app.tabs.tabs.iter().find(|tab| tab.view.is_called(name)).expect("there is such a view");
    tab.count.expect("it is counted")
}

#[test]
fn a_tab_says_how_many_its_view_shows_and_follows_every_change() {
    let mut desk = desk();
    let check = |desk: &mut Desk| {
        for at in 0..desk.app.tabs.tabs.len() {
            desk.app.open_tab(at);
            let (name, shown) = (desk.app.tabs.tabs[at].view.name.clone(), desk.app.matches());
            let shown = shown.unwrap_or_else(|| match desk.app.view {
                View::Today => desk.app.queue.rows().len(),
                View::Board => desk.app.columns.list(false).len(),
                View::List { all } => desk.app.columns.list(all).len(),
            });
            assert_eq!(count(desk, &name), shown, "{name}");
        }
    };
    check(&mut desk);
    let before = count(&desk, "No owner");
    desk.elsewhere("eve", &Command::AssignOwner { account: id("cato"), owner: Some("eve".into()) });
    assert_eq!(count(&desk, "No owner"), before - 1);
    desk.elsewhere("eve", &moved("hive", "5"));
    desk.elsewhere("eve", &Command::Merge { from: id("brio"), into: id("alba") });
    check(&mut desk);
    desk.counts_tabs();
    check(&mut desk);
}

#[test]
fn tab_goes_round_and_a_filter_of_ones_own_is_no_view() {
    let mut desk = desk();
    assert_eq!(current(&desk), "Everything");
    desk.keys("tab");
    assert_eq!((current(&desk), desk.app.view), ("Today", View::Today));
    desk.keys("tab tab");
    assert_eq!((current(&desk), desk.app.view), ("No owner", View::List { all: false }));
    assert!(desk.app.rows().iter().all(|row| desk.world.account(row.id.as_str()).owner().is_none()));
    desk.keys("shift-tab shift-tab shift-tab");
    assert_eq!(current(&desk), "Everything");
    desk.keys("/").types("owner:none stage:1").keys("enter");
    assert_eq!(current(&desk), "none");
    assert!(desk.lines()[1].contains("filter owner:none stage:1 · "), "{}", desk.lines()[1]);
    desk.keys("esc");
    assert_eq!(current(&desk), "Everything");
    // A tab that is empty and hides is passed over.
    let shown: Vec<usize> = desk.app.tabs.shown(None).collect();
    assert!(shown.iter().all(|at| desk.app.tabs.tabs[*at].view.name != "Legacy segment"));
}

#[test]
fn a_filter_says_how_much_it_finds_off_the_board() {
    let mut desk = desk();
    desk.elsewhere("eve", &import(&[row("zeta", "Zeta Off")]));
    desk.keys("/").types("zeta").keys("enter");
    let title = |desk: &Desk| desk.lines()[1].clone();
    assert!(title(&desk).contains("filter zeta · 0 matches · 1 more off the board (i)"), "{}", title(&desk));
    desk.keys("i");
    let title = title(&desk);
    assert!(title.contains("filter zeta · 1 match") && !title.contains("more off"), "{title}");
}

#[test]
fn the_mouse_opens_a_tab() {
    let mut desk = desk();
    let line = desk.lines()[0].clone();
    let x = line.find("Renewing").map(|at| line[..at].chars().count()).expect("it is shown");
    desk.mouse(Mouse::Press, (u16::try_from(x).expect("it fits"), 0));
    assert_eq!(current(&desk), "Renewing");
}

#[test]
fn what_is_on_the_screen_is_saved_under_a_name() {
    let mut desk = desk();
    desk.keys("t /").types("stage:1 forecast>=300").keys("enter s 2 W").types("Big new ones").keys("enter");
    let Some(Effect::SaveView(view)) = desk.effects.pop() else { panic!("it is to be saved") };
    assert_eq!(
        (&*view.name, &*view.query, view.layout),
        ("Big new ones", "stage:1 forecast>=300", ViewLayout::List)
    );
    desk.notify(Msg::ViewSaved(view, Ok("views.toml".to_owned())));
    assert_eq!((current(&desk), desk.said()), ("Big new ones", "Saved the view Big new ones in views.toml"));
    desk.counts_tabs();
    assert!(desk.lines()[0].contains("Big new ones 4"), "{}", desk.lines()[0]);
    desk.keys("W").keys("ctrl-u enter");
    assert_eq!(desk.said(), "a view needs a name: write what the tab is to say");
    desk.keys("esc");
}

#[test]
fn a_view_of_that_name_is_replaced_only_after_a_second_enter() {
    let mut desk = desk();
    desk.keys("t /").types("stage:1").keys("enter W ctrl-u").types("mine").keys("enter");
    assert!(desk.effects.pop().is_none(), "nothing is saved yet");
    assert_eq!(desk.said(), "There is a view called Mine: enter again replaces it");
    // The objection was to another name.
    desk.types("2").keys("backspace enter");
    assert!(desk.effects.pop().is_none());
    desk.keys("enter");
    let Some(Effect::SaveView(view)) = desk.effects.pop() else { panic!("it is to be saved") };
    assert_eq!((&*view.name, &*view.query), ("Mine", "stage:1"));
}

#[test]
fn the_columns_of_a_view_stand_in_its_order() {
    let mut view = SavedView::new("Plans".to_owned());
    view.columns = vec![ListColumn::Stage, ListColumn::Name, ListColumn::Fact(FactKey::Region)];
    let setup = gangplank::tui::model::app::Setup { views: vec![view], ..setup(Depth::Mono) };
    let mut desk = Desk::with(team_board(), (100, 30), setup);
    desk.keys("tab");
    let heading = desk.lines()[3].split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(heading.starts_with("Stage Name Region"), "{heading}");
    assert!(
        desk.lines()[4].contains(" EU") || desk.lines()[4].contains(" US") || desk.lines()[4].contains(" PL")
    );
}

/// The same query gives the same accounts in the filter, a view and Today.
#[test]
fn a_view_shows_whom_its_query_means() {
    let mut desk = desk();
    for query in ["owner:none", "renews<=14d is:open", "stage:1 or stage:5", "-owner:any"] {
        let mut view = SavedView::new("Asked".to_owned());
        (view.query, view.layout) = (query.to_owned(), ViewLayout::List);
        let at = desk.app.tabs.put(view);
        desk.counts_tabs();
        desk.app.open_tab(at);
        let ids = |desk: &Desk| desk.app.rows().iter().map(|row| row.id.to_string()).collect::<Vec<_>>();
        let of_view = ids(&desk);
        desk.keys("esc /").types(query).keys("enter");
        assert_eq!(of_view, ids(&desk), "{query}");
        assert_eq!(of_view.len(), count(&desk, "Asked"));
        desk.keys("esc");
    }
}

#[test]
fn another_order_leaves_the_counts_alone() {
    let mut desk = desk();
    desk.keys("t s 3");
    assert!(!desk.app.has_work_ahead(), "everyone keeps their number");
    desk.elsewhere("eve", &Command::AssignOwner { account: id("cato"), owner: Some("eve".into()) });
    let counted = count(&desk, "No owner");
    desk.app.rebuild();
    assert_eq!(count(&desk, "No owner"), counted, "what was known is shown until all are counted anew");
    desk.counts_tabs();
    assert_eq!(count(&desk, "No owner"), counted);
}

#[test]
fn what_time_alone_changes_is_counted_anew() {
    let mut desk = desk();
    let mut view = SavedView::new("Asleep".to_owned());
    view.query = "snoozed".to_owned();
    desk.app.tabs.put(view);
    desk.focus("cato").keys("z").types("in 1 hour").keys("enter");
    desk.counts_tabs();
    assert_eq!(count(&desk, "Asleep"), 1);
    desk.keys("esc /").types("snoozed").keys("enter");
    assert_eq!(desk.app.matches(), Some(1));
    desk.later(TimeDelta::hours(2)).counts_tabs();
    assert_eq!((count(&desk, "Asleep"), desk.app.matches()), (0, Some(0)));
}

#[test]
fn the_tabs_as_people_see_them() {
    let mut pictures = String::new();
    for (size, keys) in
        [((80, 24), "tab"), ((80, 24), "tab tab tab tab tab"), ((120, 40), "shift-tab shift-tab")]
    {
        let mut desk = desk_of(size);
        desk.keys(keys);
        pictures.push_str(&desk.lines()[..4].join("\n"));
        pictures.push('\n');
    }
    insta::assert_snapshot!(pictures);
}
