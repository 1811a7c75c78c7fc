//! A pooler of connections before a test's own database server, in transaction mode: no two transactions need have the same
//! session.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::process::Command;

use tempfile::TempDir;

use super::cluster::Cluster;
use super::counterpart::{Counterpart, programs};

/// The port in the names of its sockets.
const PORT: u16 = 6432;

/// How many sessions of the server those who log in by one name share.
const SESSIONS: usize = 2;

/// `PgBouncer`, which ends with the test.
pub(crate) struct Pooler {
    /// It goes before its directory does.
    _program: Counterpart,
    directory: TempDir,
}

impl Pooler {
    /// Before `cluster`, for those `logins`. Nothing where it is not installed.
    pub(crate) fn start(cluster: &Cluster, logins: &[&str]) -> Option<Self> {
        let [pgbouncer] = programs(["pgbouncer"], "apt-get install pgbouncer")?;
        let directory = tempfile::tempdir().expect("a directory");
        let dir = directory.path();
        let known: Vec<String> = logins.iter().map(|login| format!("\"{login}\" \"\"\n")).collect();
        fs::write(dir.join("logins"), known.concat()).expect("it can be written");
        let (sockets, port, here) = (cluster.sockets().display(), cluster.port(), dir.display());
        let settings = format!(
            "[databases]\npostgres = host={sockets} port={port} dbname=postgres\n[pgbouncer]\nlisten_addr =\n\
             unix_socket_dir = {here}\nlisten_port = {PORT}\nauth_type = trust\nauth_file = {here}/logins\n\
             pool_mode = transaction\ndefault_pool_size = {SESSIONS}\n"
        );
        fs::write(dir.join("settings"), settings).expect("it can be written");
        let owner = cluster.sockets().metadata().expect("it is there");
        if dir.metadata().expect("it is there").uid() != owner.uid() {
            chown(dir, Some(owner.uid()), Some(owner.gid())).expect("we are root");
        }
        let mut command: Command = cluster.as_nobody(&pgbouncer);
        let program = Counterpart::start(command.arg(dir.join("settings")), "process up");
        Some(Self { _program: program, directory })
    }

    /// The address `url` by way of this pooler.
    pub(crate) fn by(&self, url: &str, cluster: &Cluster) -> String {
        let (there, here) = (cluster.sockets().display(), self.directory.path().display());
        url.replace(&format!("host={there}&port={}", cluster.port()), &format!("host={here}&port={PORT}"))
    }
}
