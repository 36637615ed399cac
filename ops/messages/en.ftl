# The texts of the jingui program in English.
# cmd-…: what a command does; cmd-…-more: the rest of it, for --help; cmd-…-examples: two command lines.
# arg-…: an option or word, of one command (arg-<command>-<id>) or of several (arg-<id>).
# error-…, hint-…: what went wrong, and the next step; one pair for each code.

## Labels

label-error = Error:
label-hint = Hint:
label-warning = Warning:
answer-yes = y yes
ask-passphrase = Passphrase for { $path }:
ask-new-passphrase = New passphrase for { $path } (at least eight characters):
ask-passphrase-again = The same passphrase again:
waiting-for-guests = { $count ->
    [one] Waiting for one other command that works in this vault.
   *[other] Waiting for { $count } other commands that work in this vault.
 }

## Help

help-usage = Usage:{" "}
help-commands = Commands
help-command = COMMAND
help-command-word = <COMMAND>
help-options-word = [OPTIONS]
help-arguments = Arguments
help-options = Options
help-common = Options of every command
help-examples = Examples:

cmd = Keeps the application files of digital certificates: encrypted, offline, provable
cmd-more =
    A vault is one directory. Every record in it is sealed; what happened stands in a signed journal.
    `jingui demo` shows the main work with made-up data.

    Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done in part, 4 refused by a rule, 5 plan is stale,
    6 not found, 10 no vault here, 11 vault in use, 12 wrong passphrase or key, 13 damage found,
    14 format too old or too new, 15 device unreachable, 16 no space, 130 interrupted.
cmd-examples =
    jingui demo
    jingui add --help
cmd-key = Makes and keeps a person's key file
cmd-key-examples =
    jingui key new -o li.key --name "Li Hua"
    jingui key show li.key
cmd-key-new = Makes a key file sealed by a passphrase, and its public half
cmd-key-new-more =
    The public half lies beside it with the ending .pub. Send that one to the security administrator who enrols
    you. Nobody can open the key file without the passphrase, and nobody can recover the passphrase.
cmd-key-new-examples =
    jingui key new -o li.key --name "Li Hua"
    jingui key new -o li.key --name "Li Hua" --passphrase-file pass.txt
cmd-key-show = Shows the public half of a key file
cmd-key-show-more = With --json it prints the public half as it is sent to whoever enrols.
cmd-key-show-examples =
    jingui key show li.key
    jingui key show li.pub --json
cmd-key-passwd = Seals a key file with another passphrase
cmd-key-passwd-more = The key stays the same, so nobody needs to enrol again. Old copies still open with the old passphrase.
cmd-key-passwd-examples =
    jingui key passwd li.key
    jingui key passwd li.key --passphrase-file old.txt --new-passphrase-file new.txt
cmd-init = Makes a vault in an empty directory
cmd-init-more =
    Who signs with --key becomes the first person of the vault. It prints what must be kept safe and where.
    Keep the keystore on another device than the vault, and never in the same backup.
cmd-init-examples =
    jingui init /srv/vault --ra "East RA" --fonds JG01 --keystore /media/keys --authority ca.pub --key li.key
    jingui init trial --ra "Trial RA" --fonds JG99 --keystore trial-keys --solo --key li.key
cmd-demo = Shows the main work on made-up data
cmd-demo-more = It makes a trial vault, files records, finds and opens them, checks everything; a certificate is revoked, a rule grows longer, a clock lies, four people sign what is over. It says what to try next.
cmd-demo-examples =
    jingui demo
    jingui demo /tmp/jingui-demo --records 50
cmd-staff = The people of a vault
cmd-staff-examples =
    jingui staff list
    jingui staff enrol wang.pub --role archivist
cmd-staff-enrol = Enrols a person with their roles
cmd-staff-enrol-examples =
    jingui staff enrol wang.pub --role archivist
    jingui staff enrol zhao.pub --role reviewer,legal --act-out enrol.act
cmd-staff-countersign = Countersigns enrolments, as the authority named at init
cmd-staff-countersign-more =
    An enrolment counts for rules that want two people only when the authority has countersigned it.
    Without --request, all enrolments that wait are countersigned.
