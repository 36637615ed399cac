//! Sample data: application files made up for demonstrations, benchmarks and tests.
//!
//! Makes bytes and labels only: does no I/O, reads no clock, knows no vault. Nothing in it is taken from
//! a real file; the people, units and numbers do not exist, and every page and picture says so. All
//! Chinese text is in `words.json`.

mod canvas; // strokes and dots in a picture
mod case; // who applied for what, when, and how it ended
mod certificate; // the test CA and what it issues
mod chance; // numbers that the seed decides
mod form; // papers laid out
mod numbers; // identity numbers with right check digits
mod page; // text, lines and seals in a PDF
mod scan; // identity cards as scans
mod words; // what the papers say

use case::{Business, Case, Kind, Outcome};
use certificate::Order;
use chance::Chance;
use form::Signers;
use jiff::civil::Date;
use words::{Facts, Paper, words};

/// One application file made up for demonstrations and tests.
///
/// - Shape: the fields take the same words as the options of `jingui add`.
/// - Source: `law.md` sections 12 and 13 for kinds of documents and forms of numbers.
#[derive(Clone, Debug)]
pub struct SampleRecord {
    /// Project for which the certificate is used.
    pub project: String,
    /// Name of the person or unit that applies.
    pub customer: String,
    /// `enterprise`, `institution`, `person` or `government`.
    pub customer_kind: &'static str,
    /// Resident number of a person or credit code of a unit; None if the unit has none yet.
    pub customer_id: Option<String>,
    /// `new`, `renew`, `change`, `reissue`, `recover`, `revoke` or `unlock`.
    pub business: &'static str,
    /// Day of the application in Shanghai, such as `2024-05-01`; from 2012 to the middle of 2025.
    pub date: String,
    /// Where the application was handed in.
    pub outlet: String,
    /// `issued`, `rejected`, `withdrawn`, `lapsed` or `pending`; `issued` where the business was done.
    pub outcome: &'static str,
    /// The tag for sample data, then up to two others.
    pub tags: Vec<String>,
    /// Three to six documents, in the order in which they lie in the file.
    pub documents: Vec<SampleDocument>,
}

/// One document of a [`SampleRecord`].
#[derive(Clone, Debug)]
pub struct SampleDocument {
    /// File name with its extension; no two in a record are the same.
    pub name: String,
    /// A code of `law.md` section 12 (`APP`, `AGR`, `HID` …), `CERT` for a certificate, or `OTHER`.
    pub kind: &'static str,
    /// The file: PDF, JPEG, or a certificate in PEM or DER.
    pub bytes: Vec<u8>,
}

/// Returns records 0 to `count` − 1 under `seed`.
///
/// - Shape: the same seed gives the same labels and the same bytes, on one platform; between platforms,
///   the last digits of sines may move a dot. The first twelve have every kind of customer, customers who
///   come a second time, and one application that is rejected.
/// - Units: about 230 kB of memory a record; [`record`] makes them one by one.
pub fn records(seed: u64, count: usize) -> Vec<SampleRecord> {
    (0..count as u64).map(|index| record(seed, index)).collect()
}

/// Returns record number `index` under `seed`, for any `index`, without making the ones before it.
///
/// - Shape: the same as element `index` of [`records`].
pub fn record(seed: u64, index: u64) -> SampleRecord {
    let case = Case::new(seed, index);
    let documents = documents(seed, &case);
    SampleRecord {
        project: case.customer.project.to_owned(),
        customer: case.customer.name,
        customer_kind: case.customer.kind.code(),
        customer_id: case.customer.id,
        business: case.business.code(),
        date: case.date.to_string(),
        outlet: case.outlet.to_owned(),
        outcome: case.outcome.code(),
        tags: case.tags,
        documents,
    }
}

/// Returns a certificate that belongs to no record: its serial number in hex, and its file in PEM.
///
/// - Units: `from` is its first day, in Shanghai; it is valid for so many years.
pub fn lone_certificate(
    seed: u64,
    project: &str,
    customer: &str,
    from: Date,
    years: i16,
) -> (String, String) {
    // A number that no record reaches.
    let order = Order { number: u64::MAX, customer, project, from, years };
    (hex(&order.serial(seed)), certificate::pem(seed, &order))
}

/// Returns the certificate, in PEM, of the CA that signed every sample certificate under `seed`.
///
/// - Shape: self-signed, P-256, valid from 2010 to 2049. Its key follows from the seed, so it is no secret.
pub fn test_ca_pem(seed: u64) -> String {
    certificate::ca_pem(seed)
}

/// Returns what lies in the file of `case`, drawn and signed.
fn documents(seed: u64, case: &Case) -> Vec<SampleDocument> {
    let words = words();
    let customer = &case.customer;
    let chance = &mut Chance::of(seed, "documents", case.index);
    let order = Order {
        number: case.certificate.number,
        customer: &customer.name,
        project: customer.project,
        from: case.certificate.from,
        years: case.certificate.years,
    };
    let facts = facts(case, &order.serial(seed), chance);
    let list: Vec<Vec<String>> = case
        .holders
        .iter()
        .enumerate()
        .map(|(number, (person, title))| {
            let number = (number + 1).to_string();
            vec![number, person.name.clone(), person.id_number.clone(), title.clone(), person.mobile.clone()]
        })
        .collect();
    let signers = Signers {
        customer: &customer.name,
        customer_is_person: customer.kind == Kind::Person,
        registrar: &words.registrar,
    };

    let mut documents: Vec<SampleDocument> = papers(case)
        .into_iter()
        .map(|(kind, paper)| {
            let bytes = form::print(paper, &facts, &list, &signers, chance);
            SampleDocument { name: paper.file.clone(), kind, bytes }
        })
        .collect();

    let shown = &customer.handler;
    let (from, until) = shown.card_dates(case.date);
    // A unit's handler shows a card; a person or an official holds the certificate.
    let kind = match customer.kind {
        Kind::Enterprise | Kind::Institution => "AGT",
        Kind::Person | Kind::Government => "HID",
    };
    for (name, bytes) in [
        (&words.files.id_front, scan::front(&shown.id_number, shown.birth, shown.male, chance)),
        (&words.files.id_back, scan::back(from, until, chance)),
    ] {
        documents.push(SampleDocument { name: name.clone(), kind, bytes });
    }

    if case.certificate().is_some() {
        let (name, bytes) = if chance.one_in(2) {
            (&words.files.certificate_pem, certificate::pem(seed, &order).into_bytes())
        } else {
            (&words.files.certificate_der, certificate::der(seed, &order))
        };
        documents.push(SampleDocument { name: name.clone(), kind: "CERT", bytes });
    }
    documents
}

