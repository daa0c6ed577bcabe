//! Two sides that take turns.

use std::hint::black_box;
use std::time::Instant;

/// How often each side's turn comes; the figures are medians over the turns.
const TURNS: usize = 61;

/// Nanoseconds for one call, over all turns.
pub(crate) struct Timing {
    pub(crate) median: f64,
    pub(crate) least: f64,
}

/// Lets the sides take turns of `calls` calls each, after one turn to warm up.
pub(crate) fn take_turns<A, B>(
    calls: u32,
    mut ours: impl FnMut() -> A,
    mut theirs: impl FnMut() -> B,
) -> (Timing, Timing) {
    let mut our_turns = Vec::with_capacity(TURNS);
    let mut their_turns = Vec::with_capacity(TURNS);
    for turn in 0..=TURNS {
        let (our_turn, their_turn) = (time(calls, &mut ours), time(calls, &mut theirs));
        if turn > 0 {
            our_turns.push(our_turn);
            their_turns.push(their_turn);
        }
    }
    (summarise(our_turns), summarise(their_turns))
}

fn time<T>(calls: u32, side: &mut impl FnMut() -> T) -> f64 {
    let start = Instant::now();
    for _ in 0..calls {
        black_box(side());
    }
    start.elapsed().as_secs_f64() * 1e9 / f64::from(calls)
}

fn summarise(mut turns: Vec<f64>) -> Timing {
    turns.sort_by(f64::total_cmp);
    let median = turns.get(turns.len() / 2).copied().unwrap_or(f64::NAN);
    let least = turns.first().copied().unwrap_or(f64::NAN);
    Timing { median, least }
}
