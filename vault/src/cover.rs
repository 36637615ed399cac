//! Covers (封面): the facts of a record, the keys of its bodies, and one line for each document.
//!
//! Knows the plaintext and its `commit`; sealing is `seal`'s, names and places are the layout's.

use jingui_schema::certificate::CertificateLine;
use jingui_schema::cover::{BodyKey, Document, DocumentLine, FactsLine, Spine, commit_of};
use jingui_schema::digest::Sha256;
use jingui_schema::facts::DocumentKind;
use jingui_schema::id::{RecordId, VaultId};
use jingui_schema::{FORMAT, SUITE};
use zeroize::Zeroizing;

/// Says why a text is not the plaintext of a cover.
#[derive(Debug, thiserror::Error)]
pub enum CoverError {
    /// Of another format.
    #[error("the cover is of format {found}, which this program does not read")]
    Format {
        /// Its format.
        found: u32,
    },
    /// Made with other algorithms.
    #[error("the cover is of the suite {found:?}")]
    Suite {
        /// Its suite.
        found: String,
    },
    /// Not UTF-8, or its last line has no end.
    #[error("the cover is not made of whole lines of text")]
    Text,
    /// A line is not of its form. The parser's own words are left out: they may repeat what stands there.
    #[error("line {line} of the cover is not of its form (column {column})")]
    Line {
        /// Which, from 1.
        line: usize,
        /// How far it could be read, in bytes.
        column: usize,
    },
    /// The numbers of its parts do not fit each other.
    #[error("in the cover, {0}")]
    Numbers(&'static str),
}

/// A cover as it stands before sealing.
///
/// Invariant: `lines` are the facts and documents as stored, and `facts` and `documents` what they say;
/// documents stand in the order of their numbers, and each names a filing that has a body. [`Cover::new`],
/// [`Cover::supplemented`], [`Cover::corrected`], [`Cover::without`] and [`Cover::parse`] uphold it. Has no `Debug`: it holds keys.
#[derive(Clone)]
pub struct Cover {
    /// First line: whose it is, and the keys of the bodies.
    pub spine: Spine,
    /// The lines from the second on, byte for byte as they were first written, without LF.
    pub lines: Vec<String>,
    /// What the second line says.
    pub facts: FactsLine,
    /// What the lines behind it say.
    pub documents: Vec<DocumentLine>,
    /// What the lines behind those say.
    pub certificates: Vec<CertificateLine>,
}

impl Cover {
    /// Makes fact version 1 of a record's cover.
    ///
    /// Errors: `Numbers` when documents and bodies do not fit each other.
    pub fn new(
        vault: VaultId,
        record: RecordId,
        facts: FactsLine,
        documents: Vec<DocumentLine>,
        bodies: Vec<BodyKey>,
    ) -> Result<Self, CoverError> {
        let spine = Spine { v: FORMAT, suite: SUITE.to_owned(), vault, record, n: 1, bodies };
        let lines = std::iter::once(line_of(&facts)).chain(documents.iter().map(line_of)).collect();
        check_numbers(&spine, &documents)?;
        Ok(Self { spine, lines, facts, documents, certificates: Vec::new() })
    }

    /// The same fact version with further certificates, before it is sealed.
    ///
    /// Errors: `Numbers` when one of them is there already.
    pub fn with_certificates(mut self, certificates: Vec<CertificateLine>) -> Result<Self, CoverError> {
        self.lines.extend(certificates.iter().map(line_of));
        self.certificates.extend(certificates);
        check_certificates(&self.certificates)?;
        Ok(self)
    }

    /// Makes the next fact version: these certificates rely on the record as well.
    ///
    /// - Shape: the lines there are stay byte for byte.
    /// - Errors: `Numbers` when one of them is there already.
    pub fn linked(&self, certificates: Vec<CertificateLine>) -> Result<Self, CoverError> {
        let mut next = self.clone();
        next.spine.n =
            self.spine.n.checked_add(1).ok_or(CoverError::Numbers("the fact versions are used up"))?;
        next.with_certificates(certificates)
    }

