//! A folder as gopls would see it, by the settings of an editor.

use std::path::{Path, PathBuf};

use serde_json::Value;
use system::System;

use super::extension::last_part;
use super::stack::Stack;
use super::tools::Extension;
use crate::Workspace;
use crate::installation::go_in;

impl Workspace {
    /// A folder in which an editor with these settings would start gopls, but for what a repository may not have
    /// tried out.
    pub fn with_settings(system: &dyn System, stack: &Stack) -> Self {
        let mut workspace = Self::new(&stack.folder);
        let extension = Extension::new(system, stack, None);
        let settings = extension.of_gopls();
        let of_gopls = |name: &str| {
            let mut all = settings.iter();
            let found = all.find(|(key, _)| last_part(key) == name);
            found.map(|(_, value)| value)
        };
        if let Some(Value::Object(env)) = of_gopls("env") {
            let text = |value: &Value| match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            workspace.env = env
                .iter()
                .map(|(name, value)| (name.clone(), text(value)))
                .collect();
        }
        if let Some(Value::Array(flags)) = of_gopls("buildFlags") {
            let flags = flags.iter().filter_map(Value::as_str);
            workspace.build_flags = flags.map(str::to_owned).collect();
        }
        workspace.given = extension.given();
        let path = workspace.given.iter().find(|given| given.name == "PATH");
        workspace.go_program = path.and_then(|path| go_on(system, &path.value));
        workspace
    }
}

fn go_on(system: &dyn System, path: &str) -> Option<PathBuf> {
    std::env::split_paths(path)
        .filter(|folder: &PathBuf| folder.is_absolute())
        .map(|folder| go_in(Path::new(&folder)))
        .find(|go| system.is_executable(go))
}

#[cfg(all(test, unix))]
mod tests {
    use system::made_up::MadeUp;

    use super::super::Settings;
    use super::*;

    const FILE: &str = "/home/me/.config/Code/User/settings.json";

    fn machine() -> MadeUp {
        MadeUp::default()
            .with_os("linux")
            .with_var("HOME", "/home/me")
            .with_var("PATH", "/usr/bin")
    }

    fn workspace(system: &MadeUp) -> Workspace {
        let settings = Settings::of(system, Path::new("/w"));
        Workspace::with_settings(system, &settings.stacks[0])
    }

    fn given(workspace: &Workspace) -> Vec<(&str, &str)> {
        let given = workspace.given.iter();
        given
            .map(|given| (given.name.as_str(), given.value.as_str()))
            .collect()
    }

    #[test]
    fn gopls_gets_its_own_settings_and_those_of_the_extension() {
        let text = r#"{"gopls": {"build.env": {"GOOS": "plan9", "N": 3}},
            "go.buildFlags": ["-v"], "go.buildTags": "a b",
            "go.toolsEnvVars": {"GOFLAGS": "-mod=mod", "D": "${workspaceFolder}/${env:HOME}", "T": "~/x"}}"#;
        let system = machine().with_file(FILE, text);
        let found = workspace(&system);
        let env = [("GOOS", "plan9"), ("N", "3")];
        assert_eq!(
            found.env,
            env.map(|(name, value)| (name.into(), value.into()))
        );
        assert_eq!(found.build_flags, ["-v", "-tags", "a b"]);
        let expected = [
            ("D", "/w//home/me"),
            ("GOFLAGS", "-mod=mod"),
            ("T", "/home/me/x"),
        ];
        assert_eq!(given(&found), expected);
        assert_eq!(found.given[0].by(), format!("go.toolsEnvVars in {FILE}"));
        assert_eq!(found.go_program, None);

