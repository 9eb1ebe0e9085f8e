//! The exams, in the order in which what they find is told where it is as bad.

mod causes;
mod private_modules;
mod proxies;
mod versions;

use crate::Exam;

/// All exams. A new one is one file and one line.
pub const EXAMS: &[&dyn Exam] = &[
    &causes::Causes,
    &versions::Versions,
    &proxies::Proxies,
    &private_modules::PrivateModules,
];
