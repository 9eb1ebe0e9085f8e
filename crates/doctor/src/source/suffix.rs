//! What a file's name says of the builds that it is for.

use super::platform::{is_architecture, is_system};

/// The tags that the name of a file asks for: `windows` and `arm64` of `a_windows_arm64_test.go`.
pub fn suffix_tags(file: &str) -> Vec<&str> {
    let stem = file.split('.').next().unwrap_or_default();
    // What stands before the first underscore counts for nothing: windows.go is for every system.
    let Some((_, ending)) = stem.split_once('_') else {
        return Vec::new();
    };
    let mut words: Vec<&str> = ending.split('_').collect();
    words.pop_if(|last| *last == "test");
    match words[..] {
        [.., system, architecture] if is_system(system) && is_architecture(architecture) => {
            vec![system, architecture]
        }
        [.., last] if is_system(last) || is_architecture(last) => vec![last],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_ending_counts() {
        let names: [(&str, &[&str]); 9] = [
            ("windows.go", &[]),
            ("a_windows.go", &["windows"]),
            ("a_windows_test.go", &["windows"]),
            ("a_windows_arm64_test.go", &["windows", "arm64"]),
            ("a_arm64_windows.go", &["windows"]),
            ("a_arm64.pb.go", &["arm64"]),
            ("windows_a.go", &[]),
            ("_windows.go", &["windows"]),
            ("a_unix.go", &[]),
        ];
        for (name, tags) in names {
            assert_eq!(suffix_tags(name), tags, "{name}");
        }
    }
}
