//! Against HubSpot's own library, which is JavaScript's: `GANGPLANK_NODE_MODULES` names the `node_modules` that has
//! `@hubspot/api-client`.

use std::process::{Command, Stdio};

use crate::receiver::serve::{PUBLIC, example, home};
use crate::support::counterpart::skipped;
use crate::support::served::{SECRET, Served};

/// Prints the signature of a request, by its address, body, secret and time.
const SIGN: &str = r#"
const {Signature} = require("@hubspot/api-client");
const [url, requestBody, clientSecret, timestamp] = process.argv.slice(1);
console.log(Signature.getSignature("POST", "v3", {url, requestBody, clientSecret, timestamp: Number(timestamp)}));
"#;

#[test]
fn what_the_official_library_signs_is_taken_and_nothing_else() {
    let modules = std::env::var_os("GANGPLANK_NODE_MODULES").unwrap_or_default();
    let node = |script: &str, args: &[&str]| {
        let mut command = Command::new("node");
        command.args(["-e", script]).args(args).env("NODE_PATH", &modules).stderr(Stdio::null());
        command.output().ok().filter(|output| output.status.success())
    };
    if modules.is_empty() || node("require(\"@hubspot/api-client\")", &[]).is_none() {
        return skipped(
            "GANGPLANK_NODE_MODULES names no directory with HubSpot's library: `npm install @hubspot/api-client`",
        );
    }
    let home = home(&["hubspot"]);
    let served = Served::start(&home, &PUBLIC);
    let body = String::from_utf8(example("hubspot")).expect("UTF-8");
    let now: i64 = 1_734_253_200_000;
    let answer = |path: &str, secret: &str, time: i64| {
        let (url, time) = (format!("https://hooks.example.com{path}"), time.to_string());
        let signed = node(SIGN, &[&url, &body, secret, &time]).expect("it signs");
        let signature = String::from_utf8(signed.stdout).expect("UTF-8");
        let headers = [("X-HubSpot-Signature-v3", signature.trim()), ("X-HubSpot-Request-Timestamp", &time)];
        served.request("POST", "/hubspot?portal=1", &headers, body.as_bytes()).map(|(status, _)| status)
    };
    let path = "/hubspot?portal=1";
    assert_eq!(answer(path, SECRET, now), Some(200));
    assert_eq!(answer(path, SECRET, now - 300_000), Some(200));
    assert_eq!(answer("/hubspot", SECRET, now), Some(401));
    assert_eq!(answer(path, "another secret", now), Some(401));
    assert_eq!(answer(path, SECRET, now - 300_001), Some(401));
    assert_eq!(answer(path, SECRET, now + 300_001), Some(401));
}
