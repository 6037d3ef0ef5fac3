//! Tests of drawings made ahead: they are shown once, and replaced.

use super::*;
use crate::challenge::creation::ChallengeRequest;
use crate::challenge::drawing_stock::{Drawing, DrawingStock};
use crate::language::Language;

fn request<'a>(client: &'a Client, task: Task) -> ChallengeRequest<'a> {
    ChallengeRequest {
        modality: Modality::Pictures,
        language: Language::English,
        client,
        browser: None,
        task,
        next: "/",
        progress: Progress::default(),
        navigated: true,
    }
}

#[tokio::test]
async fn a_visitor_gets_the_stocked_drawing_and_the_next_visitor_another() {
    let mut game = Game::new(3);
    game.challenges.stock = Arc::new(DrawingStock::for_slow(Duration::ZERO));
    let one_click = task(ChallengeType::OneClick);
    game.challenges.draw_ahead([one_click].into_iter());
    let client = client(1);
    let first = Drawing::Pictures(Layout::OneClick, one_click.hardness.level());
    let ready = game.wait_for_stock(first);
    let shown = game.challenges.create(request(&client, one_click)).await;
    assert_eq!(tiles(&shown.unwrap().content), tiles(&ready));
    // If drawing is slow, another drawing replaces it.
    let another = game.wait_for_stock(first);
    assert_ne!(tiles(&another), tiles(&ready));
}

fn tiles(content: &ChallengeContent) -> &[String] {
    match content {
        ChallengeContent::Pictures { tiles, .. } => tiles,
        _ => panic!("pictures are asked for"),
    }
}

impl Game {
    /// Waits until a drawing of a kind is ready, and returns a copy of it.
    fn wait_for_stock(&self, drawing: Drawing) -> ChallengeContent {
        loop {
            if let Some((_, content)) = self.challenges.stock.peek(drawing) {
                return content;
            }
            std::thread::yield_now();
        }
    }
}
