# Printing, in English: the command, its errors, and what stands on paper.
# paper-…: words on a page; print-…: what the command tells.

cmd-print = Prints labels and lists as PDF
cmd-print-more =
    Every character is looked up in the fonts before anything is printed. One that no font has is named, and nothing is printed:
    a name without its rare character is another name.
cmd-print-examples =
    jingui print label --box B-7 -o label.pdf
    jingui print contents JG01-2026-000042 -o contents.pdf
cmd-print-label = Prints an archive label for each box
cmd-print-label-more = The boxes are those in which the chosen records lie. Records without a box are counted and left out.
cmd-print-label-examples =
    jingui print label --box B-7 -o label.pdf
    jingui print label --project "Social security" --from 2024-01-01 --to 2024-12-31 -o labels.pdf
cmd-print-spine = Prints the spine of each box
cmd-print-spine-examples =
    jingui print spine --box B-7 --width 30 -o spine.pdf
    jingui print spine --project "Social security" -o spines.pdf
cmd-print-contents = Prints the contents list of a record
cmd-print-contents-more = ID numbers are masked. --reveal prints them; the journal keeps who asked, and the reason is sealed.
cmd-print-contents-examples =
    jingui print contents JG01-2026-000042 -o contents.pdf
    jingui print contents JG01-2026-000042 --reveal --reason "court order 12" -o contents.pdf
cmd-print-filing-list = Prints the filing list of the chosen records
cmd-print-filing-list-examples =
    jingui print filing-list --box B-7 -o list.pdf
    jingui print filing-list --project "Social security" --from 2024-01-01 -o list.pdf
cmd-print-missing = Prints the missing list: what records lack, the longest waiting first
cmd-print-missing-examples =
    jingui print missing -o missing.pdf
    jingui print missing --clerk 0003 --days 30 -o missing.pdf
cmd-print-register = Prints the register and certificate of a destruction, to be signed
cmd-print-register-examples =
    jingui print register 2M7K3Q4T -o register.pdf
    jingui print register 2M7K3Q4T --lang zh -o register.pdf
cmd-print-handover = Prints the papers of a hand-over: deed of transfer in two copies, and the list
cmd-print-handover-more =
    From the CA's newest receipt, or the one that --receipt names, to be signed and sealed on both sides. Needs no key, and prints the same before everything is destroyed
    here and after. With a key of somebody who may know of holds, the list says how many keep each record.
cmd-print-handover-examples =
    jingui print handover -o handover.pdf
    jingui print handover -o handover.pdf --lang zh
cmd-print-sheet = Prints a recovery sheet
cmd-print-sheet-more =
    Whoever has the sheet can open every record. Without -o it goes to standard output and to no file: send it to a printer (`… | lp`). With -o the
    secret lies in that file until it is removed, and a removed file may be found again on its disk.
cmd-print-sheet-examples =
    jingui print sheet
    jingui print sheet -o /dev/shm/sheet.pdf

arg-output = Where the PDF goes; - or nothing is standard output
arg-font = Use only this font file; several are asked in the order given
arg-substitute = Print a box with the code where a character cannot be printed
arg-width = Width of the spine in millimetres, else 40
arg-print-handover-receipt = The receipt's act, where it is not the newest: an earlier hand-over
arg-print-label-to = Up to this day
arg-print-spine-to = Up to this day
arg-print-filing-list-to = Up to this day
arg-print-missing-to = Up to this day
arg-print-label-box = Only this box
arg-print-spine-box = Only this box
arg-print-filing-list-box = Only this box
arg-print-label-limit = Refuse when there are more records than this, else 20000
arg-print-spine-limit = Refuse when there are more records than this, else 20000
arg-print-filing-list-limit = Refuse when there are more records than this, else 20000

arg-print-missing-limit = Refuse when there are more records than this, else 20000

error-no-font = No font with Chinese characters was found in { $places }
hint-no-font = Install one (Debian: fonts-noto-cjk or fonts-wqy-zenhei), or name a font file with --font FONT.
error-not-a-font = { $path } cannot be used as a font: { $why }
hint-not-a-font = Name a TrueType or OpenType file (.ttf, .otf, .ttc) whose licence allows embedding.
error-cannot-set = { $count } characters cannot be printed: { $list }
hint-cannot-set = Nothing was printed. Name fonts that have them with --font FONT (several are allowed), or print a box with the code in their place with --substitute.
error-print-where = With --json the PDF needs a file of its own
hint-print-where = Give one with -o FILE, or leave --json out.
error-nothing-to-print = No record that can be printed fits ({ $without } have no box)
hint-nothing-to-print = `jingui list` with the same filters shows what there is. A box is given with `jingui add --box CODE`.
error-too-many-to-print = More than { $limit } records fit
hint-too-many-to-print = Choose fewer with --project, --from, --to or --box, or raise --limit.

