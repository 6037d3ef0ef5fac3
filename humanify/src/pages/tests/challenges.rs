//! Tests of the pages of challenges.

use super::*;

#[test]
fn the_grid_is_answered_without_a_script_by_ticking_tiles() {
    let fixture = Fixture::new();
    let tiles = vec![ADDRESS.to_owned(); 9];
    let view = view(ChallengeBody::Grid {
        subject: &PictureSubject::Animal("octopus"),
        tiles: &tiles,
    });
    let page = fixture.pages.challenge(&context(&fixture.nonce), &view);
    for position in 0..9 {
        let tile = format!(
            "<label><input type=\"checkbox\" name=\"answer\" value=\"{position}\" aria-label=\"Picture {} of 9\"><img src=\"{ADDRESS}\" alt=\"\"",
            position + 1
        );
        assert!(page.body.contains(&tile), "{}", page.body);
    }
    for part in [
        "method=\"post\" action=\"&#x2f;app&#x2f;humanify&#x2f;verify\"",
        "name=\"token\" value=\"sealed-token\"",
        "name=\"next\" value=\"a b&amp;c\"",
        "name=\"for\" value=\"ticket\"",
        "<button class=\"submit\">Check</button>",
        "Round 1 of 2",
    ] {
        assert!(page.body.contains(part), "{part} in {}", page.body);
    }
}

#[test]
fn proof_of_work_tells_its_script_everything_and_holds_no_code() {
    let fixture = Fixture::new();
    for language in Language::ALL {
        let texts = language.texts();
        let context = Context {
            language,
            ..context(&fixture.nonce)
        };
        let page = fixture.pages.challenge(&context, &work());
        let nonce = fixture.nonce.as_str();
        let script = "&#x2f;humanify&#x2f;work.0123456789abcdef.js";
        for part in [
            &format!("<script src=\"{script}\" nonce=\"{nonce}\" defer></script>"),
            "<form id=\"work\" method=\"post\" action=\"&#x2f;humanify&#x2f;verify_work\" data-key=\"00\" data-tags=\"01.02\" data-range=\"20480\"",
            &format!("data-computing=\"{}\"", texts.computing),
            &format!("data-computed=\"{}\"", texts.computed),
            &format!("data-failed=\"{}\"", texts.cannot_compute),
            "name=\"token\" value=\"sealed-token\"",
            "name=\"next\" value=\"sealed-next\"",
            "name=\"for\" value=\"ticket\"",
            "name=\"answer\" value=\"\"",
            "<progress id=\"work-progress\"",
            "id=\"work-status\" role=\"status\"",
            "<div id=\"work-fallback\" class=\"unstarted\">",
        ] {
            assert!(page.body.contains(part), "{part} in {}", page.body);
        }
        assert!(!page.body.contains("<button"));
    }
}

#[test]
fn proof_of_work_leads_to_pictures_and_sound_whatever_the_browser_can() {
    let table = [
        (Some("/pictures?a&b"), Some("/sound"), true, true),
        (Some("/pictures?a&b"), None, true, false),
        (None, Some("/sound"), false, true),
        (None, None, false, false),
    ];
    let fixture = Fixture::new();
    for (pictures, sound, to_pictures, to_sound) in table {
        let view = ChallengeView {
            pictures,
            sound,
            scriptless: ScriptlessWays { pictures, sound },
            ..work()
        };
        let page = fixture.pages.challenge(&context(&fixture.nonce), &view);
        let (_, fallback) = page.body.split_once("id=\"work-fallback\"").unwrap();
        let (fallback, rest) = fallback.split_once("<noscript>").unwrap();
        let (without_script, always) = rest.split_once("</noscript>").unwrap();
        for part in [fallback, without_script, always] {
            let link = part.contains("href=\"&#x2f;pictures?a&amp;b\"");
            assert_eq!(link, to_pictures, "{part}");
            assert_eq!(part.contains("href=\"&#x2f;sound\""), to_sound, "{part}");
        }
        assert!(without_script.contains("Allow JavaScript"));
    }
}

#[test]
fn only_a_page_that_still_computes_says_that_one_may_wait() {
    let fixture = Fixture::new();
    for language in Language::ALL {
        let texts = language.texts();
        let context = Context {
            language,
            ..context(&fixture.nonce)
        };
        let view = ChallengeView {
            scriptless: ScriptlessWays {
                pictures: Some("/pictures"),
                sound: None,
            },
            ..work()
        };
        let page = fixture.pages.challenge(&context, &view);
        let (with_script, without_script) = page.body.split_once("<noscript>\n<p>").unwrap();
        let choice = format!(
            "<p data-slow=\"{}\">{}</p>",
            texts.slow, texts.choose_alternative
        );
        assert!(with_script.contains(&choice), "{with_script}");
        assert!(!without_script.contains("data-slow"), "{without_script}");
        assert_ne!(texts.slow, texts.choose_alternative);
    }
}

#[test]
fn a_browser_without_scripts_learns_why_there_is_no_place_and_what_helps() {
    let fixture = Fixture::new();
    for language in Language::ALL {
        let texts = language.texts();
        let context = Context {
            language,
            ..context(&fixture.nonce)
        };
        let view = Waiting {
            retry_after: Duration::from_secs(400),
            return_to: Some("/orders"),
        };
        let page = fixture.pages.wait_quota_exceeded(&context, &view);
        for part in [
            format!("<h1>{}</h1>", texts.no_place),
            format!(
                "<p>{}</p>\n<p>{}</p>",
                texts.no_place_detail, texts.no_place_advice
            ),
        ] {
            assert!(page.body.contains(&part), "{part} in {}", page.body);
        }
        // It did not send too many requests.
        assert!(!page.body.contains(texts.limited), "{}", page.body);
        assert!(!page.body.contains(texts.limited_detail), "{}", page.body);
        assert!(texts.no_place_detail.contains("JavaScript"));
        assert!(texts.no_place_advice.contains("JavaScript"));
    }
}

