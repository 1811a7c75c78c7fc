//! How a live source fares, in words.

/// `ok`, `not read yet`, or why it fails: `failed twice: no connection to api.stripe.com`.
pub fn state(error: Option<&str>, failures: u32, was_read: bool) -> String {
    match (error, failures) {
        (Some(why), 0 | 1) => format!("failed: {why}"),
        (Some(why), 2) => format!("failed twice: {why}"),
        (Some(why), times) => format!("failed {times} times: {why}"),
        (None, _) if was_read => "ok".to_owned(),
        (None, _) => "not read yet".to_owned(),
    }
}

/// What is to be done about a source that fails.
pub fn advice(needs_a_person: bool) -> &'static str {
    if needs_a_person {
        "Somebody has to mend this: correct sources.toml or the secret, and read it again"
    } else {
        "It is tried again by itself, and nothing is lost meanwhile"
    }
}
