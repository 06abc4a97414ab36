//! Published policies, in clear, so that any past decision can be made again. Not here: reading
//! them (`kept_core::policy`).

use jiff::Timestamp as Instant;
use serde::{Deserialize, Serialize};

use crate::fault::Fault;
use crate::row::{instant, text};
use crate::statements::{POLICY_LIST, POLICY_MAKE, POLICY_NEWEST};
use crate::transaction::Tx;

/// One file of a policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyFile {
    /// Its path within the policy's folder.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// A policy as it was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedPolicy {
    /// Its digest: the version that acts name.
    pub digest: String,
    /// From when it holds.
    pub effective_from: Instant,
    /// When Kept came to know it.
    pub published_at: Instant,
    /// Its files.
    pub files: Vec<PolicyFile>,
}

impl Tx {
    /// Files a policy, unless it is the newest already. Returns whether it was filed. One that was in force
    /// before comes into force again.
    ///
    /// # Errors
    /// When the store fails.
    pub fn put_policy(&mut self, policy: &PublishedPolicy) -> Result<bool, Fault> {
        if self.newest_policy()?.is_some_and(|(digest, _)| digest == policy.digest) {
            return Ok(false);
        }
        let files = serde_json::to_string(&policy.files).map_err(|_| Fault::Json { what: "policy" })?;
        self.execute_one(
            POLICY_MAKE,
            &[
                text(policy.digest.as_str()),
                instant(policy.effective_from),
                instant(policy.published_at),
                text(files),
            ],
        )?;
        Ok(true)
    }

    /// The digest of the newest policy, and from when it holds.
    ///
    /// # Errors
    /// When the store fails.
    pub fn newest_policy(&mut self) -> Result<Option<(String, Instant)>, Fault> {
        let row = self.one(POLICY_NEWEST, &[])?;
        row.map(|row| Ok((row.text(0)?.to_owned(), row.instant(1)?))).transpose()
    }

    /// Every policy ever filed, by the instant from which it holds.
    ///
    /// # Errors
    /// When the store fails.
    pub fn policies(&mut self) -> Result<Vec<PublishedPolicy>, Fault> {
        let rows = self.query(POLICY_LIST, &[])?;
        rows.iter()
            .map(|row| {
                Ok(PublishedPolicy {
                    digest: row.text(0)?.to_owned(),
                    effective_from: row.instant(1)?,
                    published_at: row.instant(2)?,
                    files: serde_json::from_str(row.text(3)?).map_err(|_| Fault::Json { what: "policy" })?,
                })
            })
            .collect()
    }
}
