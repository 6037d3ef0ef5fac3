//! Tests of the expansion of attributes.

use super::*;

fn expanded(kind: AttributeKind, arguments: &str, item: &str) -> String {
    expand(kind, arguments.parse().unwrap(), item.parse().unwrap()).to_string()
}

/// The expansion without white space, since spacing differs between versions of the compiler.
fn dense(kind: AttributeKind, arguments: &str, item: &str) -> String {
    expanded(kind, arguments, item).replace(' ', "")
}

#[test]
fn all_attributes_become_one_policy() {
    let expansion = dense(
        AttributeKind::RateLimit,
        "\"5/minute\"",
        "#[humanify::rate_limit(\"100/day\")] #[block_bots] #[doc = \"kept\"] \
         #[always_challenge(hardness = 2)] #[instrument] pub(crate) async fn pay() {}",
    );
    for part in [
        "#[doc=\"kept\"]pub(crate)constpay:::humanify::Guarded<fn()->",
        "#[instrument]asyncfnpay(){}",
        "named:false",
        "bots:::core::option::Option::Some(__h::BotAction::Deny)",
        "Hardness::new(2u8)",
        "__h::Limit::of(&[__h::Rate::new(5,60)])",
        "__h::Limit::of(&[__h::Rate::new(100,86400)])",
        "exempt:__h::Exempt::Nothing",
    ] {
        assert!(expansion.contains(part), "{part}\n{expansion}");
    }
}

#[test]
fn attributes_of_other_crates_are_unchanged() {
    let expansion = dense(
        AttributeKind::BlockBots,
        "",
        "#[other::exempt] #[poem::endpoint] async fn pay() {}",
    );
    assert!(expansion.contains("#[other::exempt]#[poem::endpoint]asyncfnpay"));
    assert!(!expansion.contains("compile_error"));
}

#[test]
fn elided_lifetimes_become_static() {
    let expansion = dense(
        AttributeKind::BlockBots,
        "",
        "async fn a(a: A<'_>, b: B<&str>, c: fn(&str), (d, e): (B<'_, C<'_>>, &'static D)) -> \
         Result<E<'_>, &'_ str> {}",
    );
    assert!(
        expansion.contains(
            "fn(A<'static>,B<&'staticstr>,fn(&str),(B<'static,C<'static>>,&'staticD))->\
             ::humanify::__private::BoxFuture<Result<E<'static>,&'staticstr>>"
        ),
        "{expansion}"
    );
}

#[test]
fn a_return_type_with_impl_trait_becomes_a_response() {
    for (output, becomes) in [
        ("", "BoxFuture<()>"),
        ("-> Json<u8>", "BoxFuture<Json<u8>>"),
        (
            "-> impl IntoResponse",
            "BoxFuture<::humanify::__private::Response>",
        ),
        (
            "-> Result<impl A, B>",
            "BoxFuture<::humanify::__private::Response>",
        ),
        (
            "-> (A, [impl B; 2])",
            "BoxFuture<::humanify::__private::Response>",
        ),
        (
            "-> Pin<Box<dyn C<Output = impl B>>>",
            "BoxFuture<::humanify::__private::Response>",
        ),
    ] {
        let expansion = dense(
            AttributeKind::BlockBots,
            "",
            &format!("async fn a() {output} {{}}"),
        );
        assert!(expansion.contains(becomes), "{output}\n{expansion}");
    }
}

#[test]
fn items_that_are_not_handlers_are_reported_once() {
    for (item, expected) in [
        (
            "#[utoipa::path(get, path = \"/\")] async fn a() {}",
            "put `#[utoipa::path]` above all of them",
        ),
        ("#[tokio::main] async fn main() {}", "not a handler"),
        (
            "async fn a(headers: &HeaderMap) {}",
            "write `headers: HeaderMap`",
        ),
        ("async fn a(name: &str) {}", "Path(name): Path<String>"),
        (
            "fn a() -> impl Future<Output = &'static str> {}",
            "write `async fn a(…) -> &'static str`",
        ),
        (
            "fn a<'x>(&'x self) -> Pin<Box<dyn Future>> {}",
            "without `self`",
        ),
    ] {
        let expansion = expanded(AttributeKind::BlockBots, "", item);
        assert_eq!(expansion.matches("compile_error").count(), 1, "{expansion}");
        assert!(expansion.contains(expected), "{item}\n{expansion}");
    }
}

