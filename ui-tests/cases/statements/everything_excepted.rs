use humanify::prelude::*;

fn main() {
    let _ = protect! {
        challenge on "/api/v1/*" except "/api/*";
    };
}
