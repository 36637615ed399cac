//! How a vault begins.

use crate::env::Env;
use crate::error::{Doing, Error, Result};
use crate::journal::{Appender, Pending, Tree};
use crate::keys::{Keystore, LogKey, Person};
use crate::layout::{DIRECTORIES, Layout};
use crate::note::seal_note;
use crate::places::{PLACES, Places};
use crate::readme;
use crate::seal;
use crate::state::State;
use crate::toml_copy;
use crate::vault::{Options, Vault};
use jingui_schema::act::{Act, AuthorityKeys, FileSet, NoteMark, PublicHalf, StaffEnrol, VaultInit};
use jingui_schema::commit::SLOT_BYTES;
use jingui_schema::cover::{Note, NoteKind};
use jingui_schema::digest::FileMark;
use jingui_schema::facts::Role;
use jingui_schema::id::{By, Fonds, Place, StaffNo};
use jingui_schema::line::{Line, Tip};
use std::path::{Component, Path, PathBuf};

/// What a new vault is to be.
pub struct Plan {
    /// Its directory: absent or empty.
    pub dir: PathBuf,
    /// Its keystore: absent or empty, not inside the vault.
    pub keystore: PathBuf,
    /// A mirror, on another device by preference.
    pub mirror: Option<PathBuf>,
    /// Name of the RA.
    pub ra: String,
    /// Its fonds code.
    pub fonds: Fonds,
    /// For trying out: no authority, one person may hold all roles.
    pub solo: bool,
    /// Who countersigns enrolments.
    pub authority: Option<PublicHalf>,
    /// age recipient of the CA's escrow.
    pub ca_recipient: Option<String>,
    /// What the founder, whose key signs, may do.
    pub roles: Vec<Role>,
    /// Further people.
    pub people: Vec<(PublicHalf, Vec<Role>)>,
}

impl Plan {
    /// Checks that the people can meet the policy: three administrators are three people, and entry and review
    /// can be two (law rules R7, R76). A solo vault has none.
    ///
    /// Errors: [`Error::Policy`], [`Error::Nested`].
    pub fn check(&self) -> Result<()> {
        let places = [Some(&self.dir), Some(&self.keystore), self.mirror.as_ref()];
        let places: Vec<PathBuf> = places.into_iter().flatten().map(|p| normal(p)).collect();
        for (i, a) in places.iter().enumerate() {
            for b in &places[i + 1..] {
                if a.starts_with(b) || b.starts_with(a) {
                    return Err(Error::Nested {
                        path: a.display().to_string(),
                        other: b.display().to_string(),
                    });
                }
            }
        }
        if let Some(ca) = &self.ca_recipient {
            seal::parse_recipient(ca)
                .map_err(|e| Error::NotAPerson { path: "--ca-recipient".into(), why: e.to_string() })?;
        }
        let mut keys: Vec<_> = self.people.iter().map(|(half, _)| half.sign).collect();
        keys.extend(self.authority.iter().map(|half| half.sign));
        let count = keys.len();
        keys.sort();
        keys.dedup();
        if keys.len() != count {
            return Err(policy("one key stands for two people"));
        }
        if !self.roles.contains(&Role::Security) {
            return Err(policy("the founder is the first security administrator (role security)"));
        }
        if self.solo {
            return Ok(());
        }
        if self.authority.is_none() {
            return Err(policy("an authority has to countersign enrolments; name one, or make a solo vault"));
        }
        let everyone: Vec<&[Role]> =
            std::iter::once(&self.roles[..]).chain(self.people.iter().map(|(_, r)| &r[..])).collect();
        let who = |role: Role| -> Vec<usize> {
            everyone.iter().enumerate().filter(|(_, r)| r.contains(&role)).map(|(i, _)| i).collect()
        };
        let administrators = [Role::System, Role::Security, Role::Audit];
        for role in administrators {
            if who(role).is_empty() {
                return Err(policy(&format!("nobody is {role} administrator")));
            }
        }
        for roles in &everyone {
            if roles.iter().filter(|r| administrators.contains(r)).count() > 1 {
                return Err(policy("system, security and audit administrator are three people"));
            }
        }
        let (archivists, reviewers) = (who(Role::Archivist), who(Role::Reviewer));
        if !archivists.iter().any(|a| reviewers.iter().any(|r| r != a)) {
            return Err(policy("an archivist and a reviewer who is another person are needed"));
        }
        Ok(())
    }
}

