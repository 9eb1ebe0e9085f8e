use std::fs;
use std::os::unix::fs::symlink;
use std::sync::mpsc::{Receiver, channel};

use system::Real;
use tempfile::TempDir;

use super::*;
use crate::{HomeKind, Map};

/// A module, a link to its folder, and a session in which the client has opened the link.
struct Scene {
    _folder: TempDir,
    root: PathBuf,
    spellings: Arc<Spellings>,
    renamings: Receiver<Vec<Renaming>>,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        for file in ["real/go.mod", "real/p/a.go", "real/p/b.go"] {
            let path = root.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        symlink(root.join("real"), root.join("link")).unwrap();
        let spellings = Spellings::start(Arc::new(Real), Maps::default());
        let (sender, renamings) = channel();
        spellings.on_renamed(move |all| sender.send(all).unwrap());
        Self {
            _folder: folder,
            root,
            spellings,
            renamings,
        }
    }

    fn begun(self) -> Self {
        self.spellings.begin_with(&[self.uri("link")]);
        self.learn("link");
        self
    }

    fn learn(&self, home: &str) {
        let folders = self.spellings.state().folders.paths();
        let home = Home {
            path: self.root.join(home),
            kind: HomeKind::Module,
        };
        self.spellings.learn(vec![home], &folders);
    }

    fn uri(&self, file: &str) -> String {
        uri::uri(self.root.join(file).to_str().unwrap())
    }

    /// The document is opened: what gopls calls it at once, without the folder of the scene.
    fn open_at_once(&self, file: &str) -> String {
        let used = self.spellings.open(&self.uri(file));
        used.server[self.uri("").len()..].to_owned()
    }

    /// The document is opened: what gopls calls it when the disk has been looked at.
    fn open(&self, file: &str) -> String {
        self.open_at_once(file);
        self.settle();
        let (server, _) = self.spellings.open_as(&self.uri(file)).unwrap();
        server[self.uri("").len()..].to_owned()
    }

    /// Waits for what was asked of the disk, and does what comes of it.
    fn settle(&self) {
        let (answer, answered) = channel();
        let job = Job::Real(self.root.clone(), answer);
        self.spellings.jobs.send(job).unwrap();
        answered.recv().unwrap();
        for renaming in self.renamings.try_iter().flatten() {
            self.spellings.rename(renaming);
        }
    }

    fn to_client(&self, file: &str, asked: &str) -> String {
        let tree = self.spellings.tree_of(&self.uri(asked));
        let server = self.uri(file);
        let client = self.spellings.to_client(&server, tree.as_ref());
        client.unwrap_or(server)[self.uri("").len()..].to_owned()
    }
}

#[test]
fn a_session_with_one_spelling_sleeps() {
    let scene = Scene::new().begun();
    assert_eq!(scene.open("link/p/a.go"), "link/p/a.go");
    assert_eq!(scene.open("elsewhere/a.go"), "elsewhere/a.go");
    assert!(!scene.spellings.awake() && !scene.spellings.any_twice());
    assert_eq!(scene.spellings.renamed(), []);
}

#[test]
fn a_document_goes_by_the_name_that_gopls_knows_and_comes_back_by_its_own() {
    let scene = Scene::new().begun();
    assert_eq!(scene.open("real/p/a.go"), "link/p/a.go");
    assert!(scene.spellings.awake());
    assert_eq!(scene.to_client("link/p/a.go", "nothing"), "real/p/a.go");
    // The other files of its folder are where it is, for who asks about it, and nobody else.
    assert_eq!(scene.to_client("link/p/b.go", "real/p/a.go"), "real/p/b.go");
    assert_eq!(scene.to_client("link/p/b.go", "nothing"), "link/p/b.go");
    let server = scene.spellings.to_server(&scene.uri("real/p/b.go"));
    assert_eq!(server, Some(scene.uri("link/p/b.go")));
    // One that the client has open stays as it is.
    assert_eq!(scene.open("link/p/b.go"), "link/p/b.go");
    assert_eq!(scene.to_client("link/p/b.go", "real/p/a.go"), "link/p/b.go");
}

