# The backlog, folder rules and sheets, in English.
# field-…: what a column or placeholder holds; rule-…: why a text is no folder rule; path-…: why a path does not match one.

## Fields

field-project = project
field-outlet = outlet
field-customer = customer
field-customer-kind = customer kind
field-customer-id = customer ID
field-business = business
field-date = date
field-outcome = outcome
field-tags = tags
field-box = box
field-channel = channel
field-flags = circumstances
field-applied = day of application
field-handler = handler
field-handler-id = handler's ID
field-phone = telephone
field-address = address
field-token = token serial
field-password-card = password card
field-accepted = day of acceptance
field-holders = number of holders
field-files = files
field-serial = certificate serial
field-kind = kind of document
field-page = page
field-skip = not filed

## Folder rules

rule-empty = The rule is empty. Write for example {"{"}project{"}"}/{"{"}customer{"}"}/{"{"}kind{"}"}
rule-empty-level = A part between two slashes is empty or only dots.
rule-bracket = A bracket { $bracket } has no partner.
rule-unknown = No placeholder is called "{ $word }". There are: project, outlet, customer, customer-kind, customer-id, business, date, outcome, tags, box, serial, kind, page, * (any), and their Chinese names.
rule-not-in-path = No path can say this: { $field }.
rule-side-by-side = Nothing stands between { $first } and { $second }, so nobody can tell where the first ends. Put a mark such as _ between them.
rule-too-many-optional = Over { $limit } parts in square brackets in one name.
rule-no-place = The rule has no placeholder such as {"{"}customer{"}"}.
path-depth = The rule has { $wanted } levels, the path { $found }.
path-shape = "{ $name }" is not written as { $level }.
path-value = "{ $text }" is none of what can stand here: { $field }.
path-differs = The path says two things of one ({ $field }): "{ $first }" and "{ $second }".
path-ambiguous = "{ $name }" can be read in two ways: { $first }, or { $second }.
path-tangled = "{ $name }" is too tangled to be read by the rule.
rule-no-key = The rule has only places for kinds and pages, so that every file would belong to every row.

## Sheets and archives
# sheet-…: why a sheet cannot be read, and what of it is too large; archive-…: why an archive is refused.

sheet-io = it cannot be read ({ $cause })
sheet-empty = it is empty
sheet-kind = it is neither CSV nor XLSX; save it as .xlsx or as CSV
sheet-encoding = line { $line } is neither UTF-8 nor GB18030; save it as UTF-8
sheet-too-large = { $what } is over the limit of { $limit }; split it
sheet-damaged = the workbook does not hold together at { $part }; open it in a spreadsheet program and save it anew
sheet-no-tab = it has no sheet called "{ $name }"; there are: { $list }
sheet-changed = it changed while it was being read; try again
sheet-row = the length of a row in bytes
sheet-rows = the number of rows
sheet-columns = the number of columns
sheet-texts = the size of its texts in bytes
sheet-file = the size of the file in bytes
archive-io = the archive cannot be read ({ $cause })
archive-not-one = it is no ZIP archive
archive-damaged = the archive is damaged ({ $what }); have it made again
archive-too-many = it has more than { $limit } files; split it
archive-too-large = with "{ $name }" it is over the limit of { $limit } bytes unpacked
archive-escapes = the name "{ $name }" in it leads outside; do not trust where it came from
archive-twice = the name "{ $name }" stands in it twice; nobody can tell which one is meant
archive-overlap = files in it share their bytes, as in archives made to fill a disk; do not trust where it came from
archive-name = the name "{ $name }" in it is neither UTF-8 nor GB18030

## What is wrong with a row

