use humanify::prelude::*;

fn main() {
    let _ = protect! {
        exempt on "/admin/public/*";
        deny_access those on under "/admin" when client.is_tor;
        assert deny on "/admin" when client.is_tor;
        assert never exempt under "/admin";
    };
}
