# Heads countersigned by somebody outside: the vault's half, and the cosigner's.

cmd-journal-cosigner = Names who countersigns this journal's heads, or shows who does
cmd-journal-cosigner-more =
    KEY is the line that `jingui cosigner show` prints. The authority signs the act; in a vault without one, a security
    administrator. With --request FILE the act is only written, for the authority to sign with `jingui act sign`.

    Another cosigner begins anew: until it has countersigned a head, nothing can be destroyed.
cmd-journal-cosigner-examples =
    jingui journal cosigner
    jingui journal cosigner ca.example/cosigner+c8946d8d+BP0XJDhaoMdbZPt4zWAvodmR/ev3axPFjtcC6sg16fYY --request name.act
cmd-journal-cosign = Asks the cosigner to countersign the journal, or takes its answer in
cmd-journal-cosign-more =
    --request signs a head over all lines and writes a file of a few hundred bytes with nothing personal in it. It goes to
    the cosigner by any means; the answer comes back the same way and is taken in with --import.

    A plan to destroy records runs only under a countersigned head, and goes by no later day than the cosigner's.
cmd-journal-cosign-examples =
    jingui journal cosign --request -o 2026-11.request
    jingui journal cosign --import 2026-11.answer
cmd-journal-fork = Lets a vault that is behind a signed head go on under a new log
cmd-journal-fork-more =
    The keystore remembers the head that was signed last. A vault put back from an older copy does not continue it, and can
    only be read. Look for the newer vault first. If it is lost, a security administrator proposes to leave that head, and a
    legal officer or approver, somebody else, confirms it. From then on heads are those of a new log; the cosigner signs it
    only with --accept-fork, and until then nothing can be destroyed.
cmd-journal-fork-examples =
    jingui journal fork propose --reason "disk of the server lost, put back from May" --key li.key
    jingui journal fork confirm 0K2Q6V1R8Y3T5W7Z9B1D3F5H7J --key sun.key
cmd-journal-fork-propose = Proposes to leave the head that the keystore remembers
cmd-journal-fork-propose-examples =
    jingui journal fork propose --reason "disk of the server lost, put back from May" --key li.key
    jingui journal fork propose --reason "disk of the server lost" --key li.key --dry-run
cmd-journal-fork-confirm = Confirms that, as the second of two people
cmd-journal-fork-confirm-examples =
    jingui journal fork confirm 0K2Q6V1R8Y3T5W7Z9B1D3F5H7J --key sun.key
    jingui journal fork confirm 0K2Q6V1R8Y3T5W7Z9B1D3F5H7J --key sun.key --dry-run
cmd-cosigner = Countersigns the heads of vaults: what a CA runs, on a machine of its own
cmd-cosigner-examples =
    jingui cosigner sign 2026-11.request -o 2026-11.answer --key ca.key
    jingui cosigner show
cmd-cosigner-init = Makes a cosigner's directory
cmd-cosigner-init-more =
    The key is a key file as `jingui key new` makes it. It stays where it is; the directory keeps its public half and, for
    each vault, the newest head that was signed. Never put that directory back from a backup: it would forget what it has
    signed.
cmd-cosigner-init-examples =
    jingui cosigner init /srv/cosigner --name ca.example/cosigner --key ca.key
    jingui cosigner init cosigner --name ca.example/2026 --key ca.key -n
cmd-cosigner-sign = Countersigns the head of a request, if it continues the last one
cmd-cosigner-sign-more =
    The vault is known by its log key: the first time, --trust names its VAULT.toml. What was signed is on the disk before
    the answer is written. The head that was signed last is signed again, for an answer that was lost.
    With --at it signs what an archive has pushed there and leaves the answer there; its next push brings it in.
cmd-cosigner-sign-examples =
    jingui cosigner sign 2026-11.request -o 2026-11.answer --trust VAULT.toml --key ca.key
    jingui cosigner sign --at s3://ra-east/jingui --dir /srv/cosigner --key ca.key