    /// Makes the next fact version: the filing with this key has brought these documents.
    ///
    /// - Shape: the lines there are stay byte for byte, and so do their salts; `facts` replaces the second line
    ///   where given.
    /// - Errors: `Numbers` when the new numbers do not go on where the old ones ended.
    pub fn supplemented(
        &self,
        facts: Option<FactsLine>,
        documents: Vec<DocumentLine>,
        body: BodyKey,
    ) -> Result<Self, CoverError> {
        let mut next = self.clone();
        next.spine.n =
            self.spine.n.checked_add(1).ok_or(CoverError::Numbers("the fact versions are used up"))?;
        next.spine.bodies.push(body);
        if let Some(facts) = facts {
            next.lines[0] = line_of(&facts);
            next.facts = facts;
        }
        // Certificates stand behind all documents.
        let end = 1 + next.documents.len();
        next.lines.splice(end..end, documents.iter().map(line_of));
        next.documents.extend(documents);
        check_numbers(&next.spine, &next.documents)?;
        Ok(next)
    }

    /// Makes the next fact version without a filing: what was said of the record, or of its documents, is corrected.
    ///
    /// - Shape: keys and the lines of documents that are not in `documents` stay byte for byte; the others are
    ///   replaced, each by the one of its number.
    /// - Errors: `Numbers` when a document is none of the cover's, or is another file.
    pub fn corrected(&self, facts: FactsLine, documents: Vec<DocumentLine>) -> Result<Self, CoverError> {
        let mut next = self.clone();
        next.spine.n =
            self.spine.n.checked_add(1).ok_or(CoverError::Numbers("the fact versions are used up"))?;
        if facts.facts != self.facts.facts {
            next.lines[0] = line_of(&facts);
            next.facts = facts;
        }
        for line in documents {
            let place = next.documents.iter().position(|old| is_same_file(&old.doc, &line.doc));
            let place = place.ok_or(CoverError::Numbers("a corrected document is another file"))?;
            next.put(place, line);
        }
        check_numbers(&next.spine, &next.documents)?;
        Ok(next)
    }

    /// Makes the next fact version without some documents of a filing, whose body ends; what else was in it now lies in
    /// another one.
    ///
    /// - Shape: `moved` are the lines of what else was in it, each with its place in the new body; all other lines stay
    ///   byte for byte.
    /// - Errors: `Numbers` when a document of the filing is neither gone nor moved.
    pub fn without(
        &self,
        gone: &[u32],
        filing: u32,
        moved: Vec<DocumentLine>,
        body: Option<BodyKey>,
    ) -> Result<Self, CoverError> {
        let mut next = self.clone();
        next.spine.n =
            self.spine.n.checked_add(1).ok_or(CoverError::Numbers("the fact versions are used up"))?;
        next.spine.bodies.retain(|body| body.filing != filing);
        next.spine.bodies.extend(body);
        for line in moved {
            let place = next.documents.iter().position(|old| old.doc.no == line.doc.no);
            next.put(place.ok_or(CoverError::Numbers("a document was moved that is not there"))?, line);
        }
        let stays: Vec<bool> = next.documents.iter().map(|line| !gone.contains(&line.doc.no)).collect();
        let mut stay = stays.iter();
        next.documents.retain(|_| *stay.next().unwrap_or(&true));
        let mut stay = std::iter::once(&true).chain(&stays); // the line of facts, then the documents
        next.lines.retain(|_| *stay.next().unwrap_or(&true));
        check_numbers(&next.spine, &next.documents)?;
        Ok(next)
    }

    fn put(&mut self, place: usize, line: DocumentLine) {
        self.lines[place + 1] = line_of(&line); // behind that of the facts
        self.documents[place] = line;
    }

