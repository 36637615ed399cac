//! `print label|spine|contents|filing-list|missing|register|handover|sheet`: forms as PDF, every character looked up before the first page.

use super::World;
use super::act::must_be_new;
use super::missing;
use super::purge;
use super::show::seen_by;
use crate::cli::{Parsed, is_dash};
use crate::context::Context;
use crate::failure::{Doing, Problem, Result};
use crate::forms::{self, HandedOver, Stamp};
use crate::messages::Messages;
use crate::output::printable_path;
use crate::paper::{self, Chain, Missing, Paper, SEARCHED, Trouble};
use jingui_schema::digest::Sha256;
use jingui_schema::facts::{Business, Class, Label, Outcome, Role, Standing};
use jingui_schema::id::{ActId, StaffNo};
use jingui_schema::sight::Eyes;
use jingui_schema::time::Day;
use jingui_vault::catalog::{Match, Query, Row};
use jingui_vault::handover::{Handover, list_path};
use jingui_vault::{Error, Exit, Session};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::PathBuf;

/// Records on a list where nobody says how many may be.
const RECORDS_MAX: u32 = 20_000;
/// Records read at a time.
const PAGE: usize = 500;
/// Characters that are named one by one when they cannot be set.
const NAMED_MAX: usize = 12;
/// Every letter that an identity can have, so that a sheet is refused before its copy is journalled.
const IDENTITY_LETTERS: &str =
    "AGE-SECRET-KEY-1 ABCDEFGHIJKLMNOPQRSTUVWXYZ abcdefghijklmnopqrstuvwxyz 0123456789";

#[derive(Serialize)]
struct Told {
    form: String,
    path: Option<String>,
    pages: usize,
    items: usize,
    fonts: Vec<String>,
    substituted: Vec<ToldMissing>,
}

#[derive(Serialize)]
struct ToldMissing {
    character: String,
    code: String,
    why: &'static str,
    count: usize,
    places: Vec<String>,
}

/// Where it goes and with which fonts.
struct Press {
    output: Option<PathBuf>,
    chain: Chain,
    substitute: bool,
}

impl Press {
    /// Refuses what can be refused before anything is read.
    fn new(context: &Context, parsed: &Parsed) -> Result<Self> {
        let output = parsed.file("output").filter(|path| !is_dash(path)).map(|path| context.path(path));
        match &output {
            Some(path) => must_be_new(path)?,
            None if context.out.json() => return Err(Problem::PrintWhere {}.into()),
            None if context.out.look().columns.is_some() => return Err(Problem::BinaryToTerminal {}.into()),
            None => {}
        }
        let named: Vec<PathBuf> =
            parsed.all::<PathBuf>("font").iter().map(|path| context.path(path)).collect();
        let chain = if named.is_empty() { Ok(Chain::of_system()) } else { Chain::of_files(&named) };
        let chain = chain.map_err(|error| trouble(context, error.into()))?;
        Ok(Self { output, chain, substitute: parsed.flag("substitute") })
    }

    fn check(&mut self, context: &Context, paper: &Paper) -> Result<()> {
        paper::check(paper, &mut self.chain, self.substitute)
            .map(|_| ())
            .map_err(|error| trouble(context, error))
    }

    /// Prints, unless only what would be printed is asked for.
    fn print(mut self, context: &mut Context, parsed: &Parsed, paper: &Paper, items: usize) -> Result<Exit> {
        let printed =
            paper::print(paper, &mut self.chain, self.substitute).map_err(|error| trouble(context, error))?;
        let pdf = zeroize::Zeroizing::new(printed.pdf);
        let substituted = !printed.substituted.is_empty();
        if substituted {
            let list = listed(context, &printed.substituted);
            context.out.warning("print-substituted", &[("list", list.into())])?;
        }
        let path = self.output.as_deref().map(printable_path);
        if context.dry_run() {
            context.out.note("print-would", &[("pages", printed.pages.into()), ("count", items.into())]);
        } else if let Some(output) = &self.output {
            context.env.fs.write_new(output, &pdf).doing("write", output)?;
            let values = [("path", path.clone().unwrap_or_default().into()), ("pages", printed.pages.into())];
            context.out.note("print-written", &values);
        } else {
            context.out.out(&pdf)?;
        }
        if context.out.json() {
            let substituted = printed.substituted.into_iter().map(|missing| ToldMissing {
                character: missing.text,
                code: missing.code,
                why: missing.why.word(),
                count: missing.count,
                places: missing.places,
            });
            let form = parsed.command().last().copied().unwrap_or_default().to_owned();
            let (pages, fonts, substituted) = (printed.pages, printed.fonts, substituted.collect());
            context.out.document(&Told { form, path, pages, items, fonts, substituted })?;
        }
        Ok(if substituted { Exit::Part } else { Exit::Done })
    }
}

