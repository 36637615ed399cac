//! Words: what sheets, folders and file names call our fields, kinds of document and other closed lists.
//!
//! The words are data (`ops/data/words.toml`), shipped with the program. Does not know sheets or records.

use jingui_schema::facts::{
    Business, Channel, Circumstance, CustomerKind, DocumentKind, Mark, Outcome, fold,
};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::str::FromStr;
use std::sync::LazyLock;

/// What a column of a sheet or a placeholder of a folder rule holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The project.
    Project,
    /// The outlet.
    Outlet,
    /// Name of the customer.
    Customer,
    /// What the customer is to the law.
    CustomerKind,
    /// The customer's credit code or identity number.
    CustomerId,
    /// The business act.
    Business,
    /// The day of business.
    Date,
    /// How it ended.
    Outcome,
    /// Tags, several in one text.
    Tags,
    /// Box of the paper originals.
    Box,
    /// How the application came in.
    Channel,
    /// What makes further materials necessary, several in one text.
    Flags,
    /// The day of the application.
    Applied,
    /// The handler of the applicant.
    Handler,
    /// The handler's identity number.
    HandlerId,
    /// Telephone.
    Phone,
    /// Address of the applicant.
    Address,
    /// Serial number of the token.
    Token,
    /// Serial number of the password card.
    PasswordCard,
    /// The day on which the application was accepted.
    Accepted,
    /// How many people the certificates are for.
    Holders,
    /// Files or a directory, named.
    Files,
    /// Serial number of a certificate.
    Serial,
    /// What a document is.
    Kind,
    /// Which page of a document a file is.
    Page,
    /// Nothing that is filed.
    Skip,
}

impl Field {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Project,
        Self::Outlet,
        Self::Customer,
        Self::CustomerKind,
        Self::CustomerId,
        Self::Business,
        Self::Date,
        Self::Outcome,
        Self::Tags,
        Self::Box,
        Self::Channel,
        Self::Flags,
        Self::Applied,
        Self::Handler,
        Self::HandlerId,
        Self::Phone,
        Self::Address,
        Self::Token,
        Self::PasswordCard,
        Self::Accepted,
        Self::Holders,
        Self::Files,
        Self::Serial,
        Self::Kind,
        Self::Page,
        Self::Skip,
    ];

    /// The word by which `--map` and the file of words know it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Outlet => "outlet",
            Self::Customer => "customer",
            Self::CustomerKind => "customer-kind",
            Self::CustomerId => "customer-id",
            Self::Business => "business",
            Self::Date => "date",
            Self::Outcome => "outcome",
            Self::Tags => "tags",
            Self::Box => "box",
            Self::Channel => "channel",
            Self::Flags => "flags",
            Self::Applied => "applied",
            Self::Handler => "handler",
            Self::HandlerId => "handler-id",
            Self::Phone => "phone",
            Self::Address => "address",
            Self::Token => "token",
            Self::PasswordCard => "password-card",
            Self::Accepted => "accepted",
            Self::Holders => "holders",
            Self::Files => "files",
            Self::Serial => "serial",
            Self::Kind => "kind",
            Self::Page => "page",
            Self::Skip => "skip",
        }
    }

    /// The key of the message that names it.
    pub fn name_key(self) -> String {
        format!("field-{}", self.word())
    }
}

impl FromStr for Field {
    type Err = ();
    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.iter().copied().find(|field| field.word() == word).ok_or(())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Stored {
    fields: BTreeMap<String, Vec<String>>,
    kinds: BTreeMap<String, Vec<String>>,
    customer_kinds: BTreeMap<String, Vec<String>>,
    businesses: BTreeMap<String, Vec<String>>,
    outcomes: BTreeMap<String, Vec<String>>,
    channels: BTreeMap<String, Vec<String>>,
    circumstances: BTreeMap<String, Vec<String>>,
    pages: BTreeMap<String, Vec<String>>,
}

/// The words, by what they mean.
#[derive(Debug)]
pub struct Words {
    fields: HashMap<String, Field>,
    kinds: HashMap<String, DocumentKind>,
    customer_kinds: HashMap<String, CustomerKind>,
    businesses: HashMap<String, Business>,
    outcomes: HashMap<String, Outcome>,
    channels: HashMap<String, Channel>,
    circumstances: HashMap<String, Circumstance>,
    pages: HashMap<String, u32>,
}

const SHIPPED: &str = include_str!("../data/words.toml");

impl Words {
    /// The words that come with the program.
    pub fn shipped() -> &'static Self {
        static ONCE: LazyLock<Words> =
            LazyLock::new(|| Words::parse(SHIPPED).expect("the shipped words are well formed"));
        &ONCE
    }

