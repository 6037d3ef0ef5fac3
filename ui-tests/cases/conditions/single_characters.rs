use humanify::prelude::*;

fn main() {
    let _ = protect! {
        challenge when args.a = "1";
        challenge when client.is_vpn & client.is_tor;
        challenge when client.is_vpn | client.is_tor;
        challenge when client.is_vpn and client.is_tor;
        challenge when args.a =~ "1";
        challenge when not client.is_vpn;
    };
}
