//! Purposes: what data are for, on which legal basis, and for how long.

use crate::name::{
    CategoryName, ControllerName, EventKind, PersonKind, PurposeName, RecipientName, RoleName,
};
use crate::policy::keep::ending::{LastDay, Shift, StageEnd};
use crate::policy::keep::{Keep, Phase, end_event, start_event};
use crate::policy::model::{DataRef, Text};
use crate::time::Span;

/// One purpose of one controller.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Purpose {
    /// Its name; its statements are filed under `purpose.<name>`.
    pub name: PurposeName,
    /// How people know it.
    pub title: Text,
    /// What is done, in words.
    pub description: Option<Text>,
    /// Who answers for it; where that differs by record (`answers`), the leading controller.
    pub controller: ControllerName,
    /// How the controller is found, where it differs by record.
    pub answers: Answers,
    /// The kinds of people whom it concerns; empty means everybody.
    pub people: Vec<PersonKind>,
    /// The data that it needs, groups expanded.
    pub data: Vec<DataRef>,
    /// The legal basis (Art. 6(1)); of several arms consent, which holds for everybody, else the first.
    pub basis: Basis,
    /// The basis by audience, the first match counting; empty where one basis holds for all.
    pub arms: Vec<Arm>,
    /// The law that the purpose serves beside, in words; one that obliges is a basis of its own.
    pub serves_law: Option<Text>,
    /// Data collected for another purpose that are used for this one too (5(1)(b), 6(4)).
    pub uses_also: Vec<UsesAlso>,
    /// Sources whose data are joined with other data only where the consent names them.
    #[serde(default)]
    pub combines: Vec<String>,
    /// Parts of categories to which it is confined: `calls` only where `tag is order-details`.
    pub only: Vec<Narrowing>,
    /// Whether people are profiled for it (4(4)).
    pub profiling: bool,
    /// Whether it is research or statistics in the sense of Art. 89.
    pub research: bool,
    /// How often consent is asked again; unanswered, it ends (semantics 13).
    pub reconfirm: Option<Span>,
    /// The numbers of the wordings by which its consent is or was asked for; empty means that the policy
    /// does not list them (7(1)).
    #[serde(default)]
    pub wordings: Vec<u32>,
    /// Whether each message of it lets the person refuse further ones.
    pub unsubscribe: bool,
    /// Channels, where the purpose is direct marketing (21(2)); empty means it is not.
    pub marketing: Vec<Channel>,
    /// How long; `None` where the notice is silent, which `check` reports.
    pub retention: Retention,
    /// The event that starts it.
    pub starts: EventKind,
    /// What it is applied to again and again, each with a clock of its own.
    pub occasion: OccasionKind,
    /// Who receives data for it.
    pub recipients: Vec<RecipientName>,
    /// Who may read it once archived, and why.
    pub archive: Option<Archive>,
    /// What becomes of the data when consent is withdrawn.
    pub after_withdrawal: AfterWithdrawal,
    /// What an erasure request does, where the policy or the law says more than the basis.
    pub erasure: Erasure,
    /// The 9(2) condition for special categories, by category.
    pub special: Vec<(CategoryName, String)>,
    /// Whether giving the data is required, and what follows if not (13(2)(e)).
    pub required: Option<Text>,
    /// Decisions by automated means (13(2)(f), 22).
    pub decides: Option<Decides>,
    /// Data of it that a law forbids to change.
    #[serde(default)]
    pub frozen: Option<FrozenData>,
    /// Why the purpose is shut, if it is.
    pub off: Option<Text>,
    /// Which arm this is, where it is one read as a purpose of its own ([`Arm::rule`]).
    #[serde(skip)]
    pub arm: Option<ArmOf>,
}

/// The place of an arm in its purpose, and what has to last for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArmOf {
    /// Its place among the arms, from 0.
    pub place: usize,
    /// The occasion that must be live.
    pub during: Option<OccasionKind>,
}

impl Purpose {
    /// Whether it needs the datum.
    pub fn covers(&self, datum: &DataRef) -> bool {
        self.data.iter().any(|needed| needed.overlaps(datum))
    }

    /// Whether it concerns a kind of people.
    pub fn is_about(&self, kind: &PersonKind) -> bool {
        self.people.is_empty() || self.people.contains(kind)
    }