cmd-cosigner-show = Shows the key to hand out, and the newest head that was signed for each vault
cmd-cosigner-show-examples =
    jingui cosigner show
    jingui cosigner show --dir /srv/cosigner --json

arg-journal-cosigner-cosigner = The cosigner's verifier key
arg-journal-cosigner-request = Write the act unsigned to this file, for the authority to sign
arg-journal-cosign-request = Ask: sign a head over all lines and write the request
arg-journal-cosign-import = Take in this answer
arg-journal-cosign-from = The size that the cosigner knows, where it has told one
arg-journal-cosign-output = Write the request to this file
arg-journal-fork-propose-reason = What happened to the newer vault; the reason is sealed
arg-journal-fork-confirm-act = The proposal, as `journal fork propose` printed it
arg-journal-head-cosigned = The newest countersigned head instead
arg-cosigner-init-dir = A directory that is empty or not there yet
arg-cosigner-init-name = The name to sign under, by preference a domain name of yours and a path
arg-cosigner-sign-request = The file that the vault wrote
arg-cosigner-sign-dir = The cosigner's directory; else the one you are in
arg-cosigner-sign-output = Write the answer to this file
arg-cosigner-show-dir = The cosigner's directory; else the one you are in
arg-trust = Know this vault from here on, by its VAULT.toml
arg-accept-fork = Accept that the vault has begun a new log, which does not continue the one that was signed

why-cosigner = it must be a verifier key as `jingui cosigner show` prints it, name+id+base64

cosigner-made =
    Cosigner made: { $dir }
    Its key, for the vaults that name it: { $key }
cosigner-would-make = Would make a cosigner at { $dir } with the key { $key }.
cosigner-nothing-asked = The archive { $vault } asks for nothing that has not been answered.
cosigner-signed = Signed: { $origin }, { $before } → { $lines } lines, { $at }
cosigner-would-sign = Would sign: { $origin }, { $before } → { $lines } lines, { $at }
cosigner-clock-behind = This machine's clock is behind the last time it signed; that time ({ $at }) is given once more. Set the clock.
cosigner-named = { $name } countersigns from here on.
cosigner-would-name = Would name { $name } to countersign.
cosigner-none = Nobody has been named to countersign. `jingui journal cosigner KEY` names somebody.
cosign-asked = A request over { $lines } lines: { $path }. Have the cosigner answer it, then run `jingui journal cosign --import ANSWER`.
cosign-would-ask = Would ask from { $from } lines to all { $lines } and the line of the head.
cosign-imported = Countersigned: { $lines } lines, { $at } (line { $seq }).
cosign-repeated = Was taken in before: { $lines } lines, { $at } (line { $seq }).
cosign-would-import = Would take in: { $lines } lines, { $at }.
cosign-none = { $name } has not countersigned any head yet. `jingui journal cosign --request -o FILE` asks; nothing can be destroyed until the answer is there.
cosign-old = The newest countersigned head is { $days } days old. `jingui journal cosign --request -o FILE` asks for the next.

fork-proposed = Proposal { $act }: to go on from { $lines } lines, though { $known } were signed. A legal officer or approver confirms it: jingui journal fork confirm { $act }
fork-would-propose = Would propose to go on from { $lines } lines, though { $known } were signed.
fork-confirmed = The vault goes on. Its log is { $origin } from here on; tell the cosigner, who has to sign it with --accept-fork.
fork-would-confirm = Would confirm the proposal { $act }.

notice-fork = The keystore remembers a signed head over { $known } lines, which the { $lines } lines here do not continue: an older copy of the vault was put back, or it went on in two places. It can be read. Look for the newer one; if it is lost, `jingui journal fork propose` and another person's `jingui journal fork confirm` let this one go on.

col-cosigner-key = Key
col-cosigned = Countersigned head
col-log = Log

kind-cosigner-name = cosigner named
kind-head-cosigned = head countersigned
kind-log-fork = new log proposed

