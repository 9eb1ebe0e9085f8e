//! The exams, in the order in which what they find is told where it is as bad.

mod build_cache;
mod cache_owner;
mod causes;
mod codesign;
mod gopath;
mod gopls_cache;
mod module_cache;
mod selinux;
mod slow_file_system;
mod temporary;
mod versions;

use crate::Exam;

/// All exams. A new one is one file and one line.
pub const EXAMS: &[&dyn Exam] = &[
    &causes::Causes,
    &versions::Versions,
    &build_cache::BuildCache,
    &module_cache::ModuleCache,
    &gopath::Gopath,
    &gopls_cache::GoplsCache,
    &temporary::Temporary,
    &cache_owner::CacheOwner,
    &slow_file_system::SlowFileSystem,
    &selinux::SeLinux,
    &codesign::Codesign,
];
