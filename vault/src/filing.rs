//! Filing: documents put in, durable and read back before anyone is told.

use crate::body::{BodyHead, Buffers, Incoming, Numbers, SealedBody, read_back, write_body};
use crate::catalog::twin_key;
use crate::certs::ToLink;
use crate::cover::Cover;
use crate::error::{Error, Result};
use crate::recent::BEHIND_LINES_MAX;
use crate::session::Session;
use crate::staging::{FilingFiles, Marker, Staging};
use crate::version::NewVersion;
use jingui_schema::act::{Linked, RecordFile};
use jingui_schema::cover::{BodyKey, Document, DocumentLine, FactsLine, NoteKind};
use jingui_schema::digest::{Salt, Sha256};
use jingui_schema::facts::{
    Business, Channel, Circumstance, Class, Customer, Facts, Label, Outcome, Particular, Role, Waived,
};
use jingui_schema::id::{ActId, ArchiveNumber, Place, RecordId, StaffNo};
use jingui_schema::identifier::check_uscc;
use jingui_schema::time::{Day, Time};
use std::io::Read;

/// Documents of one filing at most.
pub const DOCUMENTS_MAX: usize = 1000;

/// What an archivist says of a record when filing it.
#[derive(Clone, Debug)]
pub struct Labels {
    /// Project.
    pub project: Label,
    /// Outlet.
    pub outlet: Label,
    /// Customer; the identifier has been checked.
    pub customer: Customer,
    /// Business act.
    pub business: Business,
    /// Day of business.
    pub date: Day,
    /// How it ended.
    pub outcome: Outcome,
    /// Tags.
    pub tags: Vec<Label>,
    /// Box of the paper originals.
    pub box_code: Option<Label>,
    /// Materials knowingly missing.
    pub waived: Vec<Waived>,
    /// How the application came in, and what its form says.
    pub application: Application,
}

/// How an application came in, and what its form says; all of it may be left open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Application {
    /// The way it came in.
    pub channel: Option<Channel>,
    /// What makes further materials necessary.
    pub flags: Vec<Circumstance>,
    /// Its day, where that is not the day of business.
    pub applied: Option<Day>,
    /// Particulars.
    pub fields: Vec<Particular>,
}

impl Labels {
    /// The labels in a record's facts.
    pub fn of(facts: &Facts) -> Self {
        let facts = facts.clone();
        Self {
            project: facts.project,
            outlet: facts.outlet,
            customer: facts.customer,
            business: facts.business,
            date: facts.date,
            outcome: facts.outcome,
            tags: facts.tags,
            box_code: facts.box_code,
            waived: facts.waived,
            application: Application {
                channel: facts.channel,
                flags: facts.flags,
                applied: facts.applied,
                fields: facts.fields,
            },
        }
    }
}

/// One filing to be carried out.
pub struct Filing {
    /// What it is.
    pub labels: Labels,
    /// The documents.
    pub incoming: Vec<Incoming>,
    /// The request id, where the caller has one; a second arrival gets the first result.
    pub request: Option<ActId>,
    /// File it although a record with the same labels and documents exists.
    pub again: bool,
    /// The plan that it carries out, where it does.
    pub plan: Option<Planned>,
    /// Certificates that rely on it, as they were read.
    pub certs: Vec<ToLink>,
}

/// What a plan says of a filing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// Digest of the plan; stands in the filing's line.
    pub plan: Sha256,
    /// Digests of the documents, in order. Others are not filed.
    pub documents: Vec<Sha256>,
}

/// A document that was filed before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// Its name here.
    pub name: String,
    /// Where it was filed before; empty for a document that is twice in this filing.
    pub number: Option<ArchiveNumber>,
    /// Its number there, or here.
    pub doc: u32,
}

/// A filing that is durable.
#[derive(Clone, Debug)]
pub struct Filed {
    /// The record.
    pub record: RecordId,
    /// Its archive number.
    pub number: ArchiveNumber,
    /// Which filing of it.
    pub filing: u32,
    /// The line.
    pub seq: u64,
    /// Its time.
    pub at: Time,
    /// Retention class.
    pub class: Class,
    /// The documents of this filing.
    pub documents: Vec<Document>,
    /// Documents that were filed before.
    pub duplicates: Vec<Duplicate>,
    /// Whether nothing was done because the same had been filed before.
    pub repeated: bool,
}

