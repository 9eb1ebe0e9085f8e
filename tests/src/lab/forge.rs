//! A gopls with another checksum in its build information.

use std::fs;
use std::io;
use std::path::Path;

/// What stands before the checksum: go keeps the build information as lines of text in the program.
const BEFORE: &[u8] = b"mod\tgolang.org/x/tools/gopls\t";

/// Copies a gopls and exchanges the checksum that it says its module has for one of the same length.
pub(super) fn forge(gopls: &Path, sum: &str, copy: &Path) -> io::Result<()> {
    let mut program = fs::read(gopls)?;
    let wrong = |what: &str| io::Error::other(format!("{}: {what}", gopls.display()));
    let found = memchr::memmem::find(&program, BEFORE);
    let start = found.ok_or_else(|| wrong("no build information"))? + BEFORE.len();
    let end = memchr::memchr(b'\n', &program[start..]).map(|end| start + end);
    let line = &mut program[start..end.ok_or_else(|| wrong("its line has no end"))?];
    let at = memchr::memchr(b'\t', line).ok_or_else(|| wrong("no checksum"))? + 1;
    if line.len() - at != sum.len() {
        return Err(wrong("its checksum has another length"));
    }
    line[at..].copy_from_slice(sum.as_bytes());
    fs::write(copy, program)?;
    fs::set_permissions(copy, fs::metadata(gopls)?.permissions())
}
