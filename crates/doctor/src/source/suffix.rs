//! What a file's name says of the builds that it is for.

/// All GOOS that go/build knows in the name of a file; Go never takes one from its list.
const SYSTEMS: [&str; 18] = [
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "js",
    "linux",
    "nacl",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "wasip1",
    "windows",
    "zos",
];

/// All GOARCH that go/build knows in the name of a file.
const ARCHITECTURES: [&str; 24] = [
    "386",
    "amd64",
    "amd64p32",
    "arm",
    "armbe",
    "arm64",
    "arm64be",
    "loong64",
    "mips",
    "mipsle",
    "mips64",
    "mips64le",
    "mips64p32",
    "mips64p32le",
    "ppc",
    "ppc64",
    "ppc64le",
    "riscv",
    "riscv64",
    "s390",
    "s390x",
    "sparc",
    "sparc64",
    "wasm",
];

/// Whether a tag stands for an operating system or a processor.
pub fn is_platform(tag: &str) -> bool {
    tag == "unix" || is_system(tag) || is_architecture(tag)
}

/// Whether a word is a GOOS.
pub fn is_system(word: &str) -> bool {
    SYSTEMS.contains(&word)
}

fn is_architecture(word: &str) -> bool {
    ARCHITECTURES.contains(&word)
}

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
