//! Plays a row: what gopls alone answers the client of one spelling, goplens answers the other.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tests::{Ended, PATIENCE, Setup, gopls_or_skip};

use crate::client::{Client, shown, wait_for_finding};
use crate::ground::Ground;
use crate::names::Names;
use crate::questions::{Answer, Asker};
use crate::row::Row;

/// How long nothing more may be published, before it counts as all.
const QUIET: Duration = Duration::from_millis(700);

/// What is shown in each document.
type Shown = BTreeMap<String, Vec<Value>>;

/// What came of a session.
pub(crate) struct Played {
    pub(crate) answers: Vec<Answer>,
    /// What gopls says of an error that was put in.
    broken: Shown,
    /// What is on record.
    pub(crate) ended: Ended,
}

/// Plays a row, and holds the answers against those in one spelling.
pub(crate) fn play(test: &str, row: &Row) {
    let Some(gopls) = gopls_or_skip(test) else {
        return;
    };
    let ground = row.lay();
    let alone = session(
        row,
        &ground,
        Setup::server_alone(&gopls),
        &Names::default(),
        None,
    );
    alone.check_whole();
    let names = row.names(&ground);
    let setup = Setup::through_goplens(&gopls).config(&row.config(&ground));
    let through = session(row, &ground, setup, &names, Some(&alone));
    check_same(&through.answers, &alone.answers, &names);
    assert_eq!(through.answers.len(), alone.answers.len());
    check_findings(row, &ground, &names, &through);
}

/// A session: look around, type, make a mistake, mend it, leave. What is shown for the mistake is
/// waited for, if it is known.
pub(crate) fn session(
    row: &Row,
    ground: &Ground,
    setup: Setup,
    names: &Names,
    known: Option<&Played>,
) -> Played {
    let mut client = row.start(ground, setup, names);
    let (library, program) = (ground.uri(&row.library()), ground.uri(&row.program()));
    let (mine, theirs) = (names.of(&library, None), names.of(&program, None));
    if known.is_some() && names.tree.is_some() {
        // Nobody who looks at a screen asks before.
        wait_for_finding(&client, "symlink-mismatch", Some(&mine));
    }
    let mut asker = Asker {
        client: &mut client,
        names,
        library,
        program,
        answers: Vec::new(),
    };
    asker.ask_all();

    let fresh = "// A line.\n// Package lib";
    asker.client.edit(&mine, "// Package lib", fresh);
    let end = "func Greet";
    asker
        .client
        .edit(&mine, end, "func Fresh() int { return 1 }\n\nfunc Greet");
    asker
        .client
        .edit(&theirs, "more())", "more(), lib.Fresh())");
    asker.ask_edited();
    if let Some(known) = known {
        check_same(&asker.answers, &known.answers, names);
    }

    // A name that nobody declares can be mended, and one declared twice concerns a second file.
    let mistakes = "return missing }\n\nfunc help() {}";
    asker.client.edit(&mine, "return 1 }", mistakes);
    asker.client.edit(&theirs, "lib.Fresh()", "lib.Stale()");
    let expected = known.map(|alone| as_shown(&alone.broken, names));
    let broken = wait_for_shown(asker.client, expected.as_ref());
    asker.ask_for_fixes(broken.get(&mine).map_or(&[], Vec::as_slice));
    let answers = asker.answers;

    client.edit(&mine, mistakes, "return 2 }");
    client.edit(&theirs, "lib.Stale()", "lib.Fresh()");
    client
        .session
        .wait_for("the end of all diagnostics", |book| {
            shown(book, false).is_empty().then_some(())
        });
    Played {
        answers,
        broken,
        ended: client.end(),
    }
}

