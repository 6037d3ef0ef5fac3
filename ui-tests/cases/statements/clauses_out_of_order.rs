use humanify::prelude::*;

fn main() {
    let _ = protect! {
        challenge when method == POST on "/api/*";
        challenge on "/a" on "/b";
        challenge on "/c" excpet "/c/d";
        challenge "/e";
    };
}