    /// Reads a file of words. What is wrong with it is told in English: it is a file of ours.
    fn parse(text: &str) -> Result<Self, String> {
        let stored: Stored = toml::from_str(text).map_err(|e| e.to_string())?;
        Ok(Self {
            fields: table(stored.fields)?,
            kinds: table(stored.kinds)?,
            customer_kinds: table(stored.customer_kinds)?,
            businesses: table(stored.businesses)?,
            outcomes: table(stored.outcomes)?,
            channels: table(stored.channels)?,
            circumstances: table(stored.circumstances)?,
            pages: table(stored.pages)?,
        })
    }

    /// The field that a heading or a placeholder names.
    pub fn field(&self, text: &str) -> Option<Field> {
        if text.trim() == "*" {
            return Some(Field::Skip);
        }
        look(&self.fields, text)
    }

    /// The kind of document that a word names.
    pub fn kind(&self, text: &str) -> Option<DocumentKind> {
        look(&self.kinds, text)
    }

    /// The kind of document that a file's name without its ending begins with: `申请表`, `申请表2`, `身份证(反面)`.
    pub fn kind_of_name(&self, stem: &str) -> Option<DocumentKind> {
        let stem = without_remark(stem).trim();
        let shorter =
            stem.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '_' | '-' | ' ' | '.'));
        self.kind(stem).or_else(|| self.kind(shorter)).or_else(|| {
            let (first, side) = shorter.rsplit_once(['_', '-', ' '])?;
            self.page(side).and_then(|_| self.kind(first))
        })
    }

    /// What a customer of this word is to the law.
    pub fn customer_kind(&self, text: &str) -> Option<CustomerKind> {
        look(&self.customer_kinds, text)
    }

    /// The business act that a word names.
    pub fn business(&self, text: &str) -> Option<Business> {
        look(&self.businesses, text)
    }

    /// The outcome that a word names.
    pub fn outcome(&self, text: &str) -> Option<Outcome> {
        look(&self.outcomes, text)
    }

    /// The way an application came in, by a word.
    pub fn channel(&self, text: &str) -> Option<Channel> {
        look(&self.channels, text)
    }

    /// What makes further materials necessary, by a word.
    pub fn circumstance(&self, text: &str) -> Option<Circumstance> {
        look(&self.circumstances, text)
    }

    /// The side of a card that a name without its ending speaks of at its end: `身份证_反面`, `身份证(正面)`.
    pub fn side_of_name(&self, stem: &str) -> Option<Mark> {
        let last =
            stem.trim_end_matches([')', '）']).rsplit(['_', '-', ' ', '(', '（']).next().unwrap_or_default();
        match look(&self.pages, last).filter(|_| !last.bytes().any(|b| b.is_ascii_digit())) {
            Some(1) => Some(Mark::Front),
            Some(2) => Some(Mark::Back),
            _ => None,
        }
    }

    /// A page number: `1`, `第1页`, `p1`, or the side of a card.
    pub fn page(&self, text: &str) -> Option<u32> {
        if let Some(side) = look(&self.pages, text) {
            return Some(side);
        }
        let text = key(text);
        let text = text.strip_prefix('第').or_else(|| text.strip_prefix('p')).unwrap_or(&text);
        let text = text.strip_suffix('页').unwrap_or(text);
        let digits = (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| text.parse().ok()).flatten().filter(|page| *page > 0)
    }
}

/// The form in which two words are the same.
pub(crate) fn key(text: &str) -> String {
    fold(text)
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '*' | ':' | '_' | '-' | '\u{feff}'))
        .collect()
}

