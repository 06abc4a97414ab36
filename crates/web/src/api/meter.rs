//! What the service measures of itself, and the text in which Prometheus reads it (format 0.0.4).
//!
//! Labels have few values that are known beforehand: methods, paths as they are declared, classes of
//! status. Nothing about people is in it. Not here: the state of the company (`kept_engine::status`).

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant as Clock};

use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use kept_engine::report::audit::Totals;
use kept_engine::status::Status;

use super::Service;

/// The upper ends of the classes of duration, in microseconds.
const ENDS: [u64; 12] = [
    1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 10_000_000,
];

/// What is measured.
#[derive(Default)]
pub(super) struct Meter {
    requests: Mutex<BTreeMap<Kind, Timing>>,
    allowed: AtomicU64,
    refused: AtomicU64,
}

/// Which requests are counted together.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    method: &'static str,
    route: String,
    status: &'static str,
}

/// How long requests took.
#[derive(Clone, Copy, Default)]
struct Timing {
    /// By class of duration; the last one is open.
    classes: [u64; ENDS.len() + 1],
    total: Duration,
}

impl Meter {
    /// Counts answers of the gate.
    pub(super) fn decided(&self, answers: impl Iterator<Item = bool>) {
        let (mut allowed, mut refused) = (0, 0);
        for yes in answers {
            *(if yes { &mut allowed } else { &mut refused }) += 1;
        }
        self.allowed.fetch_add(allowed, Ordering::Relaxed);
        self.refused.fetch_add(refused, Ordering::Relaxed);
    }

    fn took(&self, kind: Kind, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let place = ENDS.iter().position(|end| micros <= *end).unwrap_or(ENDS.len());
        let Ok(mut requests) = self.requests.lock() else { return };
        let timing = requests.entry(kind).or_default();
        timing.total += took;
        if let Some(class) = timing.classes.get_mut(place) {
            *class += 1;
        }
    }

    /// Everything, as Prometheus reads it.
    pub(super) fn text(&self, status: &Status) -> String {
        let mut text = Text::default();
        of_company(&mut text, status);
        text.family("kept_decisions_total", "counter", "Questions to the gate, by their answer.");
        for (outcome, count) in [("allowed", &self.allowed), ("refused", &self.refused)] {
            let count = count.load(Ordering::Relaxed);
            text.sample("kept_decisions_total", &[("outcome", outcome)], count);
        }
        self.of_requests(&mut text);
        text.0
    }

    fn of_requests(&self, text: &mut Text) {
        let name = "kept_http_request_duration_seconds";
        text.family(name, "histogram", "How long requests over HTTP took, by path and class of status.");
        let requests = self.requests.lock().map(|requests| requests.clone()).unwrap_or_default();
        for (kind, timing) in &requests {
            let labels = [("method", kind.method), ("route", kind.route.as_str()), ("status", kind.status)];
            let mut below = 0;
            for (place, count) in timing.classes.iter().enumerate() {
                below += count;
                let end =
                    ENDS.get(place).map_or("+Inf".to_owned(), |end| seconds(Duration::from_micros(*end)));
                let with = [labels[0], labels[1], labels[2], ("le", end.as_str())];
                text.sample(&format!("{name}_bucket"), &with, below);
            }
            text.sample(&format!("{name}_sum"), &labels, seconds(timing.total));
            text.sample(&format!("{name}_count"), &labels, below);
        }
    }
}

