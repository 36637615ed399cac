# The archivist's desk: review, corrections, missing materials, requests of persons, projects, checklist.


## Commands

cmd-review = Shows what waits for review, or reviews records
cmd-review-more =
    Without RECORD it lists what is complete and waits for a reviewer. A review is signed over the facts and the list
    of documents as they stand; who filed or corrected a record cannot review it. --return gives it back to the clerk.
    With --plan a whole import is reviewed as one: first it draws the sample to compare with the paper, then
    --sample-compared says that this was done.
cmd-review-examples =
    jingui review JG01-2026-000042
    jingui review JG01-2026-000043 --return --reason "licence of another company"
cmd-correct = Corrects what is said of a record and of its documents
cmd-correct-more =
    A correction makes a new fact version; the old one stays and `show --history` shows both. Documents are named by
    their numbers: --kind 2=HID --mark 2=front,back,seen,until:2030-01-01. --mark 2=… says all marks of a document
    anew, 2+… adds some, 2-… takes some away; its last day and its pages stay unless they are named.
    What the retention period rests on has to be reviewed again. A reviewer may change waivers, and nothing else.
cmd-correct-examples =
    jingui correct JG01-2026-000042 --date 2024-05-02 --reason "typing error"
    jingui correct JG01-2026-000042 --mark 3=front,back,seen,until:2031-06-30 --reason "card compared"
cmd-missing = Lists what records lack, the longest waiting first
cmd-missing-more =
    A record is not archived while something mandatory is missing. Supplement it (add --to), mark what was seen
    (correct --mark), or let it pass with a reason (correct --waive).
cmd-missing-examples =
    jingui missing --days 7
    jingui missing --clerk 0002 --json
cmd-subject = Requests of the person concerned
cmd-subject-examples =
    jingui subject list "Li Hua"
    jingui subject annotate JG01-2026-000042 --text "says the address is out of date"
cmd-subject-list = Lists the records of one person, as customer or as handler
cmd-subject-list-more =
    A search is a line of the journal with the number of records it found; the name is sealed. Going on with --after is
    the same search. With --dry-run it says how many there are and shows none.
cmd-subject-list-examples =
    jingui subject list "Li Hua"
    jingui subject list 11010519491231002X --json
cmd-subject-annotate = Puts a statement beside a record, which stays as it is
cmd-subject-annotate-examples =
    jingui subject annotate JG01-2026-000042 --text "says the address is out of date"
    jingui subject annotate JG01-2026-000042 --text "asks for the copy of the card to be deleted; refused, law of 5 years"
cmd-subject-restrict = Restricts the use of a record to storing it
cmd-subject-restrict-more = From then on its documents are opened for a purpose and a reason alone: open --purpose.
cmd-subject-restrict-examples =
    jingui subject restrict JG01-2026-000042 --reason "request of 2026-11-20"
    jingui open JG01-2026-000042 1 --purpose dispute --reason "case 77" -o form.pdf
cmd-subject-lift = Lifts the restriction of a record again
cmd-subject-lift-examples =
    jingui subject lift JG01-2026-000042 --reason "request withdrawn"
    jingui subject lift JG01-2026-000042 --reason "court order 12" --json
cmd-project = Projects: names, class, further materials
cmd-project-examples =
    jingui project list
    jingui project set "Social security" --class CN-G10 --reason "government project"
cmd-project-list = Lists the projects that were set and those that records were filed under
cmd-project-list-examples =
    jingui project list
    jingui project list --json
cmd-project-add = Adds a project
cmd-project-add-examples =
    jingui project add "Tax" --reason "begins in December"
    jingui project add "Tax" --need RSK --reason "risk notice is asked for"
cmd-project-set = Sets what a project decides
cmd-project-set-more =
    --class is the class its records have at least; where the law says a longer one, that one counts. --need and --may
    add to the checklist. --unmarked is for old material on which nobody can mark stamps and originals any more. It
    holds for what is filed from then on.
cmd-project-set-examples =
    jingui project set "Social security" --class CN-G10 --reason "government project"
    jingui project set "Old paper" --unmarked --reason "taken over in 2026"
cmd-project-rename = Gives a project another name; the old one still finds its records
cmd-project-rename-examples =
    jingui project rename "Tax" "Tax, first phase" --reason "second phase begins"
    jingui project rename "Tax" "Tax 2026" --reason "one a year" --dry-run
cmd-project-merge = Makes two projects one; both names find the records of both
cmd-project-merge-examples =
    jingui project merge "Social sec." --into "Social security" --reason "same project, misspelled"
    jingui project merge A --into B --reason "merged on 1 June"
cmd-customer = Customers and their names
cmd-customer-examples =
    jingui customer list --name Dawn
    jingui customer rename "Dawn Ltd" "Dawn Group" --reason "renamed in the register"
