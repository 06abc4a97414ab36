//! A policy made ready for many questions: names become numbers, lists become bits.

use std::collections::BTreeMap;

use crate::decision::answer::{Allowed, Answer, Refusal};
use crate::decision::bits::Bits;
use crate::decision::question::{Act, Aim, FieldId, PeopleId, PurposeId, Question, RecipientId, RoleId};
use crate::decision::recipient;
use crate::decision::view::{State, View};
use crate::name::{ControllerName, PurposeName};
use crate::policy::Policy;
use crate::policy::model::{Basis, Channel, DataRef, FieldType, Member, Purpose, Recipient};
use crate::standing::Why;
use crate::time::Day;
use crate::timeline::Occasion;

/// A policy, ready for questions on one day.
#[derive(Clone, Debug)]
pub struct Gate {
    names: Vec<PurposeName>,
    purposes: Vec<Rule>,
    fields: Vec<DataRef>,
    /// The kind of value of each field.
    kinds: Vec<Option<FieldType>>,
    /// The sources of each field that comes from sources alone; none for others.
    sources: Vec<Vec<String>>,
    /// Whether several controllers answer.
    several: bool,
    numbers: Numbers,
}

/// Numbers by name.
#[derive(Clone, Debug, Default)]
struct Numbers {
    purposes: BTreeMap<String, u32>,
    fields: BTreeMap<String, u32>,
    recipients: BTreeMap<String, u32>,
    roles: BTreeMap<String, u32>,
    people: BTreeMap<String, u32>,
}

/// What a purpose allows, whoever the person is.
#[derive(Clone, Debug)]
struct Rule {
    open: bool,
    consent: bool,
    fields: Bits,
    /// The kinds of people that it concerns.
    people: Bits,
    /// The least age by kind of people.
    ages: Vec<Option<u8>>,
    roles: Bits,
    archive: Bits,
    /// Channels, by their place in [`Channel::ALL`]; none means that it is not marketing, and any will do.
    channels: Option<u8>,
    recipients: Vec<Receiver>,
    decides: Machine,
    /// The sources whose data are joined with others only by consent.
    combines: Vec<String>,
}

/// Whether a machine may decide for a purpose (22).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Machine {
    /// Nothing allows it.
    No,
    /// It is held for a human: the policy lets a machine decide for a contract only.
    Held,
    /// It may.
    Runs,
}

/// What a recipient may receive.
#[derive(Clone, Debug)]
struct Receiver {
    refusal: Option<Refusal>,
    fields: Option<Bits>,
    /// Whether it receives only what is held of occasions that it is linked to.
    linked: bool,
    /// The purpose whose consent has to stand for data to go where it is, and the data of which it tells.
    consent: Option<(PurposeId, Bits)>,
}

impl Gate {
    /// The gate of a policy on a day: agreements and due diligence count by their dates.
    pub fn new(policy: &Policy, on: Day) -> Self {
        let fields: Vec<DataRef> = policy.data.values().flat_map(fields_of).collect();
        let purposes =
            policy.purposes.values().map(|purpose| Rule::new(policy, purpose, &fields, on)).collect();
        let numbers = Numbers {
            purposes: numbered(policy.purposes.keys()),
            fields: numbered(fields.iter()),
            recipients: numbered(
                policy.recipients.values().flat_map(Recipient::receivers).map(|(name, _)| name),
            ),
            roles: numbered(policy.roles.keys()),
            people: numbered(policy.people.keys()),
        };
        let kinds = fields.iter().map(|field| {
            let category = policy.data.get(&field.category)?;
            field.field.as_ref().and_then(|name| category.fields.get(name)).map(|field| field.kind)
        });
        let kinds = kinds.collect();
        let sources = fields.iter().map(|field| sources_alone(policy, field)).collect();
        let (names, several) = (policy.purposes.keys().cloned().collect(), policy.controllers.len() > 1);
        Self { names, purposes, fields, kinds, sources, several, numbers }
    }

    /// The number of a purpose.
    pub fn purpose(&self, name: &str) -> Option<PurposeId> {
        self.numbers.purposes.get(name).copied().map(PurposeId)
    }

