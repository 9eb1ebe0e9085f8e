//! A machine that exists only in a test.

use std::collections::{BTreeSet, HashMap};
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::{
    Activity, Call, Entry, EntryKind, Output, Owner, Reach, Refused, Route, Stat, System,
    TemporaryFolder, User, Volume,
};

/// Where it is not said what time it is: the 1st of January 2026.
const TIME: Duration = Duration::from_secs(1_767_225_600);

/// A machine with just what a test says.
#[derive(Clone, Debug, Default)]
pub struct MadeUp {
    vars: HashMap<String, OsString>,
    files: HashMap<PathBuf, File>,
    links: HashMap<PathBuf, PathBuf>,
    commands: HashMap<String, Output>,
    read_only: Vec<PathBuf>,
    processes: HashMap<u32, Activity>,
    exe: PathBuf,
    refused: HashMap<PathBuf, (&'static str, i32)>,
    times: HashMap<PathBuf, Duration>,
    owners: HashMap<PathBuf, Owner>,
    modes: HashMap<PathBuf, u32>,
    devices: HashMap<PathBuf, u64>,
    volumes: HashMap<PathBuf, Volume>,
    attributes: HashMap<(PathBuf, String), Vec<u8>>,
    immutable: Vec<PathBuf>,
    user: Option<User>,
    os: Option<&'static str>,
    reached: HashMap<Route, Reach>,
}

#[derive(Clone, Debug)]
struct File {
    content: Vec<u8>,
    executable: bool,
}

impl MadeUp {
    /// With an environment variable.
    pub fn with_var(mut self, name: &str, value: &str) -> Self {
        self.vars.insert(name.into(), value.into());
        self
    }

    /// With a file that nobody may run.
    pub fn with_file(mut self, path: &str, content: impl Into<Vec<u8>>) -> Self {
        let file = File {
            content: content.into(),
            executable: false,
        };
        self.files.insert(path.into(), file);
        self
    }

    /// With a program.
    pub fn with_program(mut self, path: &str, content: impl Into<Vec<u8>>) -> Self {
        let file = File {
            content: content.into(),
            executable: true,
        };
        self.files.insert(path.into(), file);
        self
    }

    /// With a link from one file to another.
    pub fn with_link(mut self, from: &str, to: &str) -> Self {
        self.links.insert(from.into(), to.into());
        self
    }

    /// Whose `command`, program and arguments with spaces between, says this and succeeds.
    pub fn with_command(mut self, command: &str, stdout: &str) -> Self {
        let output = Output {
            success: true,
            stdout: stdout.into(),
            stderr: String::new(),
        };
        self.commands.insert(command.into(), output);
        self
    }

    /// Whose `command` says this on its standard error and fails.
    pub fn with_failing_command(mut self, command: &str, stderr: &str) -> Self {
        let output = Output {
            success: false,
            stdout: String::new(),
            stderr: stderr.into(),
        };
        self.commands.insert(command.into(), output);
        self
    }

    /// With a folder that nothing can be written in.
    pub fn with_read_only(mut self, folder: &str) -> Self {
        self.read_only.push(folder.into());
        self
    }

    /// With a folder in which a file on trial comes no further than to this step, with this error of the
    /// system's.
    pub fn with_refusal(mut self, folder: &str, step: &'static str, errno: i32) -> Self {
        self.refused.insert(folder.into(), (step, errno));
        self
    }

    /// With a folder in which a small file takes so long.
    pub fn with_time(mut self, folder: &str, a_file: Duration) -> Self {
        self.times.insert(folder.into(), a_file);
        self
    }

    /// With a file or folder, and all below it, that belongs to others.
    pub fn with_owner(mut self, path: &str, uid: u32, gid: u32) -> Self {
        self.owners.insert(path.into(), Owner { uid, gid });
        self
    }

    /// With this mode of a file or folder, which else is 0755.
    pub fn with_mode(mut self, path: &str, mode: u32) -> Self {
        self.modes.insert(path.into(), mode);
        self
    }

