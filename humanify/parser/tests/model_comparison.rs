//! Property tests of the analysis against an interpreter of a small world: a statement is reported
//! as never acting exactly if it acts on no request, and an assertion is refused exactly if a
//! request contradicts it.
#![allow(clippy::unwrap_used, clippy::panic)]

mod model;

use humanify_parser as parse;
use model::strategies::{statement, text};
use model::{Action, Outcome, Statement, judge, requests};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// The findings of each line of a text.
fn said(text: &str) -> Vec<(usize, String)> {
    let findings = parse::rules(text.parse().unwrap()).findings;
    let line = |finding: &parse::Finding| finding.place.start.start().line;
    findings
        .iter()
        .map(|finding| (line(finding), finding.to_string()))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn a_statement_is_reported_exactly_if_it_never_acts(statements in vec(statement(), 1..6)) {
        let text = text(&statements);
        let said = said(&text);
        // Another mistake in a statement hides its effect on other statements.
        let hidden = said.iter().any(|(_, message)| !message.contains("can never act"));
        prop_assume!(!hidden);
        let mut acts = vec![false; statements.len()];
        for request in requests() {
            for number in judge(&statements, &request).1 {
                acts[number] = true;
            }
        }
        for (number, acts) in acts.into_iter().enumerate() {
            let message = said.iter().find(|(line, _)| *line == number + 2);
            prop_assert_eq!(acts, message.is_none(), "{}\nline {}: {:?}", text, number + 2, message);
        }
    }

    #[test]
    fn an_assertion_is_refused_exactly_if_a_request_shows_why(
        statements in vec(statement(), 1..5),
        scope in statement(),
        wish in select(&["deny", "pass", "never deny", "never challenge"][..]),
    ) {
        let text = text(&statements);
        prop_assume!(said(&text).is_empty());
        let scope = Statement { observe: false, action: Action::AlwaysDeny, ..scope };
        let about = scope.to_string().replacen("always_deny", wish, 1);
        let asserted = said(&format!("{text}assert {about}"));
        let mut of_scope = requests().filter(|request| {
            judge(std::slice::from_ref(&scope), request).0 == Outcome::Deny
        }).peekable();
        let is_about_any = of_scope.peek().is_some();
        let holds = of_scope.all(|request| {
            let outcome = judge(&statements, &request).0;
            match wish {
                "deny" => outcome == Outcome::Deny,
                "pass" => outcome == Outcome::Pass,
                "never deny" => outcome != Outcome::Deny,
                _ => outcome != Outcome::Challenge,
            }
        });
        prop_assert_eq!(holds && is_about_any, asserted.is_empty(), "{}assert {}\n{:?}", text, about, asserted);
    }
}
