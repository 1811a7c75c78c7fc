//! A mail server with one person's mailbox, and mail that is sent to it.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::support::counterpart::{Counterpart, done, free_port, programs};

/// The password of everybody.
pub(crate) const PASSWORD: &str = "imap_secret";

/// How to get at the programs.
const HINT: &str = "apt-get install --no-install-recommends dovecot-imapd isync swaks";

/// Dovecot, with the mailbox of `dan`.
pub(crate) struct MailServer {
    directory: TempDir,
    lda: PathBuf,
    swaks: PathBuf,
    pub(crate) port: u16,
    /// With TLS.
    #[cfg_attr(not(feature = "imap"), expect(dead_code, reason = "only the board itself speaks TLS"))]
    pub(crate) secure_port: u16,
    /// The certificate that the one of the server is signed with.
    #[cfg_attr(not(feature = "imap"), expect(dead_code, reason = "only the board itself speaks TLS"))]
    pub(crate) root: PathBuf,
    _running: Counterpart,
}

impl MailServer {
    /// Nothing where it cannot run here.
    pub(crate) fn start() -> Option<Self> {
        let [dovecot, lda, swaks, openssl] = programs(["dovecot", "dovecot-lda", "swaks", "openssl"], HINT)?;
        let directory = tempfile::tempdir().expect("a directory");
        let root = certificates(&openssl, directory.path());
        let mut secure_port = 0;
        let (running, port) = Counterpart::start_on_port(
            |port| {
                secure_port = free_port();
                let config = config(directory.path(), port, secure_port);
                fs::write(directory.path().join("dovecot.conf"), config).expect("a file");
                let mut command = Command::new(&dovecot);
                command.args(["-F", "-c"]).arg(directory.path().join("dovecot.conf"));
                command
            },
            "starting up",
        );
        Some(Self { directory, lda, swaks, port, secure_port, root, _running: running })
    }

    /// Sends a message as a mail program does: over SMTP, with swaks. It lies in `mailbox` afterwards.
    pub(crate) fn send(&self, mailbox: &str, headers: &[(&str, &str)]) {
        let relay = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = relay.local_addr().expect("an address");
        let mut swaks = Command::new(&self.swaks);
        let value =
            |name: &str| headers.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value);
        swaks
            .args(["--server", "127.0.0.1", "--port", &address.port().to_string(), "--helo", "localhost"])
            .args(["--from", value("From"), "--to", value("To"), "--silent", "2"]);
        for (name, value) in headers {
            swaks.args(["--header", &format!("{name}: {value}")]);
        }
        let sending = std::thread::spawn(move || {
            let output = swaks.stdin(Stdio::null()).output();
            // Where it ended before it connected, nobody waits for it.
            let _ = TcpStream::connect(address);
            output
        });
        let message = received(&relay.accept().expect("it connects").0);
        let output = sending.join().expect("it runs").expect("it starts");
        assert!(output.status.success(), "{output:?}");
        self.deliver(mailbox, &message);
    }

    /// Puts `message` into `mailbox`.
    fn deliver(&self, mailbox: &str, message: &[u8]) {
        let mut command = Command::new(&self.lda);
        command
            .arg("-c")
            .arg(self.directory.path().join("dovecot.conf"))
            .args(["-d", "dan", "-m", mailbox, "-o", "lda_mailbox_autocreate=yes"])
            .stdin(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        child.stdin.take().expect("it is piped").write_all(message).expect("it takes the message");
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success(), "{output:?}");
    }
}

