# Certificates.
kind-cert-link = certificates linked
kind-cert-status = list of revoked certificates read
kind-cert-report = revocation reported
kind-cert-reverse = mistake about certificates reported
kind-issuer-pin = issuer proposed
kind-issuer-unpin = issuer proposed for removal
error-no-issuer = No issuer { $issuer } is pinned
hint-no-issuer = `jingui cert issuer list` shows those that are. An issuer counts once a second person has confirmed it.
error-issuer-known = That issuer is pinned already ({ $issuer })
hint-issuer-known = Nothing was done. `jingui cert issuer list` shows it.
error-no-certificate = { $path } is no certificate: { $why }
hint-no-certificate = Certificates are read in PEM, DER, base64 and PKCS #7. Lists of revoked ones go to `jingui cert import`. To file it all the same, name it without --cert.
error-before-it-began = { $day } is before the certificate began, on { $begins }
hint-before-it-began = Look at the year. `jingui cert list` shows when it began.
error-no-cert = No certificate { $cert } is known
hint-no-cert = `jingui cert list RECORD` shows those of a record; a serial number is typed in hex, as viewers show it.
error-many-certs = { $count } certificates fit { $cert }
hint-many-certs = Two issuers use that number, or it is the beginning of several ids: name the certificate by its id. `jingui cert list` shows it.
error-linked-already = All of these are linked to { $record } already
hint-linked-already = Nothing was done. `jingui cert list { $record }` shows them.
error-cert-sheet = { $path } does not tell what became of certificates: { $why }
hint-cert-sheet = A sheet has the headings serial, status and day (序列号 状态 日期). Lists of revoked certificates are read in PEM and DER.
cert-sheet-columns = no row of the first ten has headings for serial number, status and day

## Commands

cmd-cert = Certificates that rely on records, and what happens to them
cmd-cert-examples =
    jingui cert add JG01-2026-000042 renewed.cer --reliance renewal
    jingui cert import ca.crl
cmd-cert-add = Links certificates to a record
cmd-cert-add-more =
    A record is kept at least until the latest of its certificates has ended and its period has passed; a link is never
    taken back by one person. PEM, DER, base64 and PKCS #7 are read, several in a file. The first link of a record has to be reviewed.
cmd-cert-add-examples =
    jingui cert add JG01-2026-000042 sign.cer encrypt.cer
    jingui cert add JG01-2026-000042 renewed.cer --reliance renewal --reason "renewed online with the old material"
cmd-cert-import = Reads lists of revoked certificates, bundles, and sheets of what became of certificates
cmd-cert-import-more =
    Which records they concern is found by serial number and issuer. What a list says counts at once for certificates that
    are still valid, if a pinned issuer signed it; all else is proposed and counts once a second person has confirmed it.
    A hold starts no period. A sheet has columns for serial number, status and day; its days are Chinese days.
cmd-cert-import-examples =
    jingui cert import ca.crl delta.crl
    jingui cert import revoked.xlsx --reason "monthly list of the CA"
cmd-cert-list = Shows the certificates of a record, or one by serial number or id
cmd-cert-list-examples =
    jingui cert list JG01-2026-000042
    jingui cert list 0A1B2C3D --json
cmd-cert-revoke = Proposes that a certificate was revoked on a day
cmd-cert-revoke-more =
    From an order or a decision on paper. It counts once a second person has confirmed it, also after the certificate's end.
    A day later than its end is kept and counts for nothing. --as held and --as released speak of a hold.
cmd-cert-revoke-examples =
    jingui cert revoke 0A1B2C3D --day 2026-03-20 --reason "decision 17 of the CA"
    jingui cert revoke 0A1B2C3D --day 2026-03-20 --as held --reason "frozen by the court"
cmd-cert-reverse = Proposes that what was said of a certificate was a mistake
cmd-cert-reverse-more = Names the act that said it: a revocation, a hold, or the link itself. Counts once a second person has confirmed it.
cmd-cert-reverse-examples =
    jingui cert reverse 0A1B2C3D --said-by 2M7K3Q4TS8WZ6X1V0B9C5D7E8F --reason "another customer's certificate"
    jingui cert list 0A1B2C3D --json
