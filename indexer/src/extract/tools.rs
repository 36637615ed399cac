//! Which of the programs that read documents are installed.
//!
//! Looked for in directories that are given, never in `PATH`: what is found runs inside the jail, and is named to it.

use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Where Debian, Kylin and UOS put programs, and where people put their own.
pub const USUAL_DIRS: &[&str] = &["/usr/bin", "/usr/local/bin", "/bin"];

/// Where Tesseract's languages lie; Debian's directory carries the version of the program.
const TESSDATA_ROOTS: &[&str] =
    &["/usr/share/tesseract-ocr", "/usr/share/tessdata", "/usr/local/share/tessdata"];

/// Which programs were found, and Tesseract's language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tools {
    /// Poppler's reader of text layers.
    pub pdftotext: Option<PathBuf>,
    /// Poppler's painter of pages.
    pub pdftoppm: Option<PathBuf>,
    /// Poppler's list of the pictures on a page.
    pub pdfimages: Option<PathBuf>,
    /// Tesseract, only with `chi_sim`.
    pub tesseract: Option<PathBuf>,
}

impl Tools {
    /// Looks for them in `dirs`, in order.
    pub fn find(dirs: &[PathBuf]) -> Self {
        let find = |name: &str| dirs.iter().map(|dir| dir.join(name)).find(|path| path.is_file());
        Self {
            pdftotext: find("pdftotext"),
            pdftoppm: find("pdftoppm"),
            pdfimages: find("pdfimages"),
            tesseract: find("tesseract").filter(|_| has_language("chi_sim.traineddata")),
        }
    }

    /// All that were found.
    pub fn all(&self) -> impl Iterator<Item = &Path> {
        let all = [&self.pdftotext, &self.pdftoppm, &self.pdfimages, &self.tesseract];
        all.into_iter().flatten().map(PathBuf::as_path)
    }
}

/// Whether a language file lies where Tesseract will look.
fn has_language(file: &str) -> bool {
    let versions = |root: &&str| {
        let below = std::fs::read_dir(root).into_iter().flatten().flatten();
        below.map(|entry| entry.path().join("tessdata")).chain([PathBuf::from(*root)]).collect::<Vec<_>>()
    };
    TESSDATA_ROOTS.iter().flat_map(versions).any(|dir| dir.join(file).is_file())
}
