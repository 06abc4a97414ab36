//! Encryption of calls: whom a certificate is checked against, and what is said where it does not hold.
//!
//! Not here: the calls (`client`).

use std::sync::Arc;

use rustls::CertificateError;
use ureq::tls::{Certificate, PemItem, RootCerts, parse_pem};

use crate::fault::StoreFault;

/// The authorities of a file in PEM, or the usual public ones.
///
/// # Errors
/// [`StoreFault::Unreachable`] for a file that holds no certificate.
pub(super) fn roots(authorities: Option<&[u8]>) -> Result<RootCerts, StoreFault> {
    let Some(pem) = authorities else { return Ok(RootCerts::WebPki) };
    let certificates = parse_pem(pem).filter_map(|item| match item {
        Ok(PemItem::Certificate(certificate)) => Some(certificate),
        _ => None,
    });
    let certificates: Vec<Certificate<'static>> = certificates.collect();
    if certificates.is_empty() {
        let why = "the file that `ca` names holds no certificate in PEM".to_owned();
        return Err(StoreFault::Unreachable { why });
    }
    Ok(RootCerts::Specific(Arc::new(certificates)))
}

/// Why an encrypted connection did not come about; `None` where that is not what went wrong. Trying
/// again would change nothing.
pub(super) fn refused(error: &ureq::Error) -> Option<&'static str> {
    match error {
        ureq::Error::Rustls(error) => Some(words(error)),
        ureq::Error::Tls(_) => Some("the encrypted connection was refused"),
        // A handshake happens with the first bytes, and fails as they do.
        ureq::Error::Io(error) => error.get_ref().and_then(|inner| {
            let own = inner.downcast_ref::<rustls::Error>();
            own.or_else(|| inner.source().and_then(|source| source.downcast_ref())).map(words)
        }),
        _ => None,
    }
}

/// What went wrong with an encrypted connection, in our words.
pub(crate) fn words(error: &rustls::Error) -> &'static str {
    let rustls::Error::InvalidCertificate(problem) = error else {
        return match error {
            rustls::Error::InvalidMessage(_) => {
                "it does not speak TLS there; is it `http://`, or another port?"
            }
            _ => "the encrypted connection was refused",
        };
    };
    match problem {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "its certificate has expired",
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "its certificate is not valid yet; look at the clocks"
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "its certificate is for another name than the URL's host"
        }
        // An authority of the same name and another key signs otherwise.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "its certificate is of an authority that is not known; name your own with `ca = { file = \"ca.pem\" }`"
        }
        CertificateError::Revoked => "its certificate was revoked",
        _ => "its certificate can't be trusted",
    }
}
