//! Tests of every mistake in `cases/`: it is found once, at the right place, with the expected
//! message, and the text is accepted after the help is followed. `BLESS=1 cargo test -p
//! humanify-syntax --test cases` rewrites the files; read each as the person who gets the message.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use humanify_parser as parse;
use support::{Case, files, findings, fixed};

/// The findings of a case, in the form of the files.
fn shown(case: &Case, family: &str) -> String {
    let found = findings(&case.text, family);
    let mut shown = String::new();
    for finding in &found {
        let (start, end) = support::range(&case.text, finding.place);
        let at = case.text.get(start..end).unwrap_or_default();
        shown.push_str(&format!("at: {}\n", at.replace('\n', "\\n")));
        for line in finding.to_string().lines() {
            shown.push_str(&format!("    {line}\n"));
        }
        for fix in &finding.fixes {
            let text = fixed(&case.text, fix);
            shown.push_str(&format!("then: {}\n", text.replace('\n', "\\n")));
        }
    }
    shown
}

#[test]
fn every_mistake_has_one_message_at_its_place_with_the_correction() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut wrong = Vec::new();
    for (path, family, cases) in files() {
        let mut written = support::description(&path);
        for case in &cases {
            let shown = shown(case, &family);
            if shown != case.expected && !bless {
                wrong.push(format!(
                    "{family}/{}\n{}\nexpected:\n{}found:\n{shown}",
                    case.name, case.text, case.expected
                ));
            }
            let requests: String = case
                .requests
                .iter()
                .map(|request| format!("{request}\n"))
                .collect();
            written.push_str(&format!(
                "== {}\n{}\n--\n{shown}{requests}\n",
                case.name, case.text
            ));
        }
        if bless {
            // Replaced atomically, since other tests read the files concurrently.
            let new = path.with_extension("new");
            std::fs::write(&new, written.trim_end().to_owned() + "\n").unwrap();
            std::fs::rename(new, path).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn one_mistake_has_one_message() {
    for (_, family, cases) in files() {
        for case in cases
            .iter()
            .filter(|case| !case.name.starts_with("several_"))
        {
            let count = findings(&case.text, &family).len();
            let expected = usize::from(!["silent", "right"].contains(&family.as_str()));
            assert_eq!(count, expected, "{family}/{}", case.name);
        }
    }
}

#[test]
fn every_text_that_a_help_says_to_write_is_a_fix_and_the_other_way_round() {
    let (mut texts, mut fixes) = (0, 0);
    for (_, family, cases) in files() {
        for case in &cases {
            let found = findings(&case.text, &family);
            for finding in found {
                let name = format!("{family}/{}: {finding}", case.name);
                for written in finding.help.split("write `").skip(1) {
                    let said = |text: &str| {
                        !text.is_empty() && written.starts_with(&format!("{}`", text.trim()))
                    };
                    assert!(finding.fixes.iter().any(|fix| said(&fix.text)), "{name}");
                    texts += 1;
                }
                for fix in finding.fixes.iter().filter(|fix| !fix.text.is_empty()) {
                    assert!(
                        finding.help.contains(&format!("`{}`", fix.text.trim())),
                        "{name}"
                    );
                    fixes += 1;
                }
            }
        }
    }
    assert!(texts > 200 && fixes > 200, "{texts} {fixes}");
}

#[test]
fn every_example_in_a_help_is_right() {
    let (mut examples, mut wrong) = (0, Vec::new());
    let fields = [
        "method",
        "path",
        "host",
        "scheme",
        "content_type",
        "args",
        "headers",
        "cookies",
        "client",
    ];
    let actions = [
        "challenge",
        "deny_access",
        "always_",
        "exempt",
        "limit",
        "trap",
        "observe",
    ];
    for (_, family, cases) in files().into_iter().filter(|file| file.1 != "attributes") {
        for case in &cases {
            for finding in findings(&case.text, &family) {
                for text in finding.help.split('`').skip(1).step_by(2) {
                    let begins = |words: &[&str]| words.iter().any(|word| text.starts_with(word));
                    let is_whole = text.contains(' ') && !text.contains(['…', '\n']);
                    let rules = match text {
                        _ if !is_whole || text.contains("NAME") => continue,
                        // The start of a statement.
                        text if text.ends_with(" those") => continue,
                        text if begins(&["~ ", "!~ "]) => {
                            format!("always_deny when args.a {text};")
                        }
                        text if begins(&fields) => format!("always_deny when {text};"),
                        text if begins(&actions) => text.to_owned(),
                        _ => continue,
                    };
                    examples += 1;
                    let found = match rules.parse() {
                        Ok(tokens) => parse::rules(tokens).findings,
                        Err(error) => panic!("{family}/{}: {text}: {error}", case.name),
                    };
                    if let Some(found) = found.first() {
                        wrong.push(format!(
                            "{family}/{}\n{finding}\n{text}\n{found}",
                            case.name
                        ));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(examples > 200, "{examples}");
}

#[test]
fn a_text_that_follows_the_help_is_understood() {
    let (mut followed, mut wrong) = (0, Vec::new());
    for (_, family, cases) in files() {
        for case in &cases {
            let read = |text: &str| findings(text, &family);
            // The fix may uncover another mistake.
            let more = ["half_typed_", "several_"]
                .iter()
                .any(|start| case.name.starts_with(start))
                || case.requests.iter().any(|line| line == "more: yes");
            for fix in read(&case.text).iter().flat_map(|finding| &finding.fixes) {
                let text = fixed(&case.text, fix);
                followed += usize::from(!more);
                if let (Some(left), false) = (read(&text).first(), more) {
                    wrong.push(format!("{family}/{}\n{text}\n{left}", case.name));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(followed > 200, "{followed}");
}
