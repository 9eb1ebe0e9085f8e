//! What the user has configured.

pub(crate) mod maps;
mod mends;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use protocol::Method;
use proxy::Thresholds;
use serde::Deserialize;
use system::{Dirs, System};

/// The name of a workspace's own configuration.
pub(crate) const WORKSPACE_FILE: &str = ".goplens.toml";

/// The user's configuration, `config.toml`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// The real gopls, an absolute path.
    pub(crate) gopls: Option<PathBuf>,
    /// Whether gopls is started with its debug server, so that a hang can be explained.
    pub(crate) debug: bool,
    /// What is added to hovers.
    hover: Hover,
    /// What is mended in messages.
    mend: mends::Mends,
    timeouts: Timeouts,
    trace: Trace,
    paths: maps::Table,
    /// The maps of `paths`, with the place where each is written.
    #[serde(skip)]
    maps: Vec<maps::Written>,
}

/// What is added to hovers.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Hover {
    /// Whether a hover in a file that has a finding gets a line with it.
    annotate: bool,
}

/// How long requests may take, in seconds, by method; `default` is for all others.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(transparent)]
struct Timeouts(BTreeMap<String, f64>);

/// How much of the trace is kept.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Trace {
    /// The largest body that is kept, in kilobytes of 1024 bytes.
    max_body_kb: Option<u32>,
    /// The most that a session keeps, in megabytes.
    session_mb: Option<u32>,
    /// The most that all sessions keep, in megabytes.
    total_mb: Option<u32>,
}

/// A workspace's configuration. It is part of a repository that may have just been cloned, so it
/// can name no program, and map no folder that is not its own.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Workspace {
    timeouts: Timeouts,
    paths: maps::Table,
}

impl Config {
    /// Reads the user's configuration. Where it cannot be used the defaults hold, and the second
    /// value says why.
    pub(crate) fn load(system: &dyn System) -> (Self, Option<String>) {
        match Dirs::of(system).config {
            Some(path) => read(system, &path, |config: &mut Self, text| {
                config.maps = config.paths.written(&path, text);
                config.timeouts.check()
            }),
            None => (Self::default(), None),
        }
    }

    /// How long requests may take.
    pub(crate) fn thresholds(&self) -> Thresholds {
        let mut thresholds = Thresholds::default();
        self.timeouts.apply(&mut thresholds);
        thresholds
    }

    /// What is changed in messages.
    pub(crate) fn switches(&self) -> mend::Switches {
        self.mend.switches(self.hover.annotate)
    }

    /// How the trace is kept below `state`.
    pub(crate) fn trace(&self, state: &Path) -> trace::Settings {
        let mut settings = trace::Settings::new(state);
        if let Some(size) = self.trace.max_body_kb {
            settings.max_body = size as usize * 1024;
        }
        if let Some(size) = self.trace.session_mb {
            settings.cap_session(u64::from(size) << 20);
        }
        if let Some(size) = self.trace.total_mb {
            settings.total_cap = u64::from(size) << 20;
        }
        settings
    }
}

/// Applies a workspace's own configuration; where it cannot be used, says why.
pub(crate) fn apply_workspace(
    system: &dyn System,
    folder: &Path,
    thresholds: &mut Thresholds,
) -> Option<String> {
    let path = folder.join(WORKSPACE_FILE);
    let (workspace, problem) = read(system, &path, |read: &mut Workspace, _| {
        read.timeouts.check()
    });
    workspace.timeouts.apply(thresholds);
    problem
}

/// The largest configuration file that is read, in bytes.
const LARGEST: u64 = 64 * 1024;

/// Reads a configuration file and checks what it says beside its text; one that is not there is as good as an empty one.
fn read<T: Default + for<'de> Deserialize<'de>>(
    system: &dyn System,
    path: &Path,
    check: impl FnOnce(&mut T, &str) -> Result<(), String>,
) -> (T, Option<String>) {
    if !system.exists(path) {
        return (T::default(), None);
    }
    let read = system
        .read_text(path, LARGEST)
        .map_err(|error| error.to_string())
        .and_then(|text| {
            let mut value = toml::from_str(&text).map_err(|error| error.to_string())?;
            check(&mut value, &text)?;
            Ok(value)
        });
    match read {
        Ok(value) => (value, None),
        Err(error) => {
            let problem = format!("{} is not used: {}", path.display(), error.trim_end());
            (T::default(), Some(problem))
        }
    }
}

