//! The text of a file: which encoding it is in, and what the file is where it holds no text at all.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::IntakeError;

/// A declared encoding, such as `windows-1252`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextEncoding(&'static Encoding);

impl fmt::Display for TextEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0.name())
    }
}

impl FromStr for TextEncoding {
    type Err = NotAnEncoding;

    fn from_str(text: &str) -> Result<Self, NotAnEncoding> {
        let known = Encoding::for_label_no_replacement(text.trim().as_bytes());
        known.map(Self).ok_or_else(|| NotAnEncoding(text.to_owned()))
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an encoding: write one such as utf-8, utf-16le, windows-1252 or windows-1251")]
pub struct NotAnEncoding(String);

/// The text of a file as UTF-8. A byte order mark wins over the encoding that is declared; with neither, the file is left
/// as it is.
///
/// # Errors
/// When the file is not text, or not in its encoding.
pub fn decode(bytes: &[u8], declared: Option<TextEncoding>) -> Result<Cow<'_, [u8]>, IntakeError> {
    if let Some((what, advice)) = other_format(bytes) {
        return Err(IntakeError::OtherFormat { what, advice });
    }
    let (encoding, start) = match (Encoding::for_bom(bytes), declared) {
        (Some((encoding, length)), _) => (encoding, length),
        (None, Some(TextEncoding(encoding))) => (encoding, 0),
        (None, None) => match unmarked_utf_16(bytes) {
            Some(encoding) => return Err(IntakeError::UnmarkedUtf16 { encoding }),
            None => return Ok(bytes.into()),
        },
    };
    if encoding == UTF_8 {
        return Ok(bytes.into());
    }
    match encoding.decode_without_bom_handling_and_without_replacement(&bytes[start..]) {
        Some(text) => Ok(text.into_owned().into_bytes().into()),
        None => Err(IntakeError::WrongEncoding { encoding: TextEncoding(encoding) }),
    }
}

/// How much of a file is looked at.
const LOOKED_AT: usize = 64 << 10;

/// The kind of UTF-16 that the file seems to be in: every other byte of Latin text is zero.
fn unmarked_utf_16(bytes: &[u8]) -> Option<TextEncoding> {
    let start = &bytes[..bytes.len().min(1_000)];
    let zeros = |from: usize| start.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if even + odd < start.len().div_ceil(4) || start.is_empty() {
        return None;
    }
    Some(TextEncoding(if odd > even { UTF_16LE } else { UTF_16BE }))
}

const AS_CSV: &str = "save the sheet as CSV (in a spreadsheet: \"CSV UTF-8\"), and import that file";
const UNPACK: &str = "unpack it, and import the file in it";
const EXPORT: &str = "export CSV or JSON instead";

/// What the file is and what to do, where it is no table of text.
fn other_format(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    let has = |part: &str| {
        let ends = [&bytes[..bytes.len().min(LOOKED_AT)], &bytes[bytes.len().saturating_sub(LOOKED_AT)..]];
        ends.iter().any(|end| end.windows(part.len()).any(|window| window == part.as_bytes()))
    };
    if bytes.starts_with(b"PK\x03\x04") {
        return Some(if has("xl/") {
            ("an Excel workbook (.xlsx)", AS_CSV)
        } else if has("opendocument") || has("Index/Document.iwa") {
            ("a spreadsheet document", AS_CSV)
        } else {
            ("a zip archive", UNPACK)
        });
    }
    let signatures: [(&[u8], &str, &str); 8] = [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook (.xls)", AS_CSV),
        (b"\x1f\x8b", "a gzip file", UNPACK),
        (b"BZh", "a bzip2 file", UNPACK),
        (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", UNPACK),
        (b"%PDF", "a PDF document", EXPORT),
        (b"{\\rtf", "an RTF document", EXPORT),
        (b"PAR1", "a Parquet file", EXPORT),
        (b"SQLite format 3\0", "an SQLite database", EXPORT),
    ];
    if let Some((_, what, advice)) = signatures.iter().find(|(start, ..)| bytes.starts_with(start)) {
        return Some((what, advice));
    }
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(LOOKED_AT)]).to_lowercase();
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if !text.starts_with('<') {
        return None;
    }
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    Some(if text.starts_with("<?xml") && !says(&["<html"]) {
        if says(&["office:spreadsheet"]) {
            ("an Excel workbook in XML", AS_CSV)
        } else {
            ("an XML file", EXPORT)
        }
    } else if says(&["password", "login", "log in", "sign in", "signin", "sign-in", "anmelden", "connexion"])
    {
        ("a web page that asks for a login", "sign in, and download the export again")
    } else if says(&["<table"]) {
        ("a web page with a table", "open it in a spreadsheet, and save it as CSV (\"CSV UTF-8\")")
    } else {
        ("a web page", "download the export again, and look at it before you import it")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marked_and_declared_encodings_are_read() {
        let text = "id;Name\nA;Café – Ж €\n";
        let utf_16 = |order: fn(u16) -> [u8; 2]| -> Vec<u8> { text.encode_utf16().flat_map(order).collect() };
        let (little, big) = (utf_16(u16::to_le_bytes), utf_16(u16::to_be_bytes));
        let marked = |mark: &[u8], rest: &[u8]| [mark, rest].concat();
        for (bytes, declared) in [
            (marked(b"\xff\xfe", &little), None),
            (marked(b"\xfe\xff", &big), None),
            (marked(b"\xff\xfe", &little), Some("windows-1252")),
            (little.clone(), Some("utf-16le")),
            (big.clone(), Some("UTF-16BE")),
            (text.as_bytes().to_vec(), None),
            (text.as_bytes().to_vec(), Some("utf8")),
        ] {
            let declared = declared.map(|label| label.parse().expect("an encoding"));
            assert_eq!(decode(&bytes, declared).expect("it is text"), text.as_bytes(), "{declared:?}");
        }
        let one_byte = |bytes: &[u8], label: &str| {
            let declared = label.parse().expect("an encoding");
            String::from_utf8(decode(bytes, Some(declared)).expect("it is text").into_owned()).expect("UTF-8")
        };
        assert_eq!(one_byte(b"Caf\xe9 \x97 \x80", "windows-1252"), "Café — €");
        assert_eq!(one_byte(b"Caf\xe9", "latin1"), "Café");
        assert_eq!(one_byte(b"\xc6\xf3\xea", "cp1251"), "Жук");
        assert_eq!(one_byte(b"\xb3\xf3d\x9f", "windows-1250"), "łódź");
        assert!("klingon".parse::<TextEncoding>().is_err());
    }

    #[test]
    fn what_is_no_text_is_named() {
        for (bytes, said) in [
            (
                &b"PK\x03\x04....xl/workbook.xml"[..],
                "the file is an Excel workbook (.xlsx): save the sheet as CSV",
            ),
            (
                b"PK\x03\x04..mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
                "the file is a spreadsheet document: ",
            ),
            (b"PK\x03\x04....accounts.csv", "the file is a zip archive: unpack it"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1..", "the file is an old Excel workbook (.xls): "),
            (b"\x1f\x8b\x08..", "the file is a gzip file: unpack it"),
            (b"%PDF-1.7", "the file is a PDF document: export CSV or JSON instead"),
            (
                b"\n<!DOCTYPE html><html><form><input type=\"password\">",
                "the file is a web page that asks for a login: sign in, and download the export again",
            ),
            (b"\xef\xbb\xbf<html><body>Bitte anmelden", "the file is a web page that asks for a login: "),
            (b"<html><table><tr><td>id", "the file is a web page with a table: open it in a spreadsheet"),
            (b"<html>502 Bad Gateway", "the file is a web page: download the export again"),
            (b"<?xml version=\"1.0\"?><accounts/>", "the file is an XML file: export CSV or JSON instead"),
            (
                b"i\0d\0,\0n\0\n\0A\0,\0x\0",
                "the file looks like UTF-16 without a mark: write --encoding UTF-16LE",
            ),
            (b"\0i\0d\0,\0n\0\n", "the file looks like UTF-16 without a mark: write --encoding UTF-16BE"),
            (b"\xff\xfei", "the file is not in UTF-16LE: write its encoding"),
        ] {
            let error = decode(bytes, None).expect_err("it is no table").to_string();
            assert!(error.starts_with(said), "{error}");
        }
        assert_eq!(decode(b"id\nA\n", None).expect("text"), &b"id\nA\n"[..]);
        assert_eq!(decode(b"", None).expect("nothing"), &b""[..]);
    }
}
