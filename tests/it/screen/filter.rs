//! The filter: whom a few typed letters mean, and which letters of a name they matched.

use std::collections::{BTreeSet, HashSet};

use gangplank::query::Sort;
use gangplank::query::words::highlights;
use gangplank::query::{Query, QueryContext};
use gangplank::state::query::attention::RenewalThresholds;
use gangplank::state::{AccountFacts, AccountId, Board, Command, Currency, FactKey, FactValue, Now, Roster};
use gangplank::text::folded;
use gangplank::tui::input::keymap::InputMode;
use gangplank::tui::model::columns::{BoardColumns, ColumnId};
use gangplank::tui::model::filter::index::Index;
use proptest::prelude::*;
use proptest::sample::select;

use crate::support::desk::Desk;
use crate::support::{World, id, import, moved, row, team_board};

/// Who is known: id, name, specialist, one extra fact.
fn world() -> World {
    let known: [(&str, &str, &str, &str); 9] = [
        ("A-2e4581", "Acme Robotics", "dana@example.com", "Manufacturing"),
        ("A-43a9e3", "Café Zürich", "eve@example.com", "Hospitality"),
        ("A-0a282f", "ŁÓDŹ Textiles", "dana@example.com", "Textiles and Dye"),
        ("B-1f0ac7", "株式会社ゴンドラ", "yuki", "物流"),
        ("B-77", "Ёлка и Ко", "eve@example.com", "Toys (wooden)"),
        ("B-78", "Straße GmbH", "—", "C++ / C#"),
        ("B-79", "Zeta Café", "eve@example.com", "EdTech"),
        ("B-80", "Abacus", "dana@example.com", "EdTech 100%"),
        ("B-81", "O'Neill & Sons", "Dana O'Neill", "DevTools"),
    ];
    let rows: Vec<AccountFacts> = known
        .map(|(id, name, specialist, industry)| {
            row(id, name)
                .text(FactKey::Specialist, specialist)
                .text(FactKey::Extra("Industry".into()), industry)
                .with(FactKey::OtherId("stripe".into()), FactValue::Text(format!("cus_{id}").into()))
                .with(FactKey::AdminEmails, FactValue::List(vec![format!("it@{id}.test").into()]))
        })
        .into();
    World::of(&rows)
}

/// A shelf and its index: what a filter works on.
struct Searched(BoardColumns, Index);

struct Found {
    best: Option<AccountId>,
    passing: HashSet<AccountId>,
}

impl Searched {
    fn new(board: &Board) -> Self {
        let columns = BoardColumns::new(
            board,
            &Now::utc("2024-12-15T09:00:00Z".parse().expect("a moment")),
            Sort::Name,
        );
        let index = Index::new(board, &columns, &Roster::default());
        Self(columns, index)
    }

    fn follow(&mut self, board: &Board, id: &AccountId) {
        for number in self.0.follow(board, &[(id, true)]) {
            self.1.follow(board, id, number, &Roster::default());
        }
    }

    fn find(&self, query: &str) -> Found {
        let scores = self.1.clone().scores(query);
        let passing = scores.visible();
        let rows = || self.0.list(true).all().iter();
        let best = scores.best_of(rows().map(|row| (row.number(), &row.id)));
        Found {
            best: best.cloned(),
            passing: rows().filter(|row| passing.contains(row.number())).map(|row| row.id.clone()).collect(),
        }
    }
}

/// The names of those whom `query` means.
fn meant(board: &Board, index: &Searched, query: &str) -> BTreeSet<String> {
    let found = index.find(query).passing;
    found
        .iter()
        .map(|id| board.get(id).map_or_else(|| id.to_string(), |account| account.name().to_owned()))
        .collect()
}

