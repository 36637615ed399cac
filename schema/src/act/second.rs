//! What takes a second person: their yes or no, and rules that nobody makes alone.

use super::NoteMark;
use crate::digest::Sha256;
use crate::id::ActId;
use crate::rules::Rule;
use serde::{Deserialize, Serialize};

data_types! {
    /// `act.confirm`: a second person says yes to what another proposed.
    ActConfirm {
        /// The proposal.
        act: ActId,
        /// SHA-256 of its act as it stands.
        sha256: Sha256,
    }
    /// `act.refuse`: a proposal ends without effect.
    ActRefuse {
        /// The proposal.
        act: ActId,
        /// Why.
        note: NoteMark,
    }
    /// `rule.propose`: the next version of the retention rule of a class.
    RulePropose {
        /// The rule.
        rule: Rule,
        /// Why.
        note: NoteMark,
    }
}