    /// Returns the text to seal.
    pub fn to_plaintext(&self) -> Zeroizing<Vec<u8>> {
        // Room for all of it at once: a buffer that grows leaves copies of the keys behind.
        let lines = self.lines.iter().map(|line| line.len() + 1).sum::<usize>();
        let keys = self.spine.bodies.iter().map(|body| body.identity.len() + 64).sum::<usize>();
        let mut text = Zeroizing::new(Vec::with_capacity(lines + keys + 512));
        serde_json::to_writer(&mut *text, &self.spine).expect("a spine has only texts and numbers");
        text.push(b'\n');
        for line in &self.lines {
            text.extend_from_slice(line.as_bytes());
            text.push(b'\n');
        }
        text
    }

    /// Reads the text of an opened cover.
    ///
    /// - Shape: [`Cover::to_plaintext`] gives the same bytes back.
    /// - Errors: see [`CoverError`]; whether vault, record and `n` are those expected is for the caller to say.
    pub fn parse(plaintext: &[u8]) -> Result<Self, CoverError> {
        let text = std::str::from_utf8(plaintext).map_err(|_| CoverError::Text)?;
        let mut lines = text.strip_suffix('\n').ok_or(CoverError::Text)?.split('\n');
        // `split` gives at least one line, even of nothing.
        let spine = parse_spine(lines.next().unwrap_or_default())?;
        let lines: Vec<String> = lines.map(str::to_owned).collect();
        let (facts, documents, certificates) = read_lines(&lines)?;
        check_numbers(&spine, &documents)?;
        Ok(Self { spine, lines, facts, documents, certificates })
    }

    /// Computes what the journal says of this cover: SHA-256 over the list of its lines' SHA-256.
    pub fn commit(&self) -> Sha256 {
        commit_of(self.lines.iter().map(String::as_str))
    }

