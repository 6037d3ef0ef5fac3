//! Inspects and rewrites types in the signature of a handler.

use proc_macro2::Span;
use syn::{
    GenericArgument, Lifetime, Path, PathArguments, ReturnType, Type, TypeImplTrait, TypeParamBound,
};

/// The first `impl Trait` in a type. A type with one cannot be named.
pub(super) fn impl_trait(ty: &Type) -> Option<&TypeImplTrait> {
    match ty {
        Type::ImplTrait(found) => Some(found),
        Type::Array(array) => impl_trait(&array.elem),
        Type::Slice(slice) => impl_trait(&slice.elem),
        Type::Group(group) => impl_trait(&group.elem),
        Type::Paren(paren) => impl_trait(&paren.elem),
        Type::Ptr(pointer) => impl_trait(&pointer.elem),
        Type::Reference(reference) => impl_trait(&reference.elem),
        Type::Tuple(tuple) => tuple.elems.iter().find_map(impl_trait),
        Type::Path(path) => path
            .qself
            .as_ref()
            .and_then(|qself| impl_trait(&qself.ty))
            .or_else(|| impl_trait_in_path(&path.path)),
        Type::TraitObject(object) => object.bounds.iter().find_map(impl_trait_in_bound),
        _ => None,
    }
}

fn impl_trait_in_bound(bound: &TypeParamBound) -> Option<&TypeImplTrait> {
    match bound {
        TypeParamBound::Trait(bound) => impl_trait_in_path(&bound.path),
        _ => None,
    }
}

fn impl_trait_in_path(path: &Path) -> Option<&TypeImplTrait> {
    path.segments
        .iter()
        .find_map(|segment| match &segment.arguments {
            PathArguments::None => None,
            PathArguments::AngleBracketed(arguments) => {
                arguments.args.iter().find_map(|argument| match argument {
                    GenericArgument::Type(ty) => impl_trait(ty),
                    GenericArgument::AssocType(associated) => impl_trait(&associated.ty),
                    _ => None,
                })
            }
            PathArguments::Parenthesized(arguments) => match &arguments.output {
                ReturnType::Default => None,
                ReturnType::Type(_, ty) => impl_trait(ty),
            },
        })
}

/// Replaces every elided lifetime and `'_` by `'static`, as the type of a constant needs it. Types
/// of functions are unchanged, since an elided lifetime means any lifetime in them.
pub(super) fn with_static_lifetimes(mut ty: Type) -> Type {
    make_static(&mut ty);
    ty
}

fn make_static(ty: &mut Type) {
    match ty {
        Type::Array(array) => make_static(&mut array.elem),
        Type::Slice(slice) => make_static(&mut slice.elem),
        Type::Group(group) => make_static(&mut group.elem),
        Type::Paren(paren) => make_static(&mut paren.elem),
        Type::Ptr(pointer) => make_static(&mut pointer.elem),
        Type::Tuple(tuple) => tuple.elems.iter_mut().for_each(make_static),
        Type::Reference(reference) => {
            let span = reference.and_token.span;
            make_lifetime_static(reference.lifetime.get_or_insert_with(|| elided(span)));
            make_static(&mut reference.elem);
        }
        Type::Path(path) => {
            if let Some(qself) = &mut path.qself {
                make_static(&mut qself.ty);
            }
            make_path_static(&mut path.path);
        }
        Type::TraitObject(object) => {
            for bound in &mut object.bounds {
                match bound {
                    TypeParamBound::Trait(bound) => make_path_static(&mut bound.path),
                    TypeParamBound::Lifetime(lifetime) => make_lifetime_static(lifetime),
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

fn make_path_static(path: &mut Path) {
    for segment in &mut path.segments {
        let PathArguments::AngleBracketed(arguments) = &mut segment.arguments else {
            continue;
        };
        for argument in &mut arguments.args {
            match argument {
                GenericArgument::Lifetime(lifetime) => make_lifetime_static(lifetime),
                GenericArgument::Type(ty) => make_static(ty),
                GenericArgument::AssocType(associated) => make_static(&mut associated.ty),
                _ => {}
            }
        }
    }
}

fn make_lifetime_static(lifetime: &mut Lifetime) {
    if lifetime.ident == "_" {
        *lifetime = Lifetime::new("'static", lifetime.span());
    }
}

fn elided(span: Span) -> Lifetime {
    Lifetime::new("'_", span)
}
