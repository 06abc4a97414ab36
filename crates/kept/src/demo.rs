//! A made-up company for `kept demo` and for figures: Feuillevent, which sends garden boxes by
//! subscription, with a shop and a support desk, some thousand people, and the disorder of any
//! company that starts.
//!
//! Everything is invented and the same on every run: names from short lists, addresses under
//! `example.org`, telephone numbers that are reserved for fiction, days counted back from the day
//! that is given. Here: what is made, and how much. How it is written is in `sqlite` and
//! `postgres`; the company's policy is in `policy`. Not here: the command (`commands::demo`).

mod desk;
mod life;
mod names;
pub(crate) mod policy;
mod postgres;
mod random;
mod schema;
mod shop;
mod sqlite;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use std::path::Path;

use anyhow::Context;
use kept_core::time::Day;

use self::policy::DeskAt;
pub(crate) use self::postgres::fill as fill_postgres;
pub(crate) use self::sqlite::fill as fill_sqlite;

/// The person who has rows everywhere: account, orders, invoices, messages, tickets, logs, and a
/// mention in somebody else's ticket. Her account was closed some weeks ago.
pub(crate) const ADA: &str = "ada.martin@example.org";

/// The person with very many rows, in stores that are made for figures.
pub(crate) const HEAVY: &str = "grace.milliers@example.org";

/// Which of the company's two databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    /// Accounts, orders, invoices, messages, prospects.
    Shop,
    /// Contacts, tickets, notes, requests.
    Desk,
}

/// How much is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scale {
    /// Accounts of the shop; about two in five of their holders wrote to the desk.
    pub(crate) people: u32,
    /// Prospects for every hundred accounts.
    pub(crate) prospects_percent: u32,
    /// Orders of one account, at most; each has an invoice.
    pub(crate) orders_max: u32,
    /// Log entries of one account, at most.
    pub(crate) events_max: u32,
    /// One account in so many wrote to another member.
    pub(crate) writers_one_in: u32,
    /// Log entries of the person with very many rows; zero for none such.
    pub(crate) heavy_rows: u32,
    /// Whether every index is there; the demo leaves one out, for `check --stores` to find.
    pub(crate) every_index: bool,
}

impl Scale {
    /// A company of this many customers, as the demo shows it.
    pub(crate) fn demo(people: u32) -> Self {
        Self {
            people: people.max(PEOPLE_MIN),
            prospects_percent: 20,
            orders_max: 5,
            events_max: 7,
            writers_one_in: 3,
            heavy_rows: 0,
            every_index: false,
        }
    }

    /// A company of this many customers; from a million on, the one that figures are taken on.
    pub(crate) fn of(people: u32) -> Self {
        if people < 1_000_000 { Self::demo(people) } else { Self { people, ..Self::million() } }
    }

    /// A million accounts with fewer rows each, every index there, and one person with ten
    /// thousand rows.
    pub(crate) fn million() -> Self {
        Self {
            people: 1_000_000,
            prospects_percent: 5,
            orders_max: 1,
            events_max: 2,
            writers_one_in: 20,
            heavy_rows: 10_000,
            every_index: true,
        }
    }
}

/// The people whose lives are told one by one need this many others around them.
const PEOPLE_MIN: u32 = 50;

/// Makes the whole company in a folder: its policy, its shop in a file, and its desk on PostgreSQL
/// by this URL, or in a file where there is none.
///
/// # Errors
/// When the folder already holds a company, or something can't be written.
pub(crate) fn make(folder: &Path, scale: &Scale, desk: Option<&str>, today: Day) -> anyhow::Result<Made> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("can't make the folder `{}`", folder.display()))?;
    let shop = fill_sqlite(&folder.join(policy::SHOP_FILE), Which::Shop, scale, today)?;
    let (at, desk) = match desk {
        Some(url) => (DeskAt::Postgres, fill_postgres(url, Which::Desk, scale, today)?),
        None => (DeskAt::File, fill_sqlite(&folder.join(policy::DESK_FILE), Which::Desk, scale, today)?),
    };
    policy::write(folder, at)?;
    Ok(Made { shop, desk })
}

/// A whole company, as it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Made {
    /// What the shop holds.
    pub(crate) shop: Counts,
    /// What the desk holds.
    pub(crate) desk: Counts,
}

/// What was made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Rows by table.
    pub(crate) rows: BTreeMap<&'static str, u64>,
    /// Rows that should no longer be as they are, by the way in which they are overdue.
    pub(crate) overdue: BTreeMap<Overdue, u64>,
}

impl Counts {
    /// All rows together.
    pub(crate) fn total(&self) -> u64 {
        self.rows.values().sum()
    }

    fn overdue(&mut self, way: Overdue, rows: u64) {
        if rows > 0 {
            *self.overdue.entry(way).or_default() += rows;
        }
    }
}

/// A way in which rows are overdue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Overdue {
    /// Accounts that were closed, with a password still there.
    ClosedWithPassword,
    /// Accounts closed up to five years ago that were not put into the archive.
    AccountNotArchived,
    /// Accounts closed more than five years ago, with an address still there.
    ClosedFiveYears,
    /// Orders of accounts closed up to five years ago that were not put into the archive.
    OrderNotArchived,
    /// Orders of accounts closed more than five years ago.
    OrderFiveYears,
    /// Invoices of accounts closed more than ten years ago.
    InvoiceTenYears,
    /// Accounts whose newsletter was stopped, with the topics still there.
    NewsletterStopped,
    /// Accounts not heard of for three years, with the topics of a newsletter still there.
    NewsletterSilent,
    /// Prospects not heard of for three years.
    ProspectSilent,
    /// Prospects who said no and are still there.
    ProspectStopped,
    /// Messages between members of more than two years ago.
    MessageTwoYears,
    /// The shop's log entries of more than one year ago.
    UsageOneYear,
    /// The desk's log entries of more than one year ago.
    DeskLogOneYear,
    /// Contacts whose last exchange was more than three years ago; their tickets are as old.
    ContactThreeYears,
    /// Requests whose calendar year and two more are over.
    RequestOver,
    /// Requests of the last two calendar years that were not put into the archive.
    RequestNotArchived,
}
