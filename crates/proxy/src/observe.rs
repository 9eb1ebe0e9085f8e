//! What gopls is doing, as the system sees it.

use std::time::Duration;

use serde_json::{Value, json};
use system::Activity;

/// How long the CPU is watched to tell work from waiting.
const SAMPLE: Duration = Duration::from_millis(200);

/// What gopls and its children are doing. It takes [`SAMPLE`]; call it where waiting is allowed.
pub(crate) fn observe(pid: u32) -> Option<Observation> {
    let before = system::activity(pid)?;
    std::thread::sleep(SAMPLE);
    let now = system::activity(pid)?;
    let used = now.cpu.saturating_sub(before.cpu);
    let percent = (used.as_secs_f64() / SAMPLE.as_secs_f64() * 100.0).round();
    Some(Observation {
        cpu_percent: percent as u32,
        activity: now,
    })
}

/// What gopls was seen to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Observation {
    cpu_percent: u32,
    activity: Activity,
}

impl Observation {
    /// For the trace.
    pub(crate) fn data(&self) -> Value {
        let children = self.children().map(|child| {
            json!({ "pid": child.pid, "command": child.command, "age_ms": child.age.as_millis() })
        });
        json!({
            "state": self.activity.state,
            "cpu_percent": self.cpu_percent,
            "memory_bytes": self.activity.memory,
            "children": children.collect::<Vec<_>>(),
        })
    }

    /// For a person: `gopls uses 0 % CPU and 120 MB; its child go list ./... has been running
    /// for 11 s`.
    pub(crate) fn text(&self) -> String {
        let mut text = format!(
            "gopls {} {} % CPU and {} MB",
            if self.activity.state == 'T' {
                "is stopped; it uses"
            } else {
                "uses"
            },
            self.cpu_percent,
            self.activity.memory / 1_000_000,
        );
        for child in self.children() {
            text.push_str(&format!(
                "; its child `{}` has been running for {} s",
                child.summary(),
                child.age.as_secs()
            ));
        }
        text
    }

    /// The telemetry child says nothing about a request.
    fn children(&self) -> impl Iterator<Item = &system::Descendant> {
        let telemetry = |child: &&system::Descendant| !child.command.contains("** telemetry **");
        self.activity.descendants.iter().filter(telemetry)
    }
}

#[cfg(test)]
mod tests {
    use system::Descendant;

    use super::*;

    #[test]
    fn it_is_told_in_words_and_in_numbers() {
        let child = |command: &str, seconds| Descendant {
            pid: 9,
            command: command.into(),
            age: Duration::from_secs(seconds),
        };
        let seen = Observation {
            cpu_percent: 3,
            activity: Activity {
                name: "gopls".into(),
                state: 'S',
                cpu: Duration::from_secs(1),
                memory: 120_000_000,
                descendants: vec![
                    child("go list -e -json=Name ./...", 11),
                    child("gopls ** telemetry **", 99),
                ],
            },
        };
        assert_eq!(
            seen.text(),
            "gopls uses 3 % CPU and 120 MB; its child `go list ./...` has been running for 11 s"
        );
        assert_eq!(
            seen.data(),
            json!({ "state": "S", "cpu_percent": 3, "memory_bytes": 120_000_000,
                "children": [{ "pid": 9, "command": "go list -e -json=Name ./...", "age_ms": 11_000 }] })
        );
    }
}
