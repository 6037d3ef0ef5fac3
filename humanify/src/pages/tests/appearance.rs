//! What must hold of pages that a site's owner gave another look.

use super::*;
use crate::error_chain::with_causes;
use crate::language::Language;
use crate::pages::appearance::colors::{DARK, LIGHT, PageColor};
use crate::pages::templates::BUILT_IN;

const SVG: &str =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 8 8\"><path d=\"M0 0h8v8z\"/></svg>";

const DENIED: Denied<'_> = Denied { return_to: None };

fn fixture(appearance: &Appearance) -> Fixture {
    Fixture {
        pages: PageRenderer::new(appearance).unwrap(),
        nonce: Nonce::new([0xab; 16]),
    }
}

fn body(appearance: &Appearance) -> String {
    let fixture = fixture(appearance);
    fixture.pages.denied(&context(&fixture.nonce), &DENIED).body
}

fn refused(appearance: &Appearance) -> String {
    with_causes(&PageRenderer::new(appearance).unwrap_err())
}

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
fn the_name_and_the_logo_stand_on_every_page() {
    let appearance = Appearance::new().name(" Shop & Sons ").logo(SVG);
    for (name, page) in fixture(&appearance).all(Language::German, "/") {
        let line = "\" alt=\"\"><bdi>Shop &amp; Sons</bdi></p>";
        assert!(page.body.contains(line), "{name}");
        assert!(
            page.body
                .contains("<img src=\"data:image/svg+xml;base64,PHN2Z")
        );
        assert!(page.body.contains(" – Shop &amp; Sons</title>"), "{name}");
        assert!(!page.body.contains("<svg xmlns"), "{name}");
    }
    assert!(!body(&Appearance::new()).contains("class=\"site\""));
    assert!(body(&Appearance::new().logo(SVG)).contains("class=\"site\""));
}

