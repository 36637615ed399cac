#!/usr/bin/env bash
# Checks a certificate of destruction with bash, sha256sum, jq, xxd, base64, sed, awk and openssl alone:
#   check.sh [AUTHORITY-KEY-HEX]
# plan.jsonl  what was signed before     register.jsonl  what became of it     lines/  the journal's lines that say so
# paths.json  their paths in the Merkle tree     head.txt  the signed head of the journal (C2SP checkpoint)
# The key of the authority stands in the first line; give it as you know it from elsewhere.
set -euo pipefail
known=${1:-}
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sha() { sha256sum | cut -c1-64; }
fail() { echo "NOT PROVED: $1" >&2; exit 1; }
# Each line once: what it is, and whose key it brings.
for f in lines/*; do
    jq -r --arg f "$f" '"\(.act.kind) \($f)"' "$f" >>"$work/kinds"
    jq -r '.act.data as $d | if .act.kind == "staff.enrol" then "\($d.staff) \($d.sign)" elif .act.kind == "vault.init" then "\($d.founder.staff) \($d.founder.sign)" else empty end' "$f" >>"$work/keys"
done
of_kind() { awk -v kind="$1" '$1 == kind { print $2 }' "$work/kinds"; }
jq -r '.[] | "\(.seq) \(.path | join(" "))"' paths.json >"$work/paths"
# verify KEY-HEX TEXT-FILE SIGNATURE-FILE
verify() {
    printf '302a300506032b6570032100%s' "$1" | xxd -r -p >"$work/key.der"
    openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/key.der" -rawin -in "$2" -sigfile "$3" >/dev/null 2>&1
}

init=lines/000000000001
vault=$(jq -r .act.data.vault $init)
authority=$(jq -r '.act.data.authority.sign // empty' $init)
[ -z "$known" ] || [ "$known" = "$authority" ] || fail "the vault names another authority"

# The head: signed by the log key of the first line.
log=$(jq -r .act.data.log $init | sed 's/^[^+]*+[^+]*+//' | base64 -d | tail -c 32 | xxd -p -c 64)
sed '/^$/,$d' head.txt >"$work/text"
sed -n '/^$/,$p' head.txt | sed -n '2s/.* //p' | base64 -d | tail -c 64 >"$work/sig"
verify "$log" "$work/text" "$work/sig" || fail "the head is not signed with the vault's log key"
size=$(sed -n 2p head.txt) root=$(sed -n 3p head.txt | base64 -d | xxd -p -c 64)

# Every line stands under that head (RFC 9162, 2.1.3.2), and is signed by whoever it says.
pair() { { printf '\1'; printf %s "$1$2" | xxd -r -p; } | sha; }
count=0
for f in lines/*; do
    read -r seq by sig < <(jq -r '"\(.seq) \(.by) \(.sig // "-")"' "$f")
    node=$({ printf '\0'; cat "$f"; } | sha)
    fn=$((seq - 1)) sn=$((size - 1))
    for sibling in $(awk -v seq="$seq" '$1 == seq { $1 = ""; print }' "$work/paths"); do
        [ "$sn" -gt 0 ] || fail "the path of line $seq is too long"
        if ((fn & 1)) || [ "$fn" = "$sn" ]; then
            node=$(pair "$sibling" "$node")
            while ! ((fn & 1)) && [ "$fn" -gt 0 ]; do ((fn >>= 1, sn >>= 1, 1)); done
        else
            node=$(pair "$node" "$sibling")
        fi
        ((fn >>= 1, sn >>= 1, 1))
    done
    [ "$sn" = 0 ] && [ "$node" = "$root" ] || fail "line $seq is not under the head"
    if [ "$by" != vault ]; then
        case $by in
        authority) key=$authority ;;
        *) key=$(awk -v by="$by" '$1 == by { print $2; exit }' "$work/keys") ;;
        esac
        [ -n "$key" ] || fail "nobody enrolled $by"
        {
            printf 'jingui act 1\n%s\n' "$vault"
            sed -E 's/^\{"v":1,"seq":[0-9]+,"at":"[^"]*","prev":"[0-9a-f]*","by":"[^"]*","act":(.*),"sig":"[0-9a-f]{128}"\}$/\1/' "$f" | tr -d '\n'
        } >"$work/text"
        printf %s "$sig" | xxd -r -p >"$work/sig"
        verify "$key" "$work/text" "$work/sig" || fail "line $seq is not signed by $by"
    fi
    count=$((count + 1))
done
echo "journal         $count lines, each under the head over $size lines and signed by whoever it says"

# What people signed is what lies here.
plan=$(of_kind purge.plan) close=$(of_kind purge.close)
[ "$(sha <plan.jsonl)" = "$(jq -r .act.data.sha256 "$plan")" ] || fail "plan.jsonl is not the plan that was signed"
[ "$(sha <register.jsonl)" = "$(jq -r .act.data.sha256 "$close")" ] || fail "register.jsonl is not the register"
for f in $(of_kind purge.appraise) $(of_kind purge.approve) $(of_kind purge.witness); do
    [ "$(jq -r .act.data.sha256 "$f")" = "$(sha <plan.jsonl)" ] || fail "$f is about another plan"
done
last=$(for f in $(of_kind purge.appraise); do jq .seq "$f"; done | sort -n | tail -n 1)
signers() { for f in $(of_kind "$1"); do jq -r --argjson last "$last" 'select(.act.data.appraised == $last) | .by' "$f"; done | sort -u; }
[ "$(signers purge.approve | wc -l)" -ge 1 ] || fail "nobody has signed the plan off"
witnesses=$(signers purge.witness)
if [ "$(jq .act.data.solo $init)" != true ]; then
    [ "$(echo "$witnesses" | wc -l)" -ge 2 ] || fail "it has fewer than two witnesses"
fi
echo "plan            $(jq -r .act.data.records "$plan") records, signed off by $(signers purge.approve | xargs), witnessed by $(echo "$witnesses" | xargs)"

# A head over all of these signatures was countersigned outside (C2SP cosignature/v1).
for f in $(of_kind head.cosigned); do
    lines=$(jq .act.data.lines "$f")
    jq -r .act.data.cosignature "$f" | base64 -d >"$work/blob"
    time=$((16#$(head -c 12 "$work/blob" | tail -c 8 | xxd -p)))
    tail -c 64 "$work/blob" >"$work/sig"
    {
        printf 'cosignature/v1\ntime %s\n' "$time"
        # A head behind a confirmed fork is of another log, and says which head that one parted from.
        fork=$(for c in $(of_kind act.confirm); do
            [ "$(jq .seq "$c")" -lt "$(jq .seq "$f")" ] || continue
            for k in $(of_kind log.fork); do
                [ "$(jq -r .act.id "$k")" != "$(jq -r .act.data.act "$c")" ] || echo "$(jq .seq "$c") $k"
            done
        done | sort -n | tail -n 1 | cut -d' ' -f2-)
        name=jingui/$vault parted=
        if [ -n "$fork" ]; then
            name=$name/$(jq .act.data.log "$fork")
            parted="fork-of $(jq .act.data.lines "$fork") $(jq -r .act.data.root "$fork" | xxd -r -p | base64)"
        fi
        printf '%s\n%s\n%s\n' "$name" "$lines" "$(jq -r .act.data.root "$f" | xxd -r -p | base64)"
        [ -z "$parted" ] || printf '%s\n' "$parted"
    } >"$work/text"
    cosigner=$(for c in $(of_kind cosigner.name); do jq -r .act.data.key "$c" | sed 's/^[^+]*+[^+]*+//' | base64 -d | tail -c 32 | xxd -p -c 64; done | while read -r key; do ! verify "$key" "$work/text" "$work/sig" || echo "$key"; done | head -n 1)
    [ -n "$cosigner" ] || fail "the head over $lines lines is not countersigned"
    echo "cosigner        has seen $lines lines on $(date -u -d "@$time" +%FT%TZ)"
done
signed=$(for f in $(of_kind purge.approve) $(of_kind purge.witness); do jq --argjson last "$last" 'select(.act.data.appraised == $last) | .seq' "$f"; done | sort -n | tail -n 1)
covered=$(for f in $(of_kind head.cosigned); do jq .act.data.lines "$f"; done | sort -n | tail -n 1)
[ "${covered:-0}" -ge "$signed" ] || fail "no head over all signatures was countersigned"
for w in $witnesses; do
    ! { signers purge.approve; for f in $(of_kind purge.appraise); do jq -r .by "$f"; done; } | grep -qx "$w" || [ "$(jq .act.data.solo $init)" = true ] || fail "the witness $w has another part in the plan"
done

destroyed=$(for f in $(of_kind purge.done); do jq -r '.act.data.destroyed[].record' "$f"; done | sort)
listed=$(tail -n +2 register.jsonl | jq -r 'select(.destroyed) | .row.record' | sort)
[ "$destroyed" = "$listed" ] || fail "the register names other records than the journal"
echo "register        $(echo "$destroyed" | grep -c .) records destroyed"
echo "PROVED: these records were destroyed as these people have signed."
