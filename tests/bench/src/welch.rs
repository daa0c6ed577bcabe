//! Whether two classes of measurements have one mean: Welch's t test, as dudect uses it (Reparaz, Balasch,
//! Verbauwhede: "dude, is my code constant time?").

/// Beyond this the classes differ: by chance once in 150,000 times.
pub(crate) const THRESHOLD: f64 = 4.5;

/// The parts of all measurements, the shortest first, that are looked at each by themselves: interrupts
/// make some measurements so long that they would hide everything.
const PARTS: [f64; 5] = [0.5, 0.75, 0.9, 0.99, 1.0];

/// Nanoseconds, of two classes.
#[derive(Default)]
pub(crate) struct Measurements {
    pub(crate) classes: [Vec<f64>; 2],
}

impl Measurements {
    /// The t of the part where it is the farthest from 0.
    pub(crate) fn t(&self) -> f64 {
        let mut all: Vec<_> = self.classes.iter().flatten().copied().collect();
        all.sort_by(f64::total_cmp);
        let limits = PARTS.map(|part| at(&all, part));
        let ts =
            limits.map(|limit| t(&self.classes.each_ref().map(|class| Moments::of(class, limit))));
        ts.into_iter().max_by(|one, other| one.abs().total_cmp(&other.abs())).unwrap_or(f64::NAN)
    }

    /// The median of each class.
    pub(crate) fn medians(&self) -> [f64; 2] {
        self.classes.each_ref().map(|class| {
            let mut sorted = class.clone();
            sorted.sort_by(f64::total_cmp);
            at(&sorted, 0.5)
        })
    }
}

/// The value below which a part of the sorted values lies.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a few millions at most"
)]
fn at(sorted: &[f64], part: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    sorted.get((last as f64 * part) as usize).copied().unwrap_or(f64::NAN)
}

struct Moments {
    number: f64,
    mean: f64,
    variance: f64,
}

impl Moments {
    /// Of the values up to the limit, by Welford's way, which does not lose digits.
    fn of(values: &[f64], limit: f64) -> Self {
        let (mut number, mut mean, mut squares) = (0.0, 0.0, 0.0);
        for value in values.iter().filter(|value| **value <= limit) {
            number += 1.0;
            let from_mean = value - mean;
            mean += from_mean / number;
            squares += from_mean * (value - mean);
        }
        Self { number, mean, variance: squares / (number - 1.0) }
    }
}

fn t([one, other]: &[Moments; 2]) -> f64 {
    let error = one.variance / one.number + other.variance / other.number;
    (one.mean - other.mean) / error.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t_is_welchs() {
        // By the formula, written down once more in another language.
        let classes = [vec![1.0, 2.0, 3.0, 4.0, 5.0], vec![2.0, 4.0, 6.0, 8.0, 10.0, 12.0]];
        let moments = classes.each_ref().map(|class| Moments::of(class, f64::INFINITY));
        assert!((t(&moments) + 2.376_354_103_144_018_3).abs() < 1e-9, "{}", t(&moments));
    }
}
