//! A record as another vault takes it in: what its dates rest on, as the lines here have it.

use super::{Kept, Ledger};
use crate::retention::{Authority, Ended, Until};
use crate::state::State;
use jingui_schema::act::{Ending, Linked, Received};
use jingui_schema::certificate::{Change, Until as Told};
use jingui_schema::id::{ActId, CertId, HoldId, RecordId};
use jingui_schema::time::Day;

impl Ledger {
    /// What `take` says of a record; whoever takes it in reckons the same dates from it.
    pub(crate) fn received(&self, kept: &Kept, take: ActId, holds: Vec<HoldId>) -> Received {
        let (n, commit) = kept.newest();
        let mut certs: Vec<CertId> = kept.links.iter().map(|(cert, ..)| *cert).collect();
        certs.sort_unstable();
        certs.dedup();
        Received {
            take,
            n,
            commit,
            filed: kept.filed,
            last: kept.last_filed,
            decided: kept.decided,
            reviewed: kept.custody.is_settled(),
            restricted: false,
            until: kept.until(),
            also: kept.also().collect(),
            ends: certs.into_iter().flat_map(|cert| self.endings(cert)).collect(),
            holds,
            left: None,
        }
    }

    /// The certificates that rely on a record, each once, with its days as all lines together have them. Who has issued it is left
    /// to whoever takes it in: that goes by the issuers that are pinned there.
    pub(crate) fn linked(&self, kept: &Kept) -> Vec<Linked> {
        let mut links: Vec<Linked> = Vec::new();
        for (cert, reliance) in kept.certificates() {
            if links.iter().any(|known| known.cert == cert) {
                continue;
            }
            let told = self.certificate(cert);
            let until = match told.until {
                Until::On(day) => Some(Told::Day(day)),
                Until::Never => Some(Told::Never),
                Until::Unknown => None,
            };
            links.push(Linked { cert, issued: told.issued, until, reliance, issuer: None, verified: false });
        }
        links
    }

    /// Holds that keep a record on a day, and those that nobody has compared it with; ascending.
    pub(crate) fn keeping(&self, record: RecordId, state: &State, today: Day) -> Vec<HoldId> {
        let Some(of) = self.holds_of(record) else { return Vec::new() };
        let keeps = |hold: &HoldId| of.holds.contains(hold) && state.holds[hold].blocks(today);
        let keeps = |hold: &HoldId| keeps(hold) || of.is_unscreened(&state.holds[hold], today);
        state.holds.keys().filter(|hold| keeps(hold)).copied().collect()
    }

    /// What lines say of the end of a certificate, in the order of the lines; what one person alone says shortens nothing.
    fn endings(&self, cert: CertId) -> Vec<Ending> {
        let known = self.certificates.get(&cert);
        let ends = known.into_iter().flat_map(|known| &known.ends).filter_map(|(_, end)| {
            let event = match end.what {
                Ended::Revoked | Ended::Permanent => Change::Revoked,
                Ended::Held => Change::Held,
                Ended::Released => Change::Released,
            };
            let list = match end.by {
                Authority::List(day) => Some(day),
                Authority::Two => None,
                Authority::One => return None,
            };
            Some(Ending { cert, event, day: end.day, list })
        });
        ends.collect()
    }
}
