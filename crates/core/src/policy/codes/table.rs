//! Codes about the tables of a store: whose rows they are, and what their columns hold.

use std::collections::BTreeSet;

use super::codes;
use crate::name::{ColumnName, TableName};
use crate::policy::check::Judge;
use crate::policy::model::store::{ArchiveWay, EventSource, OwnerPath, Store, Table};

codes! {
    UNKNOWN_PEOPLE "table/unknown-people" Error -
        "Each row of the table is said to be a person of a kind that the policy does not declare. Correct the name, or say under `[people]` who they are."
    UNKNOWN_LABEL "table/unknown-label" Error -
        "The rows of the table are said to come from a source, or to belong to a controller, that the policy does not declare. Correct the name, or declare it; until then the rows bear no label."
    UNKNOWN_TABLE "table/unknown-table" Error -
        "The table leans on another one that this store does not map: an owner, a co-owner, a mention, or the source of an event. Correct the name, or map the other table too, with its policy name and not the name in the database."
    UNKNOWN_DATA "table/unknown-data" Error -
        "A column is said to hold a category or field that the policy does not declare. A column names one category, `billing`, or one field, `identification.email`; groups don't fit. Correct the name, or add the field to its category."
    UNKNOWN_EVENT "table/unknown-event" Error -
        "A column is said to date an event that the policy does not know. Use a built-in event, or declare your own as `[event.name]`."
    UNKNOWN_PURPOSE "table/unknown-purpose" Error "Art. 7(1) GDPR"
        "Columns are said to record the consent for a purpose that the policy does not declare, so the consent would prove nothing. Correct the name, or declare the purpose."
    INCOMPLETE "table/incomplete" Error -
        "The mapping lacks a part without which it can't be carried out: the column of a link, the way through a table between, the date of a consent. The help says which."
    NO_PERSON "table/no-person" Error "Art. 15, 17 GDPR"
        "No way leads from the rows of this table to a person: it has no `person`, no `owned-by` and no `shared-with`, or its owners lead to none. Its rows would be in no report and never be erased. Name the owner, or list the table under `not-personal`."
    OWNER_CYCLE "table/owner-cycle" Error "Art. 15, 17 GDPR"
        "The owners of this table lead back to it, and no table on the way holds people. Nobody's rows would ever be found. One of the links is a mention, `refers-to`, or one of the tables is a person."
    NO_IDENTIFIER "table/no-identifier" Error "Art. 12(2) GDPR"
        "The rows of this table are people, and nothing says how one of them is found. Name a unique column, `identifies = { email = \"email\" }`; a name or an address is not unique."
    NOT_CONSENT "table/not-consent" Error "Art. 7(1) GDPR"
        "Columns record consent for a purpose that does not rest on consent. Either the basis of the purpose is wrong, or the columns record something else."
    NO_PURPOSE "table/no-purpose" Error "Art. 5(1)(b) GDPR"
        "A column holds data that no purpose needs. It may not be held, and the audit would report every row. Name the datum in a purpose, or correct the mapping."
    NOTHING_MAPPED "table/nothing-mapped" Warning -
        "The table belongs to people but no column of it is mapped, so reports show nothing of its rows. That is right for a table between two others; otherwise map its personal columns."
    FOREIGN_COLUMN "table/foreign-column" Error -
        "`columns-of` gives columns to a party of a shared row. It names a linking column that no `owned-by` or `shared-with` uses, or a column that the table does not map. Correct the names."
    EMPTIED_UNMAPPED "table/emptied-unmapped" Warning -
        "`emptied` says what is written into a column when its datum goes, but no datum is mapped to that column, so it is never emptied. Map the column, or remove it here."
    FROZEN_FLAG "table/frozen-flag" Error -
        "The rows are frozen once a column is set, and archiving them would set another column of the same rows, which the law, or a trigger of the database, forbids. Move frozen rows to a table of the same shape, `archive = { table = \"…\" }`, or leave them where they are: who may read them is decided without the flag."
    FROZEN_RESTRICTION "table/frozen-restriction" Error "Art. 18 GDPR"
        "The rows are frozen once a column is set, and marking them as restricted would set another column of the same rows, which the law, or a trigger of the database, forbids. Keep the mark in a table that may change, such as the owner's, and have programs look there."
    RESTRICTION_MAPPED "table/restriction-mapped" Error -
        "The column that marks restricted rows is also said to hold something of the person, to tell rows apart, or to lead to another row, and Kept would write over it. Give the mark a column of its own."
    ODD_AGGREGATE "table/odd-aggregate" Error -
        "An event is read from the latest or earliest row of another table, but the rows of that table do not belong to rows of this one: no `owned-by` leads from there to here. Name the owner there, or read the event from a table that is owned."
}

