//! Live sources: what is asked of a provider, one request after another, and what its answers say. Pure: whoever sends the
//! requests is [`outgoing`](crate::outgoing), and whoever decides when is [`sync`](crate::sync).
//!
//! A reading begins where the board says that the latest one ended, and overlaps with it: providers list late what happened
//! early. What is known already changes nothing, so reading twice does no harm.

pub mod exchange;
pub mod failure;
pub mod ignored_counts;
pub mod live;
pub mod origin;
pub mod pace;
pub mod plan;
pub mod pull;
pub mod push;
pub mod receiver;
pub mod status;
pub mod terms;

pub use self::exchange::{Login, ProviderRequest, ProviderResponse};
pub use self::failure::SourceFailure;
pub use self::ignored_counts::IgnoredCounts;
pub use self::live::{ImapAccount, LiveSource, SecretFrom, SourceKind};
pub use self::pull::{Pull, Pulled};
pub use self::push::mapping::PushMapping;
pub use self::push::{AccountPush, PushOutcome, PushPlan, plan_push};
pub use self::status::{ReachedCursor, SourceNews, SourceStatus};
pub use self::terms::{ReadingContext, ReadingTerms};
