//! The exams, in the order in which what they find is told where it is as bad.

mod causes;
mod downloads;
mod folders;
mod packages;
mod paths;
mod spellings;
mod versions;

use crate::Exam;

/// All exams. A new one is one file and one line.
pub const EXAMS: &[&dyn Exam] = &[
    &causes::Causes,
    &versions::Versions,
    // What the network says of a missing module goes before what this machine alone says of it.
    &downloads::Downloads,
    &packages::Packages,
    &paths::Paths,
    &spellings::Spellings,
    &folders::Folders,
];
