//! Configuration: what is shipped, what is accepted, and the exact words for what is not.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use gangplank::config::settings::{self, Settings};
use gangplank::config::theme::{ThemeSettings, with_theme};
use gangplank::config::{Clock, Config, ConfigError, LoadError, Overrides, Paths, RenewalDays, pipeline};
use gangplank::hooks::Hooks;
use gangplank::playbook::{ExchangeRates, Team};
use gangplank::state::values::pipeline::Engagement;
use gangplank::state::{Currency, PersonColor, Phase, Pipeline, RiskWeights, Roster, Specialist};
use gangplank::store::backup::KeptBackups;

fn shipped() -> Pipeline {
    pipeline::parse(pipeline::DEFAULT, "pipeline.toml").expect("the shipped pipeline is in order")
}

/// The files in `tests/it/data/config/FOLDER` that begin with `prefix`, by name.
fn files(folder: &str, prefix: &str) -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/data/config").join(folder);
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder is there")
        .map(|file| file.expect("it can be listed").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .map(|path| {
            let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).expect("it can be read"))
        })
        .filter(|(name, _)| name.starts_with(prefix))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "nothing in {prefix}");
    files
}

/// Reads every bad file with `parse`, and compares its words with those in `bad/messages.txt`. In a line with `, …`,
/// anything may stand there: the words known besides the first ones.
pub(crate) fn check_bad<T>(prefix: &str, parse: impl Fn(&str, &str) -> Result<T, ConfigError>) {
    let expected =
        include_str!("data/config/bad/messages.txt").lines().filter(|line| line.starts_with(prefix));
    let said = files("bad", prefix).into_iter().map(|(name, text)| match parse(&text, &name) {
        Ok(_) => format!("{name}: accepted"),
        Err(error) => error.to_string(),
    });
    // Only where they differ: all of them would be pages.
    let (expected, said): (BTreeSet<&str>, BTreeSet<String>) = (expected.collect(), said.collect());
    let is = |said: &str, line: &str| {
        line.split_once(", …")
            .map_or(said == line, |(start, end)| said.starts_with(start) && said.ends_with(end))
    };
    let said_anew: Vec<_> = said.iter().filter(|said| !expected.iter().any(|line| is(said, line))).collect();
    let said_no_more: Vec<_> =
        expected.iter().filter(|line| !said.iter().any(|said| is(said, line))).collect();
    assert!(
        said_anew.is_empty() && said_no_more.is_empty(),
        "said anew: {said_anew:#?}\nsaid no more: {said_no_more:#?}"
    );
}

#[test]
fn a_bad_pipeline_is_refused_with_file_line_key_and_what_to_write() {
    check_bad("pipeline_", pipeline::parse);
}

#[test]
fn a_file_in_another_encoding_is_a_mistake_in_it() {
    let home = tempfile::tempdir().expect("a directory to live in");
    std::fs::write(home.path().join("pipeline.toml"), b"# Stufen\n# f\xfcr uns\n")
        .expect("it can be written to");
    let dir = Some(home.path().to_owned());
    let load = Config::load(&Overrides { data_dir: dir.clone(), config_dir: dir, ..Overrides::default() });
    let Err(LoadError::ConfigError(error)) = load else { panic!("it is a mistake: {load:?}") };
    assert!(error.to_string().ends_with("pipeline.toml:2: this line is not UTF-8: save the file as UTF-8"));
}

#[test]
fn a_good_pipeline_is_taken_as_it_is() {
    for (name, text) in files("good", "pipeline_") {
        let pipeline = pipeline::parse(&text, &name).expect("a good file");
        assert_eq!(pipeline.target_weeks, 4);
        assert_eq!(pipeline.ids(), "0, 2, 10b");
        assert_eq!(pipeline.resolve("inbox").map(|stage| stage.id.as_str()), Some("0"));
        assert_eq!(pipeline.resolve("finished").map(|stage| &*stage.bucket), Some("10"));
        assert_eq!(pipeline.point("THANKED them").map(|point| &*point.id), Some("thanks"));
    }
}

