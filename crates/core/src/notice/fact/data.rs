//! What is said of data and people beyond lists: whom they are about, where they come from, how
//! children are cared for, and what else a purpose does with them.

use crate::name::PurposeName;
use crate::notice::statement::StatementKind;
use crate::policy::model::{
    Category, ConsentAge, DataSource, Field, FrozenData, Group, Narrowing, ObtainedConsent, Screen, Text,
    UsesAlso,
};
use crate::time::Span;

/// What is said of children (Art. 8).
#[derive(Clone, Debug, PartialEq)]
pub enum ChildFact<'p> {
    /// Whether services are offered to them.
    Offered(bool),
    /// From which age a child consents alone.
    ConsentAge(ConsentAge),
    /// How a guardian shows to be one, and confirms.
    Guardian {
        /// What shows it.
        proof: Option<&'p Text>,
        /// How it is confirmed.
        confirms: Option<&'p Text>,
    },
    /// What happens when somebody reports that a child's data were collected.
    OnReport(&'p Text),
}

/// What is said of data beyond the list of their fields.
#[derive(Clone, Debug, PartialEq)]
pub enum DataFact<'p> {
    /// Whom the data are about.
    About(&'p Category),
    /// When people are told of the collection.
    Tell(&'p Category, &'p Text),
    /// A field of free text that people look through (5(1)(c), 9).
    Screen(&'p Category, &'p Field, &'p Screen),
    /// A name under which several categories go.
    Group(&'p Group),
    /// A source other than the person (14(2)(f)).
    Source(&'p DataSource),
    /// When the person is told (14(3)).
    SourceTold(&'p DataSource, &'p Text),
    /// Why the person is not told (14(5)).
    SourceExempt(&'p DataSource, &'p str),
    /// The consent that the source obtained.
    SourceConsent(&'p DataSource, &'p ObtainedConsent),
}

impl DataFact<'_> {
    /// What a statement of this fact promises.
    pub fn kind(&self) -> StatementKind {
        use StatementKind as Kind;
        match self {
            Self::About(category) => Kind::About(category.name.clone()),
            Self::Tell(category, _) => Kind::Tell(category.name.clone()),
            Self::Screen(category, field, _) => Kind::Screen(category.name.clone(), field.name.clone()),
            Self::Group(group) => Kind::Group(group.id.clone()),
            Self::Source(source) => Kind::Source(source.id.clone()),
            Self::SourceTold(source, _) | Self::SourceExempt(source, _) => {
                Kind::SourceTold(source.id.clone())
            }
            Self::SourceConsent(source, _) => Kind::SourceConsent(source.id.clone()),
        }
    }
}

/// What else a purpose does with data, or promises not to.
#[derive(Clone, Debug, PartialEq)]
pub enum UseFact<'p> {
    /// A law that it serves beside its basis.
    ServesLaw(&'p Text),
    /// Data collected for another purpose (6(4)).
    UsesAlso(&'p [UsesAlso]),
    /// The parts of data to which it is confined.
    Only(&'p [Narrowing]),
    /// People are profiled for it (4(4)).
    Profiling,
    /// It is research or statistics (Art. 89).
    Research,
    /// How often consent is asked again.
    Reconfirm(Span),
    /// Each message lets people refuse further ones.
    Unsubscribe,
    /// Data that a law forbids to change.
    Frozen(&'p FrozenData),
}

impl UseFact<'_> {
    /// What a statement of this fact promises.
    pub fn kind(&self, purpose: &PurposeName) -> StatementKind {
        use StatementKind as Kind;
        let purpose = purpose.clone();
        match self {
            Self::ServesLaw(_) => Kind::ServesLaw(purpose),
            Self::UsesAlso(_) => Kind::UsesAlso(purpose),
            Self::Only(_) => Kind::Only(purpose),
            Self::Profiling => Kind::Profiling(purpose),
            Self::Research => Kind::Research(purpose),
            Self::Reconfirm(_) => Kind::Reconfirm(purpose),
            Self::Unsubscribe => Kind::Unsubscribe(purpose),
            Self::Frozen(_) => Kind::FrozenData(purpose),
        }
    }

    /// The key under which it is filed.
    pub fn key(&self) -> &'static str {
        match self {
            Self::ServesLaw(_) => "serves-law",
            Self::UsesAlso(_) => "uses-also",
            Self::Only(_) => "only",
            Self::Profiling => "profiling",
            Self::Research => "research",
            Self::Reconfirm(_) => "reconfirm",
            Self::Unsubscribe => "unsubscribe",
            Self::Frozen(_) => "frozen",
        }
    }
}
