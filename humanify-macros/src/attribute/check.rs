//! Checks the signature of a handler. One mistake has one message: its consequences are not
//! reported.

use humanify_parser::{Finding, Place};
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    FnArg, GenericArgument, PatType, PathArguments, ReturnType, Safety, Type, TypeGroup,
    TypeParamBound, TypeParen,
};

use super::handler::Handler;
use super::{self_type, types};

/// The maximum number of arguments that an axum handler takes.
const MAX_ARGUMENTS: usize = 16;

fn at(tokens: impl ToTokens) -> Place {
    let tokens: Vec<TokenTree> = tokens.into_token_stream().into_iter().collect();
    Place::of(&tokens)
}

/// Finds mistakes in a signature that the compiler would report badly, or not at all.
pub(super) fn signature(handler: &Handler) -> Vec<Finding> {
    if let Some(finding) = no_handler(handler) {
        return vec![finding];
    }
    let mut found = Vec::new();
    qualifiers(handler, &mut found);
    generics(handler, &mut found);
    arguments(handler, &mut found);
    found
}

/// Whether another handler can stand in for a function whose signature is wrong. A route names a
/// generic function with its types, which a constant does not take.
pub(super) fn can_be_replaced(handler: &Handler) -> bool {
    let generics = &handler.signature.generics;
    generics.params.len() == generics.lifetimes().count() && no_handler(handler).is_none()
}

/// Reports a function that cannot be a handler. Other mistakes in its signature mostly follow from
/// that.
fn no_handler(handler: &Handler) -> Option<Finding> {
    method(handler)
        .or_else(|| of_async_trait(handler))
        .or_else(|| main(handler))
        .or_else(|| described(handler))
        .or_else(|| router(handler))
        .or_else(|| middleware(handler))
        .or_else(|| self_type::named(handler))
}

/// Reports a method.
fn method(handler: &Handler) -> Option<Finding> {
    let receiver = handler.signature.receiver()?;
    Some(Finding::new(
        at(receiver),
        "a guarded handler must be a free function, without `self`",
        "move what it needs into the router's state and take `State(…)`, or write a statement \
         for its path in `protect!`",
    ))
}

/// Reports a trait function that `#[async_trait]` has turned into a function that returns a future.
fn of_async_trait(handler: &Handler) -> Option<Finding> {
    let signature = &handler.signature;
    let mut lifetimes = signature.generics.lifetimes();
    let of_trait = lifetimes.any(|known| known.lifetime.ident == "async_trait");
    let over_function = handler.attributes.iter().any(|attribute| {
        let last = attribute.path().segments.last();
        last.is_some_and(|last| last.ident == "async_trait")
    });
    (of_trait || over_function).then(|| {
        Finding::new(
            at(&signature.ident),
            "a guarded handler cannot be a function of a trait",
            "put the attribute over a function that a route names, and call the trait's in it",
        )
    })
}

/// Reports a function that returns a router, where an attribute would protect nothing.
fn router(handler: &Handler) -> Option<Finding> {
    const ROUTERS: [&str; 2] = ["Router", "MethodRouter"];
    let ReturnType::Type(_, ty) = &handler.signature.output else {
        return None;
    };
    let name = last_name(ty)?;
    ROUTERS.contains(&name.as_str()).then(|| {
        Finding::new(
            at(ty),
            format_args!("an attribute protects one handler, but this function returns a `{name}`"),
            "put it over each handler, or write a statement for their paths in `protect!`, as in \
             `challenge on under \"/admin\"`",
        )
    })
}

/// Reports a middleware, which is not a handler.
fn middleware(handler: &Handler) -> Option<Finding> {
    let next = handler
        .signature
        .inputs
        .iter()
        .find_map(|input| match input {
            FnArg::Typed(argument) if last_name(&argument.ty)? == "Next" => Some(&argument.ty),
            _ => None,
        })?;
    Some(Finding::new(
        at(next),
        "a function that takes `Next` is middleware, not a handler",
        "put the attribute over the handlers behind it, or write a statement for their paths in \
         `protect!`",
    ))
}

/// The last name in the path of a type.
fn last_name(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
        Type::Group(group) => last_name(&group.elem),
        _ => None,
    }
}

