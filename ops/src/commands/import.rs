//! `import plan|apply`: a sheet of many records, planned first and then filed exactly as planned.

use super::World;
use crate::backlog::{self, Applied, Apply, Ask, Counts, Line, Planned, Watch, Word};
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::Result;
use crate::interrupt::Interrupt;
use crate::messages::Messages;
use crate::output::{Output, printable_path};
use crate::words::Field;
use jingui_vault::filing::Filed;
use jingui_vault::{Error, Exit};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Rows that need somebody and are shown; all of them stand in the plan.
const SHOWN_MAX: usize = 50;

#[derive(Serialize)]
struct ToldRow<'a> {
    row: u32,
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<String>,
}

#[derive(Serialize)]
struct ToldPlan {
    dry_run: bool,
    plan: String,
    digest: String,
    rows: u64,
    results: BTreeMap<&'static str, u64>,
    left_over: u64,
}

#[derive(Serialize)]
struct ToldApplied {
    dry_run: bool,
    digest: String,
    rows: u64,
    filed: u64,
    results: BTreeMap<&'static str, u64>,
    result: Option<String>,
}

/// Tells of rows as they come.
struct Telling<'a> {
    out: &'a mut Output,
    messages: &'static Messages,
    interrupt: Interrupt,
    /// Rows that need somebody, up to as many as are shown.
    open: Vec<Vec<String>>,
}

impl<'a> Telling<'a> {
    fn on(context: &'a mut Context) -> Self {
        let messages = Messages::for_lang(context.out.look().lang);
        let interrupt = context.interrupt.clone();
        Self { out: &mut context.out, messages, interrupt, open: Vec::new() }
    }

    fn note(&mut self, row: u32, word: Word, why: &str) {
        if word.wants_a_person() && self.open.len() < SHOWN_MAX {
            self.open.push(vec![row.to_string(), word.word().to_owned(), why.to_owned()]);
        }
    }
}

impl Watch for Telling<'_> {
    fn step(&mut self, filing: bool, rows: u64, of: Option<u64>) -> Result<()> {
        if self.interrupt.is_set() {
            return Err(Error::Interrupted {}.into());
        }
        self.out.progress(if filing { "progress-import-file" } else { "progress-import-plan" }, rows, of);
        Ok(())
    }

    fn line(&mut self, line: &Line) -> Result<()> {
        let reason = line.reasons(self.messages);
        self.note(line.no, line.word, &reason);
        if !self.out.json() {
            return Ok(());
        }
        let reason = Some(reason.as_str()).filter(|text| !text.is_empty());
        let result = line.word.word();
        self.out.item(&ToldRow { row: line.no, result, reason, number: None, record: None })
    }

    fn filed(&mut self, row: u32, word: Word, filed: Option<&Filed>, why: Option<&str>) -> Result<()> {
        self.note(row, word, why.unwrap_or_default());
        if !self.out.json() {
            return Ok(());
        }
        let number = filed.map(|filed| filed.number.to_string());
        let record = filed.map(|filed| filed.record.to_string());
        self.out.item(&ToldRow { row, result: word.word(), reason: why, number, record })
    }
}

fn results(counts: &Counts) -> BTreeMap<&'static str, u64> {
    counts.each().map(|(word, count)| (word.word(), count)).collect()
}

fn exit(counts: &Counts) -> Exit {
    if counts.open() > 0 { Exit::Part } else { Exit::Done }
}

