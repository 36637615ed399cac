# What is said of putting files back, in English.

cmd-repair = Puts damaged or missing files back from the mirror and from copies
cmd-repair-more =
    Looks at every file as `verify` does, or with RECORD at the files of these records alone. What is damaged or missing comes back
    from the mirror, or from the first copy named with --from that has exactly the bytes which the journal names: covers, documents,
    notes, heads, plans, settings, and a damaged journal. The damaged file goes to quarantine/, each step is journalled, and a good
    file is never touched. What was destroyed stays destroyed.
    PLACE is a directory, file:///media/disk/jingui, or s3://BUCKET/PREFIX, as for `backup`. Needs no key. Each item is named; if one is
    left, the exit code is 13, and copies that could be asked as well are named. -n says what would come back from where.
cmd-repair-examples =
    jingui repair --from /media/disk/jingui
    jingui repair JG01-2026-000042 --from s3://archive/ra-east --credentials /etc/jingui/store
arg-repair-records = Only the files of these records
arg-repair-from = A copy to take files from, after the mirror; can be given several times

repair-put-back = { $path }: put back from { $from } ({ $finding }).
repair-would-put-back = { $path }: would be put back from { $from } ({ $finding }).
repair-left = { $path }: not put back ({ $finding }): { $why }.
repair-tried = { "    " }{ $place }: { $finding }
repair-from-journal = the journal
repair-from-program = the program
repair-from-mirror = the mirror
repair-why-nowhere = no place that was asked has it as it was written
repair-why-no-place = no place was asked that keeps it; name a copy with `jingui repair --from PLACE`
repair-why-in-mirror = it lies in the mirror; remove the mirror's directory, and it is made anew
repair-why-in-keystore = it lies in the keystore, of which no copy is kept here
repair-why-not-ours = it is not the vault's; look at it, and take it away
repair-why-journal = the journal is put back before the vault is opened; end other commands, and run this one alone
repair-why-as-named = it is the very file that the journal names, and there is no other
repair-why-unnamed = no line of the journal names it
repair-why-disk = the vault's own disk refuses it: { $detail }
repair-nothing = Nothing is damaged or missing.
repair-nothing-of-these = Nothing is damaged or missing of these records.
repair-whole = { $count ->
    [one] One file has been put back; nothing else is damaged.
   *[other] { $count } files have been put back; nothing else is damaged.
 }
repair-would-be-whole = { $count ->
    [one] One file would be put back; nothing else is damaged.
   *[other] { $count } files would be put back; nothing else is damaged.
 }
repair-in-part = { $count } put back, { $left } not. Keep all copies, and ask another one.
repair-would-in-part = { $count } would be put back, { $left } not.
repair-elsewhere = Copy { $target }, of { $lines } journal lines, was not asked. It was last seen here: jingui repair --from { $place }
repair-elsewhere-unknown = Copy { $target }, of { $lines } journal lines, was not asked. Where it is, this machine does not know.

error-journal-unhealed = The journal of { $path } could not be put back: { $why }
hint-journal-unhealed = Keep this vault as it is, and ask another copy with `jingui repair --from PLACE`. Where none helps, put the whole vault back from the newest copy: `jingui backup restore TARGET DIR`, into another directory.

progress-repair = Putting back
