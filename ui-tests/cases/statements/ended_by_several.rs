use humanify::prelude::*;

fn main() {
    let _ = protect! {
        exempt on "/api/*" when method == GET;
        exempt on regex "^/api/" when method != GET;
        challenge on "/api/users/*";
        deny_access those on "/x" when client.vpn_provider == "Nord VPN";
    };
}
