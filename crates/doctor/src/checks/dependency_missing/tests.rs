use system::Real;

use super::*;
use crate::testing::Module as OnDisk;
use crate::trial::fake_proxy::{Answer, refusing, start};

const BROKEN: [(&str, &str); 1] = [(
    "\"example.com/m\"",
    "could not import example.com/m (no required module provides package \"example.com/m\")",
)];
const MAIN: &str =
    "package main\n\nimport \"example.com/m\"\n\nfunc main() { x := m.Name; x.Method() }\n";
const EMPTY: &str = "module example.com/app\n\ngo 1.21\n";
const REQUIRES: &str = "module example.com/app\n\ngo 1.21\n\nrequire example.com/m v1.0.0\n";

/// The sums of a module with this go.mod: `module example.com/m`.
const SUMS: &str = "example.com/m v1.0.0 h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\
    example.com/m v1.0.0/go.mod h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";

fn module(go_mod: &str, go_sum: &str) -> OnDisk {
    OnDisk::new(&[("go.mod", go_mod), ("go.sum", go_sum), ("main.go", MAIN)])
}

fn failed(module: &OnDisk, name: &str, proxy: &str) -> Workspace {
    let mut workspace = module.failed("main.go", name, None, &BROKEN);
    let cache = workspace.folder.join("cache").display().to_string();
    for (name, value) in [
        ("GOPROXY", proxy),
        ("GOMODCACHE", &cache),
        ("GONOSUMDB", "*"),
        ("GOFLAGS", ""),
        ("GOPRIVATE", ""),
    ] {
        workspace.env.push((name.into(), value.into()));
    }
    workspace
}

fn folder(module: &OnDisk) -> String {
    let path = module.path("go.mod");
    path.parent().unwrap().display().to_string()
}

fn run(workspace: &Workspace) -> Option<Finding> {
    DependencyMissing.run(&Real, workspace).pop()
}

fn closer(module: &OnDisk, proxy: &str) -> Finding {
    let workspace = failed(module, "Name", proxy);
    let found = run(&workspace).unwrap();
    let cache = workspace.folder.join("cache");
    let before = all_below(&cache);
    let closer = DependencyMissing
        .look_closer(&Real, &workspace, &found)
        .unwrap();
    assert_eq!((closer.code, &closer.subject), (found.code, &found.subject));
    // Go makes its locks, and nothing has come in.
    assert!(
        !before
            .iter()
            .any(|name| name.ends_with(".zip") || name.ends_with(".mod"))
    );
    assert_eq!(all_below(&cache), before);
    closer
}