        let own = r#"{"gopls": {"build.buildFlags": ["-tags=x"]}, "go.buildTags": "a"}"#;
        let found = workspace(&machine().with_file(FILE, own));
        assert_eq!(found.build_flags, ["-tags=x"]);
        // Only the outermost names are split, and gopls takes no objects for their parts.
        let flat = r#"{"gopls.build.env": {"A": "b"}}"#;
        assert_eq!(workspace(&machine().with_file(FILE, flat)).env, []);
    }

    #[test]
    fn a_go_that_the_settings_name_goes_first_on_path() {
        let system = machine()
            .with_program("/opt/go/bin/go", "")
            .with_program("/sdk/bin/go", "")
            .with_file("/sdk/VERSION", "");
        let named = r#"{"go.alternateTools": {"go": "/opt/go/bin/go"}}"#;
        let found = workspace(&system.clone().with_file(FILE, named));
        assert_eq!(given(&found), [("PATH", "/opt/go/bin:/usr/bin")]);
        assert_eq!(
            found.go_program.as_deref(),
            Some(Path::new("/opt/go/bin/go"))
        );
        let root = r#"{"go.goroot": "/sdk"}"#;
        let found = workspace(&system.clone().with_file(FILE, root));
        assert_eq!(
            given(&found),
            [("GOROOT", "/sdk"), ("PATH", "/sdk/bin:/usr/bin")]
        );
        for nothing in [
            r#"{"go.goroot": "/typo"}"#,
            r#"{"go.goroot": null}"#,
            r#"{"go.alternateTools": {"go": "/typo"}}"#,
        ] {
            let found = workspace(&system.clone().with_file(FILE, nothing));
            assert_eq!(given(&found), [], "{nothing}");
        }
    }

    #[test]
    fn gopath_is_what_the_settings_say_or_infer() {
        let of = |system: MadeUp, text: &str, folder: &str| {
            let system = system.with_file(FILE, text);
            let settings = Settings::of(&system, Path::new(folder));
            let stack = &settings.stacks[0];
            let extension = Extension::new(&system, stack, None);
            extension.gopath().map(|(value, ..)| value)
        };
        let set = |value: &str| Some(value.to_owned());
        assert_eq!(
            of(machine(), r#"{"go.gopath": "~/g"}"#, "/w"),
            set("/home/me/g")
        );
        let infer = r#"{"go.inferGopath": true, "go.gopath": "/g"}"#;
        assert_eq!(of(machine(), infer, "/p/src/x"), set("/p"));
        assert_eq!(of(machine(), infer, "/w"), set("/g"));
        let module = machine().with_file("/p/go.mod", "");
        assert_eq!(of(module, infer, "/p/src/x"), set("/g"));
        let own = |system: MadeUp, text: &str| {
            let found = workspace(&system.with_file(FILE, text));
            found.given.into_iter().next().map(|given| given.value)
        };
        let both = r#"{"go.toolsEnvVars": {"GOPATH": "/t"}}"#;
        assert_eq!(own(machine(), both), set("/t"));
        assert_eq!(own(machine().with_var("GOPATH", "/e"), both), None);
        assert_eq!(own(machine(), r#"{"go.gopath": "~/g"}"#), set("/home/me/g"));
    }

    #[test]
    fn a_repository_names_no_program() {
        let text = r#"{"gopls": {"build.env": {"LD_PRELOAD": "./x", "GOFLAGS": "-toolexec=./x", "GOOS": "plan9"},
                "build.buildFlags": ["-toolexec=./x"]},
            "go.toolsEnvVars": {"PATH": "./bin", "GOPROXY": "file:///w/proxy", "GO111MODULE": "on"},
            "go.goroot": "/w/sdk", "go.gopath": "/w/g", "go.alternateTools": {"go": "/w/go"}}"#;
        let system = machine()
            .with_file("/w/.vscode/settings.json", text)
            .with_program("/w/sdk/bin/go", "")
            .with_program("/w/go", "");
        let settings = Settings::of(&system, Path::new("/w"));
        let found = Workspace::with_settings(&system, &settings.stacks[0]);
        assert_eq!(found.env, [("GOOS".into(), "plan9".into())]);
        assert_eq!(given(&found), [("GO111MODULE", "on")]);
        assert_eq!((found.build_flags, found.go_program), (vec![], None));
        let untried = Extension::new(&system, &settings.stacks[0], None).untried();
        let untried = untried.iter().filter_map(|line| line.split_once(" in "));
        let untried: Vec<&str> = untried.map(|(name, _)| name).collect();
        let expected = [
            "go.goroot",
            "go.gopath",
            "go.alternateTools.go",
            "GOPROXY of go.toolsEnvVars",
            "PATH of go.toolsEnvVars",
            "build.buildFlags",
            "GOFLAGS of build.env",
            "LD_PRELOAD of build.env",
        ];
        assert_eq!(untried, expected);
    }
}
