//! Reading through the gate: whoever names a purpose gets that purpose's fields back and no others,
//! from Kept's own values and from the company's stores, after the entry is durable.
//!
//! Not here: giving data to a recipient (`disclose`), and answers to people's own requests (`access`).

use std::collections::BTreeSet;

use kept_core::decision::{Allowed, Answer, Exception, Refusal};
use kept_core::ledger::{Durable, Entry, Kind, Outcome};
use kept_core::name::{ControllerName, PurposeName, RoleName};
use kept_core::plan::Relation;
use kept_core::plan::Row;
use kept_core::plan::label;
use kept_core::plan::lean::{Lean, Leaning};
use kept_core::policy::model::{DataRef, Purpose};
use kept_core::policy::naming::NameOf;
use kept_core::standing::{Mark, Stage, Standing};
use kept_core::time::Instant;
use kept_vault::entry::Whom as Named;
use kept_vault::value::SealedValue;
use kept_vault::vault::Acted;
use kept_vault::{SubjectId, Tx};
use serde::Serialize;

use crate::across::Across;
use crate::case_file::CaseFile;
use crate::company::{Company, log_purpose};
use crate::decide::{Ask, Decided, Sees, Sight, Verb, is_told_by_stores};
use crate::desk::Whom;
use crate::failure::Failure;
use crate::overtaken::Seen;
use crate::own_records::filing;
use crate::own_values::{newest_opened, own_values};
use crate::person::{Located, locate};
use crate::together::Prepared;
use crate::within::{Labels, Within};

/// What is to be read.
#[derive(Clone, Debug)]
pub struct ReadOrder {
    /// Of whom.
    pub whom: Whom,
    /// For which purpose.
    pub purpose: PurposeName,
    /// Which fields; none means all that the purpose needs.
    pub fields: Vec<DataRef>,
    /// In which role.
    pub role: Option<RoleName>,
    /// The exception of 18(2) that is claimed.
    pub exception: Option<Exception>,
    /// Why the archive is read: the case or the legal reference, as a name of letters, digits and
    /// `-_./:`. The entry holds it; without one the archive stays shut.
    pub reason: Option<String>,
    /// The controller that uses them, where the policy has several: what another holds reaches it as a
    /// disclosure. `None` means the only one that can be meant.
    pub controller: Option<ControllerName>,
    /// Who reads, for the ledger's pseudonym.
    pub actor: Option<String>,
}

/// What came back.
#[derive(Debug, Serialize)]
pub struct Reading {
    /// The values, field by field.
    pub values: Vec<ReadValue>,
    /// The fields that were refused.
    pub refused: Vec<RefusedField>,
    /// The number of the ledger's entry.
    pub entry: u64,
    /// Why the person can't be told from others, or a store could not be asked.
    pub problem: Option<String>,
}

/// A value with where it is held. It is personal: its `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct ReadValue {
    /// The field.
    pub field: DataRef,
    /// The value.
    pub value: String,
    /// `kept`, or the store and table that hold it.
    pub from: String,
    /// The source that it came from, if not from the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The controller that holds it, where a record says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub controller: Option<String>,
}

impl std::fmt::Debug for ReadValue {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} from {}", self.field, self.from)
    }
}

/// A field that did not come back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RefusedField {
    /// Which.
    pub field: DataRef,
    /// Why, in words.
    pub words: String,
    /// The article behind it.
    pub article: Option<&'static str>,
}

/// What the gate said of each field.
pub(crate) struct Sorted {
    pub(crate) allowed: Vec<DataRef>,
    pub(crate) refused: Vec<RefusedField>,
    pub(crate) problem: Option<String>,
    /// Whether some field comes from the archive.
    pub(crate) archive: bool,
    /// Whether an exception to a restriction was used.
    pub(crate) excepted: bool,
    /// What the entry says of it: `archive.billing`, `exception.claims`.
    pub(crate) rule: Option<String>,
    /// The reason that was given.
    pub(crate) reason: Option<String>,
    /// Which of the values are meant.
    pub(crate) within: Within,
}

impl Sorted {
    /// Nothing allowed, for these reasons.
    pub(crate) fn refusing(refused: Vec<RefusedField>) -> Self {
        Self {
            allowed: Vec::new(),
            refused,
            problem: None,
            archive: false,
            excepted: false,
            rule: None,
            reason: None,
            within: Within::default(),
        }
    }
}

impl Sorted {
    /// All fields, which a gate has allowed before.
    pub(crate) fn allowed(fields: Vec<DataRef>) -> Self {
        Self { allowed: fields, ..sorted(Vec::new(), Vec::new()) }
    }

