//! Guarded functions as axum handlers: extracts the arguments, and converts the returned value.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::handler::Handler;
use axum::response::Response;

use super::box_future::BoxFuture;

/// A function of a guarded handler.
pub trait Callable {
    /// The output of its future.
    type Output;
}

/// A function whose arguments are extractors.
///
/// Unlike a [`Handler`], it does not require that the output is a response: the attribute requires
/// that, once, at the return type.
pub trait Responds<T, S>: Callable + Sized {
    /// Calls the function and converts its output into a response.
    fn respond(
        self,
        into_response: fn(Self::Output) -> Response,
        request: Request,
        state: S,
    ) -> BoxFuture<Response>;
}

/// The future of a function, with its output as a response.
struct Responding<R> {
    future: BoxFuture<R>,
    into_response: fn(R) -> Response,
}

impl<R> Future for Responding<R> {
    type Output = Response;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Response> {
        let output = self.future.as_mut().poll(context);
        output.map(self.into_response)
    }
}

macro_rules! responds {
    ($($argument:ident)*) => {
        impl<$($argument,)* R> Callable for fn($($argument),*) -> BoxFuture<R> {
            type Output = R;
        }
    };
}

macro_rules! extracts {
    ($($argument:ident)* ; $last:ident) => {
        responds!($($argument)* $last);

        #[allow(non_snake_case)]
        impl<M, $($argument,)* $last, R, S> Responds<(M, $($argument,)* $last,), S>
            for fn($($argument,)* $last) -> BoxFuture<R>
        where
            $($argument: FromRequestParts<S> + Send + 'static,)*
            $last: FromRequest<S, M> + Send + 'static,
            R: 'static,
            S: Send + Sync + 'static,
        {
            fn respond(
                self,
                into_response: fn(R) -> Response,
                request: Request,
                state: S,
            ) -> BoxFuture<Response> {
                let called = move |$($argument: $argument,)* $last: $last| Responding {
                    future: self($($argument,)* $last),
                    into_response,
                };
                Handler::call(called, request, state)
            }
        }
    };
}

responds!();

impl<R: 'static, S: Send + Sync + 'static> Responds<((),), S> for fn() -> BoxFuture<R> {
    fn respond(self, into_response: fn(R) -> Response, _: Request, _: S) -> BoxFuture<Response> {
        Box::pin(Responding {
            future: self(),
            into_response,
        })
    }
}

extracts!(; A);

extracts!(A; B);

extracts!(A B; C);

extracts!(A B C; D);

extracts!(A B C D; E);

extracts!(A B C D E; F);

extracts!(A B C D E F; G);

extracts!(A B C D E F G; H);

extracts!(A B C D E F G H; I);

extracts!(A B C D E F G H I; J);

extracts!(A B C D E F G H I J; K);

extracts!(A B C D E F G H I J K; L);

extracts!(A B C D E F G H I J K L; N);

extracts!(A B C D E F G H I J K L N; O);

extracts!(A B C D E F G H I J K L N O; P);

extracts!(A B C D E F G H I J K L N O P; Q);
