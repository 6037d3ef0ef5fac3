use humanify::prelude::*;

fn main() {
    let _ = protect! {
        challenge on "/api/*"
        limit "100/hour";
        limit "10/minute" on "/admin/*"
        deny_access on "/admin/*";
    };
}
