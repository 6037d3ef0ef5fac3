use humanify::prelude::*;

fn main() {
    let _ = protect! {
        challenge when method ~ "P.*";
        challenge when client.ip !~ "10\\..*";
        challenge when args.page > "5";
        challenge when path contains "admin";
    };
}
