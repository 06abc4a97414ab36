//! What is said of rights beyond the law's text: right by right, for people under another law, and
//! how they are used.

use crate::notice::statement::StatementKind;
use crate::policy::model::{Agent, DataRef, InsideFirst, Regime, Text};
use crate::time::Span;
use crate::timeline::Right;

/// What the policy says of one right.
#[derive(Clone, Debug, PartialEq)]
pub enum RightFact<'p> {
    /// In words.
    Text(&'p Text),
    /// A condition under which alone it is granted (as published).
    Only(&'p Text),
    /// The uses that it reaches.
    Covers(&'p [String]),
    /// How it is used alone, at any time.
    Yourself(&'p Text),
    /// A reply limit of its own, and the data that it is promised for.
    Reply(Span, &'p [DataRef]),
    /// The limit by which copies in backups are gone.
    Backups(Span),
    /// How far back the answer looks.
    LookBack(Span),
}

impl RightFact<'_> {
    /// The key under which it is filed.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Only(_) => "only",
            Self::Covers(_) => "covers",
            Self::Yourself(_) => "yourself",
            Self::Reply(..) => "reply",
            Self::Backups(_) => "reply.backups",
            Self::LookBack(_) => "look-back",
        }
    }

    /// What a statement of this fact promises.
    pub fn kind(&self, right: Right) -> StatementKind {
        StatementKind::RightRule(right)
    }
}

/// What is said of how rights are used.
#[derive(Clone, Debug, PartialEq)]
pub enum HandlingFact<'p> {
    /// The limit for any other inquiry.
    Inquiries(Span),
    /// The fee for further copies (15(3)).
    ExtraCopy(&'p Text),
    /// How somebody acts for another.
    Agent(&'p Agent),
    /// Nobody is treated worse for using a right.
    NoRetaliation(&'p Text),
    /// How consent is withdrawn (7(3)).
    Withdrawal(&'p Text),
    /// Whether people are asked to complain inside first.
    InsideFirst(InsideFirst),
    /// People complain to the authority of the country where they live (77(1)).
    AuthorityByResidence,
    /// The authority as published.
    AuthorityNamed {
        /// Its name.
        name: &'p str,
        /// Its address.
        post: Option<&'p str>,
    },
}

impl HandlingFact<'_> {
    /// The path under which it is filed.
    pub fn path(&self) -> &'static str {
        match self {
            Self::Inquiries(_) => "rights.inquiries",
            Self::ExtraCopy(_) => "rights.fee.extra-copy",
            Self::Agent(_) => "rights.agent",
            Self::NoRetaliation(_) => "rights.no-retaliation",
            Self::Withdrawal(_) => "rights.withdrawal.how",
            Self::InsideFirst(_) => "rights.inside-first",
            Self::AuthorityByResidence | Self::AuthorityNamed { .. } => "rights.authority",
        }
    }

    /// What a statement of this fact promises.
    pub fn kind(&self) -> StatementKind {
        use StatementKind as Kind;
        match self {
            Self::Inquiries(_) => Kind::Inquiries,
            Self::ExtraCopy(_) => Kind::Fee,
            Self::Agent(_) => Kind::Agent,
            Self::NoRetaliation(_) => Kind::NoRetaliation,
            Self::Withdrawal(_) => Kind::WithdrawalWay,
            Self::InsideFirst(_) => Kind::InsideFirst,
            Self::AuthorityByResidence | Self::AuthorityNamed { .. } => Kind::AuthorityNamed,
        }
    }
}

/// What is said to people under another law.
#[derive(Clone, Debug, PartialEq)]
pub enum RegimeFact<'p> {
    /// For whom.
    Opening,
    /// In words.
    Text(&'p Text),
    /// What may be asked.
    Rights(&'p [String]),
    /// The ways by which it is asked.
    Methods(&'p [String]),
    /// The reply limit.
    Reply(Span),
    /// Within which the receipt is confirmed, and whether in working days.
    Confirm(Span, bool),
    /// How far back an answer looks.
    LookBack(Span),
    /// Whether data are sold or shared in that law's sense.
    Sells(bool),
    /// Whether sensitive data are used beyond what that law allows without a choice.
    Sensitive(bool),
    /// How the asker is verified.
    Verification(&'p Text),
}

impl RegimeFact<'_> {
    /// The key under which it is filed; `None` for the opening.
    pub fn key(&self) -> Option<&'static str> {
        Some(match self {
            Self::Opening => return None,
            Self::Text(_) => "text",
            Self::Rights(_) => "rights",
            Self::Methods(_) => "methods",
            Self::Reply(_) => "reply",
            Self::Confirm(..) => "confirm",
            Self::LookBack(_) => "look-back",
            Self::Sells(_) => "sells",
            Self::Sensitive(_) => "sensitive",
            Self::Verification(_) => "verification",
        })
    }

    /// What a statement of this fact promises.
    pub fn kind(&self, regime: &Regime) -> StatementKind {
        StatementKind::Regime(regime.id.clone())
    }
}
