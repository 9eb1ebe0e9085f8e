//! A checksum database on loopback: a log of a few records, signed with a key of its own, as
//! golang.org/x/mod/sumdb describes it.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair};

/// What the database calls itself.
pub(crate) const NAME: &str = "sum.lab.test";
/// The kind of the signature: Ed25519.
const KIND: u8 = 1;

/// A database, made.
#[derive(Debug)]
pub(crate) struct Database {
    /// What GOSUMDB calls it, without where it is: name, hash of the key, key.
    pub(crate) key: String,
    /// The answers by the path they are asked for, such as `lookup/example.com/dep@v1.0.0`.
    pub(crate) answers: BTreeMap<String, Vec<u8>>,
}

impl Database {
    /// One that knows these modules: their names, each a path, `@` and a version, with the names and texts of
    /// the files in them.
    pub(crate) fn new(sources: &BTreeMap<&str, Vec<(&str, &str)>>) -> Self {
        let pair = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new());
        let pair = pair.expect("the system has random numbers");
        let pair = Ed25519KeyPair::from_pkcs8(pair.as_ref()).expect("it was made so");
        let public = [&[KIND], pair.public_key().as_ref()].concat();
        let named = [NAME.as_bytes(), b"\n", &public].concat();
        let hash: [u8; 4] = sha256(&named)[..4].try_into().expect("it is longer");

        let texts: Vec<String> = sources
            .iter()
            .map(|(module, files)| record(module, files))
            .collect();
        let leaves: Vec<_> = texts
            .iter()
            .map(|text| sha256(&[b"\0", text.as_bytes()].concat()))
            .collect();
        let top = STANDARD.encode(top(&leaves));
        let head = format!("go.sum database tree\n{}\n{top}\n", leaves.len());
        let signed = [&hash[..], pair.sign(head.as_bytes()).as_ref()].concat();
        let note = format!("{head}\n— {NAME} {}\n", STANDARD.encode(signed));

        let mut answers = BTreeMap::new();
        for (number, (module, text)) in sources.keys().zip(&texts).enumerate() {
            let answer = format!("{number}\n{text}\n{note}");
            answers.insert(format!("lookup/{module}"), answer.into_bytes());
        }
        // What a case has fits into one tile that is not full.
        let tile = format!("tile/8/0/000.p/{}", leaves.len());
        answers.insert(tile, leaves.concat());
        answers.insert("latest".to_owned(), note.into_bytes());
        let hash = format!("{:08x}", u32::from_be_bytes(hash));
        Self {
            key: format!("{NAME}+{hash}+{}", STANDARD.encode(public)),
            answers,
        }
    }
}

/// The lines of go.sum for a module.
fn record(module: &str, files: &[(&str, &str)]) -> String {
    let (path, version) = module.split_once('@').unwrap_or((module, ""));
    let mut all: Vec<_> = files
        .iter()
        .map(|(name, text)| (format!("{module}/{name}"), *text))
        .collect();
    all.sort();
    let go_mod = files.iter().filter(|(name, _)| *name == "go.mod");
    let go_mod: Vec<_> = go_mod
        .map(|(name, text)| ((*name).to_owned(), *text))
        .collect();
    format!(
        "{path} {version} {}\n{path} {version}/go.mod {}\n",
        sum(&all),
        sum(&go_mod)
    )
}

/// The checksum of files: that of the list of theirs.
fn sum(files: &[(String, &str)]) -> String {
    let line = |(name, text): &(String, &str)| {
        let hash = sha256(text.as_bytes());
        let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{hash}  {name}\n")
    };
    let list: String = files.iter().map(line).collect();
    format!("h1:{}", STANDARD.encode(sha256(list.as_bytes())))
}

/// The hash of a tree with these leaves (RFC 6962): the left half is the largest full one.
fn top(leaves: &[Vec<u8>]) -> Vec<u8> {
    match leaves {
        [] => sha256(b""),
        [one] => one.clone(),
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            sha256(&[b"\x01", &top(left)[..], &top(right)[..]].concat())
        }
    }
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest(&SHA256, bytes).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checksum_is_that_of_the_real_database() {
        let go_mod = [("go.mod".to_owned(), "module golang.org/x/text\n")];
        let expected = "h1:NqM8EUOU14njkJ3fqMW+pc6Ldnwhi/IjpwHt7yyuwOQ=";
        assert_eq!(sum(&go_mod), expected);
    }

    #[test]
    fn a_tree_is_as_high_as_it_has_to_be() {
        let leaf = |text: &str| sha256(text.as_bytes());
        let [a, b, c] = ["a", "b", "c"].map(leaf);
        let both = sha256(&[b"\x01", &a[..], &b].concat());
        assert_eq!(top(&[a.clone(), b.clone()]), both);
        assert_eq!(
            top(&[a, b, c.clone()]),
            sha256(&[b"\x01", &both[..], &c].concat())
        );
    }
}
