//! Why something is not recorded: with the article behind it and what would mend it.
//!
//! Names of the policy and of the caller are in here, never a value. Not here: words in other
//! languages than English (`kept-web`).

use crate::decision::Refusal;
use crate::name::{
    CaseId, CategoryName, ControllerName, EventKind, Language, PersonKind, PurposeName, RecipientName,
    StoreName, TableName,
};
use crate::policy::Policy;
use crate::policy::model::{Channel, DataRef};
use crate::policy::naming::{NameOf, Stranger};

macro_rules! refusals {
    ($($(#[$doc:meta])* $item:ident $(($($field:ident: $kind:ty),+))? = $code:literal, $article:literal, $words:literal, $mend:literal;)+) => {
        /// Why an act is not recorded.
        #[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
        pub enum Refused {
            $($(#[$doc])* #[error($words)] $item $(($($kind),+))?,)+
        }

        impl Refused {
            /// Its word: stable, for machines and the ledger.
            pub fn code(&self) -> &'static str {
                match self { $(Self::$item { .. } => $code,)+ }
            }

            /// The article behind it; empty where it is no matter of law.
            pub fn article(&self) -> &'static str {
                if let Self::Gate(_, refusal) = self {
                    return refusal.article().unwrap_or_default();
                }
                match self { $(Self::$item { .. } => $article,)+ }
            }

            /// What would mend it.
            pub fn mend(&self) -> &'static str {
                if let Self::Gate(_, refusal) = self {
                    return mend_of(*refusal);
                }
                match self { $(Self::$item { .. } => $mend,)+ }
            }
        }
    };
}

refusals! {
    /// It happens later than now.
    InFuture = "in-future", "", "it happened in the future", "record it when it has happened, and look at the clock";
    /// It happened before anybody alive was of age.
    TooOld = "too-old", "", "it happened before 1900", "look at the year";
    /// The policy has no such message.
    NoMessage(name: String) = "no-message", "Art. 5(1)(b) GDPR", "the policy has no message `{0}`", "name a message of the policy, or declare it there first";
    /// The message does not go by this channel.
    NotByMessage(name: String, channel: Channel) = "not-by-message", "Art. 5(1)(b) GDPR", "message `{0}` does not go by `{1}`", "use a channel that the policy names for it";
    /// The template has no link by which people stop the messages.
    NoUnsubscribeLink(name: String) = "no-unsubscribe-link", "Art. 7(3), 21(4) GDPR, Art. 13(4) Directive 2002/58/EC", "the template of `{0}` has no link by which people stop receiving it", "put {{unsubscribe}} where the link stands, outside comments";
    /// The policy has no such purpose.
    NoPurpose(name: PurposeName) = "no-purpose", "Art. 5(1)(b) GDPR", "the policy has no purpose `{0}`", "name a purpose of the policy, or declare it there first";
    /// No purpose is named.
    NoPurposeNamed = "no-purpose-named", "Art. 5(1)(b) GDPR", "no purpose is named", "say what the data are for";
    /// No field is named.
    NoFields = "no-fields", "Art. 5(1)(c) GDPR", "no field is named", "name each field that is collected";
    /// The policy does not declare the data.
    NoData(datum: DataRef) = "no-data", "Art. 5(1)(c) GDPR", "the policy does not declare `{0}`", "leave it out, or declare the field in the policy first";
    /// A category is named where its fields must be.
    WholeCategory(datum: DataRef) = "whole-category", "Art. 5(1)(c) GDPR", "`{0}` is a category; a collection names its fields", "name each field: `category.field`";
    /// The policy has no such kind of people.
    NoPeople(kind: PersonKind) = "no-people", "Art. 5(1)(b) GDPR", "the policy has no people `{0}`", "name a kind of people of the policy";
    /// The policy has no such source.
    NoSource(name: String) = "no-source", "Art. 14(2)(f) GDPR", "the policy has no source `{0}`", "take no data from it, or declare it in the policy first";
    /// The data do not come from there.
    NotFromThere(datum: DataRef, origin: String) = "not-from-there", "Art. 14(2)(f) GDPR", "`{0}` does not come from `{1}` by the policy", "leave it out, or say in the policy that it comes from there";
    /// The value is none of the field's type.
    NotOfType(datum: DataRef, what: &'static str) = "not-of-type", "Art. 5(1)(d) GDPR", "the value of `{0}` is not {1}", "ask again, or leave it out: what is stored shall be accurate";
    /// A password is no slow salted hash.
    NotAHash(datum: DataRef) = "not-a-hash", "Art. 32 GDPR", "the value of `{0}` is no slow salted hash", "hash the password first, with argon2, scrypt, bcrypt or PBKDF2: it is never stored itself";
    /// No purpose that is named needs the field.
    NotNeeded(datum: DataRef) = "not-needed", "Art. 5(1)(c) GDPR", "no purpose that is named needs `{0}`", "leave it out, or name the purpose that needs it";
    /// The gate refuses.
    Gate(name: PurposeName, refusal: Refusal) = "gate", "", "purpose `{0}`: {1}", "";
    /// No ground would keep what is stored.
    NoGroundBegins(name: PurposeName, event: EventKind) = "no-ground-begins", "Art. 5(1)(e), 6(1) GDPR", "purpose `{0}` does not begin with this: it begins with `{1}`", "record that event first or with it, or leave the purpose out";
    /// It begins with what a store tells, and the store does not tell it of this person.
    BeginsInStore(name: PurposeName, event: EventKind, at: String) = "begins-in-store", "Art. 5(1)(e), 6(1) GDPR", "purpose `{0}` does not begin with this: it begins with `{1}`, which `{2}` tells, and does not tell of this person", "write it there first, or leave the purpose out: the stores are read before the answer is given";
    /// A fact is missing on which the ground stands.
    FactMissing(name: PurposeName, event: EventKind) = "fact-missing", "Art. 5(1)(e), 6(1) GDPR", "purpose `{0}`: nothing tells whether and when `{1}` happened, and its period counts from that", "record that event first";
    /// The same, of a fact that a store tells.
    FactMissingInStore(name: PurposeName, event: EventKind, at: String) = "fact-missing-in-store", "Art. 5(1)(e), 6(1) GDPR", "purpose `{0}`: nothing tells whether and when `{1}` happened, and its period counts from that; `{2}` tells it, and does not tell it of this person", "write it there first: the stores are read before the answer is given";
    /// A store could not be asked whose columns tell whether the purpose stands.
    StoreNotReached(name: PurposeName, store: StoreName) = "store-not-reached", "Art. 5(1)(e), 6(1) GDPR", "store `{1}` could not be asked, and its columns tell whether purpose `{0}` stands", "try again when the store is back, or send the person's consent with the data";
    /// The policy knows no such event.
    NoEvent(event: EventKind, known: String) = "no-event", "", "the policy knows the events {1}, and no event `{0}`", "name an event that a purpose of the policy counts from";
    /// The event is an act of its own.
    OwnAct(event: EventKind) = "own-act", "", "`{0}` is recorded by an act of its own, not as a date", "collect, give or withdraw consent, object, or open a request";
    /// A store tells this event.
    HasColumn(event: EventKind, store: StoreName, table: TableName) = "has-column", "", "`{0}` is told by a column of `{1}.{2}`", "write it there, where it is read whenever it counts: each event has one home";
    /// A row of a store is told by that store.
    AboutRow(store: StoreName) = "about-row", "", "what concerns a row of `{0}` is told by that store", "say which contract it is about, or that it is the person";
    /// The purpose is shut.
    Shut(name: PurposeName) = "shut", "Art. 6(1) GDPR", "purpose `{0}` is shut", "open it in the policy first";
    /// The purpose does not rest on consent.
    NotOnConsent(name: PurposeName, article: &'static str) = "not-on-consent", "Art. 6(1) GDPR", "purpose `{0}` does not rest on consent but on {1}", "nothing needs to be given; an objection stops what rests on an interest";
    /// The purpose has no such channel.
    NoChannel(name: PurposeName, channel: Channel) = "no-channel", "Art. 7(1) GDPR", "purpose `{0}` does not use the channel `{1}`", "name channels that the purpose has under `marketing`";
    /// No wording was shown.
    NoWording = "no-wording", "Art. 7(1) GDPR", "no wording is named that was shown", "say which wording was shown, by its number (`--wording NUMBER`): consent without one proves nothing";
    /// No wording has that number.
    UnknownWording(name: PurposeName, known: String) = "unknown-wording", "Art. 7(1) GDPR", "no wording of that number asks for the consent to `{0}`: its wordings are {1}", "give the number of the wording that was shown, or list the new one under `wordings` in the policy first";
    /// How it was given is not said.
    NoManner = "no-manner", "Art. 7(1) GDPR", "how consent was given is not said", "say how it was given: `sign-up form`, `by phone`";
    /// The notice does not appear in this language.
    NoLanguage(language: Language) = "no-language", "Art. 7(2), 12(1) GDPR", "the notice does not appear in `{0}`", "name a language of the notice";
    /// The source obtains no consent.
    SourceObtainsNone(name: String) = "source-obtains-none", "Art. 7(1) GDPR", "the policy does not say that source `{0}` obtains consent", "ask the person yourself, or say so in the policy";
    /// The proof that the policy names is not there.
    NoProof(name: String, what: String) = "no-proof", "Art. 7(1) GDPR", "consent obtained by `{0}` lacks its proof: `{1}`", "get the proof from the source first; without it there is no consent";
    /// A child consents through a guardian only.
    NoGuardian(age: u8) = "no-guardian", "Art. 8(1) GDPR", "below {0} years a guardian consents", "record who consents for the child and how that was checked";
    /// The person died.
    Died = "died", "Art. 7 GDPR", "the person died", "nothing begins by their consent any more";
    /// An objection changes nothing here.
    NoObjection(name: PurposeName, article: &'static str) = "no-objection", "Art. 21(1) GDPR", "purpose `{0}` rests on {1}, to which nobody can object", "consent can be withdrawn; erasure and restriction can be asked for";
    /// No objection is being weighed.
    NotContested(name: PurposeName) = "not-contested", "Art. 21(1) GDPR", "no objection to `{0}` is being weighed", "record the objection first";
    /// Nothing outweighs an objection to marketing.
    MarketingNotOutweighed(name: PurposeName) = "marketing-not-outweighed", "Art. 21(3) GDPR", "nothing outweighs an objection to marketing: `{0}`", "leave it ended";
    /// Nothing outweighs what the policy or 21(6) promises.
    PromiseNotOutweighed(name: PurposeName) = "promise-not-outweighed", "Art. 21(6), 22 GDPR", "nothing outweighs an objection to this profiling or research: `{0}`", "leave it ended";
    /// The person has to be told before.
    NotToldBefore(category: CategoryName) = "not-told-before", "Art. 5(1)(a), 13(1) GDPR", "people are told before `{0}` are collected, and this person was not", "show the notice first and record it with `notice`, then collect";
    /// No guardian's report waits for a decision.
    NotReported = "not-reported", "Art. 8 GDPR", "no report that the person is a child is being looked into", "record the report first";
    /// It isn't said why a report does not hold.
    NotDisproven = "not-disproven", "Art. 5(2) GDPR", "it is not said what showed that the report does not hold", "name it, without more of the person than is needed";
    /// No compelling ground is named.
    NoCompellingGround = "no-compelling-ground", "Art. 21(1) GDPR", "no compelling ground is named", "name the ground that overrides the person's interests, or uphold the objection";
    /// The person was not told that the objection is rejected.
    NotToldOfRejection = "not-told-of-rejection", "Art. 12(4) GDPR", "the person was not told of the rejection", "tell the person why, and of the ways to complain, first";
    /// Nobody approved it.
    NoApprover = "no-approver", "Art. 5(2), 24 GDPR", "no approver is named", "name who approved it";
    /// No reason is given.
    NoReason = "no-reason", "Art. 17(3)(e) GDPR", "no reason is given", "say which claim or duty needs the data";
    /// No day of review.
    NoReview = "no-review", "Art. 5(1)(e) GDPR", "no day of review is named", "say when somebody looks at it again: `--review DATE`, `review-on` over HTTP";
    /// The day of review is not ahead.
    ReviewPast = "review-past", "Art. 5(1)(e) GDPR", "the day of review is not ahead", "name a later day";
    /// A hold names its fields.
    HoldsEverything = "holds-everything", "Art. 5(1)(c), 17(3)(e) GDPR", "a hold names its fields", "name the fields that the claim or duty needs";
    /// No restriction or hold of that number stands.
    NoCase(case: CaseId) = "no-case", "", "no restriction or hold `{0}` stands for this person", "look at the numbers that stand";
    /// The person was not told that the restriction will be lifted.
    NotToldOfLifting(case: CaseId) = "not-told-of-lifting", "Art. 18(3) GDPR", "the person was not told that `{0}` will be lifted", "tell the person and record it, then lift";
    /// The policy has no such recipient, or kind of recipients no such member.
    NoRecipient(name: RecipientName) = "no-recipient", "Art. 13(1)(e) GDPR", "the policy has no recipient `{0}`", "name a recipient of the policy; of a kind of recipients the member, `partners.north`";
    /// A kind of recipients is named where one of them must be.
    NoMember(name: RecipientName) = "no-member", "Art. 15(1)(c) GDPR", "`{0}` is a kind of recipients", "name which of them it is: `partners.north`";
    /// The recipient receives data without a link.
    NotLinked(name: RecipientName) = "not-linked", "", "`{0}` receives data without being linked to a contract", "write `linked-to = \"contract\"` in the policy first, if that is meant";
    /// A link names its contract.
    NoContract = "no-contract", "Art. 5(1)(b) GDPR", "no contract is named", "say to which contract it is linked";
    /// The policy has no such controller.
    NoController(name: ControllerName) = "no-controller", "Art. 4(7) GDPR", "the policy has no controller `{0}`", "name a controller of the policy";
    /// The purpose joins nothing with data of this source.
    JoinsNone(name: PurposeName, source: String) = "joins-none", "Art. 7(1) GDPR", "purpose `{0}` asks no consent to join data of `{1}`", "leave the source out, or name it under `combines` in the policy first";
    /// The version is none of the policy's.
    NoVersion = "no-version", "Art. 13, 14 GDPR", "no published version of the policy has this digest", "name the digest of a published version";
}

impl Refused {
    /// The name that the policy does not have, where that is why, with those that it has.
    pub fn stranger(&self, policy: &Policy) -> Option<Stranger> {
        let (kind, name) = match self {
            Self::NoMessage(name) => (NameOf::Message, name.clone()),
            Self::NoPurpose(name) => (NameOf::Purpose, name.to_string()),
            Self::NoData(datum) => (NameOf::Data, datum.to_string()),
            Self::NoPeople(kind) => (NameOf::People, kind.to_string()),
            Self::NoSource(name) => (NameOf::Source, name.clone()),
            Self::NoRecipient(name) => (NameOf::Recipient, name.to_string()),
            Self::NoController(name) => (NameOf::Controller, name.to_string()),
            Self::NoEvent(name, _) => (NameOf::Event, name.to_string()),
            _ => return None,
        };
        Some(Stranger::new(policy, kind, &name))
    }
}

/// What would mend a refusal of the gate.
fn mend_of(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Unknown => "name what the policy declares",
        Refusal::Shut => "open the purpose in the policy first",
        Refusal::NotNeeded(_) => "leave the field out",
        Refusal::NotConcerned => "name a kind of people whom the purpose concerns",
        Refusal::UnderAge => "keep nothing: the person is too young",
        Refusal::AgeNotKnown => "ask for the age first, give it as `age`, and keep nothing until it is known",
        Refusal::NoConsent => "ask for consent, and give the number of the wording that was shown",
        Refusal::FactMissing => "tell the event that its period counts from",
        Refusal::ReviewOverdue => {
            "review the criterion, and record it as the event `reviewed`: kept record reviewed --person …"
        }
        Refusal::NoGround(_) | Refusal::Locked => "only the person's own consent begins this again",
        Refusal::Contested => "decide on the objection first",
        Refusal::Reported => "look into the report first: erase the data, or dismiss it with the reason",
        Refusal::Restricted(_) | Refusal::RestrictedWholly => "wait until the restriction is lifted",
        Refusal::NotTold => "tell the person where the data come from first",
        Refusal::Archived | Refusal::NotOfRole => "ask somebody whose role may",
        Refusal::NotByChannel => "use a channel that was agreed",
        Refusal::NotRecipient | Refusal::NotForRecipient(_) => {
            "name the recipient under the purpose, or send less"
        }
        Refusal::Never => "the policy promises that this is never done",
        Refusal::SourceForbids => "use data that did not come from there",
        Refusal::NotAgreed(_) => "ask for consent again, by the wording in force",
        Refusal::NotCombined(_) => "ask for consent to the combination, or use one of the two alone",
        Refusal::OtherController => {
            "declare the one that asks as a recipient with `controller`, if it may have them"
        }
        Refusal::NotLinked => "link the recipient to the contract first, if it looks after it",
        Refusal::NoMember => "name which of them receives",
        Refusal::NotCertified => "have the member certified, and put the dates into the policy",
        Refusal::NoContract => "sign the processing agreement and put its date into the policy",
        Refusal::NoDueDiligence => "do the due diligence and put its date into the policy",
        Refusal::NoSafeguard | Refusal::NoReason => "name the safeguard and the reason in the policy",
        Refusal::NoTransferConsent => {
            "ask the person for the consent that the policy names as `transfer-consent` of the recipient"
        }
        Refusal::ControllerNotNamed => "name the one that asks as `controller`",
        Refusal::NoAutomatedDecisions | Refusal::HumanAsked | Refusal::HumanDecides => "let a person decide",
    }
}
