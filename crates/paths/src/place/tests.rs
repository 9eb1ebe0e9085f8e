use std::fs;
use std::os::unix::fs::symlink;
use std::time::Duration;

use system::Real;
use tempfile::TempDir;

use super::*;
use crate::home::Home;

/// A folder with files and links in it.
struct Disk {
    _folder: TempDir,
    root: PathBuf,
}

impl Disk {
    fn new(files: &[&str], links: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        for file in files {
            let path = root.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        for (link, target) in links {
            symlink(root.join(target), root.join(link)).unwrap();
        }
        Self {
            _folder: folder,
            root,
        }
    }

    fn homes(&self, modules: &[&str], libraries: &[&str]) -> Homes {
        let home = |kind| {
            move |path: &&str| Home {
                path: self.root.join(path),
                kind,
            }
        };
        let modules = modules.iter().map(home(HomeKind::Module));
        let libraries = libraries.iter().map(home(HomeKind::Library));
        Homes::of(&Real, modules.chain(libraries).collect())
    }

    fn place(&self, homes: &Homes, path: &str) -> Place {
        let mut links = || Links::of(&Real, homes, Duration::from_secs(60)).0;
        place(&Real, homes, &mut links, &self.root.join(path))
    }

    fn other(&self, path: &str, tree: Option<(&str, &str)>) -> Place {
        Place::Other {
            path: self.root.join(path),
            tree: tree.map(|(client, server)| Tree {
                client: self.root.join(client),
                server: self.root.join(server),
            }),
        }
    }
}

#[test]
fn the_spelling_of_the_folder_is_the_one_that_counts() {
    let disk = Disk::new(&["real/go.mod", "real/p/a.go"], &[("link", "real")]);
    for (home, other) in [("real", "link"), ("link", "real")] {
        let homes = disk.homes(&[home], &[]);
        let file = |folder: &str| format!("{folder}/p/a.go");
        assert_eq!(disk.place(&homes, &file(home)), Place::Own);
        let expected = disk.other(&file(home), Some((other, home)));
        assert_eq!(disk.place(&homes, &file(other)), expected);
        // One that does not exist yet is in the same folder.
        let expected = disk.other(&format!("{home}/p/q/new.go"), Some((other, home)));
        assert_eq!(disk.place(&homes, &format!("{other}/p/q/new.go")), expected);
    }
}

#[test]
fn a_linked_package_or_file_is_known_by_the_link_and_a_shared_one_by_neither() {
    let disk = Disk::new(
        &[
            "m/go.mod",
            "m/a.go",
            "x/pkg/p.go",
            "x/one.go",
            "x/two.go",
            "m/p/p.go",
            "m/q/q.go",
        ],
        &[
            ("m/pkg", "x/pkg"),
            ("m/other.go", "x/one.go"),
            ("m/p/two.go", "x/two.go"),
            ("m/q/two.go", "x/two.go"),
        ],
    );
    let homes = disk.homes(&["m"], &[]);
    let tree = Some(("x/pkg", "m/pkg"));
    assert_eq!(
        disk.place(&homes, "x/pkg/p.go"),
        disk.other("m/pkg/p.go", tree)
    );
    assert_eq!(
        disk.place(&homes, "x/one.go"),
        disk.other("m/other.go", None)
    );
    let Place::Unclear(names) = disk.place(&homes, "x/two.go") else {
        panic!("it has one name");
    };
    assert_eq!(names.len(), 2);
    for own in ["m/pkg/p.go", "m/other.go", "m/p/two.go", "m/q/two.go"] {
        assert_eq!(disk.place(&homes, own), Place::Own, "{own}");
    }
}

#[test]
fn a_link_to_a_folder_of_the_same_module_is_a_second_package() {
    let disk = Disk::new(&["m/go.mod", "m/a/a.go"], &[("m/b", "m/a"), ("x", "m/b")]);
    let homes = disk.homes(&["m"], &[]);
    assert_eq!(disk.place(&homes, "m/b/a.go"), Place::Own);
    // From elsewhere it is the package that it really is.
    let expected = disk.other("m/a/a.go", Some(("x", "m/a")));
    assert_eq!(disk.place(&homes, "x/a.go"), expected);
}

#[test]
fn a_module_that_is_used_elsewhere_is_not_the_one_that_a_link_here_leads_to() {
    let files = ["w/go.work", "w/m/go.mod", "lib/go.mod", "lib/l.go"];
    let disk = Disk::new(&files, &[("w/lib", "lib"), ("w/m/lib", "lib")]);
    let homes = disk.homes(&["w/m", "lib"], &[]);
    for (link, tree) in [("w/lib", "w/lib"), ("w/m/lib", "w/m/lib")] {
        let expected = disk.other("lib/l.go", Some((tree, "lib")));
        assert_eq!(disk.place(&homes, &format!("{link}/l.go")), expected);
    }
    // And the other way round.
    let homes = disk.homes(&["w/m", "w/lib"], &[]);
    let expected = disk.other("w/lib/l.go", Some(("lib", "w/lib")));
    assert_eq!(disk.place(&homes, "lib/l.go"), expected);
}

#[test]
fn libraries_hold_modules() {
    let files = ["real/mod/x@v1/go.mod", "real/mod/x@v1/x.go"];
    let disk = Disk::new(&files, &[("cache", "real/mod")]);
    let homes = disk.homes(&[], &["cache"]);
    assert_eq!(disk.place(&homes, "cache/x@v1/x.go"), Place::Own);
    let expected = disk.other("cache/x@v1/x.go", Some(("real/mod", "cache")));
    assert_eq!(disk.place(&homes, "real/mod/x@v1/x.go"), expected);
}

#[test]
fn chains_are_followed_and_loops_and_links_to_nowhere_are_left_alone() {
    let disk = Disk::new(
        &["m/go.mod", "m/a.go"],
        &[
            ("one", "m"),
            ("two", "one"),
            ("three", "two"),
            ("here", "there"),
        ],
    );
    symlink(disk.root.join("here"), disk.root.join("there")).unwrap();
    symlink(disk.root.join("nothing"), disk.root.join("m/gone.go")).unwrap();
    symlink(disk.root.join("m/loop"), disk.root.join("m/loop")).unwrap();
    let homes = disk.homes(&["m"], &[]);
    let expected = disk.other("m/a.go", Some(("three", "m")));
    assert_eq!(disk.place(&homes, "three/a.go"), expected);
    for left in ["here/a.go", "m/gone.go", "m/loop/a.go", "elsewhere/a.go"] {
        assert_eq!(disk.place(&homes, left), Place::Own, "{left}");
    }
}

#[test]
fn a_tree_goes_no_further_out_than_the_module() {
    let disk = Disk::new(&["u/m/go.mod", "u/m/a.go", "u/b.go"], &[("v", "u")]);
    let homes = disk.homes(&["u/m"], &[]);
    let expected = disk.other("u/m/a.go", Some(("v/m", "u/m")));
    assert_eq!(disk.place(&homes, "v/m/a.go"), expected);
    assert_eq!(disk.place(&homes, "v/b.go"), Place::Own);
}
