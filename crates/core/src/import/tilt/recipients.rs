//! TILT's recipients of a category.

use toml::Value;

use super::{Maker, named, text_of};
use crate::import::country_code;
use crate::import::node::Node;

impl Maker<'_> {
    pub(super) fn recipient(&mut self, node: &Node, purposes: &[String]) {
        let name = text_of(node.get("name"));
        // Some documents list categories of recipients alone, as bare words.
        let category = text_of(node.get("category")).or_else(|| text_of(Some(node)));
        let Some(title) = name.clone().or_else(|| category.clone()) else {
            self.account.leave(Some(node), "a recipient without name or category");
            return;
        };
        let statement = text_of(node.get("statement")).and_then(|id| named(&id, "recipient"));
        let is_own = statement.is_some();
        let country = text_of(node.get("country")).and_then(|text| country_code(&text));
        let path = statement.map(|name| format!("recipient.{name}"));
        let path = path.or_else(|| self.recipient_called(&title, country.as_deref()));
        let path = path.unwrap_or_else(|| format!("recipient.{}", self.draft.free_name("recipient", &title)));
        self.account.carry(node.get("statement"), &path);
        self.account.carry(node.get("name"), &format!("{path}.name"));
        let role = role_of(category.as_deref().unwrap_or(&title));
        let comment = category.filter(|_| name.is_some() && !is_own);
        let category = node.get("category").or(Some(node));
        match (role, &name) {
            (Some(_), Some(_)) if is_own => self.account.carry(category, &format!("{path}.role")),
            (Some(_), Some(_)) => {
                self.account.remark(category, &format!("{path}.role"), "the role; its words are a comment")
            }
            (None, Some(_)) => {
                self.account.remark(category, &path, "kept as a comment: it is no role of the language")
            }
            (_, None) => self.account.carry(category, &format!("{path}.name")),
        };
        let country = self.country(node.get("country"), &format!("{path}.country"));
        let table = self.draft.table(&path);
        table.comment("from TILT `dataDisclosed[].recipients`");
        table.set("name", title).set_some("role", role).set_some("country", country);
        if role.is_none() {
            table.comment("the document does not say in which role; without `role` it is a processor");
        }
        if let Some(comment) = comment {
            table.comment(format!("category: {comment}"));
        }
        for (key, node) in [("division", node.get("division")), ("address", node.get("address"))] {
            if let Some(text) = self.account.remark(node, &path, "kept as a comment") {
                self.draft.table(&path).comment(format!("{key}: {text}"));
            }
        }
        for key in ["name", "email", "phone"] {
            let one = node.get("representative").and_then(|who| who.get(key));
            self.note(one, &path, "its representative");
        }
        self.note(node.get("representative"), &path, "its representative");
        for purpose in purposes {
            let id = path.trim_start_matches("recipient.").to_owned();
            self.draft.table(purpose).add("recipients", id);
        }
    }

    /// The recipient of this name; one in another country is another one.
    fn recipient_called(&self, title: &str, country: Option<&str>) -> Option<String> {
        let is_it = |path: &&String| {
            let Some(table) = self.draft.find(path) else { return false };
            let said = |key| table.get(key).and_then(Value::as_str);
            let elsewhere = said("country").zip(country).is_some_and(|(one, other)| one != other);
            path.starts_with("recipient.") && said("name") == Some(title) && !elsewhere
        };
        self.draft.paths().find(is_it).cloned()
    }
}

/// A role by the words of a category of recipients.
fn role_of(category: &str) -> Option<&'static str> {
    let plain = category.to_lowercase();
    let said = |words: &[&str]| words.iter().any(|word| plain.contains(word));
    match () {
        () if said(&[
            "authorit",
            "autorité",
            "overheid",
            "behörde",
            "regulator",
            "law enforcement",
            "polizei",
        ]) =>
        {
            Some("authority")
        }
        () if said(&["joint", "together with us", "décide avec nous", "samen met ons"]) => Some("joint"),
        () if said(&[
            "processor",
            "on our instructions",
            "sous-traitant",
            "nos instructions",
            "verwerker",
            "auftragsverarbeit",
            "onze instructies",
        ]) =>
        {
            Some("processor")
        }
        () if said(&[
            "our group",
            "notre groupe",
            "onze groep",
            "affiliate",
            "subsidiar",
            "corporate group",
            "konzern",
            "-gruppe",
        ]) =>
        {
            Some("affiliate")
        }
        () if said(&["its own purposes", "ses propres finalités", "eigen doelen", "controller"]) => {
            Some("controller")
        }
        () => None,
    }
}
