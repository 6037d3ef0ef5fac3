use humanify::prelude::*;

fn main() {
    let _ = protect! {
        always_challenge(audio) on "/api/*";
        challenge(audio) on "/api/v1/*";
    };
}
