//! Tests of the expansion of `protect!`.

use super::*;

fn block(statements: usize) -> TokenStream {
    let lines: Vec<String> = (0..statements)
        .map(|index| match index % 4 {
            0 => format!(
                "challenge on \"/api/{index}/*\" except \"/api/{index}/public/*\" \
                 when method in [GET, POST];"
            ),
            1 => format!("deny_access on \"/admin/{index}\";"),
            2 => format!(
                "limit \"{}/minute\" on \"/items/{index}/{{id}}\";",
                index + 1
            ),
            _ => {
                format!("exempt on \"/assets/{index}/*\" when client.ip == \"2001:db8::{index}\";")
            }
        })
        .collect();
    lines.join("\n").parse().unwrap()
}

#[test]
fn the_expansion_of_200_statements_is_small_and_grows_linearly() {
    let sizes = [50, 200, 400].map(|count| expand(block(count)).to_string().len());
    assert!(sizes[1] <= 60_000, "{sizes:?}");
    assert!(sizes[2] <= 2 * sizes[1] + 2_000, "{sizes:?}");
}

#[test]
fn a_refused_block_still_has_the_right_type_and_documented_words() {
    let expansion = expand("challenge on \"a\"; limit;".parse().unwrap()).to_string();
    assert!(expansion.contains("compile_error"), "{expansion}");
    assert!(expansion.contains("__h :: RuleSet :: EMPTY"), "{expansion}");
    assert!(expansion.contains("__w :: challenge"), "{expansion}");
}

#[test]
fn every_word_of_the_language_has_its_documentation() {
    let source = "challenge(audio, hardness = 2) bots on under \"/a\", regex \"^/b\" \
                  except route \"/c\", endpoint \"d\" \
                  when path starts_with \"/a/\" && content_type in [\"a/b\"] && client.is_vpn; \
                  limit \"5/minute\", burst = 9, key = \"path\"; observe exempt;";
    let rules = parse::rules(source.parse().unwrap());
    assert!(rules.findings.is_empty(), "{:?}", rules.findings);
    assert!(rules.words.len() > 20, "{}", rules.words.len());
    for word in rules.words {
        let known = humanify_syntax::vocabulary::NAMES.contains(&word.name.as_str());
        // Keywords of Rust cannot name an item.
        assert!(
            known || ["in", "for"].contains(&word.name.as_str()),
            "{}",
            word.name
        );
    }
}

#[test]
fn a_warning_is_a_use_of_a_deprecated_item_at_the_statement() {
    let expand = |text: &str| expand(text.parse().unwrap()).to_string();
    let expansion = expand("exempt;");
    assert!(expansion.contains("deprecated"), "{expansion}");
    assert!(expansion.contains("const H001"), "{expansion}");
    let expansion = expand("intended(open) exempt;");
    assert!(!expansion.contains("deprecated"), "{expansion}");
}
