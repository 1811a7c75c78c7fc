//! Exports of the systems people come from: made-up rows under each system's own headings, read without a mapping.

use super::accounts::all_told;

#[test]
fn exports_are_read_without_a_mapping() {
    for (system, file, told) in [
        (
            "Stripe, customers",
            &include_bytes!("../data/systems/stripe-customers.csv")[..],
            &[
                "cus_Mado1 name=Acme Ltd plan=pay-as-you-go ltv=€1,240.50 paid_invoices=9 delinquent=no contacts=pay@acme.example created=2024-03-02 id.stripe=cus_Mado1",
            ][..],
        ),
        (
            "Stripe, subscriptions",
            include_bytes!("../data/systems/stripe-subscriptions.csv"),
            &[
                "cus_Mado1 name=Acme Ltd plan=price_1 next_renewal=2024-12-22 billing_interval=monthly contacts=pay@acme.example created=2024-10-16 id.stripe=cus_Mado1",
                "cus_Mado2 name=Beta GmbH plan=price_2 next_renewal=2024-12-01 billing_interval=monthly contacts=pay@beta.example created=2024-08-01 churned=2024-11-20 id.stripe=cus_Mado2",
            ],
        ),
        (
            "HubSpot",
            include_bytes!("../data/systems/hubspot.csv"),
            &[
                "9001 name=Acme Ltd domain=acme.example region=Germany specialist=Sam Sales contacts=ann@acme.example created=2024-10-16",
                "9002 name=Beta GmbH domain=beta.example created=2024-10-17",
            ],
        ),
        (
            "HubSpot, API",
            include_bytes!("../data/systems/hubspot.json"),
            &["9001 name=Acme Ltd domain=acme.example region=Germany created=2024-10-16"],
        ),
        (
            "Pipedrive",
            include_bytes!("../data/systems/pipedrive.csv"),
            &["17 name=Acme Ltd domain=acme.example region=Germany specialist=Dana Lind created=2024-10-16"],
        ),
        (
            "Salesforce, report",
            include_bytes!("../data/systems/salesforce.csv"),
            &[
                "0015g00000AbCdE name=Acme Ltd domain=acme.example region=Germany specialist=Dana Lind sales_contact=Eve Park created=2024-10-16",
                "0015g00000FgHiJ name=Beta GmbH domain=beta.example region=France specialist=Dana Lind sales_contact=Max Roe created=2024-10-17",
            ],
        ),
        (
            "Salesforce, Data Loader",
            include_bytes!("../data/systems/salesforce-data-loader.csv"),
            &[
                "0015g00000AbCdEAAV name=Acme Ltd domain=acme.example region=Germany mrr=€340 next_renewal=2024-12-22 created=2024-10-16",
            ],
        ),
        (
            "Vitally",
            include_bytes!("../data/systems/vitally.csv"),
            &[
                "A-1 name=Acme Ltd mrr=$1,340 next_renewal=2024-12-22 users_count=12 health_score=8.1 specialist=Dana Lind created=2024-10-16 [Onboarding Lead] [Pro]",
                "A-2 name=Beta GmbH mrr=$2,000 next_renewal=2024-12-23 users_count=3 health_score=7 specialist=Dana Lind sales_contact=Eve Park csm_contact=Cy Moss created=2024-10-17",
            ],
        ),
        (
            "Vitally, REST",
            include_bytes!("../data/systems/vitally.json"),
            &[
                "A-1 name=Acme Ltd plan=pay-as-you-go mrr=$340 forecasted_mrr=$340 next_renewal=2024-12-22 users_count=12 health_score=8.1 specialist=dana@example.com created=2024-10-16 [Onboarding Lead]",
                "A-2 name=Beta GmbH mrr=$340 forecasted_mrr=$340 users_count=3 csm_contact=u-77 created=2024-10-17",
                "A-3 name=Gamma SA mrr=$340 forecasted_mrr=$340 users_count=3 sales_contact=u-78 created=2024-10-17",
            ],
        ),
        (
            "Attio",
            include_bytes!("../data/systems/attio.csv"),
            &[
                "bf071e1f-6035-429d-b874-d83ea64ea13b name=Acme Ltd domain=acme.example, acme-labs.example region=Germany specialist=Dana Lind created=2024-10-16",
            ],
        ),
        (
            "Attio, API",
            include_bytes!("../data/systems/attio.json"),
            &["bf071e1f name=Acme Ltd domain=acme.example created=2024-10-16"],
        ),
        (
            "ChartMogul",
            include_bytes!("../data/systems/chartmogul.csv"),
            &[
                "A-1 name=Acme Ltd region=DE plan=pay-as-you-go mrr=€340 specialist=Dana Lind contacts=ops@acme.example created=2024-10-16",
            ],
        ),
        (
            "Chargebee",
            include_bytes!("../data/systems/chargebee.csv"),
            &[
                "cb-1 name=Acme Ltd plan=pay-as-you-go mrr=$340 next_renewal=2024-12-22 contacts=ops@acme.example created=2024-10-16",
                "cb-2 name=Beta GmbH plan=pay-as-you-go mrr=$0 contacts=pay@beta.example created=2024-08-01 churned=2024-11-20",
            ],
        ),
        (
            "Chargebee, API",
            include_bytes!("../data/systems/chargebee.json"),
            &["cb-1 name=Acme Ltd contacts=ops@acme.example created=2024-10-16"],
        ),
        (
            "Close",
            include_bytes!("../data/systems/close.csv"),
            &[
                "lead_Q1 name=Acme Ltd domain=acme.example mrr=$340 specialist=Dana Lind contacts=ann@acme.example created=2024-10-16",
            ],
        ),
        (
            "Intercom",
            include_bytes!("../data/systems/intercom.csv"),
            &[
                "A-1 name=Acme Ltd domain=acme.example plan=pay-as-you-go mrr=$340 users_count=12 created=2024-10-16",
            ],
        ),
        (
            "Intercom, API",
            include_bytes!("../data/systems/intercom.json"),
            &[
                "A-1 name=Acme Ltd domain=acme.example plan=pay-as-you-go mrr=$340 next_renewal=2024-12-22 users_count=12 created=2024-10-16",
            ],
        ),
    ] {
        let found: Vec<String> = all_told(file, "").iter().map(|row| without_extras(row)).collect();
        assert_eq!(found, told, "{system}");
    }
}

