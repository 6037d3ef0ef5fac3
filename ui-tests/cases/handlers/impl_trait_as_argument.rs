use humanify::prelude::*;

#[block_bots]
async fn hello(value: impl ToString) -> String {
    value.to_string()
}

fn main() {}