#[test]
fn pairs_of_attributes_are_accepted_or_refused() {
    const BOTS: &str = "#[block_bots]";
    const HUMAN: &str = "#[require_human]";
    const STRICT: &str = "#[require_human(action = \"deny_access\")]";
    const ALWAYS: &str = "#[always_challenge]";
    const LIMIT: &str = "#[rate_limit(\"5/minute\")]";
    const EXEMPT: &str = "#[exempt]";
    const UNLIMITED: &str = "#[exempt(rate_limit)]";
    for (a, b, fits) in [
        (BOTS, ALWAYS, true),
        (STRICT, ALWAYS, true),
        (HUMAN, LIMIT, true),
        (HUMAN, UNLIMITED, true),
        (ALWAYS, UNLIMITED, true),
        (HUMAN, ALWAYS, false),
        (HUMAN, BOTS, false),
        (STRICT, BOTS, false),
        (EXEMPT, HUMAN, false),
        (EXEMPT, BOTS, false),
        (EXEMPT, ALWAYS, false),
        (EXEMPT, LIMIT, false),
        (EXEMPT, UNLIMITED, false),
        (UNLIMITED, LIMIT, false),
        (LIMIT, LIMIT, false),
        (LIMIT, "#[rate_limit(\"9/hour\")]", true),
    ] {
        for (first, second) in [(a, b), (b, a)] {
            let item = format!("{first} {second} async fn pay() {{}}");
            let expansion = expanded(AttributeKind::Endpoint, "\"pay\"", &item);
            assert_eq!(
                !expansion.contains("compile_error"),
                fits,
                "{item}\n{expansion}"
            );
        }
    }
}

#[test]
fn a_mistake_leaves_a_handler_of_that_name_with_the_function_inside() {
    for (arguments, item, expected) in [
        (
            "nonsense = 1",
            "#[block_bots] #[instrument] pub async fn pay(a: A) -> B { c }",
            ["pubconstpay:", "{#[instrument]asyncfnpay(a:A)->B{c}"],
        ),
        (
            "",
            "pub fn pay<'x>(a: &'x A) -> B { c }",
            ["pubconstpay:", "fnpay<'x>(a:&'xA)->B{c}"],
        ),
    ] {
        let expansion = dense(AttributeKind::RequireHuman, arguments, item);
        for part in expected {
            assert!(expansion.contains(part), "{part}\n{expansion}");
        }
    }
}

#[test]
fn handlers_that_cannot_be_a_constant_are_unchanged_after_a_mistake() {
    for item in [
        "pub async fn pay<T>(a: A<T>) -> B { c }",
        "pub async fn pay(&self) -> B { c }",
        "#[tokio::main] async fn main() { c }",
    ] {
        let expansion = dense(AttributeKind::BlockBots, "", item);
        assert!(expansion.starts_with(&item.replace(' ', "")), "{expansion}");
    }
}

#[test]
fn attributes_form_one_policy_under_any_name_of_the_crate() {
    let item = "#[hf::rate_limit(\"5/minute\")] async fn pay() {}";
    let entry = AttachedAttribute::entry_of(
        AttributeKind::BlockBots,
        TokenStream::new(),
        Some("#[hf::block_bots]".to_owned()),
    );
    let Ok(handler) = Handler::parse(&entry, &item.parse().unwrap()) else {
        panic!("a function");
    };
    assert_eq!(handler.humanify_attributes.len(), 1);
}

#[test]
fn a_value_after_an_equals_sign_is_refused() {
    let entry = AttachedAttribute::entry_of(
        AttributeKind::RequireHuman,
        "\"audio\"".parse().unwrap(),
        Some("#[require_human = \"audio\"]".to_owned()),
    );
    let (_, found) = parse::attribute(&entry.input);
    assert!(
        found
            .iter()
            .any(|finding| finding.problem.contains("not after `=`"))
    );
}

#[test]
fn items_that_are_not_functions_are_named() {
    for (item, what) in [
        ("pub struct A;", "a struct"),
        ("enum A {}", "an enum"),
        ("impl A {}", "an `impl` block"),
        ("unsafe impl A for B {}", "an `impl` block"),
        ("pub mod a {}", "a module"),
        ("trait A {}", "a trait"),
        ("const A: u8 = 1;", "a constant"),
        ("async fn a();", "a function without a body"),
        ("let a = || {};", "a statement"),
        ("macro_rules! a { () => {} }", "a macro"),
        ("|a| b", "an expression"),
        ("get(pay)", "an expression"),
        ("handlers::make! { pay }", "a call of a macro"),
        ("", "an expression"),
    ] {
        let expansion = expanded(AttributeKind::BlockBots, "", item);
        assert!(
            expansion.contains(&format!("not {what}\\n")),
            "{item}\n{expansion}"
        );
    }
}