/// What keeps a paper from being printed, in the program's words.
fn trouble(context: &Context, trouble: Trouble) -> crate::failure::Failure {
    match trouble {
        Trouble::NoFont => Problem::NoFont { places: SEARCHED.join(", ") }.into(),
        Trouble::Font(error) => {
            Problem::NotAFont { path: printable_path(&error.path), why: error.why }.into()
        }
        Trouble::Missing(missing) => {
            Problem::CannotSet { count: missing.len().to_string(), list: listed(context, &missing) }.into()
        }
    }
}

/// Characters with their codes, why, and where they stand.
fn listed(context: &Context, missing: &[Missing]) -> String {
    let one = |missing: &Missing| {
        let why = context.out.text(&format!("print-why-{}", missing.why.word()), &[]);
        let more = missing.count.saturating_sub(missing.places.len());
        let values = [
            ("character", missing.text.as_str().into()),
            ("code", missing.code.as_str().into()),
            ("why", why.into()),
            ("places", missing.places.join("; ").into()),
            ("more", more.into()),
        ];
        context.out.text("print-missing-one", &values)
    };
    let mut all: Vec<String> = missing.iter().take(NAMED_MAX).map(one).collect();
    if missing.len() > NAMED_MAX {
        all.push(context.out.text("print-missing-more", &[("count", (missing.len() - NAMED_MAX).into())]));
    }
    all.join("; ")
}

fn messages(context: &Context) -> &'static Messages {
    Messages::for_lang(context.out.look().lang)
}

fn stamp(world: &World, context: &Context, session: &Session) -> Result<Stamp> {
    Ok(stamp_by(world, context, Some(session.staff()?.to_string())))
}

fn stamp_by(world: &World, context: &Context, by: Option<String>) -> Stamp {
    let state = world.vault.state();
    let init = &state.init;
    Stamp { vault: format!("{} ({})", init.ra, init.fonds), by, at: context.env.now() }
}

/// Labels and spines of the boxes in which the chosen records lie.
pub(super) fn boxes(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let press = Press::new(context, parsed)?;
    let session = world.session(context)?;
    let rows = rows(context, parsed, &session)?;
    world.tell_notices(context)?;
    let (boxes, without) = forms::boxes_of(&rows);
    if boxes.is_empty() {
        return Err(Problem::NothingToPrint { without: without.to_string() }.into());
    }
    if without > 0 {
        context.out.warning("print-without-box", &[("count", without.into())])?;
    }
    let stamp = stamp(world, context, &session)?;
    let paper = match parsed.command()[..] {
        ["print", "spine"] => forms::spines(
            messages(context),
            &stamp,
            &boxes,
            f32::from(parsed.get::<u8>("width").unwrap_or(40)),
        ),
        _ => forms::labels(messages(context), &stamp, &boxes),
    };
    let exit = press.print(context, parsed, &paper, boxes.len())?;
    Ok(if without > 0 { Exit::Part } else { exit })
}

/// The contents list of a record.
pub(super) fn contents(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let mut press = Press::new(context, parsed)?;
    let session = world.session(context)?;
    let record = session.resolve(&parsed.must::<String>("record"))?;
    let view = session.view(record)?;
    let mut filed = BTreeMap::new();
    for filing in &view.row.filings {
        filed.insert(filing.filing, world.vault.line(filing.seq)?.0.at.day());
    }
    let stamp = stamp(world, context, &session)?;
    let make = |eyes: Eyes| {
        let (facts, id) = (eyes.facts(&view.facts), eyes.identifier(&view.facts.customer));
        let documents: Vec<_> = view.documents.iter().map(|document| seen_by(&eyes, document)).collect();
        forms::contents(messages(context), &stamp, &facts, &documents, &filed, id.as_deref())
    };
    if parsed.flag("reveal") {
        session.may_reveal(record, parsed.get("purpose"), parsed.text("reason"))?;
    }
    let paper = if parsed.flag("reveal") && !context.dry_run() {
        let paper = make(session.eyes().revealed(true));
        // Refused before the act is written; durable before anything is shown.
        press.check(context, &paper)?;
        session.reveal(record, parsed.get("purpose"), parsed.text("reason").unwrap_or_default())?;
        paper
    } else {
        make(session.eyes())
    };
    world.tell_notices(context)?;
    press.print(context, parsed, &paper, view.documents.len())
}