#[test]
fn the_shipped_pipeline_is_the_handbooks() {
    let pipeline = shipped();
    let labels: Vec<_> = pipeline.stages().iter().map(|stage| &*stage.label).collect();
    assert_eq!(
        labels,
        [
            "1. New Account",
            "2. Onboarding Initiated",
            "3a. Engaged — Email",
            "3b. Engaged — Call Booked",
            "4a. Intro Call Completed",
            "4b. Second Call Completed",
            "5. Awaiting Final Outreach",
            "6a. Onboarded — No Engagement",
            "6b. Onboarded — Engaged",
            "6c. Sales Handoff",
            "6d. Churned",
            "7. Paid call purchased",
        ]
    );
    assert_eq!(pipeline.target_weeks, 8);
    for stage in pipeline.stages() {
        let (phase, engagement) = match stage.id.as_str() {
            "1" | "2" | "5" => (Phase::Open, Engagement::Any),
            "3a" | "3b" | "4a" | "4b" => (Phase::Engaged, Engagement::Required),
            "6a" => (Phase::Closed, Engagement::Never),
            "6b" => (Phase::Closed, Engagement::Required),
            _ => (Phase::Closed, Engagement::Any),
        };
        assert_eq!((stage.phase, stage.engagement), (phase, engagement), "{}", stage.id);
        assert_eq!(stage.quiet_after_days.is_none(), stage.is_closed(), "{}", stage.id);
        let checklist = stage.checklist.as_ref().map(|list| (&*list.title, list.points.len()));
        let expected = match stage.id.as_str() {
            "1" => Some(("Audit", 5)),
            "5" => Some(("Wrap-up", 3)),
            "6c" => Some(("Prior-sales check", 3)),
            _ => None,
        };
        assert_eq!(checklist, expected, "{}", stage.id);
    }
}

#[test]
fn stages_answer_to_every_way_of_writing_them() {
    let pipeline = shipped();
    for (text, id) in [
        ("1", "1"),
        ("New", "1"),
        ("new account", "1"),
        ("1 - New Account", "1"),
        ("3A", "3a"),
        ("3a. Engaged - Email", "3a"),
        ("3a. Engaged – Email", "3a"),
        ("Engaged (Email)", "3a"),
        ("Call booked", "3b"),
        ("4c. Homework Offered", "4b"),
        ("homework offered", "4b"),
        ("  6b. onboarded — ENGAGED ", "6b"),
        ("7. Paid Call Purchased", "7"),
    ] {
        assert_eq!(pipeline.resolve(text).map(|stage| stage.id.as_str()), Some(id), "{text}");
    }
    for text in ["", "8", "3", "Nurture", "—"] {
        assert!(pipeline.resolve(text).is_none(), "{text}");
    }
}

#[test]
fn a_bad_setting_is_refused_with_file_line_key_and_what_to_write() {
    check_bad("config_", settings::parse);
}

#[test]
fn good_settings_are_taken_as_they_are() {
    for (name, text) in files("good", "config_") {
        let settings = settings::parse(&text, &name).expect("a good file");
        let mut rates = ExchangeRates::default();
        assert!(rates.insert("TRY".parse().expect("a currency"), Currency::USD, 0.03));
        let expected = Settings {
            me: Some("dana@example.com".into()),
            time_zone: Some(chrono_tz::Europe::Berlin),
            currency: "EUR".parse().expect("a currency"),
            renewal: RenewalDays { soon: 21, urgent: 7 },
            team: Team {
                roster: Roster::new(vec![
                    Specialist {
                        name: "magda@example.com".into(),
                        address: None,
                        short: "magda".into(),
                        color: None,
                    },
                    Specialist {
                        name: "Dan Field".into(),
                        address: Some("dan@example.com".into()),
                        short: "Dan".into(),
                        color: Some(PersonColor::Green),
                    },
                ])
                .expect("their names differ"),
                specialists: vec!["magda@example.com".into(), "dan@example.com".into()],
                fallback: Some("magda@example.com".into()),
                rates,
                retired_segments: vec!["Old".into(), "Older".into()],
            },
            forecast: RiskWeights { none: 95, low: 0, ..RiskWeights::default() },
            mouse: false,
            plain: false,
            preview: false,
            theme: ThemeSettings::default(),
            escape_wait: Duration::from_millis(150),
            backups: Some(KeptBackups::default()),
            mail: None,
            store: None,
            password_command: None,
            hooks: Hooks { moved: vec!["told".into(), "--moved".into()], ..Hooks::default() },
        };
        assert_eq!(settings, expected);
    }
}

