# Requests: a single record for the CA while an archive lives. At the CA, and at the archive.

cmd-request = A single record for the CA: asked for by a signed request, or opened by the CA itself
cmd-request-more =
    The CA asks (`request new`), its authority signs and sends the act, the archive's next push takes it in. Somebody there answers
    with the record (`request answer`), or refuses; the CA reads the answer (`request read`). Where there is no time for that, the CA
    opens the record out of what was pushed (`request open`), and the archive's journal says so after its next push.
cmd-request-examples =
    jingui request new s3://ra-east/jingui JG01-2026-000042 --matter "(2026) 7" --basis dispute -o ask.act --key ca.key
    jingui request list
cmd-request-new = At the CA: asks for a record
cmd-request-new-more =
    Needs no vault. The act names the archive number and no person; the matter is sealed to the archive. The answer will be sealed to
    --recipient, else to your key. Where your key is the authority's the act is signed at once; else the authority signs it with
    `jingui act sign`. `jingui act send` leaves it at the target. With --cosigner DIR the journal there has to continue what was
    countersigned. If the archive renews its keys before it takes the request in, it names it with each push: ask once
    more, with --again FILE for that request, which then needs nobody.
cmd-request-new-examples =
    jingui request new s3://ra-east/jingui JG01-2026-000042 --matter "(2026) 7" --basis dispute -o ask.act --key ca.key
    jingui request new /media/disk JG01-2026-000042 --matter "letter 12" --basis regulator --due 2026-12-15 -o ask.act --key ca.key
cmd-request-list = At the archive: shows what the CA has asked for and nobody has answered
cmd-request-list-more = Needs no key. With --all also what was answered or refused, and records that the CA has opened by itself.
cmd-request-list-examples =
    jingui request list
    jingui request list --all --json
cmd-request-show = Shows one request with its matter
cmd-request-show-more = For archivists and legal officers. The act is the one that `request list` shows.
cmd-request-show-examples =
    jingui request show 2M7K3Q4TS8WZ6X1V0B9C5D7E8F --key sun.key
    jingui request show 2M7K3Q4TS8WZ6X1V0B9C5D7E8F --key sun.key --json
cmd-request-answer = Answers a request with the record, sealed to the CA
cmd-request-answer-more =
    For archivists and legal officers. The record is opened as with `jingui open`, which is a line of the journal; a restricted one for the
    purpose that the request names. The answer has all documents, facts, the record's own lines, and proofs under a signed head. It goes
    to -o FILE, to --at TARGET, or without either to where pushes go. A line names it; push once more, and the CA sees that line as well.
cmd-request-answer-examples =
    jingui request answer 2M7K3Q4TS8WZ6X1V0B9C5D7E8F --key sun.key
    jingui request answer 2M7K3Q4TS8WZ6X1V0B9C5D7E8F -o answer.age --key sun.key
cmd-request-refuse = Refuses a request
cmd-request-refuse-more = For archivists and legal officers, such as where there is no such record, or it was destroyed. The reason is sealed.
cmd-request-refuse-examples =
    jingui request refuse 2M7K3Q4TS8WZ6X1V0B9C5D7E8F --reason "destroyed in 2025, plan 0J7R" --key sun.key
    jingui request refuse 2M7K3Q4TS8WZ6X1V0B9C5D7E8F --reason "another RA's number" --key sun.key --dry-run
cmd-request-read = At the CA: reads an answer, makes sure of it, and writes it out
cmd-request-read-more =
    Needs no vault. From a file, or from a target and the act of the request. It counts only if the head is signed by the archive's log,
    each line is proved under it, the request among them is signed by the authority, and every document has the digest that was filed.
    With --cosigner DIR the log must be the one that is known there, and continue what was countersigned. DIR is made anew.
cmd-request-read-examples =
    jingui request read answer.age -o case-7 --key ca.key --cosigner /srv/cosigner
    jingui request read s3://ra-east/jingui 2M7K3Q4TS8WZ6X1V0B9C5D7E8F -o case-7 --key ca.key
cmd-request-open = At the CA: opens a record out of what was pushed, with the escrowed keys
cmd-request-open-more =
    Needs no vault. Reads the journal at the target and the files of this record, each of which must be the one that the journal names. The
    act that says so goes to --act-out before any document is written; sign it and leave it with `jingui act send` at once, so that the
    archive's journal shows the opening after its next push. If its keys are renewed before that, --again FILE makes the act anew
    without opening anything.
cmd-request-open-examples =
    jingui request open s3://ra-east/jingui JG01-2026-000042 --matter "(2026) 7" --basis dispute -o case-7 --act-out opened.act --key ca.key
    jingui request open /media/disk JG01-2026-000042 --matter "letter 12" --basis regulator --identity ca.age -o l12 --act-out l12.act --key ca.key

