//! The account of a document: every leaf, and what became of it.

use super::node::{Node, Scalar};

/// A leaf of the document.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Leaf {
    /// Where it stands: `dataDisclosed[0].category`.
    pub path: String,
    /// What it says, where it says something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a leaf.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The draft says it, here.
    Carried(String),
    /// The draft says it here, with a remark on what differs.
    Remark {
        /// Where.
        to: String,
        /// What differs, or needs a look.
        remark: String,
    },
    /// The draft does not say it, for this reason.
    NotCarried(String),
    /// There was nothing to carry.
    Empty,
}

/// The account of a document, open until every leaf was looked at.
#[derive(Clone, Debug)]
pub struct Account {
    leaves: Vec<Leaf>,
}

/// Why a leaf that nobody takes is not carried.
const NO_PLACE: &str = "the policy language has no place for it";

impl Account {
    /// An account in which nothing has been carried yet.
    pub(super) fn of(root: &Node) -> Self {
        let mut leaves = Vec::new();
        list(root, String::new(), &mut leaves);
        Self { leaves }
    }

    /// Every leaf with its outcome.
    pub(super) fn leaves(self) -> Vec<Leaf> {
        self.leaves
    }

    /// The text of a leaf, carried to a path of the draft.
    pub(super) fn carry(&mut self, node: Option<&Node>, to: &str) -> Option<String> {
        self.settle(node, Outcome::Carried(to.to_owned()))
    }

    /// The same, with a remark.
    pub(super) fn remark(&mut self, node: Option<&Node>, to: &str, remark: &str) -> Option<String> {
        self.settle(node, Outcome::Remark { to: to.to_owned(), remark: remark.to_owned() })
    }

    /// Says why everything below a node is not carried, where that is not known yet.
    pub(super) fn leave(&mut self, node: Option<&Node>, why: &str) {
        match node {
            None => {}
            Some(Node::List(items)) => items.iter().for_each(|item| self.leave(Some(item), why)),
            Some(Node::Table(fields)) => fields.iter().for_each(|(_, field)| self.leave(Some(field), why)),
            Some(Node::Leaf(place, _)) => {
                if let Some(leaf) = self.leaves.get_mut(*place)
                    && leaf.outcome == Outcome::NotCarried(NO_PLACE.to_owned())
                {
                    leaf.outcome = Outcome::NotCarried(why.to_owned());
                }
            }
        }
    }

    /// A leaf's text, its outcome noted; the first outcome that carries it stands.
    fn settle(&mut self, node: Option<&Node>, outcome: Outcome) -> Option<String> {
        let Some(Node::Leaf(place, value)) = node else { return None };
        let words = value.words()?;
        if let Some(leaf) = self.leaves.get_mut(*place)
            && matches!(leaf.outcome, Outcome::NotCarried(_))
        {
            leaf.outcome = outcome;
        }
        Some(words)
    }
}

fn list(node: &Node, path: String, out: &mut Vec<Leaf>) {
    match node {
        Node::Leaf(_, value) => {
            let says = value.words();
            let nothing = says.is_none() || *value == Scalar::Nothing;
            let outcome = if nothing { Outcome::Empty } else { Outcome::NotCarried(NO_PLACE.to_owned()) };
            out.push(Leaf { path, says, outcome });
        }
        Node::List(items) => {
            items.iter().enumerate().for_each(|(place, item)| list(item, format!("{path}[{place}]"), out));
        }
        Node::Table(fields) => fields.iter().for_each(|(key, field)| {
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            list(field, path, out);
        }),
    }
}
