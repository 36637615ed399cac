//! `purge policy`: which sign-offs plans ask for, how long they wait, how much one run destroys.

use super::super::second;
use crate::cli::Parsed;
use crate::commands::World;
use crate::context::Context;
use crate::failure::Result;
use jingui_schema::act::SignOff;
use jingui_schema::id::ActId;
use jingui_vault::proposals::Proposed;
use jingui_vault::{Error, Exit};
use serde::Serialize;

#[derive(Serialize)]
struct Told {
    slots: Vec<ToldSlot>,
    witnesses: usize,
    wait: u16,
    cap: u32,
}

#[derive(Serialize)]
struct ToldSlot {
    slot: &'static str,
    roles: Vec<&'static str>,
}

fn told(slots: &[SignOff], wait: u16, cap: u32) -> Told {
    let slot = |one: &SignOff| ToldSlot {
        slot: one.slot.word(),
        roles: one.roles.iter().map(|role| role.word()).collect(),
    };
    let slots = slots.iter().map(slot).collect();
    Told { slots, witnesses: jingui_schema::disposal::WITNESSES, wait, cap }
}

/// Shows what a plan made now asks for, and what is proposed.
pub(in super::super) fn show(world: &World, context: &mut Context) -> Result<Exit> {
    #[derive(Serialize)]
    struct All {
        #[serde(flatten)]
        now: Told,
        proposed: Vec<ToldProposal>,
    }
    #[derive(Serialize)]
    struct ToldProposal {
        act: String,
        by: String,
        #[serde(flatten)]
        policy: Told,
    }
    world.tell_notices(context)?;
    let state = world.vault.state();
    let policy = &state.disposal;
    let now = told(&policy.slots, policy.wait, policy.cap);
    let proposed = state.proposals.iter().filter_map(|(act, proposal)| match &proposal.what {
        Proposed::Policy(d) => {
            let policy = told(&d.slots, d.wait, d.cap);
            Some(ToldProposal { act: act.to_string(), by: proposal.by.to_string(), policy })
        }
        _ => None,
    });
    let proposed: Vec<ToldProposal> = proposed.collect();
    if context.out.json() {
        context.out.document(&All { now, proposed })?;
        return Ok(Exit::Done);
    }
    tell(context, "purge-policy", "", &now)?;
    for one in &proposed {
        tell(context, "purge-policy-proposed", &one.act, &one.policy)?;
    }
    Ok(Exit::Done)
}

fn tell(context: &mut Context, key: &str, act: &str, policy: &Told) -> Result<()> {
    let slots: Vec<String> = (policy.slots.iter())
        .map(|one| format!("{} ({})", context.out.word("slot", &one.slot), one.roles.join(", ")))
        .collect();
    let values = [
        ("act", act.to_owned().into()),
        ("slots", slots.join("; ").into()),
        ("witnesses", policy.witnesses.into()),
        ("wait", policy.wait.into()),
        ("cap", policy.cap.into()),
    ];
    context.out.result(key, &values)
}

/// Proposes what plans ask for from here on; what is not named stays.
pub(in super::super) fn propose(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Proposal {
        act: Option<String>,
        #[serde(flatten)]
        policy: Told,
        dry_run: bool,
    }
    let session = world.session(context)?;
    let now = world.vault.state().disposal.clone();
    let slots = match parsed.all::<SignOff>("slot") {
        none if none.is_empty() => now.slots,
        slots => slots,
    };
    let wait = parsed.get("wait").unwrap_or(now.wait);
    let cap = parsed.get("cap").unwrap_or(now.cap);
    let (reason, dry_run) = (parsed.must::<String>("reason"), context.dry_run());
    let act = session.propose_policy(&slots, wait, cap, &reason, dry_run)?.map(|act| act.to_string());
    world.tell_notices(context)?;
    let policy = told(&slots, wait, cap);
    if context.out.json() {
        context.out.document(&Proposal { act, policy, dry_run })?;
        return Ok(Exit::Done);
    }
    let act = act.unwrap_or_default();
    tell(context, if dry_run { "purge-policy-would" } else { "purge-policy-proposed" }, &act, &policy)?;
    Ok(Exit::Done)
}

/// Says yes or no to what somebody else has proposed.
pub(in super::super) fn decide(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Decided {
        act: String,
        approved: bool,
        seq: Option<u64>,
        dry_run: bool,
    }
    let session = world.session(context)?;
    let act: ActId = parsed.must("act");
    if !matches!(world.vault.state().proposal(act)?.what, Proposed::Policy(_)) {
        return Err(Error::NoProposal { act: act.to_string() }.into());
    }
    let (approved, dry_run) = (parsed.command() == ["purge", "policy", "approve"], context.dry_run());
    let reason = parsed.any::<String>("reason").unwrap_or_default();
    let seq = match approved {
        true => second::confirm(&session, act, dry_run)?,
        false => second::refuse(&session, act, &reason, dry_run)?,
    };
    world.tell_notices(context)?;
    if context.out.json() {
        context.out.document(&Decided { act: act.to_string(), approved, seq, dry_run })?;
        return Ok(Exit::Done);
    }
    let key = match (approved, dry_run) {
        (true, true) => "purge-policy-would-approve",
        (true, false) => "purge-policy-approved",
        (false, true) => "purge-policy-would-reject",
        (false, false) => "purge-policy-rejected",
    };
    context.out.result(key, &[("act", act.to_string().into())])?;
    Ok(Exit::Done)
}
