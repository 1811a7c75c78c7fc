//! The team of `config.toml`: whichever of their names is written, it is the same person.

use serde_json::json;

use crate::support::home::Home;

/// Four accounts nobody owns, and a team of two.
fn home() -> Home {
    let home = Home::new();
    home.config(
        "config.toml",
        "[[specialist]]\nname = \"Magda Nowak\"\naddress = \"magda@example.com\"\nshort = \"magda\"\n\
         [[specialist]]\nname = \"dan@example.com\"\ncolor = \"green\"\n",
    );
    home
}

fn owner(home: &Home, id: &str) -> serde_json::Value {
    home.json(&["show", id, "--json"])["owner"].clone()
}

#[test]
fn any_name_of_a_person_makes_them_the_owner() {
    for name in ["magda", "MAGDA@example.com", "Magda Nowak"] {
        let home = home();
        home.says(&["owner", "A-1", name]);
        assert_eq!(owner(&home, "A-1"), "Magda Nowak", "{name}");
        assert!(home.says(&["show", "A-1"]).contains("magda (Magda Nowak)"));
        assert!(home.says(&["list", "--where", "stage:any"]).contains("magda"));
        for query in
            ["owner:magda", "owner:magda@example.com", "owner:\"Magda Nowak\"", "owner:nowak", "magda"]
        {
            let found = home.json(&["list", "--json", "--where", query]);
            assert_eq!((&found[0]["id"], found[1].is_null()), (&json!("A-1"), true), "{query}");
        }
        let day = |who: &str| home.json(&["today", "--json", "--owner", who]);
        assert_eq!(day("magda@example.com")[0]["id"], "A-1");
        assert_eq!(day("dan"), json!([]));
    }
}

/// An owner from before there was a team, or from a file, is the same person too.
#[test]
fn an_owner_named_otherwise_is_shown_as_the_team_calls_them() {
    let home = home();
    home.says(&["owner", "A-1", "magda@example.com", "--anyway"]);
    home.config(
        "config.toml",
        "[[specialist]]\nname = \"Magda Nowak\"\naddress = \"magda@example.com\"\nshort = \"mn\"\n",
    );
    home.says(&["owner", "A-2", "mn"]);
    let found = home.json(&["list", "--json", "--where", "owner:mn"]);
    assert_eq!(found.as_array().map(Vec::len), Some(2));
    let listed = home.says(&["list", "--where", "owner:mn"]);
    assert_eq!(listed.matches("mn").count(), 2, "{listed}");
}

#[test]
fn me_is_one_of_the_team_by_any_of_their_names() {
    let home = home();
    home.says(&["owner", "A-1", "me", "--as", "MAGDA"]);
    assert_eq!(owner(&home, "A-1"), "Magda Nowak");
    let mine = home.json(&["list", "--json", "--where", "owner:me", "--as", "magda@example.com"]);
    assert_eq!(mine[0]["id"], "A-1");
    home.says(&["undo", "--as", "Magda Nowak"]);
    assert_eq!(owner(&home, "A-1"), json!(null), "whichever name she signs with, it is her change");
}

/// One step gives all of Dan's to Magda; when the day has come, it is asked whose they are.
#[test]
fn a_colleague_looks_after_all_of_somebodys_accounts_until_a_day() {
    let home = home();
    for id in ["A-1", "A-2"] {
        home.says(&["owner", id, "dan"]);
    }
    home.says(&["move", "A-1", "2"]);
    let said = home.says(&["owner", "magda", "--where", "owner:dan", "--until", "20 dec"]);
    assert!(
        said.starts_with(
            "2 accounts: Owner set to Magda Nowak, held for dan@example.com until Fri 20 Dec (#"
        ),
        "{said}"
    );
    assert_eq!(owner(&home, "A-1"), "Magda Nowak");
    let cover = &home.json(&["show", "A-1", "--json"])["cover"];
    assert_eq!(
        (&cover["owner"], cover["until"].as_str().map(str::len)),
        (&json!("dan@example.com"), Some(20))
    );
    let shown = home.says(&["show", "A-1"]);
    assert!(shown.contains("for dan until Fri 20 Dec"), "{shown}");
    let asked = |now: &str, who: &str| {
        let rows = home.json(&["today", "--json", "--owner", who, "--now", now]);
        let rows = rows.as_array().expect("a list").clone();
        let covers = rows.iter().flat_map(|row| row["reasons"].as_array().expect("a list"));
        let texts = covers.filter(|it| it["kind"] == "cover_ended").map(|it| it["text"].clone());
        texts.collect::<Vec<_>>()
    };
    let (before, after) = ("2024-12-19T22:00:00Z", "2024-12-20T09:00:00Z");
    for who in ["dan", "magda"] {
        assert_eq!(asked(before, who), Vec::<serde_json::Value>::new(), "{who}");
        assert_eq!(asked(after, who), vec![json!("dan is back since Fri 20 Dec: give it back?"); 2], "{who}");
    }
    // It is one step, also for the one who takes it back.
    home.says(&["undo"]);
    assert_eq!(
        (owner(&home, "A-1"), owner(&home, "A-2")),
        (json!("dan@example.com"), json!("dan@example.com"))
    );
    home.says(&["redo"]);
    // Whoever is made the owner by hand is it for good.
    home.says(&["owner", "A-1", "magda"]);
    home.says(&["owner", "A-2", "dan"]);
    assert_eq!(asked(after, "magda"), Vec::<serde_json::Value>::new());
    assert_eq!((owner(&home, "A-1"), owner(&home, "A-2")), (json!("Magda Nowak"), json!("dan@example.com")));
    home.complains(&["owner", "A-1", "dan", "--until", "yesterday"], 2);
    home.complains(&["owner", "A-1", "--none", "--until", "mon"], 2);
}

#[test]
fn today_says_how_many_open_accounts_each_has() {
    let home = home();
    home.says(&["owner", "A-1", "magda@example.com"]);
    let told = home.told(&["today"]);
    assert!(told.contains("open accounts: magda 1 · dan 0 · no owner "), "{told}");
    assert_eq!(home.told(&["today", "--owner", "magda"]), "");
}

#[test]
fn an_owner_outside_the_team_is_refused_with_who_may_be_meant() {
    let home = home();
    let error = home.complains(&["owner", "A-1", "dna"], 2);
    assert_eq!(
        error,
        "error: `dna` is not in the team of config.toml: did you mean dan? --anyway takes the name all the same"
    );
    home.says(&["owner", "A-1", "dna", "--anyway"]);
    assert_eq!(owner(&home, "A-1"), "dna");
    let fails = ["record", "Bolt", "invoice.payment_failed", "--invoice", "in_1", "--amount", "340 USD"];
    home.says(&fails);
    home.complains(&["alerts", "assign", "in_1", "--to", "xyz"], 2);
    home.says(&["alerts", "assign", "in_1", "--to", "magda@example.com"]);
    assert_eq!(home.json(&["alerts", "--json"])[0]["assignee"], "Magda Nowak");
    home.says(&["owner", "A-2", "dna", "--as", "dna"]);
    assert_eq!(owner(&home, "A-2"), "dna", "whoever is at the keyboard may take it");
    // Without a team, any name will do.
    let home = Home::new();
    home.says(&["owner", "A-1", "dna"]);
}
