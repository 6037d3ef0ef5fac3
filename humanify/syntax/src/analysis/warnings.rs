//! The warnings, each with its number and the name that `intended(…)` silences it by.

/// A warning: a rule that is valid but rarely intended.
#[derive(Debug, PartialEq, Eq)]
pub struct Warning {
    /// The number, such as `H001`.
    pub number: &'static str,
    /// The name that `intended(…)` silences it by.
    pub name: &'static str,
    /// The subject, as the documentation lists it.
    pub about: &'static str,
}

macro_rules! warnings {
    ($($constant:ident $number:literal $name:literal $about:literal;)*) => {
        impl Warning {
            $(
                #[doc = $about]
                pub const $constant: &Warning = &Warning {
                    number: $number,
                    name: $name,
                    about: $about,
                };
            )*

            /// All warnings, sorted by number.
            pub const ALL: &[&Warning] = &[$(Warning::$constant),*];
        }
    };
}

warnings! {
    OPEN "H001" "open" "everything is exempt, so no later rule acts";
    CLOSED "H002" "closed" "everyone is refused everywhere";
    CLIENT_SENDS "H003" "client_sends" "an exemption whose condition reads only values that the client chooses";
    PREFIX "H004" "prefix" "an exemption of every path that starts with this text, even within a segment";
    SUFFIX "H005" "suffix" "an exemption of every path that ends with this text, in any folder";
    HEAD "H006" "head" "GET is protected, and HEAD, which the same handler answers, is not";
    REDUNDANT "H007" "redundant" "a target or a part of a condition that changes nothing";
    DEFAULTS "H008" "defaults" "a target that is exempt by default";
    ALL_METHODS "H009" "all_methods" "a condition on the method that holds for every method in use";
    UPPER_CASE "H010" "upper_case" "a path with capital letters, which matches no path in small letters";
    DECOMPOSED "H011" "decomposed" "a path with letters and combining marks apart; browsers send composed letters";
    DOUBLE_STAR "H012" "double_star" "`**`, which means the same as `*`";
    OWN_PAGES "H013" "own_pages" "humanify's own pages, to which only refusals of everyone apply";
    EMPTY_VALUE "H014" "empty_value" "a header that is compared with the empty text, which a missing header does not equal";
    WHOLE_HEADER "H015" "whole_header" "a header with several parts that is compared as a whole";
    UNKNOWN_HEADER "H016" "unknown_header" "a header whose name is almost that of a known header";
    ENCODED "H017" "encoded" "a decoded value that is compared with an encoded text";
    GLOB_LIKE "H018" "glob_like" "a regular expression that looks like a glob";
    LOOSER "H019" "looser" "a limit that another limit on the same requests always reaches first";
    ESCAPE "H020" "escape" "a looser limit that replaces the default limit for any client that chooses it";
    SCOPE "H021" "scope" "one `scope` in limits with different rates";
    ONE_KEY "H022" "one_key" "a key that is the same for every request";
    NO_TRAP "H023" "no_trap" "a ban that counts traps, in a block without a `trap`";
    SHORT_BAN "H024" "short_ban" "a ban that lasts less than a hundredth of the period in which it counts";
    SIGNS "H025" "signs" "a sign of a bot, required of a client that is not a bot: never holds, unless `Signals` ignores the sign";
    NO_ROUTE "H026" "no_route" "a target that no route of the application answers";
    TRAPPED_ROUTE "H027" "trapped_route" "a trap on a route of the application";
    NO_HANDLER "H028" "no_handler" "an `endpoint` target that names no guarded handler";
    BELOW "H029" "below" "a path alone, beside routes below it that no rule covers";
    BASE "H030" "base" "everything below a path, beside a route at the path itself that no rule covers";
    UNDECIDED "H031" "undecided" "a statement whose analysis ran out of steps before it was decided";
    NAMELESS "H032" "nameless" "an `endpoint` target, beside routes whose handlers have no name";
    WELL_KNOWN "H033" "well_known" "a trap on a path that browsers and good bots request by themselves";
    LOOK_ALIKE "H034" "look_alike" "an invisible character, or a character that looks like another";
    LATE "H035" "late" "an exemption beneath the statement that decides its requests";
    FAMILY "H036" "family" "a network that holds every IPv4 or every IPv6 address";
}

impl Warning {
    /// Warnings that the macros cannot find: they need the router, or, as `UNDECIDED`, `strict`.
    const FOUND_BY_BUILD: &[&Warning] = &[
        Warning::NO_ROUTE,
        Warning::TRAPPED_ROUTE,
        Warning::NO_HANDLER,
        Warning::BELOW,
        Warning::BASE,
        Warning::UNDECIDED,
        Warning::NAMELESS,
    ];

    /// Whether the warning of this name comes up only when the program starts.
    #[must_use]
    pub fn is_found_by_build(name: &str) -> bool {
        Warning::FOUND_BY_BUILD
            .iter()
            .any(|later| later.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_warning_has_a_number_and_a_name_of_its_own() {
        for (index, warning) in Warning::ALL.iter().enumerate() {
            assert_eq!(warning.number, format!("H{:03}", index + 1));
            let same = Warning::ALL
                .iter()
                .filter(|other| other.name == warning.name);
            assert_eq!(same.count(), 1, "{}", warning.name);
        }
    }
}
