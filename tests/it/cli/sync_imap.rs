//! Mail on a server as a live source: what `sources.toml` may say, and servers that are not as they should be.

use crate::support::home::Home;

#[test]
fn mistakes_about_a_mail_server_say_where_they_are() {
    let home = Home::empty();
    let all = [
        ("address", "\"imaps://mail.example.com\""),
        ("user", "\"dan@example.com\""),
        ("secret_env", "\"X\""),
    ];
    for (key, value, expected) in [
        (
            "address",
            "",
            "`source.mail.address`: a source of kind `imap` needs it: add address = \"imaps://mail.example.com\"",
        ),
        ("user", "", "`source.mail.user`: a source of kind `imap` needs it"),
        ("secret_env", "", "`source.mail.secret_command`: a source of kind `imap` needs it"),
        ("address", "\"https://mail.example.com\"", "this is no mail server: write one such as imaps://"),
        ("address", "\"imaps://mail.example.com/INBOX\"", "this is no mail server"),
        ("address", "\"imaps://dan:pw@mail.example.com\"", "this is no mail server"),
        (
            "address",
            "\"imap://mail.example.com\"",
            "sources.toml:3: `source.mail.address`: the password would travel",
        ),
        ("user", "\" \"", "`source.mail.user`: write the name that you log in with"),
        ("user", "\"dan\\r\\nA1 DELETE INBOX\"", "`source.mail.user`: write the name"),
        ("mailboxes", "[]", "`source.mail.mailboxes`: write the names of mailboxes: [\"INBOX\", \"Sent\"]"),
        ("mailboxes", "[\"INBOX\", \"\"]", "`source.mail.mailboxes`: write the names"),
        ("path", "\"/x\"", "`source.mail.path`: a source of kind `imap` does not have it: remove it"),
        ("project", "1", "`source.mail.project`: a source of kind `imap` does not have it: remove it"),
    ] {
        let mut text = "[source.mail]\nkind = \"imap\"\n".to_owned();
        for (known, usual) in all {
            let value = if known == key { value } else { usual };
            if !value.is_empty() {
                text.extend([known, " = ", value, "\n"]);
            }
        }
        if !all.iter().any(|(known, _)| *known == key) {
            text.extend([key, " = ", value, "\n"]);
        }
        home.config("sources.toml", &text);
        let complaint = home.complains(&["list"], 2);
        assert!(complaint.contains(expected), "{text}{complaint}");
    }
    for key in ["user = \"dan\"", "token = true", "mailboxes = [\"INBOX\"]"] {
        home.config("sources.toml", &format!("[source.a]\nkind = \"stripe\"\nsecret_env = \"X\"\n{key}\n"));
        let complaint = home.complains(&["list"], 2);
        assert!(complaint.contains("a source of kind `stripe` does not have it: remove it"), "{complaint}");
    }
}

#[cfg(not(feature = "imap"))]
#[test]
fn without_imap_one_is_told_how_to_install_it() {
    let home = Home::empty();
    let complaint = home.complains(
        &[
            "sources",
            "add",
            "imap",
            "--address",
            "imaps://mail.example.com",
            "--user",
            "dan",
            "--secret-command",
            "printf x",
        ],
        1,
    );
    assert!(complaint.contains("`cargo install --path . --features imap`"), "{complaint}");
}

#[cfg(feature = "imap")]
mod built_with_it {
    use crate::support::fake_mail::FakeMailServer;
    use crate::support::home::{Home, account};

    /// What a server with one empty mailbox answers to everything but a login.
    fn empty_mailbox(line: &str, tag: &str) -> Vec<u8> {
        let before = match line.split(' ').nth(1) {
            Some("EXAMINE") => "* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 2] x\r\n* 1 EXISTS\r\n",
            Some("UID") if line.contains("SEARCH") => "* SEARCH 1\r\n",
            Some("LOGOUT") => "* BYE x\r\n",
            _ => "",
        };
        format!("{before}{tag} OK x\r\n").into_bytes()
    }

    fn home(server: &FakeMailServer, more: &str) -> Home {
        let home = Home::empty();
        home.import(&[account("A-1", "Acme", Some("83600"), Some("2025-01-22"))]);
        home.config("config.toml", "specialists = [\"dan@team.test\"]\n");
        home.config(
            "sources.toml",
            &format!(
                "[source.mail]\nkind = \"imap\"\naddress = \"{}\"\nuser = \"dan@team.test\"\nmailboxes = [\"INBOX\"]\n\
                 secret_command = [\"printf\", \"hidden\"]\n{more}",
                server.address
            ),
        );
        home
    }

