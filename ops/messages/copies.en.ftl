# What is said of copies, in English: help, errors, results.

cmd-backup = Copies of the vault on another disk or share
cmd-backup-examples =
    jingui backup create /media/disk/jingui --offsite
    jingui backup verify /media/disk/jingui --key li.key
cmd-backup-create = Brings a copy up to date, or begins one in an empty directory
cmd-backup-create-more =
    A copy is the vault's files as they lie, sealed; never the keystore. Only what came since is written, and nothing
    in a copy is ever changed or removed. Others go on filing meanwhile. When it is cut off, the copy stands as it did
    before, and the same command goes on. TARGET is a directory that is there, or file:///media/disk/jingui. Needs no key.
cmd-backup-create-examples =
    jingui backup create /media/disk/jingui
    jingui backup create /mnt/share/jingui --offsite
cmd-backup-verify = Reads a copy again, and with a key opens records out of it
cmd-backup-verify-more =
    Every file of the newest state is compared with the size and digest in the journal, and the journal in the copy is
    checked. With --key, --sample N records drawn by chance are opened from the copy too. Only a verified copy outside this machine
    counts for `jingui status`. With --alone it needs no vault. Findings are named as `verify` names them; exit code 13.
cmd-backup-verify-examples =
    jingui backup verify /media/disk/jingui
    jingui backup verify /media/disk/jingui --key li.key --sample 100
cmd-backup-restore = Puts a vault back from a copy, into an empty place
cmd-backup-restore-more =
    The vault is put back as of the newest complete state, checked, and stays read-only until somebody says with
    `jingui backup takeover` that the lost one does not go on elsewhere. When it is cut off, the same command goes on.
cmd-backup-restore-examples =
    jingui backup restore /media/disk/jingui /srv/vault
    jingui backup restore /media/disk/jingui /srv/vault --keystore /media/keys --key li.key
cmd-backup-list = Shows the copies there are, and how old they are
cmd-backup-list-more = With TARGET it shows what stands there, also where there is no vault.
cmd-backup-list-examples =
    jingui backup list
    jingui backup list /media/disk/jingui
cmd-backup-takeover = Lets a vault that was put back go on from there
cmd-backup-takeover-more =
    Only if the vault it is a copy of is lost for good: two that go on would give the same archive numbers to different
    records. With --number, once for each year, name the highest archive number seen on labels, boxes or in a register:
    numbers up to it are not given again. A security administrator signs.
cmd-backup-takeover-examples =
    jingui backup takeover --reason "disk of the old machine lost" --number JG01-2026-000317 --key li.key
    jingui backup takeover --vault /srv/vault --keystore /media/keys --key li.key

arg-target = The copy: a directory, or its file:/// address
arg-offsite = This target is kept away from this machine, also where the device does not show it
arg-backup-create-new = Begin a new copy although another one was here before
arg-backup-create-all = Look for every file at the target, not only for those that came since
arg-backup-verify-sample = With a key: open so many records, drawn at random (else 32)
arg-alone = Without the vault; nothing is journalled
arg-backup-restore-dir = Where the vault goes: an empty directory, or one that does not exist yet
arg-backup-takeover-reason = Why; the reason is sealed
arg-backup-takeover-number = Highest archive number known to have been given, once for each year
arg-backup-takeover-mirror = Where the mirror is from now on
arg-no-copy-reason = Why there is no newer copy outside this machine; the reason is sealed
why-archive-number = it must be an archive number such as JG01-2026-000042

error-no-target = The copy at { $path } cannot be reached: { $why }
hint-no-target = Connect the disk or the share. A new target has to be made first, such as with mkdir: a directory that is missing is mostly a disk that is not mounted.
error-not-a-copy = { $path } is neither empty nor a copy of a vault
hint-not-a-copy = Give the copy a directory of its own, such as { $path }/jingui, and make it first.
error-other-copy = { $path } holds copies of another vault, { $vault }
hint-other-copy = Each vault has targets of its own: choose another directory.
error-copy-ahead = The copy at { $path } ends with line { $theirs }, which is no line of this vault with its { $lines } lines; nothing was written there
hint-copy-ahead = Either this vault was put back from an older copy, or it went on in two places. Find out which one is right before anything else is filed; for this one begin a new target.
error-in-the-way = { $path } is in the way of a file of the copy: { $finding }
hint-in-the-way = Nothing at a target is overwritten. Look at it, take it away, and run `jingui backup create --all` again.
error-copy-damaged = The copy says in { $path } what cannot be: { $why }
hint-copy-damaged = Use another copy, where there is one. To copy on, begin a new target in an empty directory, and keep this one until the new one has been verified.
error-no-copy-state = There is no complete copy at { $path }
hint-no-copy-state = Name the directory that `jingui backup create` was given. If the first copy was cut off, run it again.
error-copy-sealed = The copy is sealed to epoch { $epoch }, whose key has been destroyed: nobody opens it any more
hint-copy-sealed = Make a new state now with `jingui backup create`; it brings what was sealed anew.
error-restore-unfinished = The vault at { $path } was not put back to the end
hint-restore-unfinished = Run the same `jingui backup restore` again, or remove the directory.
error-not-restored = The vault at { $path } was not put back from a copy, or has been taken over already
hint-not-restored = Nothing is to be done: file as usual. `jingui status` shows how the vault stands.
error-copy-overdue = The last verified copy outside this machine is { $days } days old, or there has been none for so long
hint-copy-overdue = Make one: `jingui backup create TARGET --offsite`, then `jingui backup verify TARGET`. To file before that, say why: --no-copy-reason TEXT.
error-store-unknown = { $url } is a kind of store this version does not reach
hint-store-unknown = Copies go to a directory: a disk, a mounted share, or file:///media/disk/jingui. For s3:// copy to a directory first and send that with a tool for the store; it holds only sealed files that never change.
error-copy-gone = A copy was at { $path }, and now it is empty
hint-copy-gone = The disk is probably not mounted. If this is a new disk for a new copy, add --new.

