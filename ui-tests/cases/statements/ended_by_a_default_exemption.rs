use humanify::prelude::*;

fn main() {
    let _ = protect! {
        challenge on "/robots.txt";
        exempt on "/health", "/ping";
    };
}