/// The filing list of a query.
pub(super) fn filing_list(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let press = Press::new(context, parsed)?;
    let session = world.session(context)?;
    let mut rows = rows(context, parsed, &session)?;
    world.tell_notices(context)?;
    if rows.is_empty() {
        return Err(Problem::NothingToPrint { without: "0".into() }.into());
    }
    // As the folders stand on the shelf.
    let eyes = session.eyes();
    rows.iter_mut().for_each(|row| row.facts = eyes.facts(&row.facts));
    rows.sort_by_key(|row| (row.facts.number.year(), row.facts.number.serial()));
    let asked = asked(parsed);
    let paper = forms::filing_list(messages(context), &stamp(world, context, &session)?, &asked, &rows);
    press.print(context, parsed, &paper, rows.len())
}

/// The missing list.
pub(super) fn missing(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let press = Press::new(context, parsed)?;
    let session = world.session(context)?;
    let limit = parsed.get::<u32>("limit").unwrap_or(RECORDS_MAX);
    let rows = missing::rows_on_paper(context, parsed, &session, limit)?;
    world.tell_notices(context)?;
    let count = rows.len();
    let stamp = stamp(world, context, &session)?;
    // An empty list is worth printing: it says that nothing is missing.
    let paper = forms::missing_list(messages(context), &stamp, &asked(parsed), rows);
    press.print(context, parsed, &paper, count)
}

/// The register of a destruction, with what is certified of it, to be signed.
pub(super) fn register(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let press = Press::new(context, parsed)?;
    let session = world.session(context)?;
    let id = purge::resolve(&world.vault, &parsed.must::<String>("plan-id"))?;
    let (register, _) = world.vault.register_file(id)?;
    let certificate = purge::certificate_of(&world.vault, id)?;
    world.tell_notices(context)?;
    let said = crate::destruction::text(&certificate, context.out.look().lang);
    let stamp = stamp(world, context, &session)?;
    // Serial numbers and boxes lie under seal: whoever has no key of the epoch prints the register without them.
    let appraisals = session.appraisal_notes(id).unwrap_or_default();
    let paper = forms::register(messages(context), &stamp, &said[1..], &register.rows, &appraisals);
    press.print(context, parsed, &paper, register.rows.len())
}

/// The papers of a hand-over, to be signed on both sides. They need no key: journal and receipt are in the clear.
pub(super) fn handover(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let press = Press::new(context, parsed)?;
    let session = world.session_if_any(context)?;
    let state = world.vault.state();
    let is_wanted = |handover: &&Handover, act: ActId| {
        handover.receipt.as_ref().is_some_and(|receipt| receipt.act == act)
    };
    let handover = match parsed.get::<ActId>("receipt") {
        Some(act) => {
            state.handovers().find(|handover| is_wanted(handover, act)).ok_or(Error::NoReceipt {})?
        }
        None => state.newest_handover().ok_or(Error::NoHandover {})?,
    };
    let (known, receipt) = world.vault.receipted_of(handover)?;
    let project = match &session {
        Some(session) if handover.is_of_list() => session.project_of(handover.act)?,
        _ => None,
    };
    let stamp = stamp_by(world, context, session.as_ref().map(|session| session.by().to_string()));
    let file = list_path(known.act);
    let handed = HandedOver {
        archive: &stamp.vault,
        act: known.act,
        receipt: &receipt,
        file: &file,
        mark: known.list,
        // A list has one spelling: this is the file, byte for byte.
        sha256: Sha256::of(receipt.to_text().as_bytes()),
        is_of_list: handover.is_of_list(),
        project: project.as_deref(),
        knows_holds: session.as_ref().is_some_and(Session::may_know_holds),
    };
    let paper = forms::handover_papers(messages(context), &stamp, &handed);
    press.print(context, parsed, &paper, receipt.rows.len())
}

