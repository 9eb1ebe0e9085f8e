use proptest::prelude::*;

use super::*;

fn of(maps: &[(&str, &str)]) -> (Maps, Vec<Rejected>) {
    Maps::new(maps.iter().map(|(client, server)| Map {
        client: (*client).to_owned(),
        server: (*server).to_owned(),
    }))
}

fn maps(list: &[(&str, &str)]) -> Maps {
    let (maps, rejected) = of(list);
    assert_eq!(rejected, []);
    maps
}

/// Why the last of these is rejected, and it alone.
fn reason(list: &[(&str, &str)]) -> String {
    let (maps, rejected) = of(list);
    assert_eq!(maps.0.len(), list.len() - 1);
    let [rejected] = &rejected[..] else {
        panic!("{rejected:?}");
    };
    assert_eq!(rejected.index, list.len() - 1);
    rejected.reason.clone()
}

#[test]
fn a_prefix_is_exchanged_where_a_name_ends() {
    let maps = maps(&[("/workspaces//app/", "/home/me/app")]);
    for (client, server) in [
        ("/workspaces/app", "/home/me/app"),
        ("/workspaces/app/a b.go", "/home/me/app/a b.go"),
    ] {
        assert_eq!(maps.to_server(client).as_deref(), Some(server));
        assert_eq!(maps.to_client(server).as_deref(), Some(client));
    }
    for path in ["/workspaces/application", "/workspaces", "/", "app"] {
        assert_eq!(maps.to_server(path), None);
        assert_eq!(maps.to_client(path), None);
    }
    assert!(!maps.is_empty() && Maps::default().is_empty());
}

#[test]
fn a_path_is_cleaned_before_its_prefix_is_looked_at() {
    let maps = maps(&[("/c", "/s")]);
    assert_eq!(maps.to_server("/c/../x"), None);
    assert_eq!(maps.to_server("/x/..//c/a").as_deref(), Some("/s/a"));
    assert_eq!(maps.uri_to_server("file:///c/%2e%2e/x"), None);
    assert_eq!(
        maps.uri_to_server("file:///x/../c//%61/").as_deref(),
        Some("file:///s/a")
    );
}

#[test]
fn the_longest_prefix_wins_in_any_order() {
    let list = [("/c", "/s"), ("/c/x", "/y"), ("/c/x/z", "/s/x/z")];
    let mut turned = list;
    turned.reverse();
    for list in [list, turned] {
        let maps = maps(&list);
        assert_eq!(maps.to_server("/c/x/a").as_deref(), Some("/y/a"));
        assert_eq!(maps.to_server("/c/x/z/a").as_deref(), Some("/s/x/z/a"));
        assert_eq!(maps.to_client("/s/a").as_deref(), Some("/c/a"));
    }
}

#[test]
fn a_map_to_itself_is_an_exception_from_a_shorter_one() {
    let maps = maps(&[("/w", "/s"), ("/w/own", "/w/own")]);
    assert_eq!(maps.to_server("/w/a").as_deref(), Some("/s/a"));
    assert_eq!(maps.to_server("/w/own/a"), None);
    assert_eq!(maps.to_client("/w/own/a"), None);
}

#[test]
fn a_name_that_would_not_lead_back_stays() {
    let maps = maps(&[("/c", "/s"), ("/c/x", "/elsewhere")]);
    assert_eq!(maps.to_client("/s/x/a"), None);
    assert_eq!(maps.uri_to_client("file:///s/x/a"), None);
    assert_eq!(maps.to_client("/s/xa").as_deref(), Some("/c/xa"));
}

#[test]
fn a_root_can_be_a_prefix() {
    let maps = maps(&[("/", "/mnt/host"), ("/sdk", "/usr/go")]);
    assert_eq!(maps.to_server("/").as_deref(), Some("/mnt/host"));
    assert_eq!(maps.to_client("/mnt/host").as_deref(), Some("/"));
    assert_eq!(maps.to_server("/a").as_deref(), Some("/mnt/host/a"));
    assert_eq!(maps.to_client("/mnt/host/a").as_deref(), Some("/a"));
    assert_eq!(maps.to_server("/sdk/a").as_deref(), Some("/usr/go/a"));
    let (there, back) = ("file:///", "file:///mnt/host");
    assert_eq!(maps.uri_to_server(there).as_deref(), Some(back));
    assert_eq!(maps.uri_to_client(back).as_deref(), Some(there));
}

#[test]
fn a_drive_of_the_client_can_be_mapped() {
    let drive = maps(&[("c:/", "/mnt/c"), ("D:/work", "/home/me/work")]);
    for (client, server, back) in [
        (
            "file:///c%3A/a%40b",
            "file:///mnt/c/a%40b",
            "file:///C:/a%40b",
        ),
        (
            "file:///d:/work/x",
            "file:///home/me/work/x",
            "file:///D:/work/x",
        ),
    ] {
        assert_eq!(drive.uri_to_server(client).as_deref(), Some(server));
        assert_eq!(drive.uri_to_client(server).as_deref(), Some(back));
    }
    assert_eq!(drive.to_client("/mnt/c").as_deref(), Some("C:/"));
}

