//! Tests of custom templates.

use super::*;
use crate::language::Language;
use crate::pages::templates::BUILT_IN;

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
    // Other pages are unchanged.
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
    assert_eq!(own.len(), built_in.len());
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
        // These fail only on pages with an alert.
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
    // The template, the part that is removed, and the part that the error names.
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
            "{% with href=alternative, text=t.use_sound, class=\"\" %}{% include \"alternative.html\" %}{% endwith %}",
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
        (
            "work.html",
            "{% include \"work_fallback.html\" %}",
            "work-fallback",
        ),
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
    assert!(page.body.contains("p{margin:1px}"));
    assert!(!page.body.contains("--ground"));

    std::fs::write(folder.join("footer.html"), "").unwrap();
    let message = refused(&appearance());
    assert!(message.contains("there is no template `footer.html`"));
    std::fs::remove_dir_all(&folder).unwrap();
    let message = refused(&appearance());
    assert!(message.contains("cannot be read") && message.contains("humanify-templates-"));
}

#[test]
fn a_template_that_fails_at_run_time_is_replaced_by_the_built_in_one() {
    // It works with the references of all samples.
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
fn templates_get_the_documented_values() {
    let documentation = include_str!("../../../../docs/templates.md");
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
        // An unknown filter is an error only when it is reached, and its name shows which value is
        // missing.
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
