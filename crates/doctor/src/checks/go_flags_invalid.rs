//! A flag in GOFLAGS that go does not take.

use system::System;
use trace::finding::{Action, Code, Finding};

use crate::load::Load;
use crate::shell::quoted;
use crate::variable::{Origin, Variable, named};
use crate::{Check, Workspace};

/// Finds a flag of GOFLAGS, or of gopls's own build flags, that go refuses.
pub(super) struct GoFlagsInvalid;

impl Check for GoFlagsInvalid {
    fn code(&self) -> Code {
        Code::GoFlagsInvalid
    }

    fn run(&self, system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
        let Some(refused) = refused(system, workspace) else {
            return Vec::new();
        };
        let Refused { flag, words } = refused;
        let cause = "go refuses to run with such a flag, and gopls loads no packages without go.";
        let mut of_settings = workspace.build_flags.iter();
        let in_settings =
            !words.contains("$GOFLAGS") && of_settings.any(|given| is_flag(given, &flag));
        let finding = if in_settings {
            let title = format!("go refuses the build flag {flag} of gopls's settings.");
            let how = format!("Remove {flag} from `build.buildFlags` in the settings of gopls.");
            Finding::new(Code::GoFlagsInvalid, title, cause)
                .evidence(format!("go says: {words}"))
                .evidence(format!(
                    "`build.buildFlags` in gopls's settings: {}",
                    workspace.build_flags.join(" ")
                ))
                .fix("Take the flag away", Action::Hand(how))
        } else {
            let variable = Variable::of(system, workspace, "GOFLAGS");
            let title = format!("go refuses {flag} in GOFLAGS.");
            let finding = Finding::new(Code::GoFlagsInvalid, title, cause)
                .evidence(format!("go says: {words}"))
                .evidence(variable.evidence());
            // What else stands there is to stay, but for what a quote that is not closed takes in.
            let given = variable.value.split_whitespace();
            let rest: Vec<&str> = match words.contains("unterminated ") {
                true => given.take_while(|given| *given != flag).collect(),
                false => given.filter(|given| !is_flag(given, &flag)).collect(),
            };
            match (&variable.origin, rest.as_slice()) {
                (_, []) => variable.offer_to_unset(system, workspace, finding),
                (Origin::EnvFile(path), rest) => {
                    let flags = quoted(format!("GOFLAGS={}", rest.join(" ")));
                    let line = format!("{}go env -w {flags}", named(path));
                    finding.fix(format!("Take {flag} out of GOFLAGS"), Action::Shell(line))
                }
                (_, rest) => {
                    let how = format!("Set GOFLAGS to {} where it is set.", rest.join(" "));
                    finding.fix(format!("Take {flag} out of GOFLAGS"), Action::Hand(how))
                }
            }
        };
        vec![workspace.at_failed(finding.about(flag))]
    }
}

/// A flag, and why go refuses it.
struct Refused {
    flag: String,
    words: String,
}

fn refused(system: &dyn System, workspace: &Workspace) -> Option<Refused> {
    let given = given(system, workspace);
    let of_load = Load::all(system, workspace).iter().find_map(|load| {
        let words = load.words.as_deref()?;
        Some((flag_in(words).or_else(|| value_in(words, &given))?, words))
    });
    if let Some((flag, words)) = of_load {
        // What follows is the usage of go list, and before it a wrapper of go's may say something.
        let mut lines = words.lines();
        let name = name(&flag);
        let line = lines.find(|line| line.contains(&flag) || line.contains(name));
        let words = line.unwrap_or(words).trim().to_owned();
        return Some(Refused { flag, words });
    }
    refused_in_workspace_mode(system, workspace)
}

/// All flags that are given to go.
fn given(system: &dyn System, workspace: &Workspace) -> Vec<String> {
    let goflags = Variable::of(system, workspace, "GOFLAGS").value;
    let of_variable = goflags.split_whitespace().map(str::to_owned);
    let of_settings = workspace.build_flags.iter().cloned();
    of_variable.chain(of_settings).collect()
}

/// The flag, as it is given, whose value go does not take.
fn value_in(words: &str, given: &[String]) -> Option<String> {
    words.lines().find_map(|line| {
        let said = line.trim().trim_start_matches("go: ");
        let behind = |mark: &str| said.split_once(mark).map(|(_, rest)| rest);
        let flag = behind("flag needs an argument: ")
            .or_else(|| {
                behind("invalid value ")?
                    .split_once(" for flag ")
                    .map(|(_, rest)| rest)
            })
            .or_else(|| {
                behind("invalid boolean value ")?
                    .split_once(" for ")
                    .map(|(_, rest)| rest)
            })
            .map(|rest| rest.trim_start_matches("flag "))
            .or(said.starts_with('-').then_some(said))
            .or(said.starts_with("reading overlay: ").then_some("-overlay"));
        // It is not closed: where it opens is the last word that begins with one.
        if let Some(rest) = behind("parsing $GOFLAGS: unterminated ") {
            let opens = |given: &&String| given.starts_with(&rest[..rest.len().min(1)]);
            return given.iter().rfind(opens).cloned();
        }
        let is_meant = |given: &&String| match flag {
            Some(flag) => is_flag(given, flag.split([' ', ':']).next().unwrap_or(flag)),
            // A file that it names is only called by its path.
            None => given.split_once("modfile=").is_some_and(|(_, file)| {
                said.starts_with("open ") && said.contains(&format!("{file}: "))
            }),
        };
        given.iter().find(is_meant).cloned()
    })
}

