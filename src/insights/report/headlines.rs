//! The few numbers that are asked for first, each beside that of the same days before.

use super::SectionCell;
use crate::insights::Insights;

/// A number that is asked for first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headline {
    pub number: String,
    /// What it counts: `of the engagements that ended were in time`.
    pub words: &'static str,
    /// Of how many, and what it was before: `47 of 55; before 94 %, 45 of 48`.
    pub detail: String,
}

/// A number, and of how many or which parts; nothing where it is of none.
type HeadlineNumber = (String, Option<String>);
type HeadlineCount = fn(&Insights) -> HeadlineNumber;

impl Insights {
    /// The numbers that are asked for first; `before` are those of the same days before.
    pub fn headlines(&self, before: &Self) -> Vec<Headline> {
        let all: [(&'static str, HeadlineCount); 6] = [
            ("came", Self::came),
            ("ended", Self::ended),
            ("of those written to replied", Self::replied),
            ("of the first outreach came in time for the renewal", Self::written_in_time),
            ("of the engagements that ended were in time", Self::ended_in_time),
            ("are in their stage for longer than usual", Self::late),
        ];
        let said = |(words, count): (&'static str, HeadlineCount)| {
            let ((number, of), (was, was_of)) = (count(self), count(before));
            let was = was_of.map_or_else(|| was.clone(), |of| format!("{was}, {of}"));
            let detail = of.into_iter().chain([format!("before {was}")]).collect::<Vec<_>>().join("; ");
            Headline { number, words, detail }
        };
        all.into_iter().map(said).collect()
    }

    fn came(&self) -> HeadlineNumber {
        (SectionCell::Count(self.flow.steps.iter().map(|step| step.arrivals.len()).sum()).words(), None)
    }

    /// All that ended, by how.
    fn ended(&self) -> HeadlineNumber {
        let sum = |count: fn(&crate::insights::flow::FlowStep) -> usize| -> usize {
            self.flow.steps.iter().map(count).sum()
        };
        let parts = [
            (sum(|step| step.onboarded.len()), "onboarded"),
            (sum(|step| step.churned.len()), "churned"),
            (sum(|step| step.taken_off.len()), "taken off the board"),
        ];
        let all: usize = parts.iter().map(|(count, _)| count).sum();
        let parts = parts.iter().filter(|(count, _)| *count > 0);
        let parts: Vec<String> =
            parts.map(|(count, word)| format!("{} {word}", SectionCell::Count(*count).words())).collect();
        (SectionCell::Count(all).words(), Some(parts.join(", ")).filter(|parts| !parts.is_empty()))
    }

    fn replied(&self) -> HeadlineNumber {
        let all = &self.response.outreach;
        share(&SectionCell::Share(all.replied.len(), all.written_to.len()))
    }

    /// Of those whose renewal is known.
    fn written_in_time(&self) -> HeadlineNumber {
        let (good, late) = (self.response.in_time.len(), self.response.too_late.len());
        share(&SectionCell::Share(good, good + late))
    }

    fn ended_in_time(&self) -> HeadlineNumber {
        share(&SectionCell::Reached(self.target.within.len(), self.target.ended()))
    }

    fn late(&self) -> HeadlineNumber {
        let late: usize = self.stays.iter().map(|stays| stays.overdue().count()).sum();
        let open: usize = self.stays.iter().map(|stays| stays.open.len()).sum();
        let words = |count| SectionCell::Count(count).words();
        (words(late), (open > 0).then(|| format!("of {}", words(open))))
    }
}

fn share(cell: &SectionCell) -> HeadlineNumber {
    let of = match *cell {
        SectionCell::Share(part, of @ 1..) | SectionCell::Reached(part, of @ 1..) => {
            let words = |count| SectionCell::Count(count).words();
            Some(format!("{} of {}", words(part), words(of)))
        }
        _ => None,
    };
    (cell.words(), of)
}
