//! A Go toolchain that is asked for and cannot be had.

use std::path::{Path, PathBuf};

use system::System;
use trace::finding::{Action, Code, FileEdit, Finding, Range};

use crate::load::Load;
use crate::modfile::statements_of;
use crate::trial::without_secrets;
use crate::variable::{Origin, Variable};
use crate::{Check, Workspace, file_uri};

/// Finds that GOTOOLCHAIN, or a line of go.mod or go.work under GOTOOLCHAIN=auto, asks for a Go that is
/// not here and cannot be downloaded.
pub(super) struct ToolchainNotAvailable;

impl Check for ToolchainNotAvailable {
    fn code(&self) -> Code {
        Code::ToolchainNotAvailable
    }

    fn run(&self, system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
        Load::all(system, workspace)
            .iter()
            .find_map(|load| Asked::of(system, workspace, load))
            .map(|asked| asked.finding(system, workspace))
            .into_iter()
            .collect()
    }
}

/// What go says of a GOTOOLCHAIN that names nothing.
const INVALID: &str = "go: invalid GOTOOLCHAIN ";

/// A toolchain that go asks for in vain.
pub(crate) struct Asked<'a> {
    load: &'a Load,
    /// Its name, `go1.99.0`; or what GOTOOLCHAIN says that is no name of one.
    name: String,
    /// Why it cannot be had, in go's words.
    words: String,
    toolchain: Variable,
}

impl<'a> Asked<'a> {
    /// Those that go would download, and of which only the network can tell whether that works.
    pub(crate) fn awaited(system: &dyn System, workspace: &'a Workspace) -> Vec<Self> {
        let loads = Load::all(system, workspace).iter();
        let asked = loads.filter_map(|load| {
            let words = load.words.as_deref()?;
            let (line, name) = words
                .lines()
                .find_map(|line| Some((line.trim(), downloaded(line.trim())?)))?;
            let awaited = true_words(system, workspace, name, line).is_none();
            awaited.then(|| Self {
                load,
                name: name.to_owned(),
                words: line.to_owned(),
                toolchain: Variable::of(system, workspace, "GOTOOLCHAIN"),
            })
        });
        asked.collect()
    }

    /// The module that the go command downloads for it, with its version; none where go does not say for which
    /// machine.
    pub(crate) fn module(&self) -> Option<String> {
        let (_, rest) = self.words.split_once(" for ")?;
        let (system, machine) = rest.split_once(':')?.0.split_once('/')?;
        let name = &self.name;
        Some(format!(
            "golang.org/toolchain@v0.0.1-{name}.{system}-{machine}"
        ))
    }

    /// What asks for it, and that it is not here.
    pub(crate) fn title(&self, system: &dyn System) -> String {
        let asking = line_that_asks(system, self.load, &self.name).filter(|_| !self.by_variable());
        let asking = asking.map_or("GOTOOLCHAIN".to_owned(), |line| line.file_name());
        let name = &self.name;
        format!("the Go toolchain {name}, which {asking} asks for, is not on this machine yet")
    }

    /// That it cannot be had, where these words of go's say so.
    pub(crate) fn refused(
        self,
        system: &dyn System,
        workspace: &Workspace,
        words: &str,
    ) -> Finding {
        let words = words.to_owned();
        let proxy = Variable::of(system, workspace, "GOPROXY");
        let finding = Self { words, ..self }.finding(system, workspace);
        finding.evidence(without_secrets(&proxy.evidence()))
    }

    fn of(system: &dyn System, workspace: &Workspace, load: &'a Load) -> Option<Self> {
        let said = load.words.as_deref()?;
        let toolchain = Variable::of(system, workspace, "GOTOOLCHAIN");
        let asked = |name: &str, words: String| Self {
            load,
            name: name.to_owned(),
            words,
            toolchain: toolchain.clone(),
        };
        for line in said.lines() {
            let line = line.trim();
            let quoted = |line: &'_ str| line.split('"').nth(1).map(ToOwned::to_owned);
            if line.starts_with(INVALID) {
                return Some(asked(&quoted(line)?, line.to_owned()));
            }
            if line.starts_with("go: cannot find \"go") && line.ends_with(" in PATH") {
                return Some(asked(&quoted(line)?, line.to_owned()));
            }
            if let Some(name) = downloaded(line) {
                let words = true_words(system, workspace, name, line)?;
                return Some(asked(name, words));
            }
        }
        None
    }

