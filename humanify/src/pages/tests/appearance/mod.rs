//! Tests of pages with a custom appearance.

mod colors;
mod logo;
mod templates;

use super::*;
use crate::error_chain::with_causes;

const DENIED: Denied<'_> = Denied { return_to: None };

fn fixture(appearance: &Appearance) -> Fixture {
    Fixture {
        pages: PageRenderer::new(appearance).unwrap(),
        nonce: Nonce::new([0xab; 16]),
    }
}

fn body(appearance: &Appearance) -> String {
    let fixture = fixture(appearance);
    fixture.pages.denied(&context(&fixture.nonce), &DENIED).body
}

fn refused(appearance: &Appearance) -> String {
    with_causes(&PageRenderer::new(appearance).unwrap_err())
}