/// Makes a plan.
pub(super) fn plan(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let session = world.session(context)?;
    let absolute = |id: &str| parsed.file(id).map(|path| context.path(path));
    let ask = Ask {
        sheet: context.path(&parsed.must::<PathBuf>("sheet")),
        tab: parsed.text("tab").map(str::to_owned),
        files: absolute("files"),
        rule: parsed.text("rule").map(str::to_owned),
        map: parsed.all::<(String, Field)>("map"),
        set: parsed.all::<(Field, String)>("set"),
        new_project: parsed.flag("new-project"),
        output: absolute("output"),
        lang: context.out.look().lang,
        dry_run: context.dry_run(),
    };
    context.out.begin_lines();
    let mut telling = Telling::on(context);
    let planned = backlog::plan(&session, &ask, &mut telling)?;
    let open = telling.open;
    world.tell_notices(context)?;
    tell_left_over(context, &planned)?;
    let exit = exit(&planned.counts);
    let path = printable_path(&planned.path);
    if context.out.json() {
        let told = ToldPlan {
            dry_run: ask.dry_run,
            plan: path,
            digest: planned.digest.to_string(),
            rows: planned.counts.rows(),
            results: results(&planned.counts),
            left_over: planned.left_over.count,
        };
        context.out.summary(&told, exit)?;
        return Ok(exit);
    }
    if let Some((tab, others)) = planned.tab.filter(|(_, others)| *others > 0) {
        context.out.note("import-tab", &[("tab", tab.into()), ("others", others.into())]);
    }
    if !planned.skipped.is_empty() {
        context.out.note("import-skipped", &[("list", planned.skipped.join(", ").into())]);
    }
    tell_rows(context, open, planned.counts.open())?;
    tell_counts(context, &planned.counts)?;
    if ask.dry_run {
        context.out.result("import-would-plan", &[("path", path.into())])?;
        return Ok(exit);
    }
    let values = [
        ("path", path.into()),
        ("digest", planned.digest.to_string().into()),
        ("new", planned.counts.of(Word::New).into()),
    ];
    context.out.result("import-planned", &values)?;
    Ok(exit)
}

fn tell_left_over(context: &mut Context, planned: &Planned) -> Result<()> {
    let messages = Messages::for_lang(context.out.look().lang);
    let count = planned.left_over.count;
    if count == 0 {
        return Ok(());
    }
    context.out.warning("import-left-over", &[("count", count.into())])?;
    for (path, why) in &planned.left_over.first {
        let why = why.as_ref().map_or_else(String::new, |said| said.tell(messages));
        context
            .out
            .warning("import-left-over-file", &[("path", path.as_str().into()), ("why", why.into())])?;
    }
    Ok(())
}

fn tell_rows(context: &mut Context, open: Vec<Vec<String>>, count: u64) -> Result<()> {
    let shown = open.len() as u64;
    context.out.table(&["col-row", "col-result", "col-reason"], open)?;
    if count > shown {
        context.out.note("import-more-rows", &[("count", (count - shown).into())]);
    }
    Ok(())
}

fn tell_counts(context: &mut Context, counts: &Counts) -> Result<()> {
    let rows = counts.each().map(|(word, count)| {
        vec![
            word.word().to_owned(),
            count.to_string(),
            context.out.text(&format!("result-{}", word.word()), &[]),
        ]
    });
    let rows = rows.collect();
    context.out.table(&["col-result", "col-rows", "col-meaning"], rows)
}

/// Carries out a plan.
pub(super) fn apply(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let session = world.session(context)?;
    let ask = Apply {
        plan: context.path(&parsed.must::<PathBuf>("plan")),
        result: parsed.file("result").map(|path| context.path(path)),
        dry_run: context.dry_run(),
    };
    context.out.begin_lines();
    let mut telling = Telling::on(context);
    let applied = backlog::apply(&session, &ask, &mut telling);
    let open = telling.open;
    world.tell_notices(context)?;
    let Applied { digest, counts, filed, result } = applied?;
    let exit = exit(&counts);
    if let Some(standing) = world.vault.mirror().filter(|standing| standing.lags.is_some()) {
        let why = standing.lags.unwrap_or_default();
        context.out.warning("notice-mirror-lags", &[("why", why.into())])?;
    }
    if context.out.json() {
        let told = ToldApplied {
            dry_run: ask.dry_run,
            digest: digest.to_string(),
            rows: counts.rows(),
            filed,
            results: results(&counts),
            result: result.as_deref().map(printable_path),
        };
        context.out.summary(&told, exit)?;
        return Ok(exit);
    }
    let failed = counts.of(Word::Failed);
    tell_rows(context, open, failed)?;
    tell_counts(context, &counts)?;
    match result {
        None => context.out.result("import-would-apply", &[("count", counts.of(Word::New).into())])?,
        Some(path) => {
            let values = [
                ("count", filed.into()),
                ("path", printable_path(&path).into()),
                ("digest", digest.to_string().into()),
                ("open", counts.open().into()),
            ];
            context.out.result("import-applied", &values)?;
            if filed > 0 {
                context.out.note("read-afterwards", &[]);
            }
        }
    }
    Ok(exit)
}
