//! Whether a period of the new version is longer or shorter than the old one.
//!
//! What can't be told apart by the sentences alone is "another period", which weighs as a longer
//! one does.

use crate::name::EventKind;
use crate::policy::keep::{Keep, Limit, Phase, Stage, When};
use crate::policy::model::Retention;
use crate::time::Span;

/// How a period changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// The same.
    Same,
    /// Longer for some, shorter for nobody.
    Longer,
    /// Shorter for some, longer for nobody.
    Shorter,
    /// Another one: longer for some, or it can't be told.
    Other,
}

impl Turn {
    /// Both changes together.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Same, turn) | (turn, Self::Same) => turn,
            (Self::Longer, Self::Longer) => Self::Longer,
            (Self::Shorter, Self::Shorter) => Self::Shorter,
            _ => Self::Other,
        }
    }
}

/// How a retention changed; a bare length counts from the event that starts its purpose.
pub(super) fn of_retention(old: (&Retention, &EventKind), new: (&Retention, &EventKind)) -> Turn {
    if old == new {
        return Turn::Same;
    }
    match (old.0, new.0) {
        (Retention::Keep(before), Retention::Keep(after)) => {
            of_keep(&from_start(before, old.1), &from_start(after, new.1))
        }
        // Nothing was promised before; whatever is promised now is less than for ever.
        (Retention::Missing, _) => Turn::Shorter,
        (
            Retention::Criterion { criterion, ends, review, at_most, .. },
            Retention::Criterion {
                criterion: new_criterion,
                ends: new_ends,
                review: new_review,
                at_most: new_at_most,
                ..
            },
        ) if criterion == new_criterion && ends == new_ends => {
            of_limit(*at_most, *new_at_most).and(of_limit(*review, *new_review))
        }
        _ => Turn::Other,
    }
}

/// How a limit changed; none at all is the longest.
pub(super) fn of_limit(old: Option<Span>, new: Option<Span>) -> Turn {
    match (old, new) {
        (None, None) => Turn::Same,
        (None, Some(_)) => Turn::Shorter,
        (Some(_), None) => Turn::Longer,
        (Some(old), Some(new)) => of_span(old, new),
    }
}

/// How a length changed. A month has 28 to 31 days, so that 30 days and a month can't be told apart.
pub(super) fn of_span(old: Span, new: Span) -> Turn {
    let shortest = |span: Span| u32::from(span.whole_months()) * 28 + span.whole_days();
    let longest = |span: Span| u32::from(span.whole_months()) * 31 + span.whole_days();
    let (months, days) =
        (new.whole_months().cmp(&old.whole_months()), new.whole_days().cmp(&old.whole_days()));
    if old == new {
        Turn::Same
    } else if (months.is_ge() && days.is_ge()) || shortest(new) > longest(old) {
        Turn::Longer
    } else if (months.is_le() && days.is_le()) || longest(new) < shortest(old) {
        Turn::Shorter
    } else {
        Turn::Other
    }
}

fn from_start(keep: &Keep, starts: &EventKind) -> Keep {
    let mut keep = keep.clone();
    if let Some(stage) = keep.stages.first_mut()
        && let Limit::More(span) = stage.limit
    {
        stage.limit = Limit::After(span, When::Event(starts.clone()));
    }
    keep
}

fn of_keep(old: &Keep, new: &Keep) -> Turn {
    let pairs = old.stages.iter().zip(&new.stages);
    let mut turn = pairs.map(|(old, new)| of_stage(old, new)).fold(Turn::Same, Turn::and);
    turn = match old.stages.len().cmp(&new.stages.len()) {
        std::cmp::Ordering::Less => turn.and(Turn::Longer),
        std::cmp::Ordering::Equal => turn,
        std::cmp::Ordering::Greater => turn.and(Turn::Shorter),
    };
    turn = turn.and(of_limit(old.at_most, new.at_most));
    match (old.then_anonymised, new.then_anonymised) {
        (true, false) => turn.and(Turn::Shorter),
        (false, true) => turn.and(Turn::Other),
        _ => turn,
    }
}

fn of_stage(old: &Stage, new: &Stage) -> Turn {
    let phase = match (old.phase, new.phase) {
        (before, after) if before == after => Turn::Same,
        // Less is done with the data than before.
        (Phase::Live, _) => Turn::Shorter,
        _ => Turn::Longer,
    };
    let limit = match (&old.limit, &new.limit) {
        (before, after) if before == after => Turn::Same,
        (Limit::More(before), Limit::More(after)) => of_span(*before, *after),
        (Limit::After(before, old_when), Limit::After(after, new_when)) => {
            of_span(*before, *after).and(of_when(old_when, new_when))
        }
        (Limit::Until(old_when), Limit::Until(new_when)) => of_when(old_when, new_when),
        (Limit::Until(old_when), Limit::After(_, new_when)) => of_when(old_when, new_when).and(Turn::Longer),
        (Limit::After(_, old_when), Limit::Until(new_when)) => of_when(old_when, new_when).and(Turn::Shorter),
        _ => Turn::Other,
    };
    phase.and(limit)
}

/// The first of more events comes sooner, the latest of more events later.
fn of_when(old: &When, new: &When) -> Turn {
    let has_all = |all: &When, part: &When| part.events().iter().all(|one| all.events().contains(one));
    let (grows, shrinks) = (has_all(new, old), has_all(old, new));
    if grows && shrinks {
        return if is_latest(old) == is_latest(new) || old.events().len() < 2 {
            Turn::Same
        } else {
            Turn::Other
        };
    }
    match (is_latest(old) || old.events().len() < 2, is_latest(new) || new.events().len() < 2) {
        (true, true) if grows => Turn::Longer,
        (true, true) if shrinks => Turn::Shorter,
        _ if is_latest(old) || is_latest(new) => Turn::Other,
        _ if grows => Turn::Shorter,
        _ if shrinks => Turn::Longer,
        _ => Turn::Other,
    }
}

fn is_latest(when: &When) -> bool {
    matches!(when, When::LatestOf(_))
}
