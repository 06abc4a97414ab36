//! What is said of cookies, of what is never done, and of how the notice itself is published.

use crate::name::Language;
use crate::notice::statement::StatementKind;
use crate::policy::model::{Cookie, CookieClass, NeverTo, NoticeLink, Placed, Refuse, Text};
use crate::time::Span;

/// What is said of cookies (ePrivacy 5(3)).
#[derive(Clone, Debug, PartialEq)]
pub enum CookieFact<'p> {
    /// The policy's own words on cookies.
    Statement(&'p Text),
    /// When they are set.
    Placed(Placed),
    /// How people refuse.
    Refuse(Refuse),
    /// How long a choice is remembered.
    ChoiceKept(Span),
    /// A class.
    Class(&'p CookieClass),
    /// A cookie, with the shortest life of its own and of its classes.
    Cookie(&'p Cookie, Option<Span>),
    /// Where the cookie statement stands.
    Link(&'p str),
}

impl CookieFact<'_> {
    /// What a statement of this fact promises.
    pub fn kind(&self) -> StatementKind {
        match self {
            Self::Class(class) => StatementKind::CookieClass(class.id.clone()),
            Self::Cookie(cookie, _) => StatementKind::Cookie(cookie.id.clone()),
            _ => StatementKind::CookieRules,
        }
    }
}

/// What is never done.
#[derive(Clone, Debug, PartialEq)]
pub enum NeverFact<'p> {
    /// Personal data are never sold.
    Sell,
    /// To whom they are never disclosed.
    DiscloseTo(NeverTo),
    /// Nobody is tracked across sites.
    Track,
    /// Nobody is profiled.
    Profile,
    /// No decision is made by automated means alone.
    DecideAutomatically,
    /// No data leave these regions.
    Leave(&'p [String]),
    /// Something else, in words.
    Other(&'p Text),
}

/// What is said of the notice itself.
#[derive(Clone, Debug, PartialEq)]
pub enum PublishingFact<'p> {
    /// A version without a day.
    VersionMonth(&'p str),
    /// How long before a significant change people are told.
    ChangesBefore(Span),
    /// The language that decides where two differ.
    Prevails(&'p Language),
    /// A page that the notice points to.
    Link(&'p NoticeLink),
}

impl PublishingFact<'_> {
    /// What a statement of this fact promises.
    pub fn kind(&self) -> StatementKind {
        match self {
            Self::VersionMonth(_) => StatementKind::Version,
            Self::ChangesBefore(_) => StatementKind::ChangesBefore,
            Self::Prevails(_) => StatementKind::Prevails,
            Self::Link(link) => StatementKind::Link(link.id.clone()),
        }
    }
}
