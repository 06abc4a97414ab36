//! The grounds of a person on a terminal.

use std::fmt::Write;

use kept_core::standing::Stage;
use kept_engine::report::why::{GroundLine, HeldIn, WhyReport};

use crate::printer::{bold, colour};
use crate::show::Shower;

/// The whole report.
pub(crate) fn text(shower: &Shower<'_>, report: &WhyReport) -> String {
    let on = shower.words.date(shower.zone.day_of(report.at));
    let mut text = format!("{}\n", bold(&format!("Why data are held, as of {on}")));
    text.push_str(&shower.found(&report.found, &report.unreached));
    if report.grounds.is_empty() && !report.found.is_empty() {
        text.push_str("\nNo purpose of the policy says anything about it.\n");
    }
    for ground in &report.grounds {
        line(shower, ground, &mut text);
    }
    if let Some(next) = report.next_change {
        let _ = writeln!(
            text,
            "\nThe next change by itself comes on {}.",
            shower.words.date(shower.zone.day_of(next))
        );
    }
    text
}

fn line(shower: &Shower<'_>, ground: &GroundLine, text: &mut String) {
    let stage = shower.words.stage(ground.stage);
    let stage = match ground.stage {
        Stage::Live => colour(32, &stage),
        Stage::Ended | Stage::None => colour(31, &stage),
        Stage::Unknown | Stage::Locked | Stage::Archived => colour(33, &stage),
    };
    let basis = ground.basis.map(|basis| format!(", {basis}")).unwrap_or_default();
    let _ = writeln!(text, "\n{}: {stage}{basis}", bold(&ground.title));
    let when = match (ground.until, ground.stage) {
        (Some(at), Stage::Ended) => format!(" since {}", shower.words.date(shower.zone.day_of(at))),
        (Some(until), _) => format!(" until {}", shower.until(until)),
        (None, _) => String::new(),
    };
    let _ = writeln!(text, "  {}{when}; rule {}", shower.words.why(ground.why), ground.statement);
    if let Some(arm) = &ground.arm {
        let _ = writeln!(text, "  basis by audience: {arm}");
    }
    if let (Some(event), Some(on)) = (&ground.event, ground.event_on) {
        let _ = writeln!(
            text,
            "  counted from {} on {}",
            shower.words.event(shower.policy, event),
            shower.words.date(on)
        );
    }
    if let Some(missing) = &ground.missing {
        let _ = writeln!(
            text,
            "  can't tell: no store says when {} was",
            shower.words.event(shower.policy, missing)
        );
    }
    for mark in &ground.marks {
        let _ = writeln!(text, "  {}", colour(33, &shower.words.mark(mark)));
    }
    if let Some(mend) = ground.mend {
        let _ = writeln!(text, "  {mend}");
    }
    if ground.occasions > 1 {
        let _ = writeln!(text, "  {} occasions", ground.occasions);
    }
    let _ = writeln!(text, "  data: {}", ground.data.join(", "));
    if !ground.held.is_empty() {
        let _ = writeln!(text, "  held in {}", places(&ground.held));
    }
}

/// How many keys are shown of a table.
const KEYS_MAX: usize = 5;

/// `office.orders key 2, 4; office.contacts key 1`.
fn places(held: &[HeldIn]) -> String {
    let place = |one: &HeldIn| {
        let shown: Vec<&str> = one.keys.iter().take(KEYS_MAX).map(String::as_str).collect();
        let more = if one.keys.len() > KEYS_MAX {
            format!(" and {} more", one.keys.len() - KEYS_MAX)
        } else {
            String::new()
        };
        format!("{}.{} key {}{more}", one.store, one.table, shown.join(", "))
    };
    held.iter().map(place).collect::<Vec<_>>().join("; ")
}
