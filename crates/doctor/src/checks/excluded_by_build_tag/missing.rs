//! What would have to be different for a build to take a file in.

use std::collections::BTreeSet;

use crate::build::Build;
use crate::source::{Expression, is_platform};

/// How many tags an expression may have for all their combinations to be tried.
const MOST: usize = 12;

/// The tags of an expression that would have to change for it to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Missing {
    /// The user's own that would have to be set.
    pub(super) set: Vec<String>,
    /// The user's own that would have to be unset.
    pub(super) unset: Vec<String>,
    /// What else would have to be so: another system, another version of Go, cgo.
    pub(super) other: Vec<String>,
    /// The platform that would have to be built for, as far as it is named.
    pub(super) platform: Vec<String>,
    /// Whether cgo would have to be switched.
    pub(super) cgo: Option<bool>,
    /// The systems and processors that would have to be others.
    pub(super) unwanted: Vec<String>,
    /// The version of Go that it would have to have at least.
    pub(super) newer_go: Option<String>,
    /// Whether it has the tag that by custom nobody sets.
    pub(super) never: bool,
}

/// What a tag stands for, what is easiest to change first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Own,
    Cgo,
    Platform,
    Experiment,
    Compiler,
    Release,
    Never,
}

impl Kind {
    fn of(tag: &str) -> Self {
        match tag {
            "cgo" => Self::Cgo,
            "gc" | "gccgo" => Self::Compiler,
            "ignore" => Self::Never,
            "boringcrypto" => Self::Experiment,
            _ if is_platform(tag) => Self::Platform,
            _ if tag.starts_with("goexperiment.") => Self::Experiment,
            _ if release(tag).is_some() => Self::Release,
            _ => Self::Own,
        }
    }

    fn cost(self) -> usize {
        MOST.pow(self as u32)
    }
}

/// `1.21` of `go1.21`.
fn release(tag: &str) -> Option<&str> {
    let version = tag.strip_prefix("go")?;
    let minor = version.strip_prefix("1.")?;
    minor
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then_some(version)
}

impl Missing {
    /// What would have to change, in each of the ways in which nothing changes for nothing, the easiest first;
    /// none where the expression holds, never can, or is too large to tell.
    pub(super) fn all(expression: &Expression, build: &Build) -> Vec<Self> {
        let tags: Vec<&str> = expression.tags().into_iter().collect();
        if tags.len() > MOST || expression.holds(&|tag| build.is_set(tag)) {
            return Vec::new();
        }
        let chosen = |choice: u32| -> BTreeSet<&str> {
            let chosen = tags.iter().enumerate();
            let chosen = chosen.filter(|(index, _)| choice >> index & 1 == 1);
            chosen.map(|(_, tag)| *tag).collect()
        };
        let mut choices: Vec<u32> = (1u32..1 << tags.len()).collect();
        choices.sort_by_key(|choice| choice.count_ones());
        let mut ways: Vec<u32> = Vec::new();
        for choice in choices {
            let changed = chosen(choice);
            if !ways.iter().any(|way| way & choice == *way)
                && expression.holds(&|tag| build.is_set(tag) != changed.contains(tag))
            {
                ways.push(choice);
            }
        }
        // Setting is what users expect; leaving something out comes after it.
        let cost = |tag: &&str| 2 * Kind::of(tag).cost() + usize::from(build.is_set(tag));
        ways.sort_by_key(|way| chosen(*way).iter().map(cost).sum::<usize>());
        let missing = |way: &u32| {
            let mut missing = Self::default();
            for tag in chosen(*way) {
                missing.add(tag, build);
            }
            missing
        };
        ways.iter().map(missing).collect()
    }

    fn add(&mut self, tag: &str, build: &Build) {
        let is_set = build.is_set(tag);
        let other = match (Kind::of(tag), is_set) {
            (Kind::Own, false) => return self.set.push(tag.to_owned()),
            (Kind::Own, true) => return self.unset.push(tag.to_owned()),
            (Kind::Platform, false) => return self.platform.push(tag.to_owned()),
            (Kind::Platform, true) => {
                self.unwanted.push(tag.to_owned());
                format!("for anything but {tag}")
            }
            (Kind::Cgo, _) => {
                self.cgo = Some(!is_set);
                match is_set {
                    false => "with cgo, which is switched off".to_owned(),
                    true => "without cgo, which is switched on".to_owned(),
                }
            }
            (Kind::Experiment, false) => format!("with the experiment {tag}"),
            (Kind::Experiment, true) => format!("without the experiment {tag}"),
            (Kind::Compiler, false) => format!("by the compiler {tag}"),
            (Kind::Compiler, true) => format!("by another compiler than {tag}"),
            (Kind::Release, false) => {
                let version = release(tag).unwrap_or(tag);
                self.newer_go = Some(version.to_owned());
                format!("by Go {version} or newer")
            }
            (Kind::Release, true) => format!("by a Go before {}", release(tag).unwrap_or(tag)),
            (Kind::Never, _) => {
                self.never = true;
                "with the tag ignore, which by custom nobody sets".to_owned()
            }
        };
        self.other.push(other);
    }

