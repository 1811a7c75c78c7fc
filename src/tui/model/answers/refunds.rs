//! What a typed refund means: `120 EUR charged twice in May`, `adjustment 50 events that nobody uses`.

use super::{Part, sentence_case};
use crate::intake::facts;
use crate::state::{AccountId, Command, Currency, Money, RefundKind};
use crate::tui::model::app::App;

/// What one may write.
pub(super) const HINT: &str = "an amount and a reason: 120 EUR charged twice in May; or adjustment 50 …";

/// What `answer` means for `accounts`, in words.
pub(super) fn understood(app: &App, accounts: &[AccountId], answer: &str) -> Result<String, String> {
    let (kind, rest) = kind(answer);
    if rest.is_empty() {
        return Err(HINT.to_owned());
    }
    let mut currencies: Vec<Currency> = Vec::new();
    for account in accounts {
        let currency = currency(app, account);
        if !currencies.contains(&currency) {
            currencies.push(currency);
        }
    }
    let mut amounts: Vec<String> = Vec::new();
    let mut why = "";
    for currency in currencies {
        let (amount, reason) = amount(rest, currency)?;
        why = reason;
        // One that names its currency is the same for all.
        if !amounts.contains(&amount.to_string()) {
            amounts.push(amount.to_string());
        }
    }
    if why.is_empty() {
        return Err(format!("{} of {}: and a reason", kind, amounts.join(" or ")));
    }
    Ok(format!("{kind} of {}: {why}", amounts.join(" or ")))
}

/// The command that `answer` means for each of `accounts`.
pub(super) fn answered(app: &App, accounts: &[AccountId], answer: &str) -> Result<Vec<Part>, String> {
    let (kind, rest) = kind(answer);
    if rest.is_empty() {
        return Err(sentence_case(HINT));
    }
    let command = |account: &AccountId| {
        let (amount, reason) = amount(rest, currency(app, account))?;
        if reason.is_empty() {
            return Err(format!("The {kind} needs a reason"));
        }
        Ok(Ok(vec![Command::RecordRefund { account: account.clone(), kind, amount, reason: reason.into() }]))
    };
    accounts.iter().map(command).collect()
}

/// An adjustment says so at the beginning.
fn kind(answer: &str) -> (RefundKind, &str) {
    let answer = answer.trim();
    let (first, rest) = answer.split_once(char::is_whitespace).unwrap_or((answer, ""));
    let word = first.trim_end_matches(':');
    if word.len() > 2 && "adjustment".starts_with(&word.to_lowercase()) {
        (RefundKind::Adjustment, rest.trim())
    } else if word.eq_ignore_ascii_case("refund") {
        (RefundKind::Refund, rest.trim())
    } else {
        (RefundKind::Refund, answer)
    }
}

fn currency(app: &App, account: &AccountId) -> Currency {
    let known = app.board.get(account).and_then(|account| account.currencies().next());
    known.unwrap_or(app.setup.currency)
}

/// The amount that `text` begins with, in `default` where it names no currency, and what follows.
fn amount(text: &str, default: Currency) -> Result<(Money, &str), String> {
    let end = |from: usize| text[from..].find(char::is_whitespace).map_or(text.len(), |at| from + at);
    let first = end(0);
    let second = first + text[first..].len() - text[first..].trim_start().len();
    let second_end = end(second);
    // Three small letters are more often a word than a currency.
    let names_currency = |word: &str| {
        let is_code = word.len() == 3 && word.chars().all(|c| c.is_ascii_uppercase());
        is_code || Currency::from_sign(word).is_some() || word.eq_ignore_ascii_case(default.code())
    };
    let split = |at: usize| (&text[..at], text[at..].trim_start().trim_start_matches([':', ',']).trim());
    if [&text[..first], &text[second..second_end]].into_iter().any(names_currency) {
        let (written, rest) = split(second_end);
        if let Ok(amount) = facts::amount("Amount", &bare(written).to_uppercase(), default) {
            return Ok((amount, rest));
        }
    }
    let (written, rest) = split(first);
    Ok((facts::amount("Amount", bare(written), default)?, rest))
}

/// `written` without what separates it from the reason.
fn bare(written: &str) -> &str {
    written.trim_end_matches([':', ','])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_goes_first_and_the_rest_is_why() {
        let read = |text: &str| match amount(text, "EUR".parse().expect("a currency")) {
            Ok((amount, rest)) => format!("{amount} | {rest}"),
            Err(what) => what,
        };
        for (text, means) in [
            ("120 EUR charged twice in May", "€120 | charged twice in May"),
            ("120 eur charged twice", "€120 | charged twice"),
            ("120 charged twice", "€120 | charged twice"),
            ("120 all of May", "€120 | all of May"),
            ("120 ALL of May", "120 ALL | of May"),
            ("120: SDK was too old", "€120 | SDK was too old"),
            ("120 SDK was too old", "€120 | SDK was too old"),
            ("$80.50 as agreed", "$80.50 | as agreed"),
            ("USD 80.50, as agreed", "$80.50 | as agreed"),
            ("120 $ as agreed", "$120 | as agreed"),
            ("120", "€120 | "),
            ("much", "Amount: `much`: expected an amount such as 1234.50 or $1,234.50"),
        ] {
            assert_eq!(read(text), means, "{text}");
        }
        assert_eq!(kind("adj 50 x"), (RefundKind::Adjustment, "50 x"));
        assert_eq!(kind("Adjustment: 50 x"), (RefundKind::Adjustment, "50 x"));
        assert_eq!(kind("50 x"), (RefundKind::Refund, "50 x"));
        assert_eq!(kind("refund 50 x"), (RefundKind::Refund, "50 x"));
    }
}
