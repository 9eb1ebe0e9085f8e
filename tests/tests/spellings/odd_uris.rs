//! URIs that gopls refuses or misreads.

use tests::{Setup, gopls_or_skip};

use crate::ground::{By, Ground};
use crate::names::Names;
use crate::play::{check_same, session};
use crate::row::Row;

/// A module without links.
const PLAIN: Row = Row {
    by: By::Package,
    links: &[],
    tree: ("work/app", "work/app"),
    maps: &[],
};

/// Plays sessions in which the client spells the library's file so.
fn play(test: &str, row: &Row, odd: &[&dyn Fn(&str) -> String]) {
    let Some(gopls) = gopls_or_skip(test) else {
        return;
    };
    let ground = row.lay();
    let plain = Names::default();
    let alone = session(row, &ground, Setup::server_alone(&gopls), &plain, None);
    alone.check_whole();
    let library = ground.uri(&row.library());
    for spell in odd {
        let spelt = spell(&library);
        assert_ne!(spelt, library, "it is spelt otherwise");
        println!("{spelt}");
        let names = Names {
            opened: [(library.clone(), spelt)].into(),
            ..Names::default()
        };
        let setup = Setup::through_goplens(&gopls);
        let through = session(row, &ground, setup, &names, Some(&alone));
        check_same(&through.answers, &alone.answers, &names);
        let findings = through.ended.recorded().events("finding");
        assert!(findings.is_empty(), "{findings:#?}");
    }
}

#[test]
fn a_path_that_is_not_clean() {
    play(
        "spellings::odd_uris::a_path_that_is_not_clean",
        &PLAIN,
        &[
            &|uri| uri.replace("/app/", "//app/"),
            &|uri| uri.replace("/lib/", "/./lib/"),
            &|uri| uri.replace("/lib/", "/lib/../lib/"),
            &|uri| uri.replace("/lib.go", "/base/../lib.go"),
            &|uri| uri.replace("/app/", "/nowhere/../app/"),
            &|uri| uri.replace("file:///", "file:////"),
        ],
    );
}

#[test]
fn escapes_that_need_not_be() {
    play(
        "spellings::odd_uris::escapes_that_need_not_be",
        &PLAIN,
        &[
            &|uri| uri.replace("lib.go", "%6Cib.go"),
            &|uri| uri.replace("lib.go", "%6cib.g%6F"),
            &|uri| uri.replace("/lib.go", "/%2E/lib.go"),
        ],
    );
}

#[test]
fn escapes_as_vs_code_writes_them() {
    let row = Row {
        by: By::Cache,
        ..PLAIN
    };
    play(
        "spellings::odd_uris::escapes_as_vs_code_writes_them",
        &row,
        &[&|uri| uri.replace('@', "%40")],
    );
}

#[test]
fn letters_that_are_not_escaped() {
    let row = Row {
        links: &[("work/app", "grün")],
        tree: ("work/app", "grün"),
        ..PLAIN
    };
    let test = "spellings::odd_uris::letters_that_are_not_escaped";
    let Some(gopls) = gopls_or_skip(test) else {
        return;
    };
    let ground = row.lay();
    let alone = Setup::server_alone(&gopls);
    let alone = session(&row, &ground, alone, &Names::default(), None);
    let mut names = row.names(&ground);
    for opened in names.opened.values_mut() {
        *opened = opened.replace("%C3%BC", "ü");
    }
    let setup = Setup::through_goplens(&gopls);
    let through = session(&row, &ground, setup, &names, Some(&alone));
    check_same(&through.answers, &alone.answers, &names);
}

#[test]
fn a_scheme_or_a_host_that_gopls_does_not_expect() {
    play(
        "spellings::odd_uris::a_scheme_or_a_host_that_gopls_does_not_expect",
        &PLAIN,
        &[
            &|uri| uri.replace("file:///", "file://localhost/"),
            &|uri| uri.replace("file://", "FILE://"),
            &|uri| uri.replace("file:///", "File://LOCALHOST/"),
        ],
    );
}

#[test]
fn a_folder_that_is_oddly_spelt() {
    let test = "spellings::odd_uris::a_folder_that_is_oddly_spelt";
    let Some(gopls) = gopls_or_skip(test) else {
        return;
    };
    let ground = Ground::lay(By::Package, &[]);
    for (new, old) in [
        ("//app", "/app"),
        ("/./app", "/app"),
        ("/app/../app", "/app"),
    ] {
        let folder = ground.uri("work/app").replace(old, new);
        check_folder(&gopls, &ground, &folder);
    }
    let folder = ground.uri("work/app");
    check_folder(
        &gopls,
        &ground,
        &folder.replace("file:///", "FILE://localhost/"),
    );
    check_folder(&gopls, &ground, &format!("{folder}/"));
}

/// A file that is plainly spelt is in the folder that is spelt so.
fn check_folder(gopls: &std::path::Path, ground: &Ground, folder: &str) {
    let setup = ground.setup(Setup::through_goplens(gopls));
    let mut client = crate::client::Client::start(setup, &[folder]);
    let library = ground.uri("work/app/lib/lib.go");
    client.open(&library, &ground.text("work/app/lib/lib.go"));
    let (found, _) = client.definition(&library, "help(name");
    assert_eq!(found, ground.uri("work/app/lib/help.go"), "{folder}");
    let ended = client.end();
    let findings = ended.recorded().events("finding");
    assert!(findings.is_empty(), "{folder}: {findings:#?}");
}
