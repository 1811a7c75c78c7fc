//! Calendars: a file with events at an address, or a collection of them that CalDAV keeps. Each reading reads all of it, as
//! what is missing has been called off.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use roxmltree::Document;

use super::{ProviderPages, Pulled};
use crate::intake::calendar::CalendarReader;
use crate::intake::people::AddressBook;
use crate::sources::exchange::{Login, ProviderRequest, RequestMethod};
use crate::sources::failure::SourceFailure;
use crate::sources::terms::ReadingContext;

/// How far behind and ahead of now a CalDAV collection is asked for events.
const BEHIND: TimeDelta = TimeDelta::days(31);
const AHEAD: TimeDelta = TimeDelta::days(2 * 366);

/// A calendar without an event: a collection may have none.
const EMPTY: &[u8] = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n";

/// A calendar has no cursor: each reading reads all of it.
pub(super) struct CalendarPull<'a> {
    request: Option<ProviderRequest>,
    is_collection: bool,
    name: Arc<str>,
    context: ReadingContext<'a>,
    pulled: Pulled,
}

impl<'a> CalendarPull<'a> {
    /// The file at `address`, which the secret may be itself.
    pub(super) fn of_file(
        address: &Arc<str>,
        is_secret: bool,
        name: &Arc<str>,
        context: &ReadingContext<'a>,
    ) -> Self {
        let login = if is_secret { Login::Address } else { Login::None };
        Self::asking(ProviderRequest::get(address.to_string(), login), false, name, context)
    }

    /// The collection at `address` as `user` sees it.
    pub(super) fn of_collection(
        address: &Arc<str>,
        user: &Arc<str>,
        name: &Arc<str>,
        context: &ReadingContext<'a>,
    ) -> Self {
        let now = context.now.at;
        let at = |at: DateTime<Utc>| at.format("%Y%m%dT%H%M%SZ").to_string();
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\
             <c:calendar-query xmlns:d=\"DAV:\" xmlns:c=\"urn:ietf:params:xml:ns:caldav\">\
             <d:prop><c:calendar-data/></d:prop><c:filter><c:comp-filter name=\"VCALENDAR\">\
             <c:comp-filter name=\"VEVENT\"><c:time-range start=\"{}\" end=\"{}\"/></c:comp-filter>\
             </c:comp-filter></c:filter></c:calendar-query>",
            at(now - BEHIND),
            at(now + AHEAD)
        );
        // A collection's address ends with a slash; servers redirect from the other one.
        let url = format!("{address}/");
        let login = Login::BasicAs(user.clone());
        let mut request = ProviderRequest::send(RequestMethod::Report, url, login, body);
        request.headers.push(("content-type", "application/xml; charset=utf-8".to_owned()));
        request.headers.push(("depth", "1".to_owned()));
        Self::asking(request, true, name, context)
    }

    fn asking(
        request: ProviderRequest,
        is_collection: bool,
        name: &Arc<str>,
        context: &ReadingContext<'a>,
    ) -> Self {
        let (name, context) = (name.clone(), *context);
        Self { request: Some(request), is_collection, name, context, pulled: Pulled::default() }
    }
}

impl ProviderPages for CalendarPull<'_> {
    fn advice(&self) -> &'static str {
        if self.is_collection {
            "use the name and the password, or an app password, that this calendar may be read with"
        } else {
            "use the calendar's secret address in iCal format"
        }
    }

    fn next_request(&mut self) -> Option<ProviderRequest> {
        self.request.clone()
    }

    fn take(&mut self, body: &[u8]) -> Result<(), SourceFailure> {
        self.request = None;
        let ReadingContext { terms, board, now } = self.context;
        let book = AddressBook::new(board, terms.team()?);
        let mut reader = CalendarReader::whole(&self.name, &book, now);
        if self.is_collection {
            reader.read(EMPTY);
            for calendar in in_collection(body)? {
                reader.read(calendar.as_bytes());
            }
        } else {
            reader.read(body);
        }
        if !reader.is_complete() {
            let what = "the answer is no calendar, or only the beginning of one: is the address that of an .ics file?";
            return Err(SourceFailure::Unreadable(what.to_owned()));
        }
        self.pulled.translation = reader.finish();
        Ok(())
    }

    fn finish(self: Box<Self>) -> Pulled {
        self.pulled
    }
}

/// The calendars in the answer of a CalDAV server.
fn in_collection(body: &[u8]) -> Result<Vec<String>, SourceFailure> {
    let unfit = |why: String| SourceFailure::Unreadable(format!("the answer is none of CalDAV ({why})"));
    let text = std::str::from_utf8(body).map_err(|error| unfit(error.to_string()))?;
    let document = Document::parse(text).map_err(|error| unfit(error.to_string()))?;
    let root = document.root_element();
    if root.tag_name().name() != "multistatus" {
        return Err(unfit("it has no `multistatus`: is the address that of a calendar?".to_owned()));
    }
    let data = root.descendants().filter(|node| node.tag_name().name() == "calendar-data");
    Ok(data.filter_map(|node| node.text().map(str::to_owned)).collect())
}
