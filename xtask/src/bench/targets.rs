//! What goplens has to reach, and whether it does.

use super::bodies::Shape;
use super::figures::Figures;

/// A figure with its limit.
#[derive(Debug)]
pub(super) struct Target {
    /// What is asked for.
    pub(super) what: String,
    /// The figure.
    pub(super) measured: f64,
    /// The limit, in the same unit.
    pub(super) limit: f64,
    /// The unit of both.
    pub(super) unit: &'static str,
    /// Whether the figure has to be the limit or more, instead of the limit or less.
    pub(super) at_least: bool,
}

impl Target {
    /// Whether the figure keeps to the limit.
    pub(super) fn reached(&self) -> bool {
        if self.at_least {
            self.measured >= self.limit
        } else {
            self.measured <= self.limit
        }
    }

    /// By how much of the limit the figure is better than it; less than 0 where it is worse.
    pub(super) fn margin(&self) -> f64 {
        let better = if self.at_least {
            self.measured - self.limit
        } else {
            self.limit - self.measured
        };
        better / self.limit
    }
}

/// A figure that has to be the limit or less.
pub(super) fn at_most(what: &str, unit: &'static str, measured: f64, limit: f64) -> Target {
    Target {
        what: what.to_owned(),
        measured,
        limit,
        unit,
        at_least: false,
    }
}

/// The targets for goplens where it changes names of files, beside goplens where it does not.
pub(super) fn of_names(goplens: &Figures, mapped: &Figures) -> Vec<Target> {
    let names = Shape::ALL.iter().position(|shape| *shape == Shape::Names);
    let large = names.map_or(0.0, |names| mapped.large[names][0]);
    vec![
        at_most(
            "names mapped: CPU of a request and its answer at most 3 us over that of no names mapped",
            "us",
            2.0 * mapped.cpu_us,
            2.0 * goplens.cpu_us + 3.0,
        ),
        Target {
            what: "names mapped: 1 MB with 10,000 of them at 200 MB/s or more".to_owned(),
            measured: large,
            limit: 200.0,
            unit: "MB/s",
            at_least: true,
        },
    ]
}

/// The targets for goplens, beside the figures of no proxy and of the raw relay.
pub(super) fn targets(direct: &Figures, relay: &Figures, goplens: &Figures) -> Vec<Target> {
    let mut targets = vec![
        at_most(
            "start to the first answer: at most 5 ms over no proxy",
            "ms",
            goplens.start_ms,
            direct.start_ms + 5.0,
        ),
        at_most(
            "p50: at most 1.25 times the relay's, or 5 us over it",
            "us",
            goplens.p50_us,
            (relay.p50_us * 1.25).max(relay.p50_us + 5.0),
        ),
        at_most(
            "CPU a pipelined message: at most 1 us",
            "us",
            goplens.cpu_us,
            1.0,
        ),
    ];
    for (index, shape) in Shape::ALL.into_iter().enumerate() {
        if shape == Shape::Names {
            // They have a target of their own, where they are changed.
            continue;
        }
        let name = shape.name();
        targets.push(Target {
            what: format!("20 MB responses of {name}: at least 0.6 times the relay's rate"),
            measured: goplens.large[index][1],
            limit: relay.large[index][1] * 0.6,
            unit: "MB/s",
            at_least: true,
        });
    }
    let small = goplens.small_memory.resident;
    targets.push(at_most(
        "memory after 100,000 messages: at most 16 MB",
        "MB",
        small,
        16.0,
    ));
    if let Some(million) = goplens.million_memory {
        let what = "memory after 1,000,000 messages: as after 100,000, give or take 1 MB";
        targets.push(at_most(what, "MB", million.resident, small + 1.0));
    }
    let large = goplens.large_memory.resident;
    targets.push(at_most(
        "memory after the large responses: at most 16 MB",
        "MB",
        large,
        16.0,
    ));
    let peak = goplens.large_memory.peak;
    targets.push(at_most("most memory ever: at most 16 MB", "MB", peak, 16.0));
    targets
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(measured: f64, limit: f64, at_least: bool) -> Target {
        Target {
            what: String::new(),
            measured,
            limit,
            unit: "us",
            at_least,
        }
    }

    #[test]
    fn limits_hold_from_above_and_from_below() {
        assert!(target(1.0, 1.0, false).reached());
        assert!(!target(1.1, 1.0, false).reached());
        assert!(target(1.1, 1.0, true).reached());
        assert!(!target(0.9, 1.0, true).reached());
    }

    #[test]
    fn margins_are_positive_where_the_target_is_reached() {
        assert_eq!(target(0.5, 1.0, false).margin(), 0.5);
        assert_eq!(target(1.5, 1.0, true).margin(), 0.5);
        assert_eq!(target(2.0, 1.0, false).margin(), -1.0);
    }
}
