//! A machine on which the files that the editor has open are as the editor has them: gopls goes by these,
//! saved or not, and so must whoever explains it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde_json::json;
use system::{
    Activity, Call, Entry, EntryKind, Output, Reach, Refused, Route, Stat, System, TemporaryFolder,
    User, Volume,
};

use crate::Workspace;

/// The largest file that is compared with what is open, in bytes.
const MOST: u64 = 4 << 20;

/// See the module.
pub(crate) struct Overlay<'a> {
    system: &'a dyn System,
    /// Each file with another text than on disk, with that text, and the copy that has it.
    unsaved: BTreeMap<PathBuf, (&'a str, PathBuf)>,
    /// What go is told of them.
    flag: String,
    /// The folders of the copies and of what go is told.
    _folders: [TemporaryFolder; 2],
}

impl<'a> Overlay<'a> {
    /// `None` where all that is open is saved, which is nearly always so.
    pub(crate) fn of(system: &'a dyn System, workspace: &'a Workspace) -> Option<Self> {
        let is_unsaved = |path: &Path, text: &str| {
            let saved = system.read_text(path, MOST);
            saved.map_or(true, |saved| saved != *text)
        };
        let unsaved: Vec<(&PathBuf, &str)> = workspace
            .open
            .iter()
            .map(|(path, text)| (path, text.as_str()))
            .filter(|(path, text)| is_unsaved(path, text))
            .collect();
        if unsaved.is_empty() {
            return None;
        }
        let names: Vec<String> = (0..unsaved.len())
            .map(|number| format!("{number}.go"))
            .collect();
        let files = names.iter().map(String::as_str);
        let files: Vec<(&str, &str)> = files.zip(unsaved.iter().map(|(_, text)| *text)).collect();
        let copies = system.temporary_folder(&files).ok()?;
        let unsaved: BTreeMap<PathBuf, (&str, PathBuf)> = unsaved
            .into_iter()
            .zip(&names)
            .map(|((path, text), name)| (path.clone(), (text, copies.path().join(name))))
            .collect();
        let replace: BTreeMap<&PathBuf, &PathBuf> = unsaved
            .iter()
            .map(|(path, (_, copy))| (path, copy))
            .collect();
        let told = json!({ "Replace": replace }).to_string();
        let told = system.temporary_folder(&[("overlay.json", &told)]).ok()?;
        let flag = format!("-overlay={}", told.path().join("overlay.json").display());
        Some(Self {
            system,
            unsaved,
            flag,
            _folders: [copies, told],
        })
    }

    /// The call as it is to be: `go list` is told of the unsaved files, and gofmt gets their copies.
    fn told(&self, call: &Call) -> Call {
        let mut call = call.clone();
        let is_go = Path::new(&call.program).file_stem() == Some("go".as_ref());
        if is_go && call.arguments.first().is_some_and(|verb| verb == "list") {
            call.arguments.insert(1, self.flag.clone());
        }
        for argument in &mut call.arguments {
            if let Some((_, copy)) = self.unsaved.get(Path::new(argument)) {
                *argument = copy.display().to_string();
            }
        }
        call
    }

    /// What a program says of the copies, said of the files.
    fn said(&self, mut words: String) -> String {
        for (path, (_, copy)) in &self.unsaved {
            words = words.replace(&*copy.to_string_lossy(), &path.to_string_lossy());
        }
        words
    }
}

