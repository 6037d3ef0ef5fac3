use humanify::prelude::*;

fn main() {
    let _ = protect! {
        limit "10/minute" on "/a", "/b";
        limit "100/minute" on "/b", "/a";
        limit "100/hour";
        limit "5/hour";
    };
}