/// Reports the program's `main` and tests.
fn main(handler: &Handler) -> Option<Finding> {
    let name = &handler.signature.ident;
    let is_entry = handler.attributes.iter().any(|attribute| {
        let path = attribute.path();
        path.segments
            .last()
            .is_some_and(|last| last.ident == "main" || last.ident == "test")
    });
    (name == "main" || is_entry).then(|| {
        Finding::new(
            at(name),
            format_args!("`{name}` is the start of the program, not a handler"),
            "put the attribute over the function that a route names, as in `get(hello)`",
        )
    })
}

/// Reports an attribute that writes items beside the function, such as `#[utoipa::path]`. Inside of
/// the constant, other macros would not find these items.
fn described(handler: &Handler) -> Option<Finding> {
    const WRITERS: [&str; 5] = ["path", "openapi", "oasgen", "api_operation", "api_doc"];
    let attribute = handler.attributes.iter().find(|attribute| {
        let last = attribute.path().segments.last();
        last.is_some_and(|last| WRITERS.iter().any(|name| last.ident == name))
    })?;
    let name = type_text(&attribute.path().to_token_stream());
    Some(Finding::new(
        at(attribute),
        format_args!(
            "`#[{name}]` generates items beside the handler, which are lost below an attribute of \
             humanify"
        ),
        format_args!("put `#[{name}]` above all of them"),
    ))
}

/// Checks the words before `fn`.
fn qualifiers(handler: &Handler, found: &mut Vec<Finding>) {
    let signature = &handler.signature;
    let name = &signature.ident;
    if signature.asyncness.is_none() {
        found.push(not_async(handler));
        return;
    }
    if let Some(keyword) = &signature.constness {
        found.push(Finding::new(
            at(keyword),
            "a guarded handler cannot be `const`",
            "leave `const` out",
        ));
    }
    if let Safety::Unsafe(keyword) = &signature.safety {
        found.push(Finding::new(
            at(keyword),
            "a guarded handler cannot be `unsafe`, since axum calls it",
            "put the `unsafe` block inside the handler",
        ));
    }
    if let Some(abi) = &signature.abi {
        found.push(Finding::new(
            at(abi),
            "a guarded handler cannot be `extern`",
            format_args!("leave out `{}`", abi.to_token_stream()),
        ));
    }
    if let Some(variadic) = &signature.variadic {
        found.push(Finding::new(
            at(variadic),
            format_args!("`{name}` cannot be variadic"),
            "name each argument",
        ));
    }
}

