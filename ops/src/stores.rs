//! Who a person is to an object store: what the command line, a file and the environment say, put together.
//!
//! Runs in the process that was started; what comes out crosses to the one that holds the vault as a key does.

use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::{Failure, Problem, Result};
use crate::output::printable_path;
use jingui_schema::id::TargetId;
use jingui_sync::{Access, Address, Addressing, Credentials, Patience, Profile};
use jingui_vault::layout::Layout;
use jingui_vault::places::{LeftPlace, Places, PushPlace};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::net::{ToSocketAddrs, UdpSocket};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The variables of other programs that are read, each as those programs mean it.
pub const VARIABLES: &[&str] = &[
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_PROFILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_CONFIG_FILE",
    "AWS_ENDPOINT_URL_S3",
    "AWS_ENDPOINT_URL",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_CA_BUNDLE",
    "HOME",
];

/// A file of credentials, of certificates: nobody keeps a mebibyte of either.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// Why a store cannot be asked that a job would go to: told once the job runs, by whoever has the vault then. Holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unfit {
    /// A file of credentials or certificates that cannot be used.
    File {
        /// Which.
        path: String,
        /// Why not.
        why: String,
    },
    /// What is not where a store could be.
    Endpoint {
        /// As it is shown.
        endpoint: String,
    },
}

impl Unfit {
    /// None for what says itself once somebody asks who is asking.
    fn of(failure: Failure) -> Option<Self> {
        match failure {
            Failure::Program(Problem::StoreFile { path, why }) => Some(Self::File { path, why }),
            Failure::Program(Problem::StoreEndpoint { endpoint }) => Some(Self::Endpoint { endpoint }),
            _ => None,
        }
    }
}

impl From<Unfit> for Problem {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::File { path, why } => Self::StoreFile { path, why },
            Unfit::Endpoint { endpoint } => Self::StoreEndpoint { endpoint },
        }
    }
}

/// The address that a word means, where it begins like one.
///
/// Errors: [`Problem::StoreAddress`].
pub fn address(word: &Path) -> Option<Result<Address>> {
    let text = word.to_str().filter(|text| Address::is_meant(text))?;
    // Nobody's secret is told, whoever has put one there.
    let shown = text.split_once('@').map_or(text, |_| "s3://…");
    Some(text.parse().map_err(|()| Problem::StoreAddress { url: printable_path(Path::new(shown)) }.into()))
}

/// All it takes to ask the store that a command names, or that is kept for pushes; `None` where there is none.
///
/// Errors: [`Problem::StoreAddress`], [`Problem::StoreEndpoint`], [`Problem::StoreFile`],
/// [`Problem::NoStoreCredentials`].
pub fn access(
    parsed: &Parsed,
    vault: Option<&Path>,
    vars: &BTreeMap<String, OsString>,
    context: &mut Context,
) -> Result<Option<Access>> {
    let named = match parsed.command()[..] {
        ["backup", ..] | ["push" | "accept"] => parsed.any::<PathBuf>("target"),
        // One who asks is one who asks, in however many prefixes; the first names who is missing.
        ["repair"] => parsed.all::<PathBuf>("from").into_iter().find(|place| address(place).is_some()),
        ["doctor"] => parsed.any("store"),
        ["handover", "place"] => parsed.any("place"),
        ["act", "send"] | ["cosigner", "sign"] | ["request", "answer"] => parsed.any("at"),
        ["request", "new" | "open"] => parsed.any("target"),
        ["request", "read"] => parsed.any("from"),
        _ => None,
    };
    let is_job = parsed.command() == ["jobs", "run"];
    // Where nobody says where it goes, an answer goes where pushes do.
    let is_answer = parsed.command() == ["request", "answer"] && parsed.file("output").is_none();
    let (named, said) = match named {
        None if is_job || is_answer || parsed.command() == ["push"] => {
            match vault.and_then(|dir| kept(dir, context)) {
                Some(place) => (Some(PathBuf::from(&place.target)), Said::of_kept(place)),
                None => return Ok(None),
            }
        }
        named => (named, Said::of(parsed, context)),
    };
    let Some(address) = named.as_deref().and_then(address).transpose()? else { return Ok(None) };
    if is_job {
        // It is one job of several: what it lacks it says itself, when it runs.
        let cwd = context.path(Path::new(""));
        return Ok(match said.settle(&address, vars, &|path| read(&cwd.join(path))) {
            Ok(access) => Some(access),
            Err(failure) => {
                context.call.store_unfit = Unfit::of(failure);
                None
            }
        });
    }
    if let Some(path) = said.credentials.as_deref().filter(|path| others_read(path)) {
        context.out.warning("store-file-open", &[("path", printable_path(path).into())])?;
    }
    let cwd = context.path(Path::new(""));
    let access = said.settle(&address, vars, &|path| read(&cwd.join(path)))?;
    let plain = access.endpoint.as_deref().is_some_and(|endpoint| endpoint.starts_with("http://"));
    if plain && !is_here(&access) {
        let endpoint = access.endpoint.clone().unwrap_or_default();
        context.out.warning("store-plain", &[("endpoint", endpoint.into())])?;
    }
    Ok(Some(access))
}

