use humanify::prelude::*;

fn main() {
    let _ = protect! {
        challenge on "/a", endpoint "b", "/a";
    };
}
