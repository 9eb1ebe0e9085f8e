//! `cargo xtask bench [--peers] [--against GOPLENS] [--quick]`: what goplens costs, beside no proxy, a
//! raw relay and, with `--peers`, other proxies, or with `--against` an earlier build of goplens.
//!
//! xtask is unoptimized when Cargo runs it, so `run` builds goplens and xtask for release and
//! hands over to that xtask. The full benchmark writes docs/benchmarks.md; `--quick` does less
//! of everything and writes nothing, and neither does `--peers` add to the targets.

mod bodies;
mod client;
mod conform;
mod figures;
mod finding;
mod frames;
mod launcher;
mod measure;
mod peers;
mod process;
pub(crate) mod relay;
mod report;
pub(crate) mod server;
mod subjects;
mod targets;

use std::fs;

use anyhow::{Context, Result, bail};

use self::figures::Figures;
use self::measure::{Plan, Round};
use self::subjects::{GOPLENS, MAPPED, NO_PROXY, Place, RELAY, Subject};
use self::targets::Target;
use crate::shell;

/// Measures and reports; in a debug build, builds for release and hands over.
///
/// # Errors
///
/// An argument is unknown, something cannot be built, or a session fails.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let (mut peers, mut quick, mut against) = (false, false, None);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--peers" => peers = true,
            "--quick" => quick = true,
            "--against" => against = Some(rest.next().context("--against takes a goplens")?),
            unknown => bail!("bench takes --peers, --against and --quick, not {unknown:?}"),
        }
    }
    if cfg!(debug_assertions) {
        let mut build = shell::cargo();
        shell::run(build.args(["build", "--release", "-p", "goplens", "-p", "xtask"]))?;
        let mut bench = shell::command(shell::target().join("release/xtask"));
        return shell::run(bench.arg("bench").args(arguments));
    }
    let place = Place::new()?;
    let mut subjects = subjects::ours(&place)?;
    if let Some(goplens) = against {
        subjects.push(subjects::before(&place, goplens.into()));
    }
    if peers {
        subjects.extend(peers::install(&place)?);
    }
    let plan = if quick { Plan::QUICK } else { Plan::FULL };
    let figures = measure(plan, &subjects, &place)?;
    let mut goals = goals(&figures);
    goals.push(conform::target(conform::measure()?));
    goals.push(launcher::target(&place)?);
    goals.extend(finding::targets(&place)?);
    let tables = report::tables(&figures, &goals);
    println!("{tables}");
    if !quick {
        let date = shell::read(shell::command("date").args(["--utc", "+%Y-%m-%d"]))?;
        let path = shell::root().join("docs/benchmarks.md");
        fs::write(&path, report::page(plan, &tables, date.trim()))
            .with_context(|| format!("cannot write {}", path.display()))?;
        println!("written to {}", path.display());
    }
    Ok(())
}

/// Runs the rounds, each beginning with another subject, and takes the medians.
fn measure<'a>(
    plan: Plan,
    subjects: &'a [Subject],
    place: &Place,
) -> Result<Vec<(&'a str, Figures)>> {
    let mut rounds: Vec<Vec<Round>> = subjects.iter().map(|_| Vec::new()).collect();
    for round in 0..plan.rounds {
        eprintln!("round {} of {}", round + 1, plan.rounds);
        let mut order: Vec<usize> = (0..subjects.len()).collect();
        order.rotate_left(round % subjects.len());
        let turns: Vec<&Subject> = order.iter().map(|index| &subjects[*index]).collect();
        let results = measure::round(plan, &turns, &place.workspace())?;
        for (index, result) in order.into_iter().zip(results) {
            rounds[index].push(result);
        }
    }
    let figures = subjects.iter().zip(&rounds);
    Ok(figures
        .map(|(subject, rounds)| (subject.name, Figures::new(rounds)))
        .collect())
}

/// The targets, where all that they compare was measured.
fn goals(figures: &[(&str, Figures)]) -> Vec<Target> {
    let find = |name: &str| figures.iter().find(|(other, _)| *other == name);
    match (find(NO_PROXY), find(RELAY), find(GOPLENS), find(MAPPED)) {
        (Some((_, direct)), Some((_, relay)), Some((_, goplens)), Some((_, mapped))) => {
            let mut all = targets::targets(direct, relay, goplens);
            all.extend(targets::of_names(goplens, mapped));
            all
        }
        _ => Vec::new(),
    }
}
