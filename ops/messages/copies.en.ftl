# What is said of copies, in English: help, errors, results.

cmd-backup = Copies of the vault on another disk or share, or in an object store
cmd-backup-examples =
    jingui backup create /media/disk/jingui --offsite
    jingui backup verify /media/disk/jingui --key li.key
cmd-backup-create = Brings a copy up to date, or begins one in an empty directory
cmd-backup-create-more =
    A copy is the vault's files as they lie, sealed; never the keystore. Only what came since is written, and nothing
    in a copy is ever changed or removed. Others go on filing meanwhile. When it is cut off, the copy stands as it did
    before, and the same command goes on. TARGET is a directory that is there, file:///media/disk/jingui, or s3://BUCKET/PREFIX
    in a bucket that is there. Needs no key of the archive.
    A store is asked with --credentials FILE (a file as that of the AWS programs: aws_access_key_id, aws_secret_access_key, aws_session_token,
    endpoint_url, region, addressing_style, ca_bundle), else as AWS_ACCESS_KEY_ID and the other AWS_ variables or ~/.aws say.
cmd-backup-create-examples =
    jingui backup create /media/disk/jingui
    jingui backup create s3://archive/ra-east --endpoint https://minio.example:9000 --credentials /etc/jingui/store
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

arg-target = The copy: a directory, its file:/// address, or s3://BUCKET/PREFIX
arg-offsite = This target is kept away from this machine, also where the device does not show it
arg-endpoint = Where the store is, such as https://minio.example:9000 (else Amazon's)
arg-region = The store's region
arg-addressing = Where the bucket stands in a request: path, or host (before the store's name)
arg-credentials = Who you are to the store: a file such as ~/.aws/credentials
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
hint-not-a-copy = Give the copy a directory of its own, and make it first; in a store a prefix of its own, such as s3://BUCKET/jingui.
error-other-copy = { $path } holds copies of another vault, { $vault }
hint-other-copy = Each vault has targets of its own: choose another directory or prefix.
error-copy-ahead = The copy at { $path } ends with line { $theirs }, which is no line of this vault with its { $lines } lines; nothing was written there
hint-copy-ahead = Either this vault was put back from an older copy, or it went on in two places. Find out which one is right before anything else is filed; for this one begin a new target.
error-in-the-way = { $path } is in the way of a file of the copy: { $finding }
hint-in-the-way = Nothing at a target is overwritten. Look at it, take it away, and run `jingui backup create --all` again.
error-copy-damaged = The copy says in { $path } what cannot be: { $why }
hint-copy-damaged = Use another copy, where there is one. To copy on, begin a new target in an empty directory, and keep this one until the new one has been verified.
error-no-copy-state = There is no complete copy at { $path }
hint-no-copy-state = Name the directory or s3:// address that `jingui backup create` was given. If the first copy was cut off, run it again.
error-copy-sealed = The copy is sealed to epoch { $epoch }, whose key has been destroyed: nobody opens it any more
hint-copy-sealed = Make a new state now with `jingui backup create`; it brings what was sealed anew.
error-restore-unfinished = The vault at { $path } was not put back to the end
hint-restore-unfinished = Run the same `jingui backup restore` again, or remove the directory.
error-not-restored = The vault at { $path } was not put back from a copy, or has been taken over already
hint-not-restored = Nothing is to be done: file as usual. `jingui status` shows how the vault stands.
error-copy-overdue = The last verified copy outside this machine is { $days } days old, or there has been none for so long
hint-copy-overdue = Make one: `jingui backup create TARGET --offsite`, then `jingui backup verify TARGET`. To file before that, say why: --no-copy-reason TEXT.
error-store-unknown = { $url } is a kind of store this version does not reach
hint-store-unknown = Copies go to a directory (a disk, a mounted share, file:///media/disk/jingui) or to s3://BUCKET/PREFIX.
error-store-address = { $url } is no address in a store
hint-store-address = Write s3://BUCKET/PREFIX: a bucket that is there, and a prefix of your own. Where the store is goes into --endpoint, who you are into --credentials.
error-store-endpoint = { $endpoint } is not where a store could be
hint-store-endpoint = Write it as https://minio.example:9000, without bucket, name or password.
error-store-file = { $path } cannot be used: { $why }
hint-store-file = It is a text with the lines [default], aws_access_key_id = …, aws_secret_access_key = …; AWS_PROFILE names another section than [default].
error-no-store-credentials = Nobody says who is asking for { $url }
hint-no-store-credentials = Give --credentials FILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or keep them in ~/.aws/credentials.
error-store-unreachable = { $store } cannot be reached: { $why }
hint-store-unreachable = Look at the line to the store and at --endpoint; then run the same command again. What has arrived is not sent again.
error-store-credentials = { $store } does not accept who is asking: { $why }
hint-store-credentials = Key id or secret are wrong, or a session has expired: get new ones, put them where --credentials or the AWS_ variables say, and run the same command again.
error-store-denied = { $store } does not allow it ({ $key }): { $why }
hint-store-denied = Ask whoever keeps the bucket for the rights to list it, to get objects, and to put them under this prefix. Removing is never needed.
error-no-bucket = { $store } is not there: { $why }
hint-no-bucket = Look at the bucket's name and at --endpoint. A bucket is made by whoever keeps the store; this program makes none.
error-store-elsewhere = { $store } is reached at another address or in another region: { $why }
hint-store-elsewhere = Name the bucket's region with --region, and the store's own address with --endpoint.
error-store-clock = { $store } refuses the time of this machine: it has { $theirs }, this machine { $ours }
hint-store-clock = Set the clock of whichever is wrong, such as with `timedatectl set-ntp true`, and run the same command again.
error-store-full = { $store } has no room for { $key }: { $why }
hint-store-full = Have the store or the quota enlarged, and run the same command again. What has arrived is not sent again.
error-store-read-only = { $store } takes nothing from these credentials ({ $key }): { $why }
hint-store-read-only = The store is read-only now, or these credentials may only read. Ask whoever keeps the bucket for the right to put objects under this prefix.
error-store-refused = { $store } refuses { $key }: { $why }
hint-store-refused = Show this to whoever keeps the store. The copy stands as it did before.
error-copy-gone = A copy was at { $path }, and now it is empty
hint-copy-gone = The disk is probably not mounted, or this is another store. If it is a new place for a new copy, add --new.

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
backup-lacking = { $path } is not in the copy, for the vault does not have it as it was filed ({ $finding }). `jingui repair --from` another copy may have it.
backup-unjournalled = The journal could not note it: { $why }
backup-inside = This target is on the vault's own device, so it does not count as a copy outside. If it is kept elsewhere, say --offsite.
backup-inside-store = This store is on this machine, so it does not count as a copy outside. If its disks are elsewhere, say --offsite.
backup-unconditional = { $place }: this store does not keep the condition that a name must be free (If-None-Match). Each name was looked at before it was written; see that nothing else writes to this prefix at the same time.
store-file-open = { $path } can be read by others on this machine: chmod 600
store-plain = { $endpoint } is spoken to without TLS: what is copied is sealed, but others on the line see which files there are, and a session's token.
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

# --- Push: the newest state to the CA --------------------------------------------------------------

cmd-push = Brings the newest state to the CA's store, and takes in what the CA left there
cmd-push-more =
    The target is a copy as `backup create` makes one, with the escrow files and a request to countersign the journal beside it.
    What the CA left there comes first: signed orders are carried out, its newest countersignature is taken in.
    Only what came since is sent; cut off anywhere, the next push goes on, and nothing there is ever changed or removed.
    --lines tells of each file that is looked at: = it is there, + it was brought, * something else is there, ! the vault does not have it as
    filed. With --dry-run it compares everything by name and size and sends nothing; - is there, and the journal does not name it now.
    What the CA found damaged (`jingui accept`) is sent again, below again/.
    --keep remembers target and options for `jingui push` without any, and for the job push; a security or system
    administrator does so. Needs no key otherwise. Exit code 3: something that the CA left, or an escrow file, needs somebody.
    --lock MODE has a store retain each file until its record may be destroyed, and mirrors legal holds; only where the store was
    shown to lock. It is tried the first time (some twenty seconds); whoever can delete nothing there names with --probed what
    `jingui doctor --store URL --lock MODE --json` printed at the CA. What is not locked is named, exit code 3, and tried again.
cmd-push-examples =
    jingui push s3://ra-east/jingui --endpoint https://store.ca.example --credentials /etc/jingui/store
    jingui push /media/disk/jingui --limit 2M --keep --key wang.key
arg-push-new = Begin a new copy although another one was here before
arg-push-all = Look for every file at the target, not only for those that came since
arg-push-lines = A line for each file: = there, + brought, * in the way, ! not as filed; with --dry-run all files, - for what the journal does not name now
arg-push-limit = Bytes sent a second on average, such as 500K or 2M
arg-push-probed = What `doctor --store --json` printed of this store for who can delete there
arg-push-lock-check = Read every lock back, not only those that are to change
arg-lock = How objects are retained: governance, or compliance, which nobody takes back
arg-push-keep = Push there from now on when no target is named
arg-push-forget = Forget the target that was kept
arg-at = Where the archive pushes to: a directory, its file:/// address, or s3://BUCKET/PREFIX
why-rate = write bytes a second, such as 500K, 2M or 300000

error-no-push-place = Nobody has said where pushes go
hint-no-push-place = Name the target: `jingui push s3://BUCKET/PREFIX` or a directory; with --keep and a security or system administrator's key it is remembered. If settings/places.toml was edited by hand, what it says of pushes does not count: keep it anew.

progress-push = Pushing
push-done = { $place } has the newest state: { $lines } journal lines, { $files } new files ({ $bytes } bytes).
push-escrow = The escrow file of epoch { $epoch } went along: the CA opens it and answers with `jingui keys prove`.
push-unescrowed = The escrow file of epoch { $epoch } is not at the target as it should be, nor could it be brought from the keystore: bring it back from where it was handed over to, let the CA look with `jingui accept`, or renew the keys.
push-asked = The CA is asked to countersign the head over { $lines } lines; the next push brings the answer.
push-unasked = The CA was not asked to countersign: { $why }. The next push asks again.
push-no-cosigner = Nobody has been named to countersign this journal: `jingui journal cosigner KEY`.
push-order = { $name }: carried out ({ $what }, line { $seq }).
push-overtaken = { $name }: not needed any more ({ $what }): what it is about has been called off, a newer one is here, or everything has been handed over. Nothing has to be done; the CA may take it away.
push-cosigned = { $name }: the head over { $lines } lines has been countersigned at { $at }.
push-refused = { $name } was not taken in: { $why }. It is tried again by each push until the CA takes it away.
push-compared = { $there } there, { $missing } to be brought, { $extra } not named by the journal now, { $other } in the way, { $lacking } not as filed. Nothing was sent.
push-kept = Pushes go to { $place } from now on. To run by itself: `jingui jobs set push="30 1 * * *" --reason TEXT`.
push-forgotten = Nothing is kept of where pushes go.
push-again = { $name } was sent again: the CA had found it damaged.
push-beside = Something else lies at { $name }: the file was put below again/, and whoever reads the copy finds it. Tell the CA.
push-again-other = { $name } was sent again and did not arrive whole; the CA's next report asks for it once more.
push-again-lacking = { $name } cannot be sent again: the vault does not have it as it was filed either. See `jingui verify`.

push-probing = Finding out whether the store locks, with objects below { $below }: some twenty seconds.
push-locks = Locked ({ $mode }): { $files } files read back; { $locked } retained anew, { $extended } for longer, { $held } put under a legal hold, { $released } released from one, { $refused } not as they should be.
push-undated = { $count ->
    [one] Of one record nothing is
   *[other] Of { $count } records nothing is
 } retained: nobody can tell yet until when, or that day is past. Review them and link their certificates.
push-unlocked = { $name } is not locked as it should be: { $why }. The next push tries again.
push-unlocked-more = { $count } more files are not locked as they should be.
push-lock-lost = { $name } had been locked and was found less so: somebody has taken its lock off, or laid another version over it. It is locked again; find out who has the credentials for that.
push-lock-lost-more = { $count } more files had been locked and were found less so. They are locked again.
push-longer = { $name } stays as it is: { $why }.
push-longer-more = { $count } more files stay as they are: they are locked for longer than they should be.
push-locks-ended = Locks were not looked at to the end: { $why }. The next push goes on.
error-lock-nowhere = Nothing locks at { $path }: it is a directory
hint-lock-nowhere = Leave --lock out; keep the disk under lock and key.
error-not-probed = { $path } does not say what the store of { $place } does in the mode { $mode }
hint-not-probed = With credentials that may delete there, and the same endpoint: `jingui doctor --store { $place } --lock MODE --json > FILE`.
error-not-locking = The store of { $place } was not shown to lock ({ $mode }): { $list }. Nothing was locked, and nothing sent
hint-not-locking = Have the bucket made with Object Lock, and look with `jingui doctor --store { $place }`. To push without locks, name the target and leave --lock out.
error-lock-unseen = Whether the store of { $place } locks ({ $mode }) cannot be found out with these credentials, which may not delete: { $list }. Nothing was locked, and nothing sent
hint-lock-unseen = Have the CA run `jingui doctor --store { $place } --lock MODE --json > FILE`, and name that FILE once: `jingui push { $place } --lock MODE --probed FILE`.
error-lock-not-kept = { $key } was to be locked ({ $wanted }) and was found to be: { $found }
hint-lock-not-kept = Look with `jingui doctor --store URL` what the store does; the vault's own rules hold all the same.
error-lock-too-long = { $key } is locked for longer ({ $found }) than it should be ({ $wanted }), and only so that it can be taken back: it is not made compliance, in which nobody could any more
hint-lock-too-long = Have the owner of the bucket, who may get round governance, shorten that retention; `jingui push --lock-check` then locks it. Otherwise it stays as it is.

# --- Removing what is no more ----------------------------------------------------------------------

cmd-backup-remove = At the CA: removes from a copy what its archive has destroyed, or all of it, in every version
cmd-backup-remove-more =
    What is no more is said by the journal at the target, as far as it is under the head that the cosigner in DIR has countersigned:
    files of destroyed records, of papers taken out, of records handed over by a list, all of them once everything was handed over,
    and escrow files of keys that the CA has destroyed. With --all everything that a copy has goes; what else lies there, such as
    other archives below the same prefix, stays, and another copy among what would go is refused. Documents that
    `accept --take --leave-documents` has left there stay, and what they are found by: they are nowhere else. They go with
    --documents alone: FILE has the names of those that go, one a line, or is the JSON of a certificate of destruction of the vault
    that left them, which names them; `all` removes every one, also of records that live there.
    Every version, every delete marker and every unfinished upload is removed by its own id, and then listed once more. What is
    retained or under a legal hold stays and is named with its day; exit code 3, and the same command goes on later. The answer in
    FILE names what went and what is left. --dry-run lists all of it. Needs no vault and no key.
cmd-backup-remove-examples =
    jingui backup remove s3://ra-east/jingui --cosigner /srv/cosigner --credentials /etc/jingui/owner -n
    jingui backup remove s3://ra-east/jingui --all --confirm VAULT -o removed.json --credentials /etc/jingui/owner
arg-backup-remove-cosigner = The cosigner's directory: what it has countersigned says what is no more
arg-backup-remove-all = Everything, whatever the journal says
arg-backup-remove-documents = Also documents that were left here when their records were taken in: those that this file names, or all
arg-backup-remove-confirm = The vault's id, typed once more
arg-backup-remove-output = Write the answer to this file
error-removal-unconfirmed = This cannot be undone ({ $count } objects of the vault { $vault }, for good): type the vault's whole id
hint-removal-unconfirmed = Add --confirm { $vault }; --dry-run lists them.
error-no-bodies = { $path } names no documents of this copy ({ $line })
hint-no-bodies = One name a line, as it is below the copy (bodies/…), or the certificate: `jingui purge certificate PLAN --json > FILE`.
error-copy-inside = Another copy lies among what would be removed: { $name }
hint-copy-inside = If it is an archive of yours, remove that one first, with its own id; otherwise remove that object by itself. Nothing was removed.
progress-remove = Removing
trace-version = version
trace-marker = delete marker
trace-upload = unfinished upload
remove-one = { $name } ({ $what } { $id }): { $lock }
remove-one-file = { $name }: { $lock }
remove-retained = retained until { $until }
remove-retained-held = retained until { $until }, and under a legal hold
remove-held = under a legal hold
remove-free = not locked
remove-stays = still there
remove-cut = Cut off: what is gone so far stands in { $path }; the same command goes on. Keep both answers.
remove-cut-unwritten = Cut off, and what is gone so far could not be written down: { $why }
remove-nothing = Nothing is at { $place }, in no version.
remove-left = { $count } objects are not removed: documents were left here when the vault { $takers } took their records in (`accept --take --leave-documents`), and it may have them nowhere else. With --documents FILE those go that FILE names; with --documents all every one, also of records that live in that vault.
remove-would = { $count } objects of the vault { $vault } would be removed for good, { $locked } of them not yet: they are locked.
remove-done = { $names } files in { $versions } versions are gone from { $place }, and by the last listing none of them is left. The answer: { $path }
remove-part = { $names } files in { $versions } versions are gone from { $place }; { $left } objects are left and named above. Run the same once their day is past. The answer: { $path }

cmd-accept = At the CA: checks everything that an archive has pushed, asks again for what is damaged, and takes in what is handed over
cmd-accept-more =
    Reads every file of the newest state and compares it with the size and digest in the journal, verifies the journal, opens the escrow files of
    the archive with the CA's identity, and with these keys every cover and every document. With --cosigner DIR the journal has to
    continue the head that was countersigned last: an older state put back is refused. A report stays at the target; the archive's
    next push sends again what is missing or damaged, below again/, for nothing there is ever replaced. Nothing is written but
    that report, and nothing is shown of any record. Needs no vault. Findings are named as `verify` names them; exit code 13.
    With --take, where nothing was found and the archive is handed over, every record is filed into your own vault (--vault), by an
    archivist there, under its own number, with its holds, certificates and dates. FILE is the receipt: the authority signs it with
    `jingui act sign` and sends it with `jingui act send`. Cut off anywhere, the same command goes on; nothing is taken in twice.
    With --leave-documents only facts and keys come in: documents stay at TARGET and are opened from there, each checked first.
cmd-accept-examples =
    jingui accept s3://ra-east/jingui --identity ca.age --key ca.key --cosigner /srv/cosigner
    jingui accept /media/disk/jingui --take -o receipt.act --vault /srv/vault --key ca.key --cosigner /srv/cosigner
arg-accept-identity = The identity that escrow is sealed to, if it is not that of the key
arg-accept-cosigner = The cosigner's directory: the journal has to continue what it has signed
error-not-a-report = { $path } is not a report of the CA: { $why }
hint-not-a-report = Nothing was sent again for it. The CA takes it away, or leaves another one with `jingui accept`.
accept-whole = The archive { $vault } as of { $at } is whole: { $lines } journal lines, { $files } files ({ $bytes } bytes); { $opened } of { $records } records opened with the escrowed keys, every document of them; { $seconds } s.
accept-damaged = { $findings ->
    [one] One finding
   *[other] { $findings } findings
 } in the archive { $vault } as of { $at }: { $lines } journal lines, { $files } files ({ $bytes } bytes); { $opened } of { $records } records opened; { $seconds } s.
accept-continues = Its journal continues the countersigned head over { $lines } lines.
accept-no-head = Its journal was compared with no countersigned head: with --cosigner DIR it would be.
accept-wanted = { $wanted ->
    [one] One file is
   *[other] { $wanted } files are
 } wanted again ({ $name }): the archive's next push sends what it has.
accept-unknown = The cosigner has countersigned nothing of this vault: nothing says that it is the archive you mean.
accept-stands = A report over this very state is there already ({ $name }) and stays. { $wanted ->
    [one] One file is
   *[other] { $wanted } files are
 } damaged: check again after the archive's next push, or take that report away first.
