//! Webhooks: services that are told. Not here: stores that answer for their rows (`store`).

use indexmap::IndexMap;

use super::section::Section;
use super::{Reader, codes};
use crate::name::{IdentifierKind, WebhookName};
use crate::policy::model::{Secret, Url, Webhook};

impl Reader<'_> {
    pub(super) fn webhooks(&mut self, root: &Section<'_>) -> IndexMap<WebhookName, Webhook> {
        let sections = root.section("webhook").sections();
        sections
            .into_iter()
            .map(|(name, section)| {
                let name = WebhookName::from(name.text);
                (name.clone(), self.webhook(name, &section))
            })
            .collect()
    }

    fn webhook(&mut self, name: WebhookName, section: &Section<'_>) -> Webhook {
        let url = match (section.string("url"), section.section("url").string("env")) {
            (Some(written), _) => Url::Written(written),
            (None, Some(variable)) => Url::Env(variable),
            (None, None) => {
                self.lacks(section, "url", "write `url = { env = \"CRM_HOOK_URL\" }`");
                Url::Written(String::new())
            }
        };
        let said = section.section("secret");
        let secret = match (said.string("env"), said.string("file")) {
            (Some(variable), _) => Secret::Env(variable),
            (None, Some(file)) => Secret::File(file),
            (None, None) => {
                self.lacks(section, "secret", "write `secret = { env = \"CRM_HOOK_SECRET\" }`");
                Secret::Env(String::new())
            }
        };
        let identifier = section.string("identifier").unwrap_or_else(|| {
            self.lacks(
                section,
                "identifier",
                "write `identifier = \"email\"`, or another kind by which it knows people",
            );
            String::new()
        });
        Webhook {
            name,
            url,
            secret,
            allows_plain: section.truth("plain").unwrap_or(false),
            ca: section.section("ca").string("file"),
            identifier: IdentifierKind::from(identifier),
            tells: section.strings("tells"),
        }
    }

    fn lacks(&mut self, section: &Section<'_>, key: &str, help: &str) {
        let path = section.at(key);
        // What is there and could not be read has been reported.
        if !self.places.is_broken(&path) && !self.places.has_below(&path) {
            let raised = codes::webhook::INCOMPLETE.raise(format!("`[{}]` has no `{key}`", section.path));
            self.found.push(self.places.point_key(raised, &section.path, "").help(help));
        }
    }
}
