//! What a retention sentence makes of events: the last day of each stage, and its inverse, the
//! cutoff by which SQL finds what is due (decision 2).
//!
//! A stage ends on the first or latest of shifted event days; a shift is clamped and never
//! decreases, so cutoffs are found by searching days with the shift itself, and no SQL dialect
//! does date arithmetic. Not here: which events count for which ground (`standing`).

use jiff::ToSpan;
use jiff::civil::date;

use crate::name::EventKind;
use crate::policy::keep::{Keep, Limit, Phase, Stage, When, end_event, start_event};
use crate::policy::model::{EventNature, OccasionKind};
use crate::time::{Day, Span};

/// How the day of an event becomes a last day: to the end of its year or not, then some time on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shift {
    /// First to 31 December of the day's year.
    pub to_year_end: bool,
    /// Then this long.
    pub span: Span,
}

impl Shift {
    /// The last day for an event on `day`.
    pub fn apply(self, day: Day) -> Day {
        let origin = if self.to_year_end { date(day.year(), 12, 31) } else { day };
        self.span.last_day_after(origin)
    }

    /// The first day whose last day is not before `today`: an event earlier than it is over.
    pub fn cutoff(self, today: Day) -> Day {
        let mut over = Day::MIN;
        let mut running = Day::MAX;
        if self.apply(over) >= today {
            return over;
        }
        // INVARIANT: apply(over) < today <= apply(running), and `apply` never decreases.
        while let Some(middle) = halfway(over, running) {
            if self.apply(middle) >= today { running = middle } else { over = middle }
        }
        running
    }

    fn further(self, span: Span) -> Self {
        let span = self.span.plus(span).unwrap_or(Span::years(999));
        Self { span, ..self }
    }
}

fn halfway(low: Day, high: Day) -> Option<Day> {
    let days = low.until(high).ok()?.get_days();
    if days < 2 { None } else { low.checked_add((days / 2).days()).ok() }
}

/// The last day of a stage, as an expression over event days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LastDay {
    /// One event's day, shifted.
    Of(EventKind, Shift),
    /// The earliest.
    First(Vec<LastDay>),
    /// The latest.
    Latest(Vec<LastDay>),
}

impl LastDay {
    fn further(self, span: Span) -> Self {
        match self {
            Self::Of(event, shift) => Self::Of(event, shift.further(span)),
            Self::First(all) => Self::First(all.into_iter().map(|one| one.further(span)).collect()),
            Self::Latest(all) => Self::Latest(all.into_iter().map(|one| one.further(span)).collect()),
        }
    }

    fn of_when(when: &When, shift: Shift) -> Self {
        let each = |events: &[EventKind]| events.iter().map(|event| Self::Of(event.clone(), shift)).collect();
        match when {
            When::Event(event) => Self::Of(event.clone(), shift),
            When::FirstOf(events) => Self::First(each(events)),
            When::LatestOf(events) => Self::Latest(each(events)),
        }
    }

    /// Every event it reads, each once, in order.
    pub fn events(&self) -> Vec<EventKind> {
        let mut found = Vec::new();
        self.collect(&mut found);
        found
    }

    fn collect(&self, found: &mut Vec<EventKind>) {
        match self {
            Self::Of(event, _) if found.contains(event) => {}
            Self::Of(event, _) => found.push(event.clone()),
            Self::First(all) | Self::Latest(all) => all.iter().for_each(|one| one.collect(found)),
        }
    }

    /// The event from which the last day is counted: of several, the one that decides. The first,
    /// while no day is known.
    pub fn decided_by(&self, facts: &impl Facts) -> Option<EventKind> {
        let (Self::First(all) | Self::Latest(all)) = self else { return self.events().into_iter().next() };
        let last = self.evaluate(facts).by;
        let decides = |one: &&Self| last.is_some() && one.evaluate(facts).by == last;
        all.iter().find(decides).or(all.first()).and_then(|one| one.decided_by(facts))
    }

    /// Whether the day of this event is the last, whatever else is known.
    pub fn is_over_with(&self, event: &EventKind) -> bool {
        match self {
            Self::Of(own, shift) => own == event && *shift == Shift::default(),
            Self::First(all) => all.iter().any(|one| one.is_over_with(event)),
            Self::Latest(all) => matches!(&all[..], [only] if only.is_over_with(event)),
        }
    }

    /// The last day, given what is known of the events.
    pub fn evaluate(&self, facts: &impl Facts) -> Ending {
        match self {
            Self::Of(event, shift) => facts.ending(event, *shift),
            Self::First(all) => first_of(all.iter().map(|one| one.evaluate(facts))),
            Self::Latest(all) => latest_of(all.iter().map(|one| one.evaluate(facts))),
        }
    }
}

