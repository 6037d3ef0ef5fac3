use humanify::prelude::*;

fn main() {
    let _ = protect! {
        challenge when args == "1";
        challenge when headers. == "1";
        challenge when args.x-1e5 == "1";
        challenge when args.a[] == "1";
        challenge when args[a] == "1";
    };
}
