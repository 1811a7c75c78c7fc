//! How live sources and receivers fare, in words.

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

/// The same of a receiver: how many deliveries in a row were `refused` and why, how many events were `unreadable` and why
/// the latest was.
pub fn received(
    error: Option<&str>,
    refused: Option<(u64, &str)>,
    unreadable: Option<(u64, &str)>,
    was_received: bool,
) -> String {
    match (error, refused, unreadable) {
        (Some(why), ..) => format!("the latest delivery was not kept: {why}"),
        (None, Some((1, why)), _) => format!("the latest delivery was refused: {why}"),
        (None, Some((times, why)), _) => format!("the latest {times} deliveries were refused: {why}"),
        (None, None, Some((1, why))) => format!("ok; one event could not be read: {why}"),
        (None, None, Some((count, why))) => {
            format!("ok; {count} events could not be read, the latest: {why}")
        }
        (None, None, None) if was_received => "ok".to_owned(),
        (None, None, None) => "nothing received yet".to_owned(),
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
