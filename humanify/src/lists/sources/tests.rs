//! Tests of the table.

use std::collections::HashSet;

use http::Uri;

use super::table::hours;
use super::*;

#[test]
fn every_source_has_a_unique_name_and_an_https_address() {
    let names: HashSet<_> = SOURCES.iter().map(|source| source.name).collect();
    let addresses: HashSet<_> = SOURCES.iter().map(|source| source.address).collect();
    assert_eq!(
        (names.len(), addresses.len()),
        (SOURCES.len(), SOURCES.len())
    );
    for source in SOURCES {
        let address: Uri = source.address.parse().unwrap();
        assert_eq!(address.scheme_str(), Some("https"), "{}", source.name);
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(
            source.name.chars().all(is_plain),
            "it is the name of a file"
        );
        assert!(
            !source.most.exceeds(Extent::bits(29, 48)),
            "{}: an eighth of IPv4 is more than any list has",
            source.name
        );
        assert!(
            source.interval >= hours(1),
            "{}: servers are not ours to burden",
            source.name
        );
    }
}

#[test]
fn the_documentation_names_the_groups_without_a_source() {
    let fed: HashSet<_> = SOURCES.iter().filter_map(Source::group).collect();
    let without = Group::ALL.into_iter().filter(|group| !fed.contains(group));
    assert_eq!(
        without.map(Group::name).collect::<Vec<_>>(),
        ["ExpressVPN", "CyberGhost"]
    );
}
