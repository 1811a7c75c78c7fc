//! Draws every screen in every theme at four sizes, as SVG and PNG:
//! `cargo run --release --features pictures --example pictures -- DIR`. Without the feature, there is no PNG.

mod cast;
mod film;
mod gallery;
mod ink;
mod png;
mod scenes;
mod screen;
mod shapes;
mod svg;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;

use gallery::PictureName;
use png::Painter;
use scenes::{SCENES, SIZES, looks};
use screen::Material;

/// Draw every screen in every theme at four sizes, and what the README shows
///
/// PNG has the fonts of this machine. Names on the sample board are in Latin, Chinese, Japanese and Korean letters, some with
/// emoji: what no font here has is a box, as wide as it should be, and is named at the end. In Debian, fonts-dejavu-core,
/// fonts-noto-cjk and fonts-symbola have all of it. SVG has the fonts of whoever looks at it.
#[derive(Parser)]
struct PictureArgs {
    /// Where the pictures go: DIR/THEME/SCREEN-SIZE.svg and .png
    dir: PathBuf,
    /// Only this screen; may be given more than once
    #[arg(long, value_parser = SCENES.iter().map(|scene| scene.name).collect::<Vec<_>>())]
    screen: Vec<String>,
    /// Only this theme, as its directory is called; may be given more than once
    #[arg(long, value_parser = look)]
    theme: Vec<String>,
    /// This size in cells, such as 80x24, instead of the four; may be given more than once
    #[arg(long, value_parser = size)]
    size: Vec<(u16, u16)>,
    /// No PNG
    #[arg(long)]
    svg: bool,
}

fn size(text: &str) -> Result<(u16, u16), String> {
    let cells = |part: &str| part.parse().ok().filter(|cells| (1..=500).contains(cells));
    let both = text.split_once('x').and_then(|(width, height)| Some((cells(width)?, cells(height)?)));
    both.ok_or_else(|| "write columns and lines, such as 80x24".to_owned())
}

fn look(text: &str) -> Result<String, String> {
    let names: Vec<String> = looks().into_iter().map(|look| look.name).collect();
    if names.iter().any(|name| name == text) {
        return Ok(text.to_owned());
    }
    Err(format!("write one of {}", names.join(", ")))
}

fn main() -> ExitCode {
    match run(PictureArgs::parse()) {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: PictureArgs) -> Result<String, String> {
    let dir = std::path::absolute(&args.dir).map_err(|error| format!("{}: {error}", args.dir.display()))?;
    // A scene imports a file of the repository, by its path there.
    let here = env!("CARGO_MANIFEST_DIR");
    std::env::set_current_dir(here).map_err(|error| format!("cannot go to {here}: {error}"))?;
    let is_everything = args.screen.is_empty() && args.theme.is_empty() && args.size.is_empty();
    let painter = if args.svg { None } else { Painter::new()? };
    let files = Files { dir, painter };
    let sizes = if args.size.is_empty() { SIZES.to_vec() } else { args.size };
    let is_wanted = |names: &[String], name: &str| names.is_empty() || names.iter().any(|it| it == name);
    let is_wanted = |it: &PictureName| is_wanted(&args.screen, it.screen) && is_wanted(&args.theme, &it.look);
    let material = Material::new();
    let written = gallery::draw(&material, &sizes, &is_wanted, |name, svg| files.write(&file(name), &svg));
    let mut count = written.into_iter().sum::<Result<usize, String>>()?;
    if is_everything {
        for (name, svg) in gallery::readme(&material) {
            count += files.write(&format!("readme/{name}"), &svg)?;
        }
        let cast = cast::record(&material);
        count += files.write("readme/morning", &film::film(&cast::play(&cast)))?;
        save(&files.dir.join("readme/morning.cast"), &cast)?;
    }
    let rest = match (&files.painter, args.svg) {
        (None, false) => "; for PNG too, add `--features pictures` before `--example`",
        (Some(_), _) | (None, true) => "",
    };
    let complaint = files.painter.as_ref().and_then(Painter::complaint);
    let complaint = complaint.map_or_else(String::new, |words| format!("\n{words}"));
    Ok(format!("{count} pictures in {}{rest}{complaint}", files.dir.display()))
}

/// Where a picture goes below the directory, without its ending.
fn file(PictureName { screen, size: (width, height), look }: &PictureName) -> String {
    format!("{look}/{screen}-{width}x{height}")
}

struct Files {
    dir: PathBuf,
    painter: Option<Painter>,
}

impl Files {
    /// Writes a picture. Answers how many there are now: one.
    fn write(&self, name: &str, svg: &str) -> Result<usize, String> {
        let path = self.dir.join(name);
        save(&path.with_extension("svg"), svg)?;
        if let Some(painter) = &self.painter {
            painter.paint(svg, &path.with_extension("png"))?;
        }
        Ok(1)
    }
}

fn save(path: &Path, text: &str) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("cannot write {}: {error}", path.display());
    path.parent().map_or(Ok(()), fs::create_dir_all).map_err(failed)?;
    fs::write(path, text).map_err(failed)
}