arg-request-new-target = Where the archive pushes to: a directory, its file:/// address, or s3://BUCKET/PREFIX
arg-request-new-number = The archive number
arg-request-new-basis = On what ground: dispute, complaint, regulator
arg-request-new-due = The day by which it should be answered
arg-request-new-recipient = To whom the answer is sealed, if not to your key
arg-request-new-cosigner = The cosigner's directory: the journal has to continue what it has signed
arg-request-new-again = A request that was not taken in because the keys were renewed: this one stands for it
arg-request-new-output = The request, for the authority to sign
arg-request-list-all = Also what is settled, and what the CA has opened by itself
arg-request-show-act = The request, as `request list` shows it
arg-request-answer-act = The request, as `request list` shows it
arg-request-answer-output = Write the sealed answer to this file
arg-request-refuse-act = The request, as `request list` shows it
arg-request-refuse-reason = Why; the reason is sealed
arg-request-read-from = The answer, or the target that it lies at
arg-request-read-act = The request, where the answer lies at a target
arg-request-read-identity = The identity that the answer is sealed to, if it is not that of the key
arg-request-read-cosigner = The cosigner's directory: the log has to be the one that it knows
arg-request-read-output = A directory that is not there yet
arg-request-open-target = Where the archive pushes to: a directory, its file:/// address, or s3://BUCKET/PREFIX
arg-request-open-number = The archive number
arg-request-open-basis = On what ground: dispute, complaint, regulator
arg-request-open-identity = The identity that escrow is sealed to, if it is not that of the key
arg-request-open-cosigner = The cosigner's directory: the journal has to continue what it has signed
arg-request-open-again = An act of an opening that was not taken in because the keys were renewed: made anew for --act-out, nothing is opened
arg-request-open-output = A directory that is not there yet
why-recipient = an age recipient begins with age1, as `jingui key show` prints it

## Results

request-asked = Request for { $number } of the archive { $vault }
request-would-ask = Would ask for { $number } of the archive { $vault }.
request-sign = Next, by the authority: jingui act sign { $path } -o signed.act, then jingui act send signed.act --at { $place }. The request is { $act }.
request-send = It is signed. Next: jingui act send { $path } --at { $place }. The act is { $act }.
request-unvouched = Nothing but the archive's own word says that it is the one you mean: name the cosigner's directory with --cosigner DIR.
request-other-authority = The authority that the answer names is not the key you read it with. If you are the authority, it is somebody else's answer.
request-key-alone = The log's key is the one that the cosigner knows. Whether the journal continues what was countersigned last, this answer does not tell.
request-none = Nothing waits for an answer.
request-others = { $count ->
    [one] One more is settled, or a record that the CA has opened by itself
   *[other] { $count } more are settled, or records that the CA has opened by itself
 }: --all shows them.
request-answered = Answered with { $number }: { $count ->
    [one] one document
   *[other] { $count } documents
 } (line { $seq }).
request-would-answer = Would answer with { $number }: { $count ->
    [one] one document
   *[other] { $count } documents
 }.
request-answer-file = The answer, sealed to the CA: { $path }
request-answer-left = The answer lies at the target: { $name }
request-refused = Refused: { $number } (line { $seq }).
request-would-refuse = Would refuse { $number }.
request-read = { $number }: { $count ->
    [one] one document
   *[other] { $count } documents
 }, proved under a head over { $lines } lines, in { $path }
request-would-read = { $number }: { $count ->
    [one] one document
   *[other] { $count } documents
 }, proved under a head over { $lines } lines. Nothing was written.
request-opened-here = { $number }: { $count ->
    [one] one document
   *[other] { $count } documents
 }, as the journal names them, in { $path }
request-told-again = The opening of { $number } is told anew.
request-would-tell-again = Would tell anew that { $number } was opened.
request-would-open = { $number }: { $count ->
    [one] one document opens
   *[other] { $count } documents open
 }. Nothing was written.

request-state-open = waits
request-state-overdue = overdue
request-state-answered = answered
request-state-refused = refused
request-state-opened = opened by the CA
ground-dispute = dispute
ground-complaint = complaint
ground-regulator = regulator
col-ground = Ground
col-answer-by = Answer by
col-settled = Settled by line
col-answer = Answer, BLAKE3
col-refused = Refused because

kind-record-request = record requested by the CA
kind-request-answer = request answered
kind-request-refuse = request refused
kind-escrow-open = record opened by the CA

## What went wrong

error-no-request = There is no request or answer { $act }
hint-no-request = `jingui request list --all` names them. At the CA: the archive's next push takes the request in, and somebody there answers it.
error-request-settled = The request { $act } was settled by line { $seq }
hint-request-settled = `jingui request show { $act }` tells how. The CA asks once more with `jingui request new`.
error-answer-damaged = { $path } is not an answer that can be believed: { $why }
hint-answer-damaged = Nothing of it was kept. Have the archive send the file once more, or ask again with `jingui request new`.
