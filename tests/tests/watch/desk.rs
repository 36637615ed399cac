//! A scanner's folder beside a vault.

use jingui_tests::program::{Call, Desk, Ran};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What is said of every record of which nothing else says it.
pub const LABELS: &[&str] = &[
    "--project",
    "社保",
    "--customer",
    "晨光公司",
    "--customer-kind",
    "enterprise",
    "--business",
    "new",
    "--outlet",
    "一号网点",
];

/// A solo vault and a folder.
pub struct Scans {
    pub desk: Desk,
}

impl Scans {
    pub fn new() -> Self {
        Self::at(Desk::solo())
    }

    pub fn at(desk: Desk) -> Self {
        std::fs::create_dir(desk.path("scans")).unwrap();
        Self { desk }
    }

    /// A path in the folder.
    pub fn path(&self, below: impl AsRef<Path>) -> PathBuf {
        self.desk.path("scans").join(below)
    }

    /// Writes a file into the folder.
    pub fn file(&self, below: impl AsRef<Path>, bytes: impl AsRef<[u8]>) {
        self.desk.file(Path::new("scans").join(below), bytes);
    }

    /// A call that watches on.
    pub fn watch(&self, more: &[&str]) -> Call {
        self.plain(more).arg("--json")
    }

    /// A call that passes over the folder once.
    pub fn once(&self, more: &[&str]) -> Call {
        self.watch(more).arg("--once")
    }

    /// A call whose words are for people.
    pub fn plain(&self, more: &[&str]) -> Call {
        let call = self.desk.call("me", ["watch"]).arg(self.path(""));
        let usual = [["--settle", "0.2"], ["--every", "0.05"]];
        let call = call.args(usual.into_iter().filter(|pair| !more.contains(&pair[0])).flatten());
        // A rule says who the customer is.
        let of_rule = more.contains(&"--rule");
        let labels = LABELS.chunks(2).filter(|pair| !(of_rule && pair[0] == "--customer"));
        call.args(labels.flatten()).args(more)
    }

    /// All files below the folder but our own, with their bytes; links as where they lead.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut all = BTreeMap::new();
        collect(&self.path(""), "", &mut all);
        all
    }

    /// The number under which something was filed.
    #[track_caller]
    pub fn number(&self, items: &[Value], name: &str) -> String {
        let item =
            items.iter().find(|item| item["name"] == name).unwrap_or_else(|| panic!("no {name}: {items:?}"));
        item["number"].as_str().unwrap_or_else(|| panic!("it was not filed: {item}")).to_owned()
    }
}

fn collect(dir: &Path, below: &str, all: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().to_string_lossy().into_owned();
        if name == ".jingui-watch" {
            continue;
        }
        let name = if below.is_empty() { name } else { format!("{below}/{name}") };
        let kind = entry.file_type().unwrap();
        let bytes = match kind.is_symlink() {
            true => std::fs::read_link(entry.path()).unwrap().into_os_string().into_encoded_bytes(),
            false if kind.is_dir() => {
                collect(&entry.path(), &name, all);
                continue;
            }
            false => std::fs::read(entry.path()).unwrap(),
        };
        all.insert(name, bytes);
    }
}

/// The items that were told.
pub fn items(ran: &Ran) -> Vec<Value> {
    of_type(ran, "item")
}

/// The lines of a type.
pub fn of_type(ran: &Ran, kind: &str) -> Vec<Value> {
    ran.json_lines().into_iter().filter(|line| line["type"] == kind).collect()
}
