//! How far a record has come and what it lacks, as it is told.

use crate::context::Context;
use crate::output::Output;
use jingui_schema::facts::{DocumentKind, Waived};
use jingui_schema::materials::{Assessment, Gap};
use serde::Serialize;

/// What a record lacks, for programs.
#[derive(Serialize)]
pub(super) struct ToldMaterials {
    met: usize,
    mandatory: usize,
    missing: Vec<ToldGap>,
    waived: Vec<ToldGap>,
    unexpected: Vec<&'static str>,
}

#[derive(Serialize)]
struct ToldGap {
    gap: &'static str,
    kinds: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mark: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flaw: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    /// How many there are, and how many there have to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    have: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    want: Option<u32>,
    /// What a waiver calls it.
    waive: &'static str,
}

impl From<&Assessment> for ToldMaterials {
    fn from(found: &Assessment) -> Self {
        Self {
            met: found.met,
            mandatory: found.mandatory,
            missing: found.gaps.iter().map(ToldGap::from).collect(),
            waived: found.waived.iter().map(ToldGap::from).collect(),
            unexpected: found.unexpected.iter().map(|kind| kind.word()).collect(),
        }
    }
}

impl From<&Gap> for ToldGap {
    fn from(gap: &Gap) -> Self {
        let kinds = gap.kinds().iter().map(|kind| kind.word()).collect();
        let mut told = Self {
            gap: "missing",
            kinds,
            document: None,
            mark: None,
            flaw: None,
            until: None,
            have: None,
            want: None,
            waive: gap.lack().word(),
        };
        match gap {
            Gap::Missing(_) => {}
            Gap::Unreadable { no, flaw, .. } => {
                (told.gap, told.document, told.flaw) = ("unreadable", Some(*no), Some(flaw.word()));
            }
            Gap::Unmarked { mark, .. } => (told.gap, told.mark) = ("unmarked", Some(mark.word())),
            Gap::Few { have, want, .. } => {
                (told.gap, told.have, told.want) = ("few", Some(*have), Some(*want));
            }
            Gap::Uncounted { .. } => told.gap = "uncounted",
            Gap::Undated { .. } => told.gap = "undated",
            Gap::Expired { until, .. } => (told.gap, told.until) = ("expired", Some(until.to_string())),
        }
        told
    }
}

/// The name of a material.
pub(super) fn material(out: &Output, kind: DocumentKind) -> String {
    out.text(&format!("material-{}", kind.word().to_lowercase()), &[])
}

/// What a waiver lets pass, in words.
pub(super) fn waiver_text(out: &Output, waived: &Waived) -> String {
    let kind = material(out, waived.kind);
    match waived.gap {
        Some(gap) => {
            let gap = out.text(&format!("lack-{gap}"), &[]);
            out.text("lack-of", &[("kind", kind.into()), ("gap", gap.into())])
        }
        None => kind,
    }
}

/// One gap in words.
fn gap_text(out: &Output, gap: &Gap) -> String {
    let or = out.text("gap-or", &[]);
    let names: Vec<String> = gap.kinds().iter().map(|kind| material(out, *kind)).collect();
    let kind = names.join(&format!(" {or} "));
    let word = |list: &str, word: &str| out.text(&format!("{list}-{word}"), &[]);
    match gap {
        Gap::Missing(_) => kind,
        Gap::Unreadable { no, flaw, .. } => {
            let flaw = word("flaw", flaw.word());
            out.text("gap-unreadable", &[("kind", kind.into()), ("no", (*no).into()), ("flaw", flaw.into())])
        }
        Gap::Unmarked { mark, .. } => {
            out.text("gap-unmarked", &[("kind", kind.into()), ("mark", word("mark", mark.word()).into())])
        }
        Gap::Few { have, want, .. } => {
            out.text("gap-few", &[("kind", kind.into()), ("have", (*have).into()), ("want", (*want).into())])
        }
        Gap::Uncounted { .. } => out.text("gap-uncounted", &[("kind", kind.into())]),
        Gap::Undated { .. } => out.text("gap-undated", &[("kind", kind.into())]),
        Gap::Expired { until, .. } => {
            out.text("gap-expired", &[("kind", kind.into()), ("until", until.to_string().into())])
        }
    }
}

/// All gaps in one line; empty where there is none.
pub(super) fn gaps_text(out: &Output, gaps: &[Gap]) -> String {
    let gaps: Vec<String> = gaps.iter().map(|gap| gap_text(out, gap)).collect();
    gaps.join(&out.text("list-comma", &[]))
}

/// `5/6, missing: power of attorney`.
pub(super) fn materials_text(context: &Context, found: &Assessment) -> String {
    let out = &context.out;
    let count = format!("{}/{}", found.met, found.mandatory);
    let mut text = match found.gaps.is_empty() {
        true => count,
        false => {
            let gaps = gaps_text(out, &found.gaps);
            out.text("materials-missing", &[("count", count.into()), ("gaps", gaps.into())])
        }
    };
    if !found.waived.is_empty() {
        let gaps = gaps_text(out, &found.waived);
        text = out.text("materials-waived", &[("text", text.into()), ("gaps", gaps.into())]);
    }
    if !found.unexpected.is_empty() {
        let kinds: Vec<String> = found.unexpected.iter().map(|kind| material(out, *kind)).collect();
        let kinds = kinds.join(&out.text("list-comma", &[]));
        text = out.text("materials-unexpected", &[("text", text.into()), ("kinds", kinds.into())]);
    }
    text
}
