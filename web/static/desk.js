// In the queue, with the focus on a name: arrows or J and K go from one to the next. Anywhere else every key is as ever.
const STEPS = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, Home: -Infinity, End: Infinity };

document.addEventListener("keydown", (event) => {
  const step = STEPS[event.key];
  const queue = event.target.closest("[data-queue]");
  if (!step || !queue || event.ctrlKey || event.altKey || event.metaKey) return;
  const names = [...queue.querySelectorAll("a")];
  const place = Math.min(Math.max(names.indexOf(event.target) + step, 0), names.length - 1);
  names[place].focus();
  event.preventDefault();
});
