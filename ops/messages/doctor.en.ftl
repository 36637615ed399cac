# The doctor, in English.
# doctor-<code>: what was found; doctor-fix-<code>: what to do about it.

cmd-doctor = Looks over this machine and the vault
cmd-doctor-more =
    It checks keys, clock, space, mirror, permissions, settings, language, fonts and the programs around. Every finding says what to do.
    Without a key it looks at less, without a vault at the machine alone; on a damaged vault it says what is wrong.
    --fix does what is safe: it takes permissions away from others and makes derived data anew. --bundle writes a file for whoever helps you,
    with numbers and versions and without names, paths or reasons.
    --store puts canaries below PREFIX/probe-…, tries what the store promises (conditions, checksums, versions, Object Lock, legal holds, deleting), says of
    each point whether it is kept, not kept or not known, and removes what it may. Where Object Lock is on it takes half a minute. A store is asked
    as by `jingui backup`; with --dry-run nothing is put there.
    Exit codes: 0 nothing is a problem, 3 somebody has to do something, 13 the vault is damaged, 15 the store cannot be reached, 16 it is full.
cmd-doctor-examples =
    jingui doctor --fix --bundle bundle.tar.zst
    jingui doctor --store s3://archive/ra-east --endpoint https://minio.example:9000 --credentials /etc/jingui/store
arg-fix = Put right what is safe to put right: permissions, derived data
arg-bundle = Write a bundle without personal data for whoever helps
arg-store = Also find out what a place for copies really does: s3://BUCKET/PREFIX, a directory, or its file:/// address

doctor-line = { $severity } { $code }: { $text }
doctor-line-fix = {"    "}→ { $fix }
doctor-severity-ok = ok
doctor-severity-info = info
doctor-severity-warning = warning
doctor-severity-problem = PROBLEM
doctor-fixed = fixed
doctor-place-machine = this machine
doctor-place-temp = temporary files
doctor-place-key = key file
doctor-place-vault = vault
doctor-place-keystore = keystore
doctor-place-mirror = mirror
doctor-place-store = place for copies
doctor-no-limit = no limit
doctor-well = Nothing needs you.
doctor-summary = Problems: { $problems }, warnings: { $warnings }, put right: { $fixed }.
doctor-would-fix = With --fix and without --dry-run, permissions would be tightened and derived data made anew.
doctor-not-signed-in = This key does not get into the vault ({ $why }); what needs a key was not looked at.
doctor-bundle-written = The bundle is in { $path }. It has numbers, versions and codes, no names and no paths; look into it before you give it away.
doctor-bundle-about =
    What `jingui doctor --bundle` found: versions, codes, numbers.
    No names of people or customers, no labels, no file names, no paths, no reasons, no ids of records are in here.
    findings.json has one entry for each check; `jingui doctor` says in words what each code means.

doctor-locale = { $severity ->
    [ok] The language settings use UTF-8 ({ $locale }).
   *[other] The language settings do not use UTF-8 ({ $locale }): Chinese names may look broken here.
 }
doctor-fix-locale = Set LANG to a UTF-8 locale such as zh_CN.UTF-8 or C.UTF-8 before starting jingui.
doctor-terminal = { $state ->
    [utf8] The terminal takes UTF-8.
    [console] The system console cannot draw Chinese.
   *[other] The terminal is not set to UTF-8: erasing a Chinese character while typing leaves half of it.
 }
doctor-fix-terminal = { $state ->
    [console] Work in a terminal window, or use --lang en.
   *[other] Run `stty iutf8`, or set the character encoding of the terminal to UTF-8.
 }
doctor-key-file = { $severity ->
    [ok] Only you can read the key file { $path }.
   *[other] Others on this machine can read the key file { $path } (mode { $mode }).
 }
doctor-fix-key-file = chmod 600 { $path }, or `jingui doctor --fix`.
doctor-space = { $place } { $path }: { $free_bytes } free ({ $percent } %), names free: { $names }.
doctor-fix-space = Make room on that disk, or move to a larger one. Filing stops when it is full; nothing that was filed is lost.
doctor-filesystem = { $kind ->
    [local] { $place } { $path } is on a local disk ({ $name }).
    [network] { $place } { $path } is on a network share ({ $name }): it may confirm what is not yet on a disk, and locks may not hold.
    [fat] { $place } { $path } is on { $name }, which keeps no permissions.
    [memory] { $place } { $path } is in memory ({ $name }): it is gone when the machine stops.
    [layered] { $place } { $path } is in a container's layer ({ $name }): it goes with the container.
   *[unknown] { $place } { $path } is on a file system that is not known here ({ $name }).
 }