/// What can be judged about tables without opening the store.
pub(crate) fn check(judge: &mut Judge<'_>) {
    for store in judge.policy.stores.values() {
        let misspelt = store.tables.values().any(|table| {
            table.person.is_none() && judge.places.has(&format!("{}.person", path(store, table)))
        });
        for table in store.tables.values() {
            owners(judge, store, table, misspelt);
            columns(judge, store, table);
            parties(judge, store, table);
            sources(judge, store, table);
        }
    }
}

fn path(store: &Store, table: &Table) -> String {
    format!("store.{}.table.{}", store.name, table.name)
}

/// Whose the rows are. `misspelt` says that some table's kind of people could not be read.
fn owners(judge: &mut Judge<'_>, store: &Store, table: &Table, misspelt: bool) {
    let path = path(store, table);
    if table.person.is_some() {
        if table.identifies.is_empty() {
            let message = format!("nothing says how a person is found in `{}`", table.name);
            judge.say(
                &NO_IDENTIFIER,
                &format!("{path}.identifies"),
                message,
                "write `identifies = { email = \"email\" }`",
            );
        }
        return;
    }
    let broken = ["person", "owned-by", "shared-with"]
        .into_iter()
        .any(|key| judge.places.is_broken(&format!("{path}.{key}")));
    let written = ["person", "owned-by", "shared-with"]
        .into_iter()
        .any(|key| judge.places.has(&format!("{path}.{key}")));
    let links = table.owned_by.len() + table.shared_with.len();
    if broken || (written && links == 0) {
        return; // an unknown name has been reported
    }
    // Rows of which nothing is personal but who is mentioned in them belong to nobody.
    if table.columns.is_empty() && !table.refers_to.is_empty() {
        return;
    }
    match reach(store, &table.name) {
        Reach::Person => {}
        Reach::Cycle => {
            let message = format!("the owners of `{}` lead in a circle and to no person", table.name);
            judge.say_of(
                &OWNER_CYCLE,
                &path,
                message,
                "make one of the tables a `person`, or one link a `refers-to`",
            );
        }
        // The person in whom the way ends may be of a kind that is misspelt.
        Reach::Nowhere if misspelt => {}
        Reach::Nowhere => {
            let message = format!("no way leads from `{}` to a person", table.name);
            judge.say_of(
                &NO_PERSON,
                &path,
                message,
                "write `owned-by = { … }`, or list it under `not-personal`",
            );
        }
    }
}

/// Where the owners of a table lead.
#[derive(Debug, PartialEq, Eq)]
enum Reach {
    Person,
    Cycle,
    Nowhere,
}

/// Follows owners and co-owners as far as they go.
fn reach(store: &Store, from: &TableName) -> Reach {
    let mut seen: BTreeSet<&TableName> = BTreeSet::new();
    let mut open: Vec<&TableName> = vec![from];
    let mut circle = false;
    while let Some(name) = open.pop() {
        let Some(table) = store.tables.get(name) else { continue };
        if table.person.is_some() {
            return Reach::Person;
        }
        if !seen.insert(&table.name) {
            continue;
        }
        let owners = table.owned_by.iter().map(|owner| &owner.table);
        for next in owners.chain(table.shared_with.iter().map(|link| &link.table)) {
            circle |= next == from;
            open.push(next);
        }
    }
    if circle { Reach::Cycle } else { Reach::Nowhere }
}

fn columns(judge: &mut Judge<'_>, store: &Store, table: &Table) {
    let path = path(store, table);
    for (column, datum) in &table.columns {
        let policy = judge.policy;
        let mut custodies = policy.custody.values().flat_map(|custody| &custody.data);
        // Of a category that nobody needs at all, it is said where the category stands.
        let whole = crate::policy::model::DataRef::whole(datum.category.clone());
        let somewhat = policy.purposes_of(&whole).next().is_some();
        let needed = policy.purposes_of(datum).next().is_some();
        if somewhat && !needed && !custodies.any(|held| held.overlaps(datum)) {
            let message = format!("`{column}` holds `{datum}`, which no purpose needs");
            judge.say(
                &NO_PURPOSE,
                &format!("{path}.columns.{column}"),
                message,
                "name it in the `data` of a purpose",
            );
        }
    }
    for purpose in table.consents.keys() {
        let wrong = judge.policy.purposes.get(purpose).filter(|purpose| !purpose.basis.is_consent());
        if let Some(wrong) = wrong.filter(|purpose| !judge.places.is_broken(&purpose.path("basis"))) {
            let message =
                format!("consent is recorded for `{purpose}`, which rests on {}", wrong.basis.article());
            judge.say_of(
                &NOT_CONSENT,
                &format!("{path}.consents.{purpose}"),
                message,
                "correct the basis, or remove it here",
            );
        }
    }
    let between = store.tables.values().flat_map(|other| &other.owned_by).any(|owner| match &owner.path {
        OwnerPath::Through { table: through, .. } => *through == table.name,
        OwnerPath::Column(_) => false,
    });
    let bare = table.columns.is_empty() && !judge.places.has(&format!("{path}.columns"));
    if bare && !between && table.refers_to.is_empty() && table.events.is_empty() && table.consents.is_empty()
    {
        let message = format!("no column of `{}` is mapped", table.name);
        judge.say_of(&NOTHING_MAPPED, &path, message, "write `columns = { … }`");
    }
    if table.frozen.is_some() && matches!(table.archive, Some(ArchiveWay::Flag(_))) {
        let message = format!("`{}` is frozen, so no flag can be set in it", table.name);
        judge.say(
            &FROZEN_FLAG,
            &format!("{path}.archive"),
            message,
            "write `archive = { table = \"…\" }`, or remove it",
        );
    }
    restriction(judge, table, &path);
    for column in table.emptied.keys().filter(|column| !table.columns.contains_key(*column)) {
        let message = format!("`{column}` is to be emptied, but holds nothing that is mapped");
        judge.say(
            &EMPTIED_UNMAPPED,
            &format!("{path}.emptied.{column}"),
            message,
            "map the column, or remove it here",
        );
    }
}

