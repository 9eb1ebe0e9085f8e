//! The imports that lead nowhere though nobody has asked for anything yet, and why.

use std::collections::BTreeSet;

use system::System;
use trace::finding::{Code, Finding};

use crate::listing::{Listing, Unresolved};
use crate::module::{Module, is_within, repository};
use crate::{Workspace, explain};

/// How many causes are told of in each workspace.
const MOST: usize = 5;

/// How many imports are looked into for that.
const MOST_IMPORTS: usize = 12;

/// An import that leads nowhere, and why, as far as this machine tells.
#[derive(Debug)]
pub(crate) struct Broken {
    /// The workspace in which it is what fails.
    pub(crate) workspace: Workspace,
    /// Why.
    pub(crate) finding: Finding,
}

/// All that is broken in a workspace.
#[derive(Debug, Default)]
pub(crate) struct AllBroken {
    /// One for each cause.
    pub(crate) causes: Vec<Broken>,
    /// How many imports were not looked into.
    pub(crate) more: usize,
}

impl AllBroken {
    /// Of a workspace, by what go lists; looked for once.
    pub(crate) fn of<'a>(system: &dyn System, workspace: &'a Workspace) -> &'a Self {
        workspace.broken.get_or_init(|| {
            let mut all = Self::default();
            let mut told = BTreeSet::new();
            let unresolved = Listing::all(system, workspace).iter();
            let unresolved = one_of_each(unresolved.flat_map(|listing| &listing.unresolved));
            for (number, import) in unresolved.into_iter().enumerate() {
                if all.causes.len() == MOST || number >= MOST_IMPORTS {
                    all.more += 1;
                    continue;
                }
                let failing = import.workspace(system, workspace);
                let finding = explain(system, &failing).into_iter().next();
                let Some(finding) = finding.filter(|found| told.insert(cause(found))) else {
                    continue;
                };
                all.causes.push(Broken {
                    workspace: failing,
                    finding,
                });
            }
            all
        })
    }
}

/// One import for each module that go blames, and for each repository where it blames none.
fn one_of_each<'a>(all: impl Iterator<Item = &'a Unresolved>) -> Vec<&'a Unresolved> {
    let mut seen: Vec<String> = Vec::new();
    all.filter(|import| {
        let blamed = import.words.split([':', ' ']).next();
        let of = match blamed.and_then(Module::parse) {
            Some(module) => module.path,
            None => repository(&import.path).unwrap_or(&import.path).to_owned(),
        };
        let is_new = !seen.iter().any(|other| is_within(&of, other));
        seen.push(of);
        is_new
    })
    .collect()
}

/// What makes two findings one: where no import finds its package for the same reason, the first stands for
/// all of them.
fn cause(finding: &Finding) -> (Code, String) {
    let subject = match finding.code {
        Code::NoModule | Code::GopathMode | Code::GopathLeftovers => String::new(),
        _ => finding.subject.clone(),
    };
    (finding.code, subject)
}

#[cfg(test)]
mod tests {
    use system::Real;

    use super::*;
    use crate::testing;

    #[test]
    fn each_cause_is_told_once() {
        let imports: String = (0..20)
            .map(|number| format!("\t_ \"x.test/{number}\"\n"))
            .collect();
        let text =
            format!("package a\n\nimport (\n\t_ \"b.test/b\"\n\t_ \"b.test/b/c\"\n{imports})\n");
        let module = testing::Module::new(&[("go.mod", testing::PLAIN), ("a.go", &text)]);
        let workspace = module.workspace();
        let all = AllBroken::of(&Real, &workspace);
        let subjects: Vec<_> = all.causes.iter().map(|one| &*one.finding.subject).collect();
        assert_eq!(
            subjects,
            ["b.test/b", "x.test/0", "x.test/1", "x.test/10", "x.test/11"]
        );
        assert_eq!(all.more, 16);
    }
}
