//! HubSpot's companies, of two generations, and the changes of their properties.

use gangplank::intake::providers::Provider;
use gangplank::state::{AccountFacts, FactKey, FactValue};
use serde_json::{Value, json};

use super::{home, imported, ingest, told, translate};
use crate::support::row;

pub(super) const EXAMPLES: &str = include_str!("../../data/providers/hubspot.jsonl");

#[test]
fn companies_become_rows_of_an_import_and_changes_become_signals() {
    let translation = translate(Provider::HubSpot, EXAMPLES.as_bytes());
    insta::assert_snapshot!(told(&translation), @r#"
    5 9001.mrr 1733820000123 | 12-10 08:40:00 | hubspot 9001, 9001 | {"facts_changed":{"facts":{"mrr":{"money":{"minor":41050,"currency":"USD"}}}}}
    6 9001.mrr 1733820000123 | 12-10 08:40:00 | hubspot 9001, 9001 | {"facts_changed":{"facts":{"mrr":{"money":{"minor":41050,"currency":"USD"}}}}}
    7 9001.mrr 1733830000000 | 12-10 11:26:40 | hubspot 9001, 9001 | {"facts_changed":{"facts":{"mrr":{"money":{"minor":50000,"currency":"USD"}}}}}
    8 9001.mrr 1733825000000 | 12-10 10:03:20 | hubspot 9001, 9001 | {"facts_changed":{"facts":{"mrr":{"money":{"minor":45000,"currency":"USD"}}}}}
    9 9002.next_renewal_date 1733825000000 | 12-10 10:03:20 | hubspot 9002, 9002 | {"facts_changed":{"facts":{"next_renewal":{"date":"2024-12-27"}}}}
    14 ! event 108: `propertyValue` of mrr: mrr: `many`: expected an amount such as 1234.50 or $1,234.50
    15 ! event 109: `occurredAt` is missing
    16 777.name 1733825000000 | 12-10 10:03:20 | hubspot 777, 777 | {"facts_changed":{"facts":{"name":{"text":"Nobody"}}}}
    ignored: {"archived company": 1, "company.propertyChange of industry": 1, "company.propertyChange of mrr to nothing": 1, "contact": 1, "contact.creation": 1, "object.propertyChange of 0-1": 1}, test mode: 0
    "#);
    insta::assert_snapshot!(imported(Provider::HubSpot, &translation), @r#"
    1 9001 @ 12-01 08:11 | name=Acme Ltd, domain=acme.example, region=Germany, mrr=$310, created=2024-10-16, id.hubspot=9001 | 
    2 9002 @ 12-01 08:11 | name=Bolt, domain=bolt.example, next_renewal=2024-12-22, created=2024-10-16, id.hubspot=9002 | 
    superseded: 0
    "#);
}

fn with(facts: AccountFacts, key: FactKey, text: &str) -> AccountFacts {
    facts.with(key, FactValue::Text(text.into()))
}

#[test]
fn a_company_is_known_by_its_id_or_its_domain_and_two_that_fit_are_no_answer() {
    let home = home();
    let search: Vec<Value> =
        EXAMPLES.lines().take(1).map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let page = json!({"total": 1, "results": search, "paging": {"next": {"after": "2"}}}).to_string();
    home.import(&[with(row("A-1", "Acme"), FactKey::Domain, "acme.example")]);
    insta::assert_snapshot!(ingest(&home, Provider::HubSpot, &page, &[]), @r#"
    1 read · 1 updated
    To undo: gangplank undo 3
    "#);
    let shown = home.json(&["show", "A-1", "--json"]);
    assert_eq!(shown["facts"]["id.hubspot"]["value"], json!("9001"));
    // A second company of that domain is another account.
    let other = page.replace("9001", "9009").replace("Acme Ltd", "Acme Labs");
    assert!(ingest(&home, Provider::HubSpot, &other, &[]).contains("1 new"));
    // Where two accounts fit, nobody guesses.
    home.import(&[
        with(row("B-1", "B"), FactKey::Domain, "b.example"),
        with(row("B-2", "B"), FactKey::Domain, "b.example"),
    ]);
    let two = page.replace("9001", "9010").replace("acme.example", "b.example");
    let args = ["ingest", "-", "--from", "hubspot"];
    let output = home.gangplank(&args).write_stdin(two).output().expect("it runs");
    insta::assert_snapshot!(String::from_utf8(output.stdout).expect("it speaks UTF-8"), @r#"
    1 read · 1 rejected
    1 row was rejected:
      line 1  9010: B-1 and B-2 both have b.example: write which one it is, gangplank record B-1 facts.changed --fact id.hubspot=9010
    Nothing changed.
    "#);
    // Two companies that fit one account are no answer either.
    home.import(&[with(row("C-1", "C"), FactKey::Domain, "c.example")]);
    let one = page.replace("acme.example", "c.example").replace("9001", "9011");
    let both = format!("{one}\n{}", one.replace("9011", "9012"));
    let output = home.gangplank(&args).write_stdin(both).output().expect("it runs");
    insta::assert_snapshot!(String::from_utf8(output.stdout).expect("it speaks UTF-8"), @r#"
    2 read · 2 rejected
    2 rows were rejected:
      line 1  9011: another record of HubSpot fits C-1, too: write the one that is meant there, gangplank record C-1 facts.changed --fact id.hubspot=ID
      line 2  9012: another record of HubSpot fits C-1, too: write the one that is meant there, gangplank record C-1 facts.changed --fact id.hubspot=ID
    Nothing changed.
    "#);
}

#[test]
fn a_property_of_ones_own_is_known_by_the_file() {
    let home = home();
    home.config("hubspot.toml", "[columns]\n\"organization\" = \"external_id\"\n\"recurring\" = \"mrr\"\n\"tier\" = \"extra.Tier\"\n[amounts]\n\"recurring\" = \"minor\"\n");
    let company = json!({"id":"9020","archived":false,"properties":{"name":"Acme","organization":"A-1","recurring":"31000"}});
    let change = |name: &str, value: &str| json!({"eventId":1,"occurredAt":1_733_825_000_000_u64,"subscriptionType":"company.propertyChange","objectId":9020,"propertyName":name,"propertyValue":value});
    let told = ingest(
        &home,
        Provider::HubSpot,
        &json!([company, change("tier", "gold"), change("other", "x")]).to_string(),
        &[],
    );
    insta::assert_snapshot!(told, @r#"
    1 read · 1 updated
    2 events read · 1 recorded · 1 ignored (company.propertyChange of other 1)
    To undo: gangplank undo 2 3
    "#);
    ingest(&home, Provider::HubSpot, &json!([change("recurring", "41000")]).to_string(), &[]);
    let facts = &home.json(&["show", "A-1", "--json"])["facts"];
    assert_eq!(
        (&facts["extra.Tier"]["value"], &facts["id.hubspot"]["value"]),
        (&json!("gold"), &json!("9020"))
    );
    // Of a time before the page was read, so it is no news.
    assert_eq!(facts["mrr"]["value"], json!({"minor": 31000, "currency": "USD"}));
}
