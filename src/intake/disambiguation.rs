//! What to ask a person when a file can be read in two ways.

use super::amounts::DecimalMark;
use super::dates::{ColumnDates, DateOrder};
use super::mapping::Mapping;
use crate::intake::{IntakeError, dates};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    pub text: String,
    /// The words of each choice, and what it settles.
    pub choices: [(String, Resolution); 2],
}

/// How a person settled an ambiguity of a file. A mapping remembers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// The order of day and month in a column.
    Dates(String, DateOrder),
    /// The decimal mark of the file's numbers.
    Decimal(DecimalMark),
}

impl IntakeError {
    /// What to ask a person so that the file can be read; `None` when asking does not help.
    pub fn question(&self) -> Option<Question> {
        let dates = |column: &str, text: String, day_first: String, month_first: String| Question {
            text,
            choices: [
                (day_first, Resolution::Dates(column.to_owned(), DateOrder::DayFirst)),
                (month_first, Resolution::Dates(column.to_owned(), DateOrder::MonthFirst)),
            ],
        };
        match self {
            Self::AmbiguousDates { column, example, day_first, month_first } => {
                let words = |date: &chrono::NaiveDate| date.format(dates::SPELLED).to_string();
                let text = format!("Column `{column}` has dates such as {example}. Is that …");
                let (day, month) = (words(day_first), words(month_first));
                Some(dates(column, text, format!("{day} (day first)"), format!("{month} (month first)")))
            }
            Self::MixedDates { column, day_first, month_first } => {
                let text = format!(
                    "Column `{column}` has dates such as {day_first} and {month_first}. What comes first?"
                );
                Some(dates(column, text, "the day".to_owned(), "the month".to_owned()))
            }
            Self::AmbiguousNumbers { column, example, thousands, decimal, mark } => {
                let (as_thousands, as_decimal) = match mark {
                    DecimalMark::Point => (DecimalMark::Comma, DecimalMark::Point),
                    DecimalMark::Comma => (DecimalMark::Point, DecimalMark::Comma),
                };
                Some(Question {
                    text: format!("Column `{column}` has numbers such as {example}. Is that …"),
                    choices: [
                        (thousands.clone(), Resolution::Decimal(as_thousands)),
                        (format!("{decimal} (with decimals)"), Resolution::Decimal(as_decimal)),
                    ],
                })
            }
            Self::Empty
            | Self::NotUtf8 { .. }
            | Self::WrongEncoding { .. }
            | Self::UnmarkedUtf16 { .. }
            | Self::OtherFormat { .. }
            | Self::Malformed { .. }
            | Self::NotAnObject { .. }
            | Self::HoldsSignals { .. }
            | Self::TooManyColumns { .. }
            | Self::NoIdColumn { .. }
            | Self::NoSuchColumn { .. }
            | Self::MappedTwice { .. }
            | Self::NoColumnToClear { .. }
            | Self::CannotClear { .. } => None,
        }
    }
}

impl Mapping {
    /// Remembers how a person settled an ambiguity.
    pub fn resolve(&mut self, resolution: Resolution) {
        match resolution {
            Resolution::Dates(column, order) => _ = self.dates.insert(column, ColumnDates::Order(order)),
            Resolution::Decimal(mark) => self.decimal = Some(mark),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::{ImportOptions, read};

    #[test]
    fn an_answer_settles_what_was_asked() {
        for (file, first, second) in [
            ("id,renewal\nA,04/05/2024\n", "2024-05-04", "2024-04-05"),
            ("id,mrr\nA,1.234\n", "$1,234", "$1.23"),
        ] {
            let mut answered = Vec::new();
            for choice in 0..2 {
                let mut mapping = Mapping::default();
                let error = read(file.as_bytes(), &ImportOptions::default(), &mapping)
                    .expect_err("it has two readings");
                let question = error.question().expect("a question");
                mapping.resolve(question.choices[choice].1.clone());
                let reading =
                    read(file.as_bytes(), &ImportOptions::default(), &mapping).expect("it is answered");
                answered.extend(reading.rows[0].facts.values().map(ToString::to_string));
            }
            assert_eq!(answered, [first, second]);
        }
    }
}