doctor-fix-filesystem = Keep it on a local disk with ext4, xfs or btrfs.
doctor-open-files = This process may have { $limit } files open (at most { $hard }).
doctor-fix-open-files = Raise it with `ulimit -n 4096`, or with LimitNOFILE= in the service's unit.
doctor-swap = { $state ->
    [none] There is no swap.
    [encrypted] Swap is encrypted.
    [memory] Swap is in memory.
   *[plain] Swap is not encrypted: keys and documents that are in memory may come to lie on the disk.
 }
doctor-fix-swap = Encrypt the swap device or turn it off (`swapoff -a`).
doctor-core-dumps = { $state ->
    [none] No memory is written to disk when a program fails.
    [program] When a program fails, its memory is given to another program, which may keep it.
   *[file] When a program fails, its memory is written to a file.
 }
doctor-fix-core-dumps = `ulimit -c 0`; where a program takes the memory (systemd-coredump, apport), set it to keep nothing.
doctor-fonts = { $severity ->
    [ok] Forms are printed with { $font }.
   *[other] No font with Chinese characters is installed: nothing Chinese can be printed.
 }
doctor-fix-fonts = Install one (Debian: fonts-noto-cjk or fonts-wqy-zenhei), or print with --font FONT.
doctor-rare-characters = { $severity ->
    [ok] Rare characters are printed with { $font }.
   *[other] No font here has the rare characters of plane 2 (such as U+20BB7): names that have them are refused when printing.
 }
doctor-fix-rare-characters = Install a font with them (Debian: fonts-hanazono), or print with --substitute.
doctor-reader = { $state ->
    [whole] Documents are read in a process that can reach no network and no file.
    [no-landlock] Documents are read in a process that can reach no network and write no file; what it may read this kernel cannot restrict (no Landlock).
    [no-seccomp] Documents are read in a process whose calls this kernel cannot restrict (no seccomp).
    [no-poppler] PDFs cannot be read: pdftotext is not installed.
   *[none] Documents cannot be read here: { $why }
 }
doctor-fix-reader = { $state ->
    [no-poppler] Install poppler-utils, then `jingui read --again`.
    [none] Filing and searching by labels go on. Where the program may start itself once more, `jingui read` reads them.
   *[other] A newer kernel has it. Read documents of strangers on such a machine, if you can.
 }
doctor-ocr = { $state ->
    [chinese] Text can be read out of scans: { $version } with Chinese.
    [no-chinese] { $version } is installed without Chinese.
   *[none] There is no program for reading text out of scans.
 }
doctor-fix-ocr = Only needed to read text out of scans (Debian: tesseract-ocr tesseract-ocr-chi-sim).
doctor-tools = { $severity ->
    [ok] The programs that read a vault without jingui are all here.
   *[other] Of the programs that read a vault without jingui these are not here: { $missing }.
 }
doctor-fix-tools = Jingui does not need them. Install them where an archive is to be read by hand (Debian: age zstd jq b3sum openssl).
doctor-host-clock = { $severity ->
    [ok] The clock says { $at }.
   *[other] The clock says { $at }, which cannot be.
 }
doctor-fix-host-clock = Set the clock before anything is filed: the journal keeps its time for ever.
doctor-no-vault = There is no vault at { $path }; only the machine was looked at.
doctor-fix-no-vault = Name one with --vault DIR, or make one with `jingui init`.
doctor-vault = { $state ->
    [open] The vault { $path } opens: { $records } records, { $lines } journal lines.
   *[closed] The vault { $path } does not open: { $why }.
 }
doctor-fix-vault = { $hint }
doctor-read-only = { $state ->
    [damaged] The journal is damaged, and nothing can be filed: { $why }.
   *[read-only] The vault can only be read: { $why }.
 }
doctor-fix-read-only = { $state ->
    [damaged] Copy the vault as it is. Then run `jingui verify`, which names everything, and `jingui repair --from COPY`, which puts back what the mirror or that copy has.
   *[read-only] Put that right; until then `jingui list`, `jingui open --spool` and `jingui verify` work.
 }
