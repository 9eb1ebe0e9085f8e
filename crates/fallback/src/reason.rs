//! Why there is no gopls.

use std::fmt;

use tower_lsp::lsp_types::{Diagnostic, DiagnosticSeverity, NumberOrString, Range};

/// Which kind of reason. Its name is stable: it is the code of the diagnostic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// No gopls in any of the places where one was looked for.
    GoplsNotFound,
    /// What was named as gopls is goplens, or its launcher.
    GoplsIsGoplens,
    /// gopls was found, and could not be started or ended before it answered `initialize`.
    GoplsCannotStart,
}

impl Code {
    /// The name that the diagnostic bears, in kebab case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GoplsNotFound => "gopls-not-found",
            Self::GoplsIsGoplens => "gopls-is-goplens",
            Self::GoplsCannotStart => "gopls-cannot-start",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Why there is no gopls, in the words that the user will read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Which kind.
    pub code: Code,
    /// One sentence that names the thing.
    pub title: String,
    /// Facts gathered on this machine, a line each: what was looked for and where, gopls's last
    /// words on stderr.
    pub evidence: Vec<String>,
    /// The one command that mends it.
    pub fix: String,
}

impl Reason {
    /// What the one popup says: short, because a popup is.
    pub(crate) fn popup(&self) -> String {
        format!("goplens: {} To mend it: {}", self.title, self.fix)
    }

    /// What the Problems panel says: all that is known.
    pub(crate) fn diagnostic(&self, range: Range) -> Diagnostic {
        let mut message = self.title.clone();
        for fact in &self.evidence {
            message.push('\n');
            message.push_str(fact);
        }
        message.push_str("\nTo mend it: ");
        message.push_str(&self.fix);
        Diagnostic {
            range,
            severity: Some(DiagnosticSeverity::ERROR),
            code: Some(NumberOrString::String(self.code.as_str().to_owned())),
            source: Some("goplens".to_owned()),
            message,
            ..Diagnostic::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_diagnostic_tells_title_evidence_and_fix_in_this_order() {
        let reason = Reason {
            code: Code::GoplsNotFound,
            title: "gopls was not found.".to_owned(),
            evidence: vec!["PATH: none".to_owned(), "GOBIN: none".to_owned()],
            fix: "go install golang.org/x/tools/gopls@latest".to_owned(),
        };
        let diagnostic = reason.diagnostic(Range::default());
        assert_eq!(
            diagnostic.message,
            "gopls was not found.\nPATH: none\nGOBIN: none\n\
             To mend it: go install golang.org/x/tools/gopls@latest"
        );
        assert_eq!(
            diagnostic.code,
            Some(NumberOrString::String("gopls-not-found".to_owned()))
        );
    }
}
