"use strict";
for (const time of document.querySelectorAll("time.clock")) {
  const over = new Date(time.dateTime);
  const style = { hour: "2-digit", minute: "2-digit" };
  if (over.toDateString() !== new Date().toDateString()) {
    Object.assign(style, { day: "numeric", month: "short" });
  }
  try {
    time.textContent = `(${over.toLocaleString(document.documentElement.lang, style)})`;
  } catch {
    // The time of UTC stays.
  }
}
