//! Direct calls of guarded handlers.

use std::ops::Deref;

use super::box_future::BoxFuture;
use super::guarded::Guarded;

/// A guarded handler dereferences to a function that is not an axum handler. A direct call
/// compiles, and `get(*handler)` does not.
macro_rules! callable {
    ($($argument:ident)*) => {
        impl<$($argument: 'static,)* R: 'static> Deref
            for Guarded<fn($($argument),*) -> BoxFuture<R>>
        {
            type Target = dyn Fn($($argument),*) -> BoxFuture<R> + Send + Sync;

            fn deref(&self) -> &Self::Target {
                self.handler()
            }
        }
    };
}

callable!();

callable!(A);

callable!(A B);

callable!(A B C);

callable!(A B C D);

callable!(A B C D E);

callable!(A B C D E F);

callable!(A B C D E F G);

callable!(A B C D E F G H);

callable!(A B C D E F G H I);

callable!(A B C D E F G H I J);

callable!(A B C D E F G H I J K);

callable!(A B C D E F G H I J K L);

callable!(A B C D E F G H I J K L M);

callable!(A B C D E F G H I J K L M N);

callable!(A B C D E F G H I J K L M N O);

callable!(A B C D E F G H I J K L M N O P);
