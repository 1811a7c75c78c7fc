//! Watching Maildirs, in a program that was built without mail.

use std::convert::Infallible;

use super::alarm::NewsAlarm;
use crate::sources::SourceKind;

pub(super) fn renewed(_: Option<Infallible>, _: &SourceKind, _: &NewsAlarm) -> Option<Infallible> {
    None
}
