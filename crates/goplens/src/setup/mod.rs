//! `goplens setup`: puts goplens in gopls's place in an editor, and takes it back.

pub(crate) mod before;
mod editor;
pub(crate) mod launcher;
mod overview;
mod record;
mod undo;
mod upgrade;
mod vscode;
mod workspace;

#[cfg(test)]
mod tests;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use system::{Dirs, System};

use crate::change::Change;
use crate::config::Config;
use crate::setup::launcher::{Condition, Launcher};
use crate::setup::record::{Changed, Record};
use crate::setup::undo::take_back;
use crate::setup::vscode::Target;
use crate::{find, interrupted};

pub(crate) use editor::Editor;

/// What the command line says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    /// The editor; without one it is told what is here and what would be done.
    pub(crate) editor: Option<Editor>,
    /// Take it back.
    pub(crate) undo: bool,
    /// Change nothing, and show what would be changed.
    pub(crate) dry_run: bool,
    /// Install the newest gopls that the Go here can build.
    pub(crate) upgrade_gopls: bool,
    /// The folder that the user is in.
    pub(crate) folder: PathBuf,
}

/// Does what the command line says, and tells of it in `out`.
///
/// # Errors
///
/// Where something cannot be read, built or written; what was done before that stands in the record, and can be
/// taken back.
pub(crate) fn run(
    options: &Options,
    system: &dyn System,
    out: &mut dyn Write,
) -> anyhow::Result<ExitCode> {
    interrupted::end_all();
    if options.upgrade_gopls {
        return upgrade::run(system, out);
    }
    let place = Place::of(system)?;
    match options.editor {
        // Nothing else than settings of VS Code is ever changed.
        None | Some(Editor::Vscode) if options.undo => {
            return take_back(system, &place, options.dry_run, out);
        }
        None => overview::print(system, &place, &options.folder, out)?,
        Some(Editor::Vscode) => return set_up(system, &place, options, out),
        Some(editor) if options.undo => {
            let name = editor.name();
            writeln!(
                out,
                "goplens has changed nothing of {name}: take out what you have written."
            )?;
        }
        Some(editor) => print_lines(editor, system, &place, out)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Where goplens is, and where it keeps what an editor starts.
struct Place {
    goplens: PathBuf,
    data: PathBuf,
    launcher: Launcher,
}

impl Place {
    fn of(system: &dyn System) -> anyhow::Result<Self> {
        let goplens = system.current_exe().context("finding goplens itself")?;
        let goplens = system.canonicalize(&goplens).unwrap_or(goplens);
        let data = Dirs::of(system).data;
        let data = data.context("this user has no home folder, so XDG_DATA_HOME must say where programs keep their data")?;
        Ok(Self {
            launcher: Launcher::new(&data),
            goplens,
            data,
        })
    }
}

/// The settings files of the editors that are here: those whose folder is there, and that of the folder that the user
/// is in, where it would count more than those.
fn targets(system: &dyn System, folder: &Path) -> Vec<Target> {
    let all = doctor::editor::settings_files(system).into_iter();
    let all = all.map(|(editor, path)| Target { editor, path });
    all.chain(workspace::target(system, folder)).collect()
}

fn set_up(
    system: &dyn System,
    place: &Place,
    options: &Options,
    out: &mut dyn Write,
) -> anyhow::Result<ExitCode> {
    let targets = targets(system, &options.folder);
    if targets.is_empty() {
        writeln!(
            out,
            "No settings of VS Code or one of its relatives are here. Where it has them elsewhere, write this \
             into its settings.json, after `goplens setup vscode` was run where they are, or with the path of \
             goplens itself:\n\n{}",
            by_hand(place)
        )?;
        return Ok(ExitCode::FAILURE);
    }
    if !options.dry_run {
        prepare(system, place, out)?;
    }
    let code = change(system, place, targets, options.dry_run, out)?;
    if !options.dry_run {
        let (config, _) = Config::load(system);
        if let Err(reason) = find::gopls(system, config.gopls.as_deref()) {
            writeln!(
                out,
                "There is no gopls yet that goplens could start: {}",
                reason.line()
            )?;
        }
    }
    Ok(code)
}

/// The line of settings.json that does what `goplens setup vscode` would.
fn by_hand(place: &Place) -> String {
    let program = place.launcher.path();
    let program = serde_json::Value::from(program.to_string_lossy());
    format!("  \"go.alternateTools\": {{ \"gopls\": {program} }}")
}

/// Sets goplens up in these files.
fn change(
    system: &dyn System,
    place: &Place,
    targets: Vec<Target>,
    dry_run: bool,
    out: &mut dyn Write,
) -> anyhow::Result<ExitCode> {
    let program = place.launcher.path();
    let mut record = Record::read(system, &place.data)?;
    let mut failed = false;
    for target in targets {
        let shown = target.path.display();
        match target.plan(system, &program) {
            Err(error) => {
                failed = true;
                writeln!(out, "{}: {error:#}", target.editor)?;
            }
            Ok(None) => writeln!(out, "{}: {shown} has it already.", target.editor)?,
            Ok(Some(changed)) => {
                show(&target.path, changed.before.as_deref(), &changed.after, out)?;
                if !dry_run {
                    // On record first: what is not on record could not be taken back.
                    let before = record.clone();
                    vscode::note(&mut record, &target.path, &changed);
                    record.write(system, &place.data)?;
                    if let Err(error) = put(system, &target.path, &changed.after) {
                        failed = true;
                        record = before;
                        record.write(system, &place.data)?;
                        writeln!(out, "{}: {error:#}", target.editor)?;
                        continue;
                    }
                    writeln!(
                        out,
                        "{}: {shown} is changed. Reload the window.",
                        target.editor
                    )?;
                }
                tell_before(system, &target, &changed, out)?;
            }
        }
    }
    if dry_run {
        writeln!(out, "Nothing was changed.")?;
    } else if !record.files.is_empty() {
        writeln!(out, "`goplens setup vscode --undo` takes it back.")?;
    }
    if !failed {
        return Ok(ExitCode::SUCCESS);
    }
    writeln!(
        out,
        "Where it failed nothing was changed. Put right what it says, and run `goplens setup vscode` again, or \
         write this into that file yourself:\n\n{}",
        by_hand(place)
    )?;
    Ok(ExitCode::FAILURE)
}

/// Tells what becomes of what the setting named.
fn tell_before(
    system: &dyn System,
    target: &Target,
    changed: &Changed,
    out: &mut dyn Write,
) -> io::Result<()> {
    if workspace::is_settings(&target.path) {
        return writeln!(
            out,
            "  In this folder it counts more than your own settings. Where others share the file, take the setting out \
             of it instead."
        );
    }
    let Some(was) = changed.was.as_ref().and_then(|was| was.as_str()) else {
        return Ok(());
    };
    match before::program(system, was) {
        Some(gopls) => writeln!(out, "  goplens starts {}, which it named.", gopls.display()),
        None => writeln!(
            out,
            "  It named {was}, which goplens cannot start: it looks for gopls itself."
        ),
    }
}

/// Sees to the program that the editor is to start.
fn prepare(system: &dyn System, place: &Place, out: &mut dyn Write) -> anyhow::Result<()> {
    let launcher = &place.launcher;
    if launcher.condition(system, &place.goplens) == Condition::Good {
        return Ok(());
    }
    let shown = launcher.path().display().to_string();
    writeln!(out, "building {shown} with your Go")?;
    out.flush()?;
    let Err(error) = launcher.build(system, &place.goplens) else {
        return Ok(());
    };
    writeln!(
        out,
        "The launcher cannot be built: {error:#}\nA copy of goplens takes its place. The Go extension will say at \
         each start that \"Tools (gopls) need recompiling\": it looks for Go's build information in the file, and \
         finds none. That is harmless. Where there is a go, `goplens setup vscode` does without."
    )?;
    system
        .install(&place.goplens, &launcher.path())
        .with_context(|| format!("{shown} cannot be written"))
}

/// Shows what becomes of a file.
fn show(path: &Path, before: Option<&str>, after: &str, out: &mut dyn Write) -> io::Result<()> {
    let change = Change {
        path: path.to_owned(),
        before: before.map(str::to_owned),
        after: after.to_owned(),
    };
    write!(out, "{}", change.diff())
}

fn put(system: &dyn System, path: &Path, text: &str) -> anyhow::Result<()> {
    let put = system.put(path, text);
    put.with_context(|| format!("{} cannot be written", path.display()))
}

fn print_lines(
    editor: Editor,
    system: &dyn System,
    place: &Place,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let lines = editor.lines(system, &place.goplens);
    if lines.is_empty() {
        bail!("nothing has to be written for {}", editor.name());
    }
    for one in lines {
        let way = match one.way {
            "" => String::new(),
            way => format!(" ({way})"),
        };
        write!(out, "{}{way}, ", editor.name())?;
        if let Some(first) = &one.first {
            writeln!(out, "first in a shell:\n")?;
            print_indented(first, out)?;
            write!(out, "then ")?;
        }
        writeln!(out, "in {}:\n", one.file.display())?;
        print_indented(&one.text, out)?;
    }
    Ok(())
}

fn print_indented(text: &str, out: &mut dyn Write) -> io::Result<()> {
    for line in text.lines() {
        writeln!(out, "    {line}")?;
    }
    writeln!(out)
}
