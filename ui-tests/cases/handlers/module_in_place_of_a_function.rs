use humanify::prelude::*;

#[require_human]
mod pages {
    pub async fn show() {}
}

fn main() {}
