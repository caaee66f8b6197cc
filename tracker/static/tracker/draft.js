// What was typed and is not saved yet, kept on this phone: one draft a diary date. It is encrypted with a
// key that only signed-in pages of the same account are given, so nothing readable lies in the storage.
// A phone that can't do this (no storage, no WebCrypto) simply has no draft: every act answers false or null.
"use strict";

const DRAFTS = "ldn-draft:";
const OPEN_FOR = 16 * 24 * 3_600_000; // ms: a day is open for 14 more, wherever on earth it began

class Draft {
  constructor({ draftAccount, draftDate, draftKey }) {
    this.account = `${DRAFTS}${draftAccount}:`;
    this.name = this.account + draftDate;
    this.rawKey = draftKey;
    this.queue = Promise.resolve(); // writes come one after the other: the last one stays
  }

  // Keep this, in place of what was kept; whether it worked.
  keep(content) {
    return this.next(async () => localStorage.setItem(this.name, await this.encrypt(JSON.stringify(content))));
  }

  // What was kept for this date, or null.
  async take() {
    let content = null;
    await this.next(async () => {
      const kept = localStorage.getItem(this.name);
      if (kept) content = JSON.parse(await this.decrypt(kept));
    });
    return content;
  }

  forget() {
    return this.next(() => localStorage.removeItem(this.name));
  }

  // Somebody else's drafts go as soon as this account's page is open, and its own of days that are closed.
  tidy() {
    return this.next(() => {
      const drafts = Object.keys(localStorage).filter((name) => name.startsWith(DRAFTS));
      const unwanted = drafts.filter((name) => !name.startsWith(this.account) || this.isClosed(name));
      unwanted.forEach((name) => localStorage.removeItem(name));
    });
  }

  isClosed(name) {
    return Date.now() - Date.parse(name.slice(this.account.length)) > OPEN_FOR;
  }

  next(act) {
    const done = this.queue.then(act).then(() => true, () => false);
    this.queue = done;
    return done;
  }

  // AES-GCM; the name is bound in, so that a draft can't be passed off as another day's or person's.
  async encrypt(text) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const sealed = await crypto.subtle.encrypt(this.sealedWith(iv), await this.key(), new TextEncoder().encode(text));
    return `${toBase64(iv)}.${toBase64(new Uint8Array(sealed))}`;
  }

  async decrypt(kept) {
    const [iv, sealed] = kept.split(".").map(fromBase64);
    return new TextDecoder().decode(await crypto.subtle.decrypt(this.sealedWith(iv), await this.key(), sealed));
  }

  sealedWith(iv) {
    return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(this.name) };
  }

  key() {
    return crypto.subtle.importKey("raw", fromBase64(this.rawKey), "AES-GCM", false, ["encrypt", "decrypt"]);
  }
}

function toBase64(bytes) {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

function fromBase64(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
