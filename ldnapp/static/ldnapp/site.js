// Loaded in the head, before anything is drawn: styles for pages with script hang on this class.
document.documentElement.classList.add("js");

// Browsers keep whole pages for their Back button: after signing out, or when a link has ended, the
// page is asked for again instead of being shown from there.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});

// Keeps the help lines, and nothing else, for a place without reception.
window.addEventListener("load", () => {
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/help-now/worker.js").catch(() => {});
});
