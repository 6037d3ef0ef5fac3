//! The program `humanify`, as a user at a terminal sees it.

use std::fs;

use humanify_cli::{Failure, run};

use crate::support::publisher::{Answer, Publisher, TOR};

/// Runs the program. Returns its output and its result.
async fn humanify(arguments: &str) -> (String, Result<bool, Failure>) {
    let arguments: Vec<_> = arguments.split_whitespace().map(Into::into).collect();
    let runs = tokio::task::spawn_blocking(|| {
        let mut out = Vec::new();
        let result = run(arguments, &mut out);
        (String::from_utf8(out).unwrap(), result)
    });
    runs.await.unwrap()
}

#[tokio::test]
async fn lists_are_fetched_shown_and_looked_up_in() {
    let publisher = Publisher::new().await;
    let mullvad = "api.mullvad.net/www/relays/all/";
    publisher.publish(TOR, "84.140.7.6\n84.140.7.7\n");
    publisher.publish(mullvad, r#"[{"ipv4_addr_in": "84.140.6.6"}]"#);
    let cache = publisher.cache.path().display();
    let update = format!(
        "lists update --cache {cache} --mirror {}",
        publisher.address
    );

    let (told, well) = humanify(&format!("{update} --only tor-exits --only mullvad")).await;
    assert!(well.unwrap());
    assert_eq!(
        told,
        format!(
            "tor-exits                        1 networks, new\n\
             mullvad                          1 networks, new\n\nThe lists are in {cache}.\n"
        )
    );

    // The compiled sets contain all lists, whichever were updated.
    let compiled = || fs::read(publisher.cache.file("sets.compiled")).unwrap();
    let before = compiled();
    let (_, well) = humanify(&format!("{update} --only tor-exits")).await;
    assert!(well.unwrap() && compiled() == before);

    publisher.respond_with(TOR, Answer::bytes(500, "", ""));
    let (told, well) = humanify(&update).await;
    assert!(!well.unwrap());
    let has = |line: &str| {
        assert!(
            told.lines().any(|told| told.contains(line)),
            "{line}\n{told}"
        )
    };
    has(
        "tor-exits                        1 networks, kept as they were: the server answered with status 500",
    );
    has("mullvad                          1 networks, unchanged");
    has("firehol-level1                   - the server answered with status 404");

    let (told, well) = humanify(&format!("lists show --cache {cache}")).await;
    assert!(well.unwrap());
    let has = |line: &str| {
        assert!(
            told.lines().any(|told| told.contains(line)),
            "{line}\n{told}"
        )
    };
    has("tor-exits                TorExitNodes                   1  20");
    has("firehol-level1           FireholLevel1                  -  -           never fetched");

    let (told, well) = humanify(&format!(
        "lookup --cache {cache} 84.140.7.7 84.140.9.9 127.0.0.1"
    ))
    .await;
    assert!(!well.unwrap());
    let lines: Vec<&str> = told.lines().collect();
    assert!(
        lines[1]
            .starts_with("  TorExitNodes           84.140.7.6/31        in tor-exits, fetched 20"),
        "{told}"
    );
    assert_eq!(
        [&lines[..1], &lines[2..]].concat(),
        [
            "84.140.7.7",
            "  counts as a bot: client.is_tor",
            "84.140.9.9",
            "  in no list",
            "  does not count as a bot",
            "127.0.0.1",
            "  no client on the Internet has this address",
            "  in no list",
            "  counts as a bot: client.is_invalid_ip",
        ]
    );
    let (told, well) = humanify(&format!("lookup --cache {cache} 84.140.9.9")).await;
    assert!(well.unwrap(), "{told}");

    fs::write(publisher.cache.file("tor-exits.list"), "x").unwrap();
    let (told, _) = humanify(&format!("lookup --cache {cache} 84.140.7.7")).await;
    assert!(told.contains("tor-exits.list is not a list of this version of humanify; `humanify lists update` fetches it again"), "{told}");
}

#[tokio::test]
async fn a_list_that_shrank_is_accepted_on_request() {
    let publisher = Publisher::new().await;
    publisher.publish(TOR, "84.140.7.1\n84.140.7.3\n84.140.7.5\n");
    let cache = publisher.cache.path().display();
    let update = format!(
        "lists update --cache {cache} --mirror {} --only tor-exits",
        publisher.address
    );
    assert!(humanify(&update).await.1.unwrap());
    publisher.publish(TOR, "84.140.7.1\n");
    let (told, well) = humanify(&update).await;
    assert!(!well.unwrap());
    assert!(
        told.contains("it has 1 networks, less than half of the 3 before"),
        "{told}"
    );
    let (told, well) = humanify(&format!("{update} --accept-shrunken")).await;
    assert!(well.unwrap(), "{told}");
}

#[tokio::test]
async fn unknown_commands_and_options_are_explained() {
    for (arguments, told) in [
        ("", "no command is given"),
        ("list", "there is no command `list`"),
        ("lists", "use `lists show` or `lists update`"),
        (
            "lists fetch",
            "there is no command `lists fetch`; use `lists show` or `lists update`",
        ),
        (
            "lists show extra",
            "unexpected argument `extra` after `lists show`",
        ),
        (
            "lists update tor-exits",
            "unexpected argument `tor-exits` after `lists update`; `--only NAME`",
        ),
        ("lookup", "no address is given"),
        ("lookup example.com", "`example.com` is not an IP address"),
        (
            "lookup 8.8.8.8 --only tor-exits",
            "--only belongs to `lists update`",
        ),
        ("lists update --only tor", "there is no list `tor`"),
        ("lists update --onyl tor-exits", "invalid option '--onyl'"),
        (
            "lists update --mirror http://lists.example",
            "is not an address of a mirror",
        ),
    ] {
        let (_, result) = humanify(arguments).await;
        let error = result.unwrap_err().to_string();
        assert!(error.contains(told), "{arguments}: {error}");
    }
    let (help, well) = humanify("--help").await;
    assert!(well.unwrap() && help.contains("humanify lookup ADDRESS..."));
}

#[tokio::test]
async fn the_documentation_has_every_list() {
    let publisher = Publisher::new().await;
    let cache = publisher.cache.path().display();
    let (told, _) = humanify(&format!("lists show --cache {cache}")).await;
    let table = fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../humanify/docs/lists.md"
    ));
    let table = table.unwrap();
    let rows = told.lines().filter(|line| line.contains("never fetched"));
    let mut count = 0;
    for row in rows {
        let mut words = row.split_whitespace();
        let (name, set) = (words.next().unwrap(), words.next().unwrap());
        let row = format!("| `{name}` | {set} | <https://");
        assert!(table.contains(&row), "{row}");
        count += 1;
    }
    assert!(count > 30, "{told}");
    assert_eq!(table.matches("| <https://").count(), count);
}
