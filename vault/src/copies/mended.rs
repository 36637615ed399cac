//! A target as it is read: what was sent again stands in the place of what it is sent for.
//!
//! Nothing at a target is ever replaced, so a file that arrived damaged stays; the archive puts it once more below
//! `again/`, and whoever reads the target reads that one. `FORMAT.md`, section 20.

use super::target::{Put, Target};
use crate::error::Result;
use crate::fs::{Kind, ReadFile, Stat};
use jingui_schema::digest::FileMark;
use jingui_schema::exchange::AGAIN;
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::Arc;

/// A target with what was sent again.
pub struct Mended {
    target: Arc<dyn Target>,
    /// By the name it stands for: where it lies, and its size.
    again: BTreeMap<String, (String, Stat)>,
}

impl Mended {
    /// Looks what was sent again; where nothing was, the target is as it was.
    pub fn over(target: Arc<dyn Target>) -> Result<Arc<dyn Target>> {
        let mut again = BTreeMap::new();
        let mut reports: Vec<String> = target.list(AGAIN)?.into_iter().map(|(name, _)| name).collect();
        // What a later report asked for is the newer one. Numbers of twelve digits or more sort by their length first.
        reports.sort_unstable_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
        for report in reports {
            let top = format!("{AGAIN}/{report}");
            let mut below = vec![top.clone()];
            while let Some(dir) = below.pop() {
                for (name, stat) in target.list(&dir)? {
                    let path = format!("{dir}/{name}");
                    match stat.kind {
                        Kind::Directory => below.push(path),
                        // What a run that was cut off left.
                        _ if name.ends_with(".part") => {}
                        _ => {
                            let stands_for = path[top.len() + 1..].to_owned();
                            again.insert(stands_for, (path, stat));
                        }
                    }
                }
            }
        }
        Ok(if again.is_empty() { target } else { Arc::new(Self { target, again }) })
    }

    fn at<'a>(&'a self, name: &'a str) -> &'a str {
        self.again.get(name).map_or(name, |(path, _)| path)
    }
}

impl Target for Mended {
    fn name(&self) -> String {
        self.target.name()
    }

    fn stat(&self, name: &str) -> Result<Option<Stat>> {
        self.target.stat(self.at(name))
    }

    fn list(&self, below: &str) -> Result<Vec<(String, Stat)>> {
        let mut all: BTreeMap<String, Stat> = self.target.list(below)?.into_iter().collect();
        let prefix = if below.is_empty() { String::new() } else { format!("{below}/") };
        for (name, (_, stat)) in self.again.range(prefix.clone()..) {
            let Some(rest) = name.strip_prefix(&prefix) else { break };
            match rest.split_once('/') {
                None => drop(all.insert(rest.to_owned(), *stat)),
                Some((dir, _)) => {
                    all.entry(dir.to_owned()).or_insert(Stat { kind: Kind::Directory, size: 0, ..*stat });
                }
            }
        }
        Ok(all.into_iter().collect())
    }

    fn get(&self, name: &str) -> io::Result<Box<dyn ReadFile>> {
        self.target.get(self.at(name))
    }

    fn put(&self, name: &str, mark: FileMark, known: bool, source: &mut dyn Read) -> Result<Put> {
        self.target.put(name, mark, known, source)
    }

    fn settle(&self) -> Result<()> {
        self.target.settle()
    }

    fn is_far(&self) -> bool {
        self.target.is_far()
    }

    fn is_there(&self) -> Result<()> {
        self.target.is_there()
    }
}
