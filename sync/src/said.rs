//! One answer of a store that is no success, as it came over the wire.

use jingui_schema::facts::is_unprintable;
use std::fmt;

/// What a store said instead of doing what it was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Said {
    /// The status of HTTP.
    pub status: u16,
    /// The store's own word for it; empty where it gave none.
    pub code: String,
    /// The store's sentence.
    pub message: String,
    /// What its clock said.
    pub date: Option<String>,
    /// The region that it says the bucket is in.
    pub region: Option<String>,
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&*self.code, &*self.message) {
            ("", "") => write!(f, "HTTP {}", self.status),
            (code, "") => write!(f, "{code} (HTTP {})", self.status),
            ("", message) => write!(f, "{message} (HTTP {})", self.status),
            (code, message) => write!(f, "{code}: {message} (HTTP {})", self.status),
        }
    }
}

impl std::error::Error for Said {}

impl Said {
    /// Reads status and body; what is no XML of S3 only has a status.
    pub fn of(status: u16, body: &str) -> Self {
        Self {
            status,
            code: text(body, "Code", 64),
            message: text(body, "Message", 200),
            date: None,
            region: None,
        }
    }
}

/// The text of the first element of this name, shortened and without anything that a terminal would act on.
fn text(body: &str, name: &str, most: usize) -> String {
    let open = format!("<{name}>");
    let rest = body.split_once(&open).map_or("", |(_, rest)| rest);
    let text = rest.split_once("</").map_or("", |(text, _)| text);
    let text = text.replace("&quot;", "\"").replace("&apos;", "'").replace("&lt;", "<").replace("&gt;", ">");
    text.replace("&amp;", "&").chars().filter(|c| !is_unprintable(*c)).take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_as_far_as_it_is_one() {
        let body = "<?xml version=\"1.0\"?><Error><Code>NoSuchBucket</Code><Message>it &quot;is&quot; not\u{1b} there\
            </Message></Error>";
        assert_eq!(Said::of(404, body).to_string(), "NoSuchBucket: it \"is\" not there (HTTP 404)");
        assert_eq!(Said::of(503, "<html>busy").to_string(), "HTTP 503");
        assert_eq!(Said::of(403, "<Code>AccessDenied</Code>").to_string(), "AccessDenied (HTTP 403)");
        assert_eq!(Said::of(400, "<Message>no</Message><Code>cut off").to_string(), "no (HTTP 400)");
    }
}
