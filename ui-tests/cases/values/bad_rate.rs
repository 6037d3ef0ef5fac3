use humanify::prelude::*;

fn main() {
    let _ = protect! {
        limit "5";
        limit "0/minute";
        limit "5/week";
        limit "10/minute; 100/minute";
        limit 5;
        limit "5/minute", "100/day";
    };
}
