//! Providers' own events, as signals.

mod calcom;
mod calendly;
mod hubspot;
mod posthog;
mod stripe;
mod vitally;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use gangplank::intake::ParsedAccounts;
use gangplank::intake::providers::posthog::EventMapping;
use gangplank::intake::providers::{self, Provider, ProviderMappings, Translation, read_accounts, settle};
use gangplank::state::{Account, AccountFacts, AccountRef, Command, FactKey, FactValue};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};
use strum::VariantArray;

use crate::support::home::Home;
use crate::support::{World, import, row};

/// The examples of `provider`, one event on each line.
fn examples(provider: Provider) -> &'static str {
    match provider {
        Provider::Stripe => stripe::EXAMPLES,
        Provider::Calendly => calendly::EXAMPLES,
        Provider::CalCom => calcom::EXAMPLES,
        Provider::PostHog => posthog::EXAMPLES,
        Provider::Vitally => vitally::EXAMPLES,
        Provider::HubSpot => hubspot::EXAMPLES,
    }
}

/// What `bytes` say, where a team's own names mean what the examples want.
fn translate(provider: Provider, bytes: &[u8]) -> Translation {
    static MAPPINGS: LazyLock<ProviderMappings> = LazyLock::new(|| ProviderMappings {
        own_posthog: Some(EventMapping::parse(posthog::MAPPING, "posthog.toml").expect("it is correct")),
        ..ProviderMappings::default()
    });
    providers::translate(provider, bytes, &MAPPINGS)
}

/// What `translation` says, line by line.
fn told(translation: &Translation) -> String {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for told in &translation.signals {
        let names = std::iter::once(&told.account).chain(&told.other_names);
        let names: Vec<String> = names.map(|name: &AccountRef| name.to_string()).collect();
        let at = told.signal.at.format("%m-%d %H:%M:%S");
        let data = serde_json::to_string(&told.signal.data).expect("a signal is JSON");
        lines.push((told.line, format!("{} | {at} | {} | {data}", told.signal.id, names.join(", "))));
    }
    lines.extend(translation.rejected.iter().map(|it| (it.line, format!("! {}", it.reason))));
    lines.sort();
    let mut lines: Vec<String> = lines.iter().map(|(line, text)| format!("{line} {text}")).collect();
    lines.push(format!("ignored: {:?}, test mode: {}", translation.ignored.counts(), translation.test_mode));
    lines.join("\n")
}

/// The accounts of `translation` as an import has them, line by line.
fn imported(provider: Provider, translation: &Translation) -> String {
    let parsed = rows(provider, translation);
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (row, line) in parsed.rows.iter().zip(&parsed.lines) {
        let facts: Vec<String> = row.facts.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let segments: Vec<String> = row.segments.iter().map(|segment| format!("[{segment}]")).collect();
        let rest =
            [row.stage.as_deref().map(str::to_owned), row.risk.as_ref().map(|risk| risk.level.to_string())];
        let rest: Vec<String> = segments.into_iter().chain(rest.into_iter().flatten()).collect();
        let at = row.at.map_or_else(|| "-".to_owned(), |at| at.format("%m-%d %H:%M").to_string());
        lines.push((*line, format!("{} @ {at} | {} | {}", row.id, facts.join(", "), rest.join(" "))));
    }
    lines.extend(parsed.rejected.iter().map(|it| (it.line, format!("! {}", it.reason))));
    lines.sort();
    let lines: Vec<String> = lines.iter().map(|(line, text)| format!("{line} {text}")).collect();
    format!("{}\nsuperseded: {}", lines.join("\n"), parsed.superseded)
}

fn rows(provider: Provider, translation: &Translation) -> ParsedAccounts {
    let mappings = ProviderMappings::default();
    match mappings.of_accounts(provider) {
        Some(mapping) => read_accounts(&translation.accounts, mapping, &mappings.import).unwrap_or_default(),
        None => ParsedAccounts::default(),
    }
}

/// What `gangplank ingest` says about `input`.
fn ingest(home: &Home, provider: Provider, input: &str, flags: &[&str]) -> String {
    let args = [&["ingest", "-", "--from", provider.word()], flags].concat();
    let output = home.gangplank(&args).write_stdin(input.to_owned()).output().expect("it runs");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("it speaks UTF-8")
}

/// How many records `translation` says something about.
fn accounted(translation: &Translation) -> usize {
    let lines: BTreeSet<usize> = translation.signals.iter().map(|told| told.line).collect();
    let told = translation.ignored.total() + translation.rejected.len();
    lines.len() + told + translation.accounts.len()
}

