//! The same scenarios on SQLite, PostgreSQL, MariaDB and files: whatever the engine, the same rows are found,
//! read, changed and refused.

#![expect(clippy::expect_used, clippy::panic, reason = "a test's own set-up may fail loudly")]

mod bytes;
mod changing;
mod encrypted;
mod encrypted_servers;
#[path = "../support/endpoint.rs"]
mod endpoint;
#[path = "../support/export.rs"]
mod export;
mod files;
mod finding;
mod found;
mod http;
mod indexed;
mod mapping;
mod mariadb;
mod marking;
mod postgres;
mod reading;
mod refusing;
mod samples;
mod scanning;
mod world;
