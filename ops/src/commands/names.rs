//! `project` and `customer`: lists fed by filings, with what they are called now and were called before.

use super::World;
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::Result;
use jingui_schema::facts::{DocumentKind, Label, Setting, fold};
use jingui_schema::projects::{ListError, Named, Names};
use jingui_schema::sight::REVEALERS;
use jingui_vault::{Error, Exit};
use serde::Serialize;

/// Customers shown where nobody says how many.
const SHOWN: usize = 200;

#[derive(Serialize)]
struct ToldProject {
    name: String,
    aliases: Vec<String>,
    class: Option<&'static str>,
    need: Vec<&'static str>,
    may: Vec<&'static str>,
    unmarked: bool,
    /// Whether a record was filed under one of its names.
    filed: bool,
}

/// Projects: those that were set, and those that records were filed under.
pub(super) fn projects(world: &World, context: &mut Context) -> Result<Exit> {
    let session = world.session(context)?;
    let settings = session.settings()?;
    let filed = session.ask(|catalog| catalog.projects())?;
    world.tell_notices(context)?;
    let words = |kinds: &[DocumentKind]| kinds.iter().map(|kind| kind.word()).collect::<Vec<_>>();
    let mut told: Vec<ToldProject> = settings
        .projects
        .entries()
        .iter()
        .map(|project| ToldProject {
            name: project.name.to_string(),
            aliases: project.aliases.iter().map(ToString::to_string).collect(),
            class: project.class.map(|class| class.word()),
            need: words(&project.materials.need),
            may: words(&project.materials.may),
            unmarked: project.materials.unmarked,
            filed: filed.iter().any(|name| {
                name.folded() == project.name.folded()
                    || project.aliases.iter().any(|alias| alias.folded() == name.folded())
            }),
        })
        .collect();
    for name in filed.iter().filter(|name| settings.projects.find(name.as_str()).is_none()) {
        told.push(ToldProject {
            name: name.to_string(),
            aliases: Vec::new(),
            class: None,
            need: Vec::new(),
            may: Vec::new(),
            unmarked: false,
            filed: true,
        });
    }
    if context.out.json() {
        context.out.document(&told)?;
        return Ok(Exit::Done);
    }
    if told.is_empty() {
        context.out.note("project-nothing", &[]);
        return Ok(Exit::Done);
    }
    let rows = told.into_iter().map(|p| {
        let mut materials: Vec<String> = p.need.iter().map(|kind| format!("+{kind}")).collect();
        materials.extend(p.may.iter().map(|kind| format!("({kind})")));
        if p.unmarked {
            materials.push(context.out.text("project-unmarked", &[]));
        }
        vec![p.name, p.aliases.join(", "), p.class.unwrap_or_default().into(), materials.join(" ")]
    });
    let rows = rows.collect();
    context.out.table(&["col-project", "col-aliases", "col-class", "col-materials"], rows)?;
    Ok(Exit::Done)
}

/// Customers by name, those with several names under the one they have now.
pub(super) fn customers(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        name: String,
        aliases: Vec<String>,
    }
    let session = world.session(context)?;
    // A list of names does not say which are people's: it is for those who are shown names of people.
    session.with_role(REVEALERS)?;
    let customers = session.customers()?;
    let limit = parsed.get::<u32>("limit").map_or(SHOWN, |n| n as usize);
    let part = parsed.text("name").unwrap_or_default();
    let found = session.ask(|catalog| catalog.customers(part, limit))?;
    world.tell_notices(context)?;
    let full = found.len() >= limit;
    let mut told: Vec<Told> = Vec::new();
    // Records keep the name they were filed under, so one who was renamed is found by the new name here.
    let folded = fold(part);
    let renamed = customers.entries().iter().filter(|entry| {
        let mut names = std::iter::once(&entry.name).chain(&entry.aliases);
        !part.is_empty() && names.any(|name| name.folded().contains(&folded))
    });
    let renamed: Vec<Label> = renamed.map(|entry| entry.name.clone()).take(limit).collect();
    for name in found.into_iter().chain(renamed) {
        let (name, aliases) = match customers.find(name.as_str()) {
            Some(entry) => (entry.name.to_string(), entry.aliases.iter().map(ToString::to_string).collect()),
            None => (name.to_string(), Vec::new()),
        };
        if told.iter().all(|known| known.name != name) {
            told.push(Told { name, aliases });
        }
    }
    if context.out.json() {
        context.out.document(&told)?;
        return Ok(Exit::Done);
    }
    if told.is_empty() {
        context.out.note("customer-nothing", &[]);
        return Ok(Exit::Done);
    }
    let rows = told.into_iter().map(|c| vec![c.name, c.aliases.join(", ")]);
    context.out.table(&["col-customer", "col-aliases"], rows.collect())?;
    if full {
        context.out.note("customer-more", &[("count", limit.into())]);
    }
    Ok(Exit::Done)
}

