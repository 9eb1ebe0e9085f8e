//! What a certificate says of itself.

use std::net::IpAddr;
use std::time::{Duration, SystemTime};

use x509_parser::extensions::GeneralName;
use x509_parser::parse_x509_certificate;
use x509_parser::time::ASN1Time;

/// A certificate that somebody has presented. That it says so proves nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Whose it is: `CN=proxy.example.com, O=Example`.
    pub subject: String,
    /// Who has issued it.
    pub issuer: String,
    /// The names and addresses that it is for.
    pub names: Vec<String>,
    /// From when on it holds.
    pub not_before: SystemTime,
    /// Until when.
    pub not_after: SystemTime,
}

impl Certificate {
    /// Reads a certificate in DER; none where it is none.
    pub fn read(der: &[u8]) -> Option<Self> {
        let (_, read) = parse_x509_certificate(der).ok()?;
        let names = read.subject_alternative_name().ok().flatten();
        let names = names.map(|names| names.value.general_names.iter().filter_map(name));
        Some(Self {
            subject: read.subject().to_string(),
            issuer: read.issuer().to_string(),
            names: names.into_iter().flatten().collect(),
            not_before: time(read.validity().not_before),
            not_after: time(read.validity().not_after),
        })
    }

    /// Whether it is its own issuer, as a root is.
    pub fn is_self_issued(&self) -> bool {
        self.subject == self.issuer
    }
}

fn name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => {
            let four = <[u8; 4]>::try_from(*bytes).map(IpAddr::from);
            let address = four.or_else(|_| <[u8; 16]>::try_from(*bytes).map(IpAddr::from));
            address.ok().map(|address| address.to_string())
        }
        _ => None,
    }
}

fn time(time: ASN1Time) -> SystemTime {
    let seconds = Duration::from_secs(time.timestamp().unsigned_abs());
    let epoch = SystemTime::UNIX_EPOCH;
    let read = match time.timestamp() < 0 {
        true => epoch.checked_sub(seconds),
        false => epoch.checked_add(seconds),
    };
    // Windows has no time before 1601, which is long ago anyway.
    read.unwrap_or(epoch)
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, DnType, KeyPair, date_time_ymd};

    use super::*;

    #[test]
    fn a_time_that_no_system_has_is_long_ago() {
        let read = |seconds| time(ASN1Time::from_timestamp(seconds).unwrap());
        // The year 1.
        assert!(read(-62_135_596_800) <= SystemTime::UNIX_EPOCH);
        assert_eq!(read(1), SystemTime::UNIX_EPOCH + Duration::from_secs(1));
    }

    #[test]
    fn it_says_whose_it_is_and_until_when() {
        let names = ["proxy.test".to_owned(), "127.0.0.1".to_owned()];
        let mut params = CertificateParams::new(names).unwrap();
        params
            .distinguished_name
            .push(DnType::CommonName, "The proxy");
        params.not_before = date_time_ymd(1969, 12, 31);
        params.not_after = date_time_ymd(1970, 1, 2);
        let der = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
        let read = Certificate::read(der.der()).unwrap();
        assert_eq!(read.names, ["proxy.test", "127.0.0.1"]);
        assert!(read.subject.contains("CN=The proxy"), "{}", read.subject);
        assert!(read.is_self_issued());
        let day = Duration::from_secs(24 * 60 * 60);
        assert_eq!(read.not_before, SystemTime::UNIX_EPOCH - day);
        assert_eq!(read.not_after, SystemTime::UNIX_EPOCH + day);
        assert_eq!(Certificate::read(b"no certificate"), None);
    }
}