cmd-staff-countersign-examples =
    jingui staff countersign --key ca.key
    jingui staff countersign --request wait.act --act-out signed.act
cmd-staff-list = Lists the people of a vault
cmd-staff-list-examples =
    jingui staff list
    jingui staff list --all --json
cmd-staff-disable = Disables a person who leaves
cmd-staff-disable-more = From then on their key signs and opens nothing new. Start a new key period afterwards: jingui keys rotate.
cmd-staff-disable-examples =
    jingui staff disable 0003
    jingui staff disable 0003 --reason "left the company"
cmd-act = Signed acts that travel as files
cmd-act-examples =
    jingui act show enrol.act
    jingui act submit enrol.act
cmd-act-sign = Signs an act file with your key, on any machine
cmd-act-sign-examples =
    jingui act sign request.act -o signed.act
    jingui act sign request.act -o signed.act --key ca.key
cmd-act-submit = Carries out a signed act, or brings in what open --spool kept
cmd-act-submit-examples =
    jingui act submit signed.act
    jingui act submit spool.acts --json
cmd-act-send = Leaves a signed act for an archive, which carries it out with its next push
cmd-act-send-examples =
    jingui act send approval.act --at s3://ra-east/jingui --credentials /etc/jingui/store
    jingui act send proof.act --at /media/disk/jingui
cmd-act-show = Shows what an act file says and who signed it
cmd-act-show-examples =
    jingui act show signed.act
    jingui act show signed.act --json
cmd-keys = Key periods, escrow and recovery
cmd-keys-examples =
    jingui keys status
    jingui keys rotate --reason "0003 left"
cmd-keys-status = Shows the key periods, who holds copies, and whether a way to recover exists
cmd-keys-status-examples =
    jingui keys status
    jingui keys status --json
cmd-keys-rotate = Starts a new key period and seals everything to it
cmd-keys-rotate-more = It can be interrupted; running it again goes on where it stopped. With a CA, the new period begins when the CA has proved its escrow file.
cmd-keys-rotate-examples =
    jingui keys rotate --reason "0003 left"
    jingui keys rotate --ca-recipient age1qqq
cmd-keys-sheet = Writes a recovery sheet to print and lock away
cmd-keys-sheet-more = Whoever has the sheet can open every record. Print it, delete the file, and keep the paper in a safe.
cmd-keys-sheet-examples =
    jingui keys sheet -o sheet.txt
    jingui keys sheet -o /dev/shm/sheet.txt
cmd-keys-recover = Opens a vault again whose people have lost their keys
cmd-keys-recover-more = It enrols a new security administrator and makes a copy of the key for that person. The authority signs it; in a solo vault the new person does.
cmd-keys-recover-examples =
    jingui keys recover --escrow 1.age --identity ca-identity.txt --person li.pub --role security --key ca.key
    jingui keys recover --sheet sheet.txt --person li.pub --role security --key li.key
cmd-keys-prove = Proves, as the CA, that an escrow file opens
cmd-keys-prove-examples =
    jingui keys prove 1.age --identity ca-identity.txt -o answer.act
    jingui keys prove 1.age --key ca.key -o answer.act
cmd-add = Files one record, or supplements one
cmd-add-more =
    A directory stands for all files in it. The person who signs is the clerk. It prints the archive number and the
    record id. Nothing is overwritten: a supplement (--to) is a filing of its own. Repeating a command with the
    same --request files nothing twice.
cmd-add-examples =
    jingui add scans/ --project "Social security" --customer "Dawn Ltd" --customer-kind enterprise --business new --date 2024-05-01 --outlet "Main street"
    jingui add licence.pdf --to JG01-2026-000042 --reason "licence came later" --kind licence.pdf=SUB
cmd-list = Lists records by their labels
cmd-list-examples =
    jingui list --project "Social security" --from 2024-01-01
    jingui list --customer "Dawn Ltd" --limit 20 --json
cmd-show = Shows the facts of a record
cmd-show-more = ID numbers are masked. --reveal shows them; the journal keeps who asked, and the reason is sealed.
cmd-show-examples =
    jingui show JG01-2026-000042
    jingui show JG01-2026-000042 --reveal --reason "court order 12"