fault-rounded = { $heading }: a spreadsheet has rounded this number. Take it from the source again, into a column whose cells are text.
fault-formula = { $heading }: the formula gives an error ({ $value }). Put the value itself there.
fault-missing-value = { $heading }: nothing there. Fill it in, or give it for all rows with --set.
fault-day = { $heading }: "{ $value }" is no day. Write it as 2024-05-01.
fault-holders = { $heading }: "{ $value }" is no number of holders. Write a whole number such as 5.
fault-project-near = No record has been filed under the project "{ $value }"; perhaps "{ $near }" is meant. If it is a new one, plan again with --new-project.
fault-project-unlisted = The project "{ $value }" is not in the list of projects, and no record has been filed under it. If it is a new one, plan again with --new-project.
fault-future = { $heading }: "{ $value }" lies after { $today }.
fault-label-empty = { $heading }: nothing there.
fault-label-long = { $heading }: over 200 characters. Shorten it.
fault-label-control = { $heading }: it has control characters or marks that change the direction. Type it again.
fault-customer-kind = { $heading }: "{ $value }" is none of: enterprise, institution, person, government.
fault-business = { $heading }: "{ $value }" is none of: new, renew, change, reissue, recover, revoke, unlock.
fault-outcome = { $heading }: "{ $value }" is none of: issued, rejected, withdrawn, lapsed, pending.
fault-channel = { $heading }: "{ $value }" is none of: counter, online, post.
fault-flag = { $heading }: "{ $value }" is none of the circumstances that `jingui add --help` lists for --flag.
fault-id-length = { $heading }: { $found } characters are not the length of { $kind }. Compare it with the paper.
fault-id-character = { $heading }: character { $position } cannot stand there in { $kind }. Compare it with the paper.
fault-id-fifteen = { $heading }: an old ID number of 15 digits. Find the one of 18.
fault-id-check = { $heading }: the check digit of { $kind } does not fit. Something was mistyped.
fault-id-birth = { $heading }: the date of birth in the ID number does not exist.
fault-id-future = { $heading }: the date of birth in the ID number lies in the future.
fault-id-organisation = { $heading }: the organisation code in the credit code fails its own check. Something was mistyped.
fault-id-form = { $heading }: this is the form of no known ID. Compare it with the paper.
id-resident = an ID card number
id-uscc = a unified social credit code
id-passport = a passport number
id-hong-kong-macau = a permit number for Hong Kong and Macau people
id-taiwan = a permit number for Taiwan people
id-mobile = a mobile number
id-serial = a certificate serial number
fault-no-file = The row names no file.
fault-rule-missing = No file is at { $path }.
fault-file-missing = There is no file "{ $name }".
fault-file-outside = "{ $name }" leads outside the files. Names are relative to --files.
fault-file-ambiguous = "{ $name }" could be "{ $first }" or "{ $second }". Write the path.
fault-file-special = "{ $name }" is a link, a pipe or a device. Put the file itself there.
fault-file-encrypted = "{ $name }" is encrypted in its archive. Have the archive made without a password.
fault-file-method = "{ $name }" is packed in an unusual way. Have the archive made as plain ZIP.
fault-file-empty = "{ $name }" is empty. Scan or fetch it again.
fault-file-io = "{ $name }" cannot be read ({ $cause }).
fault-archive = "{ $name }" is refused: { $why }.
fault-archive-empty = The archive "{ $name }" has no file.
fault-too-many = { $count } files are too many for one record; the limit is { $limit }.
fault-file-twice = Row { $row } has the file "{ $name }", too. Leave it with the one it belongs to.
fault-duplicate-row = Row { $row } says just the same.
fault-duplicate-twin = Row { $row } has the same labels and documents of the same content.
fault-filed = Filed already as { $number }.

## Plans

plan-row = row
plan-result = import result
plan-reason = import reason
result-new = will be filed
result-filed = was there already
result-duplicate-row = the same row stands above
result-missing-value = something is missing
result-bad-value = a value does not fit
result-spreadsheet-number = a number was rounded by a spreadsheet
result-missing-file = a file is missing
result-file-ambiguous = several files could be meant
result-file-twice = two rows have the same file
result-bad-file = a file cannot be filed
result-done = filed
result-failed = could not be filed
result-waiting = not filed yet
stale-sheet = the sheet { $sheet } has been changed
stale-headings = its headings are not understood as they were
stale-row = row { $row } of the sheet and the plan do not fit together
stale-file = the file "{ $name }" of row { $row } has been changed
stale-result = row { $row } would come out otherwise now ({ $now })
import-planned =
    Plan:    { $path }
    Digest:  { $digest }
    Next:    jingui import apply { $path }
import-would-plan = Would write the plan { $path }.
import-applied =
    { $count } records filed. Results: { $path }
    Plan digest: { $digest }
import-would-apply = Would file { $count } records.
import-tab = Read the sheet "{ $tab }"; the workbook has { $others } more. --tab NAME chooses another.
import-skipped = Nothing is filed of these columns: { $list }.
import-more-rows = { $count } more rows need somebody; all of them stand in the plan or the results.
import-left-over = { $count ->
    [one] One file belongs to no row.
   *[other] { $count } files belong to no row.
 }
import-left-over-file = belongs to no row: { $path } { $why }
progress-import-plan = looking at rows: { $done } of { $total }
progress-import-file = filing: { $done } of { $total }
col-row = Row
col-rows = Rows
col-result = Result
col-meaning = Meaning

## Help

cmd-import = Files a backlog from a sheet: first a plan, then exactly the plan
cmd-import-examples =
    jingui import plan ledger.xlsx --files scans/
    jingui import apply ledger.plan.xlsx