/// The message that a mail program sends over SMTP.
fn received(stream: &TcpStream) -> Vec<u8> {
    let (mut reader, mut writer) = (BufReader::new(stream), stream);
    let mut say = |line: &str| write!(writer, "{line}\r\n").expect("it is heard");
    say("220 localhost");
    let mut message = Vec::new();
    let mut line = String::new();
    while reader.read_line(&mut line).expect("it speaks ASCII") > 0 {
        match line.trim_end().get(..4).unwrap_or_default().to_ascii_uppercase().as_str() {
            "DATA" => {
                say("354 go on");
                loop {
                    line.clear();
                    reader.read_line(&mut line).expect("it speaks ASCII");
                    if line.trim_end() == "." {
                        break;
                    }
                    message.extend_from_slice(line.strip_prefix('.').unwrap_or(&line).as_bytes());
                }
                say("250 taken");
            }
            "QUIT" => {
                say("221 goodbye");
                break;
            }
            _ => say("250 well"),
        }
        line.clear();
    }
    message
}

/// Makes a certificate for `localhost`, and the one that it is signed with, whose path is the answer.
pub(crate) fn certificates(openssl: &Path, directory: &Path) -> PathBuf {
    let path = |name: &str| directory.join(name);
    let extensions = "[req]\ndistinguished_name = dn\n[dn]\n[root]\nbasicConstraints = critical,CA:TRUE\n\
        [server]\nbasicConstraints = critical,CA:FALSE\nsubjectAltName = DNS:localhost\n";
    fs::write(path("openssl.cnf"), extensions).expect("a file");
    for (name, signed_by) in [("root", None), ("server", Some("root"))] {
        let mut command = Command::new(openssl);
        command
            .args([
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days",
                "9",
            ])
            .args(["-subj", &format!("/CN={name}"), "-extensions", name, "-config"])
            .arg(path("openssl.cnf"))
            .arg("-keyout")
            .arg(path(&format!("{name}.key")))
            .arg("-out")
            .arg(path(&format!("{name}.pem")));
        if let Some(root) = signed_by {
            command
                .arg("-CA")
                .arg(path(&format!("{root}.pem")))
                .arg("-CAkey")
                .arg(path(&format!("{root}.key")));
        }
        done(&mut command);
    }
    path("root.pem")
}

/// A server for this directory alone, run by whoever runs the tests; by nobody where that is root.
fn config(directory: &Path, port: u16, secure_port: u16) -> String {
    let id = |flag| done(Command::new("id").arg(flag)).trim().to_owned();
    let is_root = id("-u") == "0";
    let (user, group) = if is_root {
        ("nobody".to_owned(), done(Command::new("id").args(["-gn", "nobody"])).trim().to_owned())
    } else {
        (id("-un"), id("-gn"))
    };
    let mail = directory.join("mail");
    fs::create_dir_all(&mail).expect("a directory");
    if is_root {
        fs::set_permissions(directory, fs::Permissions::from_mode(0o755)).expect("a directory of ours");
        let number = |flag| done(Command::new("id").args([flag, "nobody"])).trim().parse().ok();
        chown(&mail, number("-u"), number("-g")).expect("root may");
    }
    let run = directory.join("run");
    format!(
        "base_dir = {run}\nstate_dir = {run}\nlog_path = /dev/stderr\nprotocols = imap\nlisten = 127.0.0.1\nssl = yes\n\
         ssl_cert = <{certificates}/server.pem\nssl_key = <{certificates}/server.key\n\
         disable_plaintext_auth = no\nmail_location = maildir:{mail}/%u\ndefault_internal_user = {user}\n\
         default_internal_group = {group}\ndefault_login_user = {user}\nmail_uid = {user}\nmail_gid = {group}\n\
         first_valid_uid = 1\npostmaster_address = postmaster@team.test\n\
         passdb {{\n driver = static\n args = password={PASSWORD}\n}}\n\
         userdb {{\n driver = static\n args = uid={user} gid={group} home={mail}/%u\n}}\n\
         service imap-login {{\n chroot =\n inet_listener imap {{\n  port = {port}\n }}\n inet_listener imaps {{\n  port = {secure_port}\n  ssl = yes\n }}\n}}\n\
         service anvil {{\n chroot =\n}}\nservice stats {{\n chroot =\n}}\n",
        run = run.display(),
        mail = mail.display(),
        certificates = directory.display(),
    )
}
