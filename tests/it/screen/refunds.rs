//! Refunds and adjustments on the screen.

use gangplank::state::FactKey;

use crate::support::desk::Desk;
use crate::support::{World, amount, row};

fn desk() -> Desk {
    let acme = row("acme", "Acme").in_stage("1").with(FactKey::ForecastedMrr, amount("300 EUR"));
    let bolt = row("bolt", "Bolt").in_stage("1").with(FactKey::ForecastedMrr, amount("200 USD"));
    let mut desk = Desk::new(World::of(&[acme, bolt]), (120, 40));
    desk.keys("t").focus("acme");
    desk
}

fn shows(desk: &Desk, words: &str) -> bool {
    desk.lines().iter().any(|line| line.contains(words))
}

#[test]
fn a_refund_is_typed_with_what_is_understood_of_it_and_undone() {
    let mut desk = desk();
    desk.keys("%");
    assert!(shows(&desk, "an amount and a reason: 120 EUR charged twice in May"));
    desk.types("120");
    assert!(shows(&desk, "refund of €120: and a reason"), "in the account's currency");
    desk.keys("enter");
    assert_eq!(desk.said(), "The refund needs a reason");
    desk.types(" charged twice");
    assert!(shows(&desk, "→ refund of €120: charged twice"));
    desk.keys("enter");
    assert!(desk.said().starts_with("Acme: Refund of €120: charged twice"), "{}", desk.said());
    desk.keys("%").types("adj $50.50 nobody uses these events").keys("enter");
    assert!(desk.said().starts_with("Acme: Adjustment of $50.50: nobody uses"), "{}", desk.said());
    desk.keys("enter");
    assert!(shows(&desk, "Timeline") && shows(&desk, "Refund of €120"));
    desk.keys("esc F");
    assert!(shows(&desk, "refunded in December: €120, $50.50"));
    desk.keys("esc u u");
    assert_eq!(desk.world.account("acme").refunds, []);
}

#[test]
fn marked_accounts_get_it_each_in_its_own_currency() {
    let mut desk = desk();
    desk.focus("acme").keys("space").focus("bolt").keys("space %").types("10 as agreed");
    assert!(shows(&desk, "→ refund of €10 or $10: as agreed"));
    desk.keys("enter");
    assert!(shows(&desk, "Refund: 2 accounts"));
    desk.keys("enter");
    let refunded = |account| desk.world.account(account).refunds[0].amount.to_string();
    assert_eq!((&*refunded("acme"), &*refunded("bolt")), ("€10", "$10"));
}
