use humanify::prelude::*;

fn main() {
    let _ = protect! {
        deny_access;
        challenge on "/api/*";
        deny_access on "/admin/*" when method == POST;
    };
}