/// What is known of an event for one ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// It happened on this day.
    On(Day),
    /// It has not happened.
    Not,
    /// Nobody can say.
    Unknown,
}

/// The facts that a retention sentence is evaluated against.
pub trait Facts {
    /// What is known of an event.
    fn known(&self, event: &EventKind) -> Known;
    /// How its absence is understood.
    fn nature(&self, event: &EventKind) -> EventNature;

    /// The ending that one event gives.
    fn ending(&self, event: &EventKind, shift: Shift) -> Ending {
        match (self.known(event), self.nature(event)) {
            (Known::On(day), _) => Ending::on(shift.apply(day)),
            (Known::Not, EventNature::End) => Ending::OPEN,
            (Known::Not, EventNature::Point) => Ending::absent(event.clone()),
            (Known::Unknown, _) => Ending::unknown(event.clone()),
        }
    }
}

/// When a stage ends, as far as anybody knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// The last day at the latest; `None` where no day bounds it yet.
    pub by: Option<Day>,
    /// The missing fact, where there is one: the end may be earlier than `by`, or anywhere.
    pub missing: Option<EventKind>,
    absent: bool,
}

impl Ending {
    /// It lasts until something that has not come.
    pub const OPEN: Self = Self { by: None, missing: None, absent: false };

    fn on(day: Day) -> Self {
        Self { by: Some(day), missing: None, absent: false }
    }

    fn unknown(event: EventKind) -> Self {
        Self { by: None, missing: Some(event), absent: false }
    }

    fn absent(event: EventKind) -> Self {
        Self { by: None, missing: Some(event), absent: true }
    }
}

/// The earliest of several endings: an event that did not happen is left aside unless none did.
fn first_of(all: impl Iterator<Item = Ending>) -> Ending {
    gather(all, |known| Ending {
        by: known.iter().filter_map(|one| one.by).min(),
        missing: known.iter().find_map(|one| one.missing.clone()),
        absent: false,
    })
}

/// The latest of several endings: one that is surely open keeps the whole open.
fn latest_of(all: impl Iterator<Item = Ending>) -> Ending {
    gather(all, |known| {
        if known.contains(&Ending::OPEN) {
            return Ending::OPEN;
        }
        let unbounded = known.iter().any(|one| one.by.is_none());
        Ending {
            by: known.iter().filter_map(|one| one.by).max().filter(|_| !unbounded),
            missing: known.iter().find_map(|one| one.missing.clone()),
            absent: false,
        }
    })
}

fn gather(all: impl Iterator<Item = Ending>, join: impl FnOnce(&[Ending]) -> Ending) -> Ending {
    let (absent, known): (Vec<_>, Vec<_>) = all.partition(|one| one.absent);
    if known.is_empty() { absent.into_iter().next().unwrap_or(Ending::OPEN) } else { join(&known) }
}

/// A stage with its last day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageEnd {
    /// How data are held in it.
    pub phase: Phase,
    /// Its last day.
    pub last_day: LastDay,
}

impl Keep {
    /// The stages with their last days, each counted from its origin, none before the one it
    /// follows. `starts` is the event that starts the purpose.
    pub fn stage_ends(&self, starts: &EventKind) -> Vec<StageEnd> {
        let mut ends: Vec<StageEnd> = Vec::with_capacity(self.stages.len());
        for stage in &self.stages {
            let before = ends.last().map(|end| end.last_day.clone());
            let last_day = stage_last_day(stage, before, starts);
            ends.push(StageEnd { phase: stage.phase, last_day });
        }
        if let Some(limit) = self.at_most {
            let bound = LastDay::Of(starts.clone(), Shift { to_year_end: false, span: limit });
            for end in &mut ends {
                let own = std::mem::replace(&mut end.last_day, LastDay::First(Vec::new()));
                end.last_day = LastDay::First(vec![own, bound.clone()]);
            }
        }
        ends
    }

    /// The last day of the whole sentence.
    pub fn last_day(&self, starts: &EventKind) -> LastDay {
        self.stage_ends(starts).pop().map_or(LastDay::Latest(Vec::new()), |end| end.last_day)
    }
}

fn stage_last_day(stage: &Stage, before: Option<LastDay>, starts: &EventKind) -> LastDay {
    let year_end = Shift { to_year_end: true, span: Span::ZERO };
    let own = match &stage.limit {
        Limit::More(span) => {
            let origin = before.unwrap_or_else(|| LastDay::Of(starts.clone(), Shift::default()));
            return origin.further(*span);
        }
        Limit::Until(when) => LastDay::of_when(when, Shift::default()),
        Limit::After(span, when) => LastDay::of_when(when, Shift { to_year_end: false, span: *span }),
        Limit::For(occasion) => LastDay::Of(lasts_until(*occasion, starts), Shift::default()),
        Limit::CalendarYearOf(occasion) => LastDay::Of(start_event(*occasion), year_end),
    };
    match before {
        Some(before) => LastDay::Latest(vec![before, own]),
        None => own,
    }
}

