use humanify::prelude::*;

fn main() {
    let _ = protect! {
        challenge on "/a" when client.crawler_kind == serch;
        challenge on "/b" when client.crawler_kind in [ai, ai-trainig, "monitoring", seo, seo];
        challenge on "/c" when client.crawler_kind == 7;
        challenge on "/d" when client.crawler_kind ~ "ai";
        challenge on "/e" when client.crawler_kind;
        challenge on "/f" when client.crawler_kind != "AI";
    };
}
