//! A database server of the test's own: started in a temporary directory as a person without rights, ended with the test.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use gangplank::store::TeamAddress;
use gangplank::store::postgres::TeamDatabase;
use gangplank::store::team::{TeamLevel, TeamMember, TeamRole};
use gangplank::store::{LockWaiting, StoreError};
use tempfile::TempDir;

use crate::support::counterpart::skipped;
#[cfg(feature = "mail")]
use crate::support::counterpart::{free_port, programs};

/// The login that owns the databases, and is the owner of each board.
pub(crate) const OWNER: &str = "owner";

/// `PostgreSQL`, which lets everybody in over a socket. `GANGPLANK_POSTGRES` names the directory of the programs to use.
pub(crate) struct Cluster {
    directory: TempDir,
    programs: PathBuf,
    psql: PathBuf,
    /// Whom the server runs as, where we are root.
    user: Option<(u32, u32)>,
    port: u16,
    /// What the server is started with beside its place.
    options: String,
}

impl Cluster {
    /// Nothing where none is installed.
    pub(crate) fn start() -> Option<Self> {
        let cluster = Self::make(5599, "-c listen_addresses=''")?;
        cluster.control(&["-w", "start"]);
        Some(cluster)
    }

    /// The same, and over TLS at `localhost`, where it wants passwords. Its certificate is signed by `root.pem` beside its sockets.
    #[cfg(feature = "mail")]
    pub(crate) fn start_with_tls() -> Option<Self> {
        use std::os::unix::fs::PermissionsExt as _;
        let [openssl] = programs(["openssl"], "apt-get install openssl")?;
        let options = "-c listen_addresses=localhost -c ssl=on -c ssl_cert_file=../server.pem -c ssl_key_file=../server.key";
        let cluster = Self::make(free_port(), options)?;
        crate::support::dovecot::certificates(&openssl, cluster.sockets());
        let key = cluster.sockets().join("server.key");
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).expect("it is ours");
        if let Some((uid, gid)) = cluster.user {
            chown(&key, Some(uid), Some(gid)).expect("we are root");
        }
        let rules = "local all all trust\nhost all all localhost scram-sha-256\n";
        fs::write(cluster.data().join("pg_hba.conf"), rules).expect("it can be written");
        cluster.control(&["-w", "start"]);
        Some(cluster)
    }

    fn make(port: u16, options: &str) -> Option<Self> {
        let server = ["initdb", "pg_ctl"];
        let named = std::env::var_os("GANGPLANK_POSTGRES").map(PathBuf::from);
        assert!(named.as_ref().is_none_or(|dir| holds(dir, &server)), "no server in GANGPLANK_POSTGRES");
        // Some are packed without a client.
        let found = named.or_else(|| newest(&server)).zip(newest(&["psql"]));
        let Some((programs, psql)) = found else {
            skipped("PostgreSQL is not installed: apt-get install postgresql");
            return None;
        };
        let psql = psql.join("psql");
        let directory = tempfile::tempdir().expect("a directory");
        let is_root = directory.path().metadata().expect("it is there").uid() == 0;
        let user = is_root.then(unprivileged);
        if let Some((uid, gid)) = user {
            chown(directory.path(), Some(uid), Some(gid)).expect("we are root");
        }
        let cluster = Self { directory, programs, psql, user, port, options: options.to_owned() };
        let data = cluster.data();
        let made = cluster
            .program("initdb")
            .args(["-U", OWNER, "--auth=trust", "-N", "-E", "UTF8", "-D"])
            .arg(&data)
            .output();
        succeeded(&made.expect("it starts"));
        Some(cluster)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    pub(crate) fn sockets(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.sockets().join(format!(".s.PGSQL.{}", self.port))
    }

    /// The address of `board`, for `login`.
    pub(crate) fn url(&self, login: &str, board: &str) -> String {
        let login: Vec<String> = login.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let login = login.concat();
        format!(
            "postgres:///postgres?host={}&port={}&user={login}&board={board}",
            self.sockets().display(),
            self.port
        )
    }

    pub(crate) fn address(&self, login: &str, board: &str) -> TeamAddress {
        TeamAddress::parse(&self.url(login, board), |_| None).expect("an address")
    }

    pub(crate) fn database(&self, login: &str, board: &str) -> TeamDatabase {
        TeamDatabase::new(self.address(login, board), std::sync::Arc::new(LockWaiting::default()))
    }

    /// Makes a board, with the members that are named: login, which is the name they sign as, too, and role.
    pub(crate) fn board(&self, board: &str, members: &[(&str, TeamRole)]) {
        self.board_at(TeamLevel::Guarded, board, members);
    }

    pub(crate) fn board_at(&self, level: TeamLevel, board: &str, members: &[(&str, TeamRole)]) {
        let mut database = self.database(OWNER, board);
        assert!(database.init(OWNER, level).expect("the board is made"));
        for (login, role) in members {
            self.add(board, login, *role).expect("the owner may");
        }
    }

    /// Makes `login`, and lets it take part in `board`.
    pub(crate) fn add(&self, board: &str, login: &str, role: TeamRole) -> Result<(), StoreError> {
        self.login(login);
        let member = TeamMember { login: login.to_owned(), signs_as: login.into(), role };
        self.database(OWNER, board).set_member(&member)
    }

    pub(crate) fn login(&self, login: &str) {
        let name = login.replace('"', "\"\"");
        let sql = format!(
            "do $made$ begin create role \"{name}\" login; exception when duplicate_object then end $made$"
        );
        self.sql(OWNER, &sql).expect("the owner may");
    }

    /// What `sql` answers, or the error.
    pub(crate) fn sql(&self, login: &str, sql: &str) -> Result<String, String> {
        let mut psql = self.as_nobody(&self.psql);
        psql.args([
            "-X",
            "-q",
            "-A",
            "-t",
            "-v",
            "ON_ERROR_STOP=1",
            "-p",
            &self.port.to_string(),
            "-d",
            "postgres",
            "-U",
            login,
            "-h",
        ]);
        let output = psql.arg(self.sockets()).args(["-c", sql]).output().expect("it starts");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
    }

    /// Starts it again.
    pub(crate) fn begin(&self) {
        self.control(&["-w", "start"]);
    }

    pub(crate) fn stop(&self) {
        self.control(&["-m", "immediate", "-w", "stop"]);
    }

    /// Ends it as a power failure would, and starts it again.
    pub(crate) fn crash(&self) {
        self.control(&["-m", "immediate", "-w", "restart"]);
    }

    fn control(&self, what: &[&str]) {
        let sockets = self.sockets().display();
        let options = format!("-k {sockets} -p {} {}", self.port, self.options);
        let mut control = self.program("pg_ctl");
        control.arg("-D").arg(self.data()).arg("-o").arg(options).arg("-l").arg(self.sockets().join("log"));
        // The server keeps what it is given, so nobody could wait for the end of a pipe.
        let status =
            control.args(what).stdout(Stdio::null()).stderr(Stdio::null()).status().expect("it starts");
        assert!(
            status.success(),
            "{what:?}: {}",
            fs::read_to_string(self.sockets().join("log")).unwrap_or_default()
        );
    }

    fn program(&self, name: &str) -> Command {
        self.as_nobody(&self.programs.join(name))
    }

    /// What starts `program` in the server's directory, as whom the server runs as.
    pub(crate) fn as_nobody(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.directory.path()).stdin(Stdio::null()).env_clear().env("LC_ALL", "C");
        if let Some((uid, gid)) = self.user {
            command.uid(uid).gid(gid);
        }
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut stop = self.program("pg_ctl");
        stop.arg("-D").arg(self.data()).args(["-m", "immediate", "-w", "stop"]);
        let _ = stop.stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}

fn succeeded(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Where the newest of those programs are.
fn newest(names: &[&str]) -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    found.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    found.splice(0..0, std::env::split_paths(&path));
    found.into_iter().rev().find(|dir| holds(dir, names))
}

fn holds(dir: &Path, names: &[&str]) -> bool {
    names.iter().all(|name| dir.join(name).is_file())
}

/// The number and the group of somebody without rights.
fn unprivileged() -> (u32, u32) {
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let number = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2).map(str::parse);
        Some((fields.next()?.ok()?, fields.next()?.ok()?))
    };
    number("postgres").or_else(|| number("nobody")).expect("every system has nobody")
}