    /// The number of a field, `identification.email`.
    pub fn field(&self, name: &str) -> Option<FieldId> {
        self.numbers.fields.get(name).copied().map(FieldId)
    }

    /// The numbers of the fields that a reference names.
    pub fn fields_in(&self, data: &DataRef) -> Vec<FieldId> {
        let within = (0..).zip(&self.fields).filter(|(_, field)| data.overlaps(field));
        within.map(|(number, _)| FieldId(number)).collect()
    }

    /// The field of a number.
    pub fn name_of(&self, field: FieldId) -> Option<&DataRef> {
        self.fields.get(field.0 as usize)
    }

    /// The number of a recipient.
    pub fn recipient(&self, name: &str) -> Option<RecipientId> {
        self.numbers.recipients.get(name).copied().map(RecipientId)
    }

    /// The contracts of a person that a recipient of the policy is linked to and of which a ground of the
    /// purpose stands; `None` where it needs no link.
    pub fn linked<'v>(
        &self,
        view: &'v View,
        purpose: PurposeId,
        to: RecipientId,
    ) -> Option<impl Iterator<Item = &'v Occasion> + use<'v>> {
        let receiver = self.purposes.get(purpose.0 as usize)?.recipients.get(to.0 as usize)?;
        receiver.linked.then(|| view.linked(purpose.0, to.0))
    }

    /// The controllers that answer for the grounds of a purpose that stand for a person, where the policy
    /// has several.
    pub fn controllers<'v>(
        &self,
        view: &'v View,
        purpose: PurposeId,
    ) -> impl Iterator<Item = &'v ControllerName> + use<'v> {
        view.controllers.iter().filter(move |(of, _)| *of == purpose.0).map(|(_, name)| name)
    }

    /// Whether several controllers answer by the policy.
    pub(super) fn has_several(&self) -> bool {
        self.several
    }

    /// The sources whose data are not to be joined with others for a purpose, where fields are asked for
    /// that are no source's alone.
    pub fn uncombined(&self, view: &View, purpose: PurposeId, fields: &[FieldId]) -> Vec<&str> {
        let Some(rule) = self.purposes.get(purpose.0 as usize) else { return Vec::new() };
        let own = |field: &FieldId| self.sources_of(*field).is_empty();
        if rule.combines.is_empty() || !fields.iter().any(own) {
            return Vec::new();
        }
        let named = |source: &&str| view.combined.iter().any(|(of, name)| *of == purpose.0 && name == source);
        rule.combines.iter().map(String::as_str).filter(|source| !named(source)).collect()
    }

    /// The sources that a field comes from alone; empty where it comes from elsewhere too.
    pub fn sources_of(&self, field: FieldId) -> &[String] {
        self.sources.get(field.0 as usize).map_or(&[], Vec::as_slice)
    }

    /// The first field that would be joined with others although no consent says so.
    fn joined(&self, view: &View, purpose: PurposeId, fields: &[FieldId]) -> Option<FieldId> {
        let uncombined = self.uncombined(view, purpose, fields);
        let of_them = |field: &&FieldId| {
            let sources = self.sources_of(**field);
            !sources.is_empty() && sources.iter().all(|source| uncombined.contains(&source.as_str()))
        };
        fields.iter().find(of_them).copied()
    }

    /// The number of a role.
    pub fn role(&self, name: &str) -> Option<RoleId> {
        self.numbers.roles.get(name).copied().map(RoleId)
    }

    /// The number of a kind of people.
    pub fn people(&self, name: &str) -> Option<PeopleId> {
        self.numbers.people.get(name).copied().map(PeopleId)
    }

    /// The number of a kind of people that has a least age.
    pub(super) fn guarded(&self, name: &str) -> Option<usize> {
        let number = *self.numbers.people.get(name)? as usize;
        let rule = self.purposes.first()?;
        rule.ages.get(number).copied().flatten().map(|_| number)
    }

    /// Whether somebody of this age is too young for each kind of people that a purpose concerns.
    pub(crate) fn is_too_young(&self, purpose: PurposeId, age: u8) -> bool {
        let Some(rule) = self.purposes.get(purpose.0 as usize) else { return false };
        let mut least = rule.ages.iter().enumerate().filter(|(kind, _)| rule.people.has(*kind)).peekable();
        least.peek().is_some() && least.all(|(_, least)| least.is_some_and(|least| age < least))
    }

    /// The purposes in the order of their numbers.
    pub(super) fn purposes(&self) -> impl Iterator<Item = &PurposeName> {
        self.names.iter()
    }

    /// The set of the fields for which something holds.
    pub(super) fn fields_that(&self, holds: impl Fn(&DataRef) -> bool) -> Bits {
        Bits::of(self.fields.len(), |bit| self.fields.get(bit).is_some_and(&holds))
    }

    /// The fields of a purpose that hold the address of a channel.
    pub fn addresses(&self, purpose: PurposeId, channel: Channel) -> Vec<FieldId> {
        let rule = self.purposes.get(purpose.0 as usize);
        rule.map_or_else(Vec::new, |rule| self.addressed(rule, channel).collect())
    }

    fn addressed<'g>(&'g self, rule: &'g Rule, channel: Channel) -> impl Iterator<Item = FieldId> + use<'g> {
        let wanted = match channel {
            Channel::Email => Some(FieldType::Email),
            Channel::Phone | Channel::Sms => Some(FieldType::Phone),
            Channel::Post => Some(FieldType::PostalAddress),
            Channel::SocialMedia | Channel::Adverts | Channel::InProduct => None,
        };
        let own = (0..).zip(&self.kinds).filter(move |(number, kind)| {
            wanted.is_some() && **kind == wanted && rule.fields.has(*number as usize)
        });
        own.map(|(number, _)| FieldId(number))
    }

    /// A restricted field of a question that names none, where no other will do: the address of a channel,
    /// or whatever else the purpose has.
    fn held_back(&self, view: &View, rule: &Rule, act: Act) -> Option<FieldId> {
        let all = (0..).zip(&self.fields).filter(|(number, _)| rule.fields.has(*number as usize));
        let all = all.map(|(number, _)| FieldId(number));
        match act {
            Act::Collect { .. } => None,
            Act::Contact(channel) => {
                first_of_held(view, self.addressed(rule, channel)).or_else(|| first_of_held(view, all))
            }
            Act::Read | Act::Disclose(_) | Act::DecideAutomatically => first_of_held(view, all),
        }
    }

    /// By which channels contact may be made for a purpose, as bits in the order of
    /// [`Channel::ALL`]: with any of the addresses, or with none where the policy declares none.
    pub fn contact_bits(&self, view: &View, purpose: PurposeId) -> Option<u8> {
        let may = |channel: Channel| {
            let fields = self.addresses(purpose, channel);
            let ask = |fields: &[FieldId]| {
                let (aim, act) = (Aim::Purpose(purpose), Act::Contact(channel));
                self.decide(view, &Question { aim, act, fields, role: None, exception: None }).is_allowed()
            };
            if fields.is_empty() { ask(&[]) } else { fields.iter().any(|field| ask(&[*field])) }
        };
        self.purposes.get(purpose.0 as usize)?;
        Some(bits_of(Channel::ALL.iter().map(|(channel, _)| channel).filter(|channel| may(**channel))))
    }

    /// The answer to a question about the person of a view.
    pub fn decide(&self, view: &View, question: &Question<'_>) -> Answer {
        match self.judge(view, question) {
            Ok(allowed) => Answer::Allowed(allowed),
            Err(refusal) => Answer::Refused(refusal),
        }
    }

    fn judge(&self, view: &View, question: &Question<'_>) -> Result<Allowed, Refusal> {
        let Aim::Purpose(id) = question.aim else { return built_in(question.act) };
        let rule = self.purposes.get(id.0 as usize).ok_or(Refusal::Unknown)?;
        let state = *view.states.get(id.0 as usize).ok_or(Refusal::Unknown)?;
        if !rule.open {
            return Err(Refusal::Shut);
        }
        let stranger = |field: &&FieldId| !rule.fields.has(field.0 as usize);
        if let Some(field) = question.fields.iter().find(stranger) {
            return Err(Refusal::NotNeeded(*field));
        }
        let allowed = rule.stage(state, &view.kinds, question)?;
        // What is collected with a consent of its own is agreed to by it.
        if allowed == Allowed::Ground
            && let Some(field) = question.fields.iter().find(|field| !view.is_agreed(id, **field))
            && !matches!(question.act, Act::Collect { consents: true, .. })
        {
            return Err(Refusal::NotAgreed(*field));
        }
        rule.act(view, id, question)?;
        let collects = matches!(question.act, Act::Collect { .. });
        if let Some(field) = self.joined(view, id, question.fields).filter(|_| !collects) {
            return Err(Refusal::NotCombined(field));
        }
        let held = match question.fields {
            [] => self.held_back(view, rule, question.act),
            named => named.iter().find(|field| view.restricted.has(field.0 as usize)).copied(),
        };
        restrictions(view, question, held)?.map_or(Ok(allowed), Ok)
    }
}

