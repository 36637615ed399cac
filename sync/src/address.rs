//! Where in a store a copy lies: `s3://bucket/prefix`.

use std::fmt;
use std::str::FromStr;

/// A bucket and what stands before every name in it.
///
/// Invariant: made by `FromStr` alone. The bucket is a name that S3 allows; the prefix is empty, or parts between
/// single slashes, none of them `.` or `..`, without control characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    bucket: String,
    prefix: String,
}

impl Address {
    /// The bucket.
    pub fn bucket(&self) -> &str {
        &self.bucket
    }

    /// What stands before every name, without a slash at either end; empty where the bucket is the copy.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Whether a word is meant as such an address.
    pub fn is_meant(word: &str) -> bool {
        word.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("s3://"))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}", self.bucket)?;
        if self.prefix.is_empty() { Ok(()) } else { write!(f, "/{}", self.prefix) }
    }
}

impl FromStr for Address {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if !Self::is_meant(text) {
            return Err(());
        }
        let rest = &text["s3://".len()..];
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let prefix = prefix.strip_suffix('/').unwrap_or(prefix);
        // Before 2018 names with capitals and underscores were given, and others than Amazon still give them.
        let named = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
        let is_bucket = (3..=63).contains(&bucket.len())
            && bucket.bytes().all(named)
            && bucket.as_bytes()[0].is_ascii_alphanumeric();
        let part = |part: &str| {
            !matches!(part, "" | "." | "..")
                && !part.contains(|c: char| c.is_control() || "?#*\\".contains(c))
        };
        let is_prefix = prefix.is_empty() || prefix.split('/').all(part);
        // What the client would spell otherwise would lie under another name than the one that was asked for.
        let is_plain = object_store::path::Path::parse(prefix).is_ok_and(|path| path.as_ref() == prefix);
        match is_bucket && is_prefix && is_plain && prefix.len() <= 512 {
            true => Ok(Self { bucket: bucket.into(), prefix: prefix.into() }),
            false => Err(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(&str, &str)>) {
        let seen = text.parse::<Address>().ok();
        assert_eq!(seen.as_ref().map(|a| (a.bucket(), a.prefix())), expected, "{text}");
    }

    #[test]
    fn an_address_is_a_bucket_and_a_prefix() {
        check("s3://archive", Some(("archive", "")));
        check("S3://archive/", Some(("archive", "")));
        check("s3://archive/ra/east", Some(("archive", "ra/east")));
        check("s3://archive/ra/east/", Some(("archive", "ra/east")));
        check("s3://archive/备份", Some(("archive", "备份")));
        check("s3://my.archive-1/a b", Some(("my.archive-1", "a b")));
        for bad in [
            "archive",
            "s3:/archive",
            "s3://",
            "s3://ab",
            "s3:///prefix",
            "s3://-archive",
            "s3://arch ive",
            "s3://archive//x",
            "s3://archive/x//",
            "s3://archive/a//b",
            "s3://archive/../other",
            "s3://archive/./x",
            "s3://archive/a?b",
            "s3://archive/a#b",
            "s3://user:secret@host/x",
            "s3://archive/a\nb",
        ] {
            check(bad, None);
        }
        assert_eq!("s3://archive/x/".parse::<Address>().unwrap().to_string(), "s3://archive/x");
    }
}