doctor-directories = Directories of the vault were not there and have been made: { $names }.
doctor-fix-directories = If a copy was put back, make sure that it was complete: `jingui verify`.
doctor-modes = { $severity ->
    [ok] { $place } { $path }: nobody else can read it{ $complete ->
        [yes] {""}
       *[no] , as far as was looked (verify looks at everything)
     }.
   *[other] { $place } { $path }: others on this machine could read or change { $count } files or directories, such as { $first }{ $complete ->
        [yes] {""}
       *[no] {" "}(not everything was looked at)
     }.
 }
doctor-fix-modes = `jingui doctor --fix` sets files to 0600 and directories to 0700.
doctor-owner = { $severity ->
    [ok] { $place } { $path } belongs to you with all its files.
   *[other] { $place } { $path }: { $ours ->
        [yes] { $count } files belong to other users.
       *[no] it belongs to another user.
     }
 }
doctor-fix-owner = Run jingui as the user who owns it, or give it to one user with `chown -R`.
doctor-clock = { $state ->
    [behind] The clock is { $seconds } seconds behind the newest journal line ({ $newest }).
    [ahead] The newest journal line is { $days } days old ({ $newest }): the vault has not been used since, or the clock runs ahead.
   *[fits] The clock fits the journal.
 }
doctor-fix-clock = { $state ->
    [behind] Set the clock. Until it has caught up, new lines keep the time of the newest one.
   *[other] Compare the clock with another one before anything is filed.
 }
doctor-keystore = { $state ->
    [there] The keystore { $path } is there.
    [no-keystore] The keystore { $path } cannot be reached.
    [other-keystore] The keystore { $path } belongs to another vault.
   *[other] The keystore { $path } cannot be used: { $why }.
 }
doctor-fix-keystore = Connect the device it is on, or name it with --keystore DIR. If it is lost: `jingui keys recover --help`.
doctor-log-key = { $state ->
    [there] The key that signs the journal's heads is there.
    [other] The key that signs the journal's heads is another vault's.
   *[missing] The key that signs the journal's heads is missing.
 }
doctor-fix-log-key = Put log/log.key back from a copy of the keystore. Without it heads cannot be signed; records still open.
doctor-key-copies = { $severity ->
    [ok] Everybody who opens records has a copy of the key.
   *[other] { $count } of { $wanted } copies of the key are missing (epoch/person: { $list }).
 }
doctor-fix-key-copies = Put them back from a copy of the keystore, or let a security administrator who still has one run `jingui keys rotate`.
doctor-keystore-device = { $severity ->
    [ok] The keystore is on another device than the vault.
   *[other] The keystore { $path } is on the same device as the vault: whoever takes the disk has both, and one failure loses both.
 }
doctor-fix-keystore-device = Move it to another device and name it with --keystore DIR.
doctor-keystore-overwrite = { $state ->
    [in-place] What is overwritten in the keystore is overwritten on the device, as far as the file system goes.
    [journal] The file system of the keystore { $path } keeps data in its journal (data=journal): an old copy of a key is there for some time after it was overwritten.
    [copies] The file system of the keystore { $path } writes elsewhere what is overwritten: old copies of keys stay in free blocks.
   *[unknown] Whether overwriting a file of the keystore { $path } reaches its old bytes is not known.
 }
doctor-fix-keystore-overwrite = Keep the keystore on ext4 (data=ordered) or xfs without snapshots, on an encrypted volume of its own. After a destruction, overwrite or do away with the device that had the old keys.
doctor-way-back = { $severity ->
    [ok] There is a way back when key files are lost (sheets: { $sheets }, escrow: { $escrow ->
        [yes] yes
       *[no] no
     }).
   *[other] There is neither a proved escrow nor a recovery sheet: if all key files are lost, so is the archive.
 }
doctor-fix-way-back = Print one with `jingui print sheet` or write one with `jingui keys sheet -o FILE`, and lock it away.
doctor-escrow-waiting = Epoch { $epoch } waits until the CA has proved that it opens its escrow file { $path }.
doctor-fix-escrow-waiting = Hand it over; the CA runs `jingui keys prove` and sends back a file for `jingui act submit`.
doctor-leaver = { $severity ->
    [ok] Nobody who has left holds the current key.
   *[other] Somebody who has left still holds a copy of the current key.
 }
doctor-fix-leaver = A security administrator runs `jingui keys rotate`.
doctor-rotation = { $severity ->
    [ok] No change of keys is under way.
   *[other] The change to epoch { $epoch } is not finished.
 }
