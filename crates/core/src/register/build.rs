//! A policy's processing as rows, in the policy's order: purposes and their archives, ways of
//! disclosure, cookies, statistics, Kept's own records; then what is held for others.

use crate::name::{ControllerName, PersonKind, RecipientName};
use crate::policy::Policy;
use crate::policy::model::{
    Controller, Cookie, CookieClass, CookieSettings, Custody, DataRef, DataSource, Disclosure, OwnRecord,
    People, Purpose, Recipient, Statistics,
};
use crate::register::{Activity, Charge, Register, Subject, Transfer, transfer};
use crate::time::Day;

/// The record of a policy, with the adequacy decisions that hold on a day.
pub fn build(policy: &Policy, on: Day) -> Register<'_> {
    let maker = Maker { policy, on };
    let mut activities = Vec::new();
    for purpose in policy.purposes.values() {
        activities.push(maker.purpose(purpose));
        activities.extend(maker.archive(purpose));
    }
    activities.extend(policy.disclosures.values().map(|one| maker.disclosure(one)));
    activities.extend(policy.cookies.iter().flat_map(|settings| maker.cookies(settings)));
    activities.extend(policy.statistics.values().map(|one| maker.statistics(one)));
    activities.extend(maker.own());
    Register {
        policy,
        controllers: policy.controllers.values().collect(),
        joint: policy.joint.values().collect(),
        activities,
        custody: policy.custody.values().map(|one| maker.custody(one)).collect(),
        measures: policy.duties.values().filter(|duty| duty.security).collect(),
    }
}

/// The word under which `[own]` files a kind of record.
pub fn own_word(record: OwnRecord) -> &'static str {
    match record {
        OwnRecord::ConsentProof => "consent-proof",
        OwnRecord::Disclosures => "disclosures",
        OwnRecord::IdentityPapers => "identity-papers",
        OwnRecord::Refusals => "refusals",
        OwnRecord::Requests => "requests",
        OwnRecord::Log => "log",
    }
}

struct Maker<'p> {
    policy: &'p Policy,
    on: Day,
}