fn all_below(folder: &std::path::Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.flat_map(|entry| {
        let mut names = all_below(&entry.path());
        names.push(entry.path().display().to_string());
        names
    });
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[test]
fn what_is_not_required_can_be_got() {
    let module = module(EMPTY, "");
    let finding = run(&failed(&module, "Name", "http://127.0.0.1:9")).unwrap();
    let expected = "No module that go.mod requires has the package example.com/m.";
    assert_eq!(finding.title, expected);
    let Action::Server { command, arguments } = &finding.fixes[0].action else {
        panic!("{:?}", finding.fixes);
    };
    assert_eq!(command, "gopls.go_get_package");
    let uri = module.uri("main.go").unwrap();
    let expected = serde_json::json!({"URI": uri, "Pkg": "example.com/m", "AddRequire": true});
    assert_eq!(arguments, &[expected]);
    assert_eq!(
        finding.fixes[1].action,
        Action::Shell(format!("cd {} && go get example.com/m", folder(&module)))
    );
    assert_eq!(finding.range.unwrap().start.character, 21);
    // A method of what came from there, and the path itself.
    assert!(run(&failed(&module, "Method", "http://127.0.0.1:9")).is_some());
    assert!(run(&failed(&module, "\"example.com/m", "http://127.0.0.1:9")).is_some());
}

#[test]
fn what_is_required_and_not_here_is_named_with_its_line() {
    let module = module(REQUIRES, SUMS);
    let finding = run(&failed(&module, "Name", "http://127.0.0.1:9")).unwrap();
    let expected = "example.com/m v1.0.0, which is required, is not on this machine.";
    assert_eq!(finding.title, expected);
    assert_eq!(finding.related[1].range.start.line, 4);
    let finding = run(&failed(&module, "Name", "off")).unwrap();
    let expected = "example.com/m v1.0.0 cannot be downloaded: GOPROXY is off.";
    assert_eq!(finding.title, expected);
}

#[test]
fn what_else_can_be_missing_is_told_apart() {
    let disk = module(REQUIRES, "");
    let title = |module: &OnDisk| {
        let finding = run(&failed(module, "Name", "http://127.0.0.1:9"));
        finding.map(|finding| finding.title).unwrap_or_default()
    };
    let no_sum = "go.sum has no checksum for example.com/m v1.0.0, which is required.";
    assert_eq!(title(&disk), no_sum);
    disk.write(
        "go.mod",
        &format!("{REQUIRES}\nreplace example.com/m => ../nowhere\n"),
    );
    assert_eq!(
        title(&disk),
        "What replaces example.com/m v1.0.0 is not there."
    );
    disk.write("go.mod", "module example.com\n\ngo 1.21\n");
    assert_eq!(
        title(&disk),
        "The module example.com has no package example.com/m."
    );
    disk.write("go.mod", REQUIRES);
    disk.write(
        "vendor/modules.txt",
        "# example.com/m v1.0.0\n## explicit\n",
    );
    assert_eq!(
        title(&disk),
        "The folder vendor does not have the package example.com/m."
    );
}

#[test]
fn the_true_reason_is_found_by_trying() {
    let disk = module(REQUIRES, "");
    disk.write("go.sum", "");
    // Without an entry in go.sum nothing would be tried: a module that no go.mod asks for is enough.
    disk.write("go.mod", EMPTY);
    let title = |proxy: &str| closer(&disk, proxy).title;
    let statuses = [
        ("404 Not Found", "does not have it (404 Not Found)"),
        ("410 Gone", "does not have it (410 Gone)"),
        ("403 Forbidden", "does not let you (403 Forbidden)"),
        (
            "500 Internal Server Error",
            "answers with an error of its own",
        ),
    ];
    for (status, words) in statuses {
        let url = start(Answer::Status(status));
        let host = &url["http://".len()..];
        let expected = format!("The package example.com/m cannot be downloaded: {host} {words}.");
        assert_eq!(title(&url), expected);
    }
    let url = refusing();
    assert!(title(&url).ends_with("refuses the connection."));
    assert!(title("http://nowhere.invalid").contains("nowhere.invalid"));
    let url = start(Answer::Module);
    let said = closer(&disk, &url.replace("http:", "https:")).message();
    assert!(
        said.contains("no secure connection to 127.0.0.1:"),
        "{said}"
    );
}

#[test]
fn what_the_proxy_has_is_only_not_required() {
    let disk = module(EMPTY, "");
    let finding = closer(&disk, &start(Answer::Module));
    let expected = "No module that go.mod requires has the package example.com/m.";
    assert_eq!(finding.title, expected);
    let message = finding.message();
    assert!(
        message.contains("has it: go: downloading example.com/m v1.0.0"),
        "{message}"
    );
}

#[test]
fn a_proxy_that_never_answers_is_not_waited_for() {
    let disk = module(REQUIRES, SUMS);
    let finding = closer(&disk, &start(Answer::Silence));
    assert!(
        finding
            .title
            .starts_with("example.com/m v1.0.0 cannot be downloaded: 127.0.0.1:")
    );
    assert!(finding.title.ends_with(" does not answer."));
}

#[test]
fn a_wrong_checksum_is_told() {
    let disk = module(REQUIRES, SUMS);
    let finding = closer(&disk, &start(Answer::Module));
    assert_eq!(
        finding.title,
        "example.com/m v1.0.0 cannot be downloaded: its checksum is not the one that is known."
    );
    assert!(
        finding.message().contains("checksum mismatch"),
        "{}",
        finding.message()
    );
}

#[test]
fn a_module_in_the_cache_that_is_another_is_told_at_once() {
    let sums = "example.com/m v1.0.0 h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
    let disk = module(REQUIRES, sums);
    let mod_sum = "h1:G6Z7oMjlTnCtRaHqRxVOxtwgPsqCd9PYwqwRMBtGGuM=";
    disk.write(
        "go.sum",
        &format!("{sums}example.com/m v1.0.0/go.mod {mod_sum}\n"),
    );
    disk.write(
        "cache/example.com/m@v1.0.0/go.mod",
        "module example.com/m\n",
    );
    disk.write("cache/example.com/m@v1.0.0/m.go", "package m\n");
    let download = "cache/cache/download/example.com/m/@v/v1.0.0";
    disk.write(&format!("{download}.mod"), "module example.com/m\n");
    disk.write(&format!("{download}.info"), "{\"Version\":\"v1.0.0\"}");
    disk.write(&format!("{download}.zip"), "");
    let other = "h1:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA=";
    disk.write(&format!("{download}.ziphash"), other);
    let mut workspace = failed(&disk, "Name", "off");
    assert_eq!(run(&workspace), None);
    let said = "packages.Load error: err: exit status 1: stderr: verifying \
        example.com/m@v1.0.0: checksum mismatch\n\tdownloaded: ...";
    workspace.said.push(said.into());
    let finding = run(&workspace).unwrap();
    assert_eq!(
        finding.title,
        "example.com/m v1.0.0 cannot be used: its checksum is not the one that is known."
    );
    assert!(finding.message().contains(other), "{}", finding.message());
    assert_eq!(finding.related[0].range.start.line, 0);
    workspace.failed = None;
    let finding = run(&workspace).unwrap();
    assert!(finding.uri.unwrap().ends_with("/go.sum"));
}

#[test]
fn what_go_finds_or_gopls_does_not_miss_is_no_finding() {
    let disk = module(EMPTY, "");
    let mut workspace = failed(&disk, "Name", "off");
    workspace.failed.as_mut().unwrap().diagnostics.clear();
    assert_eq!(run(&workspace), None);
    assert_eq!(run(&failed(&disk, "x :=", "off")), None);
    assert_eq!(run(&failed(&disk, "func", "off")), None);
    // The standard library is no module.
    let std = MAIN.replace("example.com/m", "nosuch");
    disk.write("main.go", &std);
    let said = [(
        "\"nosuch\"",
        "could not import nosuch (no required module ...)",
    )];
    assert_eq!(run(&disk.failed("main.go", "Name", None, &said)), None);
    // It has come since.
    disk.write("main.go", MAIN);
    disk.write(
        "go.mod",
        &format!("{REQUIRES}\nreplace example.com/m => ./m\n"),
    );
    disk.write("m/go.mod", "module example.com/m\n");
    disk.write("m/m.go", "package m\n");
    assert_eq!(run(&failed(&disk, "Name", "off")), None);
    assert_eq!(run(&Workspace::new("/nowhere")), None);
}
