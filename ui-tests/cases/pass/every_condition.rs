//! Every field, every operator, every way to write a name.
#![deny(warnings)]

use humanify::prelude::*;

fn main() {
    let _ = protect! {
        challenge on "/1" when method == "POST" || args.x == "1" && method != GET || method in [PUT, "PATCH",];
        challenge on "/2*" when path == "/2" || path !~ "^/2y/" && path in ["/2x", "/2y/z"];
        challenge on "/3" when host ends_with "example.org" && host !~ "^x" && scheme == "https";
        challenge on "/4" when args.page == "1" && args.type ~ "^a" && args.x-1 != "y";
        challenge on "/5" when args["a[]"] == "1" && args["x-1e5"] == "2";
        challenge on "/6" when headers.X-API-Key != "1" && headers["accept-language"] ~ "^de";
        challenge on "/7" when cookies.session == "" || cookies["__Host-id"] !~ ".";
        challenge on "/8" when client.ip == "10.0.0.1" || client.ip != "10.0.0.0/8";
        intended(redundant) challenge on "/9" when client.is_vpn || client.is_proxy || client.is_datacenter
            || client.is_tor || client.is_forum_spammer || client.is_firehol
            || client.is_invalid_ip || client.is_crawler || client.is_inconsistent
            || client.is_verified_crawler || client.is_impostor || client.is_bot;
        challenge on "/10" when client.crawler == "Googlebot" || client.vpn_provider ~ "(?i)nord";
        challenge those on "/11" when !(method == GET) && (!client.is_tor || !!client.is_vpn);
        challenge on "/12" when ((client.is_tor));
        intended(redundant) challenge those on "/13" when client.crawler_kind == ai && client.crawler_kind != ai_training
            || client.crawler_kind in [ai, ai_assistant, search, "seo"];
        challenge on "/14" when headers.referer is missing && cookies.session is present;
        challenge on "/15" when method not in [GET, HEAD] && content_type == "application/json";
        challenge on "/16" when headers.user-agent contains "curl" ignore_case
            || headers.user-agent starts_with ["python", "Go-http"] ignore_case
            || host ends_with ".example.org";
        challenge on "/17" when args.sort == "Name" ignore_case && args.page not in ["1", "2"];
        challenge bots on "/18" when !client.is_verified_crawler;
        deny_access everyone on "/19" when method == POST;
        deny_access those on "/20" when client.crawler_kind != search;
    };
}
