//! The exams, in the order in which what they find is told where it is as bad.

mod alternate_tools;
mod build_cache;
mod cache_owner;
mod causes;
mod codesign;
mod downloads;
mod folders;
mod gopath;
mod gopath_setting;
mod gopls_cache;
mod gopls_found;
mod gopls_start;
mod language_server_off;
mod module_cache;
mod packages;
mod paths;
mod private_modules;
mod proxies;
mod selinux;
mod shell;
mod slow_file_system;
mod spellings;
mod temporary;
mod toolchains;
mod tools_autoupdate;
mod versions;

use crate::Exam;

/// All exams. A new one is one file and one line.
pub const EXAMS: &[&dyn Exam] = &[
    &causes::Causes,
    &gopls_found::GoplsFound,
    &shell::Shell,
    &versions::Versions,
    &language_server_off::LanguageServerOff,
    &alternate_tools::AlternateTools,
    &gopath_setting::GopathSetting,
    &gopls_start::GoplsStart,
    &tools_autoupdate::ToolsAutoupdate,
    // What the network says of a missing module goes before what this machine alone says of it.
    &downloads::Downloads,
    &toolchains::Toolchains,
    &packages::Packages,
    &paths::Paths,
    &spellings::Spellings,
    &folders::Folders,
    &build_cache::BuildCache,
    &module_cache::ModuleCache,
    &gopath::Gopath,
    &gopls_cache::GoplsCache,
    &temporary::Temporary,
    &cache_owner::CacheOwner,
    &slow_file_system::SlowFileSystem,
    &selinux::SeLinux,
    &codesign::Codesign,
    &proxies::Proxies,
    &private_modules::PrivateModules,
];