    fn finding(self, system: &dyn System, workspace: &Workspace) -> Finding {
        let Self {
            name,
            words,
            toolchain,
            load,
        } = &self;
        let asking = line_that_asks(system, load, name).filter(|_| !self.by_variable());
        let title = match &asking {
            Some(line) => format!(
                "{} asks for the Go toolchain {name}, which cannot be had.",
                line.file_name()
            ),
            None if self.is_no_name() => {
                format!("GOTOOLCHAIN is {name}, which names no toolchain.")
            }
            None => format!("GOTOOLCHAIN asks for the Go toolchain {name}, which cannot be had."),
        };
        let mut finding = Finding::new(
            Code::ToolchainNotAvailable,
            title,
            "go does nothing before it has replaced itself by the toolchain that is asked for, and gopls \
             loads no packages without go.",
        )
        .about(name.clone())
        .evidence(format!("go says: {words}"))
        .evidence(toolchain.evidence());
        let proxy = Variable::of(system, workspace, "GOPROXY");
        let off = proxy.value == "off";
        if off {
            finding = finding.evidence(proxy.evidence());
        }
        if let Some(line) = &asking {
            finding = finding.evidence(format!(
                "{} has in line {}: {}",
                line.file.display(),
                line.range.start.line + 1,
                line.text
            ));
            finding = line.fixes(finding, system, workspace, &load.folder);
        } else {
            finding = toolchain.offer_to_unset(system, workspace, finding);
            if matches!(toolchain.origin, Origin::Installation(_)) {
                let line = "GOTOOLCHAIN=local go env -w GOTOOLCHAIN=local".to_owned();
                finding = finding.fix("Use the Go that is installed", Action::Shell(line));
            }
        }
        if off {
            finding = proxy.offer_to_unset(system, workspace, finding);
        }
        if !self.is_no_name() {
            finding = finding.fix(
                format!("Install {}", name.replacen("go", "Go ", 1)),
                Action::Hand("As the Go that gopls finds on PATH.".to_owned()),
            );
        }
        match asking.and_then(|line| Some((file_uri(&line.file)?, line.range))) {
            Some((uri, range)) => finding.place(uri, Some(range)),
            None => workspace.at_failed(finding),
        }
    }

    /// Whether go takes it for no name at all.
    fn is_no_name(&self) -> bool {
        self.words.starts_with(INVALID)
    }

    /// Whether GOTOOLCHAIN itself names it, and not a go.mod.
    fn by_variable(&self) -> bool {
        let value = &self.toolchain.value;
        let first = value.split('+').next().unwrap_or(value);
        *value == self.name || first == self.name
    }
}

/// The toolchain that a line of go's says could not be downloaded.
fn downloaded(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("go: download ")?;
    let end = rest.find([' ', ':'])?;
    rest[..end].starts_with("go").then(|| &rest[..end])
}

/// Why it cannot be downloaded. It was asked for with the network switched off, so that go's words then
/// count only where it is always off; else gopls must have said that it cannot.
fn true_words(
    system: &dyn System,
    workspace: &Workspace,
    name: &str,
    here: &str,
) -> Option<String> {
    let proxy = Variable::of(system, workspace, "GOPROXY");
    let marks = [
        format!("go: download {name}: "),
        format!("go: download {name} "),
    ];
    let said = marks.iter().find_map(|mark| {
        let said = workspace.gopls_said(mark)?;
        said.lines().find(|line| line.contains(mark.as_str()))
    });
    match said {
        Some(line) => Some(line[line.find("go: download")?..].trim().to_owned()),
        None => (proxy.value == "off").then(|| here.to_owned()),
    }
}

/// The line of a go.mod or go.work that asks for a toolchain.
struct Line {
    file: PathBuf,
    range: Range,
    /// The same with its end.
    lines: Range,
    text: String,
    verb: &'static str,
}

fn line_that_asks(system: &dyn System, load: &Load, name: &str) -> Option<Line> {
    let version = name.strip_prefix("go")?;
    let go_work = load.go_work.as_deref().filter(|_| !load.left_out);
    let files = go_work.into_iter().chain(load.go_mod.as_deref());
    let mut lines = files.flat_map(|file| {
        let statements = statements_of(system, file);
        statements.into_iter().filter_map(|statement| {
            let asks = |verb: &str, matches: &dyn Fn(&str) -> bool| {
                statement
                    .of(verb)
                    .and_then(|rest| rest.first())
                    .is_some_and(|word| matches(word))
            };
            let verb = if asks("toolchain", &|word| word == name) {
                "toolchain"
            } else if asks("go", &|word| {
                word == version || format!("{word}.0") == version
            }) {
                "go"
            } else {
                return None;
            };
            Some(Line {
                file: file.to_owned(),
                range: statement.range,
                lines: statement.lines(),
                text: statement.words.join(" "),
                verb,
            })
        })
    });
    lines.next()
}

