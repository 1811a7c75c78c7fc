//! Who a delivery is from. The signatures were made by another program, with another library.

use chrono::{DateTime, TimeDelta, Utc};
use gangplank::outgoing::Secret;
use gangplank::receiver::signature::{Delivery, UnfitSecret, Unsigned, Verifier};
use gangplank::sources::receiver::ReceiverKind;
use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};

const SECRET: &str = "whsec_test_secret";
const BODY: &[u8] = "{\"id\":\"evt_1\",\"note\":\"ü\"}".as_bytes();

/// 2024-12-15T09:00:00Z, when everything was signed.
const SIGNED: i64 = 1_734_253_200;

/// Over `1734253200.BODY`.
const TIMED: &str = "68908fd426797f7eef75659785e4917b9aa3e298ec6842bfbf8ace19e7beafb9";

/// The same with another secret.
const TIMED_OTHER: &str = "8fb4d860c2959e53a53ecd4aa24cce1d47caff21318b8add40f073789bceaaac";

/// Over the body alone.
const PLAIN: &str = "08ff35261fca735d4cc5f705bc7e8d5a2fdec568c314622c50162d9e4de7a55d";

/// HubSpot's, over `POST`, `https://hooks.example.com/crm`, the body and 1734253200000.
const WHOLE: &str = "hODQhxVVvmkELA41hDM8//PT5PmErJqoRDeF73M5a5c=";

fn verifier(kind: &ReceiverKind) -> Verifier {
    let secret = Secret::new(SECRET).expect("a secret");
    Verifier::new(kind, &secret, Some("https://hooks.example.com")).expect("it can be checked")
}

fn posthog() -> ReceiverKind {
    ReceiverKind::PostHog { header: "x-own-secret".into() }
}

struct Sent<'a> {
    target: &'a str,
    headers: &'a [(&'a str, &'a str)],
    body: &'a [u8],
    /// How many milliseconds after it was signed it came.
    age: i64,
}

fn check(kind: &ReceiverKind, sent: &Sent<'_>) -> Result<(), Unsigned> {
    let mut headers = HeaderMap::new();
    for (name, value) in sent.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a name");
        headers.append(name, HeaderValue::from_bytes(value.as_bytes()).expect("a value"));
    }
    let now: DateTime<Utc> = DateTime::from_timestamp(SIGNED, 0).expect("a time");
    let delivery = Delivery { method: "POST", target: sent.target, headers: &headers, body: sent.body };
    verifier(kind).verify(&delivery, now + TimeDelta::milliseconds(sent.age))
}

/// `header` alone, of the body that was signed, at the moment it was.
fn header(kind: &ReceiverKind, name: &str, value: &str) -> Result<(), Unsigned> {
    check(kind, &Sent { target: "/crm", headers: &[(name, value)], body: BODY, age: 0 })
}

