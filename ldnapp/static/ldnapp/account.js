// Pages of signing in and of the account: "Show" beside a password, and what belongs to a passkey.

for (const button of document.querySelectorAll("[data-shows]")) {
  const input = document.getElementById(button.dataset.shows);
  button.addEventListener("click", () => {
    const hidden = input.type === "password";
    input.type = hidden ? "text" : "password";
    button.firstChild.textContent = hidden ? "Hide" : "Show"; // " password" follows, for a screen reader
  });
}

// A new account gets the time zone of its device; without a name of a place the server takes its own.
for (const input of document.querySelectorAll("[data-time-zone]")) {
  input.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
}

// What was ticked on the sign-in page holds for a passkey too, whose form is another one.
document.getElementById("passkey_login")?.addEventListener("click", () => {
  document.getElementById("mfa_shared").value = document.getElementById("id_shared").checked ? "on" : "";
});

// allauth's passkey script says here what went wrong, the person's own "Cancel" included.
document.addEventListener("allauth.error", (event) => {
  const note = document.getElementById("passkey-failed");
  if (!note) return;
  event.preventDefault();
  note.hidden = false;
  note.focus();
});
