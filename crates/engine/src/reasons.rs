//! What is asked for with a reason: the archive, and data on a vital interest. Not here: what else the gate
//! lets be used (`reading`).

use kept_core::decision::Exception;
use kept_core::decision::demand::is_name;
use kept_core::name::PurposeName;

use crate::company::Company;
use crate::reading::{RefusedField, Sorted};

/// What is said where the archive is asked without a reason.
const NO_REASON: &str =
    "the archive is read with a reason: name the case or the legal reference, in letters, digits and `-_./:`";

/// What is said where data are asked for on a vital interest without a reason.
const NO_EMERGENCY: &str =
    "data are used on a vital interest with a reason: name the emergency, in letters, digits and `-_./:`";

/// What is said where a reason is given that is no name.
const NOT_A_NAME: &str = "the reason is written as one name, in letters, digits and `-_./:` without blanks, such as `case-2026-17`";

impl Company {
    /// The archive opens to its roles, and a purpose on a vital interest to anybody, only with a reason;
    /// what was used is written into the entry.
    pub(crate) fn reasoned(
        &self,
        sorted: &mut Sorted,
        purpose: &PurposeName,
        (exception, reason): (Option<Exception>, Option<&str>),
    ) {
        let given = reason.is_some_and(|reason| !reason.trim().is_empty());
        let reason = reason.map(str::trim).filter(|reason| is_name(reason));
        let declared = self.policy().purposes.get(purpose);
        let vital = declared.and_then(|declared| crate::emergency::rule(self.policy(), declared));
        if reason.is_none() && (sorted.archive || vital.is_some()) {
            let (words, article) = match vital {
                Some(_) => (NO_EMERGENCY, "Art. 5(2), 6(1)(d) GDPR"),
                None => (NO_REASON, "Art. 5(1)(f), 29 GDPR"),
            };
            let words = if given { NOT_A_NAME } else { words };
            let shut = sorted.allowed.drain(..);
            let told = |field| RefusedField { field, words: words.to_owned(), article: Some(article) };
            sorted.refused.extend(shut.map(told));
            return;
        }
        sorted.reason = reason.map(str::to_owned);
        if sorted.archive {
            sorted.rule = Some(format!("archive.{purpose}"));
        } else if sorted.excepted {
            sorted.rule = exception.map(|exception| exception.rule().to_owned());
        } else {
            sorted.rule = vital;
        }
    }
}