/// Built-in purposes reach whatever is held, to read it (semantics 15).
fn built_in(act: Act) -> Result<Allowed, Refusal> {
    if act == Act::Read { Ok(Allowed::BuiltIn) } else { Err(Refusal::NotNeeded(FieldId(0))) }
}

/// The first of some fields, where all of them are restricted.
fn first_of_held(view: &View, mut fields: impl Iterator<Item = FieldId>) -> Option<FieldId> {
    let is_held = |field: &FieldId| view.restricted.has(field.0 as usize);
    let first = fields.next().filter(is_held)?;
    fields.all(|field| is_held(&field)).then_some(first)
}

/// What restrictions say: nothing, an exception that was used, or a refusal.
fn restrictions(
    view: &View,
    question: &Question<'_>,
    held: Option<FieldId>,
) -> Result<Option<Allowed>, Refusal> {
    let refusal = match view.restricted_wholly {
        true => Some(Refusal::RestrictedWholly),
        false => held.map(Refusal::Restricted),
    };
    match (refusal, question.exception) {
        (None, _) => Ok(None),
        (Some(_), Some(_)) => Ok(Some(Allowed::Exception)),
        (Some(refusal), None) => Err(refusal),
    }
}

impl Rule {
    fn new(policy: &Policy, purpose: &Purpose, fields: &[DataRef], on: Day) -> Self {
        let covers = |bit| fields.get(bit).is_some_and(|field: &DataRef| purpose.covers(field));
        let kinds: Vec<_> = policy.people.keys().collect();
        let concerns = |bit: usize| {
            purpose.people.is_empty() || kinds.get(bit).is_some_and(|kind| purpose.people.contains(kind))
        };
        let roles: Vec<_> = policy.roles.values().collect();
        let may = |bit: usize| roles.get(bit).is_some_and(|role| role.purposes.contains(&purpose.name));
        let opens = |bit: usize| {
            let archive = purpose.archive.as_ref();
            roles
                .get(bit)
                .is_some_and(|role| archive.is_some_and(|archive| archive.roles.contains(&role.name)))
        };
        let receiver = |to: &Recipient, member: Option<&Member>| Receiver {
            refusal: recipient::refusal(policy, purpose, to, on)
                .or_else(|| recipient::member(to, member, on)),
            linked: to.linked_to.is_some(),
            consent: to.transfer_consent.as_ref().and_then(|name| {
                let place = policy.purposes.get_index_of(name)?;
                let agreed = policy.purposes.get(name)?;
                let told =
                    Bits::of(fields.len(), |bit| fields.get(bit).is_some_and(|one| agreed.covers(one)));
                u32::try_from(place).ok().map(|place| (PurposeId(place), told))
            }),
            fields: (!to.data.is_empty()).then(|| {
                let given = |field: &DataRef| to.data.iter().any(|data| data.overlaps(field));
                Bits::of(fields.len(), |bit| fields.get(bit).is_some_and(given))
            }),
        };
        Self {
            open: purpose.off.is_none() && purpose.basis != Basis::Missing,
            consent: purpose.basis.is_consent(),
            fields: Bits::of(fields.len(), covers),
            people: Bits::of(kinds.len(), concerns),
            ages: policy.people.values().map(|people| people.minimum_age).collect(),
            roles: Bits::of(roles.len(), may),
            archive: Bits::of(roles.len(), opens),
            channels: purpose.is_marketing().then(|| bits_of(&purpose.marketing)),
            recipients: policy
                .recipients
                .values()
                .flat_map(|to| to.receivers().map(move |(_, member)| (to, member)))
                .map(|(to, member)| receiver(to, member))
                .collect(),
            decides: machine(policy, purpose),
            combines: purpose.combines.clone(),
        }
    }