fn policy(why: &str) -> Error {
    Error::Policy { why: why.into() }
}

/// A path without `.` and `..`, links not followed.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(out.pop()),
            part => out.push(part),
        }
    }
    out
}

/// Makes a vault and opens it. The caller holds no lock yet: the directory is new.
///
/// - Returns once everything is durable; `VAULT.toml` comes last, so that what was cut off is no vault.
/// - Errors: [`Error::NotEmpty`], [`Error::Policy`], [`Error::Nested`]; whatever fails, no vault is there.
pub fn init(env: &Env, founder: &Person, plan: &Plan) -> Result<Vault> {
    plan.check()?;
    let sign = founder.sign_key();
    if plan.people.iter().map(|(half, _)| half).chain(&plan.authority).any(|half| half.sign == sign) {
        return Err(policy("the founder's key stands for another person too"));
    }
    let layout = Layout::new(&plan.dir);
    // All of them before the first is made: a refusal leaves nothing behind.
    for dir in [Some(&plan.dir), Some(&plan.keystore), plan.mirror.as_ref()].into_iter().flatten() {
        must_be_empty(env, dir)?;
    }
    make_empty(env, &plan.dir)?;
    let vault = env.vault_id();
    let store = Keystore::create(env.clone(), &plan.keystore, vault)?;
    let log = LogKey::generate(env);
    store.write_log_key(&log)?;

    // Numbers in the order given: the founder first.
    let staff: Vec<(StaffNo, PublicHalf, Vec<Role>)> =
        std::iter::once((founder.public_half(), plan.roles.clone()))
            .chain(plan.people.iter().cloned())
            .zip(1..)
            .map(|((half, roles), number)| (StaffNo(number), half, roles))
            .collect();
    let members: Vec<(StaffNo, String)> = staff
        .iter()
        .filter(|(_, _, roles)| roles.iter().any(|r| r.holds_epoch_key()))
        .map(|(number, half, _)| (*number, half.age.clone()))
        .collect();
    let epoch = store.new_epoch(1, &members, plan.ca_recipient.as_deref())?;
    let recipient = epoch.key.recipient().to_owned();
    let sealed_to =
        seal::parse_recipient(&recipient).map_err(|e| Error::NotOpened { path: format!("epoch 1: {e}") })?;

    for below in DIRECTORIES {
        let dir = layout.path(below);
        env.fs.create_dir(&dir).doing("create", &dir)?;
    }
    let place = Place(0);
    let notes = layout.path("notes").join(place.to_string());
    // Those of the first records, too: so the first filing needs no more syncs than the next.
    for below in ["notes", "covers", "bodies"] {
        let dir = layout.path(below).join(place.to_string());
        env.fs.create_dir(&dir).doing("create", &dir)?;
    }
    let mut enrolments = Vec::new();
    for (number, half, roles) in &staff {
        let id = env.note_id();
        let note = Note {
            v: jingui_schema::FORMAT,
            vault,
            note: id,
            kind: NoteKind::Person,
            text: half.name.clone(),
        };
        let bytes = seal_note(&sealed_to, &note);
        let path = layout.path(&crate::layout::note_path(place, id, 1));
        env.fs.write_new(&path, &bytes).doing("write", &path)?;
        let FileMark { size, b3 } = FileMark::of(&bytes);
        let note = Some(NoteMark { id, place, epoch: 1, size, b3 });
        let (age, sign, roles) = (half.age.clone(), half.sign, sorted(roles));
        enrolments.push(StaffEnrol { staff: *number, age, sign, roles, note });
    }
    env.fs.sync_dir(&notes).doing("sync", &notes)?;

    let init = VaultInit {
        format: jingui_schema::FORMAT,
        suite: jingui_schema::SUITE.into(),
        vault,
        ra: plan.ra.clone(),
        fonds: plan.fonds.clone(),
        solo: plan.solo,
        authority: plan.authority.as_ref().map(|a| AuthorityKeys { age: a.age.clone(), sign: a.sign }),
        ca: plan.ca_recipient.clone(),
        log: log.verifier_key_text(&vault),
        founder: enrolments[0].clone(),
        epoch: 1,
        recipient,
        escrow: epoch.escrow,
        members: members.iter().map(|(number, _)| *number).collect(),
    };
    let signed = |deed: jingui_schema::act::Deed| {
        let act = Act { id: env.act_id(), at: env.now(), deed };
        let raw = act.to_raw();
        let sig = Some(founder.sign(&vault, raw.get()));
        Pending { by: By::Staff(StaffNo(1)), act, raw, sig }
    };
    let mut pendings = vec![signed(init.into())];
    pendings.extend(enrolments[1..].iter().map(|e| signed(e.clone().into())));

    let (keystore, mirror) = (Some(plan.keystore.clone()), plan.mirror.clone());
    let places = Places { keystore, mirror, ..Places::default() };
    for (below, text) in [("README.txt", readme::text().to_owned()), (PLACES, places.to_text())] {
        let path = layout.path(below);
        env.fs.write_new(&path, text.as_bytes()).doing("write", &path)?;
        let FileMark { size, b3 } = FileMark::of(text.as_bytes());
        let deed = FileSet { path: below.into(), size, b3 }.into();
        pendings.push(Pending::of_vault(Act { id: env.act_id(), at: env.now(), deed }));
    }
    let state = begin_journal(env, &layout, vault, &pendings)?;
    if let Some(mirror) = &plan.mirror {
        make_empty(env, mirror)?;
    }
    for below in DIRECTORIES {
        let dir = layout.path(below);
        env.fs.sync_dir(&dir).doing("sync", &dir)?;
    }
    let path = layout.path(toml_copy::VAULT_TOML);
    env.fs.write_new(&path, toml_copy::text(&state).as_bytes()).doing("write", &path)?;
    env.fs.sync_dir(layout.root()).doing("sync", layout.root())?;

    let options = Options { keystore: Some(plan.keystore.clone()), ..Options::default() };
    let vault = Vault::open(env.clone(), &plan.dir, options)?;
    vault.sign_head()?;
    Ok(vault)
}

