//! The tables of the language in the order of the reference, each with a short worked example.
//!
//! The examples together are one policy, that of a made-up company, and a test reads it: what the
//! reference shows is what the reader takes.

/// A table of the language, as the reference shows it.
#[derive(Clone, Copy, Debug)]
pub struct Shown {
    /// Its name at the top of a policy.
    pub table: &'static str,
    /// What is said about it before its keys; empty if its keys say all.
    pub about: &'static str,
    /// How it looks at work.
    pub example: &'static str,
}

/// Tables about one subject.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// The subject.
    pub title: &'static str,
    /// Its tables.
    pub tables: &'static [Shown],
}

const fn shown(table: &'static str, about: &'static str, example: &'static str) -> Shown {
    Shown { table, about, example }
}

/// Every table, by subject.
pub const GROUPS: &[Group] = &[
    Group { title: "The policy and its notice", tables: NOTICE },
    Group { title: "People and their data", tables: DATA },
    Group { title: "Purposes", tables: PURPOSES },
    Group { title: "Who else gets data, and where they are", tables: PARTIES },
    Group { title: "Cookies and statistics", tables: COOKIES },
    Group { title: "Rights and promises", tables: PROMISES },
    Group { title: "Databases", tables: STORES },
];

const NOTICE: &[Shown] = &[
    shown("edition", "", "edition = 1\n"),
    shown(
        "controller",
        "The first controller leads: days are counted in its zone.",
        r#"[controller.acme]
name = "Acme SAS"
registered = { siren = "732829320" }
country = "FR"
post = "1 rue Haute, 75001 Paris"
email = "privacy@acme.example"
officer = "dpo@acme.example"
affiliates = "the companies of the Acme group"
"#,
    ),
    shown(
        "notice",
        "",
        r#"[notice]
version = 2026-01-01
languages = ["en"]

[notice.changes]
minor = ["page"]
significant = ["page", "at next sign-in"]
before = "30 days"
"#,
    ),
    shown(
        "link",
        "",
        r#"[link.security]
title = "How we protect data"
url = "https://acme.example/security"
"#,
    ),
];

const DATA: &[Shown] = &[
    shown(
        "people",
        "",
        r#"[people]
visitor = "visits the site"
prospect = "showed interest"
employee = "works for us"

[people.customer]
who = "bought something"
at-least = { age = 16, known-by = "declaration" }
"#,
    ),
    shown(
        "children",
        "",
        r#"[children]
offered = false
consent-age = "by residence"
guardian = { proof = "relation", confirms = "by e-mail" }
on-report = "We erase a child's data within 3 days."
"#,
    ),
    shown(
        "data",
        "A category is a closed list of fields. Wherever data are named, a category, a field of one \
         (`contact.email`) or a group may stand.",
        r#"[data.contact]
title = "Contact data"
from = ["person", "source.register"]
collected = "when you write to us or order"

[data.contact.fields]
name = "person-name"
email = "email"
photo = { type = "file", optional = true }
note = { type = "free-text", optional = true, screen = { within = "14 days", roles = ["support"], words = ["pregnan*"] } }

[data.order]
fields = ["number", "amount", "date"]

[data.payment.fields]
card = "card-number"
account = { type = "text", shown = "last 4" }

[data.usage]
fields = { address = { type = "ip-address", shown = "network" }, page = "text" }
from = "cookies"

[data.calls]
fields = { recording = "file" }
about = ["customer", "employee"]
tell = "before recording"

[data.diet]
fields = ["allergy"]
special = "health"
"#,
    ),
    shown(
        "group",
        "A group may hold groups.",
        r#"[group.customer-file]
title = "Customer file"
of = ["contact", "order"]
"#,
    ),
    shown(
        "source",
        "",
        r#"[source.register]
name = "The company register"
gives = ["contact.name"]
public = true
told = "at the first contact, within 1 month at most"
"#,
    ),
    shown(
        "event",
        "Events date everything: grounds begin, renew and end with them. The built-in ones are listed \
         under [retention sentences](#retention-sentences). Only acts of the person may renew a period.",
        r#"[event.last-contact]
acts = ["reply", "click", "order"]

[event.order-placed]
title = "the placing of the order"

[event.project-end]
title = "the end of the project"
ends = true
"#,
    ),
];

