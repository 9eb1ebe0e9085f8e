//! A finding as a diagnostic.

use std::path::Path;

use serde_json::{Value, json};
use trace::finding::Finding;
use url::Url;

use crate::takes::Takes;

/// Who says it.
pub(crate) const SOURCE: &str = "goplens";

/// The diagnostic, with what the client can take. Its link leads to the finding's page.
pub(crate) fn diagnostic(finding: &Finding, takes: &Takes, pages: Option<&Path>) -> Value {
    let mut diagnostic = json!({
        "range": finding.range.unwrap_or_default(),
        "severity": finding.severity as u8,
        "code": finding.code.as_str(),
        "source": SOURCE,
        "message": finding.message(),
    });
    if takes.links
        && let Some(page) = pages.map(|pages| pages.join(format!("{}.md", finding.code)))
        && let Ok(link) = Url::from_file_path(page)
    {
        diagnostic["codeDescription"] = json!({ "href": link.as_str() });
    }
    if takes.related && !finding.related.is_empty() {
        let related = finding.related.iter().map(|related| {
            let location = json!({ "uri": related.uri, "range": related.range });
            json!({ "location": location, "message": related.text })
        });
        diagnostic["relatedInformation"] = related.collect();
    }
    diagnostic
}

#[cfg(test)]
mod tests {
    use trace::finding::{Code, Range};

    use super::*;

    #[test]
    fn it_has_what_the_client_can_take() {
        let finding = Finding::new(Code::GoModInvalid, "A.", "B.").related(
            "file:///go.mod",
            Range::default(),
            "here",
        );
        let plain = diagnostic(&finding, &Takes::default(), Some("/p".as_ref()));
        assert_eq!(plain["code"], "go-mod-invalid");
        assert_eq!(plain["severity"], 1);
        assert_eq!(plain.get("codeDescription"), None);
        assert_eq!(plain.get("relatedInformation"), None);
        let takes = Takes {
            links: true,
            related: true,
            ..Takes::default()
        };
        let full = diagnostic(&finding, &takes, Some("/p".as_ref()));
        assert_eq!(
            full["codeDescription"]["href"],
            "file:///p/go-mod-invalid.md"
        );
        assert_eq!(full["relatedInformation"][0]["message"], "here");
    }
}
