//! The skeletons of the characters, with the parts that differ between hands.

use super::pen::Pen;
use crate::challenge::rng::DrawRng;

/// Moves the pen along the skeleton of the character.
pub(super) fn write(character: char, pen: &mut Pen, rng: &mut DrawRng) {
    let draw = match character {
        '2' => two,
        '7' => seven,
        'A' => a,
        'D' => d,
        'E' => e,
        'G' => g,
        'H' => h,
        'J' => j,
        'K' => k,
        'L' => l,
        'M' => m,
        'R' => r,
        'S' => s,
        'T' => t,
        'X' => x,
        _ => y,
    };
    draw(pen, rng);
}

fn two(pen: &mut Pen, rng: &mut DrawRng) {
    let (start, end) = (rng.between(-2.2, -1.8), rng.between(0.2, 0.5));
    pen.lift().arc([0.0, -0.45], [0.5, 0.55], start, end);
    pen.to(-0.52, 1.0).to(0.54, 1.0);
}

fn seven(pen: &mut Pen, rng: &mut DrawRng) {
    let foot = rng.between(-0.3, 0.0);
    pen.lift();
    if rng.chance(0.3) {
        pen.to(-0.52, -0.72);
    }
    pen.to(-0.52, -1.0).to(0.52, -1.0).to(foot, 1.0);
    if rng.chance(0.35) {
        let x = (0.52 + foot) / 2.0;
        pen.line(&[[x - 0.34, 0.04], [x + 0.34, 0.04]]);
    }
}

fn a(pen: &mut Pen, rng: &mut DrawRng) {
    let top = if rng.chance(0.3) {
        rng.between(0.08, 0.2)
    } else {
        0.0
    };
    let bar = rng.between(0.12, 0.5);
    pen.line(&[[-0.62, 1.0], [-top, -1.0], [top, -1.0], [0.62, 1.0]]);
    let half = top + (0.62 - top) * (bar + 1.0) / 2.0;
    pen.line(&[[-half, bar], [half, bar]]);
}

fn d(pen: &mut Pen, rng: &mut DrawRng) {
    let flat = rng.between(-0.3, 0.05);
    pen.line(&[[-0.5, -1.0], [-0.5, 1.0]]);
    pen.lift()
        .to(-0.5, -1.0)
        .arc([flat, 0.0], [0.54 - flat, 1.0], -1.0, 1.0)
        .to(-0.5, 1.0);
}

fn e(pen: &mut Pen, rng: &mut DrawRng) {
    let (middle, length) = (rng.near(-0.03, 0.13), rng.between(0.2, 0.5));
    let [top, bottom] = [rng.between(0.4, 0.54), rng.between(0.4, 0.58)];
    pen.line(&[[top, -1.0], [-0.5, -1.0], [-0.5, 1.0], [bottom, 1.0]]);
    pen.line(&[[-0.5, middle], [length, middle]]);
}

fn g(pen: &mut Pen, rng: &mut DrawRng) {
    let (start, bar) = (rng.between(-0.62, -0.35), rng.between(0.02, 0.22));
    pen.lift()
        .arc([0.0, 0.0], [0.56, 1.0], start, -3.6)
        .to(0.54, bar)
        .to(rng.between(-0.05, 0.12), bar);
}

fn h(pen: &mut Pen, rng: &mut DrawRng) {
    let bar = rng.near(0.0, 0.22);
    pen.line(&[[-0.5, -1.0], [-0.5, 1.0]]);
    pen.line(&[[0.5, -1.0], [0.5, 1.0]]);
    pen.line(&[[-0.5, bar], [0.5, bar]]);
}

fn j(pen: &mut Pen, rng: &mut DrawRng) {
    let end = rng.between(1.75, 2.1);
    pen.lift();
    if rng.chance(0.4) {
        pen.to(rng.between(-0.3, -0.05), -1.0);
    }
    pen.to(0.34, -1.0).arc([-0.12, 0.5], [0.46, 0.5], 0.0, end);
}

fn k(pen: &mut Pen, rng: &mut DrawRng) {
    pen.line(&[[-0.5, -1.0], [-0.5, 1.0]]);
    let meet = rng.near(0.05, 0.12);
    if rng.chance(0.5) {
        pen.line(&[[0.5, -1.0], [-0.48, meet], [0.56, 1.0]]);
    } else {
        pen.line(&[[0.5, -1.0], [-0.5, meet + 0.16]]);
        pen.line(&[[-0.14, meet - 0.1], [0.56, 1.0]]);
    }
}

fn l(pen: &mut Pen, rng: &mut DrawRng) {
    let length = rng.between(0.4, 0.6);
    pen.line(&[[-0.45, -1.0], [-0.45, 1.0], [length, 1.0]]);
}

fn m(pen: &mut Pen, rng: &mut DrawRng) {
    let (splay, middle) = (rng.between(0.0, 0.16), rng.between(0.15, 0.8));
    pen.line(&[
        [-0.7, 1.0],
        [splay - 0.7, -1.0],
        [0.0, middle],
        [0.7 - splay, -1.0],
        [0.7, 1.0],
    ]);
}

fn r(pen: &mut Pen, rng: &mut DrawRng) {
    let waist = rng.between(-0.05, 0.2);
    let half = (1.0 + waist) / 2.0;
    pen.line(&[[-0.5, 1.0], [-0.5, -1.0]]);
    pen.lift()
        .to(-0.5, -1.0)
        .arc([0.02, half - 1.0], [0.48, half], -1.0, 1.0)
        .to(-0.5, waist);
    pen.line(&[[rng.between(-0.2, 0.05), waist], [0.56, 1.0]]);
}

fn s(pen: &mut Pen, rng: &mut DrawRng) {
    let (start, end) = (rng.between(-0.5, -0.2), rng.between(1.5, 1.85));
    let waist = rng.near(-0.04, 0.08);
    let (top, bottom) = ((1.0 + waist) / 2.0, (1.0 - waist) / 2.0);
    pen.lift()
        .arc([0.0, top - 1.0], [0.48, top], start, -3.0)
        .arc([0.0, 1.0 - bottom], [0.52, bottom], -1.0, end);
}

fn t(pen: &mut Pen, rng: &mut DrawRng) {
    let half = rng.between(0.5, 0.66);
    pen.line(&[[-half, -1.0], [half, -1.0]]);
    pen.line(&[[0.0, -1.0], [0.0, 1.0]]);
}

fn x(pen: &mut Pen, rng: &mut DrawRng) {
    let top = rng.between(0.44, 0.58);
    pen.line(&[[-top, -1.0], [0.58, 1.0]]);
    pen.line(&[[top, -1.0], [-0.58, 1.0]]);
}

fn y(pen: &mut Pen, rng: &mut DrawRng) {
    let fork = rng.between(-0.1, 0.2);
    pen.line(&[[-0.58, -1.0], [0.0, fork], [0.58, -1.0]]);
    pen.line(&[[0.0, fork], [0.0, 1.0]]);
}
