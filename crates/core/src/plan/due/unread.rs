//! Documents that can't be read, in what is emptied: such a document goes as a whole where all the
//! data that the map sees in it go and nothing else that the map needs can be read in it; until
//! then it stays.

use crate::name::ColumnName;
use crate::plan::due::Emptying;
use crate::plan::due::condition::{Cell, Condition};
use crate::plan::due::routes::Node;
use crate::plan::within::{Document, document_of, documents};
use crate::policy::model::Store;

/// Whether a column is a place in a document that can't be read.
pub(super) fn at(node: Node<'_>, column: &ColumnName) -> Condition {
    if document_of(column).is_none() {
        return Condition::Never;
    }
    Condition::Unread(Cell::new(node.row, &node.table.name, column))
}

/// Says of what is emptied in a row what becomes of documents that can't be read. One that lies in
/// several groups of columns gets an emptying of its own, for when all of them are over.
pub(super) fn settle(map: &Store, node: Node<'_>, empties: &mut Vec<Emptying>) {
    for document in documents(map, node.table) {
        one(node, &document, empties);
    }
}

fn one(node: Node<'_>, document: &Document, empties: &mut Vec<Emptying>) {
    let holds_some = |emptying: &Emptying| emptying.columns.iter().any(|one| document.data.contains(one));
    let parts: Vec<usize> =
        (0..empties.len()).filter(|place| empties.get(*place).is_some_and(holds_some)).collect();
    let goes = |column: &ColumnName| empties.iter().any(|emptying| emptying.columns.contains(column));
    let is_whole = !parts.is_empty() && document.data.iter().all(goes);
    let others = document.others.iter().map(|name| Cell::new(node.row, &node.table.name, name));
    let free = Condition::all(others.map(Condition::Null));
    let whole = if is_whole {
        let overs = parts.iter().filter_map(|place| empties.get(*place)).map(|part| part.over.clone());
        Condition::all(overs.chain([free.clone()]))
    } else {
        Condition::Never
    };
    let unread: Vec<Condition> = parts
        .iter()
        .filter_map(|place| Some(part(node, document, empties.get_mut(*place)?, &whole)))
        .collect();
    let unread = Condition::any(unread);
    let only = match parts.as_slice() {
        [only] if is_whole => empties.get_mut(*only),
        _ => None,
    };
    match only.and_then(|only| only.filled.first_mut()) {
        Some(filled) => *filled = Condition::any([filled.clone(), Condition::all([unread, free])]),
        None if whole != Condition::Never => empties.push(joint(node, document, whole, unread)),
        None => {}
    }
}

/// What of a document goes by one group of columns: nothing, where it can't be read.
fn part(node: Node<'_>, document: &Document, emptying: &mut Emptying, whole: &Condition) -> Condition {
    let is_within = |name: &ColumnName| document.data.contains(name) && document_of(name).is_some();
    let places = emptying.columns.iter().filter(|name| is_within(name));
    let unread = Condition::any(places.map(|name| at(node, name)));
    for (_, filled) in emptying.columns.iter().zip(&mut emptying.filled).filter(|(name, _)| is_within(name)) {
        *filled = Condition::all([filled.clone(), unread.clone().negated()]);
    }
    let stays = Condition::all([unread.clone(), whole.clone().negated()]);
    emptying.unread = Condition::any([emptying.unread.clone(), unread.clone()]);
    emptying.stays = Condition::any([emptying.stays.clone(), stays]);
    unread
}

/// The emptying of a whole document that lies in several groups.
fn joint(node: Node<'_>, document: &Document, over: Condition, unread: Condition) -> Emptying {
    let mut filled = vec![Condition::Never; document.data.len()];
    if let Some(first) = filled.first_mut() {
        *first = unread;
    }
    Emptying {
        columns: document.data.clone(),
        replaced_by: document.data.iter().map(|name| node.table.emptied.get(name).cloned()).collect(),
        filled,
        over,
        unread: Condition::Never,
        stays: Condition::Never,
    }
}
