//! A second person's yes or no to what somebody else has proposed: said, or only looked whether it could be.
//!
//! Each answers with the line that says so; none where it is only rehearsed.

use crate::failure::Result;
use jingui_schema::id::ActId;
use jingui_vault::Session;

/// Says yes.
///
/// Errors: those of [`Session::confirm`].
pub(super) fn confirm(session: &Session, act: ActId, rehearse: bool) -> Result<Option<u64>> {
    Ok(match rehearse {
        true => session.may_confirm(act).map(|()| None)?,
        false => Some(session.confirm(act)?),
    })
}

/// Says no, or takes one's own proposal back.
///
/// Errors: those of [`Session::refuse`].
pub(super) fn refuse(session: &Session, act: ActId, reason: &str, rehearse: bool) -> Result<Option<u64>> {
    Ok(match rehearse {
        true => session.may_refuse(act, reason).map(|()| None)?,
        false => Some(session.refuse(act, reason)?),
    })
}
