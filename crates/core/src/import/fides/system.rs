//! Systems and their privacy declarations.

use toml::Value;

use super::{Maker, OF_THE_SYSTEM, is_of_the_system, text_of};
use crate::import::draft::readable;
use crate::import::node::Node;

impl Maker<'_> {
    pub(super) fn system(&mut self, node: &Node) {
        let key = text_of(node.get("fides_key"));
        let name = text_of(node.get("name")).or_else(|| key.clone()).unwrap_or_else(|| "system".to_owned());
        let recipient = self.vendor(node, &name);
        let declarations = node.all("privacy_declarations");
        let mut purposes = Vec::new();
        for declaration in &declarations {
            purposes.push(self.declaration(node, declaration, &name));
        }
        if let Some(recipient) = &recipient {
            for path in &purposes {
                self.draft.table(path).add("recipients", recipient.as_str());
            }
        }
        let place =
            purposes.first().cloned().or_else(|| recipient.as_ref().map(|id| format!("recipient.{id}")));
        match &place {
            Some(path) => {
                self.account.remark(node.get("fides_key"), path, "kept as a comment");
                self.account.remark(node.get("name"), path, "kept as a comment");
                self.account.remark(node.get("description"), path, "kept as a comment");
            }
            None => self
                .account
                .leave(Some(node), "a system without privacy declarations says nothing of a purpose"),
        }
        let description = text_of(node.get("description"));
        let text = description.map_or_else(String::new, |text| format!(": {text}"));
        let key = key.as_ref().filter(|key| **key != name).map(|key| format!(" ({key})"));
        let text = format!("{name}{}{text}", key.unwrap_or_default());
        let alone = place.filter(|_| purposes.is_empty());
        for path in purposes.iter().chain(&alone) {
            self.draft.table(path).comment(format!("in the system {text}"));
        }
        self.places(node, recipient.as_deref(), &purposes, &name);
        self.joint(node.get("joint_controller").or(node.get("joint_controller_info")), &purposes);
        self.assessment(node, &name);
        self.system_rest(node, &purposes);
    }

    /// A system that others run, as a recipient.
    fn vendor(&mut self, node: &Node, name: &str) -> Option<String> {
        let titles: Vec<&Node> =
            node.all("data_responsibility_title").into_iter().chain(node.all("responsibility")).collect();
        let role = titles.iter().filter_map(|one| text_of(Some(one))).find_map(|text| {
            let plain = text.to_lowercase();
            plain.contains("processor").then_some("processor")
        });
        let legal = text_of(node.get("legal_name"));
        let is_other = role.is_some() || legal.is_some() || text_of(node.get("vendor_id")).is_some();
        if !is_other {
            for one in titles {
                self.account.remark(Some(one), &self.controller.clone(), "the organisation itself");
            }
            return None;
        }
        let title = legal.unwrap_or_else(|| name.to_owned());
        let id = self.draft.free_name("recipient", &title);
        let path = format!("recipient.{id}");
        for one in titles {
            match role {
                Some(_) => self.account.carry(Some(one), &format!("{path}.role")),
                None => self.account.remark(Some(one), &path, "kept as a comment"),
            };
        }
        self.account.carry(node.get("legal_name"), &format!("{path}.name"));
        let mut comments = vec![format!("from the Fides system {name}")];
        for key in ["legal_address", "privacy_policy", "dpo", "vendor_id"] {
            let words = self.account.remark(node.get(key), &path, "kept as a comment");
            comments.extend(words.map(|text| format!("{}: {text}", readable(key))));
        }
        let basis = self.account.carry(node.get("legal_basis_for_transfers"), &format!("{path}.safeguard"));
        let mut bases: Vec<String> = basis.into_iter().collect();
        for one in node.all("legal_basis_for_transfers") {
            bases.extend(
                self.account
                    .carry(Some(one), &format!("{path}.safeguard"))
                    .filter(|text| !bases.contains(text)),
            );
        }
        let table = self.draft.table(&path);
        comments.into_iter().for_each(|text| {
            table.comment(text);
        });
        table.set("name", title).set_some("role", role).set("safeguard", bases.join(", "));
        Some(id)
    }

    fn declaration(&mut self, system: &Node, node: &Node, system_name: &str) -> String {
        let data_use = text_of(node.get("data_use"));
        let title = text_of(node.get("name"))
            .or_else(|| data_use.as_deref().and_then(|key| self.taxonomy.title(key.split('.'))))
            .or_else(|| data_use.as_deref().map(readable))
            .unwrap_or_else(|| readable(system_name));
        // The same use in two systems is two purposes, which a reader tells apart by the system.
        let title = if self.is_titled(&title) { format!("{title} ({system_name})") } else { title };
        let path = format!("purpose.{}", self.draft.free_name("purpose", &title));
        self.account.carry(node.get("name"), &format!("{path}.title"));
        self.draft.table(&path).comment("from a Fides privacy declaration").set("title", title.as_str());
        for one in node.all("data_use") {
            if let Some(key) = self.account.remark(Some(one), &path, "kept as a comment") {
                self.meet(&key);
                self.draft.table(&path).comment(format!("data use: {key}"));
                if let Some(channel) = channel(&key) {
                    self.draft.table(&path).add("marketing", channel);
                }
            }
        }
        for one in node.all("data_categories") {
            let Some(key) = text_of(Some(one)) else { continue };
            if is_of_the_system(&key) {
                self.account.leave(Some(one), OF_THE_SYSTEM);
                continue;
            }
            let datum = self.data(&key);
            self.account.carry(Some(one), &format!("data.{datum}"));
            self.draft.table(&path).add("data", datum);
        }
        for one in node.all("data_subjects") {
            // Older manifests wrote a table here: its name and the rights of these people.
            let key = one.get("name").or(Some(one));
            let Some(text) = text_of(key) else { continue };
            let name = self.people(&text);
            self.account.carry(key, &format!("people.{name}"));
            self.draft.table(&path).add("people", name);
        }
        self.legal_basis(node, data_use.as_deref(), &title, &path);
        self.period(node.get("retention_period"), &path);
        self.special_basis(node, &path);
        self.third_parties(node, &path);
        self.cookies(system, node, &path);
        self.declaration_rest(node, &path);
        path
    }

    fn is_titled(&self, title: &str) -> bool {
        let of = |path: &String| self.draft.find(path).and_then(|table| table.get("title"));
        let purposes = self.draft.paths().filter(|path| path.starts_with("purpose."));
        purposes.filter_map(of).any(|known| known.as_str() == Some(title))
    }

    fn legal_basis(&mut self, node: &Node, data_use: Option<&str>, title: &str, path: &str) {
        let to = format!("{path}.basis");
        let own = node.get("legal_basis_for_processing");
        let text =
            text_of(own).or_else(|| data_use.and_then(|key| self.taxonomy.basis(key)).map(str::to_owned));
        let Some(text) = text else { return };
        let plain = text.to_lowercase();
        let word = match () {
            () if plain.contains("consent") => "consent",
            () if plain.contains("contract") => "contract",
            () if plain.contains("legitimate") => "legitimate-interest",
            () if plain.contains("legal") => "legal-obligation",
            () if plain.contains("vital") => "vital-interest",
            () if plain.contains("public") => "public-task",
            () => {
                self.account.leave(own, "no basis of Art. 6(1) can be read from it");
                return;
            }
        };
        let location = node.get("impact_assessment_location");
        let assessment = self.account.remark(location, &to, "kept as a comment");
        if let Some(place) = assessment {
            self.draft.table(path).comment(format!("impact assessment: {place}"));
        }
        if matches!(word, "consent" | "contract") {
            self.account.carry(own, &to);
            self.draft.table(path).set("basis", word);
            return;
        }
        // The manifest names no interest, law or task: the purpose's own words stand in.
        self.account.remark(
            own,
            &to,
            "the manifest does not say which; the purpose's title stands in its place",
        );
        let table = self.draft.table(path);
        table.put("basis", word, title).comment("basis: say which interest, law or task it is");
    }

    fn special_basis(&mut self, node: &Node, path: &str) {
        let to = format!("{path}.special");
        let basis = node.get("special_category_legal_basis");
        let remark = "said by the special categories of its data";
        self.account.remark(node.get("processes_special_category_data"), &to, remark);
        let Some(text) = text_of(basis) else { return };
        let plain = text.to_lowercase();
        let article = [
            ("consent", "9(2)(a)"),
            ("employment", "9(2)(b)"),
            ("vital", "9(2)(c)"),
            ("legitimate activit", "9(2)(d)"),
            ("not-for-profit", "9(2)(d)"),
            ("made public", "9(2)(e)"),
            ("legal claims", "9(2)(f)"),
            ("substantial", "9(2)(g)"),
            ("health or social", "9(2)(h)"),
            ("medical", "9(2)(h)"),
            ("public health", "9(2)(i)"),
            ("archiv", "9(2)(j)"),
            ("research", "9(2)(j)"),
        ];
        let article = article.iter().find(|(word, _)| plain.contains(word)).map(|(_, article)| *article);
        let data = self.draft.find(path).and_then(|table| table.get("data")).cloned();
        let names = data.as_ref().and_then(Value::as_array).cloned().unwrap_or_default();
        let categories: Vec<String> = names
            .iter()
            .filter_map(Value::as_str)
            .map(|name| name.split('.').next().unwrap_or(name).to_owned())
            .filter(|name| {
                self.draft.find(&format!("data.{name}")).is_some_and(|table| table.get("special").is_some())
            })
            .collect();
        match article {
            Some(article) if !categories.is_empty() => {
                self.account.carry(basis, &to);
                let consents = self.draft.find(path).and_then(|table| table.get("basis")).cloned();
                if article == "9(2)(a)" && consents.as_ref().and_then(Value::as_str) == Some("consent") {
                    let mut explicit = toml::Table::new();
                    explicit.insert("consent".to_owned(), Value::from("explicit"));
                    self.draft.table(path).set("basis", Value::Table(explicit));
                }
                for category in categories {
                    self.draft.table(path).put("special", &category, article);
                }
            }
            _ => self.account.leave(
                basis,
                "no special category among the data, or no condition of Art. 9(2) in the words",
            ),
        }
    }

    fn third_parties(&mut self, node: &Node, path: &str) {
        let shared = node.get("data_shared_with_third_parties");
        self.account.remark(shared, &format!("{path}.recipients"), "said by the recipients");
        let parties = node.all("third_parties");
        let is_shared = text_of(shared).as_deref() == Some("true");
        let mut names: Vec<(String, String)> = Vec::new();
        for one in parties {
            let Some(text) = text_of(Some(one)) else { continue };
            let id = self.draft.free_name("recipient", &text);
            self.account.carry(Some(one), &format!("recipient.{id}.name"));
            names.push((id, text));
        }
        if names.is_empty() && is_shared {
            names.push((self.draft.free_name("recipient", "third parties"), "Third parties".to_owned()));
        }
        let mut data = Vec::new();
        for one in node.all("shared_categories") {
            let Some(key) = text_of(Some(one)) else { continue };
            let datum = self.data(&key);
            self.account.carry(Some(one), &format!("data.{datum}"));
            self.draft.table(path).add("data", datum.as_str());
            data.push(datum);
        }
        for (id, title) in names {
            let table = self.draft.table(&format!("recipient.{id}"));
            table.comment("third parties of a Fides privacy declaration: name them one by one");
            table.set("name", title).set("data", data.clone());
            self.draft.table(path).add("recipients", id);
        }
    }

    fn cookies(&mut self, system: &Node, node: &Node, path: &str) {
        let cookies: Vec<&Node> = node.all("cookies");
        let cookies =
            if cookies.is_empty() && path.starts_with("purpose.") { system.all("cookies") } else { cookies };
        for cookie in cookies {
            let name = cookie.get("name").or(Some(cookie));
            let Some(text) = text_of(name) else { continue };
            let id = self.draft.free_name("cookie", &text);
            let purpose = path.trim_start_matches("purpose.").to_owned();
            let class = format!("cookie-class.{purpose}");
            let consent = self.draft.find(path).and_then(|table| table.get("basis")).cloned();
            let consent = consent.as_ref().and_then(Value::as_str) == Some("consent");
            if self.account.carry(name, &format!("cookie.{id}.name")).is_none() {
                continue;
            }
            let title = self.draft.find(path).and_then(|table| table.get("title")).cloned();
            let table = self.draft.table(&class);
            table.comment("cookies of a Fides privacy declaration").set_some("title", title);
            table.set("purpose", purpose.as_str());
            if consent {
                table.set("consent", true);
            }
            self.draft.table(&format!("cookie.{id}")).set("name", text).set("classes", vec![purpose]);
            self.account.leave(cookie.get("domain"), "the language has no key for a cookie's domain");
            self.account.leave(cookie.get("path"), "the language has no key for a cookie's path");
        }
        let days = text_of(system.get("cookie_max_age_seconds"))
            .and_then(|text| text.parse::<f64>().ok())
            .filter(|seconds| *seconds > 0.0 && *seconds < 3.0e10);
        let class = format!("cookie-class.{}", path.trim_start_matches("purpose."));
        if let Some(seconds) = days
            && self.draft.has(&class)
        {
            let remark = "seconds, rounded up to whole days";
            self.account.remark(system.get("cookie_max_age_seconds"), &format!("{class}.life"), remark);
            let whole = (seconds / 86_400.0).ceil();
            self.draft.table(&class).set("life", format!("{whole} days"));
        }
    }

    fn declaration_rest(&mut self, node: &Node, path: &str) {
        for one in node.all("dataset_references") {
            if let Some(name) = self.account.remark(Some(one), path, "kept as a comment") {
                self.draft.table(path).comment(format!("dataset: {name}; map it as a `[store.…]`"));
            }
        }
        for one in node.all("features") {
            if let Some(name) = self.account.remark(Some(one), path, "kept as a comment") {
                self.draft.table(path).comment(format!("feature: {name}"));
            }
        }
        self.account.leave(node.get("data_qualifier"), "how far data identify people is not said by degrees");
        let why = "a flow between systems; recipients say who receives data";
        self.account.leave(node.get("ingress"), why);
        self.account.leave(node.get("egress"), why);
    }

    /// Countries outside: of a recipient its own, else recipients whose names are not known.
    fn places(&mut self, node: &Node, recipient: Option<&str>, purposes: &[String], name: &str) {
        let vendor = recipient.map(|id| format!("recipient.{id}"));
        for (place, one) in node.all("third_country_transfers").into_iter().enumerate() {
            let path = match &vendor {
                Some(path) if place == 0 => path.clone(),
                _ => {
                    let text = format!("{name} {}", text_of(Some(one)).unwrap_or_default());
                    format!("recipient.{}", self.draft.free_name("recipient", &text))
                }
            };
            let Some(code) = self.country(one, &format!("{path}.country")) else { continue };
            if !self.draft.has(&path) {
                self.in_another_country(&path, vendor.as_deref(), name, &code);
                let id = path.trim_start_matches("recipient.").to_owned();
                for purpose in purposes {
                    self.draft.table(purpose).add("recipients", id.as_str());
                }
            }
            self.draft.table(&path).set("country", code);
        }
    }

    /// Who receives data in a further country: the vendor itself, with its role and its safeguards,
    /// or somebody to be named.
    fn in_another_country(&mut self, path: &str, vendor: Option<&str>, name: &str, code: &str) {
        let vendor = vendor.and_then(|path| self.draft.find(path)).cloned();
        let table = self.draft.table(path);
        match vendor {
            Some(vendor) => {
                let title = vendor.get("name").and_then(Value::as_str).unwrap_or(name);
                table.comment("the same vendor in another country");
                table.set("name", format!("{title} ({code})"));
                for key in ["role", "safeguard"] {
                    table.set_some(key, vendor.get(key).cloned());
                }
            }
            None => {
                table.comment("a transfer of a Fides system: name who receives the data there");
                table.comment("the manifest does not say in which role; without `role` it is a processor");
                table.set("name", format!("Recipients of {name} in {code}"));
            }
        }
    }

    fn joint(&mut self, node: Option<&Node>, purposes: &[String]) {
        let Some(node) = node else { return };
        let words = self.contact(Some(node), "joint.*.with");
        if words.is_empty() {
            return;
        }
        let path = format!("joint.{}", self.draft.free_name("joint", &words));
        let names: Vec<&str> = purposes.iter().map(|path| path.trim_start_matches("purpose.")).collect();
        let table = self.draft.table(&path);
        table.comment("from a Fides joint controller").set("with", words).set("purposes", names);
    }

    /// An impact assessment, in a table of its own or in the keys of newer manifests.
    fn assessment(&mut self, system: &Node, name: &str) {
        let older = system.get("data_protection_impact_assessment");
        let keys = [
            (older.and_then(|one| one.get("is_required")), older, ["progress", "link"]),
            (
                system.get("requires_data_protection_assessments"),
                Some(system),
                ["dpa_progress", "dpa_location"],
            ),
        ];
        for (required, node, parts) in keys {
            let parts = parts.map(|key| node.and_then(|node| node.get(key)));
            if text_of(required).as_deref() != Some("true") {
                let why = "no impact assessment is required";
                self.account.leave(required, why);
                parts.into_iter().for_each(|one| self.account.leave(one, why));
                continue;
            }
            let path = format!("duty.{}", self.draft.free_name("duty", &format!("impact assessment {name}")));
            self.account.carry(required, &path);
            let evidence: Vec<String> = parts
                .into_iter()
                .filter_map(|one| self.account.carry(one, &format!("{path}.evidence")))
                .collect();
            let table = self.draft.table(&path);
            table.comment("from a Fides impact assessment");
            table.set("what", format!("Keep the data protection impact assessment of {name} up to date."));
            table.set("evidence", evidence.join(", "));
        }
    }

    fn system_rest(&mut self, node: &Node, purposes: &[String]) {
        let why = "a flow between systems; recipients say who receives data";
        self.account.leave(node.get("ingress"), why);
        self.account.leave(node.get("egress"), why);
        self.account.leave(
            node.get("system_dependencies"),
            "how systems depend on each other is no statement on data",
        );
        if let Some(path) = purposes.first() {
            for key in [
                "administrating_department",
                "data_security_practices",
                "legitimate_interest_disclosure_url",
                "reason_for_exemption",
            ] {
                if let Some(text) = self.account.remark(node.get(key), path, "kept as a comment") {
                    self.draft.table(path).comment(format!("{}: {text}", readable(key)));
                }
            }
        }
        self.profiling(node, purposes);
        let cookies = ["uses_cookies", "cookie_refresh", "uses_non_cookie_access"];
        for key in cookies {
            self.account
                .leave(node.get(key), "list the cookies in `[cookie.…]`, each with its class and life");
        }
        let why = "where the law does not apply, the policy says nothing";
        self.account.leave(node.get("exempt_from_privacy_regulations"), why);
        self.account.leave(node.get("does_international_transfers"), "said by the countries of recipients");
        let facts = [
            "system_type",
            "organization_fides_key",
            "registry_id",
            "hidden",
            "tags",
            "meta",
            "fides_meta",
            "fidesctl_meta",
        ];
        for key in facts {
            self.account.leave(node.get(key), "about the system, not about data of people");
        }
    }

    /// Profiling is said of the system; the draft says it of each of its purposes.
    fn profiling(&mut self, node: &Node, purposes: &[String]) {
        let uses = node.get("uses_profiling");
        let Some(first) = purposes.first().filter(|_| text_of(uses).as_deref() == Some("true")) else {
            self.account.leave(uses, "no profiles are made");
            return;
        };
        let to = format!("{first}.profiling");
        self.account.remark(uses, &to, "said of the system; the draft says it of each of its purposes");
        let bases: Vec<String> = node
            .all("legal_basis_for_profiling")
            .into_iter()
            .filter_map(|one| self.account.remark(Some(one), &to, "kept as a comment"))
            .collect();
        for path in purposes {
            let table = self.draft.table(path);
            table.set("profiling", true);
            if !bases.is_empty() {
                table.comment(format!("profiling rests on: {}", bases.join(", ")));
            }
        }
    }
}

/// The channel of marketing that a use of Fides names.
fn channel(data_use: &str) -> Option<&'static str> {
    if data_use.contains("communications.email") {
        Some("email")
    } else if data_use.contains("communications.sms") {
        Some("sms")
    } else if data_use.contains("advertising") {
        Some("adverts")
    } else {
        None
    }
}