impl Timeouts {
    fn check(&self) -> Result<(), String> {
        match self
            .0
            .iter()
            .find(|(_, seconds)| !(0.001..=86_400.0).contains(*seconds))
        {
            Some((method, seconds)) => Err(format!(
                "timeouts: {method} = {seconds} is not between 0.001 and 86400 s"
            )),
            None => Ok(()),
        }
    }

    fn apply(&self, thresholds: &mut Thresholds) {
        for (method, seconds) in &self.0 {
            let threshold = Duration::from_secs_f64(*seconds);
            match method.as_str() {
                "default" => thresholds.set_other(threshold),
                method => thresholds.set(Method::new(method), threshold),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use protocol::Side;
    use system::made_up::MadeUp;

    use super::*;

    fn machine() -> MadeUp {
        MadeUp::default().with_var("GOPLENS_CONFIG", "/c.toml")
    }

    fn load(text: &str) -> (Config, Option<String>) {
        Config::load(&machine().with_file("/c.toml", text))
    }

    fn of(thresholds: &Thresholds, method: &str) -> Option<Duration> {
        thresholds.of(Side::Client, &Method::new(method))
    }

    #[test]
    fn what_is_not_there_is_the_default() {
        let (config, problem) = Config::load(&machine());
        assert_eq!((config, problem), (Config::default(), None));
    }

    #[test]
    fn everything_can_be_set() {
        let (config, problem) = load(
            "gopls = '/go/bin/gopls'\ndebug = true\n[hover]\nannotate = true\n[mend]\n\
             cancelled_code = false\n[timeouts]\ndefault = 60\n\
             'textDocument/definition' = 0.5\n[trace]\nmax_body_kb = 1\nsession_mb = 2\n\
             total_mb = 3\n",
        );
        assert_eq!(problem, None);
        assert_eq!(config.gopls.as_deref(), Some(Path::new("/go/bin/gopls")));
        assert!(config.debug && config.switches().annotate_hover);
        assert!(!config.switches().cancelled_code);
        let thresholds = config.thresholds();
        assert_eq!(
            of(&thresholds, "textDocument/definition"),
            Some(Duration::from_millis(500))
        );
        assert_eq!(of(&thresholds, "x/y"), Some(Duration::from_secs(60)));
        let settings = config.trace(Path::new("/s"));
        assert_eq!(
            (settings.max_body, settings.session_cap, settings.total_cap),
            (1024, 2 << 20, 3 << 20)
        );
    }

    #[test]
    fn the_examples_of_the_page_can_be_used() {
        let page = include_str!("../../../../docs/configuration.md");
        let lines = page
            .lines()
            .map(str::trim_start)
            .collect::<Vec<_>>()
            .join("\n");
        let examples = lines.split("```toml\n").skip(1);
        let examples = examples.filter_map(|rest| rest.split("```").next());
        let mut all = 0;
        for example in examples {
            let (config, problem) = load(example);
            assert_eq!(problem, None, "{example}");
            assert_ne!(config, Config::default(), "{example}");
            let (_, bad) = config.maps(&machine(), None);
            assert_eq!(bad.len(), example.matches("# refused").count(), "{example}");
            all += 1;
        }
        assert_eq!(all, page.matches("```toml").count());
    }

    #[test]
    fn what_is_wrong_is_said_and_the_defaults_hold() {
        for (text, said) in [
            ("debgu = true", "debgu"),
            ("debug = ", "line 1"),
            ("[timeouts]\n'a/b' = 0", "a/b"),
            ("[timeouts]\n'a/b' = nan", "a/b"),
            ("[timeouts]\n'a/b' = '2s'", "2s"),
        ] {
            let (config, problem) = load(text);
            assert_eq!(config, Config::default());
            let problem = problem.unwrap_or_else(|| panic!("{text}"));
            assert!(
                problem.contains("/c.toml") && problem.contains(said),
                "{problem}"
            );
        }
    }

    #[test]
    fn a_workspace_sets_thresholds_and_no_program() {
        let apply = |text: &str| {
            let system = MadeUp::default().with_file("/w/.goplens.toml", text);
            let mut thresholds = Thresholds::default();
            let problem = apply_workspace(&system, Path::new("/w"), &mut thresholds);
            (of(&thresholds, "x/y"), problem)
        };
        assert_eq!(
            apply("[timeouts]\n'x/y' = 1"),
            (Some(Duration::from_secs(1)), None)
        );
        let (threshold, problem) = apply("gopls = '/evil'\n[timeouts]\n'x/y' = 1");
        assert_eq!(threshold, Some(Duration::from_secs(10)));
        assert!(problem.is_some_and(|problem| problem.contains("gopls")));
    }
}
