//! Mail, as signals: outreach that the team sent, replies of customers, and mail that came back.
//!
//! Only headers are looked at, and the parts that machines write for machines: what became of a delivery, and what became
//! of an invitation. What a person wrote is neither kept nor shown.
//!
//! What a message means depends on the messages before it, which may stand after it in the mailbox. So all are read first,
//! and then told in the order in which they were sent: any order of messages gives the same signals.

mod automatic;
mod delivery;
mod header;
mod lines;
mod mailbox;
mod message;
mod threads;

use std::collections::{HashMap, HashSet};
use std::io::{self, BufRead};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use self::automatic::MailKind;
use self::delivery::FailedDelivery;
use self::message::ReadMail;
use self::threads::Threads;
use super::ignored::IgnoredRecords;
use super::people::{AddressBook, Meant};
use super::providers::{TranslatedSignal, Translation};
use super::signals::RejectedLine;
use crate::state::values::account_ref::AccountRef;
use crate::state::values::signal::{Signal, SignalData, SignalId};

/// The source of signals from mail.
pub const SOURCE: &str = "mail";

/// What a message without a sender is counted as.
const NO_SENDER: &str = "without a sender";

/// What mail that came back is counted as, where nobody knows whom it was to reach.
const BOUNCE_OF_NO_ACCOUNT: &str = "bounce of no account";

/// Reads mailboxes, and says what they mean for a board.
///
/// Memory is taken for the messages that matter alone, a few hundred bytes for each, however long they are.
pub struct MailReader<'a> {
    book: &'a AddressBook<'a>,
    /// How many messages were read.
    messages: usize,
    kept: Vec<KeptMail>,
    /// The messages that the team sent, by id, and the accounts they went to.
    ours: HashMap<String, Option<Arc<Meant>>>,
    seen: HashSet<String>,
    ignored: IgnoredRecords,
    rejected: Vec<RejectedLine>,
}

/// A message that may be a signal.
struct KeptMail {
    /// Which message of all it is, counted from one.
    number: usize,
    id: String,
    at: DateTime<Utc>,
    /// Nobody where its sender is unknown.
    meant: Option<Arc<Meant>>,
    what: KeptKind,
}

enum KeptKind {
    /// By whom.
    Outreach(Arc<str>),
    Inbound {
        from: String,
        is_automatic: bool,
        /// Whether it counts only as the answer to a message of ours, whatever else would make it one.
        must_answer: bool,
        is_to_us: bool,
        references: Vec<String>,
    },
    /// Mail came back: the addresses that could not be reached, and the ids of what came back.
    Bounce { recipients: Vec<String>, returned: Vec<String> },
}

impl<'a> MailReader<'a> {
    pub fn new(book: &'a AddressBook<'a>) -> Self {
        Self {
            book,
            messages: 0,
            kept: Vec::new(),
            ours: HashMap::new(),
            seen: HashSet::new(),
            ignored: IgnoredRecords::default(),
            rejected: Vec::new(),
        }
    }

    /// Reads all messages of `mailbox`: a mailbox file (`mboxo`, `mboxrd`, `mboxcl`), or a single message.
    ///
    /// # Errors
    /// When it cannot be read to its end. The messages before that count.
    pub fn read(&mut self, mailbox: impl BufRead) -> io::Result<()> {
        mailbox::for_each(mailbox, |head| self.add(ReadMail::of(head)))
    }

    /// Leaves a message out that was not sent: a draft in a mail folder, which is known again by `id`.
    pub fn skip_draft(&mut self, id: &str) {
        self.messages += 1;
        self.ignore("draft", id);
    }

    /// Whether anything that was read is a message.
    pub fn has_mail(&self) -> bool {
        self.ignored.of_kind(NO_SENDER) < self.messages
    }

    fn ignore(&mut self, why: &'static str, id: &str) {
        self.ignored.add(why, id.as_bytes());
    }

    fn add(&mut self, mail: ReadMail) {
        self.messages += 1;
        if !self.seen.insert(mail.id.clone()) {
            return self.ignore("second copy", &mail.id);
        }
        if mail.kind == MailKind::Draft {
            return self.ignore("draft", &mail.id);
        }
        let by = mail.from.as_ref().and_then(|from| self.book.team.find(from)).cloned();
        match (mail.from.clone(), by) {
            (_, Some(by)) => self.add_ours(by, mail),
            (_, None) if matches!(mail.kind, MailKind::Bounce(_)) => self.add_bounce(mail),
            (Some(from), None) => self.add_inbound(from, mail),
            (None, None) => self.ignore(NO_SENDER, &mail.id),
        }
    }

    fn add_ours(&mut self, by: Arc<str>, mail: ReadMail) {
        match mail.kind {
            // Programs that help to write many letters mark them as such.
            MailKind::Person | MailKind::List | MailKind::Bulk => {}
            MailKind::Draft | MailKind::AutoReply | MailKind::Bounce(_) | MailKind::Calendar => {
                return self.ignore("automatic", &mail.id);
            }
        }
        let meant = self.book.meant(&mail.to).map(Arc::new);
        self.ours.insert(mail.id.clone(), meant.clone());
        match meant {
            None => self.ignore("to no account", &mail.id),
            Some(_) => self.keep(mail.id, mail.at, meant, KeptKind::Outreach(by)),
        }
    }

