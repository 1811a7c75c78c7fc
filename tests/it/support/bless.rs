//! Files the program itself has made: compared, or made anew when asked.

use std::path::Path;

/// Whether the files are to be made anew.
pub(crate) fn is_blessing() -> bool {
    std::env::var_os("GANGPLANK_BLESS").is_some()
}

/// Compares `made` with the repository's file at `path`. With `GANGPLANK_BLESS=1`, writes it there instead.
pub(crate) fn blessed(path: &str, made: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if is_blessing() {
        std::fs::write(&file, made).expect("the repository can be written to");
        return;
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    // No diff: nobody reads one of a picture.
    assert!(
        kept == made,
        "{path} is not what the program makes now: look at the change, then run GANGPLANK_BLESS=1 cargo test"
    );
}