    /// The same fields as other controllers hold them, where those of some are meant only.
    fn of_others(&self) -> Option<Self> {
        let within = self.within.across()?;
        Some(Self { archive: self.archive, within, ..Self::allowed(self.allowed.clone()) })
    }
}

impl Company {
    /// The values that a purpose may have of a person now.
    ///
    /// # Errors
    /// [`Failure::Refused`] for a purpose that the policy does not have; a fault of Kept's own store.
    /// What the gate refuses is part of the answer.
    pub fn read_through_gate(&mut self, order: &ReadOrder, now: Instant) -> Result<Reading, Failure> {
        if !self.is_read_of_own(order) {
            return self.read_in_stores(order, now);
        }
        let wanted = self.asks(&Wanted::of(order))?;
        let acted = self.vault.act_among_others("read_own", |tx| self.read_own(tx, order, &wanted, now))?;
        self.opened_own(acted)
    }

    /// The same, to be done with others.
    ///
    /// # Errors
    /// [`Failure::Refused`] for a purpose that the policy does not have.
    pub fn prepare_read(&self, order: ReadOrder, now: Instant) -> Result<Prepared<Reading>, Failure> {
        if !self.is_read_of_own(&order) {
            return Ok(Prepared::long(move |company| company.read_in_stores(&order, now)));
        }
        let wanted = self.asks(&Wanted::of(&order))?;
        let doing = move |company: &Self, tx: &mut Tx| company.read_own(tx, &order, &wanted, now);
        Ok(Prepared::short("read_own", doing, |company, acted| company.opened_own(acted)))
    }

    /// Whether Kept alone can tell and give what is wanted.
    fn is_read_of_own(&self, order: &ReadOrder) -> bool {
        let declared = self.policy().purposes.get(&order.purpose);
        let by_kept = declared.is_some_and(|declared| !is_told_by_stores(self.policy(), declared));
        // A controller that is named is looked at first, and it may be none of the policy.
        let plain = order.controller.is_none() && !self.policy().confines_values();
        by_kept && plain && self.in_stores(&order.whom).is_none()
    }

    fn read_in_stores(&mut self, order: &ReadOrder, now: Instant) -> Result<Reading, Failure> {
        let ReadOrder { whom, purpose, exception, reason, actor, controller, .. } = order;
        let controller = self.asked_as((Kind::Read, purpose), controller.as_ref(), now)?;
        let order = &ReadOrder { controller, ..order.clone() };
        let (reading, across) = self.looking_anew(|company| {
            let (seen, now) = (company.seen(whom)?, company.in_turn(now));
            let mut sorted = company.sort(&Wanted::of(order), now)?;
            company.reasoned(&mut sorted, purpose, (*exception, reason.as_deref()));
            let (filed, seen) = company.filed_for(whom, (&sorted, seen), now)?;
            let by = By { actor: actor.as_deref(), to: None, seen: Some(seen), filed };
            let receipt = company.upon_data(Kind::Read, (whom, purpose), &sorted, &by, now)?;
            let (values, fields) = company.open_values(whom, purpose, &sorted, &receipt, now)?;
            let Sorted { refused, problem, within, .. } = sorted;
            let reading = Reading { values, refused, entry: receipt.sequence().0, problem };
            Ok((reading, Across { fields, held_by: within.held_by }))
        })?;
        let mut reading = self.read_across(order, (reading, across), now)?;
        self.mask(&mut reading.values);
        Ok(reading)
    }

    /// Leaves of each value what the policy lets be shown of it: whoever reads sees no more, and only a
    /// recipient is given the whole.
    pub(crate) fn mask(&self, values: &mut [ReadValue]) {
        for one in values {
            one.value = self.policy().shown(&one.field, std::mem::take(&mut one.value));
        }
    }

    /// Opens what was chosen: its entry is durable.
    fn opened_own(&self, Acted { value, receipts }: Acted<Chosen>) -> Result<Reading, Failure> {
        let Some(receipt) = receipts.first() else { return Err(Failure::Plan) };
        let Chosen { values, labels, refused, problem } = value;
        let mut values = newest_opened(&values, &labels, receipt)?;
        self.mask(&mut values);
        Ok(Reading { values, refused, entry: receipt.sequence().0, problem })
    }

