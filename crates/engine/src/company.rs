//! A company at work: its policies through time, its stores, and Kept's own store, opened once for
//! a command. Not here: configuration, the clock, the command line.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use kept_core::identifier::Identifier;
use kept_core::ledger::SystemEntry;
use kept_core::ledger::system::SystemAct;
use kept_core::ledger::{Durable, Entry, PolicyVersion, Pseudonym};
use kept_core::name::PurposeName;
use kept_core::name::{ControllerName, Language};
use kept_core::policy::Policy;
use kept_core::policy::model::Regime;
use kept_core::policy::reader;
use kept_core::policy::source::SourceFile;
use kept_core::standing::{PolicyHistory, PolicyVersion as Version};
use kept_core::time::Instant;
use kept_vault::entry::Whom as Named;
use kept_vault::policy::{PolicyFile, PublishedPolicy};
use kept_vault::{Fault, KeyStore, Location, Settings, SubjectId, Tx, Vault};

use crate::applications::{Pass, Passes};
use crate::audit::STATEMENT_LIMIT;
use crate::decide::Decisions;
use crate::encrypted::with_ways;
use crate::failure::Failure;
use crate::grounds::Gates;
use crate::in_turn::LastTurn;
use crate::ledger::{PublishError, Publisher};
use crate::stores::{Environment, Stores};

/// What opening a company takes.
pub struct Opening {
    /// The policy that is in force from now on, already checked.
    pub policy: Arc<Policy>,
    /// Its files, to be kept with the history.
    pub files: Vec<SourceFile>,
    /// Where relative paths of stores start.
    pub base: PathBuf,
    /// Where URLs of stores are looked up.
    pub environment: Box<Environment>,
    /// Where Kept's own store is.
    pub vault: Location,
    /// Where its keys are.
    pub keys: Box<dyn KeyStore>,
    /// The folder of the published ledger.
    pub ledger: PathBuf,
    /// Where the signer remembers its last checkpoint: outside every backup of the vault.
    pub memory: PathBuf,
}

impl std::fmt::Debug for Opening {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Opening")
            .field("base", &self.base)
            .field("vault", &self.vault)
            .finish_non_exhaustive()
    }
}

/// A company with its stores and Kept's own.
#[derive(Debug)]
pub struct Company {
    pub(crate) history: PolicyHistory,
    pub(crate) stores: Stores,
    pub(crate) vault: Arc<Vault>,
    ledger: PathBuf,
    memory: PathBuf,
    spoken: Option<Language>,
    pub(crate) asked_under: Option<String>,
    pub(crate) gates: Arc<Gates>,
    pub(crate) decisions: Arc<Decisions>,
    pub(crate) last_turn: Arc<LastTurn>,
    pub(crate) passes: Arc<Passes>,
    /// Of the application for which this company works just now.
    pub(crate) pass: Option<Pass>,
    /// How long audits let one question to a store take.
    pub(crate) audit_limit: Duration,
}

impl Company {
    /// Refuses to go on by a policy that is not the newest of the store any more: another process opened it
    /// with a newer one.
    ///
    /// # Errors
    /// [`Failure::Superseded`]; a fault of Kept's own store.
    pub(crate) fn still_in_force(&self, tx: &mut Tx) -> Result<(), Failure> {
        match tx.newest_policy()? {
            Some((digest, from)) if digest != self.policy().digest => Err(Failure::Superseded { from }),
            _ => Ok(()),
        }
    }

    /// The same, for what a service does by itself.
    ///
    /// # Errors
    /// As for acts of applications: [`Failure::Superseded`]; a fault of Kept's own store.
    pub fn check_in_force(&self) -> Result<(), Failure> {
        self.vault.read("newest_policy", |tx| self.still_in_force(tx))
    }

    /// Opens Kept's own store and publishes the policy in it if it is new there.
    ///
    /// # Errors
    /// When the vault can't be opened, or an older policy in it can't be read any more.
    pub fn open(opening: Opening, now: Instant) -> Result<Self, Failure> {
        Self::open_with(opening, Settings::default(), now)
    }

    /// As [`Company::open`], with a patience and a size for Kept's own store.
    ///
    /// # Errors
    /// As for [`Company::open`].
    pub fn open_with(opening: Opening, settings: Settings, now: Instant) -> Result<Self, Failure> {
        Self::open_after(opening, settings, now, |_| Ok(now))
    }

    /// The same, with a look at Kept's own store before anything is written; it gives the instant at
    /// which the company is opened.
    pub(crate) fn open_after(
        opening: Opening,
        settings: Settings,
        now: Instant,
        look: impl FnOnce(&Vault) -> Result<Instant, Failure>,
    ) -> Result<Self, Failure> {
        let Opening { policy, files, base, environment, vault, keys, ledger, memory } = opening;
        let vault = Vault::open(&vault, keys, with_ways(settings), now)?;
        refuse_forgotten(&vault, &memory)?;
        let now = look(&vault)?;
        let history = publish(&vault, policy, &files, now)?;
        let stores = Stores::new(base, environment);
        Ok(Self {
            history,
            stores,
            vault: Arc::new(vault),
            ledger,
            memory,
            spoken: None,
            asked_under: None,
            gates: Arc::default(),
            decisions: Arc::default(),
            last_turn: Arc::default(),
            passes: Arc::default(),
            pass: None,
            audit_limit: STATEMENT_LIMIT,
        })
    }

