//! Work on every account of a board, on all cores, of which nothing stays in memory but what is made of them.

use crate::parallel;
use crate::state::{Account, Board};

/// What `make` makes of each account, in no particular order.
pub(super) fn of_everybody<T: Send>(
    board: &Board,
    make: impl Fn(&Account) -> Option<T> + Send + Sync,
) -> Vec<T> {
    let awake: Vec<_> = board.awake().collect();
    let chunks: Vec<usize> = (0..board.asleep_chunks()).collect();
    let of_awake = parallel::map(&awake, |account| make(account));
    let of_asleep = parallel::map_heavy(&chunks, |at| {
        board.asleep_in(*at).iter().filter_map(|(_, it)| make(&it.account)).collect::<Vec<T>>()
    });
    of_awake.into_iter().flatten().chain(of_asleep.into_iter().flatten()).collect()
}
