# What commands tell, in English.
# notice-…: what was done to the vault; kind-…: what a journal line says; col-…: headings.

## Notices

notice-adopted = { $lines ->
    [one] One line that was written but not yet counted when the last run ended has been taken in.
   *[other] { $lines } lines that were written but not yet counted when the last run ended have been taken in.
 }
notice-tail = The end of the journal was not whole after the last run; { $size } bytes were put aside as quarantine/{ $name }.
notice-tree-rebuilt = derived/tree was missing or did not fit; it has been made anew from the journal.
notice-catalog-rebuilt = The catalog has been made anew: { $why }.
notice-dates-rebuilt = derived/dates has been made anew from the journal: { $why }.
notice-read-only = The vault is open for reading only: { $why }.
notice-swept = What an unfinished act left was put aside as quarantine/{ $name }.
notice-no-keystore = The keystore at { $path } cannot be reached.
notice-mirror-lags = The mirror lags behind: { $why }. The next act catches up.
notice-healed = { $from ->
    [mirror] { $path } was damaged and has been put back from the mirror.
   *[other] { $path } was damaged and has been put back from { $from }.
 }
notice-toml-restored = VAULT.toml has been written again from the first line of the journal.
notice-solo = This is a solo vault, for trying out: no second person, no authority.

## Words

yes = yes
no = no
col-number = Number
col-record = Record
col-date = Date
col-project = Project
col-outlet = Outlet
col-customer = Customer
col-customer-kind = Customer kind
col-customer-id = Customer ID
col-business = Business
col-outcome = Outcome
col-class = Class
col-clerk = Clerk
col-filed-at = Filed
col-filed-there = Filed there
col-reviewed-there = Reviewed there
col-taken-in = Taken in
col-tags = Tags
col-box = Box
col-waived = Waived
col-documents = Documents
col-doc = No
col-kind = Kind
col-name = Name
col-type = Type
col-size = Bytes
col-sha256 = SHA-256
col-seq = Line
col-at = Time
col-by = By
col-what = What
col-reason = Reason
col-staff = Staff
col-roles = Roles
col-countersigned = Countersigned
col-holds-key = Holds key
col-disabled = Disabled
col-epoch = Epoch
col-state = State
col-started = Started
col-members = Copies held by
col-sheets = Sheets
col-escrow = Escrow
col-vault = Vault
col-signed = Signed
col-act = Act
col-data = Data
col-ra = RA
col-dir = Directory
col-keystore = Keystore
col-records = Records
col-openings = Times opened
col-lines = Journal lines
col-head = Newest signed head
col-staff-count = People
col-incidents = Incidents
col-quarantine = In quarantine
col-mirror = Mirror
col-free = Bytes free
col-path = Path
col-finding = Finding
col-detail = Detail

kind-vault-init = vault begun
kind-file-set = file set
kind-staff-enrol = person enrolled
kind-staff-countersign = enrolments countersigned
kind-staff-disable = person disabled
kind-epoch-start = epoch started
kind-escrow-proved = escrow proved
kind-epoch-member = key copy made
kind-epoch-copy = recovery sheet made
kind-epoch-reseal = covers sealed anew
kind-epoch-verified = epoch verified
kind-epoch-destroyed = old epoch key destroyed
kind-record-file = documents filed
kind-record-open = documents opened
kind-facts-reveal = masked values shown
kind-head-signed = head signed
kind-segment-close = segment closed
kind-incident = damage found
kind-quarantine = put in quarantine
kind-file-healed = put back from mirror or copy

## Filing

add-filed = Filed as { $number } ({ $count ->
    [one] one document
   *[other] { $count } documents
 }, class { $class }); record { $record }.
add-supplemented = Added to { $number } ({ $count ->
    [one] one document
   *[other] { $count } documents
 }, class { $class }); record { $record }.
