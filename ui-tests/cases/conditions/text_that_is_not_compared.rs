use humanify::prelude::*;

fn main() {
    let _ = protect! {
        challenge when args.admin;
        challenge when method && client.is_vpn;
        challenge when (headers.referer);
    };
}
