//! A board that a team shares in a database, as the commands show it.

#[cfg(feature = "mail")]
use std::path::Path;

#[cfg(feature = "mail")]
use gangplank::store::team::TeamRole::{Reader, Writer};

use crate::docs::is_as_documented;
use crate::support::cluster::{Cluster, OWNER};
use crate::support::home::Home;

/// The line that says who somebody is; nothing where nobody says so.
fn named(signs_as: &str) -> String {
    if signs_as.is_empty() { String::new() } else { format!("me = \"{signs_as}\"\n") }
}

/// Somebody's machine, which names the board in its settings.
fn machine(cluster: &Cluster, login: &str, signs_as: &str) -> Home {
    let home = Home::empty();
    let url = cluster.url(login, "onboarding");
    home.config(
        "config.toml",
        &format!("{}store = \"{url}\"\ntime_zone = \"Europe/Berlin\"\n", named(signs_as)),
    );
    home
}

/// Starts with nothing, and ends with three people on one board.
#[test]
fn a_team_shares_a_board() {
    let Some(cluster) = Cluster::start() else { return };
    let ana = machine(&cluster, OWNER, "ana");
    let said = ana.complains(&["list"], 1);
    assert!(said.contains("there is no team board in this database yet"), "{said}");
    assert!(ana.says(&["team", "init"]).starts_with("made the board at postgres:///postgres?host="));
    assert!(ana.says(&["team", "init"]).contains("is there already"));
    for (login, role, name) in [("dan", "writer", "Dan"), ("lea", "reader", "Lea")] {
        cluster.login(login);
        let said = ana.says(&["team", "member", "add", login, "--role", role, "--signs-as", name]);
        assert_eq!(said, format!("{login} is a {role} of the board now, and signs as {name}\n"));
    }
    let members = ana.says(&["team", "member", "list"]);
    assert_eq!(members, "LOGIN\tROLE\tSIGNS AS\ndan\twriter\tDan\nlea\treader\tLea\nowner\towner\tana\n");

    let file = ana.0.path().join("accounts.csv");
    std::fs::write(&file, "id,name,renewal\nA-1,Acme,2024-12-22\nA-2,Bolt,2024-12-20\n").expect("a file");
    assert!(ana.says(&["import", &file.display().to_string()]).contains("2 new"));
    let (dan, lea) = (machine(&cluster, "dan", "Dan"), machine(&cluster, "lea", "Lea"));
    assert!(dan.says(&["move", "A-1", "2"]).contains("#2"));
    assert!(ana.says(&["show", "A-1"]).contains("2. "));
    assert!(ana.says(&["log"]).contains("Dan"));
    // Each undoes their own.
    assert!(dan.says(&["undo"]).starts_with("Undid #2"), "his move");
    assert_eq!(lea.says(&["list"]).lines().count(), 3);
    let said = lea.complains(&["move", "A-1", "2"], 1);
    assert!(said.contains("lea is a reader of the board `onboarding`"), "{said}");
    // Nobody signs as somebody else.
    let said = dan.complains(&["note", "A-1", "hello", "--as", "ana"], 1);
    assert!(said.contains("dan signs as Dan there") && said.contains("set me = \"Dan\""), "{said}");
    // Whoever does not say who they are is whom the board knows.
    let new = machine(&cluster, "dan", "");
    assert!(!new.says(&["team", "status"]).contains("here, you are"));
    assert!(new.says(&["note", "A-1", "first"]).contains("#4"));
    assert!(new.says(&["undo"]).starts_with("Undid #4"));
    let said = dan.complains(&["team", "member", "add", "eve", "--role", "writer"], 1);
    assert!(said.contains("dan is no owner of the board"), "{said}");
    let status = dan.says(&["team", "status"]);
    assert!(
        status.contains("entries: 5\n") && status.contains("you: dan, writer, sign as Dan\n"),
        "{status}"
    );

    assert!(status.contains("changes of others: heard of at once\n"), "{status}");
    for command in [&["team", "status"][..], &["team", "member", "list"]] {
        let found = dan.json(&[command, &["--json"]].concat());
        is_as_documented(&command.join(" "), &found);
    }

    // What is about files of this machine says so, and nothing is made here.
    for command in ["backup", "repair"] {
        assert!(dan.complains(&[command], 2).contains("is about a board in the data directory"), "{command}");
    }
    assert!(!dan.says(&["paths"]).contains("journal"));
    assert!(dan.says(&["doctor"]).contains("board of the team"));
    assert!(!dan.data().join("journal.jsonl").exists());
    // One's own board is another one.
    assert_eq!(dan.says(&["list", "--store", "local", "--json"]).trim(), "[]");

    // It leaves as it came.
    assert!(dan.says(&["team", "pull", "--dry-run"]).starts_with("would write 5 entries"));
    assert!(dan.says(&["team", "pull"]).starts_with("wrote 5 entries"));
    let ours = dan.says(&["list", "--store", "local", "--json"]);
    assert_eq!(ours, dan.says(&["list", "--json"]));
    let other = cluster.url(OWNER, "second");
    assert!(ana.says(&["team", "init", "--store", &other]).starts_with("made"));
    let (data, asked) = (dan.data().display().to_string(), ["team", "push", "--store", &other]);
    let push = [&asked[..], &["--data-dir", &data]].concat();
    assert!(ana.says(&[&push[..], &["--dry-run"]].concat()).starts_with("would send 5 entries"));
    assert!(ana.says(&push).starts_with("sent 5 entries"));
    assert_eq!(ana.says(&["list", "--json", "--store", &other]), ours);

    cluster.stop();
    // Without the server, there is the copy to read.
    let out = dan.gangplank(&["list", "--json", "--wait", "0"]).output().expect("it runs");
    let said = String::from_utf8_lossy(&out.stderr);
    assert!(said.contains("was last reached at") && said.contains("no server listens at"), "{said}");
    assert_eq!(String::from_utf8_lossy(&out.stdout), ours);
    let said = dan.complains(&["note", "A-1", "hello", "--wait", "0"], 1);
    assert!(said.contains("cannot write to postgres:///") && said.contains("nothing was changed"), "{said}");
    let mut completing = dan.gangplank(&["--", "gangplank", "show", "A-"]);
    let out = completing.env("COMPLETE", "fish").output().expect("it runs");
    assert!(String::from_utf8_lossy(&out.stdout).contains("A-1"), "names are completed from the copy");
    let out = dan.gangplank(&["doctor", "--wait", "0"]).output().expect("it runs");
    assert!(
        out.status.code() == Some(1) && String::from_utf8_lossy(&out.stdout).contains("no server listens")
    );
}