/// What a filing would be, without doing it.
#[derive(Clone, Debug)]
pub struct Rehearsal {
    /// Retention class.
    pub class: Class,
    /// Size and digest of each document, by name.
    pub documents: Vec<(String, u64, Sha256)>,
    /// Documents that were filed before.
    pub duplicates: Vec<Duplicate>,
    /// The record that is just the same, if there is one.
    pub twin: Option<ArchiveNumber>,
}

impl Session {
    /// Files a new record.
    ///
    /// - Returns once body, cover and line are durable and the body has been read back.
    /// - Repeating is safe: the same request, or the same labels and documents, get the first result.
    /// - Errors: whatever it is, nothing is visible of what failed.
    pub fn file(&self, filing: &Filing, buffers: &mut Buffers) -> Result<Filed> {
        let clerk = self.may_file()?;
        check_count(filing.incoming.len())?;
        let _turn = filing.request.map(|request| self.vault.turn_of(request)).transpose()?;
        if let Some(first) = self.earlier(filing.request)? {
            return Ok(first);
        }
        let env = self.vault.env();
        let reserved = self.vault.writer()?.reserve(env.now().day().year())?;
        let place = Place::of_counter(reserved.counter);
        let (record, act) = (env.record_id(), filing.request.unwrap_or_else(|| env.act_id()));
        let epoch = self.vault.state().epoch;
        let files = FilingFiles { record, place, filing: 1, n: 1, epoch };
        let staging =
            Staging::of_filing(&self.vault, Marker { act, filing: Some(files), note: None, named: None })?;
        let head =
            BodyHead { vault: self.vault.state().init.vault, record, filing: 1, numbers: Numbers::From(1) };
        let body = self.write_body(&staging, &head, &filing.incoming, buffers)?;

        let facts = self.facts_of(&filing.labels, reserved.number.clone(), clerk)?;
        let digests: Vec<Sha256> = body.documents.iter().map(|d| d.sha256).collect();
        if let Some(planned) = &filing.plan {
            as_planned(&planned.documents, &digests, &filing.incoming)?;
        }
        let twin = twin_key(&facts, &digests);
        // Two filings of the same thing: the second finds the first.
        let _turn_of_twin = self.vault.turn_of_filing(twin)?;
        let (known, same) = self.ask_behind(BEHIND_LINES_MAX, |catalog| {
            // This first: what it forgets meanwhile the catalog knows by then.
            let (recent, recent_same) = {
                let recent = self.vault.recent();
                (recent.twin(&twin), recent.same_documents(&digests))
            };
            let known = match filing.again {
                true => None,
                false => catalog.twin(&twin)?.or(recent),
            };
            let same = if known.is_some() { Vec::new() } else { catalog.same_documents(&digests)? };
            Ok((known, [same, recent_same].concat()))
        })?;
        if let Some(known) = known {
            return self.already(known, 1);
        }
        let duplicates = named_duplicates(&named(&body.documents), 1, same);
        let salted = FactsLine { salt: self.salt(), facts: facts.clone() };
        let lines =
            body.documents.iter().map(|doc| DocumentLine { salt: self.salt(), doc: doc.clone() }).collect();
        let keys = vec![BodyKey { filing: 1, identity: body.identity.to_string() }];
        let (cert_lines, links) = self.link_lines(&filing.certs, &[])?;
        let cover = Cover::new(head.vault, record, salted, lines, keys)
            .and_then(|cover| cover.with_certificates(cert_lines))
            .map_err(bad_cover)?;
        let (counter, may_repeat) = (reserved.counter, filing.request.is_some());
        let version = NewVersion { act, record, counter, filing: 1, cover: &cover, note: None, may_repeat };
        let plan = filing.plan.as_ref().map(|planned| planned.plan);
        let done = self.submit_filing(staging, version, &body, plan, &links)?;
        if done.repeated {
            return self
                .earlier(filing.request)?
                .ok_or(Error::Stale { why: "the request was for another act".into() });
        }
        // Before the turn ends for which another filing of the same thing may be waiting.
        let documents = body.documents.iter().map(|d| (d.sha256, d.no));
        self.vault.recent().filed(done.seq, record, &reserved.number, twin, documents);
        self.screen(record, 1, &facts);
        Ok(Filed {
            record,
            number: reserved.number.clone(),
            filing: 1,
            seq: done.seq,
            at: done.at,
            class: facts.class,
            documents: body.documents,
            duplicates,
            repeated: false,
        })
    }