cmd-import-plan = Says for each row of a sheet what would become of it
cmd-import-plan-more =
    The sheet is CSV (UTF-8 or GB18030) or XLSX, with Chinese or English headings. A heading that is not known is explained
    with --map and remembered in jingui-headings.toml beside the sheet. Files are named in a column, or found by a folder
    rule. The plan is the sheet again, with a result and a reason for each row.

    Nothing changes in the vault. The exit code is 3 when rows need somebody; the others can be filed all the same.
cmd-import-plan-examples =
    jingui import plan ledger.csv --files scans/ --map "Remark 2=skip" --set outlet="Main street"
    jingui import plan ledger.xlsx --files scans.zip --rule "{"{"}project{"}"}/{"{"}customer{"}"}/{"{"}serial{"}"}_{"{"}kind{"}"}[_{"{"}page{"}"}]"
cmd-import-apply = Files what a plan says
cmd-import-apply-more =
    Every row is decided again first. When the sheet, a file or the vault has changed so that a row would come out otherwise,
    nothing is filed and the exit code is 5. It can be interrupted; running it again files exactly the rest. What became of
    each row is written beside the plan.
cmd-import-apply-examples =
    jingui import apply ledger.plan.xlsx
    jingui import apply ledger.plan.csv --result done.xlsx --json
arg-import-plan-sheet = The sheet: CSV or XLSX
arg-files = Directory or ZIP archive of the files
arg-rule = How a path says which row a file belongs to
arg-map = What a heading means: project, outlet, customer, customer-kind, customer-id, business, date, outcome, tags, box, files, serial, channel, flags, applied, handler, handler-id, phone, address, token, password-card, accepted, skip
arg-set = What stands where the sheet says nothing: outlet="Main street"
arg-tab = Which sheet of the workbook
arg-import-plan-output = Where the plan goes, as .csv or .xlsx (else beside the sheet)
arg-plan = The plan
arg-result = Where the results go, as .csv or .xlsx (else beside the plan)
why-map = it must be HEADING=FIELD, with a FIELD such as customer, files or skip
why-set = it must be FIELD=VALUE, with a FIELD such as outlet or business

## Errors

error-sheet = { $path } cannot be used: { $why }
hint-sheet = Put that right, or name another file.
error-sheet-without-rows = { $sheet } has no rows
hint-sheet-without-rows = Name the sheet that has them; in a workbook with --tab NAME.
error-headings = { $sheet } has headings that are not known: { $list }
hint-headings = Say for each what it is, such as --map "{ $example }=customer", or --map "{ $example }=skip" for what is not filed. It is remembered.
error-no-heading = { $sheet } has no heading “{ $heading }”
hint-no-heading = It has: { $list }
error-heading-twice = { $sheet } has two columns for { $field }: “{ $first }” and “{ $second }”
hint-heading-twice = Leave one out, with --map "{ $second }=skip" for example.
error-no-column = { $sheet } has no column for: { $list }
hint-no-column = Say which one it is with --map "HEADING={ $example }", or give one value for all rows with --set { $example }=VALUE.
error-headings-file = { $path } cannot be understood: { $why }
hint-headings-file = Correct it, or remove it and say what the headings mean with --map.
error-archive = The archive { $path } is refused: { $why }
hint-archive = Have it made again, or unpack it and name the directory.
error-same-path = Two files are both called { $path }, spelled in two ways
hint-same-path = Rename one of them.
error-too-deep = Directories are nested too deep: { $path }
hint-too-deep = Name a directory nearer to the files.
error-too-many-files = There are more than { $limit } files below { $path }
hint-too-many-files = File them in parts: a directory and a sheet for each.
error-no-way-to-files = Nothing says which files belong to a row
hint-no-way-to-files = Give a column that names them (--map "HEADING=files"), or a folder rule (--rule).
error-rule = The folder rule { $rule } cannot be used: { $why }
hint-rule = `jingui import plan --help` has an example.
error-rule-column = The folder rule { $rule } needs a column of the sheet that is not there: { $field }
hint-rule-column = Name the column with --map, or write { "{" }*{ "}" } in the rule for what does not matter.
error-not-a-plan = { $path } is not a plan, or has been changed
hint-not-a-plan = Make it with `jingui import plan`, and leave it as it is: copy it to work on the copy.
error-plan-stale = The plan { $path } no longer holds: { $why }. Nothing was filed
hint-plan-stale = Make the plan anew with `jingui import plan`, look at it, then apply that one. What has been filed already is not filed again.
error-other-vault-plan = The plan { $path } was made for another vault
hint-other-vault-plan = Name the right vault with --vault DIR, or make the plan in this one.