cmd-customer-list = Lists customers by name
cmd-customer-list-examples =
    jingui customer list --name Dawn
    jingui customer list --limit 1000 --json
cmd-customer-rename = Says what a customer is called now; records keep the name they were filed under
cmd-customer-rename-examples =
    jingui customer rename "Dawn Ltd" "Dawn Group" --reason "renamed in the register"
    jingui list --customer "Dawn Group"
cmd-customer-merge = Says that two names mean the same customer
cmd-customer-merge-examples =
    jingui customer merge "Dawn Limited" --into "Dawn Ltd" --reason "two spellings"
    jingui customer merge A --into B --reason "merger of 1 June"
cmd-materials = The checklist of required materials
cmd-materials-examples =
    jingui materials show --business new --customer-kind enterprise
    jingui materials set checklist.toml --reason "CPS 2.1"
cmd-materials-show = Shows the checklist that holds now
cmd-materials-show-more = It is printed as the file that `materials set` takes. With --business and --customer-kind it shows one case; with --history all versions.
cmd-materials-show-examples =
    jingui materials show
    jingui materials show --history
cmd-materials-set = Signs a checklist, which holds from then on
cmd-materials-set-more = Records that are archived already stay so.
cmd-materials-set-examples =
    jingui materials set checklist.toml --reason "CPS 2.1"
    jingui materials set checklist.toml --reason "CPS 2.1" --dry-run

## Options

arg-review-records = Records to review
arg-review-plan = Review all records of the import with this plan digest
arg-return = Give them back to the clerk; needs --reason
arg-review-reason = Why; the reason is sealed
arg-compared = A record whose scans were compared with the paper
arg-sample-compared = The drawn sample was compared with the paper
arg-review-sample = Share of the import to compare with the paper; never fewer than 5% and five records
arg-correct-reason = Why; the reason is sealed
arg-new-project = Take the project as it is written, although nobody has used it
arg-correct-kind = What document N is: 2=HID
arg-correct-mark = Marks of document N: 2=front,back says all of them, 2+stamped adds one, 2-signed takes one away; until:2030-01-01, until:long and pages:3 may stand among them, 2-until takes the last day away. What is not named stays
arg-correct-title = Title of document N; 2= takes it away
arg-clear = Leave this fact empty: customer-id, tags, box, waived, channel, flags, applied, fields
arg-mark = What was seen of a file: card.jpg=front,back,seen,stamped,signed,compared,until:2030-01-01,pages:2; until:long for a card valid for good
arg-title = Title of a file: scan7.pdf=Lease
arg-channel = How the application came in: counter, online, post
arg-flag = What makes more necessary: proxy, branch, seal, seal-changed, handler-changed, new-terms, lost, damaged, by-ca, foreign, minor, devices
arg-applied = Day of the application, if not the day of business
arg-field = A particular of the form: handler=Li Hua; also handler-id, phone, address, token, password-card, accepted, holders (how many people the certificates are for)
arg-clerk = Only what this clerk filed
arg-days = Only what was filed so many days ago or more
arg-missing-to = Up to this day
arg-missing-outlet = Only of this outlet
arg-list-outlet = Only of this outlet
arg-list-box = Only in this box
arg-subject-list-person = Name or identifier of the person
arg-text = What the person says; it is sealed
arg-project-add-name = Name of the project
arg-project-set-name = Name of the project
arg-project-rename-name = Its name so far
arg-customer-rename-name = The name so far
arg-project-merge-name = The project that becomes part of the other
arg-customer-merge-name = The name that means the other customer
arg-customer-list-name = Only names that contain this
arg-project-add-class = Class its records have at least
arg-project-set-clear = Take this away again: class, need, may, unmarked
arg-project-set-class = Class its records have at least
arg-need = Also mandatory in this project
arg-may = Also on the list in this project
arg-unmarked = Ask for no marks on documents
arg-new = The new name
arg-into = The one whose name they both have from now on
arg-materials-set-file = The checklist, as `materials show` prints it
arg-materials-show-history = All versions, who signed them and why
arg-show-history = All fact versions, old beside new
arg-purpose = What for: dispute, regulator, subject, audit, repair; needed where the use is restricted
why-said = it must say something
why-marked = it must be FILE=MARK,MARK with marks such as front, back, seen, stamped, until:2030-01-01, pages:2
why-remarked = it must be N=MARK,MARK, N+MARK or N-MARK with marks such as front, back, seen, stamped, until:2030-01-01, pages:2
why-titled = it must be FILE=TITLE
why-particular = it must be FIELD=VALUE with one of: address, handler, handler-id, phone, token, password-card, accepted, holders
why-digest = it must be a digest of 64 hexadecimal digits, as `import plan` prints it

## Errors