fn sorted(roles: &[Role]) -> Vec<Role> {
    let mut roles = roles.to_vec();
    roles.sort();
    roles.dedup();
    roles
}

/// Says whether a directory is there; it must then be empty.
fn must_be_empty(env: &Env, dir: &Path) -> Result<bool> {
    if env.fs.stat(dir).doing("look at", dir)?.is_none() {
        return Ok(false);
    }
    match env.fs.list(dir) {
        Ok(names) if names.is_empty() => Ok(true),
        _ => Err(Error::NotEmpty { path: dir.display().to_string() }),
    }
}

/// Makes a directory that holds nothing, its parent included.
fn make_empty(env: &Env, dir: &Path) -> Result<()> {
    if must_be_empty(env, dir)? {
        return Ok(());
    }
    env.fs.create_dir(dir).doing("create", dir)?;
    if let Some(parent) = dir.parent().filter(|p| !p.as_os_str().is_empty()) {
        env.fs.sync_dir(parent).doing("sync", parent)?;
    }
    Ok(())
}

/// Writes the first segment and `commit`.
fn begin_journal(
    env: &Env,
    layout: &Layout,
    vault: jingui_schema::id::VaultId,
    pendings: &[Pending],
) -> Result<State> {
    let (segment, commit) = (layout.segment(1), layout.commit());
    let file = env.fs.create_new(&segment).doing("create", &segment)?;
    env.fs.write_new(&commit, &[b' '; 2 * SLOT_BYTES]).doing("write", &commit)?;
    let commit_file = env.fs.open_append(&commit).doing("open", &commit)?;
    let tree = Tree::create(env.fs.clone(), &layout.path("derived/tree"), true)?;
    let mut appender = Appender::begin(env.clone(), layout.clone(), vault, file, commit_file, tree);
    let lines: Vec<Line> = appender.append(pendings)?.into_iter().map(|(line, _)| line).collect();
    debug_assert_eq!(appender.tip(), lines.last().map_or(Tip::START, Tip::after));
    let (first, rest) = lines.split_first().expect("the first line is the vault's");
    let mut state = State::begin(first)?;
    rest.iter().for_each(|line| state.apply(line));
    Ok(state)
}
