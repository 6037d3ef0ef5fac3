use humanify::prelude::*;

macro_rules! hello {
    () => {
        async fn hello() {}
    };
}

#[block_bots]
hello!();

fn main() {}
