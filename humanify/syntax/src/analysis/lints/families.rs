//! Networks that hold every IPv4 or every IPv6 address.

use super::LintFindings;
use crate::analysis::warnings::Warning;
use crate::analysis::witness::Witness;
use crate::{Condition, Field, Statement, Test, parse_network};

pub(super) fn check(statement: &Statement, lints: &mut LintFindings) {
    let Some(network) = statement.when.as_ref().and_then(whole_family) else {
        return;
    };
    let (family, other) = match network.contains(':') {
        true => ("IPv6", "IPv4"),
        false => ("IPv4", "IPv6"),
    };
    lints.add_shown(
        Warning::FAMILY,
        format!(
            "`{network}` is every {family} address, so this only tells {family} and {other} apart"
        ),
        "name the networks that are meant",
        |acts| Witness::of(acts, statement),
    );
}

/// A network of a condition that holds a whole family of addresses.
fn whole_family(condition: &Condition) -> Option<&'static str> {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().find_map(whole_family),
        Condition::Not(part) => whole_family(part),
        Condition::Compare(Field::Ip, comparison) => match comparison.test {
            Test::OneOf(texts) => texts
                .iter()
                .copied()
                .find(|text| parse_network(text).is_ok_and(|network| network.prefix_len() == 0)),
            _ => None,
        },
        Condition::Is(_) | Condition::Compare(..) => None,
    }
}