impl Line {
    fn file_name(&self) -> String {
        let name = self.file.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    fn fixes(
        &self,
        finding: Finding,
        system: &dyn System,
        workspace: &Workspace,
        folder: &Path,
    ) -> Finding {
        let Some(uri) = file_uri(&self.file) else {
            return finding;
        };
        let edit = |range: Range, text: String| {
            Action::Edit(vec![FileEdit {
                uri: uri.clone(),
                range,
                text,
                version: None,
                create: false,
            }])
        };
        if self.verb == "toolchain" {
            let title = format!("Remove the toolchain line of {}", self.file_name());
            return finding.fix(title, edit(self.lines, String::new()));
        }
        let Some(version) = workspace.go().local_version(system, folder) else {
            return finding;
        };
        let title = format!(
            "Lower the go line of {} to {version}, the Go that is here",
            self.file_name()
        );
        finding.fix(title, edit(self.range, format!("go {version}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Module, PLAIN, found, is_silent, is_whole};

    #[test]
    fn what_gotoolchain_names_is_found() {
        for (value, proxy) in [("go1.99.0", "off"), ("bogus", ""), ("path", "")] {
            let newer = PLAIN.replace("1.24", "1.99");
            let module = Module::with(if value == "path" { &newer } else { PLAIN });
            let mut workspace = module.failing("a.go", "A");
            workspace.set("GOTOOLCHAIN", value);
            workspace.set("GOPROXY", proxy);
            let finding = found(&ToolchainNotAvailable, &workspace);
            let name = if value == "path" { "go1.99.0" } else { value };
            is_whole(&finding, Code::ToolchainNotAvailable, name);
        }
    }

    #[test]
    fn the_line_that_asks_is_shown() {
        let lines = [
            ("module example.com/a\n\ngo 1.99\n", 2, "go 1.99"),
            (
                "module example.com/a\n\ngo 1.24\ntoolchain go1.99.0\n",
                3,
                "toolchain go1.99.0",
            ),
        ];
        for (go_mod, number, text) in lines {
            let module = Module::with(go_mod);
            let mut workspace = module.workspace();
            workspace.set("GOTOOLCHAIN", "auto");
            workspace.set("GOPROXY", "off");
            let finding = found(&ToolchainNotAvailable, &workspace);
            is_whole(&finding, Code::ToolchainNotAvailable, "go1.99.0");
            assert_eq!(finding.uri, file_uri(&module.path("go.mod")));
            assert_eq!(finding.range.unwrap().start.line, number);
            assert!(finding.evidence[3].ends_with(text));
            assert!(matches!(finding.fixes[0].action, Action::Edit(_)));
        }
    }

    #[test]
    fn what_could_be_downloaded_is_not_missing_until_gopls_says_so() {
        let module = Module::with("module example.com/a\n\ngo 1.99\n");
        let workspace = || {
            let mut workspace = module.workspace();
            workspace.set("GOTOOLCHAIN", "auto");
            workspace.set("GOPROXY", "http://127.0.0.1:1");
            workspace
        };
        is_silent(&ToolchainNotAvailable, &workspace());
        let mut workspace = workspace();
        let refused = "go: download go1.99.0: toolchain: dial tcp 127.0.0.1:1: connection refused";
        workspace.said.push(format!(
            "err: exit status 1: stderr: go: downloading go1.99.0\n{refused}\n"
        ));
        let finding = found(&ToolchainNotAvailable, &workspace);
        assert_eq!(finding.evidence[0], format!("go says: {refused}"));
    }

    #[test]
    fn a_toolchain_that_nobody_switches_to_is_no_fault() {
        let module = Module::with("module example.com/a\n\ngo 1.24\n\ntoolchain go1.99.0\n");
        is_silent(&ToolchainNotAvailable, &module.workspace());
        let newer = Module::with("module example.com/a\n\ngo 1.99\n");
        is_silent(&ToolchainNotAvailable, &newer.workspace());
    }
}
