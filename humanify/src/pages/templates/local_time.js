"use strict";
for (const time of document.querySelectorAll("time.clock")) {
  const over = new Date(time.dateTime);
  const style = { timeStyle: "short" };
  if (over.toDateString() !== new Date().toDateString()) {
    style.dateStyle = "medium";
  }
  try {
    time.textContent = `(${over.toLocaleString(document.documentElement.lang, style)})`;
  } catch {
    // The time of UTC stays.
  }
}
