//! Whatever the rules: what is said to never act does so on no request of a small world, what
//! nothing is said of does on one, and an assertion is refused exactly if a request shows why.
#![allow(clippy::unwrap_used, clippy::panic)]

mod model;

use humanify_syntax::parse;
use model::{Action, Condition, Outcome, Statement, TARGETS, Target, judge, requests};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// The values that a parameter is compared with.
const LISTS: &[&[&str]] = &[&["1"], &["1", "2"]];

fn condition() -> impl Strategy<Value = Condition> {
    let leaf = prop_oneof![
        (any::<bool>(), select(&["GET", "POST"][..]))
            .prop_map(|(is, method)| Condition::Method(is, method)),
        (any::<bool>(), select(&["1", "2"][..]))
            .prop_map(|(is, value)| Condition::Header(is, value)),
        any::<bool>().prop_map(Condition::HeaderIsThere),
        (any::<bool>(), select(LISTS)).prop_map(|(is, list)| Condition::ArgIn(is, list)),
        Just(Condition::IsTor),
        any::<bool>().prop_map(Condition::IsInside),
    ];
    leaf.prop_recursive(2, 4, 2, |inner| {
        prop_oneof![
            inner
                .clone()
                .prop_map(|part| Condition::Not(Box::new(part))),
            vec(inner.clone(), 2).prop_map(Condition::All),
            vec(inner, 2).prop_map(Condition::Any),
        ]
    })
}

fn targets(most: usize) -> impl Strategy<Value = Vec<Target>> {
    vec(select(&TARGETS[..]), 0..=most).prop_map(|mut targets| {
        targets.dedup();
        targets
    })
}

fn statement() -> impl Strategy<Value = Statement> {
    let action = select(
        &[
            Action::Exempt,
            Action::Exempt,
            Action::ChallengeBots,
            Action::DenyBots,
            Action::DenyEveryone,
            Action::AlwaysChallenge,
            Action::AlwaysDeny,
            Action::Trap,
        ][..],
    );
    (
        prop::bool::weighted(0.1),
        action,
        targets(2),
        targets(1),
        option::of(condition()),
    )
        .prop_map(|(observe, action, on, except, when)| Statement {
            observe,
            action,
            on,
            except,
            when,
        })
}

/// What is said of each line of a text.
fn said(text: &str) -> Vec<(usize, String)> {
    let findings = parse::rules(text.parse().unwrap()).findings;
    let line = |finding: &parse::Finding| finding.place.start.start().line;
    findings
        .iter()
        .map(|finding| (line(finding), finding.to_string()))
        .collect()
}

fn text(statements: &[Statement]) -> String {
    let lines = statements.iter().map(|statement| format!("{statement}\n"));
    format!("no_default_exemptions;\n{}", lines.collect::<String>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn a_statement_is_said_to_never_act_exactly_if_it_never_does(statements in vec(statement(), 1..6)) {
        let text = text(&statements);
        let said = said(&text);
        // A mistake beside it hides what a statement does to others.
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