add-repeated = Already filed as { $number }, with the same labels and documents ({ $count }, class { $class }, record { $record }); nothing was done. To file it once more all the same, use --again.
add-filed-before = { $name } was filed before: { $number }, document { $doc }.
add-twice-here = { $name } is the same as document { $doc } of this filing.
add-would-file = { $count ->
    [one] One document
   *[other] { $count } documents
 } would be filed, class { $class }; everything can be read.
add-twin = The same labels and documents are already filed as { $number }.
error-kind-unused = --kind, --mark or --title names { $file }, which is not among the files to be filed
hint-kind-unused = Name the file as it is given on the command line, or by its name alone.
error-future-date = the date { $date } lies after today, { $today }
hint-future-date = Give the day on which the business was done; check this machine's clock if the day is right.
error-customer-id = the customer's ID cannot be right: { $why }
hint-customer-id = Compare it with the paper. Companies and bodies have a credit code of 18 characters, people an ID card number, passport or permit.

## Reading

list-nothing = No record fits.
list-more = There are more: --after { $cursor }
list-customer-contains = No customer is named exactly “{ $name }”; these names contain it.
open-copied = { $name } → { $path }
open-would = { $count ->
    [one] One document
   *[other] { $count } documents
 } would be opened, and the journal would say so.
open-spooled = The journal cannot be written; the signed trace of this opening is in { $path }. Bring it in later with `jingui act submit`.
error-which-document = { $record } has { $count } documents
hint-which-document = Name one by its number (see `jingui show { $record }`), or give a directory with -o.
error-binary-to-terminal = the document is not text, and the output is a terminal
hint-binary-to-terminal = Give a file with -o, or send the output to a program.

## People and acts

staff-enrolled = { $name } is enrolled as { $staff }.
staff-would-enrol = { $name } would be enrolled as { $staff }.
staff-to-countersign = The authority still has to countersign: `jingui staff countersign --request FILE`.
staff-none-open = Every enrolment has been countersigned.
staff-would-countersign = { $count } enrolments would be countersigned.
staff-countersigned = { $count ->
    [one] One enrolment
   *[other] { $count } enrolments
 } countersigned.
staff-disabled = { $staff } { $name } is disabled.
staff-would-disable = { $staff } would be disabled and a new epoch started.
staff-rotation-due = Someone who has left still holds a copy of the current epoch key. A security administrator starts a new epoch with `jingui keys rotate`.
act-written = Written: { $path }
act-done = Done: { $what }, line { $seq }.
act-sent = Left for the archive: { $what } ({ $name }). Its next push carries it out.
act-repeated = Was done before: { $what }, line { $seq }.
act-failed = Act { $id } was not carried out: { $why }.

## Keys

epoch-destroyed = destroyed
epoch-waiting = waits for the CA
epoch-old = old
epoch-resealing = being sealed anew
epoch-current = current
escrow-proved = proved
escrow-waiting = not yet proved
escrow-none = none
keys-no-way-back = There is neither a proved escrow nor a recovery sheet: if all key files are lost, so is the archive. Make a sheet with `jingui keys sheet -o FILE` and lock it away.
keys-waiting = Epoch { $epoch } waits until the CA has proved that it opens its escrow file. Hand over { $path }; the CA runs `jingui keys prove` and sends back a file for `jingui act submit`.
keys-unfinished = The rotation to epoch { $epoch } is not finished; `jingui keys rotate` goes on with it.
keys-would-rotate = A new epoch would be started and { $count } covers sealed anew.
keys-rotated = Epoch { $epoch }: { $covers } covers and { $notes } notes verified, older keys destroyed.
keys-sheet = The recovery sheet is in { $path }. Print it, lock it away, and remove the file.
keys-proved = The escrow file of epoch { $epoch } of vault { $vault } opens.
keys-recovered = { $name } is enrolled as { $staff } and holds a copy of the epoch key in { $keystore }.
progress-reseal = Sealing anew
progress-verify = Verifying
progress-destroy = Destroying old keys
sheet =
    JINGUI RECOVERY SHEET · 金匮恢复单

    RA · 注册机构        { $ra }
    Vault · 库           { $vault }
    Epoch · 密钥期       { $epoch }
    Recipient · 公钥     { $recipient }

    Whoever holds this sheet and the vault's files can open every record of this epoch.
    Lock it away. Keep it apart from the vault. Destroy it when a new sheet has been made.
    持有本单及库文件者可打开本密钥期的全部案卷。请锁存，与库分开保管；新单制成后销毁本单。

    { $identity }

    To use it · 使用:
      1. jingui key new -o NEW.key --name NAME
      2. jingui keys recover --sheet THIS-FILE --person NEW.pub --role security,archivist --key AUTHORITY.key
         (in a solo vault without --key; type the key into a text file, letters may be lower case)
    Without jingui · 不用金匮:
      age -d -i KEY-TEXT covers/…/RECORD.1.e{ $epoch }.age