#[test]
fn the_shipped_settings_say_what_holds_without_them() {
    assert_eq!(settings::parse(settings::DEFAULT, "config.toml"), Ok(Settings::default()));
    let said = settings::DEFAULT
        .lines()
        .filter_map(|line| line.strip_prefix("# "))
        .filter(|line| line.contains(" = "));
    let said: Vec<_> = said.collect();
    let settings = settings::parse(&said.join("\n"), "config.toml").expect("every commented key is right");
    assert_eq!(said.len(), 23, "every key is documented");
    // Those eight hold no value that could be a default: the file shows made-up ones.
    let Settings { me, time_zone, team, mail, store, password_command, .. } = &settings;
    assert!(store.as_ref().is_some_and(|(store, _)| store == "local") && password_command.is_some());
    assert!(mail.is_some());
    assert!(me.is_some() && time_zone.is_some() && team.fallback.is_some() && !team.specialists.is_empty());
    assert_ne!(team.rates, ExchangeRates::default());
    assert!(!team.retired_segments.is_empty() && !team.roster.is_empty());
    let team = Team { retired_segments: team.retired_segments.clone(), ..Team::default() };
    // Those that are named are the ones that hold without a name.
    let theme = ThemeSettings::default();
    assert_eq!(
        Settings {
            me: None,
            time_zone: None,
            team,
            theme,
            mail: None,
            store: None,
            password_command: None,
            ..settings
        },
        Settings::default()
    );
}

#[test]
fn a_theme_is_put_into_the_settings_and_all_else_stays() {
    for (text, expected) in [
        ("", "theme = \"terminal\"\n"),
        ("# mine\nmouse = false # no\n", "# mine\nmouse = false # no\ntheme = \"terminal\"\n"),
        ("theme = 'dark' # for now\nmouse = false\n", "theme = \"terminal\" # for now\nmouse = false\n"),
        ("[hooks]\ndone = ['x']\n", "theme = \"terminal\"\n[hooks]\ndone = ['x']\n"),
    ] {
        let written = with_theme(text, "terminal", "config.toml").expect("it is TOML");
        assert_eq!(written, expected);
        let theme = settings::parse(&written, "config.toml").expect("it can be read").theme;
        assert_eq!(theme.always.map(|named| named.name.to_string()).as_deref(), Some("terminal"));
    }
    assert!(with_theme("theme = ", "dark", "config.toml").is_err());
}