    /// Reads what Kept alone holds: asked, written down and chosen in one transaction, to be opened once
    /// that is durable.
    fn read_own(
        &self,
        tx: &mut Tx,
        order: &ReadOrder,
        (fields, asks): &(Vec<DataRef>, Vec<Ask>),
        now: Instant,
    ) -> Result<Chosen, Failure> {
        self.still_admitted(tx)?;
        let now = self.in_turn(now);
        let gate = self.gate(now);
        let people = self.see_all(tx, &gate, asks, (now, Sees::Now))?;
        let mut sorted = sorted(fields.clone(), self.answers_to(&gate, asks, &people));
        self.reasoned(&mut sorted, &order.purpose, (order.exception, order.reason.as_deref()));
        let subject = match people.first() {
            Some(person) => person.id,
            None => self.one_subject(tx, &order.whom.identifiers).unwrap_or_default(),
        };
        let mut entry = self.data_entry(Kind::Read, &order.purpose, &sorted, now)?;
        if let Some(actor) = &order.actor {
            entry.actor = tx.actor(actor)?;
        }
        tx.log(subject.map_or(Named::Nobody, Named::One), entry, &log_purpose())?;
        let told = people.into_iter().find_map(|person| person.sight.ok());
        let values = match (subject, self.policy().purposes.get(&order.purpose)) {
            (Some(subject), Some(purpose)) if !sorted.allowed.is_empty() => {
                own_values(tx, subject, (purpose, &sorted), told.as_ref())?
            }
            _ => Vec::new(),
        };
        let labels = told.as_ref().map_or_else(Labels::default, Sight::labels);
        Ok(Chosen { values, labels, refused: sorted.refused, problem: sorted.problem })
    }

    /// Asks the gate of each field by itself, so that what may be used comes back and the rest is cut.
    pub(crate) fn sort(&mut self, wanted: &Wanted<'_>, now: Instant) -> Result<Sorted, Failure> {
        let (fields, asks) = self.asks(wanted)?;
        let answers = self.answers(&asks, now)?;
        let mut sorted = sorted(fields, answers);
        self.confine(&mut sorted, wanted, now)?;
        Ok(sorted)
    }

    /// The fields that are wanted, and a question about each.
    fn asks(&self, wanted: &Wanted<'_>) -> Result<(Vec<DataRef>, Vec<Ask>), Failure> {
        let policy = self.policy();
        let Some(purpose) = policy.purposes.get(wanted.purpose) else {
            return Err(Failure::no_such(policy, NameOf::Purpose, wanted.purpose.as_str()));
        };
        let named = if wanted.fields.is_empty() { &purpose.data } else { wanted.fields };
        let fields: Vec<DataRef> = named.iter().flat_map(|data| policy.fields_in(data)).collect();
        let ask = |field: &DataRef| Ask {
            whom: wanted.whom.clone(),
            purpose: wanted.purpose.clone(),
            verb: wanted.verb.clone(),
            fields: vec![field.clone()],
            role: wanted.role.clone(),
            exception: *wanted.exception,
            source: None,
            // What a reader is given of others is told by the company's grounds; nobody gives them further.
            controller: wanted.controller.filter(|_| wanted.verb != Verb::Read).cloned(),
        };
        let asks: Vec<Ask> = fields.iter().map(ask).collect();
        Ok((fields, asks))
    }

    /// The entry of an act upon values: durable before one is opened.
    pub(crate) fn upon_data(
        &self,
        kind: Kind,
        (whom, purpose): (&Whom, &PurposeName),
        sorted: &Sorted,
        by: &By<'_>,
        now: Instant,
    ) -> Result<Durable, Failure> {
        let mut entry = self.data_entry(kind, purpose, sorted, now)?;
        if let Some(to) = by.to {
            entry.recipient = Some(to.recipient.clone());
            entry.request = to.reference.map(kept_core::name::CaseId::from);
            entry.rule.clone_from(&to.rule);
            entry.telling.clone_from(&to.telling);
        }
        let acted = self.vault.act_among_others("upon_data", |tx| {
            self.still_admitted(tx)?;
            let mut entry = entry.clone();
            if let Some(actor) = by.actor {
                entry.actor = tx.actor(actor)?;
            }
            let found = self.one_subject(tx, &whom.identifiers).unwrap_or_default().or(by.filed);
            if let Some(seen) = by.seen {
                self.still_so(tx, seen, found)?;
            }
            let filed = filing(entry.kind);
            tx.log(found.map_or(Named::Nobody, Named::One), entry, &filed).map(drop).map_err(Failure::from)
        })?;
        let missing = kept_vault::Fault::Missing { what: "receipt" };
        acted.receipts.into_iter().next().ok_or(Failure::Vault(missing))
    }

