//! What the cells and headings of other people's files mean, and what means nothing.

use super::accounts::all_told;

/// Imports `file` with the mapping `with`: the rows that were read, then the rejected lines with their reasons.
fn check(cases: &[(&str, &str, &[&str])]) {
    for (file, with, told) in cases {
        assert_eq!(all_told(file.as_bytes(), with), *told, "{file}\n{with}");
    }
}

#[test]
fn a_unit_in_a_heading_counts() {
    check(&[
        ("id,MRR (€)\nA,340\n", "", &["A mrr=€340"]),
        ("id,MRR (USD)\nA,340\n", "currency = \"EUR\"", &["A mrr=$340"]),
        ("id,LTV [£]\nA,340\n", "", &["A ltv=£340"]),
        ("id,MRR EUR\nA,340\n", "", &["A mrr=€340"]),
        ("id,mrr_chf\nA,340\n", "", &["A mrr=340 CHF"]),
        ("id,mrrGbp\nA,340\n", "", &["A mrr=£340"]),
        ("id,€ MRR\nA,340\n", "", &["A mrr=€340"]),
        ("id,EUR MRR\nA,340\n", "", &["A mrr=€340"]),
        ("id,MRR in EUR\nA,340\n", "", &["A mrr=€340"]),
        ("id,MRR - €\nA,340\n", "", &["A mrr=€340"]),
        ("id,MRR (A$)\nA,340\n", "", &["A mrr=340 AUD"]),
        ("id,MRR (¥)\nA,340\n", "", &["A mrr=¥340"]),
        ("id,LTV (Kč)\nA,340\n", "", &["A ltv=340 CZK"]),
        ("id,vitally.custom.forecasted_mrr_eur\nA,340\n", "", &["A forecasted_mrr=€340"]),
        // A cell's own currency wins, also over one that several share.
        ("id,MRR (€)\nA,$5\n", "", &["A mrr=$5"]),
        ("id,MRR ($)\nA,5\n", "currency = \"EUR\"", &["A mrr=$5"]),
        ("id,MRR ($),Currency\nA,5,CAD\n", "", &["A mrr=5 CAD"]),
        ("id,MRR (€),Currency\nA,5,eur\nB,$6,USD\n", "", &["A mrr=€5", "B mrr=$6"]),
        (
            "id,MRR (€),Currency\nA,5,USD\n",
            "",
            &["line 2: MRR (€): the heading says EUR, and the row's currency is USD: correct one of them"],
        ),
        ("id,MRR (Euro)\nA,340\n", "", &["A mrr=€340"]),
        ("id,MRR in US dollars\nA,340\n", "currency = \"EUR\"", &["A mrr=$340"]),
        ("id,MRR (€/month)\nA,340\n", "", &["A mrr=€340"]),
        ("id,Forecasted MRR [EUR pro Monat]\nA,340\n", "", &["A forecasted_mrr=€340"]),
        ("id,MRR (k€ a month)\nA,12\n", "", &["A mrr=€12,000"]),
        ("id,LTV (€/month)\nA,340\n", "", &["A extra.LTV (€/month)=340"]),
        // Thousands and cents.
        ("id,MRR in k€\nA,1.5\nB,2\n", "decimal = \"point\"", &["A mrr=€1,500", "B mrr=€2,000"]),
        ("id,Forecasted MRR (TEUR)\nA,12\n", "", &["A forecasted_mrr=€12,000"]),
        ("id,LTV ($M)\nA,1.25\n", "", &["A ltv=$1,250,000"]),
        ("id,MRR (cents)\nA,12000\n", "", &["A mrr=$120"]),
        ("id,mrr_cents\nA,12000\n", "", &["A mrr=$120"]),
        ("id,mrrInCents,currency\nA,12000,JPY\n", "", &["A mrr=¥12,000"]),
        ("id,LTV (pence),currency\nA,12000,GBP\n", "", &["A ltv=£120"]),
        (
            "id,mrr_cents\nA,120.55\n",
            "",
            &["line 2: mrr_cents: `120.55`: expected whole minor units, such as cents"],
        ),
        // Zones and percent.
        ("id,Created (UTC)\nA,2024-10-16 08:11\n", "", &["A created=2024-10-16"]),
        ("id,canceled_at_utc\nA,2024-10-16 08:11\n", "", &["A churned=2024-10-16"]),
        ("id,Next renewal [CET]\nA,2024-10-16\n", "", &["A next_renewal=2024-10-16"]),
        ("id,Health score (%)\nA,85\n", "", &["A health_score=85"]),
        ("id,Health score %\nA,85\n", "", &["A health_score=85"]),
        // What cannot be honoured is kept under its own name.
        ("id,MRR (%)\nA,85\n", "", &["A extra.MRR (%)=85"]),
        ("id,MRR (€ a year)\nA,85\n", "", &["A extra.MRR (€ a year)=85"]),
        ("id,Users (EUR)\nA,85\n", "", &["A extra.Users (EUR)=85"]),
        ("id,MRR (net)\nA,85\n", "", &["A extra.MRR (net)=85"]),
        // The columns a mapping names have units, too.
        ("id,Umsatz (€)\nA,85\n", "[columns]\n\"Umsatz (€)\" = \"mrr\"", &["A mrr=€85"]),
        ("id,Umsatz_cents\nA,8500\n", "[columns]\nUmsatz_cents = \"mrr\"", &["A mrr=$85"]),
    ]);
}