cmd-open = Opens the documents of a record
cmd-open-more =
    One document goes to stdout or to -o PATH; with --all, PATH is a directory. The journal notes that they were opened.
    When it cannot be written, --spool FILE keeps that note; bring it in later with act submit.
cmd-open-examples =
    jingui open JG01-2026-000042 1 -o form.pdf
    jingui open JG01-2026-000042 --all -o /run/user/1000/record
cmd-log = Shows the history of a record
cmd-log-examples =
    jingui log JG01-2026-000042
    jingui log JG01-2026-000042 --json
cmd-status = Shows how a vault is doing
cmd-status-examples =
    jingui status
    jingui status --vault /srv/vault --json
cmd-verify = Checks that everything is there and unchanged
cmd-verify-more =
    --keyless checks digests, the chain and the signed heads without any key. With a key it also opens what it checks.
    Every finding is named; with one or more the exit code is 13. Documents that have stayed at another archive's place are
    counted, and read with --left.
cmd-verify-examples =
    jingui verify --keyless
    jingui verify --sample 5% --heal
cmd-rebuild = Builds the derived data again from the journal
cmd-rebuild-examples =
    jingui rebuild
    jingui rebuild catalog
cmd-journal = The journal and its proofs
cmd-journal-examples =
    jingui journal log --limit 20
    jingui journal verify
cmd-journal-log = Shows lines of the journal
cmd-journal-log-examples =
    jingui journal log --limit 20
    jingui journal log --from 100 --json
cmd-journal-verify = Checks the chain, the signatures and the heads; needs no key
cmd-journal-verify-examples =
    jingui journal verify
    jingui journal verify --json
cmd-journal-head = Shows or writes the newest signed head
cmd-journal-head-examples =
    jingui journal head
    jingui journal head -o newest.head
cmd-journal-prove = Proves that a line stands in the journal
cmd-journal-prove-more =
    With --record and --doc it writes a folder by which a court checks one document. That is an opening: it is
    journalled, and where the use of the record is restricted it needs --purpose and --reason.
cmd-journal-prove-examples =
    jingui journal prove 42
    jingui journal prove 42 -o proof.json
cmd-completions = Prints completions for a shell
cmd-completions-examples =
    jingui completions bash
    jingui completions zsh
cmd-help = Shows the complete help of a command
cmd-help-examples =
    jingui help add
    jingui help journal log

