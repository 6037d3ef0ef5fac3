use humanify::prelude::*;

fn main() {
    let _ = protect! {
        exempt on "/api/*";
        challenge on "/api/orders", "/api/{id}/pay";
    };
}