/// Sets, renames or merges projects.
pub(super) fn change_projects(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let session = world.session(context)?;
    let reason = parsed.text("reason").unwrap_or_default();
    let change = |list: &Names<jingui_schema::projects::Project>| match parsed.command()[..] {
        [_, "add" | "set"] => list
            .with(&parsed.must::<Label>("name"), |project| {
                let set = parsed.command() == ["project", "set"];
                for cleared in if set { parsed.texts("clear") } else { Vec::new() } {
                    match cleared.as_str() {
                        "class" => project.class = None,
                        "need" => project.materials.need.clear(),
                        "may" => project.materials.may.clear(),
                        _ => project.materials.unmarked = false,
                    }
                }
                project.class = parsed.get("class").or(project.class);
                let materials = &mut project.materials;
                for (kinds, id) in [(&mut materials.need, "need"), (&mut materials.may, "may")] {
                    let given = parsed.all::<DocumentKind>(id);
                    if !given.is_empty() {
                        *kinds = given;
                    }
                }
                materials.unmarked |= parsed.flag("unmarked");
            })
            .map_err(bad(Setting::Projects)),
        _ => renamed(list, parsed, Setting::Projects),
    };
    let done = match context.dry_run() {
        true => {
            let list = change(&session.settings()?.projects)?;
            session.may_change(Setting::Projects, &list, reason)?;
            None
        }
        false => session.change_projects(reason, change)?,
    };
    world.tell_notices(context)?;
    tell(context, parsed, Setting::Projects, done.map(|done| done.seq))
}

/// Renames or merges customers.
pub(super) fn change_customers(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let session = world.session(context)?;
    let reason = parsed.text("reason").unwrap_or_default();
    let change = |list: &Names<_>| renamed(list, parsed, Setting::Customers);
    let done = match context.dry_run() {
        true => {
            let list = change(&*session.customers()?)?;
            session.may_change(Setting::Customers, &list, reason)?;
            None
        }
        false => session.change_customers(reason, change)?,
    };
    world.tell_notices(context)?;
    tell(context, parsed, Setting::Customers, done.map(|done| done.seq))
}

fn renamed<T>(list: &Names<T>, parsed: &Parsed, setting: Setting) -> jingui_vault::Result<Names<T>>
where
    T: Named + Clone + Serialize + for<'de> serde::Deserialize<'de>,
{
    let name: Label = parsed.must("name");
    match parsed.command()[..] {
        [_, "rename"] => list.renamed(&name, parsed.must("new")).map_err(bad(setting)),
        _ => list.merged(&name, &parsed.must("into")).map_err(bad(setting)),
    }
}

fn bad(setting: Setting) -> impl Fn(ListError) -> Error {
    move |error| Error::Setting { setting: setting.to_string(), why: error.to_string() }
}

fn tell(context: &mut Context, parsed: &Parsed, setting: Setting, seq: Option<u64>) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        setting: &'static str,
        seq: Option<u64>,
        dry_run: bool,
    }
    let dry_run = context.dry_run();
    if context.out.json() {
        context.out.document(&Told { setting: setting.word(), seq, dry_run })?;
        return Ok(Exit::Done);
    }
    let key = match (dry_run, seq) {
        (true, _) => "names-would",
        (false, Some(_)) => "names-done",
        (false, None) => "names-same",
    };
    context.out.result(key, &[("name", parsed.must::<Label>("name").to_string().into())])?;
    Ok(Exit::Done)
}
