use humanify::prelude::*;

fn main() {
    let _ = protect! {
        limit "10/minuet";
        challenge on "/api/*";
        chalenge on "/admin/*";
    };
}
