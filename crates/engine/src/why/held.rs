//! Where the data lie that lean on a ground: in which tables, in how many rows.
//!
//! Not here: which ground a value leans on (`kept_core::plan::lean`).

use std::collections::{BTreeMap, BTreeSet};

use kept_core::name::{PurposeName, StoreName, TableName};
use kept_core::plan::lean::{Lean, Leaning};
use kept_core::plan::{Relation, key_text};
use kept_core::policy::Policy;
use kept_core::policy::model::DataRef;
use kept_core::standing::{GroundId, Standing};

use crate::person::Located;

/// The rows of a person by table, each by its key.
pub(crate) type Places = BTreeMap<(StoreName, TableName), BTreeSet<String>>;

/// On what the rows lean that were found of a person.
#[derive(Debug, Default)]
pub(crate) struct Held {
    /// The rows of each ground.
    pub(crate) grounds: BTreeMap<GroundId, Places>,
    /// Those of purposes of which nothing tells whether they began: they stay all the same.
    pub(crate) unknown: BTreeMap<PurposeName, Places>,
}

impl Held {
    /// Looks at what was found; at one datum of it, or at all.
    pub(crate) fn of(
        policy: &Policy,
        located: &Located,
        standing: &Standing,
        only: Option<&DataRef>,
    ) -> Self {
        let mut held = Self::default();
        for (name, rows) in &located.rows {
            let Some(map) = policy.stores.get(name) else { continue };
            let leaning = Leaning::new(policy, map, rows, standing);
            for found in &rows.tables {
                let Some(table) = map.tables.get(&found.table) else { continue };
                let data =
                    || table.columns.values().filter(|datum| only.is_none_or(|only| only.overlaps(datum)));
                let own = found.rows.iter().filter(|row| !matches!(row.relation, Relation::Mentions(_)));
                for row in own {
                    let leans = data().flat_map(|datum| leaning.of(table, found, row, datum));
                    for lean in leans {
                        let place = (name.clone(), found.table.clone());
                        held.places(&lean).entry(place).or_default().insert(key_text(&row.key));
                    }
                }
            }
        }
        held
    }

    fn places(&mut self, lean: &Lean<'_>) -> &mut Places {
        match lean {
            Lean::On(ground) => self.grounds.entry(ground.id.clone()).or_default(),
            Lean::NothingKnown(purpose) => self.unknown.entry(purpose.name.clone()).or_default(),
        }
    }
}
