//! A draft from a document of the Transparency Information Language (TILT).
//!
//! TILT says everything by category of data; the draft turns that round into purposes. Where a
//! document was published by Kept, the ids of its statements bring the names back. `disclosed`
//! reads what is said of each category, with `basis`, `period` and `recipients`.

use super::account::Account;
use super::country_code;
use super::draft::{Draft, on_one_line, slug};
use super::node::Node;
use crate::law::authority::Authority;

mod basis;
mod disclosed;
mod period;
mod recipients;
mod rights;
mod sources;
mod transfers;

/// The draft of a document.
pub(super) fn draft(root: &Node, account: &mut Account) -> Draft {
    let mut draft = Draft::new(&[
        "A draft made from a TILT document. Read it through: what the document does not say is missing here,",
        "and `kept check` names it.",
    ]);
    let mut maker = Maker { account, draft: &mut draft, controller: String::new(), email: None };
    maker.controller(root);
    maker.meta(root.get("meta"));
    maker.officer(root.get("dataProtectionOfficer"));
    maker.sources(root);
    maker.disclosed(root);
    maker.transfers(root);
    maker.rights(root);
    maker.decisions(root.get("automatedDecisionMaking"));
    maker.fieldless();
    let why = "a change of purpose is a new version of the policy; `kept diff` says what it changes";
    maker.account.leave(root.get("changesOfPurpose"), why);
    draft
}

/// A draft in the making.
struct Maker<'a> {
    account: &'a mut Account,
    draft: &'a mut Draft,
    /// The path of the controller's table.
    controller: String,
    /// The controller's address for requests.
    email: Option<String>,
}

