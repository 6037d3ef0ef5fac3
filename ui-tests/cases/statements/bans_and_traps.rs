use humanify::prelude::*;

fn main() {
    let _ = protect! {
        ban "10/minute" for "1 hour";
        ban "10 sins/minute" for "1 hour";
        ban "0 denials/minute" for "1 hour";
        ban "10 denials/minute" for "1 fortnight";
        ban "10 denials/minute" for "0 hours";
        ban "10 denials/minute";
        ban for "1 hour";
        ban "3 traps/day" for "1 day";
        ban "3 traps/day" for "1 day";
        trap;
        trap on "wp-admin";
        trap(hard) on "/.env";
    };
}