const PURPOSES: &[Shown] = &[
    shown(
        "purpose",
        "Each statement about a purpose is filed under its path, `purpose.billing.keep`, in every \
         language and form. A basis is one for all, or a list of parts of the people in which the first \
         that fits counts.",
        r#"[purpose.orders]
title = "Orders"
description = "To send what you ordered."
people = ["customer"]
data = ["customer-file"]
basis = "contract"
keep = "for the contract, then 5 years in the archive"
recipients = ["hosting", "carrier", "resellers"]
archive = { reason = "claims", roles = ["legal"] }

[purpose.books]
title = "Accounts"
people = ["customer"]
data = ["order", "payment"]
basis = { legal-obligation = "Code de commerce L123-22" }
keep = "10 years after collection"
frozen = { once = "order-placed", law = "Code de commerce L123-22" }

[purpose.newsletter]
title = "Newsletter"
people = ["customer", "prospect"]
data = ["contact.email"]
basis = [
  { for = ["customer"], while = "contract", legitimate-interest = "tell customers of similar goods", opt-out = "at collection and in each message" },
  { for = "others", consent = "given" },
]
marketing = ["email"]
unsubscribe = true
reconfirm = "every 24 months"
keep = "3 years after the latest of collection and last-contact"
recipients = ["mailer"]

[purpose.catering]
title = "Meals at events"
people = ["customer"]
data = ["diet"]
basis = { consent = "explicit" }
special = { health = "9(2)(a)" }
keep = { criterion = "until the event is over", ends = "project-end", at-most = "1 year" }

[purpose.order-evidence]
title = "Proof of orders by telephone"
people = ["customer"]
data = ["calls"]
basis = { legitimate-interest = "show what was ordered" }
only = { calls = "tag is order-details" }
keep = "30 days after collection"

[purpose.figures]
title = "Which pages are read"
people = ["visitor"]
data = ["usage"]
basis = "consent"
keep = "13 months after collection, then anonymised"
uses-also = [{ data = "order.date", collected-for = "orders", compatible = "assessments/figures.md", on = 2026-01-01 }]

[purpose.figures.decides]
what = "which articles you see first"
logic = "what others read"
effect = "the order of a page, nothing more"
allowed-by = "explicit consent"
human = "support shows the plain list on request"
"#,
    ),
    shown(
        "message",
        "",
        r#"[message.parcel]
title = "Your parcel is on its way"
class = "essential"
purpose = "orders"
why = "you wait for it"
channels = ["email", "in-product"]
"#,
    ),
    shown("decisions", "", "[decisions]\nprofiling = \"none\"\n"),
    shown(
        "form",
        "",
        r#"[form.order]
title = "Order form"
purpose = "orders"
fields = ["contact.name", "contact.email"]
consents = ["newsletter"]
notice = "linked"
"#,
    ),
];

const PARTIES: &[Shown] = &[
    shown(
        "recipient",
        "",
        r#"[recipient.hosting]
name = "Hosting provider"
country = "FR"
contract = 2025-11-06
due-diligence = 2025-10-01

[recipient.mailer]
name = "Mail service"
country = "US"
seat = "US"
contract = 2025-11-06
safeguard = "standard contractual clauses of 2021"
copy = "on request"
necessity = "no provider in the Union has this service"
settings = "openings are not counted"

[recipient.carrier]
name = "The carrier"
role = "controller"
country = "FR"
data = ["contact.name"]

[recipient.agency]
name = "Event agency"
role = "joint"
country = "BE"
purposes = ["catering"]

[recipient.resellers]
name = "Certified resellers"
role = "controller"
country = "FR"
purposes = ["orders"]
data = ["order"]
linked-to = "contract"
certified-members = true

[recipient.resellers.members]
north = { name = "North Advice", certified = 2025-03-01, until = 2028-02-29 }
"#,
    ),
    shown(
        "joint",
        "",
        r#"[joint.events]
with = "the event agency"
purposes = ["catering"]
essence = "Each answers requests about its own list."
"#,
    ),
    shown(
        "disclosure",
        "",
        r#"[disclosure.courts]
title = "Demands of courts"
to = "authority"
basis = { legal-obligation = "Code de procédure pénale 60-1" }
needs = ["legal reference", "scope", "approval by legal"]
tell = { before = "5 days", unless = "a named law forbids it", then = "when the ban ends" }
secrecy = { roles = ["legal"], law = "the law on the intelligence services" }
"#,
    ),
    shown(
        "custody",
        "No purpose and no basis belong here: the data are the customer's.",
        r#"[custody.samples]
title = "Sample databases"
for = "customer"
under = "the processing agreement"
tasks = ["testing"]
keep = "for the contract, then 30 days"
then = "return or erase"
requests = "pass on in 2 working days"
"#,
    ),
    shown(
        "transfers",
        "",
        r#"[transfers]
statement = "Data are mainly hosted in the Union."
prefer = ["EU"]
otherwise = ["reason", "safeguard", "agreement"]
copy = "on request"
"#,
    ),
    shown("place", "", "[place.cloud]\ntitle = \"Cloud services\"\nonly = [\"EU\"]\n"),
];

