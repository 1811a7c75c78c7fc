//! Words without a field: which accounts a few typed letters mean.
//!
//! The matcher is our own. Names are short and folded, so one pass finds the letters in their order and a second
//! one tightens them; a matcher made for long paths and typos (frizbee) was most of the program's code and of the time
//! it took to build.

use crate::casefold::{fold_into, folded};
use crate::state::{Account, FactValue, RiskLevel, Roster};

/// An account as words find it: name, id and owner, which are matched fuzzily, and everything else. Folded once, so that
/// a further letter only compares.
#[derive(Clone, Debug, Default)]
pub struct Described {
    /// One after the other, so that looking through many accounts reads one stretch of memory for each.
    fields: String,
    /// Where name, id and owner end.
    ends: [usize; 3],
}

impl Described {
    pub fn new(account: &Account, roster: &Roster) -> Self {
        let mut fields = String::with_capacity(128);
        let mut ends = [0; 3];
        // Colleagues share a domain, which would match them all.
        let names = account.owner().map(|owner| roster.names_of(owner)).unwrap_or_default();
        let names = names.into_iter().filter_map(|name| name.split_inclusive('@').next());
        let owner = names.collect::<Vec<_>>().join(" ");
        let fuzzily = [account.name(), account.id.as_str(), &owner];
        for (text, end) in fuzzily.into_iter().zip(&mut ends) {
            fold_into(&mut fields, text);
            *end = fields.len();
        }
        for (_, fact) in account.facts.iter().filter(|(key, _)| key.is_searched()) {
            // No word has a line break in it, so none is found across two facts.
            fields.push('\n');
            match &fact.value {
                FactValue::Text(text) => fold_into(&mut fields, text),
                FactValue::Money(money) => fields.push_str(&money.decimal()),
                value => fold_into(&mut fields, &value.to_string()),
            }
        }
        let risk = match account.risk.level {
            RiskLevel::None => String::new(),
            level => format!("risk {level} {}", account.risk.reason.as_deref().unwrap_or_default()),
        };
        let notes = account.notes.iter().map(|note| &*note.text);
        for text in account.segments.iter().map(|segment| &**segment).chain(notes).chain([&*risk]) {
            fields.push('\n');
            fold_into(&mut fields, text);
        }
        fields.shrink_to_fit();
        Self { fields, ends }
    }

    /// How well `words` fit, each of which must be found somewhere: fuzzily in the name, id or owner, to the letter in any
    /// other fact. Nothing when one of them is not found.
    pub fn score(&self, words: &[String]) -> Option<u32> {
        words.iter().map(|word| self.word(word)).reduce(|sum, score| Some(sum? + score?))?
    }

    fn word(&self, word: &str) -> Option<u32> {
        let [name, id, owner] = self.ends;
        // A name is what people mean; the rest only breaks ties.
        let in_name = fuzzy(word, &self.fields[..name]).map(|score| score * 2);
        let beside = || fuzzy(word, &self.fields[name..id]).max(fuzzy(word, &self.fields[id..owner]));
        in_name.or_else(beside).or_else(|| self.fields[owner..].contains(word).then_some(1))
    }
}

/// The words of `query`, folded.
pub fn words(query: &str) -> Vec<String> {
    folded(query).split_whitespace().map(str::to_owned).collect()
}

/// Points for each letter that is found.
const LETTER: u32 = 16;
/// More for a letter right after the one before.
const TOGETHER: u32 = 16;
/// More for a letter at the start of a word; most for the start of all.
const START: u32 = 8;

/// What a word is worth that does not go on.
const WHOLE: u32 = 4;

/// How well `words`, folded, stand in the folded `text`; nothing where one of them does not stand in it as it is.
pub fn stand_in(words: &[String], text: &str) -> Option<u32> {
    let is_whole = |word: &String| text.split(|c: char| !c.is_alphanumeric()).any(|part| part == word);
    let score = |word: &String| fuzzy(word, text).map(|score| score + if is_whole(word) { WHOLE } else { 0 });
    words.iter().map(|word| score(word).filter(|_| text.contains(word.as_str()))).sum()
}

/// How well the letters of `word` are found in `text` in their order; nothing when they are not. Both are folded.
fn fuzzy(word: &str, text: &str) -> Option<u32> {
    let mut score = 0;
    let mut before = None;
    matched(word, text, |at| {
        score += LETTER;
        if before.is_some_and(|before| text[before..at].chars().nth(1).is_none()) {
            score += TOGETHER;
        }
        match text[..at].chars().next_back() {
            None => score += 2 * START,
            Some(c) if !c.is_alphanumeric() => score += START,
            Some(_) => {}
        }
        before = Some(at);
    })
    .then_some(score)
}

/// Tells `each` the byte where every letter of `word` is found in `text`, in order: all together if they stand so
/// somewhere, else as close as the first place where they end allows. False when they are not found.
fn matched(word: &str, text: &str, mut each: impl FnMut(usize)) -> bool {
    // Most texts end here, so this comes first.
    let Some(end) = end_of(word, text) else { return false };
    let starts_word = |at: &usize| text[..*at].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
    let mut places = text.match_indices(word).map(|(at, _)| at);
    if let Some(first) = places.next() {
        let at = if starts_word(&first) { first } else { places.find(starts_word).unwrap_or(first) };
        word.char_indices().for_each(|(letter, _)| each(at + letter));
        return true;
    }
    // From the end back to the nearest start, then forward again.
    let mut start = end;
    let mut letters = word.chars().rev().peekable();
    for (at, c) in text[..end].char_indices().rev() {
        if letters.next_if_eq(&c).is_some() {
            start = at;
        }
        if letters.peek().is_none() {
            break;
        }
    }
    let mut letters = word.chars().peekable();
    for (at, c) in text[start..end].char_indices() {
        if letters.next_if_eq(&c).is_some() {
            each(start + at);
        }
    }
    true
}

/// Where the letters of `word` have all been found in `text`, in their order.
fn end_of(word: &str, text: &str) -> Option<usize> {
    let mut at = 0;
    for letter in word.chars() {
        at += text[at..].find(letter)? + letter.len_utf8();
    }
    Some(at)
}

/// Which characters of `shown` the words of `query` match, for highlighting: positions of `char`s.
pub fn highlights(query: &str, shown: &str) -> Vec<usize> {
    let folded = folded(shown);
    // Folding may change how many characters there are (ß, ligatures); then no position could be trusted.
    if folded.chars().count() != shown.chars().count() {
        return Vec::new();
    }
    let mut marked = Vec::new();
    for word in words(query) {
        let mut found = Vec::new();
        matched(&word, &folded, |byte| found.push(byte));
        marked.extend(found.into_iter().map(|byte| folded[..byte].chars().count()));
    }
    marked.sort_unstable();
    marked.dedup();
    marked
}

/// Whether `wanted` stands in `text`, at its beginning or after what is no letter and no digit.
pub(super) fn begins_a_word(text: &str, wanted: &str) -> bool {
    let begins = |at: usize| text[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
    text.match_indices(wanted).any(|(at, _)| begins(at))
}
