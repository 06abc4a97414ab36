//! Figures: how long Kept takes over a large made-up company, each beside its target, and beside
//! the same work written by hand and measured in the same run.
//!
//! `kept bench` runs them; `cargo xtask figures` builds the release and adds what can only be seen
//! from outside. No test asserts a time. Not here: the made-up company (`demo`).

pub(crate) mod audience;
pub(crate) mod audit;
mod bytes;
mod figure;
pub(crate) mod gdpr;
mod hand;
pub(crate) mod http;
pub(crate) mod large;
mod policy;
mod store;
mod sweep;
mod world;

use std::path::Path;

use self::figure::memory_peak;
pub(crate) use self::figure::{Figure, markdown, table};
pub(crate) use self::policy::figures as of_policies;
pub(crate) use self::world::make;
use self::world::{On, World};

/// What is measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Order {
    /// Accounts of the made-up shop.
    pub(crate) people: u32,
    /// Whether PostgreSQL is measured too.
    pub(crate) postgres: bool,
}

/// Measures everything and tells each part as it begins.
///
/// # Errors
/// When the company can't be made, or an answer fails: a figure of work that failed is none.
pub(crate) fn run(order: &Order, say: &mut dyn FnMut(&str)) -> anyhow::Result<Vec<Figure>> {
    let engines: &[On] = if order.postgres { &[On::Sqlite, On::Postgres] } else { &[On::Sqlite] };
    let mut figures = Vec::new();
    for on in engines {
        say(&format!("{}: making a company of {} accounts", on.word(), order.people));
        let world = World::new(*on, order.people)?;
        say(&format!("{}: {} rows; sweeping a copy", on.word(), world.rows()));
        figures.extend(sweep::figures(&world)?);
        say(&format!("{}: answering people", on.word()));
        figures.extend(store::figures(&world)?);
        say(&format!("{}: looking for bytes", on.word()));
        figures.extend(bytes::figures(*on)?);
    }
    if let Some(peak) = memory_peak(Path::new("/proc/self/status")) {
        figures.push(Figure::new("peak resident memory of all of this", "both", peak, "MB").under(100.0));
    }
    Ok(figures)
}
