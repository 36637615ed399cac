# Disposal: plans, signatures, carrying out, register and certificate.

## Commands

cmd-purge = Destroys records whose time is over: plan, appraise, approve, witness, run
cmd-purge-examples =
    jingui purge plan
    jingui purge list
cmd-purge-plan = Lists the records that may be destroyed today, as a plan to be appraised
cmd-purge-plan-more =
    Reads the whole journal again and checks the signatures that bear on it; the catalog is not asked. The day is that of the clock or of the
    cosigner's newest countersignature, whichever is earlier. What is due and not in the plan is listed with its reason. The plan is a text
    file, and its SHA-256 is what people sign. Without a key the vault makes it by itself. --as-of only rehearses and writes nothing.
cmd-purge-plan-examples =
    jingui purge plan
    jingui purge plan --as-of 2031-01-01 -o plan.jsonl
cmd-purge-list = Lists plans that are open; with --all every plan there was
cmd-purge-list-more = A plan has failed while its last run is not at its end and nobody is at it; the next run that goes through ends that.
cmd-purge-list-examples =
    jingui purge list
    jingui purge list --all --json
cmd-purge-show = Shows a plan: how far it is, the dates of its records, what is not in it and why
cmd-purge-show-more = With a key also what appraisals said, the paper that is to be destroyed with the records, and the serial numbers of organisations' certificates.
cmd-purge-show-examples =
    jingui purge show 2M7K3Q4T
    jingui purge show 2M7K3Q4T --json
cmd-purge-appraise = Says what becomes of records: destroyed, kept until a day, or kept as another class, too
cmd-purge-appraise-more = Each appraisal voids the sign-offs and witnesses there are. To keep something longer takes effect at once.
cmd-purge-appraise-examples =
    jingui purge appraise 2M7K3Q4T --all --reason "time is over, nothing worth keeping"
    jingui purge appraise 2M7K3Q4T --row 3 --keep-until 2029-12-31 --reason "complaint may still come"
cmd-purge-approve = Signs an appraised plan off
cmd-purge-approve-examples =
    jingui purge approve 2M7K3Q4T --confirm 2M7K3Q4T0000000000000000AB
    jingui purge approve 2M7K3Q4T --as archives --confirm 2M7K3Q4T0000000000000000AB --act-out ok.act
cmd-purge-witness = Signs as a witness: the list before it is carried out, the register afterwards
cmd-purge-witness-examples =
    jingui purge witness 2M7K3Q4T
    jingui purge witness 2M7K3Q4T --act-out witness.act
cmd-purge-reject = Stops a plan; all that is not destroyed yet stays
cmd-purge-reject-examples =
    jingui purge reject 2M7K3Q4T --reason "the list is wrong"
    jingui purge reject 2M7K3Q4T --reason "letter of the court" --json
cmd-purge-run = Carries out a plan
cmd-purge-run-more =
    Looks at each record's dates and holds again: a hold wins up to the instant before a record's cover is destroyed. It can be interrupted, and
    run again it goes on. --as-of and --dry-run only rehearse. Without a key the vault does it by itself.
cmd-purge-run-examples =
    jingui purge run 2M7K3Q4T --dry-run
    jingui purge run 2M7K3Q4T --confirm 2M7K3Q4T0000000000000000AB
cmd-purge-certificate = The certificate: what was destroyed, who signed, who could still open an old copy
cmd-purge-certificate-more = -o writes a folder with plan, register, the journal's lines and their paths; openssl and other stock tools check it.
cmd-purge-certificate-examples =
    jingui purge certificate 2M7K3Q4T
    jingui purge certificate 2M7K3Q4T -o certificate
cmd-purge-reverse = Takes back an appraisal that was a mistake, by two people, while its records are there
cmd-purge-reverse-examples =
    jingui purge reverse propose --record JG01-2026-000042 --reason "the wrong row"
    jingui purge reverse list
cmd-purge-reverse-propose = Proposes that what an appraisal has added to the period of records was a mistake
cmd-purge-reverse-propose-more =
    A day until which a record is kept, or a further class. The record has its dates without it once another person has confirmed it; what was
    planned or signed stays as it is. `why` names the appraisals of a record; --appraisal says which is meant where there are several.
    --act-out writes the signed proposal, for another machine; `act submit` carries it in.
cmd-purge-reverse-propose-examples =
    jingui purge reverse propose --record JG01-2026-000042 --reason "the wrong row"
    jingui purge reverse propose --record 2M7K3Q4T --appraisal 0K2Q6V1R8Y3T5W7Z9B1D3F5H7J --reason "2035 was meant to be 2027"