/// All it takes to ask the stores in which documents of archives that were taken in have stayed: any command may open one. What is
/// missing of one is said when it is asked.
pub fn left(
    vault: Option<&Path>,
    vars: &BTreeMap<String, OsString>,
    context: &Context,
) -> BTreeMap<TargetId, Access> {
    let Some(vault) = vault else { return BTreeMap::new() };
    let cwd = context.path(Path::new(""));
    let places = Places::read(&context.env, &Layout::new(vault)).left.into_iter();
    let access = |(target, place): (TargetId, LeftPlace)| {
        let address = address(Path::new(&place.target))?.ok()?;
        let said = Said::of_left(place);
        Some((target, said.settle(&address, vars, &|path| read(&cwd.join(path))).ok()?))
    };
    places.filter_map(access).collect()
}

/// Who somebody is to stores, on the way to another process of the same user.
#[derive(Serialize, Deserialize)]
struct Crossing {
    named: Option<Access>,
    left: BTreeMap<TargetId, Access>,
}

/// As text for another process of the same user; holds secrets. None where there is nothing to tell.
pub fn to_secret_text(
    named: Option<&Access>,
    left: &BTreeMap<TargetId, Access>,
) -> Option<Zeroizing<String>> {
    if named.is_none() && left.is_empty() {
        return None;
    }
    let crossing = Crossing { named: named.cloned(), left: left.clone() };
    Some(Zeroizing::new(serde_json::to_string(&crossing).expect("plain data")))
}

/// Reads what [`to_secret_text`] wrote.
pub fn from_secret_text(text: &str) -> Option<(Option<Access>, BTreeMap<TargetId, Access>)> {
    let Crossing { named, left } = serde_json::from_str(text).ok()?;
    Some((named, left))
}

/// Where pushes go when nobody says; whether that is believed is the vault's to say.
fn kept(vault: &Path, context: &Context) -> Option<PushPlace> {
    Places::read(&context.env, &Layout::new(vault)).push
}

fn read(path: &Path) -> io::Result<String> {
    let size = std::fs::metadata(path)?.len();
    if size > FILE_BYTES_MAX {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    std::fs::read_to_string(path)
}

fn others_read(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o077 != 0)
}

/// What the command line says, or what is kept of one.
struct Said {
    endpoint: Option<String>,
    region: Option<String>,
    addressing: Option<Addressing>,
    credentials: Option<PathBuf>,
}

impl Said {
    fn of(parsed: &Parsed, context: &Context) -> Self {
        Self {
            endpoint: parsed.any("endpoint"),
            region: parsed.any("region"),
            addressing: addressing(parsed.any::<String>("addressing").as_deref()),
            credentials: parsed.any::<PathBuf>("credentials").map(|path| context.path(&path)),
        }
    }

    fn of_kept(place: PushPlace) -> Self {
        let PushPlace { endpoint, region, credentials, .. } = place;
        Self { endpoint, region, addressing: addressing(place.addressing.as_deref()), credentials }
    }

    fn of_left(place: LeftPlace) -> Self {
        let LeftPlace { endpoint, region, credentials, .. } = place;
        Self { endpoint, region, addressing: addressing(place.addressing.as_deref()), credentials }
    }

