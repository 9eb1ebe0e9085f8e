//! A root that no machine trusts by itself, and what it issues.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DistinguishedName, DnType, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;

/// What the root calls itself.
pub(crate) const NAME: &str = "Made-up Corporate Root";

/// What is wrong with a certificate, if anything is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    None,
    /// It holds no more.
    Expired,
    /// It is for another name.
    OtherName,
}

/// The root of a made-up company.
pub(crate) struct Authority {
    root: Certificate,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    /// A new one.
    pub(crate) fn new() -> Self {
        let mut params = params(&[], NAME);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let key = KeyPair::generate().expect("a key can always be made");
        let root = params.self_signed(&key).expect("the parameters are right");
        let issuer = Issuer::new(params, key);
        Self { root, issuer }
    }

    /// Its certificate, as SSL_CERT_FILE names one.
    pub(crate) fn pem(&self) -> String {
        let text = STANDARD.encode(self.root.der());
        let lines = text.as_bytes().chunks(64).map(String::from_utf8_lossy);
        let lines: String = lines.map(|line| format!("{line}\n")).collect();
        format!("-----BEGIN CERTIFICATE-----\n{lines}-----END CERTIFICATE-----\n")
    }

    /// What a server needs to pass for this host.
    pub(crate) fn server(&self, host: &str, flaw: Flaw) -> Arc<ServerConfig> {
        let host = match flaw {
            Flaw::OtherName => "another.test",
            Flaw::None | Flaw::Expired => host,
        };
        let mut params = params(&[host.to_owned()], host);
        if flaw == Flaw::Expired {
            params.not_before = date_time_ymd(2020, 1, 1);
            params.not_after = date_time_ymd(2020, 12, 31);
        }
        let key = KeyPair::generate().expect("a key can always be made");
        let own = params.signed_by(&key, &self.issuer);
        let own = own.expect("the parameters are right").der().clone();
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("it is one in PKCS #8");
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the provider has them")
            .with_no_client_auth()
            .with_single_cert(vec![own], key)
            .expect("the key is that of the certificate");
        Arc::new(config)
    }
}

fn params(hosts: &[String], name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(hosts).expect("hosts are letters and digits");
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params
}
