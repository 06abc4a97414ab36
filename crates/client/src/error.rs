//! What can go wrong with a call: that it did not come through, or what the service says against it.

/// Why a call has no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The base is no URL that this client can call.
    #[error(
        "the service's URL begins with neither `http://` nor, where the crate has its feature `tls`, `https://`"
    )]
    Url,
    /// The key can't be sent.
    #[error("the application's key is empty, or has signs that no header takes")]
    Key,
    /// The call did not come through: nothing is known of whether it was carried out.
    #[error("the service could not be called: {0}")]
    Call(#[from] ureq::Error),
    /// The service refuses, and says why.
    #[error("{0}")]
    Refused(Box<Problem>),
    /// Something answered with this status that is not the service.
    #[error("the answer has status {0} and does not say why")]
    Status(u16),
    /// The answer is none that this client understands: it may be older than the service.
    #[error("the answer is not as this client expects it")]
    Strange,
    /// A stream ended before its last line.
    #[error("the stream was cut off after {0} people")]
    CutOff(u64),
}

/// Why the service refuses (problem details, RFC 9457). No personal value is in it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
pub struct Problem {
    /// `urn:kept:problem:` and a word that stays.
    #[serde(rename = "type")]
    pub kind: String,
    /// In a few words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// In a sentence.
    pub detail: String,
    /// The article behind it.
    pub article: Option<String>,
    /// What would mend it.
    pub mend: Option<String>,
    /// The number under which the operator finds a fault.
    pub reference: Option<String>,
    /// After how many seconds to ask again.
    pub retry_after: Option<u64>,
}

impl Problem {
    /// The word that stays: `no-purpose`.
    pub fn code(&self) -> &str {
        self.kind.rsplit(':').next().unwrap_or_default()
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.detail)?;
        if let Some(article) = self.article.as_deref().filter(|article| !article.is_empty()) {
            write!(out, " ({article})")?;
        }
        match &self.mend {
            Some(mend) => write!(out, "; {mend}"),
            None => Ok(()),
        }
    }
}