    /// Whether the person's ground lets the act be done by this role.
    fn stage(&self, state: State, known: &Bits, question: &Question<'_>) -> Result<Allowed, Refusal> {
        let holds = |roles: &Bits| question.role.is_some_and(|role| roles.has(role.0 as usize));
        if let Act::Collect { people, age, consents } = question.act {
            self.may_collect(people, age, known)?;
            return self.begins(state, consents);
        }
        match state {
            State::Live if question.role.is_some() && !holds(&self.roles) => Err(Refusal::NotOfRole),
            State::Live => Ok(Allowed::Ground),
            State::Archive if question.act == Act::Read && holds(&self.archive) => Ok(Allowed::Archive),
            State::Archive => Err(Refusal::Archived),
            // A restriction of everything gives way to an exception; nothing else does.
            State::No(Refusal::RestrictedWholly) if question.exception.is_some() => Ok(Allowed::Exception),
            State::No(refusal) => Err(refusal),
        }
    }

    /// Whether the purpose concerns somebody of this kind who is old enough for it. Whoever is on record as
    /// one of a kind was old enough when that was recorded. A kind that nobody names may be any that the
    /// purpose concerns: an age is asked for where all of these have a least one, and one that is given is
    /// held against each.
    fn may_collect(&self, people: Option<PeopleId>, age: Option<u8>, known: &Bits) -> Result<(), Refusal> {
        let named = people.map(|kind| kind.0 as usize);
        if named.is_some_and(|kind| !self.people.has(kind)) {
            return Err(Refusal::NotConcerned);
        }
        let is_meant = |kind: &usize| named.map_or_else(|| self.people.has(*kind), |named| named == *kind);
        let mut all_guarded = !self.ages.is_empty();
        for kind in (0..self.ages.len()).filter(is_meant) {
            match (self.ages.get(kind).copied().flatten(), age) {
                (Some(least), Some(age)) if age < least => return Err(Refusal::UnderAge),
                (Some(_), None) if !known.has(kind) => {}
                _ => all_guarded = false,
            }
        }
        if all_guarded { Err(Refusal::AgeNotKnown) } else { Ok(()) }
    }

