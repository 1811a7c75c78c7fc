//! Whose an address is: one of the team's, or an account's.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use crate::state::values::account::AccountId;
use crate::state::values::account_ref::{AccountRef, SeveralNames};
use crate::state::{AccountLookup, Board, Roster, Specialist};

/// The email addresses of the team.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TeamAddresses {
    /// By their address, in small letters.
    names: HashMap<String, Arc<str>>,
    /// Where all their addresses are, but for those where everybody may have one.
    domains: HashSet<String>,
}

impl TeamAddresses {
    /// The addresses of everybody in `roster`, and of the `specialists` that are written as addresses.
    pub fn new(roster: &Roster, specialists: &[Arc<str>]) -> Self {
        let of_roster = roster.people().iter().flat_map(Specialist::names);
        let all = of_roster.chain(specialists).filter(|name| name.contains('@'));
        let names = all.map(|name| (name.trim().to_lowercase(), roster.owner(name)));
        let names: HashMap<_, _> = names.collect();
        let domains = names.keys().filter_map(|address| domain(address)).map(str::to_owned);
        Self { domains: domains.collect(), names }
    }

    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The name of whoever has `address`, which may carry a tag: `dan+onboarding@example.com` is Dan's.
    pub fn find(&self, address: &str) -> Option<&Arc<str>> {
        let address = address.to_lowercase();
        self.names.get(&address).or_else(|| {
            let (who, host) = address.rsplit_once('@')?;
            let (who, _) = who.split_once('+')?;
            self.names.get(&format!("{who}@{host}"))
        })
    }

    /// Whether `address` lies in a domain of the team.
    pub fn is_in_our_domain(&self, address: &str) -> bool {
        domain(address).is_some_and(|domain| self.domains.contains(domain))
    }
}

/// The domain of an address in small letters; nothing where it says nothing of who has the address.
fn domain(address: &str) -> Option<&str> {
    address.rsplit_once('@').map(|(_, host)| host).filter(|host| !FREE_MAIL.contains(host))
}

/// Whose the addresses of a board are.
pub struct AddressBook<'a> {
    pub board: &'a Board,
    pub team: &'a TeamAddresses,
    lookup: AccountLookup,
}

/// The accounts that some addresses mean: one, or several, of which nobody knows which is meant.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Meant {
    pub(super) accounts: Vec<AccountId>,
    pub(super) named: AccountRef,
}

impl<'a> AddressBook<'a> {
    pub fn new(board: &'a Board, team: &'a TeamAddresses) -> Self {
        Self { board, team, lookup: AccountLookup::of(board) }
    }

    /// The accounts that `addresses` mean: those that have one as a contact, and those that have the domain of one, unless
    /// it may be one of the first. The team's own addresses mean nobody, and neither do domains where everybody may have
    /// an address.
    pub(super) fn meant<'b>(&self, addresses: impl IntoIterator<Item = &'b String>) -> Option<Meant> {
        let mut meant = MeantAccounts::default();
        let mut others = Vec::new();
        for address in addresses {
            if self.team.find(address).is_some() {
                continue;
            }
            let email = AccountRef::Email(address.as_str().into());
            let accounts = self.lookup.candidates(self.board, &email);
            if accounts.is_empty() { others.push(address) } else { meant.add(email, accounts) }
        }
        let contacts = meant.accounts.clone();
        for address in others {
            let Some(domain) = domain(address).filter(|_| !self.team.is_in_our_domain(address)) else {
                continue;
            };
            let domain = AccountRef::Domain(domain.into());
            let accounts = self.lookup.candidates(self.board, &domain);
            if !accounts.iter().any(|id| contacts.contains(id)) {
                meant.add(domain, accounts);
            }
        }
        meant.named()
    }
}

#[derive(Default)]
struct MeantAccounts {
    accounts: BTreeSet<AccountId>,
    names: Vec<AccountRef>,
}

impl MeantAccounts {
    fn add(&mut self, name: AccountRef, accounts: Vec<AccountId>) {
        let known = self.accounts.len();
        self.accounts.extend(accounts);
        if self.accounts.len() > known {
            self.names.push(name);
        }
    }

    fn named(mut self) -> Option<Meant> {
        let named = match self.names.len() {
            0 => return None,
            1 => self.names.remove(0),
            _ => AccountRef::AnyOf(SeveralNames(self.names)),
        };
        Some(Meant { accounts: self.accounts.into_iter().collect(), named })
    }
}

/// Where everybody may have an address.
const FREE_MAIL: &[&str] = &[
    "126.com",
    "163.com",
    "aol.com",
    "comcast.net",
    "duck.com",
    "fastmail.com",
    "fastmail.fm",
    "free.fr",
    "gmail.com",
    "gmx.at",
    "gmx.ch",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hey.com",
    "hotmail.co.uk",
    "hotmail.com",
    "hotmail.de",
    "hotmail.fr",
    "icloud.com",
    "laposte.net",
    "libero.it",
    "live.com",
    "mac.com",
    "mail.com",
    "mail.ru",
    "me.com",
    "msn.com",
    "naver.com",
    "orange.fr",
    "outlook.com",
    "outlook.de",
    "outlook.fr",
    "pm.me",
    "posteo.de",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "rocketmail.com",
    "seznam.cz",
    "sina.com",
    "t-online.de",
    "tuta.io",
    "tutanota.com",
    "verizon.net",
    "wanadoo.fr",
    "web.de",
    "wp.pl",
    "yahoo.co.in",
    "yahoo.co.jp",
    "yahoo.co.uk",
    "yahoo.com",
    "yahoo.de",
    "yahoo.fr",
    "yandex.com",
    "yandex.ru",
    "ymail.com",
    "zoho.com",
];