    /// The same company for another thread: on the same store of Kept's own, so that writers take turns
    /// and what is kept in memory is kept once, with its own connections to the company's stores.
    #[must_use]
    pub fn beside(&self) -> Self {
        Self {
            history: self.history.clone(),
            stores: self.stores.again(),
            vault: Arc::clone(&self.vault),
            ledger: self.ledger.clone(),
            memory: self.memory.clone(),
            spoken: self.spoken.clone(),
            // Under which law one person asks is nothing for the requests of others.
            asked_under: None,
            gates: Arc::clone(&self.gates),
            decisions: Arc::clone(&self.decisions),
            last_turn: Arc::clone(&self.last_turn),
            passes: Arc::clone(&self.passes),
            pass: None,
            audit_limit: self.audit_limit,
        }
    }

    /// Kept's own store, for what stands in it beside the use cases of this crate.
    pub fn store(&self) -> Arc<Vault> {
        Arc::clone(&self.vault)
    }

    /// The folder of what this machine alone remembers.
    pub(crate) fn beside_keys(&self) -> Option<&std::path::Path> {
        self.memory.parent()
    }

    /// The policy in force.
    pub fn policy(&self) -> &Arc<Policy> {
        &self.history.newest().policy
    }

    /// Every policy that was in force.
    pub fn history(&self) -> &PolicyHistory {
        &self.history
    }

    /// Publishes every entry that is not yet public, with the key that checks it beside the folder.
    ///
    /// # Errors
    /// [`Failure::Ledger`]; what was published before stays, and the entries stay in the vault.
    pub fn publish(&self) -> Result<Published, Failure> {
        let failed = |error: PublishError| Failure::Ledger(error.to_string());
        let publisher =
            Publisher::new(&self.vault, &self.ledger, &self.memory, &self.origin()).map_err(failed)?;
        let head = publisher.publish().map_err(failed)?;
        let key = format!("{}\n", publisher.verifier());
        let path = public_key_path(&self.ledger);
        if std::fs::read_to_string(&path).ok().as_deref() != Some(&key) {
            let problem =
                |error: std::io::Error| Failure::Ledger(format!("can't write `{}`: {error}", path.display()));
            std::fs::write(&path, &key).map_err(problem)?;
        }
        Ok(Published { size: head.size, folder: self.ledger.clone(), key: publisher.verifier().to_string() })
    }

    /// The ledger's name: the leading controller's.
    pub(crate) fn origin(&self) -> String {
        format!("kept/{}", self.controller())
    }

    /// Has reports written in this language from now on.
    pub fn speak(&mut self, language: Language) {
        self.spoken = Some(language);
    }

    /// Has requests be received under a regime of the policy from now on (`[rights-for.…]`), named
    /// as the policy names it or by its region; `None` when it is not known where people live, and
    /// every regime's deadline may count.
    ///
    /// # Errors
    /// [`Failure::Refused`] when the policy has none of this name.
    pub fn ask_under(&mut self, named: Option<&str>) -> Result<(), Failure> {
        let Some(named) = named else {
            self.asked_under = None;
            return Ok(());
        };
        let regimes = &self.policy().rights.regimes;
        let is_it = |regime: &&Regime| regime.id == named || regime.region.eq_ignore_ascii_case(named);
        let found = regimes.values().find(is_it).map(|regime| regime.id.clone());
        if found.is_none() {
            let known: Vec<String> =
                regimes.values().map(|one| format!("`{}` ({})", one.id, one.region)).collect();
            let known = match known.as_slice() {
                [] => "it has none; write `[rights-for.NAME]`".to_owned(),
                some => format!("it has {}", some.join(", ")),
            };
            return Err(Failure::Refused(format!("the policy has no regime or region `{named}`: {known}")));
        }
        self.asked_under = found;
        Ok(())
    }

    /// The language in which reports are written: the one asked for, else English where the notice
    /// has it, else the notice's first.
    pub fn language(&self) -> Language {
        if let Some(spoken) = &self.spoken {
            return spoken.clone();
        }
        let languages = &self.policy().notice.languages;
        let english = languages.iter().find(|language| language.as_str() == "en");
        english.or(languages.first()).cloned().unwrap_or_else(|| "en".into())
    }

    /// Has stores tried again that could not be opened before: a service outlives their bad days.
    pub fn retry_stores(&mut self) {
        self.stores.retry();
    }

    /// The leading controller, under whose name people are filed.
    pub(crate) fn controller(&self) -> ControllerName {
        self.policy().controller().map_or_else(|| "".into(), |controller| controller.id.clone())
    }

