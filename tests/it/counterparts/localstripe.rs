//! Against a program that behaves as Stripe does, and against Stripe's own library. Both are Python's: `GANGPLANK_PYTHON`
//! names one that has `localstripe` and `stripe`.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use gangplank::state::{FactKey, FactValue};
use serde_json::{Value, json};

use crate::receiver::serve::{failed_payment, home};
use crate::support::counterpart::{Counterpart, done, skipped};
use crate::support::home::{Home, account};
use crate::support::provider::{Answer, Asked, FakeProvider};
use crate::support::pty::{self, Pty};
use crate::support::served::{SECRET, Served, receivers};

/// A Python with what is needed; nothing, and a line that says so, where there is none.
fn python() -> Option<PathBuf> {
    let python = std::env::var_os("GANGPLANK_PYTHON").map(PathBuf::from);
    let has_all = |python: &PathBuf| {
        let tried =
            Command::new(python).args(["-c", "import localstripe, stripe"]).stderr(Stdio::null()).status();
        tried.is_ok_and(|status| status.success())
    };
    let found = python.filter(has_all);
    if found.is_none() {
        skipped(
            "GANGPLANK_PYTHON names no Python that has localstripe and stripe: \
             `python3 -m venv v && v/bin/pip install localstripe stripe`",
        );
    }
    found
}

/// What `script` prints.
fn run(python: &Path, script: &str, args: &[&str]) -> String {
    done(Command::new(python).args(["-c", script]).args(args)).trim().to_owned()
}

/// Prints a `Stripe-Signature` for the body, the secret and the time in the arguments, and lets the library verify it if
/// the last argument says so.
const SIGN: &str = r#"
import sys, stripe
body, secret, time = sys.argv[1:4]
signature = stripe.WebhookSignature._compute_signature(f"{time}.{body}", secret)
header = f"t={time},v1={signature}"
stripe.WebhookSignature.verify_header(body, header, secret)
print(header)
"#;

#[test]
fn what_the_official_library_signs_is_taken_and_nothing_else() {
    let Some(python) = python() else { return };
    let home = home(&["stripe", "calendly"]);
    let served = Served::start(&home, &[]);
    let now = 1_734_253_200;
    let sign = |secret: &str, time: i64, body: &str| run(&python, SIGN, &[body, secret, &time.to_string()]);
    let mut number = 0;
    let mut answer = |header: &dyn Fn(&str) -> String| {
        number += 1;
        let body = String::from_utf8(failed_payment(number)).expect("UTF-8");
        let header = header(&body);
        let headers = [("Stripe-Signature", header.as_str())];
        served.request("POST", "/stripe", &headers, body.as_bytes()).map(|(status, _)| status)
    };
    assert_eq!(answer(&|body| sign(SECRET, now, body)), Some(200));
    assert_eq!(answer(&|body| sign(SECRET, now - 299, body)), Some(200));
    assert_eq!(answer(&|body| sign(SECRET, now + 299, body)), Some(200));
    let both = |body: &str| {
        let (other, right) = (sign("whsec_other", now, body), sign(SECRET, now, body));
        format!("{other},{}", right.split_once(',').expect("two items").1)
    };
    assert_eq!(answer(&both), Some(200));
    assert_eq!(answer(&|body| sign("whsec_other", now, body)), Some(401));
    assert_eq!(answer(&|body| sign(SECRET, now - 301, body)), Some(401));
    // The library itself takes what comes from the future.
    assert_eq!(answer(&|body| sign(SECRET, now + 301, body)), Some(401));
    assert_eq!(answer(&|body| sign(SECRET, now, &format!("{body} "))), Some(401));
    assert_eq!(answer(&|body| sign(SECRET, now, body)[..40].to_owned()), Some(401));

    // Calendly signs in the same way, and allows less time.
    for (age, status) in [(0, 204), (179, 204), (181, 401), (-181, 401)] {
        let body =
            r#"{"event":"routing_form_submission.created","created_at":"2024-12-15T08:00:00Z","payload":{}}"#;
        let header = sign(SECRET, now - age, body);
        let headers = [("Calendly-Webhook-Signature", header.as_str())];
        let answered = served.request("POST", "/calendly", &headers, body.as_bytes());
        assert_eq!(answered.map(|(status, _)| status), Some(status), "{age}");
    }
}

/// The server, on loopback alone, and without the one file in `/tmp` that all of them write to.
const SERVE: &str = r#"
import socket
from aiohttp import web
from localstripe import resources, server
resources.Store.dump_to_disk = lambda self: None
web.run_app(server.app, sock=socket.create_server(("127.0.0.1", 0)))
"#;

/// Starts a server that behaves as Stripe does, and says at which address.
fn local_stripe(python: &Path) -> (Counterpart, String) {
    let running = Counterpart::start(Command::new(python).args(["-u", "-c", SERVE]), "Running on");
    let address = running.address();
    (running, address)
}