impl Maker<'_> {
    fn controller(&mut self, root: &Node) {
        let node = root.get("controller");
        let said = node.and_then(|node| node.get("statement"));
        let own = self.account.carry(said, "controller").and_then(|id| named(&id, "controller"));
        let name = node.and_then(|node| node.get("name"));
        let text = self.account.carry(name, "controller.*.name");
        let id = own
            .unwrap_or_else(|| self.draft.free_name("controller", text.as_deref().unwrap_or("controller")));
        let path = format!("controller.{id}");
        self.controller = path.clone();
        let Some(node) = node else { return };
        let country = node.get("country");
        let code = self.country(country, &format!("{path}.country"));
        let post = self.account.carry(node.get("address"), &format!("{path}.post"));
        let post = post.map(|text| on_one_line(&text));
        let division = self.account.remark(
            node.get("division"),
            &format!("{path}.post"),
            "a division has no key of its own; it stands before the address",
        );
        let post = [division, post].into_iter().flatten().collect::<Vec<_>>().join(", ");
        let name = text.clone();
        let table = self.draft.table(&path);
        table.comment("from TILT `controller`");
        table.set_some("name", name).set_some("country", code).set("post", post);
        self.representative(node, text.as_deref());
        self.registered(node.get("registered"));
        self.note(node.get("sector"), &path, "sector");
    }

    /// The controller itself, or who represents it; either way the address for requests.
    fn representative(&mut self, controller: &Node, name: Option<&str>) {
        let Some(node) = controller.get("representative") else { return };
        let path = self.controller.clone();
        let who = node.get("name");
        let same = text_of(who).as_deref().is_none_or(|who| Some(who) == name);
        let email = node.get("email");
        let remark = "the representative's address, taken as the one for requests";
        let to = format!("{path}.email");
        let email =
            if same { self.account.carry(email, &to) } else { self.account.remark(email, &to, remark) };
        let phone = self.account.carry(node.get("phone"), &format!("{path}.phone"));
        let words = if same {
            self.account.remark(who, &format!("{path}.name"), "the controller represents itself");
            None
        } else {
            let words = self.account.carry(who, &format!("{path}.representative"));
            let reached = words.into_iter().chain(email.clone()).collect::<Vec<_>>();
            Some(reached.join(", ")).filter(|words| !words.is_empty())
        };
        self.email.clone_from(&email);
        let table = self.draft.table(&path);
        table.set_some("email", email).set_some("phone", phone).set_some("representative", words);
    }

    fn registered(&mut self, node: Option<&Node>) {
        let Some(Node::Table(fields)) = node else { return };
        let path = self.controller.clone();
        for (kind, value) in fields {
            let kind = slug(kind);
            if let Some(number) = self.account.carry(Some(value), &format!("{path}.registered.{kind}")) {
                self.draft.table(&path).put("registered", &kind, number);
            }
        }
    }

    fn meta(&mut self, node: Option<&Node>) {
        let Some(node) = node else { return };
        self.account.remark(node.get("name"), &format!("{}.name", self.controller), "said by the controller");
        let language = self.account.carry(node.get("language"), "notice.languages");
        let language = language.map(|code| code.to_lowercase().chars().take(2).collect::<String>());
        let day = |text: String| text.get(..10).and_then(|day| day.parse::<jiff::civil::Date>().ok());
        let modified = node.get("modified");
        let date = text_of(modified).and_then(day);
        let (first, second) = match date {
            Some(_) => (modified, node.get("created")),
            None => (node.get("created"), None),
        };
        let date = date.or_else(|| text_of(first).and_then(day));
        if date.is_some() {
            self.account.carry(first, "notice.version");
            self.note(second, "notice", "made");
        }
        let why = "a date that can't be read";
        self.account.leave(modified, why);
        self.account.leave(node.get("created"), why);
        for key in ["_id", "_hash", "version", "status", "url"] {
            self.note(node.get(key), "notice", &format!("the document's {}", key.trim_start_matches('_')));
        }
        let table = self.draft.table("notice");
        table.set_some("languages", language.map(|code| vec![code]));
        if let Some(Ok(day)) = date.map(|day| day.to_string().parse::<toml::value::Datetime>()) {
            table.set("version", toml::Value::Datetime(day));
        }
    }

    /// TILT has no form without an officer; words in place of a name say that there is none.
    fn officer(&mut self, node: Option<&Node>) {
        let Some(node) = node else { return };
        let path = self.controller.clone();
        let (name, email) = (text_of(node.get("name")), text_of(node.get("email")));
        let words = name.as_deref().map_or(0, |name| name.split_whitespace().count());
        if words > 6 && email == self.email && !name.as_deref().is_some_and(|name| name.contains('@')) {
            let remark = "words in place of a name: no officer is designated";
            let why = self.account.remark(node.get("name"), &format!("{path}.no-officer"), remark);
            for key in ["email", "address", "country", "phone"] {
                self.account.remark(node.get(key), &path, "the controller's own");
            }
            self.draft.table(&path).set_some("no-officer", why);
            return;
        }
        let to = format!("{path}.officer");
        let mut parts: Vec<String> = Vec::new();
        for key in ["name", "email", "phone", "address"] {
            let Some(text) = self.account.carry(node.get(key), &to) else { continue };
            let text = on_one_line(&text);
            let known = parts.iter().any(|part| part.contains(&text));
            let own = key == "address" && self.says(&path, "post", &text);
            if !known && !own {
                parts.push(text);
            }
        }
        let country = text_of(node.get("country"));
        let own = country.as_deref().is_some_and(|code| self.says(&path, "country", code));
        let country = self.account.carry(node.get("country"), &to).filter(|_| !own);
        parts.extend(country.filter(|country| !parts.iter().any(|part| part.contains(country))));
        self.draft.table(&path).set("officer", parts.join(", "));
    }

    /// Keeps what no key can say as a comment over a table.
    fn note(&mut self, node: Option<&Node>, path: &str, label: &str) {
        for one in node.map(Node::items).unwrap_or_default() {
            if let Some(text) = self.account.remark(Some(one), path, "kept as a comment") {
                self.draft.table(path).comment(format!("{label}: {text}"));
            }
        }
    }

    fn says(&self, path: &str, key: &str, text: &str) -> bool {
        let said = self.draft.find(path).and_then(|table| table.get(key));
        said.and_then(toml::Value::as_str) == Some(text)
    }

    /// A country by its code; a name that is none stays in the remark.
    fn country(&mut self, node: Option<&Node>, to: &str) -> Option<String> {
        let text = text_of(node)?;
        let code = country_code(&text);
        match &code {
            Some(code) if *code == text => self.account.carry(node, to),
            Some(_) => self.account.remark(node, to, "as its code of two letters"),
            None => {
                self.account.leave(node, "no country of this name is known; write its code of two letters");
                None
            }
        };
        code
    }

    fn decisions(&mut self, node: Option<&Node>) {
        let Some(node) = node else { return };
        if text_of(node.get("inUse")).as_deref() != Some("true") {
            if self.account.carry(node.get("inUse"), "decisions.automated").is_some() {
                let table = self.draft.table("decisions");
                table.comment("from TILT `automatedDecisionMaking`").set("automated", "none");
            }
            let why = "said of decisions that are not in use";
            self.account.leave(node.get("logicInvolved"), why);
            self.account.leave(node.get("scopeAndIntendedEffects"), why);
            return;
        }
        let purposes: Vec<String> =
            self.draft.paths().filter(|path| path.starts_with("purpose.")).cloned().collect();
        let path = match purposes.as_slice() {
            [only] => only.clone(),
            _ => format!("purpose.{}", self.draft.free_name("purpose", "automated decisions")),
        };
        let to = format!("{path}.decides");
        self.account.remark(node.get("inUse"), &to, "TILT does not say for which purpose");
        let logic = self.account.carry(node.get("logicInvolved"), &to);
        let effect = self.account.carry(node.get("scopeAndIntendedEffects"), &to);
        let table = self.draft.table(&path);
        if purposes.len() != 1 {
            table
                .comment("from TILT `automatedDecisionMaking`: move `decides` to the purpose that it is for");
        }
        table.put("decides", "what", logic.clone().or_else(|| effect.clone()).unwrap_or_default());
        for (key, text) in [("logic", logic), ("effect", effect)] {
            if let Some(text) = text {
                table.put("decides", key, text);
            }
        }
    }
}

/// The name in a statement's id: `purpose.billing.keep` names `billing`.
fn named(id: &str, section: &str) -> Option<String> {
    let name = id.strip_prefix(section)?.strip_prefix('.')?.split('.').next()?;
    (!name.is_empty() && slug(name) == *name).then(|| name.to_owned())
}

/// The text of a leaf, without an entry in the account.
fn text_of(node: Option<&Node>) -> Option<String> {
    match node? {
        Node::Leaf(_, value) => value.words(),
        Node::List(_) | Node::Table(_) => None,
    }
}

/// Whether TILT's authority is the one that the law names for a country.
fn is_known_authority(code: &str, name: &str) -> bool {
    Authority::of_country(code).is_some_and(|known| known.name == name)
}