    /// Puts together what is said in several places: the command line, the file that it names, the environment, the
    /// files that other programs keep. What is said first counts.
    fn settle(
        self,
        address: &Address,
        vars: &BTreeMap<String, OsString>,
        read: &dyn Fn(&Path) -> io::Result<String>,
    ) -> Result<Access> {
        let var = |name: &str| vars.get(name).map(|value| value.to_string_lossy().into_owned());
        let section = var("AWS_PROFILE").unwrap_or_else(|| "default".into());
        let parse = |path: &Path, text: &str| {
            Profile::parse(text, &section).map_err(|error| unfit(path, &error.to_string()))
        };
        let mut profiles = Vec::new();
        if let Some(path) = &self.credentials {
            profiles.push(parse(path, &read(path).map_err(|error| unfit(path, &error.to_string()))?)?);
        }
        let (id, secret) = (var("AWS_ACCESS_KEY_ID"), var("AWS_SECRET_ACCESS_KEY"));
        let token = var("AWS_SESSION_TOKEN");
        profiles.push(Profile {
            credentials: id.zip(secret).map(|(id, secret)| Credentials { id, secret, token }),
            endpoint: var("AWS_ENDPOINT_URL_S3").or_else(|| var("AWS_ENDPOINT_URL")),
            region: var("AWS_REGION").or_else(|| var("AWS_DEFAULT_REGION")),
            addressing: None,
            ca_bundle: var("AWS_CA_BUNDLE"),
        });
        if self.credentials.is_none() {
            let home = var("HOME").map(PathBuf::from);
            for (name, below) in
                [("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials"), ("AWS_CONFIG_FILE", ".aws/config")]
            {
                let named = var(name).map(PathBuf::from);
                let path = named.clone().or_else(|| home.as_ref().map(|home| home.join(below)));
                match path.as_deref().map(|path| (path, read(path))) {
                    Some((path, Ok(text))) => match Profile::parse(&text, &section) {
                        Ok(profile) => profiles.push(profile),
                        // Kept for other programs: that it says nothing of this profile is no mistake.
                        Err(jingui_sync::ProfileError::NoSection(_)) => {}
                        Err(error) => return Err(unfit(path, &error.to_string()).into()),
                    },
                    Some((path, Err(error))) if named.is_some() => {
                        return Err(unfit(path, &error.to_string()).into());
                    }
                    _ => {}
                }
            }
        }
        let first = |of: &dyn Fn(&Profile) -> Option<String>| profiles.iter().find_map(of);
        let endpoint = self.endpoint.or_else(|| first(&|p| p.endpoint.clone()));
        if let Some(endpoint) = endpoint.as_deref().filter(|endpoint| !is_endpoint(endpoint)) {
            let shown = endpoint.split_once('@').map_or(endpoint, |_| "…");
            return Err(Problem::StoreEndpoint { endpoint: shown.into() }.into());
        }
        let certificates = match first(&|p| p.ca_bundle.clone()).map(PathBuf::from) {
            None => None,
            Some(path) => Some(read(&path).map_err(|error| unfit(&path, &error.to_string()))?),
        };
        let credentials = profiles.iter().find_map(|p| p.credentials.clone());
        Ok(Access {
            endpoint,
            region: self.region.or_else(|| first(&|p| p.region.clone())),
            addressing: (self.addressing)
                .or_else(|| profiles.iter().find_map(|p| p.addressing))
                .unwrap_or_default(),
            certificates,
            credentials: credentials.ok_or(Problem::NoStoreCredentials { url: address.to_string() })?,
            patience: Patience::default(),
        })
    }
}

fn addressing(word: Option<&str>) -> Option<Addressing> {
    match word {
        Some("path") => Some(Addressing::Path),
        Some("host") => Some(Addressing::Host),
        _ => None,
    }
}

fn unfit(path: &Path, why: &str) -> Problem {
    Problem::StoreFile { path: printable_path(path), why: why.into() }
}

/// `http://host:port` or the same with https; nothing that could be a secret, no query.
fn is_endpoint(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        let host = rest.split('/').next().unwrap_or_default();
        let plain = |c: char| c.is_ascii_alphanumeric() || ".-_:[]/~".contains(c);
        host.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[') && rest.chars().all(plain)
    })
}