## Beginning

init-made = Vault { $vault } is made.
      vault:    { $dir }
      keystore: { $keystore }
    Keep the keystore apart from the vault and out of its backups; keep the people's key files and passphrases. Without them nobody opens a record.
init-would = A vault would be made in { $dir }; the people can meet the policy.
init-countersign = { $count ->
    [one] One enrolment waits
   *[other] { $count } enrolments wait
 } for the authority: `jingui staff countersign --request FILE`, then the authority runs `jingui act sign FILE -o SIGNED`, then `jingui act submit SIGNED`.
init-escrow = Nothing can be filed until the CA has proved that it opens its escrow file: hand over { $path }; the CA runs `jingui keys prove` and sends back a file for `jingui act submit`.

## Integrity

rebuild-tree = derived/tree: { $lines } lines.
rebuild-catalog = Catalog: { $records } records.
error-step = the demo's step did not succeed: { $command } ({ $code })
hint-step = Run that line by hand in the demo's directory to see more.

## Demo

demo-would = A trial vault would be made in { $dir }.
demo-begin = Jingui, on made-up data. Every line that begins with $ can be typed as it stands.
demo-people = 1. People. Each has a key file, sealed by a passphrase; its public half goes to whoever enrols. These keys are cheap to open, for the demo alone: leave --work-factor out of yours.
demo-vault = 2. A vault. Li is security administrator and reviews, Zhang files, Wang is the legal officer, Chen approves, Sun audits; the CA countersigns.
demo-ca = 3. The CA proves that it opens its escrow file, and countersigns the enrolments; requests and answers are small files.
demo-file = 4. Filing. Each record is sealed, synced, read back, and only then acknowledged.
demo-find = 5. Finding, by project, customer and date.
demo-open = 6. Opening. It is in the journal before a byte is shown.
demo-verify = 7. Verifying: every file there is, without any key; then every document, opened from end to end.
demo-review = 8. What is missing, and a second person. Zhang says what was seen of the papers and why some may be missing; Li, who did not file it, reviews.
demo-seen = compared with the paper
demo-waived = on paper in box A-1
demo-prove = 9. Proving one document with stock tools, without showing the others.
demo-cert = 10. A revocation. A certificate valid for three years was revoked after six months: Zhang reports the decision, Wang confirms it, and the five years count from that day.
demo-form-cert = application form (certificate issued)
demo-project-cert = Tenders
demo-customer-cert = North Ltd
demo-revoked = decision 17 of the CA
demo-rule = 11. A rule grows longer. Chen proposes six years, `rule diff` shows whose last day moves, from which to which; Wang approves, and it holds for what is there.
demo-rule-basis = CPS 2.1, section 5.5.2
demo-rule-reason = new CPS of the CA
demo-dispute = 12. A dispute. A hold wins over everything; of two the last one released counts. Wang sees what keeps the record, others see no sign.
demo-matter-court = (2026) Civil 77
demo-matter-complaint = complaint 12
demo-basis = letter of the court
demo-due = 15. What is over. An application that was taken back four years ago; `why` says where each of its days comes from.
demo-cosign = 13. Countersigning. The CA signs size and root of the journal; requests and answers are small files. Without it nothing is destroyed.
demo-clock = 14. A clock that lies, by ten years (typed, it takes the tool faketime). `due` believes this machine; what destroys goes by the day that the CA countersigned last, if that is the earlier one, so nothing goes.
demo-purge = 16. Disposal. Wang appraises, Chen signs off, Li and Sun are witnesses, each with a key of their own. Seven days have to pass and a head to be countersigned again, so the run is only rehearsed here.
demo-form = application form (taken back)
demo-project = Old project
demo-customer = Dawn Ltd
demo-over = its time is over, nothing worth keeping
demo-name-chen = Chen Jing
demo-name-sun = Sun Li
demo-no-tools = Not checked here, for these are not installed: { $list }. Run proof/check.sh where they are.
demo-name-ca = CA authority
demo-name-li = Li Na
demo-name-zhang = Zhang Wei
demo-name-wang = Wang Fang
demo-ra = Demonstration RA
demo-reason = question about the contract
demo-end =

    Done: { $count } records in { $seconds } s, all in { $dir }. To go on there:
      cd { $dir }
      export JINGUI_VAULT=vault JINGUI_KEY=keys/zhang.key
      jingui list --passphrase-file keys/passphrase.txt
      jingui add incoming/001 --project P --customer C --customer-kind enterprise --business new --date 2026-01-05 --outlet O --passphrase-file keys/passphrase.txt
      jingui status
      jingui keys rotate --key keys/li.key --passphrase-file keys/passphrase.txt
      less vault/README.txt        how all of it is read without Jingui
    Try damage: change a byte of any file in vault/ and run `jingui verify --keyless`.
