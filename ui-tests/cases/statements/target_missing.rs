use humanify::prelude::*;

fn main() {
    let _ = protect! {
        challenge on;
        challenge on when method == POST;
        challenge on "/a" except;
        challenge on endpoint;
    };
}