/// A told row without its extra facts, which keep what gangplank has no fact for.
fn without_extras(row: &str) -> String {
    let Some(start) = row.find(" extra.") else { return row.to_owned() };
    // Extra facts come last, but for segments and the stage.
    let after = row[start..].find(" [").filter(|at| !row[start..start + at].contains('{'));
    format!("{}{}", &row[..start], after.map_or("", |at| &row[start + at..]))
}

/// Somebody in sales or customer success has the account, so onboarding does not take it.
#[test]
fn a_contact_in_sales_or_success_is_recognised_under_every_name() {
    for (column, fact) in [
        ("csmId", "csm_contact"),
        ("CSM", "csm_contact"),
        ("csm_email", "csm_contact"),
        ("Customer Success Manager", "csm_contact"),
        ("Success Owner", "csm_contact"),
        ("vitally.custom.csmName", "csm_contact"),
        ("accountExecutiveId", "sales_contact"),
        ("Account Executive", "sales_contact"),
        ("AE Email", "sales_contact"),
        ("Account Manager", "sales_contact"),
        ("account_manager_id", "sales_contact"),
        ("Sales Owner", "sales_contact"),
        ("salesOwnerId", "sales_contact"),
        ("Sales Rep", "sales_contact"),
    ] {
        let file = format!("External ID,{column}\nA-1,u-77\nA-2,Unassigned\n");
        assert_eq!(all_told(file.as_bytes(), ""), [format!("A-1 {fact}=u-77"), "A-2".to_owned()], "{column}");
    }
}