cmd-purge-reverse-list = Lists what is proposed and waits for a second person
cmd-purge-reverse-list-examples =
    jingui purge reverse list
    jingui purge reverse list --json
cmd-purge-reverse-confirm = Confirms as the second person
cmd-purge-reverse-confirm-examples =
    jingui purge reverse confirm 0K2Q6V1R8Y3T5W7Z9B1D3F5H7J
    jingui purge reverse confirm 0K2Q6V1R8Y3T5W7Z9B1D3F5H7J --act-out yes.act
cmd-purge-reverse-refuse = Refuses, or takes one's own proposal back
cmd-purge-reverse-refuse-examples =
    jingui purge reverse refuse 0K2Q6V1R8Y3T5W7Z9B1D3F5H7J --reason "the row was right"
    jingui purge reverse refuse 0K2Q6V1R8Y3T5W7Z9B1D3F5H7J --reason "the row was right" --json
cmd-purge-policy = The sign-offs that plans ask for, the days they wait, how much one run destroys
cmd-purge-policy-examples =
    jingui purge policy show
    jingui purge policy propose --wait 30 --reason "our rule"
cmd-purge-policy-show = Shows what holds, and what is proposed
cmd-purge-policy-show-examples =
    jingui purge policy show
    jingui purge policy show --json
cmd-purge-policy-propose = Proposes what plans ask for; what is not named stays
cmd-purge-policy-propose-more = Another approver or legal officer has to approve it. It holds for plans made from then on. What the people there are could never sign is refused.
cmd-purge-policy-propose-examples =
    jingui purge policy propose --slot unit=approver --slot business=legal --wait 30 --reason "our rule"
    jingui purge policy propose --slot unit=approver --slot authority --reason "the CA signs, too"
cmd-purge-policy-approve = Approves what another has proposed
cmd-purge-policy-approve-examples =
    jingui purge policy approve 0K2Q6V1R8Y3T5W7Z9B1D3F5H7J
    jingui purge policy approve 0K2Q6V1R8Y3T5W7Z9B1D3F5H7J --dry-run
cmd-purge-policy-reject = Rejects a proposal, or takes one's own back
cmd-purge-policy-reject-examples =
    jingui purge policy reject 0K2Q6V1R8Y3T5W7Z9B1D3F5H7J --reason "too short a wait"
    jingui purge policy reject 0K2Q6V1R8Y3T5W7Z9B1D3F5H7J --reason "too short a wait" --json
cmd-keys-shred = Reports that a copy of an old key that was not in the keystore is destroyed
cmd-keys-shred-more = The CA reports its escrow copy, a security administrator one on paper. The epoch itself has to be destroyed.
cmd-keys-shred-examples =
    jingui keys shred 1 --medium escrow --act-out shred.act
    jingui keys shred 1 --medium sheet --reason "pulped"