impl System for Overlay<'_> {
    fn var(&self, name: &str) -> Option<OsString> {
        self.system.var(name)
    }

    fn current_exe(&self) -> io::Result<PathBuf> {
        self.system.current_exe()
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.system.canonicalize(path)
    }

    fn is_executable(&self, path: &Path) -> bool {
        self.system.is_executable(path)
    }

    fn exists(&self, path: &Path) -> bool {
        self.unsaved.contains_key(path) || self.system.exists(path)
    }

    fn has(&self, path: &Path, bytes: &[u8], most: u64) -> io::Result<bool> {
        self.system.has(path, bytes, most)
    }

    fn home(&self) -> Option<PathBuf> {
        self.system.home()
    }

    fn read_text(&self, path: &Path, most: u64) -> io::Result<String> {
        match self.unsaved.get(path) {
            Some((text, _)) if text.len() as u64 <= most => Ok((*text).to_owned()),
            Some(_) => Err(io::ErrorKind::FileTooLarge.into()),
            None => self.system.read_text(path, most),
        }
    }

    fn kind(&self, path: &Path) -> io::Result<EntryKind> {
        match self.unsaved.contains_key(path) {
            true => Ok(EntryKind::File),
            false => self.system.kind(path),
        }
    }

    fn list(&self, folder: &Path, most: usize) -> io::Result<Vec<Entry>> {
        self.system.list(folder, most)
    }

    fn try_file(&self, folder: &Path) -> Result<(), Refused> {
        self.system.try_file(folder)
    }

    fn time_files(&self, folder: &Path, count: u32) -> io::Result<Duration> {
        self.system.time_files(folder, count)
    }

    fn put(&self, path: &Path, text: &str) -> io::Result<()> {
        self.system.put(path, text)
    }

    fn put_private(&self, path: &Path, text: &str) -> io::Result<()> {
        self.system.put_private(path, text)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.system.remove_file(path)
    }

    fn install(&self, program: &Path, path: &Path) -> io::Result<()> {
        self.system.install(program, path)
    }

    fn stat(&self, path: &Path) -> io::Result<Stat> {
        self.system.stat(path)
    }

    fn read_link(&self, path: &Path) -> io::Result<PathBuf> {
        self.system.read_link(path)
    }

    fn volume(&self, path: &Path) -> io::Result<Volume> {
        self.system.volume(path)
    }

    fn attribute(&self, path: &Path, name: &str) -> io::Result<Option<Vec<u8>>> {
        self.system.attribute(path, name)
    }

    fn is_immutable(&self, path: &Path) -> io::Result<bool> {
        self.system.is_immutable(path)
    }

    fn user(&self) -> Option<User> {
        self.system.user()
    }

    fn os(&self) -> &str {
        self.system.os()
    }

    fn now(&self) -> SystemTime {
        self.system.now()
    }

    fn temporary_folder(&self, files: &[(&str, &str)]) -> io::Result<TemporaryFolder> {
        self.system.temporary_folder(files)
    }

    fn reach(&self, route: &Route, limit: Duration) -> Reach {
        self.system.reach(route, limit)
    }

    fn activity(&self, pid: u32) -> Option<Activity> {
        self.system.activity(pid)
    }

    fn run(&self, call: &Call) -> io::Result<Output> {
        let output = self.system.run(&self.told(call))?;
        Ok(Output {
            stdout: self.said(output.stdout),
            stderr: self.said(output.stderr),
            ..output
        })
    }
}

#[cfg(test)]
mod tests {
    use system::Real;
    use trace::finding::Code;

    use super::*;
    use crate::explain;
    use crate::testing::Module;

    fn module() -> Module {
        Module::new(&[
            ("go.mod", "module example.com/app\n\ngo 1.21\n"),
            ("a.go", "package app\n\nvar _ = nowhere\n"),
            ("b.go", "package other\n"),
        ])
    }

    #[test]
    fn what_is_saved_needs_no_overlay() {
        let module = module();
        let mut workspace = module.workspace();
        assert!(Overlay::of(&Real, &workspace).is_none());
        workspace
            .open
            .insert(module.path("b.go"), "package other\n".into());
        assert!(Overlay::of(&Real, &workspace).is_none());
    }

    #[test]
    fn a_fault_that_is_mended_and_not_saved_is_none() {
        let module = module();
        let found = |open: Option<&str>| {
            let unknown = [("nowhere", "undefined: nowhere")];
            let mut workspace = module.failed("a.go", "nowhere", None, &unknown);
            if let Some(text) = open {
                workspace.open.insert(module.path("b.go"), text.into());
            }
            let found = explain(&Real, &workspace);
            found.first().map(|finding| finding.code)
        };
        assert_eq!(found(None), Some(Code::PackageClauseMismatch));
        assert_eq!(found(Some("package app\n")), None);
        assert_eq!(
            found(Some("package third\n")),
            Some(Code::PackageClauseMismatch)
        );
    }

    #[test]
    fn programs_are_told_and_speak_of_the_files() {
        let module = module();
        let mut workspace = module.workspace();
        let path = module.path("b.go");
        workspace
            .open
            .insert(path.clone(), "package app\n\nfunc {\n".into());
        let overlay = Overlay::of(&Real, &workspace).unwrap();
        let call = Call::new("gofmt")
            .args(["-e", "-l"])
            .args([path.to_str().unwrap()]);
        let said = overlay.run(&call).unwrap().stderr;
        assert!(
            said.starts_with(&format!("{}:3:", path.display())),
            "{said}"
        );
        assert_eq!(
            overlay.read_text(&path, 100).unwrap(),
            "package app\n\nfunc {\n"
        );
        assert!(overlay.read_text(&path, 3).is_err());
    }
}
