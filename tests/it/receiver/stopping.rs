//! `gangplank serve` is asked to stop.

use std::io::Write;
use std::net::TcpStream;

use serde_json::json;

use crate::support::home::{Home, NOW, account};
use crate::support::served::{Served, answer, receivers, signed};

#[test]
fn what_has_begun_is_finished_and_nothing_new_is_taken() {
    let home = Home::empty();
    home.import(&[account("A-1", "Acme", None, None)]);
    home.config("receivers.toml", &receivers(&["signals"]));
    let mut served = Served::start(&home, &[]);
    let signal = json!({
        "signal": "outreach.sent", "id": "m-1", "account": {"external_id": "A-1"}, "at": NOW, "source": "script",
    });
    let body = signal.to_string();
    let (name, value) = &signed("signals", body.as_bytes(), NOW)[0];
    let mut begun = TcpStream::connect(&served.address).expect("a connection");
    let head = format!(
        "POST /signals HTTP/1.1\r\nhost: x\r\n{name}: {value}\r\ncontent-length: {}\r\nexpect: 100-continue\r\n\r\n",
        body.len()
    );
    begun.write_all(head.as_bytes()).expect("it is heard");
    // It says so once it waits for the body.
    let mut first = [0; 12];
    std::io::Read::read_exact(&mut begun, &mut first).expect("an answer");
    assert_eq!(&first, b"HTTP/1.1 100");
    let mut idle = TcpStream::connect(&served.address).expect("a connection");

    served.terminate();
    assert_eq!(answer(&mut idle), None, "nothing had been asked");
    begun.write_all(body.as_bytes()).expect("it is heard");
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut begun, &mut rest).expect("an answer");
    assert!(rest.contains("HTTP/1.1 200 OK"), "{rest}");
    let ended = served.child.wait().expect("it ends");
    assert_eq!(ended.code(), Some(0));
    assert_eq!(served.rest(), format!("  signals: signals at http://{}/signals\n", served.address));
    assert!(TcpStream::connect(&served.address).is_err());
    let log = home.json(&["log", "--json"]);
    let last = log.as_array().and_then(|log| log.last()).expect("an entry");
    assert_eq!(last["command"], json!("serve signals"));
}
