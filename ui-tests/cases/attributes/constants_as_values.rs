use humanify::prelude::*;

const NAME: &str = "billing.pay";
const COST: u32 = 2;

#[endpoint(NAME)]
#[rate_limit("5/minute", cost = COST)]
async fn hello() {}

fn main() {
    let _ = (NAME, COST);
}
