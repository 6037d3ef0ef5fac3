use humanify::prelude::*;

fn main() {
    let _ = protect! {
        limit "5/minute", burst = 0 on "/a";
        limit "5/minute", key = "headers" on "/b";
        limit "5/minute", brust = 20 on "/c";
        limit "5/minute", burst on "/d";
        limit "5/minute", scope = "api" on "/e";
        limit "10/minute", scope = "api" on "/e";
        limit "10/minute", 5 on "/f";
        limit "5/minute", failures = [401, 303] on "/g";
        limit "5/minute", count = "failures", failures = [200] on "/h";
    };
}
