//! The warnings, each with its number and the name that `intended(…)` silences it by.

/// Something that may be meant, and mostly is not.
#[derive(Debug, PartialEq, Eq)]
pub struct Warning {
    /// Such as `H001`.
    pub number: &'static str,
    /// What `intended(…)` calls it.
    pub name: &'static str,
    /// What it is about.
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

            /// All of them, by their numbers.
            pub const ALL: &[&Warning] = &[$(Warning::$constant),*];
        }
    };
}

warnings! {
    OPEN "H001" "open" "everything is exempt, so no later rule acts";
    CLOSED "H002" "closed" "everyone is refused everywhere";
    CLIENT_SENDS "H003" "client_sends" "an exemption on nothing but what the client sends";
    PREFIX "H004" "prefix" "an exemption of every path that starts like this, beyond the segment";
    SUFFIX "H005" "suffix" "an exemption of every path that ends like this, wherever it is";
    HEAD "H006" "head" "GET is protected and HEAD, which answers the same, is not";
    REDUNDANT "H007" "redundant" "a target or a part of a condition changes nothing";
    DEFAULTS "H008" "defaults" "one of the targets is exempt by default";
    ALL_METHODS "H009" "all_methods" "a condition on the method that holds for all that are in use";
    UPPER_CASE "H010" "upper_case" "a path in capitals, which only such a path is equal to";
    DECOMPOSED "H011" "decomposed" "a path with letters and marks apart, which browsers send as one";
    DOUBLE_STAR "H012" "double_star" "`**`, which is no more than `*`";
    OWN_PAGES "H013" "own_pages" "humanify's own pages, which only refusals of everyone reach";
    EMPTY_VALUE "H014" "empty_value" "a header that is compared with nothing, which a missing one is not";
    WHOLE_HEADER "H015" "whole_header" "a header of several parts that is compared as a whole";
    UNKNOWN_HEADER "H016" "unknown_header" "a header that is nearly called like a known one";
    ENCODED "H017" "encoded" "a decoded value that is compared with an encoded one";
    GLOB_LIKE "H018" "glob_like" "an expression that looks like a glob";
    LOOSER "H019" "looser" "a limit that another on the same requests always meets first";
    ESCAPE "H020" "escape" "a looser limit in the place of the default one for whoever asks for it";
    SCOPE "H021" "scope" "one name of a bucket for different rates";
    ONE_KEY "H022" "one_key" "a key that is the same for every request";
    UNFED "H023" "unfed" "a ban on what no statement of the block reports";
    SHORT_BAN "H024" "short_ban" "a ban that lasts less than a hundredth of the time in which it counts";
    SIGNS "H025" "signs" "a bot's sign on who is no bot: never, unless `Signals` leaves it out";
    NO_ROUTE "H026" "no_route" "a target that no route of the application answers";
    TRAPPED_ROUTE "H027" "trapped_route" "a trap on a route that the application has";
    NO_HANDLER "H028" "no_handler" "an `endpoint` target that is no guarded handler's name";
    BELOW "H029" "below" "a path alone, beside routes below it that no rule is about";
    BASE "H030" "base" "what is below a path, beside a route at the path itself that no rule is about";
    UNDECIDED "H031" "undecided" "a statement of which it took too long to find out whether it ever acts";
    NAMELESS "H032" "nameless" "an `endpoint` target, beside routes whose handlers have no name";
    WELL_KNOWN "H033" "well_known" "a trap on a path that browsers and good bots ask for by themselves";
    LOOK_ALIKE "H034" "look_alike" "a character that is not seen, or looks like another";
    LATE "H035" "late" "an exemption beneath the statement that decides what it is about";
}

impl Warning {
    /// Those that a macro cannot find: they come up where the router is protected, and
    /// `UNDECIDED` with `strict`.
    const LATER: &[&Warning] = &[
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
    pub fn comes_later(name: &str) -> bool {
        Warning::LATER.iter().any(|later| later.name == name)
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