#[test]
fn a_line_that_is_no_account_is_rejected() {
    let nothing = |id: &str| format!("line 2: External ID: `{id}` says nothing");
    for id in [
        "#N/A",
        "#REF!",
        "#VALUE!",
        "#DIV/0!",
        "nan",
        "NaN",
        "-",
        "—",
        "undefined",
        "[object Object]",
        "null",
        "NULL",
        "None",
        "n/a",
        "?",
        "(blank)",
        "unbekannt",
        "#WERT!",
        "#¡REF!",
        "#NV",
        "--None--",
        "00000000-0000-0000-0000-000000000000",
    ] {
        assert_eq!(all_told(format!("External ID,Name\n{id},Acme\n").as_bytes(), ""), [nothing(id)], "{id}");
    }
    let sum = |id: &str| {
        format!(
            "line 3: External ID: `{id}` reads like a sum line: remove the line, or give the account another id"
        )
    };
    for id in [
        "Total",
        "TOTAL:",
        "Grand total",
        "Sum",
        "Summe",
        "Gesamt",
        "Subtotal",
        "Итого",
        "合計",
        "Total (2)",
        "Total (3 accounts)",
        "Summe: 2",
    ] {
        let file = format!("External ID,Name,Forecasted MRR\nA1,Acme,340\n{id},,690\n");
        assert_eq!(all_told(file.as_bytes(), ""), ["A1 name=Acme forecasted_mrr=$340", &*sum(id)], "{id}");
    }
    let rounded = |id: &str| {
        format!(
            "line 2: External ID: `{id}`: a spreadsheet has rounded this id: format the column as text, and export it again"
        )
    };
    for id in ["1.23457E+19", "1,23457E+19", "9E+15", "1.23e20", "1234567890123450000"] {
        let file = format!("External ID,Name\n\"{id}\",Acme\n");
        assert_eq!(all_told(file.as_bytes(), ""), [rounded(id)], "{id}");
    }
    let header = "is the header line again: remove the line";
    check(&[
        (
            "External ID,Name,Plan\nA1,Acme,boost\nExternal ID,Name,Plan\nA2,Beta,startup\n",
            "",
            &["A1 name=Acme plan=boost", "A2 name=Beta plan=startup", &format!("line 3: this {header}")],
        ),
        (
            "External ID,Name,Plan\nA1,Acme,boost\nName,external id,plan\n",
            "",
            &["A1 name=Acme plan=boost", &format!("line 3: this {header}")],
        ),
        // It says nothing about the values of a column.
        (
            "id,Churned,at\nA,FALSE,2\nid,Churned,at\nA,TRUE,10\n",
            "newest_by = \"at\"\n[columns]\nat = \"ignore\"",
            &["A extra.Churned=TRUE", &format!("line 3: this {header}")],
        ),
        // What only looks like it.
        ("External ID,Name\nTotal,Total SA\n", "", &["Total name=Total SA"]),
        (
            "External ID,Name\ntotal-energies,Total\n12E45,Twelve\n",
            "",
            &["total-energies name=Total", "12E45 name=Twelve"],
        ),
        ("id,Name\nA1,Name\nname,Acme\n", "", &["A1 name=Name", "name name=Acme"]),
        // An error of a spreadsheet says nothing anywhere.
        ("id,Name,Region,x\nA,#N/A,#REF!,#NAME?\n", "", &["A"]),
        // JSON: numbers that are not exact, and values that are no id.
        (
            r#"[{"id":9007199254740993},{"id":1.5e19},{"id":77},{"id":true},{"id":["a"]},{"id":"9007199254740993"},{"id":1.5}]"#,
            "",
            &[
                "77",
                "9007199254740993",
                "line 1: id: `9007199254740993`: a number this large is not exact in JSON: write the id in quotes",
                "line 1: id: `15000000000000000000`: a number this large is not exact in JSON: write the id in quotes",
                "line 1: id: `true`: an id is a text or a whole number",
                "line 1: id: `a`: an id is a text or a whole number",
                "line 1: id: `1.5`: an id is a text or a whole number",
            ],
        ),
    ]);
}

