//! What is told of a ZIP archive that is refused; reading one is [`jingui_indexer::archive`].

use crate::said::Said;
use jingui_indexer::archive::ArchiveError;

/// What is wrong and what to do.
pub fn said(error: &ArchiveError) -> Said {
    match error {
        ArchiveError::Io(error) => Said::new("archive-io").text("cause", error.to_string()),
        ArchiveError::NotOne => Said::new("archive-not-one"),
        ArchiveError::Damaged(what) => Said::new("archive-damaged").text("what", *what),
        ArchiveError::TooMany { limit } => Said::new("archive-too-many").number("limit", *limit),
        ArchiveError::TooLarge { name, limit } => {
            Said::new("archive-too-large").text("name", name).number("limit", *limit)
        }
        ArchiveError::Escapes { name } => Said::new("archive-escapes").text("name", name),
        ArchiveError::Twice { name } => Said::new("archive-twice").text("name", name),
        ArchiveError::Overlap => Said::new("archive-overlap"),
        ArchiveError::Name { name } => Said::new("archive-name").text("name", name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::{Lang, Messages};

    #[test]
    fn every_refusal_is_told_in_both_languages() {
        let name = || "名.pdf".to_owned();
        for error in [
            ArchiveError::Io(std::io::ErrorKind::NotFound.into()),
            ArchiveError::NotOne,
            ArchiveError::Damaged("directory"),
            ArchiveError::TooMany { limit: 7 },
            ArchiveError::TooLarge { name: name(), limit: 7 },
            ArchiveError::Escapes { name: name() },
            ArchiveError::Twice { name: name() },
            ArchiveError::Overlap,
            ArchiveError::Name { name: name() },
        ] {
            for lang in Lang::ALL {
                let text = said(&error).tell(Messages::for_lang(*lang));
                assert!(text != said(&error).key() && !text.contains("{$"), "{text}");
            }
        }
    }
}