/// Whether a store is on this machine: its disks are then likely to be lost together with the vault's.
pub fn is_here(access: &Access) -> bool {
    let Some(endpoint) = &access.endpoint else { return false };
    let (scheme, rest) = endpoint.split_once("://").unwrap_or(("https", endpoint));
    let host = rest.split('/').next().unwrap_or_default();
    let port = if scheme == "http" { 80 } else { 443 };
    let with_port = if host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok()) {
        host.to_owned()
    } else {
        format!("{host}:{port}")
    };
    // Nobody can take an address that is another machine's.
    let ours =
        |ip: std::net::IpAddr| ip.is_loopback() || ip.is_unspecified() || UdpSocket::bind((ip, 0)).is_ok();
    with_port.to_socket_addrs().is_ok_and(|mut found| found.any(|at| ours(at.ip())))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "[default]\naws_access_key_id=AKF\naws_secret_access_key=sf\nregion=cn-file\n\
        endpoint_url=https://file.example\n[other]\naws_access_key_id=AKO\naws_secret_access_key=so\n";

    /// What the command line says as `endpoint region credentials`, each `-` where it says nothing; variables.
    fn settle(said: &str, vars: &[(&str, &str)]) -> std::result::Result<Access, Failure> {
        let mut words = said.split(' ').map(|word| (word != "-").then(|| word.to_owned()));
        let mut next = || words.next().flatten();
        let said = Said {
            endpoint: next(),
            region: next(),
            addressing: None,
            credentials: next().map(PathBuf::from),
        };
        let vars = vars.iter().map(|(name, value)| ((*name).to_owned(), OsString::from(value))).collect();
        said.settle(&"s3://archive/x".parse().unwrap(), &vars, &|path| match path.to_str() {
            Some("/f") => Ok(FILE.into()),
            Some("/home/.aws/credentials") => {
                Ok("[default]\naws_access_key_id=AKH\naws_secret_access_key=sh".into())
            }
            Some("/home/.aws/config") => Ok("[default]\nregion=cn-home\n".into()),
            Some("/odd") => Ok("what is this".into()),
            _ => Err(io::ErrorKind::NotFound.into()),
        })
    }

    fn check(said: &str, vars: &[(&str, &str)], expected: &str) {
        let seen = match settle(said, vars) {
            Ok(a) => format!(
                "{} {} {}",
                a.credentials.id,
                a.region.as_deref().unwrap_or("-"),
                a.endpoint.as_deref().unwrap_or("-")
            ),
            Err(failure) => failure.code().to_owned(),
        };
        assert_eq!(seen, expected, "{said} {vars:?}");
    }

    const ENV: &[(&str, &str)] = &[
        ("AWS_ACCESS_KEY_ID", "AKE"),
        ("AWS_SECRET_ACCESS_KEY", "se"),
        ("AWS_REGION", "cn-env"),
        ("AWS_ENDPOINT_URL", "https://env.example"),
    ];

    #[test]
    fn what_is_said_first_counts() {
        check("- - /f", &[], "AKF cn-file https://file.example");
        check("- - /f", ENV, "AKF cn-file https://file.example");
        check("http://10.0.0.1:9000 cn-word /f", ENV, "AKF cn-word http://10.0.0.1:9000");
        check("- - -", ENV, "AKE cn-env https://env.example");
        check("- - -", &[("HOME", "/home")], "AKH cn-home -");
        check("- - /f", &[("AWS_PROFILE", "other")], "AKO - -");
        check("- - -", &[("AWS_SHARED_CREDENTIALS_FILE", "/f")], "AKF cn-file https://file.example");
        check("- - -", &[("HOME", "/home"), ("AWS_PROFILE", "nobody")], "no-store-credentials");
    }

    #[test]
    fn what_is_missing_or_odd_is_named() {
        check("- - -", &[], "no-store-credentials");
        check("- - -", &[("AWS_ACCESS_KEY_ID", "AKE")], "no-store-credentials");
        check("- - /nowhere", ENV, "store-file");
        check("- - /odd", ENV, "store-file");
        check("- - /f", &[("AWS_PROFILE", "nobody")], "store-file");
        check("- - -", &[("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")], "store-file");
        check("- - /f", &[("AWS_CA_BUNDLE", "/nowhere")], "store-file");
        for bad in
            ["10.0.0.1", "ftp://host", "https://", "https://id:secret@host", "https://host?x", "https:///x"]
        {
            check(&format!("{bad} - /f"), &[], "store-endpoint");
        }
        let told = |word: &str| address(Path::new(word)).unwrap().unwrap_err().fields();
        assert_eq!(told("s3://id:secret@host/x"), [("url", "s3://…".to_owned())]);
        assert!(address(Path::new("/media/s3")).is_none());
    }

    #[test]
    fn who_somebody_is_crosses_to_another_process() {
        assert!(to_secret_text(None, &BTreeMap::new()).is_none());
        let access = settle("- - /f", &[]).unwrap();
        let left = BTreeMap::from([(TargetId::from_bytes([7; 16]), access.clone())]);
        for named in [None, Some(&access)] {
            let text = to_secret_text(named, &left).unwrap();
            assert_eq!(from_secret_text(&text).unwrap(), (named.cloned(), left.clone()));
        }
    }

    #[test]
    fn a_store_on_this_machine_is_not_outside() {
        let at = |endpoint: &str| is_here(&settle(&format!("{endpoint} - /f"), &[]).unwrap());
        assert!(at("http://127.0.0.1:9000") && at("https://localhost") && at("http://[::1]:9000"));
        assert!(!at("https://192.0.2.1:9000"));
    }
}
