//! Who a delivery is from: each provider's way to sign, checked over the bytes as they came, in constant time.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use chrono::{DateTime, TimeDelta, Utc};
use hyper::HeaderMap;
use ring::hmac::{self, HMAC_SHA256, Key, Tag};

use crate::outgoing::Secret;
use crate::sources::receiver::ReceiverKind;

/// How old a signature of Stripe may be, and how far ahead: clocks differ.
const STRIPE_TOLERANCE: TimeDelta = TimeDelta::seconds(300);

/// The same of Calendly, whose documentation names three minutes.
const CALENDLY_TOLERANCE: TimeDelta = TimeDelta::seconds(180);

/// The same of HubSpot.
const HUBSPOT_TOLERANCE: TimeDelta = TimeDelta::milliseconds(300_000);

/// How many signatures of one delivery are looked at. While a secret is replaced, a provider signs with two.
const SIGNATURES: usize = 8;

/// How short a secret may be that a person chooses.
const SHORTEST_CHOSEN: usize = 16;

/// What Cal.com writes where a signature should be, as long as its webhook has no secret.
const NO_SECRET: &str = "no-secret-provided";

/// What HubSpot decodes in an address before it signs it.
const DECODED_BY_HUBSPOT: [(&str, &str); 11] = [
    ("%3A", ":"),
    ("%2F", "/"),
    ("%3F", "?"),
    ("%40", "@"),
    ("%21", "!"),
    ("%24", "$"),
    ("%27", "'"),
    ("%28", "("),
    ("%29", ")"),
    ("%2A", "*"),
    ("%2C", ","),
];

/// A delivery as it came.
#[derive(Clone, Copy, Debug)]
pub struct Delivery<'a> {
    pub method: &'a str,
    /// Path and query.
    pub target: &'a str,
    pub headers: &'a HeaderMap,
    pub body: &'a [u8],
}

/// Why it is not known that a delivery is from who it should be from. No sentence repeats what was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsigned {
    #[error("the header {0} is missing: does the webhook have a secret?")]
    Missing(&'static str),
    #[error("the header {0} is there twice")]
    Twice(&'static str),
    #[error("the header {0} is cut off, or is no signature")]
    Malformed(&'static str),
    #[error("the signature does not fit: is the secret that of this webhook?")]
    Wrong,
    #[error("the secret in the header is another one")]
    WrongToken,
    #[error("it was signed more than {0} seconds ago: is the clock of this machine right?")]
    Old(i64),
    #[error("it was signed more than {0} seconds ahead: is the clock of this machine right?")]
    Future(i64),
    #[error("Cal.com signs nothing because its webhook has no secret: set one there")]
    NoSecret,
}

/// Why a secret cannot be what deliveries are signed with: a sentence that does not repeat it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnfitSecret {
    #[error("this is an API key of Stripe: take the signing secret of the webhook, which begins with whsec_")]
    ApiKey,
    #[error(
        "the secret has fewer than {SHORTEST_CHOSEN} characters, so others may guess it: make one with `openssl rand -hex 24`"
    )]
    Short,
    #[error(
        "HubSpot signs its whole address, so that must be known: add --behind-proxy https://hooks.example.com"
    )]
    NoAddress,
}

/// What checks the deliveries of one receiver. It holds the secret, and shows it nowhere.
#[derive(Debug)]
pub struct Verifier {
    scheme: Scheme,
    key: Key,
}

