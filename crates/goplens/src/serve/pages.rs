//! The pages of the findings, which goplens carries inside, as files that an editor can open.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use trace::finding::Code;

/// The folder of the pages below the state directory.
pub(crate) fn folder(state: &Path) -> PathBuf {
    state.join("findings")
}

/// Writes a finding's page, unless it is there already as it is to be.
///
/// # Errors
///
/// Where it cannot be written.
pub(crate) fn write(folder: &Path, code: Code) -> io::Result<()> {
    let path = folder.join(format!("{code}.md"));
    if fs::read(&path).is_ok_and(|text| text == code.page().as_bytes()) {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    // Written aside and put in place, so that nobody reads half of it.
    let part = folder.join(format!("{code}.md.{}.part", std::process::id()));
    fs::write(&part, code.page())?;
    fs::rename(&part, &path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_written_once_and_again_when_it_differs() {
        let state = tempfile::tempdir().unwrap();
        let folder = folder(state.path());
        let code = Code::ImportCycle;
        let path = folder.join("import-cycle.md");
        for _ in 0..2 {
            write(&folder, code).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), code.page());
            fs::write(&path, "old").unwrap();
        }
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    }
}