    /// An entry of Kept's own doing, under the policy in force.
    pub(crate) fn entry(&self, kind: kept_core::ledger::Kind, at: Instant) -> Result<Entry, Failure> {
        let version = PolicyVersion::from_hex(&self.policy().digest).ok_or(Failure::Digest)?;
        Ok(Entry::new(kind, at, Pseudonym::KEPT, version))
    }

    /// Runs a closure and writes its entry in one transaction; the receipt says that both are
    /// durable (ledger.md §5).
    pub(crate) fn act<T>(
        &self,
        name: &'static str,
        mut act: impl FnMut(&mut Tx) -> Result<(T, Act), Failure>,
    ) -> Result<(T, Durable), Failure> {
        let acted = self.vault.act(name, |tx| {
            let (value, Act { entry, subject }) = act(tx)?;
            let whom = subject.map_or(Named::Nobody, Named::One);
            tx.log(whom, entry, &log_purpose())?;
            Ok::<T, Failure>(value)
        })?;
        let receipt =
            acted.receipts.into_iter().next().ok_or(Failure::Vault(Fault::Missing { what: "receipt" }))?;
        Ok((acted.value, receipt))
    }

    /// The person's subject, if Kept knows one of the identifiers.
    pub(crate) fn known_subject(&self, tx: &mut Tx, of: &[Identifier]) -> Result<Option<SubjectId>, Failure> {
        let controller = self.controller();
        for identifier in of {
            let blind = kept_vault::blind::Identifier {
                controller: &controller,
                kind: identifier.kind(),
                canonical: identifier.canonical(),
            };
            if let Some(subject) = tx.find_subject(&blind)? {
                return Ok(Some(subject));
            }
        }
        Ok(None)
    }
}

/// The ledger as it is public now.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Published {
    /// How many entries are public.
    pub size: u64,
    /// Where.
    pub folder: PathBuf,
    /// The key that checks the checkpoint, as other tools read it.
    pub key: String,
}

/// Refuses to go on with an empty store where the signer remembers entries: the store was lost or
/// moved, and a new one would answer as if nothing had ever been done.
fn refuse_forgotten(vault: &Vault, memory: &std::path::Path) -> Result<(), Failure> {
    if !memory.exists() || vault.read("count_entries", Tx::count_entries)? > 0 {
        return Ok(());
    }
    Err(Failure::Ledger(format!(
        "the signer remembers a checkpoint in `{}`, and kept's own store is empty; restore the store from a \
         backup, or move that file away if you really begin anew",
        memory.display()
    )))
}

/// The public key of a published ledger: the file beside its folder.
pub fn public_key_path(ledger: &std::path::Path) -> PathBuf {
    let mut name = ledger.as_os_str().to_owned();
    name.push(".key");
    name.into()
}

/// What an act writes into the ledger, and whom it is about.
#[derive(Clone, Debug)]
pub(crate) struct Act {
    pub(crate) entry: Entry,
    pub(crate) subject: Option<SubjectId>,
}

/// The purpose for whose period entries are kept. One for all kinds, until pruning by kind comes.
pub(crate) fn log_purpose() -> PurposeName {
    PurposeName::from("ledger")
}

/// Files the policy in the vault if it is new there, and gives the whole history.
fn publish(
    vault: &Vault,
    policy: Arc<Policy>,
    files: &[SourceFile],
    now: Instant,
) -> Result<PolicyHistory, Failure> {
    let version = PolicyVersion::from_hex(&policy.digest).ok_or(Failure::Digest)?;
    let texts = files.iter().map(|file| PolicyFile {
        path: file.name.clone(),
        text: String::from_utf8_lossy(&file.bytes).into_owned(),
    });
    let new = PublishedPolicy {
        digest: policy.digest.clone(),
        effective_from: now,
        published_at: now,
        files: texts.collect(),
    };
    let known = vault.read("policies", Tx::policies)?;
    let published = match known.last().filter(|newest| newest.digest == new.digest) {
        Some(_) => known,
        None => vault.write("publish_policy", |tx| {
            if tx.put_policy(&new)? {
                let what = SystemAct::PolicyPublished { version };
                tx.log_system(SystemEntry { at: now, what }, &log_purpose())?;
            }
            tx.policies()
        })?,
    };
    let versions =
        published.into_iter().map(|one| version_of(one, &policy)).collect::<Result<Vec<_>, _>>()?;
    Ok(PolicyHistory::new(versions).unwrap_or_else(|| PolicyHistory::of(policy)))
}

fn version_of(published: PublishedPolicy, current: &Arc<Policy>) -> Result<Version, Failure> {
    let from = published.effective_from;
    if published.digest == current.digest {
        return Ok(Version { from, policy: Arc::clone(current) });
    }
    let files: Vec<SourceFile> =
        published.files.into_iter().map(|file| SourceFile::new(file.path, file.text.into_bytes())).collect();
    let read = reader::read(&files).sound();
    let policy = read.map_err(|found| Failure::OldPolicy {
        from,
        problem: found.into_iter().next().map(|one| one.message).unwrap_or_default(),
    })?;
    Ok(Version { from, policy: Arc::new(policy) })
}
