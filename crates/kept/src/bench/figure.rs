//! A figure: what was measured, on which engine, against what, and whether it is within its target.

use std::path::Path;
use std::time::Duration;

use serde::Serialize;

use crate::printer::colour;
use crate::table::aligned;

/// One figure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Figure {
    /// What was done.
    pub(crate) what: String,
    /// On which engine.
    pub(crate) on: &'static str,
    /// The number.
    pub(crate) is: f64,
    /// Its unit: `ms`, `s`, `×`, `MB`, or what is counted.
    pub(crate) unit: &'static str,
    /// The most that it should be.
    pub(crate) target: Option<f64>,
    /// The baseline or the circumstances.
    pub(crate) against: String,
}

impl Figure {
    pub(super) fn new(what: &str, on: &'static str, is: f64, unit: &'static str) -> Self {
        Self { what: what.to_owned(), on, is, unit, target: None, against: String::new() }
    }

    /// A time in milliseconds.
    pub(super) fn time(what: &str, on: &'static str, time: Duration) -> Self {
        Self::new(what, on, time.as_secs_f64() * 1_000.0, "ms")
    }

    /// A time against that of the same work done by hand.
    pub(super) fn ratio(
        what: &str,
        on: &'static str,
        (kept, hand): (Duration, Duration),
        each: usize,
    ) -> Self {
        let per = |time: Duration| time.as_secs_f64() * 1_000.0 / each.max(1) as f64;
        let ratio = kept.as_secs_f64() / hand.as_secs_f64().max(1e-9);
        Self::new(what, on, ratio, "×").against(&format!(
            "{:.2} ms by Kept, {:.2} ms by hand through the same driver",
            per(kept),
            per(hand)
        ))
    }

    pub(super) fn under(mut self, target: f64) -> Self {
        self.target = Some(target);
        self
    }

    pub(super) fn against(mut self, what: &str) -> Self {
        what.clone_into(&mut self.against);
        self
    }

    /// Whether it is within its target; without one it is.
    fn is_met(&self) -> bool {
        self.target.is_none_or(|target| self.is <= target)
    }
}

/// What was measured, on, how much, the target, the verdict, against what.
fn cells(figure: &Figure, verdict: impl Fn(bool) -> String) -> Vec<String> {
    let shown =
        |number: f64| if number.fract() == 0.0 { format!("{number}") } else { format!("{number:.2}") };
    vec![
        figure.what.clone(),
        figure.on.to_owned(),
        format!("{} {}", shown(figure.is), figure.unit),
        figure.target.map_or(String::new(), |target| format!("≤ {} {}", shown(target), figure.unit)),
        figure.target.map_or(String::new(), |_| verdict(figure.is_met())),
        figure.against.clone(),
    ]
}

fn rows(figures: &[Figure], verdict: impl Fn(bool) -> String) -> Vec<Vec<String>> {
    let head = ["figure", "on", "measured", "target", "", "against, or how"].map(str::to_owned).to_vec();
    std::iter::once(head).chain(figures.iter().map(|figure| cells(figure, &verdict))).collect()
}

/// The figures as a table.
pub(crate) fn table(figures: &[Figure]) -> String {
    let verdict = |met| if met { colour(32, "met") } else { colour(31, "missed") };
    aligned(&rows(figures, verdict), "")
}

/// The figures as a table of Markdown, as `docs/figures.md` has them.
pub(crate) fn markdown(figures: &[Figure]) -> String {
    let verdict = |met| if met { "met" } else { "missed" }.to_owned();
    let mut lines: Vec<String> =
        rows(figures, verdict).iter().map(|cells| format!("| {} |", cells.join(" | "))).collect();
    lines.insert(1, "|---|---|---|---|---|---|".to_owned());
    lines.join("\n") + "\n"
}

/// The middle one of some times, and the longest.
pub(super) fn middle(times: &mut [Duration]) -> (Duration, Duration) {
    times.sort_unstable();
    let at = |place: usize| times.get(place).copied().unwrap_or_default();
    (at(times.len() / 2), at(times.len().saturating_sub(1)))
}

/// The most memory that this process ever had resident, in megabytes, as Linux counts it.
pub(super) fn memory_peak(status: &Path) -> Option<f64> {
    let text = std::fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes / 1_024.0)
}
