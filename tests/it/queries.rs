//! Queries: for each field, whom it means and whom it does not.

use std::collections::{BTreeSet, HashSet};
use std::sync::{Arc, LazyLock};

use chrono::TimeDelta;
use gangplank::config::pipeline as pipeline_file;
use gangplank::playbook::Playbooks;
use gangplank::query::field::{Field, OwnField};
use gangplank::query::{Query, QueryContext};
use gangplank::state::query::attention::{AttentionRules, RenewalThresholds};
use gangplank::state::query::settled::is_settled;
use gangplank::state::values::fact::FactKind;
use gangplank::state::{
    AccountId, AccountRef, Command, Currency, FactKey, FactValue, Pipeline, PointChange, RefundKind, Risk,
    RiskLevel, Segment, Signal, SignalData, SignalId, TaskChange,
};
use gangplank::store::MemoryStore;
use strum::VariantArray;

use crate::support::home::Home;
use crate::support::{World, amount, day, id, import, note, payment_failed, playbooks, row};

/// The shipped stages, of which 3a has a point to look at, and 6d two.
fn pipeline() -> Arc<Pipeline> {
    let list = |points: &str| format!("[stage.checklist]\ntitle = \"List\"\npoints = [{points}]\n");
    let text = crate::support::pipeline_text();
    let text = text.replace("# They booked a call.", &list(r#"{ id = "read", title = "Read" }"#));
    let left = list(r#"{ id = "why", title = "Why" }, { id = "bye", title = "Goodbye" }"#);
    let text = text.replace("# They bought a consultation.", &left);
    Arc::new(pipeline_file::parse(&text, "pipeline.toml").expect("a pipeline"))
}

/// Three accounts: `full`, of which everything is known; `part`, which has other values; and `bare`, of which nothing is.
fn world() -> World {
    let mut world = World::with_pipeline(&MemoryStore::new(), playbooks(), pipeline());
    let list = |text: &str| FactValue::List(text.split(' ').map(Into::into).collect());
    let number = FactValue::Number;
    let mut full = row("full", "Acme Élan").in_stage("2");
    for (key, value) in [
        (FactKey::Domain, FactValue::Text("acme.example".into())),
        (FactKey::Region, FactValue::Text("EU".into())),
        (FactKey::Plan, FactValue::Text("pay-as-you-go".into())),
        (FactKey::Subscriptions, list("sub_1 sub_2")),
        (FactKey::Mrr, amount("300 USD")),
        (FactKey::ForecastedMrr, amount("500 USD")),
        (FactKey::NextRenewal, day("2024-12-25")),
        (FactKey::BillingInterval, FactValue::Text("monthly".into())),
        (FactKey::Ltv, amount("1200.50 EUR")),
        (FactKey::PaidInvoices, number(3.0)),
        (FactKey::LastInvoice, amount("90 CHF")),
        (FactKey::UpcomingInvoice, amount("120 USD")),
        (FactKey::Credits, amount("50 USD")),
        (FactKey::CreditsExpiry, day("2024-12-20")),
        (FactKey::Delinquent, FactValue::Flag(true)),
        (FactKey::UsersCount, number(12.0)),
        (FactKey::HealthScore, number(7.5)),
        (FactKey::Specialist, FactValue::Text("dana".into())),
        (FactKey::Contacts, list("ana@acme.example bo@acme.example")),
        (FactKey::AdminEmails, list("root@acme.example")),
        (FactKey::Created, day("2024-10-01")),
        (FactKey::OtherId("stripe".into()), FactValue::Text("cus_1".into())),
        (FactKey::Extra("Account Tier".into()), FactValue::Text("Gold".into())),
        (FactKey::Extra("Industry".into()), FactValue::Text("Textiles".into())),
    ] {
        full.facts.insert(key, value);
    }
    full.segments = ["Onboarding Lead".into()].into();
    let part = row("part", "Bolt Robotics")
        .in_stage("6d")
        .with(FactKey::ForecastedMrr, amount("500 EUR"))
        .with(FactKey::NextRenewal, day("2025-03-01"))
        .with(FactKey::Churned, day("2024-12-01"))
        .with(FactKey::Delinquent, FactValue::Flag(false))
        .text(FactKey::CsmContact, "carol@example.com")
        .text(FactKey::SalesContact, "sam@example.com");
    world.now.at -= TimeDelta::days(20);
    world.does(&import(&[full, part, row("bare", "Cato")]));
    world.does(&Command::AssignOwner { account: id("part"), owner: Some("dan@example.com".into()) });
    let tells = |world: &mut World, account: &str, n: u32, data: SignalData| {
        let (at, signal_id) = (world.now.at, SignalId::new(&format!("evt-{n}")));
        let signal = Signal {
            template: None,
            id: signal_id,
            at,
            by: Some("dana".into()),
            source: "test".into(),
            data,
        };
        world.does(&Command::RecordSignal { account: AccountRef::Id(id(account)), signal });
    };
    world.now.at += TimeDelta::days(10);
    tells(&mut world, "full", 1, SignalData::ReplyReceived { auto: false });
    world.now.at += TimeDelta::days(10);
    let failed = payment_failed("in_1", 1);
    tells(&mut world, "full", 2, failed);
    let risk = |level| Risk { level, reason: Some("late twice".into()) };
    world.does(&Command::SetRisk { account: id("full"), risk: risk(RiskLevel::Medium) });
    world.does(&note("full", "They like green tea"));
    let due = world.now.today().pred_opt();
    let change =
        TaskChange::Add { title: "Send the survey".into(), due: due.map(Into::into), done_on: Vec::new() };
    world.does(&Command::ChangeTask { account: id("full"), task: None, change });
    let change = PointChange::Tick { observation: None };
    world.does(&Command::CheckPoint { account: id("full"), point: "read".into(), change });
    for (account, amount) in [("full", "120 EUR"), ("part", "50 EUR")] {
        let (account, amount) = (id(account), amount.parse().expect("an amount"));
        let reason = "as agreed".into();
        world.does(&Command::RecordRefund { account, kind: RefundKind::Refund, amount, reason });
    }
    let until = world.now.at + TimeDelta::days(3);
    world.does(&Command::Snooze { account: id("part"), until: Some(until) });
    world
}

fn found(world: &World, text: &str) -> Result<BTreeSet<String>, String> {
    let rules = Playbooks::attention_rules(&playbooks(), RenewalThresholds { soon: 14, urgent: 10 });
    let context = context(world, &rules);
    let query = Query::parse(text, &context).map_err(|error| error.to_string())?;
    Ok(query.find(&context).into_iter().map(|id| id.to_string()).collect())
}

/// The segment that is given up.
static RETIRED: LazyLock<[Segment; 1]> = LazyLock::new(|| ["old hands".into()]);

/// The account that is marked.
static MARKED: LazyLock<HashSet<AccountId>> = LazyLock::new(|| HashSet::from([id("bare")]));

fn context<'a>(world: &'a World, rules: &'a AttentionRules) -> QueryContext<'a> {
    QueryContext {
        board: world.board(),
        now: world.now,
        me: "dana",
        rules,
        currency: Currency::USD,
        retired: &*RETIRED,
        marked: Some(&MARKED),
    }
}

/// A query, and whom it means.
const TABLE: &[(&str, &str)] = &[
    ("", "bare full part"),
    // Words.
    ("elan", "full"),
    ("acme elan", "full"),
    ("\"or\"", "part"),
    ("textiles", "full"),
    // Together, one of both, and not.
    ("region:EU mrr>200", "full"),
    ("region:EU mrr>2000", ""),
    ("region:EU or stage:6d", "full part"),
    ("region:EU OR stage:6d", "full part"),
    ("region:EU and mrr>200", "full"),
    ("region:EU | stage:6d", "full part"),
    ("not region:EU", "bare part"),
    ("!region:EU", "bare part"),
    ("-region:EU", "bare part"),
    ("-(region:EU or stage:6d)", "bare"),
    ("(region:EU or stage:6d) -snoozed", "full"),
    ("-snoozed", "bare full"),
    ("--snoozed", "part"),
    // Fields of the board.
    ("id:full", "full"),
    ("id:ful", ""),
    ("id:none", ""),
    ("id!=full", "bare part"),
    ("stage:3a", "full"),
    ("stage:\"6d. Churned\"", "part"),
    ("stage:3", "full"),
    ("stage>=3a", "full part"),
    ("stage<3a", ""),
    ("stage!=3a", "part"),
    ("stage:none", "bare"),
    ("stage:any", "full part"),
    ("stage:unmapped", ""),
    ("bucket:3", "full"),
    ("bucket:none", "bare"),
    ("phase:open", "full"),
    ("phase:engaged", "full"),
    ("phase:closed", "part"),
    ("phase:none", "bare"),
    ("owner:me", "full"),
    ("owner:dan", "full part"),
    ("owner:\"dana\"", "full"),
    ("owner:example", "part"),
    ("owner!=me", "part"),
    ("owner:none", "bare"),
    ("-owner:me", "bare part"),
    ("segment:lead", "full"),
    ("segment:\"Onboarding Lead\"", "full"),
    ("segment:\"Onboarding\"", ""),
    ("segment:none", "bare part"),
    ("risk:medium", "full"),
    ("risk>low", "full"),
    ("risk>=high", ""),
    ("risk:none", "bare part"),
    ("risk:any", "full"),
    ("reason:open-alert", "full"),
    ("reason:survey", "full"),
    ("reason:payment", "full"),
    ("reason:any", "full"),
    ("reason:none", "bare part"),
    ("alert:open", "full"),
    ("alert:failed_payment", "full"),
    ("alert:closed", ""),
    ("alert:none", "bare part"),
    ("task:survey", "full"),
    ("task:overdue", "full"),
    ("task:none", "bare part"),
    ("note:tea", "full"),
    ("note:ea", ""),
    ("note:none", "bare part"),
    ("renews<=14d", "full"),
    ("renews:10d", "full"),
    ("renews>14d", "part"),
    ("renews:2024-12-25", "full"),
    ("renews:25dec", "full"),
    ("renews:next-wed", ""),
    ("renews>next-fri", "full part"),
    ("renews<2024-12-26", "full"),
    ("renews:this-month", "full"),
    ("renews:next-week", ""),
    ("renews:none", "bare"),
    ("touched:10d", "full"),
    ("touched>7d", "full"),
    ("touched<=1w", ""),
    ("touched:none", "bare part"),
    ("in-stage>=20d", "part"),
    ("in-stage:10d", "full"),
    ("in-stage:none", "bare"),
    ("entered>2w", "full part"),
    ("entered:none", "bare"),
    ("engaged", "full"),
    ("engaged:no", "bare part"),
    ("engaged:none", ""),
    ("week:3", "full"),
    ("week>=4", ""),
    ("week:none", "bare part"),
    ("checklist:open", "part"),
    ("checklist:done", "full"),
    ("checklist:none", "bare"),
    ("checklist:any", "full part"),
    ("checklist!=open", "full"),
    ("open-points>0", "part"),
    ("open-points:2", "part"),
    ("open-points:0", "full"),
    ("open-points:none", "bare"),
    ("refunded>0", "full part"),
    ("refunded>100", "full"),
    ("refunded<=€50", "part"),
    ("refunded:$120", ""),
    ("refunded>=$100", ""),
    ("refunded:none", "bare"),
    ("snoozed", "part"),
    ("snoozed:yes", "part"),
    ("marked", "bare"),
    ("-marked", "full part"),
    ("marked:no", "full part"),
    ("is:new", ""),
    ("-is:new", "bare full part"),
    ("is:mine", "full"),
    ("is:open", "full"),
    ("is:closed", "part"),
    ("is:on-board", "full part"),
    ("is:unmapped", ""),
    ("is:retired", ""),
    ("is:none", "bare"),
    // Facts.
    ("name:robotics", "part"),
    ("name:none", ""),
    ("domain:acme.example", "full"),
    ("domain:none", "bare part"),
    ("region:eu", "full"),
    ("region:none", "bare part"),
    ("plan:pay", "full"),
    ("plan:none", "bare part"),
    ("subscriptions:sub_2", "full"),
    ("subscriptions:none", "bare part"),
    ("mrr>$299", "full"),
    ("mrr>300", ""),
    ("mrr:none", "bare part"),
    ("forecast>=$500", "full"),
    ("forecasted_mrr>=€500", "part"),
    ("forecast>=400CHF", ""),
    ("forecast!=$400", "full part"),
    ("forecast:none", "bare"),
    ("next_renewal<=2w", "full"),
    ("next_renewal:none", "bare"),
    ("billing_interval:monthly", "full"),
    ("interval:none", "bare part"),
    ("ltv>€1200", "full"),
    ("ltv>$1", ""),
    ("ltv:none", "bare part"),
    ("paid_invoices>=3", "full"),
    ("paid_invoices:none", "bare part"),
    ("last_invoice:90CHF", "full"),
    ("last_invoice:none", "bare part"),
    ("upcoming_invoice>100", "full"),
    ("upcoming_invoice:none", "bare part"),
    ("credits<=50", "full"),
    ("credits:none", "bare part"),
    ("credits_expiry<1w", "full"),
    ("credits_expiry:none", "bare part"),
    ("delinquent", "full"),
    ("delinquent:no", "part"),
    ("-delinquent", "bare part"),
    ("delinquent:none", "bare"),
    ("users>10", "full"),
    ("users_count:none", "bare part"),
    ("health_score<8", "full"),
    ("health_score:none", "bare part"),
    ("specialist:dana", "full"),
    ("specialist:none", "bare part"),
    ("sales:sam", "part"),
    ("sales_contact:none", "bare full"),
    ("csm:carol", "part"),
    ("csm_contact:none", "bare full"),
    ("contact:bo@acme", "full"),
    ("contacts:none", "bare part"),
    ("admin_emails:root", "full"),
    ("admin_emails:none", "bare part"),
    ("created<2024-11-01", "full"),
    ("created:2024-10-01", "full"),
    ("created>60d", "full"),
    ("created:none", "bare part"),
    ("churned<=15d", "part"),
    ("churned:any", "part"),
    ("churned:none", "bare full"),
    ("stage_label:2", "full"),
    ("stage_label:none", "bare"),
    ("id.stripe:cus_1", "full"),
    ("id.stripe:none", "bare part"),
    ("extra.Industry:textiles", "full"),
    ("extra.industry:textiles", "full"),
    ("extra.Industry:none", "bare part"),
    ("extra.\"Account Tier\":gold", "full"),
];

#[test]
fn each_field_means_whom_the_table_says() {
    let world = world();
    let mut wrong = Vec::new();
    for (text, expected) in TABLE {
        let expected: BTreeSet<String> = expected.split_whitespace().map(str::to_owned).collect();
        match found(&world, text) {
            Ok(found) if found == expected => {}
            other => wrong.push(format!("{text}: {other:?}, not {expected:?}")),
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_field_of_the_board_has_rows_and_one_for_what_is_unknown() {
    for own in OwnField::VARIANTS {
        let field = Field::Own(*own);
        let is_about = |text: &&str| {
            let named = text.trim_start_matches(['-', '(']).split([':', '<', '>', '!', '=']).next();
            named.and_then(Field::parse).is_some_and(|it| it == field)
        };
        let rows: Vec<&str> = TABLE.iter().map(|(text, _)| *text).filter(is_about).collect();
        assert!(rows.len() >= 2, "{own} has no rows: {rows:?}");
        // Everybody is snoozed, or is not.
        let asks_for_none = rows.iter().any(|text| text.ends_with(":none"));
        let is_always_known = matches!(own, OwnField::Snoozed | OwnField::Marked);
        assert!(asks_for_none || is_always_known, "{own} has no row for what is unknown");
    }
}

/// The table has rows of the facts that people ask for; this asks for every one of them.
/// Whom nobody has to look at, because a query cannot mean them: it never does, and the shipped views know most of them.
#[test]
fn a_query_that_leaves_the_settled_out_means_none_of_them() {
    let mut world = world();
    let finished =
        ["6a", "6d", "7"].map(|stage| row(&format!("done-{stage}"), "Finished ships").in_stage(stage));
    world.does(&import(&finished));
    let rules = Playbooks::attention_rules(&playbooks(), RenewalThresholds { soon: 14, urgent: 10 });
    let context = context(&world, &rules);
    let settled: Vec<_> = world.board().accounts().filter(|it| is_settled(world.board(), it)).collect();
    assert!(settled.len() > 1, "{settled:?}");
    let mut excluding = 0;
    for text in
        TABLE.iter().map(|(text, _)| *text).chain(["-is:open", "alert:none", "alert:closed", "-reason:reply"])
    {
        let query = Query::parse(text, &context).expect("the table has no mistakes");
        if query.excludes_settled(&context) {
            excluding += 1;
            let meant: Vec<_> = settled.iter().filter(|it| query.means(it, &context)).collect();
            assert!(meant.is_empty(), "{text} means {meant:?}");
        }
    }
    assert!(excluding > 10, "{excluding}");
    for view in gangplank::config::views::shipped() {
        let query = Query::parse(&view.query, &context).expect("the shipped views have no mistakes");
        let looks_at_all = ["Today", "Mine", "Legacy segment", "Everything"].contains(&&*view.name);
        assert_eq!(query.excludes_settled(&context), !looks_at_all, "{}", view.name);
    }
}

#[test]
fn every_fact_is_a_field_and_unknown_where_nothing_is_known() {
    for key in FactKey::known() {
        let (value, matching, other): (_, &[&str], &[&str]) = match key.kind() {
            FactKind::Text => {
                (FactValue::Text("Blue Whale".into()), &[":whale", "=blue", ":any"], &[":ale", "!=whale"])
            }
            FactKind::List => (
                FactValue::List(["Blue Whale".into(), "Ox".into()].to_vec()),
                &[":ox", ":\"blue whale\"", ":any"],
                &[":ale", ":\"blue\""],
            ),
            FactKind::Number => (FactValue::Number(7.0), &[":7", ">6", "<=7", "!=8"], &[">7", "<7", ":8"]),
            FactKind::Money => {
                (amount("70 USD"), &[":$70", ">=70", "<$71", "!=71"], &[">70", "<=€99", ":€70"])
            }
            FactKind::Date => {
                (day("2025-01-02"), &[":2025-01-02", ">2025-01-01", "!=2025-01-03"], &["<2025-01-02"])
            }
            FactKind::Flag => (FactValue::Flag(true), &[":yes", "!=no", ":any"], &[":no"]),
        };
        let mut world = World::without_playbooks();
        world.does(&import(&[row("known", "Known").with(key.clone(), value), row("bare", "Bare")]));
        for test in matching {
            let both = key == FactKey::Name && *test == ":any";
            let expected: &[&str] = if both { &["bare", "known"] } else { &["known"] };
            let expected = expected.iter().map(|id| (*id).to_owned()).collect();
            assert_eq!(found(&world, &format!("{key}{test}")), Ok(expected), "{key}{test}");
        }
        for test in other {
            let means = found(&world, &format!("{key}{test}")).expect("a query");
            assert!(!means.contains("known"), "{key}{test}");
        }
        let unknown = found(&world, &format!("{key}:none")).expect("a query");
        assert_eq!(unknown.contains("bare"), key != FactKey::Name, "{key}");
        assert!(!unknown.contains("known"), "{key}");
    }
}

#[test]
fn a_sign_may_follow_a_colon() {
    let world = world();
    for (text, same) in [
        ("renews:<=10d", "renews<=10d"),
        ("week:>5", "week>5"),
        ("forecast:>=$500", "forecast>=$500"),
        ("owner:!=dan", "owner!=dan"),
        ("-(renews:<3d or stage:\"1\")", "-(renews<3d or stage:\"1\")"),
    ] {
        assert_eq!(found(&world, text), found(&world, same), "{text}");
        assert!(found(&world, text).is_ok(), "{text}");
    }
    let error = found(&world, "renews:<=soon").expect_err("it is no day");
    assert!(error.starts_with("character 10: `soon` is no day"), "{error}");
}

#[test]
fn a_mistake_is_named_with_its_place_and_what_to_write() {
    let world = world();
    for (text, said) in [
        ("ownr:dan", "character 1: `ownr` is not a field: did you mean owner?"),
        ("stage:1 foo:2", "character 9: `foo` is not a field: write id, stage, …"),
        (
            "stage:9",
            "character 7: `9` is not a stage: write one of 1, 2, 3a, 3b, 4a, 4b, 5, 6a, 6b, 6c, 6d, 7, unmapped or none",
        ),
        (
            "renews<=soon",
            "character 9: `soon` is no day: write 7d, 2w, today, fri, 20dec, this-week, this-month or 2024-12-20",
        ),
        ("mrr>lots", "character 5: `lots` is no amount: write one such as $500, €500 or 500CHF"),
        ("checklist:opn", "character 11: `opn` is not known here: did you mean open?"),
        ("open-points:x", "character 13: `x` is no number: write one such as 8"),
        ("refunded>much", "character 10: `much` is no amount: write one such as $500, €500 or 500CHF"),
        ("week:x", "character 6: `x` is no number: write one such as 8"),
        ("owner>dan", "character 7: `owner` has no order: write owner:dan"),
        ("risk:hihg", "character 6: `hihg` is not known here: did you mean high?"),
        ("is:clsoed", "character 4: `clsoed` is not known here: did you mean closed?"),
        ("delinquent:maybe", "character 12: `maybe` is not known here: write yes, no, any or none"),
        ("owner:", "character 7: write what `owner` is to be, such as owner:any"),
        ("(stage:1", "character 1: this `(` is not closed: write `)`"),
        ("stage:1)", "character 8: this `)` closes nothing: remove it"),
        ("name:\"Acme", "character 6: this quote is not closed: write another one"),
        ("or stage:1", "character 1: `or` stands between two parts: write another one, or quote \"or\""),
        ("stage:1 or", "character 9: `or` stands between two parts: write another one, or quote \"or\""),
        ("-)", "character 2: write what must not hold"),
        ("-", "character 1: the query ends here: write what must not hold"),
        ("()", "character 1: nothing stands between these parentheses: remove them"),
        ("forecast > $500", "character 10: `>` has no field before it: write both together, …"),
        ("owner : dan", "character 7: `:` has no field before it: write both together, …"),
        ("alert:foo", "character 7: `foo` is not known here: write open, snoozed, closed, …"),
        ("extra.Tier:gold", "character 12: no account has `extra.Tier`: did you mean extra.Account Tier?"),
        ("id.stripes:any", "character 12: no account has `id.stripes`: did you mean id.stripe?"),
        ("é -", "bare part"),
    ] {
        match found(&world, text) {
            Err(error) => {
                let (begin, _) = said.split_once('…').unwrap_or((said, ""));
                assert!(error.starts_with(begin), "{text}: {error}");
                assert!(error == said || said.ends_with('…'), "{text}: {error}");
            }
            Ok(found) => assert!(!said.starts_with("character"), "{text} means {found:?}"),
        }
    }
}

/// One query, asked of every command that takes it.
#[test]
fn every_command_means_the_same_accounts() {
    let home = Home::new();
    let ids = |args: &[&str]| -> BTreeSet<String> {
        let said = home.json(args);
        let all = said.as_array().expect("a list").iter();
        all.map(|each| {
            let id = ["external_id", "account", "id"].into_iter().find_map(|key| each[key].as_str());
            id.expect("an account").to_owned()
        })
        .collect()
    };
    for (query, expected) in [
        ("forecast>=500", &["A-1", "A-2"][..]),
        ("stage:1 or stage:unmapped", &["A-1", "A-3"]),
        ("-stage:any", &["A-4"]),
        ("bolt", &["A-2"]),
        ("owner:me", &[]),
    ] {
        let expected: BTreeSet<String> = expected.iter().map(|id| (*id).to_owned()).collect();
        assert_eq!(ids(&["list", "--json", "--where", query]), expected, "{query}");
        assert_eq!(ids(&["export", "--json", "--where", query]), expected, "{query}");
        assert_eq!(ids(&["forecast", "--accounts", "--json", "--where", query]), expected, "{query}");
        let all = ids(&["today", "--json"]);
        let due = all.intersection(&expected).cloned().collect();
        assert_eq!(ids(&["today", "--json", "--where", query]), due, "{query}");
    }
    let failed = ["record", "Bolt", "invoice.payment_failed", "--invoice", "in_1", "--amount", "340 USD"];
    home.says(&failed);
    assert_eq!(ids(&["alerts", "--json", "--where", "alert:open"]), BTreeSet::from(["A-2".to_owned()]));
    assert_eq!(ids(&["alerts", "--json", "--where", "stage:1"]), BTreeSet::new());
    let error = home.complains(&["list", "--where", "stag:1"], 2);
    assert!(
        error.contains("--where: character 1: `stag` is not a field: did you mean stage, in-stage or"),
        "{error}"
    );
    assert_eq!(home.told(&["today", "--where", "owner:me"]), "none of these accounts needs a person now");
}
