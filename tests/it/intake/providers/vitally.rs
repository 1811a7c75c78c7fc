//! Vitally's accounts, as lists, single ones and webhooks show them.

use gangplank::intake::providers::Provider;
use serde_json::{Value, json};

use super::{home, imported, ingest, told, translate};

pub(super) const EXAMPLES: &str = include_str!("../../data/providers/vitally.jsonl");

#[test]
fn accounts_of_every_kind_become_rows_of_an_import() {
    let translation = translate(Provider::Vitally, EXAMPLES.as_bytes());
    insta::assert_snapshot!(told(&translation), @r#"
    8 ! this is no account of Vitally: it has no `id` and no `name`
    9 ! A-5: `id` is 5, not a text
    ignored: {"note.created": 1, "what is no account": 1}, test mode: 0
    "#);
    insta::assert_snapshot!(imported(Provider::Vitally, &translation), @r#"
    1 A-1 @ 12-01 08:11 | name=Acme Ltd, plan=pay-as-you-go, mrr=$310, forecasted_mrr=$340, next_renewal=2024-12-22, users_count=12, health_score=8.1, specialist=dana@example.com, created=2024-10-16, id.stripe=cus_1, id.vitally=0a1b-1, extra.Last inbound message=2024-11-20T10:00:00.000Z, extra.Last outbound message=2024-11-21T10:00:00.000Z | [Onboarding Lead] 2. Onboarding Initiated
    3 A-2 @ 12-02 09:00 | name=Bolt, mrr=$99.50, specialist=dana@example.com, churned=2024-12-01, id.vitally=0a1b-2 | high
    4 0a1b-3 @ 12-03 09:00 | name=Crate, id.vitally=0a1b-3, extra.traits.mrr=a trait with the name of a field | 
    7 ! mrr: `many`: expected an amount such as 1234.50 or $1,234.50; nextRenewalDate: `soon`: expected a date such as 2024-12-31
    superseded: 1
    "#);
}

#[test]
fn the_summary_is_that_of_an_import_and_the_same_page_again_changes_nothing() {
    let home = home();
    let accounts: Vec<Value> =
        EXAMPLES.lines().take(4).map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let page = json!({"results": accounts, "next": null, "atEnd": true}).to_string();
    insta::assert_snapshot!(ingest(&home, Provider::Vitally, &page, &["--dry-run"]), @r#"
    4 read · 1 new · 2 updated · 1 superseded by newer rows
    Kept as extra facts: lastInboundMessageTimestamp, lastOutboundMessageTimestamp, npsScore
    Kept as an extra fact: traits.mrr, because `mrr` is the mrr
    Owners seen for the first time: dana@example.com
    Columns, what they become, and the first value:
      accountExecutiveId                    sales_contact   –
      churnedAt                             churned         2024-12-01
      createdAt                             created         2024-10-16
      csmId                                 csm_contact     –
      healthScore                           health_score    8.1
      id.vitally                            id.vitally      0a1b-1
      keyRoles.Onboarding Specialist        specialist      dana@example.com
      mrr                                   mrr             $310
      name                                  name            Acme Ltd
      nextRenewalDate                       next_renewal    2024-12-22
      segments                              segments        Onboarding Lead
      stripe.customerId                     id.stripe       cus_1
      usersCount                            users_count     12
      vitally.custom.forecastedMrr          forecasted_mrr  $340
      vitally.custom.onboardingPipeline     stage           2. Onboarding Initiated
      vitally.custom.plan                   plan            pay-as-you-go
      vitally.custom.paymentRiskAssessment  payment_risk    high
    This was a dry run: nothing was written.
    "#);
    insta::assert_snapshot!(ingest(&home, Provider::Vitally, &page, &[]), @r#"
    4 read · 1 new · 2 updated · 1 superseded by newer rows
    Kept as extra facts: lastInboundMessageTimestamp, lastOutboundMessageTimestamp, npsScore
    Kept as an extra fact: traits.mrr, because `mrr` is the mrr
    Owners seen for the first time: dana@example.com
    To undo: gangplank undo 2
    "#);
    insta::assert_snapshot!(ingest(&home, Provider::Vitally, &page, &[]), @r#"
    4 read · 3 unchanged · 1 superseded by newer rows
    Kept as extra facts: lastInboundMessageTimestamp, lastOutboundMessageTimestamp, npsScore
    Kept as an extra fact: traits.mrr, because `mrr` is the mrr
    Nothing changed.
    "#);
    let told = ingest(&home, Provider::Vitally, &page, &["--json"]);
    let told: Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!(
        (&told["accounts"]["read"], &told["accounts"]["unchanged"], &told["events"]),
        (&json!(4), &json!(3), &json!(0))
    );
    let shown = home.json(&["show", "A-1", "--json"]);
    assert_eq!((&shown["stage"], &shown["owner"]), (&json!("2"), &json!("dana@example.com")));
    // An older page says nothing of what is known from a newer one, and a newer one does.
    let mut older = accounts[0].clone();
    older["mrr"] = json!(5);
    older["updatedAt"] = json!("2024-11-30T00:00:00.000Z");
    ingest(&home, Provider::Vitally, &older.to_string(), &[]);
    assert_eq!(
        home.json(&["show", "A-1", "--json"])["facts"]["mrr"]["value"],
        shown["facts"]["mrr"]["value"]
    );
    older["updatedAt"] = json!("2024-12-02T00:00:00.000Z");
    ingest(&home, Provider::Vitally, &older.to_string(), &[]);
    assert_ne!(
        home.json(&["show", "A-1", "--json"])["facts"]["mrr"]["value"],
        shown["facts"]["mrr"]["value"]
    );
}

#[test]
fn a_trait_becomes_what_the_file_says() {
    let home = home();
    home.config(
        "vitally.toml",
        "[columns]\n\"vitally.custom.orgId\" = \"external_id\"\n\"vitally.custom.seats\" = \"users_count\"\n",
    );
    let account = json!({"id":"v-1","externalId":"other","name":"Acme","traits":{"vitally.custom.orgId":"A-1","vitally.custom.seats":"7"}});
    ingest(&home, Provider::Vitally, &account.to_string(), &[]);
    assert_eq!(home.json(&["show", "A-1", "--json"])["facts"]["users_count"]["value"], json!(7));
    let complains = |text: &str| {
        home.config("vitally.toml", text);
        let output =
            home.gangplank(&["ingest", "-", "--from", "vitally"]).write_stdin("").output().expect("it runs");
        String::from_utf8(output.stderr).expect("it speaks UTF-8")
    };
    let said = complains("[columns]\na = \"forcasted_mrr\"\n");
    assert!(
        said.contains("vitally.toml:2: `a`: unknown fact `forcasted_mrr`: did you mean forecasted_mrr?"),
        "{said}"
    );
    let said = complains("\nwhole = true\n");
    assert!(said.contains("vitally.toml:2: `whole`: accounts come page by page"), "{said}");
}
