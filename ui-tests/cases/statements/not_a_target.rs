use humanify::prelude::*;

fn main() {
    let _ = protect! {
        challenge on /api;
        challenge on ["/a", "/b"];
        challenge on enpoint "billing::*";
        challenge on path "/a";
        challenge on 7;
    };
}
