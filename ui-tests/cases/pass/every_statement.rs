//! The whole grammar of `protect!`, as an argument, a constant and a static.
#![deny(warnings)]

use humanify::prelude::*;

macro_rules! limited {
    ($rate:literal, $path:expr) => {
        protect! { limit $rate on $path; }
    };
}

fn main() {
    let _ = protect! {};
    let _ = limited!("5/minute", "/a");
    let _ = protect! { limit };
    let _ = protect! {
        limit "100/hour";
        limit "10/minute" on "/api/data", "/admin/{id}";
        exempt on "/assets/*";
        deny_access on "/admin/*", "/sensitive/*";
        challenge on "/api/*" except "/api/public/*"
            when method in [POST, PUT, DELETE]
              && args.admin == "true"
              && headers.content-type ~ "application/json.*";
        always_challenge on endpoint "billing::*";
        always_deny when client.ip in ["203.0.113.0/24", "2001:db8::/32"];
        observe challenge on regex r"^/v[0-9]+/" when client.is_datacenter && !client.is_vpn;
    };
    let _ = protect! {
        no_default_exemptions;
        limit;
        limit "10/second; 500/hour" on route "/orders/{id}";
        challenge on "/robots.txt";
        challenge(audio) on "/a", "/b/<id>",;
        challenge(hardness = 4) on endpoint regex "^billing", endpoint "b.*" except regex "^/x/";
        always_challenge(one_click, hardness = 2) except "/login";
        observe exempt on "/x?y";
        api: challenge on under "/v2", "/v3/*" except under "/v2/public";
        intended(unanchored, late) exempt on regex "/public/";
        watched: observe deny_access bots on "/w";
        observe limit "5/minute" on "/a" when !client.is_bot;
    };
}
