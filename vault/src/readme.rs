//! The `README.txt` of every vault: how to read all of it without Jingui.

/// The line before the script; and the line after it.
const MARKS: [&str; 2] = ["# ---- begin read.sh ----\n", "# ---- end read.sh ----\n"];

/// Its text; the same in every vault of this format.
pub fn text() -> &'static str {
    include_str!("readme.txt")
}

/// The script in it, without the lines that mark it: opens and checks everything with common tools.
pub fn script() -> &'static str {
    let after = text().split_once(MARKS[0]).map_or("", |(_, after)| after);
    after.split_once(MARKS[1]).map_or("", |(script, _)| script)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_is_short_enough_to_be_read_before_it_is_run() {
        assert!(script().starts_with("#!/usr/bin/env bash\n") && script().ends_with("[ \"$bad\" = 0 ]\n"));
        assert!(script().lines().count() <= 60, "{}", script().lines().count());
    }
}