    /// With a file system of its own at a folder, with this number.
    pub fn with_volume(mut self, folder: &str, device: u64, volume: Volume) -> Self {
        self.devices.insert(folder.into(), device);
        self.volumes.insert(folder.into(), volume);
        self
    }

    /// With an extended attribute of a file.
    pub fn with_attribute(mut self, path: &str, name: &str, value: impl Into<Vec<u8>>) -> Self {
        self.attributes
            .insert((path.into(), name.into()), value.into());
        self
    }

    /// With a file or folder that nobody may change.
    pub fn with_immutable(mut self, path: &str) -> Self {
        self.immutable.push(path.into());
        self
    }

    /// On which goplens runs as this user.
    pub fn with_user(mut self, uid: u32, gid: u32) -> Self {
        self.user = Some(User {
            owner: Owner { uid, gid },
            groups: vec![gid],
        });
        self
    }

    /// Of another kind than Linux: `macos`, `windows`.
    pub fn with_os(mut self, os: &'static str) -> Self {
        self.os = Some(os);
        self
    }

    /// From which a connection comes so far.
    pub fn with_reach(mut self, route: Route, reach: Reach) -> Self {
        self.reached.insert(route, reach);
        self
    }

    /// What was said of a path or of the nearest folder above it.
    fn nearest<'a, T>(map: &'a HashMap<PathBuf, T>, path: &Path) -> Option<&'a T> {
        path.ancestors().find_map(|path| map.get(path))
    }

    /// With a process.
    pub fn with_process(mut self, pid: u32, activity: Activity) -> Self {
        self.processes.insert(pid, activity);
        self
    }

    /// On which goplens runs from `path`.
    pub fn running(mut self, path: &str) -> Self {
        self.exe = path.into();
        self
    }

    /// A folder is there when something is in it, or something was said of it.
    fn is_folder(&self, path: &Path) -> bool {
        let below = |file: &PathBuf| file != path && file.starts_with(path);
        self.files.keys().any(below)
            || self.read_only.iter().any(|folder| folder == path)
            || self.refused.contains_key(path)
            || self.times.contains_key(path)
            || self.volumes.contains_key(path)
    }

    fn can_write(&self, folder: &Path) -> io::Result<()> {
        if self.read_only.iter().any(|path| path == folder) {
            Err(io::ErrorKind::PermissionDenied.into())
        } else if self.is_folder(folder) {
            Ok(())
        } else {
            Err(io::ErrorKind::NotFound.into())
        }
    }

    fn file(&self, path: &Path) -> io::Result<&File> {
        let path = self.links.get(path).map_or(path, PathBuf::as_path);
        self.files
            .get(path)
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl System for MadeUp {
    fn var(&self, name: &str) -> Option<OsString> {
        self.vars
            .get(name)
            .filter(|value| !value.is_empty())
            .cloned()
    }

    fn current_exe(&self) -> io::Result<PathBuf> {
        Ok(self.exe.clone())
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.file(path)?;
        Ok(self.links.get(path).cloned().unwrap_or_else(|| path.into()))
    }

    fn is_executable(&self, path: &Path) -> bool {
        self.file(path).is_ok_and(|file| file.executable)
    }

    fn exists(&self, path: &Path) -> bool {
        self.kind(path).is_ok()
    }

    fn has(&self, path: &Path, bytes: &[u8], most: u64) -> io::Result<bool> {
        let content = &self.file(path)?.content;
        let is_read = content.len() as u64 <= most;
        Ok(is_read && content.windows(bytes.len()).any(|window| window == bytes))
    }

    fn home(&self) -> Option<PathBuf> {
        self.var("HOME").map(PathBuf::from)
    }

    fn read_text(&self, path: &Path, most: u64) -> io::Result<String> {
        let content = &self.file(path)?.content;
        if content.len() as u64 > most {
            return Err(io::Error::other("too long"));
        }
        String::from_utf8(content.clone())
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }

    fn kind(&self, path: &Path) -> io::Result<EntryKind> {
        if self.file(path).is_ok() {
            Ok(EntryKind::File)
        } else if self.is_folder(path) {
            Ok(EntryKind::Folder)
        } else {
            Err(io::ErrorKind::NotFound.into())
        }
    }

    fn list(&self, folder: &Path, most: usize) -> io::Result<Vec<Entry>> {
        let mut names = BTreeSet::new();
        for path in self.files.keys().chain(self.links.keys()) {
            if let Ok(below) = path.strip_prefix(folder) {
                names.extend(below.iter().next().map(ToOwned::to_owned));
            }
        }
        if names.is_empty() {
            return Err(io::ErrorKind::NotFound.into());
        }
        let entries = names.into_iter().take(most).map(|name| {
            let path = folder.join(&name);
            Entry {
                kind: self.kind(&path).unwrap_or(EntryKind::Other),
                is_link: self.links.contains_key(&path),
                name,
            }
        });
        Ok(entries.collect())
    }

    fn try_file(&self, folder: &Path) -> Result<(), Refused> {
        if let Some((step, errno)) = self.refused.get(folder) {
            let error = io::Error::from_raw_os_error(*errno);
            return Err(Refused { step, error });
        }
        let step = "making";
        self.can_write(folder)
            .map_err(|error| Refused { step, error })
    }

    fn time_files(&self, folder: &Path, count: u32) -> io::Result<Duration> {
        self.can_write(folder)?;
        let a_file = Self::nearest(&self.times, folder).copied();
        Ok(a_file.unwrap_or(Duration::from_micros(50)) * count)
    }

    fn put(&self, _path: &Path, _text: &str) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn put_private(&self, _path: &Path, _text: &str) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn remove_file(&self, _path: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn install(&self, _program: &Path, _path: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn stat(&self, path: &Path) -> io::Result<Stat> {
        let kind = self.kind(path)?;
        let own = self.user.as_ref().map(|user| user.owner);
        Ok(Stat {
            kind,
            length: self.file(path).map_or(0, |file| file.content.len() as u64),
            owner: Self::nearest(&self.owners, path).copied().or(own),
            mode: Some(self.modes.get(path).copied().unwrap_or(0o755)),
            modified: None,
            device: Self::nearest(&self.devices, path).copied().unwrap_or(1),
        })
    }

    fn read_link(&self, path: &Path) -> io::Result<PathBuf> {
        let link = self.links.get(path).cloned();
        link.ok_or_else(|| io::ErrorKind::InvalidInput.into())
    }

    fn volume(&self, path: &Path) -> io::Result<Volume> {
        self.kind(path)?;
        let roomy = Volume {
            free: 100 << 30,
            free_files: Some(1_000_000),
            read_only: false,
        };
        Ok(Self::nearest(&self.volumes, path).copied().unwrap_or(roomy))
    }

    fn attribute(&self, path: &Path, name: &str) -> io::Result<Option<Vec<u8>>> {
        self.kind(path)?;
        let key = (path.to_owned(), name.to_owned());
        Ok(self.attributes.get(&key).cloned())
    }

    fn is_immutable(&self, path: &Path) -> io::Result<bool> {
        self.kind(path)?;
        Ok(self.immutable.iter().any(|other| other == path))
    }

    fn user(&self) -> Option<User> {
        self.user.clone()
    }

    fn os(&self) -> &str {
        self.os.unwrap_or("linux")
    }

    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + TIME
    }

    fn temporary_folder(&self, _files: &[(&str, &str)]) -> io::Result<TemporaryFolder> {
        Ok(TemporaryFolder::made_up())
    }

    fn reach(&self, route: &Route, _limit: Duration) -> Reach {
        self.reached.get(route).cloned().unwrap_or_default()
    }

    fn activity(&self, pid: u32) -> Option<Activity> {
        self.processes.get(&pid).cloned()
    }

    fn run(&self, call: &Call) -> io::Result<Output> {
        self.commands
            .get(&call.line())
            .cloned()
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}
