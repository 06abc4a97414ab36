//! The shop: its purposes as one table, the policy of Kept that is made of it, and questions.

use std::fmt::Write;
use std::sync::Arc;

use anyhow::Context;
use kept_core::decision::{Act, Aim, FieldId, Gate, PurposeId, Question, RoleId};
use kept_core::policy::Policy;
use kept_core::policy::model::Channel;
use kept_core::policy::source::SourceFile;

use crate::chance::Chance;

/// Categories of data, with their fields.
pub(crate) const DATA: [(&str, &[&str]); 5] = [
    ("identification", &["name", "email", "phone", "birthday", "address"]),
    ("billing", &["iban", "amount", "invoice", "currency"]),
    ("usage", &["page", "device", "session", "duration", "country"]),
    ("support", &["question", "answer", "mood"]),
    ("orders", &["product", "price", "delivery", "size"]),
];

/// The roles of staff.
pub(crate) const ROLES: [&str; 4] = ["accounting", "support", "marketing", "audit"];

/// Recipients, with their country and whether an agreement is in force.
pub(crate) const RECIPIENTS: [(&str, &str, bool); 6] = [
    ("mailer", "FR", true),
    ("host", "NL", true),
    ("bank", "DE", true),
    ("carrier", "BE", true),
    ("broker", "FR", false),
    ("cloud", "IN", true),
];

/// The channels that questions are about.
pub(crate) const CHANNELS: [(Channel, &str); 3] =
    [(Channel::Email, "email"), (Channel::Phone, "phone"), (Channel::Sms, "sms")];

/// A purpose.
pub(crate) struct Use {
    pub(crate) name: &'static str,
    /// Whole categories, or single fields.
    pub(crate) data: &'static [&'static str],
    /// As the policy says it.
    pub(crate) basis: &'static str,
    pub(crate) keep: &'static str,
    /// The roles of its archive.
    pub(crate) archive: &'static [&'static str],
    pub(crate) roles: &'static [&'static str],
    pub(crate) recipients: &'static [&'static str],
    pub(crate) marketing: &'static [&'static str],
}

const CONSENT: &str = "\"consent\"";
const INTEREST: &str = "{ legitimate-interest = \"find misuse\" }";
const DUTY: &str = "{ legal-obligation = \"Code de commerce\" }";

/// Every purpose.
pub(crate) const USES: [Use; 10] = [
    Use {
        name: "newsletter",
        data: &["identification.name", "identification.email"],
        basis: CONSENT,
        keep: "3 years after collection",
        archive: &[],
        roles: &["marketing"],
        recipients: &["mailer", "cloud"],
        marketing: &["email", "sms"],
    },
    Use {
        name: "calls",
        data: &["identification.phone", "identification.name"],
        basis: CONSENT,
        keep: "1 year after collection",
        archive: &[],
        roles: &["marketing"],
        recipients: &["broker"],
        marketing: &["phone"],
    },
    Use {
        name: "accounting",
        data: &["billing", "identification.name", "identification.address"],
        basis: DUTY,
        keep: "1 year after collection, then 9 years in the archive",
        archive: &["accounting", "audit"],
        roles: &["accounting"],
        recipients: &["bank", "host"],
        marketing: &[],
    },
    Use {
        name: "delivery",
        data: &["identification", "orders"],
        basis: INTEREST,
        keep: "6 months after collection, then 1 year in the archive",
        archive: &["support"],
        roles: &["support"],
        recipients: &["carrier", "host"],
        marketing: &[],
    },
    Use {
        name: "helpdesk",
        data: &["support", "identification.name", "identification.email"],
        basis: INTEREST,
        keep: "2 years after collection",
        archive: &[],
        roles: &["support"],
        recipients: &["host", "broker"],
        marketing: &[],
    },
    Use {
        name: "statistics",
        data: &["usage"],
        basis: INTEREST,
        keep: "25 months after collection",
        archive: &[],
        roles: &["marketing", "support"],
        recipients: &["host"],
        marketing: &[],
    },
    Use {
        name: "security",
        data: &["usage.session", "usage.device", "identification.email"],
        basis: INTEREST,
        keep: "6 months after collection",
        archive: &[],
        roles: &["support", "audit"],
        recipients: &["host", "cloud"],
        marketing: &[],
    },
    Use {
        name: "orders",
        data: &["orders", "identification"],
        basis: INTEREST,
        keep: "5 years after collection",
        archive: &[],
        roles: &["support", "accounting"],
        recipients: &["carrier", "bank", "host"],
        marketing: &[],
    },
    Use {
        name: "prospecting",
        data: &["identification.email", "identification.phone"],
        basis: INTEREST,
        keep: "3 years after collection",
        archive: &[],
        roles: &["marketing"],
        recipients: &["mailer"],
        marketing: &["email", "phone"],
    },
    Use {
        name: "claims",
        data: &["support", "orders", "billing", "identification"],
        basis: INTEREST,
        keep: "1 year after collection, then 4 years in the archive",
        archive: &["audit"],
        roles: &["audit"],
        recipients: &["host"],
        marketing: &[],
    },
];

/// Every field by name.
pub(crate) fn fields() -> Vec<String> {
    DATA.iter()
        .flat_map(|(category, fields)| fields.iter().map(move |field| format!("{category}.{field}")))
        .collect()
}

