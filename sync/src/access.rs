//! Who asks a store, at which address, and how patiently.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::Duration;
use zeroize::{Zeroize, Zeroizing};

/// Who somebody is to a store. Its `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credentials {
    /// The access key's id.
    pub id: String,
    /// The secret that signs.
    pub secret: String,
    /// The token of a session, where it is one.
    pub token: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(..)")
    }
}

impl Drop for Credentials {
    fn drop(&mut self) {
        self.secret.zeroize();
        self.token.zeroize();
    }
}

/// Where the bucket stands in a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Addressing {
    /// Before the host for Amazon itself, in the path for anybody else.
    #[default]
    Auto,
    /// In the path.
    Path,
    /// Before the host.
    Host,
}

/// All it takes to ask a store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// Where the store is, such as `https://minio.example:9000`; Amazon's own where nobody says.
    pub endpoint: Option<String>,
    /// Its region.
    pub region: Option<String>,
    /// Where the bucket stands in a request.
    pub addressing: Addressing,
    /// Certificates that vouch for the store besides those of the system, as PEM.
    pub certificates: Option<String>,
    /// Who asks.
    pub credentials: Credentials,
    /// How patiently.
    pub patience: Patience,
}

impl Access {
    /// As text for another process of the same user; holds the secret.
    pub fn to_secret_text(&self) -> Zeroizing<String> {
        Zeroizing::new(serde_json::to_string(self).expect("plain data"))
    }

    /// Reads what [`Access::to_secret_text`] wrote.
    pub fn from_secret_text(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The region, where somebody said it or the address has it.
    pub(crate) fn region(&self) -> &str {
        self.region.as_deref().unwrap_or("us-east-1")
    }

    /// Where requests for a bucket go, without a slash at the end; and where people say the store is.
    pub(crate) fn bucket_url(&self, bucket: &str) -> (String, String) {
        let amazon = || format!("https://s3.{}.amazonaws.com", self.region());
        let endpoint = self.endpoint.clone().unwrap_or_else(amazon);
        let endpoint = endpoint.trim_end_matches('/').to_owned();
        // A certificate for `*.host` does not fit a bucket with a dot in its name.
        let before = match self.addressing {
            Addressing::Auto => self.endpoint.is_none() && !bucket.contains('.'),
            Addressing::Path => false,
            Addressing::Host => true,
        };
        let url = match endpoint.split_once("://") {
            Some((scheme, host)) if before => format!("{scheme}://{bucket}.{host}"),
            _ => format!("{endpoint}/{bucket}"),
        };
        (url, endpoint)
    }
}

/// How long a store is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patience {
    /// Until a connection stands.
    pub connect: Duration,
    /// Until a request is answered to the end; none moves more than 8 MiB, or a ten-thousandth of a file.
    pub request: Duration,
    /// How often one is asked in all.
    pub attempts: u32,
    /// The pause before the second attempt; it doubles from one to the next.
    pub pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            // 8 MiB in this time is half a megabit a second: less is no line that an archive goes over.
            request: Duration::from_secs(120),
            // With the pauses some six seconds: a store that restarts is waited for, a dead one is named soon.
            attempts: 6,
            pause: Duration::from_millis(200),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(endpoint: Option<&str>, addressing: Addressing) -> Access {
        let credentials = Credentials { id: "id".into(), secret: "secret".into(), token: None };
        Access {
            endpoint: endpoint.map(str::to_owned),
            region: Some("cn-north-1".into()),
            addressing,
            certificates: None,
            credentials,
            patience: Patience::default(),
        }
    }

    #[test]
    fn the_bucket_stands_where_the_store_wants_it() {
        let url = |endpoint, addressing, bucket| access(endpoint, addressing).bucket_url(bucket).0;
        use Addressing::*;
        assert_eq!(url(None, Auto, "arch"), "https://arch.s3.cn-north-1.amazonaws.com");
        assert_eq!(url(None, Auto, "my.arch"), "https://s3.cn-north-1.amazonaws.com/my.arch");
        assert_eq!(url(Some("http://127.0.0.1:9000/"), Auto, "arch"), "http://127.0.0.1:9000/arch");
        assert_eq!(url(Some("https://oss.example"), Host, "arch"), "https://arch.oss.example");
        assert_eq!(url(None, Path, "arch"), "https://s3.cn-north-1.amazonaws.com/arch");
    }

    #[test]
    fn a_secret_is_not_shown_and_comes_through() {
        let access = access(None, Addressing::Auto);
        assert!(!format!("{access:?}").contains("secret\""), "{access:?}");
        assert_eq!(Access::from_secret_text(&access.to_secret_text()).unwrap(), access);
    }
}
