//! What columns are called, as data: every meaning, and the names that stand for it.

use std::fmt;

use crate::state::FactKey;

/// What a column becomes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Meaning {
    /// The external id that says which account a row is about.
    ExternalId,
    /// The stage an account stands in elsewhere.
    Stage,
    /// Segments it belongs to.
    Segments,
    /// The currency of the row's amounts.
    Currency,
    /// A fact.
    Fact(FactKey),
    /// An extra fact under the column's own name.
    Extra,
    /// Nothing: the column is left out.
    Ignore,
}

/// The meanings that are not facts, by the words mapping files use.
const WORDS: [(&str, Meaning); 6] = [
    ("external_id", Meaning::ExternalId),
    ("stage", Meaning::Stage),
    ("segments", Meaning::Segments),
    ("currency", Meaning::Currency),
    ("extra", Meaning::Extra),
    ("ignore", Meaning::Ignore),
];

/// Per meaning the names that stand for it, folded, the best first: where two columns claim one meaning, the name
/// further left wins.
///
/// A bare `status` is not a stage here: in most exports it says `active` or `paid`, and would put every account
/// on the board under a label nobody knows.
const NAMES: &[(&str, &str)] = &[
    // What a file of rejected rows adds, so that it can be corrected and imported again; and what our exports say
    // that only the board decides.
    (
        "ignore",
        "rejectedline rejectedreason onboardingpipelinesince onboardingpaymentrisk onboardingpaymentriskreason",
    ),
    (
        "external_id",
        "externalid accountexternalid accountid organizationid organisationid orgid companyid customerid \
         customerexternalid clientid workspaceid tenantid teamid groupid groupkey accountkey accountuuid \
         uuid id",
    ),
    (
        "stage",
        "onboardingpipeline onboardingpipelinestage onboardingstage pipelinestage stage pipeline \
         onboardingstatus pipelinestatus stagelabel currentstage",
    ),
    ("segments", "segments segment accountsegments segmentnames segmentname vitallysegments"),
    ("currency", "currency currencycode billingcurrency accountcurrency mrrcurrency"),
    (
        "name",
        "name accountname companyname organizationname organisationname orgname customername clientname \
         account company organization organisation customer client displayname",
    ),
    ("domain", "domain emaildomain companydomain primarydomain website websiteurl domains"),
    ("region", "region accountregion cloudregion georegion geo territory country countrycode"),
    (
        "plan",
        "plan planname plantype plantier currentplan subscriptionplan billingplan pricingplan tier \
         subscription",
    ),
    ("mrr", "mrr currentmrr mrramount monthlyrecurringrevenue totalmrr mrrusd accountmrr monthlyrevenue"),
    (
        "forecasted_mrr",
        "forecastedmrr forecastmrr mrrforecast mrrforecasted projectedmrr expectedmrr predictedmrr \
         estimatedmrr forecastedmrrusd forecastedmonthlyrecurringrevenue forecast",
    ),
    (
        "next_renewal",
        "nextrenewal nextrenewaldate renewaldate renewal renewson renewsat nextrenewalat nextrenewson \
         upcomingrenewal nextbillingdate nextbillingat currentperiodend periodend billingperiodend \
         nextinvoicedate nextbilldate contractrenewaldate",
    ),
    (
        "billing_interval",
        "billinginterval billingfrequency billingperiod billingcycle interval billedevery planinterval \
         subscriptioninterval paymentfrequency billingterm",
    ),
    ("ltv", "ltv lifetimevalue customerlifetimevalue lifetimerevenue totalrevenue totalspend totalpaid"),
    (
        "paid_invoices",
        "paidinvoices paidinvoicecount paidinvoicescount invoicespaid numberofpaidinvoices \
         paidinvoicesnumber",
    ),
    (
        "last_invoice",
        "lastinvoice lastinvoiceamount lastinvoicetotal latestinvoice latestinvoiceamount lastbill \
         lastbillamount lastpaidinvoiceamount",
    ),
    (
        "upcoming_invoice",
        "upcominginvoice upcominginvoiceamount upcominginvoicetotal nextinvoice nextinvoiceamount \
         nextbill nextbillamount upcomingbill",
    ),
    (
        "credits",
        "credits creditbalance creditsbalance remainingcredits creditsremaining creditsleft \
         startupcredits creditamount credit",
    ),
    (
        "credits_expiry",
        "creditsexpiry creditsexpire creditsexpireon creditsexpireat creditsexpirydate creditexpiry \
         creditexpirydate creditexpirationdate creditsexpirationdate creditexpiration creditsexpiration \
         creditexpiresat creditsexpiresat",
    ),
    ("delinquent", "delinquent isdelinquent pastdue ispastdue paymentoverdue overdue indunning"),
    (
        "users_count",
        "userscount usercount users numberofusers noofusers numusers totalusers activeusers seats \
         seatcount members membercount",
    ),
    ("health_score", "healthscore overallhealth overallhealthscore accounthealth health"),
    (
        "specialist",
        "specialist onboardingspecialist onboardingowner onboardingmanager assignedspecialist owner \
         accountowner ownername owneremail assignee assignedto",
    ),
    (
        "sales_contact",
        "salescontact accountexecutive ae salesowner salesrep salesrepresentative accountmanager",
    ),
    ("csm_contact", "csmcontact csm customersuccessmanager successmanager csmowner customersuccess"),
    (
        "contacts",
        "contacts contactemails contactemail contact emails email emailaddress emailaddresses \
         primarycontact primarycontactemail billingemail billingemails",
    ),
    ("admin_emails", "adminemails adminemail admins admin organizationadmins orgadmins"),
    (
        "created",
        "created createdat createddate createdon datecreated accountcreated accountcreatedat signupdate \
         signedupat signupat signedup customersince datejoined joinedat",
    ),
    (
        "churned",
        "churned churnedat churndate churneddate churnedon datechurned canceledat cancelledat canceledon \
         cancelledon cancellationdate subscriptioncanceledat",
    ),
];

