use humanify::prelude::*;

fn main() {
    let _ = protect! {
        challenge on regex r"^/v(\d+/";
        challenge on "/a" when args.q ~ "(?=x)";
    };
}