doctor-fix-rotation = `jingui keys rotate` goes on with it.
doctor-countersign = { $severity ->
    [ok] Every enrolment has been countersigned.
   *[other] Enrolments that wait for the authority: { $count }.
 }
doctor-fix-countersign = `jingui staff countersign --request FILE`; the authority signs it, then `jingui act submit`.
doctor-mirror = { $state ->
    [there] The mirror { $path } can be reached.
    [none] There is no mirror: covers, notes and journal exist once.
   *[away] The mirror { $path } cannot be reached.
 }
doctor-fix-mirror = { $state ->
    [none] A mirror is named when a vault is made (`jingui init --mirror DIR`).
   *[away] Connect the device it is on; the next act catches up.
 }
doctor-mirror-device = { $severity ->
    [ok] The mirror is on another device than the vault.
   *[other] The mirror { $path } is on the same device as the vault: one failure loses both.
 }
doctor-fix-mirror-device = Keep the mirror on another device.
doctor-copies = { $state ->
    [fresh] The newest verified copy outside this machine is { $days } days old.
    [old] The newest verified copy outside this machine is { $days } days old.
    [damaged] Findings in copies of this vault, when they were last read: { $findings }.
    [none] There is no verified copy outside this machine.
   *[overdue] For { $days } days no copy outside this machine has been made and verified.
 }
doctor-fix-copies = { $state ->
    [damaged] Make a new one on another disk (`jingui backup create TARGET --new --offsite`), and verify it.
   *[other] `jingui backup create TARGET --offsite`, then `jingui backup verify TARGET`.
 }
doctor-mirror-lag = { $severity ->
    [ok] The mirror has every line.
   *[other] The mirror { $path } is { $lines } lines behind. { $why }
 }
doctor-fix-mirror-lag = Look at its disk; the next act catches up. `jingui verify` names what does not fit.
doctor-settings = { $state ->
    [fits] { $path } is as the journal has it.
    [missing] { $path } is missing; the keystore and mirror it names are not used.
   *[edited] { $path } is not as the journal has it; the keystore and mirror it names are not used.
 }
doctor-fix-settings = `jingui repair --from COPY` puts it back from the mirror or that copy; until then name the keystore with --keystore DIR.
doctor-leftovers = { $severity ->
    [ok] No unfinished work lies about.
   *[other] { $count } pieces of unfinished work lie in { $path } for more than a day.
 }
doctor-fix-leftovers = They are put aside when the vault is next opened with nobody else working in it. If they stay, look whether another jingui is still running.
doctor-quarantine = { $severity ->
    [ok] Nothing is in quarantine.
   *[other] { $count } files ({ $bytes }) of acts that were cut off are in quarantine, the oldest for { $days } days.
 }
doctor-fix-quarantine = They never counted, and go by themselves after 30 days. `jingui journal log` says when each was put there.
doctor-tree = { $state ->
    [there] The tree of hashes is there.
   *[missing] The tree of hashes is missing.
 }
doctor-fix-tree = `jingui rebuild tree`, or `jingui doctor --fix`.
doctor-catalog = { $state ->
    [answers] The catalog answers.
    [not-asked] The catalog was not asked: that needs the key of somebody who opens records.
   *[fails] The catalog does not answer: { $why }.
 }
doctor-fix-catalog = { $state ->
    [not-asked] Run it again with --key FILE to look at the catalog too.
   *[fails] `jingui rebuild catalog`, or `jingui doctor --fix`. Nothing is lost.
 }
doctor-incidents = { $severity ->
    [ok] No damage is on record.
   *[other] Findings of damage that the journal has and no healing has answered: { $count }.
 }
doctor-fix-incidents = `jingui verify` says whether it is still there; `jingui repair --from COPY` puts back what the mirror or that copy has.
doctor-disposal = { $state ->
    [fits] There are people for every part of a plan to destroy.
    [plans] Open plans that the people there are can no longer sign: { $missing }.
    [policy] What plans ask for can no longer be met; nobody is there for: { $missing }.
   *[people] No plan to destroy could be signed yet; nobody is there for: { $missing }.
 }
doctor-fix-disposal = { $state ->
    [plans] Enrol people and have them countersigned (`jingui staff enrol`, `jingui staff countersign`), or stop the plan (`jingui purge reject`), have less asked for (`jingui purge policy propose`) and make another.
   *[other] Enrol people and have them countersigned (`jingui staff enrol`, `jingui staff countersign`), or have plans ask for less (`jingui purge policy propose`).
 }
