use humanify::prelude::*;

#[block_bots]
async fn hello(
    _a: (),
    _b: (),
    _c: (),
    _d: (),
    _e: (),
    _f: (),
    _g: (),
    _h: (),
    _i: (),
    _j: (),
    _k: (),
    _l: (),
    _m: (),
    _n: (),
    _o: (),
    _p: (),
    _q: (),
) {
}

fn main() {}
