use humanify::prelude::*;

#[rate_limit("10/second; 500/hour", cost = 2, key = "headers.x-api-key", scope = "api")]
#[rate_limit("5 per minute", burst = 20, count = "failures", methods = [POST, "PUT"],)]
#[rate_limit("5/minute", count = "failures", failures = [303, 401], scope = "login")]
#[rate_limit("5/minute", key = "args.tenant")]
#[rate_limit("5/minute", key = "cookies.session")]
#[rate_limit("5/minute", key = "host")]
#[rate_limit("5/minute", key = "path", count = "requests")]
async fn handler() {}

fn main() {
    let _ = handler;
    let _ = protect! {
        limit "10/minute", burst = 20, cost = 5, key = "path" on "/items/{id}" except "/items/1"
            when method in [GET];
        limit "10/minute", scope = "api" on "/api/*", "/v1/<id>";
        limit "3/minute", count = "failures",;
        limit "3/minute", failures = [422,], count = "failures" on "/login";
        trap on "/wp-admin/*", "/.env", regex "\\.php$" except "/index.php";
        ban "10 denials/minute" for "1 hour";
        ban "1 trap per day" for "1 day";
        ban "20 overruns/minute" for "2 hours";
        ban "9 failures/hour" for "2 hours"
    };
}
