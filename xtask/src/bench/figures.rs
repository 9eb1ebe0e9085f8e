//! From the rounds of a subject to the figures of the tables.

use std::time::Duration;

use super::bodies::Shape;
use super::measure::{Round, SIZES};
use super::process::Memory;

/// The figures of a subject; each is the median of its rounds.
#[derive(Clone, Debug)]
pub(super) struct Figures {
    /// From the start of the process to the answer to `initialize`, in milliseconds.
    pub(super) start_ms: f64,
    /// Half of the sequential requests took no longer, in microseconds.
    pub(super) p50_us: f64,
    /// 99 of 100 sequential requests took no longer, in microseconds.
    pub(super) p99_us: f64,
    /// Messages a second, requests and responses counted each.
    pub(super) messages_per_second: f64,
    /// Processor time a message, in microseconds.
    pub(super) cpu_us: f64,
    /// Megabytes a second of large responses, by shape and size.
    pub(super) large: [[f64; SIZES.len()]; Shape::ALL.len()],
    /// Whether each byte of the large responses was as the server wrote it, in each round.
    pub(super) exact: bool,
    /// After the sequential and the pipelined requests, in megabytes.
    pub(super) small_memory: Megabytes,
    /// After a million requests, in megabytes.
    pub(super) million_memory: Option<Megabytes>,
    /// After the large responses, in megabytes.
    pub(super) large_memory: Megabytes,
}

/// Memory in units of 1,000,000 bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Megabytes {
    /// What is resident.
    pub(super) resident: f64,
    /// The most that ever was.
    pub(super) peak: f64,
}

impl Figures {
    /// The medians of the rounds.
    pub(super) fn new(rounds: &[Round]) -> Figures {
        let of = |figure: &dyn Fn(&Round) -> f64| median(rounds.iter().map(figure).collect());
        let memory = |which: &dyn Fn(&Round) -> Memory| Megabytes {
            resident: of(&|round| megabytes(which(round).resident)),
            peak: of(&|round| megabytes(which(round).peak)),
        };
        let million = rounds.iter().all(|round| round.million_memory.is_some());
        let large = |shape: usize, size: usize| {
            of(&|round| {
                let rates = round.large[shape][size].iter();
                median(rates.map(|(bytes, time)| rate(*bytes, *time)).collect())
            })
        };
        Figures {
            start_ms: of(&|round| quantile(&round.starts, 0.5) / 1000.0),
            p50_us: of(&|round| quantile(&round.sequential, 0.5)),
            p99_us: of(&|round| quantile(&round.sequential, 0.99)),
            messages_per_second: of(&|round| round.messages as f64 / round.pipelined.as_secs_f64()),
            cpu_us: of(&|round| microseconds(round.cpu) / round.messages as f64),
            large: std::array::from_fn(|shape| [large(shape, 0), large(shape, 1)]),
            exact: rounds.iter().all(|round| round.exact),
            small_memory: memory(&|round| round.small_memory),
            million_memory: million
                .then(|| memory(&|round| round.million_memory.unwrap_or_default())),
            large_memory: memory(&|round| round.large_memory),
        }
    }
}

/// The middle value, or the mean of the two in the middle; 0 where there is none.
pub(super) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => 0.0,
        length if length % 2 == 1 => values[middle],
        _ => f64::midpoint(values[middle - 1], values[middle]),
    }
}

/// The time that this part of the times does not exceed, in microseconds.
fn quantile(times: &[Duration], part: f64) -> f64 {
    let mut times = times.to_vec();
    times.sort_unstable();
    let last = times.len().saturating_sub(1);
    let index = (last as f64 * part).round() as usize;
    times.get(index).copied().map_or(0.0, microseconds)
}

/// A duration in microseconds.
fn microseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

/// KiB in units of 1,000,000 bytes.
fn megabytes(kibibytes: u64) -> f64 {
    kibibytes as f64 * 1024.0 / 1e6
}

/// Megabytes a second.
fn rate(bytes: usize, time: Duration) -> f64 {
    bytes as f64 / 1e6 / time.as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_of_odd_even_and_no_values() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), 2.5);
        assert_eq!(median(Vec::new()), 0.0);
    }

    #[test]
    fn quantiles_are_of_the_times() {
        let times: Vec<Duration> = (1..=101).rev().map(Duration::from_micros).collect();
        assert_eq!(quantile(&times, 0.5), 51.0);
        assert_eq!(quantile(&times, 0.99), 100.0);
        assert_eq!(quantile(&[], 0.5), 0.0);
    }

    #[test]
    fn figures_are_per_message() {
        let round = Round {
            pipelined: Duration::from_secs(1),
            messages: 200_000,
            cpu: Duration::from_millis(200),
            ..Round::default()
        };
        let figures = Figures::new(&[round]);
        assert_eq!(figures.messages_per_second, 200_000.0);
        assert_eq!(figures.cpu_us, 1.0);
        assert!(figures.million_memory.is_none());
    }
}
