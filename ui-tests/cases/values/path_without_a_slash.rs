use humanify::prelude::*;

fn main() {
    let _ = protect! {
        challenge when path == "admin";
        challenge on route "admin";
        challenge on route "/admin/*";
    };
}
