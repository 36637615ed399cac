//! What a jailed child reads: PDF and pictures by the programs of others, everything else by the readers in [`crate::formats`].

use crate::extract::{Inside, Limits, Readers, Route, main as child};
use crate::formats::{self, Kind, sniff};
use crate::page::Reading;
use std::ffi::OsString;
use std::process::ExitCode;

/// What reads what.
pub const READERS: Readers = Readers { route, read };

/// Runs this process as a child that reads documents, or as a program for one. See [`crate::extract::main`].
pub fn main(leading: &[OsString], rest: &[OsString]) -> ExitCode {
    child(leading, rest, &READERS)
}

fn route(document: &[u8], name: &str) -> Route {
    route_of(sniff(document, name))
}

fn read(document: &[u8], name: &str, limits: &Limits, inside: &mut Inside<'_>) -> Reading {
    let limits = formats::Limits {
        chars: usize::try_from(limits.text_bytes).unwrap_or(usize::MAX),
        pages: limits.pages as usize,
        ..formats::Limits::default()
    };
    formats::read_with(sniff(document, name), document, &limits, &mut |kind, bytes| {
        inside(route_of(kind), bytes)
    })
}

fn route_of(kind: Kind) -> Route {
    match kind {
        Kind::Pdf => Route::Pdf,
        Kind::Picture(_) => Route::Picture,
        _ => Route::Other,
    }
}
