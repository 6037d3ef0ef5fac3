use humanify::prelude::*;

fn main() {
    let _ = protect! {
        challenge when method in [];
        challenge when args.a in ["1", "2", "1"];
        challenge when client.ip in ["10.0.0.1", "10.0.0.1/32"];
        challenge when args.a in "1";
        challenge when args.a == ["1", "2"];
    };
}
