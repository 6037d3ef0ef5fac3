// Proof of work. This file is the script of the page and of the workers that search.
"use strict";

(function () {
  // Numbers that a worker searches before it reports.
  const BATCH = 256;
  // Steps of the progress bar.
  const STEPS = 50;
  // Words in the table of a number, and as many accesses to it.
  const WORDS = 1 << 15;

  // The function that computes tags. Two numbers are tried side by side, so that one waits for
  // memory while the other computes. It is made once in a worker: with one function and two
  // tables, V8 knows where the tables are.
  function tagger() {
    const left = new Int32Array(WORDS);
    const right = new Int32Array(WORDS);

    // Writes the tags of a number and of the next one: two words each. All variables hold
    // 32-bit integers from the start, which is what makes this fast.
    return function (key, number, tags) {
      const k0 = key[0] | 0, k1 = key[1] | 0, k2 = key[2] | 0, k3 = key[3] | 0;
      const m = left, n = right, mask = WORDS - 1;
      let a = (k0 ^ number) | 0, b = k1 | 0, c = k2 | 0, d = k3 | 0;
      let e = (k0 ^ (number + 1)) | 0, f = k1 | 0, g = k2 | 0, h = k3 | 0;
      let i = 0, p = 0, w = 0, q = 0, x = 0;

      for (i = 0; i < 16; i = (i + 1) | 0) {
        a = (((a << 7) | (a >>> 25)) + b) | 0;
        b = ((b << 9) | (b >>> 23)) ^ c;
        c = (((c << 13) | (c >>> 19)) + d) | 0;
        d = ((d << 18) | (d >>> 14)) ^ a;
        a = (a + i) | 0;
        e = (((e << 7) | (e >>> 25)) + f) | 0;
        f = ((f << 9) | (f >>> 23)) ^ g;
        g = (((g << 13) | (g >>> 19)) + h) | 0;
        h = ((h << 18) | (h >>> 14)) ^ e;
        e = (e + i) | 0;
      }

      for (i = 0; i < WORDS; i = (i + 4) | 0) {
        a = (((a << 7) | (a >>> 25)) + b) | 0;
        b = ((b << 9) | (b >>> 23)) ^ c;
        c = (((c << 13) | (c >>> 19)) + d) | 0;
        d = ((d << 18) | (d >>> 14)) ^ a;
        m[i] = a;
        m[i + 1] = b;
        m[i + 2] = c;
        m[i + 3] = d;
        e = (((e << 7) | (e >>> 25)) + f) | 0;
        f = ((f << 9) | (f >>> 23)) ^ g;
        g = (((g << 13) | (g >>> 19)) + h) | 0;
        h = ((h << 18) | (h >>> 14)) ^ e;
        n[i] = e;
        n[i + 1] = f;
        n[i + 2] = g;
        n[i + 3] = h;
      }

      for (i = 0; i < WORDS; i = (i + 4) | 0) {
        p = a & mask; w = m[p]; m[p] = (w + b) | 0;
        a = ((((a << 13) | (a >>> 19)) ^ w) + i) | 0;
        p = b & mask; w = m[p]; m[p] = (w + c) | 0;
        b = ((((b << 13) | (b >>> 19)) ^ w) + a) | 0;
        q = e & mask; x = n[q]; n[q] = (x + f) | 0;
        e = ((((e << 13) | (e >>> 19)) ^ x) + i) | 0;
        q = f & mask; x = n[q]; n[q] = (x + g) | 0;
        f = ((((f << 13) | (f >>> 19)) ^ x) + e) | 0;
        p = c & mask; w = m[p]; m[p] = (w + d) | 0;
        c = ((((c << 13) | (c >>> 19)) ^ w) + b) | 0;
        p = d & mask; w = m[p]; m[p] = (w + a) | 0;
        d = ((((d << 13) | (d >>> 19)) ^ w) + c) | 0;
        q = g & mask; x = n[q]; n[q] = (x + h) | 0;
        g = ((((g << 13) | (g >>> 19)) ^ x) + f) | 0;
        q = h & mask; x = n[q]; n[q] = (x + e) | 0;
        h = ((((h << 13) | (h >>> 19)) ^ x) + g) | 0;
      }

      for (i = 0; i < 16; i = (i + 1) | 0) {
        a = (((a << 7) | (a >>> 25)) + b) | 0;
        b = ((b << 9) | (b >>> 23)) ^ c;
        c = (((c << 13) | (c >>> 19)) + d) | 0;
        d = ((d << 18) | (d >>> 14)) ^ a;
        a = (a + i) | 0;
        e = (((e << 7) | (e >>> 25)) + f) | 0;
        f = ((f << 9) | (f >>> 23)) ^ g;
        g = (((g << 13) | (g >>> 19)) + h) | 0;
        h = ((h << 18) | (h >>> 14)) ^ e;
        e = (e + i) | 0;
      }

      tags[0] = a;
      tags[1] = b;
      tags[2] = e;
      tags[3] = f;
    };
  }

  // The browser's properties, read in the page and in a worker. The platform is not among them: an
  // iPad claims to be a Mac in the page, and not in a worker.
  function agent() {
    return [navigator.userAgent, String(navigator.languages)].join(" ");
  }

  // The names of the positive probes: signs that a program drives the browser. They check
  // whether the browser contradicts itself, store nothing, and do not distinguish people.
  function probes() {
    const signs = {
      "webdriver": navigator.webdriver === true,
      // A browser has it on the prototype; a program that hides it adds an own property.
      "hidden-webdriver": Object.getOwnPropertyNames(navigator).includes("webdriver"),
      "no-languages": navigator.languages && navigator.languages.length === 0,
    };
    return Object.keys(signs).filter((name) => signs[name]);
  }

  // The 32-bit words of a text of hexadecimal digits.
  function words(text) {
    return (text.match(/.{8}/g) || []).map((word) => parseInt(word, 16) | 0);
  }

  // A worker receives the puzzle first, then one batch after another.
  function work() {
    const tag = tagger();
    let key = [];
    let wanted = [];
    const tags = new Int32Array(4);

    function searched(from, to) {
      const found = [];
      for (let number = from; number < to; number += 2) {
        tag(key, number, tags);
        for (let side = 0; side < 2; side += 1) {
          for (const [first, second] of wanted) {
            if (tags[2 * side] === first && tags[2 * side + 1] === second) {
              found.push(number + side);
            }
          }
        }
      }
      return found;
    }

    self.onmessage = (event) => {
      const { puzzle, from, to } = event.data;
      if (puzzle) {
        key = words(puzzle.key);
        wanted = puzzle.tags.split(".").map(words);
        self.postMessage({ agent: agent() });
      } else {
        self.postMessage({ count: to - from, found: searched(from, to) });
      }
    };
  }

  // Searches with that many workers. Calls `progress` with the part of the range that is
  // done, `slow` if the whole would take long, `solved` with the answer, and `failed` if there
  // will be none.
  function search(script, puzzle, count, { progress, slow, odd, solved, failed }) {
    // Milliseconds: nothing heard of any worker for so long means that nothing will come.
    const PATIENCE = 8000;
    // If the whole range would take longer than this, the page shows other ways.
    const LONG = 30000;
    // How often it looks at the clock. In a longer gap than this, the device slept.
    const TICK = 1000;
    const GAP = 3000;
    let seen = performance.now();
    let awake = 0;
    let spoken = 0;
    const workers = [];
    const numbers = [];
    let next = 0;
    let done = 0;
    let timer = 0;
    let warned = false;

    function stop() {
      clearTimeout(timer);
      workers.forEach((worker) => worker.terminate());
      workers.length = 0;
    }

    function fail() {
      if (workers.length > 0) {
        stop();
        failed();
      }
    }

    // Milliseconds that the device was awake: after sleep, the workers have yet to speak.
    function clock() {
      const now = performance.now();
      awake += now - seen < GAP ? now - seen : 0;
      seen = now;
      return awake;
    }

    function watch() {
      if (clock() - spoken > PATIENCE) {
        fail();
      } else {
        timer = setTimeout(watch, TICK);
      }
    }

    function give(worker) {
      if (next < puzzle.range) {
        const to = Math.min(next + BATCH, puzzle.range);
        worker.postMessage({ from: next, to });
        next = to;
      }
    }

    function heard(worker, { agent: told, count, found }) {
      if (workers.length === 0) {
        return;
      }
      if (told !== undefined) {
        if (told !== agent()) {
          odd("worker");
        }
        return;
      }
      spoken = clock();
      done += count;
      numbers.push(...found);
      if (numbers.length >= 2) {
        stop();
        numbers.sort((one, other) => one - other);
        progress(1);
        solved(numbers.map((number) => number.toString(16)).join("."));
      } else if (done >= puzzle.range) {
        fail();
      } else {
        progress(done / puzzle.range);
        if (!warned && awake > 2000 && (awake * puzzle.range) / done > LONG) {
          warned = true;
          slow();
        }
        give(worker);
      }
    }

    for (let i = 0; i < count; i += 1) {
      const worker = new Worker(script);
      workers.push(worker);
      worker.onmessage = (event) => heard(worker, event.data);
      worker.onerror = fail;
      worker.postMessage({ puzzle });
      // Two batches each: a worker begins the second while the page gives it a third.
      give(worker);
      give(worker);
    }
    watch();
  }

  // The page is that of the work alone, or of a picture or a recording beside which it works. There
  // the answer waits until the work is done.
  function show(script) {
    const challengeForm = document.getElementById("challenge");
    const form = document.getElementById("work") || challengeForm;
    const bar = document.getElementById("work-progress");
    const status = document.getElementById("work-status");
    const fallback = document.getElementById("work-fallback");
    // Otherwise the style sheet shows it after ten seconds.
    fallback.hidden = true;
    fallback.classList.remove("unstarted", "now");
    const { key, tags, range } = form.dataset;
    // Whether the work is done, and the button of the answer that waits for it.
    let ready = false;
    let pressed = null;

    // The sentence above the other ways. While the page still computes, the status has another in
    // its place, which says that one may wait.
    const choice = fallback.querySelector("[data-slow]") || document.createElement("p");
    const audio = form.querySelector("audio") || document.createElement("audio");
    let said = status.textContent;

    // A screen reader would speak over a recording that plays.
    function say(text) {
      said = text;
      if (audio.paused || audio.ended) {
        status.textContent = choice.hidden ? `${said} ${choice.dataset.slow || ""}` : said;
      }
    }

    audio.onpause = audio.onended = () => say(said);

    // Other ways take the place of what had the focus.
    function offer() {
      const focused = document.activeElement;
      const way = fallback.querySelector("a, button");
      fallback.hidden = false;
      if (way && focused && focused !== document.body && !focused.getClientRects().length) {
        way.focus();
      }
    }

    function failed() {
      bar.hidden = true;
      (challengeForm || form.querySelector(".task") || bar).hidden = true;
      choice.hidden = false;
      audio.pause();
      say(form.dataset.failed);
      offer();
    }

    function slow() {
      choice.hidden = true;
      say(said);
      offer();
    }

    const found = new Set(probes());
    const odd = (probe) => found.add(probe);

    function solved(answer) {
      form.elements.namedItem(challengeForm ? "work" : "answer").value = answer;
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = "probes";
      field.value = Array.from(found).join(" ");
      form.append(field);
      ready = true;
      choice.hidden = false;
      if (!challengeForm) {
        say(form.dataset.computed);
        form.submit();
      } else if (pressed) {
        pressed.click();
      } else {
        say(form.dataset.computed);
      }
    }

    // A picture is a button with a name.
    function mark(button, chosen) {
      button.classList.toggle("chosen", chosen);
      if (button.name) {
        button.setAttribute("aria-pressed", chosen);
      }
    }

    if (challengeForm) {
      // Safari before 15.4 does not say which button was pressed, and does not focus it.
      let clicked = null;
      document.addEventListener("click", (event) => {
        const button = event.target.closest("button");
        clicked = button && button.form === form ? button : null;
      }, true);
      form.addEventListener("submit", (event) => {
        // Buttons for other pictures work at once.
        const button = event.submitter || clicked;
        if (!ready && !(button && button.hasAttribute("formaction"))) {
          event.preventDefault();
          if (!button) {
            return;
          }
          if (pressed) {
            mark(pressed, false);
          }
          pressed = button;
          mark(pressed, true);
          audio.pause();
          say(form.dataset.computing);
        }
      });
    }

    // In even steps, each of which the browser draws.
    function progress(part) {
      bar.value = Math.floor(part * STEPS) / STEPS;
    }

    // After the back button, the page has an answer that is spent.
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) {
        window.location.replace(window.location.href);
      }
    });

    try {
      bar.value = 0;
      if (!challengeForm) {
        say(form.dataset.computing);
      }
      const cores = Math.min(4, Math.max(1, navigator.hardwareConcurrency || 1));
      const puzzle = { key, tags, range: Number(range) };
      search(script, puzzle, cores, { progress, slow, odd, solved, failed });
    } catch (error) {
      failed();
    }
  }

  if (typeof document === "undefined") {
    work();
  } else {
    show(document.currentScript.src);
  }
})();