proof-written = The proof is in { $path }; anybody checks it with `bash { $path }/check.sh DOCUMENT`.
verify-whole-full = Whole: { $lines } journal lines, { $signatures } signatures, { $files } files ({ $bytes } bytes) of { $records } records checked, every document opened; { $seconds } s.
verify-whole-keyless = Whole: { $lines } journal lines, { $signatures } signatures, { $files } files ({ $bytes } bytes) of { $records } records checked without any key; { $seconds } s.
verify-damaged = { $findings ->
    [one] One finding
   *[other] { $findings } findings
 } in { $lines } journal lines and { $files } files ({ $bytes } bytes); { $seconds } s. `jingui repair --from COPY` puts back what the mirror or that copy still has.
verify-healed = { $path } has been put back from the mirror.
verify-not-healed = { $path } could not be put back: { $why }.
verify-warning-mode = { $path }: others on this machine could read or change it ({ $detail }).
verify-warning-leftover = { $path }: left by a run that was cut off ({ $detail }).
verify-warning-unjudged = { $path }: nothing can be said of it while the journal is damaged ({ $detail }).
verify-warning-read-only = { $path }: the findings could not be journalled ({ $detail }).
verify-warning-keystore = { $path }: { $detail }.
verify-warning-mirror-unreachable = The mirror { $path } cannot be reached: { $detail }.
verify-warning-mirror-lags = The mirror { $path } lags: { $detail }.
verify-warning-catalog = The catalog { $path }: { $detail }.
journal-whole = The journal is whole: { $lines } lines, { $signatures } signatures, root { $root }.
progress-journal = Reading the journal
progress-files = Reading files
progress-contents = Opening documents
progress-mirror = Reading the mirror
progress-catalog = Checking the catalog

finding-missing = missing
finding-extra = extra
finding-size = size
finding-digest = digest
finding-sealed = cannot be opened
finding-content = content
finding-chain = chain
finding-signature = signature
finding-head = head
finding-commit = commit
finding-provenance = not as in the archive it comes from
finding-edited = edited
finding-not-a-file = not a file
finding-unreadable = unreadable
keys-mirror-behind = Everything is sealed to epoch { $epoch }, but the mirror { $path } does not have it yet ({ $why }). Older keys stay until it has: bring the mirror back and run `jingui keys rotate` again.
notice-places-edited = { $path } is not as the journal has it; the keystore and mirror it names are not used. Name them with --keystore, or put the file back with `jingui verify --heal`.
