//! What was found, for a person.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use trace::finding::{Action, Finding, Severity};

use crate::doctor::examination::Examination;
use crate::doctor::mend::Mended;
use crate::table::plain;

const BOLD: Style = Style::new().bold();

/// Prints it: the worst first, each with its evidence and its fix, then what could not be told.
pub(super) fn print(
    examination: &Examination,
    mended: &[Mended],
    out: &mut dyn Write,
) -> io::Result<()> {
    for folder in examination.folders() {
        writeln!(out, "{BOLD}{}{BOLD:#}", plain(&folder.to_string_lossy()))?;
    }
    for one in mended {
        let what = match one.gone {
            Some(true) => "mended",
            Some(false) => "changed, and still there",
            None => "changed, and it cannot be told whether it is still there",
        };
        writeln!(out, "{what}: {} ({})", plain(&one.title), one.code)?;
    }
    for finding in &examination.findings {
        writeln!(out)?;
        print_finding(finding, out)?;
    }
    let unknown = examination.examined.iter();
    let unknown = unknown.flat_map(|one| {
        let name = one.exam.name();
        one.chart.unknown.iter().map(move |why| (name, why))
    });
    for (number, (name, why)) in unknown.enumerate() {
        if number == 0 {
            writeln!(out, "\n{BOLD}cannot be told{BOLD:#}")?;
        }
        writeln!(out, "  {name}: {}", plain(why))?;
    }
    writeln!(out, "\n{}", summary(examination))
}

fn print_finding(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let style = style(finding.severity);
    let severity = finding.severity.as_str();
    writeln!(
        out,
        "{style}{severity}{style:#} {BOLD}{}{BOLD:#} ({})",
        plain(&finding.title),
        finding.code
    )?;
    writeln!(out, "  {}", plain(&finding.cause))?;
    for fact in &finding.evidence {
        let mut lines = fact.lines();
        writeln!(out, "  - {}", plain(lines.next().unwrap_or_default()))?;
        for line in lines {
            writeln!(out, "    {}", plain(line))?;
        }
    }
    for fix in &finding.fixes {
        let title = plain(&fix.title);
        match &fix.action {
            // In a line of its own, to be copied as it is.
            Action::Shell(line) => writeln!(out, "  fix: {title}:\n      {}", plain(line))?,
            Action::Hand(how) => writeln!(out, "  fix: {title}. {}", plain(how))?,
            Action::Edit(_) => writeln!(out, "  fix: {title}: goplens doctor --fix")?,
            // No gopls is here that could be asked.
            Action::Server { .. } => {}
        }
    }
    Ok(())
}

fn style(severity: Severity) -> Style {
    let colour = match severity {
        Severity::Error => AnsiColor::Red,
        Severity::Warning => AnsiColor::Yellow,
        Severity::Info | Severity::Hint => AnsiColor::Cyan,
    };
    colour.on_default().bold()
}

fn summary(examination: &Examination) -> String {
    let found = examination.findings.len();
    let (exams, taken) = (examination.examined.len(), examination.taken.as_secs_f64());
    let unclear = examination.is_healthy() && examination.has_failed();
    let found = match found {
        _ if unclear => "something fails, and no cause of it was found".to_owned(),
        0 => "nothing found".to_owned(),
        1 => "1 finding; `goplens explain CODE` says more of it".to_owned(),
        more => format!("{more} findings; `goplens explain CODE` says more of each"),
    };
    let left_out = match examination.left_out.len() {
        0 => String::new(),
        some => format!(", {some} left out, since they take the network"),
    };
    format!("{found} ({exams} checks in {taken:.1} s{left_out})")
}
