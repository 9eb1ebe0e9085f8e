//! The systems and processors that Go knows, as go/build names them.

/// All GOOS that can stand in the name of a file, and whether the tag `unix` stands for each; Go never
/// takes one from its list.
const SYSTEMS: [(&str, bool); 18] = [
    ("aix", true),
    ("android", true),
    ("darwin", true),
    ("dragonfly", true),
    ("freebsd", true),
    ("hurd", true),
    ("illumos", true),
    ("ios", true),
    ("js", false),
    ("linux", true),
    ("nacl", false),
    ("netbsd", true),
    ("openbsd", true),
    ("plan9", false),
    ("solaris", true),
    ("wasip1", false),
    ("windows", false),
    ("zos", false),
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
    SYSTEMS.iter().any(|(system, _)| *system == word)
}

/// Whether a word is a GOOS that the tag `unix` stands for.
pub fn is_unix(word: &str) -> bool {
    SYSTEMS.contains(&(word, true))
}

/// Whether a word is a GOARCH.
pub(super) fn is_architecture(word: &str) -> bool {
    ARCHITECTURES.contains(&word)
}