#[test]
fn stripe_and_calendly_sign_the_time_and_the_body() {
    for (kind, name) in
        [(ReceiverKind::Stripe, "Stripe-Signature"), (ReceiverKind::Calendly, "Calendly-Webhook-Signature")]
    {
        let with = |value: &str| header(&kind, name, value);
        let upper = TIMED.to_uppercase();
        for good in [
            format!("t={SIGNED},v1={TIMED}"),
            // While a secret is replaced, there are two signatures.
            format!("t={SIGNED},v1={TIMED_OTHER},v1={TIMED}"),
            format!("t={SIGNED},v1={TIMED},v1={TIMED_OTHER}"),
            format!("v1={TIMED},t={SIGNED}"),
            format!("t={SIGNED}, v1={TIMED}, v0={TIMED_OTHER}"),
            format!("t={SIGNED},v1=cut0ff,v1={TIMED}"),
            format!("t={SIGNED},v1={upper}"),
        ] {
            assert_eq!(with(&good), Ok(()), "{good}");
        }
        for (bad, why) in [
            (format!("t={SIGNED},v1={TIMED_OTHER}"), Unsigned::Wrong),
            (format!("t={},v1={TIMED}", SIGNED + 1), Unsigned::Wrong),
            (format!("t=0{SIGNED},v1={TIMED}"), Unsigned::Wrong),
            (format!("t={SIGNED},v1={}", &TIMED[..63]), Unsigned::Malformed(name)),
            (format!("t={SIGNED},v1={TIMED}00"), Unsigned::Malformed(name)),
            (format!("t={SIGNED},v0={TIMED}"), Unsigned::Malformed(name)),
            (format!("t={SIGNED},v1="), Unsigned::Malformed(name)),
            (format!("t={SIGNED}"), Unsigned::Malformed(name)),
            (format!("v1={TIMED}"), Unsigned::Malformed(name)),
            (format!("t=,v1={TIMED}"), Unsigned::Malformed(name)),
            (format!("t=-1,v1={TIMED}"), Unsigned::Malformed(name)),
            (format!("t=+{SIGNED},v1={TIMED}"), Unsigned::Malformed(name)),
            (format!("t=99999999999999999999,v1={TIMED}"), Unsigned::Malformed(name)),
            (format!("t={SIGNED},t={SIGNED},v1={TIMED}"), Unsigned::Malformed(name)),
            (String::new(), Unsigned::Malformed(name)),
            ("ü".to_owned(), Unsigned::Malformed(name)),
            // Beyond eight, nobody goes on looking.
            (format!("t={SIGNED}{},v1={TIMED}", format!(",v1={TIMED_OTHER}").repeat(8)), Unsigned::Wrong),
        ] {
            assert_eq!(with(&bad), Err(why), "{bad}");
        }
        let good = format!("t={SIGNED},v1={TIMED}");
        let none = Sent { target: "/", headers: &[], body: BODY, age: 0 };
        assert_eq!(check(&kind, &none), Err(Unsigned::Missing(name)));
        let twice = [(name, good.as_str()), (name, good.as_str())];
        assert_eq!(check(&kind, &Sent { headers: &twice, ..none }), Err(Unsigned::Twice(name)));
        for body in [&BODY[1..], b"", &[BODY, b"\n"].concat()] {
            let sent = Sent { target: "/", headers: &[(name, &good)], body, age: 0 };
            assert_eq!(check(&kind, &sent), Err(Unsigned::Wrong));
        }
    }
}

#[test]
fn what_was_signed_at_another_time_is_refused_old_and_future_alike() {
    let timed = format!("t={SIGNED},v1={TIMED}");
    let whole = [("X-HubSpot-Signature-v3", WHOLE), ("X-HubSpot-Request-Timestamp", "1734253200000")];
    let stripe = [("Stripe-Signature", timed.as_str())];
    let calendly = [("Calendly-Webhook-Signature", timed.as_str())];
    for (kind, headers, seconds) in [
        (ReceiverKind::Stripe, &stripe[..], 300),
        (ReceiverKind::Calendly, &calendly, 180),
        (ReceiverKind::HubSpot, &whole, 300),
    ] {
        let at = |age| check(&kind, &Sent { target: "/crm", headers, body: BODY, age });
        let limit = seconds * 1_000;
        assert_eq!([at(limit), at(-limit), at(0)], [Ok(()), Ok(()), Ok(())], "{kind:?}");
        assert_eq!(at(limit + 1), Err(Unsigned::Old(seconds)), "{kind:?}");
        assert_eq!(at(-limit - 1), Err(Unsigned::Future(seconds)), "{kind:?}");
    }
}

#[test]
fn calcom_signs_the_body() {
    const NAME: &str = "X-Cal-Signature-256";
    let with = |value: &str| header(&ReceiverKind::CalCom, NAME, value);
    assert_eq!(with(PLAIN), Ok(()));
    assert_eq!(with(&PLAIN.to_uppercase()), Ok(()));
    assert_eq!(with(TIMED), Err(Unsigned::Wrong));
    assert_eq!(with("no-secret-provided"), Err(Unsigned::NoSecret));
    for cut in [&PLAIN[..62], &PLAIN[..63], "", "sha256=", &format!("{PLAIN}00")] {
        assert_eq!(with(cut), Err(Unsigned::Malformed(NAME)), "{cut}");
    }
}

