//! Kept's own store: one SQL text on two engines (SQLite by default, PostgreSQL by URL), with
//! every value that could tell something about a person sealed under that person's own key.
//!
//! What lives here: opening and migrating the store, transactions, subjects and the blind indexes
//! by which they are found, timelines, requests, the table of work, store keys of held people, the
//! cache of grounds, the history of policies, the ledger's rows, keys and sealing, and scrubbing.
//! What does not: what any of it means (`kept-core`), the company's own databases
//! (`kept-connect`), and use cases (`kept-engine`). Nothing here reads a clock: instants are
//! arguments. All of it is synchronous.
//!
//! Under a number that tells nothing of the person stand in clear: the instants of an event, and of a collection
//! which data it brought for which purposes.
//! Free text, keys of rows, wordings, requests and plans are sealed.

pub mod application;
pub mod audit;
pub mod blind;
pub mod duty;
pub mod entry;
pub mod epoch;
pub mod exception;
pub mod fault;
mod flush;
pub mod ground;
pub mod holding;
pub mod keys;
mod link;
pub mod location;
pub mod once;
pub mod outbox;
pub mod policy;
pub mod prune;
pub mod random;
pub mod reference;
pub mod refusal;
pub mod request;
pub mod scrub;
pub mod subject;
pub mod sweep;
pub mod timeline;
pub mod together;
pub mod value;
pub mod vault;
pub mod way;
pub mod work;

mod database;
mod fold;
mod line;
mod member;
mod memory;
mod migrate;
mod people;
mod pool;
mod row;
mod statements;
mod store_key;
mod transaction;
mod waiter;
mod word;

pub use fault::Fault;
pub use keys::file::FileKeys;
pub use keys::{KeyName, KeyStore, Secret};
pub use location::{Location, Settings};
pub use scrub::Scrub;
pub use store_key::StoreKey;
pub use subject::SubjectId;
pub use transaction::Tx;
pub use vault::Vault;
