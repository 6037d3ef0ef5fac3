use humanify::prelude::*;

fn main() {
    let _ = protect! {
        challenge on "api/*";
        challenge on "";
        challenge on "/user-{id}";
        challenge on "/files/{*path}";
        challenge on "/a%20b";
        challenge on "/a//b";
        exempt on "/a" except "/a/{";
        challenge on endpoint "crate::billing::*";
    };
}