#[derive(Debug)]
enum Scheme {
    /// `t=TIME,v1=HEX`, over `TIME.BODY`.
    Timestamped { header: &'static str, tolerance: TimeDelta },
    /// Cal.com: hex, over the body.
    Hex { header: &'static str },
    /// HubSpot, version 3: Base64, over the method, the whole address, the body and the time.
    WholeRequest { address: String },
    /// The secret itself, after a word.
    Token { header: String, word: &'static str, expected: Tag },
}

impl Verifier {
    /// What checks deliveries of `kind` with `secret`, to a machine whose public address is `address`.
    ///
    /// # Errors
    /// When this cannot be the secret, or the address is needed.
    pub fn new(kind: &ReceiverKind, secret: &Secret, address: Option<&str>) -> Result<Self, UnfitSecret> {
        let key = Key::new(HMAC_SHA256, secret.bytes());
        let token = |header: &str, word| {
            if secret.bytes().len() < SHORTEST_CHOSEN {
                return Err(UnfitSecret::Short);
            }
            // Tags are compared, not texts: neither where they differ nor how long they are takes a different time.
            let expected = hmac::sign(&key, secret.bytes());
            Ok(Scheme::Token { header: header.to_owned(), word, expected })
        };
        let scheme = match kind {
            ReceiverKind::Stripe
                if [&b"sk_"[..], b"rk_", b"pk_"].iter().any(|it| secret.bytes().starts_with(it)) =>
            {
                return Err(UnfitSecret::ApiKey);
            }
            ReceiverKind::Stripe => {
                Scheme::Timestamped { header: "Stripe-Signature", tolerance: STRIPE_TOLERANCE }
            }
            ReceiverKind::Calendly => {
                Scheme::Timestamped { header: "Calendly-Webhook-Signature", tolerance: CALENDLY_TOLERANCE }
            }
            ReceiverKind::CalCom => Scheme::Hex { header: "X-Cal-Signature-256" },
            ReceiverKind::HubSpot => {
                let address = address.ok_or(UnfitSecret::NoAddress)?;
                Scheme::WholeRequest { address: address.trim_end_matches('/').to_owned() }
            }
            ReceiverKind::PostHog { header } => token(header, "")?,
            ReceiverKind::Signals => token("authorization", "Bearer ")?,
        };
        Ok(Self { scheme, key })
    }

    /// Checks `delivery`, which came at `now`.
    ///
    /// # Errors
    /// Why it may be from anybody.
    pub fn verify(&self, delivery: &Delivery<'_>, now: DateTime<Utc>) -> Result<(), Unsigned> {
        match &self.scheme {
            Scheme::Timestamped { header, tolerance } => {
                let Timestamped { written, at, signatures } = Timestamped::read(header, delivery.headers)?;
                let signed = [written.as_bytes(), b".", delivery.body].concat();
                if !signatures.iter().any(|signature| self.fits(&signed, signature)) {
                    return Err(Unsigned::Wrong);
                }
                is_of_now(at, *tolerance, now)
            }
            Scheme::Hex { header } => {
                let written = only(header, delivery.headers)?;
                if written == NO_SECRET {
                    return Err(Unsigned::NoSecret);
                }
                let signature = hex(written).ok_or(Unsigned::Malformed(header))?;
                if self.fits(delivery.body, &signature) { Ok(()) } else { Err(Unsigned::Wrong) }
            }
            Scheme::WholeRequest { address } => self.whole_request(address, delivery, now),
            Scheme::Token { header, word, expected } => {
                let name = if word.is_empty() { "with the secret" } else { "Authorization" };
                let written = only_named(header, name, delivery.headers)?;
                let is_word = written.get(..word.len()).is_some_and(|it| it.eq_ignore_ascii_case(word));
                let given = written.get(word.len()..).filter(|_| is_word).ok_or(Unsigned::Malformed(name))?;
                hmac::verify(&self.key, given.as_bytes(), expected.as_ref()).map_err(|_| Unsigned::WrongToken)
            }
        }
    }

    fn fits(&self, signed: &[u8], signature: &[u8]) -> bool {
        hmac::verify(&self.key, signed, signature).is_ok()
    }

    fn whole_request(
        &self,
        address: &str,
        delivery: &Delivery<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), Unsigned> {
        const SIGNATURE: &str = "X-HubSpot-Signature-v3";
        const TIME: &str = "X-HubSpot-Request-Timestamp";
        let signature = only(SIGNATURE, delivery.headers)?;
        let signature = BASE64.decode(signature).map_err(|_| Unsigned::Malformed(SIGNATURE))?;
        let written = only(TIME, delivery.headers)?;
        let at =
            number(written).and_then(DateTime::from_timestamp_millis).ok_or(Unsigned::Malformed(TIME))?;
        let raw = format!("{address}{}", delivery.target);
        let mut decoded = raw.clone();
        for (code, character) in DECODED_BY_HUBSPOT {
            decoded = decoded.replace(code, character).replace(&code.to_ascii_lowercase(), character);
        }
        let fits = |address: &str| {
            let parts: [&[u8]; 4] =
                [delivery.method.as_bytes(), address.as_bytes(), delivery.body, written.as_bytes()];
            self.fits(&parts.concat(), &signature)
        };
        if !(fits(&raw) || decoded != raw && fits(&decoded)) {
            return Err(Unsigned::Wrong);
        }
        is_of_now(at, HUBSPOT_TOLERANCE, now)
    }
}

/// What a header `t=TIME,v1=HEX[,v1=HEX]` says.
struct Timestamped<'a> {
    /// The time as it is signed.
    written: &'a str,
    at: DateTime<Utc>,
    signatures: Vec<[u8; 32]>,
}

impl<'a> Timestamped<'a> {
    fn read(header: &'static str, headers: &'a HeaderMap) -> Result<Self, Unsigned> {
        let malformed = Unsigned::Malformed(header);
        let (mut time, mut signatures) = (None, Vec::new());
        for item in only(header, headers)?.split(',') {
            match item.trim().split_once('=') {
                Some(("t", _)) if time.is_some() => return Err(malformed),
                Some(("t", written)) => time = Some(written),
                // One that is cut off fits nothing, and another may.
                Some(("v1", written)) if signatures.len() < SIGNATURES => signatures.extend(hex(written)),
                // Older and newer schemes.
                Some(_) | None => {}
            }
        }
        let written = time.ok_or(malformed.clone())?;
        let at = number(written).and_then(|seconds| DateTime::from_timestamp(seconds, 0));
        match at {
            Some(at) if !signatures.is_empty() => Ok(Self { written, at, signatures }),
            Some(_) | None => Err(malformed),
        }
    }
}

/// The value of `header`.
fn only<'a>(header: &'static str, headers: &'a HeaderMap) -> Result<&'a str, Unsigned> {
    only_named(header, header, headers)
}

/// The value of `header`, which a sentence calls `named`.
fn only_named<'a>(header: &str, named: &'static str, headers: &'a HeaderMap) -> Result<&'a str, Unsigned> {
    let mut values = headers.get_all(header).iter();
    let value = values.next().ok_or(Unsigned::Missing(named))?;
    if values.next().is_some() {
        return Err(Unsigned::Twice(named));
    }
    value.to_str().map(str::trim).map_err(|_| Unsigned::Malformed(named))
}

/// A moment as providers write it: digits only, and not more than a time has.
fn number(text: &str) -> Option<i64> {
    let is_plain = !text.is_empty() && text.len() <= 15 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_plain)
}

/// The 32 bytes that `text` writes as 64 digits.
fn hex(text: &str) -> Option<[u8; 32]> {
    let digits: Vec<u8> = text
        .chars()
        .map(|c| c.to_digit(16).and_then(|digit| digit.try_into().ok()))
        .collect::<Option<_>>()?;
    let bytes: Vec<u8> = digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
    bytes.try_into().ok().filter(|_| digits.len() == 64)
}

fn is_of_now(at: DateTime<Utc>, tolerance: TimeDelta, now: DateTime<Utc>) -> Result<(), Unsigned> {
    let age = now - at;
    if age > tolerance {
        return Err(Unsigned::Old(tolerance.num_seconds()));
    }
    if age < -tolerance {
        return Err(Unsigned::Future(tolerance.num_seconds()));
    }
    Ok(())
}
