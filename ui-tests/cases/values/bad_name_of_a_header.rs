use humanify::prelude::*;

fn main() {
    let _ = protect! {
        challenge on "/a" when headers["content type"] == "x";
        challenge on "/b" when cookies["a;b"] == "x";
    };
}
