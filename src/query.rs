//! Queries: which accounts somebody asks for, in one language for the filter, the verbs and views. Pure.
//!
//! ```text
//! stage:1 owner:none            both must hold
//! renews<=14d -snoozed          a minus is what must not hold
//! plan:startup or forecast>$500 one of both
//! acme                          a word means what it means in the filter
//! ```

pub mod completion;
pub mod entries;
mod eval;
pub mod field;
mod parse;
pub mod sort;
mod value;
pub mod words;

use std::collections::HashSet;
use std::sync::Arc;

use crate::parallel;
use crate::state::query::attention::AttentionRules;
use crate::state::{Account, AccountId, Board, Currency, Now, Segment};

pub use self::entries::EntryQuery;
use self::entries::EntryWords;
pub use self::field::{Field, OwnField};
pub use self::parse::QueryError;
pub use self::sort::Sort;
use self::value::Wanted;
use self::words::Described;

/// What a query is read and answered with.
#[derive(Clone, Copy)]
pub struct QueryContext<'a> {
    pub board: &'a Board,
    pub now: Now,
    /// Who `me` is.
    pub me: &'a str,
    /// What makes an account need a person.
    pub rules: &'a AttentionRules,
    /// The currency of amounts that name none.
    pub currency: Currency,
    /// The segments that the team is about to give up.
    pub retired: &'a [Segment],
    /// The accounts that are marked, where there are marks.
    pub marked: Option<&'a HashSet<AccountId>>,
}

/// A query that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Query(Node);

/// What a query is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    Accounts,
    Entries,
}

#[derive(Clone, Debug, PartialEq)]
enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    /// Words, folded, each of which must be found somewhere.
    Words(Vec<String>),
    Test(FieldTest),
}

/// A test of one field.
#[derive(Clone, Debug, PartialEq)]
struct FieldTest {
    field: Field,
    relation: Relation,
    wanted: Wanted,
}

/// How a value is to stand to what is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    Is,
    /// It is known, and is another.
    IsOther,
    Below,
    AtMost,
    Above,
    AtLeast,
}

impl Query {
    /// Reads `text`. An empty one means everybody.
    ///
    /// # Errors
    /// The first mistake, with its place and what to write instead.
    pub fn parse(text: &str, context: &QueryContext<'_>) -> Result<Self, QueryError> {
        parse::read(text, Subject::Accounts, context).map(Self)
    }

    /// Means nobody.
    pub fn nobody() -> Self {
        Self(Node::Any(Vec::new()))
    }

    /// Everybody it means.
    pub fn find(&self, context: &QueryContext<'_>) -> HashSet<AccountId> {
        let board = context.board;
        let everybody: Vec<&Arc<Account>> =
            if self.excludes_settled(context) { board.awake().collect() } else { board.accounts().collect() };
        let is_meant = parallel::map(&everybody, |account| self.means(account, context));
        let meant = everybody.into_iter().zip(is_meant).filter(|(_, is_meant)| *is_meant);
        meant.map(|(account, _)| account.id.clone()).collect()
    }

    /// The words it is made of, where it is made of nothing else and all must be found.
    pub fn only_words(&self) -> Option<String> {
        let parts = match &self.0 {
            Node::All(parts) => parts.as_slice(),
            one => std::slice::from_ref(one),
        };
        let words =
            parts.iter().map(|part| if let Node::Words(words) = part { Some(words.join(" ")) } else { None });
        words.collect::<Option<Vec<_>>>().map(|words| words.join(" "))
    }

    /// The words in it that are to be found, wherever they stand.
    pub fn words(&self) -> String {
        self.0.words().join(" ")
    }

    /// Whether it asks which accounts are marked.
    pub fn asks_for_marks(&self) -> bool {
        self.0.asks(&Field::Own(OwnField::Marked))
    }

    /// Whether another minute may change what it means: a snooze ends, a reason comes up. Days are not minutes.
    pub fn asks_for_time(&self) -> bool {
        let timed = [OwnField::Snoozed, OwnField::Reason, OwnField::Alert, OwnField::Task];
        timed.into_iter().any(|field| self.0.asks(&Field::Own(field)))
    }

    /// Whether it means nobody who [`is_settled`](crate::state::query::settled::is_settled), whoever that is: nobody then has
    /// to look at them.
    pub fn excludes_settled(&self, context: &QueryContext<'_>) -> bool {
        self.0.excludes_settled(context)
    }

    /// Whether it means `account`.
    pub fn means(&self, account: &Account, context: &QueryContext<'_>) -> bool {
        let mut described = None;
        self.0.holds(Some(account), None, context, &mut described)
    }
}

impl Node {
    fn asks(&self, field: &Field) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(|part| part.asks(field)),
            Self::Not(inner) => inner.asks(field),
            Self::Words(_) => false,
            Self::Test(test) => test.field == *field,
        }
    }

    fn excludes_settled(&self, context: &QueryContext<'_>) -> bool {
        match self {
            Self::All(parts) => parts.iter().any(|part| part.excludes_settled(context)),
            Self::Any(parts) => parts.iter().all(|part| part.excludes_settled(context)),
            Self::Not(_) | Self::Words(_) => false,
            Self::Test(test) => test.excludes_settled(context),
        }
    }

    fn words(&self) -> Vec<&str> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::words).collect(),
            Self::Words(words) => words.iter().map(String::as_str).collect(),
            Self::Not(_) | Self::Test(_) => Vec::new(),
        }
    }

    fn holds(
        &self,
        account: Option<&Account>,
        entry: Option<&EntryWords>,
        context: &QueryContext<'_>,
        described: &mut Option<Described>,
    ) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(account, entry, context, described)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(account, entry, context, described)),
            Self::Not(inner) => !inner.holds(account, entry, context, described),
            Self::Words(words) => words.iter().all(|word| {
                entry.is_some_and(|entry| entry.words.contains(word))
                    || account.is_some_and(|account| {
                        let described =
                            described.get_or_insert_with(|| Described::new(account, &context.rules.roster));
                        described.score(std::slice::from_ref(word)).is_some()
                    })
            }),
            Self::Test(test) => test.holds(account, entry, context),
        }
    }
}
