//! From text to a query: words, tests, `or`, a minus and parentheses.

use std::fmt;
use std::iter::Peekable;
use std::vec::IntoIter;

use strum::VariantArray;

use super::field::{EntryField, Field, OwnField};
use super::value::Wanted;
use super::words::words;
use super::{FieldTest, Node, QueryContext, Relation, Subject};
use crate::suggest;

/// Why a text is no query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryError {
    /// At which character, counted from one.
    pub at: usize,
    pub what: String,
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "character {}: {}", self.at, self.what)
    }
}

impl std::error::Error for QueryError {}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Open,
    Close,
    Minus,
    Or,
    Word {
        text: String,
        quoted: bool,
    },
    /// `value_at` is the character where the value begins.
    Test {
        name: String,
        relation: Relation,
        value: String,
        quoted: bool,
        value_at: usize,
    },
}

/// A token, and the character it begins at.
type Placed = (usize, Token);

const RELATIONS: [(&str, Relation); 7] = [
    ("<=", Relation::AtMost),
    (">=", Relation::AtLeast),
    ("!=", Relation::IsOther),
    (":", Relation::Is),
    ("=", Relation::Is),
    ("<", Relation::Below),
    (">", Relation::Above),
];

pub(super) fn read(text: &str, subject: Subject, context: &QueryContext<'_>) -> Result<Node, QueryError> {
    let mut tokens = tokens(text)?.into_iter().peekable();
    let about = About { subject, context, end: text.chars().count() };
    let node = either(&mut tokens, &about)?;
    match tokens.next() {
        None => Ok(node),
        Some((at, _)) => Err(wrong(at, "this `)` closes nothing: remove it".to_owned())),
    }
}

/// What a query is about, and where it ends.
struct About<'a> {
    subject: Subject,
    context: &'a QueryContext<'a>,
    end: usize,
}

fn wrong(at: usize, what: String) -> QueryError {
    QueryError { at: at + 1, what }
}

/// Parts with `or` between them.
fn either(tokens: &mut Peekable<IntoIter<Placed>>, about: &About<'_>) -> Result<Node, QueryError> {
    let mut parts = vec![all(tokens, about)?];
    while let Some((at, _)) = tokens.next_if(|(_, token)| *token == Token::Or) {
        let is_missing = matches!(tokens.peek(), None | Some((_, Token::Close | Token::Or)));
        if is_missing || parts.last() == Some(&Node::All(Vec::new())) {
            return Err(wrong(
                at,
                "`or` stands between two parts: write another one, or quote \"or\"".to_owned(),
            ));
        }
        parts.push(all(tokens, about)?);
    }
    Ok(joined(parts, Node::Any))
}

/// Parts one after the other, all of which must hold.
fn all(tokens: &mut Peekable<IntoIter<Placed>>, about: &About<'_>) -> Result<Node, QueryError> {
    let mut parts = Vec::new();
    while tokens.peek().is_some_and(|(_, token)| !matches!(token, Token::Close | Token::Or)) {
        parts.push(one(tokens, about)?);
    }
    Ok(joined(parts, Node::All))
}

fn joined(parts: Vec<Node>, join: fn(Vec<Node>) -> Node) -> Node {
    match <[Node; 1]>::try_from(parts) {
        Ok([alone]) => alone,
        Err(several) => join(several),
    }
}

fn one(tokens: &mut Peekable<IntoIter<Placed>>, about: &About<'_>) -> Result<Node, QueryError> {
    let Some((at, token)) = tokens.next() else {
        return Err(wrong(about.end, "the query ends here: write what must not hold".to_owned()));
    };
    match token {
        Token::Minus => Ok(Node::Not(Box::new(one(tokens, about)?))),
        Token::Open => {
            let inner = either(tokens, about)?;
            match tokens.next() {
                Some((_, Token::Close)) if inner == Node::All(Vec::new()) => {
                    Err(wrong(at, "nothing stands between these parentheses: remove them".to_owned()))
                }
                Some((_, Token::Close)) => Ok(inner),
                _ => Err(wrong(at, "this `(` is not closed: write `)`".to_owned())),
            }
        }
        Token::Close | Token::Or => Err(wrong(at, "write what must not hold".to_owned())),
        Token::Word { text, quoted } => {
            let flag = Field::of(&text, about.subject).filter(|field| !quoted && field.is_flag());
            Ok(match flag {
                Some(field) => {
                    Node::Test(FieldTest { field, relation: Relation::Is, wanted: Wanted::Flag(true) })
                }
                None => Node::Words(words(&text)),
            })
        }
        Token::Test { name, relation, value, quoted, value_at } => {
            let field = Field::of(&name, about.subject);
            let field = field.ok_or_else(|| wrong(at, unknown(&name, about.subject)))?;
            let wanted = Wanted::read(&field, relation, &value, quoted, about.context);
            wanted
                .map(|wanted| Node::Test(FieldTest { field, relation, wanted }))
                .map_err(|what| wrong(value_at, what))
        }
    }
}