notice-restored = This vault was put back from a copy of { $lines } lines made at { $at }. It can be read; a security administrator lets it go on with `jingui backup takeover`, if the lost one does not go on elsewhere.

kind-copy-made = copy made
kind-copy-verified = copy verified
kind-copy-excused = filed without a new copy
kind-vault-restored = restored vault taken over

col-target = Copy
col-place = Place
col-outside = Outside
col-made = Made
col-verified = Verified
col-copy-days = Days old
col-findings = Findings
col-states = States
col-copy = Copy outside

copies-none = none verified
copies-age = { $days ->
    [0] less than a day old
    [one] one day old
   *[other] { $days } days old
 } ({ $at })
copies-never = There is no verified copy outside this machine: with this disk everything would be lost. `jingui backup create TARGET --offsite`, then `jingui backup verify TARGET`.
copies-old = The last verified copy outside this machine is { $days } days old. `jingui backup create TARGET`, then `jingui backup verify TARGET`.
copies-ask = The last verified copy outside this machine is { $days } days old. Why is there no newer one?

backup-would = { $files } files ({ $bytes } bytes) of { $lines } new journal lines would go to { $place }.
backup-begun = A copy has been begun at { $place }: { $lines } journal lines, { $files } files ({ $bytes } bytes); copy { $target }.
backup-made = The copy at { $place } is up to date: { $lines } journal lines, { $files } new files ({ $bytes } bytes); copy { $target }.
backup-lacking = { $path } is not in the copy, for the vault does not have it as it was filed ({ $finding }). See `jingui verify`.
backup-unjournalled = The journal could not note it: { $why }
backup-inside = This target is on the vault's own device, so it does not count as a copy outside. If it is kept elsewhere, say --offsite.
backup-verify-next = Next: jingui backup verify { $place }
backup-whole = The copy of { $at } is whole: { $lines } journal lines, { $files } files ({ $bytes } bytes) of { $records } records; { $sampled } records opened; { $seconds } s.
backup-whole-keyless = The copy of { $at } is whole: { $lines } journal lines, { $files } files ({ $bytes } bytes) of { $records } records, without any key; { $seconds } s.
backup-damaged = { $findings ->
    [one] One finding
   *[other] { $findings } findings
 } in the copy of { $at } ({ $lines } journal lines, { $files } files; { $seconds } s). Take away the files named and run `jingui backup create --all` to bring them again, or begin a new target.
backup-would-restore = { $records } records of { $lines } journal lines, as of { $at }, would be put back into { $dir }.
backup-passed-over = { $path } in the copy is not whole and was passed over: { $why }
backup-restored = The vault of { $at } is back in { $dir }: { $records } records, { $lines } journal lines, { $files } files ({ $bytes } bytes), all as they were filed.
backup-restored-partly = The vault of { $at } is back in { $dir }: { $records } records, { $lines } journal lines, { $files } files ({ $bytes } bytes); { $findings } findings are named above. Keep the copy.
backup-not-opened = Nothing was opened: { $why }
backup-takeover-next = It is read-only. If the lost vault is lost for good: jingui backup takeover --vault { $dir } --keystore { $keystore } --key KEYFILE
backup-none = There is no copy. Begin one: jingui backup create TARGET --offsite
backup-would-take-over = The vault would go on from { $lines } lines.
backup-taken-over = The vault goes on from the copy of { $lines } lines; line { $seq } says so.
backup-numbers = No number was named: numbers given after the copy was made will be given again. If labels with higher numbers are found, set those records apart by hand.

progress-copy = Copying
progress-restore = Putting back
