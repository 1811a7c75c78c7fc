//! What is told late: it counts from when it was recorded, and is measured from when it happened.

use gangplank::config::playbooks;
use gangplank::insights::window::{CountedDays, WindowStep};
use gangplank::insights::{Insights, InsightsQuestion};
use gangplank::state::query::forecast::RiskWeights;
use gangplank::state::{AccountFacts, AccountId, AccountRef, Command, Signal, SignalData, SignalId};

use super::{day, nine, nothing_happened, shipped_pipeline};
use crate::support::person;

/// Six accounts were written to on 4 March, and one of them answered on the 8th, which was told on 2 April.
#[test]
fn how_long_somebody_is_in_a_stage_is_what_the_card_says() {
    let shipped = playbooks::overlaid("", "playbooks.toml", &shipped_pipeline()).expect("ours");
    let mut session = nothing_happened(shipped.into());
    let ana = person("ana@example.com");
    let ids: Vec<String> = (0..6).map(|number| format!("A-{number}")).collect();
    let rows: Vec<AccountFacts> = ids.iter().map(|id| AccountFacts::new(id).in_stage("1")).collect();
    let import = Command::Import { source: "import".into(), rows: rows.into(), take_stages: true };
    session.submit(&import, &ana, nine(day("2024-03-01"))).expect("they are known");
    let told = nine(day("2024-04-02"));
    let signals = ids.iter().map(|id| (id, "2024-03-04", SignalData::OutreachSent));
    let reply = (&ids[0], "2024-03-08", SignalData::ReplyReceived { auto: false });
    for (at, (id, date, data)) in signals.chain([reply]).enumerate() {
        let signal = Signal {
            id: SignalId::new(&format!("s{at}")),
            at: nine(day(date)).at,
            by: Some("ana@example.com".into()),
            source: "test".into(),
            template: None,
            data,
        };
        let record = Command::RecordSignal { account: AccountRef::Id(AccountId::new(id)), signal };
        session.submit(&record, &ana, told).expect("it is told");
    }
    let board = session.board();
    let now = nine(day("2024-04-10"));
    let insights = |from: &str, to: &str| {
        let window = CountedDays::new(day(from), day(to), WindowStep::Week).expect("a window");
        let question = InsightsQuestion { board, now, window, month: None, weights: RiskWeights::default() };
        Insights::of(&question, board.accounts().map(|account| &**account))
    };
    let counted = insights("2024-04-01", "2024-04-10");
    let open: Vec<_> = counted.stays.iter().flat_map(|stays| &stays.open).collect();
    assert_eq!(open.len(), 6);
    for stay in open {
        let card = board.get(&stay.account).and_then(|account| account.placement.as_ref()).expect("a card");
        assert_eq!(stay.since, card.since, "{}", stay.account);
        let date = if stay.account.as_str() == "A-0" { "2024-03-08" } else { "2024-03-04" };
        assert_eq!(stay.since, nine(day(date)).at, "{}", stay.account);
    }
    // Six of three days in 1, though they were recorded a month after they came, and one of four in 2.
    let stays = |id: &str| counted.stays.iter().find(|stays| stays.stage.as_str() == id).expect("a stage");
    assert_eq!((stays("1").completed.len(), stays("1").p50, stays("1").p85), (6, Some(4320), Some(4320)));
    assert_eq!((stays("2").completed.len(), stays("2").p50), (1, None));
    // What was counted of March before that is still so.
    let march = insights("2024-03-01", "2024-03-31");
    let left: usize = march.stays.iter().map(|stays| stays.completed.len()).sum();
    assert_eq!(left, 0, "nobody had left yet, as far as was known");
}