impl<'p> Maker<'p> {
    fn purpose(&self, purpose: &'p Purpose) -> Activity<'p> {
        let recipients = self.receivers(purpose);
        Activity {
            path: format!("purpose.{}", purpose.name),
            subject: Subject::Purpose(purpose),
            controllers: self.controllers(&purpose.controller),
            joint: self.policy.joint.values().filter(|one| one.purposes.contains(&purpose.name)).collect(),
            people: self.people(&purpose.people),
            sources: self.sources(&purpose.data),
            transfers: self.transfers(&recipients, &purpose.data),
            data: purpose.data.clone(),
            recipients,
        }
    }

    fn archive(&self, purpose: &'p Purpose) -> Option<Activity<'p>> {
        let archive = purpose.archive.as_ref()?;
        Some(Activity {
            path: format!("purpose.{}.archive", purpose.name),
            subject: Subject::Archive(purpose, archive),
            recipients: Vec::new(),
            transfers: self.transfers(&[], &purpose.data),
            ..self.purpose(purpose)
        })
    }

    fn disclosure(&self, disclosure: &'p Disclosure) -> Activity<'p> {
        let named = |one: &&'p Recipient| disclosure.to.iter().any(|to| to == one.id.as_str());
        let recipients: Vec<_> = self.policy.recipients.values().filter(named).collect();
        Activity {
            transfers: self.transfers(&recipients, &[]),
            data: disclosure.data.clone(),
            recipients,
            ..self.bare(format!("disclosure.{}", disclosure.id), Subject::Disclosure(disclosure))
        }
    }

    /// A row for each class of cookies, and one for those that belong to none.
    fn cookies(&self, settings: &'p CookieSettings) -> Vec<Activity<'p>> {
        let classes = settings.classes.values().map(|class| {
            let cookies = settings.cookies.values().filter(|one| one.classes.contains(&class.id));
            self.class(Some(class), cookies.collect())
        });
        let stray = settings.cookies.values();
        let stray: Vec<_> =
            stray.filter(|one| !one.classes.iter().any(|id| settings.classes.contains_key(id))).collect();
        let stray = (!stray.is_empty()).then(|| self.class(None, stray));
        classes.chain(stray).collect()
    }

    fn class(&self, class: Option<&'p CookieClass>, cookies: Vec<&'p Cookie>) -> Activity<'p> {
        let mut data: Vec<DataRef> = Vec::new();
        for datum in cookies.iter().flat_map(|one| &one.reads) {
            if !data.contains(datum) {
                data.push(datum.clone());
            }
        }
        let recipients = self.named(cookies.iter().filter_map(|one| one.recipient.as_ref()));
        let purpose = class.and_then(|class| class.purpose.as_ref());
        let purpose = purpose.and_then(|name| self.policy.purposes.get(name));
        let path = class.map_or_else(|| "cookies".to_owned(), |class| format!("cookie-class.{}", class.id));
        Activity {
            people: purpose.map(|one| self.people(&one.people)).unwrap_or_default(),
            transfers: self.transfers(&recipients, &[]),
            data,
            recipients,
            ..self.bare(path, Subject::Cookies(class, cookies))
        }
    }

    fn statistics(&self, statistics: &'p Statistics) -> Activity<'p> {
        let recipients = self.named(statistics.recipients.iter());
        Activity {
            transfers: self.transfers(&recipients, &[]),
            recipients,
            ..self.bare(format!("statistics.{}", statistics.id), Subject::Statistics(statistics))
        }
    }

    fn own(&self) -> Vec<Activity<'p>> {
        let records = self.policy.own.iter().map(|(record, retention)| Activity {
            people: self.policy.people.values().collect(),
            ..self.bare(format!("own.{}", own_word(*record)), Subject::Own(*record, retention))
        });
        records.collect()
    }

    fn custody(&self, custody: &'p Custody) -> Charge<'p> {
        let recipients = self.named(custody.recipients.iter());
        Charge {
            path: format!("custody.{}", custody.id),
            custody,
            processors: self.policy.controllers.values().collect(),
            transfers: self.transfers(&recipients, &custody.data),
            recipients,
        }
    }

    /// A row of the leading controller, with nothing in it yet.
    fn bare(&self, path: String, subject: Subject<'p>) -> Activity<'p> {
        Activity {
            path,
            subject,
            controllers: self.policy.controller().into_iter().collect(),
            joint: Vec::new(),
            people: Vec::new(),
            data: Vec::new(),
            sources: Vec::new(),
            recipients: Vec::new(),
            transfers: Vec::new(),
        }
    }

    fn controllers(&self, name: &ControllerName) -> Vec<&'p Controller> {
        self.policy.controllers.get(name).or_else(|| self.policy.controller()).into_iter().collect()
    }

    /// The kinds of people; none named means all of them.
    fn people(&self, kinds: &[PersonKind]) -> Vec<&'p People> {
        let all = self.policy.people.values();
        all.filter(|one| kinds.is_empty() || kinds.contains(&one.kind)).collect()
    }

    /// The recipients of a purpose: those it names, and those that name it.
    fn receivers(&self, purpose: &Purpose) -> Vec<&'p Recipient> {
        let all = self.policy.recipients.values();
        all.filter(|one| receives(one, purpose)).collect()
    }

    fn named<'n>(&self, names: impl Iterator<Item = &'n RecipientName>) -> Vec<&'p Recipient> {
        let names: Vec<&RecipientName> = names.collect();
        self.policy.recipients.values().filter(|one| names.contains(&&one.id)).collect()
    }

    fn sources(&self, data: &[DataRef]) -> Vec<&'p DataSource> {
        let gives = |source: &&'p DataSource| {
            source.gives.iter().any(|given| data.iter().any(|datum| datum.overlaps(given)))
        };
        let from = |source: &&'p DataSource| {
            let word = format!("source.{}", source.id);
            let mut categories = data.iter().filter_map(|datum| self.policy.data.get(&datum.category));
            categories.any(|category| {
                let fields = category.fields.values().flat_map(|field| &field.from);
                category.from.iter().chain(fields).any(|named| *named == word)
            })
        };
        self.policy.sources.values().filter(|source| gives(source) || from(source)).collect()
    }

    /// Where data leave the Economic Area: with these recipients, and by standing in a database
    /// elsewhere.
    fn transfers(&self, recipients: &[&'p Recipient], data: &[DataRef]) -> Vec<Transfer<'p>> {
        let stores = self.policy.stores.values().filter(|store| {
            let mut columns = store.tables.values().flat_map(|table| table.columns.values());
            columns.any(|held| data.iter().any(|datum| datum.overlaps(held)))
        });
        let by_recipients = recipients.iter().flat_map(|one| transfer::of_recipient(one, self.on));
        by_recipients.chain(stores.flat_map(|store| transfer::of_store(store, self.on))).collect()
    }
}

fn receives(recipient: &Recipient, purpose: &Purpose) -> bool {
    purpose.recipients.contains(&recipient.id) || recipient.purposes.contains(&purpose.name)
}
