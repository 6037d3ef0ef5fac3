//! Random rules of the small world.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::{Action, Condition, Statement, TARGETS, Target};

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

/// A statement.
pub(crate) fn statement() -> impl Strategy<Value = Statement> {
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

/// The text of statements, one on each line after the first.
pub(crate) fn text(statements: &[Statement]) -> String {
    let lines = statements.iter().map(|statement| format!("{statement}\n"));
    format!("no_default_exemptions;\n{}", lines.collect::<String>())
}
