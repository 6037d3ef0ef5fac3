//! `DrawingStock`: drawings made ahead where drawing is slow, as in unoptimised builds.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::image::Layout;
use super::{ChallengeContent, CreationError, SealedAnswer};
use crate::language::Language;

/// The time from which drawings are made ahead. An optimised build takes a tenth of it.
const SLOW_DRAWING: Duration = Duration::from_millis(100);

/// The largest number of drawings of one kind, and of all kinds, that are ready or ordered.
pub(super) const MAX_READY_PER_KIND: usize = 3;
const MAX_READY: usize = 12;

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
pub(super) type Draw = Box<dyn FnOnce() -> Result<Drawn, CreationError> + Send>;

/// The ready drawings, each of which is taken once, and the orders for more.
pub(super) struct DrawingStock {
    slow: Duration,
    state: Mutex<StockState>,
}

#[derive(Default)]
struct StockState {
    /// The kinds whose last drawing was slow.
    slow: Vec<Drawing>,
    ready: Vec<(Drawing, Drawn)>,
    orders: VecDeque<(Drawing, Draw)>,
    /// The kind that is being drawn for the stock.
    making: Option<Drawing>,
    /// Whether a thread is drawing. Only one does, so that it takes one core at most.
    is_drawing: bool,
}

impl Default for DrawingStock {
    fn default() -> Self {
        DrawingStock::for_slow(SLOW_DRAWING)
    }
}

impl DrawingStock {
    /// A stock of the kinds whose drawing takes this long.
    pub(super) fn for_slow(slow: Duration) -> DrawingStock {
        DrawingStock {
            slow,
            state: Mutex::default(),
        }
    }

    /// Takes a ready drawing.
    pub(super) fn take(&self, drawing: Drawing) -> Option<Drawn> {
        let mut state = self.state();
        let place = state.ready.iter().position(|(kind, _)| *kind == drawing)?;
        Some(state.ready.remove(place).1)
    }

    /// A copy of a ready drawing, once no thread is drawing.
    #[cfg(test)]
    pub(super) fn peek(&self, drawing: Drawing) -> Option<Drawn> {
        let state = self.state();
        let found = state.ready.iter().find(|(kind, _)| *kind == drawing);
        found
            .filter(|_| !state.is_drawing)
            .map(|(_, drawn)| drawn.clone())
    }

    /// Makes a drawing, and records whether that was slow.
    pub(super) fn draw(&self, drawing: Drawing, draw: Draw) -> Result<Drawn, CreationError> {
        let begun = Instant::now();
        let drawn = draw();
        let is_slow = begun.elapsed() >= self.slow;
        let slow = &mut self.state().slow;
        match slow.iter().position(|kind| *kind == drawing) {
            Some(place) if !is_slow => _ = slow.swap_remove(place),
            None if is_slow => slow.push(drawing),
            _ => {}
        }
        drawn
    }

    /// Whether another drawing of this kind should be made ahead.
    pub(super) fn wants(&self, drawing: Drawing) -> bool {
        let state = self.state();
        state.slow.contains(&drawing) && state.has_room(drawing)
    }

    fn state(&self) -> MutexGuard<'_, StockState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StockState {
    fn has_room(&self, drawing: Drawing) -> bool {
        let ready = self.ready.iter().map(|(kind, _)| *kind);
        let ordered = self.orders.iter().map(|(kind, _)| *kind);
        let all = ready.chain(ordered).chain(self.making);
        all.clone().count() < MAX_READY
            && all.filter(|kind| *kind == drawing).count() < MAX_READY_PER_KIND
    }

    /// The next order. Without one, the thread ends.
    fn next(&mut self) -> Option<(Drawing, Draw)> {
        let order = self.orders.pop_front();
        self.making = order.as_ref().map(|(drawing, _)| *drawing);
        self.is_drawing = order.is_some();
        order
    }
}

