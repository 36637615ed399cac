//! Output: how results, notes, warnings, errors and progress look, for people and for programs.
//!
//! Results go to stdout, all the rest to stderr. What is shown on a terminal has been through [`printable`].
//! Does not know commands.

use crate::failure::{Failure, Result};
use crate::messages::{Lang, Messages, Value};
use comfy_table::{ContentArrangement, Table, presets};
use jingui_schema::facts::is_unprintable;
use jingui_vault::Exit;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt::Display;
use std::fmt::Write as _;
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// Bytes kept back before they are written, where nobody watches.
const BUFFER_BYTES: usize = 64 * 1024;
/// The least time between two redraws of progress.
const REDRAW_EVERY: Duration = Duration::from_secs(1);

/// How progress is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Progress {
    /// Not at all.
    #[default]
    None,
    /// One line, drawn again and again.
    Line,
    /// A new line each time.
    Plain,
    /// A JSON object each time.
    Json,
}

/// How output looks; decided by the process whose terminal it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Look {
    /// The language.
    pub lang: Lang,
    /// Results as JSON.
    pub json: bool,
    /// No notes.
    pub quiet: bool,
    /// More notes.
    pub verbose: bool,
    /// Colours on stdout.
    pub colour_out: bool,
    /// Colours on stderr.
    pub colour_err: bool,
    /// Columns of the terminal that stdout is, if it is one.
    pub columns: Option<u16>,
    /// How progress is told.
    pub progress: Progress,
}

/// The two streams a command writes to.
pub struct Output {
    messages: &'static Messages,
    look: Look,
    stdout: Box<dyn Write + Send>,
    stderr: Box<dyn Write + Send>,
    kept: Vec<u8>,
    gone: bool,
    lines: bool,
    drawn: Option<Instant>,
    line_open: bool,
}

/// Replaces what must not reach a terminal (controls, marks that change the direction) by its code.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unprintable) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            c if is_unprintable(c) => write!(safe, "\\u{{{:x}}}", u32::from(c)).expect("a String takes all"),
            c => safe.push(c),
        }
    }
    Cow::Owned(safe)
}

/// Shows a path: what is not UTF-8 as `\xNN`, what is not printable by its code.
pub fn printable_path(path: &Path) -> String {
    use std::os::unix::ffi::OsStrExt;
    let mut safe = String::new();
    for chunk in path.as_os_str().as_bytes().utf8_chunks() {
        safe.push_str(&printable(chunk.valid()));
        chunk.invalid().iter().for_each(|byte| write!(safe, "\\x{byte:02x}").expect("a String takes all"));
    }
    safe
}

#[derive(Serialize)]
struct Tagged<'a, T: Serialize> {
    r#type: &'a str,
    #[serde(flatten)]
    body: &'a T,
}

#[derive(Serialize)]
struct Told<'a> {
    code: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'a str>,
}

#[derive(Serialize)]
struct Summary<'a, T: Serialize> {
    #[serde(flatten)]
    counts: &'a T,
    exit_code: u8,
}

#[derive(Serialize)]
struct Status<'a> {
    what: &'a str,
    done: u64,
    total: Option<u64>,
}

impl Output {
    /// Output on these two streams.
    pub fn new(look: Look, stdout: Box<dyn Write + Send>, stderr: Box<dyn Write + Send>) -> Self {
        let messages = Messages::for_lang(look.lang);
        Self {
            messages,
            look,
            stdout,
            stderr,
            kept: Vec::new(),
            gone: false,
            lines: false,
            drawn: None,
            line_open: false,
        }
    }

    /// How it looks.
    pub fn look(&self) -> &Look {
        &self.look
    }

    /// Says whether results are JSON.
    pub fn json(&self) -> bool {
        self.look.json
    }

    /// Says whether the reader of stdout has gone (`| head`): what is written from then on is dropped, and
    /// a loop that only shows things may stop. The exit code is that of what was done.
    pub fn gone(&self) -> bool {
        self.gone
    }

