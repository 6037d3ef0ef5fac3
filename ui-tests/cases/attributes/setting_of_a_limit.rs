use humanify::prelude::*;

#[rate_limit("5/minute", burst = 0)]
async fn zero() {}

#[rate_limit("5/minute", burst = 4294967296)]
async fn overflow() {}

#[rate_limit("1/366 days", burst = 1000)]
async fn endless() {}

#[rate_limit("1000001/second")]
async fn fast() {}

#[rate_limit("5/minute", burst = 5)]
async fn said_anyway() {}

#[rate_limit("10/second; 500/hour", burst = 20)]
async fn two_rates() {}

#[rate_limit("5/minute", cost = 6)]
async fn dear() {}

#[rate_limit("5/minute", key = "body.user")]
async fn keyed() {}

#[rate_limit("5/minute", scope = "the api")]
async fn scoped() {}

#[rate_limit("5/minute", count = "successes")]
async fn counted() {}

#[rate_limit("5/minute", failures = [303])]
async fn all_count() {}

#[rate_limit("5/minute", count = "failures", failures = [StatusCode::SEE_OTHER, 4040])]
async fn failing() {}

#[rate_limit("5/minute", methods = POST)]
async fn methods() {}

#[rate_limit("5/minute", cots = 2, cost, cost = 2, cost = "2")]
async fn several() {}

#[rate_limit("5/minute", scope = "api")]
#[rate_limit("10/minute", scope = "api")]
async fn useless() {}

fn main() {}
