//! What a playbook asks for, in words: all of it, and no more.

use gangplank::playbook::Condition;
use gangplank::prose::playbooks::rule;
use gangplank::prose::requirements::text;

use crate::support::{only, playbooks};

/// What the shipped playbook `id` does.
fn shipped(id: &str) -> String {
    let all = playbooks();
    let found = all.all.iter().find(|playbook| &*playbook.id.0 == id);
    rule(found.expect("it is shipped"))
}

#[test]
fn a_playbook_says_in_a_sentence_when_it_does_what_for_whom() {
    let said = [
        ("replied", "When they reply, move it to 3a, if it is in 2 and a person wrote it"),
        ("contacted", "When outreach is sent, move it to 2, if it is in 1 and it is done by a specialist"),
        ("call-booked", "When a call is booked, move it to 3b, if it is in 1, 2 or 3a"),
        (
            "new-non-startup",
            "When its facts change, move it to 1 and add it to Onboarding Lead, if it is off the board, forecasted MRR \
             is above $100, either no plan is known or its plan is pay-as-you-go, no sales contact is known, no CSM \
             is known, it is not in Sales Lead, and no churn is recorded",
        ),
        (
            "segment-100-500",
            "When its facts change, add it to 100-500 Onboarding, if no payment is recorded, forecasted MRR is at least \
             $100 and at most $500, and no churn is recorded",
        ),
        (
            "final-outreach-due",
            "When 10 days or fewer are left before its next renewal, move it to 5, if it is in 2, 3a, 3b, 4a or 4b and \
             the first outreach was at least 7 days ago",
        ),
        (
            "intro-call-held",
            "When a call is held, move it to 4a, if it is in 1, 2, 3a or 3b and no call took place before",
        ),
        (
            "large-invoice-shrunk",
            "When an upcoming invoice is announced, close the alert “Upcoming large invoice”, if the invoice is less \
             than $1,000 (or as much in another currency), and less than twice the last one",
        ),
        ("paid-call", "When a paid call is purchased, move it to 7"),
    ];
    for (id, said) in said {
        assert_eq!(shipped(id), said);
    }
}

/// A condition that is left out of the sentence would be a rule nobody knows of.
#[test]
fn no_condition_is_left_out() {
    for playbook in &playbooks().all {
        let whole = text(&playbook.when);
        for condition in &playbook.when {
            let said = text(std::slice::from_ref(condition));
            assert!(!said.is_empty() && whole.contains(&said), "{}: {said} is not in {whole}", playbook.id);
        }
    }
}

#[test]
fn what_must_not_hold_is_said_the_other_way_round() {
    let text_of = |when: &str| {
        let file = format!(
            "segments = [\"Sales Lead\"]\n[[playbook]]\nid = \"a\"\ntitle = \"A\"\non = \"facts_changed\"\nwhen = [{when}]\n\
             then = [{{ attention = \"look\" }}]\n"
        );
        text(&only(&file).all[0].when)
    };
    for (when, said) in [
        ("{ on_board = true }", "it is on the board"),
        ("{ stage = [\"6c\"] }", "it is in 6c"),
        ("{ engaged = false }", "they never engaged"),
        ("{ fact = \"mrr\", above = \"100 USD\" }", "MRR is above $100"),
        ("{ days_in_stage = 3 }", "it has been in its stage for 3 days or more"),
        (
            "{ any = [{ segment = \"Sales Lead\" }, { plan = [\"YC\"] }] }",
            "either it is in Sales Lead or its plan is YC",
        ),
    ] {
        assert_eq!(text_of(when), said);
    }
    for (when, said) in [
        ("{ on_board = true }", "it is off the board"),
        ("{ stage = [\"6c\"] }", "it is not in 6c"),
        ("{ engaged = false }", "they have engaged"),
        ("{ fact = \"mrr\", above = \"100 USD\" }", "MRR is at most $100"),
        ("{ days_in_stage = 3 }", "it has been in its stage for less than 3 days"),
        (
            "{ any = [{ segment = \"Sales Lead\" }, { plan = [\"YC\"] }] }",
            "it is not in Sales Lead and its plan is not YC",
        ),
        ("{ not = { on_board = true } }", "it is on the board"),
    ] {
        assert_eq!(text_of(&format!("{{ not = {when} }}")), said);
    }
    assert_eq!(text(&[] as &[Condition]), "");
}
