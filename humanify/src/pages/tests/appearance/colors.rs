//! Colours: how they are read, mixed and checked for contrast.

use super::*;
use crate::pages::appearance::colors::{DARK, LIGHT, PageColor};
use crate::pages::templates::BUILT_IN;

/// The last value of a custom property in a page's style.
fn property<'a>(style: &'a str, name: &str) -> &'a str {
    let (_, rest) = style.rsplit_once(&format!("--{name}:")).unwrap();
    rest.split([';', '}']).next().unwrap().trim()
}

/// The built-in style sheet.
fn style_sheet() -> &'static str {
    let mut sources = BUILT_IN.into_iter();
    let (_, style) = sources.find(|(name, _)| *name == "style.css").unwrap();
    style
}

fn color(text: &str) -> PageColor {
    PageColor::parse(text).unwrap()
}

#[test]
fn colors_are_read_strictly() {
    let table = [
        ("#0a7", Some("#00aa77")),
        ("#00AA77", Some("#00aa77")),
        ("#fFf", Some("#ffffff")),
        ("0a7", None),
        ("#0a", None),
        ("#0a77", None),
        ("#00aa7", None),
        ("#00aa77ff", None),
        ("#0a7;", None),
        ("# a7", None),
        ("#+a7", None),
        ("#٠٠٠", None),
        (" #0a7", None),
        ("teal", None),
        ("rgb(0,0,0)", None),
        ("#000}</style><script>", None),
        ("", None),
    ];
    for (text, read) in table {
        let color = PageColor::parse(text).map(|color| color.to_string());
        assert_eq!(color.as_deref(), read, "{text:?}");
    }
    let message = refused(&Appearance::new().dark_text("teal"));
    assert_eq!(message, "`teal` is not a colour; write `#rgb` or `#rrggbb`");
}

#[test]
fn contrast_is_what_the_guidelines_say() {
    let table = [
        ("#fff", "#000", 21.0),
        ("#fff", "#fff", 1.0),
        ("#777", "#fff", 4.48),
        ("#767676", "#fff", 4.54),
        ("#f00", "#fff", 4.0),
        ("#00f", "#fff", 8.59),
    ];
    for (one, other, ratio) in table {
        for (one, other) in [(one, other), (other, one)] {
            let contrast = color(one).contrast(color(other));
            assert!((contrast - ratio).abs() < 0.01, "{one} {other}: {contrast}");
        }
    }
}

#[test]
fn unreadable_colors_are_refused_with_their_contrast() {
    let new = Appearance::new;
    let table = [
        (
            new().accent("#777"),
            "the accent #777777 has a contrast of 4.47 to the background #ffffff of the light scheme",
        ),
        (
            new().text("#999"),
            "the text #999999 has a contrast of 2.84 to the background #ffffff of the light scheme",
        ),
        (
            new().background("#222"),
            "the text #1a2029 has a contrast of 1.0",
        ),
        (
            new().dark_accent("#036"),
            "the accent #003366 has a contrast of 1.3",
        ),
        (
            new().dark_background("#fff"),
            "the text #e9ecf1 has a contrast of 1.1",
        ),
        (
            new().dark_text("#000"),
            "of the dark scheme, and needs at least 4.5",
        ),
    ];
    for (appearance, words) in table {
        let message = refused(&appearance);
        assert!(message.contains(words), "{message}");
    }
}

#[test]
fn any_accent_that_can_be_read_gives_buttons_and_dark_pages_that_can_be_read() {
    let background = property(style_sheet(), "card").to_owned();
    let mut checked = 0;
    for step in 0..4096_u32 {
        let accent = format!("#{step:03x}");
        if color(&accent).contrast(color("#fff")) < 4.5 {
            continue;
        }
        // Every sixteenth colour is enough, except among the darkest, which change the most.
        if step % 16 != 0 && step > 64 {
            continue;
        }
        let body = body(&Appearance::new().accent(&accent));
        let (light, dark) = body
            .rsplit_once("@media (prefers-color-scheme:dark)")
            .unwrap();
        for (style, background) in [(light, "#fff"), (dark, &*background)] {
            let accent = color(property(style, "accent"));
            assert!(accent.contrast(color(background)) >= 4.5, "{accent}");
            let on_accent = color(property(style, "on-accent"));
            assert!(accent.contrast(on_accent) >= 4.5, "{accent}");
        }
        assert_eq!(color(property(light, "accent")), color(&accent));
        checked += 1;
    }
    assert!(checked > 100, "{checked}");
}

#[test]
fn colors_mixed_from_background_and_text_are_visible() {
    for (background, text) in [
        ("#fff8e7", "#40220a"),
        ("#06302b", "#e6fff9"),
        ("#fff", "#767676"),
    ] {
        let appearance = Appearance::new()
            .background(background)
            .text(text)
            .accent(text)
            .dark_background(background)
            .dark_text(text);
        let body = body(&appearance);
        let contrast = |name| color(property(&body, name)).contrast(color(background));
        assert_eq!(property(&body, "ground"), color(background).to_string());
        assert_eq!(property(&body, "card"), color(background).to_string());
        assert_eq!(property(&body, "text"), color(text).to_string());
        assert!(contrast("quiet") >= 4.5, "{background} {text}");
        assert!(contrast("edge") >= 3.0, "{background} {text}");
    }
}

#[test]
fn colors_of_one_scheme_stay_in_it() {
    let only_dark = body(&Appearance::new().dark_accent("#fc0"));
    assert!(!only_dark.contains("@media not all"));
    assert!(only_dark.contains(
        "@media (prefers-color-scheme:dark){:root{--accent:#ffcc00;--on-accent:#000000;}}"
    ));
    let only_light = body(&Appearance::new().background("#fffdf5"));
    assert!(
        only_light
            .contains("@media not all and (prefers-color-scheme:dark){:root{--ground:#fffdf5;")
    );
    // The style sheet has one of its own.
    let dark = "@media (prefers-color-scheme:dark){:root{";
    assert_eq!(only_light.matches(dark).count(), 1);
    assert_eq!(only_dark.matches(dark).count(), 2);
}

#[test]
fn the_style_sheet_has_the_colors_that_are_checked() {
    let (light, dark) = style_sheet()
        .split_once("@media (prefers-color-scheme: dark)")
        .unwrap();
    let (dark, _) = dark.split_once("body {").unwrap();
    for (style, colors) in [(light, LIGHT), (dark, DARK)] {
        let reckoned = colors.properties(true, true);
        for name in ["accent", "card", "text"] {
            let own = color(property(style, name));
            assert_eq!(own, color(property(&reckoned, name)), "{name}");
        }
    }
}
