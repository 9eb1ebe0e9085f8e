//! `goplens explain`: the page of a finding.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::anyhow;
use trace::finding::Code;

/// Prints the page of a finding, or all codes with what they mean.
///
/// # Errors
///
/// Where no finding has this code.
pub(crate) fn run(code: Option<&str>, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let printed = match code {
        Some(code) => {
            let known = |error| anyhow!("{error}; `goplens explain` lists the codes");
            out.write_all(code.parse::<Code>().map_err(known)?.page().as_bytes())
        }
        None => list(out),
    };
    // A reader that has seen enough is no error.
    let _ = printed.and_then(|()| out.flush());
    Ok(ExitCode::SUCCESS)
}

fn list(out: &mut dyn Write) -> io::Result<()> {
    let width = Code::ALL.iter().map(|code| code.as_str().len()).max();
    for code in Code::ALL {
        writeln!(
            out,
            "{code:width$}  {}",
            code.meaning(),
            width = width.unwrap_or_default()
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(code: Option<&str>) -> anyhow::Result<String> {
        let mut out = Vec::new();
        run(code, &mut out)?;
        Ok(String::from_utf8(out)?)
    }

    #[test]
    fn a_code_has_a_page_and_all_are_listed() {
        let page = printed(Some("import-cycle")).unwrap();
        assert!(page.starts_with("# import-cycle\n"), "{page}");
        let list = printed(None).unwrap();
        assert_eq!(list.lines().count(), Code::ALL.len());
        let error = format!("{:#}", printed(Some("nonsense")).unwrap_err());
        assert!(error.contains("nonsense"), "{error}");
    }
}
