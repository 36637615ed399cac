//! Certificates (证书) as they come in: X.509, lists of revoked ones, the files they come in.
//!
//! Pure: bytes in, plain facts out. Knows no vault and no clock, and trusts nobody: whether an issuer counts is for
//! people to say. What a certificate does not tell is left untold; a period that rests on it never ends.
//!
//! Read here rather than by a crate: those that there are refuse a certificate for a time that is written oddly, when
//! an archive has to keep it and say that its end is not known; and they make a tree of a list, when it only has to be
//! passed over once.

mod crl; // lists of revoked certificates
mod der; // one element at a time
mod file; // PEM, DER, base64, PKCS #7
mod moment; // times, and those that name none
mod name; // names, and when two are the same
mod read; // one certificate
mod signature; // who signed

pub use crl::{Crl, Entry, Reason};
pub use file::{Found, certificates, read_file};
pub use name::Name;
pub use read::Certificate;
pub use signature::Verdict;

/// The largest file: base64 of the largest list.
pub const FILE_BYTES_MAX: usize = 384 << 20;

/// Why bytes are not what they were taken for. Never repeats what stands in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Neither PEM nor DER nor base64.
    #[error("it is neither PEM nor DER")]
    Foreign,
    /// It ends too soon.
    #[error("it is cut off")]
    Cut,
    /// It is longer than anything of its kind.
    #[error("it is too large")]
    Large,
    /// A part is not where or what it should be.
    #[error("{0}")]
    Form(&'static str),
    /// Of a version that there is not.
    #[error("it is of an unknown version")]
    Version,
    /// A negative serial number: viewers show it in two ways.
    #[error("its serial number is negative")]
    NegativeSerial,
    /// A serial number of more than 20 octets.
    #[error("its serial number has more than 20 octets")]
    LongSerial,
    /// The base64 between two lines of PEM is none.
    #[error("its base64 cannot be read")]
    Base64,
    /// A critical extension that is not known: the list must not be used.
    #[error("it has a critical extension that is not known")]
    Critical,
    /// A list of attribute certificates.
    #[error("it is a list of attribute certificates")]
    Attributes,
    /// A list where certificates were expected.
    #[error("it is a list of revoked certificates")]
    List,
    /// A request for a certificate.
    #[error("it is a request for a certificate")]
    Request,
    /// A PKCS #12 file, which holds private keys.
    #[error("it is a file of private keys (PKCS #12)")]
    KeyStore,
    /// Another envelope than SignedData.
    #[error("it is a sealed or other envelope, not one of certificates")]
    Envelope,
    /// An envelope of nothing.
    #[error("there is no certificate in it")]
    Empty,
}
