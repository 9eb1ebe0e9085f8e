//! `goplens setup --upgrade-gopls`: the Go extension offers no newer gopls where `go.alternateTools` names one.

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, bail};
use system::{Call, System};

use doctor::Installable;

/// How long go may take to fetch and to build it.
const LIMIT: Duration = Duration::from_secs(600);

/// Installs the newest gopls that the Go here can build, where `go install` puts it.
///
/// # Errors
///
/// Where go cannot be run or fails, in its words.
pub(super) fn run(system: &dyn System, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let Installable {
        line,
        why_older,
        go_first,
    } = Installable::of(system);
    if let Some(how) = go_first {
        bail!("there is no go on PATH. {how}");
    }
    if let Some(why) = why_older {
        writeln!(out, "{why}")?;
    }
    writeln!(out, "{line}")?;
    out.flush()?;
    let mut words = line.split(' ');
    let program = words.next().unwrap_or_default();
    let install = Call::new(program).args(words).limit(LIMIT);
    let output = system
        .run(&install)
        .with_context(|| format!("{line} cannot be run"))?;
    if !output.success {
        bail!(
            "{line}: {}\nNothing was changed. `goplens doctor` says what of this machine is in go's way.",
            output.stderr.trim()
        );
    }
    writeln!(out, "done; restart the language server in the editor")?;
    Ok(ExitCode::SUCCESS)
}
