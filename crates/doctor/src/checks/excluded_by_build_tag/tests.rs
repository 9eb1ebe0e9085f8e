use system::Real;
use trace::finding::{Position, Severity};

use super::*;
use crate::testing::Module;

const METADATA: &str = "no package metadata for file file:///a.go";

fn module() -> Module {
    Module::new(&[
        ("go.mod", "module example.com/app\n\ngo 1.21\n"),
        (
            "main.go",
            "package main\n\nfunc main() { helper(); dep.Gone(); all.Gone() }\n",
        ),
        ("dep/dep.go", "package dep\n"),
        (
            "dep/gone.go",
            "//go:build slow\n\npackage dep\n\nfunc Gone() {}\n",
        ),
        (
            "all/gone.go",
            "//go:build slow\n\npackage all\n\nfunc Gone() {}\n",
        ),
        (
            "main_it.go",
            "//go:build it\n\npackage main\n\nfunc helper() { main() }\n",
        ),
        (
            "old.go",
            "// +build foo\n\npackage main\n\nfunc old() { main() }\n",
        ),
        (
            "w_plan9.go",
            "//go:build it\n\npackage main\n\nfunc win() { main() }\n",
        ),
        (
            "never.go",
            "//go:build unix && ignore\n\npackage main\n\nfunc never() { main() }\n",
        ),
    ])
}

fn found(module: &Module, file: &str, name: &str, error: Option<&str>) -> Option<Finding> {
    find(&Real, &module.failed(file, name, error, &[]))
}

#[test]
fn the_missing_tag_is_named_with_where_it_is_asked_for() {
    let module = module();
    let finding = found(&module, "main_it.go", "main()", Some(METADATA)).unwrap();
    assert_eq!(
        finding.title,
        "main_it.go is built only with the tag it, which is not set."
    );
    assert_eq!(
        (finding.code, finding.severity),
        (Code::ExcludedByBuildTag, Severity::Warning)
    );
    assert_eq!(finding.subject, "it");
    assert_eq!(finding.range.unwrap().start, Position::new(4, 16));
    assert_eq!(finding.related[0].range.start, Position::new(0, 0));
    let message = finding.message();
    for words in [
        "main_it.go:1: //go:build it",
        "no tag is set",
        "build.buildFlags to [\"-tags=it\"]",
    ] {
        assert!(message.contains(words), "{message}");
    }
    let finding = found(&module, "old.go", "main()", Some(METADATA)).unwrap();
    assert_eq!(finding.subject, "foo");
    let finding = found(&module, "w_plan9.go", "main()", Some(METADATA)).unwrap();
    let expected = "w_plan9.go is built only with the tag it, which is not set, and for plan9.";
    assert_eq!(finding.title, expected);
    assert!(
        finding
            .message()
            .contains("{\"GOOS\":\"plan9\"} and its build.buildFlags")
    );
    let finding = found(&module, "never.go", "main()", Some(METADATA)).unwrap();
    assert!(finding.message().contains("Change the constraint"));
}

#[test]
fn what_it_takes_is_told_as_it_is_written() {
    let module = module();
    let told = |line: &str| {
        let text = format!("//go:build {line}\n\npackage main\n\nfunc f() {{ main() }}\n");
        module.write("main_it.go", &text);
        let finding = found(&module, "main_it.go", "main()", Some(METADATA));
        let finding = finding.unwrap_or_else(|| panic!("nothing for {line}"));
        let fixes: Vec<String> = finding.fixes.iter().map(Fix::text).collect();
        (finding.title.clone(), finding.message(), fixes)
    };
    let (title, message, fixes) = told("a || b");
    assert_eq!(title, "main_it.go is built only where `a || b` holds.");
    assert!(
        message.contains(
            "it would be built with the tag a, which is not set, or with the tag b, which is not set"
        ),
        "{message}"
    );
    assert_eq!(fixes.len(), 2, "{fixes:?}");
    assert!(fixes[1].contains("[\"-tags=b\"]"), "{fixes:?}");

    let (title, _, fixes) = told("go1.99");
    assert_eq!(title, "main_it.go is built only by Go 1.99 or newer.");
    assert!(fixes[0].starts_with("Fix: Have gopls use Go 1.99 or newer."));
    let (_, _, fixes) = told("own && go1.99");
    let is_alone = fixes[0].starts_with("Fix: Have gopls use Go 1.99");
    assert!(!is_alone, "{fixes:?}");

    let host = Build::of(&Real, &module.workspace(), "runtime").unwrap();
    let system = host.platform.split('/').next().unwrap();
    let (_, _, fixes) = told(&format!("!{system}"));
    assert!(fixes[0].contains("build.env to {\"GOOS\":\""), "{fixes:?}");
    assert!(!fixes[0].contains(&format!("\"{system}\"")), "{fixes:?}");
    let (_, _, fixes) = told("gccgo");
    assert!(fixes[0].contains("No setting of gopls's"), "{fixes:?}");
}