/// Systems whose ids are kept as other ids, when a column is called `<system> id` or one of [`ID_ENDINGS`].
const SYSTEMS: &str = "stripe hubspot salesforce posthog vitally intercom zendesk pipedrive zoho chargebee recurly paddle \
    freshdesk planhat gainsight attio mixpanel amplitude quickbooks xero netsuite slack calendly \
    chartmogul";

const ID_ENDINGS: &str = "id customerid customer accountid companyid organizationid organisationid orgid";

/// How our own exports end the names of first-entered stamps, which only the board sets.
pub(super) const FIRST_ENTERED: &str = ": first entered";

/// What exports put before their own names. Only with the dot: `Customer ID` is no `custom.` column.
const PREFIXES: &str =
    "vitally. custom. traits. trait. properties. attributes. fields. account. company. organization.";

impl Meaning {
    /// The meaning a word in a mapping file stands for.
    pub fn parse(word: &str) -> Option<Self> {
        match WORDS.iter().find(|(known, _)| *known == word) {
            Some((_, meaning)) => Some(meaning.clone()),
            None => FactKey::parse(word).map(Self::from),
        }
    }

    /// Every word a mapping file may use, save the open-ended `id.…` and `extra.…`.
    pub fn words() -> impl Iterator<Item = String> {
        let words = WORDS.iter().map(|(word, _)| (*word).to_owned());
        words.chain(FactKey::known().filter(|key| *key != FactKey::StageLabel).map(|key| key.to_string()))
    }
}

impl From<FactKey> for Meaning {
    /// The stage's label is no fact of its own: it says where the account stands.
    fn from(key: FactKey) -> Self {
        if key == FactKey::StageLabel { Self::Stage } else { Self::Fact(key) }
    }
}

impl fmt::Display for Meaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fact(key) => write!(f, "{key}"),
            Self::ExternalId | Self::Stage | Self::Segments | Self::Currency | Self::Extra | Self::Ignore => {
                let word = WORDS.iter().find(|(_, meaning)| meaning == self);
                f.write_str(word.map_or("", |(word, _)| word))
            }
        }
    }
}

