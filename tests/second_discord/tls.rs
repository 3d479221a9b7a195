//! TLS as Discord's edge speaks it, with an authority of this test's own, and a look at what a client says first.

use openssl::asn1::Asn1Time;
use openssl::bn::{BigNum, MsbOption};
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::ssl::{SslAcceptor, SslMethod, SslVersion};
use openssl::x509::extension::{BasicConstraints, KeyUsage, SubjectAlternativeName};
use openssl::x509::{X509, X509Builder, X509Name, X509NameBuilder};

/// Somebody who signs certificates, trusted by whoever is given theirs.
pub struct Authority {
    certificate: X509,
    key: PKey<Private>,
}

impl Authority {
    pub fn new() -> Self {
        let (mut builder, key) = new_builder("Second Discord test authority");
        let name = named("Second Discord test authority");
        builder.set_issuer_name(&name).unwrap();
        let constraints = BasicConstraints::new().critical().ca().build().unwrap();
        builder.append_extension(constraints).unwrap();
        let usage = KeyUsage::new().critical().key_cert_sign().crl_sign().build();
        builder.append_extension(usage.unwrap()).unwrap();
        builder.sign(&key, MessageDigest::sha256()).unwrap();
        Self {
            certificate: builder.build(),
            key,
        }
    }

    /// The certificate as a file holds it, to be trusted.
    pub fn pem(&self) -> Vec<u8> {
        self.certificate.to_pem().unwrap()
    }

    /// A server under this name that speaks this version and no other.
    pub fn acceptor(&self, host: &str, version: SslVersion) -> SslAcceptor {
        let (mut builder, key) = new_builder(host);
        builder.set_issuer_name(self.certificate.subject_name()).unwrap();
        let alternative = SubjectAlternativeName::new()
            .dns(host)
            .build(&builder.x509v3_context(Some(&self.certificate), None));
        builder.append_extension(alternative.unwrap()).unwrap();
        builder.sign(&self.key, MessageDigest::sha256()).unwrap();
        let mut acceptor = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server()).unwrap();
        acceptor.set_certificate(&builder.build()).unwrap();
        acceptor.set_private_key(&key).unwrap();
        acceptor.set_min_proto_version(Some(version)).unwrap();
        acceptor.set_max_proto_version(Some(version)).unwrap();
        acceptor.build()
    }
}

fn named(name: &str) -> X509Name {
    let mut builder = X509NameBuilder::new().unwrap();
    builder.append_entry_by_text("CN", name).unwrap();
    builder.build()
}

fn new_builder(subject: &str) -> (X509Builder, PKey<Private>) {
    let curve = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    let key = PKey::from_ec_key(EcKey::generate(&curve).unwrap()).unwrap();
    let mut serial = BigNum::new().unwrap();
    serial.rand(120, MsbOption::MAYBE_ZERO, false).unwrap();
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    builder
        .set_serial_number(&serial.to_asn1_integer().unwrap())
        .unwrap();
    builder.set_subject_name(&named(subject)).unwrap();
    builder.set_pubkey(&key).unwrap();
    builder
        .set_not_before(&Asn1Time::days_from_now(0).unwrap())
        .unwrap();
    builder
        .set_not_after(&Asn1Time::days_from_now(30).unwrap())
        .unwrap();
    (builder, key)
}

/// What a client says before anything is agreed on (RFC 8446, 4.1.2).
#[derive(Clone, Debug, Default)]
pub struct ClientHello {
    /// The name of the server it wants.
    pub server_name: Option<String>,
    /// Whether it offers protocols by ALPN, and the bytes that name them.
    pub protocols: Option<Vec<u8>>,
}

/// Reads the first record of a connection; what it does not understand it leaves out.
pub fn read_client_hello(record: &[u8]) -> ClientHello {
    let mut hello = ClientHello::default();
    // Record header 5, handshake header 4, version 2, random 32.
    let Some(rest) = record.get(43..) else {
        return hello;
    };
    let rest = [1_usize, 2, 1]
        .iter()
        .try_fold(rest, |rest, size| split_block(rest, *size).map(|(_, rest)| rest));
    let mut extensions = rest
        .and_then(|rest| split_block(rest, 2))
        .map_or(&[][..], |(all, _)| all);
    while extensions.len() >= 4 {
        let kind = u16::from_be_bytes([extensions[0], extensions[1]]);
        let Some((data, rest)) = split_block(&extensions[2..], 2) else {
            return hello;
        };
        match kind {
            // A list of names, each with its kind; there is one.
            0 => {
                hello.server_name = data
                    .get(5..)
                    .map(|name| String::from_utf8_lossy(name).into_owned())
            }
            16 => hello.protocols = Some(data.to_vec()),
            _ => {}
        }
        extensions = rest;
    }
    hello
}

/// A block whose length stands before it in `size` bytes, and what comes after.
fn split_block(bytes: &[u8], size: usize) -> Option<(&[u8], &[u8])> {
    let length = bytes
        .get(..size)?
        .iter()
        .fold(0, |length, byte| length << 8 | usize::from(*byte));
    let block = bytes.get(size..size + length)?;
    Some((block, &bytes[size + length..]))
}