#[test]
fn the_bytes_behind_the_prefix_stay_and_the_prefix_is_written_as_go_writes_it() {
    let maps = maps(&[("/my app", "/srv/(x)@1")]);
    for (client, server) in [
        (
            "file:///my%20app/a%40b.go",
            "file:///srv/%28x%29@1/a%40b.go",
        ),
        ("file:///m%79 app/ä b/", "file:///srv/%28x%29@1/ä b/"),
        ("FILE://localhost/my%20app", "file:///srv/%28x%29@1"),
        ("file:///my%20app%2fa", "file:///srv/%28x%29@1%2fa"),
    ] {
        assert_eq!(maps.uri_to_server(client).as_deref(), Some(server));
    }
    assert_eq!(
        maps.uri_to_client("file:///srv/(x)@1/a%40b.go").as_deref(),
        Some("file:///my%20app/a%40b.go")
    );
    for uri in [
        "file:///my%20apple",
        "untitled:/my%20app/x",
        "file://host/my%20app/x",
    ] {
        assert_eq!(maps.uri_to_server(uri), None);
    }
}

#[test]
fn a_map_of_no_clean_absolute_paths_is_rejected() {
    for (client, server, said) in [
        ("app", "/s", "client = \"app\""),
        ("/c", "", "server = \"\""),
        ("/c", "~/app", "~/app"),
        ("file:///c", "/s", "file:///c"),
        ("localhost/c", "/s", "localhost/c"),
        (r"C:\work", "/s", "written with `/`"),
        ("/c\0", "/s", "absolute"),
        ("/c/../d", "/s", "`..`"),
        ("/c", "/s/..", "server = \"/s/..\" has `..`"),
    ] {
        let reason = reason(&[(client, server)]);
        assert!(reason.contains(said), "{reason}");
    }
}

#[test]
fn two_maps_of_one_folder_are_rejected() {
    assert_eq!(
        reason(&[("/c", "/s"), ("/c/", "/t")]),
        "The map of /c to /t cannot be used beside that of /c to /s: the editor's folder is the same."
    );
    assert!(reason(&[("/c", "/s"), ("/d", "/s")]).contains("gopls's folder is the same"));
    let (maps, rejected) = of(&[("/c", "/s"), ("/c", "/s")]);
    assert_eq!((maps.0.len(), rejected), (1, vec![]));
}

#[test]
fn maps_that_cannot_be_told_apart_on_the_way_back_are_rejected() {
    let (outer, inner) = (("/work", "/home/me"), ("/opt/lib", "/home/me/lib"));
    let why = "the editor's /work/lib would be gopls's /home/me/lib, which comes back as /opt/lib.";
    assert_eq!(
        reason(&[outer, inner]),
        format!(
            "The map of /opt/lib to /home/me/lib cannot be used beside that of /work to /home/me: {why}"
        )
    );
    let reason = reason(&[inner, outer]);
    assert!(reason.starts_with("The map of /work to /home/me cannot"));
    assert!(reason.ends_with(why));
    // Where another map takes the name that would not come back, nothing is mixed up.
    maps(&[outer, ("/work/lib", "/work/lib"), inner]);
}

/// A short path of few names, so that many meet.
fn short_path() -> impl Strategy<Value = String> {
    prop::collection::vec("[ab]", 0..4).prop_map(|names| format!("/{}", names.join("/")))
}

fn some_maps() -> impl Strategy<Value = Vec<Map>> {
    let map = (short_path(), short_path()).prop_map(|(client, server)| Map { client, server });
    prop::collection::vec(map, 1..6)
}

/// All paths of up to seven of two names.
fn all_paths() -> Vec<String> {
    let mut paths = vec![String::new()];
    let mut from = 0;
    for _ in 0..7 {
        let longest = paths[from..].to_vec();
        from = paths.len();
        paths.extend(
            longest
                .iter()
                .flat_map(|path| [format!("{path}/a"), format!("{path}/b")]),
        );
    }
    paths[0] = "/".to_owned();
    paths
}

/// A path that a map takes, one to itself included, and that does not come back as it went.
fn lost(maps: &Maps) -> Option<String> {
    all_paths().into_iter().find(|path| {
        let there = maps.to_server(path).unwrap_or_else(|| path.clone());
        let back = maps.to_client(&there).unwrap_or(there);
        maps.longest(path, |pair| &pair.client).is_some() && back != *path
    })
}

proptest! {
    #[test]
    fn what_accepted_maps_take_comes_back(list in some_maps()) {
        let (maps, _) = Maps::new(list);
        prop_assert_eq!(lost(&maps), None);
        for path in all_paths() {
            if let Some(name) = maps.to_client(&path) {
                prop_assert_eq!(maps.to_server(&name), Some(path));
            }
        }
    }

    #[test]
    fn no_map_is_rejected_beside_which_all_would_come_back(list in some_maps()) {
        let (_, rejected) = Maps::new(list.clone());
        for Rejected { index, .. } in rejected {
            let (mut maps, _) = Maps::new(list[..index].iter().cloned());
            let [client, server] =
                [&list[index].client, &list[index].server].map(|path| Prefix::of(path));
            if maps.0.iter().all(|old| old.client != client) {
                maps.0.push(Pair { client, server });
                prop_assert!(lost(&maps).is_some());
            }
        }
    }

    #[test]
    fn a_uri_comes_back_byte_for_byte(list in some_maps(), folder in short_path(), rest in "(/([ab@ä]|%40|%c3%a4|%2E)c?)*") {
        let (maps, _) = Maps::new(list);
        let uri = format!("file://{}{rest}", folder.trim_end_matches('/'));
        let clean = uri::path(&uri).is_some_and(|path| *clean(&path) == path);
        if let Some(there) = maps.uri_to_server(&uri).filter(|_| clean) {
            prop_assert_eq!(maps.to_server(&uri::path(&uri).unwrap()), uri::path(&there));
            prop_assert_eq!(maps.uri_to_client(&there), Some(uri));
        }
    }
}