#[test]
fn a_few_letters_mean_accounts() {
    let world = world();
    let index = Searched::new(world.board());
    for (query, expected) in [
        // Names, fuzzily, whatever the case and accents.
        ("acme", &["Acme Robotics"][..]),
        ("ACME", &["Acme Robotics"]),
        ("acrob", &["Acme Robotics"]),
        ("cafe", &["Café Zürich", "Zeta Café"]),
        ("CAFÉ", &["Café Zürich", "Zeta Café"]),
        ("zurich", &["Café Zürich"]),
        ("lodz", &["ŁÓDŹ Textiles"]),
        ("łódź", &["ŁÓDŹ Textiles"]),
        ("ゴンドラ", &["株式会社ゴンドラ"]),
        ("株ゴ", &["株式会社ゴンドラ"]),
        ("елка", &["Ёлка и Ко"]),
        ("ЁЛКА", &["Ёлка и Ко"]),
        ("o'neill", &["O'Neill & Sons"]),
        // Ids and owners.
        ("2e4581", &["Acme Robotics"]),
        ("b-77", &["Ёлка и Ко"]),
        ("yuki", &["株式会社ゴンドラ"]),
        ("dana@", &["Acme Robotics", "ŁÓDŹ Textiles", "Abacus"]),
        // Other facts, to the letter.
        ("manufacturing", &["Acme Robotics"]),
        ("物流", &["株式会社ゴンドラ"]),
        ("(wooden)", &["Ёлка и Ко"]),
        ("c++", &["Straße GmbH"]),
        ("100%", &["Abacus"]),
        ("cus_b-79", &["Zeta Café"]),
        ("it@b-80", &["Abacus"]),
        ("mnfctrng", &[]),
        // Every word must be found, wherever.
        ("cafe edtech", &["Zeta Café"]),
        ("edtech dana", &["Abacus"]),
        ("edtech   cafe ", &["Zeta Café"]),
        ("cafe acme", &[]),
        ("zzz", &[]),
    ] {
        let expected: BTreeSet<String> = expected.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(meant(world.board(), &index, query), expected, "{query}");
    }
}

#[test]
fn a_name_is_meant_before_anything_else() {
    let world = world();
    let index = Searched::new(world.board());
    for (query, best) in
        [("textiles", "A-0a282f"), ("abacus", "B-80"), ("zeta", "B-79"), ("yuki", "B-1f0ac7")]
    {
        assert_eq!(index.find(query).best, Some(id(best)), "{query}");
    }
    assert_eq!(index.find("zzz").best, None);
}

#[test]
fn matched_letters_are_known_by_their_place() {
    let run = |from: usize, to: usize| (from..to).collect::<Vec<_>>();
    for (query, shown, places) in [
        ("acme", "Acme Robotics", run(0, 4)),
        ("cafe", "Zeta Café", run(5, 9)),
        ("zur", "Café Zürich", run(5, 8)),
        ("lodz", "ŁÓDŹ Textiles", run(0, 4)),
        ("textiles", "ŁÓDŹ Textiles", run(5, 13)),
        ("ゴンドラ", "株式会社ゴンドラ", run(4, 8)),
        ("株ゴ", "株式会社ゴンドラ", vec![0, 4]),
        ("ко", "Ёлка и Ко", run(7, 9)),
        ("sons o'neill", "O'Neill & Sons", [run(0, 7), run(10, 14)].concat()),
        ("cafe zzz", "Zeta Café", run(5, 9)),
        ("zzz", "Zeta Café", vec![]),
        ("", "Zeta Café", vec![]),
        // Where folding changes how many letters there are, no place can be trusted.
        ("gmbh", "Straße ﬁn GmbH", vec![]),
        ("e", "Cafe\u{301}", vec![]),
    ] {
        assert_eq!(highlights(query, shown), places, "{query} in {shown}");
    }
}