/// Its answer to a question, without the head.
fn get(address: &str, target: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("a connection");
    let request = format!(
        "GET {target} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer sk_test_1\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).expect("it is heard");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer.split_once("\r\n\r\n").expect("a head and a body").1.to_owned()
}

/// Makes a customer, and prints its id.
const CUSTOMER: &str = r#"
import sys, stripe
stripe.api_key, stripe.api_base = "sk_test_1", sys.argv[1]
print(stripe.Customer.create(email="ana@acme.test").id)
"#;

/// Has the customer subscribe, with an account that cannot be charged.
const SUBSCRIBE: &str = r#"
import sys, urllib.parse, urllib.request, stripe
base, hook, secret, customer = sys.argv[1:5]
form = urllib.parse.urlencode({"url": hook, "secret": secret}).encode()
urllib.request.urlopen(base + "/_config/webhooks/gangplank", form).read()
stripe.api_key, stripe.api_base = "sk_test_1", base
method = stripe.PaymentMethod.create(type="sepa_debit", sepa_debit={"iban": "DE62370400440532013001"},
    billing_details={"name": "Ana", "email": "ana@acme.test"})
stripe.PaymentMethod.attach(method.id, customer=customer)
stripe.Customer.modify(customer, invoice_settings={"default_payment_method": method.id})
stripe.Plan.create(id="p1", amount=34000, currency="eur", interval="month", product={"name": "PH"})
stripe.Subscription.create(customer=customer, items=[{"plan": "p1"}])
"#;

/// Passes questions on to the server at `address`, which does not know how to choose types.
fn without_types(address: String) -> impl FnMut(&Asked) -> Answer {
    move |asked| {
        let (path, query) = asked.path.split_once('?').unwrap_or((&asked.path, ""));
        let query: Vec<&str> = query.split('&').filter(|pair| !pair.starts_with("types")).collect();
        (200, Vec::new(), get(&address, &format!("{path}?{}", query.join("&"))))
    }
}

#[test]
fn a_failed_payment_at_stripe_opens_one_alert_on_an_open_board_and_churn_closes_the_account() {
    let Some(python) = python() else { return };
    let (_stripe, address) = local_stripe(&python);
    let base = format!("http://{address}");
    let customer = run(&python, CUSTOMER, &[&base]);
    let home = Home::empty();
    let emails = FactValue::List(vec!["ana@acme.test".into()]);
    // Its events are of today.
    let renewal = (chrono::Utc::now() + chrono::TimeDelta::days(388)).date_naive().to_string();
    home.import(&[account("A-1", "Acme", Some("83600"), Some(&renewal))
        .with(FactKey::AdminEmails, emails)
        .text(FactKey::OtherId("stripe".into()), &customer)]);
    home.config("receivers.toml", &receivers(&["stripe"]));
    let provider = FakeProvider::start(without_types(address));
    let source = format!(
        "[source.billing]\nkind = \"stripe\"\nsecret_command = [\"printf\", \"sk_test_1\"]\naddress = \"{}\"\n",
        provider.address
    );

    let served = Served::start_at(&home, &[], None);
    let (data, config) =
        (home.data().display().to_string(), home.0.path().join("config").display().to_string());
    let env = [("GANGPLANK_DATA_DIR", data.as_str()), ("GANGPLANK_CONFIG_DIR", config.as_str())];
    let desk = pty::Home::new();
    let mut board = Pty::gangplank(&desk, (120, 40), &["--as", "dana"], &env);
    board.wait_for_text("Acme");
    let hook = format!("http://{}/stripe", served.address);
    run(&python, SUBSCRIBE, &[&base, &hook, SECRET, &customer]);
    // Nobody pressed a key. Which of the two events it sends first, the provider leaves open.
    board.wait_for(|screen| {
        let shown = screen.contents();
        shown
            .lines()
            .any(|line| ["Acme ", " 6d ", "Failed payment of €340"].iter().all(|it| line.contains(it)))
    });

    let alerts = home.json(&["alerts", "--json"]);
    assert_eq!(alerts.as_array().map(Vec::len), Some(1), "{alerts}");
    let words = home.says(&["alerts"]);
    assert!(words.contains("Failed payment of €340, tried once"), "{words}");
    assert_eq!(home.json(&["show", "A-1", "--json"])["stage"], json!("6d"));

    // The same through the list of events: nothing twice.
    let entries = |home: &Home| home.json(&["log", "--json"]).as_array().map_or(0, Vec::len);
    home.config("sources.toml", &source);
    let told = sync(&home);
    assert!(told.contains("2 known already"), "{told}");
    let before = entries(&home);
    sync(&home);
    assert_eq!(entries(&home), before);
    board.send("q");

    // On a board that only reads, it is the same.
    let other = Home::empty();
    let emails = FactValue::List(vec!["ana@acme.test".into()]);
    other.import(&[account("A-1", "Acme", Some("83600"), Some(&renewal))
        .with(FactKey::AdminEmails, emails)
        .text(FactKey::OtherId("stripe".into()), &customer)]);
    other.config("sources.toml", &source);
    sync(&other);
    let picture = |home: &Home| -> (Value, Value) {
        (home.json(&["alerts", "--json"]), home.json(&["show", "A-1", "--json"])["stage"].clone())
    };
    assert_eq!(picture(&other), picture(&home));
}

/// `gangplank sync` at the real time, for which the provider's list is.
fn sync(home: &Home) -> String {
    let output = home.gangplank(&["sync"]).env_remove("GANGPLANK_NOW").output().expect("it runs");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}
