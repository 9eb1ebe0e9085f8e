//! The inspectors, one per file.

mod client_does_not_answer;
mod document_out_of_sync;
mod examiner;
mod explainer;
mod gopls_not_responding;
mod load;
mod names;
mod saved;
mod settings_invalid;
mod versions;

use std::sync::Arc;

use paths::Spellings;
use protocol::Method;

use crate::Inspector;

pub(crate) use saved::compare;

/// The requests whose failure is explained: what a person asks about a place.
pub(crate) const EXPLAINED: [Method; 6] = [
    Method::TEXT_DOCUMENT_DEFINITION,
    Method::TEXT_DOCUMENT_TYPE_DEFINITION,
    Method::TEXT_DOCUMENT_IMPLEMENTATION,
    Method::TEXT_DOCUMENT_DECLARATION,
    Method::TEXT_DOCUMENT_REFERENCES,
    Method::TEXT_DOCUMENT_HOVER,
];

/// All inspectors. A new one is one file and one line.
pub(crate) fn all(spellings: Arc<Spellings>) -> Vec<Box<dyn Inspector>> {
    vec![
        // First, so that what the others find is about files by gopls's names for them.
        Box::new(names::Names::new(spellings)),
        Box::new(explainer::Explainer::default()),
        Box::new(load::Load::default()),
        Box::new(client_does_not_answer::ClientDoesNotAnswer::default()),
        Box::new(gopls_not_responding::GoplsNotResponding::default()),
        Box::new(document_out_of_sync::DocumentOutOfSync::default()),
        Box::new(saved::SavedDocuments::default()),
        Box::new(settings_invalid::SettingsInvalid::default()),
        Box::new(versions::Versions::default()),
        Box::new(examiner::Examiner::default()),
    ]
}
