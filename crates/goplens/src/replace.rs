//! Becoming the real gopls, for all that is not a session of an editor.

use std::ffi::OsString;
use std::process::ExitCode;

use system::Real;

use crate::config::Config;
use crate::{find, guard};

/// Becomes the real gopls with these arguments.
pub(crate) fn run(arguments: &[OsString]) -> ExitCode {
    if guard::is_set(&Real) {
        eprintln!("{}", guard::LOOP);
        return ExitCode::FAILURE;
    }
    let (config, problem) = Config::load(&Real);
    if let Some(problem) = problem {
        tracing::warn!("{problem}");
    }
    let gopls = match find::gopls(&Real, config.gopls.as_deref()) {
        Ok(gopls) => gopls,
        Err(reason) => {
            eprintln!("goplens: {}", reason.message());
            return ExitCode::FAILURE;
        }
    };
    let (name, value) = guard::set();
    match system::become_program(&gopls, arguments, (name, &value)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("goplens: {} could not be started: {error}", gopls.display());
            ExitCode::FAILURE
        }
    }
}
