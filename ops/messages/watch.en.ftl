# The watched folder, in English.
# watch-why-…: why a record went elsewhere; watch-wait-…: why it is not finished; watch-note-…, watch-next-…: in the file beside it.

## Help

cmd-watch = Files what a scanner leaves in a folder, and moves it out of the way
cmd-watch-more =
    One directory in the folder is one record, or --rule says which files belong together. A record is filed when
    nothing about it has changed for --settle seconds and the end of its files is there. When it is durable and has
    been read back, its files move to 已归档; what was filed before goes to 重复, what you have to see to goes to 需处理,
    the last two with a file beside them that says why. Nothing is ever deleted or overwritten.

    What the rule does not say of a record comes from a sheet labels.toml in its directory, and then from the options
    here; the day of business is the day its newest file was written, where nothing says it.
    Files in 已归档 can be read by everyone who gets there: remove them when you no longer need them.

    It runs until Ctrl-C (130); what was under way is gone on with the next time. --once passes over the folder once
    and ends with 3 where something went to 需处理.
cmd-watch-examples =
    jingui watch /srv/scans --project P --outlet O --customer-kind enterprise --business new --rule "{"{"}customer{"}"}/"
    jingui watch /srv/scans --once --dry-run
arg-watch-dir = The folder
arg-watch-rule = Which files are one record, and what their paths say of it: {"{"}project{"}"}/{"{"}customer{"}"}/{"{"}serial{"}"}_{"{"}kind{"}"}_{"{"}page{"}"}
arg-watch-date = Day of the business (else the day on which the newest file was written)
arg-watch-done = Where the directories for what was filed, what was known, and what needs you lie (else in the folder); on the same file system
arg-watch-settle = How long a record has to be still before it is filed (else 5)
arg-watch-every = How often the folder is looked at (else 2)
arg-watch-give-up = After how many minutes a file that is not finished counts as one that needs you (else 10)
arg-watch-supplement = Files that come later supplement their record, instead of waiting for you
arg-watch-once = One pass, then end
why-seconds = it must be a number of seconds, up to a day

## Errors

error-no-folder = { $path } is not a directory
hint-no-folder = Name the directory that the scanner writes to.
error-folder-nested = { $path } and { $other } must not lie inside each other
hint-folder-nested = Watch a folder outside the vault, its keystore and its mirror; --done lies outside or below the folder, not around it.
error-done-elsewhere = { $path } is on another device than { $other }
hint-done-elsewhere = Files are moved by renaming, which works within one file system only. Name a directory with --done on the same one, or leave it out.
error-folder-watched = Somebody else watches { $path }
hint-folder-watched = End the other `jingui watch` first, or leave the folder to it.

## What happens

watch-begin = Watching { $path }; Ctrl-C ends it.
watch-end = Filed { $archived }, supplemented { $supplemented }, already there { $duplicates }, for you to see to { $attention }.
watch-status = Waiting: { $waiting } files. Readable for everyone: { $archived } in 已归档, { $duplicate } in 重复, { $attention } in 需处理 ({ $size } MiB).
watch-unfinished = { $name } is not finished: { $why }
watch-archived = { $number }  { $name } ({ $files } files), { $materials }
watch-supplemented = { $number }  { $name } ({ $files } files), supplemented, { $materials }
watch-resumed-archived = { $number }  { $name } ({ $files } files), filed before the last run ended
watch-would-file = Would be filed: { $name } ({ $files } files)
watch-would-supplement = Would supplement { $number }: { $name } ({ $files } files)
watch-put = { $place }  { $name } ({ $files } files): { $why }
watch-would-put = Would go to { $place }: { $name } ({ $files } files): { $why }
watch-resumed = { $place }  { $name } ({ $files } files), left over from the last run
watch-left-behind = { $left } files of { $name } changed meanwhile; they wait in the folder.
watch-stuck = The files of { $name } cannot be moved and stay in the folder; it is tried again: { $why }
watch-goes-on = All is well again; going on.
turns-trouble = { $why } ({ $code }). Nothing is lost; it is tried again until it works.

## Reasons

watch-why-odd = { $name } is no regular file but a link, a pipe or a device; such are not followed.
watch-why-closed = The directory { $name } cannot be read: { $why }
watch-why-deep = The directory { $name } is nested too deep.
watch-why-no-document = There is nothing here to be filed.
watch-why-shallow = It does not lie as deep as the rule { $rule } says.
watch-why-loose = It lies loose in the folder. Put the files of one record into a directory of their own, or watch with --rule.
watch-why-not-utf8 = Its name is not UTF-8, so the rule cannot be read from it.
watch-why-missing = Nothing says this of it: { $field }
watch-why-future = The day of business lies ahead: { $date }
watch-why-customer-id = The customer's number is wrong: { $why }
watch-why-handler-id = The handler's number is wrong: { $why }
watch-why-contradiction = Its path and its sheet of labels say different things: { $field }
watch-why-sidecar = Its sheet of labels cannot be read: { $why }
watch-why-sidecar-key = Its sheet of labels says something that is no label: { $key }
watch-why-no-such-file = Its sheet of labels names a file that is not there: { $name }
watch-why-too-many = It has { $count } files; one filing takes { $limit }.
watch-why-refused = It was refused: { $why }
watch-why-known = All of its documents are filed already: { $number }
watch-why-late = A record of these labels is filed already, and these documents are not in it: { $number }. To add them: jingui add --to { $number } --reason … FILES
watch-why-given-up = It was never finished, and nothing has happened to it for long.
watch-wait-temporary = { $name } still has the name of a file that is being written.
watch-wait-empty = { $name } is empty.
watch-wait-end = The end of { $name } is missing; it is a cut-off { $kind }.
watch-wait-unreadable = { $name } cannot be read: { $why }
watch-wait-changed = { $name } changed while it was being read.
watch-wait-place = There is no place for it in { $place }: { $why }
watch-wait-open = { $name } is still open for writing ({ $program }).
watch-note-attention = { $name } has not been filed ({ $at }).
watch-note-duplicate = { $name } has not been filed once more ({ $at }).
watch-next-attention = When it is put right, move it back into the folder; this file can go.
watch-next-duplicate = Compare, and remove it if you no longer need it; this file can go.
watch-supplement-reason = Scanned later; came through the watched folder.
