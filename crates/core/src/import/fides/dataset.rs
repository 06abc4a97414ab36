//! Datasets: the data that their fields hold. Where they stand is the matter of a store's map.

use super::{Maker, OF_THE_SYSTEM, is_of_the_system, text_of};
use crate::import::node::Node;

impl Maker<'_> {
    pub(super) fn dataset(&mut self, node: &Node) {
        let name = text_of(node.get("fides_key")).or_else(|| text_of(node.get("name"))).unwrap_or_default();
        let title = text_of(node.get("name")).filter(|title| *title != name);
        let whole = title.map_or_else(|| name.clone(), |title| format!("{name} ({title})"));
        self.categories(node, &whole);
        for collection in node.all("collections") {
            let table = text_of(collection.get("name")).unwrap_or_default();
            self.categories(collection, &format!("{name}.{table}"));
            let mut places = vec![format!("{name}.{table}")];
            self.fields(collection, &mut places);
        }
        let why = "a draft of a store needs its database: write a `[store.…]` and map its columns there";
        for key in ["fides_key", "name", "collections"] {
            self.account.leave(node.get(key), why);
        }
        self.account.leave(node.get("retention"), "a period belongs to a purpose: write it as its `keep`");
        for key in ["third_country_transfers", "joint_controller"] {
            self.account.leave(node.get(key), "a dataset names no recipient: say it of one, or of the store");
        }
        self.account.leave(Some(node), "about the dataset, not about data of people");
    }

    /// Fields within fields, at any depth that the document may have.
    fn fields(&mut self, node: &Node, places: &mut Vec<String>) {
        for field in node.all("fields") {
            places.push(text_of(field.get("name")).unwrap_or_default());
            let place = places.join(".");
            self.categories(field, &place);
            self.fields(field, places);
            places.pop();
        }
    }

    /// Declares the data that a place holds.
    fn categories(&mut self, node: &Node, place: &str) {
        let remark = "the data are declared; map the column that holds them in a `[store.…]`";
        let mut found = Vec::new();
        for one in node.all("data_categories") {
            let Some(key) = text_of(Some(one)) else { continue };
            if is_of_the_system(&key) {
                self.account.leave(Some(one), OF_THE_SYSTEM);
                continue;
            }
            let datum = self.data(&key);
            self.account.remark(Some(one), &format!("data.{datum}"), remark);
            found.push(datum);
        }
        for datum in &found {
            let table = format!("data.{}", datum.split('.').next().unwrap_or(datum));
            self.draft.table(&table).comment(format!("held in {place}"));
        }
        if !found.is_empty() {
            let path = format!("data.{}", found.join(", data."));
            self.account.remark(node.get("name"), &path, "kept as a comment: where the data are held");
        }
    }
}