#[test]
fn an_id_in_another_system_is_an_id_too() {
    check(&[
        (
            "id,Stripe ID,HubSpot ID\nA,N/A,-\nB,1.2E+19,#REF!\nC,cus_1,77\n",
            "",
            &["A", "B extra.Stripe ID=1.2E+19", "C id.hubspot=77 id.stripe=cus_1"],
        ),
        (
            r#"[{"id":"A","hubspotId":9007199254740993},{"id":"B","hubspotId":77}]"#,
            "",
            &["A extra.hubspotId=9007199254740993", "B id.hubspot=77"],
        ),
    ]);
}

/// Whoever is read from one file is read from the next one.
#[test]
fn what_has_the_sign_of_an_address_is_somebody() {
    for (owner, expected) in [
        ("null@: first entered", "null@:"),
        ("null@:", "null@:"),
        ("no@one", "no@one"),
        ("-@none", "-@none"),
        ("unassigned@example.com", "unassigned@example.com"),
    ] {
        let file = format!("id,owner\nA,{owner}\n");
        assert_eq!(all_told(file.as_bytes(), ""), [format!("A specialist={expected}")], "{owner}");
    }
}

#[test]
fn a_placeholder_for_a_person_is_nobody() {
    for nobody in [
        "Unassigned",
        "No owner",
        "nobody",
        "NONE",
        "tbd",
        "N/A",
        "--",
        "<unassigned>",
        "(not assigned)",
        "No Account Owner",
        "Nicht zugewiesen",
        "kein Besitzer",
        "niemand",
        "non attribué",
        "Sin asignar",
        "não atribuído",
        "Non assegnato",
        "niet toegewezen",
        "Brak",
        "Не назначен",
        "未割り当て",
        "未分配",
        "To be assigned",
        "unknown user",
        "--None--",
        "— none —",
    ] {
        for column in ["Account Owner", "CSM", "Account Executive", "Contacts"] {
            let file = format!("id,{column}\nA,{nobody}\n");
            assert_eq!(all_told(file.as_bytes(), ""), ["A"], "{column}: {nobody}");
        }
        let json = format!(r#"[{{"id":"A","owner":"{nobody}","adminEmails":["{nobody}","a@x.example"]}}]"#);
        assert_eq!(all_told(json.as_bytes(), ""), ["A admin_emails=a@x.example"], "{nobody}");
    }
    check(&[("id,Owner,Plan\nA,Nona Body,None\n", "", &["A specialist=Nona Body"])]);
}

#[test]
fn values_come_in_the_form_they_are_used_in() {
    for (website, domain) in [
        ("https://www.acme.example/en", "acme.example"),
        ("www.acme.example", "acme.example"),
        ("HTTP://Acme.Example:8080/?q=1#x", "acme.example"),
        ("acme.example.", "acme.example"),
        ("//acme.example", "acme.example"),
        ("@acme.example", "acme.example"),
        ("https://user@acme.example/", "acme.example"),
        ("gamma.example; gamma-alt.example", "gamma.example, gamma-alt.example"),
        ("gamma.example www.gamma.example", "gamma.example"),
        ("http://müller.example", "müller.example"),
    ] {
        let file = format!("id,Website URL\nA,{website}\n");
        assert_eq!(all_told(file.as_bytes(), ""), [format!("A domain={domain}")], "{website}");
    }
    check(&[
        (
            "id,Website\nN,N/A\nA,coming soon\nB,localhost\nC,ops@acme.example\n",
            "",
            &[
                "N",
                "A extra.Website=coming soon",
                "B extra.Website=localhost",
                "C extra.Website=ops@acme.example",
            ],
        ),
        (
            "id,Domains\nA,\"acme.example, see notes\"\n",
            "",
            &["A domain=acme.example extra.Domains=acme.example, see notes"],
        ),
        (
            r#"[{"id":"A","domains":["https://a.example/","b.example"]}]"#,
            "",
            &["A domain=a.example, b.example"],
        ),
        (
            "id,Owner\nA,Dan Smith <dan@x.example>\nB,mailto:dan@x.example\nC,Dan Smith\n",
            "",
            &["A specialist=dan@x.example", "B specialist=dan@x.example", "C specialist=Dan Smith"],
        ),
        ("id,CSM\nA,\"\"\"Smith, Dan\"\" <dan@x.example>\"\n", "", &["A csm_contact=dan@x.example"]),
        (
            "id,Contacts\nA,\"Ann Lee <ann@x.example>; <bob@x.example>, mailto:cy@x.example\"\n",
            "",
            &["A contacts=ann@x.example, bob@x.example, cy@x.example"],
        ),
    ]);
}

#[test]
fn nested_json_loses_nothing() {
    check(&[
        (
            r#"{"data":[{"id":77,"name":"Acme","email":[{"label":"work","value":"ops@acme.example","primary":true}]}]}"#,
            "",
            &["77 name=Acme contacts=ops@acme.example"],
        ),
        (
            r#"[{"id":"A","emails":[{"type":"office","address":"a@x.example"},{"email":"b@x.example"}]}]"#,
            "",
            &["A contacts=a@x.example, b@x.example"],
        ),
        (
            r#"[{"id":"A","emails":[{"type":"work","email":"a@x.example"},{"type":"home","email":""},{"label":"x","value":""},null]}]"#,
            "",
            &["A contacts=a@x.example"],
        ),
        (
            r#"[{"id":"A","emails":[{"work":["a@x.example"]}],"tags":[{"id":7,"label":"vip"}]}]"#,
            "",
            &[r#"A extra.emails=[{"work":["a@x.example"]}] extra.tags=vip"#],
        ),
        (
            r#"[{"id":"A","contacts":[{"email":"a@x.example","name":"Ann","phone":"030 1"}]}]"#,
            "",
            &[
                r#"A contacts=a@x.example extra.contacts=[{"email":"a@x.example","name":"Ann","phone":"030 1"}]"#,
            ],
        ),
        (
            r#"[{"id":"A","keyRoles":[{"vitallyUser":{"id":"u1","email":"dan@x.example","name":"Dan"},"keyRole":{"id":"r1","label":"Onboarding Specialist"}},{"vitallyUser":{"email":"cy@x.example"},"keyRole":{"label":"CSM"}},{"vitallyUser":{"email":"ed@x.example"},"keyRole":{"label":"Exec Sponsor"}}]}]"#,
            "",
            &["A specialist=dan@x.example csm_contact=cy@x.example extra.keyRoles.Exec Sponsor=ed@x.example"],
        ),
        (
            r#"{"results":[{"id":"9001","properties":{"name":"Acme","domain":"acme.example","custom_thing":"7"}}]}"#,
            "",
            &["9001 name=Acme domain=acme.example extra.properties.custom_thing=7"],
        ),
        (
            r#"[{"id":"A","mrr":{"value":340,"currency":"EUR"},"ltv":{"currency_value":5,"currency_code":"GBP"},"owner":{"id":1,"name":"Dan"}}]"#,
            "",
            &["A mrr=€340 ltv=£5 specialist=Dan extra.owner.id=1"],
        ),
        (
            r#"[{"id":"A","properties":{"name":{"value":"Acme"},"domain":{"value":"acme.example"}}}]"#,
            "",
            &["A name=Acme domain=acme.example"],
        ),
        (
            r#"[{"id":"A","things":[{"a":1,"b":[2]}],"deep":{"a":{"b":{"c":{"d":{"e":{"f":1}}}}}},"mixed":["x",{"a":1}]}]"#,
            "",
            &[r#"A extra.deep.a.b.c.d.e={"f":1} extra.mixed=["x",{"a":1}] extra.things=[{"a":1,"b":[2]}]"#],
        ),
        (
            r#"[{"id":"A","name":"One","name":"Two"},{"id":"B"}]"#,
            "",
            &["B", "line 1: duplicate key `name`: write it once"],
        ),
    ]);
}

#[test]
fn minor_units_and_epoch_times_can_be_said() {
    check(&[
        (
            r#"[{"external_id":"A1","mrr":12000,"currency":"USD"}]"#,
            "[amounts]\nmrr = \"minor\"",
            &["A1 mrr=$120"],
        ),
        ("id,LTV,MRR\nA,12000,5\n", "[amounts]\nltv = \"minor\"", &["A mrr=$5 ltv=$120"]),
        ("id,MRR\nA,12\n", "[amounts]\nMRR = \"thousands\"", &["A mrr=$12,000"]),
        ("id,mrr_cents\nA,120\n", "[amounts]\nmrr_cents = \"whole\"", &["A mrr=$120"]),
        (r#"[{"id":"A","created":1728979200}]"#, "", &["A created=2024-10-15"]),
        (
            r#"[{"id":"A","created":"1728979200000","renewal":1734739200}]"#,
            "",
            &["A next_renewal=2024-12-21 created=2024-10-15"],
        ),
        ("id,renewal\nA,1734739200\n", "date_format = \"epoch\"", &["A next_renewal=2024-12-21"]),
        ("id,renewal\nA,1734739200000\n", "date_format = \"epoch-ms\"", &["A next_renewal=2024-12-21"]),
        (
            "id,renewal,created\nA,1734739200000,1734739200\n",
            "date_format = \"epoch-ms\"",
            &["A next_renewal=2024-12-21 extra.created=1734739200"],
        ),
        (
            "id,renewal,created\nA,1734739200,2024-05-01\n",
            "[dates]\nrenewal = \"epoch\"",
            &["A next_renewal=2024-12-21 created=2024-05-01"],
        ),
        (
            "id,renewal\nA,1734739200\n",
            "",
            &[
                "line 2: renewal: `1734739200`: a number of seconds is not a date: export dates such as 2024-12-31, or say --date-format epoch",
            ],
        ),
        // A date that only describes does not cost the row.
        (
            "id,created,renewal\nA,1728979200,2024-12-21\nB,soon,2024-12-22\n",
            "",
            &[
                "A next_renewal=2024-12-21 extra.created=1728979200",
                "B next_renewal=2024-12-22 extra.created=soon",
            ],
        ),
        ("id,renewal\nA,soon\n", "", &["line 2: renewal: `soon`: expected a date such as 2024-12-31"]),
    ]);
}