    /// Returns a message, its text values made printable.
    pub fn text(&self, key: &str, values: &[(&str, Value<'_>)]) -> String {
        let safe: Vec<(&str, Value<'_>)> = values
            .iter()
            .map(|(name, value)| match value {
                Value::String(text) => (*name, Value::String(printable(text))),
                other => (*name, other.clone()),
            })
            .collect();
        self.messages.text(key, &safe)
    }

    /// What a word of a closed list is called; the word itself where it has no name.
    pub fn word(&self, list: &str, word: &dyn Display) -> String {
        self.messages.word(list, word)
    }

    // --- results -----------------------------------------------------------------------------------

    /// Writes text to stdout as one line or several, made printable.
    pub fn line(&mut self, text: &str) -> Result<()> {
        let text: Vec<_> = text.split('\n').map(printable).collect();
        self.out(format!("{}\n", text.join("\n")).as_bytes())
    }

    /// Writes a message to stdout.
    pub fn result(&mut self, key: &str, values: &[(&str, Value<'_>)]) -> Result<()> {
        let text = self.text(key, values);
        self.line(&text)
    }

    /// Writes a table: message keys of the headings, then the rows. Without rows it writes nothing.
    pub fn table(&mut self, headings: &[&str], rows: Vec<Vec<String>>) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        match self.look.columns {
            // A terminal wraps the widest cells; a pipe gets one line a row.
            Some(columns) => {
                table.set_content_arrangement(ContentArrangement::Dynamic).set_width(columns.max(40))
            }
            None => table.set_content_arrangement(ContentArrangement::Disabled),
        };
        table.set_header(headings.iter().map(|key| self.text(key, &[])).collect::<Vec<_>>());
        for row in rows {
            // A cell may have lines of its own.
            let lines = |cell: &String| cell.split('\n').map(printable).collect::<Vec<_>>().join("\n");
            table.add_row(row.iter().map(lines).collect::<Vec<_>>());
        }
        for column in table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        let text = table.trim_fmt();
        let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
        let first = if self.look.colour_out { format!("\x1b[1m{first}\x1b[0m") } else { first.to_owned() };
        self.out(format!("{first}\n{rest}\n").as_bytes())
    }

    /// Writes names and values in two columns; the names are message keys.
    pub fn pairs(&mut self, pairs: &[(&str, String)]) -> Result<()> {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        table.set_content_arrangement(ContentArrangement::Disabled);
        for (key, value) in pairs {
            table.add_row(vec![self.text(key, &[]), printable(value).into_owned()]);
        }
        for column in table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        self.out(format!("{}\n", table.trim_fmt()).as_bytes())
    }

    /// Writes the one JSON document of a command that reads.
    pub fn document(&mut self, document: &impl Serialize) -> Result<()> {
        let text = serde_json::to_string(document).expect("what a command tells is plain data");
        self.out(format!("{text}\n").as_bytes())
    }

    /// Writes one JSON line of a long run: `{"type":"item",…}`. The first one turns later warnings into lines too.
    pub fn item(&mut self, body: &impl Serialize) -> Result<()> {
        self.json_line("item", body)
    }

    /// Writes a JSON line of a long run that says how things stand: `{"type":"status",…}`.
    pub fn status(&mut self, body: &impl Serialize) -> Result<()> {
        self.json_line("status", body)
    }

    /// Writes the last JSON line of a long run: counts and how it ends.
    pub fn summary(&mut self, counts: &impl Serialize, exit: Exit) -> Result<()> {
        self.json_line("summary", &Summary { counts, exit_code: exit as u8 })
    }

    /// From here on warnings are JSON lines on stdout, as the items of a long run are.
    pub fn begin_lines(&mut self) {
        self.lines = self.look.json;
    }

    fn json_line(&mut self, kind: &str, body: &impl Serialize) -> Result<()> {
        self.begin_lines();
        self.document(&Tagged { r#type: kind, body })?;
        self.flush()
    }

    /// Writes bytes to stdout as they are: a document, a key's public half.
    pub fn out(&mut self, bytes: &[u8]) -> Result<()> {
        self.clear_line();
        if self.gone {
            return Ok(());
        }
        self.kept.extend_from_slice(bytes);
        if self.look.columns.is_some() || self.kept.len() >= BUFFER_BYTES { self.flush() } else { Ok(()) }
    }

    /// Writes what is kept back.
    ///
    /// Errors: all but a reader that has gone, which ends quietly (see [`Output::gone`]).
    pub fn flush(&mut self) -> Result<()> {
        let kept = std::mem::take(&mut self.kept);
        match self.stdout.write_all(&kept).and_then(|()| self.stdout.flush()) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => self.gone = true,
            Err(error) => return Err(Failure::io("write", Path::new("stdout"), error)),
            Ok(()) => {}
        }
        Ok(())
    }

    // --- what accompanies them ---------------------------------------------------------------------

    /// Tells something on the way, unless `-q` or `--json`.
    pub fn note(&mut self, key: &str, values: &[(&str, Value<'_>)]) {
        if !self.look.quiet && !self.look.json {
            let text = self.text(key, values);
            self.err(&text);
        }
    }

    /// Tells something that only `-v` asks for.
    pub fn detail(&mut self, key: &str, values: &[(&str, Value<'_>)]) {
        if self.look.verbose && !self.look.json {
            let text = self.text(key, values);
            self.err(&text);
        }
    }

    /// Warns. In JSON the key of the message is the code.
    pub fn warning(&mut self, key: &str, values: &[(&str, Value<'_>)]) -> Result<()> {
        let text = self.text(key, values);
        let told = Told { code: key, message: &text, hint: None };
        match (self.look.json, self.lines) {
            (true, true) => return self.json_line("warning", &told),
            (true, false) => self.err_json("warning", &told),
            (false, _) => {
                let label = self.label("label-warning", "33");
                self.err(&format!("{label}{text}"));
            }
        }
        Ok(())
    }

    /// An error of the vault in words, without its hint.
    pub fn error_text(&self, error: &jingui_vault::Error) -> String {
        let fields = error.fields();
        let values: Vec<(&str, Value<'_>)> =
            fields.iter().map(|(name, value)| (*name, Value::from(value.as_str()))).collect();
        self.text(&format!("error-{}", error.code()), &values)
    }

    /// Why a command failed, as a text.
    pub fn failure_text(&self, failure: &Failure) -> String {
        let fields = failure.fields();
        let values: Vec<(&str, Value<'_>)> =
            fields.iter().map(|(name, value)| (*name, Value::from(value.as_str()))).collect();
        self.text(&format!("error-{}", failure.code()), &values)
    }

    /// Tells why the command failed and what to do next.
    pub fn failure(&mut self, failure: &Failure) {
        let fields = failure.fields();
        let values: Vec<(&str, Value<'_>)> =
            fields.iter().map(|(name, value)| (*name, Value::from(value.as_str()))).collect();
        let message = self.text(&format!("error-{}", failure.code()), &values);
        let hint = self.text(&format!("hint-{}", failure.code()), &values);
        if self.look.json {
            self.err_json("error", &Told { code: failure.code(), message: &message, hint: Some(&hint) });
        } else {
            let (error, next) = (self.label("label-error", "31"), self.label("label-hint", "36"));
            self.err(&format!("{error}{message}"));
            self.err(&format!("{next}{hint}"));
        }
    }

    fn label(&self, key: &str, colour: &str) -> String {
        // The space after an English colon is put here, for Fluent trims it.
        let space = if self.look.lang == Lang::En { " " } else { "" };
        let label = self.text(key, &[]);
        if self.look.colour_err { format!("\x1b[1;{colour}m{label}\x1b[0m{space}") } else { label + space }
    }

    /// Tells how far a long run is: at most once a second, on stderr, as `--progress` says.
    ///
    /// - Shape: `key` is the message that names the work and takes `done` and `total`.
    pub fn progress(&mut self, key: &str, done: u64, total: Option<u64>) {
        if self.look.progress == Progress::None || self.drawn.is_some_and(|at| at.elapsed() < REDRAW_EVERY) {
            return;
        }
        self.drawn = Some(Instant::now());
        if self.look.progress == Progress::Json {
            return self.err_json("status", &Status { what: key, done, total });
        }
        let total = total.map_or_else(|| "?".to_owned(), |total| total.to_string());
        let text = self.text(key, &[("done", done.into()), ("total", total.into())]);
        if self.look.progress == Progress::Line {
            // Errors on stderr have nowhere to be told.
            drop(write!(self.stderr, "\r\x1b[K{text}").and_then(|()| self.stderr.flush()));
            self.line_open = true;
        } else {
            self.err(&text);
        }
    }

    fn clear_line(&mut self) {
        if std::mem::take(&mut self.line_open) {
            drop(write!(self.stderr, "\r\x1b[K").and_then(|()| self.stderr.flush()));
        }
    }

    fn err_json(&mut self, kind: &str, body: &impl Serialize) {
        let text = serde_json::to_string(&Tagged { r#type: kind, body }).expect("plain data");
        self.err(&text);
    }

    /// Writes a line to stderr. The text is ours; values in it were made printable when it was filled.
    pub fn err(&mut self, text: &str) {
        self.clear_line();
        drop(self.stderr.write_all(format!("{text}\n").as_bytes()).and_then(|()| self.stderr.flush()));
    }

    /// Asks for one line; the question goes to stderr, the answer is for the caller to read.
    pub fn ask(&mut self, key: &str, values: &[(&str, Value<'_>)]) {
        let text = self.text(key, values);
        self.clear_line();
        drop(write!(self.stderr, "{text} ").and_then(|()| self.stderr.flush()));
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        self.clear_line();
        // Whoever cares about the last bytes has called `flush` and looked at what it said.
        drop(self.flush());
    }
}

#[cfg(test)]
#[path = "output_tests.rs"]
mod tests;
