//! The same scenarios on SQLite, PostgreSQL and MariaDB: whatever the engine, the same rows are found,
//! read, changed and refused.

#![expect(clippy::expect_used, clippy::panic, reason = "a test's own set-up may fail loudly")]

mod bytes;
mod changing;
mod finding;
mod found;
mod indexed;
mod mapping;
mod mariadb;
mod postgres;
mod reading;
mod refusing;
mod samples;
mod scanning;
mod world;
