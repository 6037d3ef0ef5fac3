//! `DrawingStock`: drawings made ahead where drawing is slow, as in unoptimised builds.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::image::Layout;
use super::{ChallengeContent, SealedAnswer, SetError};
use crate::language::Language;

/// The time from which drawings are made ahead. An optimised build takes a tenth of it.
const SLOW_DRAWING: Duration = Duration::from_millis(100);

/// The maximum number of ready drawings of one kind.
const MAX_READY_PER_KIND: usize = 2;

/// The maximum number of ready drawings of all kinds together.
const MAX_READY: usize = 8;

/// The kind of a drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Drawing {
    /// Pictures, with their layout and hardness.
    Pictures(Layout, u8),
    /// A recording, with its language and hardness.
    Sound(Language, u8),
}

/// A finished drawing: the sealed answer and the content.
pub(super) type Drawn = (SealedAnswer, ChallengeContent);

/// Makes a drawing.
pub(super) type Draw = Box<dyn FnOnce() -> Result<Drawn, SetError> + Send>;

/// The ready drawings. Each is taken once.
pub(super) struct DrawingStock {
    slow: Duration,
    /// Whether the last drawing was slow.
    is_slow: AtomicBool,
    /// Whether a thread is drawing. Only one does, so that it takes one core at most.
    is_drawing: AtomicBool,
    ready: Mutex<Vec<(Drawing, Drawn)>>,
}

impl Default for DrawingStock {
    fn default() -> Self {
        DrawingStock::for_slow(SLOW_DRAWING)
    }
}

impl DrawingStock {
    /// A stock that is used once a drawing takes this long.
    pub(super) fn for_slow(slow: Duration) -> DrawingStock {
        DrawingStock {
            slow,
            is_slow: AtomicBool::new(false),
            is_drawing: AtomicBool::new(false),
            ready: Mutex::default(),
        }
    }

    /// Takes a ready drawing.
    pub(super) fn take(&self, drawing: Drawing) -> Option<Drawn> {
        let mut ready = self.ready();
        let place = ready.iter().position(|(kind, _)| *kind == drawing)?;
        Some(ready.swap_remove(place).1)
    }

    /// A copy of a ready drawing, once no thread is drawing.
    #[cfg(test)]
    pub(super) fn peek(&self, drawing: Drawing) -> Option<Drawn> {
        if self.is_drawing.load(Ordering::Acquire) {
            return None;
        }
        let ready = self.ready();
        let found = ready.iter().find(|(kind, _)| *kind == drawing);
        found.map(|(_, drawn)| drawn.clone())
    }

    /// Makes a drawing, and records whether that was slow.
    pub(super) fn draw(&self, draw: Draw) -> Result<Drawn, SetError> {
        let begun = Instant::now();
        let drawn = draw();
        self.is_slow
            .store(begun.elapsed() >= self.slow, Ordering::Relaxed);
        drawn
    }

    /// Whether another drawing of this kind should be made ahead.
    pub(super) fn wants(&self, drawing: Drawing) -> bool {
        self.is_slow.load(Ordering::Relaxed) && has_room(&self.ready(), drawing)
    }

    /// Makes a drawing ahead, if there is room for it.
    fn add(&self, drawing: Drawing, draw: Draw) {
        if let Ok(drawn) = self.draw(draw) {
            let mut ready = self.ready();
            if has_room(&ready, drawing) {
                ready.push((drawing, drawn));
            }
        }
    }

    fn ready(&self) -> MutexGuard<'_, Vec<(Drawing, Drawn)>> {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn has_room(ready: &[(Drawing, Drawn)], drawing: Drawing) -> bool {
    let same = ready.iter().filter(|(kind, _)| *kind == drawing);
    ready.len() < MAX_READY && same.count() < MAX_READY_PER_KIND
}

