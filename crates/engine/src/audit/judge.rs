//! One statement judged: which of the judges looks at it, and the verdict of what they found.
//!
//! Every kind of statement has its place here, so that a new one can't be forgotten. Not here: what
//! stores tell (`stores`), what Kept's own record tells (`acts`, `record`), where data are
//! (`places`).

use kept_connect::due::TableCount;
use kept_core::notice::{Statement, StatementKind as Kind};
use kept_core::time::Day;
use kept_core::timeline::Right;

use crate::audit::acts::Topic;
use crate::audit::{Looked, Sight, places, promises, record, stores};
use crate::report::audit::{Audited, Breach, Counted, Evidence, Missing, Verdict, Wrong};

/// The verdict on a statement.
pub(super) fn judge(sight: &Sight<'_>, statement: &Statement) -> Audited {
    let mut finding = Judged::default();
    if !of_purposes(sight, &statement.kind, &mut finding)
        && !of_data(sight, &statement.kind, &mut finding)
        && !of_parties(sight, statement, &mut finding)
        && !of_rights(sight, statement, &mut finding)
    {
        of_the_rest(sight, statement, &mut finding);
    }
    finding.into_audited(statement)
}

/// What is said of a purpose.
fn of_purposes(sight: &Sight<'_>, kind: &Kind, finding: &mut Judged) -> bool {
    match kind {
        Kind::Retention(purpose) => {
            stores::retention(sight, purpose, finding);
            stores::review(sight, purpose, finding);
            record::retention(sight, purpose, finding);
        }
        Kind::AfterWithdrawal(purpose) => {
            stores::retention(sight, purpose, finding);
            finding.overdue_by_something();
            record::withdrawal(sight, purpose, finding);
        }
        Kind::ArchivePeriod(purpose) => stores::archive(sight, purpose, finding),
        Kind::ArchiveReaders(purpose) => record::archive_readers(sight, purpose, finding),
        Kind::Basis(purpose) | Kind::Special(purpose) => {
            stores::basis(sight, purpose, finding);
            record::basis(sight, purpose, finding);
        }
        Kind::Reconfirm(purpose) => {
            stores::retention(sight, purpose, finding);
            finding.overdue_by_something();
            record::basis(sight, purpose, finding);
        }
        Kind::PurposeData(purpose) | Kind::UsesAlso(purpose) => record::need(sight, purpose, finding),
        Kind::Shut(purpose) => record::shut(sight, purpose, finding),
        Kind::Recipients(purpose) => record::recipients(sight, purpose, finding),
        Kind::Erasure(_) | Kind::ErasureEnds => record::requests(sight, Some(Right::Erasure), finding),
        Kind::Purpose(_)
        | Kind::Required(_)
        | Kind::ServesLaw(_)
        | Kind::Research(_)
        | Kind::Profiling(_)
        | Kind::FrozenData(_) => {
            finding.stated = true;
        }
        Kind::Unsubscribe(purpose) => record::unsubscribe(sight, purpose, finding),
        Kind::Channels(_) | Kind::AutomatedDecision(_) | Kind::Only(_) => {
            finding.missing.push(Missing::NoEvidence);
        }
        _ => return false,
    }
    true
}

/// What is said of data and of where they come from.
fn of_data(sight: &Sight<'_>, kind: &Kind, finding: &mut Judged) -> bool {
    match kind {
        Kind::Data(category) => {
            stores::data(sight, category, finding);
            finding.counted(sight, &Topic::Category(category.clone()), Counted::Collections);
        }
        Kind::Tell(category) => promises::tell(sight, category, finding),
        Kind::Screen(category, field) => record::screened(sight, (category, field), finding),
        Kind::SourceTold(source) => promises::source_told(sight, source, finding),
        Kind::SourceConsent(source) => promises::source_consent(sight, source, finding),
        Kind::Frozen { store, table } => stores::frozen(sight, store, table, finding),
        Kind::Source(source) => {
            finding.counted(sight, &Topic::Source(source.clone()), Counted::Collections);
            finding.stated = true;
        }
        Kind::About(_) | Kind::Group(_) | Kind::Event(_) | Kind::People(_) => finding.stated = true,
        Kind::MinimumAge(kind) => promises::age(sight, kind, finding),
        Kind::Form(form) => promises::form(sight, form, finding),
        Kind::CookieRules | Kind::CookieClass(_) | Kind::Cookie(_) => finding.missing.push(Missing::NoCrawl),
        Kind::Statistics(_) | Kind::Message(_) => finding.missing.push(Missing::NoEvidence),
        _ => return false,
    }
    true
}

