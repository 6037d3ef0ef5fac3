use humanify::prelude::*;

fn main() {
    let _ = protect! {
        challenge when metod == POST;
        challenge when client.is_vnp;
        challenge when client.vpn;
        challenge when is_tor;
        challenge when query.page == "1";
        challenge when client;
    };
}