/// What an administrator is shown makes the same board.
#[test]
fn the_sql_that_is_shown_is_what_is_done() {
    let Some(cluster) = Cluster::start() else { return };
    let ana = machine(&cluster, OWNER, "ana's");
    let sql = ana.says(&["team", "init", "--dry-run"]);
    cluster.sql(OWNER, &sql).expect("it is SQL");
    cluster.login("dan");
    let sql = ana.says(&["team", "member", "add", "dan", "--role", "writer", "--dry-run"]);
    cluster.sql(OWNER, &sql).expect("it is SQL");
    assert!(ana.says(&["team", "status"]).contains("sign as ana's"));
    cluster.sql(OWNER, "update gangplank.installation set format = 1").expect("the owner may");
    let said = ana.says(&["team", "status"]);
    assert!(said.contains("tables: of version 1") && said.contains("`gangplank team upgrade`"), "{said}");
    let sql = ana.says(&["team", "upgrade", "--dry-run"]);
    cluster.sql(OWNER, &sql).expect("it is SQL");
    assert!(ana.says(&["team", "upgrade"]).contains("are of version 2 already"));
    assert!(machine(&cluster, "dan", "dan").says(&["team", "status"]).contains("writer"));
    let sql = ana.says(&["team", "member", "remove", "dan", "--dry-run"]);
    cluster.sql(OWNER, &sql).expect("it is SQL");
    assert!(machine(&cluster, "dan", "dan").complains(&["team", "status"], 1).contains("dan is no member"));
}

