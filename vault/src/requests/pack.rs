//! An answer: a tar file in an age file, sealed to who asked. Written as it goes; no more of it is held than of a body.

use crate::body::{SEALED_BUFFER_BYTES, Sealing, TAR_BLOCK_BYTES, TAR_END, tar_fill, tar_header};
use crate::env::Env;
use crate::error::{Doing, Result};
use crate::reading::Opening;
use crate::seal::Recipient;
use jingui_schema::answer::{AnswerSheet, COVER, HEAD, LINES, SHEET};
use jingui_schema::digest::FileMark;
use std::io::{self, Write};
use std::path::Path;

/// What goes into an answer.
pub(super) struct Parts<'a> {
    pub sheet: &'a AnswerSheet,
    /// The signed head.
    pub head: &'a str,
    /// Lines of the journal, each without LF.
    pub lines: &'a [Vec<u8>],
    /// The record, whose documents may be shown.
    pub opening: &'a Opening,
}

impl Parts<'_> {
    /// Writes the file and syncs it; the caller syncs the directory. What was begun and failed is removed again.
    pub fn seal(&self, env: &Env, path: &Path, recipient: &Recipient) -> Result<FileMark> {
        let written = self.write(env, path, recipient);
        if written.is_err() {
            // The reason why it failed counts more than whether this succeeds.
            let _ = env.fs.remove(path);
        }
        written
    }

    fn write(&self, env: &Env, path: &Path, recipient: &Recipient) -> Result<FileMark> {
        let file = env.fs.create_new(path).doing("create", path)?;
        let mut buffer = vec![0; SEALED_BUFFER_BYTES];
        let mut tar = Tar(Sealing::new(file, recipient, &mut buffer));
        let lines: Vec<&[u8]> = self.lines.iter().map(Vec::as_slice).collect();
        let cover: Vec<&[u8]> = self.opening.cover().lines.iter().map(String::as_bytes).collect();
        let small = [
            (SHEET, self.sheet.to_text().into_bytes()),
            (HEAD, self.head.as_bytes().to_vec()),
            (LINES, whole(&lines)),
            (COVER, whole(&cover)),
        ];
        for (name, bytes) in small {
            tar.member(name, &bytes).doing("write", path)?;
        }
        for document in self.opening.documents() {
            tar.begin(&document.member, document.size).doing("write", path)?;
            self.opening.copy(document, &mut tar)?;
            tar.end(document.size).doing("write", path)?;
        }
        tar.finish().doing("write", path)
    }
}

/// Lines, each ended by LF.
fn whole(lines: &[&[u8]]) -> Vec<u8> {
    let mut text = Vec::with_capacity(lines.iter().map(|line| line.len() + 1).sum());
    for line in lines {
        text.extend_from_slice(line);
        text.push(b'\n');
    }
    text
}

struct Tar<'a>(Sealing<'a>);

impl Tar<'_> {
    fn begin(&mut self, name: &str, size: u64) -> io::Result<()> {
        self.0.write_all(&tar_header(name, size)?)
    }

    fn end(&mut self, size: u64) -> io::Result<()> {
        self.0.write_all(&[0; TAR_BLOCK_BYTES as usize][..tar_fill(size) as usize])
    }

    fn member(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.begin(name, bytes.len() as u64)?;
        self.0.write_all(bytes)?;
        self.end(bytes.len() as u64)
    }

    fn finish(mut self) -> io::Result<FileMark> {
        self.0.write_all(&TAR_END)?;
        self.0.finish()
    }
}

impl Write for Tar<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write_all(bytes).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