/// The event that ends an occasion; a collection is over on the day it starts.
fn lasts_until(occasion: OccasionKind, starts: &EventKind) -> EventKind {
    match occasion {
        OccasionKind::Collection => starts.clone(),
        OccasionKind::Consent | OccasionKind::Contract | OccasionKind::Request => end_event(occasion),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Table(Vec<(&'static str, Known, EventNature)>);

    impl Facts for Table {
        fn known(&self, event: &EventKind) -> Known {
            self.0
                .iter()
                .find(|(kind, ..)| *kind == event.as_str())
                .map_or(Known::Not, |(_, known, _)| *known)
        }
        fn nature(&self, event: &EventKind) -> EventNature {
            self.0
                .iter()
                .find(|(kind, ..)| *kind == event.as_str())
                .map_or(EventNature::Point, |(.., nature)| *nature)
        }
    }

    fn years_after(years: u16, event: &str) -> LastDay {
        LastDay::Of(event.into(), Shift { to_year_end: false, span: Span::years(years) })
    }

    #[test]
    fn a_cutoff_is_the_inverse_of_its_shift() {
        for span in [Span::months(1), Span::years(3), Span::days(30), Span::years(999)] {
            for to_year_end in [false, true] {
                let shift = Shift { to_year_end, span };
                for today in [date(2026, 3, 31), date(2024, 2, 29), date(2025, 1, 1), date(9999, 12, 31)] {
                    let cutoff = shift.cutoff(today);
                    assert!(shift.apply(cutoff) >= today);
                    if let Ok(before) = cutoff.yesterday() {
                        assert!(shift.apply(before) < today);
                    }
                }
            }
        }
    }

    #[test]
    fn on_31_march_one_month_leaves_no_row_of_28_february_behind() {
        let month = Shift { to_year_end: false, span: Span::months(1) };
        assert_eq!(month.cutoff(date(2026, 3, 31)), date(2026, 3, 1));
    }

    #[test]
    fn the_latest_of_several_ignores_what_never_happened_but_not_what_nobody_knows() {
        let latest = LastDay::Latest(vec![years_after(3, "collection"), years_after(3, "last-contact")]);
        let collected = ("collection", Known::On(date(2022, 2, 14)), EventNature::Point);
        let never = Table(vec![collected, ("last-contact", Known::Not, EventNature::Point)]);
        assert_eq!(latest.evaluate(&never).by, Some(date(2025, 2, 14)));
        let unknown = Table(vec![collected, ("last-contact", Known::Unknown, EventNature::Point)]);
        assert_eq!(latest.evaluate(&unknown), Ending::unknown("last-contact".into()));
    }

    #[test]
    fn of_several_events_the_one_that_decides_is_told() {
        let on = |event, day| (event, Known::On(day), EventNature::Point);
        let facts = Table(vec![on("collection", date(2022, 2, 14)), on("last-contact", date(2025, 8, 7))]);
        let both = vec![years_after(3, "collection"), years_after(3, "last-contact")];
        assert_eq!(LastDay::Latest(both.clone()).decided_by(&facts), Some("last-contact".into()));
        assert_eq!(LastDay::First(both.clone()).decided_by(&facts), Some("collection".into()));
        assert_eq!(LastDay::Latest(both).decided_by(&Table(Vec::new())), Some("collection".into()));
    }

    #[test]
    fn the_latest_of_several_stays_open_while_an_end_has_not_come() {
        let latest = LastDay::Latest(vec![years_after(3, "contract-end"), years_after(3, "last-contact")]);
        let facts = Table(vec![
            ("contract-end", Known::Not, EventNature::End),
            ("last-contact", Known::Unknown, EventNature::Point),
        ]);
        assert_eq!(latest.evaluate(&facts), Ending::OPEN);
    }

    #[test]
    fn the_first_of_several_is_bounded_by_what_is_known() {
        let first = LastDay::First(vec![years_after(1, "contract-end"), years_after(1, "account-deletion")]);
        let facts = Table(vec![
            ("contract-end", Known::On(date(2025, 6, 30)), EventNature::End),
            ("account-deletion", Known::Unknown, EventNature::End),
        ]);
        let ending = first.evaluate(&facts);
        assert_eq!(ending.by, Some(date(2026, 6, 30)));
        assert_eq!(ending.missing, Some("account-deletion".into()));
    }
}
