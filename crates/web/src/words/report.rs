//! Words for reports: stages, marks, reasons, rights.
//!
//! Not here: the reports themselves (`kept`).

use kept_core::standing::{Mark, Stage, Why};
use kept_core::timeline::Right;

use crate::words::Words;

impl Words {
    /// The stage of a ground: `in use`.
    pub fn stage(&self, stage: Stage) -> String {
        self.word(match stage {
            Stage::None => "stage-none",
            Stage::Unknown => "stage-unknown",
            Stage::Live => "stage-live",
            Stage::Locked => "stage-locked",
            Stage::Archived => "stage-archived",
            Stage::Ended => "stage-ended",
        })
    }

    /// A mark beside a stage.
    pub fn mark(&self, mark: &Mark) -> String {
        match mark {
            Mark::Contested => self.word("mark-contested"),
            Mark::Reported => self.word("mark-reported"),
            Mark::Restricted(case) => self.say("mark-restricted", &[("case", case.as_str().into())]),
            Mark::ReviewOverdue => self.word("mark-review-overdue"),
        }
    }

    /// Why a ground is as it is: `consent was withdrawn`.
    pub fn why(&self, why: Why) -> String {
        self.word(match why {
            Why::NoStart => "why-no-start",
            Why::NoConsent => "why-no-consent",
            Why::Shut => "why-shut",
            Why::Period => "why-period",
            Why::NotYetEnded => "why-not-yet-ended",
            Why::PeriodOver => "why-period-over",
            Why::Withdrawn => "why-withdrawn",
            Why::Objected => "why-objected",
            Why::ErasureRequested => "why-erasure-requested",
            Why::Refused => "why-refused",
            Why::Died => "why-died",
            Why::Child => "why-child",
            Why::Hold => "why-hold",
            Why::Restricted => "why-restricted",
            Why::PolicyChanged => "why-policy-changed",
            Why::ToldLater => "why-told-later",
            Why::Erased => "why-erased",
            Why::Criterion => "why-criterion",
            Why::SharedWithOthers => "why-shared-with-others",
            Why::Mention => "why-mention",
            Why::OthersHangOnIt => "why-others-hang-on-it",
            Why::Frozen => "why-frozen",
            Why::Unreadable => "why-unreadable",
            Why::NoPurpose => "why-no-purpose",
        })
    }

    /// The name of a right: `Access`.
    pub fn right(&self, right: Right) -> String {
        self.word(match right {
            Right::Access => "right-access",
            Right::Rectification => "right-rectification",
            Right::Erasure => "right-erasure",
            Right::Restriction => "right-restriction",
            Right::Portability => "right-portability",
            Right::Objection => "right-objection",
            Right::Withdrawal => "right-withdrawal",
        })
    }

    /// What a right lets a person do, to stand after "the right to": `see your data`.
    pub fn right_as_act(&self, right: Right) -> String {
        self.word(match right {
            Right::Access => "right-access-do",
            Right::Rectification => "right-rectification-do",
            Right::Erasure => "right-erasure-do",
            Right::Restriction => "right-restriction-do",
            Right::Portability => "right-portability-do",
            Right::Objection => "right-objection-do",
            Right::Withdrawal => "right-withdrawal-do",
        })
    }
}