#[test]
fn a_logo_is_told_by_its_bytes() {
    let large = [b"\x89PNG\r\n\x1a\n".to_vec(), vec![0; 32 * 1024 - 8]].concat();
    let with = |before: &str| format!("{before}{SVG}").into_bytes();
    let table: [(Vec<u8>, Option<&str>); 21] = [
        (b"\x89PNG\r\n\x1a\n....".to_vec(), Some("png")),
        (b"\xff\xd8\xff\xe0....".to_vec(), Some("jpeg")),
        (b"RIFF....WEBPVP8 ".to_vec(), Some("webp")),
        (SVG.into(), Some("svg+xml")),
        (with("\u{feff}\n"), Some("svg+xml")),
        (
            with("<?xml version=\"1.0\"?>\n<!-- Logo -->\n"),
            Some("svg+xml"),
        ),
        (
            with("<?xml version=\"1.0\"?><!DOCTYPE svg><!-- > -->"),
            Some("svg+xml"),
        ),
        (large.clone(), Some("png")),
        ([large, vec![0]].concat(), None),
        (Vec::new(), None),
        (b"\x89PNG".to_vec(), None),
        (b"RIFF....WAVEfmt ".to_vec(), None),
        (b"GIF89a".to_vec(), None),
        (b"<svg></svg>".to_vec(), None),
        (b"<svg viewBox=\"0 0 8 8\"></svg>".to_vec(), None),
        (
            b"<svgx xmlns=\"http://www.w3.org/2000/svg\">".to_vec(),
            None,
        ),
        (with("<html>"), None),
        (with("<script>alert(1)</script>"), None),
        (with("<!-- "), None),
        (b"data:image/png;base64,AAAA".to_vec(), None),
        (b"\xff\xfe<\0s\0v\0g\0".to_vec(), None),
    ];
    for (bytes, kind) in table {
        let shown = String::from_utf8_lossy(&bytes)
            .chars()
            .take(40)
            .collect::<String>();
        let appearance = Appearance::new().logo(bytes);
        match kind {
            Some(kind) => {
                let start = format!("<img src=\"data:image/{kind};base64,");
                assert!(body(&appearance).contains(&start), "{shown:?}");
            }
            None => assert!(refused(&appearance).contains("logo"), "{shown:?}"),
        }
    }
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
    assert_eq!(message, "`teal` is not a colour; say `#rgb` or `#rrggbb`");
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
fn what_cannot_be_read_is_refused_with_the_figure() {
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
    for step in 0..4096_u32 {
        let accent = format!("#{step:03x}");
        if color(&accent).contrast(color("#fff")) < 4.5 {
            continue;
        }
        // Every sixteenth is enough, but for the darkest, which change the most.
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
    }
}

#[test]
fn what_is_mixed_from_background_and_text_can_be_seen() {
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
    assert!(!only_light.contains("@media (prefers-color-scheme:dark){:root"));
}

#[test]
fn the_style_sheet_has_the_colors_that_are_reckoned_with() {
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

#[test]
fn a_template_is_replaced_and_still_escapes() {
    let templates = Templates::new().replace(
        "notice.html",
        "{% extends \"layout.html\" %}{% block main %}<h2>{{ heading }}</h2>{{ reference }}{% endblock %}",
    );
    let fixture = fixture(&Appearance::new().name("<Shop>").templates(templates));
    let context = Context {
        reference: Some("<i>"),
        language: Language::Arabic,
        ..context(&fixture.nonce)
    };
    let page = fixture.pages.denied(&context, &DENIED);
    let heading = Language::Arabic.texts().denied;
    for part in [
        &format!("<h2>{heading}</h2>&lt;i&gt;"),
        "<bdi>&lt;Shop&gt;</bdi>",
        "dir=\"rtl\"",
    ] {
        assert!(page.body.contains(part), "{part} in {}", page.body);
    }
    // Others stay as they are.
    let page = fixture.pages.error(&context, StatusCode::NOT_FOUND, false);
    assert!(page.body.contains("<p class=\"code\">404</p>"));
}

#[test]
fn every_built_in_template_can_be_replaced_by_itself() {
    let templates = BUILT_IN
        .into_iter()
        .fold(Templates::new(), |templates, (name, source)| {
            templates.replace(name, source)
        });
    let own = fixture(&Appearance::new().templates(templates)).all(Language::Korean, "/");
    let built_in = Fixture::new().all(Language::Korean, "/");
    for ((name, own), (_, built_in)) in own.iter().zip(&built_in) {
        assert_eq!(own.body, built_in.body, "{name}");
    }
}

#[test]
fn a_template_that_does_not_work_is_refused() {
    let table = [
        ("notice.html", "{% block", "notice.html"),
        ("notice.html", "{{ heading", "notice.html"),
        ("notice.html", "{{ token }}", "undefined"),
        ("notice.html", "{{ wait.text }}", "undefined"),
        ("error.html", "{% extends \"base.html\" %}", "base.html"),
        ("layout.html", "{{ lang | shout }}", "shout"),
        // Only where there is an alert would these fail.
        (
            "messages.html",
            "{% if alert %}{{ alarm }}{% endif %}",
            "undefined",
        ),
        (
            "developer.html",
            "{% if developer %}{{ nobody }}{% endif %}",
            "undefined",
        ),
        ("style.css", "p{}</style><script>", "`style.css` holds `</`"),
        (
            "picture.html",
            "",
            "there is no template `picture.html` to replace; there are `layout.html`, ",
        ),
        (
            "../layout.html",
            "",
            "there is no template `../layout.html`",
        ),
        ("", "", "there is no template ``"),
    ];
    for (name, source, words) in table {
        let templates = Templates::new().replace(name, source);
        let message = refused(&Appearance::new().templates(templates));
        assert!(message.contains(words), "{name} {source:?}: {message}");
    }
}

#[test]
fn a_challenge_that_nobody_could_answer_is_refused() {
    // What is taken out of which template, and what is then said to be lacking.
    let table = [
        (
            "pictures.html",
            "name=\"token\"",
            "lacks `<input type=\"hidden\" name=\"token\"",
        ),
        ("pictures.html", "{{ next }}", "name=\"next\""),
        ("pictures.html", "{{ ticket }}", "name=\"for\""),
        (
            "pictures.html",
            "{{ action }}",
            "`<form method=\"post\" action=\"{{ action }}\">`",
        ),
        ("pictures.html", "{{ preview }}", "the picture to match"),
        (
            "pictures.html",
            "{{ tile.source }}",
            "the pictures to choose from",
        ),
        ("pictures.html", "{{ loop.index0 }}", "`name=\"answer\""),
        (
            "pictures.html",
            "{% with way=alternative, text=t.use_sound, style=\"\" %}{% include \"way.html\" %}{% endwith %}",
            "a link to `{{ alternative }}`",
        ),
        ("pictures.html", "{{ form }}", "where `form` is not `none`"),
        ("form.html", "{{ target }}", "action=\"{{ target }}\""),
        ("form.html", "{{ form }}", "value=\"{{ form }}\""),
        ("grid.html", "name=\"token\"", "name=\"token\""),
        ("grid.html", "type=\"checkbox\"", "type=\"checkbox\""),
        (
            "grid.html",
            "{{ tile.source }}",
            "the pictures to choose from",
        ),
        ("grid.html", "method=\"post\"", "method=\"post\""),
        ("sound.html", "name=\"token\"", "name=\"token\""),
        ("sound.html", "{{ recording }}", "the recording"),
        ("sound.html", "name=\"answer\"", "`<input name=\"answer\">`"),
        ("work.html", "name=\"token\"", "name=\"token\""),
        ("work.html", " nonce=\"{{ nonce }}\"", "<script src="),
        ("work.html", "{{ script }}", "<script src="),
        ("work.html", "id=\"work\"", "id=\"work\""),
        ("work.html", "{{ tags }}", "id=\"work\""),
        ("work.html", "id=\"work-fallback\"", "work-fallback"),
    ];
    for (name, part, words) in table {
        let (_, source) = BUILT_IN.into_iter().find(|(own, _)| *own == name).unwrap();
        let without = source.replace(part, "");
        assert_ne!(source, without, "{name} never held {part}");
        let templates = Templates::new().replace(name, without);
        let message = refused(&Appearance::new().templates(templates));
        let start = format!("the page that `{name}` makes lacks");
        assert!(message.starts_with(&start), "{name} {part}: {message}");
        assert!(message.contains(words), "{name} {part}: {message}");
    }
}

#[test]
fn a_folder_replaces_the_templates_that_it_holds() {
    let folder = std::env::temp_dir().join(format!("humanify-templates-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("developer.html"), "<p>Mine.</p>").unwrap();
    std::fs::write(folder.join("style.css"), "p { margin: 1px; }").unwrap();
    std::fs::write(folder.join("README.md"), "{{ broken").unwrap();
    let appearance = || Appearance::new().templates(Templates::from_folder(&folder));
    let fixture = fixture(&appearance());
    let page = fixture.pages.challenge(&context(&fixture.nonce), &sound());
    assert!(page.body.contains("<p>Mine.</p>"));
    assert!(page.body.contains("\np { margin: 1px; }\n"));
    assert!(!page.body.contains("--ground"));

    std::fs::write(folder.join("footer.html"), "").unwrap();
    let message = refused(&appearance());
    assert!(message.contains("there is no template `footer.html`"));
    std::fs::remove_dir_all(&folder).unwrap();
    let message = refused(&appearance());
    assert!(message.contains("cannot be read") && message.contains("humanify-templates-"));
}

#[test]
fn a_template_that_fails_later_on_gives_way_to_the_built_in_one() {
    // It works with every sample, whose references are what they are.
    let templates = Templates::new().replace(
        "notice.html",
        "{% if reference and reference != \"sample-reference\" %}{{ heading / 2 }}{% endif %}Mine.",
    );
    let fixture = fixture(&Appearance::new().templates(templates));
    let table = [(None, "Mine."), (Some("4711"), "<h1>No access</h1>")];
    for (reference, words) in table {
        let context = Context {
            reference,
            ..context(&fixture.nonce)
        };
        let page = fixture.pages.denied(&context, &DENIED);
        assert!(page.body.contains(words), "{}", page.body);
    }
}

#[test]
fn templates_get_what_their_documentation_says() {
    let documentation = include_str!("../../../docs/templates.md");
    let names = |cell: &str| -> Vec<String> {
        let quoted = cell.split('`').skip(1).step_by(2);
        quoted.map(str::to_owned).collect()
    };
    let rows: Vec<(String, Vec<String>)> = documentation
        .lines()
        .filter_map(|line| line.strip_prefix("| "))
        .filter_map(|line| {
            let cells: Vec<_> = line.split('|').collect();
            Some((cells.first()?.trim().to_owned(), names(cells.get(2)?)))
        })
        .filter(|(_, values)| !values.is_empty())
        .collect();
    let (first, for_all) = &rows[0];
    assert_eq!(first, "every page");
    let pages = BUILT_IN
        .iter()
        .filter(|(_, source)| source.contains("{% extends"));
    assert_eq!(rows.len(), 1 + pages.count());
    for (row, values) in &rows[1..] {
        let (_, source) = BUILT_IN
            .into_iter()
            .find(|(name, _)| format!("`{name}`") == *row)
            .unwrap();
        // An unknown filter is an error where it is reached, and names what is missing.
        let probes: String = for_all
            .iter()
            .chain(values)
            .map(|value| {
                format!("{{% if {value} is undefined %}}{{{{ 0|no_{value} }}}}{{% endif %}}")
            })
            .collect();
        let start = "{% block main -%}";
        let probed = source.replace(start, &format!("{start}{probes}"));
        assert_ne!(probed, source);
        let templates = Templates::new().replace(row.trim_matches('`'), probed);
        let made = PageRenderer::new(&Appearance::new().templates(templates));
        assert!(made.is_ok(), "{row}: {}", made.unwrap_err());
    }
}
