//! Which sweep fails the acts of each kind: the place to look for a kind, and the list that none is missing from.
//!
//! Each sweep proves its part when it ends ([`missing`]); `faults_deeds` compares the whole with the kinds there are.

use std::collections::BTreeSet;

/// The table of each sweep, and kinds of acts that come into a journal while it fails the disk. Each kind stands once,
/// though other sweeps may have it as well.
pub const SWEPT: &[(&str, &[&str])] = &[
    ("faults-begin.md", &["vault.init", "file.set"]),
    (
        "faults-commands.md",
        &[
            "staff.enrol",
            "staff.countersign",
            "staff.disable",
            "epoch.member",
            "record.file",
            "record.correct",
            "record.review",
            "record.annotate",
            "record.restrict",
            "record.open",
            "facts.reveal",
            "document.misfiled",
            "document.remove",
            "document.removed",
            "act.confirm",
            "setting.set",
            "jobs.set",
            "job.ran",
            "head.signed",
            "segment.close",
        ],
    ),
    (
        "faults-deeds.md",
        &[
            "record.find",
            "subject.search",
            "cert.link",
            "cert.status",
            "cert.report",
            "cert.reverse",
            "issuer.pin",
            "issuer.unpin",
            "hold.place",
            "hold.catch",
            "hold.screened",
            "hold.screen",
            "hold.release",
            "hold.keep",
            "hold.review",
            "act.refuse",
            "rule.propose",
            "purge.plan",
            "purge.appraise",
            "purge.approve",
            "purge.witness",
            "purge.reject",
            "purge.attest",
            "purge.policy",
            "purge.reverse",
            "epoch.shred",
            "copy.excused",
        ],
    ),
    ("faults-keys.md", &["escrow.proved", "epoch.copy"]),
    ("faults-rotate.md", &["epoch.start", "epoch.reseal", "epoch.verified", "epoch.destroyed"]),
    ("faults-disposal.md", &["purge.begin", "purge.done", "purge.close"]),
    ("faults-cosigning.md", &["cosigner.name", "head.cosigned"]),
    ("faults-forks.md", &["log.fork"]),
    ("faults-mend.md", &["incident", "quarantine", "file.healed"]),
    ("faults-requests.md", &["record.request", "request.answer", "request.refuse", "escrow.open"]),
    ("faults-handover-begin.md", &["handover.begin", "handover.cancel"]),
    ("faults-handover-part-begin.md", &["handover.list"]),
    ("faults-handover-take.md", &["handover.take", "hold.take"]),
    ("faults-handover-receipt.md", &["handover.receipt"]),
    ("faults-handover-finish.md", &["handover.finish", "handover.done"]),
    ("faults-copies.md", &["copy.made", "copy.verified", "vault.restored"]),
];

/// Kinds of acts that no sweep carries out, each with the reason.
pub const UNSWEPT: &[(&str, &str)] = &[];

/// What the sweep of this table is said to carry out and has not, or has carried out though no sweep is said to.
pub fn missing(table: &str, kinds: &BTreeSet<&'static str>) -> Vec<String> {
    let said = SWEPT.iter().filter(|(of, _)| *of == table).flat_map(|(_, kinds)| *kinds);
    let never =
        said.filter(|kind| !kinds.contains(**kind)).map(|kind| format!("it never writes a {kind} line"));
    let after_all = UNSWEPT.iter().filter(|(kind, _)| kinds.contains(*kind));
    never.chain(after_all.map(|(kind, _)| format!("a {kind} line is swept after all"))).collect()
}