#[test]
fn a_password_in_an_address_is_refused_and_not_repeated() {
    let home = Home::empty();
    for (args, env) in [
        (&["list", "--store", "postgres://ana:sesame@db/t"][..], None),
        (&["list"], Some("postgres://ana:sesame@db/t?sslmode=require")),
        (&["list", "--store", "postgres://db/t?password=sesame"], None),
    ] {
        let mut command = home.gangplank(args);
        command.envs(env.map(|url| ("GANGPLANK_STORE", url)));
        let output = command.output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("leave the password out of the address") && !said.contains("sesame"), "{said}");
    }
    home.config("config.toml", "store = \"postgres://ana:sesame@db/t\"\n");
    let said = home.complains(&["list"], 2);
    assert!(
        said.contains("config.toml:1: `store`: leave the password out") && !said.contains("sesame"),
        "{said}"
    );
    home.config("config.toml", "");
    let said = home.complains(&["team", "status"], 2);
    assert!(said.contains("no database of a team is named"), "{said}");
}

#[cfg(feature = "mail")]
/// Off a socket, a server has to show who it is, and a password is nowhere but where it belongs.
#[test]
fn a_server_shows_its_certificate_and_takes_the_password_of_a_file() {
    let Some(cluster) = Cluster::start_with_tls() else { return };
    let port = cluster.port();
    cluster.board("onboarding", &[("ann", Writer), ("rea", Reader)]);
    cluster.sql(OWNER, "alter role ann password 'sesame'").expect("the owner may");
    let home = Home::empty();
    let pass = home.0.path().join("pass");
    std::fs::write(&pass, format!("localhost:{port}:postgres:ann:sesame\n")).expect("a file");
    let run = |sslmode: &str, roots: Option<&Path>, mode: u32| {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&pass, std::fs::Permissions::from_mode(mode)).expect("it is ours");
        let url = format!("postgres://ann@localhost:{port}/postgres{sslmode}");
        let mut command = home.gangplank(&["team", "status", "--wait", "0", "--as", "ann", "--store", &url]);
        command
            .env("PGPASSFILE", &pass)
            .env("GANGPLANK_LOG", "debug")
            .envs(roots.map(|it| ("SSL_CERT_FILE", it)));
        let output = command.output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(!said.contains("sesame"), "{said}");
        (output.status.success(), said.into_owned())
    };
    let root = cluster.sockets().join("root.pem");
    let (is_in, said) = run("?sslmode=verify-full", Some(&root), 0o600);
    assert!(is_in && said.contains("you: ann, writer"), "{said}");
    let (is_in, said) = run("?sslmode=require", None, 0o600);
    assert!(!is_in && said.contains("no protected connection") && said.contains("SSL_CERT_FILE"), "{said}");
    let (is_in, said) = run("", None, 0o600);
    assert!(is_in, "on this machine, nobody listens in: {said}");
    let (is_in, said) = run("", None, 0o644);
    assert!(!is_in && said.contains("others may read") && said.contains("chmod 600"), "{said}");
    let all = walk(home.0.path());
    assert!(all.iter().any(|(path, _)| path.contains("log")), "{all:?}");
    let leaked = all.iter().filter(|(path, text)| text.contains("sesame") && !path.ends_with("/pass"));
    assert_eq!(leaked.count(), 0);
}

#[cfg(feature = "mail")]
/// Every file below `dir`, with what stands in it.
fn walk(dir: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).expect("it is there").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(walk(&path));
        } else {
            let text = std::fs::read(&path).unwrap_or_default();
            found.push((path.display().to_string(), String::from_utf8_lossy(&text).into_owned()));
        }
    }
    found
}