    /// Puts further documents into a record (补件). Nothing that is there changes.
    pub fn supplement(
        &self,
        record: RecordId,
        incoming: &[Incoming],
        reason: &str,
        request: Option<ActId>,
        buffers: &mut Buffers,
    ) -> Result<Filed> {
        self.may_file()?;
        check_count(incoming.len())?;
        let _turn = request.map(|request| self.vault.turn_of(request)).transpose()?;
        if let Some(first) = self.earlier(request)? {
            return Ok(first);
        }
        // Asked before anything is read or staged, so that the answer is the same as to any other deed.
        self.vault.writer()?;
        let env = self.vault.env();
        let row = self.row(record)?;
        let (old, cover_row) = self.cover_of(&row)?;
        let (filing, first_no) = (row.filings_given + 1, row.docs_given + 1);
        let place = Place::of_counter(row.counter);
        let note = self.seal_note(NoteKind::Reason, reason)?;
        let act = request.unwrap_or_else(|| env.act_id());
        let files =
            FilingFiles { record, place, filing, n: cover_row.n + 1, epoch: self.vault.state().epoch };
        let mark = note.mark;
        let marker =
            Marker { act, filing: Some(files), note: Some((mark.id, mark.place, mark.epoch)), named: None };
        let staging = Staging::of_filing(&self.vault, marker)?;
        let numbers = Numbers::From(first_no);
        let head = BodyHead { vault: self.vault.state().init.vault, record, filing, numbers };
        let body = self.write_body(&staging, &head, incoming, buffers)?;
        let duplicates = self.duplicates(&body.documents)?;
        // A repeated supplement of the same papers is a slip, not a filing.
        let known: Vec<Sha256> = row.documents.iter().map(|d| d.sha256).collect();
        if body.documents.iter().all(|d| known.contains(&d.sha256)) {
            return self.already(record, filing - 1);
        }
        let lines =
            body.documents.iter().map(|doc| DocumentLine { salt: self.salt(), doc: doc.clone() }).collect();
        let key = BodyKey { filing, identity: body.identity.to_string() };
        let cover = old.supplemented(None, lines, key).map_err(bad_cover)?;
        let facts = &old.facts.facts;
        let number = facts.number.clone();
        let (counter, may_repeat) = (row.counter, request.is_some());
        let version =
            NewVersion { act, record, counter, filing, cover: &cover, note: Some(note), may_repeat };
        let done = self.submit_filing(staging, version, &body, None, &[])?;
        let (seq, at, class) = (done.seq, done.at, facts.class);
        self.vault.recent().changed(seq);
        if !done.repeated {
            self.screen(record, cover.spine.n, facts);
        }
        let (documents, repeated) = (body.documents, done.repeated);
        Ok(Filed { record, number, filing, seq, at, class, documents, duplicates, repeated })
    }