/// Makes drawings ahead in a background thread, unless such a thread runs already.
pub(super) fn fill(stock: &Arc<DrawingStock>, drawings: Vec<(Drawing, Draw)>) {
    /// Clears `is_drawing` when dropped, also after a panic or if no thread was started.
    struct Running(Arc<DrawingStock>);
    impl Drop for Running {
        fn drop(&mut self) {
            self.0.is_drawing.store(false, Ordering::Release);
        }
    }
    if drawings.is_empty() || stock.is_drawing.swap(true, Ordering::AcqRel) {
        return;
    }
    let running = Running(Arc::clone(stock));
    let thread = std::thread::Builder::new().name("humanify-stock".to_owned());
    let thread = thread.spawn(move || {
        for (drawing, draw) in drawings {
            running.0.add(drawing, draw);
        }
    });
    // If no thread can be started, the next visitor waits for a drawing.
    drop(thread);
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Drawing = Drawing::Pictures(Layout::OneClick, 1);

    fn drawn(number: u8) -> Drawn {
        let content = ChallengeContent::Recording {
            sound: String::new(),
            characters: usize::from(number),
        };
        ([number; size_of::<SealedAnswer>()], content)
    }

    fn draws(number: u8) -> Draw {
        Box::new(move || Ok(drawn(number)))
    }

    fn slow() -> DrawingStock {
        let stock = DrawingStock::for_slow(Duration::ZERO);
        stock.draw(draws(0)).unwrap();
        stock
    }

    #[test]
    fn nothing_is_drawn_ahead_if_drawing_is_fast() {
        let stock = DrawingStock::for_slow(Duration::MAX);
        stock.draw(draws(1)).unwrap();
        assert!(!stock.wants(ONE));
    }

    #[test]
    fn each_drawing_in_stock_is_taken_once() {
        let stock = slow();
        stock.add(ONE, draws(7));
        assert!(stock.take(Drawing::Pictures(Layout::OneClick, 2)).is_none());
        assert!(stock.take(Drawing::Pictures(Layout::Grid, 1)).is_none());
        assert_eq!(stock.take(ONE).map(|drawn| drawn.0), Some(drawn(7).0));
        assert!(stock.take(ONE).is_none());
    }

    #[test]
    fn drawings_made_ahead_are_bounded() {
        let stock = slow();
        stock.add(ONE, draws(1));
        assert!(stock.wants(ONE));
        stock.add(ONE, Box::new(|| Err(SetError::Busy)));
        assert!(stock.wants(ONE), "a drawing that failed is not there");
        stock.add(ONE, draws(2));
        assert!(!stock.wants(ONE), "two of a kind are enough");
        stock.add(ONE, draws(3));
        assert_eq!(stock.ready().len(), MAX_READY_PER_KIND);
        for level in 2..=4 {
            for _ in 0..MAX_READY_PER_KIND {
                stock.add(Drawing::Pictures(Layout::OneClick, level), draws(level));
            }
        }
        let other = Drawing::Pictures(Layout::Grid, 1);
        assert!(!stock.wants(other), "the stock is full");
        stock.add(other, draws(1));
        assert_eq!(stock.ready().len(), MAX_READY);
    }

    #[test]
    fn one_thread_draws_at_a_time_and_a_panic_ends_it() {
        let stock = Arc::new(slow());
        let (go, gone) = std::sync::mpsc::channel::<()>();
        let waits: Draw = Box::new(move || {
            let _ = gone.recv();
            panic!("no ink")
        });
        fill(&stock, vec![(ONE, waits)]);
        fill(&stock, vec![(ONE, draws(9))]);
        assert!(
            stock.ready().is_empty(),
            "the second found the first at work"
        );
        drop(go);
        while stock.is_drawing.load(Ordering::Acquire) {
            std::thread::yield_now();
        }
        fill(&stock, vec![(ONE, draws(7)), (ONE, draws(8))]);
        while stock.is_drawing.load(Ordering::Acquire) {
            std::thread::yield_now();
        }
        assert_eq!(stock.take(ONE).map(|drawn| drawn.0), Some(drawn(7).0));
    }
}