/// Whose outreach counts is a list of its own, or else everybody in the team.
#[test]
fn a_team_is_who_the_specialists_are() {
    let team = "[[specialist]]\nname = \"magda@example.com\"\n[[specialist]]\nname = \"Dan\"\n";
    let specialists = |text: &str| {
        let settings = settings::parse(text, "config.toml").expect("good settings");
        settings.team.specialists.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(specialists(team), ["magda@example.com", "Dan"]);
    let listed = format!("specialists = [\"magda\"]\n{team}");
    assert_eq!(specialists(&listed), ["magda"]);
    let settings = settings::parse(&listed, "config.toml").expect("good settings");
    assert!(settings.team.is_specialist("Magda@example.com") && !settings.team.is_specialist("dan"));
}

#[test]
fn files_in_the_config_directory_win_over_defaults_and_overrides_over_both() {
    let dir = tempfile::tempdir().expect("a directory to write to");
    let at = |me: Option<&str>| Overrides {
        data_dir: Some(dir.path().join("data")),
        config_dir: Some(dir.path().to_owned()),
        now: Some("2024-12-15T09:00:00.123456Z".parse().expect("a time")),
        me: me.map(Into::into),
        store: None,
    };
    let write =
        |name: &str, text: &str| std::fs::write(dir.path().join(name), text).expect("it can be written");

    let config = Config::load(&at(Some("dana"))).expect("no file is no mistake");
    assert_eq!((config.pipeline.stages().len(), &*config.me), (12, "dana"));
    assert_eq!(config.now().at.to_rfc3339(), "2024-12-15T09:00:00.123+00:00");

    write("config.toml", "me = \"eve\"\ntime_zone = \"Asia/Tokyo\"\n");
    write("pipeline.toml", include_str!("data/config/good/pipeline_short.toml"));
    let error = Config::load(&at(None)).expect_err("our playbooks move to stages this pipeline lacks");
    assert!(error.to_string().contains("or built_in = false to use only your own"), "{error}");
    write("playbooks.toml", "built_in = false");
    let config = Config::load(&at(None)).expect("good files");
    assert_eq!((config.pipeline.stages().len(), &*config.me), (3, "eve"));
    assert_eq!(config.clock.zone(), chrono_tz::Asia::Tokyo);
    assert_eq!(&*Config::load(&at(Some("dana"))).expect("good files").me, "dana");

    write("pipeline.toml", include_str!("data/config/bad/pipeline_unknown_phase.toml"));
    let error = Config::load(&at(None)).expect_err("a bad file");
    assert!(matches!(&error, LoadError::ConfigError(error) if error.line == Some(6)), "{error}");
    assert!(
        error.to_string().starts_with(&dir.path().join("pipeline.toml").display().to_string()),
        "{error}"
    );

    write("pipeline.toml", "");
    std::fs::remove_file(dir.path().join("config.toml")).expect("it can be removed");
    std::fs::create_dir(dir.path().join("config.toml")).expect("it can be made");
    assert!(matches!(Config::load(&at(None)), Err(LoadError::Read { .. })));
}

#[test]
fn given_directories_are_taken_as_they_are() {
    let paths = Paths::find(Some("data".as_ref()), Some("config".as_ref())).expect("both are given");
    assert_eq!(paths.config("keymap.toml"), PathBuf::from("config/keymap.toml"));
    assert_eq!(paths.data_dir, PathBuf::from("data"));
}

#[test]
fn a_clock_that_is_not_stopped_goes_on() {
    let clock = Clock::new(None, chrono_tz::UTC);
    let now = clock.now().at;
    assert!(clock.now().at >= now);
    assert_eq!(now.timestamp_subsec_nanos() % 1_000_000, 0);
}

proptest::proptest! {
    #[test]
    fn no_file_however_broken_ends_in_a_panic(at in 0..4000_usize, put in "[ -~éß\u{feff}=\"\\[\\]{},#.\n]{0,6}", cut in 0..40_usize) {
        for (text, parse) in [(pipeline::DEFAULT, 0), ("me = \"dana\"\ntime_zone = 'UTC'\nrenewal_soon_days = 3\n", 1)] {
            let mut bytes = text.as_bytes().to_vec();
            let at = at % bytes.len();
            let end = (at + cut).min(bytes.len());
            bytes.splice(at..end, put.bytes());
            let text = String::from_utf8_lossy(&bytes);
            let error = if parse == 0 {
                pipeline::parse(&text, "pipeline.toml").err()
            } else {
                settings::parse(&text, "config.toml").err()
            };
            if let Some(error) = error {
                proptest::prop_assert!(!error.what.is_empty());
                proptest::prop_assert!(error.line.is_none_or(|line| line <= text.lines().count() + 1));
            }
        }
    }
}
