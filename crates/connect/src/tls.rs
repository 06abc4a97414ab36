//! Encrypted connections to database servers: whom a certificate is checked against.
//!
//! What is demanded (`kept_core::transport`) is never lowered: a server that does not offer encryption is
//! refused before a name or a password is sent. The way of the bytes is `tunnel`'s; calls over HTTP are
//! `http::tls`'s.

use std::sync::Arc;

use kept_core::transport::{Check, Demand, WrongUrl};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use crate::fault::StoreFault;

pub(crate) mod greeting;
pub(crate) mod tunnel;
pub mod way;

/// Where systems keep the authorities that they trust.
const SYSTEM: [&str; 3] =
    ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

fn wrong(why: impl Into<String>) -> StoreFault {
    StoreFault::Unreachable { why: why.into() }
}

impl From<WrongUrl> for StoreFault {
    fn from(wrong: WrongUrl) -> Self {
        Self::Unreachable { why: wrong.0 }
    }
}

/// How connections are encrypted.
///
/// # Errors
/// [`StoreFault::Unreachable`] for a file of authorities that can't be read or holds none.
pub(crate) fn config(demand: &Demand) -> Result<Arc<ClientConfig>, StoreFault> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let authority = match demand.check {
        Check::Nobody => None,
        Check::Authority | Check::Host => {
            let roots = Arc::new(roots(demand.authorities.as_deref().unwrap_or_default())?);
            let strict = WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(&provider)).build();
            Some(strict.map_err(|_| wrong("its authority's certificate can't be used"))?)
        }
    };
    let verifier = Checked {
        authority,
        for_host: demand.check == Check::Host,
        algorithms: provider.signature_verification_algorithms,
    };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| wrong("no encryption can be set up here"))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(Arc::new(config))
}

fn roots(path: &str) -> Result<RootCertStore, StoreFault> {
    let own = [path];
    let paths = if path == "system" { SYSTEM.as_slice() } else { own.as_slice() };
    let read = paths.iter().find_map(|path| std::fs::read(path).ok());
    let pem = read.ok_or_else(|| wrong("the file of its authority (`sslrootcert`) can't be read"))?;
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(CertificateDer::pem_slice_iter(&pem).filter_map(Result::ok));
    if roots.is_empty() {
        return Err(wrong("the file of its authority (`sslrootcert`) holds no certificate in PEM"));
    }
    Ok(roots)
}

/// Why a handshake failed, in our words.
pub(crate) fn words(error: &Error) -> &'static str {
    match error {
        Error::InvalidCertificate(CertificateError::UnknownIssuer | CertificateError::BadSignature) => {
            "its certificate is of another authority than its URL names (`sslrootcert`)"
        }
        Error::InvalidMessage(_) => "it does not speak TLS there",
        other => crate::http::tls_words(other),
    }
}

/// Takes the certificates that are demanded; that the other side holds its key is checked in any case.
#[derive(Debug)]
struct Checked {
    /// Who knows the authority; nobody takes every certificate.
    authority: Option<Arc<WebPkiServerVerifier>>,
    /// Whether the certificate must be for the host of the URL.
    for_host: bool,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for Checked {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        answer: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(authority) = &self.authority else { return Ok(ServerCertVerified::assertion()) };
        match authority.verify_server_cert(certificate, between, name, answer, now) {
            // The name is looked at last, when the authority is found good.
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if !self.for_host => Ok(ServerCertVerified::assertion()),
            other => other,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