const COOKIES: &[Shown] = &[
    shown(
        "cookies",
        "",
        r#"[cookies]
statement = "We set no cookie without your choice."
placed = "after consent"
refuse = "as easily as accept"
choice-kept = "6 months"
"#,
    ),
    shown(
        "cookie-class",
        "",
        r#"[cookie-class.traffic]
title = "Counting visits"
why = "to know which pages are read"
consent = true
life = "13 months from first set"
purpose = "figures"
"#,
    ),
    shown(
        "cookie",
        "A cookie of several classes needs consent to all of them, and has the shortest life.",
        r#"[cookie.visits]
name = ["_visits", "_visits_*"]
classes = ["traffic"]
life = "6 months"
reads = ["usage.address"]
"#,
    ),
    shown(
        "statistics",
        "",
        r#"[statistics.web]
title = "Visits of our site"
counts = ["page", "country"]
reads = ["usage.address"]
drops = ["usage.address"]
smallest-group = 5
"#,
    ),
];

const PROMISES: &[Shown] = &[
    shown(
        "rights",
        "",
        r#"[rights]
reply = "1 month"
fee = "never"
identity = "when in doubt"
channels = ["form", "email"]

[rights.access]
yourself = "in your account"

[rights.erasure]
reply = { data = ["order"], within = "30 days", backups = "60 days from the request" }
ends = ["contact.photo"]

[rights.agent]
proof = "a signed letter"
person-confirms = "in writing"
papers = "destroyed after the check"
"#,
    ),
    shown(
        "rights-for",
        "",
        r#"[rights-for.california]
for = "residents of US-CA"
reply = "45 days"
confirm = "10 working days"
look-back = "at least 12 months"
sells = false
sensitive = false
"#,
    ),
    shown(
        "never",
        "What is never done, no consent opens. Names of your own say anything else.",
        r#"[never]
sell = true
track = true
rent = "We never rent out addresses."
"#,
    ),
    shown(
        "own",
        "",
        r#"[own]
consent-proof = "5 years after consent-end"
disclosures = "3 years after the disclosure"
identity-papers = "until verified, at most 1 month"
refusals = { criterion = "as long as the refusal holds", review = "every 3 years" }
"#,
    ),
    shown(
        "duty",
        "",
        r#"[duty.due-diligence]
what = "Look at a processor before it gets data"
owner = "legal"
every = "1 year"
before = "first disclosure to a processor"
evidence = "the signed report"
"#,
    ),
    shown(
        "role",
        "",
        r#"[role.legal]
title = "Legal department"
needs = ["secrecy"]

[role.support]
title = "Customer support"
purposes = ["orders"]
needs = ["secrecy", "training", "mfa"]
"#,
    ),
];

const STORES: &[Shown] = &[
    shown(
        "store",
        "Only tables with personal data are mapped. Every row belongs to a person in the end: it is one \
     (`person`), has an owner (`owned-by`), or is shared.",
        r#"[store.shop]
engine = "postgres"
url = { env = "SHOP_URL" }
zone = "Europe/Paris"
place = "cloud"
server = "FR"
not-personal = ["schema_migrations"]
row-security = { see = ["case_handlers"] }

[store.shop.table.accounts]
person = "customer"
key = "id"
identifies = { email = "email" }
columns = { full_name = "contact.name", email = "contact.email" }
events = { contract-start = "created_at", contract-end = { column = "closed_at", null = "not yet" }, last-contact = "latest of orders.ordered_at" }
consents = { newsletter = { given = "optin_at", withdrawn = "optout_at" } }
archive = { table = "accounts_archive" }
restricted = { column = "is_restricted" }

[store.shop.table.orders]
owned-by = { accounts = "account_id" }
columns = { number = "order.number", amount = "order.amount" }
events = { collection = "ordered_at" }
occasion = { contract = "contract_id" }
frozen = { once = "invoiced_at", law = "C. com. L123-22" }
"#,
    ),
    shown(
        "webhook",
        "Told at least once, in order for each person; the guide to webhooks shows what is sent.",
        r#"[webhook.crm]
url = { env = "CRM_HOOK_URL" }
secret = { env = "CRM_HOOK_SECRET" }
identifier = "email"
tells = ["consent-withdrawn", "objected", "erased"]
"#,
    ),
];
