//! The made-up machine of a case: its folders, its environment, its module proxies.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use serde_json::Value;
use tempfile::TempDir;

use crate::binaries::goplens;
use crate::lab::Lab;
use crate::lab::authority::Authority;
use crate::lab::case::{Case, LATER, MODULES};
use crate::lab::checksums::Database;
use crate::lab::forge::forge;
use crate::lab::proxy::{self, Stock};
use crate::lab::root::{self, Owner, Root};
use crate::lab::spelt::Spelt;
use crate::lab::verb::Preparation;
use crate::machine::{command, variable};
use crate::releases::Release;
use crate::temporary::temporary_folder;

/// What a case has of the real machine's environment.
const KEPT: [&str; 6] = ["PATH", "LANG", "LOGNAME", "SHELL", "TMPDIR", "USER"];
/// What stands for the number in the name and the text of a copy.
const NUMBER: &str = "NNN";

/// A machine on which nothing has been started yet.
pub(crate) struct Stage {
    /// What root did to it.
    mounted: Root,
    root: TempDir,
    /// The user who runs the doctor, where it is another one.
    pub(crate) user: Option<Owner>,
    /// The folders that the editor opens.
    pub(crate) folders: Vec<PathBuf>,
    /// The gopls.
    pub(crate) gopls: PathBuf,
    spoiler: PathBuf,
    /// The whole environment of the editor.
    pub(crate) environment: BTreeMap<String, String>,
    /// The settings for gopls.
    pub(crate) settings: Value,
    /// What the editor calls the files.
    pub(crate) spelt: Spelt,
    /// goplens's own configuration.
    config: String,
    /// The name of the editor.
    pub(crate) client: String,
    /// What it says that it can do, by paths of its capabilities.
    pub(crate) capabilities: Vec<(String, Value)>,
    /// The requests that the editor never answers.
    pub(crate) silent: Vec<String>,
    /// Those that it takes long to answer.
    pub(crate) late: Vec<(String, Duration)>,
    /// What `$NAME` in a line stands for.
    variables: BTreeMap<String, String>,
    /// What servers have.
    stock: Option<Arc<Stock>>,
}

impl Stage {
    /// The machine of this case, with this gopls where it does not say another; what all cases may share is
    /// kept in `shared`.
    ///
    /// # Errors
    ///
    /// What cannot be done, with the file and the line.
    pub(crate) fn set(case: &Case, lab: &Lab) -> Result<Self, String> {
        let mut stage = Self::empty(lab).map_err(|error| error.to_string())?;
        let at = |line: usize, error: String| format!("{}:{line}: {error}", case.path.display());
        stage.write_files(case).map_err(|error| at(1, error))?;
        let mut opened = Vec::new();
        let mut no_folder = false;
        for (line, preparation) in &case.preparations {
            match preparation {
                Preparation::Folder(path) => {
                    opened.push(stage.path(path).map_err(|error| at(*line, error))?);
                }
                Preparation::NoFolder => no_folder = true,
                other => stage
                    .prepare(case, other)
                    .map_err(|error| at(*line, error))?,
            }
        }
        if opened.is_empty() && !no_folder {
            opened.push(stage.work());
        }
        stage.folders = opened;
        Ok(stage)
    }

