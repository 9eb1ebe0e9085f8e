use system::Real;

use crate::checks::dependency_missing::DependencyMissing;
use crate::testing::{Module, found};
use crate::{Check as _, Workspace};
use trace::finding::{Action, Code, Finding};

const MAIN: &str = "package main\n\nimport \"example.com/lib\"\n\nfunc main() { lib.Do() }\n";

/// Two modules side by side, the one of which requires this.
fn module(require: &str) -> Module {
    let go_mod = format!("module example.com/app\n\ngo 1.24\n{require}");
    Module::new(&[
        ("app/go.mod", &go_mod),
        ("app/main.go", MAIN),
        ("lib/go.mod", "module example.com/lib\n\ngo 1.25.1\n"),
        ("lib/lib.go", "package lib\n\nfunc Do() {}\n"),
    ])
}

fn failing(module: &Module) -> Workspace {
    let workspace = module.failing("app/main.go", "Do");
    let mut workspace = workspace.lacking("example.com/lib");
    workspace.set("GOPROXY", "off");
    workspace
}

fn titles(finding: &Finding) -> Vec<&str> {
    let fixes = finding.fixes.iter();
    fixes.map(|fix| fix.title.as_str()).collect()
}

const REPLACE: &str = "Name its folder in go.mod";
const WORK: &str = "Make a go.work that lists ./app and ./lib";

#[test]
fn a_go_work_comes_first_where_it_is_in_the_way_of_nothing() {
    let module = module("");
    let finding = found(&DependencyMissing, &failing(&module));
    assert_eq!(finding.code, Code::DependencyMissing);
    let in_a_shell = format!("{WORK}, in a shell");
    assert_eq!(titles(&finding), [WORK, &in_a_shell, REPLACE]);
    let Action::Edit(edits) = &finding.fixes[0].action else {
        panic!("{finding:#?}");
    };
    assert!(edits[0].create && edits[0].uri.ends_with("/w/go.work"));
    assert_eq!(edits[0].text, "go 1.25.1\n\nuse ./app\n\nuse ./lib\n");

    module.write("tool/go.mod", "module example.com/tool\n");
    let finding = found(&DependencyMissing, &failing(&module));
    assert_eq!(titles(&finding)[0], REPLACE);
    assert!(titles(&finding)[1].starts_with(WORK));
}

#[test]
fn two_packages_of_a_module_that_lies_near_lack_one_thing() {
    let module = module("");
    module.write("lib/sub/sub.go", "package sub\n");
    module.write(
        "app/main.go",
        &MAIN.replace("/lib\"", "/lib/sub\"").replace("lib.", "sub."),
    );
    let workspace = module
        .failing("app/main.go", "Do")
        .lacking("example.com/lib/sub");
    let finding = found(&DependencyMissing, &workspace);
    assert_eq!(finding.subject, "example.com/lib");
}

#[test]
fn no_go_work_is_offered_where_none_could_be_in_force() {
    let module = module("");
    let mut workspace = failing(&module);
    workspace.set("GOWORK", "off");
    let finding = found(&DependencyMissing, &workspace);
    assert_eq!(titles(&finding), [REPLACE]);
    let mut workspace = failing(&module);
    workspace.build_flags = vec!["-modfile=other.mod".into()];
    module.write("app/other.mod", "module example.com/app\n\ngo 1.24\n");
    let all = DependencyMissing.run(&Real, &workspace);
    let offered = all.iter().flat_map(titles);
    assert!(!offered.into_iter().any(|title| title.contains("go.work")));
    // This one is about something else.
    let mut workspace = failing(&module);
    workspace.build_flags = vec!["-modcacherw".into()];
    let finding = found(&DependencyMissing, &workspace);
    assert!(
        titles(&finding)
            .iter()
            .any(|title| title.contains("go.work"))
    );
}

#[test]
fn a_version_that_somebody_publishes_may_be_meant() {
    let nobodys = module("\nrequire example.com/lib v0.0.0\n");
    let finding = found(&DependencyMissing, &failing(&nobodys));
    assert!(
        finding
            .title
            .starts_with("The package example.com/lib is in ")
    );
    let Action::Shell(line) = &finding.fixes.last().unwrap().action else {
        panic!("{finding:#?}");
    };
    assert!(!line.contains("-require="), "{line}");

    let published = module("\nrequire example.com/lib v1.2.0\n");
    published.write(
        "app/go.sum",
        "example.com/lib v1.2.0 h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\
         example.com/lib v1.2.0/go.mod h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
    );
    let finding = found(&DependencyMissing, &failing(&published));
    let expected = "example.com/lib v1.2.0 cannot be downloaded: GOPROXY is off.";
    assert_eq!(finding.title, expected);
    assert!(titles(&finding).contains(&WORK), "{finding:#?}");
}

#[test]
fn a_copy_of_what_others_publish_is_not_taken_to_be_meant() {
    let module = module("");
    module.write("app/go.mod", "module example.org/app\n\ngo 1.24\n");
    let mut workspace = failing(&module);
    workspace.set("GOPROXY", "http://127.0.0.1:9");
    let finding = found(&DependencyMissing, &workspace);
    let expected = "No module that go.mod requires has the package example.com/lib.";
    assert_eq!(finding.title, expected);
    // Only where it cannot be had it is.
    let closer = DependencyMissing.look_closer(&Real, &workspace, &finding);
    let closer = closer.unwrap();
    assert!(
        closer
            .title
            .starts_with("The package example.com/lib is in ")
    );
    assert_eq!(closer.subject, "example.com/lib");
}
