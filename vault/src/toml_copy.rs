//! `VAULT.toml`: a readable copy of the first line.

use crate::env::Env;
use crate::error::{Doing, Error, Result};
use crate::layout::Layout;
use crate::state::State;
use jingui_schema::FORMAT;
use jingui_schema::act::AuthorityKeys;
use jingui_schema::id::{Fonds, VaultId};
use jingui_schema::time::Time;
use serde::{Deserialize, Serialize};

/// Its name.
pub const VAULT_TOML: &str = "VAULT.toml";

#[derive(PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Copy {
    format: u32,
    suite: String,
    vault: VaultId,
    ra: String,
    fonds: Fonds,
    created: Time,
    solo: bool,
    log: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ca_recipient: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    authority: Option<AuthorityKeys>,
}

fn of(state: &State) -> Copy {
    let init = &state.init;
    Copy {
        format: init.format,
        suite: init.suite.clone(),
        vault: init.vault,
        ra: init.ra.clone(),
        fonds: init.fonds.clone(),
        created: state.created,
        solo: init.solo,
        log: init.log.clone(),
        ca_recipient: init.ca.clone(),
        authority: init.authority.clone(),
    }
}

/// The text of the file.
pub fn text(state: &State) -> String {
    let body = toml::to_string(&of(state)).expect("checked texts always serialise");
    format!(
        "# A readable copy of the first line of journal/000000000001.jsonl. Jingui refuses a vault where they differ.\n{body}"
    )
}

/// Vault and log key that such a text names; `None` where it is no such text.
pub fn log_of(text: &str) -> Option<(VaultId, String)> {
    toml::from_str::<Copy>(text).ok().map(|copy| (copy.vault, copy.log))
}

fn read(env: &Env, layout: &Layout) -> Result<String> {
    let path = layout.path(VAULT_TOML);
    let missing = || Error::FileDamaged { path: VAULT_TOML.into(), finding: "missing".into() };
    if env.fs.stat(&path).doing("look at", &path)?.is_none() {
        return Err(missing());
    }
    let bytes = env.fs.read(&path, 64 << 10).doing("read", &path)?;
    String::from_utf8(bytes).map_err(|_| Error::Edited { path: VAULT_TOML.into(), what: "encoding".into() })
}

/// Refuses a vault of another format before anything else of it is read.
pub fn check_format(env: &Env, layout: &Layout) -> Result<()> {
    let edited = || Error::Edited { path: VAULT_TOML.into(), what: "form".into() };
    check_format_of(VAULT_TOML, &read(env, layout)?).ok_or_else(edited)?
}

/// Refuses such a text of another format; `None` where it does not say of which it is.
pub fn check_format_of(path_for_messages: &str, text: &str) -> Option<Result<()>> {
    #[derive(Deserialize)]
    struct Format {
        format: u32,
        #[serde(default)]
        suite: String,
    }
    let found: Format = toml::from_str(text).ok()?;
    Some(match (found.format, found.suite.as_str()) {
        (FORMAT, "sm") => {
            Err(Error::TooNew { path: path_for_messages.into(), found: format!("{FORMAT} sm") })
        }
        (FORMAT, _) => Ok(()),
        (other, _) => Err(Error::of_format(path_for_messages, other.into())),
    })
}

/// Checks that the file says what the first line says.
///
/// Errors: [`Error::Edited`] naming the first key that differs.
pub fn check(env: &Env, layout: &Layout, state: &State) -> Result<()> {
    let edited = |what: &str| Error::Edited { path: VAULT_TOML.into(), what: what.into() };
    let found: toml::Table = toml::from_str(&read(env, layout)?).map_err(|_| edited("form"))?;
    let expected: toml::Table = toml::from_str(&text(state)).expect("what we write we read");
    let keys = found.keys().chain(expected.keys());
    match keys.into_iter().find(|key| found.get(*key) != expected.get(*key)) {
        Some(key) => Err(edited(key)),
        None => Ok(()),
    }
}
