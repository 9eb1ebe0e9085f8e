//! Comparisons with a latency: `>100ms`, `<=2s`.

const USAGE: &str = "a latency is compared, as in latency:>100ms or latency:<=2s (us, ms, s)";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Above,
    AtLeast,
    Below,
    AtMost,
}

/// An operator and a number of microseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Comparison {
    operator: Operator,
    micros: f64,
}

impl Comparison {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        // The longer operators come first, because the shorter are their beginnings.
        let operators = [
            (">=", Operator::AtLeast),
            ("<=", Operator::AtMost),
            (">", Operator::Above),
            ("<", Operator::Below),
        ];
        let found = operators
            .into_iter()
            .find_map(|(sign, operator)| Some((operator, text.strip_prefix(sign)?)));
        let Some((operator, amount)) = found else {
            return Err(USAGE.to_owned());
        };
        match micros(amount) {
            Some(micros) => Ok(Self { operator, micros }),
            None => Err(USAGE.to_owned()),
        }
    }

    /// Whether a latency in microseconds fulfils it.
    pub(super) fn holds(self, latency: u64) -> bool {
        // Exact up to 2^53 us, which are 285 years.
        let latency = latency as f64;
        match self.operator {
            Operator::Above => latency > self.micros,
            Operator::AtLeast => latency >= self.micros,
            Operator::Below => latency < self.micros,
            Operator::AtMost => latency <= self.micros,
        }
    }
}

fn micros(amount: &str) -> Option<f64> {
    let unit = amount.find(|c: char| c.is_ascii_alphabetic())?;
    let (number, unit) = amount.split_at(unit);
    let factor = match unit {
        "us" => 1.0,
        "ms" => 1e3,
        "s" => 1e6,
        _ => return None,
    };
    let only_digits = number.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let number: f64 = number.parse().ok().filter(|_| only_digits)?;
    Some(number * factor)
}
