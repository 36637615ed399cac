//! Looking for all records of one person (R70): what is found is much of a life at once, so that somebody looked is a
//! line of the journal, whom they looked for a sealed note. So is it with a search by words.

use crate::catalog::{Page, Query};
use crate::error::Result;
use crate::reading::READERS;
use crate::session::Session;
use jingui_schema::act::{Deed, NoteMark, RecordFind, SubjectSearch};
use jingui_schema::cover::NoteKind;
use jingui_schema::facts::{Role, fold};

/// Who may look for a person.
const SEEKERS: &[Role] = &[Role::Archivist, Role::Reviewer, Role::Legal];
/// Rows passed over at once when they are counted.
const COUNTED: usize = 1000;

/// A page of what was found, and the line that says that somebody looked.
#[derive(Clone, Debug)]
pub struct Found {
    /// The page.
    pub page: Page,
    /// Every name that was looked for, the given one first.
    pub names: Vec<String>,
    /// Records in all, at the time of the search; `None` on a later page of it.
    pub count: Option<u64>,
    /// The line; `None` where it was only rehearsed.
    pub seq: Option<u64>,
}

impl Session {
    /// The records in which somebody is the customer or the handler.
    ///
    /// - `query`: its limit and cursor count, and nothing else.
    /// - `search`: the line of the search that this page belongs to. One of another person, by somebody else or for
    ///   another name counts for nothing: this is a search of its own then.
    /// - `rehearse`: counts, and gives an empty page.
    /// - Errors: [`crate::Error::Role`]; nothing is shown of what could not be journalled.
    pub fn search_person(
        &self,
        person: &str,
        query: &Query,
        search: Option<u64>,
        rehearse: bool,
    ) -> Result<Found> {
        self.with_role(SEEKERS)?;
        let names = self.customers()?.same_as(person);
        let query = Query {
            person: Some(person.to_owned()),
            other_names: names[1..].to_vec(),
            limit: query.limit,
            after: query.after.clone(),
            ..Query::default()
        };
        if let Some(seq) = search
            && self.is_search_of(seq, person)
        {
            let page = self.list(&query)?;
            return Ok(Found { page, names, count: None, seq: Some(seq) });
        }
        let count = self.count(&query)?;
        let deed = |note: Option<NoteMark>| -> Deed {
            SubjectSearch { records: count, note: note.expect("a query makes a note") }.into()
        };
        let note = Some((NoteKind::Query, person));
        if rehearse {
            self.prepare(note, &deed)?;
            let mut page = self.list(&Query { limit: 1, ..query })?;
            (page.rows, page.next) = (Vec::new(), None);
            return Ok(Found { page, names, count: Some(count), seq: None });
        }
        // Found before it is journalled, shown after.
        let page = self.list(&query)?;
        let seq = self.carry_out(note, deed)?.seq;
        Ok(Found { page, names, count: Some(count), seq: Some(seq) })
    }

    /// Checks that this person may look for records by their words.
    ///
    /// Errors: [`crate::Error::Role`].
    pub fn may_find(&self) -> Result<()> {
        self.with_role(READERS).map(|_| ())
    }

    /// Journals that records were sought by their words: how many there were is in the clear, the query is not. On return what
    /// was found may be shown.
    ///
    /// Errors: those of [`Session::may_find`], and of writing.
    pub fn has_found(&self, query: &str, records: u64) -> Result<u64> {
        let deed =
            |note: Option<NoteMark>| RecordFind { records, note: note.expect("a query makes a note") }.into();
        Ok(self.carry_out(Some((NoteKind::Query, query)), deed)?.seq)
    }

    fn count(&self, query: &Query) -> Result<u64> {
        let mut query = Query { limit: COUNTED, after: None, ..query.clone() };
        let mut count = 0;
        loop {
            let page = self.list(&query)?;
            count += page.rows.len() as u64;
            match page.next {
                Some(next) => query.after = Some(next),
                None => return Ok(count),
            }
        }
    }

    /// Whether this line is this person's own search for the same name.
    fn is_search_of(&self, seq: u64, person: &str) -> bool {
        let Ok((line, _)) = self.vault.line(seq) else { return false };
        let Deed::SubjectSearch(d) = &line.act.deed else { return false };
        let same = |text: &str| fold(text) == fold(person);
        line.by == self.by() && self.read_note(&d.note).is_ok_and(|note| same(&note.text))
    }
}
