//! The words that sample documents are made of, read from `words.json` once.
//!
//! Knows what each text is for; knows nothing of pages, pictures or chance.

use std::sync::OnceLock;

use serde::Deserialize;

/// Everything in `words.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    /// Marks that may not start a line.
    pub(super) closing: String,
    /// Marks that may not end a line.
    pub(super) opening: String,
    /// How a date is written out.
    pub(super) date: String,
    pub(super) surnames: Vec<String>,
    pub(super) given_male: Vec<String>,
    pub(super) given_female: Vec<String>,
    pub(super) places: Vec<String>,
    pub(super) districts: Vec<String>,
    pub(super) streets: Vec<String>,
    pub(super) brands: Vec<String>,
    pub(super) trades: Vec<String>,
    pub(super) companies: Vec<String>,
    pub(super) institutions: Vec<String>,
    pub(super) governments: Vec<String>,
    pub(super) address: String,
    pub(super) holder_title: Vec<String>,
    pub(super) projects: PerKind<Vec<String>>,
    pub(super) outlets: Vec<String>,
    pub(super) tags: Vec<String>,
    /// The tag that every sample record carries.
    pub(super) sample_tag: String,
    pub(super) kinds: PerKind<String>,
    pub(super) businesses: PerBusiness<String>,
    pub(super) box_ticked: String,
    pub(super) box_empty: String,
    pub(super) no_code: String,
    pub(super) years: String,
    pub(super) male: String,
    pub(super) female: String,
    pub(super) authority: String,
    pub(super) registrar: String,
    pub(super) ca_organisation: String,
    pub(super) ca_name: String,
    pub(super) seal_round: String,
    pub(super) seal_square: String,
    /// Stands at the foot of every page.
    pub(super) notice: String,
    pub(super) page: String,
    pub(super) reject_reasons: Vec<String>,
    pub(super) revoke_reasons: Vec<String>,
    pub(super) changes: Vec<String>,
    pub(super) person_changes: Vec<String>,
    pub(super) files: Files,
    pub(super) papers: Papers,
    pub(super) remarks: PerBusiness<String>,
}

/// One text, or list of texts, for each kind of customer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PerKind<T> {
    pub(super) enterprise: T,
    pub(super) institution: T,
    pub(super) person: T,
    pub(super) government: T,
}

/// One text for each business.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PerBusiness<T> {
    pub(super) new: T,
    pub(super) renew: T,
    pub(super) change: T,
    pub(super) reissue: T,
    pub(super) recover: T,
    pub(super) revoke: T,
    pub(super) unlock: T,
}

/// Names of the files that are not papers.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Files {
    pub(super) id_front: String,
    pub(super) id_back: String,
    pub(super) certificate_pem: String,
    pub(super) certificate_der: String,
}

/// The papers that can lie in a sample record.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Papers {
    pub(super) application_unit: Paper,
    pub(super) application_person: Paper,
    pub(super) application_government: Paper,
    pub(super) agreement: Paper,
    pub(super) licence_enterprise: Paper,
    pub(super) licence_institution: Paper,
    pub(super) holders: Paper,
    pub(super) identity_check: Paper,
    pub(super) change_proof: Paper,
    pub(super) loss_statement: Paper,
    pub(super) rejection: Paper,
    pub(super) withdrawal: Paper,
    pub(super) lapse_notice: Paper,
    pub(super) revocation: Paper,
}

/// The text of one paper, in the order in which it is set.
///
/// Any text may hold `{name}`, which a fact of the record replaces.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Paper {
    pub(super) file: String,
    pub(super) title: String,
    /// What stands left and right under the title.
    pub(super) head: [String; 2],
    /// Whether the page has an ornamental frame, as a licence has.
    #[serde(default)]
    pub(super) frame: bool,
    /// Rows of the table: one text is a heading; otherwise labels and values take turns.
    /// An empty label gives its value the whole width.
    #[serde(default)]
    pub(super) rows: Vec<Vec<String>>,
    /// Columns of a list, with their widths in points.
    #[serde(default)]
    pub(super) columns: Vec<(String, f32)>,
    /// Running text; one that starts with `#` is a heading, with `>` is not indented.
    #[serde(default)]
    pub(super) paragraphs: Vec<String>,
    /// What stands left and right at the end; a line ending with `~` is signed by hand.
    pub(super) signatures: [Vec<String>; 2],
    /// Whose seals stand left and right.
    pub(super) seals: [SealOf; 2],
}

/// Whose seal is set beside a signature.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum SealOf {
    None,
    Customer,
    Registrar,
}

/// Returns the words; the file is read at the first call.
pub(super) fn words() -> &'static Words {
    static WORDS: OnceLock<Words> = OnceLock::new();
    WORDS.get_or_init(|| {
        serde_json::from_str(include_str!("words.json")).expect("words.json has the fields of `Words`")
    })
}

/// What replaces `{name}` in the texts of one record.
pub(super) struct Facts(Vec<(&'static str, String)>);

impl Facts {
    /// Takes the facts as pairs of name and text; a text may itself hold names that come before it.
    pub(super) fn new(pairs: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        let mut facts = Self(Vec::new());
        for (name, text) in pairs {
            let text = facts.fill(&text);
            facts.0.push((name, text));
        }
        facts
    }

    /// Returns `text` with every `{name}` that is known replaced; others stay as they are.
    pub(super) fn fill(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let known = after
                .split_once('}')
                .and_then(|(name, after)| Some((self.0.iter().find(|fact| fact.0 == name)?, after)));
            match known {
                Some(((_, value), after)) => {
                    filled.push_str(value);
                    rest = after;
                }
                None => {
                    filled.push('{');
                    rest = after;
                }
            }
        }
        filled.push_str(rest);
        filled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_list_of_words_is_empty() {
        let words = words();
        let lists = [
            &words.surnames,
            &words.given_male,
            &words.given_female,
            &words.places,
            &words.districts,
            &words.streets,
            &words.brands,
            &words.trades,
            &words.companies,
            &words.institutions,
            &words.governments,
            &words.holder_title,
            &words.projects.enterprise,
            &words.projects.institution,
            &words.projects.person,
            &words.projects.government,
            &words.outlets,
            &words.tags,
            &words.reject_reasons,
            &words.revoke_reasons,
            &words.changes,
            &words.person_changes,
        ];
        assert!(lists.iter().all(|list| !list.is_empty()));
    }

    #[test]
    fn known_names_are_replaced_and_others_stay() {
        let facts = Facts::new([("a", "1".to_owned()), ("b", "{a}2".to_owned())]);
        assert_eq!(facts.fill("{b}-{c}-{a}{"), "12-{c}-1{");
    }
}
