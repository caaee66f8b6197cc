// Pages of signing in and of the account: "Show" beside a password, and a passkey that fails.

for (const button of document.querySelectorAll("[data-shows]")) {
  const input = document.getElementById(button.dataset.shows);
  button.addEventListener("click", () => {
    const hidden = input.type === "password";
    input.type = hidden ? "text" : "password";
    button.firstChild.textContent = hidden ? "Hide" : "Show"; // " password" follows, for a screen reader
  });
}

// allauth's passkey script says here what went wrong, the person's own "Cancel" included.
document.addEventListener("allauth.error", (event) => {
  const note = document.getElementById("passkey-failed");
  if (!note) return;
  event.preventDefault();
  note.hidden = false;
  note.focus();
});