    fn empty(lab: &Lab) -> io::Result<Self> {
        let root = temporary_folder("goplens-lab-");
        let inside = |name: &str| root.path().join(name).display().to_string();
        for folder in ["work", "home/.config/go/telemetry", "gopath"] {
            fs::create_dir_all(root.path().join(folder))?;
        }
        // Else each gopls leaves a child behind that outlives it.
        fs::write(
            root.path().join("home/.config/go/telemetry/mode"),
            "off 2026-01-01",
        )?;
        let shared = |name: &str| lab.shared.join(name).display().to_string();
        let kept = KEPT.iter().filter_map(|name| {
            let value = variable(name)?.into_string().ok()?;
            Some(((*name).to_owned(), value))
        });
        let own = [
            ("HOME", inside("home")),
            ("GOPATH", inside("gopath")),
            ("GOMODCACHE", inside("modcache")),
            ("GOCACHE", shared("gocache")),
            ("GOPLSCACHE", shared("goplscache")),
            ("GOTOOLCHAIN", "local".to_owned()),
            ("GOPROXY", "off".to_owned()),
            ("GOSUMDB", "off".to_owned()),
        ];
        let own = own.map(|(name, value)| (name.to_owned(), value));
        let variables = [
            ("WORK", inside("work")),
            ("HOME", inside("home")),
            ("GOMODCACHE", inside("modcache")),
            ("GOROOT", go_root().to_owned()),
            ("CONFIG", inside("config.toml")),
            ("GOPLENS", goplens().display().to_string()),
            ("GOPLS", lab.gopls.display().to_string()),
            ("ROOT", inside("root.pem")),
        ];
        Ok(Self {
            environment: kept.chain(own).collect(),
            variables: variables
                .map(|(name, value)| (name.to_owned(), value))
                .into(),
            mounted: Root::default(),
            root,
            user: None,
            folders: Vec::new(),
            gopls: lab.gopls.clone(),
            spoiler: lab.spoiler.clone(),
            settings: Value::Null,
            spelt: Spelt::default(),
            config: String::new(),
            client: "Visual Studio Code".to_owned(),
            capabilities: Vec::new(),
            silent: Vec::new(),
            late: Vec::new(),
            stock: None,
        })
    }

    /// The folder that the files of the case are in.
    pub(crate) fn work(&self) -> PathBuf {
        self.root.path().join("work")
    }

    /// The file of goplens's configuration, which need not be there.
    pub(crate) fn config_file(&self) -> PathBuf {
        self.root.path().join("config.toml")
    }

    /// A path of the case's, which counts from the work folder.
    pub(crate) fn path(&self, path: &str) -> Result<PathBuf, String> {
        let path = self.expand(path)?;
        Ok(match path.as_str() {
            "." => self.work(),
            path => self.work().join(path),
        })
    }

    /// What the editor calls a file of the case's.
    pub(crate) fn uri(&self, path: &str) -> Result<String, String> {
        let path = self.path(path)?;
        Ok(self.spelt.uri(&path))
    }