error-kind-twice = { $file } is given two kinds
hint-kind-twice = Leave one of the two --kind out: a document is one thing.
error-customer-id-stays = the ID that stands in the record does not fit a customer of kind { $kind }: { $why }
hint-customer-id-stays = Give the right one with --customer-id, or take it away with --clear customer-id.
error-accepted-day = { $word } is not the day on which the application was accepted
hint-accepted-day = Write the day as 2024-05-01.
error-handler-id = the handler's ID cannot be right: { $why }
hint-handler-id = Compare it with the paper: an ID card number, passport or permit.
error-document-number = { $word } is not the number of a document
hint-document-number = In a correction documents are named by their numbers: --kind 2=HID. `jingui show` lists them.
error-compared-unused = { $record } is not among the records reviewed
hint-compared-unused = Name with --compared only records of this review.
error-project-near = No record has been filed under the project "{ $project }", and "{ $near }" is nearly the same name
hint-project-near = Write --project "{ $near }" if that is meant; if it really is a new project, add --new-project.
error-project-unlisted = "{ $project }" is not in the list of projects, and no record has been filed under it
hint-project-unlisted = `jingui project list` shows the projects there are; if it really is a new one, add --new-project.
error-holders = { $word } is not a number of holders
hint-holders = Write how many people the certificates are for, as a whole number: --field holders=5.
error-setting = This cannot be set as { $setting }: { $why }
hint-setting = Nothing was changed. Mend what it names: `jingui materials show` prints a checklist that can be read; two names that mean the same are made one with `merge`.
error-nothing-to-correct = { $record } says so already
hint-nothing-to-correct = Nothing was done. `jingui show { $record }` shows what it says.
error-own-work = { $staff } filed or corrected { $record } and cannot review it
hint-own-work = Another reviewer has to look at { $record }; { $staff } is one of its clerks.
error-incomplete = { $record } lacks mandatory materials ({ $count })
hint-incomplete = `jingui show { $record }` names them. Supplement it, mark what was seen, or let them pass with `jingui correct --waive KIND:GAP=REASON`.
error-nothing-to-review = { $record } is reviewed as it stands
hint-nothing-to-review = Nothing was done. `jingui review` lists what waits.
error-no-plan = No record was filed by the plan { $plan }
hint-no-plan = `jingui import apply` prints the digest of its plan.
error-sample-wanted = The drawn sample has not been compared with the paper ({ $count })
hint-sample-wanted = Compare the records listed with their paper, then run it again with --sample-compared.
error-restricted = The use of { $record } is restricted
hint-restricted = Its documents are opened for a purpose alone: --purpose dispute --reason TEXT. `jingui log { $record }` shows why.
error-restricted-already = { $record } is so already
hint-restricted-already = Nothing was done. `jingui show { $record }` shows how it stands.
error-no-proposal = No proposal { $act } is open
hint-no-proposal = It may have been carried out or refused. `jingui log` on the record, or `jingui journal log`, tells.
error-too-many-proposals = { $count } proposals are open already
hint-too-many-proposals = Confirm or refuse some of them first.
error-own-proposal = { $staff } made the proposal { $act } and cannot be its second person
hint-own-proposal = Somebody else with the right has to confirm it.
error-not-counted = The enrolment of { $staff } has not been countersigned and does not count where it takes two
hint-not-counted = Send the authority the request that `jingui staff countersign` writes.
error-unconfirmed = Nobody has confirmed the proposal { $act }
hint-unconfirmed = A second person confirms it first.

## Materials

