//! A small ext4 of its own on a loop device, whose power can be cut; taken away when dropped, whatever happens.

use crate::say;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// How a file system is made and mounted.
#[derive(Clone, Copy, Debug)]
pub struct Making {
    /// Its name in tables.
    pub name: &'static str,
    /// Its size.
    pub bytes: u64,
    /// Further words for `mkfs.ext4`.
    pub mkfs: &'static [&'static str],
    /// Options of the mount.
    pub options: &'static str,
}

impl Making {
    /// As a distribution makes it: with a journal of metadata, data written before it.
    pub const USUAL: Self = Self { name: "ext4, data=ordered", bytes: 128 << 20, mkfs: &[], options: "rw" };
    /// Data is written whenever it suits: what was not synced may be of the right length and empty.
    pub const WRITEBACK: Self =
        Self { name: "ext4, data=writeback", options: "rw,data=writeback", ..Self::USUAL };
    /// All data goes through the journal as well, and stays in it until the journal comes round again.
    pub const JOURNALED: Self =
        Self { name: "ext4, data=journal", options: "rw,data=journal", ..Self::USUAL };
    /// No journal: after a cut `e2fsck` puts it right before it is mounted.
    pub const BARE: Self =
        Self { name: "ext4 without a journal", mkfs: &["-O", "^has_journal"], ..Self::USUAL };
}

/// How the power is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PowerCut {
    /// What the file system's own journal had not written yet is lost with the rest.
    Plain,
    /// The file system's own journal is written out first: metadata is newer than data.
    JournalFirst,
}

/// The file system.
pub struct LoopDisk {
    dir: TempDir,
    device: Option<String>,
    making: Making,
}

/// Runs a program; its complaint where it fails.
fn run(program: &str, words: &[&str]) -> Result<String, String> {
    let run = Command::new(program).args(words).stdin(Stdio::null()).output();
    match run {
        Ok(ran) if ran.status.success() => Ok(String::from_utf8_lossy(&ran.stdout).trim().to_owned()),
        Ok(ran) => Err(format!("{program}: {}", String::from_utf8_lossy(&ran.stderr).trim())),
        Err(error) => Err(format!("{program}: {error}")),
    }
}

impl LoopDisk {
    /// Makes and mounts one; `None`, said by name, where that cannot be done here.
    ///
    /// `programs`: what the test needs besides.
    pub fn new(test: &str, making: Making, programs: &[&str]) -> Option<Self> {
        match Self::make(making, programs) {
            Ok(disk) => Some(disk),
            Err(why) => {
                say(&format!("skipped: {test}: {why}"));
                None
            }
        }
    }

    fn make(making: Making, programs: &[&str]) -> Result<Self, String> {
        for program in programs.iter().chain(&["mkfs.ext4", "losetup", "mount", "umount"]) {
            let found = Command::new(program).arg("-V").stdout(Stdio::null()).stderr(Stdio::null()).status();
            found.map_err(|error| format!("{program}: {error}"))?;
        }
        let dir = crate::scratch();
        let text = |path: PathBuf| path.to_str().expect("scratch directories have plain names").to_owned();
        let (image, point) = (text(dir.path().join("image")), text(dir.path().join("disk")));
        let laid = std::fs::File::create(&image).and_then(|file| file.set_len(making.bytes));
        laid.and_then(|()| std::fs::create_dir(&point)).map_err(|error| error.to_string())?;
        let mut words = vec!["-q", "-F", "-E", "nodiscard"];
        words.extend(making.mkfs);
        words.push(&image);
        run("mkfs.ext4", &words)?;
        let mut disk = Self { dir, device: None, making };
        disk.device = Some(run("losetup", &["--find", "--show", &image])?);
        disk.try_mount()?;
        Ok(disk)
    }

    /// Where it is mounted.
    pub fn path(&self) -> PathBuf {
        self.dir.path().join("disk")
    }

    fn point(&self) -> String {
        self.path().to_str().expect("scratch directories have plain names").to_owned()
    }

    fn try_mount(&self) -> Result<(), String> {
        let device = self.device.as_deref().expect("a disk that was made has its device");
        run("mount", &["-t", "ext4", "-o", self.making.options, device, &self.point()]).map(drop)
    }

    /// Mounts it; a file system without a journal is put right first, as it is when a machine starts.
    pub fn mount(&self) {
        if self.making.mkfs.contains(&"^has_journal") {
            let device = self.device.as_deref().expect("a disk that was made has its device");
            let status = Command::new("e2fsck")
                .args(["-fy", device])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
            // 1: it was put right.
            let code = status.ok().and_then(|status| status.code());
            assert!(matches!(code, Some(0 | 1)), "e2fsck ended with {code:?}");
        }
        self.try_mount().expect("it can be mounted again");
    }

    /// Every byte of the device as it lies, free blocks and the file system's own journal among them; unmounted meanwhile.
    pub fn image(&self) -> Vec<u8> {
        self.unmount();
        let image = std::fs::read(self.dir.path().join("image")).expect("the image can be read");
        self.mount();
        image
    }

    /// Unmounts it; whoever used it has just been killed and may still be ending.
    pub fn unmount(&self) {
        let mut last = Ok(String::new());
        for _ in 0..200 {
            last = run("umount", &[&self.point()]);
            if last.is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        last.expect("it can be unmounted");
    }

    /// Cuts the power: from here on nothing more reaches the device, and every write fails.
    pub fn cut(&self, how: PowerCut) {
        let command = match how {
            PowerCut::Plain => "shutdown",
            PowerCut::JournalFirst => "shutdown -f",
        };
        run("xfs_io", &["-x", "-c", command, &self.point()]).expect("the file system is shut down");
    }

    /// Mounts it anew with another option, such as `ro`, while it is in use.
    pub fn remount(&self, how: &str) {
        run("mount", &["-o", &format!("remount,{how}"), &self.point()]).expect("it can be remounted");
    }
}

impl Drop for LoopDisk {
    fn drop(&mut self) {
        let point = self.point();
        let mounted = |point: &str| {
            let mounts = std::fs::read_to_string("/proc/self/mounts").unwrap_or_default();
            mounts.lines().any(|line| line.split(' ').nth(1) == Some(point))
        };
        for _ in 0..20 {
            if !mounted(&point) || run("umount", &[&point]).is_ok() {
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        if mounted(&point) {
            // A process that is still ending must not keep it for ever.
            drop(run("umount", &["-l", &point]));
        }
        if let Some(device) = &self.device {
            drop(run("losetup", &["-d", device]));
        }
    }
}