    /// A text with the values of the variables in it.
    pub(crate) fn expand(&self, text: &str) -> Result<String, String> {
        let mut parts = text.split('$');
        let mut expanded = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let end = part
                .find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
                .unwrap_or(part.len());
            let (name, rest) = part.split_at(end);
            let value = self.variables.get(name);
            let value = value.or_else(|| self.environment.get(name));
            let value = value.ok_or_else(|| format!("${name} stands for nothing"))?;
            expanded.push_str(value);
            expanded.push_str(rest);
        }
        Ok(expanded)
    }

    /// Settings of the case's, as JSON.
    pub(crate) fn json(&self, text: &str) -> Result<Value, String> {
        serde_json::from_str(&self.expand(text)?).map_err(|error| error.to_string())
    }

    /// Writes a text, and says whether the file is new.
    pub(crate) fn write(&self, path: &str, text: &str) -> Result<bool, String> {
        let path = self.path(path)?;
        let new = !path.exists();
        put(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(new)
    }

    /// The files of the workspace, each with its length and when it was changed.
    pub(crate) fn files(&self) -> BTreeMap<PathBuf, (u64, Option<SystemTime>)> {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.work()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                match entry.metadata() {
                    Ok(metadata) if metadata.is_dir() => folders.push(entry.path()),
                    Ok(metadata) => {
                        let stamp = (metadata.len(), metadata.modified().ok());
                        files.insert(entry.path(), stamp);
                    }
                    Err(_) => {}
                }
            }
        }
        files
    }

    fn write_files(&mut self, case: &Case) -> Result<(), String> {
        let mut sources: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
        for (name, text) in &case.files {
            if let Some(file) = name.strip_prefix(MODULES) {
                let version = file.find('@').ok_or("what is in modules/ has a version")?;
                let slash = file[version..].find('/').ok_or("modules/ holds folders")?;
                let (module, file) = file.split_at(version + slash);
                sources.entry(module).or_default().push((&file[1..], text));
            } else if name.ends_with('/') {
                fs::create_dir_all(self.path(name)?).map_err(|error| error.to_string())?;
            } else if !name.starts_with(LATER) {
                self.write(name, text)?;
            }
        }
        let authority = Authority::new();
        let Database { key, answers } = Database::new(&sources);
        put(&self.root.path().join("root.pem"), &authority.pem())
            .map_err(|error| error.to_string())?;
        self.variables.insert("SUMDB".to_owned(), key);
        self.stock = Some(Arc::new(Stock {
            modules: proxy::modules(&sources)?,
            checksums: answers,
            authority,
        }));
        Ok(())
    }

    fn prepare(&mut self, case: &Case, preparation: &Preparation) -> Result<(), String> {
        let done = match preparation {
            Preparation::Folder(_) | Preparation::NoFolder => Ok(()),
            Preparation::Env { name, value: None } => {
                self.environment.remove(name);
                Ok(())
            }
            Preparation::Env {
                name,
                value: Some(value),
            } => {
                let value = self.expand(value)?;
                self.environment.insert(name.clone(), value);
                Ok(())
            }
            Preparation::Settings(text) => {
                self.settings = self.json(text)?;
                Ok(())
            }
            Preparation::Config(line) => {
                self.config.push_str(&self.expand(line)?);
                self.config.push('\n');
                fs::write(self.config_file(), &self.config)
            }
            Preparation::Client(name) => {
                self.client.clone_from(name);
                Ok(())
            }
            Preparation::Capability { path, value } => {
                let value = self.json(value)?;
                self.capabilities.push((path.clone(), value));
                Ok(())
            }
            Preparation::Silent(method) => {
                self.silent.push(method.clone());
                Ok(())
            }
            Preparation::Late { method, after } => {
                self.late.push((method.clone(), *after));
                Ok(())
            }
            Preparation::Gopls(version) => {
                self.gopls = self.go_of(version)?.gopls;
                Ok(())
            }
            Preparation::GoplsAt { path, version } => {
                let release = Release::of(version).ok_or("this release of gopls is not there")?;
                link(&release.gopls, &self.path(path)?)
            }
            Preparation::GoOf(version) => self.go_of(version).map(|_| Ok(()))?,
            Preparation::GoplsSum(sum) => {
                let copy = self.root.path().join("gopls");
                let done = forge(&self.gopls, sum, &copy);
                self.gopls = copy;
                done
            }
            Preparation::Spoil { old, new } => {
                let gopls = self.gopls.display().to_string();
                let told = [
                    ("SPOILED", gopls),
                    ("SPOILED_OLD", old.clone()),
                    ("SPOILED_NEW", new.clone()),
                ];
                let told = told.map(|(name, value)| (name.to_owned(), value));
                self.environment.extend(told);
                self.gopls.clone_from(&self.spoiler);
                Ok(())
            }
            Preparation::Link { from, to } => link(&self.path(to)?, &self.path(from)?),
            Preparation::HardLink { from, to } => fs::hard_link(self.path(to)?, self.path(from)?),
            Preparation::Spelt { path, uri } => {
                let (path, uri) = (self.path(path)?, self.expand(uri)?);
                self.spelt.add(path, uri);
                Ok(())
            }
            Preparation::Chmod { mode, path } => {
                fs::set_permissions(self.path(path)?, Permissions::from_mode(*mode))
            }
            Preparation::Go(arguments) => {
                let mut line = command("go");
                line.args(arguments)
                    .env_clear()
                    .envs(&self.environment)
                    .current_dir(self.work());
                root::run(&mut line)
            }
            Preparation::Tmpfs { path, options } => {
                let path = self.path(path)?;
                self.mounted.mount(&path, options)
            }
            Preparation::Fill(path) => root::fill(&self.path(path)?),
            Preparation::ReadOnly(path) => root::remount_read_only(&self.path(path)?),
            Preparation::Immutable(path) => {
                let path = self.path(path)?;
                self.mounted.make_immutable(&path)
            }
            Preparation::Owner { owner, path } => root::give(&self.path(path)?, *owner),
            Preparation::User(owner) => self.belong_to(*owner),
            Preparation::Remove(path) => remove(&self.path(path)?),
            Preparation::Copies { file, count } => self.copy(case, file, *count)?,
            Preparation::Serve { name, manner } => {
                let stock = self.stock.as_ref().ok_or("the files come first")?;
                let url = proxy::serve(*manner, stock);
                self.variables.insert(name.clone(), url);
                Ok(())
            }
        };
        done.map_err(|error| error.to_string())
    }

    /// Makes this another user's machine, with caches of its own.
    fn belong_to(&mut self, owner: Owner) -> io::Result<()> {
        let inside = |name: &str| self.root.path().join(name).display().to_string();
        let caches = [("GOCACHE", "gocache"), ("GOPLSCACHE", "goplscache")];
        let caches = caches.map(|(name, folder)| (name.to_owned(), inside(folder)));
        self.environment.extend(caches);
        self.user = Some(owner);
        fs::set_permissions(self.root.path(), Permissions::from_mode(0o755))?;
        root::give(self.root.path(), owner)
    }

    /// The line that runs a program as the user of this machine.
    pub(crate) fn command(&self, program: &Path) -> io::Result<Command> {
        match self.user {
            Some(owner) => Ok(root::command_of(owner, &self.for_user(program)?)),
            None => Ok(command(program)),
        }
    }

    /// A program where the user of this machine can run it.
    pub(crate) fn for_user(&self, program: &Path) -> io::Result<PathBuf> {
        match self.user {
            Some(_) => root::for_everybody(program, &self.root.path().join("programs")),
            None => Ok(program.to_owned()),
        }
    }

    /// Puts the Go that built a release of gopls in front of PATH.
    fn go_of(&mut self, version: &str) -> Result<Release, String> {
        let release = Release::of(version).ok_or("this release of gopls is not there")?;
        let path = self.environment.entry("PATH".to_owned()).or_default();
        *path = release.path(path);
        let goroot = release.goroot.display().to_string();
        self.variables.insert("GOROOT".to_owned(), goroot);
        Ok(release)
    }

    fn copy(&self, case: &Case, file: &str, count: u32) -> Result<io::Result<()>, String> {
        let text = case
            .text(file)
            .ok_or_else(|| format!("the case has no file {file}"))?;
        for number in 1..=count {
            let number = number.to_string();
            self.write(
                &file.replace(NUMBER, &number),
                &text.replace(NUMBER, &number),
            )?;
        }
        Ok(remove(&self.path(file)?))
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.mounted.undo();
        // The module cache is read-only, and what is read-only cannot be removed.
        make_writable(self.root.path());
    }
}

/// Makes a symbolic link, and the folders above it.
fn link(to: &Path, from: &Path) -> io::Result<()> {
    if let Some(folder) = from.parent() {
        fs::create_dir_all(folder)?;
    }
    symlink(to, from)
}

/// Removes a file or a folder.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path)?.is_dir() {
        true => fs::remove_dir_all(path),
        false => fs::remove_file(path),
    }
}

/// The Go installation that the tests run with.
fn go_root() -> &'static str {
    static ROOT: OnceLock<String> = OnceLock::new();
    ROOT.get_or_init(|| {
        let output = command("go").args(["env", "GOROOT"]).output();
        let output = output.expect("where there is a gopls, there is a go");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    })
}

/// Writes a file, and the folders above it.
pub(crate) fn put(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)
}

/// Makes folders writable, as far as that goes.
fn make_writable(folder: &Path) {
    let _ = fs::set_permissions(folder, Permissions::from_mode(0o700));
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            make_writable(&entry.path());
        }
    }
}
