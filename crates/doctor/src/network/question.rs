//! Questions that are asked of a module proxy through go.

use std::io;
use std::time::Duration;

use serde::Deserialize;
use system::System;
use url::Url;

use crate::Workspace;
use crate::package::PackageError;
use crate::trial::{Trial, without_secrets};

/// A module, as `go list -m` tells of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Listed {
    /// Its path.
    pub(crate) path: String,
    /// The version that was asked for, if one was.
    pub(crate) version: String,
    /// All that there are, if that was asked.
    pub(crate) versions: Vec<String>,
    /// Why there is no answer.
    pub(crate) error: Option<PackageError>,
}

/// What came of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// What go says of each module, and how long the slowest request took, by its own clock.
    Modules(Vec<Listed>, Duration),
    /// go did not even ask; its words.
    Refused(String),
    /// No answer in time.
    Silence,
}

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ask {
    /// All versions of a module.
    Versions,
    /// Whether there is this version of it, `path@version`.
    Version,
}

/// Asks one value of GOPROXY of modules, none of which is taken for private; what comes of it is thrown away.
/// `None` where go cannot be run.
pub(crate) fn ask(
    system: &dyn System,
    workspace: &Workspace,
    goproxy: &str,
    what: Ask,
    modules: &[&str],
    limit: Duration,
) -> Option<Answer> {
    let trial = Trial::new(system, workspace, None).ok()?;
    let mut arguments = vec![
        "list",
        "-x",
        "-e",
        "-m",
        "-json=Path,Version,Versions,Error",
    ];
    if matches!(what, Ask::Versions) {
        // What has been retracted would have to be read from a go.mod, and that to be checked.
        arguments.extend(["-retracted", "-versions"]);
    }
    arguments.push("--");
    arguments.extend(modules);
    let call = trial
        .call(workspace, &arguments, limit)
        .env("GOPROXY", goproxy)
        .env("GONOPROXY", "none")
        .env("GOSUMDB", "off");
    match system.run(&call) {
        Ok(output) => {
            let listed = serde_json::Deserializer::from_str(&output.stdout).into_iter::<Listed>();
            let mut listed: Vec<_> = listed.map_while(Result::ok).collect();
            if listed.is_empty() {
                return Some(Answer::Refused(said(&output.stderr)));
            }
            for error in listed.iter_mut().filter_map(|one| one.error.as_mut()) {
                error.words = in_line(&without_secrets(&error.words));
            }
            Some(Answer::Modules(listed, slowest(&output.stderr)))
        }
        Err(error) if error.kind() == io::ErrorKind::TimedOut => Some(Answer::Silence),
        Err(_) => None,
    }
}

/// What go says on its standard error, without what it does (`-x`) and downloads, in a line.
pub(crate) fn said(stderr: &str) -> String {
    let lines = stderr
        .lines()
        .filter(|line| !line.starts_with("# ") && !line.starts_with("go: downloading "));
    in_line(&without_secrets(&lines.collect::<Vec<_>>().join(" ")))
}

fn in_line(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The longest of the times in lines such as `# get https://host/path: 200 OK (0.193s)`.
fn slowest(stderr: &str) -> Duration {
    let times = stderr.lines().filter_map(|line| {
        let line = line.strip_prefix("# get ")?;
        let (_, time) = line.strip_suffix("s)")?.rsplit_once('(')?;
        Duration::try_from_secs_f64(time.parse().ok()?).ok()
    });
    times.max().unwrap_or_default()
}

/// The HTTP status in go's words: `reading https://host/path: 404 Not Found`.
pub(crate) fn status(words: &str) -> Option<u16> {
    words.split(": ").find_map(|part| {
        let (number, name) = part.split_once(' ')?;
        let is_status =
            number.len() == 3 && name.starts_with(|letter: char| letter.is_ascii_uppercase());
        is_status.then(|| number.parse().ok())?
    })
}

/// The first URL in go's words: `Get "https://host/path": ...`, `reading https://host/path: ...`.
pub(crate) fn url(words: &str) -> Option<Url> {
    let (before, behind) = words.split_once("://")?;
    let scheme = before.rsplit(|letter: char| !letter.is_ascii_alphabetic());
    let end = behind.find(['"', '\'', ' ']).unwrap_or(behind.len());
    let rest = behind[..end].trim_end_matches(':');
    Url::parse(&format!("{}://{rest}", scheme.into_iter().next()?)).ok()
}

/// Whether go's words say that the module or the version is not there, so that go asks the next proxy.
pub(crate) fn is_not_there(words: &str) -> bool {
    matches!(status(words), Some(404 | 410)) || words.contains("no such file or directory")
}

#[cfg(test)]
mod tests {
    use system::Real;

    use super::*;

    #[test]
    fn the_url_that_go_speaks_of_is_found() {
        for words in [
            "m@v1.0.0: Get \"http://a.test:9/lookup/m\": dial tcp: connection refused",
            "unrecognized import path \"m\": https fetch: Get \"http://a.test:9/m?go-get=1\": EOF",
            "reading http://a.test:9/m: 404 Not Found",
            "unable to access 'http://a.test:9/m/': Failed to connect",
        ] {
            let url = url(words).unwrap();
            assert_eq!((url.host_str(), url.port()), (Some("a.test"), Some(9)));
        }
        assert_eq!(url("nothing"), None);
    }
    use crate::testing::Module;
    use crate::trial::fake_proxy::{self, refusing, start};

    fn asked(goproxy: &str, limit: u64) -> Answer {
        let workspace = Module::plain().workspace();
        let limit = Duration::from_millis(limit);
        ask(
            &Real,
            &workspace,
            goproxy,
            Ask::Versions,
            &["example.com/m"],
            limit,
        )
        .unwrap()
    }

    #[test]
    fn go_says_what_the_proxy_says() {
        let Answer::Modules(listed, _) = asked(&start(fake_proxy::Answer::Module), 20_000) else {
            panic!();
        };
        assert_eq!(listed[0].versions, ["v1.0.0"]);
        let failed = |goproxy: &str| match asked(goproxy, 20_000) {
            Answer::Modules(listed, _) => listed[0].error.clone().unwrap().words,
            other => panic!("{other:?}"),
        };
        let words = failed(&start(fake_proxy::Answer::Status("404 Not Found")));
        assert!(is_not_there(&words), "{words}");
        let words = failed(&start(fake_proxy::Answer::Status("503 Down")));
        assert_eq!(status(&words), Some(503), "{words}");
        let words = failed(&refusing().replace("http://", "https://me:secret@"));
        assert!(
            words.contains("connection refused") && !words.contains("secret"),
            "{words}"
        );
        assert_eq!(status(&words), None);
        assert!(is_not_there(&failed("file:///not/at/all")));
        let words = failed("ftp://me:secret@a.test");
        assert!(
            words.contains("invalid proxy URL scheme") && !words.contains("secret"),
            "{words}"
        );
        assert_eq!(
            asked(&start(fake_proxy::Answer::Silence), 500),
            Answer::Silence
        );
    }

    #[test]
    fn the_slowest_request_counts() {
        let stderr = "# get https://a/list\n# get https://a/list: 200 OK (0.193s)\n\
            # get https://b: 404 Not Found (2.500s)\ngo: downloading b\nwords\n";
        assert_eq!(slowest(stderr), Duration::from_millis(2500));
        assert_eq!(slowest(""), Duration::ZERO);
        assert_eq!(said(stderr), "words");
    }
}
