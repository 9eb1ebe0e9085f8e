//! A file that no build takes in: gopls has nothing to say about it, nor about what it declares.

mod missing;

use std::path::Path;

use system::System;
use trace::finding::{Action, Code, Finding, Fix, Range, Severity};

use self::missing::Missing;
use crate::build::Build;
use crate::complaint::{complaint, undefined};
use crate::explain::HOW_TO_RESTART;
use crate::load::Load;
use crate::settings;
use crate::sought::{Sought, is_test};
use crate::source::{
    Constraint, Expression, Import, Token, TokenKind, constraint, imports, is_platform, is_system,
    is_unix, suffix_tags, token_at,
};
use crate::{Check, Failed, Workspace, file_uri};

/// Finds the build constraint that leaves out the file, or the one that declares what is asked for.
pub(super) struct ExcludedByBuildTag;

/// How much of a Go file is read, in bytes, and how many files of a folder.
const MOST: u64 = 1 << 20;
const FILES: usize = 200;

impl Check for ExcludedByBuildTag {
    fn code(&self) -> Code {
        Code::ExcludedByBuildTag
    }

    fn run(&self, system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
        find(system, workspace).into_iter().collect()
    }
}

/// How many ways to have a file built are told of.
const WAYS: usize = 3;

/// Tags that a flag of the same name sets, and -tags does not.
const MODES: [&str; 3] = ["asan", "msan", "race"];

fn find(system: &dyn System, workspace: &Workspace) -> Option<Finding> {
    let failed = workspace.failed.as_ref()?;
    let token = token_at(&failed.text, failed.position);
    if token.kind == TokenKind::Nothing {
        return None;
    }
    if let Some(error) = &failed.error
        && error.contains("no package metadata for file")
    {
        // The files of others are as they are meant to be.
        let is_vendored = failed.path.iter().any(|name| name == "vendor");
        if is_vendored || Load::of_failed(system, workspace).is_some_and(|load| load.of_others) {
            return None;
        }
        let build = Build::of(system, workspace, ".")?;
        let excluded = Excluded::of(&failed.path, &failed.text, &build)?;
        let title = format!("{} is built only {}.", excluded.name, excluded.condition());
        let finding = excluded.finding(system, workspace, failed, &token, &build, title);
        // It may well be meant to be left out.
        return Some(finding.severity(Severity::Warning));
    }
    declared_in_excluded_file(system, workspace, failed, &token)
}

/// The file that failed is loaded, but what it refers to stands in one that is not.
fn declared_in_excluded_file(
    system: &dyn System,
    workspace: &Workspace,
    failed: &Failed,
    token: &Token,
) -> Option<Finding> {
    let imports = imports(&failed.text);
    let sought = Sought::of(failed, token, &imports)?;
    let could_not = |import: &Import| complaint(failed, import.range, "could not import").is_some();
    if undefined(failed, token.range).is_none() && !sought.import.is_some_and(could_not) {
        return None;
    }
    let package = sought.asked();
    let build = Build::of(system, workspace, package)?;
    let own = failed.path.file_name()?.to_str()?;
    // A file that is itself left out is loaded alone, or for another platform.
    if sought.import.is_none() && build.ignored.iter().any(|file| file == own) {
        return None;
    }
    // Without a name that is declared there, only a package of which nothing is left is to blame.
    let empty = sought.import.is_some() && build.files.iter().all(|file| is_test(file));
    build.ignored.iter().take(FILES).find_map(|file| {
        let path = build.folder.join(file);
        let text = system.read_text(&path, MOST).ok()?;
        let declared = sought.declared_in(file, &text);
        if declared.is_none() && !(empty && sought.may_be_in(file, &text)) {
            return None;
        }
        let excluded = Excluded::of(&path, &text, &build)?;
        let condition = excluded.condition();
        let title = match declared {
            Some(_) => format!(
                "{} is declared in {file}, which is built only {condition}.",
                sought.name
            ),
            None => format!("No file of {package} is built: {file} would be only {condition}."),
        };
        let finding = excluded.finding(system, workspace, failed, token, &build, title);
        Some(match (declared, file_uri(&path)) {
            (Some(place), Some(uri)) => finding.related(uri, place, "It is declared here."),
            _ => finding,
        })
    })
}

