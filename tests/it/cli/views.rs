//! Views on the command line, and the file they stand in.

use crate::support::home::Home;

fn ids(home: &Home, args: &[&str]) -> Vec<String> {
    let all = home.json(args);
    all.as_array().expect("a list").iter().map(|it| it["id"].as_str().unwrap_or("").to_owned()).collect()
}

#[test]
fn a_view_lists_its_accounts_in_its_order() {
    let home = Home::new();
    home.config(
        "views.toml",
        "[[view]]\nname = \"Ours\"\nquery = \"owner:none\"\norder = \"name\"\nlayout = \"all\"\n",
    );
    let everybody = ids(&home, &["list", "--where", "owner:none", "--json"]);
    let mut view = ids(&home, &["list", "--view", "ours", "--json"]);
    assert_eq!(view, ["A-1", "A-2", "A-3", "A-4"]);
    view.sort();
    let mut sorted = everybody;
    sorted.sort();
    assert_eq!(view, sorted);
    assert_eq!(ids(&home, &["list", "--view", "Renewing", "--json"]), ["A-2", "A-1"]);
}

#[test]
fn mistakes_name_the_view_the_file_and_the_line() {
    let home = Home::new();
    let said = home.complains(&["list", "--view", "Renewed"], 2);
    assert!(said.contains("there is no view called `Renewed`: did you mean Renewing?"), "{said}");
    home.config("views.toml", "[[view]]\nname = \"A\"\nquery = \"onwer:none\"\n");
    let said = home.complains(&["list", "--view", "Today"], 2);
    assert!(said.contains("views.toml:3: `query`: ") && said.contains("did you mean owner"), "{said}");
}