/// The accounts that the examples are about.
fn accounts() -> Vec<AccountFacts> {
    let with = |facts: AccountFacts, key: FactKey, text: &str| facts.with(key, FactValue::Text(text.into()));
    vec![
        with(
            with(row("A-1", "Acme"), FactKey::OtherId("stripe".into()), "cus_1"),
            FactKey::Contacts,
            "ana@acme.example",
        )
        .in_stage("2"),
        with(row("A-2", "Bolt"), FactKey::Contacts, "pay@bolt.example").in_stage("2"),
    ]
}

#[test]
fn an_event_may_stand_alone_in_a_list_on_a_line_or_in_a_page() {
    for provider in Provider::VARIANTS {
        let lines = examples(*provider);
        let whole = translate(*provider, lines.as_bytes());
        let events: Vec<Value> =
            lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        let same = |text: String, form: &str| {
            let mut translation = translate(*provider, text.as_bytes());
            translation.signals.iter_mut().for_each(|told| told.line = 0);
            translation.rejected.iter_mut().for_each(|told| told.line = 0);
            translation.accounts.iter_mut().for_each(|told| (told.line, told.raw) = (0, String::new()));
            let mut whole = whole.clone();
            whole.signals.iter_mut().for_each(|told| told.line = 0);
            whole.rejected.iter_mut().for_each(|told| told.line = 0);
            whole.accounts.iter_mut().for_each(|told| (told.line, told.raw) = (0, String::new()));
            assert_eq!(translation, whole, "{provider:?} {form}");
        };
        same(json!(events).to_string(), "a list");
        same(serde_json::to_string_pretty(&events).expect("JSON"), "a list on many lines");
        same(json!({"object":"list","data":events,"has_more":false}).to_string(), "a page of Stripe");
        same(json!({"collection":events,"pagination":{}}).to_string(), "a page of Calendly");
        same(json!({"results":events,"next":null}).to_string(), "a page of PostHog");
        same(json!([{"collection":events}]).to_string(), "a list of pages");
        let one_by_one = events.iter().map(|event| serde_json::to_string_pretty(event).expect("JSON"));
        same(one_by_one.collect::<Vec<_>>().join("\n"), "one after the other");
        same(format!("\u{feff}{}", lines.replace('\n', "\r\n")), "lines of Windows");
        for event in &events {
            assert_eq!(translate(*provider, event.to_string().as_bytes()).records, 1);
        }
    }
}

/// What somebody who means no good, or a broken disk, makes of a file.
#[derive(Clone, Debug)]
enum Damage {
    Cut(usize),
    Flip(usize, u8),
    /// Another value in place of the one with this number.
    Value(usize, Value),
}

fn damage() -> impl Strategy<Value = Damage> {
    let value = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        prop::num::f64::NORMAL.prop_map(Value::from),
        prop_oneof![Just(i64::MAX), Just(i64::MIN), Just(-1), Just(0), Just(253_402_300_799)]
            .prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
        Just(Value::from("\u{1b}[31m\u{202e}名前\u{0}")),
        Just(Value::from("9999-12-31T23:59:59Z")),
        Just(Value::from("x".repeat(5_000))),
        Just(json!([])),
        Just(json!([{"id": {"id": []}}])),
        Just(json!({})),
        Just(json!({"id": 5, "object": "list", "data": [1]})),
    ];
    prop_oneof![
        1 => any::<usize>().prop_map(Damage::Cut),
        2 => (any::<usize>(), any::<u8>()).prop_map(|(place, byte)| Damage::Flip(place, byte)),
        5 => (any::<usize>(), value).prop_map(|(place, value)| Damage::Value(place, value)),
    ]
}

/// Puts `new` in place of the value with number `place` below `value`; what is left of `place` when there are fewer.
fn put(value: &mut Value, place: usize, new: &Value) -> Option<usize> {
    if place == 0 {
        *value = new.clone();
        return None;
    }
    let below: Vec<&mut Value> = match value {
        Value::Array(items) => items.iter_mut().collect(),
        Value::Object(members) => members.values_mut().collect(),
        _ => Vec::new(),
    };
    below.into_iter().try_fold(place - 1, |left, each| put(each, left, new))
}

fn size(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(size).sum::<usize>(),
        Value::Object(members) => members.values().map(size).sum(),
        _ => 0,
    }
}