cmd-cert-waiting = Lists what waits for a second person
cmd-cert-waiting-examples =
    jingui cert waiting
    jingui cert waiting --json
cmd-cert-confirm = Confirms a proposal as the second person
cmd-cert-confirm-examples =
    jingui cert confirm 2M7K3Q4TS8WZ6X1V0B9C5D7E8F
    jingui cert confirm 2M7K3Q4TS8WZ6X1V0B9C5D7E8F --act-out yes.act
cmd-cert-refuse = Refuses a proposal, or takes one's own back
cmd-cert-refuse-examples =
    jingui cert refuse 2M7K3Q4TS8WZ6X1V0B9C5D7E8F --reason "the serial number is another one"
    jingui cert refuse 2M7K3Q4TS8WZ6X1V0B9C5D7E8F --reason "typed twice" --json
cmd-cert-issuer = Whose signatures count
cmd-cert-issuer-examples =
    jingui cert issuer pin ca.cer
    jingui cert issuer approve 2M7K3Q4TS8WZ6X1V0B9C5D7E8F
cmd-cert-issuer-pin = Proposes the certificate of a CA
cmd-cert-issuer-pin-more =
    Compare its SHA-256 with what the CA tells by another way: the name in it is only what it says of itself. The
    certificate lies in the journal in the clear.
cmd-cert-issuer-pin-examples =
    jingui cert issuer pin ca.cer --reason "handed over by the CA on 3 March"
    jingui cert issuer pin ca.cer --dry-run
cmd-cert-issuer-list = Lists the issuers whose signatures count
cmd-cert-issuer-list-examples =
    jingui cert issuer list
    jingui cert issuer list --json
cmd-cert-issuer-approve = Confirms an issuer as the second person
cmd-cert-issuer-approve-examples =
    jingui cert issuer approve 2M7K3Q4TS8WZ6X1V0B9C5D7E8F
    jingui cert issuer approve 2M7K3Q4TS8WZ6X1V0B9C5D7E8F --dry-run
cmd-cert-issuer-unpin = Proposes that an issuer's signatures count no more
cmd-cert-issuer-unpin-examples =
    jingui cert issuer unpin 2M7K3Q4TS8WZ6X1V0B9C5D7E8F --reason "its key is lost"
    jingui cert issuer list

## Arguments

