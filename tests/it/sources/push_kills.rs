//! `gangplank sync --push` is killed, anywhere: after a run to the end the CRM has all it should be told, once, and the
//! board knows what it has.

use std::collections::BTreeMap;

use gangplank::state::{AccountFacts, AccountId, Command, FactKey, FactValue, TaskChange};
use serde_json::{Value, json};

use crate::support::crm::{Shared, crm, field, hubspot, vitally};
use crate::support::dice::Dice;
use crate::support::home::{Home, account};
use crate::support::killing::{KillPoint, Killing, ends, kills, length};
use crate::support::provider::{Answer, Asked};

/// How often it is killed with each CRM, unless `GANGPLANK_KILLS` says how often.
const KILLS: usize = 8;

/// How many accounts there are: more than are noted at once.
const ACCOUNTS: usize = 25;

const STAGE: &str = "vitally.custom.onboardingPipeline";

type Answers = fn(&Shared, &Asked) -> Answer;

fn remote_ids() -> Vec<String> {
    (1..=ACCOUNTS).map(|number| number.to_string()).collect()
}

/// A home whose accounts the CRM at `address` knows.
fn home(kind: &str, address: &str) -> Home {
    let home = Home::empty();
    let known = |id: &String| -> AccountFacts {
        account(&format!("A-{id}"), &format!("Company {id}"), Some("83600"), Some("2025-01-22"))
            .with(FactKey::OtherId(kind.into()), FactValue::Text(id.as_str().into()))
            .with(FactKey::Specialist, FactValue::Text("dan@team.test".into()))
    };
    home.import(&remote_ids().iter().map(known).collect::<Vec<_>>());
    let (base, push) = match kind {
        "vitally" => (
            "/resources",
            "stage = \"vitally.custom.onboardingPipeline\"\nowner = \"vitally.custom.onboardingOwner\"\ntasks = true\n\
             [source.crm.push.entered]\n1 = \"vitally.custom.entered1\"\n",
        ),
        _ => ("", "stage = \"onboarding_stage\"\nowner = \"onboarding_owner\"\ntasks = true\n"),
    };
    home.config(
        "sources.toml",
        &format!(
            "[source.crm]\nkind = \"{kind}\"\nsecret_command = [\"printf\", \"key_secret\"]\n\
             address = \"{address}{base}\"\n[source.crm.push]\n{push}"
        ),
    );
    for id in ["A-3", "A-21"] {
        let change =
            TaskChange::Add { title: "Call the billing team".into(), due: None, done_on: Vec::new() };
        home.submit(&Command::ChangeTask { account: AccountId::new(id), task: None, change });
    }
    home
}

/// What the board knows that the CRM was told, by account and field.
fn told(home: &Home) -> BTreeMap<String, BTreeMap<String, Value>> {
    let session = home.session();
    let told = session.board().accounts().map(|account| {
        let fields = account.pushed.get("crm").into_iter().flatten();
        let fields =
            fields.map(|(field, text)| (field.to_string(), serde_json::from_str(text).expect("JSON")));
        (account.id.to_string(), fields.collect())
    });
    told.collect()
}

/// Begins anew.
fn reset(there: &Shared) {
    let ids = remote_ids();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let mut empty = std::mem::take(&mut *crm(&ids).lock().expect("nobody else has it"));
    // Whoever counts on searches adds a task twice.
    empty.is_late = true;
    *there.lock().expect("nobody panicked") = empty;
}

fn check(kind: &str, answers: Answers) {
    let there = Shared::default();
    let killing = Killing::start({
        let there = there.clone();
        move |asked| answers(&there, asked)
    });
    let address = &killing.provider.address;
    reset(&there);
    let undisturbed = home(kind, address);
    let before = length(&undisturbed);
    undisturbed.says(&["sync", "--push"]);
    let ends = ends(&undisturbed, before);
    let requests = killing.provider.asked().len();
    assert!(requests > 2 * ACCOUNTS, "{requests}");
    let picture = |home: &Home| {
        let there = there.lock().expect("nobody panicked");
        (there.accounts.clone(), there.tasks.clone(), told(home))
    };
    let expected = picture(&undisturbed);
    let (accounts, tasks, told) = &expected;
    assert_eq!(tasks.len(), 2);
    for (id, told) in told {
        let there = &accounts[id.trim_start_matches("A-")];
        let told: serde_json::Map<_, _> = told
            .iter()
            .filter(|(field, _)| !field.starts_with("task:"))
            .map(|(f, v)| (f.clone(), v.clone()))
            .collect();
        assert!(told.len() >= 2 && told == *there, "{id}: {told:?} {there:?}");
    }

    let mut dice = Dice(0x2545_F491_4F6C_DD1D);
    let (mut killed, mut points) = (0, Vec::new());
    // The first one is killed between its first entry and the next.
    let mut first = Some(KillPoint::after(ends[0]));
    let mut point = |dice: &mut Dice| first.take().unwrap_or_else(|| KillPoint::any(dice, requests, &ends));
    let all = kills(KILLS);
    while points.len() < all {
        reset(&there);
        let home = home(kind, address);
        for _ in 0..=dice.roll(2) {
            let point = point(&mut dice);
            killed += usize::from(killing.run(&home, &["sync", "--push"], point));
            points.push(point);
        }
        home.says(&["sync", "--push"]);
        assert_eq!(picture(&home), expected, "after {points:?}");
        let changes = there.lock().expect("nobody panicked").changes.clone();
        assert!(
            changes.len() == ACCOUNTS && changes.values().all(|times| *times == 1),
            "{points:?}: {changes:?}"
        );
        killing.provider.asked();
        home.says(&["sync", "--push"]);
        assert_eq!(killing.provider.asked().len(), 1, "all is known: only the list is read");
    }
    assert!(killed * 4 > points.len(), "{killed} of {points:?}");
}

#[test]
fn vitally_is_told_everything_once_however_often_it_is_interrupted() {
    check("vitally", vitally);
}

#[test]
fn hubspot_is_told_everything_once_however_often_it_is_interrupted() {
    check("hubspot", hubspot);
}

#[test]
fn what_a_killed_run_wrote_is_not_taken_for_somebody_elses() {
    let there = Shared::default();
    reset(&there);
    let killing = Killing::start({
        let there = there.clone();
        move |asked| vitally(&there, asked)
    });
    let home = home("vitally", &killing.provider.address);
    // The list, then a look and a change for each account.
    for (request, stage) in [(3, "2"), (2, "3a"), (3, "4a")] {
        assert!(killing.run(&home, &["sync", "--push"], KillPoint::TakenIn(request)));
        home.says(&["move", "A-1", stage, "--force", "--reason", "they wrote to somebody else"]);
    }
    let pushed = home.json(&["sync", "--push", "--json"])[0]["pushed"].clone();
    assert_eq!((&pushed["conflicts"], &pushed["error"]), (&json!([]), &Value::Null), "{pushed}");
    let stage = field(&there, "1", STAGE);
    assert!(stage.as_str().is_some_and(|stage| stage.starts_with("4a")), "{stage}");

    // What somebody there changes afterwards is theirs.
    let first = json!("1. New Account");
    let mut crm = there.lock().expect("nobody panicked");
    crm.accounts.get_mut("1").expect("it is there").insert(STAGE.to_owned(), first);
    drop(crm);
    home.says(&["move", "A-1", "4b", "--force", "--reason", "they booked a call"]);
    let pushed = home.json(&["sync", "--push", "--json"])[0]["pushed"].clone();
    assert_eq!(pushed["conflicts"].as_array().map(Vec::len), Some(1), "{pushed}");
}