arg-vault = The vault (else JINGUI_VAULT, else the nearest parent directory with a VAULT.toml)
arg-keystore = The keystore (else JINGUI_KEYSTORE, else where the vault's settings say)
arg-key = Your key file (else JINGUI_KEY)
arg-passphrase-file = Read the passphrase from the first line of this file; - is standard input
arg-act-out = Write the signed act to this file instead of carrying it out
arg-dry-run = Say what would be done and change nothing
arg-json = Results as JSON on stdout
arg-quiet = Only results and errors
arg-verbose = Tell more on the way
arg-no-input = Never ask; fail instead
arg-lang = Language: zh or en (else the locale)
arg-color = Colours: auto, always or never
arg-progress = Progress on stderr: auto, plain, json or none
arg-help-short = Short help
arg-help = Complete help
arg-version = Version
arg-key-new-output = The key file to make
arg-name = Name of the person
arg-work-factor = Work of opening, as a power of two: 18 is about a second, 20 the most
arg-key-show-file = A key file or public half (else --key)
arg-key-passwd-file = The key file (else --key)
arg-new-passphrase-file = Read the new passphrase from the first line of this file; - is standard input
arg-init-dir = The directory; it must be empty or not exist yet
arg-ra = Name of the registration authority
arg-fonds = Fonds code: how archive numbers begin
arg-authority = Public half of the authority that countersigns, normally the CA's
arg-ca-recipient = age recipient of the CA; each epoch key is escrowed to it
arg-mirror = Keep covers, notes and journal a second time in this directory, by preference on another device
arg-roles = Roles of the person who makes the vault
arg-init-person = Enrol this person too, with these roles
arg-solo = One person holds all roles; for trying out only
arg-demo-dir = Where to make the trial vault (else ./jingui-demo)
arg-records = How many records to make up
arg-pub = The public half of the person's key
arg-role = Roles: archivist, reviewer, legal, approver, auditor, system, security, audit
arg-staff-countersign-request = The request to countersign, as a file
arg-staff-list-all = Also those who have been disabled
arg-number = Staff number
arg-staff-disable-reason = Why; the reason is sealed
arg-act-sign-file = The act file
arg-act-sign-output = Where the signed act goes
arg-act-submit-file = The signed act, or the file of open --spool
arg-act-send-file = The signed act
arg-act-show-file = The act file
arg-keys-rotate-reason = Why; the reason is sealed
arg-keys-rotate-ca-recipient = A new recipient of the CA for this and later periods
arg-keys-sheet-output = Where the sheet goes
arg-escrow = The CA's escrow file
arg-sheet = The recovery sheet
arg-identity = age identity file that opens the escrow file
arg-keys-prove-identity = age identity file of the CA (else the person's own key)
arg-person = Public half of the new security administrator
arg-by = In a solo vault, which has no authority: the staff number that signs
arg-escrowfile = The escrow file that was handed over
arg-keys-prove-output = Where the answer goes
arg-path = Files and directories of the record
arg-project = Project
arg-customer = Customer
arg-customer-kind = Kind of customer: enterprise, institution, person, government
arg-customer-id = Credit code or ID number of the customer
arg-business = Business: new, renew, change, reissue, recover, revoke, unlock
arg-date = Day of the business
arg-outlet = Outlet that took the application in
arg-outcome = How it ended: issued, rejected, withdrawn, lapsed, pending
arg-cert = A certificate of this record
arg-kind = What a file is, by the codes of the checklist: form.pdf=APP
arg-tag = A free tag
arg-box = Box of the paper originals
arg-waive = A gap that is let pass, and why: POA=signed in person, AGR:signed=old form. Gaps: missing, unreadable, copies, undated, expired, stamped, signed, seen, front, back, compared; without one it means what is lacking of that material now
arg-to = Supplement this record
arg-add-reason = Why something is supplemented; the reason is sealed
arg-request = Id of this request: with the same one nothing is filed twice
arg-again = File although an identical record exists
arg-from = From this day on
arg-list-to = Up to this day
arg-class = Retention class: CN-P5, CN-G10, CN-R3
arg-state = State of the record
arg-limit = At most so many
arg-after = Go on after this cursor
arg-record = Archive number, record id, or a unique beginning of an id
arg-reveal = Show masked values; needs --reason
arg-reason = Why; the reason is sealed
arg-doc = Number of the document
arg-open-output = File for one document, directory for all; - is stdout
arg-open-all = All documents
arg-spool = Keep the signed note in this file when the journal cannot be written
arg-keyless = Without any key: digests, chain, heads
arg-all = Every body, however old
arg-sample = Only this share of the bodies, drawn at random
arg-since = Only what was filed from this day on
arg-heal = Put back what the mirror still has
arg-part = catalog or tree (else both)
arg-journal-log-from = First line to show
arg-journal-head-output = Write the head to this file
arg-seq = Number of the line
arg-journal-prove-record = Prove a document of this record instead; -o names the folder for the proof
arg-journal-prove-doc = Which document of the record
arg-journal-prove-output = Write the proof to this file
arg-shell = bash, zsh, fish, elvish or powershell
arg-words = Words of the command

## Why a value is refused

why-list = it must be one of: { $list }
why-number = it must be a whole number within the limits
why-day = it must be a day such as 2024-05-01
why-label = it must have 1 to 200 printable characters
why-fonds = a fonds code has 1 to 16 upper-case letters and digits
why-staff = a staff number has four digits or more
why-request = a request id has 26 characters, as in `journal log`
why-percent = it must be a share such as 5%
why-kinded = it must be FILE=KIND, with a KIND such as APP or OTHER
why-waiver = it must be KIND=REASON or KIND:GAP=REASON, such as AGR:signed=old form
why-enrolment = it must be PUB=ROLE,ROLE
why-utf8 = a word is not valid UTF-8

## Keys

key-made =
    Key file:     { $key }
    Public half:  { $pub }
    Keep the key file and its passphrase apart. Send the public half to whoever enrols you.
key-would-be-made = Would make the key file { $path } and its public half.
key-name = Name
key-age = Recipient
key-sign = Signing key
key-passphrase-changed = { $path } now opens with the new passphrase only. Destroy old copies of it.

## Errors of the program

error-unknown-command = `{ $word }` is not a command; nothing was done
hint-unknown-command = { $near ->
    [none] `{ $command } --help` lists the commands.
   *[other] Did you mean `{ $near }`? `{ $command } --help` lists the commands.
 }
error-unknown-option = `{ $word }` does not belong here; nothing was done
hint-unknown-option = { $near ->
    [none] `{ $command } --help` lists the options.
   *[other] Did you mean `{ $near }`? `{ $command } --help` lists the options.
 }
error-command-missing = `{ $command }` needs one more word: { $list }
hint-command-missing = `{ $command } --help` says what each of them does.
error-argument-missing = Still missing: { $list }
hint-argument-missing = `{ $command } --help` says what they are.
error-bad-value = `{ $value }` does not fit { $option }: { $why }
hint-bad-value = Correct it and try again; `{ $command } --help` has examples.
error-value-missing = { $option } needs a value
hint-value-missing = Put the value after it; `{ $command } --help` has examples.
error-conflict = { $option } does not go together with { $other }, or was given twice
hint-conflict = Leave one of them out; `{ $command } --help` says what each does.
error-not-here = `{ $command }` has no { $option }; nothing was done
hint-not-here = Run it without { $option }. `{ $command } --help` lists what it takes.
error-misuse = The command line cannot be read: { $what }
hint-misuse = `{ $command } --help` says how it is written.
error-in-use = The vault at { $path } is in use and the program that holds it does not answer
hint-in-use = Wait for the other program to end, or find it (`fuser { $path }/run/lock`) and end it, then try again.
error-holder-version = The program that holds the vault is version { $theirs }, this one is { $ours }
hint-holder-version = Let the other program end, or use the same version.
error-holder-lost = The program that holds the vault at { $path } ended while it ran this command
hint-holder-lost = Look at `jingui status`, then repeat the command; with the same --request nothing is filed twice.
error-holder-stalled = The disk keeps the program that holds the vault at { $path } waiting with this command
hint-holder-stalled = Look at the disk. The command may still be carried out when it answers; repeating it then does nothing twice. Meanwhile `jingui list` works, and `jingui open --spool FILE`.
error-holder-refused = The vault at { $path } is held by another user of this machine
hint-holder-refused = Work as the user who owns the vault, or wait until the other program has ended.
error-no-terminal = A passphrase is needed and there is no terminal to ask on
hint-no-terminal = Give --passphrase-file FILE, or - to read it from standard input.
error-passphrase-differs = The two passphrases are not the same; nothing was done
hint-passphrase-differs = Try again and type the same one twice.
error-exists = { $path } exists already; nothing was overwritten
hint-exists = Choose another name, or move the old file away first.
error-panic = This is a mistake in jingui itself ({ $place }): { $what }
hint-panic = Nothing half done counts. Please report this line; with -v there is more.

## Errors of the vault

error-no-vault = There is no vault at { $path }
hint-no-vault = Name it with --vault DIR, or make one with `jingui init`.
error-not-empty = { $path } is not an empty directory
hint-not-empty = Choose an empty directory, or one that does not exist yet. What an `init` that was cut off left behind is no vault and may be removed.
error-nested = { $path } and { $other } must not lie inside each other
hint-nested = Keep the keystore and the mirror outside the vault, by preference on another device.
error-too-new = { $path } is of format { $found }, which this version does not read
hint-too-new = Use the newer version of jingui that wrote it.
error-draft-format = { $path } is of the draft from before the first format and cannot be upgraded
hint-draft-format = Open it with the program that made it, and file its documents anew in a vault of this version. Keys of that time do not open here either: `jingui key new`.
error-edited = { $path } says another { $what } than the first line of the journal
hint-edited = Somebody has changed it. `jingui verify --heal` puts it back from the mirror.
error-journal-damaged = The journal is damaged at line { $seq } ({ $path }): { $why }
hint-journal-damaged = The vault can be read but not written. Copy it as it is, then run `jingui repair`, with `--from COPY` where there is no mirror.
error-commit-damaged = { $path } is damaged in both of its places
hint-commit-damaged = Copy the vault as it is, then run `jingui repair`, with `--from COPY` where there is no mirror.
error-vault-read-only = The vault at { $path } is open for reading only: { $why }
hint-vault-read-only = Put that right first; reading and `jingui verify` work meanwhile.
error-stalled = The disk has not answered for { $seconds } seconds: { $path }
hint-stalled = Look at the disk. What was asked for may still be carried out when it answers; repeating the command then does nothing twice. Meanwhile `jingui list` works, and `jingui open --spool FILE`.
error-poisoned = The disk did not confirm a write, so nothing more is written: { $why }
hint-poisoned = Check the disk, then run the command again; the vault is checked when it is opened.
error-closed = The vault has been closed
hint-closed = Run the command again.
error-file-damaged = { $path } is damaged: { $finding }
hint-file-damaged = `jingui verify` names everything that is; `jingui repair --from COPY` puts back what the mirror or that copy has.
error-no-keystore = There is no keystore at { $path }
hint-no-keystore = Connect the device it is on, or name it with --keystore DIR. If it is lost: `jingui keys recover --help`.
error-other-keystore = The keystore at { $path } belongs to another vault
hint-other-keystore = Connect the right device, or name it with --keystore DIR.
error-key-needed = This needs your key
hint-key-needed = Give --key FILE or set JINGUI_KEY. `jingui key new` makes a key.
error-wrong-passphrase = { $path } does not open with this passphrase
hint-wrong-passphrase = Try again; mind the keyboard layout and capital letters. A forgotten passphrase cannot be recovered: make a new key and be enrolled anew.
error-weak-passphrase = The passphrase is too short; nothing was done
hint-weak-passphrase = Use at least eight characters; several words in a row are good and easy to keep in mind.
error-not-a-key = { $path } is not a person's key file: { $why }
hint-not-a-key = Name the .key file that `jingui key new` made, or take it from a copy.
error-not-a-person = { $path } is not the public half of a key: { $why }
hint-not-a-person = Ask the person for the .pub file; `jingui key show KEYFILE --json` prints it again.
error-bad-name = { $name } cannot be the name on a key
hint-bad-name = Use one line of at most 64 characters, without spaces at its ends.
error-stranger = The key of { $name } is not enrolled in this vault
hint-stranger = Send its public half to a security administrator: `jingui staff enrol`. Or name another key with --key.
error-disabled = { $staff } has been disabled in this vault
hint-disabled = Ask a security administrator. Whoever comes back is enrolled anew, with a new number.
error-no-copy = { $staff } has no copy of the epoch key and cannot open records
hint-no-copy = Auditors, system and audit administrators have none. Others: see `jingui keys status` and ask a security administrator.
error-role = { $staff } may not do this; it takes one of the roles { $roles }
hint-role = Ask somebody who has it (`jingui staff list`), or a security administrator.
error-not-authority = This is for the authority that was named when the vault was made
hint-not-authority = Send it the request as a file, and bring the answer in with `jingui act submit`.
error-policy = The people enrolled cannot do what the rules ask for: { $why }
hint-policy = Enrol more people with --person PUB=ROLE, or use --solo to try things out.
error-administrators = { $staff } would hold two administrator roles
hint-administrators = System, security and audit administrator must be three people; give the role to somebody else.
error-last-security = { $staff } is the last security administrator
hint-last-security = Enrol another security administrator first.
error-no-staff = Nobody here has the number { $staff }
hint-no-staff = `jingui staff list --all` shows the numbers.
error-enrolled = This key is already enrolled as { $staff }
hint-enrolled = Nothing to do. For other roles, disable { $staff } and enrol a new key.
error-escrow-unproved = The CA has not yet proved that it opens the escrow file of epoch { $epoch }
hint-escrow-unproved = Hand the file escrow/{ $epoch }.age of the keystore to the CA (`jingui keys prove`) and bring its answer in with `jingui act submit`.
error-escrow-answer = The CA's answer does not fit the escrow file of epoch { $epoch }
hint-escrow-answer = Send the CA the newest escrow file again and ask for a new answer.
error-epoch-moved = A new key period began meanwhile; epoch { $epoch } is over
hint-epoch-moved = Run the command again; it will use the new one. An act that came as a file has to be made anew; the CA does so for an opening with `jingui request open … --again FILE`.
error-rotation-unfinished = The change to epoch { $epoch } is not finished
hint-rotation-unfinished = Run `jingui keys rotate` again; it goes on where it stopped.
error-bad-signature = The signature of { $by } does not fit
hint-bad-signature = The file has been changed, or was signed with another key. Ask for it to be signed again.
error-other-vault = This act is for another vault ({ $vault })
hint-other-vault = Name the right vault with --vault DIR.
error-not-an-act = { $path } is not an act file: { $why }
hint-not-an-act = Name a file that --act-out or `jingui act sign` made.
error-unsigned = { $path } is a request that nobody has signed yet
hint-unsigned = Let the right person run `jingui act sign { $path } -o SIGNED`, then submit that file.
error-not-carried = An act of the kind { $kind } cannot be brought in as a file
hint-not-carried = Run the command for it in the vault itself.
error-stale = The act does not fit the vault as it is now: { $why }
hint-stale = Look at the newest state (`jingui status`) and make the act anew.
error-no-record = There is no record { $record }
hint-no-record = `jingui list` finds records by project, customer and date.
error-ambiguous = { $record } is the beginning of { $count } record ids
hint-ambiguous = Give more characters, or the archive number.
error-no-document = Record { $record } has no document { $doc }
hint-no-document = `jingui show { $record }` lists its documents.
error-no-line = The journal has no line { $seq }; its last one is { $lines }
hint-no-line = `jingui journal log` shows the lines.
error-source = { $path } cannot be filed: { $why }
hint-source = Name files or directories that you may read; nothing was filed.
error-source-changed = { $path } changed while it was being read; nothing was filed
hint-source-changed = Wait until the scanner or program has finished with it, then try again.
error-too-many = { $count } documents are too many for one filing; the limit is { $limit }
hint-too-many = File the first ones, then supplement the rest with --to RECORD.
error-read-back = { $path } could not be read back as it was written; nothing was filed
hint-read-back = The disk or the memory is at fault. Check both before going on.
error-catalog = The catalog cannot be used: { $why }
hint-catalog = Nothing is lost: `jingui rebuild catalog` makes it anew.
error-cursor = { $cursor } is not a place in this list
hint-cursor = Use the cursor that the list before gave, with the same filters; or leave --after out.
error-not-opened = { $path } does not open with this key
hint-not-opened = Name the identity of the CA with --identity, or take the file of the right key period.
error-other-epoch = { $path } does not hold the key of the current epoch
hint-other-epoch = Use the newest escrow file or sheet; `jingui keys status` tells the number.
error-no-mirror = This vault has no mirror, or it cannot be reached
hint-no-mirror = Connect the device it is on. Without a mirror, restore from a backup.
error-interrupted = Interrupted
hint-interrupted = What was finished counts. Run the command again to go on.
error-io = The disk or a file failed: { $doing } ({ $cause })
hint-io = Check the path and the device, then try again.
error-no-space = No space is left: { $doing } ({ $cause })
hint-no-space = Free some space or take a larger disk, then run the command again.
error-read-only = The disk can only be read: { $doing } ({ $cause })
hint-read-only = Connect it so that it can be written. A disk that became read-only by itself may be failing: copy the vault first.
error-no-permission = No permission: { $doing } ({ $cause })
hint-no-permission = Work as the user who owns the file, or ask the system administrator.
error-missing = Not there: { $doing } ({ $cause })
hint-missing = Check the name; relative names begin at the directory you are in.