arg-reliance = Why the certificates rely on the record: original, renewal, reissue, change, pair, acted-on; by the business where it is not said
arg-cert-add-files = Files of certificates
arg-cert-add-reason = Why; the reason is sealed
arg-cert-import-files = Lists (CRL), bundles (PKCS #7), sheets (CSV, XLSX)
arg-cert-import-tab = The sheet of a workbook
arg-cert-import-reason = Why, for what is proposed; the reason is sealed
arg-subject = A record, a serial number in hex, or the id of a certificate
arg-cert-list-reveal = Shows serial numbers and subjects whole; journalled
arg-cert-list-reason = Why, for --reveal
arg-cert-revoke-cert = The certificate, by serial number in hex or by id
arg-cert-revoke-day = The day on which it happened
arg-as = What happened: revoked, held, released
arg-cert-revoke-reason = Why; the reason is sealed
arg-cert-reverse-cert = The certificate, by serial number in hex or by id
arg-said-by = The act that said it, as `cert list --json` shows it
arg-cert-reverse-reason = Why; the reason is sealed
arg-cert-refuse-reason = Why; the reason is sealed
arg-cert-confirm-act = The proposal, as `cert waiting` shows it
arg-cert-refuse-act = The proposal, as `cert waiting` shows it
arg-cert-issuer-approve-act = The proposal, as `cert waiting` shows it
arg-cert-issuer-pin-file = The CA's certificate
arg-cert-issuer-pin-reason = Why; the reason is sealed
arg-issuer = The issuer, as `cert issuer list` shows it
arg-cert-issuer-unpin-reason = Why; the reason is sealed

## Results

cert-linked = { $count ->
        [one] One certificate
       *[other] { $count } certificates
    } linked to { $number }.
cert-would-link = { $count ->
        [one] One certificate
       *[other] { $count } certificates
    } would be linked to { $number }.
cert-linked-already = All of these are linked to { $number } already; nothing was done.
cert-until = Certificate { $serial }: valid until { $until }.
cert-never = Certificate { $serial } has no end that is known (9999-12-31). Until it is revoked the record's period does not begin to run.
cert-undetermined = Certificate { $serial } does not tell when it ends ({ $why }). The record is kept until two people have settled it.
cert-to-review = Another person reviews the record: `jingui review`.
cert-none = No certificate is linked to it.
cert-several = there are several certificates in it
cert-issuer-would-pin = It would be proposed that signatures of { $subject } count. SHA-256 { $sha256 }
cert-issuer-proposed = Proposed: signatures of { $subject } count. SHA-256 { $sha256 }
cert-issuer-next = A second person confirms: jingui cert issuer approve { $act }
cert-issuer-none = No issuer is pinned: every revocation waits for a second person.
cert-proposed = Proposed for { $count ->
        [one] one certificate
       *[other] { $count } certificates
    }; it counts once a second person has confirmed it.
cert-would-propose = It would be proposed for { $count ->
        [one] one certificate
       *[other] { $count } certificates
    }.
cert-next = A second person confirms: jingui cert confirm { $act }
cert-waiting-none = Nothing waits for a second person.
cert-more = and { $count } more
cert-confirmed = Confirmed: { $act }
cert-would-confirm = Would be confirmed: { $act }
cert-refused = Refused: { $act }
cert-would-refuse = Would be refused: { $act }
cert-imported = { $files ->
        [one] One file
       *[other] { $files } files
    }, { $entries } entries, { $matched } of certificates here: { $counted } new and counting, { $proposed } proposed.
cert-would-import = { $files ->
        [one] One file
       *[other] { $files } files
    }, { $entries } entries, { $matched } of certificates here: { $counted } would count, { $proposed } would be proposed.
cert-news = { $number }: certificate { $serial } { $event } on { $day }.
cert-news-proposed = { $number }: certificate { $serial } { $event } on { $day }; proposed.
cert-not-linked = a certificate in it is linked to no record: `jingui cert add RECORD FILE`
cert-list-unsigned = The list of { $issuer } counts for nothing by itself: { $why }. What it says is proposed.
cert-unsigned-name = no issuer of that name is pinned
cert-unsigned-bad = the pinned issuer of that name has not signed it
cert-unsigned-weak = its signature could be forged by now (SHA-1, or a short key)
cert-unsigned-unknown = its signature cannot be verified here
cert-entry-untold = the entry of certificate { $serial } does not tell what happened when
cert-sheet-reason = sheet
cert-fault = { $file }: { $why }
cert-fault-row = { $file }, row { $row }: { $why }
cert-row-rounded = a spreadsheet has rounded the serial number
cert-row-serial = that is no serial number
cert-row-status = that is no status of a certificate
cert-row-day = that is no day
cert-row-future = the day is in the future
cert-row-early = the day is before the certificate began
cert-row-twice = another row speaks of the same certificate
cert-event-revoked = revoked
cert-event-held = put on hold
cert-event-released = taken off hold
cert-state-revoked = revoked on { $day }
cert-state-held = on hold since { $day }
cert-state-reversed = link reversed
cert-state-waiting = waits for a second person
reliance-original = original
reliance-renewal = renewal
reliance-reissue = reissue
reliance-change = change
reliance-pair = one of a pair
reliance-acted-on = acted on
doubt-no-seconds = its time has no seconds
doubt-no-zone = its time has no offset
doubt-spelling = its time is not written as times are
doubt-no-such-time = there is no such time
doubt-out-of-range = its time is in no year that counts
doubt-before-begin = it would end before it begins
col-cert = Certificate
col-serial = Serial number
col-cert-issuer = Issuer
col-cert-ends = Valid until
col-reliance = Relies as
col-cert-state = State
col-issuer = Id