    /// Whether it is direct marketing, whose objection nothing outweighs (21(2), 21(3)).
    pub fn is_marketing(&self) -> bool {
        !self.marketing.is_empty()
    }

    /// The retention sentence, if the policy has one.
    pub fn keep(&self) -> Option<&Keep> {
        match &self.retention {
            Retention::Keep(keep) => Some(keep),
            Retention::Criterion { .. } | Retention::Missing => None,
        }
    }

    /// How often somebody reviews the criterion by which the data are kept, where the policy says so.
    pub fn review(&self) -> Option<Span> {
        match &self.retention {
            Retention::Criterion { review, .. } => *review,
            Retention::Keep(_) | Retention::Missing => None,
        }
    }

    /// Its bases: those of its arms, or the one that holds for all.
    pub fn bases(&self) -> impl Iterator<Item = &Basis> {
        let one = self.arms.is_empty().then_some(&self.basis);
        one.into_iter().chain(self.arms.iter().map(|arm| &arm.basis))
    }

    /// What decides for it: itself, and beside the consent that leads each arm on another basis, which
    /// holds for its own people only. All bear the purpose's name.
    pub fn rules(&self) -> impl Iterator<Item = &Purpose> {
        std::iter::once(self).chain(self.arms.iter().filter_map(|arm| arm.rule.as_deref()))
    }

    /// The rule of a ground: the purpose itself, or one of its arms.
    pub fn rule(&self, arm: Option<usize>) -> Option<&Purpose> {
        match arm {
            None => Some(self),
            Some(place) => self.arms.get(place)?.rule.as_deref(),
        }
    }

    /// The occasion that must be live while it holds, for an arm with `while`.
    pub fn during(&self) -> Option<OccasionKind> {
        self.arm.and_then(|arm| arm.during)
    }

    /// The events at which its retention, or what it lasts with, counts or ends.
    pub fn counted(&self) -> Vec<EventKind> {
        let mut events = match &self.retention {
            Retention::Keep(keep) => keep.last_day(&self.starts).events(),
            Retention::Criterion { ends, .. } => ends.iter().cloned().collect(),
            Retention::Missing => Vec::new(),
        };
        let end = self.during().map(end_event);
        events.extend(end.filter(|end| !events.contains(end)).into_iter().collect::<Vec<_>>());
        events
    }

    /// Whether it, or an arm of it, begins with an event, counts from it or ends with it.
    pub fn counts_from(&self, event: &EventKind) -> bool {
        self.rules().any(|rule| rule.starts == *event || rule.counted().contains(event))
    }

    /// Whether it keeps nothing unless it is known to have begun: consent has to be shown, and so
    /// have the relation on which an arm rests, and an emergency.
    pub fn must_be_shown(&self) -> bool {
        self.basis.is_consent() || self.during().is_some() || matches!(self.basis, Basis::VitalInterest(_))
    }

    /// Whether it rests on consent, for some people at least.
    pub fn rests_on_consent(&self) -> bool {
        self.bases().any(Basis::is_consent)
    }

    /// The last day of a consent that is asked again and again: unanswered, it ends (semantics 13).
    pub fn asked_again(&self) -> Option<LastDay> {
        let span = self.reconfirm.filter(|_| self.basis.is_consent())?;
        Some(LastDay::Of(start_event(OccasionKind::Consent), Shift { to_year_end: false, span }))
    }

    /// The stages of its retention, none beyond the last day of a consent that is asked again; none at
    /// all where it lasts for good.
    pub fn stage_ends(&self) -> Vec<StageEnd> {
        let of = |kind: &EventKind, span: Span| LastDay::Of(kind.clone(), Shift { to_year_end: false, span });
        let live = |ends: Vec<LastDay>| vec![StageEnd { phase: Phase::Live, last_day: LastDay::First(ends) }];
        let over = self.during().map(|kind| of(&end_event(kind), Span::ZERO));
        let again = match (self.asked_again(), over) {
            (Some(again), Some(over)) => Some(LastDay::First(vec![again, over])),
            (again, over) => again.or(over),
        };
        let mut stages = match &self.retention {
            Retention::Keep(keep) => keep.stage_ends(&self.starts),
            Retention::Criterion { ends, at_most, .. } => {
                let end = ends.as_ref().map(|kind| of(kind, Span::ZERO));
                live(end.into_iter().chain(at_most.map(|span| of(&self.starts, span))).collect())
            }
            Retention::Missing => return again.map_or_else(Vec::new, |again| live(vec![again])),
        };
        for stage in &mut stages {
            if let Some(again) = &again {
                let own = std::mem::replace(&mut stage.last_day, LastDay::First(Vec::new()));
                stage.last_day = LastDay::First(vec![own, again.clone()]);
            }
        }
        stages
    }