/// Orders drawings, as far as there is room for them. A background thread makes one after another.
pub(super) fn order(
    stock: &Arc<DrawingStock>,
    drawings: impl IntoIterator<Item = (Drawing, Draw)>,
) {
    /// Ends the drawing when dropped: after a panic, or if no thread was started. The next
    /// visitors then order anew.
    struct Running {
        stock: Arc<DrawingStock>,
        has_ended: bool,
    }
    impl Drop for Running {
        fn drop(&mut self) {
            // Once the thread has ended, another one may be drawing.
            if !self.has_ended {
                let mut state = self.stock.state();
                state.orders.clear();
                state.making = None;
                state.is_drawing = false;
            }
        }
    }
    let mut state = stock.state();
    for (drawing, draw) in drawings {
        if state.has_room(drawing) {
            state.orders.push_back((drawing, draw));
        }
    }
    if state.orders.is_empty() || state.is_drawing {
        return;
    }
    state.is_drawing = true;
    drop(state);
    let running = Running {
        stock: Arc::clone(stock),
        has_ended: false,
    };
    let thread = std::thread::Builder::new().name("humanify-stock".to_owned());
    let thread = thread.spawn(move || {
        let mut running = running;
        loop {
            // The lock is not held while a drawing is made.
            let next = running.stock.state().next();
            let Some((drawing, draw)) = next else {
                running.has_ended = true;
                break;
            };
            if let Ok(drawn) = running.stock.draw(drawing, draw) {
                running.stock.state().ready.push((drawing, drawn));
            }
        }
    });
    // If no thread can be started, the next visitor waits for a drawing.
    drop(thread);
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    const ONE: Drawing = Drawing::Pictures(Layout::OneClick, 1);
    const GRID: Drawing = Drawing::Pictures(Layout::Grid, 1);

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

    /// A stock for which each of these kinds is slow.
    fn slow(kinds: &[Drawing]) -> Arc<DrawingStock> {
        let stock = DrawingStock::for_slow(Duration::ZERO);
        for kind in kinds {
            stock.draw(*kind, draws(0)).unwrap();
        }
        Arc::new(stock)
    }

    fn wait(stock: &DrawingStock) {
        let begun = std::time::Instant::now();
        while stock.state().is_drawing {
            assert!(begun.elapsed().as_secs() < 30, "the drawing does not end");
            std::thread::yield_now();
        }
    }

    fn numbers(stock: &DrawingStock, kind: Drawing) -> Vec<u8> {
        let taken = std::iter::from_fn(|| stock.take(kind));
        taken.map(|(answer, _)| answer[0]).collect()
    }

    #[test]
    fn nothing_stands_ready_where_drawing_is_quick() {
        let stock = DrawingStock::for_slow(Duration::MAX);
        stock.draw(ONE, draws(1)).unwrap();
        assert!(!stock.wants(ONE));
    }

    #[test]
    fn a_kind_is_slow_whatever_the_others_are() {
        let mut stock = DrawingStock::for_slow(Duration::ZERO);
        stock.draw(ONE, draws(1)).unwrap();
        stock.slow = Duration::MAX;
        stock.draw(GRID, draws(1)).unwrap();
        assert!(stock.wants(ONE) && !stock.wants(GRID));
        stock.draw(ONE, draws(1)).unwrap();
        assert!(!stock.wants(ONE), "its last drawing was quick");
    }

    #[test]
    fn each_drawing_in_stock_is_taken_once_and_in_order() {
        let stock = slow(&[ONE]);
        order(&stock, [(ONE, draws(7)), (GRID, draws(1)), (ONE, draws(8))]);
        wait(&stock);
        assert!(stock.take(Drawing::Pictures(Layout::OneClick, 2)).is_none());
        assert_eq!(numbers(&stock, ONE), [7, 8]);
        assert_eq!(numbers(&stock, GRID), [1]);
        assert!(stock.take(GRID).is_none());
    }

    #[test]
    fn no_more_stand_ready_than_there_is_room_for() {
        let stock = slow(&[ONE, GRID]);
        order(
            &stock,
            [(ONE, Box::new(|| Err(CreationError::Busy)) as Draw)],
        );
        wait(&stock);
        assert!(stock.wants(ONE), "a drawing that failed is not there");
        order(&stock, (1..=5).map(|number| (ONE, draws(number))));
        wait(&stock);
        assert!(!stock.wants(ONE), "enough of a kind are ready");
        assert_eq!(stock.state().ready.len(), MAX_READY_PER_KIND);
        for level in 2..=4 {
            let kind = Drawing::Pictures(Layout::OneClick, level);
            order(&stock, (1..=5).map(|number| (kind, draws(number))));
        }
        wait(&stock);
        assert!(!stock.wants(GRID), "the stock is full");
        order(&stock, [(GRID, draws(1))]);
        wait(&stock);
        assert_eq!(stock.state().ready.len(), MAX_READY);
    }

    #[test]
    fn an_order_waits_for_the_drawing_of_another_kind() {
        let stock = slow(&[ONE, GRID]);
        let (go, gone) = channel::<()>();
        let waits: Draw = Box::new(move || {
            let _ = gone.recv();
            Ok(drawn(1))
        });
        order(&stock, [(ONE, waits)]);
        order(&stock, (2..=9).map(|number| (GRID, draws(number))));
        assert!(!stock.wants(GRID), "enough are ordered");
        drop(go);
        wait(&stock);
        assert_eq!(numbers(&stock, GRID), [2, 3, 4]);
        assert_eq!(numbers(&stock, ONE), [1]);
    }

    #[test]
    fn one_thread_draws_at_a_time_and_a_panic_ends_it() {
        let stock = slow(&[ONE]);
        let (go, gone) = channel::<()>();
        let waits: Draw = Box::new(move || {
            let _ = gone.recv();
            panic!("no ink")
        });
        order(&stock, [(ONE, waits)]);
        order(&stock, [(ONE, draws(9))]);
        assert!(stock.state().ready.is_empty(), "the second order waits");
        drop(go);
        wait(&stock);
        assert!(stock.wants(ONE), "nothing is left of the orders");
        order(&stock, [(ONE, draws(7)), (ONE, draws(8))]);
        wait(&stock);
        assert_eq!(numbers(&stock, ONE), [7, 8]);
    }
}
