# Hand-over: everything of an archive, or the records of one project, to its CA. At the archive, and at the CA (`accept --take`).

cmd-handover = Hands everything of this archive over to the CA, when an RA closes, or one project
cmd-handover-more =
    Begun by one person, confirmed by another: from then on nothing is filed. `jingui push` brings all of it to the CA, which opens
    every document and takes it into a vault of its own (`jingui accept --take`). Its signed receipt comes back with a push. Only then
    does `handover finish` destroy what is here, and only what the receipt names as it is here. The journal stays.
    With `begin --project` it is the records of one project alone: they are sealed, and the archive goes on with all others.
cmd-handover-examples =
    jingui handover begin --reason "contract ends on 31 December" --key li.key
    jingui handover status
cmd-handover-begin = Proposes that everything be handed over, or the records of one project
cmd-handover-begin-more =
    An approver, legal officer or system administrator proposes; nothing changes until another person confirms it. The CA must have
    proved that it opens the escrow, and plans, removals, rotations and other proposals must be finished.
    With --project it is the records that have that project now, by any of its names. Their list goes into the journal, which names
    nobody; whose they are stands under seal, with the reason. What is filed later is not among them.
cmd-handover-begin-examples =
    jingui handover begin --reason "contract ends on 31 December" --key li.key
    jingui handover begin --project "Social security" --reason "the project has moved" --key li.key --dry-run
cmd-handover-confirm = Confirms that, as the second of two people: nothing more is filed
cmd-handover-confirm-more =
    An approver or legal officer, somebody else than who proposed it. Records can still be read, and holds placed, reviewed and
    released. Until there is a receipt, `handover cancel` lets filing go on. Of one project its records alone are sealed.
cmd-handover-confirm-examples =
    jingui handover confirm 2M7K3Q4TS8WZ6X1V0B9C5D7E8F --key sun.key
    jingui handover confirm 2M7K3Q4TS8WZ6X1V0B9C5D7E8F --key sun.key --dry-run
cmd-handover-cancel = Calls it off; filing goes on
cmd-handover-cancel-more = What is only proposed is refused. What has been confirmed can be called off until a receipt of the CA has come.
cmd-handover-cancel-examples =
    jingui handover cancel --reason "the contract was renewed" --key sun.key
    jingui handover cancel --reason "the contract was renewed" --key sun.key --dry-run
cmd-handover-status = Shows how far it is, and what still opens anything elsewhere
cmd-handover-status-more =
    Needs no key. It ends with the next step. Of one project it says with a key which that is, and how many records of it are here
    that are no part of it: they were filed since, and another hand-over takes them.
cmd-handover-status-examples =
    jingui handover status
    jingui handover status --json
cmd-handover-check = Compares everything that is here with the CA's newest receipt
cmd-handover-check-more =
    Needs no key and changes nothing. Each record is named that is not in the receipt as it is here, or that a hold keeps of which the CA
    does not know; exit code 3. `handover finish` looks in the same way before it begins.
cmd-handover-check-examples =
    jingui handover check
    jingui handover check --json
cmd-handover-finish = Destroys here what the CA has taken in, keys and all
cmd-handover-finish-more =
    Of one project it destroys its records alone; keys, and everything else, stay.
    An approver or legal officer. It cannot be undone: covers, key copies, documents, notes and everything derived go, here and in the
    mirror; journal, heads, registers and the list of the receipt stay. --confirm wants the whole id of the receipt's act, as
    `handover status` shows it. Cut off anywhere, the same command goes on. Exit code 3: the mirror has to be there first.
cmd-handover-finish-examples =
    jingui handover finish --key sun.key --dry-run
    jingui handover finish --confirm 0K2Q6V1R8Y3T5W7Z9B1D3F5H7J --key sun.key
cmd-handover-place = At the CA: shows or says where the copies are in which documents have stayed
cmd-handover-place-more =
    Documents that `accept --take --leave-documents` has left at a target are opened from there. When the copy has come to another
    place, or somebody else asks there, say so: an archivist, security or system administrator. It has to be that copy. --cache is how many
    bytes of fetched, still sealed bodies may lie in derived/held at most (1G where nobody has said). Without a place or --cache both are shown.
cmd-handover-place-examples =
    jingui handover place 6W4D1M0PV3J8QK2R7T5Y9Z1B3C s3://ca-archive/ra-east --credentials /etc/jingui/store --key wang.key
    jingui handover place --cache 20G --key wang.key