    #[test]
    fn a_token_is_sent_as_one_and_mailboxes_are_only_read() {
        let server = FakeMailServer::start(b"* OK hello\r\n", |line, tag| match line {
            line if line.contains("AUTHENTICATE") => b"+ \r\n".to_vec(),
            line if !line.contains(' ') => b"A0001 OK x\r\n".to_vec(),
            line if line.contains("FETCH") => {
                let header = "From: a@b.test\r\n\r\n";
                let size = header.len();
                format!("* 1 FETCH (UID 1 FLAGS () BODY[HEADER]<0> {{{size}}}\r\n{header})\r\n{tag} OK x\r\n")
                    .into_bytes()
            }
            line => empty_mailbox(line, tag),
        });
        let told = home(&server, "token = true\n").says(&["sync"]);
        assert!(told.starts_with("mail: 1 message read"), "{told}");
        let heard = server.heard.lock().expect("nobody panicked").clone();
        // `user=dan@team.test^Aauth=Bearer hidden^A^A`
        assert_eq!(heard[1], "dXNlcj1kYW5AdGVhbS50ZXN0AWF1dGg9QmVhcmVyIGhpZGRlbgEB");
        let commands: Vec<&str> = heard.iter().filter_map(|line| Some(line.split_once(' ')?.1)).collect();
        assert_eq!(
            commands,
            [
                "AUTHENTICATE XOAUTH2",
                "EXAMINE \"INBOX\"",
                "EXAMINE \"INBOX\"",
                "UID SEARCH SINCE 16-Sep-2024",
                "UID FETCH 1 (UID FLAGS BODY.PEEK[HEADER]<0.65536>)",
                "LOGOUT"
            ]
        );
    }

    #[test]
    fn a_token_that_is_refused_is_said() {
        let server = FakeMailServer::start(b"* OK hello\r\n", |line, _| match line {
            "" => b"A0001 NO hidden\r\n".to_vec(),
            line if line.contains("AUTHENTICATE") => b"+ \r\n".to_vec(),
            _ => b"+ eyJzdGF0dXMiOiI0MDEifQ==\r\n".to_vec(),
        });
        let complaint = home(&server, "token = true\n").complains(&["sync"], 1);
        assert!(complaint.contains("127.0.0.1 refuses the token of dan@team.test"), "{complaint}");
        assert!(!complaint.contains("hidden"), "{complaint}");
    }

    #[test]
    fn a_server_that_is_not_as_it_should_be_disturbs_nothing() {
        let flood =
            || [b"* 1 FETCH (BODY[HEADER]<0> {40000000}\r\n".to_vec(), vec![b'x'; 40_000_000]].concat();
        for (what, greeting, after_login, expected) in [
            ("garbage", &b"\x1b[2J\x00\xff\r\n"[..], None, "127.0.0.1"),
            ("HTTP", b"HTTP/1.1 400 Bad Request\r\n\r\n", None, "127.0.0.1"),
            ("a goodbye", b"* BYE go away\r\n", None, "127.0.0.1 closed the connection"),
            (
                "a literal without an end",
                b"* OK hello\r\n",
                Some(b"* 1 FETCH (BODY[HEADER] {99999999999999999999}\r\n".to_vec()),
                "127.0.0.1",
            ),
            ("no", b"* OK hello\r\n", Some(b"NO \x1b[31mhidden\r\n".to_vec()), "127.0.0.1"),
            ("too much", b"* OK hello\r\n", Some(flood()), "the answer of 127.0.0.1 is larger than 32 MiB"),
        ] {
            let server = FakeMailServer::start(greeting, move |line, tag| match &after_login {
                Some(answer) if !line.contains("LOGIN") => {
                    let tag = if answer.starts_with(b"NO") { format!("{tag} ") } else { String::new() };
                    [tag.as_bytes(), answer].concat()
                }
                _ => format!("{tag} OK x\r\n").into_bytes(),
            });
            let complaint = home(&server, "").complains(&["sync"], 1);
            assert!(
                complaint.starts_with("mail was not read: ") && complaint.contains(expected),
                "{what}: {complaint}"
            );
            assert!(!complaint.contains("hidden") && !complaint.contains('\x1b'), "{what}: {complaint}");
        }
    }
}
