use humanify::prelude::*;

fn main() {
    let _ = protect! {
        always_deny when client.ip == "203.0.113";
        always_deny when client.ip in ["203.0.113.0/33", "example.org", localhost];
    };
}
