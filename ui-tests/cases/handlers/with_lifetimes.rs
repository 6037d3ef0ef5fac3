use humanify::prelude::*;

#[block_bots]
async fn hello<'a>(text: std::borrow::Cow<'a, str>) -> String {
    text.into_owned()
}

fn main() {}
