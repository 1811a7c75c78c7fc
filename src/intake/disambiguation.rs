//! What a person can be asked when a file has two readings.

use super::amounts::DecimalMark;
use super::dates::DateOrder;
use super::mapping::Mapping;
use crate::intake::{IntakeError, dates};

/// A question with two answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The question, in a sentence.
    pub asks: String,
    /// What each answer says, and the answer.
    pub choices: [(String, Answer); 2],
}

/// What a person said about a file. A mapping remembers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The order of day and month in a column.
    Dates(String, DateOrder),
    /// The decimal mark of the file's numbers.
    Decimal(DecimalMark),
}

impl IntakeError {
    /// What to ask a person so that the file can be read; nothing when asking does not help.
    pub fn question(&self) -> Option<Question> {
        let dates = |column: &str, asks: String, day_first: String, month_first: String| Question {
            asks,
            choices: [
                (day_first, Answer::Dates(column.to_owned(), DateOrder::DayFirst)),
                (month_first, Answer::Dates(column.to_owned(), DateOrder::MonthFirst)),
            ],
        };
        match self {
            Self::AmbiguousDates { column, example, day_first, month_first } => {
                let words = |date: &chrono::NaiveDate| date.format(dates::SPELLED).to_string();
                let asks = format!("Column `{column}` has dates such as {example}. Is that …");
                let (day, month) = (words(day_first), words(month_first));
                Some(dates(column, asks, format!("{day} (day first)"), format!("{month} (month first)")))
            }
            Self::MixedDates { column, day_first, month_first } => {
                let asks = format!(
                    "Column `{column}` has dates such as {day_first} and {month_first}. What comes first?"
                );
                Some(dates(column, asks, "the day".to_owned(), "the month".to_owned()))
            }
            Self::AmbiguousNumbers { column, example, thousands, decimal, mark } => {
                let (as_thousands, as_decimal) = match mark {
                    DecimalMark::Point => (DecimalMark::Comma, DecimalMark::Point),
                    DecimalMark::Comma => (DecimalMark::Point, DecimalMark::Comma),
                };
                Some(Question {
                    asks: format!("Column `{column}` has numbers such as {example}. Is that …"),
                    choices: [
                        (thousands.clone(), Answer::Decimal(as_thousands)),
                        (format!("{decimal} (with decimals)"), Answer::Decimal(as_decimal)),
                    ],
                })
            }
            Self::Empty
            | Self::NotUtf8 { .. }
            | Self::Malformed { .. }
            | Self::NotAnObject { .. }
            | Self::TooManyColumns { .. }
            | Self::NoIdColumn { .. }
            | Self::NoSuchColumn { .. }
            | Self::MappedTwice { .. } => None,
        }
    }
}

impl Mapping {
    /// Takes in what a person said.
    pub fn learn(&mut self, answer: Answer) {
        match answer {
            Answer::Dates(column, order) => _ = self.dates.insert(column, order),
            Answer::Decimal(mark) => self.decimal = Some(mark),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::intake::{Options, read};
    use super::*;

    #[test]
    fn an_answer_settles_what_was_asked() {
        for (file, first, second) in [
            ("id,renewal\nA,04/05/2024\n", "2024-05-04", "2024-04-05"),
            ("id,mrr\nA,1.234\n", "$1,234", "$1.23"),
        ] {
            let mut answered = Vec::new();
            for choice in 0..2 {
                let mut mapping = Mapping::default();
                let error =
                    read(file.as_bytes(), &Options::default(), &mapping).expect_err("it has two readings");
                let question = error.question().expect("a question");
                mapping.learn(question.choices[choice].1.clone());
                let reading = read(file.as_bytes(), &Options::default(), &mapping).expect("it is answered");
                answered.extend(reading.rows[0].facts.values().map(ToString::to_string));
            }
            assert_eq!(answered, [first, second]);
        }
    }
}