arg-handover-begin-project = Only the records of this project, by any of its names
arg-handover-begin-reason = Why; the reason is sealed
arg-handover-confirm-act = The proposal, as `handover begin` printed it
arg-handover-cancel-reason = Why; the reason is sealed
arg-handover-finish-confirm = The whole id of the receipt's act, typed once more
arg-handover-place-target-id = The copy's id, as `verify --left` and `show` name it
arg-handover-place-place = Where that copy is: a directory, or an address in a store
arg-handover-place-cache = Bytes of fetched bodies at most, such as 500M or 20G
arg-verify-left = Also read the documents that have stayed at another place, there
arg-accept-take = Take everything that is handed over into your own vault
arg-accept-leave-documents = With --take: leave the documents where they are, and open them from there
arg-accept-output = With --take: the receipt, for the authority to sign

## Results

handover-begun = Proposed: { $act }. Once it is confirmed nothing more is filed beside the { $records } records. Somebody else confirms it: jingui handover confirm { $act }
handover-would-begin = Would propose to hand over { $records } records.
handover-list-begun = Proposed: { $act }. Once it is confirmed nothing more is said of the { $records } records of { $project }, and filing goes on. Somebody else confirms it: jingui handover confirm { $act }
handover-list-would-begin = Would propose to hand over the { $records } records of { $project }.
handover-list-confirmed = Sealed by line { $seq }: nothing more is said of { $records } records. Filing goes on.
handover-list-would-confirm = Would confirm the proposal { $act }: nothing more would be said of { $records } records.
handover-list-proposed = Proposed by { $by } at { $at }: { $records } records. Somebody else confirms it: jingui handover confirm { $act }
handover-list-finished = Destroyed: the { $records } records that were handed over (line { $seq }). Keys and everything else stay.
handover-list-would-finish = Would destroy the { $records } records that were handed over. All of them are in the receipt as they are here.
handover-beside = { $count ->
    [one] One record
   *[other] { $count } records
 } of this project { $count ->
    [one] is
   *[other] are
 } here and no part of it, such as what was filed since. Another hand-over takes them.
handover-earlier = Handed over before: { $records } records to { $taker }, by the receipt { $receipt }; destroyed here, line { $seq }.
handover-still-open = Older copies of what was destroyed open with the key of epoch { $epoch }, which is in use: jingui keys rotate
handover-confirmed = Sealed by line { $seq }: nothing more is filed.
handover-would-confirm = Would confirm the proposal { $act }: nothing more would be filed.
handover-cancelled = Called off. Filing goes on.
handover-would-cancel = Would be called off.
handover-none = Nothing is handed over.
handover-proposed = Proposed by { $by } at { $at }. Somebody else confirms it: jingui handover confirm { $act }
handover-received = { $records } records, from { $lines } journal lines
handover-sheets = { $count ->
    [one] A recovery sheet
   *[other] { $count } recovery sheets
 } of epoch { $epoch } can still open what was sealed to it. Destroy the paper, and note it: jingui keys shred { $epoch } --medium sheet
handover-escrow = The CA's copy of the key of epoch { $epoch } still opens what was sealed to it, wherever it lies.
handover-copy = A copy of { $at } ({ $lines } lines) is at { $place }.
handover-lack = { $number }: { $why }
handover-lack-missing = not in the receipt
handover-lack-otherwise = in the receipt in another version, or with other documents
handover-lack-hold = a hold keeps it that the CA does not know of
handover-lack-not-here = in the receipt and not here
handover-all-receipted = All { $records } records are in the receipt as they are here, with every hold that keeps them.
handover-not-receipted = { $count } of { $records } records do not fit the receipt.
handover-finished = Destroyed: { $records } records, with all keys (line { $seq }). The journal stays.
handover-would-finish = Would destroy { $records } records, with all keys. Everything is in the receipt as it is here.
handover-mirror-lags = The mirror is behind, and has to be there: { $why }. Run the same command again once it can be reached.

