//! A TLS handshake for the sake of the certificates that are presented in it.
//!
//! Whether they are to be trusted is for Go to say, by the roots that Go goes by; nothing is sent over such a
//! connection.

use std::io;
use std::net::TcpStream;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, Error, SignatureScheme};

use super::{left, said};

/// Agrees on TLS with `host`; the word is the version. The certificates are there also where that fails.
pub(super) fn shake(
    stream: &mut TcpStream,
    host: &str,
    end: Instant,
    chain: &mut Vec<Vec<u8>>,
) -> io::Result<((), String)> {
    let provider = Arc::new(ring::default_provider());
    let recorder = Arc::new(Recorder {
        provider: provider.clone(),
        chain: Mutex::default(),
    });
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .dangerous()
        .with_custom_certificate_verifier(recorder.clone())
        .with_no_client_auth();
    let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
    let mut connection = ClientConnection::new(Arc::new(config), name).map_err(io::Error::other)?;
    let mut agreed = Ok(());
    while agreed.is_ok() && connection.is_handshaking() {
        agreed = one_exchange(&mut connection, stream, end);
    }
    let presented = recorder.chain.lock();
    *chain = std::mem::take(&mut *presented.unwrap_or_else(PoisonError::into_inner));
    agreed.map_err(said)?;
    let version = connection
        .protocol_version()
        .and_then(|version| version.as_str());
    Ok(((), version.unwrap_or("TLS").to_owned()))
}

fn one_exchange(
    connection: &mut ClientConnection,
    stream: &mut TcpStream,
    end: Instant,
) -> io::Result<()> {
    stream.set_read_timeout(Some(left(end)?))?;
    stream.set_write_timeout(Some(left(end)?))?;
    connection.complete_io(stream).map(drop)
}

/// Keeps the certificates and takes them all.
#[derive(Debug)]
struct Recorder {
    provider: Arc<CryptoProvider>,
    chain: Mutex<Vec<Vec<u8>>>,
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let all = std::iter::once(own).chain(others);
        let mut chain = self.chain.lock().unwrap_or_else(PoisonError::into_inner);
        *chain = all.map(|certificate| certificate.to_vec()).collect();
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let algorithms = &self.provider.signature_verification_algorithms;
        algorithms.supported_schemes()
    }
}