#[test]
fn an_index_made_in_steps_is_the_same() {
    let rows: Vec<_> =
        (0..3_000).map(|n| row(&format!("A-{n:05}"), &format!("company {}", n % 70))).collect();
    let world = World::of(&rows);
    let (board, roster) = (world.board(), Roster::default());
    let columns = BoardColumns::new(board, &world.now, Sort::default());
    let mut whole = Index::new(board, &columns, &roster);
    for change_after in [0, 1, 4] {
        let mut index = Index::default();
        let mut steps = 0;
        while !index.is_whole() {
            if steps == change_after {
                // Somebody new comes while it is made.
                index.follow(board, &id("A-00007"), 3_000, &roster);
                index.follow(board, &id("nobody"), 3_000, &roster);
            }
            index.describe(board, &columns, &roster, 1_000);
            steps += 1;
        }
        for query in ["0299", "company 7", "zzz", "a"] {
            assert_eq!(index.find(query, 50), whole.find(query, 50), "{query}");
        }
    }
}

#[test]
fn what_was_typed_before_changes_nothing_about_what_is_found() {
    let rows: Vec<_> =
        (0..600).map(|n| row(&format!("A-{n:03}"), &format!("Harbor {} & Sons {n}", n % 7))).collect();
    let mut world = World::of(&rows);
    let roster = Roster::default();
    let columns = BoardColumns::new(world.board(), &world.now, Sort::default());
    let mut index = Index::new(world.board(), &columns, &roster);
    let fresh = Index::new(world.board(), &columns, &roster);
    for query in [
        "",
        "h",
        "ha",
        "har",
        "harb",
        "har",
        "ha",
        "ha 3",
        "ha 3 s",
        "ha",
        "3",
        "3 h",
        "",
        "x",
        "xy",
        "x",
        "",
        "har son",
        "har",
        "harbor sons 59",
        "h",
        "a",
        "ar",
        "A-0",
        "a-00",
        "0",
    ] {
        assert_eq!(index.find(query, 700), fresh.clone().find(query, 700), "{query}");
    }
    // Nor does it after a change.
    index.find("quay", 1);
    world.does(&import(&[row("A-003", "Quay")]));
    let number = columns.number_of(&id("A-003")).expect("it is on the board");
    index.follow(world.board(), &id("A-003"), number, &roster);
    assert_eq!(index.find("quay", 9), [id("A-003")]);
}

#[test]
fn the_index_follows_the_board() {
    let mut world = world();
    let mut index = Searched::new(world.board());
    let follow = |world: &World, index: &mut Searched, ids: &[&str]| {
        for account in ids {
            index.follow(world.board(), &id(account));
        }
    };
    world.does(&import(&[row("B-80", "Renamed"), row("C-1", "Newcomer")]));
    follow(&world, &mut index, &["B-80", "C-1"]);
    assert_eq!(meant(world.board(), &index, "abacus").len(), 0);
    assert_eq!(meant(world.board(), &index, "renamed").len(), 1);
    assert_eq!(index.find("newcomer").best, Some(id("C-1")));
    world.does(&Command::AssignOwner { account: id("C-1"), owner: Some("Waldo".into()) });
    follow(&world, &mut index, &["C-1"]);
    assert_eq!(index.find("waldo").best, Some(id("C-1")));
    world.does(&moved("C-1", "1"));
    follow(&world, &mut index, &["C-1"]);
    for _ in 0..3 {
        world.does(&Command::Undo);
    }
    follow(&world, &mut index, &["C-1", "B-80", "nobody"]);
    for query in ["newcomer", "waldo", "c-1", "renamed"] {
        assert_eq!(index.find(query).passing.len(), 0, "{query} is gone");
    }
    assert_eq!(index.find("abacus").best, Some(id("B-80")));
    world.does(&Command::Redo);
    follow(&world, &mut index, &["C-1", "B-80"]);
    assert_eq!(index.find("newcomer").best, Some(id("C-1")), "it takes its old place");
}

/// Whether the letters of `word` stand in `text` in order, others between them.
fn is_subsequence(word: &str, text: &str) -> bool {
    let mut letters = text.chars();
    word.chars().all(|wanted| letters.any(|letter| letter == wanted))
}