#[test]
fn hubspot_signs_the_whole_request() {
    const SIGNATURE: &str = "X-HubSpot-Signature-v3";
    const TIME: &str = "X-HubSpot-Request-Timestamp";
    let with = |target, signature, time| {
        let headers = [(SIGNATURE, signature), (TIME, time)];
        check(&ReceiverKind::HubSpot, &Sent { target, headers: &headers, body: BODY, age: 0 })
    };
    assert_eq!(with("/crm", WHOLE, "1734253200000"), Ok(()));
    // It signs an address with some characters decoded, or as it is.
    let query = "/crm?a=b%20c&d=%27e%27";
    assert_eq!(with(query, "RWTUwLkZovvpxCCZLAz/IRX5fyTtwi+S5ZY+p+c/7Cs=", "1734253200000"), Ok(()));
    assert_eq!(with(query, "K51P2FVwyZFdPXNbMi9lhpHY0N5G7h67/H4kmUjIdwI=", "1734253200000"), Ok(()));
    assert_eq!(with(query, WHOLE, "1734253200000"), Err(Unsigned::Wrong));
    assert_eq!(with("/other", WHOLE, "1734253200000"), Err(Unsigned::Wrong));
    assert_eq!(with("/crm", WHOLE, "1734253200001"), Err(Unsigned::Wrong));
    assert_eq!(with("/crm", WHOLE, "soon"), Err(Unsigned::Malformed(TIME)));
    assert_eq!(with("/crm", &WHOLE[..20], "1734253200000"), Err(Unsigned::Wrong));
    assert_eq!(with("/crm", "nonsense!", "1734253200000"), Err(Unsigned::Malformed(SIGNATURE)));
    assert_eq!(header(&ReceiverKind::HubSpot, SIGNATURE, WHOLE), Err(Unsigned::Missing(TIME)));
    assert_eq!(header(&ReceiverKind::HubSpot, TIME, "1"), Err(Unsigned::Missing(SIGNATURE)));
}

#[test]
fn posthog_and_scripts_send_the_secret_itself() {
    let own = |value: &str| header(&posthog(), "X-Own-Secret", value);
    assert_eq!(own(SECRET), Ok(()));
    for other in
        ["", "whsec_test_secre", "whsec_test_secret2", "WHSEC_TEST_SECRET", "Bearer whsec_test_secret"]
    {
        assert_eq!(own(other), Err(Unsigned::WrongToken), "{other}");
    }
    assert_eq!(header(&posthog(), "X-Gangplank-Secret", SECRET), Err(Unsigned::Missing("with the secret")));

    let bearer = |value: &str| header(&ReceiverKind::Signals, "Authorization", value);
    assert_eq!(bearer("Bearer whsec_test_secret"), Ok(()));
    assert_eq!(bearer("bearer whsec_test_secret"), Ok(()));
    assert_eq!(bearer("Bearer another"), Err(Unsigned::WrongToken));
    for other in ["whsec_test_secret", "Basic whsec_test_secret", "Bearer", "ü", ""] {
        assert_eq!(bearer(other), Err(Unsigned::Malformed("Authorization")), "{other}");
    }
}

#[test]
fn what_cannot_be_the_secret_is_said_at_the_start() {
    let unfit = |kind: &ReceiverKind, secret: &str| {
        Verifier::new(kind, &Secret::new(secret).expect("a secret"), None).err()
    };
    assert_eq!(unfit(&ReceiverKind::Stripe, "whsec_1"), None);
    for key in ["sk_live_1", "rk_test_1", "pk_live_1"] {
        assert_eq!(unfit(&ReceiverKind::Stripe, key), Some(UnfitSecret::ApiKey));
    }
    for kind in [posthog(), ReceiverKind::Signals] {
        assert_eq!(unfit(&kind, "fifteen-letters"), Some(UnfitSecret::Short));
        assert_eq!(unfit(&kind, "sixteen--letters"), None);
    }
    assert_eq!(unfit(&ReceiverKind::HubSpot, "secret"), Some(UnfitSecret::NoAddress));
    let shown = format!("{:?}", verifier(&ReceiverKind::Signals));
    assert!(!shown.contains(SECRET), "{shown}");
}
