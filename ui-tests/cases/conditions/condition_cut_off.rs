use humanify::prelude::*;

fn main() {
    let _ = protect! {
        challenge when;
        challenge when client.is_vpn &&;
        challenge when args.a ==;
        challenge when ();
        challenge when !args.a == "1";
        challenge when client.is_vpn client.is_tor;
    };
}