    /// Under which condition the file is built: "with the tag a, which is not set".
    pub(super) fn condition(&self) -> String {
        let mut all = Vec::new();
        let own = [
            ("with", &self.set, "not set"),
            ("without", &self.unset, "set"),
        ];
        for (how, tags, state) in own {
            match &tags[..] {
                [] => {}
                [tag] => all.push(format!("{how} the tag {tag}, which is {state}")),
                tags => all.push(format!(
                    "{how} the tags {}, which are {state}",
                    tags.join(" and ")
                )),
            }
        }
        if !self.platform.is_empty() {
            all.push(format!("for {}", self.platform.join(" and ")));
        }
        all.extend(self.other.iter().cloned());
        all.join(", and ")
    }

    /// Whether nothing but the user's own tags stands in the way.
    pub(super) fn is_own(&self) -> bool {
        self.other.is_empty() && self.platform.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::constraint;

    /// linux/amd64 with gc, cgo and Go 1.21, and the tag `e2e`.
    fn condition(line: &str) -> Option<String> {
        let text = format!("//go:build {line}\n\npackage a\n");
        let build = Build::made_up(&["linux", "amd64", "unix", "gc", "cgo", "go1.21", "e2e"]);
        let all = Missing::all(&constraint(&text).unwrap().expression, &build);
        all.first().map(Missing::condition)
    }

    #[test]
    fn each_way_is_found_and_none_that_changes_more_than_it_has_to() {
        let all = |line: &str| {
            let text = format!("//go:build {line}\n\npackage a\n");
            let build = Build::made_up(&["linux", "amd64", "unix", "e2e"]);
            let all = Missing::all(&constraint(&text).unwrap().expression, &build);
            let all = all.iter().map(Missing::condition);
            all.collect::<Vec<_>>().join("; ")
        };
        let expected = [
            ("a", "with the tag a, which is not set"),
            (
                "b || a || a && b",
                "with the tag a, which is not set; with the tag b, which is not set",
            ),
            (
                "windows || a && !e2e",
                "with the tag a, which is not set, and without the tag e2e, which is set; for windows",
            ),
        ];
        for (line, words) in expected {
            assert_eq!(all(line), words, "{line}");
        }
    }

    #[test]
    fn the_least_that_is_missing_is_named() {
        let expected = [
            ("a", "with the tag a, which is not set"),
            (
                "a && b && linux",
                "with the tags a and b, which are not set",
            ),
            ("a && (b || c || linux)", "with the tag a, which is not set"),
            ("!e2e", "without the tag e2e, which is set"),
            ("a || !e2e", "with the tag a, which is not set"),
            ("a || windows", "with the tag a, which is not set"),
            ("windows && arm64", "for arm64 and windows"),
            (
                "windows && a",
                "with the tag a, which is not set, and for windows",
            ),
            ("!linux", "for anything but linux"),
            ("!cgo", "without cgo, which is switched on"),
            ("go1.99", "by Go 1.99 or newer"),
            ("!go1.21", "by a Go before 1.21"),
            ("gccgo", "by the compiler gccgo"),
            ("ignore", "with the tag ignore, which by custom nobody sets"),
            ("ignore || windows", "for windows"),
            ("goexperiment.x", "with the experiment goexperiment.x"),
        ];
        for (line, words) in expected {
            assert_eq!(condition(line).as_deref(), Some(words), "{line}");
        }
    }

    #[test]
    fn what_holds_misses_nothing() {
        for line in ["linux", "a || unix", "e2e && !a", "a && !a"] {
            assert_eq!(condition(line), None, "{line}");
        }
        let many: Vec<String> = (0..40).map(|number| format!("t{number}")).collect();
        assert_eq!(condition(&many.join(" && ")), None);
    }
}