    /// What the entry of an act upon values says of it.
    fn data_entry(
        &self,
        kind: Kind,
        purpose: &PurposeName,
        sorted: &Sorted,
        now: Instant,
    ) -> Result<Entry, Failure> {
        let mut entry = self.entry(kind, now)?;
        entry.purpose = Some(purpose.clone());
        let none = sorted.allowed.is_empty();
        entry.outcome = match kind {
            _ if none => Outcome::Refused,
            Kind::Decided => Outcome::Allowed,
            _ => Outcome::Done,
        };
        let declared = |field: &&DataRef| self.policy().data.contains_key(&field.category);
        let named = sorted.refused.iter().map(|refused| &refused.field).filter(declared);
        entry.fields = if none { named.cloned().collect() } else { sorted.allowed.clone() };
        entry.rule.clone_from(&sorted.rule);
        entry.request = sorted.reason.as_deref().map(kept_core::name::CaseId::from);
        Ok(entry)
    }

    /// Opens what was allowed, of Kept's own values and of the stores' rows.
    pub(crate) fn open_values(
        &mut self,
        whom: &Whom,
        purpose: &PurposeName,
        sorted: &Sorted,
        receipt: &Durable,
        now: Instant,
    ) -> Result<(Vec<ReadValue>, BTreeSet<DataRef>), Failure> {
        let policy = self.policy().clone();
        let Some(purpose) = policy.purposes.get(purpose).filter(|_| !sorted.allowed.is_empty()) else {
            return Ok(Default::default());
        };
        let others = sorted.of_others();
        let (subject, values, labels, mut across) = self.vault.read("values", |tx| {
            let Some(subject) = self.one_subject(tx, &whom.identifiers)? else {
                return Ok(Default::default());
            };
            let values = own_values(tx, subject, (purpose, sorted), None)?;
            let across = match &others {
                Some(others) => own_values(tx, subject, (purpose, others), None)?,
                None => Vec::new(),
            };
            let labels = match Labels::matter(&policy) {
                true => Labels::of(&tx.timeline(subject)?),
                false => Labels::default(),
            };
            let across: BTreeSet<DataRef> = across.into_iter().map(|one| one.field).collect();
            Ok::<_, Failure>((Some(subject), values, labels, across))
        })?;
        let mut values = newest_opened(&values, &labels, receipt)?;
        for one in &mut values {
            // What was collected under an earlier policy may be whole.
            one.value = policy.kept(&one.field, &one.value).into_owned();
        }
        let Some(asked) = self.in_stores(whom) else { return Ok((values, across)) };
        let rows = subject.map_or(Ok(Vec::new()), |subject| self.remembered(subject, receipt))?;
        let located = locate(&policy, &mut self.stores, &asked, &rows, receipt)?;
        let subject = match subject {
            Some(subject) => Some(subject),
            None => self.subject_of(&located)?,
        };
        let timeline = self.timeline_of(subject, &located, &CaseFile::default(), now)?;
        let standing = self.standing_of(&timeline, now);
        values.extend(self.stored_values(&located, (purpose, &standing), sorted));
        if let Some(others) = &others {
            let held = self.stored_values(&located, (purpose, &standing), others);
            across.extend(held.into_iter().map(|one| one.field));
        }
        Ok((values, across))
    }

    /// The values of a person's own rows that lean on a live ground of the purpose.
    fn stored_values(
        &self,
        located: &Located,
        (purpose, standing): (&Purpose, &Standing),
        sorted: &Sorted,
    ) -> Vec<ReadValue> {
        let mut values = Vec::new();
        self.each_stored(located, (purpose, standing), sorted, &mut |_, value| values.push(value));
        values
    }

