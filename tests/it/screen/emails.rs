//! Emails from templates on the screen: which one, what becomes of what was written, and what is recorded.

use gangplank::state::FactKey;
use gangplank::tui::input::keymap::InputMode;
use gangplank::tui::model::app::Setup;
use gangplank::tui::model::emails::EmailInWork;
use gangplank::tui::model::msg::{Effect, Msg};
use gangplank::tui::model::picker::PickerPurpose;
use gangplank::tui::model::programs::{OutputTo, ProgramRun, RunOutcome};
use gangplank::tui::model::prompt::Prompt;
use gangplank::tui::theme::Depth;

use super::snapshots::Snapshots;
use crate::support::desk::{Desk, setup};
use crate::support::{World, day, row};

fn world() -> World {
    let acme = row("acme", "Acme Ltd")
        .in_stage("1")
        .text(FactKey::Contacts, "Ana Ruiz <ana@acme.example>")
        .text(FactKey::BillingInterval, "monthly")
        .with(FactKey::NextRenewal, day("2024-12-22"));
    World::with_checklists(&[acme, row("bolt", "Bolt").in_stage("5")])
}

fn desk() -> Desk {
    let mut desk = Desk::new(world(), (80, 24));
    desk.keys("t").focus("acme");
    desk
}

/// The email that the editor is asked to open.
#[track_caller]
fn opened(desk: &mut Desk) -> EmailInWork {
    match desk.effects.pop() {
        Some(Effect::EditEmail(email)) => *email,
        other => panic!("{other:?}: {}", desk.said()),
    }
}

/// Writes `body` in the editor that is open.
fn writes(desk: &mut Desk, body: &str) {
    let email = opened(desk);
    let page = format!("To: ana@acme.example\nSubject: Hello\n\n{body}\n");
    desk.notify(Msg::EmailEdited(Box::new(email), Ok(Some(page))));
}

fn purpose(desk: &Desk) -> Option<&PickerPurpose> {
    if let Some(Prompt::Pick(picker)) = &desk.app.prompt { Some(&picker.purpose) } else { None }
}

#[test]
fn the_one_that_fits_is_chosen_and_the_screens_look_so() {
    let mut desk = desk();
    let mut snapshots = Snapshots::default();
    desk.keys("w");
    snapshots.take("email_templates", &desk);
    desk.keys("enter");
    let email = opened(&mut desk);
    assert_eq!((&*email.template, &*email.email.to), ("First outreach", "ana@acme.example"));
    assert!(email.email.body.starts_with("Hi Ana,"), "{}", email.email.body);
    let page = email.email.page();
    desk.notify(Msg::EmailEdited(Box::new(email), Ok(Some(page))));
    assert_eq!(desk.said(), "It still has gaps: [observations?]");
    snapshots.take("email_written", &desk);
    desk.keys("c");
    snapshots.take("email_recorded", &desk);
    snapshots.check();
}

#[test]
fn what_was_copied_is_recorded_with_the_name_of_its_template_and_undone() {
    let mut desk = desk();
    desk.keys("w enter");
    writes(&mut desk, "Hi Ana");
    desk.keys("c");
    assert_eq!(desk.effects.pop(), Some(Effect::Copy("Subject: Hello\n\nHi Ana\n".to_owned())));
    desk.keys("o");
    // Points of the checklist are open.
    assert_eq!(desk.app.mode(), InputMode::Confirm, "{}", desk.said());
    desk.keys("y");
    assert!(desk.said().starts_with("Acme Ltd: Outreach sent (First outreach)"), "{}", desk.said());
    assert_eq!(desk.world.stage("acme"), "2");
    assert!(desk.app.email.is_none());
    desk.keys("u");
    assert_eq!(desk.world.account("acme").signals.len(), 0);
}

#[test]
fn an_address_is_opened_and_what_is_too_long_is_copied() {
    let mut desk = desk();
    desk.keys("w enter");
    writes(&mut desk, "Hi Ana");
    desk.keys("m");
    let Some(Effect::Run(ProgramRun { words, output, .. })) = desk.effects.pop() else {
        panic!("nothing is run")
    };
    assert_eq!(words, ["open-it", "mailto:ana@acme.example?subject=Hello&body=Hi%20Ana"]);
    assert_eq!(output, OutputTo::Background);
    desk.keys("n");
    assert!(desk.app.email.is_none() && desk.app.prompt.is_none());
    desk.keys("w enter");
    writes(&mut desk, &"long ".repeat(500));
    desk.keys("m");
    assert!(matches!(desk.effects.pop(), Some(Effect::Copy(_))));
    assert!(desk.lines().iter().any(|line| line.contains("It is too long to hand over, so it was copied.")));
}

#[test]
fn without_a_mail_program_the_email_is_still_asked_about_and_may_be_copied() {
    let mut desk = desk();
    desk.keys("w enter");
    writes(&mut desk, "Hi Ana");
    desk.keys("m");
    let Some(Effect::Run(run)) = desk.effects.pop() else { panic!("nothing is run") };
    desk.notify(Msg::Ran(run, RunOutcome::Failed("it is not installed".into())));
    assert_eq!(desk.said(), "the mail program could not be run: it is not installed · c copies it instead");
    assert_eq!(purpose(&desk), Some(&PickerPurpose::SendEmail));
    desk.keys("c");
    assert!(matches!(desk.effects.pop(), Some(Effect::Copy(_))));
}

#[test]
fn what_was_written_is_kept_until_it_is_recorded_or_given_up() {
    let mut desk = desk();
    desk.keys("w enter");
    writes(&mut desk, "Hi Ana");
    desk.keys("esc");
    assert_eq!(desk.said(), "The email is kept until you quit: w goes on with it");
    desk.focus("bolt").keys("w");
    assert!(!desk.lines().iter().any(|line| line.contains("Go on with")), "it is another account's");
    desk.keys("esc").focus("acme").keys("w");
    assert!(desk.lines().iter().any(|line| line.contains("1 Go on with “First outreach”")));
    desk.keys("1");
    assert_eq!(purpose(&desk), Some(&PickerPurpose::SendEmail));
    desk.keys("e");
    assert_eq!(opened(&mut desk).email.body, "Hi Ana");
}

#[test]
fn an_empty_page_or_an_editor_that_fails_changes_nothing() {
    let mut desk = desk();
    desk.keys("w enter");
    let email = opened(&mut desk);
    desk.notify(Msg::EmailEdited(Box::new(email.clone()), Ok(None)));
    assert_eq!(desk.said(), "The email is empty, so nothing was written");
    desk.notify(Msg::EmailEdited(Box::new(email), Err("no editor called `x` is installed".into())));
    assert_eq!(desk.said(), "no editor called `x` is installed");
    assert!(desk.app.email.is_none() && desk.app.prompt.is_none());
}

#[test]
fn emails_are_written_to_one_account_at_a_time() {
    let mut desk = desk();
    desk.keys("* w");
    assert!(desk.said().starts_with("Emails are written to one account at a time"), "{}", desk.said());
    let mut nobody = Desk::with(World::new(), (80, 24), Setup { ..setup(Depth::Mono) });
    nobody.keys("w");
    assert_eq!(nobody.said(), "Choose a card first");
}
