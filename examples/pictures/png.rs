//! SVG as PNG, by the feature `pictures`.

use std::path::Path;

#[cfg(feature = "pictures")]
use std::collections::BTreeSet;
#[cfg(feature = "pictures")]
use std::sync::Mutex;

/// What makes PNG of SVG, with the fonts of this machine.
#[cfg(feature = "pictures")]
pub(crate) struct Painter {
    options: resvg::usvg::Options<'static>,
    /// What no font here has.
    missing: Mutex<BTreeSet<String>>,
}

/// How many letters that no font has are named.
#[cfg(feature = "pictures")]
const NAMED: usize = 8;

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
        // Pictures of emoji in colour are not drawn: their place would stay empty, where another font has outlines.
        let in_color =
            fonts.faces().filter(|face| face.families.iter().any(|(name, _)| name.ends_with("Color Emoji")));
        for id in in_color.map(|face| face.id).collect::<Vec<_>>() {
            fonts.remove_face(id);
        }
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
        Ok(Some(Self { options, missing: Mutex::default() }))
    }

    /// Writes `svg` as PNG.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn paint(&self, svg: &str, path: &Path) -> Result<(), String> {
        use resvg::tiny_skia::{Pixmap, Transform};
        use resvg::usvg::Tree;

        let tree =
            Tree::from_str(svg, &self.options).map_err(|error| format!("{}: {error}", path.display()))?;
        self.missing.lock().expect("nobody panics with it").extend(missing(tree.root()));
        let size = tree.size().to_int_size();
        let mut pixels = Pixmap::new(size.width(), size.height()).ok_or("a picture needs a size")?;
        resvg::render(&tree, Transform::identity(), &mut pixels.as_mut());
        pixels.save_png(path).map_err(|error| format!("cannot write {}: {error}", path.display()))
    }

    /// What stands as a box in the pictures, since no font of this machine has it, and which fonts do.
    pub(crate) fn complaint(&self) -> Option<String> {
        let missing = self.missing.lock().expect("nobody panics with it");
        let named: Vec<&str> = missing.iter().map(String::as_str).take(NAMED).collect();
        let more = if missing.len() > NAMED { " …" } else { "" };
        (!missing.is_empty()).then(|| {
            format!(
                "no font of this machine has {}{more}, and boxes stand in the PNG instead: Noto Sans CJK has Chinese, \
                 Japanese and Korean (fonts-noto-cjk), Symbola emoji as outlines (fonts-symbola)",
                named.join(" ")
            )
        })
    }
}

/// The letters of the texts in `group` that their font does not have.
#[cfg(feature = "pictures")]
fn missing(group: &resvg::usvg::Group) -> BTreeSet<String> {
    use resvg::usvg::Node;

    let of = |node: &Node| match node {
        Node::Group(group) => missing(group),
        Node::Text(text) => {
            let glyphs = text.layouted().iter().flat_map(|span| &span.positioned_glyphs);
            glyphs.filter(|glyph| glyph.id.0 == 0).map(|glyph| glyph.text.clone()).collect()
        }
        Node::Path(_) | Node::Image(_) => BTreeSet::new(),
    };
    group.children().iter().flat_map(of).collect()
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

    pub(crate) fn complaint(&self) -> Option<String> {
        match *self {}
    }
}
