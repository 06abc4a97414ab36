//! Applications that ask over the network: each has a key of its own, bound to what it may do and to
//! the purposes for which it may do it. A key is shown once and stands nowhere.
//!
//! Not here: how a key travels (`kept-web`), and what a purpose allows (`kept_core::decision`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kept_core::name::{ControllerName, PurposeName};
use kept_core::policy::naming::NameOf;
use kept_core::time::Instant;
use kept_vault::{Secret, Tx};
use serde::{Deserialize, Serialize};

use crate::company::Company;
use crate::failure::Failure;

/// What begins every key, so that a scanner for leaked keys knows one.
const PREFIX: &str = "kept_";

/// How many applications are kept in memory.
const PASSES_MAX: usize = 1_000;

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
    /// As which controller of the policy, where it has several; `None` means any, as each request says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub controller: Option<ControllerName>,
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

/// An application whose key was good a moment ago.
#[derive(Clone)]
pub struct Pass {
    /// The application.
    pub application: Arc<Application>,
    /// What is kept of its key: a keyed digest.
    blind: [u8; 32],
}

impl std::fmt::Debug for Pass {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Pass").field("application", &self.application.name).finish_non_exhaustive()
    }
}

/// The applications whose keys were good, by the keyed digest of the key.
#[derive(Debug, Default)]
pub(crate) struct Passes(Mutex<BTreeMap<[u8; 32], Arc<Application>>>);

impl Passes {
    fn find(&self, blind: &[u8; 32]) -> Option<Arc<Application>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(blind).cloned()
    }

    fn keep(&self, blind: [u8; 32], application: &Arc<Application>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= PASSES_MAX {
            known.clear();
        }
        known.insert(blind, Arc::clone(application));
    }

    fn forget(&self, blind: &[u8; 32]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(blind);
    }
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
        let controllers = &self.policy().controllers;
        if let Some(name) = scope.controller.as_ref().filter(|name| !controllers.contains_key(*name)) {
            return Err(Failure::no_such(self.policy(), NameOf::Controller, name.as_str()));
        }
        let known = |purpose: &PurposeName| {
            self.policy().purposes.contains_key(purpose) || BUILT_IN.contains(&purpose.as_str())
        };
        match scope.purposes.iter().flatten().find(|purpose| !known(purpose)) {
            Some(purpose) => Err(Failure::no_such(self.policy(), NameOf::Purpose, purpose.as_str())),
            None => Ok(()),
        }
    }

    /// The application whose key this is, if it is one that was not revoked.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub fn application(&self, key: &str) -> Result<Option<Application>, Failure> {
        let Some(secret) = secret_of(key) else { return Ok(None) };
        let found = self.vault.read("application", |tx| tx.application(&secret).map_err(Failure::from))?;
        found.map(listed).transpose()
    }

    /// The same from memory, for an act that asks again in its own transaction ([`Company::work_for`]): a
    /// key that was good once is taken for good until then.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub fn pass(&self, key: &str) -> Result<Option<Pass>, Failure> {
        let Some(secret) = secret_of(key) else { return Ok(None) };
        let blind = self.vault.application_blind(&secret);
        if let Some(application) = self.passes.find(&blind) {
            return Ok(Some(Pass { application, blind }));
        }
        let Some(application) = self.application(key)?.map(Arc::new) else { return Ok(None) };
        self.passes.keep(blind, &application);
        Ok(Some(Pass { application, blind }))
    }

    /// From now on this company works for an application: what it reads and records is refused with
    /// [`Failure::Revoked`] when the key was revoked meanwhile. For nobody in particular without one.
    pub fn work_for(&mut self, pass: Option<Pass>) {
        self.pass = pass;
    }

    /// Whether the application for which this company works may still ask.
    pub(crate) fn still_admitted(&self, tx: &mut Tx) -> Result<(), Failure> {
        let Some(pass) = &self.pass else { return Ok(()) };
        if tx.is_application(&pass.blind)? {
            return self.still_in_force(tx);
        }
        self.passes.forget(&pass.blind);
        Err(Failure::Revoked)
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
pub(crate) const BUILT_IN: [&str; 4] = ["rights", "erasure", "incident", "backup"];

/// What stands behind the text of a key.
fn secret_of(key: &str) -> Option<Secret> {
    let bytes = key.strip_prefix(PREFIX).and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
    bytes.as_deref().and_then(Secret::from_bytes)
}

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
        let scope =
            Scope { may: [May::Decide].into(), purposes: Some([billing.clone()].into()), controller: None };
        assert!(scope.allows(May::Decide, std::slice::from_ref(&billing)));
        assert!(!scope.allows(May::Collect, std::slice::from_ref(&billing)));
        assert!(!scope.allows(May::Decide, &[billing, "prospecting".into()]));
        let all = Scope { may: [May::Decide].into(), purposes: None, controller: None };
        assert!(all.allows(May::Decide, &["prospecting".into()]));
    }
}
