//! Retention over stores: the compiled form against the reference, and runs on every engine.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test's own set-up may fail loudly"
)]

/// The beginning of a small policy, up to its data.
macro_rules! head {
    () => {
        r#"
edition = 1
[controller.c]
name = "C"
country = "FR"
email = "a@example.com"
[notice]
version = 2020-01-01
languages = ["en"]
[people]
user = "u"
"#
    };
}

/// The same of a company that keeps contacts and a log.
macro_rules! contacts {
    () => {
        r#"edition = 1
[controller.c]
name = "C"
country = "FR"
post = "1 rue, 75001 Paris"
email = "a@c.example"
[notice]
version = 2020-01-01
languages = ["en"]
[people]
user = "has an account"
[rights]
reply = "1 month"
[data.contact]
fields = { email = "email", phone = "phone" }
[data.log]
fields = { page = "text" }
[purpose.contact]
people = ["user"]
data = ["contact"]
basis = "contract"
keep = "1 year after collection"
"#
    };
}

/// A shop with a newsletter and accounts.
macro_rules! shop {
    () => {
        r#"edition = 1
[controller.c]
name = "C"
country = "FR"
post = "1 rue, 75001 Paris"
email = "a@c.example"
[notice]
version = 2020-01-01
languages = ["en"]
[people]
user = "bought something"
[rights]
reply = "1 month"
[data.identification]
fields = { name = "person-name", email = "email" }
[data.invoice]
fields = { amount = "money" }
[purpose.newsletter]
people = ["user"]
data = ["identification"]
basis = "consent"
keep = "3 years after the last contact"
[purpose.accounts]
people = ["user"]
data = ["identification", "invoice"]
basis = { legal-obligation = "Code de commerce L123-22" }
keep = "10 years after collection"
"#
    };
}

#[path = "../support/endpoint.rs"]
#[expect(dead_code, reason = "troubles are asked for by the other suite")]
mod endpoint;
#[path = "../support/export.rs"]
mod export;

mod archived;
mod foretold;
mod found;
mod killed;
mod klivar;
mod property;
mod runs;
mod texts;
mod together;
mod told;
mod unread;
mod world;
