//! Applications that ask over the network: each has a key of its own, bound to what it may do and to
//! the purposes for which it may do it. A key is shown once and stands nowhere.
//!
//! Not here: how a key travels (`kept-web`), and what a purpose allows (`kept_core::decision`).

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kept_core::name::PurposeName;
use kept_core::time::Instant;
use kept_vault::Secret;
use serde::{Deserialize, Serialize};

use crate::company::Company;
use crate::failure::Failure;

/// What begins every key, so that a scanner for leaked keys knows one.
const PREFIX: &str = "kept_";

/// The longest name, in bytes.
const NAME_MAX: usize = 64;

/// The words for scopes, and what each lets an application do.
macro_rules! scopes {
    ($($(#[doc = $doc:literal])* $item:ident = $word:literal),+ $(,)?) => {
        /// What an application may do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum May {
            $($(#[doc = $doc])* $item,)+
        }

        impl May {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$item),+];

            /// Its word.
            pub fn word(self) -> &'static str {
                match self { $(Self::$item => $word,)+ }
            }
        }
    };
}

scopes! {
    /// Record what is collected about people.
    Collect = "collect",
    /// Record events, what people were told, deaths and reports of guardians.
    Record = "record",
    /// Record consents, withdrawals and objections.
    Consent = "consent",
    /// Place and lift restrictions and holds, decide on objections.
    Restrict = "restrict",
    /// Ask whether something may be done, and who may be addressed.
    Decide = "decide",
    /// Read through the gate.
    Read = "read",
    /// Disclose to recipients.
    Disclose = "disclose",
    /// Ask why data are held, and what falls due.
    Explain = "explain",
    /// Run retention.
    Sweep = "sweep",
    /// See the audit, its history, and the state in numbers.
    Audit = "audit",
}

/// What an application may do, and for which purposes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Scope {
    /// What.
    pub may: BTreeSet<May>,
    /// For which purposes; `None` means every one, those of later policies too.
    pub purposes: Option<BTreeSet<PurposeName>>,
}

impl Scope {
    /// Whether something may be done for a purpose, or for none in particular.
    pub fn allows(&self, may: May, purposes: &[PurposeName]) -> bool {
        let named = |own: &BTreeSet<PurposeName>| purposes.iter().all(|purpose| own.contains(purpose));
        self.may.contains(&may) && self.purposes.as_ref().is_none_or(named)
    }
}

/// An application as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Application {
    /// Its name.
    pub name: String,
    /// What it may do.
    #[serde(flatten)]
    pub scope: Scope,
    /// Since when.
    pub made_at: Instant,
    /// From when on no more.
    pub revoked_at: Option<Instant>,
}

impl Company {
    /// Makes a key for an application. It is returned this once.
    ///
    /// # Errors
    /// [`Failure::Refused`] for a name that is taken or is none, a scope without anything in it, or a
    /// purpose that the policy does not have; a fault of Kept's own store.
    pub fn make_application(&self, name: &str, scope: &Scope, now: Instant) -> Result<String, Failure> {
        self.check_application(name, scope)?;
        let key = Secret::random()?;
        let text = serde_json::to_string(scope).map_err(|_| Failure::Plan)?;
        let is_new = self.vault.write("make_application", |tx| {
            tx.put_application(name, &key, &text, now).map_err(Failure::from)
        })?;
        if !is_new {
            return Err(Failure::Refused(format!(
                "an application `{name}` has or had a key: take another name"
            )));
        }
        Ok(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(key.expose())))
    }

    fn check_application(&self, name: &str, scope: &Scope) -> Result<(), Failure> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        if name.is_empty() || name.len() > NAME_MAX || !name.bytes().all(is_plain) {
            let what = format!("a name has 1 to {NAME_MAX} letters, digits, `-`, `_` or `.`");
            return Err(Failure::Refused(what));
        }
        if scope.may.is_empty() {
            return Err(Failure::Refused("an application that may do nothing needs no key".to_owned()));
        }
        let known = |purpose: &PurposeName| {
            self.policy().purposes.contains_key(purpose) || BUILT_IN.contains(&purpose.as_str())
        };
        match scope.purposes.iter().flatten().find(|purpose| !known(purpose)) {
            Some(purpose) => Err(Failure::Refused(format!("the policy has no purpose `{purpose}`"))),
            None => Ok(()),
        }
    }

    /// The application whose key this is, if it is one that was not revoked.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub fn application(&self, key: &str) -> Result<Option<Application>, Failure> {
        let bytes = key.strip_prefix(PREFIX).and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
        let Some(secret) = bytes.as_deref().and_then(Secret::from_bytes) else { return Ok(None) };
        let found = self.vault.read("application", |tx| tx.application(&secret).map_err(Failure::from))?;
        found.map(listed).transpose()
    }

    /// Every application.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub fn applications(&self) -> Result<Vec<Application>, Failure> {
        let all = self.vault.read("applications", |tx| tx.applications().map_err(Failure::from))?;
        all.into_iter().map(listed).collect()
    }

    /// Takes an application's key back, at once; whether it had one.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub fn revoke_application(&self, name: &str, now: Instant) -> Result<bool, Failure> {
        self.vault.write("revoke_application", |tx| tx.revoke_application(name, now).map_err(Failure::from))
    }

    /// When a duty of the service was last done.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub fn duty_last(&self, name: &str) -> Result<Option<Instant>, Failure> {
        self.vault.read("duty_last", |tx| tx.duty_last(name).map_err(Failure::from))
    }

    /// Notes that a duty of the service was done.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub fn duty_done(&self, name: &str, now: Instant) -> Result<(), Failure> {
        self.vault.write("duty_done", |tx| tx.duty_done(name, now).map_err(Failure::from))
    }
}

/// Purposes that no policy declares (semantics 15).
const BUILT_IN: [&str; 4] = ["rights", "erasure", "incident", "backup"];

fn listed(filed: kept_vault::application::Application) -> Result<Application, Failure> {
    let scope = serde_json::from_str(&filed.scope).map_err(|_| Failure::Plan)?;
    Ok(Application { name: filed.name, scope, made_at: filed.made_at, revoked_at: filed.revoked_at })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_allows_what_it_names_for_the_purposes_it_names() {
        let billing = PurposeName::from("billing");
        let scope = Scope { may: [May::Decide].into(), purposes: Some([billing.clone()].into()) };
        assert!(scope.allows(May::Decide, std::slice::from_ref(&billing)));
        assert!(!scope.allows(May::Collect, std::slice::from_ref(&billing)));
        assert!(!scope.allows(May::Decide, &[billing, "prospecting".into()]));
        let all = Scope { may: [May::Decide].into(), purposes: None };
        assert!(all.allows(May::Decide, &["prospecting".into()]));
    }
}