error-no-cosigner = Nobody has been named to countersign heads
hint-no-cosigner = `jingui journal cosigner KEY` names somebody, with the authority's key.
error-no-cosigned-head = No head has been countersigned yet
hint-no-cosigned-head = `jingui journal cosign --request -o FILE` asks for one.
error-cosigner-named = { $name } countersigns already
hint-cosigner-named = Nothing to do.
error-not-a-cosigner = { $key } is not a key to countersign with: { $why }
hint-not-a-cosigner = Use the line that `jingui cosigner show` prints.
error-behind-cosigner = The cosigner has seen { $known } lines; this vault has only { $lines }
hint-behind-cosigner = An older copy of the vault was put back. Look for the newer one before anything is filed here; if it is lost, take in the cosigner's last answer: the next opening then names the way on.
error-not-an-answer = { $path } is not the answer of a cosigner: { $why }
hint-not-an-answer = Name the file that `jingui cosigner sign` wrote.
error-other-log = This answer is about another vault ({ $origin })
hint-other-log = Name the right vault with --vault DIR, or ask for the right answer.
error-not-cosigner = The answer is signed by { $names }, not by { $name }
hint-not-cosigner = Ask the cosigner that this vault names: `jingui journal cosigner`.
error-not-our-head = This vault has not signed the head over { $lines } lines that was countersigned
hint-not-our-head = Somebody else's vault of this name, or another history of it, has been countersigned. Keep the file, and look with `jingui status`: if an older copy was put back, it names the way on.
error-not-forked = Nothing to accept: the vault at { $path } continues every signed head that the keystore remembers
hint-not-forked = Go on as usual. If it is the cosigner that knows a newer head, take its last answer in first: `jingui journal cosign --import ANSWER`.
error-cosigned-later = A head over { $lines } lines of { $at } has been taken in already, and this one is older
hint-cosigned-later = Nothing to do: the newer one counts.
error-not-a-request = { $path } is not a request to a cosigner: { $why }
hint-not-a-request = Name the file that `jingui journal cosign --request` wrote.
error-not-a-vault-toml = { $path } is not the VAULT.toml of a vault: { $why }
hint-not-a-vault-toml = Ask for the file VAULT.toml of the vault, unchanged.
error-no-cosigner-here = There is no cosigner at { $path }
hint-no-cosigner-here = Name its directory with --dir, or make one with `jingui cosigner init`.
error-cosigner-damaged = { $path } of the cosigner is damaged: { $why }
hint-cosigner-damaged = Nothing is signed on its word. Make a new cosigner with `jingui cosigner init`, and have the vaults name it.
error-other-cosigner = This key is not that of the cosigner at { $path }
hint-other-cosigner = Use the key file that it was made with.
error-cosigner-in-use = Somebody else is signing with the cosigner at { $path }
hint-cosigner-in-use = Wait for the other program to end, then try again.
error-unknown-log = { $origin } is not known here
hint-unknown-log = Ask for the vault's VAULT.toml and name it with --trust.
error-trust-other = { $path } is not that of { $origin }
hint-trust-other = Ask the vault's people which is right; do not sign until you know.
error-other-log-key = The head of { $origin } is not signed with the key that is known
hint-other-log-key = The request was changed, or somebody else made it. Ask for a new one.
error-cosigner-elsewhere = Nothing was signed: { $known } lines of { $origin } are known here, the request begins at { $old }
hint-cosigner-elsewhere = Have a request made from there: `jingui journal cosign --request --from { $known } -o FILE`.
error-inconsistent = The head over { $lines } lines of { $origin } does not continue the { $known } lines that were signed
hint-inconsistent = Its history was changed, or the request was. Keep the file and ask the vault's people; nothing was signed.
error-log-forked = { $origin } with { $lines } lines is a new log, which does not continue { $known }, of which { $seen } lines were signed
hint-log-forked = Ask the vault's people why. If it is right, sign with --accept-fork.
error-log-ended = { $origin } was given up for { $now }
hint-log-ended = The vault has begun a new log; its old one is not signed any more.