fn not_async(handler: &Handler) -> Finding {
    let signature = &handler.signature;
    let name = &signature.ident;
    let problem = "a guarded handler is an `async fn`";
    // One finding also covers `const`, `unsafe` and `extern`, which have to go, too.
    let (constness, abi) = (&signature.constness, &signature.abi);
    let safety = match &signature.safety {
        Safety::Unsafe(keyword) => Some(keyword),
        _ => None,
    };
    let keyword = &signature.fn_token;
    let words = quote!(#constness #safety #abi #keyword);
    let place = at(&words);
    let instead = match words.to_string().as_str() {
        "fn" => String::new(),
        words => format!(" in place of `{words} {name}`"),
    };
    if let ReturnType::Type(_, ty) = &signature.output
        && let Some(output) = future_output(ty)
    {
        let output = match output {
            Some(output) => format!(" -> {}", type_text(&output)),
            None => String::new(),
        };
        return Finding::new(
            place,
            problem,
            format_args!("write `async fn {name}(…){output}`, and `.await` the future in its body"),
        );
    }
    Finding::new(
        place,
        problem,
        format_args!("write `async fn {name}`{instead}"),
    )
}

/// The tokens of a type as text, with usual spacing.
fn type_text(tokens: &TokenStream) -> String {
    let text = tokens.to_string();
    [
        (" :: ", "::"),
        ("& ", "&"),
        (" < ", "<"),
        (" >", ">"),
        ("' ", "'"),
        (" ,", ","),
    ]
    .into_iter()
    .fold(text, |text, (from, to)| text.replace(from, to))
}

/// The output of a future in the place of a return type: `None` if the type is not a future,
/// `Some(None)` if the output is unknown.
fn future_output(ty: &Type) -> Option<Option<TokenStream>> {
    let bounds = match ty {
        Type::ImplTrait(ty) => &ty.bounds,
        Type::TraitObject(ty) => &ty.bounds,
        Type::Path(path) => {
            // `Pin<Box<dyn Future<…>>>` and `BoxFuture<…>`.
            let last = path.path.segments.last()?;
            let PathArguments::AngleBracketed(arguments) = &last.arguments else {
                return None;
            };
            let types = || {
                arguments.args.iter().filter_map(|argument| match argument {
                    GenericArgument::Type(ty) => Some(ty),
                    _ => None,
                })
            };
            return match last.ident.to_string().as_str() {
                "Pin" | "Box" => types().find_map(future_output),
                "BoxFuture" => Some(types().next().map(ToTokens::to_token_stream)),
                _ => None,
            };
        }
        _ => return None,
    };
    bounds.iter().find_map(|bound| {
        let TypeParamBound::Trait(bound) = bound else {
            return None;
        };
        let last = bound
            .path
            .segments
            .last()
            .filter(|last| last.ident == "Future")?;
        let PathArguments::AngleBracketed(arguments) = &last.arguments else {
            return Some(None);
        };
        Some(arguments.args.iter().find_map(|argument| match argument {
            GenericArgument::AssocType(output) => Some(output.ty.to_token_stream()),
            _ => None,
        }))
    })
}

fn generics(handler: &Handler, found: &mut Vec<Finding>) {
    let generics = &handler.signature.generics;
    if generics.lifetimes().next().is_some()
        && generics.params.len() == generics.lifetimes().count()
    {
        found.push(Finding::new(
            at(generics),
            "a guarded handler cannot have lifetimes: extractors own their data",
            "leave them out, and take arguments that own their data",
        ));
    } else if !generics.params.is_empty() {
        found.push(Finding::new(
            at(generics),
            "a guarded handler cannot be generic: it becomes a constant of one type",
            "write one handler per type, which calls a generic function without attributes",
        ));
    } else if let Some(clause) = &generics.where_clause {
        found.push(Finding::new(
            at(clause),
            "a guarded handler cannot have a `where` clause: it becomes a constant of one type",
            "leave it out",
        ));
    }
}

fn arguments(handler: &Handler, found: &mut Vec<Finding>) {
    let inputs = &handler.signature.inputs;
    if inputs.len() > MAX_ARGUMENTS {
        found.push(Finding::new(
            at(inputs.iter().nth(MAX_ARGUMENTS)),
            format_args!("a handler takes at most {MAX_ARGUMENTS} arguments"),
            "join several in a struct that derives `FromRequestParts`, or in a tuple",
        ));
    }
    let lifetimes = handler.signature.generics.lifetimes().next().is_some();
    for input in inputs {
        let FnArg::Typed(argument) = input else {
            continue;
        };
        // The constant's type and the call would need the same attribute, which they cannot have.
        if let Some(attribute) = argument.attrs.iter().find(|attribute| {
            attribute.path().is_ident("cfg") || attribute.path().is_ident("cfg_attr")
        }) {
            found.push(Finding::new(
                at(attribute),
                "an argument of a guarded handler cannot depend on `cfg`",
                "write the handler once for each configuration, with `#[cfg(…)]` over it",
            ));
        }
        if let Some(place) = types::impl_trait(&argument.ty) {
            found.push(Finding::new(
                at(place),
                "a guarded handler cannot be generic: the type of an argument cannot be `impl \
                 Trait`",
                "name the extractor's type",
            ));
        } else if let Some(finding) = reference(argument).filter(|_| !lifetimes) {
            found.push(finding);
        }
    }
}

/// Reports an argument that is a reference: no extractor is one.
fn reference(argument: &PatType) -> Option<Finding> {
    let mut ty = &*argument.ty;
    // A type that a `macro_rules!` macro passes on is a group.
    while let Type::Group(TypeGroup { elem, .. }) | Type::Paren(TypeParen { elem, .. }) = ty {
        ty = elem;
    }
    let Type::Reference(reference) = ty else {
        return None;
    };
    let name = argument.pat.to_token_stream();
    let inner = type_text(&reference.elem.to_token_stream());
    let problem = "an argument of a handler is an extractor, which owns its data, not a reference";
    Some(match inner.as_str() {
        "str" => Finding::new(
            at(&argument.ty),
            problem,
            format_args!(
                "to take a part of the path, write `Path({name}): Path<String>`; to take the \
                 body, `{name}: String`"
            ),
        ),
        "[u8]" => Finding::new(
            at(&argument.ty),
            problem,
            format_args!("to take the body, write `{name}: axum::body::Bytes`"),
        ),
        _ => Finding::new(
            at(&argument.ty),
            problem,
            format_args!("write `{name}: {inner}`"),
        ),
    })
}