    /// Whether a collection may begin or continue the ground. A refusal beats all but the person's
    /// own new consent (semantics 8, 19).
    fn begins(&self, state: State, consents: bool) -> Result<Allowed, Refusal> {
        match state {
            State::Live => Ok(Allowed::Ground),
            _ if self.consent && consents => Ok(Allowed::Begins),
            State::No(Refusal::NoGround(Why::NoConsent | Why::NoStart)) if self.consent => {
                Err(Refusal::NoConsent)
            }
            // What a consent that was given came to: withdrawn, over, or a fact is missing.
            State::No(refusal) if self.consent => Err(refusal),
            State::Archive if self.consent => Err(Refusal::Archived),
            State::No(refusal @ (Refusal::Contested | Refusal::Reported)) => Err(refusal),
            State::No(Refusal::RestrictedWholly) => Err(Refusal::RestrictedWholly),
            State::No(Refusal::NoGround(why @ (Why::Objected | Why::Refused | Why::Died)))
                if self.channels.is_some() =>
            {
                Err(Refusal::NoGround(why))
            }
            _ => Ok(Allowed::Begins),
        }
    }

    /// What the act itself needs beside a ground.
    fn act(&self, view: &View, purpose: PurposeId, question: &Question<'_>) -> Result<(), Refusal> {
        match question.act {
            Act::Collect { .. } | Act::Read => Ok(()),
            Act::Contact(channel) => {
                let told = if view.told { Ok(()) } else { Err(Refusal::NotTold) };
                let agreed = view.channels.get(purpose.0 as usize).copied().unwrap_or(0);
                match self.channels.map(|open| open & agreed) {
                    Some(open) if open & bits_of([&channel]) == 0 => Err(Refusal::NotByChannel),
                    _ => told,
                }
            }
            Act::Disclose(to) => {
                let receiver = self.recipients.get(to.0 as usize).ok_or(Refusal::Unknown)?;
                if let Some(refusal) = receiver.refusal {
                    return Err(refusal);
                }
                // A consent reaches the data of which its purpose told (7(2), 49(1)(a)).
                let is_agreed = |(purpose, told): &(PurposeId, Bits)| {
                    let mut fields = question.fields.iter();
                    view.is_live(*purpose)
                        && fields.all(|one| told.has(one.0 as usize) && view.is_agreed(*purpose, *one))
                };
                if !receiver.consent.as_ref().is_none_or(is_agreed) {
                    return Err(Refusal::NoTransferConsent);
                }
                let kept_back = |field: &&FieldId| {
                    receiver.fields.as_ref().is_some_and(|given| !given.has(field.0 as usize))
                };
                let is_linked = || !receiver.linked || view.linked(purpose.0, to.0).next().is_some();
                match question.fields.iter().find(kept_back) {
                    None if !is_linked() => Err(Refusal::NotLinked),
                    Some(field) => Err(Refusal::NotForRecipient(*field)),
                    None if view.told => Ok(()),
                    None => Err(Refusal::NotTold),
                }
            }
            Act::DecideAutomatically => match self.decides {
                Machine::No => Err(Refusal::NoAutomatedDecisions),
                Machine::Held => Err(Refusal::HumanDecides),
                Machine::Runs if view.human.has(purpose.0 as usize) => Err(Refusal::HumanAsked),
                Machine::Runs => Ok(()),
            },
        }
    }
}

