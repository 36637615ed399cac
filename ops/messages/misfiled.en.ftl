# A stranger's paper in a record, taken out by two people.

## Commands

cmd-misfiled = A stranger's paper in a record: taken out and destroyed by two people
cmd-misfiled-examples =
    jingui misfiled propose JG01-2026-000042 3 --to JG01-2026-000051 --reason "card of another customer"
    jingui misfiled confirm 2M7K3Q4TS8WZ6X1V0B9C5D7E8F
cmd-misfiled-propose = Proposes that papers be taken out of a record
cmd-misfiled-propose-more =
    With --to they are filed in their own record first, as a supplement with the same reason. Nothing leaves the record
    until another person, a reviewer, legal officer or approver, confirms. The papers named came with one filing.
cmd-misfiled-propose-examples =
    jingui misfiled propose JG01-2026-000042 3 --to JG01-2026-000051 --reason "card of another customer"
    jingui misfiled propose JG01-2026-000042 3 4 --reason "private letters, scanned by mistake"
cmd-misfiled-list = Lists what waits for the second person
cmd-misfiled-list-examples =
    jingui misfiled list
    jingui misfiled list --json
cmd-misfiled-confirm = Confirms a proposal as the second person, takes the papers out and destroys them
cmd-misfiled-confirm-more =
    What else came with the same filing is sealed anew with a new key and keeps its numbers. Earlier fact versions end:
    they hold the key of the old body. The record is reviewed again. Copies made before keep what they have until the
    key of their period is destroyed: `keys rotate`. A confirmation that was signed elsewhere (--act-out, `act submit`)
    is carried out by running this again.
cmd-misfiled-confirm-examples =
    jingui misfiled confirm 2M7K3Q4TS8WZ6X1V0B9C5D7E8F
    jingui misfiled confirm 2M7K3Q4TS8WZ6X1V0B9C5D7E8F --dry-run
cmd-misfiled-refuse = Refuses a proposal, or takes one's own back
cmd-misfiled-refuse-examples =
    jingui misfiled refuse 2M7K3Q4TS8WZ6X1V0B9C5D7E8F --reason "it is the handler's card"
    jingui misfiled refuse 2M7K3Q4TS8WZ6X1V0B9C5D7E8F --reason "wrong number" --json

## Arguments

arg-docs = Numbers of the papers in the record
arg-misfiled-propose-to = The record they belong to; they are filed there first
arg-misfiled-propose-reason = Why; the reason is sealed
arg-misfiled-refuse-reason = Why; the reason is sealed
arg-act = The proposal, as `misfiled list` shows it

## Results

misfiled-proposed = Proposed to take { $count ->
        [one] one paper
       *[other] { $count } papers
    } out of { $number }: { $names }
misfiled-would-propose = It would be proposed to take { $count ->
        [one] one paper
       *[other] { $count } papers
    } out of { $number }: { $names }
misfiled-filed = They are filed in { $to }.
misfiled-would-file = They would be filed in { $to } first.
misfiled-next = A second person confirms: jingui misfiled confirm { $act }
misfiled-none = Nothing waits for a second person.
misfiled-removed = Taken out and destroyed. { $number } has { $left ->
        [one] one paper
       *[other] { $left } papers
    } left and waits for its reviewer.
misfiled-would-remove = They would be taken out and destroyed; { $number } would have { $left ->
        [one] one paper
       *[other] { $left } papers
    } left.
misfiled-elsewhere =
    { $copies ->
        [0] The key of period { $epoch } still opens whatever older copy of the vault somebody may have made.
        [one] One copy was made while they were there; the key of period { $epoch } still opens what it holds.
       *[other] { $copies } copies were made while they were there; the key of period { $epoch } still opens what those hold.
    } `jingui keys rotate` ends that.
misfiled-refused = Refused: { $act }
misfiled-would-refuse = Would be refused: { $act }
col-papers = Papers
col-to = Filed in
col-confirmed-by = Confirmed by

## What went wrong

error-one-filing = The papers named of { $record } came with different filings
hint-one-filing = Propose those of each filing by themselves; `jingui show { $record }` shows which came when.
error-last-papers = Nothing would be left of { $record }
hint-last-papers = If the whole record is somebody else's, correct its labels: `jingui correct { $record } --customer …`.
error-same-record = { $record } is the record they lie in
hint-same-record = Name the record they belong to, or leave --to away.
error-not-filed-there = { $record } does not have the papers that were to be filed there
hint-not-filed-there = Nothing was destroyed. Refuse the proposal (`jingui misfiled refuse`) and propose again.

## Notices

notice-removal-waits = Papers taken out are still in the mirror { $mirror }: { $why }. They are destroyed there once it can be reached.
notice-removal-unfinished = Papers taken out could not be destroyed yet: { $why }. The next opening of the vault tries again.
