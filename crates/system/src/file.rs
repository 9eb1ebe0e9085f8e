//! Files that somebody else may have put there.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

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
}
