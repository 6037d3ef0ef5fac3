//! Protection of GET without HEAD, which the same handler answers.

use super::LintFindings;
use super::values::with_value;
use crate::analysis::block::{BlockEntry, RuleBlock};
use crate::analysis::request::ExampleRequest;
use crate::analysis::warnings::Warning;
use crate::analysis::witness::Witness;
use crate::{Action, Comparison, Condition, Field, Statement, Test};

/// Headers that open a WebSocket, which only a request by GET does.
const OF_WEBSOCKETS: &[&str] = &[
    "sec-websocket-extensions",
    "sec-websocket-key",
    "sec-websocket-protocol",
    "sec-websocket-version",
    "upgrade",
];

/// Warns of `method == GET` without HEAD, unless another statement acts on such requests by HEAD.
pub(super) fn check(block: &mut RuleBlock, position: usize, lints: &mut LintFindings) {
    let Some(statement) = block.entries.get(position).map(|entry| entry.statement) else {
        return;
    };
    let Some(when) = &statement.when else {
        return;
    };
    if !judges(&statement) || !requires_get(when) || requires_websocket(when) {
        return;
    }
    let by_head = lints.acts.clone().map(|acts| {
        let acts = with_value(acts, Field::Method, Some("HEAD"));
        ExampleRequest {
            has_clearance: acts.has_clearance.or(Some(false)),
            ..acts
        }
    });
    let near: Vec<(usize, bool, bool)> = block
        .entries
        .iter()
        .enumerate()
        .filter(|(other, entry)| *other != position && entry.number.is_some())
        .map(|(other, entry)| {
            let names_head = entry.statement.when.as_ref().is_some_and(names_head);
            (other, names_head, has_targets(entry, &statement))
        })
        .collect();
    for (other, names_head, has_targets) in near {
        let Some(known) = block.entries.get(other).map(|entry| entry.statement) else {
            continue;
        };
        // A statement that names HEAD shows that the method was considered.
        if (!names_head && !judges(&known)) || known.observe && !statement.observe {
            continue;
        }
        let acts = by_head
            .as_ref()
            .and_then(|request| block.acts_on_request(other, request));
        if acts == Some(true) || (names_head && has_targets) {
            return;
        }
    }
    lints.add_shown(
        Warning::HEAD,
        "this matches GET but not HEAD, which runs the same handler",
        "use `method in [GET, HEAD]`",
        |acts| {
            let request = with_value(acts, Field::Method, Some("HEAD"));
            Witness::unaffected(request, &statement)
        },
    );
}

fn judges(statement: &Statement) -> bool {
    statement.action.protects() && !matches!(statement.action, Action::Limit(_))
}

/// Whether an entry has the targets of a statement, in any order.
fn has_targets(entry: &BlockEntry, statement: &Statement) -> bool {
    let on = entry.statement.on;
    on.len() == statement.on.len() && on.iter().all(|target| statement.on.contains(target))
}

/// Whether a condition requires the method GET alone.
fn requires_get(condition: &Condition) -> bool {
    match condition {
        Condition::All(parts) => parts.iter().any(requires_get),
        Condition::Compare(Field::Method, comparison) => {
            !comparison.negated && matches!(comparison.test, Test::OneOf(["GET"]))
        }
        _ => false,
    }
}

/// Whether a condition requires a header that opens a WebSocket.
fn requires_websocket(condition: &Condition) -> bool {
    match condition {
        Condition::All(parts) => parts.iter().any(requires_websocket),
        Condition::Compare(Field::Header(name), comparison) => {
            !comparison.negated && OF_WEBSOCKETS.contains(name)
        }
        _ => false,
    }
}

/// Whether a condition names the method HEAD.
fn names_head(condition: &Condition) -> bool {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().any(names_head),
        Condition::Compare(
            Field::Method,
            Comparison {
                negated: false,
                test: Test::OneOf(methods),
                ..
            },
        ) => methods.contains(&"HEAD"),
        _ => false,
    }
}
