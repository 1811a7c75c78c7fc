//! What a verb would do to all accounts that are marked, before it does.

use crate::prose::refusals;
use crate::state::{AccountId, Batch, Command, Refusal, StageId};
use crate::tui::theme::Role;

/// What is asked for about one account, or why nothing can be.
pub type Part = Result<Vec<Command>, Unavailable>;

/// Why nothing can be asked for about an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unavailable {
    /// A sentence that names the account.
    Named(String),
    /// A sentence about whichever account is meant.
    Unnamed(&'static str),
}

impl Unavailable {
    pub fn text(&self) -> &str {
        match self {
            Self::Named(text) => text,
            Self::Unnamed(text) => text,
        }
    }

    /// The sentence where several accounts are meant, of which this one is called `name`.
    pub fn text_about(&self, name: &str) -> String {
        match self {
            Self::Named(text) => text.clone(),
            Self::Unnamed(text) => format!("{name}: {text}"),
        }
    }
}

/// What is refused about an account names it.
impl From<Refusal> for Unavailable {
    fn from(refusal: Refusal) -> Self {
        Self::Named(refusals::text(&refusal))
    }
}

/// The question whether to do something to many accounts, with what it would do.
#[derive(Clone, Debug)]
pub struct BulkPanel {
    /// What is asked for, and of how many.
    pub title: String,
    /// What would become of them, clean, each with how it is meant.
    pub lines: Vec<(String, Role)>,
    /// The first line to be seen.
    pub top: usize,
    /// What would be done. Nothing where every account is refused, or is so already.
    pub batch: Option<Batch>,
    /// Those who need no mark any more once it is done: what is asked for is done to them, or was so already.
    pub finished: Vec<AccountId>,
    /// How many are refused, and stay marked.
    pub refused: usize,
    /// Where those go who were refused and may be forced.
    pub to_force: Option<(StageId, Vec<AccountId>)>,
    /// Whether it is on its way to the disk.
    pub sent: bool,
}
