# Until when records are kept: rules, dates of a record, what is due.


## Commands

cmd-why = Shows until when a record is kept, and why
cmd-why-more =
    Every certificate with the day the years are counted from, the version of the rule, the last day of the duty (E), the
    first day without it (F), the first day of disposal (G), and the articles it rests on: enough to work it out again by
    hand. With --as-of a day that has passed it is told as it was known then. It reads the journal alone and asks for no key.
cmd-why-examples =
    jingui why JG01-2026-000042
    jingui why JG01-2026-000042 --as-of 2031-01-01 --json
cmd-due = Lists records whose time is over
cmd-due-more =
    Nothing is destroyed because it is due: somebody appraises it first. What has been due for 90 days is marked, and so
    are applications that have been pending for as long. Records without dates are counted by what stands in the way. It
    reads the journal alone and asks for no key.
cmd-due-examples =
    jingui due
    jingui due --as-of 2031-01-01 --calendar
cmd-rule = Rules: how long each class is kept
cmd-rule-examples =
    jingui rule list
    jingui rule diff CN-P5
cmd-rule-list = Lists the rules of all classes, and what is proposed
cmd-rule-list-examples =
    jingui rule list
    jingui rule list --json
cmd-rule-diff = Shows a proposed rule beside the one that holds, and the records whose dates it would move
cmd-rule-diff-examples =
    jingui rule diff CN-P5
    jingui rule diff CN-P5 --records
cmd-rule-propose = Proposes the next version of a rule
cmd-rule-propose-more =
    What is not said stays as it is. It holds once another approver or legal officer has approved it. A longer period then
    reaches every record there is at once; a shorter one only certificates issued from its day on, and that day cannot
    have come yet. Nothing can be shorter than the law asks for. --dry-run shows what it would move.
cmd-rule-propose-examples =
    jingui rule propose CN-P5 --years 8 --effective 2027-01-01 --basis "CPS 2.1, 5.5.2" --reason "the CA's new CPS" --dry-run
    jingui rule propose CN-P5 --floor 2 --effective 2027-01-01 --basis "BR 5.5.2" --reason "public TLS begins"
cmd-rule-approve = Approves a rule that somebody else has proposed
cmd-rule-approve-examples =
    jingui rule approve 0K2Q6V1R8Y3T5W7Z9B1D3F5H7J --dry-run
    jingui rule approve 0K2Q6V1R8Y3T5W7Z9B1D3F5H7J
cmd-rule-reject = Rejects a proposed rule, or takes one's own back
cmd-rule-reject-examples =
    jingui rule reject 0K2Q6V1R8Y3T5W7Z9B1D3F5H7J --reason "the CPS says seven"
    jingui rule reject 0K2Q6V1R8Y3T5W7Z9B1D3F5H7J --reason "wrong day" --json

arg-as-of = As of this day, else today
arg-calendar = Count by month when disposal may run instead
arg-rule-diff-class = Class: CN-P5, CN-G10, CN-R3
arg-rule-diff-records = List the records that it would move
arg-rule-propose-class = Class: CN-P5, CN-G10, CN-R3
arg-years = Whole years
arg-count-from = What they are counted from: invalid (the day a certificate became invalid), expiry (its last day in any case)
arg-grace = Days between the first day without a duty and disposal: 15 to 366
arg-floor = Years after a certificate's last day that are kept in any case; 0 for none
arg-effective = The day from which it holds
arg-rule-propose-basis = The legal basis; it stands in the clear
arg-rule-propose-reason = Why; the reason is sealed
arg-rule-reject-reason = Why; the reason is sealed
arg-rule-approve-act = The proposal, as `rule list` shows it
arg-rule-reject-act = The proposal, as `rule list` shows it
why-law = a legal basis has 1 to 2000 characters that can be printed

## Errors

error-below-law = { $years } years for { $class } are fewer than the law asks for
hint-below-law = It asks for { $floor } years at least.
error-rule-open = A rule for { $class } is proposed already: { $act }
hint-rule-open = `jingui rule approve { $act }` or `jingui rule reject { $act } --reason TEXT` first.
error-no-rule-proposal = No rule is proposed for { $class }
hint-no-rule-proposal = `jingui rule list` shows what holds. `jingui rule propose { $class } … --dry-run` shows what a change would move.
error-rule-same = The rule of { $class } says so already
hint-rule-same = Nothing was proposed. `jingui rule list` shows it.
error-rule-retroactive = A shorter period for { $class } cannot hold from { $day } on: that day has come
hint-rule-retroactive = What is shorter reaches only certificates issued later. Name a day from tomorrow on with --effective.

## Results