handover-stage-sealed = nothing more is filed; not all of it is with the CA yet
handover-stage-sent = all of it is at a target; there is no receipt yet
handover-stage-receipted = the CA has signed a receipt
handover-stage-destroying = being destroyed here
handover-stage-destroyed = destroyed here; the CA has not countersigned that yet
handover-stage-closed = closed: destroyed here, and countersigned by the CA
handover-next-sealed = Next: `jingui push`; then the CA takes it in with `jingui accept --take`, and the next push brings its receipt.
handover-next-sent = Next: the CA takes it in with `jingui accept --take`; the push after that brings its receipt.
handover-next-receipted = Next: `jingui handover check`, then `jingui handover finish --confirm { $receipt }`
handover-next-destroying = It was cut off. Next: `jingui handover finish --confirm { $receipt }` once more
handover-next-destroyed = Next: `jingui push`, the CA countersigns with `jingui cosigner sign --at`, and `jingui push` once more.
handover-list-stage-sealed = nothing more is said of its records; not all of them are with the CA yet
handover-list-next-closed = This project is handed over to the end. The archive goes on; another hand-over may begin.
handover-next-closed = Nothing is left to do here but the papers and copies named above. Keep the directory: the journal says what became of everything.

accept-taken = Taken in from { $vault }, as of { $lines } lines: { $records } records, { $new } of them now; { $holds } holds came along.
accept-differs = { $number }: not taken in as it is there: { $why }
accept-no-receipt = { $count ->
    [one] One record is
   *[other] { $count } records are
 } not here as it is there, so there is no receipt. What is damaged is sent again by the archive's next push; then run the same command again.
accept-receipt = The receipt: { $path }. Its list is at the target: { $name }
accept-receipt-next = Next, by the authority: jingui act sign { $path } -o signed.act, then jingui act send signed.act --at { $place }
accept-would-take = { $records } records would be taken in.
accept-not-taken = Of { $records } records none was taken in: what is damaged has to come again first.
accept-left = The documents of { $records ->
    [one] one record stay
   *[other] { $records } records stay
 } at the target: once the archive has destroyed its own, that is the only place that has them. Keep it, back it up, and read it again with `jingui verify --left`.
accept-left-list = The archive goes on, with credentials that may put objects over those documents: have the store keep versions or lock objects before the receipt is signed, or copy them to a place of your own.
progress-take = Taking in: { $done } of { $total }
progress-left = Reading documents where they have stayed: { $done } of { $total }

handover-no-places = Nobody has said where documents have stayed.
handover-place = { $target }: { $place }
handover-place-cache = Fetched bodies may take { $bytes } bytes.
verify-left = { $count ->
    [one] One more body lies
   *[other] { $count } more bodies lie
 } where another archive had put them, and were not read: `jingui verify --left` reads them there.
verify-left-read = { $count ->
    [one] One more body lies where another archive had put it, and was read there.
   *[other] { $count } more bodies lie where another archive had put them, and were read there.
 }
misfiled-stays = The papers themselves stay in { $name } of the copy { $target }, sealed: who has the keys escrowed for that archive opens it, until the CA removes it there.
certificate-answers = Not destroyed by this: { $count ->
    [one] one answer
   *[other] { $count } answers
 } with its documents that the CA was given at its request. Whoever has the key that it was sealed to opens it, wherever it lies. As it is called, or would be called, at a target:
certificate-still-there = Not destroyed by this: { $count } sealed bodies in the copy { $target } of the archive that had handed them over. Who has the keys escrowed for that archive opens them, by its covers there, until the CA removes both:
why-target = the id of a copy has 26 characters, as `jingui handover place` shows it

col-sealed = Sealed by line
col-receipt = Receipt
col-taker = Taken in by
col-received = Received
col-done-line = Destroyed, line
col-handover = Hand-over

kind-handover-list = records listed for a hand-over
kind-handover-begin = hand-over proposed
kind-handover-cancel = hand-over called off
kind-handover-receipt = receipt of the CA
kind-handover-finish = destruction after hand-over begun
kind-handover-done = handed over and destroyed
kind-handover-take = another archive taken in
kind-hold-take = hold taken in

## What went wrong

error-handed-over = Everything of this archive is handed over ({ $stage })
hint-handed-over = `jingui handover status` tells how far it is. Until there is a receipt of the CA, `jingui handover cancel` lets filing go on.
error-sealed = { $what } is being handed over ({ $stage })
hint-sealed = Nothing more is said of it here. `jingui handover status` tells how far it is; until there is a receipt of the CA, `jingui handover cancel` lets it go on.
error-nothing-listed = No record of { $project } is here
hint-nothing-listed = `jingui project list` names the projects, `jingui list --project` their records.
error-transferred = The record { $record } was handed over to { $taker }, by the receipt { $receipt }
hint-transferred = It is in that vault. Line { $seq } of the journal says so: `jingui journal log --from { $seq } --limit 1`; `jingui print handover --receipt { $receipt }` prints the list.
notice-certificates-leave = { $count ->
    [one] Of one certificate
   *[other] Of { $count } certificates
 } on the list nothing was taken in: records that rely on them are being handed over.