/// The recovery sheet. Its secret reaches no disk unless `-o` names one.
pub(super) fn sheet(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let mut press = Press::new(context, parsed)?;
    let session = world.session(context)?;
    session.with_role(&[Role::Security])?;
    let stamp = stamp(world, context, &session)?;
    let fields = ["vault", "ra", "epoch", "recipient", "identity"];
    let braced: Vec<(&str, String)> = fields.iter().map(|name| (*name, format!("{{{name}}}"))).collect();
    let values: Vec<_> = braced.iter().map(|(name, text)| (*name, text.as_str().into())).collect();
    let template = context.out.text("sheet", &values);
    let init = &world.vault.state().init;
    let rehearsed = template.replace("{identity}", IDENTITY_LETTERS).replace("{ra}", &init.ra);
    let rehearsed = forms::sheet(messages(context), &stamp, &rehearsed);
    press.check(context, &rehearsed)?;
    if context.dry_run() {
        return press.print(context, parsed, &rehearsed, 1);
    }
    let text = session.sheet(&template)?;
    world.tell_notices(context)?;
    let paper = forms::sheet(messages(context), &stamp, &text);
    let key = if press.output.is_some() { "print-sheet-on-disk" } else { "print-sheet-spooled" };
    let exit = press.print(context, parsed, &paper, 1)?;
    context.out.note(key, &[]);
    Ok(exit)
}

/// The records that were asked for, all of them.
fn rows(context: &mut Context, parsed: &Parsed, session: &Session) -> Result<Vec<Row>> {
    let limit = parsed.get::<u32>("limit").unwrap_or(RECORDS_MAX) as usize;
    let (state, outlet) =
        (parsed.get::<Standing>("state"), parsed.get::<Label>("outlet").map(|outlet| outlet.folded()));
    let code = parsed.get::<Label>("box").map(|code| code.folded());
    let wanted = |row: &Row| {
        let facts = &row.facts;
        outlet.as_ref().is_none_or(|outlet| facts.outlet.folded() == *outlet)
            && code.as_ref().is_none_or(|code| facts.box_code.as_ref().is_some_and(|b| b.folded() == *code))
    };
    let mut query = Query {
        from: parsed.get("from"),
        to: parsed.get("to"),
        class: parsed.get("class"),
        business: parsed.get("business"),
        outcome: parsed.get("outcome"),
        limit: PAGE,
        ..session.query_of(parsed.text("project"), parsed.text("customer"))?
    };
    let mut rows = Vec::new();
    loop {
        let page = session.list_where(&query, state, wanted)?;
        if matches!(page.customer_match, Match::Contains) && query.after.is_none() && !page.rows.is_empty() {
            let name = query.customer.clone().unwrap_or_default();
            context.out.note("list-customer-contains", &[("name", name.into())]);
        }
        rows.extend(page.rows);
        if rows.len() > limit {
            return Err(Problem::TooManyToPrint { limit: limit.to_string() }.into());
        }
        context.go_on()?;
        context.out.progress("progress-print", rows.len() as u64, None);
        match page.next {
            Some(next) => query.after = Some(next),
            None => return Ok(rows),
        }
    }
}

/// What was asked for, as it stands above a list.
fn asked(parsed: &Parsed) -> Vec<(&'static str, String)> {
    // Not every form takes every one of these.
    fn told<T: Display + Clone + Send + Sync + 'static>(parsed: &Parsed, id: &str) -> Option<String> {
        parsed.any::<T>(id).map(|value| value.to_string())
    }
    let all = [
        ("col-project", told::<String>(parsed, "project")),
        ("col-customer", told::<String>(parsed, "customer")),
        ("col-outlet", told::<Label>(parsed, "outlet")),
        ("paper-from", told::<Day>(parsed, "from")),
        ("paper-to", told::<Day>(parsed, "to")),
        ("col-class", told::<Class>(parsed, "class")),
        ("col-business", told::<Business>(parsed, "business")),
        ("col-outcome", told::<Outcome>(parsed, "outcome")),
        ("col-state", told::<Standing>(parsed, "state")),
        ("col-box", told::<Label>(parsed, "box")),
        ("col-clerk", told::<StaffNo>(parsed, "clerk")),
        ("paper-days", told::<u32>(parsed, "days")),
    ];
    all.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
}