    /// The path of the statement of an arm, by its place: `purpose.mailing.basis.customer`.
    pub fn arm_path(&self, place: usize) -> Option<String> {
        let people = &self.arms.get(place)?.people;
        let names: Vec<&str> = people.iter().map(PersonKind::as_str).collect();
        let audience = if names.is_empty() { "others".to_owned() } else { names.join("-") };
        Some(format!("{}.{audience}", self.path("basis")))
    }

    /// The path of a statement about this purpose.
    pub fn path(&self, key: &str) -> String {
        format!("purpose.{}.{key}", self.name)
    }
}

/// Who answers for a purpose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Answers {
    /// The controller that the purpose names.
    #[default]
    Named,
    /// The one that has the contract with the person.
    PartyToContract,
    /// The one to which the person gave consent.
    ConsentedTo,
}

/// A basis for a part of the people (semantics III, basis by audience).
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Arm {
    /// The kinds of people; empty means all others.
    pub people: Vec<PersonKind>,
    /// The occasion that must be live: `contract`.
    pub during: Option<OccasionKind>,
    /// The basis.
    pub basis: Basis,
    /// How people opt out: `at collection and in each message`.
    pub opt_out: Option<Text>,
    /// The arm as a purpose of its own, where it decides beside the consent that leads: the same name,
    /// and its own people, basis, start and end.
    #[serde(skip)]
    pub rule: Option<Box<Purpose>>,
}

/// Data collected for one purpose and used for another (6(4); semantics 20).
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct UsesAlso {
    /// The data.
    pub data: DataRef,
    /// The purpose that they were collected for.
    pub collected_for: PurposeName,
    /// What allows it.
    pub why: UsesAlsoWhy,
}

/// What allows another use.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum UsesAlsoWhy {
    /// A consent of its own.
    Consent,
    /// A law.
    Law(Text),
    /// An assessment of compatibility, and its date.
    Compatible(Text, Option<crate::time::Day>),
}

/// A part of a category to which a purpose is confined.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Narrowing {
    /// The category.
    pub category: CategoryName,
    /// The part, in words: `tag is order-details`.
    pub part: Text,
}

/// Data that are neither changed nor taken away once something happened, as long as the purpose keeps
/// them; an error in them is put right by an addition (16, 17(3)(b)).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FrozenData {
    /// The event from which they stay as they are: `order-placed`.
    pub once: EventKind,
    /// Which of the purpose's data; empty means all.
    pub data: Vec<DataRef>,
    /// The law that says so.
    pub law: Text,
}

impl FrozenData {
    /// Whether it is about a datum of the purpose.
    pub fn covers(&self, datum: &DataRef) -> bool {
        self.data.is_empty() || self.data.iter().any(|data| data.overlaps(datum))
    }
}

/// A decision by automated means (13(2)(f), 22).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Decides {
    /// What is decided.
    pub what: Text,
    /// The logic involved.
    pub logic: Option<Text>,
    /// What follows for the person.
    pub effect: Option<Text>,
    /// What allows it (22(2)): `contract`, `law`, `explicit consent`.
    pub allowed_by: Option<Text>,
    /// How a human steps in (22(3)).
    pub human: Option<Text>,
}

impl Decides {
    /// Whether it is allowed because a contract needs it (22(2)(a)), in the languages of policies.
    pub fn is_for_contract(&self) -> bool {
        let allowed = self.allowed_by.as_ref().map(|text| text.written.as_str()).unwrap_or_default();
        ["contract", "contrat", "overeenkomst", "22(2)(a)"].iter().any(|word| crate::law::says(allowed, word))
    }
}

