//! TILT's `thirdCountryTransfers`: countries outside, and what protects data there.

use super::{Maker, named, text_of};
use crate::import::country_code;
use crate::import::node::Node;

impl Maker<'_> {
    pub(super) fn transfers(&mut self, root: &Node) {
        for node in root.all("thirdCountryTransfers").into_iter().filter(|node| !node.is_silent()) {
            let statement = self.account.carry(node.get("statement"), "recipient");
            let code = text_of(node.get("country")).and_then(|text| country_code(&text));
            let own =
                statement.and_then(|id| named(&id, "recipient")).map(|name| format!("recipient.{name}"));
            let mut paths = match own.filter(|path| self.draft.has(path)) {
                Some(own) => vec![own],
                None => self.recipients_in(code.as_deref()),
            };
            if paths.is_empty() {
                paths.push(self.unnamed_recipient(code.as_deref()));
            }
            for path in &paths {
                let country = self.country(node.get("country"), &format!("{path}.country"));
                self.draft.table(path).set_some("country", country);
            }
            self.guarantees(node, &paths);
        }
    }

    /// A recipient for a country in which none is named.
    fn unnamed_recipient(&mut self, code: Option<&str>) -> String {
        let text = format!("transfer {}", code.unwrap_or("elsewhere"));
        let path = format!("recipient.{}", self.draft.free_name("recipient", &text));
        let table = self.draft.table(&path);
        table.comment("from TILT `thirdCountryTransfers`; no recipient there is named: name it here");
        let place = code.map_or_else(|| "another country".to_owned(), |code| format!("the country {code}"));
        table.set("name", format!("Recipients in {place}"));
        path
    }

    /// Every recipient in a country of which no safeguard is said yet.
    fn recipients_in(&self, code: Option<&str>) -> Vec<String> {
        let is_there = |path: &&String| {
            let country = self.draft.find(path).and_then(|table| table.get("country"));
            let guarded = self.draft.find(path).is_some_and(|table| table.get("safeguard").is_some());
            !guarded && code.is_some() && country.and_then(toml::Value::as_str) == code
        };
        self.draft.paths().filter(|path| path.starts_with("recipient.") && is_there(path)).cloned().collect()
    }

    /// Safeguards are there where the document says so, or says which; silence is none.
    fn guarantees(&mut self, node: &Node, paths: &[String]) {
        let keys = [
            ("adequacyDecision", "an adequacy decision"),
            ("standardDataProtectionClause", "standard data protection clauses"),
            ("appropriateGuarantees", "appropriate safeguards"),
            ("presenceOfEnforceableRightsAndEffectiveRemedies", "enforceable rights and effective remedies"),
        ];
        let to = format!("{}.safeguard", paths.first().map_or("recipient", String::as_str));
        let mut safeguards = Vec::new();
        for (key, words) in keys {
            let Some(one) = node.get(key) else { continue };
            let said = text_of(one.get("description"));
            let there = match text_of(one.get("available")).as_deref() {
                Some("false") => false,
                Some(_) => true,
                None => said.is_some(),
            };
            let remark = if there { "said by the safeguard" } else { "not there, so nothing is said of it" };
            self.account.remark(one.get("available"), &to, remark);
            if there {
                let said = self.account.carry(one.get("description"), &to);
                safeguards.push(said.unwrap_or_else(|| words.to_owned()));
            } else {
                self.account.leave(one.get("description"), "said of a safeguard that is not there");
            }
        }
        for path in paths {
            self.draft.table(path).set("safeguard", safeguards.join("; "));
        }
    }
}
