//! What a store says, and what a person can do about it.

use crate::said::Said;
use crate::wire::chain;
use jingui_vault::Error;
use object_store::client::{HttpError, HttpErrorKind};

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Read,
    List,
    Write,
}

/// How asking once failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Nothing has this name, or there is no such upload any more.
    Missing,
    /// Something has the name, and the condition was that nothing has.
    Taken,
    /// The store knows no conditions.
    Unconditional,
    /// The range begins behind the end.
    Beyond,
    /// It may go well the next time.
    Passing(String),
    /// Somebody wants it ended.
    Interrupted,
    /// It will not go well by itself.
    Lasting(Fault),
}

/// What will not go well by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub kind: FaultKind,
    pub key: String,
    pub why: String,
}

/// The next step is another one for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FaultKind {
    Unreachable,
    Credentials,
    Denied,
    NoBucket,
    Elsewhere,
    /// With what the store's clock said.
    Clock(String),
    Full,
    ReadOnly,
    Refused,
    Interrupted,
}

impl Fault {
    /// As an error that names the store; `now` is this machine's time.
    pub fn error(&self, store: &str, now: &str) -> Error {
        let (store, key, why) = (store.to_owned(), self.key.clone(), self.why.clone());
        match &self.kind {
            FaultKind::Unreachable => Error::StoreUnreachable { store, why },
            FaultKind::Credentials => Error::StoreCredentials { store, why },
            FaultKind::Denied => Error::StoreDenied { store, key, why },
            FaultKind::NoBucket => Error::NoBucket { store, why },
            FaultKind::Elsewhere => Error::StoreElsewhere { store, why },
            FaultKind::Clock(theirs) => {
                Error::StoreClock { store, ours: now.to_owned(), theirs: theirs.clone() }
            }
            FaultKind::Full => Error::StoreFull { store, key, why },
            FaultKind::ReadOnly => Error::StoreReadOnly { store, key, why },
            FaultKind::Refused => Error::StoreRefused { store, key, why },
            FaultKind::Interrupted => Error::Interrupted {},
        }
    }
}

/// Judges an error of the client library.
pub(crate) fn judge(error: &object_store::Error, key: &str, asked: Asked) -> Trouble {
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(error);
    let mut kind = None;
    while let Some(cause) = next {
        if let Some(said) = cause.downcast_ref::<Said>() {
            return judge_said(said, key, asked);
        }
        if let Some(http) = cause.downcast_ref::<HttpError>() {
            kind = Some(http.kind());
        }
        next = cause.source();
    }
    let why = match kind {
        Some(HttpErrorKind::Timeout) => format!("no answer in time ({})", chain(error)),
        _ => chain(error),
    };
    match error {
        // A key that the client library cannot spell, under a prefix that should be ours alone.
        object_store::Error::InvalidPath { .. } => {
            Trouble::Lasting(Fault { kind: FaultKind::Refused, key: key.into(), why })
        }
        // What is no answer of S3 at all, or one that was cut off, may be one the next time.
        _ => Trouble::Passing(why),
    }
}

/// Judges an answer.
pub(crate) fn judge_said(said: &Said, key: &str, asked: Asked) -> Trouble {
    let lasting = |kind| Trouble::Lasting(Fault { kind, key: key.into(), why: said.to_string() });
    match (said.status, &*said.code) {
        (_, "NoSuchBucket") => lasting(FaultKind::NoBucket),
        (404, _) if asked == Asked::List => lasting(FaultKind::NoBucket),
        (404, _) => Trouble::Missing,
        (412, _) => Trouble::Taken,
        (416, _) => Trouble::Beyond,
        (_, "RequestTimeTooSkewed" | "RequestInTheFuture" | "RequestExpired") => {
            lasting(FaultKind::Clock(said.date.clone().unwrap_or_else(|| "another time".into())))
        }
        (_, "AuthorizationHeaderMalformed" | "IllegalLocationConstraintException" | "PermanentRedirect")
        | (301 | 302 | 307 | 308, _) => {
            let region = said.region.as_ref().map(|region| format!("; its region is {region}"));
            let why = format!("{said}{}", region.unwrap_or_default());
            Trouble::Lasting(Fault { kind: FaultKind::Elsewhere, key: key.into(), why })
        }
        (
            _,
            "InvalidAccessKeyId"
            | "SignatureDoesNotMatch"
            | "ExpiredToken"
            | "InvalidToken"
            | "TokenRefreshRequired"
            | "InvalidSecurity"
            | "NotSignedUp"
            | "InvalidClientTokenId"
            | "UnrecognizedClientException",
        )
        | (401, _) => lasting(FaultKind::Credentials),
        (507, _) => lasting(FaultKind::Full),
        // Every store has a word of its own for it.
        (_, code)
            if ["QuotaExceeded", "StorageFull", "InsufficientStorage"].iter().any(|c| code.contains(c)) =>
        {
            lasting(FaultKind::Full)
        }
        (_, code) if code.contains("ReadOnly") => lasting(FaultKind::ReadOnly),
        (403 | 405, _) if asked == Asked::Write => lasting(FaultKind::ReadOnly),
        (403, _) => lasting(FaultKind::Denied),
        (501, _) if asked == Asked::Write => Trouble::Unconditional,
        (
            400,
            "RequestTimeout"
            | "BadDigest"
            | "IncompleteBody"
            | "XAmzContentSHA256Mismatch"
            | "XAmzContentChecksumMismatch",
        )
        | (408 | 409 | 425 | 429 | 500.., _) => Trouble::Passing(said.to_string()),
        _ => lasting(FaultKind::Refused),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(status: u16, code: &str, asked: Asked, expected: &str) {
        let said = Said { status, code: code.into(), date: Some("noon".into()), ..Said::default() };
        let seen = match judge_said(&said, "k", asked) {
            Trouble::Lasting(fault) => format!("{:?}", fault.kind),
            Trouble::Passing(_) => "Passing".into(),
            other => format!("{other:?}"),
        };
        assert_eq!(seen, expected, "{status} {code} {asked:?}");
    }

    #[test]
    fn every_answer_leads_to_what_a_person_can_do() {
        use Asked::*;
        check(404, "NoSuchKey", Read, "Missing");
        check(404, "", Read, "Missing");
        check(404, "NoSuchUpload", Write, "Missing");
        check(404, "NoSuchBucket", Read, "NoBucket");
        check(404, "", List, "NoBucket");
        check(412, "PreconditionFailed", Write, "Taken");
        check(416, "InvalidRange", Read, "Beyond");
        check(501, "NotImplemented", Write, "Unconditional");
        check(403, "RequestTimeTooSkewed", List, "Clock(\"noon\")");
        check(403, "SignatureDoesNotMatch", List, "Credentials");
        check(403, "InvalidAccessKeyId", Read, "Credentials");
        check(400, "ExpiredToken", Write, "Credentials");
        check(401, "", List, "Credentials");
        check(403, "AccessDenied", List, "Denied");
        check(403, "AccessDenied", Write, "ReadOnly");
        check(503, "XMinioBackendReadOnly", Write, "ReadOnly");
        check(507, "", Write, "Full");
        check(400, "XMinioStorageFull", Write, "Full");
        check(403, "QuotaExceeded", Write, "Full");
        check(301, "PermanentRedirect", List, "Elsewhere");
        check(400, "AuthorizationHeaderMalformed", List, "Elsewhere");
        for (status, code) in
            [(500, "InternalError"), (503, "SlowDown"), (429, ""), (409, "OperationAborted")]
        {
            check(status, code, Write, "Passing");
        }
        check(400, "InvalidRequest", Write, "Refused");
    }
}