/// Whether a machine may decide for a purpose: where something allows it, and for a contract where the
/// policy says so. Then the contract is the purpose's own basis, for each person whom it concerns.
fn machine(policy: &Policy, purpose: &Purpose) -> Machine {
    let allowed = purpose.decides.as_ref().filter(|decides| decides.allowed_by.is_some());
    let Some(decides) = allowed else { return Machine::No };
    if policy.decisions.no_automated || policy.never.decide_automatically {
        return Machine::No;
    }
    let for_contract = decides.is_for_contract() && purpose.basis == Basis::Contract;
    if policy.decisions.only_for_contract && !for_contract { Machine::Held } else { Machine::Runs }
}

/// The sources that a field comes from, where it comes from nowhere else.
fn sources_alone(policy: &Policy, field: &DataRef) -> Vec<String> {
    let Some(category) = policy.data.get(&field.category) else { return Vec::new() };
    let own = field.field.as_ref().and_then(|name| category.fields.get(name)).map(|field| &field.from);
    let from = own.filter(|from| !from.is_empty()).unwrap_or(&category.from);
    let sources: Option<Vec<String>> =
        from.iter().map(|from| from.strip_prefix("source.").map(str::to_owned)).collect();
    sources.unwrap_or_default()
}

/// The fields of a category; the category itself where it has none.
fn fields_of(category: &crate::policy::model::Category) -> Vec<DataRef> {
    let field = |name: &crate::name::FieldName| DataRef {
        category: category.name.clone(),
        field: Some(name.clone()),
    };
    if category.fields.is_empty() {
        vec![DataRef::whole(category.name.clone())]
    } else {
        category.fields.keys().map(field).collect()
    }
}

fn numbered<Name: ToString>(names: impl Iterator<Item = Name>) -> BTreeMap<String, u32> {
    names.map(|name| name.to_string()).zip(0..).collect()
}

/// Channels as bits, in the order of [`Channel::ALL`].
pub fn bits_of<'c>(channels: impl IntoIterator<Item = &'c Channel>) -> u8 {
    let bit = |channel: &Channel| Channel::ALL.iter().position(|(known, _)| known == channel);
    channels.into_iter().filter_map(bit).fold(0, |mask, bit| mask | 1 << bit)
}
