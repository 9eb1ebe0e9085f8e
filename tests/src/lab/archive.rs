//! The txtar format: a comment, and files behind lines such as `-- go.mod --`.

/// An archive, read.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Archive<'a> {
    /// What stands before the first file.
    pub(crate) comment: &'a str,
    /// The files, each with its name and its text.
    pub(crate) files: Vec<(&'a str, &'a str)>,
}

impl<'a> Archive<'a> {
    /// Reads an archive; every text is one.
    pub(crate) fn read(text: &'a str) -> Self {
        let mut archive = Self::default();
        let mut name = None;
        let mut start = 0;
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let next = at + line.len();
            if let Some(marker) = marker(line) {
                archive.add(name, &text[start..at]);
                name = Some(marker);
                start = next;
            }
            at = next;
        }
        archive.add(name, &text[start..]);
        archive
    }

    fn add(&mut self, name: Option<&'a str>, text: &'a str) {
        match name {
            Some(name) => self.files.push((name, text)),
            None => self.comment = text,
        }
    }
}

/// The name in the line that begins a file.
fn marker(line: &str) -> Option<&str> {
    let name = line.trim_end().strip_prefix("-- ")?.strip_suffix(" --")?;
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_and_files() {
        let text = "# why\nopen a.go\n-- go.mod --\nmodule m\n\n-- a b/c.go --\n-- --\npackage c\n";
        assert_eq!(
            Archive::read(text),
            Archive {
                comment: "# why\nopen a.go\n",
                files: vec![
                    ("go.mod", "module m\n\n"),
                    ("a b/c.go", "-- --\npackage c\n")
                ],
            }
        );
        assert_eq!(Archive::read("").files, []);
    }
}
