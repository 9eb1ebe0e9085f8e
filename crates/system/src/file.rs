//! Files that somebody else may have put there.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

/// Opens a file for reading; where it turns out to be a pipe, it is not waited for a writer.
pub(crate) fn open_without_waiting(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        let flags = rustix::fs::OFlags::NONBLOCK.bits();
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, flags as i32);
    }
    options.open(path)
}

/// Makes a file in a folder and removes it.
pub(crate) fn try_write(folder: &Path) -> io::Result<()> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let path = folder.join(format!(".goplens-{}-{count}", std::process::id()));
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&path)?;
    std::fs::remove_file(&path)
}

#[cfg(all(test, unix))]
mod tests {
    use crate::{Real, System};

    #[test]
    fn what_is_no_file_is_refused_without_waiting() {
        let folder = tempfile::tempdir().unwrap();
        let fifo = folder.path().join("fifo");
        let made = crate::command("mkfifo")
            .unwrap()
            .arg(&fifo)
            .status()
            .unwrap();
        assert!(made.success());
        assert!(Real.read_text(&fifo, 100).is_err());
        assert!(Real.read_text("/dev/zero".as_ref(), 100).is_err());
        let file = folder.path().join("file");
        std::fs::write(&file, "text").unwrap();
        assert_eq!(Real.read_text(&file, 4).unwrap(), "text");
        assert!(Real.read_text(&file, 3).is_err());
    }

    #[test]
    fn writing_is_tried_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        Real.try_write(folder.path()).unwrap();
        assert_eq!(Real.list(folder.path(), 10).unwrap(), []);
        // Not even root makes files there.
        assert!(Real.try_write("/proc".as_ref()).is_err());
        assert!(Real.try_write(&folder.path().join("gone")).is_err());
    }
}
