//! An account in fifteen lines at the command line.

use crate::support::home::Home;

#[test]
fn the_brief_says_what_matters_before_a_call() {
    let home = Home::new();
    home.says(&["record", "A-1", "outreach.sent"]);
    let said = home.says(&["brief", "Acme"]);
    assert!(said.starts_with("Acme (A-1)\nStage        2. Onboarding Initiated, since Sun 15 Dec"), "{said}");
    assert!(said.contains("\nLast contact Sun 15 Dec: outreach sent by dana\n"), "{said}");
    let lines = home.json(&["brief", "A-1", "--json"])["lines"].clone();
    assert_eq!((&lines[0]["label"], &lines[1]["label"]), (&"Stage".into(), &"Owner".into()));
    home.says(&["record", "A-2", "outreach.sent", "--template", "First outreach"]);
    let said = home.says(&["brief", "A-2"]);
    assert!(said.contains(": outreach sent (First outreach) by dana\n"), "{said}");
    assert!(home.says(&["show", "A-2"]).contains("  Outreach sent (First outreach) · dana"));
    assert_eq!(home.json(&["show", "A-2", "--json"])["signals"][0]["template"], "First outreach");
    let error = home.complains(&["record", "A-2", "reply.received", "--template", "Reply"], 2);
    assert!(error.contains("--template does not go with reply.received"), "{error}");
    home.complains(&["brief", "Nobody"], 3);
}

#[test]
fn an_email_is_printed_from_the_template_that_fits_or_is_named() {
    let home = Home::new();
    let said = home.says(&["write", "Acme"]);
    assert!(
        said.starts_with("To: \nSubject: A quick look at your Acme account\n\nHi [first name?],\n"),
        "{said}"
    );
    let listed = home.says(&["write", "Acme", "--list"]);
    assert!(listed.starts_with("first-outreach\tFirst outreach\tfits now\n"), "{listed}");
    let survey = home.json(&["write", "Acme", "--template", "Survey", "--json"]);
    assert_eq!((&survey["template"], &survey["missing"][0]), (&"survey".into(), &"first name".into()));
    assert_eq!(home.json(&["write", "Acme", "--list", "--json"])[0]["fits"], "now");
    let error = home.complains(&["write", "Acme", "--template", "servey"], 2);
    assert!(error.contains("no template is called `servey`: did you mean survey?"), "{error}");
    std::fs::create_dir_all(home.0.path().join("config/templates")).expect("it can be made");
    home.config("templates/odd.md", "+++\ntitle = 'Odd'\n+++\n");
    let error = home.complains(&["write", "Acme"], 2);
    assert!(error.contains("odd.md:1: `subject`: the key is missing: add it"), "{error}");
}
