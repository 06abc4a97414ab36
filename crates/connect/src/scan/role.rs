//! What the rows of each table are: people, things of people, pairs, or nothing personal; and what
//! the ways between tables mean.

use std::collections::BTreeSet;

use super::column::{self, Judged};
use super::reference::Reference;
use super::sample::Seen;
use super::telling::{consents, events, holds_dates, is_told, key, other_field};
use super::words::{self, Part};
use super::{ColumnScan, LinkScan, Means, Role, Sure, TableScan, What};
use crate::schema::{Column, Schema, Table};

/// By what a person is named.
const NAMES: &[What] = &[What::Name, What::LastName, What::FirstName];

/// By what a person is reached or told apart.
const CONTACTS: &[What] = &[What::Email, What::Login, What::NationalNumber, What::Phone];

struct Assigner<'a> {
    schema: &'a Schema,
    seen: &'a [Seen<'a>],
    judged: &'a [Judged],
    references: &'a [Reference],
    roles: Vec<(Role, Sure, String)>,
}

/// Says of each table what its rows are.
pub(super) fn assign(
    schema: &Schema,
    seen: &[Seen<'_>],
    judged: Vec<Judged>,
    references: &[Reference],
) -> Vec<TableScan> {
    let nothing =
        (Role::NotPersonal, Sure::Likely, "no column looks personal and no way leads to a person".to_owned());
    let roles = vec![nothing; schema.tables.len()];
    let mut assigner = Assigner { schema, seen, judged: &judged, references, roles };
    assigner.views();
    assigner.people();
    assigner.owned();
    assigner.between();
    assigner.rest();
    (0..schema.tables.len()).filter_map(|place| assigner.scan(place)).collect()
}

impl<'a> Assigner<'a> {
    fn role(&self, place: usize) -> Role {
        self.roles.get(place).map_or(Role::NotPersonal, |(role, _, _)| *role)
    }

    fn set(&mut self, place: usize, role: Role, sure: Sure, reason: impl Into<String>) {
        if let Some(own) = self.roles.get_mut(place) {
            *own = (role, sure, reason.into());
        }
    }

    fn table(&self, place: usize) -> Option<&'a Table> {
        self.schema.tables.get(place)
    }

    fn name(&self, place: usize) -> String {
        self.table(place).map(Table::full_name).unwrap_or_default()
    }

    fn has(&self, place: usize, kinds: &[What]) -> bool {
        self.judged.get(place).is_some_and(|judged| judged.has(kinds))
    }

    /// The same, with what is only a weak sign elsewhere.
    fn has_weak(&self, place: usize, kinds: &[What]) -> bool {
        self.has(place, kinds)
            || self
                .judged
                .get(place)
                .is_some_and(|judged| judged.of_people.iter().any(|one| kinds.contains(&one.what)))
    }

    fn from(&self, place: usize) -> impl Iterator<Item = &'a Reference> + use<'a> {
        self.references.iter().filter(move |one| one.from == place)
    }

    fn views(&mut self) {
        for (place, table) in self.schema.tables.iter().enumerate() {
            if let Some(parent) = &table.parent {
                self.set(place, Role::View, Sure::Certain, format!("its rows are shown by `{parent}` too"));
            } else if table.is_view {
                self.set(place, Role::View, Sure::Certain, "a view: its rows are those of other tables");
            }
        }
    }

    /// Tables of people: first those that are called so, then those that look it.
    fn people(&mut self) {
        let open: Vec<usize> =
            (0..self.schema.tables.len()).filter(|place| self.role(*place) != Role::View).collect();
        let is_called = |place: &usize| self.table(*place).is_some_and(|table| words::is_people(&table.name));
        let called: Vec<usize> = open.iter().copied().filter(is_called).collect();
        for place in called {
            let is_somebody = self.has_weak(place, NAMES)
                || self.has(place, CONTACTS)
                || self.has(place, &[What::BirthDate]);
            if is_somebody && !self.is_detail(place) {
                let name = self.name(place);
                self.set(
                    place,
                    Role::Person,
                    Sure::Certain,
                    format!("`{name}` means people, and its rows name or reach them"),
                );
            }
        }
        for place in open {
            if self.role(place) == Role::Person || self.leads_to_people(place) {
                continue;
            }
            let named = self.has(place, NAMES);
            let reached = self.has(place, &[What::Email, What::Login, What::NationalNumber]);
            let is_alone = reached && self.is_told_apart(place);
            if named && (reached || self.has(place, &[What::Phone, What::BirthDate])) {
                self.set(place, Role::Person, Sure::Likely, "its rows name people and say how to reach them");
            } else if is_alone {
                self.set(place, Role::Person, Sure::Guess, "each row has an address of its own");
            }
        }
    }

    /// Whether the rows of a table that is called after people only say more about rows of another:
    /// one column leads there, and nobody is named or reached here.
    fn is_detail(&self, place: usize) -> bool {
        let is_named_here = self.has(place, NAMES) && self.has(place, &[What::Email, What::Login]);
        !is_named_here
            && self.from(place).any(|one| {
                let target = self.table(one.to);
                let part = words::part(&one.column);
                one.to != place
                    && part != Part::Mention
                    && part != Part::Sharer
                    && one.sure > Sure::Guess
                    && target.is_some_and(|target| words::is_people(&target.name))
                    && (self.has(one.to, CONTACTS) || self.has_weak(one.to, NAMES))
            })
    }

    fn leads_to_people(&self, place: usize) -> bool {
        self.from(place).any(|one| {
            one.to != place && self.role(one.to) == Role::Person && words::part(&one.column) != Part::Mention
        })
    }

    /// Whether nearly every row has an address that no other has.
    fn is_told_apart(&self, place: usize) -> bool {
        let Some(address) =
            self.judged.get(place).and_then(|judged| judged.find(&[What::Email, What::Login]))
        else {
            return false;
        };
        let Some(seen) = self.seen.get(place) else { return false };
        let column = seen.table.columns.iter().position(|column| column.name == address.column);
        let tally = column.and_then(|column| seen.tallies.get(column));
        tally.is_some_and(|tally| tally.distinct * 10 >= tally.count * 9)
    }

    /// Tables whose rows belong to people, or to rows that do.
    fn owned(&mut self) {
        loop {
            let mut more = Vec::new();
            for place in 0..self.schema.tables.len() {
                if self.role(place) != Role::NotPersonal {
                    continue;
                }
                if let Some(owner) = self.from(place).find(|one| self.owns(one)) {
                    let target = self.name(owner.to);
                    more.push((
                        place,
                        owner.sure,
                        format!("its rows lead to `{target}` by `{}`", owner.column),
                    ));
                }
            }
            if more.is_empty() {
                return;
            }
            for (place, sure, reason) in more {
                self.set(place, Role::Owned, sure, reason);
            }
        }
    }

    /// Whether a reference makes its row somebody's.
    fn owns(&self, one: &Reference) -> bool {
        let part = words::part(&one.column);
        let is_thing = self.table(one.from).is_some_and(|table| words::is_things(&table.name));
        let is_weak = one.sure == Sure::Guess && !one.is_key && is_thing;
        one.to != one.from
            && !is_weak
            && match self.role(one.to) {
                Role::Person => part != Part::Mention && !self.is_mentioned_staff(one),
                Role::Owned => part != Part::Mention && !is_thing,
                _ => false,
            }
    }

    /// A member of staff in a row that leads to somebody else too.
    fn is_mentioned_staff(&self, one: &Reference) -> bool {
        let is_staff = self.table(one.to).is_some_and(|table| words::is_staff(&table.name));
        let elsewhere = |other: &Reference| {
            other.column != one.column
                && other.to != one.to
                && (self.role(other.to) == Role::Person || self.role(other.to) == Role::Owned)
        };
        is_staff && self.from(one.from).any(elsewhere)
    }

    /// Tables that hold pairs of a row of people and a row of something else.
    fn between(&mut self) {
        for place in 0..self.schema.tables.len() {
            if self.role(place) != Role::Owned || self.has(place, CONTACTS) || self.has(place, NAMES) {
                continue;
            }
            let Some(table) = self.table(place) else { continue };
            let leading: BTreeSet<&str> = self.from(place).map(|one| one.column.as_str()).collect();
            let is_plain = |column: &Column| {
                leading.contains(column.name.as_str())
                    || table.primary_key.contains(&column.name)
                    || words::is_technical(&column.name)
                    || words::told(&column.name).is_some()
            };
            if leading.len() == 2 && table.columns.iter().all(is_plain) {
                let (_, sure, _) =
                    self.roles.get(place).cloned().unwrap_or((Role::Owned, Sure::Guess, String::new()));
                self.set(place, Role::Between, sure, "its rows are pairs of rows of two other tables");
            }
        }
    }

    /// Tables that nothing leads from, and those reached through pairs.
    fn rest(&mut self) {
        for place in 0..self.schema.tables.len() {
            if self.role(place) != Role::NotPersonal {
                continue;
            }
            if let Some((between, _)) = self.pair(place).filter(|_| self.is_personal(place)) {
                let name = self.name(between);
                self.set(
                    place,
                    Role::Owned,
                    Sure::Likely,
                    format!("pairs in `{name}` give its rows to people"),
                );
            } else if let Some(one) = self.pointing(place).filter(|_| self.is_personal(place)) {
                let name = self.name(one.from);
                self.set(
                    place,
                    Role::Owned,
                    one.sure,
                    format!("people in `{name}` point to its rows by `{}`", one.column),
                );
            } else if self.is_personal(place) {
                self.set(
                    place,
                    Role::Unowned,
                    Sure::Guess,
                    "it has columns that look personal, and nothing says whose its rows are",
                );
            } else if self.from(place).any(|one| self.role(one.to) == Role::Person && one.sure > Sure::Guess)
            {
                self.set(
                    place,
                    Role::Mentions,
                    Sure::Likely,
                    "nothing in it is personal but who is mentioned",
                );
            }
        }
    }

    /// Whether a table has a column that is personal by itself.
    fn is_personal(&self, place: usize) -> bool {
        const SELDOM: &[What] =
            &[What::Name, What::City, What::Country, What::Location, What::Picture, What::Organisation];
        let is_thing = self.table(place).is_some_and(|table| words::is_things(&table.name));
        self.judged.get(place).is_some_and(|judged| {
            judged
                .personal
                .iter()
                .any(|one| one.sure > Sure::Guess && !SELDOM.contains(&one.what) && !is_thing)
        })
    }

    /// The table of pairs that leads from people to a table, with its two ways: to it and to them.
    fn pair(&self, place: usize) -> Option<(usize, (&'a Reference, &'a Reference))> {
        let to_it =
            self.references.iter().filter(move |one| one.to == place && self.role(one.from) == Role::Between);
        to_it.clone().find_map(|row| {
            let owner = self
                .from(row.from)
                .find(|one| one.column != row.column && self.role(one.to) == Role::Person)?;
            Some((row.from, (row, owner)))
        })
    }

    /// A way by which people point to rows of a table, as to their address.
    fn pointing(&self, place: usize) -> Option<&'a Reference> {
        self.references.iter().find(|one| {
            one.to == place
                && one.from != place
                && self.role(one.from) == Role::Person
                && words::part(&one.column) != Part::Mention
                && self.table(one.from).is_some_and(|table| table.primary_key.len() == 1)
        })
    }

    fn scan(&self, place: usize) -> Option<TableScan> {
        let (role, sure, reason) = self.roles.get(place).cloned()?;
        let (table, seen) = (self.table(place)?, self.seen.get(place)?);
        let is_mapped = matches!(role, Role::Person | Role::Owned | Role::Between | Role::Unowned);
        let links = if is_mapped || role == Role::Mentions { self.links(place) } else { Vec::new() };
        let columns = match role {
            Role::Person | Role::Owned => self.columns(place, true),
            Role::Unowned => self.columns(place, false),
            _ => Vec::new(),
        };
        Some(TableScan {
            table: table.full_name(),
            rows: table.rows_estimate,
            sampled: seen.rows,
            unread: seen.unread.clone(),
            role,
            sure,
            reason,
            key: if is_mapped { key(table, seen) } else { Vec::new() },
            identifies: if role == Role::Person { self.identifies(place) } else { Vec::new() },
            columns,
            links,
            events: if matches!(role, Role::Person | Role::Owned) {
                events(table, seen, role)
            } else {
                Vec::new()
            },
            consents: if matches!(role, Role::Person | Role::Owned) {
                consents(table, seen)
            } else {
                Vec::new()
            },
        })
    }

    fn identifies(&self, place: usize) -> Vec<(String, String)> {
        let Some(judged) = self.judged.get(place) else { return Vec::new() };
        let mut found = Vec::new();
        if let Some(email) = judged.find(&[What::Email]) {
            found.push(("email".to_owned(), email.column.clone()));
        }
        if let Some(login) = judged.find(&[What::Login]).filter(|_| found.is_empty()) {
            found.push(("account".to_owned(), login.column.clone()));
        }
        let Some(table) = self.table(place) else { return found };
        if let [only] = table.primary_key.as_slice() {
            let kind = words::of_table(&table.name).join("-");
            let is_plain =
                !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            let kind = if is_plain { format!("{kind}-number") } else { "number".to_owned() };
            found.push((kind, only.clone()));
        }
        found
    }

    /// The personal columns of a table; of a row that is a person's, everything that is not the
    /// database's own business.
    fn columns(&self, place: usize, whole: bool) -> Vec<ColumnScan> {
        let (Some(table), Some(seen), Some(judged)) =
            (self.table(place), self.seen.get(place), self.judged.get(place))
        else {
            return Vec::new();
        };
        let mut found: Vec<ColumnScan> = judged.personal.clone();
        if whole {
            found.extend(judged.of_people.iter().cloned());
        }
        let is_known = |found: &[ColumnScan], column: &Column| {
            found
                .iter()
                .any(|one| one.column == column.name || one.column.starts_with(&format!("{}$", column.name)))
        };
        let leading: BTreeSet<&str> = self.from(place).map(|one| one.column.as_str()).collect();
        let mut known: BTreeSet<String> =
            events(table, seen, self.role(place)).into_iter().map(|(_, column)| column).collect();
        known.extend(
            consents(table, seen)
                .into_iter()
                .flat_map(|(given, withdrawn)| withdrawn.into_iter().chain([given])),
        );
        found
            .retain(|one| !leading.contains(one.column.as_str()) && !table.primary_key.contains(&one.column));
        if !whole {
            return found;
        }
        for column in &table.columns {
            let is_own_business = table.primary_key.contains(&column.name)
                || table.foreign_keys.iter().any(|key| key.columns.contains(&column.name))
                || leading.contains(column.name.as_str())
                || known.contains(&column.name)
                || column.is_generated
                || words::is_technical(&column.name)
                || is_told(seen, column)
                || self.references.iter().any(|one| {
                    one.from == place && one.when.as_ref().is_some_and(|(kind, _)| *kind == column.name)
                });
            if !is_own_business && !is_known(&found, column) {
                found.push(ColumnScan {
                    column: column.name.clone(),
                    what: What::Other,
                    field: if holds_dates(seen, column) { "date-time" } else { other_field(column) },
                    takes_empty: column::takes_empty(seen, column) && !holds_dates(seen, column),
                    sure: Sure::Guess,
                    reason: "the row is a person's".to_owned(),
                });
            }
        }
        let order = |one: &ColumnScan| {
            let base = one.column.split('$').next().unwrap_or_default();
            table.columns.iter().position(|column| column.name == base || column.name == one.column)
        };
        found.sort_by_key(order);
        found
    }

    fn links(&self, place: usize) -> Vec<LinkScan> {
        let mut links: Vec<LinkScan> = Vec::new();
        let is_person = self.role(place) == Role::Person;
        let direct: Vec<&Reference> =
            self.from(place).filter(|one| self.role(one.to) == Role::Person).collect();
        let has_owner = direct.iter().any(|one| one.to != place && self.means(one) == Means::OwnedBy);
        for one in &direct {
            let mut means = if is_person { Means::RefersTo } else { self.means(one) };
            // Who shares a row shares it with somebody.
            if means == Means::SharedWith && !has_owner {
                means = Means::OwnedBy;
            }
            links.push(self.link(one, means));
        }
        if !is_person {
            // Whoever owns a row directly is enough, unless the column leads to several tables.
            let above = self.from(place).filter(|one| {
                (!has_owner || one.when.is_some())
                    && one.to != place
                    && self.role(one.to) == Role::Owned
                    && words::part(&one.column) != Part::Mention
            });
            links.extend(above.map(|one| self.link(one, Means::OwnedBy)));
        }
        if links.iter().all(|link| link.means == Means::RefersTo)
            && !is_person
            && let Some((between, (row, owner))) = self.pair(place)
        {
            let mut link = self.link(owner, Means::OwnedBy);
            link.through = Some((self.name(between), row.column.clone(), owner.column.clone()));
            link.reason = format!("pairs in `{}` lead from here to `{}`", self.name(between), link.to);
            links.push(link);
        }
        if links.is_empty()
            && !is_person
            && let Some(one) = self.pointing(place)
            && let Some(key) = self.table(one.from).and_then(|table| table.primary_key.first())
        {
            let mut link = self.link(one, Means::OwnedBy);
            link.to = self.name(one.from);
            link.through = Some((self.name(one.from), one.column.clone(), key.clone()));
            link.reason = format!("people in `{}` point here by `{}`", link.to, one.column);
            links.push(link);
        }
        links.sort_by_key(|link| link.means);
        links
    }

    fn means(&self, one: &Reference) -> Means {
        match words::part(&one.column) {
            Part::Mention => Means::RefersTo,
            _ if self.is_mentioned_staff(one) => Means::RefersTo,
            Part::Sharer => Means::SharedWith,
            Part::Owner | Part::Untold => Means::OwnedBy,
        }
    }

    fn link(&self, one: &Reference, means: Means) -> LinkScan {
        LinkScan {
            column: one.column.clone(),
            to: self.name(one.to),
            means,
            through: None,
            when: one.when.clone(),
            is_required: one.is_required,
            sure: one.sure,
            reason: one.reason.clone(),
        }
    }
}