    /// Hands out the same with the number of the row among those of its table.
    pub(crate) fn each_stored(
        &self,
        located: &Located,
        (purpose, standing): (&Purpose, &Standing),
        sorted: &Sorted,
        each: &mut dyn FnMut(u64, ReadValue),
    ) {
        let policy = self.policy();
        for (name, rows) in &located.rows {
            let Some(map) = policy.stores.get(name) else { continue };
            let leaning = Leaning::new(policy, map, rows, standing);
            for found in &rows.tables {
                let Some(table) = map.tables.get(&found.table) else { continue };
                let own = |row: &&Row| !matches!(row.relation, Relation::Mentions(_));
                for (number, row) in (0..).zip(found.rows.iter().filter(own)) {
                    let source = label::source(map, rows, (table, found, row));
                    let controller = label::controller(map, rows, (table, found, row));
                    if !sorted.within.holds_labelled(source.as_deref(), controller.as_deref()) {
                        continue;
                    }
                    for (column, datum) in &table.columns {
                        let wanted = |field: &&DataRef| datum.contains(field) || field.contains(datum);
                        let Some(field) = sorted.allowed.iter().find(wanted) else { continue };
                        let leans = leaning.of(table, found, row, datum);
                        let meant = |lean: &&Lean<'_>| match lean {
                            Lean::On(ground) => sorted.within.holds_on(ground),
                            Lean::NothingKnown(_) => true,
                        };
                        let mut leans = leans.iter().filter(meant);
                        if !leans.any(|lean| opens(lean, (purpose, standing), datum, sorted.archive)) {
                            continue;
                        }
                        // Of a document that can't be read nobody can tell what is the field's.
                        let cell = found.cell(row, column);
                        if let Some(cell) = cell.filter(|cell| !cell.is_null() && !cell.is_unread()) {
                            let from = format!("{name}.{}", found.table);
                            let value = policy.kept(datum, &cell.shown()).into_owned();
                            let field = field.clone();
                            let (source, controller) = (source.clone(), controller.clone());
                            each(number, ReadValue { field, value, from, source, controller });
                        }
                    }
                }
            }
        }
    }
}

/// What the gate said of each field.
fn sorted(fields: Vec<DataRef>, answers: Vec<Decided>) -> Sorted {
    let by = |how: Allowed| answers.iter().any(|answer| answer.because == Answer::Allowed(how));
    let (archive, excepted) = (by(Allowed::Archive), by(Allowed::Exception));
    let problem = answers.iter().find_map(|answer| answer.problem.clone());
    let (mut allowed, mut refused) = (Vec::new(), Vec::new());
    for (field, answer) in fields.into_iter().zip(answers) {
        if answer.allowed {
            allowed.push(field);
        } else {
            let Decided { words, article, .. } = answer;
            refused.push(RefusedField { field, words: words.to_owned(), article });
        }
    }
    Sorted {
        allowed,
        refused,
        problem,
        archive,
        excepted,
        rule: None,
        reason: None,
        within: Within::default(),
    }
}

/// What was chosen to be read, still sealed.
struct Chosen {
    values: Vec<SealedValue>,
    labels: Labels,
    refused: Vec<RefusedField>,
    problem: Option<String>,
}

/// By whom, to whom, and up to what the person was looked at before.
#[derive(Default)]
pub(crate) struct By<'a> {
    pub(crate) actor: Option<&'a str>,
    pub(crate) to: Option<&'a crate::disclose::To<'a>>,
    pub(crate) seen: Option<Seen>,
    /// Under whom the entry is filed where the identifiers alone lead to nobody.
    pub(crate) filed: Option<SubjectId>,
}

/// What is wanted, for what, by whom.
pub(crate) struct Wanted<'a> {
    pub(crate) whom: &'a Whom,
    pub(crate) purpose: &'a PurposeName,
    pub(crate) fields: &'a [DataRef],
    pub(crate) verb: Verb,
    pub(crate) role: &'a Option<RoleName>,
    pub(crate) exception: &'a Option<Exception>,
    /// Whether something is given in return.
    pub(crate) paid: bool,
    /// The controller that uses them.
    pub(crate) controller: Option<&'a ControllerName>,
    /// Whether only what that one holds is meant, and nothing that others give it.
    pub(crate) only_own: bool,
}

impl<'a> Wanted<'a> {
    fn of(order: &'a ReadOrder) -> Self {
        let ReadOrder { whom, purpose, fields, role, exception, .. } = order;
        let (controller, verb) = (order.controller.as_ref(), Verb::Read);
        Self { whom, purpose, fields, verb, role, exception, paid: false, controller, only_own: false }
    }
}

/// Whether a lean of a row's value opens it to the purpose: a ground in use, not restricted there, or
/// the archive where the role that asks may read it.
fn opens(
    lean: &Lean<'_>,
    (purpose, standing): (&Purpose, &Standing),
    datum: &DataRef,
    archive: bool,
) -> bool {
    let Lean::On(ground) = lean else { return false };
    let stage = ground.stage();
    let contested = ground.marks.iter().any(|mark| !matches!(mark, Mark::Restricted(_)));
    ground.purpose() == Some(&purpose.name)
        && (stage == Stage::Live || (archive && stage == Stage::Archived))
        && !contested
        && !standing.is_stopped(datum)
}

/// A refusal of one field in words, for what the gate alone does not see.
pub(crate) fn cut(field: DataRef, refusal: Refusal) -> RefusedField {
    RefusedField { field, words: refusal.words().to_owned(), article: refusal.article() }
}
