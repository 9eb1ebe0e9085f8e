use proptest::prelude::*;

use super::*;

#[test]
fn go_leaves_just_these_bytes_as_they_are() {
    // Printed by Go 1.26: each byte c of ASCII for which `url.URL{Scheme: "file", Path: "/" + c}`
    // has c in its text.
    let stay = "$&+,-./0123456789:;=@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~";
    let staying: String = (0..=255)
        .filter(|byte| stays(*byte))
        .map(char::from)
        .collect();
    assert_eq!(staying, stay);
}

/// URIs, and what gopls 0.23 makes of them when it reads them and cleans their paths.
const AS_GOPLS: [(&str, &str, &str); 15] = [
    ("file:///a/b.go", "/a/b.go", "file:///a/b.go"),
    ("file:///", "/", "file:///"),
    ("file:///a/", "/a/", "file:///a"),
    ("file:///a//b", "/a//b", "file:///a/b"),
    ("file:////a", "//a", "file:///a"),
    ("file:///a%2Fb", "/a/b", "file:///a/b"),
    ("file:///a%2f%2e%2e/b", "/a/../b", "file:///b"),
    ("file:///a?b#c", "/a?b#c", "file:///a%3Fb%23c"),
    ("file:///a b/ä", "/a b/ä", "file:///a%20b/%C3%A4"),
    ("file:///%c3%a4/a%7Eb", "/ä/a~b", "file:///%C3%A4/a~b"),
    ("file:///m@v1+b&c:d", "/m@v1+b&c:d", "file:///m@v1+b&c:d"),
    (
        "file:///a!b'c(d)*",
        "/a!b'c(d)*",
        "file:///a%21b%27c%28d%29%2A",
    ),
    ("file:///a%0Ab", "/a\nb", "file:///a%0Ab"),
    ("file:///c%3A/x", "C:/x", "file:///C:/x"),
    ("file:///c:", "/c:", "file:///c:"),
];

#[test]
fn paths_are_read_and_written_as_gopls_does() {
    for (uri, path, normal) in AS_GOPLS {
        assert_eq!(super::path(uri).as_deref(), Some(path));
        assert_eq!(
            super::normal(uri).as_deref(),
            (normal != uri).then_some(normal)
        );
    }
}

#[test]
fn what_gopls_refuses_or_misreads_is_read_as_it_was_meant() {
    for uri in [
        "FILE:///x",
        "file:/x",
        "file://localhost/x",
        "File://LocalHost/x",
    ] {
        assert_eq!(path(uri).as_deref(), Some("/x"), "{uri}");
        assert_eq!(normal(uri).as_deref(), Some("file:///x"), "{uri}");
    }
}

#[test]
fn what_is_no_file_uri_has_no_path() {
    for uri in [
        "",
        "x",
        "/a",
        "file:",
        "file:a",
        "file://",
        "file://host/a",
        "file://localhosts/a",
        "untitled:1",
        "git:/a",
        "file:///a%zz",
        "file:///a%4",
        "file:///a%+4",
        "file:///%ff",
        "file:///a%00b",
        "file:///a\0b",
    ] {
        assert_eq!(path(uri), None, "{uri}");
        assert_eq!(normal(uri), None, "{uri}");
    }
}

#[test]
fn a_path_is_cleaned_as_go_cleans_it() {
    for (path, cleaned) in [
        ("/", "/"),
        ("//", "/"),
        ("/..", "/"),
        ("/a/./b/", "/a/b"),
        ("/a/../../b", "/b"),
        ("/a/..b", "/a/..b"),
        ("C:/", "C:/"),
        ("C:/a/..", "C:/"),
        ("a//b", "a//b"),
    ] {
        assert_eq!(clean(path), cleaned);
    }
    assert!(matches!(clean("/a/b.go"), Cow::Borrowed(_)));
}

#[test]
fn behind_a_prefix_the_uri_stays_as_it_is_spelt() {
    let behind = |uri, length| FileUri::parse(uri)?.behind(length);
    assert_eq!(
        behind("file:///m%79%20app/a%40b.go", "/my app".len()),
        Some("/a%40b.go")
    );
    assert_eq!(
        behind("FILE://localhost/ä/%c3%a4", "/ä".len()),
        Some("/%c3%a4")
    );
    assert_eq!(behind("file:///c%3A/a", "C:".len()), Some("/a"));
    assert_eq!(behind("file:///a", "/a".len()), Some(""));
}

proptest! {
    #[test]
    fn a_path_comes_back_from_its_uri(path in "/[^\0]{0,20}") {
        prop_assume!(!has_drive(&path[1..]));
        prop_assert_eq!(super::path(&uri(&path)), Some(path));
    }

    #[test]
    fn what_is_normal_stays(uri in "(file|FILE)://(localhost)?/(/|[.]|[.][.]|%2[eEfF]|[ab: ä!])*") {
        let normal = super::normal(&uri).unwrap_or(uri);
        prop_assert_eq!(super::normal(&normal), None);
        prop_assert!(is_plain(&normal) || normal.contains('%') || normal.contains(':'));
    }

    #[test]
    fn any_text_can_be_asked_about(uri in "(file://)?/?[%/.:0-9a-fé]{0,12}", length in 0..20_usize) {
        let _ = normal(&uri);
        let _ = FileUri::parse(&uri).and_then(|file| file.behind(length).map(str::len));
    }
}
