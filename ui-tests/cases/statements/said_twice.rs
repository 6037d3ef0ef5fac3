use humanify::prelude::*;

fn main() {
    let _ = protect! {
        challenge on "/api/*";
        challenge on "/api/*";
    };
}