doctor-solo = This is a solo vault, for trying out: no second person, no authority.
doctor-fix-solo = Make the real one with `jingui init --authority PUB`.

# What a place for copies does. A point says what is promised; $told says whether it is kept, $because why not.
doctor-probing = The store is being probed below { $below }; if this is cut off, what is left there can be removed.
doctor-verdict-kept = kept
doctor-verdict-not-kept = not kept
doctor-verdict-not-known = not known
doctor-because = {" "}({ $why })
doctor-why-said = { $said }
doctor-why-accepted = it was done all the same
doctor-why-other = something else came
doctor-why-gone = it is gone
doctor-why-there = it was refused, and is there all the same: { $said }
doctor-why-off = switched off for the bucket
doctor-why-unasked = it hangs on something that was not shown
doctor-why-no-right = these credentials lack the right, so a refusal says nothing
doctor-why-late = the time was over before it could be tried
doctor-why-dry-run = nothing was to be put there
doctor-why-skewed = the clocks do not agree, or the store tells no time
doctor-why-hidden = a delete marker hides the object; the version itself stayed
doctor-why-left = it could not be removed

doctor-store = { $state ->
    [probed] { $path } was probed: kept { $kept }, not kept { $not_kept }, not known { $not_known }; proved to lock: { $locks ->
        [none] no
       *[other] { $locks }
     }.
   *[unreached] { $path } could not be probed: { $why }.{ $left ->
        [yes] {" "}Canaries may be left below { $below }; they can be removed, perhaps once a legal hold is taken off.
       *[no] {""}
     }
 }
doctor-fix-store = { $hint }
doctor-store-list = { $told }: what was put is listed{ $because }
doctor-fix-store-list = { $verdict ->
    [not-kept] Ask whoever keeps the bucket for the right to list it. Without it no copy is made or found.
   *[other] {""}
 }
doctor-store-write = { $told }: it takes what is put{ $because }
doctor-fix-store-write = { $verdict ->
    [not-kept] No copy is made there. Look at permissions, space, and whether it is mounted for reading only.
   *[other] { $why ->
        [no-right] The bucket retains whatever says nothing else, and these credentials may say nothing else: the probe puts nothing then. A copy may be taken all the same, and is retained as the bucket says. Have whoever keeps the store run this once.
        [said] The bucket retains whatever says nothing else, and takes nothing for a short time: the probe puts nothing then. A copy may be taken all the same, and is retained as the bucket says.
       *[other] {""}
     }
 }
doctor-store-read = { $told }: the same bytes come back, by size and BLAKE3{ $because }
doctor-fix-store-read = { $verdict ->
    [not-kept] Make no copies there before whoever keeps the store has explained it.
   *[other] {""}
 }
doctor-store-head = { $told }: it tells sizes{ $because }
doctor-fix-store-head = { doctor-fix-store-read }
doctor-store-range = { $told }: it gives parts of an object{ $because }
doctor-fix-store-range = { doctor-fix-store-read }
doctor-store-condition = { $told }: a name that is taken is not put again (If-None-Match){ $because }
doctor-fix-store-condition = { $verdict ->
    [not-kept] See that nothing else writes to the prefix: a name is then only looked at before it is put.
   *[other] {""}
 }
doctor-store-condition-parts = { $told }: nor at the end of an upload in parts{ $because }
doctor-fix-store-condition-parts = { doctor-fix-store-condition }
doctor-store-checksum = { $told }: what does not fit its SHA-256 is refused{ $because }
doctor-fix-store-checksum = { $verdict ->
    [not-kept] Nothing is lost by it: whatever is put is read again and compared. It costs the way back and forth once more.
   *[other] {""}
 }
doctor-store-checksum-parts = { $told }: nor is such a part taken{ $because }
doctor-fix-store-checksum-parts = { doctor-fix-store-checksum }
doctor-store-versioning = { $told }: versions are switched on for the bucket{ $because }
doctor-fix-store-versioning = { $verdict ->
    [not-kept] Have the bucket keep versions (and lock them, if the store can): else whoever has these credentials can replace what is there.
   *[other] {""}
 }
doctor-store-versions = { $told }: what was put over is still there, and read by its version{ $because }
doctor-fix-store-versions = { $verdict ->
    [not-kept] Do not rely on versions there: whoever has these credentials can replace what is there.
   *[other] {""}
 }
