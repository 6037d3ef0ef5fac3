use humanify::prelude::*;

fn main() {
    let _ = protect! {
        challenge on regex "^/v\d+/";
        deny_access on "/a" when headers.user-agent ~ "\.bot";
    };
}