print-written = { $path }: { $pages ->
    [one] one page
   *[other] { $pages } pages
 }.
print-would = { $pages ->
    [one] One page
   *[other] { $pages } pages
 } would be printed ({ $count } entries); every character was looked up.
print-substituted = Printed as a box with its code: { $list }
print-without-box = { $count ->
    [one] One record has no box and is left out.
   *[other] { $count } records have no box and are left out.
 }
print-missing-one = { $character } { $code } ({ $why }; { $places }{ $more ->
    [0] {""}
   *[other] {" "}and { $more } more
 })
print-missing-more = and { $count } other characters
print-why-no-glyph = in no font
print-why-script = its script is not set here
print-why-private = for private use, known only where it was typed
print-sheet-on-disk = Whoever reads that file can open every record. Print it, remove it, and remember that a removed file may still be found on its disk; a printer and its queue may keep a copy too.
print-sheet-spooled = The sheet was written to no file. A printer and its queue may keep a copy: empty them.
progress-print = Reading records: { $done }

paper-page = Page { $page } of { $pages }
paper-foot = Printed by { $staff }, { $time }
paper-foot-keyless = Printed { $time }
paper-and = {", "}
paper-range = { $first } – { $last }
paper-label = Archive labels
paper-spine = Box spines
paper-contents = Contents list
paper-filing-list = Filing list
paper-missing = Missing list
paper-register = Register of destruction
paper-end = Destroyed on
paper-signatures =
    Head of unit: ____________    Head of archives: ____________    Date: ____________

    Witness: ____________    Witness: ____________    Carried out by: ____________
paper-handover = Papers of a hand-over
paper-handover-list = Papers of a hand-over of one project
paper-deed-from = Deed of transfer · copy of the side handing over
paper-deed-to = Deed of transfer · copy of the receiving side
paper-deed-says = Made in two copies, one for each side. The side handing over has handed its whole archive over; the receiving side has taken it in and signed a receipt. The list of what was handed over is part of this deed.
paper-deed-says-list = Made in two copies, one for each side. The side handing over has handed over the records of one project and goes on with its archive; the receiving side has taken them in and signed a receipt. The list of what was handed over is part of this deed.
paper-item = Item
paper-content = Content
paper-archive = Archive
paper-archive-vault = Its vault
paper-taker-vault = Vault of the CA
paper-receipt-act = Act of the receipt
paper-taken-in = Taken in
paper-root = Root of the journal
paper-document-count = Documents
paper-list-file = List file
paper-blake3 = BLAKE3
paper-sha256 = SHA-256
paper-algorithms = Algorithms
paper-algorithms-are = File: BLAKE3 (256 bits), SHA-256. Root: tree of SHA-256 over the journal lines (RFC 6962).
paper-check = Check
paper-check-how = What was done for it
paper-checked = Confirmed
paper-tick = □
paper-authenticity = Authenticity
paper-authenticity-how = The receipt is signed with the key of the CA's authority; the journal that it names goes on from the one that the CA has countersigned.
paper-integrity = Integrity
paper-integrity-how = Every file that arrived was compared with its digest, and what arrived with what the journal names, in both directions.
paper-usability = Usability
paper-usability-how = Every cover and every document was opened with the escrowed key.
paper-safety = Safety
paper-safety-how = Everything stayed sealed from one vault to the other; nothing lay in the clear on the way.
paper-exceptions =
    Exceptions:    □ none    □ as listed here:

    ______________________________________________________________________
paper-deed-signatures =
    Handing over

    Signature: ______________    Signature: ______________    Date: ______________    Seal:

    Receiving

    Signature: ______________    Signature: ______________    Date: ______________    Seal:
paper-handed-list = List of what was handed over
paper-handed-list-says = Of each commitment to facts and documents the first { $digits } digits; the whole digest stands in the list file { $file }.
paper-running = No.
paper-commit = Commitment
paper-holds = Holds
paper-sheet = Jingui recovery sheet · 金匮恢复单
paper-box = Box { $code }
paper-fonds = Fonds
paper-years = Years
paper-numbers = Numbers
paper-first = First number
paper-last = Last number
paper-count = Records
paper-title-or-name = Title or original name
paper-titled = { $title } ({ $name })
paper-filed = Filed
paper-pages = Pages
paper-remarks = Remarks
paper-supplement = supplemented
paper-documents = Docs
paper-from = From
paper-to = To
paper-what-is-missing = Missing
paper-days = Days
paper-handler = Handler
paper-class-cn-r3 = CN-R3, 3 years
paper-class-cn-p5 = CN-P5, 5 years
paper-class-cn-g10 = CN-G10, 10 years
