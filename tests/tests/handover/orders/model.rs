//! What is where, as plain lists and maps: written from what was promised, not from the code.

use jingui_schema::id::{ActId, HoldId, RecordId};
use jingui_vault::handover::Stage;
use std::collections::{BTreeMap, BTreeSet};

/// How far the archive has come; only calling off leads back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum At {
    #[default]
    Open,
    Sealed,
    Receipted,
    Destroying,
    Destroyed,
}

impl At {
    /// As the program has it.
    pub fn of(stage: Option<Stage>) -> Self {
        match stage {
            None => Self::Open,
            Some(Stage::Sealed | Stage::Sent) => Self::Sealed,
            Some(Stage::Receipted) => Self::Receipted,
            Some(Stage::Destroying) => Self::Destroying,
            Some(Stage::Destroyed | Stage::Closed) => Self::Destroyed,
        }
    }
}

/// A receipt that the authority has signed.
#[derive(Clone, Debug)]
pub struct Slip {
    pub act: ActId,
    pub handover: ActId,
    pub lines: u64,
    /// Whether the archive has taken it in.
    pub counted: bool,
}

/// A hold at the archive.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    pub record: RecordId,
    pub line: u64,
    pub released: bool,
}

/// A refusal by its code.
pub type Refused = std::result::Result<(), &'static str>;

#[derive(Clone, Debug, Default)]
pub struct Model {
    pub at: At,
    /// The act that proposed the hand-over.
    pub handover: Option<ActId>,
    /// Records that the archive said it has filed, by their lines.
    pub filed: BTreeMap<RecordId, u64>,
    /// Records that the CA said it has taken in.
    pub taken: BTreeSet<RecordId>,
    pub holds: BTreeMap<HoldId, Held>,
    /// As they were signed.
    pub slips: Vec<Slip>,
    /// The one that counts.
    pub newest: Option<usize>,
}

impl Model {
    /// Filing, and handing over.
    pub fn changes(&self) -> Refused {
        if self.at == At::Open { Ok(()) } else { Err("handed-over") }
    }

    pub fn calls_off(&self) -> Refused {
        match self.at {
            At::Open => Err("no-handover"),
            At::Sealed => Ok(()),
            _ => Err("handed-over"),
        }
    }

    /// A receipt comes, with its list or without.
    pub fn receives(&mut self, slip: usize, has_list: bool) -> Refused {
        let Slip { handover, lines, .. } = self.slips[slip];
        let known = self.newest.map_or(0, |newest| self.slips[newest].lines);
        match self.at {
            // Overtaken: it is told, and changes nothing.
            At::Destroying | At::Destroyed | At::Open => return Ok(()),
            _ if self.handover != Some(handover) || lines < known => return Ok(()),
            _ if !has_list => return Err("receipt-damaged"),
            _ => {}
        }
        self.slips[slip].counted = true;
        (self.at, self.newest) = (At::Receipted, Some(slip));
        Ok(())
    }

    pub fn finishes(&self) -> Refused {
        match (self.at, self.newest) {
            (At::Open, _) => Err("no-handover"),
            (At::Destroying | At::Destroyed, _) => Ok(()),
            (_, None) => Err("no-receipt"),
            (_, Some(newest)) => {
                let lines = self.slips[newest].lines;
                // A hold that was released goes on for a while.
                let unknown = self.holds.values().any(|hold| hold.line > lines);
                if unknown { Err("not-receipted") } else { Ok(()) }
            }
        }
    }

    /// Records of the state over so many lines.
    pub fn filed_by(&self, lines: u64) -> BTreeSet<RecordId> {
        self.filed.iter().filter(|(_, line)| **line <= lines).map(|(record, _)| *record).collect()
    }
}
