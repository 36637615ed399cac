//! Which sealed files lines name, and of which record each is: all there ever were, also those that have ended.

use crate::verify::Name;
use jingui_schema::act::Deed;
use jingui_schema::id::{Place, RecordId};
use std::collections::HashMap;

/// What the lines so far say of notes: which record a note dies with.
#[derive(Default)]
pub(super) struct Naming {
    notes: HashMap<[u8; 16], RecordId>,
}

impl Naming {
    /// Takes in the next line, and gives each sealed file that it names and that is one record's.
    pub fn take(&mut self, deed: &Deed, each: &mut dyn FnMut(Name, RecordId)) {
        if let (Some(note), Some(record)) = (deed.note(), deed.dies_with()) {
            self.notes.insert(*note.id.as_bytes(), record);
            each(Name::note(note.place, note.id, note.epoch), record);
        }
        if let Some(cover) = deed.cover() {
            each(Name::cover(cover.place, cover.record, cover.n, cover.mark.epoch), cover.record);
        }
        match deed {
            // Where documents have stayed elsewhere, there is no body here under any name.
            Deed::RecordFile(d) if d.left().is_none() => {
                each(Name::body(Place::of_counter(d.counter), d.record, d.filing), d.record);
            }
            Deed::DocumentRemove(d) => {
                if let Some(left) = &d.left {
                    each(Name::body(Place::of_counter(d.counter), d.record, left.filing), d.record);
                }
            }
            Deed::EpochReseal(d) => {
                for c in &d.covers {
                    each(Name::cover(c.place, c.record, c.n, d.epoch), c.record);
                }
                for n in &d.notes {
                    if let Some(record) = self.notes.get(n.id.as_bytes()) {
                        each(Name::note(n.place, n.id, d.epoch), *record);
                    }
                }
            }
            _ => {}
        }
    }

    /// The record that a file is of.
    pub fn record(&self, name: &Name) -> Option<RecordId> {
        name.record().or_else(|| self.notes.get(&name.id).copied())
    }
}
