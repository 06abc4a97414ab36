//! TILT's rights: access, portability, withdrawal, complaint.

use super::{Maker, is_known_authority, text_of};
use crate::import::country_code;
use crate::import::node::Node;

/// The rights of TILT, and the right of Kept's that each is.
const RIGHTS: &[(&str, &str)] = &[
    ("accessAndDataPortability", "access"),
    ("rightToInformation", "access"),
    ("rightToRectificationOrDeletion", "erasure"),
    ("rightToDataPortability", "portability"),
    ("rightToWithdrawConsent", "withdrawal"),
];

impl Maker<'_> {
    pub(super) fn rights(&mut self, root: &Node) {
        for (key, right) in RIGHTS {
            if let Some(node) = root.get(key) {
                self.right(node, right);
            }
        }
        if let Some(node) = root.get("rightToComplain") {
            self.complaint(node);
        }
    }

    fn right(&mut self, node: &Node, right: &str) {
        let path = format!("rights.{right}");
        self.account.carry(node.get("statement"), &path);
        let there = text_of(node.get("available")).as_deref() != Some("false");
        let remark = if there {
            "every right of the law is said of itself"
        } else {
            "Kept says every right that the law gives, also one said to be missing"
        };
        self.account.remark(node.get("available"), &path, remark);
        self.description(node.get("description"), &path);
        self.contact(node);
        self.evidences(node);
        self.fee(node.get("administrativeFee"));
        for key in ["dataFormats", "dataFormat"] {
            self.note(node.get(key), &path, "format of a copy");
        }
    }

    /// A description of a few words is a title, which each language has of itself.
    fn description(&mut self, node: Option<&Node>, path: &str) {
        let Some(text) = text_of(node) else { return };
        let known = self.draft.find(path).and_then(|table| table.get("text")).cloned();
        let same = known.as_ref().and_then(toml::Value::as_str) == Some(&*text);
        let generated = text.contains("Art. 15") || text.contains("art. 15");
        if text.split_whitespace().count() <= 3 || generated {
            self.account.remark(node, path, "what the right is called and means is said of itself");
        } else if same {
            self.account.remark(node, path, "the same words stand before it");
        } else if known.is_some() {
            let why = "another description of the same right stands before it";
            self.account.leave(node, why);
        } else {
            self.account.carry(node, &format!("{path}.text"));
            self.draft.table(path).set("text", text);
        }
    }

    fn contact(&mut self, node: &Node) {
        let controller = self.controller.clone();
        let email = node.get("email");
        match (text_of(email), self.email.clone()) {
            (Some(text), Some(own)) if text == own => {
                self.account.carry(email, &format!("{controller}.email"));
            }
            (Some(text), None) => {
                self.account.carry(email, &format!("{controller}.email"));
                self.draft.table(&controller).set("email", text.as_str());
                self.email = Some(text);
            }
            (Some(text), Some(_)) => {
                self.account.remark(email, "rights.channels", "another address than the controller's");
                self.draft.table("rights").add("channels", text);
            }
            (None, _) => {}
        }
        if let Some(url) = self.account.remark(node.get("url"), "rights.channels", "a way to ask") {
            self.draft.table("rights").add("channels", url);
        }
    }

    fn evidences(&mut self, node: &Node) {
        let mut said = Vec::new();
        for one in node.all("identificationEvidences") {
            said.extend(self.account.carry(Some(one), "rights.identity"));
        }
        let known = self.draft.find("rights").and_then(|table| table.get("identity")).cloned();
        let known = known.and_then(|text| text.as_str().map(str::to_owned));
        let mut all: Vec<String> =
            known.iter().flat_map(|text| text.split("; ")).map(str::to_owned).collect();
        all.extend(said.into_iter().filter(|text| known.as_ref().is_none_or(|known| !known.contains(text))));
        self.draft.table("rights").set("identity", all.join("; "));
    }

    fn fee(&mut self, node: Option<&Node>) {
        let Some(node) = node else { return };
        let amount = text_of(node.get("amount")).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
        if amount <= 0.0 {
            let remark = "free of charge, as the law has it; `fee = \"never\"` would promise more";
            self.account.remark(node.get("amount"), "rights.fee", remark);
            self.account.remark(node.get("currency"), "rights.fee", remark);
            return;
        }
        let amount = self.account.carry(node.get("amount"), "rights.fee.extra-copy");
        let currency = self.account.carry(node.get("currency"), "rights.fee.extra-copy");
        let words: Vec<String> = amount.into_iter().chain(currency).collect();
        self.draft.table("rights").put("fee", "extra-copy", words.join(" "));
    }

    fn complaint(&mut self, node: &Node) {
        let controller = self.controller.clone();
        let to = format!("{controller}.authority");
        self.account.carry(node.get("statement"), &to);
        self.account.remark(node.get("available"), &to, "the right to complain is said of itself");
        let own = text_of(node.get("statement")).is_some_and(|id| id.ends_with(".authority"));
        if own {
            let remark = "every notice says of itself how people complain";
            self.account.remark(node.get("description"), &to, remark);
        }
        self.note(node.get("description"), "rights", "complaints, in the document's words");
        if text_of(node.get("email")) == self.email {
            self.account.remark(node.get("email"), &to, "the controller's own address");
        }
        self.note(node.get("email"), "rights", "address for complaints");
        self.note(node.get("identificationEvidences"), "rights", "asked for with a complaint");
        let Some(authority) = node.get("supervisoryAuthority") else {
            self.note(node.get("url"), "rights", "page for complaints");
            return;
        };
        self.account.remark(node.get("url"), &to, "the authority's page comes with its country");
        let code = text_of(authority.get("country")).and_then(|text| country_code(&text));
        let name = text_of(authority.get("name")).unwrap_or_default();
        if let Some(code) = code.filter(|code| is_known_authority(code, &name)) {
            for key in ["name", "country", "address", "email", "phone"] {
                self.account.remark(authority.get(key), &to, "by the authority's country");
            }
            let own = self.draft.find(&controller).and_then(|table| table.get("country"));
            if own.and_then(toml::Value::as_str) != Some(code.as_str()) {
                self.draft.table(&controller).set("authority", code);
            }
            return;
        }
        self.published(authority);
    }

    /// An authority that the law's table does not know by this name: as published.
    fn published(&mut self, authority: &Node) {
        let to = "rights.authority";
        let name = self.account.carry(authority.get("name"), to);
        let parts = ["address", "country", "email", "phone"];
        let post: Vec<String> = parts
            .iter()
            .filter_map(|key| self.account.carry(authority.get(key), "rights.authority.post"))
            .collect();
        if let Some(name) = name {
            let table = self.draft.table("rights");
            table.put("authority", "name", name);
            if !post.is_empty() {
                table.put("authority", "post", post.join(", "));
            }
        }
    }
}