/// The fields of a purpose by name.
pub(crate) fn fields_of(purpose: &Use) -> Vec<String> {
    let covers = |field: &String| {
        purpose.data.iter().any(|data| field == data || field.split('.').next() == Some(*data))
    };
    fields().into_iter().filter(covers).collect()
}

/// The shop with its gate.
#[derive(Debug)]
pub struct Shop {
    /// Its policy.
    pub policy: Arc<Policy>,
    /// The policy made ready.
    pub gate: Gate,
}

impl Shop {
    /// Reads the policy.
    ///
    /// # Errors
    /// When the made-up policy is none.
    pub fn new() -> anyhow::Result<Self> {
        let read = kept_core::policy::read(&[SourceFile::new("policy.toml", text()?)]);
        let policy = Arc::new(read.policy.context("the policy does not read")?);
        let gate = Gate::new(&policy, "2026-11-22".parse()?);
        Ok(Self { policy, gate })
    }
}

fn text() -> Result<String, std::fmt::Error> {
    let list = |names: &[&str]| names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
    let mut text = String::from(
        "edition = 1\n[controller.shop]\nname = \"Shop\"\ncountry = \"FR\"\nemail = \"privacy@shop.example\"\n[people]\ncustomer = \"buys\"\n",
    );
    for (category, fields) in DATA {
        let typed = fields.iter().map(|field| format!("{field} = \"text\"")).collect::<Vec<_>>().join(", ");
        writeln!(text, "[data.{category}]\nfields = {{ {typed} }}")?;
    }
    for one in &USES {
        writeln!(
            text,
            "[purpose.{}]\npeople = [\"customer\"]\ndata = [{}]\nbasis = {}\nkeep = \"{}\"\nrecipients = [{}]",
            one.name,
            list(one.data),
            one.basis,
            one.keep,
            list(one.recipients)
        )?;
        if !one.marketing.is_empty() {
            writeln!(text, "marketing = [{}]", list(one.marketing))?;
        }
        if !one.archive.is_empty() {
            writeln!(text, "archive = {{ reason = \"audits\", roles = [{}] }}", list(one.archive))?;
        }
    }
    for (name, country, agreed) in RECIPIENTS {
        writeln!(text, "[recipient.{name}]\nrole = \"processor\"\ncountry = \"{country}\"")?;
        if agreed {
            writeln!(text, "contract = 2023-01-01")?;
        }
    }
    for role in ROLES {
        let of: Vec<&str> = USES.iter().filter(|one| one.roles.contains(&role)).map(|one| one.name).collect();
        writeln!(text, "[role.{role}]\npurposes = [{}]", list(&of))?;
    }
    Ok(text)
}

/// A question, in names for Cedar and in numbers for Kept.
#[derive(Debug)]
pub struct Asked {
    /// Of whom, by place.
    pub person: usize,
    pub(crate) purpose: &'static str,
    pub(crate) verb: Verb,
    pub(crate) fields: Vec<String>,
    pub(crate) role: Option<&'static str>,
    numbers: Numbers,
}

#[derive(Debug)]
struct Numbers {
    purpose: PurposeId,
    act: Act,
    fields: Vec<FieldId>,
    role: Option<RoleId>,
}

/// What is to be done.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Verb {
    Read,
    Contact(&'static str),
    Disclose(&'static str),
}

impl Asked {
    /// The question as the gate takes it.
    pub fn question(&self) -> Question<'_> {
        let Numbers { purpose, act, fields, role } = &self.numbers;
        Question { aim: Aim::Purpose(*purpose), act: *act, fields, role: *role, exception: None }
    }

    /// The question in words.
    pub fn text(&self) -> String {
        format!("{:?} {:?} for {} as {:?}", self.verb, self.fields, self.purpose, self.role)
    }
}

/// Random questions: most about fields that the purpose needs, so that the later rules are reached too.
pub fn questions(shop: &Shop, people: usize, count: usize) -> Vec<Asked> {
    let mut chance = Chance::new(7);
    (0..count).filter_map(|_| question(shop, &mut chance, people)).collect()
}

fn question(shop: &Shop, chance: &mut Chance, people: usize) -> Option<Asked> {
    let purpose = chance.one(&USES);
    let own = if chance.percent(90) { fields_of(purpose) } else { fields() };
    let fields: Vec<String> = (0..=chance.below(4)).map(|_| chance.one(&own).clone()).collect();
    let (verb, act) = match chance.below(10) {
        0..=5 => (Verb::Read, Act::Read),
        6..=7 => {
            let (channel, word) = *chance.one(&CHANNELS);
            (Verb::Contact(word), Act::Contact(channel))
        }
        _ => {
            let any: Vec<&'static str> = RECIPIENTS.iter().map(|(name, ..)| *name).collect();
            let of = if chance.percent(70) { purpose.recipients } else { &any };
            let to = *chance.one(of);
            (Verb::Disclose(to), Act::Disclose(shop.gate.recipient(to)?))
        }
    };
    let of = if chance.percent(60) { purpose.roles } else { &ROLES };
    let role = chance.percent(60).then(|| *chance.one(of));
    let numbers = Numbers {
        purpose: shop.gate.purpose(purpose.name)?,
        act,
        fields: fields.iter().map(|name| shop.gate.field(name)).collect::<Option<_>>()?,
        role: match role {
            Some(role) => Some(shop.gate.role(role)?),
            None => None,
        },
    };
    Some(Asked { person: chance.below(people), purpose: purpose.name, verb, fields, role, numbers })
}