/// A name as names are compared: letters and digits only, in lower case.
pub(super) fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A recognised column: what it means, and how good its name is (smaller is better).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Recognised {
    pub(super) meaning: Meaning,
    pub(super) rank: (usize, usize),
}

/// What a column of this name means; nothing when nobody knows it.
pub(super) fn recognise(header: &str) -> Option<Recognised> {
    let header = header.trim();
    let exact = |meaning| Some(Recognised { meaning, rank: (0, 0) });
    if header.starts_with("extra.")
        && let Some(key) = FactKey::parse(header)
    {
        return exact(key.into());
    }
    let lower = header.to_lowercase();
    if lower.ends_with(FIRST_ENTERED) {
        return exact(Meaning::Ignore);
    }
    let mut name = lower.as_str();
    let mut prefixes = 0;
    loop {
        if let Some(meaning) = known(name).or_else(|| other_id(name)) {
            let (meaning, place) = meaning;
            return Some(Recognised { meaning, rank: (place, prefixes) });
        }
        let Some(rest) = PREFIXES.split(' ').find_map(|prefix| name.strip_prefix(prefix)) else { break };
        name = rest;
        prefixes += 1;
    }
    // Systems that are not in our list, as our own exports write them: `id.billing`.
    FactKey::parse(header).and_then(|key| exact(key.into()))
}

fn known(name: &str) -> Option<(Meaning, usize)> {
    let folded = folded(name);
    NAMES.iter().find_map(|(word, names)| {
        let place = names.split(' ').position(|known| known == folded)?;
        Meaning::parse(word).map(|meaning| (meaning, place))
    })
}

fn other_id(name: &str) -> Option<(Meaning, usize)> {
    let folded = folded(name);
    SYSTEMS.split(' ').find_map(|system| {
        let place = match folded.strip_prefix(system) {
            Some(ending) => ID_ENDINGS.split(' ').position(|known| known == ending)?,
            None if folded.strip_prefix("id") == Some(system) => 0,
            None => return None,
        };
        Some((Meaning::Fact(FactKey::OtherId(system.into())), place))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_fact_has_a_name_and_every_name_one_meaning() {
        let mut seen = BTreeSet::new();
        for (word, names) in NAMES {
            assert!(Meaning::parse(word).is_some(), "{word}");
            for name in names.split(' ') {
                assert_eq!(folded(name), name, "names in the table are folded");
                assert!(seen.insert(name), "{name} stands for two things");
            }
        }
        for word in Meaning::words().filter(|word| word != "extra" && word != "ignore") {
            let meaning = recognise(&word).map(|known| known.meaning);
            assert_eq!(meaning, Meaning::parse(&word), "{word}");
        }
    }

    #[test]
    fn columns_are_recognised_forgivingly() {
        for (header, word) in [
            ("External ID", "external_id"),
            ("externalId", "external_id"),
            (" ACCOUNT_ID ", "external_id"),
            ("Customer ID", "external_id"),
            ("vitally.custom.onboardingPipeline", "stage"),
            ("vitally.custom.Onboarding Specialist", "specialist"),
            ("traits.forecasted_mrr", "forecasted_mrr"),
            ("Account Owner", "specialist"),
            ("CSM", "csm_contact"),
            ("account.name", "name"),
            ("Next Renewal Date", "next_renewal"),
            ("Stripe Customer ID", "id.stripe"),
            ("vitally.custom.stripeCustomerId", "id.stripe"),
            ("HubSpot ID", "id.hubspot"),
            ("id.salesforce", "id.salesforce"),
            ("Users Count", "users_count"),
        ] {
            assert_eq!(recognise(header).map(|known| known.meaning), Meaning::parse(word), "{header}");
        }
        for unknown in ["Industry", "status", "reason_code", "Stripe", "", "vitally.custom.", "end_date"] {
            assert_eq!(recognise(unknown), None, "{unknown}");
        }
    }
}
