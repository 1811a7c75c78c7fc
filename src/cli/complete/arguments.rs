//! What the arguments of each command name.

/// What an argument names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Names {
    Accounts,
    /// Accounts, and last the value that is set.
    AccountsThen(Value),
    Only(Value),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Stage,
    /// A stage, a bucket, or what accounts outside of stages are found by.
    StageFilter,
    Owner,
    Segment,
    Playbook,
    OpenAlert,
    ClosedAlert,
    OpenTask,
    DoneTask,
    Signal,
    Risk,
    Point,
    RefundKind,
    When,
    Query,
    View,
    Template,
    Source,
}

/// What each argument names, by its command and its id.
pub(super) const ARGUMENTS: &[(&[&str], &str, Names)] = &[
    (&["show"], "account", Names::Accounts),
    (&["brief"], "account", Names::Accounts),
    (&["write"], "account", Names::Accounts),
    (&["record"], "template", Names::Only(Value::Template)),
    (&["write"], "template", Names::Only(Value::Template)),
    (&["log"], "account", Names::Accounts),
    (&["merge"], "old", Names::Accounts),
    (&["merge"], "new", Names::Accounts),
    (&["dismiss"], "account", Names::Accounts),
    (&["explain"], "account", Names::Accounts),
    (&["explain"], "playbook", Names::Only(Value::Playbook)),
    (&["move"], "words", Names::AccountsThen(Value::Stage)),
    (&["owner"], "words", Names::AccountsThen(Value::Owner)),
    (&["segment"], "words", Names::AccountsThen(Value::Segment)),
    (&["risk"], "words", Names::AccountsThen(Value::Risk)),
    (&["record"], "words", Names::AccountsThen(Value::Signal)),
    (&["record"], "by", Names::Only(Value::Owner)),
    (&["check"], "words", Names::AccountsThen(Value::Point)),
    (&["note"], "words", Names::Accounts),
    (&["refund"], "words", Names::Accounts),
    (&["refund"], "kind", Names::Only(Value::RefundKind)),
    (&["task"], "words", Names::Accounts),
    (&["task"], "due", Names::Only(Value::When)),
    (&["task", "done"], "account", Names::Accounts),
    (&["task", "done"], "task", Names::Only(Value::OpenTask)),
    (&["task", "reopen"], "account", Names::Accounts),
    (&["task", "reopen"], "task", Names::Only(Value::DoneTask)),
    (&["snooze"], "accounts", Names::Accounts),
    (&["snooze"], "until", Names::Only(Value::When)),
    (&["sync"], "sources", Names::Only(Value::Source)),
    (&["list"], "stage", Names::Only(Value::StageFilter)),
    (&["list"], "view", Names::Only(Value::View)),
    (&["owner"], "until", Names::Only(Value::When)),
    (&["list"], "segment", Names::Only(Value::Segment)),
    (&["forecast"], "stage", Names::Only(Value::StageFilter)),
    (&["today"], "owner", Names::Only(Value::Owner)),
    (&["insights"], "owner", Names::Only(Value::Owner)),
    (&["playbooks", "on"], "id", Names::Only(Value::Playbook)),
    (&["playbooks", "off"], "id", Names::Only(Value::Playbook)),
    (&["alerts", "ack"], "keys", Names::Only(Value::OpenAlert)),
    (&["alerts", "snooze"], "keys", Names::Only(Value::OpenAlert)),
    (&["alerts", "snooze"], "until", Names::Only(Value::When)),
    (&["alerts", "assign"], "keys", Names::Only(Value::OpenAlert)),
    (&["alerts", "assign"], "to", Names::Only(Value::Owner)),
    (&["alerts", "close"], "keys", Names::Only(Value::OpenAlert)),
    (&["alerts", "reopen"], "keys", Names::Only(Value::ClosedAlert)),
    (&["unmatched", "assign"], "account", Names::Accounts),
];

/// What the arguments name that stand in many commands: `--where` and `--as`.
pub(super) const EVERYWHERE: [(&str, Value); 2] = [("query", Value::Query), ("me", Value::Owner)];
