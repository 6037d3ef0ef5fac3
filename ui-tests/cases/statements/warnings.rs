#![deny(warnings)]

use humanify::prelude::*;

fn main() {
    let _ = protect! {
        exempt when headers.x-internal == "1";
        challenge on "/api/*", "/api/users";
        intended(open)
        exempt on "/*";
    };
}
