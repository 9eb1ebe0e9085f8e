//! What was found as one JSON object; docs/doctor.md has its members.

use std::io::{self, Write};
use std::time::Duration;

use doctor::{Chart, Exam, Examined};
use serde_json::{Value, json};

use crate::doctor::examination::Examination;
use crate::doctor::mend::Mended;

/// Prints it.
pub(super) fn print(
    examination: &Examination,
    mended: &[Mended],
    out: &mut dyn Write,
) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &object(examination, mended))?;
    writeln!(out)
}

fn object(examination: &Examination, mended: &[Mended]) -> Value {
    let folders: Vec<_> = examination.folders().collect();
    let exams = examination.examined.iter().map(examined);
    let left_out = examination.left_out.iter();
    let nothing = Chart::default();
    let left_out = left_out.map(|one| exam(*one, "left-out", &nothing, Duration::ZERO));
    json!({
        "goplens": env!("CARGO_PKG_VERSION"),
        "folders": folders,
        "gopls": examination.patient.gopls,
        "healthy": examination.is_healthy() && !examination.has_failed(),
        "findings": examination.findings,
        "mended": mended.iter().map(mending).collect::<Vec<_>>(),
        "exams": exams.chain(left_out).collect::<Vec<_>>(),
        "seconds": examination.taken.as_secs_f64(),
    })
}

fn mending(one: &Mended) -> Value {
    json!({
        "code": one.code,
        "title": one.title,
        "files": one.files,
        "undo": one.undo,
        "gone": one.gone,
    })
}

fn examined(one: &Examined) -> Value {
    exam(one.exam, outcome(&one.chart), &one.chart, one.taken)
}

fn exam(exam: &dyn Exam, outcome: &str, chart: &Chart, taken: Duration) -> Value {
    json!({
        "name": exam.name(),
        "codes": exam.codes(),
        "outcome": outcome,
        "facts": chart.facts,
        "unknown": chart.unknown,
        "seconds": taken.as_secs_f64(),
    })
}

fn outcome(chart: &Chart) -> &'static str {
    match (chart.findings.is_empty(), chart.unknown.is_empty()) {
        (false, _) => "found",
        (true, false) => "cannot-tell",
        (true, true) => "passed",
    }
}
