use humanify::prelude::*;

fn main() {
    let _ = protect! {
        challenge on "/a" when scheme == "htps";
        challenge on "/b" when host == "Example.org";
        challenge on "/c" when host in ["example.org:8080"];
    };
}