fn unknown(name: &str, subject: Subject) -> String {
    let write = || {
        let entries = EntryField::VARIANTS.iter().filter(|_| subject == Subject::Entries);
        let own = OwnField::VARIANTS.iter().map(ToString::to_string);
        let own: Vec<String> = entries.map(ToString::to_string).chain(own).collect();
        format!("write {} or a fact, or quote the word", own.join(", "))
    };
    let what = suggest::did_you_mean(name, &Field::names_of(subject)).unwrap_or_else(write);
    format!("`{name}` is not a field: {what}")
}

fn tokens(text: &str) -> Result<Vec<Placed>, QueryError> {
    let letters: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let start = at;
        match letters[at] {
            c if c.is_whitespace() => {
                at += 1;
                continue;
            }
            '(' => tokens.push((start, Token::Open)),
            ')' => tokens.push((start, Token::Close)),
            '-' | '!' if letters.get(at + 1).is_some_and(|next| !next.is_whitespace()) => {
                tokens.push((start, Token::Minus));
            }
            '-' if letters.iter().filter(|c| !c.is_whitespace()).count() == 1 => {
                return Err(wrong(start, "the query ends here: write what must not hold".to_owned()));
            }
            '"' => {
                let (text, after) = quoted(&letters, at)?;
                tokens.push((start, Token::Word { text, quoted: true }));
                at = after;
                continue;
            }
            _ => {
                let (token, after) = term(&letters, at)?;
                tokens.extend(token.map(|token| (start, token)));
                at = after;
                continue;
            }
        }
        at += 1;
    }
    Ok(tokens)
}

/// The text between the quotes that begin at `at`, and where it goes on.
fn quoted(letters: &[char], at: usize) -> Result<(String, usize), QueryError> {
    let close = letters[at + 1..].iter().position(|c| *c == '"');
    let close = close.ok_or_else(|| wrong(at, "this quote is not closed: write another one".to_owned()))?;
    Ok((letters[at + 1..=at + close].iter().collect(), at + close + 2))
}

fn ends_a_word(c: char) -> bool {
    c.is_whitespace() || c == '(' || c == ')'
}

/// A word, or a field with what it is to be; nothing for an `and`, which goes without saying.
fn term(letters: &[char], at: usize) -> Result<(Option<Token>, usize), QueryError> {
    let relation_at = |place: usize| {
        let rest: String = letters[place..].iter().take(2).collect();
        RELATIONS.iter().find(|(sign, _)| rest.starts_with(sign))
    };
    let mut end = at;
    while end < letters.len() && !ends_a_word(letters[end]) && relation_at(end).is_none() {
        end += 1;
    }
    // The name of a column may have spaces: extra."Account Tier".
    let mut name: String = letters[at..end].iter().filter(|c| **c != '"').collect();
    if letters[at..end].contains(&'"') && letters[at..end].iter().filter(|c| **c == '"').count() == 1 {
        let open = at + letters[at..end].iter().position(|c| *c == '"').unwrap_or_default();
        let (inside, after) = quoted(letters, open)?;
        name = letters[at..open].iter().collect::<String>() + &inside;
        end = after;
    }
    let relation = letters.get(end).and_then(|_| relation_at(end));
    if let Some((sign, _)) = relation.filter(|_| end == at) {
        let what =
            format!("`{sign}` has no field before it: write both together, such as owner:none, or quote it");
        return Err(wrong(at, what));
    }
    let Some((mut sign, mut relation)) = relation.copied() else {
        let end = (end..letters.len()).find(|place| ends_a_word(letters[*place])).unwrap_or(letters.len());
        let text: String = letters[at..end].iter().collect();
        let token = match text.to_ascii_lowercase().as_str() {
            "or" | "|" | "||" => Some(Token::Or),
            "not" => Some(Token::Minus),
            "and" | "&" | "&&" => None,
            _ => Some(Token::Word { text, quoted: false }),
        };
        return Ok((token, end));
    };
    // As GitHub writes it: `renews:<=10d`.
    if sign == ":"
        && let Some(after) = letters.get(end + 1).and_then(|_| relation_at(end + 1))
        && after.1 != Relation::Is
    {
        end += 1;
        (sign, relation) = *after;
    }
    let value_at = end + sign.len();
    if letters.get(value_at) == Some(&'"') {
        let (value, after) = quoted(letters, value_at)?;
        let token = Token::Test { name, relation, value, quoted: true, value_at };
        return Ok((Some(token), after));
    }
    let end = (value_at..letters.len()).find(|place| ends_a_word(letters[*place])).unwrap_or(letters.len());
    let value = letters[value_at..end].iter().collect();
    Ok((Some(Token::Test { name, relation, value, quoted: false, value_at }), end))
}
