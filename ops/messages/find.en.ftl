cmd-find = Finds records by what is known of them and what stands in their documents
cmd-find-more =
    All words must fit. A name is found by its characters, its pinyin or its initials (zhangwei, zw); a number whole or
    by its tail, from four digits on; '"in this order"' is a phrase. Fields: number: project: customer: address: date:
    serial: id: phone: kind: state: class: business: outcome: box: outlet: tag: title: text: — and like: for texts that have much of
    what follows. Facts come before texts, the whole before a part. Each search is a line of the journal, the query sealed.
cmd-find-examples =
    jingui find zhangwei 2024
    jingui find 'serial:…9c01 project:"social security"' --sort newest --json
cmd-read = Reads documents that nobody has read yet, so that their words are found
cmd-read-more =
    add reads what it files; after import and watch this command does. With --again, documents of which not all was read
    are tried once more: after Tesseract was installed, say. It can be broken off at any time and goes on where it was.
cmd-read-examples =
    jingui read
    jingui read JG01-2026-000042 --again
arg-find-query = What is looked for
arg-sort = Order: best, newest, oldest
arg-facets = Also says how many there are by project, class, year, state, kind of customer
arg-read-records = Only these records: archive numbers or ids
arg-read-again = Also what was read before, as far as there is more to gain
col-matched = Found in
col-snippet = Text
found-in-number = number
found-in-project = project
found-in-customer = name
found-in-address = address
found-in-date = date
found-in-serial = serial
found-in-id = ID
found-in-phone = phone
found-in-kind = kind
found-in-state = state
found-in-class = class
found-in-business = business
found-in-outcome = outcome
found-in-box = box
found-in-outlet = outlet
found-in-tag = tag
found-in-title = title
found-in-text = document
found-in-like = document
facet-project = Project
facet-class = Class
facet-year = Year
facet-state = State
facet-kind = Customer
find-place = [{ $document }, p. { $page }]
find-facet = { $facet } { $value }: { $records }
find-total = { $total } { $total ->
    [one] record fits.
   *[other] records fit.
}
find-nothing-fits = Nothing has all of these words. like:"…" finds texts that have much of them.
find-alike-only = These are alike; none has to have all words.
find-tails-left-out = The number is there whole; too many others end like it to be looked through.
find-unread = Of { $records } { $records ->
    [one] record
   *[other] records
} not everything has been read: what was not read may fit, and nobody knows. See jingui read.
show-unread = Document { $document } is not found by its words, or not by all of them: { $why }
read-done = { $documents } { $documents ->
    [one] document read.
   *[other] documents read.
}
read-unread = { $documents } not read, or not all of it: { $why }
col-to-read = To be read
status-to-read = { $records } { $records ->
    [one] record waits
   *[other] records wait
} for jingui read, as the index knows up to line { $lines }
read-later = Not all documents were read in time; jingui read reads the others.
read-not-now = The record is filed; its documents are not in the index yet ({ $why }). The next search makes up for it, jingui read reads documents.
unread-encrypted = wants a password
unread-damaged = is damaged
unread-unknown = of a type that nobody here reads
unread-too-large = too large
unread-misbehaved = its reader took too long or broke
unread-no-ocr = its text is in pictures, and there is no OCR here (Debian: tesseract-ocr, tesseract-ocr-chi-sim)
unread-no-reader = the program that reads it is not installed (Debian: poppler-utils)
unread-illegible = no text could be recognised in its pictures
unread-waiting = nobody has read it yet
rebuild-index = The index has { $records } { $records ->
    [one] record.
   *[other] records.
}
progress-index = index: line { $done } of { $total }
progress-read = documents read: { $done }
notice-index-rebuilt = The index has been made anew: { $why }.
error-query-empty = There is nothing in the query
hint-query-empty = Type a name, a number, or words of a document.
error-query-short = "{ $word }" is too short: it takes { $least } { $of ->
    [Letters] letters
    [Digits] digits
   *[other] characters
}
hint-query-short = Type more of it, or name the field: customer:{ $word }
error-query-long = The query is too long: { $most } { $of ->
    [Clauses] words
    [Letters] letters
    [Digits] digits
   *[other] characters
} at most
hint-query-long = Leave out what all texts have.
error-query-field = There is no field "{ $field }"
hint-query-field = { $near ->
    [none] Fields are: { $list }. A colon in a text stands in quotation marks.
   *[other] Perhaps { $near } is meant. A colon in a text stands in quotation marks.
}
error-query-word = "{ $word }" is none of the words of { $field }
hint-query-word = { $near ->
    [none] See jingui help find.
   *[other] Perhaps { $near } is meant.
}
error-query-date = "{ $text }" is no date
hint-query-date = Write date:2024, date:2024-05, date:2024-05-01 or date:2024-03..2024-06.
error-query-number = "{ $word }" is no number for { $field }
hint-query-number = Type it whole, or at least its last four digits.
error-query-marks = "{ $word }" has neither characters nor digits
hint-query-marks = Leave it out.
error-query-quote = A quotation mark is not closed
hint-query-quote = Close it, or leave it out.
error-query-tail = More than { $most } numbers end in { $tail }
hint-query-tail = Type more of it.
error-query-cursor = The cursor is not one of this query
hint-query-cursor = Repeat the query as it was, with its filters and --sort, or begin without --after.
error-index = The index cannot be used: { $why }
hint-index = jingui rebuild index makes it anew; nothing is lost with it.
error-reader = Documents cannot be read here: { $why }
hint-reader = Filing and searching by labels go on. jingui doctor looks the machine over; then jingui read.
read-afterwards = Their documents are read by jingui read; until then the records are found by their labels.
index-stays = What was destroyed is gone, but the index could not be brought up to date or removed ({ $why }). Run jingui find or jingui rebuild index.