/// A file that a build leaves out.
struct Excluded<'a> {
    path: &'a Path,
    name: &'a str,
    constraint: Option<Constraint>,
    suffix: Vec<&'a str>,
    /// All that has to hold.
    whole: Expression,
    missing: Missing,
    /// The other ways, each of which would do.
    others: Vec<Missing>,
}

impl<'a> Excluded<'a> {
    /// `None` where the build takes the file in, or go leaves it out for another reason.
    fn of(path: &'a Path, text: &str, build: &Build) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        if !build.ignored.iter().any(|file| file == name) {
            return None;
        }
        let constraint = constraint(text);
        let suffix = suffix_tags(name);
        let tags = suffix.iter().map(|tag| Expression::Tag((*tag).to_owned()));
        let all = tags.chain(constraint.iter().map(|found| found.expression.clone()));
        let whole = Expression::All(all.collect());
        let mut ways = Missing::all(&whole, build).into_iter();
        Some(Self {
            path,
            name,
            constraint,
            suffix,
            missing: ways.next()?,
            others: ways.collect(),
            whole,
        })
    }

    /// Under which condition it is built: by what is missing, or the whole where there are several ways.
    fn condition(&self) -> String {
        match &self.constraint {
            Some(constraint) if !self.others.is_empty() => {
                let written = constraint.lines.iter().map(|line| bare(line));
                let written: Vec<&str> = written.collect();
                let also = match &self.suffix[..] {
                    [] => String::new(),
                    suffix => format!(", and for {}", suffix.join(" and ")),
                };
                format!("where `{}` holds{also}", written.join(", "))
            }
            _ => self.missing.condition(),
        }
    }

    fn finding(
        &self,
        system: &dyn System,
        workspace: &Workspace,
        failed: &Failed,
        token: &Token,
        build: &Build,
        title: String,
    ) -> Finding {
        let cause = "gopls loads only the files that the go command would build here, and knows \
            nothing of what stands in the others.";
        let subject = [self.missing.set.clone(), self.missing.unset.clone()].concat();
        let subject = if subject.is_empty() {
            self.missing.condition()
        } else {
            subject.join(" ")
        };
        let mut finding = Finding::new(Code::ExcludedByBuildTag, title, cause)
            .about(subject)
            .place(&failed.uri, Some(token.range));
        if let Some(constraint) = &self.constraint {
            let line = constraint.range.start.line + 1;
            let written = constraint.lines.join(", ");
            finding = finding.evidence(format!("{}:{line}: {written}", self.path.display()));
        }
        if !self.suffix.is_empty() {
            let ending = self.suffix.join("_");
            finding = finding.evidence(format!(
                "the name {} means that the file is only for {ending}",
                self.name
            ));
        }
        finding = finding
            .evidence(format!(
                "go list in {} ignores {}",
                build.folder.display(),
                self.name
            ))
            .evidence(active(build, workspace));
        if !self.others.is_empty() {
            let ways = std::iter::once(&self.missing).chain(&self.others);
            let ways: Vec<String> = ways.take(WAYS).map(Missing::condition).collect();
            finding = finding.evidence(format!("it would be built {}", ways.join(", or ")));
        }
        let own = self.others.iter().filter(|way| way.is_own()).take(WAYS - 1);
        for way in std::iter::once(&self.missing).chain(own) {
            finding.fixes.push(self.fix(system, workspace, build, way));
        }
        let uri = file_uri(self.path);
        match (&self.constraint, uri) {
            (Some(constraint), Some(uri)) => {
                finding.related(uri, constraint.range, "The build constraint.")
            }
            (None, Some(uri)) => finding.related(uri, Range::default(), "The file is left out."),
            _ => finding,
        }
    }

    fn fix(
        &self,
        system: &dyn System,
        workspace: &Workspace,
        build: &Build,
        missing: &Missing,
    ) -> Fix {
        let mut tags = build.tags.clone();
        tags.retain(|tag| !missing.unset.contains(tag));
        tags.extend(missing.set.iter().cloned());
        if let Some(mode) = missing.set.iter().find(|tag| MODES.contains(&tag.as_str())) {
            let how = format!("Set gopls's build.buildFlags to [\"-{mode}\"].");
            let action = Action::Hand(how);
            let title = format!("Let gopls build with -{mode}");
            return Fix { title, action };
        }
        if missing.is_own() {
            let title = match (&missing.set[..], &missing.unset[..]) {
                (set, []) => format!("Set {} for gopls", named(set)),
                ([], unset) => format!("Unset {} for gopls", named(unset)),
                (set, unset) => format!("Set {} and unset {} for gopls", named(set), named(unset)),
            };
            return settings::set_tags(system, workspace, &title, &tags);
        }
        let mut env = serde_json::Map::new();
        for tag in &missing.platform {
            let known = is_system(tag);
            let name = if known { "GOOS" } else { "GOARCH" };
            env.insert(name.to_owned(), tag.as_str().into());
        }
        if let Some(cgo) = missing.cgo {
            let value = if cgo { "1" } else { "0" };
            env.insert("CGO_ENABLED".to_owned(), value.into());
        }
        if let Some((name, value)) = self.another_platform(build, missing) {
            env.insert(name.to_owned(), value.into());
        }
        let by_env = missing.unwanted.len() + usize::from(missing.cgo.is_some());
        let by_platform = !missing.platform.is_empty();
        let by_tags = !missing.set.is_empty() || !missing.unset.is_empty();
        if let (Some(version), [_]) = (&missing.newer_go, &missing.other[..])
            && !by_platform
            && !by_tags
        {
            return Fix {
                title: format!("Have gopls use Go {version} or newer"),
                action: Action::Hand(format!(
                    "Install it from https://go.dev/dl, first on the editor's PATH, and restart the language \
                     server. {HOW_TO_RESTART}"
                )),
            };
        }
        // Something else besides is not a matter of settings.
        if env.is_empty() || missing.other.len() > by_env {
            let how = match missing.never {
                true => {
                    "A file that only go run needs has a view of its own in gopls where //go:build ignore \
                     stands alone."
                }
                false => "No setting of gopls's makes it hold here.",
            };
            return Fix {
                title: "Change the constraint, if the file should be part of this build".to_owned(),
                action: Action::Hand(how.to_owned()),
            };
        }
        let mut how = format!(
            "Set gopls's build.env to {}",
            serde_json::Value::Object(env)
        );
        if tags != build.tags {
            how.push_str(&format!(
                " and its build.buildFlags to [\"-tags={}\"]",
                tags.join(",")
            ));
        }
        how.push_str(". It then loads the workspace for that build instead of this one.");
        Fix {
            title: "Let gopls load another build".to_owned(),
            action: Action::Hand(how),
        }
    }

    /// One of the systems or processors for which all holds but what else is missing, where that of the build
    /// is what is in the way.
    fn another_platform(
        &self,
        build: &Build,
        missing: &Missing,
    ) -> Option<(&'static str, &'static str)> {
        let [unwanted] = &missing.unwanted[..] else {
            return None;
        };
        let of_system = unwanted == "unix" || is_system(unwanted);
        let (name, all): (_, &[&str]) = match of_system {
            true => ("GOOS", &["darwin", "linux", "windows"]),
            false => ("GOARCH", &["amd64", "arm64"]),
        };
        let holds = |other: &&&str| {
            self.whole.holds(&|tag| {
                if tag == **other {
                    true
                } else if tag == "unix" && of_system {
                    is_unix(other)
                } else if is_platform(tag) && is_system(tag) == of_system {
                    false
                } else {
                    missing.set.iter().any(|set| set == tag)
                        || build.is_set(tag) && !missing.unset.iter().any(|unset| unset == tag)
                }
            })
        };
        Some((name, all.iter().find(holds)?))
    }
}

/// What a line of a constraint says, without its beginning and its comment.
fn bare(line: &str) -> &str {
    let line = line.strip_prefix("//go:build").unwrap_or(line);
    match line.find("//") {
        Some(comment) if comment > 0 => line[..comment].trim(),
        _ => line.trim(),
    }
}

fn named(tags: &[String]) -> String {
    match tags {
        [tag] => format!("the build tag {tag}"),
        tags => format!("the build tags {}", tags.join(", ")),
    }
}

/// What is in force.
fn active(build: &Build, workspace: &Workspace) -> String {
    let cgo = if build.is_set("cgo") { "on" } else { "off" };
    let tags = match &build.tags[..] {
        [] => "no tag is set".to_owned(),
        tags => format!("tags set: {}", tags.join(", ")),
    };
    let flags = match &workspace.build_flags[..] {
        [] => String::new(),
        flags => format!(", by gopls's build flags {}", flags.join(" ")),
    };
    format!("gopls loads {}, cgo {cgo}, {tags}{flags}", build.platform)
}

#[cfg(test)]
mod tests;
