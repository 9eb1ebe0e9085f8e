//! Settings that gopls does not take, in its own words.

use trace::finding::{Code, Finding, Severity};

use crate::Gopls;
use crate::releases::{self, Feature};

/// What gopls has against a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefusedSetting<'a> {
    /// The setting, as gopls names it.
    pub setting: &'a str,
    /// All that it says of it.
    pub words: &'a str,
}

impl<'a> RefusedSetting<'a> {
    /// What gopls complains of in one message: `Invalid settings: ...; ...`, with a part for each setting.
    pub fn all(text: &'a str) -> Vec<Self> {
        let mark = "invalid settings: ";
        let lower = text.to_ascii_lowercase();
        let parts = lower.find(mark).map(|at| &text[at + mark.len()..]);
        let parts = parts.into_iter().flat_map(|parts| parts.split("; "));
        let refused = |words| {
            let setting = named(words)?;
            Some(Self { setting, words })
        };
        parts.filter_map(refused).collect()
    }

    /// The finding, without a fix. `given` says what gopls got for it.
    pub fn finding(self, gopls: Option<&Gopls>, given: Option<String>) -> Finding {
        let Self { setting, words } = self;
        let mut finding = Finding::new(
            Code::GoplsSettingsInvalid,
            format!("gopls does not take the setting {setting}."),
            "It goes on as if the setting were not there, or takes it only as far as it can.",
        )
        .severity(Severity::Warning)
        .about(setting)
        .evidence(format!("gopls says: {words}"));
        finding.evidence.extend(given);
        finding.evidence.extend(self.elsewhere(gopls));
        finding
    }

    /// Which other releases have a setting that this one does not know, or knows no more.
    fn elsewhere(self, gopls: Option<&Gopls>) -> Option<String> {
        let unknown = ["unexpected", "is deprecated"];
        if !unknown.iter().any(|word| self.words.contains(word)) {
            return None;
        }
        let version = &gopls?.version;
        let name = self.setting.rsplit('.').next()?;
        let there = releases::where_instead(Feature::Setting(name), version)?;
        Some(format!("gopls {version} does not have it: {there}"))
    }
}

/// The setting that a part is about. The words were measured in 0.12 to 0.24: `setting option "x": ...` since
/// 0.19, without the quotes in 0.16, `parsing setting "x": ...`, `unexpected gopls setting "x"` and `gopls
/// setting "x" is deprecated` before.
fn named(words: &str) -> Option<&str> {
    let heads = [
        "setting option ",
        "parsing setting ",
        "unexpected gopls setting ",
        "gopls setting ",
    ];
    let rest = heads.iter().find_map(|head| words.strip_prefix(head))?;
    match rest.strip_prefix('"') {
        Some(quoted) => Some(quoted.split_once('"')?.0),
        None => Some(rest.split_once(": ")?.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(&str, &str)> {
        let all = RefusedSetting::all(text).into_iter();
        all.map(|one| (one.setting, one.words)).collect()
    }

    #[test]
    fn each_setting_is_told_with_what_is_wrong() {
        let text = "Invalid settings: setting option \"bogus\": unexpected setting; setting option \
                    \"semanticTokens\": invalid type float64 (want bool)";
        assert_eq!(
            told(text),
            [
                ("bogus", "setting option \"bogus\": unexpected setting"),
                (
                    "semanticTokens",
                    "setting option \"semanticTokens\": invalid type float64 (want bool)"
                )
            ]
        );
        assert!(told("see setting option \"x\": y").is_empty());
        assert!(told("Loading packages...").is_empty());
    }

    #[test]
    fn older_releases_are_understood() {
        let settings = |text| -> Vec<&str> {
            let all = told(text).into_iter();
            all.map(|(setting, _)| setting).collect()
        };
        // Of 0.16.
        let text = "Invalid settings: setting option allowImplicitNetworkAccess: gopls setting \
                    \"allowImplicitNetworkAccess\" is deprecated.\nPlease comment on \
                    https://go.dev/issue/66861 if this impacts your workflow.; setting option \
                    ui.bogus: unexpected setting";
        assert_eq!(settings(text), ["allowImplicitNetworkAccess", "ui.bogus"]);
        // Of 0.15.
        let text = "Invalid settings: parsing setting \"semanticTokens\": invalid type float64, expect \
                    bool; unexpected gopls setting \"bogus\"; gopls setting \
                    \"allowModfileModifications\" is deprecated.\nPlease comment on \
                    https://go.dev/issue/65546 if this impacts your workflow.; gopls setting \
                    \"memoryMode\" is deprecated";
        let expected = [
            "semanticTokens",
            "bogus",
            "allowModfileModifications",
            "memoryMode",
        ];
        assert_eq!(settings(text), expected);
    }

    #[test]
    fn it_is_said_which_release_has_a_setting() {
        let said = |gopls: &str, text| {
            let gopls = Gopls::read(gopls);
            RefusedSetting::all(text)[0].elsewhere(Some(&gopls))
        };
        let unknown = "Invalid settings: setting option ui.newGoFileHeader: unexpected setting";
        let came = "gopls v0.16.2 does not have it: it came between 0.20.0 and 0.23.0";
        assert_eq!(said("v0.16.2", unknown).as_deref(), Some(came));
        assert_eq!(said("v0.24.0", unknown), None);
        let wrong = "Invalid settings: setting option newGoFileHeader: invalid type int";
        assert_eq!(said("v0.16.2", wrong), None);
    }
}