/// Returns which papers lie in the file of `case`, with their kinds.
///
/// Not the whole of the checklist: entry and delivery are kept by the archive's users, not by applicants.
fn papers(case: &Case) -> Vec<(&'static str, &'static Paper)> {
    let papers = &words().papers;
    let kind = case.customer.kind;
    let mut found = vec![match kind {
        Kind::Enterprise | Kind::Institution => ("APP", &papers.application_unit),
        Kind::Person => ("APP", &papers.application_person),
        Kind::Government => ("APP", &papers.application_government),
    }];
    // An application that came to nothing has what was handed in at first, and how it ended.
    match case.outcome {
        Outcome::Issued => {}
        Outcome::Rejected => found.push(("RCV", &papers.rejection)),
        Outcome::Withdrawn => found.push(("OTHER", &papers.withdrawal)),
        Outcome::Lapsed => found.push(("RCV", &papers.lapse_notice)),
        Outcome::Pending => {}
    }
    if case.outcome != Outcome::Issued {
        return found;
    }
    if case.business == Business::New {
        found.push(("AGR", &papers.agreement));
    }
    match (kind, case.business) {
        (Kind::Enterprise, _) => found.push(("SUB", &papers.licence_enterprise)),
        (Kind::Institution, _) => found.push(("SUB", &papers.licence_institution)),
        (Kind::Person, Business::New) => found.push(("VER", &papers.identity_check)),
        (Kind::Government, Business::New | Business::Renew) => found.push(("LST", &papers.holders)),
        _ => {}
    }
    match case.business {
        Business::Change => found.push(("CHG", &papers.change_proof)),
        Business::Reissue => found.push(("OTHER", &papers.loss_statement)),
        Business::Revoke => found.push(("REV", &papers.revocation)),
        _ => {}
    }
    found
}

/// Returns what the papers of `case` say where they differ from others.
fn facts(case: &Case, serial: &[u8; 16], chance: &mut Chance) -> Facts {
    let words = words();
    let (customer, handler) = (&case.customer, &case.customer.handler);
    let boxes: Vec<String> = Business::ALL
        .iter()
        .map(|business| {
            let mark = if *business == case.business { &words.box_ticked } else { &words.box_empty };
            format!("{mark}{}", business.of(&words.businesses))
        })
        .collect();
    let changes = if customer.kind == Kind::Person { &words.person_changes } else { &words.changes };
    let form_no = format!("SQ{}{:05}", case.date.strftime("%Y%m%d"), chance.below(100_000));
    Facts::new([
        ("customer", customer.name.clone()),
        ("customer_id", customer.id.clone().unwrap_or_else(|| words.no_code.clone())),
        ("kind", customer.kind.of(&words.kinds).clone()),
        ("address", customer.address.clone()),
        ("project", customer.project.to_owned()),
        ("principal", customer.principal.name.clone()),
        ("handler", handler.name.clone()),
        ("handler_id", handler.id_number.clone()),
        ("handler_sex", if handler.male { words.male.clone() } else { words.female.clone() }),
        ("handler_title", case.holders.first().map(|holder| holder.1.clone()).unwrap_or_default()),
        ("mobile", handler.mobile.clone()),
        ("mobile2", customer.principal.mobile.clone()),
        ("business", case.business.of(&words.businesses).clone()),
        ("business_boxes", boxes.join(" ")),
        ("outlet", case.outlet.to_owned()),
        ("authority", words.authority.clone()),
        ("registrar", words.registrar.clone()),
        ("date_zh", written(case.date)),
        ("decided_zh", written(case.decided())),
        ("years", words.years.replace("{years}", &case.certificate.years.to_string())),
        ("form_no", form_no),
        ("token", format!("JG{:010}", chance.below(10_000_000_000))),
        ("serial", hex(serial)),
        ("holder_count", case.holders.len().to_string()),
        ("score", format!("0.{}", chance.between(880, 989))),
        ("change", chance.pick(changes).clone()),
        ("reject_reason", chance.pick(&words.reject_reasons).clone()),
        ("revoke_reason", chance.pick(&words.revoke_reasons).clone()),
        // Last: it names others.
        ("remark", case.business.of(&words.remarks).clone()),
    ])
}

fn hex(serial: &[u8; 16]) -> String {
    serial.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// Returns a date as papers write it.
fn written(day: Date) -> String {
    Facts::new([
        ("year", day.year().to_string()),
        ("month", day.month().to_string()),
        ("day", day.day().to_string()),
    ])
    .fill(&words().date)
}

#[cfg(test)]
mod tests;
