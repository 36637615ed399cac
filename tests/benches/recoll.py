#!/usr/bin/env python3
"""Documents read and found beside Recoll (Debian: recoll), in one run; prints a table for BENCHMARKS.md.

    tests/benches/recoll.py JINGUI CORPUS

JINGUI is the program as built for release, CORPUS a directory of documents. Each file becomes a record of its own; both
read all of them from nothing, with OCR where Tesseract is there. What is looked for is taken from the documents by
programs that belong to neither: `pdftotext`, and the strings between the tags of zipped XML.
"""

import csv
import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

PARTS = {".docx": r"word/document\.xml", ".pptx": r"ppt/slides/slide\d+\.xml", ".xlsx": r"xl/sharedStrings\.xml",
         ".odt": r"content\.xml", ".ods": r"content\.xml", ".odp": r"content\.xml", ".ofd": r".*Content\.xml"}
WORDS = re.compile(r"[\u4e00-\u9fff]{5,12}|[A-Za-z]{8,}")


def text_of(path):
    kind = path.suffix.lower()
    if kind == ".pdf":
        return subprocess.run(["pdftotext", path, "-"], capture_output=True).stdout.decode("utf-8", "replace")
    if kind in PARTS:
        try:
            with zipfile.ZipFile(path) as bag:
                parts = [name for name in bag.namelist() if re.fullmatch(PARTS[kind], name)]
                xml = "\n".join(bag.read(name).decode("utf-8", "replace") for name in parts)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
            return ""
        return html.unescape(re.sub(r"<[^>]+>", "\n", xml))
    if kind in (".txt", ".csv"):
        try:
            return path.read_text("utf-8")
        except UnicodeDecodeError:
            return ""
    return ""


def probes(path):
    """Some words of a document: the first, one in the middle, the last."""
    words = list(dict.fromkeys(WORDS.findall(text_of(path))))
    return list(dict.fromkeys(words[at] for at in (0, len(words) // 2, -1))) if words else []


def timed(command, **rest):
    since = time.monotonic()
    done = subprocess.run(command, capture_output=True, **rest)
    return time.monotonic() - since, done


def main(jingui, corpus, scratch):
    docs = scratch / "docs"
    docs.mkdir()
    files = [p for p in sorted(corpus.rglob("*")) if p.is_file() and p.name not in ("MANIFEST.tsv", "README.md")]
    for no, path in enumerate(files):
        shutil.copy(path, docs / f"D{no:04}{path.suffix.lower()}")
    wanted = [(path.stem, path.suffix, word) for path in sorted(docs.iterdir()) for word in probes(path)]

    # Jingui: filed from a sheet, then read.
    (scratch / "pass").write_text("a pass phrase for nothing\n")
    env = dict(os.environ, JINGUI_VAULT=str(scratch / "vault"), JINGUI_KEY=str(scratch / "me.key"))
    call = lambda *words: [jingui, *words, "--passphrase-file", str(scratch / "pass"), "--no-input"]
    run = lambda *words: timed(call(*words), env=env, cwd=scratch)
    run("key", "new", "-o", "me.key", "--name", "me")
    run("init", "vault", "--ra", "bench", "--fonds", "JG01", "--solo", "--key", "me.key")
    with open(scratch / "ledger.csv", "w", newline="") as sheet:
        rows = csv.writer(sheet)
        rows.writerow(["project", "outlet", "customer", "customer kind", "business", "date", "files"])
        rows.writerows(["bench", "one", p.stem, "enterprise", "new", "2024-05-01", p.name] for p in sorted(docs.iterdir()))
    run("import", "plan", "ledger.csv", "--files", "docs", "--new-project")
    filed = run("import", "apply", "ledger.plan.csv")
    ours_read, read = run("read", "--json")
    if read.returncode:
        sys.exit(f"not read: {filed[1].stderr.decode()[-500:]}{read.stderr.decode()[-500:]}")
    opened = min(run("list", "--limit", "1")[0] for _ in range(5))

    # Recoll.
    conf = scratch / "recoll"
    conf.mkdir()
    (conf / "recoll.conf").write_text(
        f"topdirs = {docs}\nocrprogs = tesseract\ntesseractlang = chi_sim+eng\npdfocr = 1\nimgocr = 1\n")
    theirs_read, _ = timed(["recollindex", "-c", conf])

    ours, theirs, ours_time, theirs_time = {}, {}, [], []
    for name, kind, word in wanted:
        took, done = run("find", f'"{word}"', "--limit", "1000", "--json")
        ours_time.append(took)
        hits = json.loads(done.stdout)["hits"] if done.returncode == 0 else []
        took, listed = timed(["recollq", "-c", conf, "-n", "0-1000", "-b", f'"{word}"'])
        theirs_time.append(took)
        counts = ours.setdefault(kind, [0, 0]), theirs.setdefault(kind, [0, 0])
        found = any(hit["customer"] == name for hit in hits), f"/{name}.".encode() in listed.stdout
        for who, count, is_found in zip(("Jingui", "Recoll"), counts, found):
            count[0] += 1
            count[1] += is_found
            if not is_found:
                print(f"{who} does not find {word} in {files[int(name[1:])]}", file=sys.stderr)
    size = lambda path: sum(p.stat().st_size for p in path.rglob("*") if p.is_file()) / 1e6
    middle = lambda all: sorted(all)[len(all) // 2]
    print(f"{len(files)} files, {len(wanted)} words\n")
    print("| what | Jingui | Recoll |\n|---|---:|---:|")
    print(f"| all documents read and indexed | {ours_read:.1f} s | {theirs_read:.1f} s |")
    print(f"| a word, whole process | {middle(ours_time) * 1000:.0f} ms | {middle(theirs_time) * 1000:.0f} ms |")
    print(f"| of this, opening key and vault | {opened * 1000:.0f} ms | – |")
    print(f"| index and texts | {size(scratch / 'vault/derived/index') + size(scratch / 'vault/text'):.1f} MB "
          f"| {size(conf):.1f} MB |")
    for kind in sorted(ours):
        (all, one), (_, other) = ours[kind], theirs[kind]
        print(f"| found in `{kind}` | {one} of {all} | {other} of {all} |")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        main(os.path.abspath(sys.argv[1]), Path(sys.argv[2]), Path(scratch))
