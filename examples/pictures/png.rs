//! SVG as PNG, by the feature `pictures`.

use std::path::Path;

/// What makes PNG of SVG, with the fonts of this machine.
#[cfg(feature = "pictures")]
pub(crate) struct Painter(resvg::usvg::Options<'static>);

#[cfg(feature = "pictures")]
impl Painter {
    /// # Errors
    /// When this machine has no font for a terminal.
    pub(crate) fn new() -> Result<Option<Self>, String> {
        use resvg::usvg::Options;
        use resvg::usvg::fontdb::{Family, Query};

        let mut options = Options::default();
        let fonts = options.fontdb_mut();
        fonts.load_system_fonts();
        let known: Vec<String> = fonts
            .faces()
            .filter(|face| face.monospaced)
            .flat_map(|face| face.families.iter().map(|(name, _)| name.clone()))
            .collect();
        let preferred = ["JetBrains Mono", "Cascadia Mono", "DejaVu Sans Mono", "Menlo", "Consolas"];
        let chosen = preferred.into_iter().find(|name| known.iter().any(|known| known == name));
        let Some(family) = chosen.or_else(|| known.first().map(String::as_str)) else {
            return Err(
                "this machine has no monospaced font to draw PNG with: install one, such as DejaVu Sans Mono \
                 (fonts-dejavu-core), and run this again"
                    .to_owned(),
            );
        };
        fonts.set_monospace_family(family);
        let query = Query { families: &[Family::Monospace], ..Query::default() };
        if fonts.query(&query).is_none() {
            return Err(format!(
                "the font {family} cannot be read: install DejaVu Sans Mono, and run this again"
            ));
        }
        family.clone_into(&mut options.font_family);
        Ok(Some(Self(options)))
    }

    /// Writes `svg` as PNG.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn paint(&self, svg: &str, path: &Path) -> Result<(), String> {
        use resvg::tiny_skia::{Pixmap, Transform};
        use resvg::usvg::Tree;

        let tree = Tree::from_str(svg, &self.0).map_err(|error| format!("{}: {error}", path.display()))?;
        let size = tree.size().to_int_size();
        let mut pixels = Pixmap::new(size.width(), size.height()).ok_or("a picture needs a size")?;
        resvg::render(&tree, Transform::identity(), &mut pixels.as_mut());
        pixels.save_png(path).map_err(|error| format!("cannot write {}: {error}", path.display()))
    }
}

/// Without the feature, there is SVG alone.
/// Without the feature, there is none.
#[cfg(not(feature = "pictures"))]
pub(crate) enum Painter {}

#[cfg(not(feature = "pictures"))]
impl Painter {
    #[expect(clippy::unnecessary_wraps, reason = "with the feature, fonts may be missing")]
    pub(crate) fn new() -> Result<Option<Self>, String> {
        Ok(None)
    }

    pub(crate) fn paint(&self, _: &str, _: &Path) -> Result<(), String> {
        match *self {}
    }
}