/// Those examples of `provider` that `damages` change, and whether each line still holds JSON.
fn damaged(provider: Provider, damages: &[Damage]) -> (Vec<Vec<u8>>, bool) {
    let mut lines: Vec<Vec<u8>> = examples(provider).lines().map(Into::into).collect();
    let (mut is_json, mut changed) = (true, BTreeSet::new());
    for damage in damages {
        let count = lines.len();
        let (Damage::Cut(place) | Damage::Flip(place, _) | Damage::Value(place, _)) = damage;
        let line = &mut lines[place % count];
        changed.insert(place % count);
        let within = place / count;
        match damage {
            Damage::Cut(_) => {
                line.truncate(within % line.len().max(1));
                is_json = false;
            }
            Damage::Flip(_, byte) => {
                let at = within % line.len().max(1);
                line.get_mut(at).into_iter().for_each(|it| *it ^= byte);
                is_json = false;
            }
            Damage::Value(_, value) => {
                let Ok(mut event) = serde_json::from_slice::<Value>(line) else { continue };
                let place = within % size(&event);
                put(&mut event, place, value);
                *line = event.to_string().into_bytes();
            }
        }
    }
    (changed.into_iter().map(|line| lines[line].clone()).collect(), is_json)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_file_loses_no_event(damages in prop::collection::vec(damage(), 1..4)) {
        for provider in Provider::VARIANTS {
            let (lines, is_json) = damaged(*provider, &damages);
            let translation = translate(*provider, &lines.join(&b'\n'));
            prop_assert_eq!(translation.records, accounted(&translation));
            // A list in place of an event is as many events as it holds.
            let holds_list = lines.iter().any(|line| {
                line.starts_with(b"[") || line.starts_with(b"{\"data\":[") || line.starts_with(b"{\"collection\":[")
            });
            if is_json && !holds_list {
                prop_assert_eq!(translation.records, lines.len());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn what_is_read_in_a_damaged_file_harms_no_board(damages in prop::collection::vec(damage(), 4..12)) {
        let mut world = World::new();
        world.does(&import(&accounts()));
        for provider in Provider::VARIANTS {
            let (lines, _) = damaged(*provider, &damages);
            let translation = translate(*provider, &lines.join(&b'\n'));
            let mut parsed = rows(*provider, &translation);
            settle(*provider, &mut parsed, world.board());
            prop_assert!(world.tries(&import(&parsed.rows)).is_ok());
            for told in translation.signals {
                let record = Command::RecordSignal { account: told.account, signal: told.signal };
                prop_assert!(world.tries(&record).is_ok());
            }
        }
    }
}

/// `bytes` as somebody may send them: a thousand a provider, always the same ones.
#[test]
fn nothing_that_is_sent_reaches_the_terminal_raw() {
    const FILES: usize = 5;
    const BODIES: usize = 200;
    for provider in Provider::VARIANTS {
        let home = home();
        let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        let mut runner = TestRunner::new_with_rng(ProptestConfig::default(), rng);
        for _ in 0..FILES {
            let bodies: Vec<Vec<u8>> = (0..BODIES)
                .map(|_| {
                    let damage = damage().new_tree(&mut runner).expect("a value").current();
                    damaged(*provider, &[damage]).0.concat()
                })
                .collect();
            let args = ["ingest", "-", "--from", provider.word(), "--dry-run"];
            let output = home.gangplank(&args).write_stdin(bodies.join(&b'\n')).output().expect("it runs");
            let told = String::from_utf8([output.stdout, output.stderr].concat()).expect("it speaks UTF-8");
            let is_raw = |c: &char| {
                c.is_control() && !matches!(c, '\n' | '\t') || ('\u{202a}'..='\u{202e}').contains(c)
            };
            assert_eq!(told.chars().find(is_raw), None, "{provider:?}: {told}");
            assert!(told.contains(" read"), "{provider:?}: {told}");
        }
    }
}

/// What the board says about the accounts of the examples once `lines` were ingested, one by one.
fn board_after(provider: Provider, lines: &[&str]) -> String {
    let mut world = World::new();
    world.does(&import(&accounts()));
    for line in lines {
        let translation = translate(provider, line.as_bytes());
        let mut parsed = rows(provider, &translation);
        settle(provider, &mut parsed, world.board());
        world.tries(&import(&parsed.rows)).expect("it is not refused");
        for told in translation.signals {
            let names = std::iter::once(told.account.clone()).chain(told.other_names);
            let known = |name: &AccountRef| !world.board().candidates(name).is_empty();
            let account = names.clone().find(known).unwrap_or(told.account);
            world.tries(&Command::RecordSignal { account, signal: told.signal }).expect("it is not refused");
        }
    }
    // What a closed alert last said, and the order of what happened at the same moment, are of no consequence.
    let account = |account: &Account| {
        let calls: Vec<String> = account.calls.iter().map(|call| format!("{call:?}")).collect();
        let signals: BTreeSet<String> =
            account.signals.iter().map(|it| format!("{} {} {:?}", it.at, it.id, it.data)).collect();
        let stage = world.stage(account.id.as_str());
        let facts: BTreeSet<String> =
            account.facts.iter().map(|(key, fact)| format!("{key} = {}", fact.value)).collect();
        format!("{} {stage} {:?}\n{calls:#?}\n{signals:#?}\n{facts:#?}\n", account.id, account.engaged)
    };
    let each: BTreeSet<String> = world.board().accounts().map(|it| account(it)).collect();
    let open = world.board().alerts().filter(|alert| !alert.is_closed());
    let alerts: BTreeSet<String> =
        open.map(|it| format!("{} {:?} {}\n", it.key, it.amount, it.attempts)).collect();
    let waiting = world.board().unmatched().map(|it| format!("{} {}", it.signal.id, it.named));
    let waiting: BTreeSet<String> = waiting.collect();
    each.into_iter().chain(alerts).chain(waiting).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn any_order_and_any_repetition_gives_the_same_board(seed in prop::collection::vec(any::<usize>(), 40)) {
        // In the order they stand in.
        static EXPECTED: LazyLock<Vec<String>> = LazyLock::new(|| {
            let all = |provider| examples(provider).lines().collect::<Vec<&str>>();
            Provider::VARIANTS.iter().map(|provider| board_after(*provider, &all(*provider))).collect()
        });
        for (provider, expected) in Provider::VARIANTS.iter().zip(&*EXPECTED) {
            let lines: Vec<&str> = examples(*provider).lines().collect();
            let mut shuffled = lines.clone();
            for (place, to) in seed.iter().enumerate() {
                let count = shuffled.len();
                shuffled.swap(place % count, to % count);
            }
            let again = seed.iter().take(8).map(|place| lines[place % lines.len()]);
            let repeated: Vec<&str> = shuffled.iter().copied().chain(again).collect();
            prop_assert_eq!(&board_after(*provider, &repeated), expected);
        }
    }
}

/// A home with the accounts of the examples.
fn home() -> Home {
    let home = Home::empty();
    home.import(&accounts());
    home
}

#[test]
fn a_file_of_somebody_else_says_what_to_write() {
    let home = home();
    let says = |args: &[&str], input: &str, code: i32| {
        let output = home.gangplank(args).write_stdin(input.to_owned()).output().expect("it runs");
        assert_eq!(output.status.code(), Some(code), "{args:?}: {output:?}");
        String::from_utf8(output.stderr).expect("it speaks UTF-8")
    };
    let signal = r#"{"id":"1","signal":"reply.received","account":{"external_id":"A-1"},"at":"2024-12-10T09:00:00Z","source":"s"}"#;
    insta::assert_snapshot!(says(&["ingest", "-"], stripe::EXAMPLES, 2), @"error: the standard input holds events of Stripe: translate them with `gangplank ingest --from stripe -`");
    insta::assert_snapshot!(says(&["ingest", "-", "--from", "stripe"], signal, 2), @"error: the standard input holds signals, not events of Stripe: ingest them without --from, `gangplank ingest -`");
    insta::assert_snapshot!(says(&["ingest", "-", "--from", "stripes"], signal, 2), @r#"
    error: invalid value 'stripes' for '--from <SOURCE>'
      [possible values: stripe, calendly, calcom, posthog, vitally, hubspot, mail, ics]

      tip: a similar value exists: 'stripe'

    For more information, try '--help'.
    "#);
    insta::assert_snapshot!(says(&["ingest", "-", "--from", "stripe"], "no\n", 1), @"error: no line of the standard input could be used: correct the rejected lines and run this again");
    insta::assert_snapshot!(says(&["ingest", "-", "--from", "stripe"], calendly::EXAMPLES, 2), @"error: the standard input holds events of Calendly, not events of Stripe: write `gangplank ingest --from calendly -`");
    insta::assert_snapshot!(says(&["ingest", "-"], calcom::EXAMPLES, 2), @"error: the standard input holds events of Cal.com: translate them with `gangplank ingest --from calcom -`");
    assert_eq!(says(&["ingest", "-", "--from", "stripe"], "", 0), "");
    assert_eq!(says(&["ingest", "-", "--from", "stripe"], r#"{"object":"list","data":[]}"#, 0), "");
}
