//! Times as the trace writes them: RFC 3339 in UTC, with microseconds.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The length of `2026-11-23T17:05:33.123456Z`.
const LENGTH: usize = 27;

/// Writes times and keeps the text of the last second: records come in runs of the same one.
#[derive(Debug)]
pub(crate) struct Clock {
    second: u64,
    text: [u8; LENGTH],
}

impl Clock {
    pub(crate) fn new() -> Self {
        let mut clock = Self {
            second: 0,
            text: *b"0000-00-00T00:00:00.000000Z",
        };
        clock.set_second(0);
        clock
    }

    /// The text of a time. One before 1970 is written as the start of 1970.
    pub(crate) fn text(&mut self, time: SystemTime) -> &[u8; LENGTH] {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        if since.as_secs() != self.second {
            self.set_second(since.as_secs());
        }
        digits(&mut self.text[20..26], since.subsec_micros());
        &self.text
    }

    fn set_second(&mut self, second: u64) {
        self.second = second;
        let date = i64::try_from(second)
            .ok()
            .and_then(|second| OffsetDateTime::from_unix_timestamp(second).ok())
            .unwrap_or(OffsetDateTime::UNIX_EPOCH);
        digits(&mut self.text[0..4], date.year().unsigned_abs());
        digits(&mut self.text[5..7], u8::from(date.month()).into());
        digits(&mut self.text[8..10], date.day().into());
        digits(&mut self.text[11..13], date.hour().into());
        digits(&mut self.text[14..16], date.minute().into());
        digits(&mut self.text[17..19], date.second().into());
    }
}

/// Fills a field with the decimal digits of a number, from the right.
fn digits(field: &mut [u8], mut number: u32) {
    for digit in field.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

/// The text of one time.
pub(crate) fn rfc3339(time: SystemTime) -> String {
    Clock::new()
        .text(time)
        .iter()
        .map(|&byte| char::from(byte))
        .collect()
}

/// The time that a text of RFC 3339 names.
pub(crate) fn parse(text: &str) -> Option<SystemTime> {
    OffsetDateTime::parse(text, &Rfc3339)
        .ok()
        .map(SystemTime::from)
}

/// `20261123T170533.123Z`: sorts by time, and is a file name on every system.
pub fn time_name(time: SystemTime) -> String {
    let text = rfc3339(time);
    let mut name: String = text[..23].chars().filter(|c| !"-:".contains(*c)).collect();
    name.push('Z');
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(micros: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_micros(micros)
    }

    #[test]
    fn a_known_time() {
        let time = at(1_795_453_533_000_042);
        assert_eq!(rfc3339(time), "2026-11-23T17:05:33.000042Z");
        assert_eq!(time_name(time), "20261123T170533.000Z");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(a in 0u64..4_000_000_000_000_000, step in 0u64..3_000_000) {
            let mut clock = Clock::new();
            for micros in [a, a + step] {
                let text = String::from_utf8(clock.text(at(micros)).to_vec()).unwrap();
                prop_assert_eq!(parse(&text), Some(at(micros)));
            }
        }

        #[test]
        fn file_names_sort_by_time(a in 0u64..4_000_000_000_000, b in 0u64..4_000_000_000_000) {
            let (early, late) = (a.min(b), a.max(b));
            prop_assert!(time_name(at(early * 1000)) <= time_name(at(late * 1000)));
        }
    }
}
