//! File URIs, read as gopls reads them and written as it writes them.
//!
//! A path is absolute and has `/` between its names, on every system. With a drive it is `C:/a`, as in
//! gopls. What has another form is no path here and is left as it is.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt::Write as _;

/// The path of a file URI, however the URI is spelt; it is not cleaned. Like gopls it takes `?` and `#` for
/// letters of the path. `None` for another scheme, a host other than `localhost`, a bad escape, a NUL,
/// and what is no UTF-8.
pub fn path(uri: &str) -> Option<String> {
    FileUri::parse(uri).map(|file| file.path.into_owned())
}

/// The URI of a path, as Go writes it.
pub fn uri(path: &str) -> String {
    let path = match path.strip_prefix('/').unwrap_or(path) {
        drive if has_drive(drive) => Cow::Owned(format!("/{}", uppercase_first(drive))),
        _ => Cow::Borrowed(path),
    };
    let mut uri = String::with_capacity("file://".len() + path.len() + 16);
    uri.push_str("file://");
    for byte in path.bytes() {
        if stays(byte) {
            uri.push(char::from(byte));
        } else {
            // A string takes all that is written to it.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

/// The path without empty names, `.`, `..` and a slash at its end, like Go's `path.Clean`. What is no
/// absolute path stays as it is.
pub fn clean(path: &str) -> Cow<'_, str> {
    let (drive, names) = split_drive(path);
    if !names.starts_with('/') || is_clean(names) {
        return Cow::Borrowed(path);
    }
    let mut kept = Vec::new();
    for name in names.split('/') {
        match name {
            "" | "." => {}
            ".." => {
                kept.pop();
            }
            name => kept.push(name),
        }
    }
    Cow::Owned(format!("{drive}/{}", kept.join("/")))
}

/// An absolute path as gopls would spell it: clean, its drive in upper case.
pub fn absolute(path: &str) -> Option<String> {
    let (_, names) = split_drive(path);
    names.starts_with('/').then_some(())?;
    self::path(&uri(&clean(path)))
}

/// The URI as gopls would write it for the same file, where it is spelt otherwise: `None` where it is that
/// already, and where it is no file URI.
///
/// The slash at the end of a folder goes too. gopls serves such a folder, but does not take it for the
/// same when it is removed without its slash, and never ends the progress of loading it beside itself.
pub fn normal(uri: &str) -> Option<String> {
    if is_plain(uri) {
        return None;
    }
    let normal = self::uri(&clean(&FileUri::parse(uri)?.path));
    (normal != uri).then_some(normal)
}

/// Whether a URI is seen to be normal without decoding it, as most are.
pub(crate) fn is_plain(uri: &str) -> bool {
    uri.strip_prefix("file://").is_some_and(|path| {
        path.starts_with('/')
            && path.as_bytes().get(2) != Some(&b':')
            // There is no early end, so that the compiler makes vectors of it.
            && path.bytes().fold(true, |all, byte| all & stays(byte))
            && is_clean(path)
    })
}

/// A file URI and its path.
pub(crate) struct FileUri<'a> {
    /// The path as it stands in the URI.
    written: &'a str,
    /// The path, decoded.
    pub(crate) path: Cow<'a, str>,
}

impl<'a> FileUri<'a> {
    pub(crate) fn parse(uri: &'a str) -> Option<Self> {
        let rest = without(uri, "file:")?;
        let written = match rest.strip_prefix("//") {
            Some(rest) => without(rest, "localhost").unwrap_or(rest),
            None => rest,
        };
        let path = decoded(written)?;
        if !path.starts_with('/') || path.contains('\0') {
            return None;
        }
        let path = match path.get(1..) {
            Some(drive) if has_drive(drive) => Cow::Owned(uppercase_first(drive)),
            _ => path,
        };
        Some(Self { written, path })
    }

    /// What stands in the URI behind this many bytes of its path.
    pub(crate) fn behind(&self, length: usize) -> Option<&'a str> {
        if let Cow::Borrowed(_) = self.path {
            // It stands in the URI as it is, as nearly all do.
            return self.written.get(length..);
        }
        // A path with a drive has a slash less than its URI.
        let length = length + usize::from(!self.path.starts_with('/'));
        let mut at = 0;
        for _ in 0..length {
            let escaped = self.written.as_bytes().get(at) == Some(&b'%');
            at += if escaped { 3 } else { 1 };
        }
        self.written.get(at..)
    }
}

/// The text behind a prefix that may stand in any case.
fn without<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// The text with its escapes decoded.
fn decoded(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('%') {
        return Some(Cow::Borrowed(text));
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut parts = text.split('%');
    bytes.extend_from_slice(parts.next()?.as_bytes());
    for part in parts {
        let (&[high, low], rest) = part.as_bytes().split_first_chunk()?;
        let digit = |byte: u8| char::from(byte).to_digit(16);
        bytes.push(u8::try_from(digit(high)? * 16 + digit(low)?).ok()?);
        bytes.extend_from_slice(rest);
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

/// Whether a path begins with a drive, as `C:/a` does.
fn has_drive(path: &str) -> bool {
    matches!(path.as_bytes(), [letter, b':', _, ..] if letter.is_ascii_alphabetic())
}

/// The drive, if any, and the path on it.
fn split_drive(path: &str) -> (&str, &str) {
    path.split_at(if has_drive(path) { 2 } else { 0 })
}

fn uppercase_first(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// Whether what begins with a slash has only names between its slashes.
fn is_clean(path: &str) -> bool {
    let bytes = path.as_bytes();
    let dot_or_slash = |byte: u8| byte == b'.' || byte == b'/';
    // Nearly no name begins with a dot, and pairs are looked at faster than names.
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    let odd = pairs.fold(bytes.ends_with(b"/"), |odd, (one, next)| {
        odd | ((*one == b'/') & dot_or_slash(*next))
    });
    let mut names = bytes.split(|byte| *byte == b'/').skip(1);
    !odd || path == "/" || names.all(|name| !matches!(name, b"" | b"." | b".."))
}

/// Whether Go writes this byte of a path as it is.
fn stays(byte: u8) -> bool {
    matches!(
        byte,
        b'a'..=b'z' | b'@'..=b'Z' | b'+'..=b';' | b'$' | b'&' | b'=' | b'_' | b'~'
    )
}