arg-plan-id = Id of the plan, or the first four letters of it or more
arg-purge-plan-as-of = Only rehearses: as of this day
arg-purge-run-as-of = Only rehearses: as of this day
arg-purge-plan-limit = Records in it at most
arg-purge-run-limit = Records that this run destroys at most
arg-purge-plan-output = Writes the plan to a file as well
arg-purge-list-all = Also those that are carried out or stopped
arg-purge-appraise-all = All records of the plan
arg-purge-appraise-record = A record
arg-row = Rows of the plan, such as 3 or 3-20
arg-keep-until = Kept until this day
arg-purge-appraise-class = Kept as this class, too; the longer counts
arg-purge-appraise-reason = Why; the reason is sealed
arg-purge-approve-as = In which capacity: unit, archives, business, handler, authority
arg-confirm = The whole id of the plan, typed once more
arg-purge-reject-reason = Why; the reason is sealed
arg-purge-certificate-output = Folder for the certificate and all that proves it
arg-purge-reverse-propose-record = A record whose period the appraisal has made longer
arg-appraisal = Which appraisal, as `why` names it
arg-purge-reverse-propose-reason = Why; the reason is sealed
arg-purge-reverse-refuse-reason = Why; the reason is sealed
arg-slot = A sign-off and the roles that may give it; several times
arg-wait = Days between the CA's first countersignature over all signatures and the run
arg-cap = Records that one run destroys at most
arg-purge-policy-propose-reason = Why; the reason is sealed
arg-purge-policy-reject-reason = Why; the reason is sealed
arg-epoch = The epoch
arg-medium = Which copy: escrow (the CA's), sheet (on paper)
arg-keys-shred-reason = How; it is sealed
why-rows = write 3 or 3-20
why-sign-off = write unit=approver,legal; authority takes no roles

## Errors

error-no-purge = there is no plan { $plan }
hint-no-purge = `jingui purge list --all` lists all plans; type four letters at least.
error-plan-ended = the plan { $plan } has ended: { $stage ->
        [planned] it is to be appraised
        [appraised] it is to be signed off
        [approved] it is to be witnessed
        [waiting] it waits
        [destroying] it is being carried out
        [closed] it is carried out
       *[rejected] it was stopped
    }
hint-plan-ended = `jingui purge show { $plan }` tells how; make another plan where one is needed.
error-plan-not-ready = the plan { $plan } lacks a step before this one: { $stage ->
        [planned] it is to be appraised
        [appraised] it is to be signed off
        [approved] it is to be witnessed
        [waiting] it waits
        [destroying] it is being carried out
        [closed] it is carried out
       *[rejected] it was stopped
    }
hint-plan-not-ready = `jingui purge show { $plan }` tells what is missing.
error-bad-policy = plans cannot ask for that: { $why ->
        [none] there is no sign-off
        [twice] a sign-off stands twice
        [authority] this vault has no authority that could sign off
        [roles] a sign-off names no role that may give it
        [wait] the wait is 1 to 366 days
       *[cap] one run destroys 1 to 1,000,000 records at most
    }
hint-bad-policy = `jingui purge policy show` tells what holds now; `jingui purge policy propose --help` has examples.
error-policy-unmet = a plan that asks for this could never be signed: nobody is there for { $missing }
hint-policy-unmet = A plan takes somebody who appraises, one for each sign-off and two witnesses, all of them different people and countersigned (whoever appraises need not be). Enrol them first (`jingui staff enrol`, `jingui staff countersign`), or ask for less.
error-plan-waits = the plan { $plan } may be carried out on { $day }
hint-plan-waits = The wait counts from the first countersignature over all signatures, and the day is that of the clock or of the newest countersignature, whichever is earlier: exchange files with the cosigner on that day, then run it.
error-plan-under-way = records of the plan { $plan } are being destroyed
hint-plan-under-way = A run was cut off. First run `jingui purge run { $plan } --confirm { $plan }`, which finishes it.
error-plan-damaged = the file of the plan { $plan } is not the one that was signed: { $why }
hint-plan-damaged = Nothing is destroyed by it. `jingui repair --from COPY` puts the file back; `jingui verify` looks at it.
error-not-cosigned = the cosigner has not countersigned { $lines } lines
hint-not-cosigned = `jingui journal cosign --request -o FILE` makes a request; have it signed, then `jingui journal cosign --import FILE`.
error-own-plan = { $staff } has another part in the plan { $plan }
hint-own-plan = Appraising, signing off, witnessing and carrying out are different people's; whoever made the plan may carry it out.
error-not-witness = { $staff } is no witness of the plan { $plan }
hint-not-witness = The register is signed by the witnesses who signed before.
error-nothing-due = no record may be destroyed on { $day }
hint-nothing-due = `jingui due` tells what will be due and when, and what has no dates.
error-not-planned = { $record } is not in the plan { $plan }
hint-not-planned = `jingui purge show { $plan }` lists its records.
error-no-appraisal = no one appraisal that keeps the record { $record } is meant
hint-no-appraisal = `jingui why { $record }` names its appraisals, if it has any; say which with --appraisal where there are several.
error-destroyed = the record { $record } was destroyed
hint-destroyed = Line { $seq } of the journal says so: `jingui journal log --from { $seq } --limit 1`; `jingui purge list --all` lists the plans.
error-being-destroyed = the record { $record } is being destroyed
hint-being-destroyed = `jingui purge list` tells by which plan, `jingui handover status` whether it was handed over.
error-plan-unconfirmed = this cannot be undone: type the whole id of the plan once more
hint-plan-unconfirmed = Add --confirm { $plan }

## Results

col-plan = Plan
col-stage = Stage
col-day = Day
col-destroyed = Destroyed
col-ripe = May run on
col-needs = Next
col-late = Filed after it was due
col-not-planned = Why it is not in the plan
purge-none = No plan is open.
purge-planned = Plan { $plan } is made: { $records ->
        [one] one record
       *[other] { $records } records
    } may be destroyed ({ $day }).
purge-would-plan = On { $day } { $records ->
        [one] one record
       *[other] { $records } records
    } could be destroyed.
purge-counts = Due and not in it: { $excluded }; not due: { $kept }; without dates: { $undetermined }.
purge-digest = What people sign, SHA-256: { $sha256 }
purge-plan-written = The plan is written to { $path }.
purge-next-appraise = Somebody else appraises it: `jingui purge appraise { $plan } --all --reason TEXT`
purge-appraised = Plan { $plan }: { $count ->
        [one] one record
       *[other] { $count } records
    } appraised: { $verdict }.
purge-would-appraise = Plan { $plan }: { $count ->
        [one] one record
       *[other] { $count } records
    } would be appraised: { $verdict }.
purge-next-approve = Somebody else signs it off: `jingui purge approve { $plan } --confirm { $plan }`
purge-approved = Plan { $plan } is signed off.
purge-would-approve = Plan { $plan } would be signed off.
purge-witnessed = Signed as a witness of plan { $plan }.
purge-would-witness = Would sign as a witness of plan { $plan }.
purge-attested = Signed the register of plan { $plan }.
purge-would-attest = Would sign the register of plan { $plan }.
purge-rejected = Plan { $plan } is stopped.
purge-would-reject = Plan { $plan } would be stopped.
purge-head = Plan { $plan }: { $stage }, { $records ->
        [one] one record
       *[other] { $records } records
    }, { $day }
purge-approved-by = Signed off by { $by } ({ $slot }), { $at }
purge-witnessed-by = Witnessed by { $by }, { $at }
purge-attested-by = Register signed by { $by }, { $at }
purge-missing-slots = Still to be signed off by: { $slots }
purge-rejected-by = Stopped by { $by }.
purge-needs = Next: { $needs }
purge-needs-appraisal = somebody appraises it
purge-needs-sign-off = it is signed off by: { $slots }
purge-needs-witness = { $count ->
        [one] one witness signs
       *[other] { $count } witnesses sign
    }
purge-needs-cosigner = the CA countersigns a head over all signatures; { $wait } { $wait ->
        [one] day counts
       *[other] days count
    } from then
purge-needs-day = it waits until { $day }, by the clock and by what the CA has countersigned then
purge-needs-run = its day has come, it is to be carried out
purge-needs-finish = it is begun, the next run goes on with it
purge-needs-attest = the register is signed by: { $by }
purge-needs-nothing = nothing
purge-stuck = the plan { $plan } cannot be signed any more: nobody is left for { $missing }. Enrol somebody, or stop it with `jingui purge reject`.
purge-unfinished = the plan { $plan } is begun and not at its end. Where no run is at it just now, `jingui purge run { $plan } --confirm { $plan }` goes on.
purge-failed = the plan { $plan } has failed: { $why }. `jingui purge run { $plan } --confirm { $plan }` goes on.
purge-failed-why = failed: { $why }
purge-failed-mirror = the mirror lags, and { $count ->
        [one] one record is
       *[other] { $count } records are
    } begun and not finished
purge-failed-job = the job that carries plans out has since ended with exit code { $code }, and { $count ->
        [one] one record is
       *[other] { $count } records are
    } begun and not finished
purge-failed-unfinished = the last run did not come to its end, and { $count ->
        [one] one record is
       *[other] { $count } records are
    } begun and not finished
status-plan = { $plan }, { $records ->
        [one] one record
       *[other] { $records } records
    }: { $needs }
purge-reason = Appraisal: { $reason }
purge-paper = Paper to be destroyed as well: { $number }, box { $box }
purge-relied = Certificate that relied on it: { $number }, serial number { $serial }
purge-ran = Plan { $plan }: destroyed { $count }, left { $left }, still to do { $waiting }.
purge-would-run = Plan { $plan } would destroy { $count } and leave { $left }; still to do after that: { $waiting }.
purge-left = Left { $number }: { $why }
purge-left-by = Left: { $count ->
        [one] one record
       *[other] { $count } records
    } ({ $why })
purge-left-unread = for which reasons records were left cannot be said: { $why }
purge-waiting = As many as one run may destroy, or the plan is not ripe any more; run it again to go on, or to be told what it waits for.
purge-mirror-lags = the mirror lags, so what was begun is not finished: { $why }. Run it again once the mirror is there.
purge-register = SHA-256 of the register: { $sha256 }
purge-next-attest = Both witnesses sign the register: `jingui purge witness { $plan }`; `jingui purge certificate { $plan }` says who could still open an old copy.
purge-reversal-proposed = Proposal { $act }: appraisal { $appraisal } counts no more for { $count ->
        [one] one record
       *[other] { $count } records
    }. Another person confirms it: `jingui purge reverse confirm { $act }`
purge-would-reverse = Would propose that appraisal { $appraisal } counts no more for { $count ->
        [one] one record
       *[other] { $count } records
    }.
purge-reversals-none = Nothing of the kind is proposed.
purge-reversal-confirmed = Confirmed: { $act }. The records have their dates without that appraisal.
purge-reversal-would-confirm = Would confirm { $act }.
purge-reversal-refused = Proposal { $act } is refused.
purge-reversal-would-refuse = Would refuse { $act }.
col-appraisal = Appraisal
progress-purge = destroying
purge-policy = A plan asks for: { $slots }; { $witnesses } witnesses; { $wait } days of waiting; at most { $cap } records a run.
purge-policy-proposed = Proposal { $act }: { $slots }; { $witnesses } witnesses; { $wait } days of waiting; at most { $cap } records a run.
purge-policy-would = Would propose: { $slots }; { $witnesses } witnesses; { $wait } days of waiting; at most { $cap } records a run.
purge-policy-would-approve = Proposal { $act } would hold from now on.
purge-policy-would-reject = Proposal { $act } would be rejected.
purge-policy-approved = Proposal { $act } holds from now on.
purge-policy-rejected = Proposal { $act } is rejected.
keys-shredded = Noted: the { $medium } of the key of epoch { $epoch } is destroyed.
keys-would-shred = Would note that the { $medium } of the key of epoch { $epoch } is destroyed.
purge-stage-planned = to be appraised
purge-stage-appraised = to be signed off
purge-stage-approved = to be witnessed
purge-stage-waiting = waiting
purge-stage-destroying = being carried out
purge-stage-closed = carried out
purge-stage-rejected = stopped
slot-unit = head of unit
slot-archives = head of archives
slot-business = head of business
slot-handler = handler
slot-authority = authority
appraisal-destroy = destroy
appraisal-keep = keep
appraisal-reclass = keep as another class, too
medium-escrow = CA's copy
medium-sheet = copy on paper
excluded-not-eligible = not eligible
excluded-kept = an appraisal keeps it
excluded-planned = in another plan
excluded-full = the plan is full
left-not-eligible = not eligible
left-changed = changed since the plan was made
left-not-due = its dates have moved, it is not due
left-kept = its appraisal keeps it
left-unappraised = not appraised
left-rejected = the plan was stopped
signed-plan = Planned
signed-appraise = Appraised
signed-unit = Signed off (head of unit)
signed-archives = Signed off (head of archives)
signed-business = Signed off (head of business)
signed-handler = Signed off (handler)
signed-authority = Signed off (authority)
signed-witness = Witnessed
signed-reject = Stopped
signed-run = Carried out
signed-attest = Register signed
certificate-title = Certificate of destruction
certificate-of = { $ra }, fonds { $fonds }
certificate-plan = Plan { $plan }
certificate-counts = { $destroyed } records destroyed, { $left } left.
certificate-when = Destroyed between { $first } and { $last }
certificate-plan-digest = SHA-256 of the plan: { $sha256 }
certificate-register-digest = SHA-256 of the register: { $sha256 }
certificate-signed = { $what }: { $by }, { $at }, line { $seq } of the journal
certificate-erased = Covers, bodies and notes are destroyed in this vault and its mirror.
certificate-sealed = Sealed: every key that could open an old copy is reported as destroyed.
certificate-openable = An old copy, if there is one, could still be opened with these keys:
certificate-holder = epoch { $epoch }: { $people }; copies on paper: { $sheets }; with the CA: { $ca }
certificate-copy = Copy that may hold it: { $target }, newest { $newest }
certificate-written = The certificate and all that proves it are written to { $path }.
kind-purge-plan = plan to destroy
kind-purge-appraise = appraisal
kind-purge-approve = plan signed off
kind-purge-witness = witness's signature
kind-purge-reject = plan stopped
kind-purge-begin = being destroyed
kind-purge-done = destroyed
kind-purge-close = register
kind-purge-attest = register signed
kind-purge-policy = proposal on plans
kind-purge-reverse = proposal to take an appraisal back
kind-epoch-shred = key copy destroyed