fn of_company(text: &mut Text, status: &Status) {
    if let Some((at, totals)) = &status.audit {
        text.family("kept_statements", "gauge", "Statements of the notice by verdict, in the last audit.");
        let Totals { kept, broken, cannot_tell, stated } = *totals;
        for (verdict, count) in
            [("kept", kept), ("broken", broken), ("cannot-tell", cannot_tell), ("stated", stated)]
        {
            text.sample("kept_statements", &[("verdict", verdict)], count);
        }
        let help = "When the last audit was made, in seconds since 1970.";
        text.one("kept_audit_last_timestamp_seconds", "gauge", help, at.as_second());
    }
    if let Some(at) = status.sweep_last {
        let help = "When retention last ran to its end, in seconds since 1970.";
        text.one("kept_sweep_last_timestamp_seconds", "gauge", help, at.as_second());
    }
    if let Some(at) = status.clock_doubted {
        let help = "When the machine's clock last leapt and was not followed, in seconds since 1970.";
        text.one("kept_clock_doubted_timestamp_seconds", "gauge", help, at.as_second());
    }
    let help = "How many seconds later than a day after its last run retention is.";
    text.one("kept_sweep_late_seconds", "gauge", help, status.sweep_late_seconds);
    let help = "Requests of people that are not answered.";
    text.one("kept_requests_open", "gauge", help, status.requests_open);
    text.one("kept_requests_late", "gauge", "Open requests whose day has passed.", status.requests_late);
    let help = "Organisational duties that are overdue, or that nobody ever noted as done.";
    text.one("kept_duties_waiting", "gauge", help, status.duties_waiting);
    text.one("kept_ledger_entries", "gauge", "Entries of the ledger.", status.entries);
    text.one("kept_people", "gauge", "People whom Kept's own record ever knew.", status.people);
}

/// Seconds with their fraction, without the zeros at its end.
fn seconds(of: Duration) -> String {
    let text = format!("{}.{:06}", of.as_secs(), of.subsec_micros());
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Samples in the text format.
#[derive(Default)]
struct Text(String);

impl Text {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        // Values of labels are names of ours: nothing in them needs escaping but what a path could hold.
        let clean = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        let inside: Vec<String> =
            labels.iter().map(|(label, value)| format!("{label}=\"{}\"", clean(value))).collect();
        let inside = if inside.is_empty() { String::new() } else { format!("{{{}}}", inside.join(",")) };
        let _ = writeln!(self.0, "{name}{inside} {value}");
    }

    fn one(&mut self, name: &str, kind: &str, help: &str, value: impl std::fmt::Display) {
        self.family(name, kind, help);
        self.sample(name, &[], value);
    }
}

/// Measures a request, whatever becomes of it.
pub(super) async fn measure(State(service): State<Service>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or_else(|| "other".to_owned(), |route| route.as_str().to_owned());
    let method = match *request.method() {
        Method::GET => "GET",
        Method::POST => "POST",
        _ => "other",
    };
    let began = Clock::now();
    let response = next.run(request).await;
    let status = match response.status().as_u16() {
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    };
    service.0.meter.took(Kind { method, route, status }, began.elapsed());
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_fall_into_growing_classes_and_are_written_in_seconds() {
        let meter = Meter::default();
        let kind = Kind { method: "GET", route: "/notice".to_owned(), status: "2xx" };
        for micros in [900, 1_000, 1_001, 20_000_000] {
            meter.took(kind.clone(), Duration::from_micros(micros));
        }
        meter.decided([true, false, true].into_iter());
        let text = meter.text(&Status::default());
        let labels = "{method=\"GET\",route=\"/notice\",status=\"2xx\"";
        for line in [
            format!("kept_http_request_duration_seconds_bucket{labels},le=\"0.001\"}} 2"),
            format!("kept_http_request_duration_seconds_bucket{labels},le=\"0.0025\"}} 3"),
            format!("kept_http_request_duration_seconds_bucket{labels},le=\"10\"}} 3"),
            format!("kept_http_request_duration_seconds_bucket{labels},le=\"+Inf\"}} 4"),
            format!("kept_http_request_duration_seconds_count{labels}}} 4"),
            format!("kept_http_request_duration_seconds_sum{labels}}} 20.002901"),
            "kept_decisions_total{outcome=\"allowed\"} 2".to_owned(),
            "kept_decisions_total{outcome=\"refused\"} 1".to_owned(),
        ] {
            assert!(text.lines().any(|one| one == line), "{line} in\n{text}");
        }
    }
}
