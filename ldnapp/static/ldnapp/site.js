// Pages of someone who is signed in. Browsers keep whole pages for their Back button: after signing
// out, or when a link has ended, the page is asked for again instead of being shown from there.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});