col-rule = Rule
col-years = Years
col-counted-from = Counted from
col-grace = Grace
col-floor = Floor
col-effective = From
col-rule-state = State
col-law = Legal basis
col-item = What
col-now = Now
col-proposed = Proposed
col-changed = Changed
col-last = Last day (E)
col-new-last = New last day
col-disposal = Disposal (G)
col-new-disposal = New disposal
col-as-of = As of
col-decision = Decided on
col-validity = Valid
col-d0 = Counted from (D0)
col-month = Month
col-provisional = Provisional
col-since = Due since
rule-state-holds = holds
rule-state-earlier = earlier
rule-state-proposed = proposed
rule-basis-invalid = invalidity
rule-basis-expiry = expiry
rule-proposed-by = Proposal { $act } by { $by }.
rule-reason = Reason: { $reason }
rule-longer = Nothing in it is shorter: it reaches every record there is at once.
rule-shorter = Something in it is shorter: that reaches only what is issued from { $day } on.
rule-affected = { $affected ->
    [one] 1 record gets
   *[other] { $affected } records get
} other dates; { $undetermined } have none that could move.
rule-proposed = A rule for { $class } is proposed: { $act }
rule-next = Another approver or legal officer: `jingui rule diff { $class }`, then `jingui rule approve { $act }`.
rule-approved = { $class }/{ $version } holds: { $years } years, from { $day }.
rule-would-approve = Would approve { $class }/{ $version }: { $years } years, from { $day }.
rule-rejected = { $class }/{ $version } is rejected.
rule-would-reject = Would reject { $class }/{ $version }.
why-decision = decision
why-rule = { $rule }, { $years } years
why-floor = { $years } years after its last day
why-by-law = the law's own period: the rules say less
why-kept-longer = a shorter version holds for what is issued later
why-last = Last day of the duty (E)
why-free = First day without it (F)
why-disposal = Disposal from (G)
why-grace = { $days } days of grace, { $rule }
why-provisional = Provisional until { $day }: until then a list of the issuer may move it.
why-unclear = Undetermined, so it is kept: { $why }.
why-verdict-undetermined = It has no dates and is never due.
why-verdict-held = It is held and must not be destroyed.
why-verdict-keep = It is kept; disposal may run from { $day }.
why-verdict-not-eligible = It is not eligible for disposal.
why-held-for = Held: { $matter }
why-verdict-cool-off = A hold was released lately; disposal may run from { $day }.
why-appraised-until = An appraisal keeps it until { $day }.
why-appraisal = Appraisal { $act }: { $what }
why-said-until = kept until { $day }
why-said-class = also as { $class }
why-verdict-due = Its time is over: disposal may run since { $day }, once it has been appraised.
unclear-unreviewed = nobody else has reviewed it as it stands
unclear-pending = the application has not been decided
unclear-no-certificate = no certificate is linked
unclear-no-decision = nobody knows when it was decided
unclear-unknown-end = how long a certificate is valid is not known
unclear-never-ends = a certificate has no end and was not revoked
unclear-beyond-calendar = its last day lies after the year 9999
cert-end-revoked = revoked
cert-end-held = on hold
cert-end-released = off hold
cert-end-permanent = revoked after a hold
due-overdue = for 90 days and more
due-pending = { $number } has been pending since { $day }: decide it, or close it as lapsed.
due-counts = { $day }: { $due } due ({ $overdue } for 90 days and more), { $kept } kept, { $held } held, { $undetermined } without dates.
due-undetermined = Without dates, because { $why }: { $count }
kind-rule-propose = retention rule proposed
article-esl-24 = Electronic Signature Law, article 24: at least five years after the certificate became invalid
article-egov-24 = Measures on certification services for e-government (2009), article 24: ten years
article-cc-188 = Civil Code, article 188: general limitation period of three years
article-cc-200-203 = Civil Code, articles 200 to 203: the day itself is not counted; same month and day, or the last of the month
article-rfc5280-validity = RFC 5280, 4.1.2.5: a certificate is valid through its last day
article-rfc5280-hold = RFC 5280, 5.3.1: a certificate on hold is not invalid for that
article-br-552 = Baseline Requirements, 5.5.2: the latest certificate that relies on the record counts; years after expiry
article-legislation-104 = Legislation Law, article 104: no effect on what was there before
article-cc-203-grace = Civil Code, article 203: days of grace, for a last day that is a holiday
article-esl-20 = Electronic Signature Law, article 20: what was not reviewed settles nothing
article-cpl-70-84 = Civil Procedure Law, articles 70 and 84: what is preserved is not destroyed
article-pipl-47 = Personal Information Protection Law, article 47: when the period is over, the data are deleted