#[test]
fn a_browser_without_cookies_gets_instructions() {
    let fixture = Fixture::new();
    let view = CookiesView {
        return_to: Some("/orders?page=2"),
    };
    let page = fixture.pages.cookies(&context(&fixture.nonce), &view);
    for part in [
        "<h1>Cookies are needed</h1>",
        "Allow cookies for this site",
        "href=\"&#x2f;orders?page=2\"",
    ] {
        assert!(page.body.contains(part), "{part} in {}", page.body);
    }
}

#[test]
fn a_challenge_page_without_its_pictures_is_small() {
    let fixture = Fixture::new();
    for language in Language::ALL {
        for (name, page) in fixture.all(language, "") {
            let size = page.body.len();
            assert!(size < 15 * 1024, "{} {name}: {size}", language.tag());
        }
    }
}

#[test]
fn pictures_are_answered_without_a_script_by_the_tile_that_is_clicked() {
    let fixture = Fixture::new();
    let tiles = vec![ADDRESS.to_owned(); 6];
    let page = fixture
        .pages
        .challenge(&context(&fixture.nonce), &pictures(&tiles));
    for position in 0..6 {
        let tile = format!(
            "<button name=\"answer\" value=\"{position}\"><img src=\"{ADDRESS}\" alt=\"Picture {} of 6\"",
            position + 1
        );
        assert!(page.body.contains(&tile), "{}", page.body);
    }
    for part in [
        "method=\"post\" action=\"&#x2f;app&#x2f;humanify&#x2f;verify\"",
        "name=\"token\" value=\"sealed-token\"",
        "name=\"next\" value=\"a b&amp;c\"",
        "href=\"&#x2f;app&#x2f;humanify&#x2f;challenge?next=a+b%26c&amp;for=ticket\"",
        "href=\"&#x2f;app&#x2f;humanify&#x2f;audio_challenge?next=a+b%26c&amp;for=ticket\"",
        "Round 1 of 2",
        "shows this animal",
    ] {
        assert!(page.body.contains(part), "{part} in {}", page.body);
    }
}

#[test]
fn sound_is_answered_by_typing() {
    let fixture = Fixture::new();
    let page = fixture.pages.challenge(&context(&fixture.nonce), &sound());
    for part in [
        "action=\"&#x2f;humanify&#x2f;verify_audio\"",
        "<audio controls",
        "maxlength=\"12\"",
        "autocomplete=\"off\" autocapitalize=\"none\" spellcheck=\"false\"",
        "challenge?next=sealed-next",
    ] {
        assert!(page.body.contains(part), "{part} in {}", page.body);
    }
}

#[test]
fn unavailable_alternatives_are_not_offered() {
    let fixture = Fixture::new();
    let tiles = vec![ADDRESS.to_owned(); 6];
    let view = ChallengeView {
        sound: None,
        rounds: 1,
        ..pictures(&tiles)
    };
    let page = fixture.pages.challenge(&context(&fixture.nonce), &view);
    assert!(!page.body.contains("audio_challenge"));
    assert!(!page.body.contains("Round "));
}

#[test]
fn a_message_says_what_happened_and_only_a_mistake_is_an_alert() {
    let table = [
        (
            RetryMessage::WrongAnswer {
                tries_left: Some(2),
            },
            "not the right answer. <strong>Tries left: 2",
        ),
        (
            RetryMessage::WrongAnswer { tries_left: None },
            "not the right answer.</p>",
        ),
        (RetryMessage::Expired, "ran out of time"),
        (RetryMessage::Incomplete, "not complete"),
        (RetryMessage::Right, "Right, one more."),
        (RetryMessage::NotComputed, "not finished its check yet"),
        (RetryMessage::FormNotSent, "form was not sent"),
    ];
    let fixture = Fixture::new();
    let tiles = vec![ADDRESS.to_owned(); 6];
    for (message, words) in table {
        let view = ChallengeView {
            message: Some(message),
            ..pictures(&tiles)
        };
        let page = fixture.pages.challenge(&context(&fixture.nonce), &view);
        let role = match message {
            RetryMessage::WrongAnswer { .. } => "class=\"alert\" role=\"alert\"",
            _ => "class=\"alert note\" role=\"status\"",
        };
        let (_, alert) = page.body.split_once(role).unwrap();
        assert!(alert.contains(words), "{message:?}");
    }
}

#[test]
fn a_developer_on_loopback_learns_why_they_are_asked() {
    let fixture = Fixture::new();
    let tiles = vec![ADDRESS.to_owned(); 6];
    for address in ["127.0.0.1", "::1"] {
        let view = ChallengeView {
            loopback: Some(address.parse().unwrap()),
            ..pictures(&tiles)
        };
        let page = fixture.pages.challenge(&context(&fixture.nonce), &view);
        let sentence = format!("{address} is not a routable address");
        assert!(page.body.contains(&sentence));
    }
}

#[test]
fn a_site_without_a_name_is_shown_with_its_host() {
    for (name, expected) in [(None, "host.example"), (Some("Shop"), "Shop")] {
        let fixture = Fixture::of_site(name);
        let context = Context {
            host: Some("host.example"),
            ..context(&fixture.nonce)
        };
        let page = fixture.pages.challenge(&context, &work()).body;
        let title = format!("<title>One quick check – {expected}</title>");
        assert!(page.contains(&title), "{page}");
        assert!(page.contains("away from this site"), "{page}");
    }
}
