//! The checksum database, as go comes to it: through the first module proxy that passes it on, else straight.

use std::io;

use system::System;
use trace::finding::{Action, Code, Finding, Severity};
use url::Url;

use super::survey::{LIMIT, Survey, Verdict};
use super::untrusted;
use crate::checks::Reason;
use crate::network::Way;
use crate::network::goproxy::{Entry, joined};
use crate::network::question::{self, said, status};
use crate::trial::{Trial, host, is_among, without_secrets};
use crate::variable::Variable;
use crate::{Chart, GoEnv, Workspace, file_uri};

/// A public module whose go.mod is looked up, and never downloaded: it is at hand.
const MODULE: &str = "golang.org/x/text";
const VERSION: &str = "v0.3.0";
const GO_MOD: &str = "module golang.org/x/text\n";

/// What came of looking a checksum up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Looked {
    /// go does not look any up; why.
    Not(String),
    /// It found one, or was told that there is none.
    Up,
    /// It could not; its words.
    Failed(String),
    /// It was not answered.
    Silence,
    /// go said nothing of it.
    Nothing,
}

/// Has go look up the checksum of a go.mod that a proxy of files in a temporary folder gives it, so that nobody
/// is asked for anything but for the checksum.
pub(super) fn look_up(
    system: &dyn System,
    workspace: &Workspace,
    env: &GoEnv,
    entries: &[Entry],
) -> Looked {
    let not = |why: &str| Looked::Not(why.to_owned());
    if env.gosumdb == "off" {
        return not("GOSUMDB=off, so go looks up no checksums");
    }
    if is_among(&env.gonosumdb, MODULE) {
        return Looked::Not(format!(
            "GONOSUMDB={} leaves out public modules, too",
            env.gonosumdb
        ));
    }
    if !entries.iter().any(|entry| entry.text != "off") {
        return not("GOPROXY=off, so go downloads nothing that it would look up a checksum of");
    }
    try_out(system, workspace, entries).unwrap_or(Looked::Nothing)
}

fn try_out(system: &dyn System, workspace: &Workspace, entries: &[Entry]) -> Option<Looked> {
    let file = |ending: &str| format!("proxy/{MODULE}/@v/{VERSION}.{ending}");
    let trial = Trial::with(
        system,
        &[
            (
                "go.mod",
                &format!("module goplens.invalid/trial\n\ngo 1.17\n\nrequire {MODULE} {VERSION}\n"),
            ),
            (&file("info"), &format!("{{\"Version\":\"{VERSION}\"}}")),
            (&file("mod"), GO_MOD),
        ],
    )
    .ok()?;
    let own = Entry {
        text: file_uri(&trial.path("proxy"))?,
        goes_on: false,
    };
    // go goes straight to the database where no proxy passes it on, be there a `direct` or not; and with it the
    // module itself would be sought where it is hosted.
    let proxies = entries.iter().filter(|entry| entry.is_proxy());
    let goproxy = joined(std::iter::once(&own).chain(proxies));
    let call = trial
        .call(workspace, &["list", "-m", "all"], LIMIT)
        .env("GOPROXY", goproxy)
        .env("GONOPROXY", "none");
    Some(match system.run(&call) {
        Ok(output) if output.success => Looked::Up,
        Ok(output) => of_words(said(&output.stderr)),
        Err(error) if error.kind() == io::ErrorKind::TimedOut => Looked::Silence,
        Err(_) => return None,
    })
}

fn of_words(words: String) -> Looked {
    // That a database does not have this module is an answer.
    let not_there = matches!(status(&words), Some(404 | 410)) && words.contains("/lookup/");
    match words.contains("verifying ") && !words.contains("checksum mismatch") {
        _ if not_there => Looked::Up,
        true => Looked::Failed(words),
        false => Looked::Nothing,
    }
}

/// What is to be said of it.
pub(super) fn judge(survey: &Survey<'_>, chart: &mut Chart) {
    let name = name(&survey.env.gosumdb);
    let answer = |proxy: &super::survey::Proxy| matches!(proxy.verdict, Verdict::Answers { .. });
    let all_answer = survey.proxies.iter().all(answer);
    match &survey.looked {
        Looked::Not(why) => chart.see(why),
        Looked::Up => chart.see(format!("{name} answers")),
        // Such a proxy is told of already, and go asks it how to come to the database.
        Looked::Failed(words) if !all_answer && words.contains("/supported") => {}
        Looked::Silence if !all_answer && place(&survey.env.gosumdb).is_none() => {}
        Looked::Failed(words) => {
            // The host that go blames, which can be a proxy that passes the database on.
            let url = question::url(words).or_else(|| place(&survey.env.gosumdb));
            let way = url.map(|url| Way::gone(survey.system, survey.workspace, &url));
            let asked = host(words).unwrap_or(name);
            let (system, workspace) = (survey.system, survey.workspace);
            chart.find(match words.contains("x509:") {
                true => untrusted::finding(system, workspace, &asked, words, way.as_ref())
                    .severity(Severity::Warning),
                false => {
                    let between = way.as_ref().and_then(|way| way.http_proxy.as_ref());
                    let reason = Reason::of(words, &asked, between);
                    finding(survey, reason, words, way.as_ref())
                }
            });
        }
        Looked::Silence => {
            let url = place(&survey.env.gosumdb);
            let way = url.map(|url| Way::gone(survey.system, survey.workspace, &url));
            let words = format!("no answer within {} s", LIMIT.as_secs());
            let reason = match way.as_ref().and_then(Way::ends_at) {
                Some((between, fault)) => Reason::Between(between.clone(), fault),
                None => Reason::Timeout(name),
            };
            chart.find(finding(survey, Some(reason), &words, way.as_ref()));
        }
        Looked::Nothing => chart.cannot_tell("whether a checksum can be looked up go does not say"),
    }
}