/// A legal basis of Art. 6(1), with what the notice must say about it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Basis {
    /// 6(1)(a).
    Consent {
        /// Explicit, as Art. 9(2)(a) asks.
        explicit: bool,
    },
    /// 6(1)(b): needed for a contract or for steps before one.
    Contract,
    /// 6(1)(c): the law that obliges.
    LegalObligation(Text),
    /// 6(1)(d).
    VitalInterest(Text),
    /// 6(1)(e): the task.
    PublicTask(Text),
    /// 6(1)(f): the interest pursued (13(1)(d)).
    LegitimateInterest(Text),
    /// The notice states none; the purpose is shut.
    Missing,
}

impl Basis {
    /// Whether a law obliges to keep the data (6(1)(c)): no promise shortens that.
    pub fn is_duty(&self) -> bool {
        matches!(self, Self::LegalObligation(_))
    }

    /// The article, for people.
    pub fn article(&self) -> &'static str {
        match self {
            Self::Consent { .. } => "Art. 6(1)(a) GDPR",
            Self::Contract => "Art. 6(1)(b) GDPR",
            Self::LegalObligation(_) => "Art. 6(1)(c) GDPR",
            Self::VitalInterest(_) => "Art. 6(1)(d) GDPR",
            Self::PublicTask(_) => "Art. 6(1)(e) GDPR",
            Self::LegitimateInterest(_) => "Art. 6(1)(f) GDPR",
            Self::Missing => "no basis",
        }
    }

    /// The word that the policy language uses.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Consent { .. } => "consent",
            Self::Contract => "contract",
            Self::LegalObligation(_) => "legal-obligation",
            Self::VitalInterest(_) => "vital-interest",
            Self::PublicTask(_) => "public-task",
            Self::LegitimateInterest(_) => "legitimate-interest",
            Self::Missing => "missing",
        }
    }

    /// Whether it is consent.
    pub fn is_consent(&self) -> bool {
        matches!(self, Self::Consent { .. })
    }
}

/// How long data are kept for a purpose (13(2)(a)).
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum Retention {
    /// A sentence that the engine carries out.
    Keep(Keep),
    /// No figure: a criterion with an event that ends it or a review (semantics III).
    Criterion {
        /// The criterion, in words.
        criterion: Text,
        /// The event that ends it.
        ends: Option<EventKind>,
        /// How often somebody reviews it.
        review: Option<Span>,
        /// The longest it may last after its start.
        at_most: Option<Span>,
        /// Whether the data are made anonymous then, and not erased.
        then_anonymised: bool,
    },
    /// The notice is silent.
    Missing,
}

/// What a purpose is applied to: each gets a ground of its own (semantics 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OccasionKind {
    /// A consent given.
    Consent,
    /// A contract.
    Contract,
    /// A collection: a row with a date of its own, or the person's first collection.
    Collection,
    /// A request of the person.
    Request,
}

/// Who may read archived data and on which basis (semantics 14).
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Archive {
    /// The reason of keeping, as the notice says it.
    pub reason: Option<Text>,
    /// The roles that may read it.
    pub roles: Vec<RoleName>,
}

/// What withdrawal of consent does to data already held (7(3); semantics 12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum AfterWithdrawal {
    /// The ground ends at once.
    Erase,
    /// Kept, not used, for this long.
    Locked(Span),
}

/// What the person's erasure request does to a purpose (Art. 17; semantics 11).
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum Erasure {
    /// As the table for its basis says.
    ByBasis,
    /// It ends, because the policy promises so.
    Ends,
    /// It stays on compelling grounds, assessed and told beforehand (21(1)), or on 17(3).
    Stays(Text),
}

/// A channel of direct marketing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Channel {
    /// E-mail.
    Email,
    /// Telephone.
    Phone,
    /// Text message.
    Sms,
    /// Letter.
    Post,
    /// Social media.
    SocialMedia,
    /// Advertising on sites.
    Adverts,
    /// A notice within the product.
    InProduct,
}

impl Channel {
    /// Every channel, with the word of the policy language.
    pub const ALL: [(Self, &'static str); 7] = [
        (Self::Email, "email"),
        (Self::Phone, "phone"),
        (Self::Sms, "sms"),
        (Self::Post, "post"),
        (Self::SocialMedia, "social-media"),
        (Self::Adverts, "adverts"),
        (Self::InProduct, "in-product"),
    ];

    /// The channel with this word, if there is one.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == word).map(|(channel, _)| *channel)
    }

    /// Its word in the policy language.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(known, _)| *known == self).map_or("", |(_, word)| word)
    }
}

impl std::fmt::Display for Channel {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.pad(self.word())
    }
}
