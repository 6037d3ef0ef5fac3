use humanify::prelude::*;

fn main() {
    let _ = protect! {
        chalenge on "/api/*";
        rate_limit "5/minute";
        deny on "/admin/*";
        frobnicate;
    };
}