    /// Reads all documents and says what filing them would be; changes nothing.
    pub fn rehearse(&self, filing: &Filing) -> Result<Rehearsal> {
        use sha2::Digest as _;
        let clerk = self.may_file()?;
        check_count(filing.incoming.len())?;
        let (mut documents, mut buffer) = (Vec::new(), vec![0; 1 << 18]);
        for item in &filing.incoming {
            let bad = |e: std::io::Error| Error::Source { path: item.source.describe(), why: e.to_string() };
            let (mut hasher, mut size) = (sha2::Sha256::new(), 0);
            let mut file = item.source.open().map_err(bad)?;
            loop {
                match file.read(&mut buffer).map_err(bad)? {
                    0 => break,
                    read => {
                        hasher.update(&buffer[..read]);
                        size += read as u64;
                    }
                }
            }
            let name = item.source.name().to_string_lossy().into_owned();
            documents.push((name, size, Sha256(hasher.finalize().into())));
        }
        let number = ArchiveNumber::new(self.vault.state().init.fonds.clone(), 1, 1);
        let facts = self.facts_of(&filing.labels, number, clerk)?;
        let digests: Vec<Sha256> = documents.iter().map(|d| d.2).collect();
        let twin = self.ask(|catalog| catalog.twin(&twin_key(&facts, &digests)))?;
        let twin = twin.map(|record| self.row(record).map(|row| row.facts.number)).transpose()?;
        let named: Vec<(String, Sha256)> = documents.iter().map(|d| (d.0.clone(), d.2)).collect();
        let duplicates = self.duplicates_of(&named, 1)?;
        Ok(Rehearsal { class: facts.class, documents, duplicates, twin })
    }

    pub(crate) fn may_file(&self) -> Result<StaffNo> {
        let staff = self.with_role(&[Role::Archivist])?;
        let state = self.vault.state();
        match state.current_epoch().proved {
            true => Ok(staff),
            false => Err(Error::EscrowUnproved { epoch: state.epoch.to_string() }),
        }
    }

    pub(crate) fn salt(&self) -> Salt {
        Salt(self.vault.env().bytes())
    }

    pub(crate) fn write_body(
        &self,
        staging: &Staging,
        head: &BodyHead<'_>,
        incoming: &[Incoming],
        buffers: &mut Buffers,
    ) -> Result<SealedBody> {
        let path = staging.file("body");
        let body = write_body(self.vault.env(), &path, head, incoming, buffers)?;
        read_back(self.vault.env(), &path, &body, head, buffers)?;
        Ok(body)
    }

    /// Makes a filing durable whose body lies in `staging`.
    fn submit_filing(
        &self,
        staging: Staging,
        version: NewVersion<'_>,
        body: &SealedBody,
        plan: Option<Sha256>,
        links: &[Linked],
    ) -> Result<crate::writer::Done> {
        let (record, counter, filing, n) =
            (version.record, version.counter, version.filing, version.cover.spine.n);
        let facts = &version.cover.facts.facts;
        self.submit_version(staging, version, |cover, note| {
            let deed = RecordFile {
                record,
                filing,
                n,
                number: facts.number.clone(),
                counter,
                class: facts.class,
                business: facts.business,
                date: facts.date,
                outcome: facts.outcome,
                docs: body.documents.len() as u32,
                body: body.mark,
                cover,
                note,
                plan,
                certs: links.to_vec(),
                from: None,
            };
            deed.into()
        })
    }

    /// The facts that follow from labels: class, and who let a material pass.
    pub(crate) fn facts_of(&self, labels: &Labels, number: ArchiveNumber, clerk: StaffNo) -> Result<Facts> {
        let mut facts = facts(labels, number, clerk);
        facts.class = self.settings()?.class(&facts.project, facts.outcome, facts.class);
        Ok(facts)
    }

    /// The result of an earlier request with this id, if it was a filing.
    fn earlier(&self, request: Option<ActId>) -> Result<Option<Filed>> {
        let Some(request) = request else { return Ok(None) };
        let Some((line, filing)) = self.vault.find_filing(request)? else { return Ok(None) };
        let row = self.row(filing.record)?;
        let (cover, _) = self.cover_of(&row)?;
        let documents =
            cover.documents.into_iter().map(|l| l.doc).filter(|d| d.filing == filing.filing).collect();
        Ok(Some(Filed {
            record: filing.record,
            number: filing.number,
            filing: filing.filing,
            seq: line.seq,
            at: line.at,
            class: filing.class,
            documents,
            duplicates: Vec::new(),
            repeated: true,
        }))
    }