/// A heading often says in brackets how to fill the column: `业务日期（必填）`.
fn without_remark(text: &str) -> &str {
    let trimmed = text.trim_end();
    match (trimmed.ends_with([')', '）']), trimmed.rfind(['(', '（'])) {
        (true, Some(at)) if at > 0 => &trimmed[..at],
        _ => text,
    }
}

fn look<T: Copy>(table: &HashMap<String, T>, text: &str) -> Option<T> {
    table.get(&key(text)).or_else(|| table.get(&key(without_remark(text)))).copied()
}

fn table<T: FromStr + Copy>(stored: BTreeMap<String, Vec<String>>) -> Result<HashMap<String, T>, String> {
    let mut table = HashMap::new();
    for (word, others) in stored {
        let meaning: T = word.parse().map_err(|_| format!("{word:?} is no word of its list"))?;
        for text in others.iter().chain([&word]) {
            if table.insert(key(text), meaning).is_some() {
                return Err(format!("{text:?} stands twice"));
            }
        }
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_words_cover_every_list_and_none_stands_twice() {
        let words = Words::parse(SHIPPED).unwrap();
        for field in Field::ALL {
            assert_eq!(words.field(field.word()), Some(*field));
        }
        for kind in DocumentKind::ALL {
            assert_eq!(words.kind(kind.word()), Some(*kind));
        }
        for kind in CustomerKind::ALL {
            assert_eq!(words.customer_kind(kind.word()), Some(*kind));
        }
        for business in Business::ALL {
            assert_eq!(words.business(business.word()), Some(*business));
        }
        for channel in Channel::ALL {
            assert_eq!(words.channel(channel.word()), Some(*channel));
        }
        for circumstance in Circumstance::ALL {
            assert_eq!(words.circumstance(circumstance.word()), Some(*circumstance));
        }
        for outcome in Outcome::ALL {
            assert_eq!(words.outcome(outcome.word()), Some(*outcome));
        }
        let twice = SHIPPED.replacen("[\"项目\"", "[\"日期\"", 1);
        assert!(Words::parse(&twice).unwrap_err().contains("twice"));
    }

    #[test]
    fn a_heading_is_known_in_either_language_and_any_width() {
        let words = Words::shipped();
        for (text, field) in [
            ("项目", Field::Project),
            (" Project ", Field::Project),
            ("客户 名称", Field::Customer),
            ("*单位名称：", Field::Customer),
            ("Customer_ID", Field::CustomerId),
            ("统一社会信用代码（必填）", Field::CustomerId),
            ("业务日期(YYYY-MM-DD)", Field::Date),
            ("ｂｏｘ", Field::Box),
            ("*", Field::Skip),
        ] {
            assert_eq!(words.field(text), Some(field), "{text}");
        }
        assert_eq!(words.field("颜色"), None);
        assert_eq!(words.field(""), None);
    }

    #[test]
    fn a_page_is_a_number_or_a_side() {
        let pages =
            ["1", "第 3 页", "p12", "正面", "back", "0", "x", "", "12345"].map(|t| Words::shipped().page(t));
        assert_eq!(pages, [Some(1), Some(3), Some(12), Some(1), Some(2), None, None, None, None]);
    }

    #[test]
    fn a_file_is_often_named_after_what_it_is() {
        use DocumentKind::*;
        for (stem, kind) in [
            ("申请表", Some(App)),
            ("申请表2", Some(App)),
            ("申请表 (1)", Some(App)),
            ("身份证_反面", Some(Hid)),
            ("agr-01", Some(Agr)),
            ("合影", None),
        ] {
            assert_eq!(Words::shipped().kind_of_name(stem), kind, "{stem}");
        }
        let sides = ["身份证_反面", "身份证(正面)", "身份证-front", "身份证_2", "身份证"];
        let sides = sides.map(|stem| Words::shipped().side_of_name(stem));
        assert_eq!(sides, [Some(Mark::Back), Some(Mark::Front), Some(Mark::Front), None, None]);
    }
}