/// The flag in go's words about one that it does not take.
fn flag_in(words: &str) -> Option<String> {
    let behind = |mark: &str| words.split_once(mark).map(|(_, rest)| rest);
    let word = |rest: &str| {
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        rest[..end].trim_matches('"').to_owned()
    };
    behind("parsing $GOFLAGS: unknown flag ")
        .or_else(|| behind("parsing $GOFLAGS: non-flag "))
        .or_else(|| behind("flag provided but not defined: "))
        .map(word)
        .or_else(|| {
            let (flag, _) = words.split_once(" not supported (can be ")?;
            flag.starts_with('-').then(|| flag.to_owned())
        })
}

/// `-mod=mod` is a flag that go takes everywhere but where a go.work is in force. It writes no go.mod
/// there, so it may be tried as it is.
fn refused_in_workspace_mode(system: &dyn System, workspace: &Workspace) -> Option<Refused> {
    let go = workspace.go();
    let load = Load::all(system, workspace)
        .iter()
        .find(|load| load.go_work.is_some() && !load.left_out)?;
    if !go.may_edit_go_mod(system) {
        return None;
    }
    let mut arguments = vec!["list"];
    arguments.extend(workspace.build_flags.iter().map(String::as_str));
    arguments.extend(["-e", "-find", "."]);
    let output = system.run(&go.call(&load.folder, &arguments)).ok()?;
    let mut lines = output.stderr.lines().filter(|_| !output.success);
    let words = lines.find(|line| line.contains("when in workspace mode"))?;
    Some(Refused {
        flag: "-mod=mod".to_owned(),
        words: words.trim().to_owned(),
    })
}

fn is_flag(given: &str, flag: &str) -> bool {
    name(given) == name(flag)
}

/// The name of a flag, without its dashes.
fn name(flag: &str) -> &str {
    let flag = flag.trim_start_matches('-');
    flag.split('=').next().unwrap_or(flag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Module, found, is_silent, is_whole};

    #[test]
    fn the_flag_is_named_with_who_set_it() {
        let flags = [
            ("-bogus", "-bogus"),
            ("-tags=a -nope=3", "-nope"),
            ("mod=mod", "mod=mod"),
            ("-mod=bogus", "-mod=bogus"),
            ("-mod", "-mod"),
            ("-tags", "-tags"),
            ("-tags=a -p=0", "-p=0"),
            ("-p=x", "-p=x"),
            ("-race=maybe", "-race=maybe"),
            ("-modfile=x.txt", "-modfile=x.txt"),
            ("-modfile=gone.mod", "-modfile=gone.mod"),
            ("-overlay=/gone.json", "-overlay=/gone.json"),
            ("-trimpath '-tags=a", "'-tags=a"),
        ];
        for (goflags, flag) in flags {
            let module = Module::plain();
            let mut workspace = module.failing("a.go", "A");
            workspace.set("GOFLAGS", goflags);
            let finding = found(&GoFlagsInvalid, &workspace);
            is_whole(&finding, Code::GoFlagsInvalid, flag);
            let origin = format!("GOFLAGS={goflags} is in `build.env` of gopls's settings");
            assert_eq!(finding.evidence[1], origin);
        }
    }

    #[test]
    fn a_build_flag_of_the_settings_is_told_from_goflags() {
        let module = Module::plain();
        let mut workspace = module.workspace();
        workspace.build_flags = vec!["-tags=x".into(), "-bogus".into()];
        let finding = found(&GoFlagsInvalid, &workspace);
        is_whole(&finding, Code::GoFlagsInvalid, "-bogus");
        assert_eq!(
            finding.evidence[0],
            "go says: flag provided but not defined: -bogus"
        );
    }

    #[test]
    fn what_a_quote_that_is_not_closed_takes_in_goes_with_it() {
        let module = Module::plain();
        let mut workspace = module.failing("a.go", "A");
        workspace.set("GOFLAGS", "-trimpath '-tags=a b");
        let finding = found(&GoFlagsInvalid, &workspace);
        let action = Action::Hand("Set GOFLAGS to -trimpath where it is set.".into());
        assert_eq!(finding.fixes[0].action, action);
    }

    #[test]
    fn mod_mod_is_only_refused_under_a_go_work() {
        let module = Module::plain();
        let mut workspace = module.failing("a.go", "A");
        workspace.set("GOFLAGS", "-mod=mod");
        is_silent(&GoFlagsInvalid, &workspace);

        module.write("go.work", "go 1.24\n\nuse .\n");
        workspace = module.failing("a.go", "A");
        is_silent(&GoFlagsInvalid, &workspace);
        workspace = module.failing("a.go", "A");
        workspace.set("GOFLAGS", "-mod=mod");
        let finding = found(&GoFlagsInvalid, &workspace);
        is_whole(&finding, Code::GoFlagsInvalid, "-mod=mod");
    }

    #[test]
    #[cfg(unix)]
    fn what_a_wrapper_of_go_says_is_not_gos() {
        let said = "a wrapper talks\ngo: parsing $GOFLAGS: unknown flag -bogus\nusage: go list";
        let system = system::made_up::MadeUp::default()
            .with_file("/w/a.go", "package a\n")
            .with_failing_command("go list -e -find .", said);
        let found = GoFlagsInvalid.run(&system, &Workspace::new("/w"));
        let words = "go says: go: parsing $GOFLAGS: unknown flag -bogus";
        assert_eq!(found[0].evidence[0], words);
    }

    #[test]
    fn flags_of_other_commands_are_no_fault() {
        let module = Module::plain();
        let mut workspace = module.failing("a.go", "A");
        workspace.set("GOFLAGS", "-count=1 -tags=x -buildvcs=false");
        is_silent(&GoFlagsInvalid, &workspace);
    }
}
