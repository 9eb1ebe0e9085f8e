//! `cargo xtask codegen`: makes the committed table of `crates/protocol` from the LSP meta model.
//!
//! [`model`] reads the meta models and joins them, [`uris`] and [`reduce`] find out where a message
//! holds URIs, [`emit`] writes what was found as Rust. [`types`] writes all that a message may hold.

mod emit;
mod flatten;
mod model;
mod reduce;
mod types;
mod uris;

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};

use model::Model;

/// The meta models, oldest first: where they differ, the newest says how old a method is, and a
/// field may be of either's type.
const MODELS: [&str; 2] = ["metaModel-3.17.json", "metaModel-3.18.json"];

/// Where the meta models are, from the root of the workspace, unless an argument says otherwise.
const DEFAULT_FOLDER: &str = "../shared/lsp";

/// Where the table goes, from the root of the workspace.
const SOURCE: &str = "crates/protocol/src";

/// The files of a folder by name.
type Files = BTreeMap<&'static str, String>;

/// Makes the files of a folder.
type Maker = fn(&Model) -> anyhow::Result<Files>;

/// What makes the files of each folder below that. Nothing else may be in these folders.
const FOLDERS: [(&str, Maker); 2] = [("table", emit::files), ("types", types::files)];

/// Whether the meta models are where they are looked for.
pub(crate) fn has_models() -> bool {
    root().join(DEFAULT_FOLDER).is_dir()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Makes the table, or with `--check` compares it with the committed one and fails where they
/// differ. Without the meta models there is nothing to compare, so then the check is skipped.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let root = root();
    let mut folder = None;
    let mut check = false;
    for argument in arguments {
        match argument.as_str() {
            "--check" => check = true,
            flag if flag.starts_with('-') => bail!("codegen has no flag {flag:?}"),
            path if folder.is_none() => folder = Some(PathBuf::from(path)),
            extra => bail!("codegen takes one folder, {extra:?} is a second one"),
        }
    }
    let folder = folder.unwrap_or_else(|| root.join(DEFAULT_FOLDER));
    if check && !folder.is_dir() {
        println!(
            "codegen: skipped, the meta models are not in {}",
            folder.display()
        );
        return Ok(());
    }
    let model = read(&folder)?;
    for (name, make) in FOLDERS {
        let made = make(&model)?;
        let folder = Path::new(SOURCE).join(name);
        if check {
            compare(&made, &root, &folder)?;
        } else {
            write(&made, &root, &folder)?;
        }
    }
    Ok(())
}

/// The meta models in a folder, as one.
fn read(folder: &Path) -> anyhow::Result<Model> {
    let mut models = Vec::new();
    for name in MODELS {
        let path = folder.join(name);
        let text = fs::read_to_string(&path)
            .with_context(|| format!("cannot read the meta model {}", path.display()))?;
        let mut model: Model = serde_json::from_str(&text)
            .with_context(|| format!("{} is not a meta model as known here", path.display()))?;
        flatten::flatten(&mut model)
            .with_context(|| format!("{} contradicts itself", path.display()))?;
        models.push(model);
    }
    let mut model = Model::join(models);
    uris::name_uris(&mut model)?;
    Ok(model)
}

/// Fails where the committed table is not what the meta models make.
fn compare(made: &Files, root: &Path, folder: &Path) -> anyhow::Result<()> {
    let committed = read_folder(&root.join(folder))?;
    let differ: Vec<&str> = made
        .iter()
        .filter(|(name, text)| committed.get(**name) != Some(text))
        .map(|(name, _)| *name)
        .chain(
            committed
                .keys()
                .map(String::as_str)
                .filter(|name| !made.contains_key(name)),
        )
        .collect();
    ensure!(
        differ.is_empty(),
        "{} is not what the meta models make, run `cargo xtask codegen`: {}",
        folder.display(),
        differ.join(", ")
    );
    println!("codegen: {} is what the meta models make", folder.display());
    Ok(())
}

/// Writes the table, and removes what is no longer part of it.
fn write(made: &Files, root: &Path, folder: &Path) -> anyhow::Result<()> {
    let path = root.join(folder);
    fs::create_dir_all(&path)?;
    for name in read_folder(&path)?
        .keys()
        .filter(|name| !made.contains_key(name.as_str()))
    {
        fs::remove_file(path.join(name))?;
    }
    for (name, text) in made {
        fs::write(path.join(name), text)?;
        println!(
            "codegen: wrote {}/{name}, {} lines",
            folder.display(),
            text.lines().count()
        );
    }
    Ok(())
}

/// The files of a folder and their text; none if there is no folder.
fn read_folder(folder: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(error).context(format!("cannot read {}", folder.display())),
    };
    let mut files = BTreeMap::new();
    for entry in entries {
        let entry = entry?;
        let text = fs::read_to_string(entry.path())
            .with_context(|| format!("cannot read {}", entry.path().display()))?;
        files.insert(entry.file_name().to_string_lossy().into_owned(), text);
    }
    Ok(files)
}

#[cfg(test)]
mod tests;
