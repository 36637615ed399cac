# Work at its time: what is scheduled, what came of it, who sets it.


## Commands

cmd-jobs = Scheduled work: when it runs, and what came of it
cmd-jobs-examples =
    jingui jobs list
    jingui jobs run
cmd-jobs-list = Lists the jobs, when they last ran, and when they run next
cmd-jobs-list-examples =
    jingui jobs list
    jingui jobs list --json
cmd-jobs-run = Runs the jobs that are due, or those named
cmd-jobs-run-more =
    Call it every quarter of an hour (a timer for systemd lies in ops/units). Missed runs are caught up once. Every run leaves a
    line in the journal, also one that fails; what has no line did not run, and `status` says so. No job is given a key: a
    key only makes `remind` say what waits of holds, to who may know of them. Exit code 3: something needs somebody.
    journal reads the journal, covers and notes. fixity reads a share of the documents' files, so that every byte is read
    within 90 days. remind counts what waits for people.
    plan makes a plan of disposal where something is due, run carries out plans that are signed and whose day has come.
    push sends the newest state to where `jingui push --keep` said.
cmd-jobs-run-examples =
    jingui jobs run
    jingui jobs run fixity journal
cmd-jobs-set = Sets when jobs run
cmd-jobs-set-more =
    Minute, hour, day, month, week day at UTC+08:00, as in a crontab: * for all, 1-5, 1,3, */15, week days 0 to 7 or Sun to
    Sat. Where day and week day are both named, either is enough. Jobs that are not named keep their times; off takes
    one out of the schedule. A file replaces the whole schedule. Approvers and system administrators sign it.
cmd-jobs-set-examples =
    jingui jobs set fixity="0 1 * * *" --reason "the backup runs at three"
    jingui jobs set --file jobs.toml --reason "times of the new machine" --act-out jobs.act

arg-jobs = Jobs: journal, fixity, remind, plan, run, push; else all that are due
arg-due = All that are due, as without it
arg-times = When a job runs, such as fixity="0 1 * * *"; fixity=off takes it out
arg-jobs-set-file = The whole schedule: [[job]] with job and cron
arg-jobs-set-reason = Why; the reason is sealed
why-job-time = write JOB="minute hour day month weekday" or JOB=off, with journal, fixity, remind, plan, run or push

## Errors

error-bad-cron = "{ $cron }" is no time for the job { $job }: { $why ->
    [minute] the minute is none (0 to 59)
    [hour] the hour is none (0 to 23)
    [day] the day is none (1 to 31)
    [month] the month is none (1 to 12)
    [week-day] the week day is none (0 to 7, or Sun to Sat)
    [ambiguous] a step over all days beside the other day field means different things to different programs
    [never] there is no such day, so it would never run
   *[fields] it has not five fields with single spaces between them
}
hint-bad-cron = Nothing was set. Five fields: minute, hour, day, month, week day; for example "30 2 * * *" or "0 4 1 * *". In each: *, 7, 1-5, 1,3 or */15.
error-job-twice = The job { $job } stands twice in the schedule
hint-job-twice = Nothing was set. Write all its times as one expression, for example "0 3,15 * * *".
error-schedule-same = The schedule says so already
hint-schedule-same = Nothing was set. `jingui jobs list` shows it.
error-schedule = { $path } is no schedule: { $why }
hint-schedule = Each job is a [[job]] with job = "fixity" and cron = "0 3 * * *".

## Results

col-job = Job
col-job-does = What it does
col-cron = When
col-last-run = Last run
col-next-run = Next
col-fixity = All bytes read
job-journal = journal, covers and notes verified
job-fixity = documents' files read
job-remind = what waits for people
job-plan = disposal planned
job-run = disposal carried out
job-push = newest state sent to the CA
job-outcome-done = done
job-outcome-part = needs somebody
job-outcome-failed = FAILED
waits-due = records whose time is over
waits-pending = applications that have been pending for 90 days
waits-plans = plans to destroy that lack a signature
waits-proposals = proposals that want a second person
waits-head = heads that have not been countersigned
waits-holds = holds to be looked at, and proposals to release one
jobs-shipped = This is the schedule that is shipped. `jingui jobs set` sets another.
jobs-due = (due now{ $missed ->
    [0] {""}
   *[other] , missed before: { $missed }
})
jobs-overdue = (OVERDUE{ $missed ->
    [0] {""}
   *[other] , missed before: { $missed }
})
jobs-none-due = Nothing is due.
jobs-would-run = Would run { $word }: { $job }.
jobs-ran = { $word }: { $outcome } ({ $job }).
jobs-ran-files = { $word }: { $outcome } ({ $job }; { $files } files, { $bytes } bytes, { $findings } findings).
jobs-ran-waits = { $word }: { $outcome } ({ $waiting } wait, { $overdue } of them too long).
jobs-waits = { $what }: { $count }{ $overdue ->
    [0] {""}
   *[other] , too long: { $overdue }
}
jobs-caught-up = { $word } had been missed { $missed ->
    [one] once
   *[other] { $missed } times
} before; it was run once.
jobs-set = The schedule is set.
jobs-would-set = Would set this schedule.
jobs-unwritten = { $word } has run, and no line of it could be written: { $why }
jobs-failed-now = { $word } failed: { $why }
jobs-did-not-run = The job { $word } should have run at { $since } and did not. `jingui jobs run` runs what is due; a timer has to call it.
jobs-failed = The job { $word } failed at { $at } (exit code { $code }). `jingui jobs run { $word }` shows why.
jobs-part = The job { $word } has found something that needs somebody, at { $at } (exit code { $code }). `jingui jobs run { $word }` shows it.
jobs-unscheduled = The job { $word } is not in the schedule. `jingui jobs set { $word }=… --reason TEXT` puts it back.
jobs-fixity-old = Some documents' files have not been read for { $days } days; 90 is the limit. `jingui jobs run fixity`, or `jingui verify` reads all.
kind-jobs-set = schedule signed
kind-job-ran = job run
