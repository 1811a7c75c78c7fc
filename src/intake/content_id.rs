//! Ids of what has none, made of what every copy of it has.

/// A number made of `parts`, however their lines are folded.
pub(super) fn content_number(parts: &[&[u8]]) -> u64 {
    // FNV-1a, which stays the same for ever.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut add = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    for part in parts {
        part.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).for_each(&mut add);
        add(b'\n');
    }
    hash
}

/// An id made of `parts`, however their lines are folded.
#[cfg(feature = "mail")]
pub(super) fn content_id(parts: &[&[u8]]) -> String {
    format!("without-id-{:016x}", content_number(parts))
}

/// `id` without what no id has; a number made of it takes its place where it is longer than `longest` bytes.
#[cfg(feature = "mail")]
pub(super) fn tidy_id(id: &str, longest: usize) -> String {
    let tidy: String = id.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    if tidy.len() > longest { content_id(&[tidy.as_bytes()]) } else { tidy }
}
