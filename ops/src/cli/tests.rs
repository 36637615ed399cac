use super::*;
use crate::messages::Messages;
use std::os::unix::ffi::OsStringExt;

fn words(line: &str) -> Vec<OsString> {
    // Quotes as in a shell, without escapes: enough for our examples.
    let (mut all, mut word, mut quote, mut open) = (Vec::new(), String::new(), None, false);
    for c in line.chars() {
        match (c, quote) {
            (c, Some(q)) if c == q => quote = None,
            ('"' | '\'', None) => (quote, open) = (Some(c), true),
            (' ', None) => {
                if open || !word.is_empty() {
                    all.push(std::mem::take(&mut word).into());
                }
                open = false;
            }
            (c, _) => word.push(c),
        }
    }
    if open || !word.is_empty() {
        all.push(word.into());
    }
    all
}

/// How a command line is read: the command, or the code of the error.
fn check(line: &str, expected: &str) {
    let seen = match read(&words(line), Lang::En) {
        Ok(Reading::Command(parsed)) => parsed.command_text(),
        Ok(Reading::Show(_)) => "shown".to_owned(),
        Err(failure) => failure.code().to_owned(),
    };
    assert_eq!(seen, expected, "{line}");
}

#[test]
fn command_lines_are_read() {
    check("jingui", "command-missing");
    check("jingui keys", "command-missing");
    check("jingui key new -o a.key --name 张三", "key new");
    check("jingui key new -o a.key", "argument-missing");
    check("jingui --json journal log --from 3", "journal log");
    check("jingui journal log --json --from 0", "bad-value");
    check("jingui lsit", "unknown-command");
    check("jingui list --projct x", "unknown-option");
    check("jingui list --from 2024年5月1日 --to 20240601", "list");
    check("jingui list --from yesterday", "bad-value");
    check("jingui list --class CN-X", "bad-value");
    check("jingui list --project", "value-missing");
    check("jingui -q -v list", "conflict");
    check("jingui list --act-out x", "not-here");
    check("jingui staff enrol a.pub --role archivist,reviewer --act-out x", "staff enrol");
    check("jingui purge reverse propose --record R --reason slip --act-out x", "purge reverse propose");
    check("jingui purge reverse confirm 0K2Q6V1R8Y3T5W7Z9B1D3F5H7J --act-out x", "purge reverse confirm");
    check("jingui purge reverse list --act-out x", "not-here");
    check("jingui add a.pdf", "argument-missing");
    check("jingui add a.pdf --to JG01-2026-000001 --reason late", "add");
    check("jingui add a.pdf --to JG01-2026-000001", "argument-missing");
    check("jingui keys recover --escrow a --sheet b --person p --role security", "conflict");
    check("jingui keys recover --person p --role security", "argument-missing");
    check("jingui show R --reveal", "argument-missing");
    check("jingui verify --sample 5%", "verify");
    check("jingui watch", "argument-missing");
    check("jingui watch scans --settle 0.5 --every 60 --once -n", "watch");
    check("jingui watch scans --settle soon", "bad-value");
    check("jingui watch scans --customer-kind painter", "bad-value");
    check("jingui help key new", "shown");
    check("jingui help key nwe", "unknown-command");
    check("jingui add --help", "shown");
    check("jingui --version", "shown");
}

#[test]
fn an_unknown_word_suggests_the_nearest() {
    let nearest = |line: &str| match read(&words(line), Lang::En) {
        Err(failure) => failure.fields().into_iter().find(|(name, _)| *name == "near").unwrap().1,
        Ok(_) => panic!("{line} is read"),
    };
    assert_eq!(nearest("jingui lsit"), "list");
    assert_eq!(nearest("jingui staff disble 0002"), "disable");
    assert_eq!(nearest("jingui journal lgo"), "log");
    assert_eq!(nearest("jingui ad x.pdf"), "add");
    assert_eq!(nearest("jingui list --projct x"), "--project");
    assert_eq!(nearest("jingui xyzzy"), "none");
}

#[test]
fn words_that_are_not_text_are_paths_still() {
    let file = OsString::from_vec(b"a\xff=b.pdf".to_vec());
    let mut kind = file.clone();
    kind.push("=app");
    let mut argv = words("jingui add --to R --reason late --kind");
    argv.extend([kind, "--".into(), file.clone(), "--json".into()]);
    let Ok(Reading::Command(parsed)) = read(&argv, Lang::En) else { panic!("it is read") };
    assert_eq!(parsed.all::<PathBuf>("path"), [PathBuf::from(&file), "--json".into()]);
    let kinds: Vec<Kinded> = parsed.all("kind");
    assert_eq!((&kinds[0].file, kinds[0].kind.word()), (&PathBuf::from(file), "APP"));
    assert!(!parsed.flag("json"));
}

#[test]
fn every_command_and_option_has_its_text() {
    for lang in Lang::ALL {
        let messages = Messages::for_lang(*lang);
        for key in help::keys() {
            assert!(messages.has(&key), "{key} has no text in {}", lang.word());
        }
    }
}

#[test]
fn every_example_is_read_and_there_are_two() {
    for lang in Lang::ALL {
        for key in help::keys().into_iter().filter(|key| key.ends_with("-examples")) {
            let text = Messages::for_lang(*lang).text(&key, &[]);
            assert_eq!(text.lines().count(), 2, "{key} in {}", lang.word());
            for line in text.lines() {
                if let Err(failure) = read(&words(line), *lang) {
                    panic!("{key} in {}: {line}: {:?}", lang.word(), failure.fields());
                }
            }
        }
    }
}

#[test]
fn short_help_is_short_and_long_help_complete() {
    let shown = |line: &str, lang| match read(&words(line), lang) {
        Ok(Reading::Show(text)) => text,
        _ => panic!("{line} shows nothing"),
    };
    let (short, long) = (shown("jingui list -h", Lang::Zh), shown("jingui list --help", Lang::Zh));
    assert!(short.contains("--project") && !short.contains("--passphrase-file"), "{short}");
    assert!(long.contains("--passphrase-file") && short.contains("用法："), "{long}");
    for page in [&short, &long] {
        for english in ["Usage", "Options:", "Arguments:", "OPTIONS"] {
            assert!(!page.contains(english), "{english} in {page}");
        }
    }
}

#[test]
fn the_definition_holds_together() {
    command().debug_assert();
    help::dressed(Lang::Zh).debug_assert();
}