/// What is said of recipients and places.
fn of_parties(sight: &Sight<'_>, statement: &Statement, finding: &mut Judged) -> bool {
    match &statement.kind {
        Kind::Recipient(recipient) | Kind::RecipientLimits(recipient) => {
            record::recipient(sight, recipient, finding);
        }
        Kind::Safeguard(recipient) => record::safeguard(sight, recipient, finding),
        Kind::Disclosure(way) => record::way(sight, way, finding),
        Kind::DisclosureTell(way) => record::way_told(sight, way, finding),
        Kind::Transfers | Kind::OtherPlaces => places::transfers(sight, finding),
        Kind::PreferredPlaces => places::preferred(sight, finding),
        Kind::Place(place) => places::place(sight, place, finding),
        Kind::Never => never(sight, statement.id.as_str(), finding),
        Kind::SafeguardCopy => finding.stated = true,
        Kind::Custody(_) => finding.missing.push(Missing::NoEvidence),
        _ => return false,
    }
    true
}

fn never(sight: &Sight<'_>, id: &str, finding: &mut Judged) {
    match id {
        "never.leave" => places::never_leave(sight, finding),
        "never.sell" | "never.disclose-to" => record::never_disclosed(sight, finding),
        _ => finding.missing.push(Missing::NoEvidence),
    }
}

/// What is said of rights and of requests.
fn of_rights(sight: &Sight<'_>, statement: &Statement, finding: &mut Judged) -> bool {
    let is_limit = |id: &str| id.ends_with(".reply") || id.ends_with(".confirm");
    let id = statement.id.as_str();
    match &statement.kind {
        Kind::Right(right) => record::right(sight, *right, finding),
        Kind::Reply => record::requests(sight, None, finding),
        Kind::RightRule(right) if is_limit(id) => record::requests(sight, Some(*right), finding),
        Kind::Regime(_) if is_limit(id) => record::requests(sight, None, finding),
        Kind::RightRule(_) if id.ends_with(".backups") || id.ends_with(".yourself") => {
            finding.missing.push(Missing::NoEvidence);
        }
        Kind::RightRule(_) | Kind::Regime(_) | Kind::RequestWays | Kind::AfterDeath => finding.stated = true,
        Kind::Authority(_) | Kind::AuthorityNamed | Kind::InsideFirst => finding.stated = true,
        Kind::Fee
        | Kind::ProofOfIdentity
        | Kind::Inquiries
        | Kind::Agent
        | Kind::NoRetaliation
        | Kind::WithdrawalWay => finding.missing.push(Missing::NoEvidence),
        _ => return false,
    }
    true
}

/// What is said of the controller, of the notice and of the organisation.
fn of_the_rest(sight: &Sight<'_>, statement: &Statement, finding: &mut Judged) {
    match &statement.kind {
        Kind::Introduction
        | Kind::Identity(_)
        | Kind::Representative(_)
        | Kind::Officer(_)
        | Kind::NoOfficer(_)
        | Kind::Contact { .. }
        | Kind::Affiliates(_)
        | Kind::Joint(_)
        | Kind::Version
        | Kind::Prevails
        | Kind::Link(_) => finding.stated = true,
        Kind::Duty(duty) => promises::duty(sight, duty, finding),
        Kind::OwnRecord(record) => promises::own_record(sight, record, finding),
        Kind::Changes(weight) => promises::changes(sight, *weight, finding),
        Kind::ChangesBefore => promises::changes_before(sight, finding),
        // Children, roles, decisions by machine and profiling are matters of people; the kinds that
        // the other judges know never come here.
        _ => finding.missing.push(Missing::NoEvidence),
    }
}

/// What the judges found of one statement.
#[derive(Default)]
pub(super) struct Judged {
    pub(super) evidence: Vec<Evidence>,
    pub(super) breaches: Vec<Breach>,
    pub(super) missing: Vec<Missing>,
    /// It promises nothing that an act could break.
    pub(super) stated: bool,
}

