//! The filter: which accounts a few typed letters mean.

use std::collections::{HashMap, HashSet};

use frizbee::{CaseMatching, Config, Matcher, Matching};

use crate::state::{Account, AccountId, Board, FactKey, FactValue};
use crate::text;

/// What can be searched, folded once so that a key press only compares.
#[derive(Clone, Debug, Default)]
pub struct Index {
    positions: HashMap<AccountId, usize>,
    ids: Vec<AccountId>,
    fields: [Vec<String>; 4],
}

/// The fields of [`Index::fields`]: three matched fuzzily, and everything else as one text.
const NAME: usize = 0;
const REST: usize = 3;

impl Index {
    /// An index of every account.
    pub fn new(board: &Board) -> Self {
        let mut index = Self::default();
        for account in board.accounts() {
            index.put(account);
        }
        index
    }

    /// Takes in how `id` is described on `board` now.
    pub fn follow(&mut self, board: &Board, id: &AccountId) {
        match (board.get(id), self.positions.get(id)) {
            (Some(account), _) => self.put(account),
            (None, Some(&position)) => {
                // An account is only ever forgotten by an undo: an empty row that nothing matches will do.
                for field in &mut self.fields {
                    field[position].clear();
                }
            }
            (None, None) => {}
        }
    }

    fn put(&mut self, account: &Account) {
        let described = describe(account);
        if let Some(&position) = self.positions.get(&account.id) {
            for (field, text) in self.fields.iter_mut().zip(described) {
                field[position] = text;
            }
        } else {
            self.positions.insert(account.id.clone(), self.ids.len());
            self.ids.push(account.id.clone());
            for (field, text) in self.fields.iter_mut().zip(described) {
                field.push(text);
            }
        }
    }

    /// Everyone `query` means, and whom it means most. Every word must be found somewhere: fuzzily in the name, id
    /// or owner, to the letter in any other fact.
    pub fn find(&self, query: &str) -> Found {
        let mut scores: Option<HashMap<u32, u32>> = None;
        for word in text::folded(query).split_whitespace() {
            let mut hits: HashMap<u32, u32> = HashMap::new();
            for (field, texts) in self.fields.iter().enumerate() {
                let mut matcher = Matcher::new(word, &config(field));
                for hit in matcher.match_list(texts) {
                    // A name is what people mean; the rest only breaks ties.
                    let score = if field == NAME { u32::from(hit.score) * 2 } else { u32::from(hit.score) };
                    let best = hits.entry(hit.index).or_default();
                    *best = score.max(*best);
                }
            }
            scores = Some(match scores {
                None => hits,
                Some(before) => before
                    .into_iter()
                    .filter_map(|(index, score)| Some((index, score + hits.get(&index)?)))
                    .collect(),
            });
        }
        let scores = scores.unwrap_or_default();
        let id = |index: u32| &self.ids[index as usize];
        let best = scores.iter().max_by(|a, b| a.1.cmp(b.1).then_with(|| id(*b.0).cmp(id(*a.0))));
        Found {
            best: best.map(|(index, _)| id(*index).clone()),
            passing: scores.keys().map(|index| id(*index).clone()).collect(),
        }
    }
}

/// Whom a query means.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The best match.
    pub best: Option<AccountId>,
    /// Every match.
    pub passing: HashSet<AccountId>,
}

fn config(field: usize) -> Config {
    let matching = if field == REST { Matching::Substring } else { Matching::Fuzzy };
    Config::default().casing(CaseMatching::Ignore).matching(matching)
}

fn describe(account: &Account) -> [String; 4] {
    let rest = account.facts.iter().filter(|(key, _)| is_searched(key)).map(|(_, fact)| match &fact.value {
        FactValue::Money(money) => money.decimal(),
        value => value.to_string(),
    });
    [
        text::folded(account.name()),
        text::folded(account.id.as_str()),
        // Colleagues share a domain, which would match them all.
        text::folded(account.owner().unwrap_or_default().split_inclusive('@').next().unwrap_or_default()),
        text::folded(&rest.collect::<Vec<_>>().join("\n")),
    ]
}

fn is_searched(key: &FactKey) -> bool {
    match key {
        FactKey::Domain
        | FactKey::Region
        | FactKey::Plan
        | FactKey::SalesContact
        | FactKey::CsmContact
        | FactKey::Contacts
        | FactKey::AdminEmails
        | FactKey::OtherId(_)
        | FactKey::Extra(_) => true,
        FactKey::Name
        | FactKey::Mrr
        | FactKey::ForecastedMrr
        | FactKey::NextRenewal
        | FactKey::BillingInterval
        | FactKey::Ltv
        | FactKey::PaidInvoices
        | FactKey::LastInvoice
        | FactKey::UpcomingInvoice
        | FactKey::Credits
        | FactKey::CreditsExpiry
        | FactKey::Delinquent
        | FactKey::UsersCount
        | FactKey::HealthScore
        | FactKey::Specialist
        | FactKey::Created
        | FactKey::Churned
        | FactKey::StageLabel => false,
    }
}

/// Which characters of `shown` the words of `query` match, for highlighting: positions of `char`s.
pub fn highlights(query: &str, shown: &str) -> Vec<usize> {
    let mut marked = HashSet::new();
    let folded = text::folded(shown);
    // Folding may change how many characters there are (ß, ligatures); then no position could be trusted.
    if folded.chars().count() != shown.chars().count() {
        return Vec::new();
    }
    for word in text::folded(query).split_whitespace() {
        let mut matcher = Matcher::new(word, &config(NAME));
        if let Some(hit) = matcher.match_one_indices(&folded, 0) {
            let ends: Vec<usize> = folded.char_indices().map(|(byte, _)| byte).collect();
            marked.extend(hit.indices.iter().filter_map(|byte| ends.binary_search(&(*byte as usize)).ok()));
        }
    }
    let mut marked: Vec<usize> = marked.into_iter().collect();
    marked.sort_unstable();
    marked
}
