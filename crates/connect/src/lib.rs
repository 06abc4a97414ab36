//! The company's databases behind one small trait: SQLite, PostgreSQL, MariaDB, folders of files and
//! services behind HTTP, synchronous.
//!
//! A store is described, a person is found in it, their rows are read, a plan is carried out and
//! looked at again. What a row is kept for is decided elsewhere (`kept-core`); when to run what is
//! the engine's business (`kept-engine`). No clock, no retries but those of a call over HTTP, no threads of its own.

pub mod ahead;
pub mod apply;
pub mod check_map;
pub mod check_rows;
pub mod connector;
pub mod due;
pub mod engine;
pub mod fault;
pub mod files;
pub mod find;
pub mod http;
pub mod map;
pub mod marks;
pub mod page;
pub mod path;
pub mod private_mariadb;
pub mod private_postgres;
mod private_server;
pub mod reach;
pub mod read;
pub mod row_security;
mod rows;
pub mod scan;
pub mod schema;
mod share;
pub mod sql;
pub mod statistics;
pub mod tls;
mod walk;

pub use apply::{Applied, Cascade, Failed, Mode, Outcome, Possible, Refused, RefusedWhy, Stuck};
pub use check_map::{Finding, check_map};
pub use check_rows::{check_documents, check_rows};
pub use connector::{Connector, open, open_with, place};
pub use engine::{Access, Limits, Place, Session};
pub use fault::{Constraint, ConstraintKind, StoreFault};
pub use files::Folder;
pub use find::{Found, Via, found_twice};
pub use http::Endpoint;
pub use kept_core::ledger::Durable;
pub use schema::Schema;
