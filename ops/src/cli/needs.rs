//! Vault and key: what each command needs before it can begin, and which of them make an act.

use super::Parsed;
use jingui_schema::cosignature::CosignerKey;

/// What a command needs before it can begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needs {
    /// Whether it runs in an open vault.
    pub vault: bool,
    /// Whether it runs for a person.
    pub key: Key,
}

/// Whether a command wants a person's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// It asks for none, also where one is named.
    None,
    /// It uses the one that is named.
    Optional,
    /// It does not begin without one.
    Required,
}

/// Says what a command needs.
pub fn needs(parsed: &Parsed) -> Needs {
    let (vault, key) = match parsed.command()[..] {
        ["key", ..] | ["completions"] | ["demo"] | ["act", "show" | "send"] => (false, Key::None),
        // What is taken in goes into the CA's own vault.
        ["accept"] if parsed.flag("take") => (true, Key::Required),
        ["init" | "accept"] | ["act", "sign"] => (false, Key::Required),
        ["keys", "prove"] => (false, Key::Required),
        // Who asks may name to whom the answer is sealed, and what opens it.
        ["request", "new" | "read"] => (false, Key::Optional),
        ["request", "open"] => (false, Key::Required),
        ["request", "list"] => (true, Key::None),
        ["cosigner", "show"] => (false, Key::None),
        ["cosigner", ..] => (false, Key::Required),
        ["journal", "cosigner"] if names_cosigner(parsed) => (true, Key::Required),
        ["backup", "remove"] => (false, Key::None),
        ["backup", "restore"] => (false, Key::Optional),
        ["backup", "verify"] if parsed.flag("alone") => (false, Key::Optional),
        ["backup", "verify"] => (true, Key::Optional),
        ["backup", "list"] => (parsed.file("target").is_none(), Key::None),
        ["backup", "create"] => (true, Key::None),
        ["push"] if parsed.flag("keep") || parsed.flag("forget") => (true, Key::Required),
        ["push"] => (true, Key::None),
        // Journal and receipt are in the clear.
        ["handover", "check"] => (true, Key::None),
        // With a key it says of which project it is.
        ["handover", "status"] => (true, Key::Optional),
        // Shown to anybody, changed by whoever answers for it.
        ["handover", "place"] if parsed.file("place").is_none() && parsed.get::<u64>("cache").is_none() => {
            (true, Key::None)
        }
        // With a key it says whose hands printed it, and how many holds there are, to who may know of them.
        ["print", "handover"] => (true, Key::Optional),
        ["verify"] if parsed.flag("keyless") => (true, Key::None),
        // What is put back is compared with the journal, which is in the clear.
        ["repair"] => (true, Key::None),
        ["journal", "prove"] if parsed.text("record").is_some() => (true, Key::Required),
        ["journal", "fork", ..] => (true, Key::Required),
        ["journal", ..] => (true, Key::None),
        ["staff", "list"] | ["status" | "doctor"] | ["keys", "status" | "recover"] | ["act", "submit"] => {
            (true, Key::Optional)
        }
        ["staff", "countersign"] if parsed.file("request").is_some() => (true, Key::None),
        ["rebuild"] if parsed.text("part") == Some("tree") => (true, Key::None),
        // The journal is in the clear; only the reason of a proposal is sealed.
        ["why" | "due"] => (true, Key::Optional),
        ["rule", "list" | "diff"] => (true, Key::Optional),
        ["purge", "list" | "certificate"] | ["purge", "policy", "show"] => (true, Key::None),
        // A plan is made and carried out by the vault itself where nobody puts their name to it.
        ["purge", "plan" | "show" | "run"] => (true, Key::Optional),
        // Only the reason is sealed.
        ["purge", "reverse", "list"] => (true, Key::Optional),
        ["jobs", "list"] => (true, Key::None),
        // With a key it says what waits of holds as well, to who may know of them.
        ["jobs", "run"] => (true, Key::Optional),
        _ => (true, Key::Required),
    };
    Needs { vault, key }
}

/// Says whether a cosigner is named with a key at hand, rather than shown or asked for.
fn names_cosigner(parsed: &Parsed) -> bool {
    parsed.any::<CosignerKey>("cosigner").is_some() && parsed.file("request").is_none()
}

/// Says whether `--act-out` means something for a command.
pub(crate) fn makes_act(parsed: &Parsed) -> bool {
    if parsed.command() == ["journal", "cosigner"] {
        return names_cosigner(parsed);
    }
    matches!(
        parsed.command()[..],
        ["staff", "enrol" | "countersign" | "disable"]
            | ["review"]
            | ["misfiled" | "cert" | "handover", "confirm"]
            | ["cert", "issuer", "pin" | "approve"]
            | ["rule", "propose" | "approve"]
            | ["purge", "appraise" | "approve" | "witness" | "reject"]
            | ["purge", "reverse", "propose" | "confirm"]
            | ["keys", "shred"]
            | ["jobs", "set"]
            | ["request", "open"]
    )
}
