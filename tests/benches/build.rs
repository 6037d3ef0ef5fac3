//! Generates the rules of the benchmark `cost`: 10, 100 and 1,000 statements, none of which matches
//! the measured request.

use std::fmt::Write;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let mut code = String::new();
    for count in [10, 100, 1_000] {
        let _ = write!(
            code,
            "fn rules_{count}() -> humanify::RuleSet {{\n    humanify::protect! {{\n"
        );
        for number in 0..count {
            let _ = writeln!(
                code,
                "        deny_access on \"/area{number}/*\", \"/private/{number}\";"
            );
        }
        code.push_str("    }\n}\n");
    }
    let folder = std::env::var_os("OUT_DIR").unwrap_or_default();
    let path = std::path::Path::new(&folder).join("rules.rs");
    if let Err(error) = std::fs::write(path, code) {
        panic!("the rules cannot be written: {error}");
    }
}
