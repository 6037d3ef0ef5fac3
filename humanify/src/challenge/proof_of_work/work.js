// Proof of work. This file is the page's script and, in a worker, the one that computes.
"use strict";

(function () {
  // The first 32 bits of the fractional parts of the cube roots of the first 64 primes, and
  // of the square roots of the first eight (FIPS 180-4), computed rather than listed.
  function constants() {
    const primes = [];
    for (let candidate = 2; primes.length < 64; candidate += 1) {
      if (primes.every((prime) => candidate % prime !== 0)) {
        primes.push(candidate);
      }
    }
    // Newton's method in whole numbers gives every bit exactly.
    const root = (prime, power) => {
      const target = BigInt(prime) << BigInt(32 * power);
      const degree = BigInt(power);
      let guess = BigInt(prime) << 32n;
      for (;;) {
        const next = ((degree - 1n) * guess + target / guess ** (degree - 1n)) / degree;
        if (next >= guess) {
          return Number(BigInt.asIntN(32, guess));
        }
        guess = next;
      }
    };
    return {
      rounds: Int32Array.from(primes, (prime) => root(prime, 3)),
      start: Int32Array.from(primes.slice(0, 8), (prime) => root(prime, 2)),
    };
  }

  const { rounds, start } = constants();
  const schedule = new Int32Array(64);

  // One block of SHA-256: the sixteen words stand at the beginning of the schedule.
  function compress(state) {
    for (let i = 16; i < 64; i += 1) {
      const x = schedule[i - 15];
      const y = schedule[i - 2];
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      schedule[i] = (schedule[i - 16] + s0 + schedule[i - 7] + s1) | 0;
    }
    let a = state[0], b = state[1], c = state[2], d = state[3];
    let e = state[4], f = state[5], g = state[6], h = state[7];
    for (let i = 0; i < 64; i += 1) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + rounds[i] + schedule[i]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + t1) | 0;
      d = c; c = b; b = a; a = (t1 + t2) | 0;
    }
    state[0] = (state[0] + a) | 0; state[1] = (state[1] + b) | 0;
    state[2] = (state[2] + c) | 0; state[3] = (state[3] + d) | 0;
    state[4] = (state[4] + e) | 0; state[5] = (state[5] + f) | 0;
    state[6] = (state[6] + g) | 0; state[7] = (state[7] + h) | 0;
  }

  // The hash of an ASCII text, as eight words.
  function digest(text) {
    const words = new Int32Array((((text.length + 8) >> 6) + 1) * 16);
    for (let i = 0; i < text.length; i += 1) {
      words[i >> 2] |= text.charCodeAt(i) << (24 - 8 * (i & 3));
    }
    words[text.length >> 2] |= 0x80 << (24 - 8 * (text.length & 3));
    words[words.length - 1] = text.length * 8;
    const state = Int32Array.from(start);
    for (let block = 0; block < words.length; block += 16) {
      schedule.set(words.subarray(block, block + 16));
      compress(state);
    }
    return state;
  }

  // Finds the number that solves one puzzle, and says now and then that it is at work.
  function solve(prefix, puzzle, bits, alive) {
    const state = new Int32Array(8);
    for (let number = 0; number <= 0xffffffff; number += 1) {
      schedule.set(prefix);
      schedule[8] = puzzle;
      schedule[9] = number | 0;
      schedule[10] = 0x80000000 | 0;
      schedule[11] = schedule[12] = schedule[13] = schedule[14] = 0;
      schedule[15] = 40 * 8;
      state.set(start);
      compress(state);
      if (Math.clz32(state[0]) >= bits) {
        return number;
      }
      if ((number & 0xffff) === 0) {
        alive();
      }
    }
    throw new Error("no solution");
  }

  function work() {
    self.onmessage = (event) => {
      const { token, bits, puzzles } = event.data;
      const prefix = digest(token);
      const alive = () => self.postMessage({});
      for (const puzzle of puzzles) {
        const number = solve(prefix, puzzle, bits, alive).toString(16);
        self.postMessage({ puzzle, number });
      }
    };
  }

  function show(script) {
    const form = document.getElementById("work");
    const progress = document.getElementById("work-progress");
    const status = document.getElementById("work-status");
    const fallback = document.getElementById("work-fallback");
    const token = form.elements.namedItem("token").value;
    const bits = Number(form.dataset.bits);
    const count = Number(form.dataset.puzzles);
    const numbers = new Array(count);
    const workers = [];
    let solved = 0;
    let watchdog = 0;

    // Workers that are neither refused nor at work would have the visitor wait for ever.
    function watch() {
      window.clearTimeout(watchdog);
      watchdog = window.setTimeout(fail, 8000);
    }

    function fail() {
      window.clearTimeout(watchdog);
      workers.forEach((worker) => worker.terminate());
      progress.hidden = true;
      form.querySelector(".task").hidden = true;
      status.textContent = form.dataset.failed;
      fallback.hidden = false;
    }

    function found(event) {
      watch();
      if (event.data.number === undefined) {
        return;
      }
      numbers[event.data.puzzle] = event.data.number;
      solved += 1;
      progress.value = solved / count;
      if (solved === count) {
        window.clearTimeout(watchdog);
        workers.forEach((worker) => worker.terminate());
        status.textContent = form.dataset.computed;
        form.elements.namedItem("answer").value = numbers.join(".");
        form.submit();
      }
    }

    // Whoever comes back to this page by the back button finds an answer that is spent.
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) {
        window.location.replace(window.location.href);
      }
    });

    try {
      progress.value = 0;
      status.textContent = form.dataset.computing;
      watch();
      const cores = Math.min(4, Math.max(1, navigator.hardwareConcurrency || 1));
      for (let first = 0; first < cores; first += 1) {
        const worker = new Worker(script);
        worker.onmessage = found;
        worker.onerror = fail;
        workers.push(worker);
        const puzzles = [];
        for (let puzzle = first; puzzle < count; puzzle += cores) {
          puzzles.push(puzzle);
        }
        worker.postMessage({ token, bits, puzzles });
      }
    } catch (error) {
      fail();
    }
  }

  if (typeof document === "undefined") {
    work();
  } else {
    show(document.currentScript.src);
  }
})();
