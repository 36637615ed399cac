//! Credentials as other programs keep them: an INI file with a section for each profile.
//!
//! Reads text that somebody else has read from a file; knows no path.

use crate::access::{Addressing, Credentials};
use std::fmt;

/// What one section of such a file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// `aws_access_key_id`, `aws_secret_access_key`, `aws_session_token`.
    pub credentials: Option<Credentials>,
    /// `endpoint_url`.
    pub endpoint: Option<String>,
    /// `region`.
    pub region: Option<String>,
    /// `addressing_style`: `path`, `virtual` or `auto`.
    pub addressing: Option<Addressing>,
    /// `ca_bundle`: a file of certificates.
    pub ca_bundle: Option<String>,
}

/// Why such a file is not understood. Names lines and keys, never a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProfileError {
    /// Neither a section nor `key = value`.
    Line(usize),
    /// There is no such section.
    NoSection(String),
    /// One of the two keys without the other.
    Half(&'static str),
    /// A value that is none of the words there are.
    Word(&'static str),
}

impl fmt::Display for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(number) => write!(f, "line {number} is neither [section] nor key = value"),
            Self::NoSection(name) => write!(f, "there is no section [{name}]"),
            Self::Half(key) => write!(f, "{key} is missing"),
            Self::Word(key) => write!(f, "{key} has none of the values there are"),
        }
    }
}

impl Profile {
    /// Reads one section. In a file without any section, all of it is the section `default`.
    ///
    /// Errors: [`ProfileError`]; keys that are not ours are passed over.
    pub fn parse(text: &str, section: &str) -> Result<Self, ProfileError> {
        let (mut profile, mut found, mut open) = (Self::default(), false, section == "default");
        let (mut id, mut secret, mut token) = (None, None, None);
        for (at, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with(['#', ';']) {
                continue;
            }
            if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                // In the file `config` a profile's section is called so.
                let name = name.trim();
                open = name.strip_prefix("profile ").map_or(name, str::trim) == section;
                found |= open;
                continue;
            }
            let Some((key, value)) = line.split_once('=') else { return Err(ProfileError::Line(at + 1)) };
            let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
            if !open || value.is_empty() {
                continue;
            }
            found = true;
            let value = || Some(value.to_owned());
            match key.as_str() {
                "aws_access_key_id" => id = value(),
                "aws_secret_access_key" => secret = value(),
                "aws_session_token" => token = value(),
                "endpoint_url" => profile.endpoint = value(),
                "region" => profile.region = value(),
                "ca_bundle" => profile.ca_bundle = value(),
                "addressing_style" => {
                    profile.addressing = match value().as_deref() {
                        Some("auto") => Some(Addressing::Auto),
                        Some("path") => Some(Addressing::Path),
                        Some("virtual") => Some(Addressing::Host),
                        _ => return Err(ProfileError::Word("addressing_style")),
                    }
                }
                _ => {}
            }
        }
        if !found {
            return Err(ProfileError::NoSection(section.into()));
        }
        profile.credentials = match (id, secret) {
            (None, None) => None,
            (Some(id), Some(secret)) => Some(Credentials { id, secret, token }),
            (None, Some(_)) => return Err(ProfileError::Half("aws_access_key_id")),
            (Some(_), None) => return Err(ProfileError::Half("aws_secret_access_key")),
        };
        Ok(profile)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# kept by hand\n[default]\naws_access_key_id = AK1\naws_secret_access_key=s/e+c=\n\n\
        [profile east]\nAWS_ACCESS_KEY_ID = AK2\naws_secret_access_key = two\naws_session_token = tok\n\
        endpoint_url = https://store.example\nregion = cn-east\ns3 =\n  addressing_style = virtual\n";

    #[test]
    fn a_section_is_read_as_other_programs_write_it() {
        let first = Profile::parse(FILE, "default").unwrap();
        let credentials = first.credentials.unwrap();
        assert_eq!((&*credentials.id, &*credentials.secret, &credentials.token), ("AK1", "s/e+c=", &None));
        assert_eq!(first.endpoint, None);
        let east = Profile::parse(FILE, "east").unwrap();
        assert_eq!(east.credentials.unwrap().token.as_deref(), Some("tok"));
        assert_eq!(east.endpoint.as_deref(), Some("https://store.example"));
        assert_eq!((east.region.as_deref(), east.addressing), (Some("cn-east"), Some(Addressing::Host)));
        let bare = Profile::parse("aws_access_key_id=a\naws_secret_access_key=b", "default").unwrap();
        assert_eq!(bare.credentials.unwrap().id, "a");
        assert_eq!(Profile::parse("region = x", "default").unwrap().credentials, None);
    }

    #[test]
    fn what_is_not_understood_is_named_without_its_value() {
        let check = |text: &str, section: &str, why: &str| {
            assert_eq!(Profile::parse(text, section).unwrap_err().to_string(), why);
        };
        check("[default]\nsecret", "default", "line 2 is neither [section] nor key = value");
        check(FILE, "west", "there is no section [west]");
        check("", "default", "there is no section [default]");
        check("aws_access_key_id=a", "default", "aws_secret_access_key is missing");
        check("aws_secret_access_key=a", "default", "aws_access_key_id is missing");
        check("addressing_style=both", "default", "addressing_style has none of the values there are");
    }
}