#[test]
fn tags_that_are_set_are_kept_and_one_too_many_is_named() {
    let module = module();
    let mut workspace = module.failed("main_it.go", "main()", Some(METADATA), &[]);
    workspace.env.push(("GOFLAGS".into(), "-tags=foo".into()));
    let finding = find(&Real, &workspace).unwrap();
    assert!(finding.message().contains("[\"-tags=foo,it\"]"));
    assert!(finding.message().contains("tags set: foo"));

    module.write(
        "main_it.go",
        "//go:build !foo\n\npackage main\n\nfunc f() { main() }\n",
    );
    let mut workspace = module.failed("main_it.go", "main()", Some(METADATA), &[]);
    workspace.build_flags.push("-tags=foo,bar".into());
    let finding = find(&Real, &workspace).unwrap();
    assert_eq!(
        finding.title,
        "main_it.go is built only without the tag foo, which is set."
    );
    assert!(finding.message().contains("[\"-tags=bar\"]"));
}

#[test]
fn vs_code_gets_an_edit_of_its_settings() {
    let module = module();
    let mut workspace = module.failed("main_it.go", "main()", Some(METADATA), &[]);
    workspace.client = "Visual Studio Code".into();
    let finding = find(&Real, &workspace).unwrap();
    let [
        Fix {
            action: Action::Edit(edits),
            ..
        },
    ] = &finding.fixes[..]
    else {
        panic!("{:?}", finding.fixes);
    };
    assert!(edits[0].create && edits[0].uri.ends_with("/.vscode/settings.json"));
    assert!(
        edits[0]
            .text
            .contains("\"build.buildFlags\": [\"-tags=it\"]"),
        "{}",
        edits[0].text
    );
}

#[test]
fn what_an_excluded_file_declares_is_found_there() {
    let module = module();
    let undefined = [
        ("helper()", "undefined: helper"),
        ("Gone()", "undefined: dep.Gone"),
    ];
    let find_in = |name| find(&Real, &module.failed("main.go", name, None, &undefined));
    let finding = find_in("helper()").unwrap();
    let expected = "helper is declared in main_it.go, which is built only with the tag it, \
        which is not set.";
    assert_eq!(finding.title, expected);
    assert_eq!(finding.uri.as_deref(), module.uri("main.go").as_deref());
    assert_eq!(finding.related[1].range.start, Position::new(4, 5));

    module.write(
        "main.go",
        "package main\n\nimport (\n\t\"example.com/app/dep\"\n\t\"example.com/app/all\"\n)\n\n\
         func main() { dep.Gone(); all.Gone() }\n",
    );
    let finding = find_in("Gone()").unwrap();
    assert!(
        finding
            .title
            .starts_with("Gone is declared in gone.go, which is built only with")
    );
    let broken = [(
        "\"example.com/app/all\"",
        "could not import example.com/app/all (no ...)",
    )];
    let workspace = module.failed("main.go", "\"example.com/app/all", None, &broken);
    let finding = find(&Real, &workspace).unwrap();
    let expected = "No file of example.com/app/all is built: gone.go would be only with the tag \
        slow, which is not set.";
    assert_eq!(finding.title, expected);
}

#[test]
fn what_is_healthy_or_tells_nothing_stays_silent() {
    let module = module();
    // Another cause than a constraint.
    assert_eq!(found(&module, "main.go", "helper()", Some(METADATA)), None);
    // gopls answered null about an excluded file, or says nothing about an unknown name.
    assert_eq!(found(&module, "main_it.go", "main()", None), None);
    assert_eq!(found(&module, "main.go", "helper()", None), None);
    // No name.
    assert_eq!(found(&module, "main_it.go", "{ main", Some(METADATA)), None);
    // The tag is set.
    let mut workspace = module.failed("main_it.go", "main()", Some(METADATA), &[]);
    workspace.build_flags.push("-tags=it".into());
    assert_eq!(find(&Real, &workspace), None);
    // Declared nowhere.
    let unknown = [("Gone", "undefined: Gone")];
    let workspace = module.failed("main.go", "Gone", None, &unknown);
    assert_eq!(find(&Real, &workspace), None);
    // The constraint is gone from the text that the editor has.
    let mut workspace = module.failed("main_it.go", "main()", Some(METADATA), &[]);
    let failed = workspace.failed.as_mut().unwrap();
    failed.text = failed.text.replace("//go:build", "// no build");
    assert_eq!(find(&Real, &workspace), None);
}
