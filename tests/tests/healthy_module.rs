//! A session over a large healthy module: goplens finds nothing, and alters nothing.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::{Value, json};
use tests::{Ended, Module, Setup, command, gopls_or_skip, skip};

/// The module: gopls's own, which is in the module cache where gopls was built.
const MODULE: &str = "golang.org/x/tools/gopls@v0.23.0";
/// Its folders whose packages need modules that gopls can be built without, and what is needed of
/// them.
const LEFT_OUT: [&str; 2] = ["internal/test/", "internal/vulncheck/vulntest/"];
const KEPT: &str = "internal/test/integration/fake/glob/";

/// What is found about the machine, whose module cache has to be taken as it is.
const OF_MACHINE: [&str; 2] = ["gopls-needs-newer-go", "gopls-outdated"];

const FILES: usize = 50;
const DEFINITIONS: usize = 500;
const HOVERS: usize = 100;

/// A place in a file: the file's name, the line and the character.
type Place = (String, usize, usize);

#[test]
fn a_large_healthy_module_is_worked_on_in_silence() {
    let test = "healthy_module::a_large_healthy_module_is_worked_on_in_silence";
    let Some(gopls) = gopls_or_skip(test) else {
        return;
    };
    let Some(cache) = module_cache() else {
        return skip(test, &format!("{MODULE} is not in the module cache"));
    };
    let module = Module::copy_of(&cache.join(MODULE), |name| {
        let left_out = LEFT_OUT.iter().any(|folder| name.starts_with(folder));
        let tests = name.ends_with("_test.go") || name.contains("testdata/");
        !tests && (!left_out || name.starts_with(KEPT))
    });
    let files = files(&module);
    let places = places(&module, &files);
    assert_eq!((files.len(), places.len()), (FILES, DEFINITIONS));

    let play = |setup: Setup| play(setup.env("GOMODCACHE", &cache), &module, &files, &places);
    let (alone, _) = play(Setup::server_alone(&gopls));
    let (through, ended) = play(Setup::through_goplens(&gopls));
    let answered = |answers: &[String]| answers.iter().filter(|answer| *answer != "null").count();
    println!("{} of {} answered", answered(&through), through.len());
    assert_eq!(answered(&alone), answered(&through));
    for (at, (alone, through)) in alone.iter().zip(&through).enumerate() {
        assert_eq!(alone, through, "answer {at}");
    }
    assert!(answered(&alone) > (DEFINITIONS + HOVERS) * 2 / 3);

    let is_of_machine = |code: &Value| OF_MACHINE.iter().any(|known| code == known);
    let mut findings = ended.recorded().events("finding");
    findings.retain(|finding| !is_of_machine(&finding["code"]));
    assert!(findings.is_empty(), "{findings:#?}");
    for note in ended.book.received_of("textDocument/publishDiagnostics") {
        let message = note.value();
        let diagnostics = message["params"]["diagnostics"].as_array().cloned();
        for diagnostic in diagnostics.unwrap_or_default() {
            let own = diagnostic["source"] == "goplens";
            assert!(!own || is_of_machine(&diagnostic["code"]), "{message}");
        }
    }
}

/// Opens the files and asks about the places; gives the answers.
fn play(setup: Setup, module: &Module, files: &[String], places: &[Place]) -> (Vec<String>, Ended) {
    let mut session = setup
        .folder(module.path())
        .env("GOENV", "off")
        .env("GOFLAGS", "")
        .env("GOPROXY", "off")
        .env("GOTOOLCHAIN", "local")
        .start();
    session.initialize(module);
    for name in files {
        session.open(module, name);
    }
    let mut ask = |method: &str, (name, line, character): &Place| {
        let params = json!({
            "textDocument": { "uri": module.uri(name) },
            "position": { "line": line, "character": character },
        });
        let answer = session.request(method, params).value();
        answer.get("result").unwrap_or(&answer["error"]).to_string()
    };
    let definitions: Vec<_> = places
        .iter()
        .map(|place| ask("textDocument/definition", place))
        .collect();
    let hovers = places.iter().step_by(DEFINITIONS / HOVERS);
    let hovers: Vec<_> = hovers
        .map(|place| ask("textDocument/hover", place))
        .collect();
    session.shut_down();
    ([definitions, hovers].concat(), session.finish())
}

/// The module cache, where it has the module.
fn module_cache() -> Option<PathBuf> {
    let mut go = command("go");
    go.args(["env", "GOMODCACHE"]).stderr(Stdio::inherit());
    let output = go.output().ok()?;
    let cache = String::from_utf8(output.stdout).ok()?;
    Some(PathBuf::from(cache.trim())).filter(|cache| cache.join(MODULE).is_dir())
}

/// Files from all over the module.
fn files(module: &Module) -> Vec<String> {
    let mut files = Vec::new();
    let mut folders = vec![module.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("it can be listed").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "go") {
                let name = path.strip_prefix(module.path()).expect("it is in it");
                files.push(name.display().to_string());
            }
        }
    }
    // Those in which there is enough to ask about.
    files.retain(|name| words(&module.text(name)).len() >= DEFINITIONS / FILES * 4);
    files.sort();
    spread(&files, FILES)
}

/// Places at names from all over the files; keywords are among them.
fn places(module: &Module, files: &[String]) -> Vec<Place> {
    let in_file = |name: &String| {
        let words = words(&module.text(name));
        let chosen = spread(&words, DEFINITIONS / FILES).into_iter();
        let chosen = chosen.map(|(line, character)| (name.clone(), line, character));
        chosen.collect::<Vec<_>>()
    };
    files.iter().flat_map(in_file).collect()
}

/// Where the words of a file begin, without those of comments and strings that end with their line.
fn words(text: &str) -> Vec<(usize, usize)> {
    let of_line = |(number, line): (usize, &str)| {
        let code = line.split("//").next().unwrap_or_default();
        let mut before = ' ';
        let mut quoted = false;
        let mut character = 0;
        let mut found = Vec::new();
        for letter in code.chars() {
            quoted ^= letter == '"';
            let begins = letter.is_alphabetic() && !before.is_alphanumeric() && before != '_';
            if begins && !quoted {
                found.push((number, character));
            }
            before = letter;
            character += letter.len_utf16();
        }
        found
    };
    text.lines().enumerate().flat_map(of_line).collect()
}

/// So many of the items, at even distances.
fn spread<T: Clone>(items: &[T], count: usize) -> Vec<T> {
    let chosen = (0..count).map(|number| number * items.len() / count);
    chosen.map(|at| items[at].clone()).collect()
}
