# Holds.

## Commands

cmd-hold = Records that must not be destroyed
cmd-hold-examples =
    jingui hold place --query "project:Tax customer:Dawn" --matter "(2026) Civ 77" --basis "order of 20 November"
    jingui hold release "(2026) Civ 77" --reason "judgment is final"
cmd-hold-place = Places a hold on a list of records, or on all that a query means, now and later
cmd-hold-place-more =
    It is in force when the command returns. A query has fields: project: customer: outlet: date: (a day, or from..to)
    business: outcome: class: box: tag:, and words or phrases: records that have all of them, in what is known or in a document, and those of
    which not everything could be read (see jingui read). What comes later is held until its documents have been read.
    Held records can be read, shown and supplemented, not corrected, replaced or destroyed. Matter and basis are sealed.
cmd-hold-place-examples =
    jingui hold place --record JG01-2026-000042 --matter "Complaint 12" --basis "letter of 1 June"
    jingui hold place --query "customer:Dawn date:2024-01-01.." --matter "(2026) Civ 77" --basis "order" --review 2027-05-01
cmd-hold-list = Lists holds that keep records; with --all also those that are over
cmd-hold-list-examples =
    jingui hold list
    jingui hold list --all --json
cmd-hold-show = Shows a hold and its records
cmd-hold-show-examples =
    jingui hold show "(2026) Civ 77"
    jingui hold show 2M7K3Q4T --json
cmd-hold-release = Ends a hold, once a second person has run the same
cmd-hold-release-more = Its records are kept for 30 days more, in which `hold keep` puts it back at once.
cmd-hold-release-examples =
    jingui hold release "(2026) Civ 77" --reason "judgment is final"
    jingui hold release 2M7K3Q4T --reason "judgment is final" --dry-run
cmd-hold-keep = Puts a released hold back in force, or ends a proposal to release it
cmd-hold-keep-examples =
    jingui hold keep "(2026) Civ 77" --reason "appeal"
    jingui hold keep 2M7K3Q4T --reason "appeal" --json
cmd-hold-review = Says that somebody has looked at a hold, which goes on, and when to look again
cmd-hold-review-examples =
    jingui hold review "(2026) Civ 77" --reason "still pending"
    jingui hold review "(2026) Civ 77" --next 2027-11-01 --reason "still pending"
cmd-hold-screen = Compares all records with the query of a hold once more
cmd-hold-screen-more = For what nobody could compare when it was filed: such records count as held until then.
cmd-hold-screen-examples =
    jingui hold screen "(2026) Civ 77"
    jingui hold screen 2M7K3Q4T --json

## Arguments

arg-hold-place-record = A record to hold
arg-query = What is held: fields and words
arg-matter = The matter: a case number, a name; it is sealed
arg-hold-place-basis = What it rests on: an order, a demand, a complaint; it is sealed
arg-hold-place-review = Day on which somebody should look at it again, else in half a year
arg-hold-list-all = Also those that are over
arg-hold = The matter, or the beginning of the hold's id
arg-next = Day on which somebody should look at it again, else in half a year
arg-hold-release-reason = Why; the reason is sealed
arg-hold-keep-reason = Why; the reason is sealed
arg-hold-review-reason = What came of it; it is sealed

## Results

hold-placed = In force: hold { $hold } on { $count ->
        [one] one record
       *[other] { $count } records
    }.
hold-would-place = { $count ->
        [one] One record
       *[other] { $count } records
    } would be held.
hold-review-on = Somebody should look at it again on { $day }. It does not end by itself.
hold-none = No hold.
hold-in-force = in force
hold-overdue = in force, to be looked at
hold-releasing = in force, release proposed
hold-cooling = released, cooling off
hold-over = over
hold-release-proposed = Proposed to release { $matter }. A second person runs the same command.
hold-would-propose-release = It would be proposed to release { $matter }.
hold-released-now = Released: { $matter }. Its records are kept for { $days } days more; `jingui hold keep` puts it back.
hold-would-release = { $matter } would be released.
hold-kept = In force: { $matter }
hold-would-keep = { $matter } would be in force.
hold-reviewed = Looked at: { $matter }
hold-would-review = It would be said that { $matter } was looked at.
hold-screened = All records were compared with { $matter }.
hold-would-screen = All records would be compared with { $matter }.
col-hold = Hold
col-matter = Matter
col-basis = Basis
col-query = Query
col-review = Look again
col-released = Released
kind-hold-place = hold placed
kind-hold-catch = records under a hold
kind-hold-screened = all compared with a hold
kind-hold-screen = compared with holds
kind-hold-release = release of a hold proposed
kind-hold-keep = hold put back
kind-hold-review = hold looked at

## What went wrong

error-no-hold = No hold { $hold }
hint-no-hold = `jingui hold list --all` lists them.
error-which-hold = { $hold } fits { $count } holds
hint-which-hold = Give more of the id; `jingui hold list` shows it.
error-hold-in-force = Hold { $hold } is in force
hint-hold-in-force = Nothing has to be put back.
error-hold-released = Hold { $hold } has been released
hint-hold-released = `jingui hold keep` puts it back; after the cool-off place a new one.
error-not-eligible = { $record } is not eligible for that now
hint-not-eligible = The legal officer can tell more. It can be read and supplemented.
error-holds-changed = Holds have changed meanwhile (line { $line })
hint-holds-changed = Run the command again: it looks at them anew.
error-bad-query = This is no query: { $why }
hint-bad-query = Fields: project: customer: outlet: date: business: outcome: class: box: tag:. See `jingui hold place --help`.
error-proposed-already = This has been proposed already: { $act }
hint-proposed-already = Another person confirms it, or refuses it.
query-empty = it names nothing, and would hold everything
query-long = it is too long
query-quote = a quotation mark is not closed
query-field = there is no field { $field }
query-value = "{ $value }" does not fit { $field }
query-twice = { $field } stands there twice
error-review-day = A hold cannot wait until { $day } to be looked at
hint-review-day = Name a day after today and within twelve months.

## Notices

notice-hold-unscreened = What was changed could not be compared with the standing holds. The legal officer runs `jingui hold screen`.
