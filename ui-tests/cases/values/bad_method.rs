use humanify::prelude::*;

fn main() {
    let _ = protect! {
        challenge on "/a" when method in [POST, post, PATHC];
        challenge on "/b" when method == 7;
    };
}