#[test]
fn of_one_file_with_two_names_the_one_used_last_counts() {
    let scene = Scene::new().begun();
    let [real, link] = ["real/p/a.go", "link/p/a.go"].map(|file| scene.uri(file));
    scene.spellings.open(&link);
    let used = scene.spellings.open(&real);
    assert_eq!(used.names, [link.clone(), real.clone()]);
    assert_eq!(used.moved, Some((link.clone(), real.clone())));
    assert!(scene.spellings.any_twice());
    assert_eq!(scene.spellings.touch(&real), None);
    let used = scene.spellings.touch(&link).unwrap();
    assert_eq!(used.moved, Some((real.clone(), link.clone())));
    let used = scene.spellings.close(&link).unwrap();
    assert_eq!((&used.names[..], used.moved.is_some()), (&[real][..], true));
    assert!(!scene.spellings.any_twice());
}

#[test]
fn what_is_learned_later_renames_what_is_open() {
    let scene = Scene::new();
    scene.spellings.begin_with(&[scene.uri("real")]);
    // It lies in the client's folder, so that nothing is waited for.
    assert_eq!(scene.open("real/p/a.go"), "real/p/a.go");
    scene.learn("link");
    let all = scene.renamings.recv().unwrap();
    assert_eq!(*all[0].known.server, *scene.uri("link/p/a.go"));
    let (before, after) = scene.spellings.rename(all[0].clone()).unwrap();
    assert_eq!((before.names.len(), after.names.len()), (0, 1));
    // The link goes, and with it the name.
    fs::remove_file(scene.root.join("link")).unwrap();
    scene.spellings.look_again();
    let all = scene.renamings.recv().unwrap();
    assert_eq!(*all[0].known.server, *scene.uri("real/p/a.go"));
}

#[test]
fn what_is_known_of_a_folder_counts_before_the_disk_is_looked_at() {
    let scene = Scene::new();
    scene.spellings.begin_with(&[scene.uri("link")]);
    // The client's folder counts before gopls has said what it makes of it.
    assert_eq!(scene.open_at_once("real/p/a.go"), "link/p/a.go");
    symlink(scene.root.join("real/p"), scene.root.join("short")).unwrap();
    assert_eq!(scene.open("short/b.go"), "link/p/b.go");
    assert_eq!(scene.open_at_once("short/c.go"), "link/p/c.go");
    scene.settle();
    for (file, tree) in [
        ("real/p/a.go", ["real", "link"]),
        ("short/c.go", ["short", "link/p"]),
    ] {
        let [client, server] = tree.map(|folder| scene.root.join(folder));
        let found = scene.spellings.tree_of(&scene.uri(file));
        assert_eq!(found, Some(Tree { client, server }), "{file}");
    }
}

#[test]
fn what_was_expected_gives_way_to_what_the_disk_says() {
    let scene = Scene::new().begun();
    symlink(scene.root.join("real/p"), scene.root.join("real/q")).unwrap();
    assert_eq!(scene.open_at_once("real/q/a.go"), "link/q/a.go");
    scene.settle();
    let uri = scene.uri("real/q/a.go");
    let (server, _) = scene.spellings.open_as(&uri).unwrap();
    assert_eq!(*server, *scene.uri("link/p/a.go"), "it leads there");
}

#[test]
fn a_change_on_disk_is_told_by_the_name_that_gopls_knows() {
    let scene = Scene::new().begun();
    let (sender, told) = channel();
    let tell = move |all: Vec<Changed>| sender.send(all).unwrap();
    scene.spellings.on_changed(tell);
    let change = |file: &str| Changed {
        uri: scene.uri(file),
        kind: 2,
    };
    let all = [
        "link/p/a.go",
        "elsewhere/a.go",
        "real/p/a.go",
        "real/p/gone.go",
    ]
    .map(change);
    scene.spellings.changed(all.into());
    let expected = ["link/p/a.go", "link/p/gone.go"].map(change);
    assert_eq!(told.recv().unwrap(), expected);
    // The next ones are known at once.
    let server = scene.spellings.to_server(&scene.uri("real/p/b.go"));
    assert_eq!(server, Some(scene.uri("link/p/b.go")));
}

#[test]
fn what_gopls_says_by_a_former_name_is_not_about_the_document_of_that_name() {
    let scene = Scene::new();
    scene.spellings.begin_with(&[scene.uri("real")]);
    scene.open("real/p/a.go");
    let is_former = |file: &str| scene.spellings.is_former(&scene.uri(file));
    assert!(!is_former("real/p/a.go") && !is_former("link/p/a.go"));
    scene.learn("link");
    let all = scene.renamings.recv().unwrap();
    scene.spellings.rename(all[0].clone()).unwrap();
    assert!(is_former("real/p/a.go") && !is_former("link/p/a.go"));
    assert!(!is_former("real/p/b.go"));
    scene.spellings.close(&scene.uri("real/p/a.go"));
    assert!(
        !is_former("real/p/a.go"),
        "the client has none of that name"
    );
}

