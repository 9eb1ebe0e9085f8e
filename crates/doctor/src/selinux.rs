//! What SELinux says of files.

use std::path::Path;

use system::System;

/// Whether SELinux denies, and does not only write down what it would deny.
pub(crate) fn is_enforcing(system: &dyn System) -> bool {
    let enforce = system.read_text("/sys/fs/selinux/enforce".as_ref(), 16);
    enforce.is_ok_and(|text| text.trim() == "1")
}

/// The context of a file; none where it has none.
pub(crate) fn context(system: &dyn System, path: &Path) -> Option<String> {
    let value = system.attribute(path, "security.selinux").ok()??;
    let text = String::from_utf8(value).ok()?;
    let context = text.trim_end_matches('\0');
    (!context.is_empty()).then(|| context.to_owned())
}
