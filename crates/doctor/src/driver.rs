//! Whether something else than the go command tells gopls what packages there are.

use system::System;

use crate::Workspace;
use crate::variable::Variable;

/// The variable that names the driver, or switches it off.
pub(crate) const VARIABLE: &str = "GOPACKAGESDRIVER";

/// The program that is taken for the driver where it is on PATH and nothing else is said
/// (golang.org/x/tools/go/packages).
const PROGRAM: &str = "gopackagesdriver";

/// Whether gopls asks a driver, as it does under Bazel: what the go command says is not what gopls knows
/// then, and explains nothing.
pub(crate) fn is_in_force(system: &dyn System, workspace: &Workspace) -> bool {
    if workspace.has_untried_driver {
        return true;
    }
    let set = Variable::of(system, workspace, VARIABLE).value;
    match set.as_str() {
        "off" => false,
        "" => is_on_path(system),
        _ => true,
    }
}

fn is_on_path(system: &dyn System) -> bool {
    let path = system.var("PATH").unwrap_or_default();
    let name = format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&path).any(|folder| system.is_executable(&folder.join(&name)))
}

#[cfg(test)]
mod tests {
    use system::made_up::MadeUp;

    use super::*;

    #[test]
    fn a_driver_is_set_or_found_and_can_be_switched_off() {
        let bare = MadeUp::default().with_var("PATH", "/bin");
        let found = bare.clone().with_program("/bin/gopackagesdriver", "");
        let mut workspace = Workspace::new("/w");
        assert!(!is_in_force(&bare, &workspace));
        assert!(is_in_force(&found, &workspace));
        for (value, in_force) in [("off", false), ("/opt/driver.sh", true)] {
            workspace.env = vec![("GOPACKAGESDRIVER".into(), value.into())];
            assert_eq!(is_in_force(&found, &workspace), in_force, "{value}");
        }
        workspace.has_untried_driver = true;
        assert!(is_in_force(&bare, &workspace));
    }
}