#[test]
fn a_folder_that_is_another_one_is_left_out_until_that_is_removed() {
    let scene = Scene::new();
    let [real, link] = ["real", "link"].map(|file| scene.uri(file));
    let spellings = &scene.spellings;
    assert_eq!(spellings.begin_with(&[link.clone(), real.clone()]), [1]);
    assert_eq!(spellings.left_out()[0].twin, link);
    let remove = |uri: &String| spellings.remove_folders(std::slice::from_ref(uri));
    assert_eq!(remove(&link), (vec![true], vec![real.clone()]));
    assert_eq!(spellings.left_out(), []);
    assert_eq!(spellings.add_folder(&link), Some(real));
    assert_eq!(remove(&link), (vec![false], vec![]));
    assert_eq!(spellings.add_folder(&scene.uri("real/p")), None);
}

#[test]
fn a_folder_goes_by_whatever_spelling_gopls_would_know_it_by() {
    let scene = Scene::new();
    let [real, link] = ["real", "link"].map(|file| scene.uri(file));
    let odd = real.replace("file://", "file://localhost");
    let slash = format!("{real}/");
    for [first, gone] in [
        [&odd, &real],
        [&real, &slash],
        [&slash, &real],
        [&real, &odd],
    ] {
        scene.spellings.begin_with(std::slice::from_ref(first));
        let removed = scene.spellings.remove_folders(std::slice::from_ref(gone));
        assert_eq!(removed, (vec![true], vec![]), "{first} and {gone}");
        assert_eq!(
            scene.spellings.add_folder(&link),
            None,
            "{first} and {gone}"
        );
    }
    assert!(
        scene.spellings.awake(),
        "gopls is to get it in its own spelling"
    );
}

#[test]
fn documents_go_by_the_folders_that_there_are() {
    let scene = Scene::new().begun();
    let [real, link] = ["real", "link"].map(|file| scene.uri(file));
    assert_eq!(scene.open("link/p/a.go"), "link/p/a.go");
    assert_eq!(scene.spellings.add_folder(&real), Some(link.clone()));
    let heir = scene.spellings.remove_folders(std::slice::from_ref(&link));
    assert_eq!(heir, (vec![true], vec![real]));
    let renamings = scene.spellings.folders_changed(&[link]);
    assert_eq!(*renamings[0].known.server, *scene.uri("real/p/a.go"));
    // What was looked for in the folders before counts no more.
    scene
        .spellings
        .learn(Vec::new(), &[scene.root.join("link")]);
    assert_eq!(scene.open("real/p/b.go"), "real/p/b.go");
}

#[test]
fn odd_uris_are_written_as_gopls_writes_them_and_given_back() {
    let scene = Scene::new().begun();
    let root = scene.root.to_str().unwrap().to_owned();
    for odd in [
        format!("file://{root}//link/p/./a.go"),
        format!("file://{root}/link/q/../p/a.go"),
        format!("file://{root}/link/p/%61.go"),
        format!("file://localhost{root}/link/p/a.go"),
        format!("FILE://{root}/link/p/a.go"),
    ] {
        let used = scene.spellings.open(&odd);
        assert_eq!(*used.server, *scene.uri("link/p/a.go"), "{odd}");
        let client = scene.spellings.to_client(&used.server, None);
        assert_eq!(client.as_deref(), Some(&*odd));
        scene.spellings.close(&odd);
    }
    assert_eq!(
        scene.spellings.open("untitled:a").server,
        "untitled:a".into()
    );
    assert_eq!(scene.spellings.to_server("untitled:b"), None);
}

#[test]
fn maps_come_first_on_the_way_in_and_last_on_the_way_out() {
    let scene = Scene::new();
    let map = Map {
        client: "/app".into(),
        server: scene.root.join("real").to_str().unwrap().into(),
    };
    let (maps, rejected) = Maps::new([map]);
    assert!(rejected.is_empty());
    scene.spellings.set_maps(maps);
    scene.spellings.begin_with(&[scene.uri("link")]);
    scene.learn("link");
    let used = scene.spellings.open("file:///app/p/a.go");
    assert_eq!(*used.server, *scene.uri("link/p/a.go"));
    let tree = scene.spellings.tree_of("file:///app/p/a.go");
    let client = scene
        .spellings
        .to_client(&scene.uri("link/p/b.go"), tree.as_ref());
    assert_eq!(client.as_deref(), Some("file:///app/p/b.go"));
}
