//! Counts and enumerations.

/// `1 account`, `2 accounts`.
pub fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
