#!/usr/bin/env bash
# Checks that a document was filed, with bash, sha256sum, jq, xxd, base64 and openssl alone:
#   check.sh DOCUMENT [LOG-KEY.pem]
# document.line  the document's line in the cover: salt, name, SHA-256     digests.txt  SHA-256 of each line of the cover
# journal.line   the filing in the journal, with the cover's commit        proof.json   that line's path in the Merkle tree
# head.txt       the signed head of the journal (C2SP checkpoint)          log-key.pem  the log's public key; trust it from elsewhere
set -euo pipefail
document=$(realpath "$1") key=$(realpath "${2:-$(dirname "$0")/log-key.pem}")
cd "$(dirname "$0")"
sha() { sha256sum | cut -c1-64; }
fail() { echo "NOT PROVED: $1" >&2; exit 1; }

[ "$(sha <"$document")" = "$(jq -r .doc.sha256 document.line)" ] || fail "the document is not the one in document.line"
echo "document        SHA-256 $(sha <"$document")"
grep -qx "$(sha <document.line)" digests.txt || fail "document.line is not a line of the cover"
commit=$(sha <digests.txt)
[ "$commit" = "$(jq -r .act.data.cover.commit journal.line)" ] || fail "the cover is not the one in journal.line"
echo "cover           commit $commit"

# RFC 9162, 2.1.3.2: from the leaf up to the root.
node=$({ printf '\0'; cat journal.line; } | sha)
fn=$(jq .index proof.json) sn=$(($(jq .lines proof.json) - 1))
pair() { { printf '\1'; printf %s "$1$2" | xxd -r -p; } | sha; }
for sibling in $(jq -r '.path[]' proof.json); do
    [ "$sn" -gt 0 ] || fail "the path is too long"
    if ((fn & 1)) || [ "$fn" = "$sn" ]; then
        node=$(pair "$sibling" "$node")
        while ! ((fn & 1)) && [ "$fn" -gt 0 ]; do ((fn >>= 1, sn >>= 1, 1)); done
    else
        node=$(pair "$node" "$sibling")
    fi
    ((fn >>= 1, sn >>= 1, 1))
done
[ "$sn" = 0 ] || fail "the path is too short"
[ "$node" = "$(sed -n 3p head.txt | base64 -d | xxd -p -c 64)" ] || fail "the journal under the head has another line there"
[ "$(jq .lines proof.json)" = "$(sed -n 2p head.txt)" ] || fail "the head is over another number of lines"
echo "journal         line $(jq .seq journal.line) of $(sed -n 2p head.txt), filed $(jq -r .at journal.line) by $(jq -r .by journal.line)"

# The note is signed up to the empty line; a signature is four bytes of key id and 64 of Ed25519.
sig=$(mktemp) text=$(mktemp)
trap 'rm -f "$sig" "$text"' EXIT
sed '/^$/,$d' head.txt >"$text"
sed -n '/^$/,$p' head.txt | sed -n '2s/.* //p' | base64 -d | tail -c 64 >"$sig"
openssl pkeyutl -verify -pubin -inkey "$key" -rawin -in "$text" -sigfile "$sig" >/dev/null || fail "the head is not signed with this key"
echo "head            signed by $(head -n 1 head.txt)"
echo "PROVED: this document was filed as the journal says, and has not been changed since."
