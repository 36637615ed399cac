//! The fields of the index, and their version.

use crate::text::han::{Analysis, Characters};
use crate::text::pinyin::Readings;
use tantivy::Index;
use tantivy::schema::{
    BytesOptions, FAST, Field, INDEXED, IndexRecordOption, NumericOptions, STORED, Schema, TextFieldIndexing,
    TextOptions,
};
use tantivy::tokenizer::TextAnalyzer;

/// Goes up with every change of fields, of analysis, or of how a directory is written. What has another one is made anew.
pub const VERSION: u32 = 3;

/// Facts in which a part is looked for as a phrase, by the name they have in queries.
pub(super) const FACTS: [&str; 8] =
    ["number", "project", "customer", "address", "outlet", "box", "tag", "title"];
/// Facets, in the order in which they are told.
pub(super) const FACETS: [&str; 5] = ["project", "class", "year", "state", "kind"];

/// The fields.
#[derive(Clone)]
pub(super) struct Fields {
    pub(super) schema: Schema,
    /// The record's id, by which it is replaced.
    pub(super) record: Field,
    /// Facts as JSON; only kept.
    pub(super) facts: Field,
    /// Texts of documents, kept as well.
    pub(super) text: Field,
    /// Single characters of the texts, without places: for what is alike.
    pub(super) characters: Field,
    /// [`FACTS`], in that order.
    pub(super) parts: [Field; FACTS.len()],
    /// How names are read.
    pub(super) readings: Field,
    /// Keyed hashes of whole values, numbers, tails, words.
    pub(super) keys: Field,
    /// Days since the beginning of the calendar.
    pub(super) date: Field,
    /// The upper half of the id: an order where all else is equal.
    pub(super) order: Field,
    /// Facets but the project: numbers of words.
    pub(super) class: Field,
    pub(super) year: Field,
    pub(super) state: Field,
    pub(super) kind: Field,
    /// The project's name as it is, counted.
    pub(super) project_name: Field,
}

impl Fields {
    pub(super) fn new() -> Self {
        let mut schema = Schema::builder();
        let text = |analysis: &str, norms: bool| {
            TextOptions::default().set_indexing_options(
                TextFieldIndexing::default()
                    .set_tokenizer(analysis)
                    .set_fieldnorms(norms)
                    .set_index_option(IndexRecordOption::WithFreqsAndPositions),
            )
        };
        let fast = || NumericOptions::default().set_fast();
        Self {
            record: schema.add_bytes_field("record", BytesOptions::default().set_indexed()),
            facts: schema.add_bytes_field("facts", STORED),
            text: schema.add_text_field("text", text("text", true) | STORED),
            characters: schema.add_text_field(
                "characters",
                TextOptions::default().set_indexing_options(
                    TextFieldIndexing::default()
                        .set_tokenizer("characters")
                        .set_index_option(IndexRecordOption::WithFreqs),
                ),
            ),
            parts: FACTS.map(|name| schema.add_text_field(name, text("fact", false))),
            readings: schema.add_text_field("readings", text("readings", false)),
            keys: schema.add_u64_field("keys", INDEXED),
            date: schema.add_u64_field("date", INDEXED | FAST),
            order: schema.add_u64_field("order", fast()),
            class: schema.add_u64_field("class", fast()),
            year: schema.add_u64_field("year", fast()),
            state: schema.add_u64_field("state", fast()),
            kind: schema.add_u64_field("kind", fast()),
            project_name: schema.add_text_field("project-name", TextOptions::default().set_fast("raw")),
            schema: schema.build(),
        }
    }
}

/// Makes the analyses known to an index.
pub(super) fn register(index: &Index) {
    let tokenizers = index.tokenizers();
    tokenizers.register("text", TextAnalyzer::from(Analysis { singles: false }));
    tokenizers.register("fact", TextAnalyzer::from(Analysis { singles: true }));
    tokenizers.register("characters", TextAnalyzer::from(Characters));
    tokenizers.register("readings", TextAnalyzer::from(Readings));
}
