//! Every output says of whom its numbers are, and as of when.

use serde_json::json;

use crate::support::home::Home;

const NOW: [&str; 2] = ["--now", "2024-12-15T09:30:00Z"];

/// Three accounts, two of which eve looks after, one of them on the plan for startups.
fn home() -> Home {
    let home = Home::empty();
    let file = home.0.path().join("accounts.csv").display().to_string();
    let rows = "External ID,Stage,Plan,Onboarding Specialist\nA-1,1,startup,eve\nA-2,1,scale,eve\nA-3,1,startup,dan\n";
    std::fs::write(&file, rows).expect("it can be written");
    home.says(&["import", &file, "--take-stages", "--now", "2024-12-01T09:00:00Z"]);
    home
}

#[test]
fn a_part_does_not_look_like_the_whole() {
    let home = home();
    let page = home.0.path().join("page.html").display().to_string();
    let said = |args: &[&str]| {
        let args = [&["insights"][..], args, &NOW].concat();
        let html = [&args[..], &["--html", &page, "--force"]].concat();
        home.says(&html);
        let html = std::fs::read_to_string(&page).expect("it was written");
        let others = [&[][..], &["--markdown"]].map(|format| home.says(&[&args[..], format].concat()));
        others.into_iter().chain([html]).collect::<Vec<_>>()
    };
    let of_all = "All of 3 accounts · as of 15 Dec 2024, 10:30, Europe/Berlin";
    for out in said(&[]) {
        assert!(out.contains(of_all) && out.contains("21 Oct to 15 Dec 2024, by week"), "{out}");
    }
    let part = ["--owner", "eve", "--where", "plan:startup"];
    let words = "1 account that eve looks after now, of those that plan:startup means · as of 15 Dec 2024";
    for out in said(&part) {
        assert!(out.contains(words) && !out.contains("All of"), "{out}");
    }
    for (args, words) in [
        (&part[..2], "2 accounts that eve looks after now · as of"),
        (&part[2..], "2 accounts that plan:startup means · as of"),
    ] {
        assert!(said(args).iter().all(|out| out.contains(words)), "{words}");
    }
}

#[test]
fn programs_read_of_whom_the_numbers_are() {
    let home = home();
    let all = home.json(&[&["insights", "--json"][..], &NOW].concat());
    assert_eq!((&all["owner"], &all["where"], &all["accounts"]), (&json!(null), &json!(null), &json!(3)));
    let part = ["insights", "--owner", "eve", "--where", "plan:startup"];
    let some = home.json(&[&part[..], &["--json"], &NOW].concat());
    assert_eq!(
        (&some["owner"], &some["where"], &some["accounts"]),
        (&json!("eve"), &json!("plan:startup"), &json!(1))
    );
    let csv = home.says(&[&part[..], &["--csv", "--no-bom"], &NOW].concat());
    for line in
        ["report,,from,2024-10-21", "report,,owner,eve", "report,,where,plan:startup", "report,,accounts,1"]
    {
        assert!(csv.lines().any(|it| it == line), "{line}: {csv}");
    }
}
