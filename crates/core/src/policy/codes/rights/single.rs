//! Single rights: cut below the law, cited wrongly, or about nothing.

use super::{IDLE, NARROWED, WRONG_ARTICLE};
use crate::policy::check::Judge;
use crate::policy::model::{Basis, Purpose, RightRule};
use crate::timeline::Right;

/// Every right, in the order of the law.
pub(super) const ALL: &[Right] = &[
    Right::Access,
    Right::Rectification,
    Right::Erasure,
    Right::Restriction,
    Right::Portability,
    Right::Objection,
    Right::Withdrawal,
];

/// What is said of each right.
pub(super) fn check(judge: &mut Judge<'_>) {
    let policy = judge.policy;
    for (right, rule) in &policy.rights.by_right {
        let path = format!("rights.{}", word(*right));
        if let Some(only) = &rule.only {
            let message = format!("{} is granted only for: {}", word(*right), only.written);
            judge.say(&NARROWED, &format!("{path}.only"), message, "remove it: people have the whole right");
        }
        if let Some(cited) = rule.article.as_deref().filter(|cited| number(cited) != Some(article(*right))) {
            let message = format!("Art. {cited} does not hold the right of {}", word(*right));
            let help = format!("it is Art. {} GDPR", article(*right));
            judge.say(&WRONG_ARTICLE, &format!("{path}.article"), message, help);
        }
        idle(judge, *right, rule);
    }
}

fn idle(judge: &mut Judge<'_>, right: Right, rule: &RightRule) {
    for covered in &rule.covers {
        if !is_done(judge, covered) {
            let message = format!("{} is said to reach {covered}, and no purpose does that", word(right));
            let help = format!("declare the purpose, or take `{covered}` out");
            judge.say(&IDLE, &format!("rights.{}.covers", word(right)), message, help);
        }
    }
}

/// Whether some purpose makes this use, or one that could not be read may.
fn is_done(judge: &Judge<'_>, used: &str) -> bool {
    let purposes = || judge.policy.purposes.values();
    // What is said not to happen may still be objected to.
    let none = &judge.policy.decisions;
    let (key, done) = match used {
        "research" => ("research", purposes().any(|purpose| purpose.research)),
        "profiling" => ("profiling", none.no_profiling || purposes().any(|purpose| purpose.profiling)),
        "automated-decisions" => {
            ("decides", none.no_automated || purposes().any(|purpose| purpose.decides.is_some()))
        }
        "marketing" => ("marketing", purposes().any(Purpose::is_marketing)),
        "interest" => ("basis", purposes().any(rests_on_interest)),
        _ => return true,
    };
    done || judge.any_broken(purposes().map(|purpose| purpose.path(key)))
}

fn rests_on_interest(purpose: &Purpose) -> bool {
    let mut bases = purpose.arms.iter().map(|arm| &arm.basis).chain([&purpose.basis]);
    bases.any(|basis| matches!(basis, Basis::LegitimateInterest(_) | Basis::PublicTask(_)))
}

/// The word of the policy language.
pub(super) fn word(right: Right) -> &'static str {
    match right {
        Right::Access => "access",
        Right::Rectification => "rectification",
        Right::Erasure => "erasure",
        Right::Restriction => "restriction",
        Right::Portability => "portability",
        Right::Objection => "objection",
        Right::Withdrawal => "withdrawal",
    }
}

fn article(right: Right) -> u32 {
    match right {
        Right::Access => 15,
        Right::Rectification => 16,
        Right::Erasure => 17,
        Right::Restriction => 18,
        Right::Portability => 20,
        Right::Objection => 21,
        Right::Withdrawal => 7,
    }
}

/// The first number in a citation: 17 of `Art. 17(3) GDPR`.
fn number(cited: &str) -> Option<u32> {
    let digits: String = cited
        .chars()
        .skip_while(|letter| !letter.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn a_citation_is_read_by_its_first_number() {
        assert_eq!((number("17(3)"), number("Art. 21(4) GDPR"), number("none")), (Some(17), Some(21), None));
    }
}
