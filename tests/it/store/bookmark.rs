//! Up to which entry somebody has looked at what others did.

use gangplank::store::StoreAddress;
use gangplank::store::bookmark::Bookmark;

use crate::support::home::Home;

#[test]
fn what_was_looked_at_is_remembered_for_everybody_and_damage_forgets_it() {
    let home = Home::empty();
    let dir = home.0.path().join("store");
    std::fs::create_dir(&dir).expect("there is room");
    let address = StoreAddress::Directory(dir.clone());
    let long = "x".repeat(300);
    let names = ["dana", "Dana K", "../x", "%2f", "ż", &long];
    for (seq, name) in (1..).zip(names) {
        let mut bookmark = Bookmark::open(name, &address);
        assert_eq!(bookmark.seq(), None, "{name}");
        bookmark.set(7);
        bookmark.set(seq);
    }
    for (seq, name) in (1..).zip(names) {
        assert_eq!(Bookmark::open(name, &address).seq(), Some(seq), "{name}");
    }
    assert_eq!(std::fs::read_dir(&dir).expect("it is there").count(), names.len());
    std::fs::write(dir.join("looked-dana.json"), "{").expect("there is room");
    assert_eq!(Bookmark::open("dana", &address).seq(), None);
    let missing = dir.join("missing");
    Bookmark::open("dana", &StoreAddress::Directory(missing.clone())).set(1);
    assert!(!missing.exists(), "an empty store stays as it is");
}
