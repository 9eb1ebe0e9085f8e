//! How much room there is.

use std::path::Path;

use system::System;

use crate::mounts::Mount;

/// That a folder can be written in, and how much room there is, in words; what is not there would be made in the
/// nearest folder above it that is.
pub(crate) fn writable(system: &dyn System, folder: &Path) -> String {
    let room = folder.ancestors().find_map(|path| room(system, path));
    let room = room.map(|room| format!("; {room}")).unwrap_or_default();
    format!("{} can be written in{room}", folder.display())
}

/// What file system a folder is on, and what is free there, in words; none where the system does not tell.
pub(super) fn room(system: &dyn System, folder: &Path) -> Option<String> {
    let volume = system.volume(folder).ok()?;
    let on = match Mount::of(system, folder) {
        Some(mount) => format!("{},", mount.words()),
        None => format!("the file system of {}", folder.display()),
    };
    let free = size(volume.free);
    Some(match volume.free_files {
        Some(files) => format!("{on} has {free} free, and {files} more files can be made"),
        None => format!("{on} has {free} free"),
    })
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use system::Volume;
    use system::made_up::MadeUp;

    use super::*;

    #[test]
    fn it_is_told_in_bytes_and_in_files() {
        let volume = |free, free_files| Volume {
            free,
            free_files,
            read_only: false,
        };
        let words = |volume| {
            let system = MadeUp::default().with_volume("/c", 7, volume);
            room(&system, "/c".as_ref()).unwrap()
        };
        assert_eq!(
            words(volume(0, Some(3))),
            "the file system of /c has 0 bytes free, and 3 more files can be made"
        );
        let btrfs = "the file system of /c has 2.5 GB free";
        assert_eq!(words(volume(2_500_000_000, None)), btrfs);
        assert_eq!(room(&MadeUp::default(), "/gone".as_ref()), None);
    }
}