fn finding(survey: &Survey<'_>, reason: Option<Reason>, words: &str, way: Option<&Way>) -> Finding {
    let name = name(&survey.env.gosumdb);
    let is_invalid = words.contains("invalid GOSUMDB") || words.contains("missing GOSUMDB");
    let why = match is_invalid {
        true => Some("what GOSUMDB says names none".to_owned()),
        false => reason.as_ref().and_then(Reason::why),
    };
    let title = match why {
        Some(why) => format!("go cannot look up checksums in {name}: {why}."),
        None => format!("go cannot look up checksums in {name}."),
    };
    let cause = "go checks each module whose checksum is not in go.sum yet against the database that GOSUMDB \
        names, and downloads nothing that it cannot check: no new requirement, no newer version, no tool.";
    let gosumdb = Variable::of(survey.system, survey.workspace, "GOSUMDB");
    let gosumdb = Variable {
        value: without_secrets(&gosumdb.value),
        ..gosumdb
    };
    let mut finding = Finding::new(Code::SumdbUnreachable, title, cause)
        .severity(Severity::Warning)
        .about(&name)
        .evidence(gosumdb.evidence())
        .evidence(survey.goproxy.evidence())
        .evidence(format!(
            "go list -m all, in a temporary module that requires a public one: {words}"
        ));
    for fact in way.into_iter().flat_map(Way::evidence) {
        finding = finding.evidence(fact);
    }
    if is_invalid {
        return gosumdb.offer_to_unset(survey.system, survey.workspace, finding);
    }
    let passed_on = words.contains("/sumdb/");
    let finding = match (&reason, passed_on) {
        (Some(Reason::Between(between, _)), _) => {
            let (title, action) = between.fix();
            finding.fix(title, action)
        }
        (_, true) => finding.fix(
            "Have the module proxy pass the database on, or say that it does not",
            Action::Hand(
                "To `sumdb/NAME/supported` a proxy answers 200 where it does, and 404 or 410 where go is to go \
                 straight to the database."
                    .to_owned(),
            ),
        ),
        (_, false) => finding.fix(
            "See to it that this machine reaches it",
            Action::Hand(
                "The network (VPN, HTTPS_PROXY), or a module proxy in GOPROXY that passes the database on."
                    .to_owned(),
            ),
        ),
    };
    finding.fix(
        "For private modules, leave it out",
        Action::Hand("What GOPRIVATE names is not looked up there.".to_owned()),
    )
}

/// The name of the database: `NAME`, `NAME+hash+key`, both with a URL behind them or not.
fn name(gosumdb: &str) -> String {
    let key = gosumdb.split_whitespace().next().unwrap_or_default();
    key.split('+').next().unwrap_or_default().to_owned()
}

/// Where go comes to it straight; none where GOSUMDB leaves that to the proxies.
fn place(gosumdb: &str) -> Option<Url> {
    Url::parse(gosumdb.split_whitespace().nth(1)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn go_says_whether_it_is_the_database_that_fails() {
        let failed = "go: golang.org/x/text@v0.3.0: verifying go.mod: golang.org/x/text@v0.3.0/go.mod: Get \
            \"http://sum.test:9/lookup/golang.org/x/text@v0.3.0\": dial tcp 127.0.0.1:9: connect: connection \
            refused";
        assert_eq!(
            of_words(failed.to_owned()),
            Looked::Failed(failed.to_owned())
        );
        let not_there = "verifying go.mod: reading http://sum.test/lookup/golang.org/x/text@v0.3.0: 404 Not Found";
        assert_eq!(of_words(not_there.to_owned()), Looked::Up);
        assert_eq!(
            of_words("go: cannot find main module".to_owned()),
            Looked::Nothing
        );
    }

    #[test]
    fn a_database_has_a_name_and_may_have_a_place() {
        let value = "sum.test/db+033de0ae+Ac4zctda0e5eza http://127.0.0.1:9/x";
        assert_eq!(name(value), "sum.test/db");
        assert_eq!(place(value).unwrap().port(), Some(9));
        assert_eq!(place("sum.test"), None);
    }
}