doctor-store-lock = { $told }: Object Lock is switched on for the bucket{ $because }
doctor-fix-store-lock = { $verdict ->
    [not-kept] It can be had with a bucket that is made so. The vault's own rules do not depend on it.
   *[other] {""}
 }
doctor-store-lock-put = { $told }: an object is taken with the time until which it is retained{ $mode ->
    [none] {""}
   *[other] {" "}({ $mode }, { $seconds } s)
 }{ $because }
doctor-fix-store-lock-put = { $verdict ->
    [not-kept] Do not rely on locks there; no lock will be set. Show this to whoever keeps the store.
   *[other] { $why ->
        [no-right] Have whoever keeps the store run this once, with credentials that may set retention and delete versions.
        [said] If the store was busy, run this again. If the right was lacking, have whoever keeps the store run this once, with credentials that may set retention and delete versions.
       *[other] {""}
     }
 }
doctor-store-lock-read = { $told }: that time is read back as it was set{ $because }
doctor-fix-store-lock-read = { doctor-fix-store-lock-put }
doctor-store-lock-delete = { $told }: a retained version is not deleted, and is once its time is over{ $because }
doctor-fix-store-lock-delete = { doctor-fix-store-lock-put }
doctor-store-lock-shorten = { $told }: the time is not shortened{ $because }
doctor-fix-store-lock-shorten = { doctor-fix-store-lock-put }
doctor-store-lock-overwrite = { $told }: a retained version stays when its name is put again{ $because }
doctor-fix-store-lock-overwrite = { doctor-fix-store-lock-put }
doctor-store-lock-extend = { $told }: the time is extended{ $because }
doctor-fix-store-lock-extend = { doctor-fix-store-lock-put }
doctor-store-hold = { $told }: a version under a legal hold is not deleted{ $because }
doctor-fix-store-hold = { doctor-fix-store-lock-put }
doctor-store-hold-off = { $told }: a legal hold is taken off again{ $because }
doctor-fix-store-hold-off = { doctor-fix-store-lock-put }
doctor-can-delete = { $verdict ->
    [kept] These credentials can delete nothing{ $because }
    [not-kept] These credentials can delete{ $because }
   *[other] Not known: whether these credentials can delete{ $because }
 }
doctor-fix-can-delete = { $verdict ->
    [not-kept] For an RA's copies ask for credentials without the right to delete: whoever steals them could remove every copy. Whoever keeps the store needs it.
   *[other] {""}
 }
doctor-store-clock = { $told }: its clock goes as this machine's{ $verdict ->
    [not-known] {""}
   *[other] {" "}(ahead by { $seconds } s)
 }{ $because }
doctor-fix-store-clock = { $verdict ->
    [not-kept] Set the clock of whichever is wrong, such as with `timedatectl set-ntp true`: past 15 minutes a store refuses everything.
   *[other] {""}
 }
doctor-store-rename = { $told }: a file is given its name by renaming, never over another one{ $because }
doctor-fix-store-rename = { doctor-fix-store-read }
doctor-store-sync = { $told }: it says when bytes and names are on the device{ $because }
doctor-fix-store-sync = { doctor-fix-store-read }
doctor-store-large-files = { $told }: a file may have more than 4 GiB{ $because }
doctor-fix-store-large-files = { $verdict ->
    [not-kept] A filing of more than 4 GiB cannot be copied there. Give the disk another file system (ext4, exFAT).
   *[other] {""}
 }
doctor-store-names = { $told }: it takes long names, and Chinese ones{ $because }
doctor-fix-store-names = { $verdict ->
    [not-kept] Mount it with UTF-8 names (FAT: -o utf8), or give the disk another file system.
   *[other] {""}
 }
doctor-store-case = { $told }: it tells capitals from small letters{ $because }
doctor-fix-store-case = { $verdict ->
    [not-kept] Names in a copy do not differ in that alone; it is only worth knowing.
   *[other] {""}
 }
doctor-store-clean = { $verdict ->
    [kept] Nothing is left of the probe.
    [not-kept] Left of the probe: { $list }{ $because }
   *[other] Not known: whether anything is left of the probe{ $because }
 }
doctor-fix-store-clean = { $verdict ->
    [not-kept] Remove it with a tool for the store, once it is not retained any more; or let it lie: it is small, and no copy.
   *[other] {""}
 }
