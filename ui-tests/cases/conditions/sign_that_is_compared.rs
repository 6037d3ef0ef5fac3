use humanify::prelude::*;

fn main() {
    let _ = protect! {
        challenge when client.is_vpn == "x";
        challenge when client.is_bot != true;
    };
}