fn name() -> impl Strategy<Value = String> {
    let piece = select(
        &["Ac", "me", " ", "Ltd", "é", "Zü", "株", "式", "Ё", "к", "o", "a", "-", "'", "ß", "🚀", "e\u{301}"]
            [..],
    );
    prop::collection::vec(piece, 1..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn the_filter_means_what_a_plain_reading_means(
        names in prop::collection::vec((name(), name()), 1..12),
        query in "[acemltdé株к'o -]{1,5}",
    ) {
        let accounts: Vec<(String, &String, &String)> =
            names.iter().enumerate().map(|(at, (name, fact))| (format!("{at}"), name, fact)).collect();
        let rows: Vec<AccountFacts> = accounts
            .iter()
            .map(|(id, name, fact)| row(id, name).text(FactKey::Region, fact))
            .collect();
        let world = World::of(&rows);
        let found = Searched::new(world.board()).find(&query);
        let words = folded(&query);
        let passes = |name: &str, id: &str, fact: &str| {
            words.split_whitespace().all(|word| {
                is_subsequence(word, &folded(name)) || is_subsequence(word, id) || folded(fact).contains(word)
            })
        };
        if words.trim().is_empty() {
            prop_assert!(found.passing.is_empty());
            return Ok(());
        }
        for (account, name, fact) in &accounts {
            prop_assert_eq!(found.passing.contains(&id(account)), passes(name, account, fact), "{} in {} / {}", query, name, fact);
        }
        prop_assert_eq!(found.best.is_some(), !found.passing.is_empty());
        prop_assert!(found.best.is_none_or(|best| found.passing.contains(&best)));
    }

    #[test]
    fn highlighted_letters_spell_the_word(name in name(), word in "[acemltdé株к'o-]{1,3}") {
        let places = highlights(&word, &name);
        let letters: Vec<char> = folded(&name).chars().collect();
        let (wanted, shown) = (folded(&word), name.chars().count());
        if letters.len() != shown {
            prop_assert_eq!(places, Vec::<usize>::new());
        } else if is_subsequence(&wanted, &folded(&name)) {
            let spelt: String = places.iter().map(|place| letters[*place]).collect();
            prop_assert_eq!(spelt, wanted);
        } else {
            prop_assert_eq!(places, Vec::<usize>::new());
        }
    }
}

#[test]
fn an_accent_before_a_word_shifts_no_highlight() {
    assert_eq!(highlights("кé", "éкme"), [1, 3]);
    assert_eq!(highlights("кé", "e\u{301}кme"), Vec::<usize>::new());
}

/// A query in the filter means whom it means on the command line.
#[test]
fn a_query_narrows_the_board_the_list_and_today() {
    let mut desk = Desk::new(team_board(), (120, 40));
    let shown = |desk: &mut Desk| -> BTreeSet<String> {
        desk.keys("esc");
        let rows = desk.app.columns.list(true).shown();
        rows.iter().map(|row| row.id.to_string()).collect()
    };
    for text in
        ["stage:3a", "stage:3 or stage:5", "-stage:any", "forecast>=500", "owner:none stage:any", "is:mine"]
    {
        let rules = desk.app.setup.playbooks.attention_rules(RenewalThresholds { soon: 14, urgent: 10 });
        let board = desk.world.board().clone();
        let context = QueryContext {
            board: &board,
            now: desk.world.now,
            me: "dana",
            rules: &rules,
            currency: Currency::USD,
            retired: &[],
            marked: None,
        };
        let expected = Query::parse(text, &context).expect("a query").find(&context);
        let expected: BTreeSet<String> = expected.into_iter().map(|id| id.to_string()).collect();
        desk.keys("/").types(text).keys("enter");
        let found = desk.app.columns.list(true).shown().iter().map(|row| row.id.to_string()).collect();
        assert_eq!(expected, found, "{text}");
        assert!(desk.lines()[0].contains(&format!("filter {text}")), "{}", desk.lines()[0]);
        assert!(shown(&mut desk).len() > expected.len(), "esc shows everyone again");
    }
}

#[test]
fn half_a_query_leaves_what_is_seen_and_says_what_is_missing() {
    let mut desk = Desk::new(team_board(), (120, 40));
    desk.keys("/").types("stage:3a").types(" -ownr");
    let found = desk.app.columns.list(true).shown().len();
    assert!(found > 0);
    desk.types(":");
    assert!(desk.lines().join("\n").contains("`ownr` is not a field: did you mean owner?"));
    assert_eq!(desk.app.columns.list(true).shown().len(), found);
    assert!(!desk.lines().last().expect("a line").contains("Keep filter"), "it would do nothing");
    desk.keys("enter");
    assert_eq!(desk.app.mode(), InputMode::Prompt, "a mistake is no filter");
    desk.keys("backspace enter");
    assert_eq!((desk.app.mode(), desk.said()), (InputMode::Board, ""));
    assert_eq!(desk.app.columns.list(true).shown().len(), found);
}

/// A field is typed letter by letter: nobody is hidden before it says whom it means.
#[test]
fn nobody_is_hidden_while_a_field_is_typed() {
    for (before, field) in [("", "owner:"), ("", "renews<="), ("stage:3a ", "risk:"), ("kite ", "owner:")] {
        let mut desk = Desk::new(team_board(), (120, 40));
        desk.keys("/").types(before);
        let found = desk.app.columns.list(true).shown().len();
        for (at, letter) in field.char_indices() {
            desk.types(&letter.to_string());
            let shown = desk.app.columns.list(true).shown().len();
            assert!(shown > 0, "{before}{}: {}", &field[..=at], desk.picture());
        }
        assert_eq!(desk.app.columns.list(true).shown().len(), found, "{before}{field}");
    }
    let mut desk = Desk::new(team_board(), (120, 40));
    desk.keys("/").types("owne").keys("enter");
    assert_eq!(desk.app.matches(), Some(0), "it is no field, but a word that nobody has");
    desk.keys("/").keys("backspace").types("r:dana").keys("enter");
    assert!(desk.app.matches() > Some(0));
}

/// A long objection is cut rather than left out.
#[test]
fn an_objection_to_a_query_is_seen_on_a_narrow_screen() {
    let mut desk = Desk::new(team_board(), (80, 24));
    desk.keys("/").types("owner:none renews<=30d foo:");
    let asked = desk.lines().into_iter().find(|line| line.starts_with("/owner")).expect("a question");
    assert!(asked.contains("Character 24: `foo` is not a field: write"), "{asked}");
}

/// What a change makes of an account lets it through, or hides it, at once.
#[test]
fn a_query_follows_what_happens() {
    let mut desk = Desk::new(team_board(), (120, 40));
    desk.keys("/").types("owner:eve").keys("enter");
    let before = desk.app.columns.list(true).shown().len();
    let free = desk.world.board().accounts().find(|account| account.owner().is_none()).expect("there is one");
    let command = Command::AssignOwner { account: free.id.clone(), owner: Some("eve".into()) };
    desk.elsewhere("dan", &command);
    assert_eq!(desk.app.columns.list(true).shown().len(), before + 1);
}

/// The sums over the cards are those of the cards that are seen, and follow what happens to them.
#[test]
fn a_columns_sum_is_of_what_the_filter_shows() {
    let mut desk = Desk::new(team_board(), (120, 40));
    let sums = |desk: &Desk| -> Vec<String> {
        let column = desk.app.columns.column(ColumnId::Stage(0));
        column.money().into_iter().map(|sum| sum.to_string()).collect()
    };
    desk.keys("/").types("owner:none").keys("enter");
    assert_eq!(sums(&desk), ["$306"], "cato and brio");
    desk.elsewhere("eve", &Command::AssignOwner { account: id("cato"), owner: Some("eve".into()) });
    assert_eq!(sums(&desk), ["$205"]);
    desk.elsewhere("eve", &moved("brio", "2"));
    assert_eq!(sums(&desk), Vec::<String>::new());
    desk.keys("esc");
    assert_eq!(sums(&desk).len(), 2, "everyone is seen again: {:?}", sums(&desk));
}
