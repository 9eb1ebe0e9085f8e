//! Files of Go itself, and go.mod files, by another name than gopls has for them.

use serde_json::{Value, json};
use tests::{Setup, command, gopls_or_skip};

use crate::client::{Client, shown};
use crate::ground::{By, Ground};
use crate::names::Names;
use crate::play::sorted;

/// The Go installation that the tests run with.
fn go_root() -> String {
    let output = command("go").args(["env", "GOROOT"]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn go_s_own_folder_is_a_link_and_the_file_is_opened_by_its_real_path() {
    let test = "spellings::homes::\
                go_s_own_folder_is_a_link_and_the_file_is_opened_by_its_real_path";
    let Some(gopls) = gopls_or_skip(test) else {
        return;
    };
    let real = std::fs::canonicalize(go_root()).unwrap();
    let real = crate::ground::uri(&real);
    for link_is_in_force in [true, false] {
        let ground = Ground::lay(By::Package, &[]);
        let link = ground.path("go");
        std::os::unix::fs::symlink(go_root(), &link).unwrap();
        let link = crate::ground::uri(&link);
        let (healthy, other) = match link_is_in_force {
            true => (link.clone(), real.clone()),
            false => (real.clone(), link.clone()),
        };
        let file = format!("{healthy}/src/strings/builder.go");
        let opened = file.replacen(&healthy, &other, 1);
        let names = Names {
            opened: [(file.clone(), opened)].into(),
            tree: Some((healthy.clone(), other)),
            ..Names::default()
        };
        let alone = ask_in_go(
            &ground,
            Setup::server_alone(&gopls),
            &healthy,
            &Names::default(),
        );
        let through = ask_in_go(&ground, Setup::through_goplens(&gopls), &healthy, &names);
        let expected: Vec<_> = alone
            .iter()
            .map(|(asked, answer)| sorted(&names.within(answer, Some(asked))))
            .collect();
        for (answer, (asked, _)) in expected.iter().zip(&alone) {
            assert!(!answer["result"].is_null(), "{asked}: {answer}");
        }
        let through: Vec<_> = through.iter().map(|(_, answer)| sorted(answer)).collect();
        assert_eq!(through, expected);
    }
}

/// What is answered about a file of the standard library, and about one that uses it.
fn ask_in_go(ground: &Ground, setup: Setup, root: &str, names: &Names) -> Vec<(String, Value)> {
    let path = root.strip_prefix("file://").unwrap();
    let setup = ground.setup(setup).env("GOROOT", path);
    let mut client = Client::start(setup, &[&ground.uri("work/app")]);
    let builder = format!("{root}/src/strings/builder.go");
    let help = ground.uri("work/app/lib/help.go");
    let text = std::fs::read_to_string(builder.strip_prefix("file://").unwrap()).unwrap();
    client.open(&help, &ground.text("work/app/lib/help.go"));
    client.open(&names.of(&builder, None), &text);
    let questions = [
        (&help, "definition", "Repeat"),
        (&help, "hover", "Repeat"),
        (&builder, "definition", "utf8.A^ppendRune"),
        (&builder, "definition", "type B^uilder"),
        (&builder, "typeDefinition", "b.b^uf"),
        (&builder, "hover", "bytealg.M^akeNoZero"),
        (&builder, "documentHighlight", "copyCheck() {"),
        (&builder, "documentSymbol", "package"),
    ];
    let answers = questions.map(|(uri, method, needle)| {
        let method = format!("textDocument/{method}");
        let answer = client.ask(&method, &names.of(uri, None), needle);
        (uri.clone(), answer)
    });
    client.end();
    answers.into()
}

#[test]
fn a_go_mod_is_opened_by_its_real_path() {
    let test = "spellings::homes::a_go_mod_is_opened_by_its_real_path";
    let Some(gopls) = gopls_or_skip(test) else {
        return;
    };
    let ground = Ground::lay(By::Replace, &[("work/app", "real")]);
    let healthy = ground.uri("work/app/go.mod");
    let names = Names {
        opened: [(healthy.clone(), ground.uri("real/go.mod"))].into(),
        tree: Some((ground.uri("work/app"), ground.uri("real"))),
        ..Names::default()
    };
    let mut played = Vec::new();
    for (setup, names) in [
        (Setup::server_alone(&gopls), &Names::default()),
        (Setup::through_goplens(&gopls), &names),
    ] {
        let mut client = Client::start(ground.setup(setup), &[&ground.uri("work/app")]);
        let go_mod = names.of(&healthy, None);
        client.open_as("go.mod", &go_mod, &ground.text("work/app/go.mod"));
        let mut answers = Vec::new();
        for (method, needle) in [
            ("hover", "example.com/lib v1"),
            ("codeLens", "module"),
            ("documentLink", "module"),
            ("formatting", "module"),
        ] {
            let method = format!("textDocument/{method}");
            answers.push(sorted(&client.ask(&method, &go_mod, needle)));
        }
        let lenses = answers[1]["result"].as_array().unwrap().clone();
        let tidy = lenses
            .iter()
            .find(|lens| lens["command"]["command"] == "gopls.tidy");
        answers.push(client.request("workspace/executeCommand", tidy.unwrap()["command"].clone()));
        client.edit(&go_mod, "go 1.24", "gibberish");
        client.session.wait_for("what is wrong with it", |book| {
            let shown = shown(book, false);
            shown.keys().eq([&go_mod]).then_some(())
        });
        answers.push(json!(client.ask("textDocument/hover", &go_mod, "module")));
        client.end();
        played.push(answers);
    }
    let expected = played[0].iter();
    let expected: Vec<_> = expected
        .map(|one| sorted(&names.within(one, Some(&healthy))))
        .collect();
    assert_eq!(played[1], expected);
}