    fn already(&self, record: RecordId, filing: u32) -> Result<Filed> {
        let row = self.row(record)?;
        let (cover, _) = self.cover_of(&row)?;
        let seq = row.filings.iter().find(|f| f.filing == filing).map_or(0, |f| f.seq);
        let documents = cover.documents.into_iter().map(|l| l.doc).filter(|d| d.filing == filing).collect();
        Ok(Filed {
            record,
            number: row.facts.number,
            filing,
            seq,
            at: row.filed_at,
            class: row.facts.class,
            documents,
            duplicates: Vec::new(),
            repeated: true,
        })
    }

    fn duplicates(&self, documents: &[Document]) -> Result<Vec<Duplicate>> {
        self.duplicates_of(&named(documents), documents.first().map_or(1, |d| d.no))
    }

    fn duplicates_of(&self, named: &[(String, Sha256)], first: u32) -> Result<Vec<Duplicate>> {
        let digests: Vec<Sha256> = named.iter().map(|(_, d)| *d).collect();
        Ok(named_duplicates(named, first, self.ask(|catalog| catalog.same_documents(&digests))?))
    }
}

fn named(documents: &[Document]) -> Vec<(String, Sha256)> {
    documents.iter().map(|d| (d.name.clone(), d.sha256)).collect()
}

/// Puts names to what the catalog knows of the same documents, and to those that are twice in this filing.
fn named_duplicates(
    named: &[(String, Sha256)],
    first: u32,
    same: Vec<(Sha256, ArchiveNumber, u32)>,
) -> Vec<Duplicate> {
    let mut out = Vec::new();
    for (sha256, number, doc) in same {
        for (name, _) in named.iter().filter(|(_, d)| *d == sha256) {
            out.push(Duplicate { name: name.clone(), number: Some(number.clone()), doc });
        }
    }
    for (i, (name, digest)) in named.iter().enumerate() {
        if let Some(earlier) = named[..i].iter().position(|(_, d)| d == digest) {
            out.push(Duplicate { name: name.clone(), number: None, doc: first + earlier as u32 });
        }
    }
    out
}

/// Refuses documents that are not the ones a plan names.
fn as_planned(planned: &[Sha256], found: &[Sha256], incoming: &[Incoming]) -> Result<()> {
    if planned == found {
        return Ok(());
    }
    let other = planned.iter().zip(found).position(|(planned, found)| planned != found);
    let path = other.and_then(|at| incoming.get(at)).map_or_else(String::new, |item| item.source.describe());
    Err(Error::SourceChanged { path })
}

fn check_count(count: usize) -> Result<()> {
    match count {
        0 => Err(Error::Source { path: "(none)".into(), why: "there is no document".into() }),
        n if n > DOCUMENTS_MAX => {
            Err(Error::TooMany { count: n.to_string(), limit: DOCUMENTS_MAX.to_string() })
        }
        _ => Ok(()),
    }
}

pub(crate) fn bad_cover(error: crate::cover::CoverError) -> Error {
    Error::Stale { why: crate::journal::full(&error) }
}

pub(crate) fn facts(labels: &Labels, number: ArchiveNumber, clerk: StaffNo) -> Facts {
    let code_says_government = labels
        .customer
        .id
        .as_deref()
        .is_some_and(|id| check_uscc(id).is_ok_and(|code| code.suggests_government()));
    Facts {
        number,
        project: labels.project.clone(),
        outlet: labels.outlet.clone(),
        customer: labels.customer.clone(),
        business: labels.business,
        date: labels.date,
        outcome: labels.outcome,
        class: Class::of(labels.customer.kind, labels.outcome, code_says_government),
        clerk,
        tags: labels.tags.clone(),
        box_code: labels.box_code.clone(),
        waived: labels.waived.iter().map(|w| Waived { by: w.by.or(Some(clerk)), ..w.clone() }).collect(),
        channel: labels.application.channel,
        flags: labels.application.flags.clone(),
        applied: labels.application.applied,
        fields: labels.application.fields.clone(),
    }
}
