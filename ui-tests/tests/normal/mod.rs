//! The compiler's messages, without the parts that differ between machines.

/// The folder of this package in the workspace.
pub(crate) const PACKAGE: &str = "ui-tests";

/// The messages without summaries, and with only the file names of other folders.
pub(crate) fn form(said: &str) -> String {
    let said = said.lines().filter(|line| !is_summary(line)).map(line);
    let said = without_types(said).join("\n");
    let messages: Vec<String> = said
        .split("\n\n")
        .map(str::trim_end)
        .filter(|message| !message.is_empty())
        .map(message)
        .collect();
    messages.join("\n\n") + "\n"
}

fn is_summary(line: &str) -> bool {
    [
        "error: aborting due to ",
        "For more information about this error",
        "Some errors have detailed explanations",
    ]
    .iter()
    .any(|start| line.starts_with(start))
        || (line.starts_with("warning: ") && line.ends_with(" emitted"))
}

/// The number of implementing types that are shown for a trait.
const MOST_TYPES: usize = 8;

/// The lines, with only the first types that implement a trait.
fn without_types(lines: impl Iterator<Item = String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    let mut types = None;
    for line in lines {
        if line.contains("the following other types implement trait") {
            types = Some(0);
        } else if let Some(count) = &mut types {
            let is_type = line.starts_with(&" ".repeat(10)) && !line.contains('|');
            *count += usize::from(is_type);
            match (is_type, *count > MOST_TYPES) {
                (true, true) => continue,
                (false, true) => {
                    types = None;
                    kept.push("          and $N others".to_owned());
                }
                (false, false) => types = None,
                (true, false) => {}
            }
        }
        kept.push(line);
    }
    kept
}

/// A line, with short names for other folders.
fn line(line: &str) -> String {
    let mut line = line.replace(&format!("{PACKAGE}/cases/"), "cases/");
    if let Some((before, file)) = line.split_once("--> humanify/") {
        line = format!("{before}--> $WORKSPACE/humanify/{file}");
    }
    if let Some((before, behind)) = line.split_once("--> /")
        && let Some((_, name)) = behind.split_once("/registry/src/")
        && let Some((_, file)) = name.split_once('/')
    {
        line = format!("{before}--> $CARGO/{file}");
    }
    if let Some((before, behind)) = line.split_once("--> /")
        && let Some((_, file)) = behind.split_once("/library/")
    {
        line = format!("{before}--> $RUST/{file}");
    }
    line
}

/// A message. If it shows other files, their line numbers and the space for them are removed.
fn message(message: &str) -> String {
    if !message.contains("--> $") {
        return message.to_owned();
    }
    let mut is_elsewhere = false;
    let lines = message.lines().map(|line| {
        if let Some((_, place)) = line.split_once("--> ") {
            is_elsewhere = place.starts_with('$');
            let place = match is_elsewhere {
                true => without_version(place.split(':').next().unwrap_or(place)),
                false => place.to_owned(),
            };
            return format!("  --> {place}");
        }
        let (gutter, code) = line.split_at(gutter(line));
        let number = gutter.trim();
        match (gutter.is_empty(), is_elsewhere) {
            (true, _) => line.to_owned(),
            (false, true) => format!("   {code}"),
            (false, false) => format!("{number:<3}{code}"),
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The length of the numbers and spaces before the first `|` or `=`.
fn gutter(line: &str) -> usize {
    let end = line
        .find(|c: char| !c.is_ascii_digit() && c != ' ')
        .unwrap_or(0);
    match line.get(end..).unwrap_or_default().chars().next() {
        Some('|' | '=') => end,
        _ => 0,
    }
}

/// A path of a crate without its version.
fn without_version(path: &str) -> String {
    let parts = path
        .split('/')
        .enumerate()
        .map(|(index, part)| match part.rsplit_once('-') {
            Some((name, version))
                if index == 1 && version.starts_with(|c: char| c.is_ascii_digit()) =>
            {
                format!("{name}-$VERSION")
            }
            _ => part.to_owned(),
        });
    parts.collect::<Vec<_>>().join("/")
}

#[test]
fn output_that_differs_between_machines_is_removed() {
    let said = "error[E1]: no\n    --> cases/a.rs:1:2\n     |\n   1 | x\n     | ^\n     |\nnote: there\n    \
                --> /home/x/.cargo/registry/src/index-1/axum-0.8.9/src/lib.rs:1234:5\n     |\n1234 | y\n     \
                = note: and\n\nerror: aborting due to 1 previous error\n\nFor more information about this error, try\n";
    let expected = "error[E1]: no\n  --> cases/a.rs:1:2\n   |\n1  | x\n   | ^\n   |\nnote: there\n  \
                    --> $CARGO/axum-$VERSION/src/lib.rs\n   |\n   | y\n   = note: and\n";
    assert_eq!(form(said), expected);
}