/// The column that marks restricted rows is Kept's to write, and no other's.
fn restriction(judge: &mut Judge<'_>, table: &Table, path: &str) {
    let Some(mark) = &table.restricted else { return };
    if table.frozen.is_some() {
        let message = format!("`{}` is frozen, so no row of it can be marked as restricted", table.name);
        judge.say(&FROZEN_RESTRICTION, &format!("{path}.restricted"), message, "remove it here");
        return;
    }
    if is_taken(table, mark) {
        let message = format!("`{mark}` marks restricted rows, and the map uses it for something else");
        judge.say(
            &RESTRICTION_MAPPED,
            &format!("{path}.restricted.column"),
            message,
            "name a column that holds nothing else",
        );
    }
}

/// Whether the map uses a column for something.
fn is_taken(table: &Table, mark: &ColumnName) -> bool {
    let dated = |source: &EventSource| match source {
        EventSource::Column { column, or, .. } => column == mark || or.as_ref() == Some(mark),
        EventSource::Aggregate { .. } => false,
    };
    let mut links = table.shared_with.iter().chain(&table.refers_to).map(|link| &link.column);
    let mut consents = table.consents.values();
    table.columns.contains_key(mark)
        || table.key.contains(mark)
        || table.identifies.values().any(|column| column == mark)
        || table.owned_by.iter().any(|owner| owner.path == OwnerPath::Column(mark.clone()))
        || links.any(|column| column == mark)
        || table.events.values().any(dated)
        || consents.any(|consent| {
            let mut names = consent.when.iter().map(|condition| &condition.column);
            consent.given == *mark
                || consent.withdrawn.as_ref() == Some(mark)
                || names.any(|name| name == mark)
        })
        || table.occasion.as_ref().is_some_and(|(_, column)| column == mark)
        || table.when.iter().any(|condition| condition.column == *mark)
        || matches!(&table.archive, Some(ArchiveWay::Flag(flag)) if flag == mark)
}

fn parties(judge: &mut Judge<'_>, store: &Store, table: &Table) {
    let path = format!("{}.columns-of", path(store, table));
    let is_link = |column: &ColumnName| {
        table.owned_by.iter().any(|owner| owner.path == OwnerPath::Column(column.clone()))
            || table.shared_with.iter().any(|link| link.column == *column)
    };
    for (link, columns) in &table.columns_of {
        if !is_link(link) {
            let message = format!("`{link}` does not link a row to one of its parties");
            judge.say_of(
                &FOREIGN_COLUMN,
                &format!("{path}.{link}"),
                message,
                "name a column of `owned-by` or `shared-with`",
            );
        }
        for column in columns.iter().filter(|column| !table.columns.contains_key(*column)) {
            let message = format!("`{column}` is given to a party, but holds nothing that is mapped");
            judge.say(&FOREIGN_COLUMN, &format!("{path}.{link}"), message, "map it under `columns`");
        }
    }
}

fn sources(judge: &mut Judge<'_>, store: &Store, table: &Table) {
    for (event, source) in &table.events {
        let EventSource::Aggregate { table: other, .. } = source else { continue };
        let Some(other) = store.tables.get(other) else { continue };
        let owned = other.owned_by.iter().any(|owner| owner.table == table.name)
            || other.shared_with.iter().any(|link| link.table == table.name);
        if !owned && !other.owned_by.is_empty() {
            let message = format!(
                "`{event}` is read from `{}`, whose rows do not belong to `{}`",
                other.name, table.name
            );
            let help = format!("write `owned-by = {{ {} = \"…\" }}` there", table.name);
            judge.say(&ODD_AGGREGATE, &format!("{}.events.{event}", path(store, table)), message, help);
        }
    }
}
