//! What an account is copied as, and the pages about it in other systems.

use gangplank::config::links;
use gangplank::state::command::AccountFacts;
use gangplank::state::{AccountId, FactKey};
use gangplank::tui::model::app::Setup;
use gangplank::tui::model::msg::{Effect, Msg};
use gangplank::tui::model::programs::{OutputTo, ProgramRun, RunOutcome};
use gangplank::tui::theme::Depth;

use crate::support::desk::{Desk, setup};
use crate::support::{World, import, moved, row};

const LINKS: &str = r#"
vitally = "https://app.example/accounts/{external_id}?q={name}"
stripe = "https://stripe.example/{id.stripe}"
"#;

fn desk(text: &str, account: AccountFacts) -> Desk {
    let world = World::of(&[account]);
    let links = links::parse(text, "links.toml").expect("correct");
    Desk::with(world, (100, 30), Setup { links, ..setup(Depth::Mono) })
}

fn acme() -> AccountFacts {
    AccountFacts::new("a/1 é").text(FactKey::Name, "Acme & Sons \u{1b}[31m#1").in_stage("1. New Account")
}

fn opened(address: &str) -> Effect {
    Effect::Run(ProgramRun {
        account: AccountId::new("a/1 é"),
        title: "vitally".into(),
        words: vec!["open-it".into(), address.into()],
        variables: Vec::new(),
        output: OutputTo::Background,
    })
}

const ADDRESS: &str = "https://app.example/accounts/a%2F1%20%C3%A9?q=Acme%20%26%20Sons%20%1B%5B31m%231";

#[test]
fn the_only_page_is_opened_and_no_value_can_break_out_of_its_address() {
    let mut desk = desk(LINKS, acme());
    desk.focus("a/1 é").keys("B");
    assert_eq!(desk.effects, [opened(ADDRESS)]);
    let Some(Effect::Run(run)) = desk.effects.pop() else { panic!("it runs") };
    desk.notify(Msg::Ran(run.clone(), RunOutcome::GoesOn));
    assert_eq!(desk.said(), "Opened vitally");
    desk.notify(Msg::Ran(run, RunOutcome::Failed("open-it: not found".into())));
    assert_eq!(desk.said(), "vitally could not be run: open-it: not found");
}

#[test]
fn of_several_pages_one_is_chosen() {
    let stripe = FactKey::OtherId("stripe".into());
    let mut desk = desk(LINKS, acme().text(stripe, "cus_1"));
    desk.focus("a/1 é").keys("B");
    let shown = desk.lines().join("\n");
    assert!(
        shown.contains("1 vitally") && shown.contains("2 stripe       https://stripe.example/cus_1"),
        "{shown}"
    );
    desk.keys("1");
    assert_eq!(desk.effects, [opened(ADDRESS)]);
}

#[test]
fn a_page_that_is_not_known_is_not_opened() {
    let mut desk = desk("stripe = 'https://stripe.example/{id.stripe}'", acme());
    desk.focus("a/1 é").keys("B");
    assert!(
        desk.said().ends_with("has no fact `id.stripe`, which the link `stripe` needs"),
        "{}",
        desk.said()
    );
    assert_eq!(desk.effects, []);
    let mut desk = self::desk("", acme());
    desk.focus("a/1 é").keys("B");
    assert!(desk.said().starts_with("There are no links"), "{}", desk.said());
}

#[test]
fn everything_that_is_copied_is_in_one_menu() {
    let account = acme().text(FactKey::Contacts, "ana@acme.example, bo@acme.example, ana@acme.example");
    let mut desk = desk(LINKS, account);
    desk.focus("a/1 é");
    for (keys, copied) in [
        ("y y", "ana@acme.example"),
        ("y enter", "ana@acme.example"),
        ("y a", "ana@acme.example, bo@acme.example"),
        ("y i", "a/1 é"),
        ("y 1", ADDRESS),
    ] {
        desk.effects.clear();
        desk.keys(keys);
        assert_eq!(desk.effects, [Effect::Copy(copied.into())], "{keys}");
    }
    desk.effects.clear();
    desk.keys("n").types("they *like* it").keys("enter");
    desk.keys("y m");
    let [Effect::Copy(summary)] = &desk.effects[..] else { panic!("{:?}", desk.effects) };
    let lines: Vec<&str> = summary.lines().collect();
    assert_eq!(lines[0], r"**Acme & Sons \[31m\#1** (a/1 é)");
    assert!(lines.iter().any(|line| line.starts_with("- Stage: 1. New Account, since ")), "{summary}");
    assert!(lines.contains(&"- Owner: no owner"), "{summary}");
    assert!(summary.contains(r"they \*like\* it") && !summary.contains('\u{1b}'), "{summary}");
    desk.effects.clear();
    desk.keys("y esc");
    assert_eq!(desk.effects, []);
}

#[test]
fn a_mistake_in_a_link_is_named() {
    for (text, error) in [
        ("a = 3", ":1: `a`: a link is a text in quotes: write \"https://example.com/{external_id}\""),
        ("\na = 'https://x/{plam}'", ":2: `a`: unknown placeholder {plam}: did you mean plan?"),
        ("a = 'https://x/{id'", ":1: `a`: `{` stands alone: write `{{` for a brace"),
        (
            "a = 'javascript:alert(1)'",
            ":1: `a`: an address begins with one of https:, http:, mailto:, tel:, such as https://example.com",
        ),
        (
            "a = '{external_id}'",
            ":1: `a`: an address begins with one of https:, http:, mailto:, tel:, such as https://example.com",
        ),
        (
            "a = 'https://x/ y'",
            ":1: `a`: an address has no spaces and nothing that cannot be seen: take them out",
        ),
    ] {
        let found = links::parse(text, "links.toml").expect_err(text).to_string();
        assert_eq!(found, format!("links.toml{error}"), "{text}");
    }
    let braces = links::parse("a = 'https://x/{{{name}}}'", "links.toml").expect("correct");
    assert_eq!(braces.len(), 1);
}

/// Somebody may move an account out of sight while it is asked which of its pages to open.
#[test]
fn a_page_is_opened_of_the_account_it_was_asked_of() {
    let stripe = FactKey::OtherId("stripe".into());
    let mut desk = desk(LINKS, acme().text(stripe, "cus_1"));
    desk.elsewhere("eve", &import(&[row("bolt", "Bolt").in_stage("1")]));
    desk.keys("t /").types("stage:1").keys("enter").focus("a/1 é").keys("B");
    desk.elsewhere("eve", &moved("a/1 é", "2"));
    assert_eq!(desk.focused(), "bolt");
    desk.keys("1");
    assert_eq!(desk.effects, [opened(ADDRESS)]);
}
