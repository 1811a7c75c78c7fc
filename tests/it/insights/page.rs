//! The page that `--html` writes.

use crate::support::home::Home;

/// Three accounts came within a week, and one of them churned.
fn page() -> String {
    let home = Home::empty();
    let file = home.0.path().join("accounts.csv").display().to_string();
    for (day, rows) in [("02", "A-1,1\n"), ("04", "A-2,2\nA-3,3b\n"), ("06", "A-2,6d\n")] {
        std::fs::write(&file, format!("External ID,Stage\n{rows}")).expect("it can be written");
        home.says(&["import", &file, "--take-stages", "--now", &format!("2024-12-{day}T09:00:00Z")]);
    }
    let page = home.0.path().join("page.html").display().to_string();
    home.says(&["insights", "--html", &page, "--now", "2024-12-15T09:30:00Z"]);
    std::fs::read_to_string(&page).expect("it was written")
}

#[test]
fn the_chart_of_who_stood_where_has_a_scale_days_and_names() {
    let page = page();
    let chart = page.split("<div class=\"plot\">").nth(1).expect("a chart");
    let chart = chart.split("<table>").next().expect("what stands before the table");
    for words in [
        "<span style=\"bottom:0%\">0</span>",
        "<span style=\"bottom:100%\">3</span>",
        "<span>21 Oct</span>",
        "<span>15 Dec</span>",
        ">1. New Account: 1</li>",
        ">3a. Engaged — Email, 3b. Engaged — Call Booked: 1</li>",
    ] {
        assert!(chart.contains(words), "{words}: {chart}");
    }
    assert!(!chart.contains("Churned"), "where it is over, they only grow: {chart}");
    assert_eq!(chart.matches("<polygon").count(), chart.matches("<li ").count());
}

#[test]
fn a_phone_shows_the_page_at_its_own_size() {
    let page = page();
    assert!(page.contains("content=\"width=device-width, initial-scale=1\""));
    assert!(!page.contains("<script") && !page.contains("http"), "it needs nothing else: {page}");
}

/// Cohorts of different sizes compare by shares: all that came in that week were written to but one, and a third churned.
#[test]
fn a_cohort_says_what_share_came_how_far() {
    let page = page();
    let cohorts = page.split("<h2>Cohorts</h2>").nth(1).and_then(|rest| rest.split("</section>").next());
    let row = cohorts.and_then(|rest| rest.split("<td class=\"whole\">2–8 Dec").nth(1)).expect("the week");
    let row = row.split("</tr>").next().expect("a row");
    assert!(row.contains("<small>67 %</small>") && row.contains("<small>33 %</small>"), "{row}");
}
