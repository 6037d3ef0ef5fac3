use humanify::prelude::*;

fn main() {
    let _ = protect! {
        challenge(hard) on "/a";
        challenge(difficulty = 3) on "/b";
        challenge(audio, hardness = 0) on "/c";
        always_challenge(gird) on "/d";
        deny_access(audio) on "/e";
        limit("5/minute") on "/f";
    };
}
