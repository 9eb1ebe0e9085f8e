//! What a file system keeps of a file besides its contents and its mode.

use std::io;
use std::path::Path;

/// The longest value that is read, in bytes.
#[cfg(any(target_os = "linux", target_os = "macos"))]
const LONGEST: usize = 4096;

/// The value of an extended attribute; none where the file has none of that name, or its file system has no
/// such attributes.
#[cfg(any(target_os = "linux", target_os = "macos"))]
pub(crate) fn attribute(path: &Path, name: &str) -> io::Result<Option<Vec<u8>>> {
    use rustix::io::Errno;
    #[cfg(target_os = "linux")]
    const NO_SUCH: Errno = Errno::NODATA;
    #[cfg(target_os = "macos")]
    const NO_SUCH: Errno = Errno::NOATTR;
    let mut value = vec![0; LONGEST];
    match rustix::fs::getxattr(path, name, &mut value[..]) {
        Ok(length) => {
            value.truncate(length);
            Ok(Some(value))
        }
        Err(error) if error == NO_SUCH || error == Errno::NOTSUP => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub(crate) fn attribute(_path: &Path, _name: &str) -> io::Result<Option<Vec<u8>>> {
    Ok(None)
}

/// Whether nobody may change the file, root neither: `chattr +i`. False where the file system does not know
/// such a thing.
#[cfg(target_os = "linux")]
pub(crate) fn is_immutable(path: &Path) -> io::Result<bool> {
    use rustix::fs::{IFlags, Mode, OFlags};
    use rustix::io::Errno;
    let open = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = rustix::fs::open(path, open, Mode::empty())?;
    match rustix::fs::ioctl_getflags(&file) {
        Ok(flags) => Ok(flags.contains(IFlags::IMMUTABLE)),
        Err(Errno::NOTTY | Errno::NOTSUP | Errno::INVAL) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn is_immutable(_path: &Path) -> io::Result<bool> {
    Ok(false)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use crate::{Real, System};

    #[test]
    fn a_plain_file_has_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        assert_eq!(Real.attribute(path, "user.goplens").unwrap(), None);
        assert!(!Real.is_immutable(path).unwrap());
        assert!(!Real.is_immutable("/proc".as_ref()).unwrap());
        let gone = path.join("gone");
        assert!(Real.attribute(&gone, "user.goplens").is_err());
        assert!(Real.is_immutable(&gone).is_err());
    }
}
