//! What was found as one JSON object; docs/doctor.md has its members.

use std::io::{self, Write};

use doctor::{Chart, Examined};
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
    let exams = examination.examined.iter().map(exam);
    let left_out = examination
        .left_out
        .iter()
        .map(|exam| json!({ "name": exam.name(), "codes": exam.codes(), "outcome": "left-out" }));
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
    json!({ "code": one.code, "title": one.title, "files": one.files, "undo": one.undo })
}

fn exam(one: &Examined) -> Value {
    json!({
        "name": one.exam.name(),
        "codes": one.exam.codes(),
        "outcome": outcome(&one.chart),
        "facts": one.chart.facts,
        "unknown": one.chart.unknown,
        "seconds": one.taken.as_secs_f64(),
    })
}

fn outcome(chart: &Chart) -> &'static str {
    match (chart.findings.is_empty(), chart.unknown.is_empty()) {
        (false, _) => "found",
        (true, false) => "cannot-tell",
        (true, true) => "passed",
    }
}