    fn add_inbound(&mut self, from: String, mail: ReadMail) {
        let (is_automatic, must_answer) = match mail.kind {
            MailKind::Person => (false, false),
            MailKind::List => (false, true),
            MailKind::AutoReply | MailKind::Calendar => (true, false),
            MailKind::Bulk | MailKind::Draft | MailKind::Bounce(_) => {
                return self.ignore("automatic", &mail.id);
            }
        };
        let meant = self.book.meant([&from]).map(Arc::new);
        if meant.is_none() && (mail.references.is_empty() || is_automatic) {
            return self.ignore("from no account", &mail.id);
        }
        let is_to_us = mail.to.iter().any(|to| self.book.team.find(to).is_some());
        let references = mail.references;
        let what = KeptKind::Inbound { from, is_automatic, must_answer, is_to_us, references };
        self.keep(mail.id, mail.at, meant, what);
    }

    fn add_bounce(&mut self, mail: ReadMail) {
        let MailKind::Bounce(FailedDelivery { recipients, returned }) = mail.kind else { return };
        let meant = self.book.meant(&recipients).map(Arc::new);
        if meant.is_none() && returned.is_empty() {
            return self.ignore(BOUNCE_OF_NO_ACCOUNT, &mail.id);
        }
        self.keep(mail.id, mail.at, meant, KeptKind::Bounce { recipients, returned });
    }

    fn keep(&mut self, id: String, at: Option<DateTime<Utc>>, meant: Option<Arc<Meant>>, what: KeptKind) {
        let number = self.messages;
        match at {
            Some(at) => self.kept.push(KeptMail { number, id, at, meant, what }),
            None if meant.is_none() => {
                let why = match what {
                    KeptKind::Bounce { .. } => BOUNCE_OF_NO_ACCOUNT,
                    KeptKind::Outreach(_) | KeptKind::Inbound { .. } => "from no account",
                };
                self.ignore(why, &id);
            }
            None => {
                let reason = format!("{id}: it does not say when it was sent: its `Date` cannot be read");
                self.rejected.push(RejectedLine { line: number, reason });
            }
        }
    }

    /// What all messages say, in the order in which they were sent. The lines are the numbers of the messages.
    pub fn finish(mut self) -> Translation {
        let mut kept = std::mem::take(&mut self.kept);
        kept.sort_by(|one, other| (one.at, &one.id).cmp(&(other.at, &other.id)));
        let ours = std::mem::take(&mut self.ours);
        let mut threads = Threads::new(self.book.board, &ours);
        let mut signals = Vec::new();
        for mail in kept {
            let KeptMail { number, id, at, meant, what } = mail;
            let (account, by, data) = match what {
                KeptKind::Outreach(by) => {
                    let Some(meant) = meant else { continue };
                    threads.wrote(&meant, at);
                    (meant.named.clone(), Some(by), SignalData::OutreachSent)
                }
                KeptKind::Bounce { recipients, returned } => {
                    let outreach = returned.iter().find_map(|id| Some((id, threads.sent_to(id)?)));
                    let named = meant.map(|meant| meant.named.clone());
                    let Some(named) = named.or_else(|| outreach.as_ref().map(|(_, to)| to.clone())) else {
                        self.ignore(BOUNCE_OF_NO_ACCOUNT, &id);
                        continue;
                    };
                    let outreach = outreach.map(|(id, _)| signal_id(id));
                    let to = recipients.iter().map(|to| to.as_str().into()).collect();
                    (named, None, SignalData::EmailBounced { to, outreach })
                }
                KeptKind::Inbound { from, is_automatic, must_answer, is_to_us, references } => {
                    let answers_ours = threads.has_ours(&references);
                    let Some(meant) = meant else {
                        // Somebody answers what we wrote to an account, and nobody knows whether they belong to it.
                        if threads.went_to_account(&references) {
                            signals.push(signal(
                                number,
                                AccountRef::Email(from.into()),
                                &id,
                                at,
                                None,
                                REPLY,
                            ));
                        } else {
                            self.ignore("from no account", &id);
                        }
                        continue;
                    };
                    let is_answer = answers_ours || (is_to_us && !references.is_empty());
                    let counts = answers_ours
                        || (!must_answer && (is_answer || threads.awaits(&meant, at)))
                        || threads.is_recorded(&id);
                    if !counts {
                        self.ignore(if must_answer { "automatic" } else { "no reply" }, &id);
                        continue;
                    }
                    if !is_automatic {
                        threads.answered(&meant, at);
                    }
                    (meant.named.clone(), None, SignalData::ReplyReceived { auto: is_automatic })
                }
            };
            signals.push(signal(number, account, &id, at, by, data));
        }
        Translation {
            records: self.messages,
            signals,
            ignored: self.ignored,
            rejected: self.rejected,
            ..Translation::default()
        }
    }
}

const REPLY: SignalData = SignalData::ReplyReceived { auto: false };

fn signal(
    number: usize,
    account: AccountRef,
    id: &str,
    at: DateTime<Utc>,
    by: Option<Arc<str>>,
    data: SignalData,
) -> TranslatedSignal {
    let signal = Signal { id: signal_id(id), at, by, source: SOURCE.into(), template: None, data };
    TranslatedSignal { line: number, account, other_names: Vec::new(), signal }
}

/// The id of the signal that the message `id` is.
fn signal_id(id: &str) -> SignalId {
    SignalId::new(&format!("{SOURCE}:{id}"))
}
