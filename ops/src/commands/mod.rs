//! The commands: one file each, and the two places where a command line finds its file.
//!
//! Decides nothing about records; that is the vault's.

mod accept; // what an archive has pushed, checked and taken in by the CA
mod act; // acts on their way as files
mod add; // files
mod backup; // copies elsewhere
mod cert; // certificates and what happens to them
mod completions; // shell completions
mod correct; // facts as they should have been
mod cosign; // heads countersigned
mod cosigner; // who countersigns, at the CA
mod demo; // the main job on made-up data
mod doctor; // machine and vault looked over
mod due; // what may be appraised for disposal
mod find; // records by their words
mod fork; // a new log
mod handover; // everything to the CA
mod hold; // records that must not be destroyed
mod import; // a sheet of many records
mod init; // makes a vault
mod jobs; // work at its time
mod journal; // signed heads and proofs
mod key; // a person's key file
mod keys; // epochs, escrow, recovery
mod left; // documents that have stayed at another archive's place
mod list; // records by labels
mod locks; // locks of a push
mod log; // lines of the journal
mod materials; // the checklist
mod misfiled; // a stranger's paper taken out
mod missing; // gaps by days and handler
mod names; // projects and customers
mod open; // shows documents
mod print; // forms on paper
mod probe; // what a place for copies really does
mod purge; // records destroyed, as people have said
mod push; // the newest state to the CA
mod read; // documents read by the program
mod rebuild; // makes derived things anew
mod repair; // files put back from mirror and copies
mod request; // single records for the CA
mod review; // a second person looks
mod rule; // how long each class is kept
mod second; // a second person's yes or no
mod show; // a record's facts
mod staff; // people
mod standing; // how far a record has come, and what it lacks
mod status; // how the vault stands
mod subject; // requests of the person concerned
mod verify; // is everything as it was filed
mod watch; // a scanner's folder
mod why; // a record's dates, worked out in the open
mod world; // an open vault

pub use doctor::{Unopened, run_unopened};
pub use probe::probe;
pub use repair::copies;
pub use watch::on as watch_on;
pub use world::{Wish, World};

use crate::cli::{Parsed, Reading};
use crate::context::Context;
use crate::failure::Result;
use jingui_vault::Exit;

/// Carries out a command that needs no open vault.
pub fn run_alone(_: &(), context: &mut Context) -> Result<Exit> {
    let parsed = parsed(context)?;
    match parsed.command()[..] {
        ["accept"] => accept::run(None, context, &parsed),
        ["act", "show"] => act::show(context, &parsed),
        ["act", "send"] => act::send(context, &parsed),
        ["act", "sign"] => act::sign(context, &parsed),
        ["backup", "list"] => backup::list_at(context, &parsed),
        ["backup", "remove"] => backup::remove(context, &parsed),
        ["backup", "restore"] => backup::restore(context, &parsed),
        ["backup", "verify"] => backup::verify_alone(context, &parsed),
        ["completions"] => completions::run(context, &parsed),
        ["cosigner", "init"] => cosigner::init(context, &parsed),
        ["cosigner", "sign"] => cosigner::sign(context, &parsed),
        ["cosigner", "show"] => cosigner::show(context, &parsed),
        ["demo"] => demo::run(context, &parsed),
        ["init"] => init::run(context, &parsed),
        ["key", "new"] => key::new(context, &parsed),
        ["key", "show"] => key::show(context, &parsed),
        ["key", "passwd"] => key::passwd(context, &parsed),
        ["keys", "prove"] => keys::prove(context, &parsed),
        ["request", "new"] => request::new(context, &parsed),
        ["request", "open"] => request::open(context, &parsed),
        ["request", "read"] => request::read(context, &parsed),
        _ => unreachable!("{} runs in a vault", parsed.command_text()),
    }
}