    /// Returns the identity that opens the body of a filing.
    pub fn identity(&self, filing: u32) -> Option<&str> {
        self.spine.bodies.iter().find(|body| body.filing == filing).map(|body| body.identity.as_str())
    }
}

/// Whether two lines are of the same file, whatever is said of it.
pub(crate) fn is_same_file(a: &Document, b: &Document) -> bool {
    let said = |d: &Document| Document {
        kind: DocumentKind::Other,
        title: None,
        marks: Vec::new(),
        until: None,
        pages: None,
        filed: None,
        ..d.clone()
    };
    said(a) == said(b) && a.manifest() == b.manifest()
}

fn line_of(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("facts and documents have only texts, numbers and lists")
}

fn parse_line<T: serde::de::DeserializeOwned>(line: usize, text: &str) -> Result<T, CoverError> {
    serde_json::from_str(text).map_err(|e| CoverError::Line { line, column: e.column() })
}

fn parse_lines<T: serde::de::DeserializeOwned>(first: usize, lines: &[String]) -> Result<Vec<T>, CoverError> {
    lines.iter().zip(first..).map(|(line, no)| parse_line(no, line)).collect()
}

/// What the lines of a cover from the second on say: those without its keys.
pub(crate) fn read_lines(
    lines: &[String],
) -> Result<(FactsLine, Vec<DocumentLine>, Vec<CertificateLine>), CoverError> {
    let (first, rest) = lines.split_first().ok_or(CoverError::Line { line: 2, column: 0 })?;
    let facts = parse_line(2, first)?;
    let count = rest.iter().take_while(|line| !is_of_certificate(line)).count();
    let (of_documents, of_certificates) = rest.split_at(count);
    let documents: Vec<DocumentLine> = parse_lines(3, of_documents)?;
    let certificates: Vec<CertificateLine> = parse_lines(3 + count, of_certificates)?;
    check_certificates(&certificates)?;
    Ok((facts, documents, certificates))
}

/// Whether a line is a certificate's, by what stands behind its salt.
fn is_of_certificate(line: &str) -> bool {
    const SALT: usize = r#"{"salt":"","#.len() + 64;
    line.as_bytes().get(SALT..).is_some_and(|rest| rest.starts_with(br#""cert":"#))
}

fn check_certificates(certificates: &[CertificateLine]) -> Result<(), CoverError> {
    let mut ids: Vec<_> = certificates.iter().map(|line| line.cert.id).collect();
    ids.sort_unstable();
    match ids.windows(2).any(|two| two[0] == two[1]) {
        true => Err(CoverError::Numbers("a certificate stands twice")),
        false => Ok(()),
    }
}

fn parse_spine(text: &str) -> Result<Spine, CoverError> {
    #[derive(serde::Deserialize)]
    struct Form {
        v: u32,
        suite: String,
    }
    // Format and suite first: another format may have keys that we would refuse as unknown.
    let Form { v, suite } = parse_line(1, text)?;
    if v != FORMAT {
        return Err(CoverError::Format { found: v });
    }
    if suite != SUITE {
        return Err(CoverError::Suite { found: suite });
    }
    let spine: Spine = parse_line(1, text)?;
    // Another spelling of the same would not survive `to_plaintext`, and re-sealing promises that it does. The
    // other lines are kept as they stand and so need no such check.
    let spelled = Zeroizing::new(line_of(&spine));
    if *spelled == text { Ok(spine) } else { Err(CoverError::Line { line: 1, column: 0 }) }
}

/// Whether documents stand in the order of their numbers: each once, and so under one name where they are written out.
pub(crate) fn check_document_numbers(documents: &[DocumentLine]) -> Result<(), CoverError> {
    // Not without gaps: papers that were misfiled may have been taken out.
    let numbers = || documents.iter().map(|line| line.doc.no);
    if !numbers().is_sorted_by(|a, b| a < b) || numbers().next() == Some(0) {
        return Err(CoverError::Numbers("the documents do not ascend from 1"));
    }
    Ok(())
}

fn check_numbers(spine: &Spine, documents: &[DocumentLine]) -> Result<(), CoverError> {
    let filings = || spine.bodies.iter().map(|body| body.filing);
    if spine.n == 0 {
        return Err(CoverError::Numbers("the fact version is 0"));
    }
    if !filings().is_sorted_by(|a, b| a < b) || filings().next() == Some(0) {
        return Err(CoverError::Numbers("the filings do not ascend from 1"));
    }
    check_document_numbers(documents)?;
    if documents.iter().any(|line| !filings().any(|filing| filing == line.doc.filing)) {
        return Err(CoverError::Numbers("a document names a filing that has no body"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal;
    use jingui_schema::digest::Salt;
    use jingui_schema::facts::{
        Business, Class, Customer, CustomerKind, DocumentKind, Facts, Label, Outcome, Waived,
    };
    use jingui_schema::id::StaffNo;
    use proptest::prelude::*;
    use std::io::Write;
    use std::process::{Command, Stdio};

    fn label(text: &str) -> Label {
        Label::read(text).unwrap()
    }

    fn facts(salt: u8) -> FactsLine {
        FactsLine {
            salt: Salt([salt; 32]),
            facts: Facts {
                number: "JG01-2026-000042".parse().unwrap(),
                project: label("社保 一期"),
                outlet: label("城南"),
                customer: Customer {
                    name: label("测试'$`\\有限公司"),
                    kind: CustomerKind::Enterprise,
                    id: None,
                },
                business: Business::New,
                date: "2024-05-01".parse().unwrap(),
                outcome: Outcome::Issued,
                class: Class::CnP5,
                clerk: StaffNo(2),
                tags: vec![label("急")],
                box_code: None,
                waived: vec![Waived {
                    kind: DocumentKind::Poa,
                    gap: None,
                    reason: "本人 \\n \"到场\"".to_owned(),
                    by: None,
                }],
                channel: None,
                flags: Vec::new(),
                applied: None,
                fields: Vec::new(),
            },
        }
    }

    fn document(no: u32, filing: u32, name: &str) -> DocumentLine {
        DocumentLine {
            salt: Salt([no as u8; 32]),
            doc: Document {
                no,
                filing,
                member: format!("{no:03}.pdf"),
                offset: 310,
                length: 9876,
                name: name.to_owned(),
                raw: None,
                kind: DocumentKind::App,
                title: None,
                media_type: "application/pdf".to_owned(),
                size: 12345,
                sha256: Sha256([7; 32]),
                marks: Vec::new(),
                until: None,
                pages: None,
                flaw: None,
                filed: None,
            },
        }
    }

    fn key(filing: u32) -> BodyKey {
        BodyKey { filing, identity: seal::identity_text(&crate::seal::Identity::generate()).to_string() }
    }

    fn cover(names: &[String]) -> Cover {
        let documents = names.iter().zip(1..).map(|(name, no)| document(no, 1, name)).collect();
        let ids = (VaultId::from_bytes([1; 16]), RecordId::from_bytes([2; 16]));
        Cover::new(ids.0, ids.1, facts(9), documents, vec![key(1)]).unwrap()
    }

    fn refusal(plaintext: &[u8]) -> String {
        Cover::parse(plaintext).err().expect("refused").to_string()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_cover_survives_its_text(names in proptest::collection::vec("[\\PC\n\u{0}\u{202e}]{0,20}", 0..8)) {
            let cover = cover(&names);
            let text = cover.to_plaintext();
            let again = Cover::parse(&text).unwrap();
            prop_assert_eq!(&again.to_plaintext(), &text);
            prop_assert_eq!(again.commit(), cover.commit());
            prop_assert_eq!(&again.facts, &cover.facts);
            prop_assert_eq!(&again.documents, &cover.documents);
            prop_assert_eq!(again.identity(1), cover.identity(1));
            prop_assert_eq!(again.identity(2), None);
        }

        #[test]
        fn no_text_makes_parsing_panic(text in "\\PC{0,80}\n?", keep in 0_usize..2000) {
            let _ = Cover::parse(text.as_bytes());
            let mut plaintext = cover(&["a.pdf".into()]).to_plaintext();
            plaintext.truncate(keep);
            plaintext.extend_from_slice(text.as_bytes());
            let _ = Cover::parse(&plaintext);
        }
    }

    #[test]
    fn a_supplement_keeps_the_old_lines() {
        let first = cover(&["申请表.pdf".into(), "b.pdf".into()]);
        let second = first.supplemented(None, vec![document(3, 2, "c.pdf")], key(2)).unwrap();
        assert_eq!(second.spine.n, 2);
        assert_eq!(second.lines[..3], first.lines[..]);
        assert_eq!(second.lines.len(), 4);
        assert_eq!(second.identity(1), first.identity(1));
        assert!(second.identity(2).is_some());
        assert_ne!(second.commit(), first.commit());

        let corrected = second.supplemented(Some(facts(8)), vec![document(4, 3, "d.pdf")], key(3)).unwrap();
        assert_eq!(corrected.lines[1..4], second.lines[1..]);
        assert_eq!(corrected.facts, facts(8));
        assert!(Cover::parse(&corrected.to_plaintext()).is_ok());
    }

    #[test]
    fn a_correction_keeps_the_keys_and_what_it_does_not_speak_of() {
        let first = cover(&["申请表.pdf".into(), "b.pdf".into()]);
        let mut line = first.documents[1].clone();
        line.salt = Salt([77; 32]);
        line.doc.filed = Some(jingui_schema::cover::FiledAs { kind: line.doc.kind, title: None });
        line.doc.kind = DocumentKind::Hid;
        let next = first.corrected(facts(8), vec![line.clone()]).unwrap();
        assert_eq!(next.spine.n, 2);
        assert_eq!(next.lines[1], first.lines[1]);
        assert_ne!(next.lines[2], first.lines[2]);
        assert_eq!(next.documents[1].doc.manifest(), first.documents[1].doc.manifest());
        assert_eq!(next.identity(1), first.identity(1));
        assert!(Cover::parse(&next.to_plaintext()).is_ok());
        // What was said stays the same line where it is the same.
        let same = first.corrected(facts(8), Vec::new()).unwrap();
        assert_eq!(same.lines, first.lines);

        let refused = |change: &dyn Fn(&mut Document)| {
            let mut other = line.clone();
            change(&mut other.doc);
            first.corrected(facts(9), vec![other]).err().expect("refused").to_string()
        };
        assert!(refused(&|d| d.sha256 = Sha256([8; 32])).contains("another file"));
        assert!(refused(&|d| d.filed = None).contains("another file"));
        assert!(refused(&|d| d.no = 3).contains("another file"));
        assert!(refused(&|d| d.no = 0).contains("another file"));
    }

    #[test]
    fn numbers_that_do_not_fit_are_refused() {
        let first = cover(&["a.pdf".into()]);
        let refused = |no, filing, body| {
            first
                .supplemented(None, vec![document(no, filing, "x")], key(body))
                .err()
                .expect("refused")
                .to_string()
        };
        assert!(refused(1, 2, 2).contains("do not ascend from 1"));
        assert!(refused(0, 2, 2).contains("do not ascend from 1"));
        assert!(refused(2, 3, 2).contains("has no body"));
        assert!(refused(2, 1, 1).contains("do not ascend"));
    }

    #[test]
    fn papers_are_taken_out_and_the_others_keep_their_lines() {
        let first = cover(&["a.pdf".into(), "b.pdf".into(), "c.pdf".into()]);
        let second = first.supplemented(None, vec![document(4, 2, "d.pdf")], key(2)).unwrap();
        let moved = |no: u32| DocumentLine { salt: Salt([99; 32]), ..document(no, 3, "moved") };
        let left = second.without(&[2], 1, vec![moved(1), moved(3)], Some(key(3))).unwrap();
        assert_eq!(left.documents.iter().map(|line| line.doc.no).collect::<Vec<_>>(), [1, 3, 4]);
        assert_eq!((&left.lines[0], &left.lines[3]), (&second.lines[0], &second.lines[4]));
        assert_eq!((left.identity(1), left.identity(2).is_some()), (None, true));
        assert_eq!(Cover::parse(&left.to_plaintext()).unwrap().commit(), left.commit());
        // What was neither taken out nor moved has no body any more.
        assert!(second.without(&[2], 1, vec![moved(1)], Some(key(3))).is_err());
        assert!(second.without(&[2], 1, vec![moved(7)], Some(key(3))).is_err());
    }

    #[test]
    fn what_is_not_a_cover_is_refused() {
        let text = String::from_utf8(cover(&["a.pdf".into()]).to_plaintext().to_vec()).unwrap();
        assert!(refusal(text.trim_end().as_bytes()).contains("whole lines"));
        assert!(refusal(b"").contains("whole lines"));
        assert!(refusal(b"\n").contains("line 1"));
        assert!(refusal(b"\xff\n").contains("whole lines"));
        for other in [FORMAT - 1, FORMAT + 1] {
            let text = text.replacen("\"v\":1", &format!("\"v\":{other},\"more\":1"), 1);
            assert!(refusal(text.as_bytes()).contains(&format!("format {other}")));
        }
        assert!(refusal(text.replacen("intl", "sm", 1).as_bytes()).contains("suite \"sm\""));
        assert!(refusal(text.replacen("\"n\":1", "\"n\": 1", 1).as_bytes()).contains("line 1"));
        assert!(refusal(text.replacen("\"n\":1", "\"n\":0", 1).as_bytes()).contains("version is 0"));
        assert!(refusal(text.replacen("\"no\":1", "\"no\":0", 1).as_bytes()).contains("do not ascend"));
        assert!(refusal(text.replacen("\"no\":1", "\"no\":1,\"no\":1", 1).as_bytes()).contains("line 3"));
        assert!(refusal(text.replacen("\"tags\"", "\"gats\"", 1).as_bytes()).contains("line 2"));
        assert!(refusal(format!("{text}\n").as_bytes()).contains("line 4"));
        let spine_only = format!("{}\n", text.lines().next().unwrap());
        assert!(refusal(spine_only.as_bytes()).contains("line 2"));
    }

    #[test]
    fn every_change_of_the_text_changes_the_commit_or_is_refused() {
        let cover = cover(&["a.pdf".into()]);
        let text = cover.to_plaintext();
        let spine = text.iter().position(|b| *b == b'\n').unwrap();
        for at in 0..text.len() {
            let mut changed = text.clone();
            changed[at] ^= 1;
            match Cover::parse(&changed) {
                Ok(other) if at > spine => assert_ne!(other.commit(), cover.commit(), "byte {at}"),
                Ok(other) => assert_ne!(other.to_plaintext(), text, "byte {at}"),
                Err(_) => {}
            }
            if let Ok(cut) = Cover::parse(&text[..at]) {
                assert_ne!(cut.commit(), cover.commit(), "cut at byte {at}");
            }
        }
    }

    #[test]
    fn every_change_of_the_sealed_cover_is_an_error() {
        let identity = crate::seal::Identity::generate();
        let sealed = seal::seal(&identity.to_public(), &cover(&["a.pdf".into()]).to_plaintext());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 0x20;
            assert!(seal::open(&identity, &changed).is_err(), "byte {at}");
            assert!(seal::open(&identity, &sealed[..at]).is_err(), "cut at byte {at}");
        }
    }

    #[test]
    fn the_commit_is_what_the_format_page_tells_a_shell_to_compute() {
        let name = "the_commit_is_what_the_format_page_tells_a_shell_to_compute";
        let cover = cover(&["申请表 \"1\".pdf".into(), "back\\slash\t.jpg".into()]);
        let recipe =
            "sed 1d | while IFS= read -r l; do printf %s \"$l\" | sha256sum | cut -c1-64; done | sha256sum";
        let Some(said) = shell(name, &["sed", "sha256sum", "cut"], recipe, &cover.to_plaintext()) else {
            return;
        };
        assert_eq!(said.split_whitespace().next(), Some(cover.commit().to_string().as_str()));
    }

    #[test]
    fn jq_reads_a_cover() {
        let cover = cover(&["申请表.pdf".into(), "b.pdf".into()]);
        let recipe = "jq -r '[.doc.name, .facts.number, .bodies[0].filing] | map(select(. != null)) | .[0]'";
        let Some(said) = shell("jq_reads_a_cover", &["jq"], recipe, &cover.to_plaintext()) else { return };
        assert_eq!(said, "1\nJG01-2026-000042\n申请表.pdf\nb.pdf\n");
    }

    /// Runs a shell line on the text, or says on stderr that a tool is missing.
    #[expect(clippy::print_stderr, reason = "a skipped test says so")]
    fn shell(test: &str, tools: &[&str], line: &str, input: &[u8]) -> Option<String> {
        for tool in tools {
            let found = Command::new("sh").args(["-c", &format!("command -v {tool}")]).output();
            if !found.is_ok_and(|found| found.status.success()) {
                eprintln!("skipped: {test}: no {tool}");
                return None;
            }
        }
        let mut child = Command::new("sh")
            .args(["-c", line])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell starts");
        child.stdin.take().expect("it was piped").write_all(input).expect("the shell reads");
        let out = child.wait_with_output().expect("the shell ends");
        assert!(out.status.success());
        Some(String::from_utf8(out.stdout).expect("UTF-8"))
    }
}
