//! Where the password of a database comes from, which is kept nowhere: `PGPASSWORD`, a program, or `.pgpass`.

use std::fs;
use std::io::Read;
use std::path::PathBuf;

use super::failure::{FailureCause, TeamFailure};
use crate::secret_program;
use crate::store::team::TeamAddress;

/// How much of the file is read, in bytes.
const MOST: u64 = 64 << 10;

/// The password for `address`; nothing where none is known, which a server on this machine may not mind.
pub(super) fn find(address: &TeamAddress) -> Result<Option<String>, TeamFailure> {
    if let Some(password) = std::env::var("PGPASSWORD").ok().filter(|password| !password.is_empty()) {
        return Ok(Some(password));
    }
    if let Some(words) = &address.password_command {
        let program = words.first().map_or("", String::as_str);
        let failed = |why: String| {
            let why = format!("no password from `{program}`: {why}");
            TeamFailure::Refused(FailureCause::new(why, "correct `password_command` in config.toml"))
        };
        return first_line(words).map(Some).map_err(failed);
    }
    from_file(address)
}

/// The first line that the program prints.
fn first_line(words: &[String]) -> Result<String, String> {
    let printed = secret_program::printed(words)?;
    let first = printed.lines().next().unwrap_or_default();
    if first.is_empty() { Err("it printed nothing".to_owned()) } else { Ok(first.to_owned()) }
}

/// The password in the file of `PostgreSQL`'s own programs.
fn from_file(address: &TeamAddress) -> Result<Option<String>, TeamFailure> {
    let named = std::env::var_os("PGPASSFILE").map(PathBuf::from);
    let home = || Some(directories::BaseDirs::new()?.home_dir().join(".pgpass"));
    let Some(path) = named.or_else(home) else { return Ok(None) };
    let Ok(file) = fs::File::open(&path) else { return Ok(None) };
    let mut text = String::new();
    if file.take(MOST).read_to_string(&mut text).is_err() {
        return Ok(None);
    }
    let Some(password) = in_lines(&text, address) else { return Ok(None) };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let is_open = fs::metadata(&path).is_ok_and(|found| found.permissions().mode() & 0o077 != 0);
        if is_open {
            let path = path.display();
            let why = format!("others may read {path}, so the password in it is not used");
            let advice = format!("`chmod 600 {path}`");
            return Err(TeamFailure::Refused(FailureCause::new(why, advice)));
        }
    }
    Ok(Some(password))
}

/// The password of the first line for `address`: `host:port:database:login:password`, where `*` is any, and `\` stands
/// before a colon or itself.
fn in_lines(text: &str, address: &TeamAddress) -> Option<String> {
    let (host, port) = (address.host(), address.port.to_string());
    let fits = |field: &str, wanted: &str| field == "*" || field == wanted;
    text.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let fields = fields(line);
        let [named, at, database, login, password] = fields.as_slice() else { return None };
        let is_host = fits(named, &host) || (named == "localhost" && address.is_usual_socket());
        let is_it =
            is_host && fits(at, &port) && fits(database, &address.database) && fits(login, &address.login);
        is_it.then(|| password.clone())
    })
}

fn fields(line: &str) -> Vec<String> {
    let (mut fields, mut chars) = (vec![String::new()], line.chars());
    while let Some(c) = chars.next() {
        let is_last = fields.len() == 5;
        match c {
            '\\' => fields.last_mut().expect("there is one").extend(chars.next()),
            ':' if !is_last => fields.push(String::new()),
            c => fields.last_mut().expect("there is one").push(c),
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_fits_has_the_password() {
        let address = |text: &str| TeamAddress::parse(text, |_| None).expect(text);
        let file = "# db:5432:team:ana:no\nshort:1\ndb:5432:other:ana:no\ndb:5432:team:ana:a\\:b\\\\c:d\n*:*:*:ana:any\n\
                    localhost:5432:team:bo:here\n";
        for (text, wanted) in [
            ("postgres://ana@db/team", Some("a:b\\c:d")),
            ("postgres://ana@elsewhere:1/x", Some("any")),
            ("postgres://bo@localhost/team", Some("here")),
            ("postgres:///team?host=/tmp&user=bo", Some("here")),
            ("postgres:///team?host=/run/own&user=bo", None),
            ("postgres://cid@db/team", None),
        ] {
            assert_eq!(in_lines(file, &address(text)).as_deref(), wanted, "{text}");
        }
    }
}