material-app = application form
material-agr = service agreement
material-pin = privacy notice
material-sub = entity document
material-lrp = legal representative's ID
material-agt = handler's ID
material-poa = power of attorney
material-hid = holder's ID
material-seal = seal sample
material-chg = proof of change
material-key = old token record
material-lst = list of holders
material-ver = identity-check result
material-rev = revocation decision
material-rcv = entry and review record
material-dlv = delivery receipt
material-los = statement of loss
material-aut = authorisation code
material-dev = device list
material-trn = stamped translation
material-grd = guardian's consent
material-rsk = risk notice
material-ntc = decision notice
material-cert = certificate
material-other = other paper
list-comma = {", "}
gap-or = or
gap-unreadable = { $kind } (document { $no } { $flaw })
gap-unmarked = { $kind } ({ $mark })
gap-undated = { $kind } (no last day)
gap-expired = { $kind } (valid to { $until } only)
gap-few = { $kind } ({ $have } of { $want })
gap-uncounted = { $kind } (number of holders not given)
lack-of = { $kind } ({ $gap })
lack-missing = missing
lack-unreadable = cannot be read
lack-copies = too few
lack-undated = no last day
lack-expired = no longer valid
lack-stamped = no stamp seen
lack-signed = no signature seen
lack-seen = original not seen
lack-front = front side missing
lack-back = back side missing
lack-compared = not compared with the paper
flaw-empty = is empty
flaw-cut = is cut off
flaw-locked = needs a password
mark-stamped = no stamp seen
mark-signed = no signature seen
mark-seen = original not seen
mark-front = front side missing
mark-back = back side missing
mark-compared = not compared with the paper
materials-missing = { $count }, missing: { $gaps }
materials-waived = { $text }; waived: { $gaps }
materials-unexpected = { $text }; not asked for: { $kinds }
state-incomplete = incomplete
state-returned = returned
state-unreviewed = to review
state-archived = archived
wanted-need = mandatory
wanted-either = one of these
wanted-when = mandatory when
wanted-may = may be there
fact-project = Project
fact-outlet = Outlet
fact-customer = Customer
fact-customer-kind = Customer kind
fact-customer-id = Customer ID
fact-business = Business
fact-date = Date
fact-outcome = Outcome
fact-class = Class
fact-tags = Tags
fact-box = Box
fact-waived = Waived
fact-channel = Channel
fact-flags = Flags
fact-applied = Application day
fact-fields = Form
fact-documents = Documents
business-new = new
business-renew = renew
business-change = change
business-reissue = reissue
business-recover = recover
business-revoke = revoke
business-unlock = unlock
outcome-issued = issued
outcome-rejected = rejected
outcome-withdrawn = withdrawn
outcome-lapsed = lapsed
outcome-pending = pending
customer-kind-enterprise = enterprise
customer-kind-institution = institution
customer-kind-person = person
customer-kind-government = government
col-marks = Seen
col-materials = Materials
col-material = Material
col-missing = Missing
col-days = Days
col-gaps = Gaps
col-longest = Longest
col-remark = Remark
col-fact = Fact
col-before = Before
col-after = After
col-version = Version
col-reviewed = Reviewed
col-returned = Returned
col-restricted = Restricted since line
col-annotation = Annotation
col-aliases = Other names
col-part = As
col-wanted = Wanted
col-when = When
kind-record-correct = facts corrected
kind-record-review = reviewed
kind-record-annotate = annotated
kind-record-restrict = use restricted or freed
kind-document-misfiled = misfiled papers proposed for removal
kind-document-remove = misfiled papers taken out
kind-document-removed = misfiled papers destroyed
kind-act-confirm = confirmed by a second person
kind-act-refuse = proposal refused
kind-setting-set = setting signed
kind-record-find = searched for records
kind-subject-search = searched for a person
add-materials = Materials: { $materials }.
add-flaw = { $name } { $flaw } and does not count for completeness.
review-passed = { $count ->
    [one] One record
   *[other] { $count } records
 } reviewed.
review-returned = { $count ->
    [one] One record
   *[other] { $count } records
 } given back.
review-would = { $count ->
    [one] One record
   *[other] { $count } records
 } could be reviewed.
review-refused = { $number }: { $why }
review-lacks = Materials: { $materials }
review-nothing = Nothing waits for review.
review-own = own work
review-more = There are more: raise --limit.
correct-done = { $number } corrected; fact version { $n }.
correct-would = { $number } would be corrected; fact version { $n }.
correct-nothing = { $number } says so already; nothing was done.
correct-to-review = A reviewer has to look at it again.
missing-nothing = Nothing is missing.
missing-more = { $count } more records lack something: raise --limit.
progress-missing = Records that lack something: { $done }
progress-review = Looking at records: { $done } of { $total }
progress-review-plan = Reading the journal: { $done } of { $total }
flag-unasked = --flag { $flag }: no material of { $business } ({ $customer }) asks about it; it is stored all the same
flag-unasked-near = --flag { $flag }: no material of { $business } ({ $customer }) asks about it; it is stored all the same. Perhaps { $near } was meant.
subject-would-find = The search would find { $count } and be journalled. Nothing was shown.
subject-annotated = Put beside { $number }; the record stays as it is.
subject-would-annotate = Would be put beside { $number }.
subject-restricted = The use of { $number } is restricted from now on.
subject-would-restrict = The use of { $number } would be restricted.
subject-already = { $number } is so already; nothing was done.
subject-lifted = The use of { $number } is no longer restricted.
subject-would-lift = The restriction of { $number } would be lifted.
part-customer = customer
part-handler = handler
project-nothing = There are no projects yet.
project-unmarked = no marks
customer-nothing = No customer fits.
customer-more = The first { $count } are shown: give --name or raise --limit.
names-done = { $name }: signed.
names-would = { $name } could be set so.
names-same = { $name } is so already; nothing was done.
materials-set = The checklist { $name } holds from now on.
materials-would = The checklist { $name } can be read and could be set.
materials-same = The checklist { $name } holds already; nothing was done.
materials-shipped = The checklist that came with the program holds: { $name }.