/// Waits until this is shown, or until something is shown and then nothing new for a while.
fn wait_for_shown(client: &Client, expected: Option<&Shown>) -> Shown {
    if let Some(expected) = expected {
        let found = client.session.look_for(PATIENCE, |book| {
            let now = shown(book, false);
            (sorted_shown(&now) == sorted_shown(expected)).then_some(now)
        });
        return found.unwrap_or_else(|| {
            let now = shown(&client.session.book(), false);
            panic!("what is shown is not\n{expected:#?}\nbut\n{now:#?}")
        });
    }
    client.session.wait_for("diagnostics", |book| {
        (!shown(book, false).is_empty()).then_some(())
    });
    let count = || {
        let book = client.session.book();
        book.received_of("textDocument/publishDiagnostics").count()
    };
    loop {
        let before = count();
        thread::sleep(QUIET);
        if count() == before {
            return shown(&client.session.book(), false);
        }
    }
}

/// What gopls shows, as the client calls the files.
fn as_shown(shown: &Shown, names: &Names) -> Shown {
    let shown = shown.iter().map(|(uri, all)| {
        let all = all.iter().map(|one| names.within(one, None)).collect();
        (names.of(uri, None), all)
    });
    shown.collect()
}

fn sorted_shown(shown: &Shown) -> BTreeMap<&str, Value> {
    let shown = shown.iter();
    let shown = shown.map(|(uri, all)| (uri.as_str(), sorted(&all.clone().into())));
    shown.collect()
}

/// A value in which lists of objects are in an order of their own: gopls's goes by the names of files.
pub(crate) fn sorted(value: &Value) -> Value {
    match value {
        Value::Array(items) => {
            let mut items: Vec<_> = items.iter().map(sorted).collect();
            if items.iter().all(Value::is_object) {
                items.sort_by_key(Value::to_string);
            }
            items.into()
        }
        Value::Object(fields) => {
            let fields = fields.iter();
            let fields = fields.map(|(name, value)| (name.clone(), sorted(value)));
            Value::Object(fields.collect())
        }
        other => other.clone(),
    }
}

impl Played {
    /// All questions were answered with something.
    pub(crate) fn check_whole(&self) {
        for answer in &self.answers {
            assert!(answer.is_whole(), "{}: {}", answer.what, answer.value);
        }
    }
}

/// The answers are those of the session in one spelling, as this client calls the files.
pub(crate) fn check_same(answers: &[Answer], alone: &[Answer], names: &Names) {
    let mut complaints = String::new();
    for (answer, alone) in answers.iter().zip(alone) {
        let expected = sorted(&names.within(&alone.value, alone.asked.as_deref()));
        let mut different = Vec::new();
        compare("", &expected, &sorted(&answer.value), &mut different);
        if !different.is_empty() {
            let _ = writeln!(complaints, "{}:{}", answer.what, different.concat());
        }
    }
    assert!(complaints.is_empty(), "{complaints}");
}

/// Lists where a value is not what is expected.
fn compare(place: &str, expected: &Value, value: &Value, different: &mut Vec<String>) {
    match (expected, value) {
        (Value::Array(expected), Value::Array(value)) if expected.len() == value.len() => {
            for (at, (expected, value)) in expected.iter().zip(value).enumerate() {
                compare(&format!("{place}[{at}]"), expected, value, different);
            }
        }
        (Value::Object(expected), Value::Object(value)) if expected.keys().eq(value.keys()) => {
            for (name, expected) in expected {
                let place = format!("{place}.{name}");
                compare(&place, expected, &value[name], different);
            }
        }
        (expected, value) if expected != value => {
            different.push(format!("\n  {place} is not {expected}\n  but {value}"));
        }
        _ => {}
    }
}

/// That the file has two names is said once, where the client has it open, and nothing else is.
fn check_findings(row: &Row, ground: &Ground, names: &Names, played: &Played) {
    let findings = played.ended.recorded().events("finding");
    let mut expected = Vec::new();
    if names.tree.is_some() {
        let opened = &names.opened[&ground.uri(&row.library())];
        expected.push(("symlink-mismatch", "info", opened.as_str()));
    }
    let found: Vec<_> = findings
        .iter()
        .map(|finding| {
            let field = |name: &str| finding[name].as_str().unwrap_or_default();
            (field("code"), field("severity"), field("uri"))
        })
        .collect();
    assert_eq!(found, expected, "{findings:#?}");
}
