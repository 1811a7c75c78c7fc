//! Every screen in every theme at four sizes, drawn as `cargo run --example pictures` draws them.
//!
//! Those of the README stand in `assets/pictures`; of the others there is a line each in `all_pictures/digests.txt`. When a
//! screen changes on purpose, look at the pictures, and `GANGPLANK_BLESS=1 cargo test all_pictures` makes both anew.

#[path = "../../examples/pictures/cast.rs"]
mod cast;
#[path = "../../examples/pictures/film.rs"]
mod film;
#[path = "../../examples/pictures/gallery.rs"]
mod gallery;
#[path = "../../examples/pictures/ink.rs"]
mod ink;
#[path = "../../examples/pictures/scenes.rs"]
mod scenes;
#[path = "../../examples/pictures/screen.rs"]
mod screen;
#[path = "../../examples/pictures/shapes.rs"]
mod shapes;
#[path = "../../examples/pictures/svg.rs"]
mod svg;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use self::gallery::PictureName;
use self::scenes::{SCENES, SIZES};
use self::screen::Material;
use crate::support::bless::{blessed, is_blessing};

/// A line for each picture: screen, size, theme, digest.
const DIGESTS: &str = "tests/it/all_pictures/digests.txt";

/// Whether a picture is compared in every run. A build for tests needs half a minute for all of them, so that the gate alone
/// asks for that, by `GANGPLANK_PICTURES=all`: the rest differ from these only in colour or only in size.
fn is_always_compared(name: &PictureName) -> bool {
    name.size == SIZES[0] || name.look == "dark"
}

/// Every picture there is.
fn names() -> BTreeSet<String> {
    let looks = scenes::looks();
    let of = |scene, size| looks.iter().map(move |look| PictureName::new(scene, size, look).to_string());
    SCENES.iter().flat_map(|scene| SIZES.into_iter().flat_map(move |size| of(scene, size))).collect()
}

#[test]
fn every_screen_looks_as_it_did() {
    let is_all = is_blessing() || std::env::var_os("GANGPLANK_PICTURES").is_some_and(|which| which == "all");
    let digest = |name: &PictureName, svg: String| {
        (name.to_string(), format!("{:08x}", crc32c::crc32c(svg.as_bytes())))
    };
    let made = gallery::draw(&Material::new(), &SIZES, &|name| is_all || is_always_compared(name), digest);
    let made: BTreeMap<String, String> = made.into_iter().collect();
    if is_blessing() {
        let lines = made.iter().fold(String::new(), |mut lines, (name, digest)| {
            writeln!(lines, "{name} {digest}").expect("memory");
            lines
        });
        blessed(DIGESTS, &lines);
        return;
    }
    let kept = std::fs::read_to_string(DIGESTS).unwrap_or_default();
    let kept: BTreeMap<&str, &str> = kept.lines().filter_map(|line| line.rsplit_once(' ')).collect();
    let made: BTreeMap<&str, &str> = made.iter().map(|(name, digest)| (&**name, &**digest)).collect();
    let names = names();
    let gone = kept.keys().copied().filter(|name| !names.contains(*name));
    let other = made.iter().filter(|(name, digest)| kept.get(**name) != Some(*digest));
    differences(&other.map(|(name, _)| *name).chain(gone).collect::<Vec<_>>());
}

/// Fails with the pictures that differ, and the command that draws them.
fn differences(other: &[&str]) {
    if other.is_empty() {
        return;
    }
    let mut screens: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for name in other {
        let (screen, rest) = name.split_once(' ').unwrap_or((name, ""));
        screens.entry(screen).or_default().insert(rest);
    }
    let mut said = format!("{} pictures are not what they were:\n", other.len());
    for (screen, rest) in &screens {
        let rest: Vec<&str> = rest.iter().copied().collect();
        let shown = rest.iter().take(4).copied().collect::<Vec<_>>().join(", ");
        let more = if rest.len() > 4 { format!(" and {} more", rest.len() - 4) } else { String::new() };
        writeln!(said, "  {screen}: {shown}{more}").expect("memory");
    }
    let only: Vec<String> = screens.keys().map(|screen| format!(" --screen {screen}")).collect();
    let only = only.concat();
    panic!(
        "{said}Draw them and look: cargo run --release --features pictures --example pictures -- DIR{only}\n\
         Then keep them: GANGPLANK_BLESS=1 cargo test all_pictures"
    );
}

#[test]
fn the_readme_shows_what_the_program_draws() {
    let material = Material::new();
    for (name, svg) in gallery::readme(&material) {
        blessed(&format!("assets/pictures/{name}.svg"), &svg);
    }
    let cast = cast::record(&material);
    blessed("assets/pictures/morning.cast", &cast);
    let recording = cast::play(&cast);
    blessed("assets/pictures/morning.svg", &film::film(&recording));
}

/// What a player of the recording shows is what the program drew.
#[test]
fn the_recording_shows_the_screens() {
    let material = Material::new();
    let recording = cast::play(&cast::record(&material));
    assert_eq!(recording.shots.len(), scenes::MORNING.len());
    let mut screen = screen::Screen::new(&material, screen::Start::Demo, scenes::MORNING_SIZE, "");
    let look = scenes::readme_look();
    screen.wear(&look.theme, look.background);
    for (moment, shot) in scenes::MORNING.iter().zip(&recording.shots) {
        screen.press(moment.keys);
        let (buffer, cursor) = screen.draw();
        assert_eq!(shot.cursor, cursor, "after {}", moment.keys);
        let paper = svg::Paper::of(ink::TerminalColors::on(look.background), &buffer);
        let drawn =
            |screen| svg::rows(screen, 0..buffer.area.height, None, paper, &mut svg::Styles::default());
        assert!(drawn(&shot.screen) == drawn(&buffer), "after {}", moment.keys);
    }
}

#[test]
fn the_names_of_screens_are_given_once() {
    let names: BTreeSet<&str> = SCENES.iter().map(|scene| scene.name).collect();
    assert_eq!(names.len(), SCENES.len());
}
