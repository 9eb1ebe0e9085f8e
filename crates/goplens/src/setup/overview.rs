//! What is here, and what would be done.

use std::io::Write;
use std::path::Path;

use clap::ValueEnum;
use system::System;

use crate::config::Config;
use crate::find;
use crate::setup::editor::Editor;
use crate::setup::launcher::Condition;
use crate::setup::vscode::State;
use crate::setup::{Place, targets};

/// Tells of goplens, gopls and the editors that are here.
pub(super) fn print(
    system: &dyn System,
    place: &Place,
    folder: &Path,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let program = place.launcher.path();
    writeln!(
        out,
        "goplens   {} ({})",
        place.goplens.display(),
        env!("CARGO_PKG_VERSION")
    )?;
    let (config, problem) = Config::load(system);
    if let Some(problem) = problem {
        writeln!(out, "{problem}")?;
    }
    match find::gopls(system, config.gopls.as_deref()) {
        Ok(gopls) => writeln!(out, "gopls     {}", gopls.display())?,
        Err(reason) => writeln!(out, "gopls     {}", reason.line())?,
    }
    let condition = match place.launcher.condition(system, &place.goplens) {
        Condition::Good => "ready",
        Condition::Stale => "has to be built anew",
        Condition::Missing => "not built yet",
    };
    writeln!(out, "launcher  {}: {condition}", program.display())?;
    let targets = targets(system, folder);
    if targets.is_empty() {
        writeln!(
            out,
            "\nVS Code: no settings of it or one of its relatives are here; `goplens setup vscode` says what to write"
        )?;
    }
    for target in targets {
        let state = match target.state(system) {
            State::SetTo(set) if set == program.to_string_lossy() => {
                "goplens is set up.".to_owned()
            }
            State::SetTo(set) => {
                format!(
                    "go.alternateTools has {set}. `goplens setup vscode` would set it to goplens."
                )
            }
            State::NotSet => {
                "`goplens setup vscode` would set go.alternateTools to goplens.".to_owned()
            }
            State::Unusable(why) => format!("it would be left alone: {why}"),
        };
        writeln!(
            out,
            "\n{}: {}\n  {state}",
            target.editor,
            target.path.display()
        )?;
    }
    for editor in Editor::value_variants() {
        let found = editor
            .programs()
            .iter()
            .find_map(|name| doctor::on_path(system, name));
        if let Some(found) = found.filter(|_| *editor != Editor::Vscode) {
            let name = editor.to_possible_value();
            let name = name.as_ref().map_or("", |name| name.get_name());
            let what = format!("`goplens setup {name}` prints what to write, and where.");
            writeln!(out, "\n{}: {}\n  {what}", editor.name(), found.display())?;
        }
    }
    Ok(())
}