impl Judged {
    fn into_audited(mut self, statement: &Statement) -> Audited {
        let mut seen = Vec::new();
        self.missing.retain(|missing| {
            let new = !seen.contains(missing);
            seen.push(missing.clone());
            new
        });
        if self.evidence.is_empty() && self.breaches.is_empty() && self.missing.is_empty() && !self.stated {
            self.missing.push(Missing::NoEvidence);
        }
        let verdict = match (self.breaches.is_empty(), self.missing.is_empty()) {
            (false, _) => Verdict::Broken,
            (true, _) if self.stated => Verdict::Stated,
            (true, false) => Verdict::CannotTell,
            (true, true) => Verdict::Kept,
        };
        Audited {
            id: statement.id.clone(),
            about: about(&statement.kind),
            verdict,
            evidence: self.evidence,
            breaches: self.breaches,
            missing: self.missing,
        }
    }

    pub(super) fn looked(&mut self, looked: &Looked, count: &TableCount) {
        let rows =
            Evidence::Rows { store: looked.store.clone(), table: count.table.clone(), rows: count.rows };
        if !self.evidence.contains(&rows) {
            self.evidence.push(rows);
        }
    }

    pub(super) fn facts(&mut self, looked: &Looked, count: &TableCount, rows: u64) {
        if rows > 0 {
            self.missing.push(Missing::Facts {
                store: looked.store.clone(),
                table: count.table.clone(),
                rows,
            });
        }
    }

    pub(super) fn breach(
        &mut self,
        what: Wrong,
        (looked, count): (&Looked, &TableCount),
        (rows, oldest): (u64, Option<Day>),
        mend: String,
    ) {
        if rows > 0 {
            self.breaches.push(Breach {
                what,
                store: Some(looked.store.clone()),
                table: Some(count.table.clone()),
                rows,
                oldest,
                mend,
            });
        }
    }

    /// Overdue rows break the purpose's period; whether also this statement, they don't tell.
    fn overdue_by_something(&mut self) {
        let rows: u64 = self.breaches.drain(..).map(|breach| breach.rows).sum();
        if rows > 0 {
            self.missing.push(Missing::NotToldApart { rows });
        }
    }

    /// What Kept's own record tells of a topic, as evidence; how much it is.
    pub(super) fn counted(&mut self, sight: &Sight<'_>, topic: &Topic, what: Counted) -> u64 {
        let count = sight.acts.count(topic, what);
        if count > 0 {
            self.evidence.push(Evidence::Record { what, count });
        }
        count
    }

    /// What is wrong with a topic in one of these ways, each with what mends it.
    pub(super) fn harmed(&mut self, sight: &Sight<'_>, topic: &Topic, ways: &[Wrong]) {
        for (what, harm) in sight.acts.harms(topic).filter(|(what, _)| ways.contains(what)) {
            self.breaches.push(Breach {
                what,
                store: None,
                table: None,
                rows: harm.count,
                oldest: harm.oldest,
                mend: record::mend(what, topic),
            });
        }
    }
}

/// A word for what a statement is about.
fn about(kind: &Kind) -> &'static str {
    match kind {
        Kind::Retention(_) => "retention",
        Kind::ArchivePeriod(_) => "archive",
        Kind::ArchiveReaders(_) => "archive-readers",
        Kind::Basis(_) | Kind::Special(_) | Kind::Reconfirm(_) => "basis",
        Kind::AfterWithdrawal(_) => "after-withdrawal",
        Kind::Data(_) => "data",
        Kind::PurposeData(_) | Kind::UsesAlso(_) => "need",
        Kind::Frozen { .. } | Kind::FrozenData(_) => "frozen",
        Kind::Right(_) | Kind::RightRule(_) | Kind::Erasure(_) | Kind::ErasureEnds => "right",
        Kind::Reply => "reply",
        Kind::Recipients(_) | Kind::Recipient(_) | Kind::RecipientLimits(_) | Kind::Safeguard(_) => {
            "recipients"
        }
        Kind::Disclosure(_) | Kind::DisclosureTell(_) | Kind::Never => "disclosures",
        Kind::Transfers | Kind::PreferredPlaces | Kind::OtherPlaces | Kind::Place(_) => "places",
        Kind::Tell(_) | Kind::SourceTold(_) | Kind::Changes(_) | Kind::ChangesBefore => "told",
        Kind::SourceConsent(_) => "consent",
        Kind::CookieRules | Kind::CookieClass(_) | Kind::Cookie(_) => "cookies",
        Kind::Duty(_) => "duty",
        Kind::Unsubscribe(_) => "unsubscribe",
        Kind::Screen(..) => "screening",
        Kind::OwnRecord(_) => "own",
        _ => "stated",
    }
}