/// Carries out a command in an open vault.
pub fn run_in(world: &World, context: &mut Context) -> Result<Exit> {
    let parsed = parsed(context)?;
    match parsed.command()[..] {
        ["accept"] => accept::run(Some(world), context, &parsed),
        ["act", "submit"] => act::submit(world, context, &parsed),
        ["add"] => add::run(world, context, &parsed),
        ["backup", "create"] => backup::create(world, context, &parsed),
        ["backup", "list"] => backup::list(world, context),
        ["backup", "takeover"] => backup::takeover(world, context, &parsed),
        ["backup", "verify"] => backup::verify(world, context, &parsed),
        ["cert", "add"] => cert::add(world, context, &parsed),
        ["cert", "import"] => cert::import(world, context, &parsed),
        ["cert", "list"] => cert::list(world, context, &parsed),
        ["cert", "revoke"] => cert::revoke(world, context, &parsed),
        ["cert", "reverse"] => cert::reverse(world, context, &parsed),
        ["cert", "waiting"] => cert::waiting(world, context),
        ["cert", "confirm"] => cert::confirm(world, context, &parsed),
        ["cert", "refuse"] => cert::refuse(world, context, &parsed),
        ["cert", "issuer", "pin"] => cert::pin(world, context, &parsed),
        ["cert", "issuer", "list"] => cert::list_issuers(world, context),
        ["cert", "issuer", "approve"] => cert::approve(world, context, &parsed),
        ["cert", "issuer", "unpin"] => cert::unpin(world, context, &parsed),
        ["correct"] => correct::run(world, context, &parsed),
        ["customer", "list"] => names::customers(world, context, &parsed),
        ["customer", "rename" | "merge"] => names::change_customers(world, context, &parsed),
        ["find"] => find::run(world, context, &parsed),
        ["handover", "begin"] => handover::begin(world, context, &parsed),
        ["handover", "cancel"] => handover::cancel(world, context, &parsed),
        ["handover", "check"] => handover::check(world, context),
        ["handover", "confirm"] => handover::confirm(world, context, &parsed),
        ["handover", "finish"] => handover::finish(world, context, &parsed),
        ["handover", "place"] => left::place(world, context, &parsed),
        ["handover", "status"] => handover::status(world, context),
        ["hold", "place"] => hold::place(world, context, &parsed),
        ["hold", "list"] => hold::list(world, context, &parsed),
        ["hold", "show"] => hold::show(world, context, &parsed),
        ["hold", "release"] => hold::release(world, context, &parsed),
        ["hold", "keep"] => hold::keep(world, context, &parsed),
        ["hold", "review"] => hold::review(world, context, &parsed),
        ["hold", "screen"] => hold::screen(world, context, &parsed),
        ["import", "plan"] => import::plan(world, context, &parsed),
        ["import", "apply"] => import::apply(world, context, &parsed),
        ["due"] => due::run(world, context, &parsed),
        ["doctor"] => doctor::run(world, context, &parsed),
        ["journal", "cosign"] => cosign::run(world, context, &parsed),
        ["journal", "cosigner"] => cosign::cosigner(world, context, &parsed),
        ["jobs", "list"] => jobs::list(world, context),
        ["jobs", "run"] => jobs::run(world, context, &parsed),
        ["jobs", "set"] => jobs::set(world, context, &parsed),
        ["journal", "fork", "propose"] => fork::propose(world, context, &parsed),
        ["journal", "fork", "confirm"] => fork::confirm(world, context, &parsed),
        ["journal", "head"] => journal::head(world, context, &parsed),
        ["journal", "log"] => log::journal(world, context, &parsed),
        ["journal", "verify"] => verify::journal(world, context),
        ["journal", "prove"] => journal::prove(world, context, &parsed),
        ["keys", "recover"] => keys::recover(world, context, &parsed),
        ["keys", "rotate"] => keys::rotate(world, context, &parsed),
        ["keys", "shred"] => purge::shred(world, context, &parsed),
        ["keys", "sheet"] => keys::sheet(world, context, &parsed),
        ["keys", "status"] => keys::status(world, context),
        ["list"] => list::run(world, context, &parsed),
        ["log"] => log::record(world, context, &parsed),
        ["materials", "set"] => materials::set(world, context, &parsed),
        ["materials", "show"] => materials::show(world, context, &parsed),
        ["misfiled", "propose"] => misfiled::propose(world, context, &parsed),
        ["misfiled", "list"] => misfiled::list(world, context),
        ["misfiled", "confirm"] => misfiled::confirm(world, context, &parsed),
        ["misfiled", "refuse"] => misfiled::refuse(world, context, &parsed),
        ["missing"] => missing::run(world, context, &parsed),
        ["open"] => open::run(world, context, &parsed),
        ["project", "list"] => names::projects(world, context),
        ["project", _] => names::change_projects(world, context, &parsed),
        ["print", "label" | "spine"] => print::boxes(world, context, &parsed),
        ["print", "contents"] => print::contents(world, context, &parsed),
        ["print", "filing-list"] => print::filing_list(world, context, &parsed),
        ["print", "missing"] => print::missing(world, context, &parsed),
        ["print", "register"] => print::register(world, context, &parsed),
        ["print", "handover"] => print::handover(world, context, &parsed),
        ["print", "sheet"] => print::sheet(world, context, &parsed),
        ["push"] => push::run(world, context, &parsed),
        ["purge", "plan"] => purge::plan(world, context, &parsed),
        ["purge", "list"] => purge::list(world, context, &parsed),
        ["purge", "show"] => purge::show(world, context, &parsed),
        ["purge", "appraise"] => purge::appraise(world, context, &parsed),
        ["purge", "approve"] => purge::approve(world, context, &parsed),
        ["purge", "witness"] => purge::witness(world, context, &parsed),
        ["purge", "reject"] => purge::reject(world, context, &parsed),
        ["purge", "run"] => purge::run(world, context, &parsed),
        ["purge", "certificate"] => purge::certificate(world, context, &parsed),
        ["purge", "reverse", "propose"] => purge::propose_reversal(world, context, &parsed),
        ["purge", "reverse", "list"] => purge::list_reversals(world, context),
        ["purge", "reverse", _] => purge::decide_reversal(world, context, &parsed),
        ["purge", "policy", "show"] => purge::show_policy(world, context),
        ["purge", "policy", "propose"] => purge::propose_policy(world, context, &parsed),
        ["purge", "policy", _] => purge::decide_policy(world, context, &parsed),
        ["read"] => read::run(world, context, &parsed),
        ["rebuild"] => rebuild::run(world, context, &parsed),
        ["repair"] => repair::run(world, context, &parsed),
        ["request", "answer"] => request::answer(world, context, &parsed),
        ["request", "list"] => request::list(world, context, &parsed),
        ["request", "refuse"] => request::refuse(world, context, &parsed),
        ["request", "show"] => request::show(world, context, &parsed),
        ["review"] => review::run(world, context, &parsed),
        ["rule", "list"] => rule::list(world, context),
        ["rule", "diff"] => rule::diff(world, context, &parsed),
        ["rule", "propose"] => rule::propose(world, context, &parsed),
        ["rule", _] => rule::decide(world, context, &parsed),
        ["show"] => show::run(world, context, &parsed),
        ["staff", "countersign"] => staff::countersign(world, context, &parsed),
        ["staff", "disable"] => staff::disable(world, context, &parsed),
        ["staff", "enrol"] => staff::enrol(world, context, &parsed),
        ["staff", "list"] => staff::list(world, context, &parsed),
        ["status"] => status::run(world, context),
        ["subject", "list"] => subject::list(world, context, &parsed),
        ["subject", "annotate"] => subject::annotate(world, context, &parsed),
        ["subject", _] => subject::restrict(world, context, &parsed),
        ["verify"] => verify::run(world, context, &parsed),
        ["watch"] => watch::run(world, context, &parsed),
        ["why"] => why::run(world, context, &parsed),
        _ => unreachable!("{} runs without a vault", parsed.command_text()),
    }
}

/// Reads the command line again: it may have come from another process.
fn parsed(context: &Context) -> Result<Parsed> {
    match crate::cli::read(&context.argv(), context.out.look().lang)? {
        Reading::Command(parsed) => Ok(parsed),
        Reading::Show(_) => unreachable!("help was shown where it was asked for"),
    }
}
