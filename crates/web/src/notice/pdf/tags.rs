//! The structure of a document: what is a heading, a list, a cell, and what belongs to it on the
//! pages, in the order in which it is read.

use std::num::NonZeroU16;

use krilla::tagging::{ListNumbering, Node as Leaf, TableHeaderScope, Tag, TagGroup, TagKind, TagTree};

/// What a part of the structure is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Section,
    Heading(u16, String),
    Paragraph,
    List,
    Item,
    Label,
    Body,
    Table,
    Caption,
    Head,
    Rows,
    Row,
    ColumnHead,
    RowHead,
    Cell,
    Link,
}

/// A part of the structure, by its place in [`Tags`].
pub(super) type PartId = usize;

/// A child: a part, or something drawn on a page, by its place among all that is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Child {
    Part(PartId),
    Drawn(usize),
}

/// The structure as a list of parts that name their children; the first is the root.
#[derive(Debug)]
pub(super) struct Tags {
    parts: Vec<(Kind, Vec<Child>)>,
}

impl Tags {
    /// A structure without anything in it.
    pub(super) fn new() -> (Self, PartId) {
        (Self { parts: vec![(Kind::Section, Vec::new())] }, 0)
    }

    /// A new part, last of its parent's.
    pub(super) fn within(&mut self, parent: PartId, kind: Kind) -> PartId {
        let id = self.parts.len();
        self.parts.push((kind, Vec::new()));
        if let Some((_, children)) = self.parts.get_mut(parent) {
            children.push(Child::Part(id));
        }
        id
    }

    /// Something drawn that belongs to a part.
    pub(super) fn drawn(&mut self, parent: PartId, drawn: usize) {
        if let Some((_, children)) = self.parts.get_mut(parent) {
            children.push(Child::Drawn(drawn));
        }
    }

    /// The tree, with the leaves that drawing made: several for a link.
    pub(super) fn tree(&self, leaves: &mut [Vec<Leaf>]) -> TagTree {
        let mut tree = TagTree::new();
        if let Some(TagGroup { children, .. }) = self.group(0, leaves) {
            for child in children {
                tree.push(child);
            }
        }
        tree
    }

    fn group(&self, id: PartId, leaves: &mut [Vec<Leaf>]) -> Option<TagGroup> {
        let (kind, children) = self.parts.get(id)?;
        let mut group = TagGroup::new(tag(kind));
        for child in children {
            match child {
                Child::Part(id) => {
                    if let Some(inner) = self.group(*id, leaves) {
                        group.push(inner);
                    }
                }
                Child::Drawn(place) => {
                    for leaf in leaves.get_mut(*place).map(std::mem::take).unwrap_or_default() {
                        group.push(leaf);
                    }
                }
            }
        }
        (!group.children.is_empty()).then_some(group)
    }
}

fn tag(kind: &Kind) -> TagKind {
    match kind {
        Kind::Section => Tag::Section.into(),
        Kind::Heading(level, title) => {
            Tag::Hn(NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN), Some(title.clone())).into()
        }
        Kind::Paragraph => Tag::P.into(),
        Kind::List => Tag::L(ListNumbering::None).into(),
        Kind::Item => Tag::LI.into(),
        Kind::Label => Tag::Lbl.into(),
        Kind::Body => Tag::LBody.into(),
        Kind::Table => Tag::Table.into(),
        Kind::Caption => Tag::Caption.into(),
        Kind::Head => Tag::THead.into(),
        Kind::Rows => Tag::TBody.into(),
        Kind::Row => Tag::TR.into(),
        Kind::ColumnHead => Tag::TH(TableHeaderScope::Column).into(),
        Kind::RowHead => Tag::TH(TableHeaderScope::Row).into(),
        Kind::Cell => Tag::TD.into(),
        Kind::Link => Tag::Link.into(),
    }
}