error-unfinished = Something has to be finished first: { $what ->
    [handover] a hand-over of some records goes on
    [plan] a plan to destroy records is open
    [removal] papers that were taken out are still to be destroyed
    [rotation] the keys have to be renewed to the end
    [proposal] a proposal waits for its second person
    [authority] this vault has no authority that could sign a receipt
    [takings] it has taken in another archive, which cannot be handed on yet
    [screening] records have not been compared with a standing hold
   *[other] { $what }
 }
hint-unfinished = { $what ->
    [handover] `jingui handover status` tells how far it is: finish it, or call it off.
    [plan] `jingui purge list` names it: run it to its end, or reject it.
    [removal] Open the vault with its mirror at hand, such as with `jingui status`.
    [rotation] Run `jingui keys rotate`.
    [proposal] Have it confirmed or refused; `jingui journal log` names it.
    [authority] Only a vault that was begun with --authority can be handed over.
    [takings] Keep this vault, or hand over by a copy and the escrow (`jingui backup restore`, `jingui keys recover`).
    [screening] A legal officer runs `jingui hold screen`.
   *[other] See `jingui status`.
 }
error-no-handover = Nothing is being handed over, or it is another hand-over
hint-no-handover = `jingui handover status` tells how it stands; `jingui handover begin` begins one.
error-no-receipt = There is no receipt of the CA
hint-no-receipt = The CA takes everything in with `jingui accept --take`, signs the receipt and sends it with `jingui act send`; then run `jingui push`.
error-receipt-damaged = { $path } is not the list that the CA signed: { $why }
hint-receipt-damaged = Run `jingui push` again. If that does not bring it, the CA makes another receipt with `jingui accept --take`.
error-list-too-long = The list of the receipt would have { $bytes } bytes; an archive takes in { $limit } at most. Nothing was left.
hint-list-too-long = Nothing is lost: everything taken in stays. Please report this; so many records do not fit into one receipt.
error-not-receipted = { $count } records are not in the CA's receipt as they are here
hint-not-receipted = `jingui handover check` names them. Run `jingui push`, have the CA take them in and sign a new receipt, and push again.
error-own-vault = It is this vault's own hand-over
hint-own-vault = Name the CA's vault with --vault DIR.
error-fonds-taken = Another archive here has the fonds code { $fonds }
hint-fonds-taken = Archive numbers would mean two records. Take it into another vault of the CA's.
error-rules-differ = Version { $version } of the rule { $class } ({ $years } years) was signed there and not here
hint-rules-differ = Two people sign the same here first: `jingui rule propose`, `jingui rule approve`. Otherwise periods would move on the way.
error-not-handed-over = What lies at { $place } is not sealed for a hand-over, or is gone already
hint-not-handed-over = At the archive: `jingui handover status`. It is begun and confirmed by two people there, and then pushed.
error-handover-unconfirmed = This cannot be undone: type the whole id of the receipt's act once more
hint-handover-unconfirmed = Add --confirm { $receipt }
error-no-left-place = Nobody has said where the copy { $target } is, in which documents have stayed
hint-no-left-place = Say it: jingui handover place { $target } PLACE. If settings/places.toml was edited by hand, `jingui verify` says so.
error-left-unreachable = The copy { $target } at { $place }, in which documents have stayed, cannot be reached: { $why }
hint-left-unreachable = Bring disk or store back. If it has come to another place, or needs other credentials: jingui handover place { $target } PLACE --credentials FILE
error-left-elsewhere = Documents of the record { $record } are not in this copy: they have stayed in the copy { $target }
hint-left-elsewhere = They lie there as the archive that was taken in had pushed them. Open the record in the vault that has it: jingui open { $record }
error-left-damaged = { $name } at { $place } is not the body that was taken in: { $finding }. Nothing of it was shown.
hint-left-damaged = Put that object back there from a copy of the archive that is handed over; then try again. `jingui verify --left` reads all of them.
