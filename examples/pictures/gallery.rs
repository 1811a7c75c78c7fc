//! The pictures: drawn from the scenes, with all cores.

use std::fmt;

use rayon::prelude::*;

use super::ink::TerminalColors;
use super::scenes::{Look, README, SCENES, SIZES, Scene, looks, readme_look};
use super::screen::{Material, Screen};
use super::svg::svg;

/// Which picture it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PictureName {
    pub(crate) screen: &'static str,
    pub(crate) size: (u16, u16),
    pub(crate) look: String,
}

impl PictureName {
    pub(crate) fn new(scene: &Scene, size: (u16, u16), look: &Look) -> Self {
        Self { screen: scene.name, size, look: look.name.clone() }
    }
}

impl fmt::Display for PictureName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { screen, size: (width, height), look } = self;
        write!(f, "{screen} {width}x{height} {look}")
    }
}

/// Draws the pictures that are `wanted`, and makes something of each as SVG. The keys of a scene are pressed once; then its
/// screen gets other sizes, as a terminal's window does.
pub(crate) fn draw<T: Send>(
    material: &Material,
    sizes: &[(u16, u16)],
    is_wanted: &(dyn Fn(&PictureName) -> bool + Sync),
    make: impl Fn(&PictureName, String) -> T + Sync,
) -> Vec<T> {
    let looks = looks();
    let drawn = SCENES.par_iter().flat_map_iter(|scene| {
        let of_size = |size: &(u16, u16)| {
            looks.iter().map(|look| (look, PictureName::new(scene, *size, look))).collect()
        };
        let names: Vec<(&Look, PictureName)> =
            sizes.iter().flat_map(|size| -> Vec<_> { of_size(size) }).collect();
        let mut names = names.into_iter().filter(|(_, name)| is_wanted(name)).peekable();
        let first = names.peek().map_or(SIZES[0], |(_, name)| name.size);
        let mut screen =
            names.peek().is_some().then(|| Screen::new(material, scene.start, first, scene.keys));
        let make = &make;
        names.filter_map(move |(look, name)| {
            let screen = screen.as_mut()?;
            screen.resize(name.size);
            Some(make(&name, picture(screen, scene, look)))
        })
    });
    drawn.collect()
}

fn picture(screen: &mut Screen<'_>, scene: &Scene, look: &Look) -> String {
    screen.wear(&look.theme, look.background);
    let (buffer, cursor) = screen.draw();
    svg(&buffer, cursor, TerminalColors::on(look.background), scene.title)
}

/// The README's pictures: their names, and each as SVG.
pub(crate) fn readme(material: &Material) -> Vec<(&'static str, String)> {
    let drawn = README.par_iter().map(|(name, size)| {
        let scene = SCENES.iter().find(|scene| scene.name == *name).expect("the README shows what there is");
        let mut screen = Screen::new(material, scene.start, *size, scene.keys);
        (*name, picture(&mut screen, scene, &readme_look()))
    });
    drawn.collect()
}
