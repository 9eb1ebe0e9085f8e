use system::Real;

use super::*;
use crate::testing::Module;

const MAIN: &str = "package main\n\n/*\n#include <stdlib.h>\n#include \"local.h\"\n\
    static int add(int a) { return a; }\n*/\nimport \"C\"\n\n\
    func main() {\n\tC.add(1)\n\tC.deep()\n\tC.free(nil)\n\thelper()\n}\n";
const METADATA: Option<&str> = Some("no package metadata for file file:///main.go");
const NO_COMPILER: &str = "go list failed to return CompiledGoFiles for \"main\".\n# runtime/cgo\n\
    cgo: C compiler \"nosuchcc\" not found: exec: \"nosuchcc\": executable file not found in $PATH\n\
    This may indicate failure to perform cgo processing; try building at the command line. See ...";

fn module() -> Module {
    Module::new(&[
        ("go.mod", "module example.com/app\n\ngo 1.21\n"),
        ("main.go", MAIN),
        ("helper.go", "package main\n\nfunc helper() {}\n"),
        (
            "local.h",
            "#include \"sub/deep.h\"\n#include \"local.h\"\n#include \"gone.h\"\n",
        ),
        ("sub/deep.h", "/* Deep. */\nint deep(void);\n"),
    ])
}

#[test]
fn cgo_that_is_switched_off_is_named_and_who_did() {
    let module = module();
    let mut workspace = module.failed("main.go", "add(1)", METADATA, &[]);
    workspace.set("CGO_ENABLED", "0");
    let finding = find(&Real, &workspace).unwrap();
    assert_eq!(
        finding.title,
        "main.go imports \"C\", and cgo is switched off."
    );
    let message = finding.message();
    assert!(
        message.contains("CGO_ENABLED=0 is in `build.env` of gopls's settings"),
        "{message}"
    );
    assert!(
        message.contains("main.go:6: static int add(int a)"),
        "{message}"
    );
    assert_eq!(finding.related[0].range.start.character, 11);

    // `go env -w` sets it too.
    module.write("goenv", "CGO_ENABLED=0\n");
    let mut workspace = module.failed("main.go", "add(1)", METADATA, &[]);
    workspace.set("GOENV", &module.path("goenv").display().to_string());
    workspace.set("CGO_ENABLED", "");
    let finding = find(&Real, &workspace).unwrap();
    assert!(
        finding.evidence[1].starts_with("CGO_ENABLED=0 is in /"),
        "{finding:?}"
    );

    let mut workspace = module.failed("main.go", "helper()", METADATA, &[]);
    workspace.env.push(("GOOS".into(), "plan9".into()));
    let finding = find(&Real, &workspace).unwrap();
    let message = finding.message();
    assert!(
        message.contains("go has switched cgo off for plan9/"),
        "{message}"
    );
}

#[test]
fn cgo_that_failed_is_told_with_its_reason() {
    let module = module();
    let said = [("package", NO_COMPILER), ("deep()", "undefined: C.deep")];
    let finding = find(&Real, &module.failed("main.go", "deep()", None, &said)).unwrap();
    let expected = "C.deep is declared in C, and cgo cannot process this package.";
    assert_eq!(finding.title, expected);
    let message = finding.message();
    assert!(
        message.contains("C compiler \"nosuchcc\" not found"),
        "{message}"
    );
    assert!(
        message.contains("sub/deep.h:2: int deep(void);"),
        "{message}"
    );
    assert_eq!(finding.uri, module.uri("main.go"));
}

#[test]
fn what_cgo_has_done_is_no_finding() {
    let module = module();
    let silent = |name: &str, error, said: &[(&str, &str)]| {
        let mut workspace = module.failed("main.go", name, error, said);
        workspace.env.push(("CGO_ENABLED".into(), "1".into()));
        assert_eq!(find(&Real, &workspace), None, "{name}");
    };
    silent("add(1)", None, &[]);
    // Another cause than cgo.
    silent("add(1)", METADATA, &[]);
    silent(
        "helper()",
        None,
        &[("package", NO_COMPILER), ("helper()", "undefined: helper")],
    );
    silent("add(1)", None, &[("add(1)", "undefined: C.add")]);
    silent("func", METADATA, &[]);
}

#[test]
fn an_answer_that_leads_into_the_build_cache_is_told_with_where_c_declares_it() {
    let module = module();
    let mut workspace = module.failed("main.go", "add(1)", None, &[]);
    workspace.failed.as_mut().unwrap().answer = Some("/cache/7a/7ada-d".into());
    let finding = find(&Real, &workspace).unwrap();
    assert_eq!(finding.severity, Severity::Info);
    let message = finding.message();
    assert!(
        message.contains("gopls answered with /cache/7a/7ada-d"),
        "{message}"
    );
    assert!(
        message.contains("main.go:6: static int add(int a)"),
        "{message}"
    );
    assert_eq!(finding.related.len(), 1);
}
